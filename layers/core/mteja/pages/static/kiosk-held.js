// Shows staff what their tablet still holds: forms that were filled in without a network and wait to
// be sent, and those that were then refused. Nothing is lost unseen.
"use strict";

const box = document.getElementById("kiosk-held");
const opening = indexedDB.open("mteja-kiosk", 1);

opening.onupgradeneeded = () => opening.result.createObjectStore("waiting", { keyPath: "key" });
opening.onsuccess = () => list(opening.result);

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
  const when = new Date(one.at).toLocaleString(document.documentElement.lang);
  item.append(text("p", `${state}: ${title(one.action)}, ${when}`), text("p", said(one.body)));
  if (one.refused) item.append(remover(database, one.key));
  return item;
}

function text(kind, content) {
  const made = document.createElement(kind);
  made.textContent = content;
  return made;
}

function title(action) {
  const form = new URL(action).pathname.split("/").pop();
  const option = document.querySelector(`select[name=form] option[value="${CSS.escape(form)}"]`);
  return option ? option.textContent : form;
}

function said(body) {
  const fields = [...new URLSearchParams(body)].filter(([name, value]) => value && !name.startsWith("_"));
  return fields.map(([name, value]) => `${name}: ${value}`).join(", ");
}

function remover(database, key) {
  const button = text("button", box.dataset.remove);
  button.className = "quiet";
  button.type = "button";
  button.addEventListener("click", () => {
    const removing = database.transaction("waiting", "readwrite").objectStore("waiting").delete(key);
    removing.onsuccess = () => list(database);
  });
  return button;
}
