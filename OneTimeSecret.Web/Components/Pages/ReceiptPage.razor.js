// Listens for the end of a secret, and then shows the receipt as it is now.
import { announce, replaceMain } from "/js/page.js";

const final = new Set(["received", "burned", "expired", "orphaned"]);

function listen() {
  const receipt = document.querySelector("[data-live]");
  if (!receipt) return;
  const events = new EventSource(receipt.dataset.live);
  events.onmessage = async event => {
    if (final.has(event.data)) events.close();
    if (event.data === receipt.dataset.state) return;
    await replaceMain(location.href);
    announce(document.querySelector("[data-said]")?.dataset.said ?? "");
  };
  addEventListener("pagehide", () => events.close());
  addEventListener("pageshow", event => event.persisted && location.reload());
}

listen();
