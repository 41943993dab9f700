// The tablet: sends what is typed and forgets it; without a network it waits here, each form under
// a key of its own, so that it counts once however often it is sent.
"use strict";

const FORGET_AFTER_MS = 90_000;
const THANKS_FOR_MS = 8_000;
const TRY_EVERY_MS = 15_000;
const GIVE_UP_AFTER_MS = 20_000;
// What is wrong with the form itself, and will be wrong tomorrow.
const FOR_GOOD = [400, 404, 409, 413, 415, 422];

const root = document.getElementById("kiosk");
const form = root.querySelector("form");
const part = (name) => document.getElementById(`kiosk-${name}`);

// The queue, in the browser's own store.

function store() {
  return new Promise((done, fail) => {
    const opening = indexedDB.open("mteja-kiosk", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("waiting", { keyPath: "key" });
    opening.onsuccess = () => done(opening.result);
    opening.onerror = () => fail(opening.error);
  });
}

async function inQueue(mode, work) {
  const database = await store();
  try {
    return await new Promise((done, fail) => {
      const transaction = database.transaction("waiting", mode);
      const request = work(transaction.objectStore("waiting"));
      transaction.oncomplete = () => done(request.result);
      transaction.onerror = () => fail(transaction.error);
    });
  } finally {
    database.close();
  }
}

const keep = (one) => inQueue("readwrite", (queue) => queue.put(one));
const drop = (key) => inQueue("readwrite", (queue) => queue.delete(key));
const all = () => inQueue("readonly", (queue) => queue.getAll());

// Sending. What the server refuses for good is kept, for staff to see.

async function send(one) {
  const body = new URLSearchParams(one.body);
  body.set(form.dataset.token, form.elements[form.dataset.token].value);
  body.set("_at", one.at);
  const response = await fetch(one.action, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
    body: body.toString(),
    redirect: "error",
    signal: AbortSignal.timeout(GIVE_UP_AFTER_MS),
  });
  // Busy, signed out, or a page that is too old: it can be sent later.
  if (!response.ok && !FOR_GOOD.includes(response.status)) throw new Error("later");
  return { ok: response.ok, told: await response.json() };
}

let sending = false;

async function sendWaiting() {
  if (sending || !navigator.onLine) return show();
  sending = true;
  try {
    for (const one of await all()) {
      if (!one.refused) await sendOne(one);
    }
  } finally {
    sending = false;
    await show();
  }
}

// One that can't be sent now keeps no other waiting.
async function sendOne(one) {
  try {
    const { ok } = await send(one);
    if (ok) await drop(one.key);
    else await keep({ ...one, refused: true });
  } catch {
    // the next turn tries again
  }
}

async function show() {
  const waiting = (await all()).filter((one) => !one.refused).length;
  const line = part("queue");
  line.hidden = waiting === 0;
  line.textContent = `${line.dataset.waits} ${waiting}`;
}

// The page.

function newKey() {
  return crypto.randomUUID();
}

function forget() {
  clearTimeout(later);
  form.reset();
  part("thanks").hidden = true;
  part("form").hidden = false;
  scrollTo(0, 0);
}

let later;

function thank(status) {
  form.reset();
  part("form").hidden = true;
  part("thanks").hidden = false;
  part("waiting").hidden = status !== "waiting";
  part("thanks").focus();
  later = setTimeout(forget, THANKS_FOR_MS);
}

// What is wrong, each beside its field, as the server's page says it (templates/fields.html).

const placeOf = (name) => document.getElementById(`f-${name}`);

function complain(faults) {
  unmark();
  const elsewhere = faults.filter(({ field }) => !placeOf(field));
  say([part("fault").dataset.needed, ...elsewhere.map((one) => one.message)].join(" "));
  for (const { field, message } of faults) {
    if (placeOf(field)) mark(field, placeOf(field), message);
  }
  form.querySelector(".faulty [aria-invalid], .faulty[tabindex], .faulty input")?.focus();
}

function say(text) {
  part("fault").textContent = text;
  part("fault").hidden = false;
}

