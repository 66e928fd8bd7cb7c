// Shows an update beside its fields as readers will see it, while it is being written. Nothing is saved by this.
"use strict";

const place = document.getElementById("update-preview");
const form = place.closest("form");
const PAUSE = 600; // ms without a key until the texts are sent
let waiting;
let asked;

function typed() {
  const fields = new FormData(form);
  for (const [name, value] of [...fields]) if (value instanceof File) fields.delete(name);
  return fields;
}

function parse(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

function show(fresh) {
  const shown = place.querySelector(".house-preview");
  if (!shown) {
    place.append(document.importNode(fresh, true));
    place.hidden = false;
    return;
  }
  shown.querySelector(".house-fault").replaceWith(fresh.querySelector(".house-fault"));
  const pages = fresh.querySelectorAll("iframe");
  shown.querySelectorAll("iframe").forEach((frame, i) => {
    // The page in the frame stays, and so does the place to which its reader has scrolled.
    const main = frame.contentDocument.querySelector("main");
    if (main) main.replaceWith(parse(pages[i].srcdoc).querySelector("main"));
  });
}

async function ask() {
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await fetch(place.dataset.url, { method: "POST", body: typed(), signal: asked.signal });
    if (answer.ok) show(parse(await answer.text()).querySelector(".house-preview"));
  } catch {
    // Overtaken by the next, or the server cannot be reached: what was shown stays.
  }
}

form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(ask, PAUSE);
});
ask();
