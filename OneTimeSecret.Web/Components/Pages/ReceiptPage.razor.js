// Listens for the end of a secret, and then shows the receipt as it is now.
import { announce, fetchPage, replace } from "/js/page.js";

const final = new Set(["received", "burned", "expired", "orphaned"]);

function listen() {
  const receipt = document.querySelector("[data-live]");
  if (!receipt) return;
  const events = new EventSource(receipt.dataset.live);
  events.onmessage = async event => {
    if (event.data !== receipt.dataset.state) {
      // Should this fail, the state comes again.
      replace("#main", await fetchPage(location.href));
      announce(document.querySelector("[data-said]")?.dataset.said ?? "");
    }
    if (final.has(event.data)) events.close();
  };
  addEventListener("pagehide", () => events.close());
  addEventListener("pageshow", event => event.persisted && location.reload());
}

listen();
