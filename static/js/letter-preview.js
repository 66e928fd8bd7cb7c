// Shows the pages of a letter beside its text while it is being written. Nothing is saved by this.
"use strict";

const place = document.getElementById("letter-preview");
const form = place.closest("form");
const fault = place.querySelector(".house-fault");
const sheets = place.querySelector(".house-sheets");
const PAUSE = 700; // ms without a key until the text is sent
let waiting;
let asked;

function typed() {
  const fields = new FormData(form);
  fields.set("pages", "1");
  return fields;
}

function show(pages) {
  sheets.replaceChildren(
    ...pages.map((page, i) => {
      const picture = new Image();
      picture.src = page;
      picture.alt = `${place.dataset.page} ${(i + 1).toLocaleString(document.documentElement.lang)}`;
      return picture;
    }),
  );
}

async function ask() {
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await fetch(place.dataset.url, { method: "POST", body: typed(), signal: asked.signal });
    const told = await answer.json();
    fault.hidden = !told.fault;
    fault.textContent = told.fault ?? "";
    if (told.pages) show(told.pages);
  } catch {
    // Overtaken by the next, or the server cannot be reached: what was shown stays.
  }
}

function wait() {
  clearTimeout(waiting);
  waiting = setTimeout(ask, PAUSE);
}

form.addEventListener("input", wait);
form.addEventListener("change", wait);
ask();
