"""How often two sides meet, as far as it took place; a date known only to the year is not forced into a month."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from functools import cache
from typing import NamedTuple, Self, TypeVar

import attrs
import msgspec
import pendulum

from diplocal.checks import Choice, expect
from diplocal.dates import When, intern_when
from diplocal.engagements import KINDS, Engagement, Kind, Status, Visit
from diplocal.engagements.fold import how_many
from diplocal.errors import InvalidValue
from diplocal.parties import Participant, Person, Rank, party_of
from diplocal.projections.filters import Filter, Sides, expect_day, sides_named
from diplocal.projections.listing import Listing, Shown
from diplocal.projections.selection import Selection, both, code_of
from diplocal.projections.tally import Contributions, Tally

K = TypeVar("K")

TOOK_PLACE = (Status.HELD, Status.UNDER_WAY)
_PLACES = {rank.value: place for place, rank in enumerate(Rank)}
"""How far down the order of protocol each rank stands."""


class Period(Choice):
    """By which stretches of the calendar to count."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ALL = "all"

    def label(self, when: When) -> str | None:
        """Name the stretch in which something certainly began: '2023-09', '2023-Q3', '2023'; None if that is open."""
        return _LABELS[self](when)


def _month(when: When) -> str | None:
    month = when.month
    return "{:04}-{:02}".format(*month) if month else None


def _quarter(when: When) -> str | None:
    quarter = when.quarter
    return "{:04}-Q{}".format(*quarter) if quarter else None


def _year(when: When) -> str | None:
    year = when.year
    return f"{year:04}" if year else None


_LABELS: dict[Period, Callable[[When], str | None]] = {
    Period.MONTH: _month,
    Period.QUARTER: _quarter,
    Period.YEAR: _year,
    Period.ALL: lambda _: "all",
}


class Contact(NamedTuple):
    """One contact between two sides, as counted. Plain texts, so that counting is quick."""

    first: str
    """The codes of the two sides, in alphabetical order."""
    second: str
    kind: str
    """A value of Kind."""
    traveller: str
    """Of a visit, the code of the side that travelled; else empty."""
    rank: str
    """A value of Rank: the office at which the sides met, that of the less senior side; empty when not known."""
    when: str
    """EDTF."""
    sides: int
    """How many states and organisations took part: 2, or more in a multilateral one."""


class Frequency(msgspec.Struct, frozen=True):
    """How many contacts two sides had, of one kind, in one period."""

    period: str | None
    """'2023', '2023-Q3', '2023-09' or 'all'; None for contacts whose date is too vague for the period."""
    pair: tuple[str, str]
    kind: Kind
    count: int
    """How many, or the sum of their weights."""


@attrs.frozen
class Contacts(Shown):
    """All contacts of a log, to be counted in any way."""

    counts: Mapping[Contact, int] = attrs.field(repr=how_many)
    finest: Period | None = attrs.field(default=None, repr=False)
    """The shortest stretch that they can be counted by; None where they have their days and offices."""

    def by(
        self,
        period: Period | str = Period.YEAR,
        *,
        state: str | None = None,
        pair: tuple[str, str] | None = None,
        traveller: str | None = None,
        weights: Mapping[Rank, int] | None = None,
    ) -> list[Frequency]:
        """Count contacts by period, pair and kind, in this order; a period of None comes last.

        ``state`` and ``pair`` choose by code or name, ``traveller`` the visits that a side made. With ``weights``, a
        contact counts as much as the rank at which the sides met, and nothing when its rank has no weight.
        """
        unit = Period(period)
        expect("weights", weights, "a weight for each rank, such as {Rank.HEAD_OF_STATE: 3}", Mapping, type(None))
        expect_by_years(unit, self.finest, weights=weights)
        by_whom = None if traveller is None else code_of(traveller)
        by_date: dict[str, dict[tuple[str, str, str], int]] = {}
        by_label: dict[str | None, dict[tuple[str, str, str], int]] = {}
        for contact, count in self._chosen(Selection.of(state=state, pair=pair), by_whom):
            amount = count if weights is None else count * _weight(contact, weights)
            if amount:
                sums = by_date.get(contact.when)
                if sums is None:
                    label = unit.label(intern_when(contact.when))
                    sums = by_date[contact.when] = by_label.setdefault(label, {})
                row = contact[:3]
                sums[row] = sums.get(row, 0) + amount
        return Listing[Frequency](
            Frequency(label, (first, second), _KINDS_BY_VALUE[kind], count)
            for label, sums in sorted(by_label.items(), key=lambda item: (item[0] is None, item[0] or ""))
            for (first, second, kind), count in sorted(sums.items(), key=_by_kind)
        )

    def reciprocity(self, pair: tuple[str, str]) -> dict[str, int]:
        """Count the visits that each side of a pair made to the other."""
        made = dict.fromkeys(sorted(both(pair)), 0)
        for contact, count in self._chosen(Selection.of(pair=pair), None):
            if contact.traveller:
                made[contact.traveller] += count
        return made

    def days_since_last(self, pair: tuple[str, str], on: pendulum.Date) -> int | None:
        """Count the days from the last contact of a pair to a day; None when they had none by then.

        A contact counts from the last day on which it can have been; one that may still be ahead does not count.
        """
        expect_day("on", on)
        expect_by_years("days", self.finest)
        ends = (intern_when(contact.when).latest for contact, _ in self._chosen(Selection.of(pair=pair), None))
        past = [end for end in ends if end is not None and end <= on]
        return on.toordinal() - max(past).toordinal() if past else None

    def _chosen(self, selection: Selection, traveller: str | None) -> Iterator[tuple[Contact, int]]:
        parties = selection.parties
        if not parties and traveller is None:
            yield from self.counts.items()
            return
        for contact, count in self.counts.items():
            if traveller in (None, contact.traveller) and parties <= {contact.first, contact.second}:
                yield contact, count


