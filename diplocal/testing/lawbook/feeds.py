"""What every feed that people subscribe to must do, beside the laws of projections."""

# ruff: noqa: D401 - a law says what holds
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from icalendar import Calendar

from diplocal.calendars.check import check
from diplocal.calendars.reading import Component, read
from diplocal.engagements.fold import report_of
from diplocal.events import Corrected, Retracted
from diplocal.records import Record
from diplocal.testing.canonical import canonical
from diplocal.testing.history import History
from diplocal.testing.law import Breaks, Picks, law, same
from diplocal.testing.lawbook.engagements import grouped
from diplocal.testing.subjects import Subject

Entries = dict[str, dict[str, str]]
"""Of each entry, by its UID: the parameters and the value of each property, by name."""

_OF_THE_REVISION = ("SEQUENCE", "DTSTAMP", "LAST-MODIFIED")
"""Properties that tell of the revision of an entry, and not of what it is about."""
_REVISED_WITH = ("DTSTART", "DTEND", "DURATION")
"""Properties whose change is a revision (RFC 5546, 2.1.4)."""


@law("a line that is too long, or text that is not escaped", "two entries with one UID", "a time zone that is missing")
def readable(subject: Subject, history: History, _picks: Picks) -> None:
    """Whatever was recorded, the feed reads back: it is valid iCalendar, and icalendar finds the same entries in it."""
    for made in _calendars(subject, history.records()):
        wrong = check(made) if _entries(made) else []  # a calendar without an entry is not valid, and unavoidable
        if wrong:
            raise Breaks(f"the feed is no valid iCalendar: {wrong[0]}")
        found = [str(event["UID"]) for event in Calendar.from_ical(made).walk("VEVENT")]
        same("the UIDs as written", canonical(list(_entries(made))), "the UIDs that icalendar reads", canonical(found))


@law("a UID that is a place in a list", "an entry that changes when something else is recorded")
def apart(subject: Subject, history: History, _picks: Picks) -> None:
    """Each entry is, to the letter, what it would be were its engagement the only one in the feed.

    Duplicates are in it beside their like. So a report changes no entry but that of its own engagement.
    """
    records = history.records()
    together = _entries(_calendar(subject, records))
    alone: Entries = {}
    for group in grouped(history):
        streams = {one.stream for one in group}
        alone |= _entries(_calendar(subject, [record for record in records if record.stream in streams]))
    same("the entries of a feed", canonical(together), "those of feeds of one engagement each", canonical(alone))


@law("a UID made from a date, a title or a status")
def identity(subject: Subject, history: History, _picks: Picks) -> None:
    """An engagement keeps its UID, whatever else is reported of it; it may leave the feed, and comes back with it.

    What was merged with another engagement is left out: two become one.
    """
    for records in _engagements(history):
        shown = [set(_entries(made)) for made in _calendars(subject, records)]
        for before, after in pairwise(filter(None, shown)):
            if not (before <= after or after <= before):
                raise Breaks(f"the UIDs of {records[0].stream} were {sorted(before)} and became {sorted(after)}")


@law("a SEQUENCE that a retraction takes back", "a SEQUENCE that stays when the date changes or the visit is cancelled")
def sequence(subject: Subject, history: History, _picks: Picks) -> None:
    """As the log grows, the SEQUENCE of an entry never falls, and readers see each change of its dates.

    It grows when the entry moves or is cancelled, and stays while nothing else in the entry changes (RFC 5546, 2.1.4).
    Left out is what was merged with another engagement by mistake, and parted again; and reports that come late, and
    are counted where they belong: what another log brought, and of one instant what is public after what is not.
    """
    for records in _never_parted(history):
        if _come_late(records):
            continue
        known: Entries = {}
        before: Entries = {}
        for place, made in enumerate(_calendars(subject, records)):
            entries = _entries(made)
            for uid, entry in entries.items():
                where = f"the entry {uid} after {place} reports"
                if uid in known:
                    _see_revised(where, known[uid], entry)
                is_same = uid in before and _about(before[uid]) == _about(entry)
                if is_same and _number(before[uid]) != _number(entry):
                    raise Breaks(f"{where} has SEQUENCE {_number(entry)}, and nothing in it had changed")
            known, before = known | entries, entries


def _engagements(history: History) -> Iterator[list[Record]]:
    """Return the records of each engagement that was not merged with another."""
    records = history.records()
    for group in grouped(history):
        if len({one.stream for one in group}) == 1:
            yield [record for record in records if record.stream == group[0].stream]


def _never_parted(history: History) -> Iterator[list[Record]]:
    """Return the records of each engagement, duplicates beside their like, if no merge was ever taken back."""
    records = history.records()
    for group in grouped(history):
        streams = {one.stream for one in group}
        if len(streams) == 1 or not any(isinstance(one.event, Retracted | Corrected) for one in group):
            yield [record for record in records if record.stream in streams]


def _see_revised(where: str, before: dict[str, str], after: dict[str, str]) -> None:
    was, now = _number(before), _number(after)
    moved = any(before.get(name) != after.get(name) for name in _REVISED_WITH)
    called_off = "CANCELLED" in after.get("STATUS", "") and "CANCELLED" not in before.get("STATUS", "")
    if now < was:
        raise Breaks(f"{where} fell from SEQUENCE {was} to {now}")
    if (moved or called_off) and now == was:
        raise Breaks(f"{where} moved or was cancelled, and stayed at SEQUENCE {now}")


def _number(entry: dict[str, str]) -> int:
    return int(entry.get("SEQUENCE", "0").rpartition(" ")[2])


def _about(entry: dict[str, str]) -> dict[str, str]:
    return {name: line for name, line in entry.items() if name not in _OF_THE_REVISION}


def _come_late(records: Iterable[Record]) -> bool:
    reports = [report for report in map(report_of, records) if report is not None]
    return reports != sorted(reports)


def _calendars(subject: Subject, records: Sequence[Record]) -> Iterator[bytes]:
    """Return the feed as it was after each record."""
    folded = subject.fold(())
    yield subject.ask(folded.projection.answer(folded.state))
    for record in records:
        folded = folded.then((record,))
        yield subject.ask(folded.projection.answer(folded.state))


def _calendar(subject: Subject, records: Sequence[Record]) -> bytes:
    folded = subject.fold(records)
    made: bytes = subject.ask(folded.projection.answer(folded.state))
    return made


def _entries(made: bytes) -> Entries:
    calendars = read(made).components
    return {uid: entry for calendar in calendars for one in calendar.walk() for uid, entry in _entry(one)}


def _entry(component: Component) -> Iterator[tuple[str, dict[str, str]]]:
    uid = component.first("UID")
    if component.name == "VEVENT" and uid is not None:
        yield uid.value, {line.name: f"{dict(line.parameters)} {line.value}" for line in component.properties}
