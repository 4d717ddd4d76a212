// Copies the element that a button names.
import { announce } from "/js/page.js";

document.addEventListener("click", async event => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  const copied = await copy(source);
  if (!copied) getSelection().selectAllChildren(source); // so that the person can copy it
  button.dataset.label ??= button.textContent;
  button.dataset.name ??= button.getAttribute("aria-label");
  const said = copied ? button.dataset.done : button.dataset.failed;
  label(button, said, said);
  button.classList.toggle("done", copied);
  announce(said);
  clearTimeout(button.timer);
  button.timer = setTimeout(() => {
    label(button, button.dataset.label, button.dataset.name);
    button.classList.remove("done");
  }, 3000);
});

// The name includes the visible text.
function label(button, text, name) {
  button.textContent = text;
  button.setAttribute("aria-label", name);
}

// A data: link holds the exact bytes of a text. The screen may show some characters differently.
async function copy(source) {
  const text = source.value ?? (source.dataset.exact ? exact(source.dataset.exact) : source.textContent);
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

// Without TLS only execCommand works. It copies a selection, and the copy event replaces that with the text.
function copySelected(text) {
  const focused = document.activeElement;
  const box = document.createElement("textarea");
  box.value = text;
  box.className = "unseen";
  document.body.append(box);
  box.select();
  box.addEventListener("copy", event => {
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
  });
  const copied = document.execCommand("copy");
  box.remove();
  focused.focus({ preventScroll: true });
  return copied;
}

function exact(link) {
  const base64 = document.querySelector(link).href.split(",")[1];
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(atob(base64), c => c.charCodeAt(0)));
}