class OfSides:
    """What measures of contacts share: they count what is between two sides, unless more are asked for."""

    sides: Sides
    """Between how many sides a contact is counted."""
    by_years: bool
    """Whether it keeps years only, and no offices."""

    def finest(self) -> Self:
        """Return the measure that keeps days and offices."""
        if not self.by_years:
            return self
        measure = copy(self)
        measure.by_years = False
        return measure

    def asked(self, chosen: Filter) -> Self:
        """Return the measure between as many sides as the filter of a question says, if it says so."""
        if chosen.sides is None:
            return self
        measure = copy(self)
        measure.sides = chosen.sides
        return measure


class ContactFrequency(OfSides, Tally[Contact, Contacts]):
    """Contacts by pair, kind, direction and period.

    A visit is one contact between each visiting side and the host, however many visitors came. A meeting, a call, an
    exercise or a patrol is one between its two sides. What three or more take part in, such as a summit, is one
    occasion and no contact of each two: with ``sides`` "any" it counts as one between each two, with "multilateral"
    alone. Plans, statements and reactions are none.

    Its answer is a Contacts: ``by("month", pair=("CN", "RU"))`` counts, ``reciprocity`` tells who did the travelling.
    ``person``, a name or a Wikidata id, counts only contacts in which somebody took part. ``by`` "year" or "all" is for
    those who ask for no shorter stretch, for no days and no offices: what is counted then is less, and told sooner.
    """

    name = "diplocal.contact-frequency"
    version = 2
    key_type = Contact

    def __init__(
        self,
        *,
        person: str | None = None,
        sides: Sides | str = Sides.BILATERAL,
        by: Period | str | None = None,
    ) -> None:
        self.scope, self.sides = Filter(who=Selection.of(person=person)), sides_named(sides)
        self.by_years = coarse(by)

    @property
    def parameters(self) -> str:
        """The person, if only theirs are counted, and whether no more than the years are kept."""
        return msgspec.json.encode({"person": self.scope.who.person, "by_years": self.by_years}).decode()

    def contributions(self, engagement: Engagement) -> Contributions[Contact]:
        """Contribute a contact for each pair of sides, when it was held."""
        if engagement.status not in TOOK_PLACE or engagement.when is None:
            return
        if self.scope.who.person is None or self.scope.who.takes(engagement.parties, engagement.people):
            for contact in dict.fromkeys(contacts_of(engagement)):
                yield self.coarser(contact), 1

    def coarser(self, key: Contact) -> Contact:
        """Leave days and offices out, where only years are counted by."""
        return key._replace(rank="", when=years_of(key.when)) if self.by_years else key

    def read(self, value: Mapping[Contact, int]) -> Contacts:
        """Return the contacts between as many sides as are asked for."""
        takes = cache(self.sides.takes)
        counts = {contact: count for contact, count in value.items() if takes(contact[6])}
        return Contacts(counts, Period.YEAR if self.by_years else None)

    def tells(self, chosen: Filter) -> Callable[[Contact], bool] | None:
        """Tell by a contact whether a filter takes it."""
        if self.by_years and not is_of_years(chosen):
            return None
        return told_by_key(chosen, lambda contact: (contact[2], contact[5]))


