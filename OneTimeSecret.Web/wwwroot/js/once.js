// Stops a form from being sent twice. A second press would discard the answer to the first, which may be the only one that holds
// a secret. This is a classic script at the start of the head, so it runs before any button exists.
(() => {
  const free = () => document.querySelectorAll("form[data-sent]").forEach(form => delete form.dataset.sent);

  // On the window, so that other listeners can cancel the event first.
  addEventListener("submit", event => {
    if (event.defaultPrevented) return;
    if ("sent" in event.target.dataset) event.preventDefault();
    else event.target.dataset.sent = "";
  });

  // The browser has restored the page from its cache.
  addEventListener("pageshow", free);

  // The answer was stopped or failed.
  if (window.navigation) navigation.addEventListener("navigateerror", free);
  else {
    // Browsers without that event: free the form on Escape or after 10 seconds.
    addEventListener("keydown", event => event.key === "Escape" && free());
    addEventListener("submit", () => setTimeout(free, 10_000));
  }
})();
