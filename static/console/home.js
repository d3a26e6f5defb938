// The first page renews its parts by itself, and never one that somebody is reading.

function marked(part) {
  const selection = document.getSelection();
  return !selection.isCollapsed && part.contains(selection.anchorNode);
}

function read(part) {
  if (marked(part)) return true;
  if (part.dataset.calm !== "pointer") return false;
  return part.matches(":hover") || part.contains(document.activeElement);
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const part = event.target.closest("[data-calm]");
  if (part && (document.hidden || read(part))) event.preventDefault();
});

const said = new Map();

document.addEventListener("htmx:beforeSwap", (event) => {
  const part = event.detail.target.closest("[data-calm]");
  if (!part) return;
  const text = event.detail.xhr.responseText;
  if (read(part) || said.get(part.id) === text) event.detail.shouldSwap = false;
  else said.set(part.id, text);
});
