"""Reads with vobject who takes part in each entry of a rich feed, and where it is."""

import json
import sys

import vobject

told = {
    entry.uid.value: {
        "participants": [part.summary.value for part in entry.contents.get("participant", ())],
        "places": [part.contents["name"][0].value for part in entry.contents.get("vlocation", ())],
    }
    for entry in vobject.readOne(sys.stdin.buffer.read().decode()).contents.get("vevent", ())
}
json.dump(told, sys.stdout)
