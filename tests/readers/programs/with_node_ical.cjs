// Reads a feed with node-ical, which dashboards and bots on Node.js use.
const ical = require("node-ical");

// An all-day entry begins at midnight where the program runs.
function day(date) {
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part, place) => String(part).padStart(place ? 2 : 4, "0"))
    .join("-");
}

function lastMoment(event) {
  if (!event.end) return null;
  if (event.datetype !== "date") return event.end.toISOString();
  const last = new Date(event.end);
  last.setDate(last.getDate() - 1);
  return day(last);
}

const text = (value) => (value && typeof value === "object" ? value.val : value);
const calendar = ical.sync.parseICS(require("fs").readFileSync(0, "utf8"));
const rows = Object.values(calendar)
  .filter((component) => component.type === "VEVENT")
  .map((event) => ({
    uid: event.uid,
    starts: event.datetype === "date" ? day(event.start) : event.start.toISOString(),
    ends: lastMoment(event),
    summary: text(event.summary),
    status: event.status,
    description: text(event.description),
    location: text(event.location) ?? null,
  }));
process.stdout.write(JSON.stringify(rows));
