"""How visits keep to what was announced: lead times, slips, narrowings, postponements, cancellations."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

import attrs
import msgspec
import pendulum

from diplocal.briefly import in_a_line
from diplocal.checks import Choice
from diplocal.dates import When
from diplocal.engagements import Alias, Engagement, Report, Status, Step, Visit, timeline
from diplocal.engagements.fold import how_many
from diplocal.engagements.reports import day_of, took_place
from diplocal.events import Rescheduled, VisitAnnounced
from diplocal.parties import Participant, Party, Person, party_of
from diplocal.projections.aliases import Aliases, look_for, split_off
from diplocal.projections.contacts import TOOK_PLACE
from diplocal.projections.days import Days, apart, median, starts
from diplocal.projections.listing import Listing, Shown
from diplocal.projections.reports_view import ReportsView
from diplocal.projections.selection import Selection

NEVER = pendulum.Date(9999, 12, 31)
"""Sorts behind every day on which something was announced."""


class Side(Choice):
    """By whom to sum up."""

    HOST = "host"
    VISITOR = "visitor"
    PAIR = "pair"
    ALL = "all"


class Slip(msgspec.Struct, frozen=True):
    """A plan that moved to another date."""

    before: When | None
    """The last date that was known before; None when there was none."""
    after: When

    @property
    def days(self) -> Days | None:
        """How many days later it is to begin, negative when earlier; None when either date has no first day."""
        return Days.between_starts(self.before, self.after) if self.before else None


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """How one visit went that was announced, or changed as a plan."""

    __repr__ = in_a_line

    slug: str
    status: Status
    visitors: tuple[Participant, ...]
    host: Party
    when: When | None
    announced: pendulum.Date | None
    """The day in UTC on which the public could first know that it was planned; None when no report announced it."""
    slips: tuple[Slip, ...]
    """Each time that it was rescheduled to another date."""
    narrowings: int
    """How often its date became better known while it was a plan."""
    postponements: int
    """How often it was put off without a new date."""
    cancellations: int
    """How often it was called off: a plan can be taken up again."""

    @property
    def lead(self) -> Days | None:
        """Days from the announcement to the first day of the visit; None unless it was announced and took place.

        None too when the announcement came out after it had begun.
        """
        began = self.when and starts(self.when)
        if self.announced is None or began is None or self.status not in TOOK_PLACE:
            return None
        at_least, at_most = apart(self.announced, began[0]), apart(self.announced, began[1])
        return Days(max(0, at_least), at_most) if at_most >= 0 else None

    @property
    def people(self) -> tuple[Person, ...]:
        """The visitors who are named."""
        return tuple(one for one in self.visitors if isinstance(one, Person))

    @property
    def parties(self) -> tuple[Party, ...]:
        """Host and visiting sides."""
        return (self.host, *(party for party in map(party_of, self.visitors) if party))

    @property
    def visiting(self) -> tuple[str, ...]:
        """The codes of those who travel, in alphabetical order."""
        return tuple(sorted({party.code for party in map(party_of, self.visitors) if party}))


class Performance(msgspec.Struct, frozen=True, kw_only=True):
    """How the visits of one host, visitor or pair kept to what was announced."""

    __repr__ = in_a_line

    key: tuple[str, ...]
    """The code of the host or the visitor, or of both of a pair in alphabetical order; empty for all."""
    plans: int
    """Visits that were announced or changed as plans."""
    held: int
    cancelled: int
    lead: Days | None
    """The median lead time of those that were announced and held."""
    slipped: int
    """Visits that were rescheduled, once or more."""
    slips: int
    slip: Days | None
    """The median of how much later each slip moved the visit."""
    narrowings: int
    postponements: int

    @property
    def cancellation_rate(self) -> float | None:
        """Share of the cancelled among plans that were held or cancelled; None when there is none of either."""
        decided = self.held + self.cancelled
        return self.cancelled / decided if decided else None


@attrs.frozen
class Timekeeping(Shown):
    """All visits of a log that were plans at some time."""

    visits: Mapping[str, Planned] = attrs.field(repr=how_many)
    """By the engagement's slug."""
    aliases: Aliases = attrs.field(default=Aliases(), repr=False)
    """Whose names are one person's."""

    def by(
        self,
        side: Side | str = Side.ALL,
        *,
        state: str | None = None,
        pair: tuple[str, str] | None = None,
        person: str | None = None,
    ) -> list[Performance]:
        """Sum up by host, visitor, pair or all, in alphabetical order.

        A visit by several states counts once for each of them, and once for their host. ``state`` and ``pair`` choose
        by code, ``person`` by a visitor's name or Wikidata id.
        """
        keys = _KEYS[Side(side)]
        groups: defaultdict[tuple[str, ...], list[Planned]] = defaultdict(list)
        for visit in self.chosen(state=state, pair=pair, person=person):
            for key in keys(visit):
                groups[key].append(visit)
        return Listing[Performance](_performance(key, groups[key]) for key in sorted(groups))

    def chosen(
        self, *, state: str | None = None, pair: tuple[str, str] | None = None, person: str | None = None
    ) -> list[Planned]:
        """List visits by the day on which they were announced, those that never were last.

        Raises Unresolved for what names no state, and warns of a person who is in no visit.
        """
        look_for("visitor", person, (one for visit in self for one in visit.people), self.aliases)
        selection = Selection.of(state=state, pair=pair, person=person).knowing(self.aliases.having)
        return sorted((one for one in self if selection.takes(one.parties, one.people)), key=_announced_first)

    def __iter__(self) -> Iterator[Planned]:
        return iter(self.visits.values())

    def __len__(self) -> int:
        return len(self.visits)


