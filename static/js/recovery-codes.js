// Buttons beside the recovery codes: without this script they are copied and printed by hand.
"use strict";

const acts = document.querySelector("[data-codes]");
const codes = [...document.querySelectorAll("#recovery-codes code")].map((code) => code.textContent).join("\n");
const said = document.querySelector("[data-copied]");

acts.hidden = false;
acts.querySelector("[data-act=print]").addEventListener("click", () => window.print());
const copy = acts.querySelector("[data-act=copy]");
if (!navigator.clipboard) copy.hidden = true;
copy.addEventListener("click", async () => {
  await navigator.clipboard.writeText(codes);
  said.textContent = said.dataset.copied;
});
