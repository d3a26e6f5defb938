// The list of runs as it changes: rows that are shown are renewed where they stand, and new ones wait until asked for.

const EVERY = 3000;
const LONGEST = 30_000; // between two tries while the server does not answer
const MOST = 200; // rows; with more the list begins anew at its head
const PAGE = 100;

const root = document.getElementById("runs");
const words = root.dataset;
const body = document.getElementById("runs-rows");
const held = document.getElementById("runs-held");
const note = document.getElementById("runs-note");
let waiting = [];
let pause = EVERY;
let timer = 0;

function shown() {
  return body ? [...body.rows] : [];
}

function question() {
  const asked = new URLSearchParams(location.search);
  asked.set("shown", shown().map((row) => `${row.id.replace("run-", "")}.${row.dataset.digest}`).join(","));
  return `${words.news}?${asked}`;
}

async function ask() {
  const reply = await fetch(question(), { headers: { "X-Requested-With": "fetch" } });
  if (reply.redirected && new URL(reply.url).pathname.includes("/login/")) {
    location.reload();
    return;
  }
  if (!reply.ok) throw new Error(String(reply.status));
  take(new DOMParser().parseFromString(await reply.text(), "text/html"));
}

function take(told) {
  for (const row of told.querySelectorAll("[data-part=renewed] > tr")) renew(row);
  const last = shown().at(-1)?.dataset.place ?? "";
  const fits = (row) => !words.full || row.dataset.place > last; // what lies below belongs to the next page
  waiting = [...told.querySelectorAll("[data-part=new] > tr")].filter((row) => !document.getElementById(row.id) && fits(row));
  for (const chip of told.querySelectorAll("#runs-chips [data-state] b")) count(chip);
  say();
}

/** Cell by cell, so that neither the row nor the focus within it is lost. */
function renew(told) {
  const row = document.getElementById(told.id);
  if (!row) return;
  row.dataset.digest = told.dataset.digest;
  [...told.cells].forEach((cell, number) => {
    const old = row.cells[number];
    if (old.innerHTML === cell.innerHTML) return;
    const focused = old.contains(document.activeElement);
    old.replaceChildren(...cell.childNodes);
    if (focused) old.querySelector("a")?.focus({ preventScroll: true });
  });
  light(row);
}

function count(chip) {
  const number = document.querySelector(`#runs-chips [data-state="${chip.parentElement.dataset.state}"] b`);
  if (number && number.textContent !== chip.textContent) number.textContent = chip.textContent;
}

function light(row) {
  row.classList.remove("fresh");
  void row.offsetWidth; // begins the animation anew
  row.classList.add("fresh");
}

function say() {
  const number = waiting.length < PAGE ? String(waiting.length) : `${PAGE}+`;
  const text = waiting.length ? words.new.replace("{number}", number) : "";
  if (held.textContent !== text) held.textContent = text;
  held.hidden = !waiting.length;
}

function release() {
  if (!body || waiting.length >= PAGE || shown().length + waiting.length > MOST) {
    location.assign(words.first);
    return;
  }
  const rows = waiting;
  waiting = [];
  for (const row of rows) {
    document.adoptNode(row);
    body.insertBefore(row, shown().find((each) => each.dataset.place < row.dataset.place) ?? null);
    light(row);
  }
  say();
  rows[0].querySelector("a")?.focus({ preventScroll: true });
  rows[0].scrollIntoView({ block: "nearest" });
}

async function follow() {
  clearTimeout(timer);
  try {
    await ask();
    note.textContent = "";
    pause = EVERY;
  } catch {
    note.textContent = words.lost;
    pause = Math.min(pause * 2, LONGEST);
  }
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(follow, pause);
}

held.addEventListener("click", release);
document.addEventListener("visibilitychange", () => {
  clearTimeout(timer);
  if (!document.hidden) follow();
});
if (!document.hidden) timer = setTimeout(follow, EVERY);
