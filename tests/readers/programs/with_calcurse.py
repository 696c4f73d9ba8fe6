"""Imports a feed into calcurse and reads what calcurse then keeps, in its own file format.

calcurse keeps no UID and no status: its rows say neither.
"""

import datetime as dt
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .shown import row, tell

DAY = r"(\d\d/\d\d/\d{4})"
TIME = r"(\d\d/\d\d/\d{4} @ \d\d:\d\d)"
EVENT = re.compile(rf"{DAY} \[1\](?: \{{1D -> {DAY}\}})? ?>(\w+) (.*)")
APPOINTMENT = re.compile(rf"{TIME} -> {TIME} ?>(\w+) \|(.*)")


def shown(folder: Path) -> Iterator[dict[str, str | None]]:
    """Read calcurse's list of appointments."""
    for line in (folder / "apts").read_text(encoding="utf-8").splitlines():
        if event := EVENT.fullmatch(line):
            first, last, note, summary = event.groups()
            starts = day(first)
            ends = (day(last) if last else starts) + dt.timedelta(days=1)
        elif appointment := APPOINTMENT.fullmatch(line):
            starts, ends = time(appointment[1]), time(appointment[2])
            note, summary = appointment[3], appointment[4]
        else:
            raise ValueError(line)
        description, location = noted((folder / "notes" / note).read_text(encoding="utf-8"))
        yield row(
            uid=None,
            starts=starts,
            ends=ends,
            summary=summary,
            status=None,
            description=description,
            location=location,
        )


def noted(note: str) -> tuple[str, str | None]:
    """Part calcurse's note into the description and the location."""
    description, _, rest = note.partition("\n-- \n")
    location, _, _ = rest.removeprefix("Location: ").partition("\nImport: ")
    return description.removesuffix("\n"), location.removesuffix("\n") if rest.startswith("Location: ") else None


def day(text: str) -> dt.date:
    """Read a day."""
    return dt.datetime.strptime(f"{text} Z", "%m/%d/%Y %z").date()


def time(text: str) -> dt.datetime:
    """Read an instant in UTC."""
    return dt.datetime.strptime(f"{text} Z", "%m/%d/%Y @ %H:%M %z")


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    (folder / "feed.ics").write_bytes(sys.stdin.buffer.read())
    environment = {"PATH": os.environ["PATH"], "HOME": name, "LANG": "C.UTF-8", "TZ": "UTC", "TMPDIR": name}
    command = ["calcurse", "-D", name, "-i", str(folder / "feed.ics")]
    subprocess.run(command, env=environment, stdout=sys.stderr, check=True)
    tell(shown(folder))
