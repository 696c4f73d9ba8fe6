"""The simplest form of projection: what does one engagement contribute? The library adds and takes out."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, ClassVar, TypeVar

from immutables import Map

from diplocal.checks import expect
from diplocal.engagements import Change, Engagement
from diplocal.projections.filters import Filter
from diplocal.projections.over_engagements import OverEngagements, ReportsOf, Understood

K = TypeVar("K", bound=Hashable)
A = TypeVar("A")
Contributions = Iterable[tuple[K, int]]
"""Keys and amounts: what one engagement adds to a tally."""


class Tally(OverEngagements[Map[K, int], A]):
    """A projection that sums what each engagement contributes.

    Derive from it and write ``contributions`` and ``read``, or decorate a function with ``tally``. Retractions,
    corrections, reschedules and merged duplicates heal the sums by themselves; merging comes for free.
    A sum of zero is left out.
    """

    key_type: ClassVar[Any] = None
    """The type of the keys: JSON's own, an attrs class, or a tuple of these. With it the sums are kept beside the log,
    and an answer costs what changed since the last; without it, they are made anew for each."""

    def contributions(self, engagement: Engagement) -> Contributions[K]:
        """Say what one engagement adds: a pure function of what is understood of it."""
        raise NotImplementedError(f"write contributions() in {type(self).__name__}")

    def tells(self, chosen: Filter) -> Callable[[K], bool] | None:  # noqa: ARG002 - for those whose keys tell
        """Return what tells by a key whether a filter takes all engagements that bring it; None where keys do not tell.

        A question with a filter is then answered from the sums that are kept, and else from the engagements.
        """
        return None

    def of_each(self, chosen: Filter) -> "Tally[K, A] | None":  # noqa: ARG002 - for those that are asked of very many
        """Return the tally of everything to which what a filter takes contributes the same as to this; None: none.

        What each engagement contributes to that one is kept, too, and each amount in it is 1: so the sums over whatever
        a filter without a person takes are read off.
        """
        return None

    def finest(self) -> "Tally[K, A]":
        """Return the measure of whose sums this one has the sums; itself, unless its own are coarser.

        Coarser sums are fewer, and kept for the whole log as it is now: of an earlier moment the finest is asked.
        """
        return self

    def coarser(self, key: K) -> K | None:
        """Return what stands for a key of the finest measure in this one; None where it leaves it out."""
        return key

    def begin(self) -> Map[K, int]:
        """Begin with no sums."""
        return Map()

    def moved(self, value: Map[K, int], changes: Iterable[Change], reports_of: ReportsOf) -> Map[K, int]:  # noqa: ARG002
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

    def read(self, value: Mapping[K, int]) -> A:
        """Turn the sums, which are in a dictionary by whatever way they were made, into the answer."""
        raise NotImplementedError(f"write read() in {type(self).__name__}")

    def answer(self, state: Understood[Map[K, int]]) -> A:
        """Return the answer."""
        return self.read(dict(state.value))

    def merge(self, left: Understood[Map[K, int]], right: Understood[Map[K, int]]) -> Understood[Map[K, int]]:
        """Join the tallies of two halves of a log that was split by engagement."""
        engagements = left.engagements.merge(right.engagements)
        return (
            self.anew(engagements)
            if self.scope.who.person
            else Understood(engagements, _added(left.value, right.value))
        )


def tally(
    name: str, *, version: int = 1, key_type: Any = None
) -> Callable[[Callable[[Engagement], Contributions[K]]], Tally[K, Mapping[K, int]]]:
    """Make a projection of a function that says what one engagement contributes. Its answer is the sums by key.

    The function is pure, gives keys with amounts, and is asked again whenever the engagement changes: what it gave
    before is taken out. ``name`` has a prefix of yours; raise ``version`` when the function gives something else than
    before. ``key_type`` is the type of the keys: with it
    the sums are kept beside the log, without it they are made anew for each answer.

    >>> from diplocal.engagements import Status
    >>> @tally("acme.visits-by-host", key_type=str)
    ... def visits_by_host(engagement):
    ...     if engagement.status is Status.HELD and engagement.host:
    ...         yield engagement.host.code, 1
    >>> visits_by_host.name
    'acme.visits-by-host'

    Raises InvalidValue for a name that is no text, such as the function itself where brackets were forgotten.
    """
    expect("name of a tally", name, "a text with a prefix of yours, in brackets: @tally('acme.visits')", str)

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
