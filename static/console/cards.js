// On a narrow screen the rows of a wide table stand as cards, each cell under the name of its column. The names are
// copied into the cells here; the roles are said again, as a browser forgets them once a table is laid out otherwise.

const WIDE = 4;
const TABLES = ".console .scroll > table.table:not(.as-cards, .matrix, .durations, .start-lines, .live *, .lanes-table *)";
const ROLES = { table: "table", thead: "rowgroup", tbody: "rowgroup", tfoot: "rowgroup", tr: "row", td: "cell" };

function lay(table) {
  const names = [...table.querySelectorAll("thead th")].map((head) => head.textContent.trim());
  if (names.length < WIDE) return;
  for (const row of table.querySelectorAll("tbody tr")) {
    let column = 0;
    for (const cell of row.cells) {
      if (cell.colSpan === 1) cell.dataset.column = names[column] ?? "";
      cell.toggleAttribute("data-none", /^[–-]?$/.test(cell.textContent.trim()) && !cell.querySelector("input, button, svg"));
      column += cell.colSpan;
    }
  }
  table.classList.add("narrow-cards");
  for (const [tag, role] of Object.entries(ROLES)) {
    for (const each of [table, ...table.querySelectorAll(tag)]) if (each.matches(tag)) each.setAttribute("role", role);
  }
  for (const head of table.querySelectorAll("th")) head.setAttribute("role", head.closest("thead") ? "columnheader" : "rowheader");
}

const layAll = () => document.querySelectorAll(TABLES).forEach(lay);
layAll();
document.addEventListener("htmx:afterSettle", layAll);
