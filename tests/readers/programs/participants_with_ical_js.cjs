// Reads with ical.js who takes part in each entry of a rich feed, and where it is.
const ical = require("ical.js");
const ICAL = ical.default ?? ical;

const inside = (entry, kind, name) => entry.getAllSubcomponents(kind).map((part) => part.getFirstPropertyValue(name));
const calendar = new ICAL.Component(ICAL.parse(require("fs").readFileSync(0, "utf8")));
const told = calendar.getAllSubcomponents("vevent").map((entry) => [
  entry.getFirstPropertyValue("uid"),
  { participants: inside(entry, "participant", "summary"), places: inside(entry, "vlocation", "name") },
]);
process.stdout.write(JSON.stringify(Object.fromEntries(told)));
