"""What one row of a sheet says: cells become an announcement or an occurrence, and how far it has come.

Every cell is optional but ``kind``, ``who`` and, unless forces are alone, ``with``.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import attrs

from diplocal.dates import When
from diplocal.engagements import KINDS, Kind, Status
from diplocal.errors import InvalidValue, together
from diplocal.events import (
    EngagementEvent,
    TripAnnounced,
    TripConcluded,
    VisitAnnounced,
    VisitBegan,
    VisitConcluded,
    VisitEvent,
    VisitInvited,
)
from diplocal.events.shapes import Medium
from diplocal.importers.intake import check_cell, check_sides, slug_text
from diplocal.importers.sheet_cells import (
    HELD,
    READERS,
    Cells,
    Standing,
    date_said,
    day_said,
    level_said,
    listed,
    one_of,
    parties,
    reason_said,
    slug_said,
    sort_said,
    status_said,
    whole_number,
)
from diplocal.levels import Purpose
from diplocal.names import kinds
from diplocal.names.participants import SEPARATOR, read_participants, read_party, readings
from diplocal.parties import Participant, Party, Person, party_of
from diplocal.series import Round, Series
from diplocal.sources import Attribution, Source

A = TypeVar("A", bound=EngagementEvent)

COLUMNS = (
    *("engagement", "kind", "status", "when", "who", "with", "host", "place", "name", "medium", "level", "purpose"),
    *("series", "round", "during", "reason", "reported", "publisher", "url", "attribution", "note", "as_written"),
)
"""All columns that there are, in the order of the documentation."""

ANNOUNCED = {kind: row.plan for kind, row in KINDS.items() if row.is_contact and row.plan}
OF_VISITS: Mapping[Standing, type[VisitInvited | VisitBegan]] = {
    Status.INVITED: VisitInvited,
    Status.UNDER_WAY: VisitBegan,
}
"""What only visits can be, and the events that say so."""
WHO = "who takes part, such as 'Foreign Minister Wang Yi (CN)' or 'CN'"

OWN_COLUMNS = {
    Kind.VISIT: {"host", "place", "level", "purpose", "series", "round"},
    Kind.MEETING: {"host", "place", "name", "medium", "purpose", "series", "round", "during"},
    Kind.CALL: {"medium"},
    Kind.PATROL: {"place"},
    Kind.EXERCISE: {"place", "name", "series"},
}
"""Which of the columns that do not belong to every kind belong to this one. An exercise's name may be its series."""
COLUMN_OF = {"place": "place", "area": "place", "name": "name"}
"""Which column a field of an event comes from, where the event itself sees whether its text will do."""
SHARED_OUT = set[str]().union(*OWN_COLUMNS.values())


@attrs.frozen
class Entry:
    """What a row says."""

    place: str
    """'row 7'."""
    status: Standing
    """One of STATUSES."""
    facts: EngagementEvent
    """The occurrence when it was held, else the announcement."""
    named: bool = True
    """Whether the row itself names the engagement."""
    reason: str | None = None
    """Why it was denied, put off or called off."""
    parts: tuple[VisitEvent, ...] = ()
    """Of a trip: its visits."""
    note: str | None = None
    """A remark of whoever keeps the sheet: no source says it."""
    guesses: tuple[str, ...] = ()
    """What was taken for what, in names that no table knows."""

    @property
    def when(self) -> When | None:
        """The date, where the row gives one."""
        return getattr(self.facts, "when", None)

    def unfolded(self) -> Iterator["Entry"]:
        """Yield what it says of a trip, and of each visit of it, which is named after the trip and its host."""
        trip = self.facts.engagement
        yield attrs.evolve(self, parts=())
        for part in self.parts:
            facts = part.evolve(engagement=f"{trip}-{part.host.code.lower()}", during=trip)
            yield attrs.evolve(self, facts=facts, parts=(), guesses=(), note=None)


def read_row(place: str, texts: Mapping[str, str]) -> Entry:
    """Read a row's cells, by column and trimmed.

    Raises InvalidValue, which names the column, its text, and what was expected, of all cells that cannot be read.
    """
    cells = Cells(texts)
    try:
        return _entry(place, cells)
    except InvalidValue as wrong:
        others = (one for one in _faults(cells) if one.field != wrong.field)
        raise together([wrong, *others]) from wrong


def _faults(cells: Cells) -> Iterator[InvalidValue]:
    for column, reader in READERS.items():
        try:
            cells.read(column, reader)
        except InvalidValue as fault:
            yield fault


