// Reads a feed with ical.js, Thunderbird's and Nextcloud's parser, in its strict mode.
const ical = require("ical.js");
const ICAL = ical.default ?? ical;

ICAL.design.strict = true;
const calendar = new ICAL.Component(ICAL.parse(require("fs").readFileSync(0, "utf8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);

function moment(time) {
  return time.isDate ? time.toString() : time.toJSDate().toISOString();
}

function lastMoment(event) {
  if (!event.component.hasProperty("dtend")) return null;
  const end = event.endDate.clone();
  if (end.isDate) end.adjust(-1, 0, 0, 0);
  return moment(end);
}

const rows = calendar.getAllSubcomponents("vevent").map((component) => {
  const event = new ICAL.Event(component);
  return {
    uid: event.uid,
    starts: moment(event.startDate),
    ends: lastMoment(event),
    summary: event.summary,
    status: component.getFirstPropertyValue("status"),
    description: event.description,
    location: event.location,
  };
});
process.stdout.write(JSON.stringify(rows));
