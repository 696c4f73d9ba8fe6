// Reads a feed with ical.js.
const { rows } = require("./ical_js.cjs");

process.stdout.write(JSON.stringify(rows(require("fs").readFileSync(0, "utf8"))));
