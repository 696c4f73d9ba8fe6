"""Bugs of state: what is shared, hidden, kept or lost between one record and the next."""

import datetime as dt
import itertools
import random
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

import msgspec
import pendulum
from immutables import Map
from planting import planted
from right import HeldByMonth, Kept, MeetingDays, Standing

from diplocal.engagements import Engagement, Status
from diplocal.events import EngagementEvent, VisitConcluded
from diplocal.projections import View, tally
from diplocal.projections.filters import Filter
from diplocal.records import Record


class Counting:
    """Right: how many reports there are of each engagement, and of which kind."""

    name = "planted.counting"
    version = 1

    def start(self) -> Any:
        return {}

    def apply(self, state: Any, record: Record) -> Any:
        if not isinstance(record.event, VisitConcluded):
            return state
        return {**state, record.stream: state.get(record.stream, 0) + 1}

    def answer(self, state: Any) -> Any:
        return state


@planted("isolation", least=0)
class ReadsTheClock(Counting):
    """It tells how the answer stood when it was asked for."""

    def answer(self, state: Any) -> Any:
        return {**state, "on": dt.datetime.now(tz=dt.UTC).date().isoformat()}  # noqa: TID251 - the bug


@planted("isolation", least=1)
class StampsWithToday(Counting):
    """It notes the day of folding instead of that of recording."""

    def apply(self, state: Any, record: Record) -> Any:
        return {**state, record.stream: pendulum.now("UTC").year}  # noqa: TID251 - the bug


@planted("isolation", least=1)
class DrawsKeys(Counting):
    """It gives each visit a random key."""

    def apply(self, state: Any, record: Record) -> Any:
        return {**state, str(uuid.uuid4()): record.stream}


@planted("isolation", least=1)
class DrawsLots(Counting):
    """It breaks ties by chance."""

    def answer(self, state: Any) -> Any:
        return random.choice(sorted(state)) if state else None  # noqa: S311 - the bug


@planted("purity", least=1)
class MutatesItsState(Counting):
    """It counts in the state that it was given."""

    def apply(self, state: Any, record: Record) -> Any:
        if isinstance(record.event, EngagementEvent):
            state[record.stream] = state.get(record.stream, 0) + 1
        return state


@planted("purity", least=2)
class MutatesANestedList(Counting):
    """It copies the dictionary, and appends to a list inside it."""

    def apply(self, state: Any, record: Record) -> Any:
        state = dict(state)
        if isinstance(record.event, EngagementEvent):
            state.setdefault(record.stream, []).append(record.id)
        return state


@planted("purity", least=1)
class SharesItsBeginning(Counting):
    """Every fold begins with the same dictionary, and counts in it."""

    beginning: ClassVar[dict[str, int]] = {}

    def start(self) -> Any:
        return self.beginning

    def apply(self, state: Any, record: Record) -> Any:
        if isinstance(record.event, EngagementEvent):
            state[record.stream] = state.get(record.stream, 0) + 1
        return state

    def __init__(self) -> None:
        self.beginning.clear()


@planted("purity", least=1)
class SortsItsStateToAnswer(Counting):
    """Reading the answer sorts the list in the state."""

    def start(self) -> Any:
        return []

    def apply(self, state: Any, record: Record) -> Any:
        return [*state, record.event.stream, record.id]

    def answer(self, state: Any) -> Any:
        state.sort(reverse=True)
        return tuple(state)


@planted("resume", least=1)
class HidesACounter(Counting):
    """It counts in the instance, not in the state."""

    def __init__(self) -> None:
        self.seen = 0

    def start(self) -> Any:
        self.seen = 0
        return {}

    def apply(self, state: Any, record: Record) -> Any:
        self.seen += isinstance(record.event, EngagementEvent)
        return state

    def answer(self, _state: Any) -> Any:
        return self.seen


@planted("determinism", least=1)
class RemembersItsFirstAnswer(Counting):
    """It keeps the first answer that it gave, to be quick."""

    def __init__(self) -> None:
        self.known: Any = None

    def answer(self, state: Any) -> Any:
        if self.known is None:
            self.known = dict(state)
        return self.known

    def apply(self, state: Any, record: Record) -> Any:
        return {**state, record.stream: record.id}


@planted("processes", least=1)
class RemembersInTheClass(Counting):
    """All instances share a memory of what was first said of an engagement."""

    memory: ClassVar[dict[str, str]] = {}

    def apply(self, state: Any, record: Record) -> Any:
        first = self.memory.setdefault(record.stream, type(record.event).__name__)
        return {**state, record.stream: (first, record.version)}


@planted("as_of", least=1)
class CarriesOver(Counting):
    """A second fold goes on where the first one ended."""

    def __init__(self) -> None:
        self.last: Any = None

    def start(self) -> Any:
        return self.last or {}

    def apply(self, state: Any, record: Record) -> Any:
        self.last = {**state, record.stream: record.id}
        return self.last


@planted("determinism", least=2)
class ListsASet(Counting):
    """It lists the set in its state in the order that the set happens to have."""

    def start(self) -> Any:
        return frozenset[str]()

    def apply(self, state: Any, record: Record) -> Any:
        return state | {record.stream}

    def answer(self, state: Any) -> Any:
        return list(state)


