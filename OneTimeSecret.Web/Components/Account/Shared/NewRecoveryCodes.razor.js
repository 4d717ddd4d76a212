// The codes must not come back: a reload becomes a GET, and leaving the page removes them.
history.replaceState(null, "", location.href);
addEventListener("pagehide", () => document.querySelector("[data-codes]")?.remove());
addEventListener("pageshow", event => event.persisted && location.reload());
document.querySelector("[data-print]").addEventListener("click", () => print());
