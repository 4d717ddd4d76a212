// Starts the circuit, which renders a part of the page over a WebSocket. Without a WebSocket the page stays as it is and works.
const lost = document.getElementById("components-reconnect-modal");
const main = document.getElementById("main");

// The element with the focus. When the circuit first renders, or renders again, it may replace this element. The focus and any text
// typed meanwhile then move to the new element with the same id.
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
  // The server no longer knows this circuit. The page is loaded again and shows what its address says.
  else if (state === "rejected" || state === "resume-failed") location.reload();
});
addEventListener("click", event => {
  if (event.target.closest("[data-reload]")) location.reload();
});

Blazor.start({
  // The browser handles links and forms.
  ssr: { disableDomPreservation: true },
  circuit: {
    // Empty, so Blazor does not fetch them: its GET has no Origin header, so the server would refuse it.
    initializers: { beforeStart: [], afterStarted: [] },
    circuitHandlers: [{ onCircuitOpened: () => document.documentElement.classList.add("live") }],
    // WebSocket only (transport 1), without negotiation. The path is absolute, so any page can use it.
    configureSignalR: connection => connection.withUrl("/_blazor", { skipNegotiation: true, transport: 1 }).configureLogging("warn"),
  },
});
