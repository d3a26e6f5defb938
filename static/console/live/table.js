// The rows on the screen: never more than SHOWN, drawn some at each frame, and old ones taken again for new.

const SHOWN = 200;
const AT_ONCE = 30; // rows drawn in one frame
const CALM = 20; // more new rows at once than this only tire the eye

export class Table {
  constructor(body, template, words) {
    this.body = body;
    this.template = template;
    this.words = words;
    this.waiting = [];
    this.drawing = false;
    this.turn = 0;
  }

  add(rows) {
    this.waiting.push(...rows);
    if (this.waiting.length > SHOWN) this.waiting.splice(0, this.waiting.length - SHOWN); // they would fall off the end
    this.drawSoon();
  }

  replace(rows) {
    this.body.replaceChildren();
    this.waiting = rows.slice(-SHOWN);
    this.draw(SHOWN);
  }

  drawSoon() {
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      this.draw(AT_ONCE);
      if (this.waiting.length) this.drawSoon();
    });
  }

  draw(limit) {
    const rows = this.waiting.splice(0, limit);
    const fragment = document.createDocumentFragment();
    this.turn = 1 - this.turn;
    for (const row of rows) {
      const line = this.body.children.length + fragment.children.length < SHOWN ? this.made() : this.body.lastElementChild;
      this.fill(line, row, rows.length <= CALM);
      fragment.prepend(line);
    }
    this.body.prepend(fragment);
  }

  made() {
    const line = this.template.content.firstElementChild.cloneNode(true);
    line.parts = Object.fromEntries([...line.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    return line;
  }

  fill(line, row, calm) {
    const { position, clock, mark, type, service, about, who, order, correlation } = line.parts;
    const task = row.kind === "task";
    line.className = `kind-${row.kind}${calm ? ` fresh-${this.turn}` : ""}`;
    position.textContent = task ? this.words.telemetry : row.position;
    position.title = task ? this.words.telemetryWhy : "";
    clock.textContent = row.clock;
    clock.dateTime = row.at;
    clock.title = `${row.at.slice(0, 19).replace("T", " ")} UTC`;
    mark.className = `line-kind kind-${row.kind}`;
    mark.title = { event: this.words.eventWord, command: this.words.commandWord, task: this.words.telemetry }[row.kind];
    type.textContent = row.type;
    type.href = task ? this.words.task.replace("/0/", `/${row.id}/`) : this.words.message.replace("/0/", `/${row.seq}/`);
    service.textContent = row.service;
    about.textContent = task ? [row.state, row.took].filter(Boolean).join(" · ") : row.about;
    about.title = about.textContent;
    who.textContent = task ? row.worker : row.who;
    order.hidden = !row.order;
    order.href = row.order ? this.words.order.replace("00000000-0000-0000-0000-000000000000", row.order) : "";
    order.textContent = row.order ? row.number || this.words.orderWord : "";
    correlation.hidden = !row.correlation;
    correlation.value = row.correlation ?? "";
    correlation.textContent = row.correlation ? `…${row.correlation.slice(-6)}` : "";
  }
}
