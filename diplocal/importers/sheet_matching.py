"""Which engagement a row is about that names none: one that the sheet told before, perhaps, or another.

A name that is made from kind, sides and date changes with them, so a corrected row is known by what stayed the same. It
is one of two when its sheet told before what it does not tell any more (a sheet that shares other rows with an earlier
import is that sheet), or when nearly all agrees. Where less agrees the row is ambiguous: nobody guesses.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from enum import Enum

import attrs

from diplocal.dates import When
from diplocal.engagements import Status
from diplocal.events import EngagementEvent
from diplocal.importers.alike import name_of, people_apart
from diplocal.importers.sheet_changes import Told, Unclear, changes, kind_of
from diplocal.importers.sheet_rows import Entry
from diplocal.parties import Participant, Person, party_of

DAYS_NEAR = 3
"""Dates with so many days between them may be one, put right."""
VAGUE_FROM = 45
"""A date that may be on any of so many days is compared with all."""


class Likeness(Enum):
    """Whether a row is about what the sheet told before."""

    SAME = "same"
    PERHAPS = "perhaps"
    OTHER = "other"


@attrs.frozen
class Candidate:
    """What the sheet told before, of which no row of it speaks by name now."""

    slug: str
    told: Told
    of_this_sheet: bool
    """Whether it came in an import with something that this sheet still tells."""

    @property
    def event(self) -> EngagementEvent:
        """The announcement or occurrence that was told last."""
        return self.told.bases[-1].event


@attrs.frozen
class Recognised:
    """The rows that are about something told before, or perhaps are, by their places in the sheet."""

    same: Mapping[str, str]
    """The engagement, by place."""
    perhaps: Mapping[str, Sequence[str]]
    """The engagements, by place."""


def recognise(rows: Iterable[Entry], candidates: Iterable[Candidate]) -> Recognised:
    """Pair rows with what was told before: a row is about one engagement at most, and each is told by one row."""
    rows, near = list(rows), _Index(candidates)
    found: dict[Likeness, dict[str, list[str]]] = {likeness: defaultdict(list) for likeness in Likeness}
    for row in rows:
        for candidate in near.to(row):
            found[_likeness(row, candidate)][row.place].append(candidate.slug)
    wanted = Counter(slug for slugs in found[Likeness.SAME].values() for slug in slugs)
    same = {
        place: slugs[0] for place, slugs in found[Likeness.SAME].items() if len(slugs) == 1 and wanted[slugs[0]] == 1
    }
    gone, perhaps = set(same.values()), dict[str, list[str]]()
    for row in rows:
        slugs = found[Likeness.SAME].get(row.place) or found[Likeness.PERHAPS].get(row.place) or []
        left = [slug for slug in slugs if slug not in gone]
        if row.place not in same and left:
            perhaps[row.place] = left
    return Recognised(same, perhaps)


class _Index:
    """Candidates by what a row shares with them, so that not each is compared with each."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self._candidates: dict[Hashable, list[Candidate]] = defaultdict(list)
        for candidate in candidates:
            event, when = candidate.event, candidate.told.when
            months = _months(when)
            moving = candidate.of_this_sheet and candidate.told.status is not Status.HELD
            loose = ["loose"] if moving or not months else []
            for about_when in (*months, *loose, "whenever"):
                self._candidates[kind_of(event), _parties(event), about_when].append(candidate)
            for person in _people(event):
                self._candidates[kind_of(event), when, name_of(person)].append(candidate)

    def to(self, row: Entry) -> Iterable[Candidate]:
        """Return those that may be alike, each once: with the same sides about then, or a person on the same days."""
        kind, sides = kind_of(row.facts), _parties(row.facts)
        months = _months(row.when)
        keys: list[Hashable] = [
            (kind, sides, about_when) for about_when in ((*months, "loose") if months else ("whenever",))
        ]
        keys += [(kind, row.when, name_of(person)) for person in _people(row.facts)]
        return {one.slug: one for key in keys for one in self._candidates.get(key, ())}.values()


def _months(when: When | None) -> set[tuple[int, int]]:
    """Return the months that a date lies in or near to; none where it is vaguer than a month, or there is none."""
    if when is None or when.earliest is None or when.latest is None:
        return set()
    first, last = when.earliest.toordinal() - DAYS_NEAR, when.latest.toordinal() + DAYS_NEAR
    if last - first > VAGUE_FROM:
        return set()
    days = (date.fromordinal(max(day, 1)) for day in (*range(first, last, 14), last))
    return {(day.year, day.month) for day in days}


