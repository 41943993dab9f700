// Shows staff what their tablet could not hand in: forms that were filled in without a network and
// then refused. Nothing is lost unseen.
"use strict";

const box = document.getElementById("kiosk-refused");
const opening = box && indexedDB.open("mteja-kiosk", 1);

if (opening) {
  opening.onupgradeneeded = () => opening.result.createObjectStore("waiting", { keyPath: "key" });
  opening.onsuccess = () => list(opening.result);
}

function list(database) {
  const reading = database.transaction("waiting").objectStore("waiting").getAll();
  reading.onsuccess = () => {
    const refused = reading.result.filter((one) => one.refused);
    box.hidden = refused.length === 0;
    box.querySelector("ul").replaceChildren(...refused.map((one) => line(database, one)));
  };
}

function line(database, one) {
  const said = [...new URLSearchParams(one.body)].filter(([name, value]) => value && !name.startsWith("_"));
  const item = document.createElement("li");
  const when = new Date(one.at).toLocaleString(document.documentElement.lang);
  item.append(`${when}: ${said.map(([name, value]) => `${name}: ${value}`).join(", ")} `);
  const button = document.createElement("button");
  button.className = "quiet";
  button.type = "button";
  button.textContent = box.dataset.remove;
  button.addEventListener("click", () => {
    const removing = database.transaction("waiting", "readwrite").objectStore("waiting").delete(one.key);
    removing.onsuccess = () => list(database);
  });
  item.append(button);
  return item;
}
