"""Imports a feed into khal and lists what khal then shows."""

import datetime as dt
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from .shown import row, tell

FIELD, ENTRY = "\x1f", "\x1e"
NAMES = ("uid", "start-long-full", "end-long-full", "title", "status", "description", "location", "start-time")
CONFIGURATION = """
[calendars]
[[visits]]
path = {folder}/visits
[sqlite]
path = {folder}/khal.db
[locale]
timeformat = %H:%M:%S
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M:%S
longdatetimeformat = %Y-%m-%d %H:%M:%S
local_timezone = UTC
default_timezone = UTC
"""


def khal(folder: Path, *arguments: str) -> str:
    """Run khal on a calendar of its own."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", "TZ": "UTC"}
    command = ["khal", "-c", str(folder / "config"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def shown(listed: str) -> dict[str, str | None]:
    """Read one entry of khal's list."""
    fields = listed.strip("\n").split(FIELD)
    all_day = not fields[7].strip()
    starts, ends = (moment(text, all_day=all_day) for text in fields[1:3])
    return row(
        uid=fields[0],
        starts=starts,
        ends=ends + dt.timedelta(days=1) if all_day else ends,
        summary=fields[3],
        status=fields[4].strip(),
        description=fields[5],
        location=fields[6] or None,
    )


def moment(text: str, *, all_day: bool) -> dt.date:
    """Read a day, or an instant in UTC."""
    instant = dt.datetime.fromisoformat(f"{text}+00:00")
    return instant.date() if all_day else instant


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    (folder / "visits").mkdir()
    (folder / "config").write_text(CONFIGURATION.format(folder=folder))
    (folder / "feed.ics").write_bytes(sys.stdin.buffer.read())
    khal(folder, "import", "--batch", "-a", "visits", str(folder / "feed.ics"))
    form = FIELD.join(f"{{{field}}}" for field in NAMES) + ENTRY
    listed = khal(folder, "list", "--once", "--day-format", "", "--format", form, "1900-01-01", "2100-01-01")
    tell(shown(entry) for entry in listed.split(ENTRY) if entry.strip("\n"))
