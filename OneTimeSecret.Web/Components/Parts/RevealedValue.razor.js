// The answer that holds the value must not come back: a reload asks anew and finds it gone, and leaving the page forgets it.
history.replaceState(null, "", location.href);
addEventListener("pagehide", () => document.querySelector("[data-revealed]")?.remove());
addEventListener("pageshow", event => event.persisted && location.reload());
