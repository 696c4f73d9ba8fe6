"""The readers: how each is started, how to see whether it is there, and what it is known to show otherwise."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import attrs
import pytest

PROGRAMS = Path(__file__).parent / "programs"
NODE_MODULES = (
    Path(os.environ.get("DIPLOCAL_READERS") or Path.home() / ".cache" / "diplocal-readers").absolute() / "node_modules"
)
LIBICAL = NODE_MODULES.parent / "libical-reader"
HOW_TO_GET = "tests/readers/install brings it"


class Shown(NamedTuple):
    """An entry as a reader shows it."""

    uid: str | None
    """None from a reader that keeps none."""
    starts: str
    """First day, or the instant in UTC, in ISO 8601."""
    ends: str | None
    """Last day, or the instant in UTC; None when the entry has no end."""
    summary: str
    status: str | None
    """None from a reader that keeps none."""
    description: str
    location: str | None


@attrs.frozen
class Reader:
    """A program that reads feeds."""

    name: str
    command: tuple[str, ...]
    """Reads a feed from standard input, and writes what it shows of it to standard output."""
    is_there: Callable[[], bool]
    limits: Callable[[Shown], Shown] = attrs.field(default=lambda entry: entry)
    """What it shows of an entry that most readers show as given."""

    def shows(self, feed: bytes) -> list[Shown]:
        """Give what it shows of a feed, in no order."""
        return rows(json.loads(self.run(feed).splitlines()[0]))

    def expected(self, entries: Sequence[Shown]) -> list[Shown]:
        """Give what it should show of these entries."""
        return [self.limits(entry) for entry in entries]

    def run(self, feed: bytes) -> str:
        """Run it away from the settings and calendars of whoever runs the tests."""
        self.require()
        with tempfile.TemporaryDirectory() as home:
            environment = {
                **{name: os.environ[name] for name in ("PATH", "CI") if name in os.environ},
                "HOME": home,
                "XDG_RUNTIME_DIR": home,
                "LANG": "C.UTF-8",
                "TZ": "UTC",
                "NODE_PATH": str(NODE_MODULES),
                "PYTHONPATH": str(PROGRAMS.parents[1]),
                "GIO_USE_NETWORK_MONITOR": "base",
            }
            run = subprocess.run(
                self.command, input=feed, env=environment, capture_output=True, check=False, timeout=120
            )
        assert run.returncode == 0, run.stderr.decode()
        return run.stdout.decode()

    def require(self) -> None:
        """Pass a missing reader over; none may be missing in CI, or where DIPLOCAL_READERS says that they are."""
        if self.is_there():
            return
        missing = f"without {self.name} ({HOW_TO_GET})"
        if os.environ.get("CI") or os.environ.get("DIPLOCAL_READERS"):
            pytest.fail(missing)
        pytest.skip(missing)


def rows(told: list[dict[str, Any]]) -> list[Shown]:
    """Read what a reader's program tells."""
    return [Shown(**{**row, "starts": _utc(row["starts"]), "ends": _utc(row["ends"])}) for row in told]


def _utc(moment: str | None) -> str | None:
    return moment and moment.replace(".000Z", "+00:00").replace("Z", "+00:00")


def _python(module: str) -> Reader:
    return Reader(
        module.replace("_", "-"),
        (sys.executable, "-m", f"readers.programs.with_{module}"),
        lambda: importlib.util.find_spec(module) is not None,
    )


def _node(package: str) -> Reader:
    program = f"with_{package.replace('-', '_').replace('.', '_')}.cjs"
    return Reader(
        package,
        ("node", str(PROGRAMS / program)),
        lambda: shutil.which("node") is not None and (NODE_MODULES / package).is_dir(),
    )


def _debian(program: str) -> Reader:
    return Reader(
        program,
        (sys.executable, "-m", f"readers.programs.with_{program}"),
        lambda: shutil.which(program) is not None,
    )


@cache
def _evolution_is_there() -> bool:
    if shutil.which("dbus-run-session") is None or not Path("/usr/bin/python3").exists():
        return False
    bindings = "import gi; gi.require_version('ECal', '2.0'); from gi.repository import ECal"
    server = Path("/usr/libexec/evolution-calendar-factory")
    asked = subprocess.run(["/usr/bin/python3", "-c", bindings], capture_output=True, check=False)
    return server.exists() and asked.returncode == 0


def _ends_when_it_begins(entry: Shown) -> Shown:
    """An entry with a beginning and no end takes no time (RFC 5545, 3.6.1): some readers say so."""
    return entry._replace(ends=entry.ends or entry.starts)


def _lasts_an_hour(entry: Shown) -> Shown:
    """Khal draws an hour where no end is known."""
    if entry.ends:
        return entry
    begin, hour = entry.starts.split("T")
    return entry._replace(ends=f"{begin}T{int(hour[:2]) + 1:02}{hour[2:]}")


def _unescaped_in_the_wrong_order(newline: str, others: str) -> Callable[[Shown], Shown]:
    r"""Some readers replace \n, \, and \; before \\, and so see an escape in a backslash that stands for itself."""

    def misread(text: str) -> str:
        text = text.replace("\\n", newline).replace("\\N", newline)
        return text.replace("\\,", f"{others},").replace("\\;", f"{others};")

    def shown(entry: Shown) -> Shown:
        location = entry.location and misread(entry.location)
        return entry._replace(summary=misread(entry.summary), description=misread(entry.description), location=location)

    return shown


def _by_khal(entry: Shown) -> Shown:
    return _unescaped_in_the_wrong_order("\n", "")(_lasts_an_hour(entry))


def _by_node_ical(entry: Shown) -> Shown:
    return _unescaped_in_the_wrong_order("\\\n", "\\")(_ends_when_it_begins(entry))


def _by_calcurse(entry: Shown) -> Shown:
    """It keeps neither UID nor status, sets the lines of a place in, and reads 8,191 octets of a property."""
    room = 8191 - len("DESCRIPTION:") - entry.description.count("\n")
    return _ends_when_it_begins(entry)._replace(
        uid=None,
        status=None,
        description=entry.description.encode()[:room].decode(errors="ignore"),
        location=entry.location and entry.location.replace("\n", "\n    "),
    )


EVOLUTION = Reader(
    "evolution-data-server",
    ("dbus-run-session", "--", "/usr/bin/python3", "-m", "readers.programs.with_evolution"),
    _evolution_is_there,
)
READERS = (
    _python("icalendar"),
    _python("ical"),
    _python("vobject"),
    attrs.evolve(_python("recurring_ical_events"), limits=_ends_when_it_begins),
    _node("ical.js"),
    attrs.evolve(_node("node-ical"), limits=_by_node_ical),
    _node("ts-ics"),
    Reader("libical", (str(LIBICAL),), LIBICAL.exists),
    attrs.evolve(_debian("khal"), limits=_by_khal),
    attrs.evolve(_debian("calcurse"), limits=_by_calcurse),
    attrs.evolve(_debian("vdirsyncer"), limits=lambda entry: entry._replace(uid=None)),
    _python("radicale"),
    EVOLUTION,
)
