// Ctrl-K, or the button of the top bar: a dialog that finds by the first letters, and goes there by Enter.

const dialog = document.getElementById("palette");
const text = document.getElementById("palette-text");
const list = document.getElementById("palette-list");
const count = document.getElementById("palette-count");
const PATIENCE_MS = 60;

let asking = null;
let later = 0;
let chosen = -1;
let answered = null;

const options = () => [...list.querySelectorAll("[role=option][data-link]")];

function choose(place) {
  const all = options();
  all[chosen]?.setAttribute("aria-selected", "false");
  chosen = all.length ? (place + all.length) % all.length : -1;
  const here = all[chosen];
  here?.setAttribute("aria-selected", "true");
  here?.scrollIntoView({ block: "nearest" });
  if (here) text.setAttribute("aria-activedescendant", here.id);
  else text.removeAttribute("aria-activedescendant");
}

async function ask() {
  asking?.abort();
  asking = new AbortController();
  const typed = text.value;
  const wanted = new URLSearchParams({ q: typed });
  try {
    const answer = await fetch(`${dialog.dataset.address}?${wanted}`, { signal: asking.signal });
    if (answer.redirected || !answer.ok) return location.reload();
    list.innerHTML = await answer.text();
  } catch (error) {
    if (error.name === "AbortError" || error instanceof TypeError) return;
    throw error;
  }
  answered = typed;
  count.textContent = list.querySelector("template").dataset.count;
  chosen = -1;
  choose(0);
}

async function go(aside) {
  clearTimeout(later);
  if (answered !== text.value) await ask(); // Enter came before the answer did
  const link = options()[chosen]?.dataset.link;
  if (!link) return;
  if (aside) window.open(link, "_blank", "noopener");
  else location.assign(link);
}

function open() {
  if (dialog.open) return;
  dialog.showModal();
  text.select();
  ask();
}

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  event.preventDefault();
  if (dialog.open) dialog.close();
  else open();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-palette]")) open();
});
dialog.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  if (option) {
    choose(options().indexOf(option));
    go(event.ctrlKey || event.metaKey);
  } else if (event.target === dialog) dialog.close();
});
text.addEventListener("input", () => {
  clearTimeout(later);
  later = setTimeout(ask, PATIENCE_MS);
});
text.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
  } else if (event.key === "Enter") {
    event.preventDefault();
    go(event.ctrlKey || event.metaKey);
  }
});
