// A field that asks for the focus gets it. The browser forgets the wish of a field that is not shown when it first
// paints, and the frame shows nothing until Alpine has started.

document.addEventListener("alpine:initialized", () =>
  queueMicrotask(() => {
    const shown = [...document.querySelectorAll("[autofocus]")].find((field) => field.getClientRects().length);
    if (document.activeElement === document.body && !location.hash) shown?.focus();
  }),
);
