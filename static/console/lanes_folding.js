// What repeats itself is shown as its first and its last round, with the number of those between.

const LONGEST = 6; // messages of one round
const LEAST = 4; // rounds; fewer are all shown

function sign(row) {
  return `${row.type} ${row.lane} ${row.state === "done" ? "" : row.state}`;
}

function rounds(signs, start, length) {
  let count = 1;
  while (start + (count + 1) * length <= signs.length) {
    for (let number = 0; number < length; number += 1) {
      if (signs[start + number] !== signs[start + count * length + number]) return count;
    }
    count += 1;
  }
  return count;
}

function single(row) {
  return { rows: [row], from: row.at, until: row.at };
}

/** Items of one row each, and of many where rounds repeat; those whose key is in `unfolded` are left as they are. */
export function folded(rows, unfolded) {
  const signs = rows.map(sign);
  const items = [];
  let here = 0;
  while (here < rows.length) {
    let best = { length: 0, count: 0 };
    for (let length = 1; length <= LONGEST; length += 1) {
      const count = rounds(signs, here, length);
      if (count >= LEAST && count * length > best.length * best.count) best = { length, count };
    }
    const hidden = rows.slice(here + best.length, here + best.length * (best.count - 1));
    if (!best.count || unfolded.has(hidden[0].seq)) {
      const until = here + Math.max(best.length * best.count, 1);
      items.push(...rows.slice(here, until).map(single));
      here = until;
      continue;
    }
    items.push(...rows.slice(here, here + best.length).map(single));
    const types = rows.slice(here, here + best.length).map((row) => row.type);
    items.push({ rows: hidden, types, times: best.count - 2, key: hidden[0].seq, from: hidden[0].at, until: hidden.at(-1).at });
    here += best.length * best.count;
    items.push(...rows.slice(here - best.length, here).map(single));
  }
  return items;
}
