"""Foreign travels of presidents and secretaries of state: a row, the visit that it becomes, and back.

A row is a leg of a journey: somebody's stay in one country. For the comparison with what the log holds it is a visit
like those of the other list, with the traveller for the visitor, and with the country that was visited. As there, what
is printed is kept in the event's note.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import attrs
import pendulum

from diplocal.dates import When
from diplocal.errors import InvalidValue, UnreadableInput
from diplocal.events import VisitConcluded
from diplocal.importers.statedept.levels import read_levels, read_purposes
from diplocal.importers.statedept.printed import UNITED_STATES, slug_of_names, source
from diplocal.importers.statedept.rows import (
    PrintedRow,
    RejectedRow,
    VisitRow,
    printed_row,
    root_of,
    rows_in,
    sorted_out,
    text_of,
    understand,
)
from diplocal.levels import Level
from diplocal.parties import Office, Person, Rank, Tenure

ADDRESS = "https://history.state.gov/departmenthistory/travels"
OFFICES = {
    "president": Office("President", Rank.HEAD_OF_STATE),
    "secretary": Office("Secretary of State", Rank.FOREIGN_MINISTER),
}
"""The office from which somebody travelled, by the list's name for it."""
NOT_YET = re.compile(r"\[Visit made as President-elect\.?\]", re.IGNORECASE)

_NOTE = re.compile(
    r"Listed as: (?P<visitor>[^\n]*), (?P<role>[a-z]+)\nTo: (?P<label>[^\n]*) \[(?P<id>[^\n\]]*)\]"
    r"(?:\nIn: (?P<locale>[^\n]*))?(?:\n(?P<text>.*))?",
    re.DOTALL,
)


@attrs.frozen(kw_only=True)
class TripRow(VisitRow):
    """One leg, as the list has it: ``visitor`` is who travelled, the country that to which."""

    role: str
    """One of `OFFICES`."""
    locale: str
    """Where in the country, as printed; several with commas, or blank."""
    remarks: str
    """What the list says about it beside the place."""


def read_trips(folder: Path) -> tuple[list[VisitRow], list[RejectedRow]]:
    """Read every list of trips in a snapshot, whatever folders it has; `other_lists` names those of other things.

    Raises UnreadableInput for a folder without trips, and for a file that is no plain XML.
    """
    trips = (
        (trip, printed_row(trip, place, visitor="name", country="country", description="remarks"))
        for file in sorted(folder.rglob("*.xml"))
        for place, trip in _trips(file)
    )
    understood, rejected = sorted_out(trips, "trip", _understood)
    if not understood and not rejected:
        raise UnreadableInput(str(folder), "expected a folder with the XML files of one snapshot of trips, found none")
    return understood, rejected


def other_lists(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the files that are lists of something else, of presidents say, and of what."""
    for file in sorted(folder.rglob("*.xml")):
        if (tag := root_of(file).tag) != "trips":
            yield file.name, f"it is a list of <{tag}>, not of <trips>"


def event_of(row: VisitRow, slug: str, reported: pendulum.Date) -> VisitConcluded:
    r"""Return the event that a row becomes.

    >>> row = row_of_note("Listed as: Elihu Root, secretary\nTo: Brazil [brazil]\nIn: Rio", When("1906-07-27"))
    >>> visit = event_of(row, "root-to-brazil", pendulum.Date(2018, 3, 12))
    >>> print(*visit.visitors, visit.host, visit.place)
    Secretary of State Elihu Root Brazil Rio
    """
    trip = _trip(row)
    office = OFFICES[trip.role]
    if NOT_YET.search(trip.remarks):
        office = attrs.evolve(office, tenure=Tenure.ELECT)
    who, where = f"Listed as: {trip.visitor}, {trip.role}", f"To: {trip.country_label} [{trip.country_id}]"
    place = f"In: {trip.locale}" if trip.locale else None
    return VisitConcluded(
        engagement=slug,
        visitors=(Person(trip.visitor, UNITED_STATES, office),),
        host=trip.state,
        when=When.between(trip.start, trip.end),
        place=trip.locale or None,
        level=next(iter(read_levels(trip.remarks)), Level.UNKNOWN),
        purposes=read_purposes(trip.remarks),
        reported=reported,
        sources=(source(reported, ADDRESS),),
        note="\n".join(filter(None, (who, where, place, trip.remarks))),
    )


def row_of(event: VisitConcluded) -> VisitRow:
    """Return the row that an event came from.

    Raises InvalidValue for an event that came from elsewhere.
    """
    return row_of_note(event.note or "", event.when)


def row_of_note(note: str, when: When) -> TripRow:
    """Return the row that a note keeps.

    Raises InvalidValue for another note.
    """
    found = _NOTE.fullmatch(note)
    if found is None or when.earliest is None or when.latest is None:
        raise InvalidValue("note", note, "the row as this importer keeps it")
    row = VisitRow(
        source="the log",
        start=when.earliest,
        end=when.latest,
        visitor=found["visitor"],
        country_id=found["id"],
        country_label=found["label"],
        description=found["text"] or "",
    )
    return _leg(row, found["role"], found["locale"] or "")


def slug_of(row: VisitRow) -> str:
    """Name the engagement: who travelled, where to, and from which day on."""
    return f"{slug_of_names(row.visitor)}-to-{slug_of_names(row.country_id)}-{row.start.isoformat()}"


def role_of(row: VisitRow) -> str:
    """Return from which office somebody travelled: presidents and secretaries are published in folders of their own."""
    return _trip(row).role


def _trip(row: VisitRow) -> TripRow:
    if not isinstance(row, TripRow):
        raise InvalidValue("row", row, "a row of the list of travels")
    return row


def _trips(file: Path) -> Iterator[tuple[str, Element]]:
    root = root_of(file)
    if root.tag == "trips":
        for ordinal, trip in enumerate(rows_in(root, "trip"), start=1):
            yield f"{file.name}, trip {ordinal}", trip


def _understood(trip: Element, printed: PrintedRow) -> TripRow:
    row = understand(printed)
    role = trip.get("role", "").strip() or text_of(trip, "role")
    if role not in OFFICES:
        raise InvalidValue("role", role, f"one of {', '.join(OFFICES)}")
    return _leg(row, role, text_of(trip, "locale"))


def _leg(row: VisitRow, role: str, locale: str) -> TripRow:
    """Return a row whose description holds its place and remarks, since in both it can be told from another."""
    remarks = row.description
    said = {**attrs.asdict(row), "description": "\n".join(filter(None, (locale, remarks)))}
    return TripRow(**said, role=role, locale=locale, remarks=remarks)