def _likeness(row: Entry, candidate: Candidate) -> Likeness:
    facts, told = row.facts, candidate.event
    if kind_of(facts) is not kind_of(told):
        return Likeness.OTHER
    apart = _days_apart(row.when, candidate.told.when)
    people, others = _people(facts), _people(told)
    alike = people_apart(people, others) is not None
    if _parties(facts) == _parties(told):
        return _with_the_same_sides(row, candidate, apart) if alike else _with_other_people(row, candidate, apart)
    if apart or row.when is None or not (alike and people and others):
        return Likeness.OTHER
    return _where(Likeness.SAME, known=candidate.of_this_sheet)


def _with_the_same_sides(row: Entry, candidate: Candidate, apart: int) -> Likeness:
    """Judge a row with the same sides and people alike; one of the two may name none."""
    people, others = _people(row.facts), _people(candidate.event)
    if apart == 0:
        as_many = len(people) == len(others) and (people or row.when == candidate.told.when)
        return _where(Likeness.SAME, known=candidate.of_this_sheet or bool(as_many))
    if apart <= DAYS_NEAR:
        return _where(Likeness.SAME, known=candidate.of_this_sheet)
    moved = candidate.of_this_sheet and candidate.told.status is not Status.HELD
    return Likeness.PERHAPS if moved else Likeness.OTHER


def _with_other_people(row: Entry, candidate: Candidate, apart: int) -> Likeness:
    """Judge a row with the same sides of whom others take part."""
    one, other = _circumstances(row.facts), _circumstances(candidate.event)
    if apart or row.when is None:
        return Likeness.OTHER
    if candidate.of_this_sheet:
        return _where(Likeness.SAME, known=one == other)
    return Likeness.PERHAPS if set(one) & set(other) - {None, ()} else Likeness.OTHER


def _where(likeness: Likeness, *, known: bool) -> Likeness:
    return likeness if known else Likeness.PERHAPS


def _parties(event: EngagementEvent) -> tuple[frozenset[str], ...]:
    """Return whom each side stands for: the two of a visit apart, those of any other kind together."""
    sides = [_participants(event)]
    if host := getattr(event, "host", None):
        sides.append((host,))
    return tuple(frozenset(party.code for one in side if (party := party_of(one))) for side in sides)


def _people(event: EngagementEvent) -> tuple[Person, ...]:
    return tuple(one for one in _participants(event) if isinstance(one, Person))


def _participants(event: EngagementEvent) -> tuple[Participant, ...]:
    return next(
        (getattr(event, name) for name in ("visitors", "participants", "actors", "travellers") if hasattr(event, name)),
        (),
    )


def _circumstances(event: EngagementEvent) -> tuple[object, ...]:
    """Return what else was told that two engagements of one day do not easily share."""
    place = getattr(event, "place", None) or getattr(event, "area", None)
    return place, event.sources, getattr(event, "round", None)


def _days_apart(one: When | None, other: When | None) -> int:
    """Return the days between two dates, 0 where they may be the same: one is vaguer, or not known at all."""
    if one is None or other is None or one.contains(other) or other.contains(one):
        return 0
    ends = (one.earliest, one.latest, other.earliest, other.latest)
    first, last, other_first, other_last = (end.toordinal() if end else 0 for end in ends)
    if one.overlaps(other):
        return 1
    return max(other_first - last, first - other_last, 1)


def in_the_order_told(row: Entry, told: Told) -> Entry:
    """Return a row with the sides as they were told: of a meeting, a call or an exercise they have no order.

    Raises Unclear for a row that begins with the other side and says something else beside: it is of another list.
    """
    if not told.bases or kind_of(row.facts) is not kind_of(told.bases[-1].event):
        return row
    field = next((name for name in ("participants", "actors") if hasattr(row.facts, name)), None)
    if field is None:
        return row
    before = [_identity(one) for one in getattr(told.bases[-1].event, field)]
    now = getattr(row.facts, field)
    if sorted(map(_identity, now)) != sorted(before) or _identity(now[0]) == before[0]:
        return row
    turned = attrs.evolve(
        row, facts=row.facts.evolve(**{field: tuple(sorted(now, key=lambda one: before.index(_identity(one))))})
    )
    if changes(turned, told):
        raise Unclear(
            f"{row.facts.engagement} was told from the other side, and otherwise: where this is another's list, "
            "import it with a name of its own (--upstream)"
        )
    return turned


def _identity(one: Participant) -> tuple[str, str]:
    party = party_of(one)
    return party.code if party else "", one.name if isinstance(one, Person) else ""
