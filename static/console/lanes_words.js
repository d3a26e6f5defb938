// What a message of a run says of itself, for the picture and the table alike.

export const tell = {
  /** `saga → payments` */
  way(row, words) {
    const lane = tell.lane(row.lane, words);
    return row.to ? `${lane} → ${tell.lane(row.to, words)}` : lane;
  },

  lane(name, words) {
    return words[`lane${name[0].toUpperCase()}${name.slice(1)}`] || name;
  },

  took(milliseconds) {
    if (milliseconds === null || milliseconds < 0) return "";
    if (milliseconds < 1000) return `${milliseconds} ms`;
    return tell.time(milliseconds);
  },

  time(milliseconds) {
    const seconds = milliseconds / 1000;
    if (seconds < 120) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 120) return `${minutes} min`;
    const hours = Math.floor(minutes / 60);
    return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
  },

  badge(row, looks) {
    const look = looks[row.state];
    if (!look) return "–";
    const made = document.createElement("span");
    made.className = `state state-${look.color}`;
    const icon = document.createElement("span");
    icon.className = "material-symbols-outlined";
    icon.setAttribute("aria-hidden", "true");
    icon.textContent = look.icon;
    made.append(icon, look.word);
    return made;
  },

  /** One sentence for those who do not see the picture. */
  sentence(row, run, words) {
    const cause = run.bySeq.get(row.cause);
    const parts = [row.type, words[row.kind], tell.way(row, words), row.clock, run.looks[row.state]?.word, row.about];
    if (row.tries > 1) parts.push(`${row.tries} ${words.tries}`);
    if (cause) parts.push(`← ${cause.type}`);
    return parts.filter(Boolean).join(", ");
  },
};