function mark(name, place, message) {
  const id = `e-${name}`;
  if (document.getElementById(id)) return; // of each field the first
  const box = place.closest(".field");
  const group = box.tagName === "FIELDSET";
  const text = document.createElement("p");
  text.className = "error";
  text.id = id;
  text.textContent = message;
  const before = document.getElementById(`h-${name}`) ?? box.querySelector(":scope > label:not(.tick), :scope > legend");
  if (before) before.after(text);
  else box.append(text);
  box.classList.add("faulty");
  if (!group) place.setAttribute("aria-invalid", "true");
  const described = group ? box : place;
  const help = described.getAttribute("aria-describedby");
  described.setAttribute("aria-describedby", help ? `${help} ${id}` : id);
}

function unmark() {
  part("fault").hidden = true;
  for (const old of root.querySelectorAll(".summary, .field .error")) old.remove();
  for (const old of form.querySelectorAll(".faulty")) old.classList.remove("faulty");
  for (const old of form.querySelectorAll("[aria-invalid]")) old.removeAttribute("aria-invalid");
  for (const old of form.querySelectorAll("[aria-describedby]")) {
    const help = old.getAttribute("aria-describedby").split(" ").filter((id) => !id.startsWith("e-"));
    if (help.length) old.setAttribute("aria-describedby", help.join(" "));
    else old.removeAttribute("aria-describedby");
  }
}

// Without a network nobody but the browser can say what is wrong.
function wrong() {
  const odd = [...form.elements].filter((one) => one.willValidate && !one.validity.valid);
  return odd.length ? odd.map(fault) : unanswered(form);
}

function fault({ name, type, validity }) {
  const { empty, email, odd } = part("fault").dataset;
  return { field: name, message: validity.valueMissing ? empty : type === "email" ? email : odd };
}

// What was filled in, as the page calls it, for staff to see what waits; not what stood there before.
function filledIn() {
  const told = {};
  for (const one of form.elements) {
    const chosen = /checkbox|radio/.test(one.type);
    const option = one.selectedOptions?.[0];
    if (!one.labels?.length || (chosen ? !one.checked : !one.value || option?.defaultSelected)) continue;
    const own = words(one.labels[0]);
    const group = chosen && one.closest("fieldset")?.querySelector("legend");
    (told[group ? words(group) : own] ??= []).push(chosen ? own : words(option) || one.value);
  }
  return Object.entries(told).map(([label, values]) => (values[0] === label ? label : `${label}: ${values.join(", ")}`));
}

function words(element) {
  const copy = element?.cloneNode(true);
  for (const beside of copy?.querySelectorAll("small, input, .required") ?? []) beside.remove();
  return copy?.textContent.replace(/\s+/g, " ").trim();
}

async function handIn() {
  const one = {
    key: form.elements._key.value,
    action: form.action,
    body: new URLSearchParams(new FormData(form)).toString(),
    said: filledIn(),
    at: Date.now(),
  };
  const { ok, told } = await send(one).catch(() => ({}));
  if (ok) return thank(told.status);
  const faults = told ? (told.errors ?? []) : wrong();
  if (faults.some(({ field }) => placeOf(field))) return complain(faults);
  // It can't be sent now; or whoever sits here could mend nothing, and staff see to it.
  try {
    if ("anonymous" in form.dataset) throw new Error("seen"); // staff see what waits
    await keep({ ...one, refused: told !== undefined });
  } catch {
    return say(part("fault").dataset.lost); // a browser that keeps nothing
  }
  thank("accepted");
  await show();
}

let busy = false;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (busy) return;
  busy = true;
  await handIn().finally(() => (busy = false));
});

form.addEventListener("reset", () => {
  unmark();
  setTimeout(() => (form.elements._key.value = newKey()));
});
part("next").addEventListener("click", forget);

let idle;
function stillThere() {
  clearTimeout(idle);
  idle = setTimeout(forget, FORGET_AFTER_MS);
}
for (const sign of ["input", "pointerdown", "keydown"]) addEventListener(sign, stillThere);
// Going back must not show what the one before typed.
addEventListener("pageshow", (event) => event.persisted && forget());
form.elements._key.value = newKey();

addEventListener("online", sendWaiting);
setInterval(sendWaiting, TRY_EVERY_MS);
sendWaiting();

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register(root.dataset.worker);
  // The worker was not there when this page was loaded, so the page and its files are kept here.
  const files = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")];
  const addresses = files.map((one) => one.href || one.src);
  caches
    .open("mteja-kiosk")
    .then((kept) => kept.addAll([location.pathname, ...addresses]))
    .catch(() => {});
}
