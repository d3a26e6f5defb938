// Choosing rows of a table: all of a page at once, a range with Shift, and how many are chosen.

function boxes(form) {
  return [...form.querySelectorAll("tbody input[type=checkbox]")];
}

function tell(form) {
  const all = boxes(form);
  const number = all.filter((box) => box.checked).length;
  const said = form.querySelector("[data-chosen]");
  const every = form.querySelector("[data-choose-all]");
  if (said) said.textContent = number ? `${said.dataset.some} ${number}` : said.dataset.none;
  if (every) {
    every.checked = number > 0 && number === all.length;
    every.indeterminate = number > 0 && number < all.length;
  }
}

function choose(form) {
  let last = null;
  const every = form.querySelector("[data-choose-all]");
  if (every) every.hidden = false;
  form.addEventListener("click", (event) => {
    const all = boxes(form);
    const here = all.indexOf(event.target);
    if (event.target === every) for (const box of all) box.checked = every.checked;
    if (here >= 0) {
      if (event.shiftKey && last !== null) {
        for (const box of all.slice(Math.min(here, last), Math.max(here, last) + 1)) box.checked = event.target.checked;
      }
      last = here;
    }
    tell(form);
  });
  window.addEventListener("pageshow", () => tell(form));
  tell(form);
}

for (const form of document.querySelectorAll("[data-choosing]")) choose(form);
