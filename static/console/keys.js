// Keys on any list: j and k go from row to row, / to its filter, ? shows the keys. A row is gone to by its link,
// so that Enter opens it and a screen reader says what it always says of a link.

const LISTS = "[data-list], #result_list, .console table.table";
const ROWS = "tbody > tr, :scope > li";
const FILTERS = "[data-filter], .filters input:not([type=hidden]), #searchbar, input[type=search]";
const TYPED = "input, textarea, select, [contenteditable]";
const help = document.getElementById("keys");

const seen = (element) => element.getClientRects().length > 0;
const links = (list) =>
  [...list.querySelectorAll(ROWS)].map((row) => row.querySelector("a[href]")).filter((link) => link && seen(link));
const lists = () => [...document.querySelectorAll(LISTS)].filter((list) => links(list).length);

function listOf(element) {
  return lists().find((list) => list.contains(element)) ?? null;
}

function step(by) {
  const list = listOf(document.activeElement) ?? lists()[0];
  if (!list) return false;
  const all = links(list);
  const row = document.activeElement.closest("tr, li");
  const here = row ? all.findIndex((link) => row.contains(link)) : -1;
  const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + by, 0), all.length - 1);
  all[next].focus({ focusVisible: true });
  all[next].closest("tr, li").scrollIntoView({ block: "nearest" });
  return true;
}

function filter() {
  const field = [...document.querySelectorAll(FILTERS)].find((each) => seen(each) && !each.disabled);
  field?.focus();
  field?.select?.();
  return Boolean(field);
}

const MOVES = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 };

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (event.target.closest(TYPED) || document.querySelector("dialog[open]")) return;
  if (event.key.startsWith("Arrow") && !listOf(document.activeElement)) return; // the page scrolls as ever
  if (done(event.key)) event.preventDefault();
}

function done(key) {
  if (key in MOVES) return step(MOVES[key]);
  if (key === "/") return filter();
  if (key !== "?") return false;
  help.showModal();
  return true;
}

document.addEventListener("keydown", pressed);

// A list that comes anew keeps its row: after a swap, and when Back returns to it.
const place = `row of ${location.pathname}${location.search}`;
let address = "";

function remember() {
  const link = document.activeElement?.closest("a[href]");
  address = link && listOf(link) ? link.getAttribute("href") : "";
}

function again(list, wanted) {
  return links(list).find((link) => link.getAttribute("href") === wanted);
}

document.addEventListener("htmx:beforeSwap", remember);
document.addEventListener("htmx:afterSettle", () => {
  if (!address || document.activeElement !== document.body) return;
  for (const list of lists()) again(list, address)?.focus({ preventScroll: true });
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (link && listOf(link)) sessionStorage.setItem(place, link.getAttribute("href"));
});
if (performance.getEntriesByType("navigation")[0]?.type === "back_forward") {
  const wanted = sessionStorage.getItem(place);
  for (const list of wanted ? lists() : []) again(list, wanted)?.focus({ preventScroll: true });
}
