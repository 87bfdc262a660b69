// A page that asks for itself does so while somebody can see it, and at once when somebody can again
// (its region's trigger). What it says happened "3 s ago" grows older by the receiver's own clock.
"use strict";

document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden) event.preventDefault();
});

const ahead = Date.parse(document.documentElement.dataset.now) - Date.now();
const units = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];

const ago = (seconds) => {
  const unit = units.find(([size]) => Math.abs(seconds) >= size);
  if (!unit) return "just now";
  const span = `${Math.floor(Math.abs(seconds) / unit[0])} ${unit[1]}`;
  return seconds > 0 ? `${span} ago` : `in ${span}`;
};

setInterval(() => {
  if (document.hidden) return;
  for (const one of document.querySelectorAll("time.ago")) {
    const text = ago((Date.now() + ahead - Date.parse(one.dateTime)) / 1000);
    if (one.textContent !== text) one.textContent = text;
  }
}, 1000);
