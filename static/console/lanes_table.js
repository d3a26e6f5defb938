// The run's messages as a table: the same facts as the picture, row by row.

import { tell } from "./lanes_words.js";

const NOBODY = "00000000-0000-0000-0000-000000000000";

export class Table {
  constructor(root, run, choose) {
    this.run = run;
    this.words = root.dataset;
    this.choose = choose;
    this.box = document.getElementById("lanes-table");
    this.body = document.getElementById("lanes-rows");
    this.drawn = new Map();
    this.chosen = 0;
  }

  shown() {
    this.grown();
    if (!this.chosen) this.box.scrollTop = this.box.scrollHeight; // the page itself stays at its head
  }

  grown() {
    for (const [seq, line] of this.drawn) {
      if (this.run.bySeq.has(seq)) continue;
      line.remove();
      this.drawn.delete(seq);
    }
    let place = this.body.firstElementChild;
    for (const row of this.run.rows) {
      let line = this.drawn.get(row.seq);
      if (!line || line.told !== row) line = this.replaced(row, line);
      if (line === place) place = place.nextElementSibling;
      else this.body.insertBefore(line, place);
    }
  }

  replaced(row, old) {
    const line = this.line(row);
    line.told = row;
    this.drawn.set(row.seq, line);
    if (!old) return line;
    const focused = old.contains(document.activeElement);
    old.replaceWith(line);
    if (focused) line.querySelector("button").focus();
    return line;
  }

  followed() {
    this.grown();
  }

  resized() {}

  line(row) {
    const { run, words } = this;
    const line = document.createElement("tr");
    line.id = `message-${row.seq}`;
    line.className = `kind-${row.kind} ${row.seq === this.chosen ? "chosen" : ""}`;
    const name = document.createElement("button");
    name.type = "button";
    name.className = "link";
    name.textContent = row.type;
    name.addEventListener("click", () => this.choose(row.seq, { focus: true }));
    const mark = document.createElement("span");
    mark.className = `key key-${row.kind}`;
    mark.textContent = words[row.kind];
    const cause = run.bySeq.get(row.cause);
    const time = cell(row.clock);
    time.title = `${row.utc} UTC`;
    line.append(
      cell(row.position || "…", "number"), time, cell([name, " ", mark]), cell(tell.way(row, words)),
      cell(this.state(row)), cell(row.tries || "", "number"), cell(tell.took(row.took), "number"),
      cell(this.about(row)), cell(cause?.type || row.who),
    );
    const titles = this.box.querySelectorAll("thead th");
    line.childNodes.forEach((each, number) => (each.dataset.title = titles[number].textContent));
    return line;
  }

  /** What is not done leads to its page, where it can be. */
  state(row) {
    const badge = tell.badge(row, this.run.looks);
    return row.letter && row.state !== "done" ? link(this.words.letter.replace("/0/", `/${row.letter}/`), badge) : badge;
  }

  about(row) {
    if (!this.words.order || !row.number) return row.about;
    return [link(this.words.order.replace(NOBODY, row.order), row.number), " ", row.about.replace(row.number, "").replace(/^ · /, "")];
  }

  mark(seq) {
    this.chosen = seq;
    for (const [each, line] of this.drawn) line.classList.toggle("chosen", each === seq);
  }

  reveal(seq) {
    this.drawn.get(seq)?.scrollIntoView({ block: "nearest" });
  }

  focusOn(seq) {
    this.drawn.get(seq)?.querySelector("button").focus();
  }
}

function link(address, content) {
  const made = document.createElement("a");
  made.className = "link";
  made.href = address;
  made.append(content);
  return made;
}

function cell(content, className = "") {
  const made = document.createElement("td");
  made.append(...(Array.isArray(content) ? content : [content]));
  if (className) made.className = className;
  return made;
}
