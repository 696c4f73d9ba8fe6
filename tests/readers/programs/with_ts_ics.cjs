// Reads a feed with ts-ics, which web applications use.
const { convertIcsCalendar } = require("ts-ics");

// The instant at which the clocks of a zone show a time, from what Node.js knows of the zone: an application that shows
// ts-ics's local time and zone does the same. The instant that ts-ics works out itself is an hour off in the month of a
// change of clocks, where that change comes by an RRULE.
function instant(wall, zone) {
  const clock = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  const shownAt = (at) => Date.parse(`${clock.format(at).replace(" ", "T")}Z`);
  let at = wall.getTime();
  for (let round = 0; round < 2; round += 1) at += wall.getTime() - shownAt(at);
  return new Date(at);
}

const isDay = (moment) => moment.type === "DATE";

function text(moment, days) {
  if (!moment) return null;
  if (!isDay(moment)) {
    const { local, date } = moment;
    return (local ? instant(local.date, local.timezone) : date).toISOString();
  }
  const day = new Date(moment.date);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

const calendar = convertIcsCalendar(undefined, require("fs").readFileSync(0, "utf8"));
const rows = (calendar.events ?? []).map((event) => ({
  uid: event.uid,
  starts: text(event.start, 0),
  ends: text(event.end, -1),
  summary: event.summary,
  status: event.status,
  description: event.description,
  location: event.location ?? null,
}));
process.stdout.write(JSON.stringify(rows));
