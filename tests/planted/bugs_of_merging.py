"""Bugs of merging: halves that do not make a whole."""

from collections.abc import Iterable
from typing import Any

from bugs_of_state import Counting
from planting import planted
from right import HeldByMonth

from diplocal.events import EngagementEvent, VisitConcluded
from diplocal.projections.over_engagements import Understood
from diplocal.records import Record


class Hosts(Counting):
    """Right: visits by host, with a merge."""

    def apply(self, state: Any, record: Record) -> Any:
        if not isinstance(record.event, VisitConcluded):
            return state
        code = record.event.host.code
        return {**state, code: state.get(code, 0) + 1}

    def merge(self, left: Any, right: Any) -> Any:
        return {code: left.get(code, 0) + right.get(code, 0) for code in {*left, *right}}


@planted("merging", least=2)
class MergeTakesTheGreater(Hosts):
    """Of two counts, it takes the greater."""

    def merge(self, left: Any, right: Any) -> Any:
        return {code: max(left.get(code, 0), right.get(code, 0)) for code in {*left, *right}}


@planted("merging", least=2)
class MergeTakesTheRight(Hosts):
    """Of two counts, it takes that of the second half."""

    def merge(self, left: Any, right: Any) -> Any:
        return {**left, **right}


@planted("merging", least=1)
class MergeForgetsTheLeft(Hosts):
    """It takes only what both halves know of."""

    def merge(self, left: Any, right: Any) -> Any:
        return {code: left[code] + right[code] for code in left if code in right}


class Mean(Counting):
    """Right but for its merge: the mean number of visitors."""

    def start(self) -> Any:
        return 0, 0

    def apply(self, state: Any, record: Record) -> Any:
        if not isinstance(record.event, VisitConcluded):
            return state
        return state[0] + len(record.event.visitors), state[1] + 1

    def answer(self, state: Any) -> Any:
        return state[0] / state[1] if state[1] else None


@planted("merging", least=1)
class AveragesAverages(Mean):
    """It merges two means into their mean."""

    def merge(self, left: Any, right: Any) -> Any:
        return (left[0] / max(left[1], 1) + right[0] / max(right[1], 1)) / 2, 1


@planted("merging", least=1)
class MergeWithoutUnit(Counting):
    """The first of an empty half is the empty text, which comes before all others."""

    def start(self) -> Any:
        return None

    def apply(self, state: Any, record: Record) -> Any:
        if not isinstance(record.event, EngagementEvent):
            return state
        return record.stream if state is None else min(state, record.stream)

    def merge(self, left: Any, right: Any) -> Any:
        return min(left or "", right or "")


@planted("merging", least=2)
class MergeIsNotCommutative(Counting):
    """It lists the engagements of the first half first."""

    def start(self) -> Any:
        return ()

    def apply(self, state: Any, record: Record) -> Any:
        return tuple(sorted({*state, record.stream}))

    def merge(self, left: Any, right: Any) -> Any:
        return left + tuple(one for one in right if one not in left)


@planted("merging", least=3)
class MergeIsNotAssociative(Counting):
    """It adds up thirds in floating point."""

    def start(self) -> Any:
        return {}

    def apply(self, state: Any, record: Record) -> Any:
        return {**state, record.stream: 1} if isinstance(record.event, EngagementEvent) else state

    def merge(self, left: Any, right: Any) -> Any:
        return {"sum": _sum(left.values()) + _sum(right.values())} if left and right else left or right

    def answer(self, state: Any) -> Any:
        return _sum(state.values())


def _sum(values: Iterable[float]) -> float:
    return sum(values) * 1.1


@planted("merging", least=2)
class MergeForgetsTheEngagements(HeldByMonth):
    """It adds up the counts, and forgets the engagements that it would need to go on."""

    def merge(self, left: Any, right: Any) -> Any:
        merged = super().merge(left, right)
        return Understood(left.engagements, merged.value)
