// Questions of a survey that stand on one page: one that hangs on an earlier answer is hidden, and
// not sent, until that is given; and whoever comes next sees options in another order.
"use strict";

const asking = document.querySelector("form input[name=_order]")?.form;
const LAST = ["other", "dont-remember", "rather-not-say"];

function answersTo(question) {
  const given = [...asking.querySelectorAll(`[name="${CSS.escape(question)}"]`)];
  const said = given.filter((one) => !one.matches(":disabled") && (one.checked || one.tagName === "SELECT"));
  return said.map((one) => one.value).filter(Boolean);
}

function holds({ when, any, least, most }) {
  const of = any ? any.split(" ") : undefined;
  return answersTo(when).some((one) =>
    of ? of.includes(one) : one >= Number(least ?? -Infinity) && one <= Number(most ?? Infinity),
  );
}

// In their order, since one may hang on another that hangs on a third.
function hide() {
  for (const box of asking.querySelectorAll("[data-when]")) {
    box.hidden = !holds(box.dataset);
    for (const one of box.querySelectorAll("input, select, textarea")) one.disabled = box.hidden;
  }
}

const boxesOf = (question) =>
  [...asking.querySelectorAll(`[name="${CSS.escape(question)}"], [name^="${CSS.escape(question)}."]`)]
    .map((one) => ({ box: one.closest(".tick, .place"), option: one.name.slice(question.length + 1) || one.value }))
    .filter(({ box }) => box);

function shuffle() {
  const orders = asking.elements._order.value.split(" ").filter(Boolean).map((told) => {
    const [question, shown] = told.split(":");
    const boxes = boxesOf(question);
    if (!boxes.length) return told;
    for (const one of boxes) one.chance = LAST.indexOf(one.option) + 1 || Math.random();
    boxes.sort((one, other) => one.chance - other.chance);
    for (const { box } of boxes) box.parentElement.append(box);
    const offered = shown.split(",");
    return `${question}:${boxes.map(({ option }) => option).filter((one) => offered.includes(one))}`;
  });
  asking.elements._order.value = orders.join(" ");
}

// A survey to which nothing is said, told beside its first question (kiosk.js asks).
function unanswered({ dataset: { first, none } }) {
  if (first === undefined) return [];
  const said = [...new FormData(asking)].some(([name, value]) => value && !name.startsWith("_"));
  return said ? [] : [{ field: first, message: none }];
}

if (asking) {
  asking.addEventListener("change", hide);
  asking.addEventListener("reset", () => {
    shuffle();
    setTimeout(hide);
  });
  hide();
}
