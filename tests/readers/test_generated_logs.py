"""Whatever a log says, its feed is read back as it was meant: in icalendar, and in ical.js."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings

from diplocal.calendars import Feed, Policy
from diplocal.replaying import replay
from diplocal.testing import History, histories

from .log import LOG_ID
from .programs.with_icalendar import rows as rows_of_icalendar
from .programs_to_read_with import NODE_MODULES, PROGRAMS, READERS, Shown, rows
from .test_readers import entries_of, in_order

EVERYTHING = Policy(vague_up_to_days=4_000_000)
ICAL_JS = next(reader for reader in READERS if reader.name == "ical.js")
ReadFeed = Callable[[bytes], list[Shown]]


@pytest.fixture(scope="module")
def ical_js() -> Iterator[ReadFeed]:
    """Keep ical.js running, for a process a feed would take too long."""
    ICAL_JS.require()
    with subprocess.Popen(
        ["node", str(PROGRAMS / "many_with_ical_js.cjs")],
        env={**os.environ, "NODE_PATH": str(NODE_MODULES), "TZ": "UTC"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as node:
        assert node.stdin
        assert node.stdout

        def read(feed: bytes) -> list[Shown]:
            assert node.stdin
            assert node.stdout
            print(json.dumps(feed.decode()), file=node.stdin, flush=True)
            return rows(json.loads(node.stdout.readline()))

        yield read


def feed_of(history: History) -> bytes:
    return replay(Feed(policy=EVERYTHING, log_id=LOG_ID), history.records()).to_ical()


def meant(history: History) -> list[Shown]:
    return in_order(entries_of(history.records()))


@given(histories())
def test_icalendar_shows_what_the_log_says(history: History) -> None:
    assert in_order(rows(rows_of_icalendar(feed_of(history)))) == meant(history)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories())
def test_ical_js_shows_what_the_log_says(ical_js: ReadFeed, history: History) -> None:
    assert in_order(ical_js(feed_of(history))) == meant(history)
