// What a browser can do by itself is offered only where it can: without this file the page lacks nothing.
"use strict";

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
