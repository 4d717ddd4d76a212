// For Secrets:ConfirmReveal: only a press by hand (mouse, touch, keyboard, screen reader) opens the secret. Presses by a script do nothing.
const form = document.querySelector("form[data-by-hand]");
form?.querySelector("button").addEventListener("click", event => {
  if (event.isTrusted) form.elements.ByHand.value = "true";
  else event.preventDefault();
});
