"""Reads with icalendar who takes part in each entry of a rich feed, and where it is."""

import json
import sys

from icalendar import Calendar

told = {
    str(entry["UID"]): {
        "participants": [str(part["SUMMARY"]) for part in entry.subcomponents if part.name == "PARTICIPANT"],
        "places": [str(part["NAME"]) for part in entry.subcomponents if part.name == "VLOCATION"],
    }
    for entry in Calendar.from_ical(sys.stdin.buffer.read()).events
}
json.dump(told, sys.stdout)
