// A run as it happens: its messages are loaded newest first, followed while they come, and shown as a picture or a table.

import { Picture } from "./lanes_picture.js";
import { Table } from "./lanes_table.js";

const root = document.getElementById("lanes");
const side = document.getElementById("lanes-side");
const sideBody = document.getElementById("lanes-side-body");
const older = document.getElementById("lanes-older");
const note = document.getElementById("lanes-note");
const words = root.dataset;
const whole = document.getElementById("lanes-whole"); // a saga's runs have it, jobs have none
const NARROW = 640;
const QUICK = 1500;
const SLOW = 8000;
const RESTLESS = 60_000;

const run = { rows: [], bySeq: new Map(), timers: [], looks: {}, older: 0, last: 0, moved: Date.now() };
const address = new URL(location.href).searchParams;
const views = { picture: new Picture(root, run, choose, loadOlder), table: new Table(root, run, choose) };
let shown = "";
let chosen = 0;
let loading = false;

function remember(name, value) {
  const here = new URL(location.href);
  if (value) here.searchParams.set(name, value);
  else here.searchParams.delete(name);
  history.replaceState(history.state, "", here);
}

async function ask(query) {
  const given = new URLSearchParams(query);
  if (whole?.checked) given.set("whole", "1");
  const reply = await fetch(`${words.messages}?${given}`, { headers: { Accept: "application/json" } });
  if (!reply.ok || reply.redirected) throw new Error(String(reply.status));
  return reply.json();
}

function before(one, other) {
  return (one.position || Infinity) - (other.position || Infinity) || one.seq - other.seq;
}

/** Take what is new or has changed; says which rows have. */
function merge(content) {
  const changed = content.rows.filter((row) => JSON.stringify(run.bySeq.get(row.seq)) !== JSON.stringify(row));
  for (const row of changed) run.bySeq.set(row.seq, row);
  if (changed.length) run.rows = [...run.bySeq.values()].sort(before);
  const timers = JSON.stringify(run.timers) !== JSON.stringify(content.timers);
  run.timers = content.timers;
  Object.assign(run.looks, content.looks);
  run.last = Math.max(run.last, content.last);
  return { changed, anything: changed.length > 0 || timers };
}

function count() {
  document.getElementById("lanes-count").textContent = run.rows.length ? `${run.rows.length} ${words.shown}` : words.nothing;
  older.hidden = !run.older;
}

async function loadOlder() {
  if (loading || !run.older) return;
  loading = true;
  try {
    const content = await ask({ before: run.older });
    run.older = content.older;
    merge(content);
    views[shown].grown();
    count();
    note.textContent = "";
  } catch {
    note.textContent = words.lost;
  } finally {
    loading = false;
  }
}

async function begin() {
  Object.assign(run, { rows: [], bySeq: new Map(), older: 0, last: 0 });
  const content = await ask({});
  run.older = content.older;
  merge(content);
  count();
  show(shown || address.get("show") || (innerWidth < NARROW ? "table" : "picture"));
  if (chosen) views[shown].mark(chosen);
}

async function follow() {
  try {
    if (!document.hidden && run.rows.length) {
      const { changed, anything } = merge(await ask({ after: run.last }));
      if (changed.length) run.moved = Date.now();
      if (anything) views[shown].followed(changed);
      count();
    } else if (!document.hidden) {
      await begin();
    }
    note.textContent = "";
  } catch {
    note.textContent = words.lost;
  }
  const restless = !words.ended || Date.now() - run.moved < RESTLESS;
  setTimeout(follow, restless ? QUICK : SLOW);
}

function show(name) {
  shown = name === "table" ? "table" : "picture";
  for (const [each, view] of Object.entries(views)) view.box.hidden = each !== shown;
  for (const button of document.querySelectorAll("[data-show]")) {
    button.setAttribute("aria-pressed", String(button.dataset.show === shown));
  }
  views[shown].shown();
}

async function choose(seq, { focus = false } = {}) {
  chosen = seq;
  remember("message", seq);
  for (const view of Object.values(views)) view.mark(seq);
  const reply = await fetch(words.message.replace("/0/", `/${seq}/`));
  if (!reply.ok || reply.redirected || chosen !== seq) return;
  sideBody.innerHTML = await reply.text();
  side.hidden = false;
  views[shown].resized();
  if (focus) side.focus();
}

function close() {
  if (side.hidden) return;
  side.hidden = true;
  remember("message", "");
  for (const view of Object.values(views)) view.mark(0);
  views[shown].resized();
  views[shown].focusOn(chosen);
  chosen = 0;
}

for (const button of document.querySelectorAll("[data-show]")) {
  button.addEventListener("click", () => {
    remember("show", button.dataset.show);
    show(button.dataset.show);
  });
}
document.getElementById("lanes-idle").addEventListener("change", (event) => {
  remember("idle", event.target.checked ? "drawn" : "");
  views.picture.drawIdle(event.target.checked);
});
whole?.addEventListener("change", (event) => {
  remember("whole", event.target.checked ? "1" : "");
  begin();
});
document.getElementById("lanes-close").addEventListener("click", close);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !document.querySelector("details.offer[open]")) close();
});
side.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-seq]");
  const seq = Number(link?.dataset.seq);
  if (!run.bySeq.has(seq)) return;
  event.preventDefault();
  choose(seq);
  views[shown].reveal(seq);
});
older.addEventListener("click", loadOlder);
addEventListener("resize", () => shown && views[shown].resized());

document.getElementById("lanes-idle").checked = address.get("idle") === "drawn";
if (whole) whole.checked = address.get("whole") === "1";
views.picture.idle = address.get("idle") === "drawn";
begin()
  .then(() => {
    root.dataset.ready = "yes";
    const seq = Number(address.get("message"));
    if (run.bySeq.has(seq)) {
      choose(seq);
      views[shown].reveal(seq);
    }
  })
  .catch(() => {
    note.textContent = words.lost;
  })
  .finally(() => setTimeout(follow, QUICK));
