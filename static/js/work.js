// The work of the page "One more step", done by ALTCHA's own solver. Without this file the page has its other way.
"use strict";

const form = document.querySelector("[data-work]");
const challenge = JSON.parse(form.dataset.work);
const status = form.querySelector("[role=status]");
const send = form.querySelector("[data-sending]");
const workers = [];
let isWanted = false;

function end(words) {
  for (const worker of workers) worker.terminate();
  form.querySelector("progress").hidden = true;
  status.textContent = words;
}

function solved({ data: solution }) {
  if (!solution?.derivedKey) {
    end(status.dataset.failed);
    send.hidden = true;
    return;
  }
  form.elements.altcha.value = btoa(JSON.stringify({ challenge, solution }));
  end(status.dataset.done);
  if (isWanted) send.click();
}

function start() {
  const count = Math.min(navigator.hardwareConcurrency || 1, 4);
  for (let number = 0; number < count; number += 1) {
    const worker = new Worker(form.dataset.worker);
    worker.addEventListener("message", solved);
    worker.addEventListener("error", () => solved({}));
    worker.postMessage({ type: "work", challenge, counterStart: number, counterStep: count });
    workers.push(worker);
  }
}

// Without a secure address a browser gives no page the means to do it.
if (window.Worker && window.crypto?.subtle) {
  for (const part of form.querySelectorAll("[data-with]")) part.hidden = false;
  send.addEventListener("click", (event) => {
    if (form.elements.altcha.value) return;
    event.preventDefault();
    isWanted = true;
    status.textContent = send.dataset.sending;
  });
  start();
}
