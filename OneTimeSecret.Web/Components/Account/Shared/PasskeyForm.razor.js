// Gets a challenge from the server, lets a passkey answer it, and sends the form with the answer.
const form = document.querySelector("form[data-passkey]");
const button = form.querySelector("button");
let waiting; // cancels the autofill offer when the button is pressed

form.addEventListener("submit", async event => {
  if (field("Credential").value) return; // already answered
  event.preventDefault();
  waiting?.abort();
  button.disabled = true;
  try {
    await send({});
  } catch (fault) {
    say(fault.name === "InvalidStateError" ? form.dataset.known : form.dataset.failed);
    button.disabled = false;
    button.focus();
  }
});

async function send(how) {
  if (!globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) return unsupported();
  const asked = await fetch(form.dataset.passkey, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  if (!asked.ok) throw new Error(asked.statusText);
  if (asked.status === 204) return location.reload(); // the page then says what to do first
  const question = await asked.json();
  const credential = await answer(JSON.parse(question.options), how);
  field("State").value = question.state;
  field("Credential").value = JSON.stringify(credential);
  const stay = form.querySelector("[data-as]");
  if (stay) stay.value = document.querySelector(`input[name="${stay.dataset.as}"]`).checked;
  button.disabled = false;
  form.requestSubmit();
}

function answer(options, how) {
  return "add" in form.dataset
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options), ...how })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options), ...how });
}

function unsupported() {
  say(form.dataset.unsupported);
  button.disabled = false;
}

function say(text) {
  let line = form.querySelector(".error");
  if (!line) {
    line = Object.assign(document.createElement("p"), { className: "error", role: "alert" });
    button.parentElement.before(line);
  }
  line.textContent = text;
}

function field(name) {
  return form.elements[`Answer.${name}`];
}

// Offers passkeys by autofill. Nobody asked for it, so a failure is not shown.
async function offer() {
  if (!await globalThis.PublicKeyCredential?.isConditionalMediationAvailable?.()) return;
  waiting = new AbortController();
  await send({ mediation: "conditional", signal: waiting.signal });
}

// The back button must not restore an answer, because it works only once.
addEventListener("pageshow", () => field("Credential").value = "");

if (form.querySelector(".error")) button.focus(); // autofocus fails, because the button is hidden until a script runs
if ("conditional" in form.dataset) offer().catch(() => { });
