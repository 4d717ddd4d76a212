// What the scripts of pages share. Every page works without any of them.
document.documentElement.classList.add("script");

/** Says something to those who listen to the page. */
export function announce(text) {
  document.getElementById("announcement").textContent = text;
}

/** Fetches a page and puts its main part in the place of this one's, focus and all. */
export async function replaceMain(address, init) {
  const answer = await fetch(address, init);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const focused = document.activeElement?.id;
  const main = document.getElementById("main");
  main.replaceChildren(...page.getElementById("main").childNodes);
  document.title = page.title;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  document.dispatchEvent(new Event("replaced"));
}