def _entry(place: str, cells: Cells) -> Entry:
    texts = cells.texts
    for column, text in texts.items():
        check_cell(column, text)
    for nameless, text in texts.items():
        if text and nameless not in COLUMNS:
            raise InvalidValue(nameless, text, "nothing: that column has no name in the first row")
    sort = cells.expect("kind", sort_said, listed(HELD))
    kind, status = Kind(sort.kind), cells.read("status", status_said) or Status.PLANNED
    reason = cells.read("reason", lambda text: reason_said(status, text))
    hosts = _hosts(cells) if kind is Kind.VISIT else []
    is_trip = len(hosts) > 1
    for column in sorted(SHARED_OUT - OWN_COLUMNS[kind] - ({"name"} if is_trip else set())):
        if filled := cells.text(column):
            is_of_trip = (kind, column) == (Kind.VISIT, "during")
            none = "a sheet does not say of which trip a visit is" if is_of_trip else f"a {kind.value} has no {column}"
            raise InvalidValue(column, filled, f"nothing: {none}")
    _expect_possible(status, kind, cells)
    when, name = _when(status, cells), cells.read("engagement", slug_said)
    common = {
        "engagement": name or _derived_slug(kind, cells),
        "reported": cells.read("reported", day_said),
        "sources": _sources(cells),
    }
    is_held, parts = status is Status.HELD, tuple[VisitEvent, ...]()
    event: EngagementEvent
    if is_trip:
        if status in OF_VISITS:
            raise InvalidValue(
                "status", cells.text("status"), "planned or held: of each visit of a trip, a row says it"
            )
        travellers = cells.expect("who", read_participants, WHO)
        event = _event(
            TripConcluded if is_held else TripAnnounced,
            {**common, "travellers": travellers, "when": when, "name": cells.text("name")},
            cells,
        )
        during: dict[str, Any] = {**common, **_details(sort, cells), "when": _within(when), "visitors": travellers}
        visit = VisitConcluded if is_held else VisitAnnounced
        parts = tuple(_event(visit, {**during, **stop}, cells) for stop in _stops(hosts, cells))
    else:
        make = OF_VISITS.get(status) or (HELD if is_held else ANNOUNCED)[kind]
        event = _event(make, {**common, **_sides(kind, cells), **_details(sort, cells), "when": when}, cells)
    return Entry(
        place,
        status,
        event,
        named=name is not None,
        reason=reason,
        parts=parts,
        note=cells.text("note"),
        guesses=tuple(_guesses(cells)),
    )


def _expect_possible(status: Standing, kind: Kind, cells: Cells) -> None:
    """Raise InvalidValue for a status that what a row says cannot have."""
    if kind is Kind.PATROL and status is not Status.HELD:
        raise InvalidValue("status", cells.text("status") or "", "held: a patrol is reported once it took place")
    if status in OF_VISITS and (kind is not Kind.VISIT or len(_hosts(cells)) > 1):
        raise InvalidValue(
            "status", cells.text("status"), "planned, held or the like: only a visit to one host is that"
        )


def _hosts(cells: Cells) -> list[Party]:
    """Return the hosts of a visit, each once: those in their own column, or else those on the other side."""
    beside = cells.read("with", read_participants) or ()
    others = [one for one in beside if not isinstance(one, Person)]
    said = cells.read("host", parties)
    hosts = {one.code: one for one in said or others}
    if strange := [one for one in others if one.code not in hosts]:
        raise InvalidValue("with", cells.text("with"), f"nobody but who receives, beside the host: no {strange[0]}")
    visiting = {party.code for party in map(party_of, cells.read("who", read_participants) or ()) if party}
    for one in beside if hosts and not said else ():
        if isinstance(one, Person) and one.party and one.party.code not in {*hosts, *visiting}:
            expected = f"the host in a column of its own, where {one} receives, or {one.party.code!r} as another host"
            raise InvalidValue("with", cells.text("with"), expected)
    return list(hosts.values())


def _stops(hosts: list[Party], cells: Cells) -> Iterator[dict[str, Any]]:
    """Yield what tells the visits of a trip apart: the host, who receives, and the place."""
    others = cells.read("with", read_participants) or ()
    people = [one for one in others if isinstance(one, Person)]
    places = [place.strip() for place in (cells.text("place") or "").split(SEPARATOR)]
    if places != [""] and len(places) != len(hosts):
        raise InvalidValue("place", cells.text("place"), f"{len(hosts)} places, one for each host, in the same order")
    for one in people:
        if (party := party_of(one)) is None or party.code not in {host.code for host in hosts}:
            raise InvalidValue("with", cells.text("with"), f"of {one.name}, which of the hosts they receive for")
    for number, host in enumerate(hosts):
        received_by = tuple(one for one in people if (party := party_of(one)) and party.code == host.code)
        place = places[number] or None if places != [""] else None
        yield {"host": host, "received_by": received_by, "place": place}


def _within(when: When | None) -> When | None:
    """Return when a visit of a trip is, of which the days of the trip are known: on some of them."""
    if when is None or not when.is_exact or when.earliest is None or when.latest in (None, when.earliest):
        return when
    return When(f"{when.earliest}~/{when.latest}~")


def _guesses(cells: Cells) -> Iterator[str]:
    for column in ("who", "with"):
        for one in cells.read(column, readings) or ():
            if one.guess:
                yield f"{column}: {one.guess}"


