"""Right projections of different shapes: no law may find anything in them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import attrs
import msgspec
import pendulum
from immutables import Map

from diplocal.dates import When
from diplocal.engagements import Engagement, Kind, Status, known_since
from diplocal.events import (
    Cancelled,
    Corrected,
    EngagementEvent,
    ForcesScrambled,
    MeetingHeld,
    Retracted,
    VisitAnnounced,
    VisitConcluded,
)
from diplocal.events.wire import type_name
from diplocal.parties import party_of
from diplocal.projections import OverChanges, Projection, Tally, View, tally
from diplocal.records import Record
from diplocal.wording import title

HELD = (Status.HELD, Status.UNDER_WAY)


@tally("right.visits-by-host", key_type=str)
def visits_by_host(engagement: Engagement) -> Iterator[tuple[str, int]]:
    """Visits that took place, by the code of the host: the simplest form there is."""
    if engagement.kind is Kind.VISIT and engagement.status in HELD and engagement.host:
        yield engagement.host.code, 1


class HeldByMonth(Tally[tuple[str, str], Mapping[tuple[str, str], int]]):
    """What took place, by kind and month."""

    name = "right.held-by-month"
    key_type = tuple[str, str]

    def contributions(self, engagement: Engagement) -> Iterator[tuple[tuple[str, str], int]]:
        if engagement.status in HELD and engagement.when is not None and engagement.when.month is not None:
            yield (engagement.kind.value, "{:04}-{:02}".format(*engagement.when.month)), 1

    def read(self, value: Mapping[tuple[str, str], int]) -> Mapping[tuple[str, str], int]:
        return value


class VisitsOf(Tally[str, dict[str, int]]):
    """Where one state's visitors went: a projection with a parameter."""

    name = "right.visits-of"
    key_type = str

    def __init__(self, state: str) -> None:
        self.state = state

    @property
    def parameters(self) -> str:
        return msgspec.json.encode({"state": self.state}).decode()

    def contributions(self, engagement: Engagement) -> Iterator[tuple[str, int]]:
        if engagement.kind is Kind.VISIT and engagement.status in HELD and engagement.host:
            codes = {party.code for one in engagement.participants if (party := party_of(one)) is not None}
            if self.state in codes:
                yield engagement.host.code, 1

    def read(self, value: Mapping[str, int]) -> dict[str, int]:
        return dict(sorted(value.items()))


def visits_of_russia() -> VisitsOf:
    """Make a projection: what is tested may be a function."""
    return VisitsOf("RU")


class Dates(View[When, Mapping[str, When]]):
    """The date of every engagement that has one: rows that must survive a snapshot with zone and fold."""

    name = "right.dates"
    row_type = When

    def row(self, engagement: Engagement) -> When | None:
        return engagement.when if engagement.counts else None

    def read(self, value: Mapping[str, When]) -> Mapping[str, When]:
        return value


@attrs.frozen
class Begins:
    """When something begins."""

    title: str
    at: pendulum.DateTime


class Beginnings(View[Begins, list[tuple[str, Begins]]]):
    """The instants at which engagements begin, in order."""

    name = "right.beginnings"
    row_type = Begins

    def row(self, engagement: Engagement) -> Begins | None:
        at = engagement.when.begins_at if engagement.when else None
        return Begins(title(engagement), at) if at and engagement.counts else None

    def read(self, value: Mapping[str, Begins]) -> list[tuple[str, Begins]]:
        return sorted(value.items(), key=lambda item: (item[1].at.timestamp(), item[0]))


class ByStatus(OverChanges[Map[Status, frozenset[str]], dict[str, list[str]]]):
    """Which engagements have come how far: a fold over changes, with sets in its state."""

    name = "right.by-status"

    def begin(self) -> Map[Status, frozenset[str]]:
        return Map()

    def change(
        self, value: Map[Status, frozenset[str]], before: Engagement | None, after: Engagement | None
    ) -> Map[Status, frozenset[str]]:
        if before is not None:
            value = value.set(before.status, value[before.status] - {before.slug})
        if after is not None:
            value = value.set(after.status, value.get(after.status, frozenset[str]()) | {after.slug})
        return value

    def read(self, value: Map[Status, frozenset[str]]) -> dict[str, list[str]]:
        return {
            status.value: sorted(slugs) for status, slugs in value.items() if slugs and status is not Status.RETRACTED
        }


