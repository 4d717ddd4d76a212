// Asks the server for a question, the browser for a passkey that answers it, and sends the form with the answer.
const form = document.querySelector("form[data-passkey]");
const button = form.querySelector("button");
let waiting; // what the browser may offer by itself, until the button is pressed

form.addEventListener("submit", async event => {
  if (field("Credential").value) return; // the second time round
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
  if (asked.status === 204) return location.reload(); // the page itself says what is to be done first
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

// What comes of this is nobody's wish yet, so nothing is said when it comes to nothing.
async function offer() {
  if (!await globalThis.PublicKeyCredential?.isConditionalMediationAvailable?.()) return;
  waiting = new AbortController();
  await send({ mediation: "conditional", signal: waiting.signal });
}

// The way back must not bring an answer back: each is for one question.
addEventListener("pageshow", () => field("Credential").value = "");

if (form.querySelector(".error")) button.focus(); // it cannot be told to in the page, where it is hidden until a script runs
if ("conditional" in form.dataset) offer().catch(() => { });
