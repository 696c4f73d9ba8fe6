"""The simplest form of projection: what does one engagement contribute? The library adds and takes out."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, ClassVar, TypeVar

import msgspec
from immutables import Map

from diplocal.engagements import Change, Duplicates, Engagement, Engagements
from diplocal.events.wirevalues import part_of
from diplocal.projections.over_engagements import OverEngagements, Understood

K = TypeVar("K", bound=Hashable)
A = TypeVar("A")
Contributions = Iterable[tuple[K, int]]
"""Keys and amounts: what one engagement adds to a tally."""


class Tally(OverEngagements[Map[K, int], A]):
    """A projection that sums what each engagement contributes.

    Derive from it and write ``contributions`` and ``read``, or decorate a function with ``tally``. Retractions,
    corrections, reschedules and merged duplicates heal the sums by themselves; merging and snapshots come for free.
    A sum of zero is left out.
    """

    key_type: ClassVar[Any] = None
    """The type of the keys, for snapshots: JSON's own, an attrs class, or a tuple of these. None: no snapshots."""

    @property
    def parameters(self) -> str:
        """Whatever the state depends on beside the log and the version, as canonical JSON."""
        return "{}"

    def contributions(self, engagement: Engagement) -> Contributions[K]:
        """Say what one engagement adds: a pure function of what is understood of it."""
        raise NotImplementedError

    def begin(self) -> Map[K, int]:
        """Begin with no sums."""
        return Map()

    def moved(self, value: Map[K, int], changes: Iterable[Change]) -> Map[K, int]:
        """Out with what each engagement contributed, in with what it contributes."""
        moved: dict[K, int] = {}
        for _, before, after in changes:
            if before is not None:
                for key, amount in self.contributions(before):
                    moved[key] = moved.get(key, 0) - amount
            if after is not None:
                for key, amount in self.contributions(after):
                    moved[key] = moved.get(key, 0) + amount
        return _added(value, moved)

    def merge(self, left: Understood[Map[K, int]], right: Understood[Map[K, int]]) -> Understood[Map[K, int]]:
        """Join the tallies of two halves of a log that was split by engagement."""
        return Understood(left.engagements.merge(right.engagements), _added(left.value, right.value))

    def dump(self, state: Understood[Map[K, int]]) -> bytes:
        """Write the sums, and which engagements are duplicates; the engagements themselves are in the log."""
        out = part_of(self.key_type).out
        totals = [(out(key) if out else key, amount) for key, amount in state.value.items()]
        return msgspec.json.encode((totals, dict(state.engagements.duplicates.into)))

    def load(self, data: bytes, position: int) -> Understood[Map[K, int]]:
        """Read what ``dump`` wrote of the log up to a position."""
        part = part_of(self.key_type)
        sum_type: Any = tuple.__class_getitem__((part.wire, int))
        totals, pointers = msgspec.json.decode(data, type=tuple[list[sum_type], dict[str, str]])
        back = part.back
        sums = Map((back(key), amount) for key, amount in totals) if back else Map(totals)
        return Understood(Engagements(duplicates=Duplicates.read(pointers), recalled_upto=position), sums)


def tally(
    name: str, *, version: int = 1, key_type: Any = None
) -> Callable[[Callable[[Engagement], Contributions[K]]], Tally[K, Mapping[K, int]]]:
    """Make a projection of a function that says what one engagement contributes. Its answer is the sums by key.

    The function is pure, gives keys with amounts, and is asked again whenever the engagement changes: what it gave
    before is taken out. ``name`` has a prefix of yours; raise ``version`` when the function gives something else than
    before. ``key_type`` is the type of the keys, for snapshots; without it the tally is always folded from the start.

    >>> from diplocal.engagements import Status
    >>> @tally("acme.visits-by-host", key_type=str)
    ... def visits_by_host(engagement):
    ...     if engagement.status is Status.HELD and engagement.host:
    ...         yield engagement.host.code, 1
    >>> visits_by_host.name
    'acme.visits-by-host'
    """

    def make(function: Callable[[Engagement], Contributions[K]]) -> Tally[K, Mapping[K, int]]:
        members = {
            "__doc__": function.__doc__,
            "__module__": function.__module__,
            "name": name,
            "version": version,
            "key_type": key_type,
            "contributions": staticmethod(function),
            "read": staticmethod(dict),
        }
        made: Tally[K, Mapping[K, int]] = type(function.__name__, (Tally,), members)()
        return made

    return make


def _added(totals: Map[K, int], moved: Mapping[K, int]) -> Map[K, int]:
    sums = totals.mutate()
    for key, amount in moved.items():
        if amount:
            total = sums.get(key, 0) + amount
            if total:
                sums[key] = total
            else:
                del sums[key]
    return sums.finish()
