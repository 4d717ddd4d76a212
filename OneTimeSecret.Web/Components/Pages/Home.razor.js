// Counts the typed bytes, and makes passwords without asking the server.
import { announce } from "/js/page.js";
import { makePassword } from "/js/password.js";

const number = new Intl.NumberFormat(document.documentElement.lang);

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

// Each checkbox holds the characters of its kind, the last one the look-alikes. None checked means all kinds without look-alikes.
function kinds(boxes) {
  const [alike, of] = [boxes.at(-1), boxes.slice(0, -1)];
  const none = !of.some(box => box.checked);
  const without = none || alike.checked ? alike.dataset.characters : "";
  return of.filter(box => none || box.checked)
    .map(box => [...box.dataset.characters].filter(character => !without.includes(character)).join(""));
}

// Runs on each change, so that the form sends the shown password. Screen readers announce a changed <output>.
function makeIt() {
  const field = document.getElementById("length");
  const length = Number(field.value);
  if (!Number.isInteger(length) || length < 1 || length > Number(field.max)) return; // the server reports it
  const password = makePassword(length, kinds([...document.querySelectorAll(".kinds input")]));
  document.getElementById("password").textContent = password;
  field.form.elements["Input.Password"].value = password;
}

// All kinds, without look-alikes.
function makePassphrase(button) {
  const field = document.getElementById("passphrase");
  field.value = makePassword(Number(button.dataset.length), kinds([...document.querySelectorAll(".kinds input")].map(
    ({ dataset }) => ({ dataset, checked: true }))));
  if (field.type === "password") document.querySelector("[data-show=passphrase]").click();
  announce(field.value);
}

document.addEventListener("input", event => {
  if (event.target.id === "secret") count();
  if (event.target.id === "length" || event.target.closest(".kinds")) makeIt();
});
document.addEventListener("click", event => {
  const button = event.target.closest("#another, #make-passphrase");
  if (!button) return;
  event.preventDefault();
  if (button.id === "another") makeIt();
  else makePassphrase(button);
});
document.addEventListener("submit", event => {
  const line = document.getElementById("secret-count");
  if (!line.classList.contains("error") || document.getElementById("made").checked) return;
  event.preventDefault();
  announce(line.textContent);
  document.getElementById("secret").focus();
});
// The back button must not restore typed text.
addEventListener("pageshow", event => event.persisted && location.replace("/"));
count();
