// Who leaves a page, or stops it, wants its open requests no longer: they end without a complaint.

const open = new Set();

function watch({ detail }) {
  const { xhr } = detail;
  const end = xhr.onabort;
  open.add(xhr);
  xhr.addEventListener("loadend", () => open.delete(xhr));
  xhr.onabort = () => {
    detail.error = ""; // htmx writes an error to the browser's console unless it is told that there is none
    end();
  };
}

document.addEventListener("htmx:beforeSend", watch);
window.addEventListener("pagehide", () => {
  for (const xhr of open) xhr.abort();
});
