// Shows every time of the page in the reader's language and time zone.
const format = new Intl.DateTimeFormat(undefined, {
  weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short",
});

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit", second: "2-digit" });

function show() {
  for (const time of document.querySelectorAll("time")) {
    if (time.dataset.local === time.dateTime) continue;
    // Keep the node: in a circuit the server changes its text later.
    time.firstChild.data = ("seconds" in time.dataset ? clock : format).format(new Date(time.dateTime));
    time.dataset.local = time.dateTime;
  }
}

show();
document.addEventListener("replaced", show);
