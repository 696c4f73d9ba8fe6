"""Patrols, alone and joint: how many, where, how often, and who reacted to them."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise

import attrs
import msgspec

from diplocal.dates import When
from diplocal.engagements import Engagement, Patrol, Reaction
from diplocal.engagements.fold import how_many
from diplocal.events.shapes import Domain
from diplocal.parties import Party
from diplocal.projections.contacts import TOOK_PLACE, Period
from diplocal.projections.days import Days, median
from diplocal.projections.listing import Listing, Shown
from diplocal.projections.selection import Selection
from diplocal.projections.soonest import soonest
from diplocal.projections.view import View

"""Stand for open ends in sorting."""


class ConductedPatrol(msgspec.Struct, frozen=True, kw_only=True):
    """One patrol that took place."""

    slug: str
    actors: tuple[Party, ...]
    """Whose forces patrolled, in alphabetical order of their codes."""
    when: When
    area: str | None
    """As printed."""
    domains: tuple[Domain, ...]
    craft: tuple[str, ...]
    """As printed."""
    reactions: tuple[Reaction, ...]
    """Who was sent up in response. Not a contact."""

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of those who patrolled, in alphabetical order."""
        return tuple(actor.code for actor in self.actors)

    @property
    def is_joint(self) -> bool:
        """Two or more patrolled together."""
        return len(self.actors) > 1


class PatrolCount(msgspec.Struct, frozen=True):
    """How many patrols the same forces made in one area and one period."""

    period: str | None
    """'2023-06', '2023-Q2', '2023' or 'all'; None for patrols whose date is too vague for the period."""
    actors: tuple[str, ...]
    """Codes: one for patrols of one state alone, two for joint ones."""
    area: str | None
    """None where the source names none."""
    count: int
    answered: int
    """How many of them somebody reacted to."""


class Tempo(msgspec.Struct, frozen=True):
    """How fast patrols follow each other."""

    patrols: int
    """All of them, however vague their dates."""
    dated: int
    """Those that begin on a day that is known."""
    interval: Days | None
    """The median of the days from the beginning of one of these to that of the next; None of fewer than two."""


class Scramble(msgspec.Struct, frozen=True):
    """One patrol, and one party that reacted to it."""

    patrol: ConductedPatrol
    reaction: Reaction


@attrs.frozen
class PatrolsSeen(Shown):
    """All patrols of a log, to be counted in any way.

    ``state`` and ``pair`` choose by code, joint patrols included; ``domain`` those at sea or in the air, and one that
    was both is among either.
    """

    patrols: Mapping[str, ConductedPatrol] = attrs.field(repr=how_many)
    """By the engagement's slug."""

    def chosen(
        self, *, state: str | None = None, pair: tuple[str, str] | None = None, domain: Domain | str | None = None
    ) -> list[ConductedPatrol]:
        """List patrols, earliest first."""
        parties = Selection.of(state=state, pair=pair).parties
        domain = None if domain is None else Domain(domain)
        found = (one for one in self if parties <= set(one.codes) and (domain is None or domain in one.domains))
        return Listing[ConductedPatrol](sorted(found, key=soonest))

    def by(
        self,
        period: Period | str = Period.MONTH,
        *,
        state: str | None = None,
        pair: tuple[str, str] | None = None,
        domain: Domain | str | None = None,
    ) -> list[PatrolCount]:
        """Count patrols by period, forces and area, in this order; a period of None comes last.

        A patrol counts once, in the period in which it certainly began, for all who made it together: a joint patrol
        of China and Russia is none of China alone.
        """
        unit = Period(period)
        groups: defaultdict[tuple[str | None, tuple[str, ...], str | None], list[ConductedPatrol]] = defaultdict(list)
        for one in self.chosen(state=state, pair=pair, domain=domain):
            groups[unit.label(one.when), one.codes, one.area].append(one)
        rows = [
            PatrolCount(label, codes, area, len(several), sum(bool(one.reactions) for one in several))
            for (label, codes, area), several in groups.items()
        ]
        rows.sort(key=lambda row: (row.period is None, row.period or "", row.actors, row.area or ""))
        return Listing[PatrolCount](rows)

    def tempo(
        self, *, state: str | None = None, pair: tuple[str, str] | None = None, domain: Domain | str | None = None
    ) -> Tempo:
        """Tell how fast patrols follow each other."""
        chosen = self.chosen(state=state, pair=pair, domain=domain)
        dated = [one for one in chosen if one.when.is_exact]
        between = (Days.between_starts(one.when, other.when) for one, other in pairwise(dated))
        return Tempo(len(chosen), len(dated), median(days for days in between if days))

    def scrambles(
        self, *, state: str | None = None, pair: tuple[str, str] | None = None, domain: Domain | str | None = None
    ) -> list[Scramble]:
        """List who reacted to which patrol, earliest patrol first."""
        return [
            Scramble(patrol, reaction)
            for patrol in self.chosen(state=state, pair=pair, domain=domain)
            for reaction in patrol.reactions
        ]

    def answered_by(
        self, *, state: str | None = None, pair: tuple[str, str] | None = None, domain: Domain | str | None = None
    ) -> dict[str, int]:
        """Count, for each party that reacted, the patrols that it reacted to: each once, however often it scrambled."""
        answers = Counter(
            code
            for patrol in self.chosen(state=state, pair=pair, domain=domain)
            for code in {reaction.by.code for reaction in patrol.reactions}
        )
        return dict(sorted(answers.items()))

    def __iter__(self) -> Iterator[ConductedPatrol]:
        return iter(self.patrols.values())

    def __len__(self) -> int:
        return len(self.patrols)


class Patrols(View[ConductedPatrol, PatrolsSeen]):
    """Patrols by those who made them, area and month, and the reactions to each.

    Counted is each patrol once, undirected, for the group of all who took part: several reports of it, merged
    duplicates among them, are one. Who reacts takes no part in it. There is no minimum of forces or craft.
    """

    name = "diplocal.patrols"
    row_type = ConductedPatrol

    def row(self, engagement: Engagement) -> ConductedPatrol | None:
        """Return a patrol that took place."""
        patrol = engagement.subject
        if not isinstance(patrol, Patrol) or engagement.status not in TOOK_PLACE or engagement.when is None:
            return None
        return ConductedPatrol(
            slug=engagement.slug,
            actors=tuple(sorted(engagement.parties, key=lambda party: party.code)),
            when=engagement.when,
            area=engagement.place,
            domains=patrol.domains,
            craft=patrol.craft,
            reactions=engagement.reactions,
        )

    def read(self, value: Mapping[str, ConductedPatrol]) -> PatrolsSeen:
        """Return the patrols."""
        return PatrolsSeen(value)
