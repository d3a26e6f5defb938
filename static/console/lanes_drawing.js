// How one message looks in the lanes: its mark, the way that it takes, and its words.

import { tell } from "./lanes_words.js";

const SVG = "http://www.w3.org/2000/svg";
const GLYPHS = { timer: "schedule", person: "person" };
const LONGEST = 60;
const LETTER = 7.6; // pixels

export function make(name, attributes = {}, ...content) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}

/** `sheet`: the lanes' places, whether they stand `tight`, the words and the run. */
export function message(sheet, row, y) {
  const x = sheet.lanes[row.lane];
  const parts = [make("text", { class: "at", x: 10, y: y + 4 }, row.clock.slice(0, sheet.tight ? 8 : 12))];
  if (row.to && sheet.lanes[row.to] !== undefined) parts.push(...arrow(x, sheet.lanes[row.to], y, row.kind));
  if (GLYPHS[row.kind]) parts.push(...glyph(x, y, GLYPHS[row.kind]));
  else if (row.kind === "command") parts.push(make("rect", { class: "dot", x: x - 6, y: y - 6, width: 12, height: 12, rx: 3 }));
  else parts.push(make("circle", { class: "dot", cx: x, cy: y, r: 6.5 }));
  const look = row.state === "done" ? null : sheet.run.looks[row.state];
  parts.push(label(sheet, row.lane, y, row.type, beneath(sheet, row), look));
  return parts;
}

export function repeat(sheet, y, item) {
  const text = `${item.times} × ${item.types[0]}${item.types.length > 1 ? " → …" : ""}`;
  const lane = item.types.length > 1 ? "saga" : item.rows[0].lane;
  return [...glyph(sheet.lanes[lane], y, "repeat"), label(sheet, lane, y, text, sheet.words.unfold)];
}

export function due(sheet, timer, y) {
  return [
    make("text", { class: "at", x: 10, y: y + 4 }, timer.clock),
    ...glyph(sheet.lanes.saga, y, GLYPHS.timer),
    label(sheet, "saga", y, timer.type, `${sheet.words.due} ${timer.ago}`),
  ];
}

export function idle(sheet, item) {
  const left = Math.min(...Object.values(sheet.lanes)) - 16;
  const right = sheet.lanes.saga + 16;
  const middle = item.y + item.height / 2 + 4;
  return [
    make("rect", { x: left, y: item.y + 6, width: right - left, height: item.height - 12, rx: 4 }),
    make("text", { x: (left + right) / 2, y: middle, "text-anchor": "middle" }, `⋯ ${sheet.words.idle} ${tell.time(item.pause)} ⋯`),
  ];
}

function arrow(from, to, y, kind) {
  const way = to > from ? 1 : -1;
  const tip = to - 3 * way;
  return [
    make("path", { class: `way way-${kind}`, d: `M${from} ${y}H${tip}` }),
    make("path", { class: "tip", d: `M${tip - 7 * way} ${y - 4}L${tip} ${y}L${tip - 7 * way} ${y + 4}` }),
  ];
}

function glyph(x, y, name) {
  return [
    make("circle", { class: "back", cx: x, cy: y, r: 10 }),
    make("text", { class: "material-symbols-outlined glyph", x, y: y + 9, "text-anchor": "middle", "aria-hidden": "true" }, name),
  ];
}

function beneath(sheet, row) {
  const told = [row.tries > 1 ? `${row.tries} ${sheet.words.tries}` : "", tell.took(row.took)];
  told.push(row.kind === "person" ? row.who : "", row.about);
  const text = told.filter(Boolean).join(" · ");
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

/** To the right of its mark; where there is no room for it, to the left. */
function label(sheet, lane, y, name, below, look = null) {
  const x = sheet.lanes[lane];
  const leftwards = x + 15 + name.length * LETTER > sheet.width;
  const place = { x: x + (leftwards ? -15 : 15), "text-anchor": leftwards ? "end" : "start" };
  const line = make("text", { class: "beneath", ...place, y: y + 15 });
  if (look) line.append(make("tspan", { class: `hue hue-${look.color}` }, `${look.word}${below ? " · " : ""}`));
  line.append(below);
  return make("g", {}, make("text", { class: "name", ...place, y: y - 6 }, name), line);
}
