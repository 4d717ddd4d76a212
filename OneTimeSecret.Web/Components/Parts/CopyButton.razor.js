// Copies what a button names, and says that it worked.
import { announce } from "/js/page.js";

document.addEventListener("click", async event => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  await copy(source);
  button.dataset.label ??= button.textContent;
  button.textContent = button.dataset.done;
  button.classList.add("done");
  announce(button.dataset.done);
  clearTimeout(button.timer);
  button.timer = setTimeout(() => {
    button.textContent = button.dataset.label;
    button.classList.remove("done");
  }, 3000);
});

// A link with a data: address holds the exact bytes of a text; what is on screen may show some of them otherwise.
async function copy(source) {
  const text = source.value ?? (source.dataset.exact ? exact(source.dataset.exact) : source.textContent);
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without TLS there is no clipboard but the old one, which takes a selection.
    const box = document.createElement("textarea");
    box.value = text;
    box.className = "unseen";
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
}

function exact(link) {
  const base64 = document.querySelector(link).href.split(",")[1];
  return new TextDecoder().decode(Uint8Array.from(atob(base64), c => c.charCodeAt(0)));
}