def coarse(by: Period | str | None) -> bool:
    """Tell whether who counts by these stretches needs no more than the years of a date."""
    return by is not None and Period(by) in BY_YEARS


BY_YEARS = (Period.YEAR, Period.ALL)


@cache
def years_of(edtf: str) -> str:
    """Return the years of a date, of which the same is true year by year; a date that is too vague, as it is.

    >>> years_of("2023-09-18"), years_of("2022-12-30/2023-01-02"), years_of("2022/..")
    ('2023', '2022/2023', '2022/..')
    """
    when = intern_when(edtf) if edtf else None
    if when is None or when.year is None or when.latest is None:
        return edtf
    first, last = f"{when.year:04}", f"{when.latest.year:04}"
    return first if first == last else f"{first}/{last}"


def is_of_years(chosen: Filter) -> bool:
    """Tell whether the days between which a filter chooses are the first and the last of years."""
    first, last = chosen.since, chosen.until
    return (first is None or (first.month, first.day) == (1, 1)) and (
        last is None or (last.month, last.day) == (12, 31)
    )


def expect_by_years(asked: object, finest: Period | None, **needed: object) -> None:
    """Raise InvalidValue where what was counted by years is asked for what years do not tell."""
    for name, value in needed.items():
        if finest is not None and value is not None:
            raise InvalidValue(name, value, "nothing: the offices were left out with 'by'")
    if finest is not None and asked not in BY_YEARS:
        raise InvalidValue("period", asked, "year or all: the days were left out with 'by'")


def told_by_key(chosen: Filter, kind_and_when: Callable[[K], tuple[str, str]]) -> Callable[[K], bool] | None:
    """Return what tells by kind and date, an EDTF, of what took place whether a filter takes it.

    None of a filter that asks for more. Between how many sides, the measure asks itself.
    """
    days = Filter(since=chosen.since, until=chosen.until, undated=chosen.undated)
    rest = attrs.evolve(
        chosen, since=None, until=None, undated=None, kinds=frozenset(), statuses=frozenset(), sides=None
    )
    if rest != Filter() or (chosen.statuses and not chosen.statuses >= {*TOOK_PLACE}):
        return None
    kinds = {kind.value for kind in chosen.kinds or Kind}
    takes_date = cache(lambda when: days.takes_date(intern_when(when) if when else None))

    def takes(key: K) -> bool:
        kind, when = kind_and_when(key)
        return kind in kinds and takes_date(when)

    return takes


def contacts_of(engagement: Engagement) -> Iterator[Contact]:
    """Yield a contact for each two sides of an engagement that has a date, whatever became of it."""
    when = engagement.when.edtf if engagement.when else ""
    if isinstance(engagement.subject, Visit):
        yield from _of_visit(engagement.subject, when)
    elif KINDS[engagement.kind].is_contact:
        yield from _of_gathering(engagement, when)


def _of_visit(visit: Visit, when: str) -> Iterator[Contact]:
    host, sent = visit.host.code, _by_party(visit.visitors)
    count = len({host, *sent})
    for code, people in sent.items():
        if code != host:
            first, second = sorted((code, host))
            yield Contact(first, second, "visit", code, _most_senior(people), when, count)


def _of_gathering(engagement: Engagement, when: str) -> Iterator[Contact]:
    sides = _by_party(engagement.participants)
    for first, second in itertools.combinations(sorted(sides), 2):
        ranks = _most_senior(sides[first]), _most_senior(sides[second])
        rank = max(ranks, key=_PLACES.__getitem__) if all(ranks) else ""
        yield Contact(first, second, engagement.kind.value, "", rank, when, len(sides))


_KINDS_BY_VALUE = {kind.value: kind for kind in Kind}
_KIND_ORDER = {kind: place for place, kind in enumerate(_KINDS_BY_VALUE)}


def _by_kind(item: tuple[tuple[str, str, str], int]) -> tuple[str, str, int]:
    (first, second, kind), _ = item
    return first, second, _KIND_ORDER[kind]


def _by_party(participants: Iterable[Participant]) -> dict[str, list[Participant]]:
    sides: dict[str, list[Participant]] = {}
    for one in participants:
        party = party_of(one)
        if party is not None:
            sides.setdefault(party.code, []).append(one)
    return sides


def _most_senior(people: Iterable[Participant]) -> str:
    ranks = [one.office.rank.value for one in people if isinstance(one, Person) and one.office]
    return min(ranks, key=_PLACES.__getitem__, default="")


def _weight(contact: Contact, weights: Mapping[Rank, int]) -> int:
    return weights.get(Rank(contact.rank), 0) if contact.rank else 0
