// Shows and hides the text of the field that a button names.
function label(button) {
  const shown = document.getElementById(button.dataset.show).type === "text";
  button.dataset.label ??= button.textContent;
  button.textContent = shown ? button.dataset.hide : button.dataset.label;
}

const start = () => document.querySelectorAll("[data-show]").forEach(label);

document.addEventListener("click", event => {
  const button = event.target.closest("[data-show]");
  if (!button) return;
  const field = document.getElementById(button.dataset.show);
  field.type = field.type === "password" ? "text" : "password";
  label(button);
});
document.addEventListener("replaced", start);
start();