class Longest(OverChanges[Map[str, int], tuple[int, str] | None]):
    """The longest engagement whose days are known: no sum expresses a maximum."""

    name = "right.longest"

    def begin(self) -> Map[str, int]:
        return Map()

    def change(self, value: Map[str, int], before: Engagement | None, after: Engagement | None) -> Map[str, int]:
        slug = after.slug if after else before.slug if before else ""
        when = after.when if after and after.counts else None
        if when is not None and when.is_dated and when.earliest and when.latest:
            return value.set(slug, when.latest.toordinal() - when.earliest.toordinal() + 1)
        return value.delete(slug) if slug in value else value

    def read(self, value: Map[str, int]) -> tuple[int, str] | None:
        return max(((days, slug) for slug, days in value.items()), default=None)


class Standing:
    """A fold over records that heals: it keeps all reports, and leaves out what was retracted."""

    name = "right.standing"
    version = 1
    heals = True

    def start(self) -> Map[str, tuple[tuple[str, EngagementEvent], ...]]:
        return Map()

    def apply(self, state: Map[str, Any], record: Record) -> Map[str, Any]:
        event = record.event
        if not isinstance(event, EngagementEvent):
            return state
        return state.set(record.stream, (*state.get(record.stream, ()), (record.id, event)))

    def answer(self, state: Map[str, Any]) -> Any:
        return self.read({stream: list(self.standing(reports)) for stream, reports in state.items()})

    def standing(self, reports: Iterable[tuple[str, EngagementEvent]]) -> Iterator[EngagementEvent]:
        """Leave out what was retracted, and put right what was corrected: the later word counts."""
        dead: set[str] = set()
        right: dict[str, EngagementEvent] = {}
        found: list[EngagementEvent] = []
        for name, event in reversed(list(reports)):
            if name in dead:
                continue
            if isinstance(event, Retracted):
                dead.add(event.of)
            elif isinstance(event, Corrected):
                right.setdefault(event.of, event.right)
            else:
                found.append(right.get(name, event))
        return reversed(found)

    def read(self, reports: dict[str, list[EngagementEvent]]) -> Any:
        """Count the visits that took place."""
        return sum(any(isinstance(event, VisitConcluded) for event in events) for events in reports.values())


class HostsByMonth(Standing):
    """The months in which visits to each host took place, as far as they are known."""

    name = "right.hosts-by-month"

    def read(self, reports: dict[str, list[EngagementEvent]]) -> dict[str, list[str]]:
        months: dict[str, set[str]] = {}
        for events in reports.values():
            for event in events:
                if isinstance(event, VisitConcluded) and event.when.month:
                    months.setdefault(event.host.code, set()).add("{:04}-{:02}".format(*event.when.month))
        return {host: sorted(found) for host, found in months.items()}


class Scrambles:
    """How often forces of each party were sent up: it declares what it handles, and heals.

    Any report about an engagement may be corrected to a scramble.
    """

    name = "right.scrambles"
    version = 1
    heals = True
    handles = (EngagementEvent,)

    def start(self) -> dict[str, EngagementEvent]:
        return {}

    def apply(self, state: dict[str, EngagementEvent], record: Record) -> dict[str, EngagementEvent]:
        event = record.event
        if isinstance(event, self.handles):
            return {**state, record.id: event}
        return state

    def answer(self, state: dict[str, EngagementEvent]) -> Counter[str]:
        found = Standing().standing(state.items())
        return Counter(event.by.code for event in found if isinstance(event, ForcesScrambled))


class Sources:
    """How many reports rest on each publisher: it counts reports, and so does not heal."""

    name = "right.sources"
    version = 1

    def start(self) -> Map[str, int]:
        return Map()

    def apply(self, state: Map[str, int], record: Record) -> Map[str, int]:
        for source in record.event.sources:
            state = state.set(source.publisher, state.get(source.publisher, 0) + 1)
        return state

    def answer(self, state: Map[str, int]) -> list[tuple[int, str]]:
        return sorted(((count, publisher) for publisher, count in state.items()), reverse=True)

    def merge(self, left: Map[str, int], right: Map[str, int]) -> Map[str, int]:
        return Map({name: left.get(name, 0) + right.get(name, 0) for name in {*left, *right}})


