// Listens for the end of a secret, and then shows the receipt as it is now.
import { announce, fetchPage, replace } from "/js/page.js";

const final = new Set(["received", "burned", "expired", "orphaned"]);
let events;

// Only while somebody looks: a browser has six connections for a server, and each open receipt takes one.
function listen() {
  const receipt = document.querySelector("[data-live]");
  events?.close();
  if (!receipt || document.hidden) return;
  events = new EventSource(receipt.dataset.live);
  // Refused for now: there are too many pages open.
  events.onerror = () => events.readyState === EventSource.CLOSED && setTimeout(listen, 60_000);
  events.onmessage = async event => {
    if (event.data !== receipt.dataset.state) {
      // Should this fail, the state comes again.
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
