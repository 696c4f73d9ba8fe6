"""Consultations that are held again and again: which round was when, which are missing, when the next one is due."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

import attrs
import msgspec
import pendulum

from diplocal.checks import expect
from diplocal.dates import When
from diplocal.engagements import Engagement, Kind, Status
from diplocal.engagements.fold import how_many
from diplocal.names.people import known_as
from diplocal.parties import Party
from diplocal.projections.contacts import TOOK_PLACE
from diplocal.projections.days import Days, starts
from diplocal.projections.listing import Listing, Shown
from diplocal.projections.selection import Selection
from diplocal.projections.view import View

NEEDED = 2
"""So many past intervals it takes to expect another round: one tells nothing of how much they vary."""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One engagement that says which round of a series it is."""

    slug: str
    kind: Kind
    series: str
    """As printed."""
    number: int
    status: Status
    when: When | None
    parties: tuple[Party, ...]
    place: str | None
    during: str | None
    """The visit that it is part of."""

    @property
    def is_held(self) -> bool:
        """It took place, or is under way."""
        return self.status in TOOK_PLACE


class Interval(msgspec.Struct, frozen=True):
    """From one round that was held to the next one that is known."""

    first: int
    then: int
    """The numbers of the two rounds: more than one apart where rounds between them are missing."""
    days: Days
    """From the beginning of the one to the beginning of the other."""


class Due(msgspec.Struct, frozen=True):
    """When the next round is to be expected, if it keeps the pace of those before."""

    number: int
    earliest: pendulum.Date
    """First day: the shortest past interval after the first day on which the last round can have begun."""
    latest: pendulum.Date
    """Last day: the longest past interval after the last day on which the last round can have begun."""
    basis: int
    """How many past intervals it rests on."""


class RoundsOfSeries(Shown, msgspec.Struct, frozen=True):
    """One series, round by round."""

    series: str
    rounds: tuple[Claim, ...]
    """In order of number. Of a visit and a meeting inside it that are the same round, the meeting."""

    @property
    def contested(self) -> dict[int, tuple[str, ...]]:
        """The numbers that several engagements claim, with their slugs. What was cancelled claims none."""
        claims: defaultdict[int, list[str]] = defaultdict(list)
        for one in self.rounds:
            if one.status is not Status.CANCELLED:
                claims[one.number].append(one.slug)
        return {number: tuple(sorted(slugs)) for number, slugs in claims.items() if len(slugs) > 1}

    @property
    def missing(self) -> tuple[int, ...]:
        """The numbers that nobody claims, between the lowest and the highest that somebody does."""
        known = {one.number for one in self.rounds}
        return tuple(number for number in range(min(known), max(known)) if number not in known)

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """The intervals between rounds that were held, as exactly as their dates are known.

        A round that several engagements claim, or that has no first day, is passed over like a missing one.
        """
        return tuple(
            Interval(one.number, other.number, days)
            for one, other in pairwise(self._certain)
            if one.when and other.when and (days := Days.between_starts(one.when, other.when))
        )

    @property
    def planned(self) -> tuple[Claim, ...]:
        """The rounds that are still to be held: invited, planned, confirmed or postponed."""
        return tuple(one for one in self.rounds if not one.is_held and one.status is not Status.CANCELLED)

    @property
    def next_due(self) -> Due | None:
        """Expect the round after the last one that was held, by what past intervals were.

        Those between consecutive numbers count. The estimate is the whole range from the shortest to the longest of
        them, and says nothing of what was announced (see ``planned``). None with fewer than two of them, or when the
        last round is contested or has no first day.
        """
        past = [one.days for one in self.intervals if one.then == one.first + 1]
        certain = self._certain
        last_held = max((one.number for one in self.rounds if one.is_held), default=0)
        if len(past) < NEEDED or certain[-1].number != last_held:
            return None
        began = certain[-1].when and starts(certain[-1].when)
        longest = max(days.at_most or 0 for days in past)
        if began is None:
            return None
        return Due(
            last_held + 1,
            began[0].add(days=max(0, min(days.at_least for days in past))),
            began[1].add(days=longest),
            len(past),
        )

    def is_overdue(self, on: pendulum.Date) -> bool:
        """Tell whether the next round should have been held by a day, by the pace of those before."""
        due = self.next_due
        return due is not None and due.latest < on

    @property
    def _certain(self) -> list[Claim]:
        contested = self.contested
        return [
            one
            for one in self.rounds
            if one.is_held and one.number not in contested and one.when is not None and starts(one.when)
        ]


@attrs.frozen
class Consultations(Shown):
    """All series of a log."""

    claims: Mapping[str, Claim] = attrs.field(repr=how_many)
    """By the engagement's slug."""

    def of(self, series: str) -> RoundsOfSeries | None:
        """Return one series by its name, in any case and with or without accents; None when no report names it."""
        expect("series", series, "the name of a series", str)
        return next((one for one in self if known_as(one.series) == known_as(series)), None)

    def chosen(self, *, state: str | None = None, pair: tuple[str, str] | None = None) -> list[RoundsOfSeries]:
        """List the series in which these take part, by name. ``state`` and ``pair`` choose by code."""
        parties = Selection.of(state=state, pair=pair).parties
        return Listing[RoundsOfSeries](
            one for one in self if any(parties <= {party.code for party in claim.parties} for claim in one.rounds)
        )

    def __iter__(self) -> Iterator[RoundsOfSeries]:
        by_name: defaultdict[str, list[Claim]] = defaultdict(list)
        for claim in self.claims.values():
            by_name[known_as(claim.series)].append(claim)
        for name in sorted(by_name):
            rounds = tuple(sorted(_innermost(by_name[name]), key=lambda one: (one.number, one.slug)))
            yield RoundsOfSeries(max(one.series for one in rounds), rounds)


class ConsultationRounds(View[Claim, Consultations]):
    """Series with their rounds, dates and intervals, the next one due, and what is missing or claimed twice.

    A round counts once: a visit and a meeting inside it that carry the same number are one. Rounds are undirected and
    belong to all who take part; only those held make intervals, and no office is too low.
    """

    name = "diplocal.consultation-rounds"
    row_type = Claim

    def row(self, engagement: Engagement) -> Claim | None:
        """Return the round that an engagement says it is."""
        if engagement.round is None or not engagement.counts:
            return None
        return Claim(
            slug=engagement.slug,
            kind=engagement.kind,
            series=engagement.round.series.name,
            number=engagement.round.number,
            status=engagement.status,
            when=engagement.when,
            parties=engagement.parties,
            place=engagement.place,
            during=engagement.during,
        )

    def read(self, value: Mapping[str, Claim]) -> Consultations:
        """Return the series."""
        return Consultations(value)


def _innermost(claims: Iterable[Claim]) -> list[Claim]:
    """Leave out a visit when a meeting inside it is the same round."""
    several = list(claims)
    inside = {
        (one.during, one.number) for one in several if one.kind is not Kind.VISIT and one.status is not Status.CANCELLED
    }
    return [one for one in several if one.kind is not Kind.VISIT or (one.slug, one.number) not in inside]