def _event(cls: Callable[..., A], facts: dict[str, Any], cells: Cells) -> A:
    try:
        event = cls(**facts)
        check_sides(event)
    except InvalidValue as error:
        column = COLUMN_OF.get(error.field.rpartition(".")[2])
        if column and (column := column if cells.text(column) else "series"):
            raise InvalidValue(column, cells.text(column), error.expected) from error
        sides = f"{SEPARATOR} ".join(filter(None, (cells.text("who"), cells.text("with"))))  # each right by itself
        raise InvalidValue("who and with", sides, error.expected) from error
    return event


def _sides(kind: Kind, cells: Cells) -> dict[str, Any]:
    """Say who takes part, as this kind of event has it."""
    who = cells.expect("who", read_participants, WHO)
    others = cells.read("with", read_participants) or ()
    if kind is Kind.VISIT:
        hosts = _hosts(cells)
        if not hosts:
            raise InvalidValue("with", cells.text("with") or "", "the host by its code, such as 'RU'")
        return {
            "visitors": who,
            "host": hosts[0],
            "received_by": tuple(one for one in others if isinstance(one, Person)),
        }
    if kind in (Kind.PATROL, Kind.EXERCISE):
        _only_codes("who", who, cells)
        _only_codes("with", others, cells)
        return {"actors": (*who, *others)}
    return {"participants": (*who, *others)}


def _only_codes(column: str, forces: tuple[Participant, ...], cells: Cells) -> None:
    if any(isinstance(one, Person) for one in forces):
        raise InvalidValue(column, cells.text(column), "codes only, such as 'CN; RU', for whose forces they are")


def _details(sort: kinds.Sort, cells: Cells) -> dict[str, Any]:
    """Say what only some kinds of event have."""
    place, name, series = cells.text("place"), cells.text("name"), cells.text("series")
    kind = Kind(sort.kind)
    if kind is Kind.VISIT:
        level = cells.read("level", level_said) or sort.level
        return {"place": place, "level": level, "purposes": _purposes(cells), "round": _round(cells)}
    if kind is Kind.MEETING:
        during = cells.read("during", slug_said)
        medium = cells.read("medium", one_of(Medium)) or Medium(sort.medium)
        purposes = _purposes(cells) or ((sort.purpose,) if sort.purpose else ())
        about = {"place": place, "purposes": purposes, "round": _round(cells), "during": during}
        return {**about, "host": cells.read("host", read_party), "name": name, "medium": medium}
    if kind is Kind.EXERCISE:
        if name and series:
            raise InvalidValue("series", series, f"nothing beside the name {name!r}")
        return {"area": place, "name": name or series}
    return {"area": place} if kind is Kind.PATROL else {"medium": _medium(cells)}


def _medium(cells: Cells) -> Medium:
    return cells.read("medium", one_of(Medium)) or Medium.UNKNOWN


def _when(status: Standing, cells: Cells) -> When | None:
    if status in (Status.UNDER_WAY, Status.HELD):
        return cells.expect(
            "when", date_said, "a date, however vague, for what was held or began, such as '2023-09-18' or '2023~'"
        )
    return cells.read("when", date_said)


def _purposes(cells: Cells) -> tuple[Purpose, ...]:
    one = one_of(Purpose)
    return cells.read("purpose", lambda text: tuple(one(part) for part in text.split(SEPARATOR) if part.strip())) or ()


def _round(cells: Cells) -> Round | None:
    series = cells.read("series", Series)
    number = cells.read("round", whole_number)
    if (series is None) != (number is None):
        missing, given = ("series", "round") if series is None else ("round", "series")
        raise InvalidValue(missing, "", f"the {missing} beside the {given} {cells.text(given)!r}")
    return Round(series, number) if series and number else None


def _sources(cells: Cells) -> tuple[Source, ...]:
    attribution = cells.read("attribution", one_of(Attribution)) or Attribution.UNKNOWN
    publisher, url = cells.text("publisher"), cells.text("url")
    if publisher is None:
        if url or attribution is not Attribution.UNKNOWN:
            raise InvalidValue("publisher", "", "who published it, beside the url or attribution")
        return ()
    return (Source(publisher, cells.read("url", lambda text: Source("-", text).url), attribution=attribution),)


def _derived_slug(kind: Kind, cells: Cells) -> str:
    """Name an engagement by kind, sides and date: the same whatever the order and the titles of people.

    Only a visit has a direction; of the other kinds, the two sides may change places.
    """
    sides = tuple(cells.read(column, read_participants) or () for column in ("who", "with"))
    parties = sorted({party.code for side in sides for one in side if (party := party_of(one))})
    when = cells.read("when", date_said)
    date = when.edtf if when else "undated"
    marks = ("w ", "h ") if kind is Kind.VISIT else ("", "")
    people = [f"{mark}{_identity(one)}" for mark, side in zip(marks, sides, strict=True) for one in side]
    digest = hashlib.sha256("\n".join((kind.value, date, *sorted(people))).encode()).hexdigest()[:8]
    return slug_text("-".join((kind.value, *parties, date, digest)))


def _identity(one: Participant) -> str:
    party = party_of(one)
    return f"{one.name if isinstance(one, Person) else ''} ({party.code if party else ''})"
