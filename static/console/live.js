// The live page: rows come over a socket by position; new ones wait while somebody reads, and filters are in the address.

import { Feed } from "./live/feed.js";
import { Table } from "./live/table.js";

const REMEMBERED = 5000;
const SPEAK_AT_MOST_EVERY = 500; // ms; counters are read aloud, and must not chatter

const words = document.getElementById("live").dataset;
const filters = document.getElementById("live-filters");
const freeze = document.getElementById("live-freeze");
const held = document.getElementById("live-held");
const scroller = document.getElementById("live-scroller");
const body = document.getElementById("live-rows");
const table = new Table(body, document.getElementById("live-row"), words);

let memory = [];
let waiting = [];
let frozen = false;
let speaking = 0;
let place = null;

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);

function wanted() {
  return Object.fromEntries([...new FormData(filters)].map(([name, value]) => [name, value.trim()]));
}

function matches(row, filter) {
  if (filter.service && row.service !== filter.service) return false;
  if (filter.kind && row.kind !== filter.kind) return false;
  if (filter.type && !row.type.startsWith(filter.type)) return false;
  if (filter.correlation && !(row.correlation ?? "").endsWith(filter.correlation.replace("…", ""))) return false;
  if (!filter.text) return true;
  const told = [row.type, row.about, row.order, row.number, row.correlation, row.who, row.worker, row.state, row.position];
  return told.join(" ").toLowerCase().includes(filter.text.toLowerCase());
}

function reading() {
  const selection = document.getSelection();
  return frozen || scroller.scrollTop > 4 || (!selection.isCollapsed && body.contains(selection.anchorNode));
}

function take(rows) {
  memory.push(...rows);
  if (memory.length > REMEMBERED * 1.2) memory = memory.slice(-REMEMBERED);
  const filter = wanted();
  const shown = rows.filter((row) => matches(row, filter));
  if (reading()) waiting = waiting.concat(shown).slice(-REMEMBERED);
  else table.add(shown);
  sayLater();
}

function release() {
  const rows = waiting;
  waiting = [];
  table.add(rows);
  say();
}

function sayLater() {
  if (!speaking) speaking = setTimeout(say, SPEAK_AT_MOST_EVERY);
}

function say() {
  clearTimeout(speaking);
  speaking = 0;
  held.hidden = !waiting.length;
  held.textContent = waiting.length ? filled(words.new, { number: waiting.length }) : "";
  if (place) document.getElementById("live-positions").textContent = filled(words.positions, place);
  const any = body.children.length > 0 || table.waiting.length > 0 || waiting.length > 0;
  const narrowed = Object.values(wanted()).some(Boolean);
  document.getElementById("live-empty").hidden = any || narrowed;
  document.getElementById("live-nothing").hidden = any || !narrowed;
}

function redraw() {
  const filter = wanted();
  waiting = [];
  table.replace(memory.filter((row) => matches(row, filter)));
  scroller.scrollTop = 0;
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value));
  history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
  const older = document.getElementById("live-older");
  older.href = `${older.dataset.events}?${new URLSearchParams([...query].filter(([name]) => name in older.dataset))}`;
  say();
}

const COLORS = { connected: "green", dropped: "amber", refused: "red" };
const feed = new Feed(words.feed, {
  rows: take,
  positions: (found) => { place = found; },
  note: (name, values) => { document.getElementById("live-note").textContent = filled(words[name], values); },
  state: (name) => {
    const connection = document.getElementById("live-connection");
    connection.textContent = words[name];
    connection.className = `state state-${COLORS[name]}`;
  },
});

freeze.addEventListener("click", () => {
  frozen = !frozen;
  freeze.setAttribute("aria-pressed", String(frozen));
  const word = freeze.querySelector("[data-on]");
  word.textContent = frozen ? word.dataset.on : word.dataset.off;
  if (!frozen) {
    scroller.scrollTop = 0;
    release();
  }
});
held.addEventListener("click", () => {
  scroller.scrollTop = 0;
  document.getSelection().removeAllRanges();
  release();
  scroller.focus({ preventScroll: true });
});
scroller.addEventListener("scroll", () => { if (waiting.length && !reading()) release(); }, { passive: true });
document.addEventListener("selectionchange", () => { if (waiting.length && !reading()) release(); });
body.addEventListener("click", (event) => {
  const follow = event.target.closest("[data-part=correlation]");
  if (!follow) return;
  filters.elements.correlation.value = follow.value;
  redraw();
});
document.getElementById("live-clear").addEventListener("click", () => {
  for (const field of filters.elements) if (field.name) field.value = "";
  redraw();
});

for (const [name, value] of new URLSearchParams(location.search)) {
  if (filters.elements[name]) filters.elements[name].value = value;
}
filters.addEventListener("input", redraw);
filters.addEventListener("submit", (event) => event.preventDefault());
redraw();
feed.connect();
