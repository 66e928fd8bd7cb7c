// What a browser can do by itself is offered only where it can: without this file the page lacks nothing.
"use strict";

for (const box of document.querySelectorAll("[data-copy]")) {
  const input = box.querySelector("input");
  const button = box.querySelector("button");
  const status = box.querySelector("[data-done]");
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(input.value);
      status.textContent = status.dataset.done;
    } catch {
      input.select();
    }
  });
}

for (const item of document.querySelectorAll("[data-share]")) {
  if (!navigator.share) continue;
  item.hidden = false;
  item.querySelector("button").addEventListener("click", () => {
    navigator.share({ title: item.dataset.title, url: item.dataset.url }).catch(() => {});
  });
}
