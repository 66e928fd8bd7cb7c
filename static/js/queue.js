// The moderation queue by keys. Without it the same form works by its radio buttons.
"use strict";

const form = document.getElementById("queue");
if (form) {
  const rows = [...form.querySelectorAll(".queue-row")];
  const help = form.querySelector(".queue-help");
  const asks = form.querySelector(".queue-asks");
  const PLACES = { KeyJ: "j", KeyK: "k", KeyA: "a", KeyH: "h", KeyU: "u", ArrowDown: "j", ArrowUp: "k", Enter: "Enter" };
  let asked = null; // the row whose reason for hiding is awaited

  const at = () => Math.max(0, rows.findIndex((row) => row.classList.contains("is-here")));

  function go(place) {
    const row = rows[Math.min(Math.max(place, 0), rows.length - 1)];
    rows.forEach((other) => other.classList.toggle("is-here", other === row));
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  function say(row, value) {
    row.querySelector(`input[type=radio][value="${value}"]`).checked = true;
    mark(row);
  }

  function mark(row) {
    const said = row.querySelector("input[type=radio]:checked")?.value || "";
    row.classList.toggle("is-approved", said === "approve");
    row.classList.toggle("is-hidden", said === "hide");
  }

  function ask(row) {
    asked = row;
    asks.hidden = !row;
    if (!row) return;
    const options = [...row.querySelectorAll("select option")].slice(1).map((option) => option.text);
    asks.textContent = `${asks.dataset.empty} ${options.join(" · ")}`;
  }

  function choose(number) {
    const select = asked.querySelector("select");
    if (number < 1 || number >= select.options.length) return;
    select.selectedIndex = number;
    ask(null);
    go(at() + 1);
  }

  const acts = {
    j() {
      ask(null);
      go(at() + 1);
    },
    k() {
      ask(null);
      go(at() - 1);
    },
    a(row) {
      say(row, "approve");
      acts.j();
    },
    h(row) {
      say(row, "hide");
      ask(row);
    },
    u(row) {
      say(row, "");
      row.querySelector("select").selectedIndex = 0;
      ask(null);
    },
    Enter: () => form.requestSubmit(form.querySelector("[value=send]")),
    "?": () => help.showModal(),
  };

  function key(event) {
    if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) return "?";
    // A Khmer keyboard writes Khmer with the same keys: there the place of the key counts, not its letter.
    return /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() : PLACES[event.code];
  }

  // Whether the key was one of ours.
  function press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || help.open || event.target.closest("select, button")) return false;
    // The arrows of a radio button are its own.
    if (event.target.matches("input") && event.key.startsWith("Arrow")) return false;
    const digit = asked && /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    const act = digit ? () => choose(Number(digit[1])) : acts[key(event)];
    act?.(rows[at()]);
    return Boolean(act);
  }

  form.addEventListener("keydown", (event) => {
    if (press(event)) event.preventDefault();
    else if (help.open && event.key === "?") help.close();
  });
  form.addEventListener("change", (event) => {
    const row = event.target.closest(".queue-row");
    if (event.target.matches("select") && event.target.value) say(row, "hide");
    mark(row);
  });
  // Whoever clicks or tabs into a row is at it.
  form.addEventListener("focusin", (event) => {
    const row = event.target.closest(".queue-row");
    if (row) rows.forEach((other) => other.classList.toggle("is-here", other === row));
  });
  form.querySelector("[data-help]").addEventListener("click", () => help.showModal());
  form.querySelector("[data-close]").addEventListener("click", () => help.close());
  form.querySelector(".queue-keys").hidden = false;
  rows.forEach(mark); // what the browser kept over a reload
  go(0);
}
