// The lanes: one row a message, time downwards, a lane for each service, the saga, the job, and whoever came from outside.
// Only what is in the window is in the document, so that a run of thousands of messages costs what one of fifty does.

import { due, idle, make, message, repeat } from "./lanes_drawing.js";
import { folded } from "./lanes_folding.js";
import { tell } from "./lanes_words.js";

const ROW = 48;
const GAP = 30;
const IDLE = 3000; // a pause of more milliseconds than this is marked
const DRAWN_IDLE = 4000; // pixels that all pauses together take when they are drawn
const AHEAD = 500;
const TIGHT = 820; // pixels; in less, the words of the last lane stand on its left
const LANES = ["job", "people", "orders", "inventory", "payments", "saga"];
const ONLY_IF_USED = ["job", "people"];

export class Picture {
  constructor(root, run, choose, wantOlder) {
    Object.assign(this, { run, choose, wantOlder, words: root.dataset, idle: false, chosen: 0, active: 0, missed: 0 });
    this.box = document.getElementById("lanes-picture");
    this.scroll = document.getElementById("lanes-scroll");
    this.space = document.getElementById("lanes-space");
    this.heads = document.getElementById("lanes-heads");
    this.fresh = document.getElementById("lanes-fresh");
    this.unfolded = new Set();
    this.items = [];
    this.scroll.addEventListener("scroll", () => this.scrolled());
    this.scroll.addEventListener("keydown", (event) => this.key(event));
    this.scroll.addEventListener("focus", () => this.drawSoon());
    this.scroll.addEventListener("blur", () => this.drawSoon());
    this.scroll.addEventListener("click", (event) => this.click(event));
    this.fresh.addEventListener("click", () => this.toBottom());
  }

  /** Who has come to the top reads on above it. */
  scrolled() {
    this.drawSoon();
    if (this.scroll.scrollTop < 100 && this.height > 2 * this.scroll.clientHeight) this.wantOlder();
  }

  shown() {
    this.lay();
    this.toBottom();
  }

  /** Older rows came in above: what is read stays where it is. */
  grown() {
    const height = this.height;
    this.lay();
    this.scroll.scrollTop += this.height - height;
    this.draw();
  }

  followed(changed) {
    const atBottom = this.atBottom;
    const known = this.known;
    this.lay();
    if (atBottom) this.toBottom();
    else this.missed += changed.filter((row) => row.seq > known).length;
    this.fresh.hidden = !this.missed;
    this.fresh.textContent = `${this.missed} ${this.words.fresh} ↓`;
    this.draw();
  }

  resized() {
    this.lay();
    this.draw();
  }

  drawIdle(wanted) {
    this.idle = wanted;
    this.lay();
    this.toBottom();
  }

  get atBottom() {
    return this.scroll.scrollTop + this.scroll.clientHeight > this.height - ROW;
  }

  toBottom() {
    this.missed = 0;
    this.fresh.hidden = true;
    this.scroll.scrollTop = this.height;
    this.draw();
  }

  lay() {
    const { rows } = this.run;
    this.known = this.run.last;
    const wanted = LANES.filter((name) => !ONLY_IF_USED.includes(name) || rows.some((row) => row.lane === name));
    this.tight = this.scroll.clientWidth < TIGHT;
    const [left, right] = this.tight ? [88, 32] : [112, 234];
    const width = Math.max(this.scroll.clientWidth - 2, left + right + (wanted.length - 1) * 88);
    const step = Math.min((width - left - right) / (wanted.length - 1), 220);
    this.width = width;
    this.lanes = Object.fromEntries(wanted.map((name, number) => [name, left + number * step]));
    this.place(folded(rows, this.unfolded));
    this.edges = this.connect();
    this.space.style.height = `${this.height}px`;
    this.space.style.width = `${width}px`;
    this.heads.style.width = `${width}px`;
    this.heads.replaceChildren(...wanted.map((name) => this.head(name)));
  }

  head(name) {
    const made = document.createElement("span");
    made.textContent = tell.lane(name, this.words);
    made.className = `lane-${name}`;
    made.style.left = `${Math.min(this.lanes[name], this.width - 8 - made.textContent.length * 4)}px`;
    return made;
  }

  /** Where each item stands: rows below one another, pauses between them marked, or drawn as long as they were. */
  place(several) {
    const pauses = several.map((item, number) => (number ? Math.max(item.from - several[number - 1].until, 0) : 0));
    const total = pauses.reduce((sum, pause) => sum + (pause > IDLE ? pause : 0), 0);
    this.items = [];
    this.at = new Map();
    let y = 8;
    several.forEach((item, number) => {
      if (pauses[number] > IDLE) {
        const height = this.idle ? Math.max((pauses[number] / total) * DRAWN_IDLE, GAP) : GAP;
        this.items.push({ kind: "idle", y, height, pause: pauses[number] });
        y += height;
      }
      this.items.push({ ...item, y, height: ROW });
      for (const row of item.rows) this.at.set(row.seq, y + ROW / 2);
      y += ROW;
    });
    for (const timer of this.run.timers) {
      this.items.push({ kind: "due", y, height: ROW, timer });
      y += ROW;
    }
    this.height = y + 8;
  }

  /** What led to what, as lines: down the lane of the effect, or round a corner into it. */
  connect() {
    const found = [];
    for (const row of this.run.rows) {
      const cause = this.run.bySeq.get(row.cause);
      const from = cause && this.at.get(cause.seq);
      const to = this.at.get(row.seq);
      if (from === undefined || from === to) continue;
      const x = this.lanes[row.lane];
      const straight = cause.to === row.lane || cause.lane === row.lane;
      const start = straight ? x : this.lanes[cause.lane];
      const path = straight ? `M${x} ${from}V${to}` : `M${start} ${from}V${to - 8}Q${start} ${to} ${start + (x > start ? 8 : -8)} ${to}H${x}`;
      found.push({ from: Math.min(from, to), to: Math.max(from, to), path, kind: row.kind });
    }
    return found;
  }

