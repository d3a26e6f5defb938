// The socket behind the live page: what was missed while it was down is asked for again, and gaps are counted.

const LONGEST_PAUSE = 10_000;

export class Feed {
  constructor(address, hear) {
    this.address = address;
    this.hear = hear; // {rows, state, note, positions}
    this.first = 0;
    this.last = 0;
    this.gaps = 0;
    this.since = ""; // the instant of the last task result
    this.pause = 500;
    this.broken = false;
    this.taskKeys = new Set();
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}${this.address}`);
    socket.addEventListener("open", () => {
      this.pause = 500;
      this.hear.state("connected");
      socket.send(JSON.stringify(this.last ? { after: this.last, since: this.since } : {}));
    });
    socket.addEventListener("message", (event) => {
      const content = JSON.parse(event.data);
      if (content.kind === "begin") this.begin(content);
      else this.take(content);
    });
    socket.addEventListener("close", (event) => {
      if (event.code === 4403) {
        this.hear.state("refused");
        return;
      }
      this.broken = true;
      this.hear.state("dropped");
      setTimeout(() => this.connect(), this.pause);
      this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
    });
  }

  begin(content) {
    if (content.anew && this.last) {
      this.hear.note("anew", {});
      this.broken = false;
    }
    if (content.anew || !this.last) {
      this.first = 0;
      this.last = content.after;
    }
  }

  take(content) {
    const tasks = content.tasks.filter((task) => this.isNew(task));
    if (tasks.length) this.since = tasks.at(-1).at;
    if (this.broken && content.messages.length) {
      const ends = { first: content.messages[0].position, last: content.messages.at(-1).position, tasks: tasks.length };
      this.hear.note("refilled", ends);
      this.broken = false;
    }
    for (const row of content.messages) this.count(row);
    if (this.last) this.hear.positions({ first: this.first, last: this.last, gaps: this.gaps });
    this.hear.rows(interleaved(content.messages, tasks.map((task) => ({ ...task, kind: "task", position: 0 }))));
  }

  count(row) {
    if (this.last && row.position !== this.last + 1) this.gaps += row.position - this.last - 1;
    this.first ||= row.position;
    this.last = row.position;
  }

  isNew(task) {
    const key = `${task.id} ${task.status}`;
    if (this.taskKeys.has(key)) return false;
    this.taskKeys.add(key);
    if (this.taskKeys.size > 5000) this.taskKeys.delete(this.taskKeys.values().next().value);
    return true;
  }
}

// Messages stay in the order of their positions; a task's result stands where its time puts it between them.
function interleaved(messages, tasks) {
  const rows = [];
  let next = 0;
  for (const message of messages) {
    while (next < tasks.length && tasks[next].at < message.at) rows.push(tasks[next++]);
    rows.push(message);
  }
  return rows.concat(tasks.slice(next));
}
