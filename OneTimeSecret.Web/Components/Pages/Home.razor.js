// Counts bytes while somebody types, and makes passwords without leaving the page.
import { announce, fetchPage, replace } from "/js/page.js";

const number = new Intl.NumberFormat(document.documentElement.lang);
const turns = {};

function count() {
  const secret = document.getElementById("secret");
  const line = document.getElementById("secret-count");
  const bytes = new TextEncoder().encode(secret.value).length;
  const max = Number(secret.dataset.max);
  const over = bytes > max;
  const text = over ? line.dataset.over : line.dataset.count;
  line.textContent = text.replace("{0}", number.format(over ? bytes - max : bytes)).replace("{1}", number.format(max));
  if (over && !line.classList.contains("error")) announce(line.textContent);
  line.classList.toggle("error", over);
}

// Only what is made anew is put in place: what somebody types or presses meanwhile stays, and the latest wish is the one that counts.
async function inPlace(button) {
  const form = button.form;
  const [part, made] = button.value === "another" ? [".made", "password"] : [".field:has(#passphrase)", "passphrase"];
  const turn = turns[made] = (turns[made] ?? 0) + 1;
  const fields = new FormData(form, button);
  fields.delete("Input.Secret"); // which need not leave this page before it is shared
  let page;
  try {
    page = await fetchPage(form.action, { method: "POST", body: new URLSearchParams(fields) });
    if (turns[made] !== turn) return;
    replace(part, page);
  } catch {
    form.requestSubmit(document.getElementById(button.id)); // as without script, where the answer says what is wrong
    return;
  }
  const now = document.getElementById(made);
  announce(now.value ?? now.textContent);
}

document.addEventListener("input", event => {
  if (event.target.id === "secret") count();
});
document.addEventListener("change", event => {
  if (event.target.closest(".kinds") || event.target.id === "length") inPlace(document.getElementById("another"));
});
document.addEventListener("click", event => {
  const button = event.target.closest("#another, #make-passphrase");
  if (!button) return;
  event.preventDefault();
  inPlace(button);
});
document.addEventListener("submit", event => {
  const line = document.getElementById("secret-count");
  if (!line.classList.contains("error") || document.getElementById("made").checked) return;
  event.preventDefault();
  announce(line.textContent);
  document.getElementById("secret").focus();
});
document.addEventListener("replaced", count);
// The way back must not bring back what was typed.
addEventListener("pageshow", event => event.persisted && location.replace("/"));
count();
