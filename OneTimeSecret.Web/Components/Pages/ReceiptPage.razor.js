// Listens for a change of the state, and then updates the receipt.
import { announce, fetchPage, replace } from "/js/page.js";

const final = new Set(["received", "burned", "expired", "orphaned"]);
let events;

// Only while the page is visible: a browser has six connections per server, and each receipt takes one.
function listen() {
  const receipt = document.querySelector("[data-live]");
  events?.close();
  if (!receipt || document.hidden) return;
  events = new EventSource(receipt.dataset.live);
  // The server refused: too many pages are open.
  events.onerror = () => events.readyState === EventSource.CLOSED && setTimeout(listen, 60_000);
  events.onmessage = async event => {
    if (event.data !== receipt.dataset.state) {
      // If this fails, the next heartbeat repeats it.
      replace("#main", await fetchPage(location.href));
      announce(document.querySelector("[data-said]")?.dataset.said ?? "");
    }
    if (final.has(event.data)) events.close();
  };
}

document.addEventListener("visibilitychange", listen);
addEventListener("pagehide", () => events?.close());
addEventListener("pageshow", event => event.persisted && location.reload());
listen();
