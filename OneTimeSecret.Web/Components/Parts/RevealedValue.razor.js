// The value must not come back: a reload becomes a GET, which finds it gone, and leaving the page removes it.
history.replaceState(null, "", location.href);
addEventListener("pagehide", () => document.querySelector("[data-revealed]")?.remove());
addEventListener("pageshow", event => event.persisted && location.reload());