  drawSoon() {
    this.frame ||= requestAnimationFrame(() => this.draw());
  }

  draw() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const top = Math.max(this.scroll.scrollTop - AHEAD, 0);
    const bottom = Math.min(this.scroll.scrollTop + this.scroll.clientHeight + AHEAD, this.height);
    const svg = make("svg", { width: this.width, height: Math.max(bottom - top, 1), viewBox: `0 ${top} ${this.width} ${Math.max(bottom - top, 1)}` });
    svg.setAttribute("role", "presentation");
    svg.style.top = `${top}px`;
    for (const [name, x] of Object.entries(this.lanes)) svg.append(make("path", { class: `lane lane-${name}`, d: `M${x} ${top}V${bottom}` }));
    for (const edge of this.edges) {
      if (edge.to >= top && edge.from <= bottom) svg.append(make("path", { class: `edge edge-${edge.kind}`, d: edge.path }));
    }
    for (let number = this.first(top); number < this.items.length && this.items[number].y <= bottom; number += 1) {
      svg.append(this.drawn(this.items[number], number));
    }
    this.space.replaceChildren(svg);
    this.announce();
  }

  first(top) {
    let low = 0;
    let high = this.items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.items[middle].y + this.items[middle].height < top) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  drawn(item, number) {
    if (item.kind === "idle") return make("g", { class: "idle" }, ...idle(this, item));
    const y = item.y + ROW / 2;
    if (item.kind === "due") return this.drawnDue(item.timer, y);
    const row = item.rows.at(-1);
    const several = item.rows.length > 1;
    const chosen = item.rows.some((each) => each.seq === this.chosen);
    const active = number === this.active && document.activeElement === this.scroll;
    const group = make("g", {
      id: `node-${number}`, role: "option", "data-number": number, "aria-selected": String(chosen),
      "aria-label": several ? this.repeats(item) : tell.sentence(row, this.run, this.words),
      class: `node node-${several ? "repeat" : row.kind} service-${row.lane} ${chosen ? "chosen" : ""} ${active ? "active" : ""}`,
    });
    group.append(make("rect", { class: "row", x: 1, y: item.y + 1, width: this.width - 2, height: ROW - 2, rx: 6 }));
    group.append(...(several ? repeat(this, y, item) : message(this, row, y)));
    return group;
  }

  drawnDue(timer, y) {
    const name = `${timer.type}, ${this.words.due} ${timer.clock}`;
    const told = { role: "option", "aria-disabled": "true", "aria-selected": "false", "aria-label": name };
    return make("g", { class: "node node-timer node-due service-saga", ...told }, ...due(this, timer, y));
  }

  repeats(item) {
    return `${item.times} ${this.words.repeats} ${item.types.join(" → ")}`;
  }

  click(event) {
    const node = event.target.closest("[data-number]");
    if (!node) return;
    this.active = Number(node.dataset.number);
    this.open(false);
  }

  open(focus) {
    const item = this.items[this.active];
    if (!item?.rows) return;
    if (item.rows.length > 1) {
      this.unfolded.add(item.key);
      this.lay();
      this.draw();
      return;
    }
    this.choose(item.rows[0].seq, { focus });
  }

  key(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };
    if (event.key in steps) this.move(steps[event.key]);
    else if (event.key === "ArrowLeft") this.jump((row) => row.cause);
    else if (event.key === "ArrowRight") this.jump((row) => this.run.rows.find((each) => each.cause === row.seq)?.seq);
    else if (event.key === "Enter" || event.key === " ") this.open(true);
    else return;
    event.preventDefault();
  }

  move(steps) {
    const known = this.items.map((item, number) => (item.rows ? number : -1)).filter((number) => number >= 0);
    const here = Math.max(known.indexOf(this.active), this.active ? 0 : known.length - 1);
    const started = known.includes(this.active) && this.begun;
    this.begun = true;
    this.active = known[started ? Math.min(Math.max(here + steps, 0), known.length - 1) : known.length - 1];
    this.intoView();
  }

  jump(other) {
    const row = this.items[this.active]?.rows?.at(-1);
    const seq = row && other(row);
    if (this.run.bySeq.has(seq)) this.reveal(seq);
  }

  reveal(seq) {
    this.active = Math.max(this.items.findIndex((item) => item.rows?.some((row) => row.seq === seq)), 0);
    this.begun = true;
    this.intoView();
  }

  intoView() {
    const item = this.items[this.active];
    if (!item) return;
    const { scrollTop, clientHeight } = this.scroll;
    const head = this.heads.offsetHeight;
    if (item.y < scrollTop) this.scroll.scrollTop = item.y - ROW;
    else if (item.y + ROW > scrollTop + clientHeight - head) this.scroll.scrollTop = item.y + 2 * ROW - clientHeight + head;
    this.draw();
  }

  announce() {
    const there = this.space.querySelector(`#node-${this.active}`);
    if (there && this.begun) this.scroll.setAttribute("aria-activedescendant", there.id);
    else this.scroll.removeAttribute("aria-activedescendant");
  }

  mark(seq) {
    this.chosen = seq;
    this.drawSoon();
  }

  focusOn() {
    this.scroll.focus({ preventScroll: true });
  }
}
