// What a browser can do by itself is offered only where it can: without this file no page lacks anything.
"use strict";

// Away, and no way back to this page through the browser's own Back.
for (const link of document.querySelectorAll("[data-leave]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    document.title = " ";
    document.body.hidden = true;
    location.replace(link.href);
  });
}

// The count of an open page stays fresh: it is asked for only while the page is looked at, and said aloud only when it
// has risen and nobody is writing.
const EVERY = 30000; // ms
const KHMER = "០១២៣៤៥៦៧៨៩";
const language = document.documentElement.lang;

function written(number) {
  if (language !== "km") return number.toLocaleString("en");
  return number.toLocaleString("de").replace(/\d/g, (digit) => KHMER[digit]);
}

for (const box of document.querySelectorAll("[data-count]")) {
  const figure = box.querySelector("strong");
  const bar = box.querySelector("progress");
  const status = box.querySelector("[role=status]");
  let before = Number(bar.getAttribute("value")); // bar.value itself ends at the goal
  const refresh = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(box.dataset.count);
      const { petitions } = await answer.json();
      const { count } = petitions.find((row) => row.slug === box.dataset.slug);
      // "1 person": in English the words would have to change as well, so that page waits to be opened anew.
      if (count === before || (before === 1 && language !== "km")) return;
      before = count;
      figure.textContent = written(count);
      bar.value = count;
      if (!document.activeElement?.closest("form")) status.textContent = figure.parentElement.textContent.trim();
    } catch {
      // The network is away: the figure on the page stays what it was.
    }
  };
  setInterval(refresh, EVERY);
  document.addEventListener("visibilitychange", refresh);
}

for (const box of document.querySelectorAll("[data-copy]")) {
  const input = box.querySelector("input");
  const button = box.querySelector("button");
  const status = box.querySelector("[data-done]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(input.value);
    } catch {
      // The browsers inside apps often have no clipboard but this old way to it.
      input.select();
      if (!document.execCommand("copy")) return;
    }
    status.textContent = status.dataset.done;
  });
}

for (const button of document.querySelectorAll("[data-share]")) {
  if (!navigator.share) continue;
  const { title, text, url } = button.dataset;
  button.closest("[hidden]").hidden = false;
  // Where it comes first, it takes the place of what came first without it.
  if (button.dataset.insteadOf) document.querySelector(button.dataset.insteadOf).hidden = true;
  button.addEventListener("click", () => navigator.share({ title, text, url }).catch(() => {}));
}

// Only Telegram's browser on Android says nothing in its name, but leaves a mark in the page.
const inApp = /FBAN|FBAV|FB_IAB|Instagram|\bLine\/|Telegram/.test(navigator.userAgent) || "TelegramWebview" in window;

for (const help of document.querySelectorAll("[data-in-app]")) {
  help.open = inApp;
  help.hidden = !inApp;
}
