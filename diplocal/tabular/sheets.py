"""Engagements as a sheet to edit: the columns that ``diplocal import csv`` reads, a row for each engagement.

The last column, ``as_written``, says what a row was when it was written. By it, an import sees which cells were edited
since, and which rows are gone.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping
from itertools import zip_longest

import msgspec

from diplocal.checks import expect
from diplocal.engagements import Conflict, Engagement, Kind, Status
from diplocal.engagements.subjects import Call, Exercise, Meeting
from diplocal.errors import InvalidValue
from diplocal.events.shapes import Medium
from diplocal.levels import Level
from diplocal.names.courtesies import without_courtesies
from diplocal.names.participants import SEPARATORS, participant
from diplocal.parties import Participant, Party, Person, party_of
from diplocal.tabular.answers import MAY_BE_A_FORMULA, harmless

FACTS = (
    *("engagement", "kind", "status", "when", "who", "with", "host", "place", "name", "medium", "level", "purpose"),
    *("series", "round", "during", "reason"),
)
"""The columns that say what is understood of an engagement."""
TO_FILL = ("reported", "publisher", "url", "attribution", "note")
"""Columns that are empty: they say where the new text of an edited row comes from."""
AS_WRITTEN = "as_written"
NOT_TO_EDIT = "not to be edited: "
"""Begins the last cell of what no row can say."""
KINDS = (Kind.VISIT, Kind.MEETING, Kind.CALL, Kind.PATROL, Kind.EXERCISE)
UNSAID = (Status.UNKNOWN, Status.RETRACTED, Status.ABSORBED)
"""What a sheet has no word for."""
REASONED = (Status.POSTPONED, Status.CANCELLED)
DATED = (Status.HELD, Status.UNDER_WAY)
_WRITTEN = re.compile(r"row ([0-9]{1,9}) of ([0-9]{1,9}), ([0-9a-f]{12})")


class Written(msgspec.Struct, frozen=True):
    """What a row of a sheet was when it was written: nothing beside it is told to whoever reads the sheet.

    >>> print(Written(3, 19, digest_of({"engagement": "wang-to-russia"})))
    row 3 of 19, d8765b84b151
    """

    row: int
    """Which row of the sheet it was, from 1."""
    rows: int
    """How many there were."""
    digest: str
    """Of what it said."""

    def __str__(self) -> str:
        return f"row {self.row} of {self.rows}, {self.digest}"

    @classmethod
    def read(cls, text: str) -> "Written":
        """Read a cell. Raises InvalidValue."""
        if found := _WRITTEN.fullmatch(text):
            return cls(int(found[1]), int(found[2]), found[3])
        raise InvalidValue(AS_WRITTEN, text, "what stood there when the sheet was written, or nothing")


def digest_of(cells: Mapping[str, str]) -> str:
    """Return twelve hexadecimal digits that differ when what a row says of an engagement does."""
    said = "\x1f".join(cells.get(name, "") for name in FACTS)
    return hashlib.sha256(said.encode()).hexdigest()[:12]


class Sheet(msgspec.Struct, frozen=True):
    """A sheet to edit, and what it cannot say."""

    csv: str
    left_out: dict[str, str]
    """Why an engagement cannot be edited, by slug."""


def to_sheet(found: Iterable[Engagement]) -> Sheet:
    """Return engagements as CSV that can be edited, and imported again into the log that they are of.

    What no row can say stands at the end, with the reason, and an import passes it over.
    """
    expect("found", found, "engagements, as Diary.find() gives them", Iterable)
    return sheet_of(map(row_of, found))


def row_of(one: Engagement) -> dict[str, str]:
    """Return the row of an engagement, by column; of one that no row can say, what it is and why."""
    expect("engagement", one, "an engagement, as Diary.find() gives it", Engagement)
    try:
        return cells_of(one)
    except InvalidValue as error:
        when = one.when.edtf if one.when else ""
        outline = {"engagement": one.slug, "kind": one.kind.value, "status": one.status.value, "when": when}
        return {**outline, AS_WRITTEN: f"{NOT_TO_EDIT}{error}"}


def sheet_of(rows: Iterable[dict[str, str]]) -> Sheet:
    """Return a sheet of the rows that ``row_of`` gave."""
    made = sorted(rows, key=lambda row: AS_WRITTEN in row)
    kept = [row for row in made if AS_WRITTEN not in row]
    marks = [str(Written(number, len(kept), digest_of(row))) for number, row in enumerate(kept, start=1)]
    left_out = {row["engagement"]: row[AS_WRITTEN].removeprefix(NOT_TO_EDIT) for row in made[len(kept) :]}
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, (*FACTS, *TO_FILL, AS_WRITTEN), restval="")
    writer.writeheader()
    for row, mark in zip_longest(made, marks):
        writer.writerow({name: harmless(cell) for name, cell in row.items()} | ({AS_WRITTEN: mark} if mark else {}))
    return Sheet(text.getvalue(), left_out)


def cells_of(one: Engagement) -> dict[str, str]:
    """Return what a row says of an engagement, by column of `FACTS`.

    Raises InvalidValue for one that no row can say.
    """
    if one.kind not in KINDS:
        raise InvalidValue("kind", one.kind.value, f"for a sheet, one of {', '.join(kind.value for kind in KINDS)}")
    if one.status in UNSAID:
        raise InvalidValue("status", one.status.value, "for a sheet, planned, held or the like")
    if one.status in DATED and one.when is None:
        raise InvalidValue("when", "", f"for a sheet, the date of what is {one.status.value}")
    is_visit, subject = one.kind is Kind.VISIT, one.subject
    who = one.participants if is_visit else one.participants[:1]
    others = [each for each in one.received_by if isinstance(each, Person)] if is_visit else one.participants[1:]
    is_denied = Conflict.DENIED in one.conflicts and one.status is Status.PLANNED
    has_rounds = one.kind in (Kind.VISIT, Kind.MEETING)
    reason = one.denials[-1].reason if is_denied else one.reason if one.status in REASONED else None
    medium = subject.medium if isinstance(subject, Meeting | Call) else Medium.UNKNOWN
    return {
        "engagement": one.slug,
        "kind": one.kind.value,
        "status": (Conflict.DENIED if is_denied else one.status).value,
        "when": one.when.edtf if one.when else "",
        "who": "; ".join(map(_written, who)),
        "with": "; ".join(map(_written, others)),
        "host": _written(one.host) if one.host else "",
        "place": _lines(one.place or "") if one.kind is not Kind.CALL else "",
        "name": (subject.name or "") if isinstance(subject, Meeting | Exercise) else "",
        "medium": "" if medium is Medium.UNKNOWN else medium.value,
        "level": "" if one.level is Level.UNKNOWN else one.level.value,
        "purpose": "; ".join(each.value for each in one.purposes) if has_rounds else "",
        "series": one.round.series.name if one.round and has_rounds else "",
        "round": str(one.round.number) if one.round and has_rounds else "",
        "during": (one.during or "") if one.kind is Kind.MEETING else "",
        "reason": _lines(reason or ""),
    }


def _lines(text: str) -> str:
    """Return a text with its lines as a sheet has them, whatever parts them in the log."""
    return text.replace("\r\n", "\n")


def plain(cell: str) -> str:
    """Return the text of a cell, without what kept a spreadsheet from taking it for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(MAY_BE_A_FORMULA) else cell


