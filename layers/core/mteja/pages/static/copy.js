// Buttons that copy a text of the page. Without scripts there is none, and one press selects it.
"use strict";

const BACK_MS = 2000;

for (const button of document.querySelectorAll("button[data-copies]")) {
  const text = document.getElementById(button.dataset.copies);
  const said = document.createElement("span");
  said.className = "small";
  said.setAttribute("role", "status");
  button.after(" ", said);
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.textContent);
    } catch {
      getSelection().selectAllChildren(text); // the browser does not allow it: one key is left
      return;
    }
    said.textContent = button.dataset.copied;
    setTimeout(() => {
      said.textContent = "";
    }, BACK_MS);
  });
}
