// Shows every instant of the page in the reader's own language and time zone.
const format = new Intl.DateTimeFormat(undefined, {
  weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short",
});

function show() {
  for (const time of document.querySelectorAll("time")) {
    if (time.dataset.local === time.dateTime) continue;
    // The node stays: in a circuit the server changes its text later on.
    time.firstChild.data = format.format(new Date(time.dateTime));
    time.dataset.local = time.dateTime;
  }
}

show();
document.addEventListener("replaced", show);