def _written(one: Participant) -> str:
    """Return how somebody is written in a cell: so that all of it is read again, or at least who it is.

    Raises InvalidValue where nothing is.
    """
    found = {text: read for text in _ways(one) if (read := _read(text)) is not None}
    for is_right in (lambda read: read == one, lambda read: _is_who(read, one)):
        if right := next((text for text, read in found.items() if is_right(read)), None):
            return right
    raise InvalidValue("who", str(one), "for a sheet, a name that is read again as it is written")


def _read(text: str) -> Participant | None:
    try:
        return None if SEPARATORS.search(text) else participant(text)
    except InvalidValue:
        return None


def _is_who(one: Participant, other: Participant) -> bool:
    """Tell whether two are the same, whatever is printed of their state, office and courtesies."""
    if isinstance(one, Person) and isinstance(other, Person):
        is_for = party_of(one), party_of(other)
        names = without_courtesies(one.name), without_courtesies(other.name)
        return names[0] == names[1] and one.wikidata == other.wikidata and _is_party(*is_for)
    return not (isinstance(one, Person) or isinstance(other, Person)) and _is_party(one, other)


def _is_party(one: Party | None, other: Party | None) -> bool:
    return one is not None and other is not None and (type(one), one.code) == (type(other), other.code)


def _ways(one: Participant) -> tuple[str, ...]:
    """Return how somebody may be written, what says most first."""
    if not isinstance(one, Person):
        return (f"{one.label} ({one.code})", one.label, one.code) if one.label else (one.code,)
    of = tuple(filter(None, (one.party.label, one.party.code))) if one.party else ()
    named = (f"{one.office.title} {one.name}", one.name) if one.office else (one.name,)
    known_as = f", {one.wikidata}" if one.wikidata else ""
    return tuple(f"{name} ({party}{known_as})" for name in named for party in of)
