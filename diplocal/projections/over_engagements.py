"""What projections over engagements share: they keep the understanding, and fold what changes in it."""

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from inspect import signature
from typing import Any, ClassVar, Generic, Self, TypeVar

import msgspec

from diplocal.engagements import Change, Engagement, Engagements, Report
from diplocal.engagements.fold import tells_alias
from diplocal.names.people import AliasesWith
from diplocal.projections.filters import EVERYTHING, Filter
from diplocal.records import Record

V = TypeVar("V")
A = TypeVar("A")

ReportsOf = Callable[[str], Sequence[Report]]
"""Gives the reports in effect about an engagement, by its slug."""


class Understood(msgspec.Struct, Generic[V], frozen=True):
    """The state of a projection over engagements."""

    engagements: Engagements
    value: V
    """What the projection makes of them."""


class OverEngagements(Generic[V, A]):
    """A fold over changes: ``moved`` takes out what engagements contributed and puts in what they contribute."""

    name: str
    version: int = 1
    by_person: ClassVar[bool] = False
    """Whether what an engagement brings depends on which names are one person's."""
    needs_aliases: ClassVar[bool] = False
    """Whether it is told of every alias, whichever engagements it is asked about: its answer knows people by them."""
    scope: Filter = EVERYTHING
    """The engagements that it is about. A projection about a few is answered from these, and not kept."""

    def __repr__(self) -> str:
        named = signature(type(self)).parameters.values()
        said = ((one.name, repr(getattr(self, one.name, one.default)), repr(one.default)) for one in named)
        return f"{type(self).__name__}({', '.join(f'{name}={value}' for name, value, other in said if value != other)})"

    @property
    def parameters(self) -> str | None:
        """Whatever the state depends on beside the log and the version, as canonical JSON; None: it is not kept.

        Without attributes of its own, a projection depends on nothing else. One that has some, such as a state that it
        is asked about, says here what matters of them; until it does, its answer is made anew each time.
        """
        own: Any = self.__getstate__() or {}
        said = {**(own[0] or {}), **own[1]} if isinstance(own, tuple) else own
        return None if said.keys() - {"scope", "aliases_with"} else "{}"  # these two are looked at by themselves

    def begin(self) -> V:
        """Make the value of an empty log, anew each time."""
        raise NotImplementedError(f"write begin() in {type(self).__name__}")

    def moved(self, value: V, changes: Iterable[Change], reports_of: ReportsOf) -> V:
        """Return the value after engagements changed, one change for each."""
        raise NotImplementedError(f"write moved() in {type(self).__name__}")

    def read(self, value: V) -> A:
        """Turn the value into the answer."""
        raise NotImplementedError(f"write read() in {type(self).__name__}")

    def start(self) -> Understood[V]:
        """Begin with no engagement."""
        return Understood(Engagements(), self.begin())

    def apply(self, state: Understood[V], record: Record) -> Understood[V]:
        """Take one record."""
        return self.fold(state, (record,))

    def fold(self, state: Understood[V], records: Iterable[Record]) -> Understood[V]:
        """Take records at once: each engagement that they touch changes once."""
        engagements, changes = state.engagements.take(records)
        is_personal = self.by_person or self.scope.who.person
        if is_personal and any(map(tells_alias, (one for change in changes for one in change[1:]))):
            return self.anew(engagements)
        view = self.knowing(engagements.aliases_with)
        return Understood(engagements, view.moved(state.value, changes, engagements.effective_reports))

    def anew(self, engagements: Engagements) -> Understood[V]:
        """Begin, and take all engagements as they are: somebody in its scope is known by other names now."""
        changes = (Change(one.slug, None, one) for one in engagements)
        view = self.knowing(engagements.aliases_with)
        return Understood(engagements, view.moved(view.begin(), changes, engagements.effective_reports))

    def knowing(self, aliases_with: AliasesWith) -> Self:
        """Return the projection that knows the person in its scope under all names that aliases tell."""
        if self.scope.who.person is None:
            return self
        knowing = copy(self)
        knowing.scope = self.scope.knowing(aliases_with)
        return knowing

    def asked(self, chosen: Filter) -> Self:  # noqa: ARG002 - for those who count otherwise when a filter says so
        """Return the projection as a question with a filter asks it; the filter itself chooses the engagements."""
        return self

    def answer(self, state: Understood[V]) -> A:
        """Return the answer."""
        return self.read(state.value)


class OverChanges(OverEngagements[V, A]):
    """A projection that sees each change of each engagement, record by record: for what no sum expresses.

    Derive from it, name it, and write ``begin``, ``change`` and ``read``. A correction or a retraction is a change
    like any other: take out what ``before`` contributed, put in what ``after`` does, and the answer heals.

    >>> class Held(OverChanges[int, int]):
    ...     name = "acme.held"
    ...     def begin(self):
    ...         return 0
    ...     def change(self, value, before, after):
    ...         was, is_held = (bool(one and one.status.value == "held") for one in (before, after))
    ...         return value - was + is_held
    ...     def read(self, value):
    ...         return value
    """

    value_type: ClassVar[Any] = None
    """The type of the value, with which it is kept beside the log, as the rows of a View are. None: it is not kept."""

    def change(self, value: V, before: Engagement | None, after: Engagement | None) -> V:
        """Return the value after one engagement changed; it was not there before, or is there no more, where None."""
        raise NotImplementedError(f"write change() in {type(self).__name__}")

    def fold(self, state: Understood[V], records: Iterable[Record]) -> Understood[V]:
        """Take records one by one."""
        for record in records:
            state = super().fold(state, (record,))
        return state

    def moved(self, value: V, changes: Iterable[Change], reports_of: ReportsOf) -> V:  # noqa: ARG002
        """Fold changes in order."""
        for _, before, after in changes:
            value = self.change(value, before, after)
        return value
