"""Who takes part in a generated engagement, and what kind of engagement it is."""

from collections.abc import Callable, Sequence

import attrs

from diplocal import engagements
from diplocal.engagements import Kind
from diplocal.levels import Level, Purpose
from diplocal.parties import Participant, Party, Person
from diplocal.series import Round
from diplocal.testing import pools

KINDS = tuple(kind for kind, row in engagements.KINDS.items() if row.occurrence)
"""Kinds of engagement that histories are made of, the most telling first."""

_WEIGHTS = {Kind.VISIT: 8, Kind.MEETING: 4, Kind.CALL: 2, Kind.PATROL: 2}
_LEVELS = {Level.UNKNOWN: Level.OFFICIAL, Level.STATE: Level.OFFICIAL, Level.WORKING: Level.OFFICIAL_WORKING}
"""How another source calls a visit of each level."""
_GROUPS = 6
"""How many ways there are for two sides to be represented."""


class Digits:
    """A drawn number, used up choice by choice: 0 is always the simplest choice."""

    __slots__ = ("_left",)

    def __init__(self, number: int) -> None:
        self._left = number

    def below(self, count: int) -> int:
        """Choose a number from 0 to below ``count``."""
        self._left, digit = divmod(self._left, count)
        return digit


@attrs.frozen
class Scenario:
    """What stays the same about an engagement, however it is reported."""

    kind: Kind
    first: Party
    second: Party
    guests: tuple[Participant, ...]
    """Who travels, speaks for the first side, or holds the office."""
    hosts: tuple[Participant, ...]
    """Who receives or meets them."""
    level: Level
    purposes: tuple[Purpose, ...]
    round: Round | None
    place: str | None
    alone: bool
    """Whether forces act without those of the second side."""

    @property
    def actors(self) -> tuple[Party, ...]:
        """Whose forces take part."""
        return (self.first,) if self.alone else (self.first, self.second)

    @property
    def everyone(self) -> tuple[Participant, ...]:
        """Both sides; where nobody is named for the second, the party itself."""
        return (*self.guests, *(self.hosts or (self.second,)))

    def as_printed_elsewhere(self) -> "Scenario":
        """Return the same as another source prints it."""
        return attrs.evolve(
            self,
            first=pools.printed_otherwise(self.first),
            second=pools.printed_otherwise(self.second),
            guests=tuple(map(_as_printed_elsewhere, self.guests)),
            hosts=tuple(map(_as_printed_elsewhere, self.hosts)),
            level=_LEVELS.get(self.level, self.level),
        )


def kinds_by_weight(kinds: Sequence[Kind]) -> tuple[Kind, ...]:
    """Repeat the kinds that matter most."""
    return tuple(kind for kind in kinds for _ in range(_WEIGHTS.get(kind, 1)))


def number_of_scenarios(kinds: Sequence[Kind], parties: Sequence[Party]) -> int:
    """Count the scenarios that there are to choose from."""
    return len(_LIKENESSES) * len(kinds) * _GROUPS * len(parties) * (len(parties) - 1)


def choose_scenarios(numbers: Sequence[int], kinds: Sequence[Kind], parties: Sequence[Party]) -> list[Scenario]:
    """Choose the scenarios of several engagements; most are like the first, so that pairs meet again."""
    scenarios: list[Scenario] = []
    for number in numbers:
        rest, likeness = divmod(number, len(_LIKENESSES))
        like = _LIKENESSES[likeness]
        scenarios.append(like(scenarios[0], parties) if like and scenarios else _scenario(rest, kinds, parties))
    return scenarios


def _the_same(first: Scenario, _parties: Sequence[Party]) -> Scenario:
    return first


def _told_elsewhere(first: Scenario, _parties: Sequence[Party]) -> Scenario:
    return first.as_printed_elsewhere()


def _promoted(first: Scenario, _parties: Sequence[Party]) -> Scenario:
    """Let the same people travel in the offices that they had later."""
    return attrs.evolve(first, guests=tuple(map(_later, first.guests)))


def _later(one: Participant) -> Participant:
    return attrs.evolve(one, office=pools.LATER_OFFICE) if isinstance(one, Person) and one.office else one


