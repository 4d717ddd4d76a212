// The answer that holds the codes must not come back: a reload asks anew, and leaving the page forgets them.
history.replaceState(null, "", location.href);
addEventListener("pagehide", () => document.querySelector("[data-codes]")?.remove());
addEventListener("pageshow", event => event.persisted && location.reload());
document.querySelector("[data-print]").addEventListener("click", () => print());
