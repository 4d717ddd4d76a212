// Functions that page scripts share. Every page works without script.
document.documentElement.classList.add("script");

/** Announces a text to screen readers. */
export function announce(text) {
  document.getElementById("announcement").textContent = text;
}

/** Fetches a page. */
export async function fetchPage(address, init) {
  const answer = await fetch(address, init);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** Replaces a part of this page with that of another page. Takes over its title and keeps the focus. */
export function replace(part, page) {
  const [old, fresh] = [document, page].map(of => of.querySelector(part));
  if (!fresh) throw new Error(`The answer has no ${part}`);
  const focused = old.contains(document.activeElement) ? document.activeElement.id : null;
  old.replaceWith(fresh);
  document.title = page.title;
  if (focused !== null) (document.getElementById(focused) ?? document.getElementById("main")).focus({ preventScroll: true });
  document.dispatchEvent(new Event("replaced"));
}
