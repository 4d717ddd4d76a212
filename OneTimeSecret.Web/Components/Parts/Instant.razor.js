// Shows every instant of the page in the reader's own language and time zone.
const format = new Intl.DateTimeFormat(undefined, {
  weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short",
});

function show() {
  for (const time of document.querySelectorAll("time:not([data-local])")) {
    time.textContent = format.format(new Date(time.dateTime));
    time.dataset.local = "";
  }
}

show();
document.addEventListener("replaced", show);