@dataclass(frozen=True)
class Kept:
    """A state of the author's own."""

    days: Map[str, tuple[str, ...]]


class MeetingDays:
    """The days on which meetings were held, as reported: with snapshots and a merge of its own."""

    name = "right.meeting-days"
    version = 3
    parameters = "{}"

    def start(self) -> Kept:
        return Kept(Map())

    def apply(self, state: Kept, record: Record) -> Kept:
        event = record.event
        if isinstance(event, MeetingHeld) and event.when.is_exact:
            return Kept(state.days.set(record.stream, (*state.days.get(record.stream, ()), event.when.edtf)))
        return state

    def answer(self, state: Kept) -> list[str]:
        return sorted(day for days in state.days.values() for day in days)

    def merge(self, left: Kept, right: Kept) -> Kept:
        return Kept(left.days.update(right.days))

    def dump(self, state: Kept) -> bytes:
        return msgspec.json.encode(dict(state.days))

    def load(self, data: bytes) -> Kept:
        return Kept(Map(msgspec.json.decode(data, type=dict[str, tuple[str, ...]])))


class MeanLead:
    """The mean number of days between the publication of an announcement and the visit, exactly."""

    name = "right.mean-lead"
    version = 1

    def start(self) -> tuple[int, int]:
        return 0, 0

    def apply(self, state: tuple[int, int], record: Record) -> tuple[int, int]:
        event = record.event
        if not isinstance(event, VisitAnnounced) or event.when is None or event.when.earliest is None:
            return state
        known = known_since(event, record.recorded_micros) // 86_400_000_000 + pendulum.Date(1970, 1, 1).toordinal()
        days, count = state
        return days + event.when.earliest.toordinal() - known, count + 1

    def answer(self, state: tuple[int, int]) -> Fraction | None:
        days, count = state
        return Fraction(days, count) if count else None

    def merge(self, left: tuple[int, int], right: tuple[int, int]) -> tuple[int, int]:
        return left[0] + right[0], left[1] + right[1]


class WhoSaidCancelled:
    """Who was first to say that something was cancelled: plain dictionaries, copied."""

    name = "right.who-said-cancelled"
    version = 1

    def start(self) -> dict[str, list[str]]:
        return {}

    def apply(self, state: dict[str, list[str]], record: Record) -> dict[str, list[str]]:
        event = record.event
        if isinstance(event, Cancelled) and record.stream not in state:
            return {**state, record.stream: [source.publisher for source in event.sources]}
        return state

    def answer(self, state: dict[str, list[str]]) -> dict[str, list[str]]:
        return state


class Timeline:
    """What was reported, in order of the log: an audit, which is about the order itself."""

    name = "right.timeline"
    version = 1

    def start(self) -> tuple[tuple[str, str], ...]:
        return ()

    def apply(self, state: tuple[tuple[str, str], ...], record: Record) -> tuple[tuple[str, str], ...]:
        if not isinstance(record.event, EngagementEvent):
            return state
        try:
            named = type_name(record.event)
        except LookupError:
            return state
        return (*state, (record.recorded_at.isoformat(), f"{record.stream}: {named}"))

    def answer(self, state: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        return state


RIGHT: dict[str, tuple[Any, dict[str, str]]] = {
    "visits_by_host": (visits_by_host, {}),
    "HeldByMonth": (HeldByMonth, {}),
    "VisitsOf": (VisitsOf("CN"), {}),
    "visits_of_russia": (visits_of_russia, {}),
    "Dates": (Dates, {}),
    "Beginnings": (Beginnings, {}),
    "ByStatus": (ByStatus, {}),
    "Longest": (Longest, {}),
    "Standing": (Standing, {}),
    "HostsByMonth": (HostsByMonth, {}),
    "Scrambles": (Scrambles, {}),
    "Sources": (Sources, {}),
    "MeetingDays": (MeetingDays, {}),
    "MeanLead": (MeanLead, {}),
    "WhoSaidCancelled": (WhoSaidCancelled, {}),
    "Timeline": (Timeline, {"order": "it is about the order of the log"}),
}
"""Each with the laws that it need not keep, and why."""

_: list[Projection[Any, Any]] = [visits_by_host, HeldByMonth(), Standing(), Scrambles(), Sources(), MeetingDays()]
