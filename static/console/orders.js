// The order page in a narrow window: its parts are folded, and stay as a person left them when the page swaps.

const narrow = window.matchMedia("(max-width: 640px)");
const chosen = new Map();

function fold() {
  for (const part of document.querySelectorAll("details.fold[id]")) part.open = chosen.get(part.id) ?? !narrow.matches;
}

document.addEventListener("click", (event) => {
  const part = event.target.closest?.("details.fold > summary")?.parentElement;
  if (part) chosen.set(part.id, !part.open);
});
document.addEventListener("htmx:afterSwap", fold);
narrow.addEventListener("change", fold);
window.addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details.fold")) part.open = true;
});
window.addEventListener("afterprint", fold);
// A link into a folded part opens it.
window.addEventListener("hashchange", () => {
  const part = document.querySelector(`${location.hash || "#none"}`)?.closest("details.fold");
  if (part) part.open = true;
});
// What was just sent is not swapped away under its own button: a second press would be another command.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.querySelector("form[data-sent]")) event.detail.shouldSwap = false;
});
fold();
