// Shows staff what their tablet still holds: forms that were filled in without a network and wait to
// be sent, and those that were then refused, which can be mended or let go. Nothing is lost unseen.
"use strict";

const WHEN = { dateStyle: "medium", timeStyle: "short" };
const box = document.getElementById("kiosk-held");
const opening = indexedDB.open("mteja-kiosk", 1);

opening.onupgradeneeded = () => opening.result.createObjectStore("waiting", { keyPath: "key" });
opening.onsuccess = () => letGo(opening.result, box.dataset.taken);

function list(database) {
  const reading = database.transaction("waiting").objectStore("waiting").getAll();
  reading.onsuccess = () => {
    const held = reading.result.sort((one, other) => one.at - other.at);
    box.hidden = held.length === 0;
    box.querySelector("ul").replaceChildren(...held.map((one) => entry(database, one)));
  };
}

function entry(database, one) {
  const item = document.createElement("li");
  item.className = "card";
  const state = one.refused ? box.dataset.refused : box.dataset.waits;
  const when = new Date(one.at).toLocaleString(document.documentElement.lang, WHEN);
  item.append(text("p", `${state}: ${title(one.action)}, ${when}`), text("p", (one.said ?? []).join(" · ")));
  if (one.refused) {
    const actions = document.createElement("div");
    actions.className = "actions";
    actions.append(button(box.dataset.mend, "", () => mend(one)), remover(database, one.key));
    item.append(actions);
  }
  return item;
}

function text(kind, content) {
  const made = document.createElement(kind);
  made.textContent = content;
  return made;
}

const formOf = (action) => new URL(action).pathname.split("/staff/kiosk/").pop();

function title(action) {
  const form = formOf(action);
  const option = document.querySelector(`select[name=form] option[value="${CSS.escape(form)}"]`);
  return option ? option.textContent : form;
}

function button(label, className, work) {
  const made = text("button", label);
  made.type = "button";
  made.className = className;
  made.addEventListener("click", work);
  return made;
}

function remover(database, key) {
  return button(box.dataset.remove, "quiet", () => {
    if (confirm(box.dataset.sure)) letGo(database, key);
  });
}

function letGo(database, key) {
  const removing = database.transaction("waiting", "readwrite").objectStore("waiting").delete(key);
  removing.onsuccess = () => list(database);
}

// The server shows it with what is wrong, as it shows any form.
function mend(one) {
  const made = document.createElement("form");
  made.method = "post";
  made.action = `${box.dataset.action}/${formOf(one.action)}`;
  const { token } = box.dataset;
  const fields = new URLSearchParams(one.body);
  fields.set(token, document.querySelector(`input[name="${CSS.escape(token)}"]`).value);
  fields.set("_at", one.at);
  for (const [name, value] of fields) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    made.append(input);
  }
  document.body.append(made);
  made.submit();
}
