// node known.mjs SCRIPT < FEATURES: prints as JSON the first edition of ECMAScript that SCRIPT is
// valid in, the names that it takes from the page, the members that it asks for, and which of the
// last two versions of each browser lack which of FEATURES (paths in MDN's compatibility data).
import { readFileSync } from "node:fs";
import { parse } from "acorn";
import { ancestor } from "acorn-walk";
import data from "@mdn/browser-compat-data" with { type: "json" };

const BROWSERS = ["chrome", "edge", "firefox", "safari", "safari_ios"];
const script = readFileSync(process.argv[2], "utf8");
const { features } = JSON.parse(readFileSync(0, "utf8"));

const editions = Array.from({ length: 20 }, (_, n) => 2015 + n);
const valid = (ecmaVersion) => {
  try {
    return parse(script, { ecmaVersion });
  } catch {
    return null;
  }
};
const edition = editions.find(valid);
const tree = valid(edition);

const declared = new Set();
const names = new Set();
const members = new Set();
const declare = (pattern) => {
  if (!pattern) return;
  if (pattern.type === "Identifier") declared.add(pattern.name);
  if (pattern.type === "ArrayPattern") pattern.elements.forEach(declare);
  if (pattern.type === "RestElement") declare(pattern.argument);
  if (pattern.type === "AssignmentPattern") declare(pattern.left);
  if (pattern.type === "ObjectPattern") {
    for (const property of pattern.properties) {
      if (property.key) members.add(property.key.name);
      declare(property.value ?? property.argument);
    }
  }
};
ancestor(tree, {
  VariableDeclarator: (node) => declare(node.id),
  Function: (node) => node.params.forEach(declare),
  CatchClause: (node) => declare(node.param),
  MemberExpression: (node) => node.computed || members.add(node.property.name),
  Identifier: (node) => names.add(node.name),
});

const latest = (browser) =>
  Object.entries(data.browsers[browser].releases)
    .filter(([, one]) => ["current", "retired"].includes(one.status) && one.release_date)
    .sort(([, one], [, other]) => (one.release_date < other.release_date ? 1 : -1))
    .slice(0, 2)
    .map(([version]) => version);
const lacks = (support, version) => {
  const [first] = [support].flat();
  if (!first || first.flags || first.partial_implementation) return true;
  const since = String(first.version_added).replace("≤", "");
  if (["false", "null", "preview"].includes(since) || first.version_removed) return true;
  return parseFloat(since) > parseFloat(version);
};
const missing = {};
for (const path of features) {
  const found = path.split(".").reduce((at, part) => at?.[part], data);
  if (!found?.__compat) throw new Error(`no such feature: ${path}`);
  for (const browser of BROWSERS)
    for (const version of latest(browser))
      if (lacks(found.__compat.support[browser], version))
        missing[path] = [...new Set([...(missing[path] ?? []), browser])];
}
const free = [...names].filter((name) => !declared.has(name) && name !== "undefined");
const versions = Object.fromEntries(BROWSERS.map((browser) => [browser, latest(browser)]));
console.log(JSON.stringify({ edition, names: free.sort(), members: [...members].sort(), missing, versions }));
