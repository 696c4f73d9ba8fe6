"""What real programs make of the rich feed: most read it as the flat one, some tell who takes part, three cannot."""

import json
import sys
from collections.abc import Callable

import attrs
import pytest

from diplocal.calendars import Policy, RichFeed
from diplocal.calendars.entry import entry_of
from diplocal.calendars.guests import guests
from diplocal.calendars.lines import text
from diplocal.calendars.render import uid
from diplocal.dates import When
from diplocal.engagements import Engagements
from diplocal.events import EngagementEvent, VisitAnnounced
from diplocal.replaying import replay

from .log import AFTER, BEFORE, FRANCE, GERMANY, LOG_ID, SHOWN_AFTER, TITLE
from .programs_to_read_with import PROGRAMS, READERS, Reader, Shown
from .test_readers import DEMO, assert_shows, entries, log, spelt_out

BY_NAME = {reader.name: reader for reader in READERS}
CANNOT = {"ts-ics", "libical", "calcurse"}
INSIDE = ("BEGIN:PARTICIPANT", "BEGIN:VLOCATION")
CAN = [reader for reader in READERS if reader.name not in CANNOT]


def rich_feed(*events: EngagementEvent) -> bytes:
    return replay(RichFeed(title=TITLE, policy=Policy(vague_up_to_days=365)), log(events)).to_ical()


class TestReadersThatPassOverWhatTheyDoNotKnow:
    """RFC 5545, 3.1: a program ignores components and properties that it does not know."""

    @pytest.mark.parametrize("reader", CAN, ids=lambda reader: str(reader.name))
    def test_they_show_of_the_rich_feed_what_they_show_of_the_flat_one(self, reader: Reader) -> None:
        assert_shows(reader, rich_feed(*BEFORE, *AFTER), spelt_out(SHOWN_AFTER))


class TestReadersThatCannot:
    def test_ts_ics_takes_the_names_of_participants_and_places_for_those_of_the_entry(self) -> None:
        shown, meant = BY_NAME["ts-ics"].shows(rich_feed(*DEMO)), entries(DEMO)
        assert sorted(map(dates, shown)) == sorted(map(dates, meant))
        assert not {entry.uid for entry in shown} & {entry.uid for entry in meant}
        assert not {entry.summary for entry in shown} & {entry.summary for entry in meant}

    def test_libical_reports_an_error_in_every_participant(self) -> None:
        with pytest.raises(AssertionError, match="Parse error in property name: PARTICIPANT-TYPE"):
            BY_NAME["libical"].shows(rich_feed(*DEMO))

    def test_calcurse_takes_what_a_person_is_for_a_second_description_and_leaves_the_entry_out(self) -> None:
        with pytest.raises(AssertionError, match="1 event / 0 todos / 8 skipped"):
            BY_NAME["calcurse"].shows(rich_feed(*DEMO))

    def test_calcurse_takes_the_name_of_a_state_for_the_title(self) -> None:
        (shown,) = BY_NAME["calcurse"].shows(rich_feed(visit_of_a_state()))
        assert (shown.starts, shown.summary) == ("2026-03-02", "Germany")


def visit_of_a_state() -> VisitAnnounced:
    return VisitAnnounced(engagement="visit", visitors=(FRANCE,), host=GERMANY, when=When("2026-03-02"))


def dates(entry: Shown) -> tuple[str, str]:
    return entry.starts, entry.ends or ""


def as_meant(value: str) -> str:
    return value


def by_node_ical(value: str) -> str:
    r"""Read \\n as \n, and so a backslash before an n as a line break."""
    return value.replace("\\n", "\\\n").replace("\\N", "\\\n")


@attrs.frozen
class Library:
    """A library that hands on who takes part, and where."""

    name: str
    command: tuple[str, ...]
    names: Callable[[str], str]
    """How it gives what a participant is called."""
    places: Callable[[str], str]
    """How it gives what a place is called: NAME as it is escaped, by those who do not know that it is a text."""


LIBRARIES = (
    Library("icalendar", (sys.executable, "-m", "readers.programs.participants_with_icalendar"), as_meant, text),
    Library("vobject", (sys.executable, "-m", "readers.programs.participants_with_vobject"), text, text),
    Library("ical.js", ("node", str(PROGRAMS / "participants_with_ical_js.cjs")), as_meant, text),
    Library("node-ical", ("node", str(PROGRAMS / "participants_with_node_ical.cjs")), by_node_ical, by_node_ical),
)


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: str(library.name))
def test_it_tells_who_takes_part_in_an_entry_and_where(library: Library) -> None:
    """RFC 9073, 7.1 and 7.2."""
    told = json.loads(attrs.evolve(BY_NAME[library.name], command=library.command).run(rich_feed(*BEFORE)))
    engagements, _ = Engagements().take(log(BEFORE).read())
    assert told == {
        uid(entry.slug, LOG_ID): {
            "participants": [library.names(guest.name) for guest in guests(entry)],
            "places": [library.places(entry.location)] if entry.location else [],
        }
        for entry in map(entry_of, engagements)
        if entry
    }


def test_ical_drops_who_takes_part_and_where() -> None:
    again = attrs.evolve(BY_NAME["ical"], command=(sys.executable, "-m", "readers.programs.rewritten_with_ical"))
    rewritten, given = again.run(rich_feed(*DEMO)), rich_feed(*DEMO).decode()
    assert rewritten.count("BEGIN:VEVENT") == given.count("BEGIN:VEVENT") == 9
    assert [given.count(kind) > 0 for kind in INSIDE] == [True, True]
    assert [rewritten.count(kind) for kind in INSIDE] == [0, 0]
