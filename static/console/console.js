// What every page of the console needs: no form is sent twice, and a swap keeps what was opened and typed.

import "./leaving.js";

function sendOnce(event) {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("button[type=submit]")) button.setAttribute("aria-busy", "true");
}

const kept = { open: [], typed: new Map(), focus: "" };

function remember(target) {
  kept.open = [...target.querySelectorAll("details[open][id]")].map((details) => details.id);
  kept.typed = new Map([...target.querySelectorAll("details[open] :is(input, select)[id]")].map((field) => [field.id, field.value]));
  kept.focus = target.contains(document.activeElement) ? document.activeElement.id : "";
}

function restore() {
  for (const id of kept.open) document.getElementById(id)?.setAttribute("open", "");
  for (const [id, value] of kept.typed) {
    const field = document.getElementById(id);
    if (field && field.type !== "hidden") field.value = value;
  }
  if (kept.focus) document.getElementById(kept.focus)?.focus({ preventScroll: true });
}

document.addEventListener("submit", sendOnce);
document.addEventListener("htmx:beforeSwap", (event) => {
  if (new URL(event.detail.xhr.responseURL || location.href).pathname.includes("/login/")) {
    event.detail.shouldSwap = false;
    location.reload();
    return;
  }
  remember(event.detail.target);
});
document.addEventListener("htmx:afterSwap", restore);

// One sheet at a time; Escape and a click beside it close it.
document.addEventListener("click", (event) => {
  for (const offer of document.querySelectorAll("details.offer[open]")) {
    if (!offer.contains(event.target)) offer.removeAttribute("open");
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const offer of document.querySelectorAll("details.offer[open]")) {
    offer.removeAttribute("open");
    offer.querySelector("summary")?.focus();
  }
});
// A page kept by the browser's Back may be used again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
});

// Why a button is refused: beside it, inside the window, and gone with Escape.
function explain(event) {
  const refused = event.target.closest?.(".refused");
  if (!refused) return;
  refused.classList.remove("hushed");
  place(refused);
}
function place(refused) {
  const why = refused.querySelector(".why");
  const button = refused.getBoundingClientRect();
  why.classList.add("placed");
  const below = button.bottom + 6 + why.offsetHeight < window.innerHeight;
  why.style.top = `${below ? button.bottom + 6 : button.top - 6 - why.offsetHeight}px`;
  why.style.left = `${Math.max(8, Math.min(button.left, window.innerWidth - why.offsetWidth - 8))}px`;
}
document.addEventListener("pointerover", explain);
document.addEventListener("focusin", explain);
document.addEventListener("scroll", () => document.querySelectorAll(".refused:is(:hover, :focus-within)").forEach(place), true);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const refused of document.querySelectorAll(".refused:is(:hover, :focus-within)")) refused.classList.add("hushed");
});
