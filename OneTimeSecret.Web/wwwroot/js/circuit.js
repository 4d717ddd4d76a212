// Lets the server go on rendering its part of the page, over a WebSocket. Where none comes about the page stays as it is, and works.
const lost = document.getElementById("components-reconnect-modal");
const main = document.getElementById("main");

// Who has the focus. When the server's part takes the place of what the page brought, and whenever it renders anew, the focus goes on to
// the element with the same id, and so does what was typed into the old one meanwhile.
const named = element => (element?.id ? element : null);
let left = named(document.activeElement);

addEventListener("pointerdown", () => (left = null));
addEventListener("focusin", ({ target }) => (left = named(target)));

function restore() {
  if (left === null || left.isConnected) return;
  const [before, now] = [left, document.getElementById(left.id)];
  left = null;
  (now ?? main).focus({ preventScroll: true });
  if (!now || !("value" in now) || now.value === before.value) return;
  now.value = before.value;
  if (typeof before.selectionStart === "number") now.setSelectionRange(before.selectionStart, before.selectionEnd);
  now.dispatchEvent(new Event("input", { bubbles: true }));
  now.dispatchEvent(new Event("change", { bubbles: true }));
}

new MutationObserver(() => {
  restore();
  document.dispatchEvent(new Event("replaced"));
}).observe(main, { childList: true, subtree: true });

lost.addEventListener("components-reconnect-state-changed", ({ detail: { state } }) => {
  if (state === "show") lost.showModal();
  else if (state === "hide") lost.close();
  // The server has answered and no longer knows this circuit: the page begins anew, from what its address says.
  else if (state === "rejected" || state === "resume-failed") location.reload();
});
addEventListener("click", event => {
  if (event.target.closest("[data-reload]")) location.reload();
});

Blazor.start({
  // Links and forms stay those of a browser.
  ssr: { disableDomPreservation: true },
  circuit: {
    // None, so they are not asked for: everything below /_blazor names its origin, which a plain GET does not.
    initializers: { beforeStart: [], afterStarted: [] },
    circuitHandlers: [{ onCircuitOpened: () => document.documentElement.classList.add("live") }],
    // A WebSocket from the start and nothing else; the address does not depend on that of the page.
    configureSignalR: connection => connection.withUrl("/_blazor", { skipNegotiation: true, transport: 1 }).configureLogging("warn"),
  },
});