@planted("processes", least=1)
class ListsASetOfCodes(Standing):
    """It lists a set that it makes while answering."""

    def read(self, reports: dict[str, list[EngagementEvent]]) -> Any:
        codes = {
            code
            for events in reports.values()
            for event in events
            if isinstance(event, VisitConcluded)
            for code in (event.host.code, *(getattr(one, "code", "") for one in event.visitors))
        }
        return list(codes)


@planted("processes", least=1)
class HashesTexts(Counting):
    """It keys engagements by the hash of their slugs."""

    def apply(self, state: Any, record: Record) -> Any:
        return {**state, hash(record.stream): 1}


@planted("determinism", least=1)
class LocalMidnight(Counting):
    """It takes the day of an instant from the clock of the machine."""

    def apply(self, state: Any, record: Record) -> Any:
        return {**state, record.stream: dt.datetime.fromtimestamp(record.recorded_micros / 1e6).date()}  # noqa: DTZ006


@planted("snapshots", least=1)
class SnapshotDropsAField(MeetingDays):
    """Its snapshots leave out all days but the first of each meeting's."""

    def dump(self, state: Kept) -> bytes:
        return super().dump(Kept(Map((slug, days[1:]) for slug, days in state.days.items())))


@planted("snapshots", least=1)
class SnapshotLosesATuple(MeetingDays):
    """Its snapshots give lists for tuples."""

    def load(self, data: bytes) -> Kept:
        return Kept(Map(msgspec.json.decode(data)))

    def answer(self, state: Kept) -> Any:
        return dict(state.days)


@planted("snapshots", least=2)
class SnapshotIsStale(MeetingDays):
    """It keeps the first state that it wrote, whichever comes later."""

    version = 4

    def __init__(self) -> None:
        self.written: bytes | None = None

    def dump(self, state: Kept) -> bytes:
        self.written = self.written or super().dump(state)
        return self.written


@planted("snapshots", least=1)
class ScopeIsTooNarrow(HeldByMonth):
    """It counts whatever was held, and says that only visits can contribute."""

    scope = Filter.of(kind="visit")


@planted("batches", least=2)
class BatchTakesTheLast(Counting):
    """Of a batch, it takes only the last record of each engagement."""

    def fold(self, state: Any, records: Iterable[Record]) -> Any:
        last = {record.stream: record for record in records}
        return self.folded(state, last.values())

    def folded(self, state: Any, records: Iterable[Record]) -> Any:
        for record in records:
            state = self.apply(state, record)
        return state

    def apply(self, state: Any, record: Record) -> Any:
        if not isinstance(record.event, EngagementEvent):
            return state
        return {**state, record.stream: state.get(record.stream, 0) + 1}


@planted("batches", least=2)
class PeeksAhead(BatchTakesTheLast):
    """It looks at the end of a batch before it takes the beginning."""

    def fold(self, state: Any, records: Iterable[Record]) -> Any:
        batch = list(records)
        final = {record.stream for record in batch[-1:]}
        return self.folded(state, (record for record in batch if record.stream not in final or record is batch[-1]))


@planted("batches", least=2)
class DropsEverySecond(BatchTakesTheLast):
    """It takes a batch in pairs, and forgets the odd ones."""

    def fold(self, state: Any, records: Iterable[Record]) -> Any:
        return self.folded(state, itertools.islice(records, 0, None, 2))


@planted("purity", least=1)
class KeepsItsRowsInTheClass(Counting):
    """Its state is one dictionary of the class, of which it answers a copy."""

    rows: ClassVar[dict[str, str]] = {}

    def start(self) -> Any:
        return self.rows

    def apply(self, state: Any, record: Record) -> Any:
        if isinstance(record.event, VisitConcluded):
            state[record.stream] = record.event.host.code
        return state

    def answer(self, state: Any) -> Any:
        return dict(state)


_HOSTS: dict[str, str] = {}


@planted("processes", least=1)
@tally("planted.remembers-hosts", key_type=str)
def RemembersHosts(engagement: Engagement) -> Iterator[tuple[str, int]]:  # noqa: N802 - as the others are called
    """A tally that remembers, in its module, the host that it first saw of each visit."""
    if engagement.status is Status.HELD and engagement.host:
        yield _HOSTS.setdefault(engagement.slug, engagement.host.code), 1


@planted("processes", least=1)
@tally("planted.hashes-slugs", key_type=int)
def HashesSlugs(engagement: Engagement) -> Iterator[tuple[int, int]]:  # noqa: N802
    """A tally that has the hash of a text for its key."""
    if engagement.status is Status.HELD:
        yield hash(engagement.slug) % 8, 1


@planted("processes", least=1)
@tally("planted.joins-a-set", key_type=str)
def JoinsASet(engagement: Engagement) -> Iterator[tuple[str, int]]:  # noqa: N802
    """A tally whose key is a set of codes, in the order that the set happens to have."""
    if engagement.status is Status.HELD:
        yield "-".join({party.code for party in engagement.parties}), 1


@planted("determinism", least=2)
class ListsRowsAsTheyCome(View[str, list[str]]):
    """It lists the rows of a view in the order that their mapping happens to have."""

    name, row_type = "planted.rows-as-they-come", str

    def row(self, engagement: Engagement) -> str | None:
        return engagement.slug if engagement.status is Status.HELD else None

    def read(self, value: Mapping[str, str]) -> list[str]:
        return list(value.values())