def _returned(first: Scenario, _parties: Sequence[Party]) -> Scenario:
    """Let the second side visit the first."""
    people = pools.people_of(first.second)
    guests = people[:1] if first.guests != (first.first,) else (first.second,)
    return attrs.evolve(first, first=first.second, second=first.first, guests=guests, hosts=())


def _elsewhere(first: Scenario, _parties: Sequence[Party]) -> Scenario:
    """Let it be in another town."""
    return attrs.evolve(first, place=next(place for place in pools.PLACES if place != first.place))


def _next_round(first: Scenario, _parties: Sequence[Party]) -> Scenario:
    """Let it be the round that follows."""
    told = first.round
    return attrs.evolve(first, round=Round(told.series if told else pools.SERIES[0], told.number + 1 if told else 1))


def _of_others(first: Scenario, _parties: Sequence[Party]) -> Scenario:
    """Let others speak for the first side."""
    return attrs.evolve(first, guests=tuple(one for one in pools.people_of(first.first) if one not in first.guests[:1]))


def _talks(first: Scenario, _parties: Sequence[Party]) -> Scenario:
    """Let a visit be talks, and talks a visit."""
    return attrs.evolve(first, kind=_TALKS.get(first.kind, first.kind))


_TALKS = {Kind.VISIT: Kind.MEETING, Kind.MEETING: Kind.VISIT}


def to_another(first: Scenario, parties: Sequence[Party]) -> Scenario:
    """Let the same people go to somebody else, where there is anybody else."""
    return attrs.evolve(first, second=_third(first, parties) or first.second, hosts=())


def _from_another(first: Scenario, parties: Sequence[Party]) -> Scenario:
    """Let somebody else come, where there is anybody else."""
    other = _third(first, parties) or first.first
    return attrs.evolve(first, first=other, guests=pools.people_of(other)[:1])


def _third(first: Scenario, parties: Sequence[Party]) -> Party | None:
    codes = {first.first.code, first.second.code}
    return next((party for party in reversed(parties) if party.code not in codes), None)


_LIKENESSES: tuple[Callable[[Scenario, Sequence[Party]], Scenario] | None, ...] = (
    *(None, _the_same, _promoted, _returned, None, _the_same, to_another, _talks),
    *(_told_elsewhere, _elsewhere, _next_round, _of_others, _from_another, _from_another),
)
"""How an engagement is like the first; None for one that has a scenario of its own."""


def _scenario(number: int, kinds: Sequence[Kind], parties: Sequence[Party]) -> Scenario:
    digits = Digits(number)
    kind = kinds[digits.below(len(kinds))]
    group = digits.below(_GROUPS)
    first = parties[digits.below(len(parties))]
    second = [party for party in parties if party is not first][digits.below(len(parties) - 1)]
    guests, hosts = _represented(group, first, second, parties)
    if kind in (Kind.TENURE, Kind.POSTING):
        guests, hosts = (pools.people_of(first)[group % 2],), ()
    return Scenario(
        kind=kind,
        first=first,
        second=second,
        guests=guests,
        hosts=hosts,
        level=(Level.UNKNOWN, Level.STATE, Level.WORKING)[group % 3],
        purposes=((), (Purpose.TALKS,), (Purpose.SUMMIT, Purpose.CEREMONY))[group % 3],
        round=Round(pools.SERIES[group % 2], number % 3 + 1) if group in (1, 4) else None,
        place=(None, *pools.PLACES)[group],
        alone=group == _GROUPS - 1,
    )


def _represented(
    group: int, first: Party, second: Party, parties: Sequence[Party]
) -> tuple[tuple[Participant, ...], tuple[Participant, ...]]:
    leaders, others = pools.people_of(first), pools.people_of(second)
    third = next((party for party in parties if party not in (first, second)), None)
    ways: tuple[tuple[tuple[Participant, ...], tuple[Participant, ...]], ...] = (
        ((first,), ()),
        ((leaders[0],), (others[0],)),
        (leaders, (others[1],)),
        ((leaders[1], third) if third else (leaders[1],), ()),
        ((leaders[1],), others),
        ((leaders[0], pools.STRANGER), (second,)),
    )
    return ways[group]


def _as_printed_elsewhere(one: Participant) -> Participant:
    return pools.spelt_otherwise(one) if isinstance(one, Person) else pools.printed_otherwise(one)
