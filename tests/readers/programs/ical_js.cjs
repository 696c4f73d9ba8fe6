// What ical.js, Thunderbird's and Nextcloud's parser, shows of a feed in its strict mode: a row for each entry.
const ical = require("ical.js");
const ICAL = ical.default ?? ical;

ICAL.design.strict = true;

function moment(time) {
  const year = String(time.year).padStart(4, "0"); // toString() gives the year 23 two digits
  return time.isDate ? time.toString().replace(/^\d+/, year) : time.toJSDate().toISOString();
}

function lastMoment(event) {
  if (!event.component.hasProperty("dtend")) return null;
  const end = event.endDate.clone();
  if (end.isDate) end.adjust(-1, 0, 0, 0);
  return moment(end);
}

function row(component) {
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
}

exports.rows = (feed) => {
  const calendar = new ICAL.Component(ICAL.parse(feed));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  return calendar.getAllSubcomponents("vevent").map(row);
};
