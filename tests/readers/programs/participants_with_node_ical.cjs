// Reads with node-ical who takes part in each entry of a rich feed, and where it is: it files what is inside an entry by
// its UID, among the entry's properties.
const ical = require("node-ical");

const text = (value) => (value && typeof value === "object" ? value.val : value);
const inside = (entry, kind, name) =>
  Object.values(entry)
    .filter((part) => part && part.type === kind)
    .map((part) => text(part[name]));
const calendar = ical.sync.parseICS(require("fs").readFileSync(0, "utf8"));
const told = Object.values(calendar)
  .filter((component) => component.type === "VEVENT")
  .map((entry) => [
    entry.uid,
    { participants: inside(entry, "PARTICIPANT", "summary"), places: inside(entry, "VLOCATION", "name") },
  ]);
process.stdout.write(JSON.stringify(Object.fromEntries(told)));
