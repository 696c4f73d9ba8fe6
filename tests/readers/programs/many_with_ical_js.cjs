// Reads feeds with ical.js as they come, each a JSON text on a line of its own, and answers each with a line.
const { rows } = require("./ical_js.cjs");

require("readline")
  .createInterface({ input: process.stdin })
  .on("line", (line) => process.stdout.write(`${JSON.stringify(rows(JSON.parse(line)))}\n`));