class Punctuality(ReportsView[Planned | Alias, Timekeeping]):
    """Lead time from announcement to visit, slips, narrowings, postponements and cancellations.

    Visits only, directed from visitor to host; each counts once however many sources report each step, merged
    duplicates as one. An invitation is no announcement. A visit that was reported only when it took place was no plan
    and does not count. A slip is a reschedule to another date; a date that became better known is a narrowing and no
    slip, and a correction is neither. Days are counted in UTC by when the public could know, which for a report without
    a date is when it was recorded. There is no minimum of office.
    """

    name = "diplocal.punctuality"
    version = 2
    row_type = Planned | Alias
    needs_aliases = True

    def row_of_reports(self, engagement: Engagement, reports: Sequence[Report]) -> Planned | Alias | None:
        """Follow a plan, when a visit was one; of an alias, return the names."""
        visit = engagement.subject
        if isinstance(visit, Alias) and engagement.counts:
            return visit
        if not isinstance(visit, Visit) or not engagement.counts:
            return None
        plan = [step for step in timeline(reports) if not took_place(step.report.event)]
        announced = min((one.known_from for one in reports if isinstance(one.event, VisitAnnounced)), default=None)
        slips = tuple(_slips(plan))
        narrowings = sum(map(_narrows, plan))
        postponements = sum(_becomes(step, Status.POSTPONED) for step in plan)
        cancellations = sum(_becomes(step, Status.CANCELLED) for step in plan)
        if announced is None and not (slips or narrowings or postponements or cancellations):
            return None
        return Planned(
            slug=engagement.slug,
            status=engagement.status,
            visitors=visit.visitors,
            host=visit.host,
            when=engagement.when,
            announced=None if announced is None else _day(announced),
            slips=slips,
            narrowings=narrowings,
            postponements=postponements,
            cancellations=cancellations,
        )

    def read(self, value: Mapping[str, Planned | Alias]) -> Timekeeping:
        """Return the visits."""
        return Timekeeping(*split_off(value))


def _slips(plan: Iterable[Step]) -> Iterator[Slip]:
    known: When | None = None
    for step in plan:
        known = step.when_before or known
        if isinstance(step.report.event, Rescheduled) and step.when is not None and step.when != known:
            yield Slip(known, step.when)


def _narrows(step: Step) -> bool:
    before, after = step.when_before, step.when
    if before is None or after is None or isinstance(step.report.event, Rescheduled):
        return False
    return after != before and after.narrows(before)


def _becomes(step: Step, status: Status) -> bool:
    return step.status is status and step.status_before is not status


def _day(known_from: int) -> pendulum.Date:
    day = date.fromordinal(day_of(known_from))
    return pendulum.Date(day.year, day.month, day.day)


def _host(visit: Planned) -> Iterator[tuple[str, ...]]:
    yield (visit.host.code,)


def _visitor(visit: Planned) -> Iterator[tuple[str, ...]]:
    for code in visit.visiting:
        yield (code,)


def _pair(visit: Planned) -> Iterator[tuple[str, ...]]:
    for code in visit.visiting:
        if code != visit.host.code:
            yield tuple(sorted((code, visit.host.code)))


def _all(_visit: Planned) -> Iterator[tuple[str, ...]]:
    yield ()


_KEYS: dict[Side, Callable[[Planned], Iterator[tuple[str, ...]]]] = {
    Side.HOST: _host,
    Side.VISITOR: _visitor,
    Side.PAIR: _pair,
    Side.ALL: _all,
}


def _performance(key: tuple[str, ...], visits: Sequence[Planned]) -> Performance:
    slips = [slip for visit in visits for slip in visit.slips]
    return Performance(
        key=key,
        plans=len(visits),
        held=sum(visit.status in TOOK_PLACE for visit in visits),
        cancelled=sum(visit.status is Status.CANCELLED for visit in visits),
        lead=median(visit.lead for visit in visits if visit.lead),
        slipped=sum(bool(visit.slips) for visit in visits),
        slips=len(slips),
        slip=median(slip.days for slip in slips if slip.days),
        narrowings=sum(visit.narrowings for visit in visits),
        postponements=sum(visit.postponements for visit in visits),
    )


def _announced_first(visit: Planned) -> tuple[bool, pendulum.Date, str]:
    return visit.announced is None, visit.announced or NEVER, visit.slug
