// Keeps a form that is on its way from being sent again. A second press would give up the answer to the first, and that may be the
// one answer that holds a secret. Not a module, and first in the head: it is there before any button is.
(() => {
  const free = () => document.querySelectorAll("form[data-sent]").forEach(form => delete form.dataset.sent);

  // On the window, so that whoever refuses to send a form has done so before.
  addEventListener("submit", event => {
    if (event.defaultPrevented) return;
    if ("sent" in event.target.dataset) event.preventDefault();
    else event.target.dataset.sent = "";
  });

  // Also when the browser brings the page back as it was left.
  addEventListener("pageshow", free);

  // The answer was stopped, or never came.
  if (window.navigation) navigation.addEventListener("navigateerror", free);
  else {
    // Browsers that do not say so: the key that stops, and after a while any press.
    addEventListener("keydown", event => event.key === "Escape" && free());
    addEventListener("submit", () => setTimeout(free, 10_000));
  }
})();
