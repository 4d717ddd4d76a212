// What the scripts of pages share. Every page works without any of them.
document.documentElement.classList.add("script");

/** Says something to those who listen to the page. */
export function announce(text) {
  document.getElementById("announcement").textContent = text;
}

/** Fetches a page. */
export async function fetchPage(address, init) {
  const answer = await fetch(address, init);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** Puts a part of a page in the place of the same part of this one, focus and all; all else stays as it is. */
export function replace(part, page) {
  const [old, fresh] = [document, page].map(of => of.querySelector(part));
  if (!fresh) throw new Error(`The answer has no ${part}`);
  const focused = old.contains(document.activeElement) ? document.activeElement.id : null;
  old.replaceWith(fresh);
  document.title = page.title;
  if (focused !== null) (document.getElementById(focused) ?? document.getElementById("main")).focus({ preventScroll: true });
  document.dispatchEvent(new Event("replaced"));
}
