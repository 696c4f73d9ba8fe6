"""The projection under test, made afresh whenever a law asks for it."""

import copy
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

import attrs

from diplocal.errors import InvalidValue
from diplocal.events import Event
from diplocal.projections.contract import Batched, Kept, Mergeable, Projection
from diplocal.projections.over_engagements import OverEngagements
from diplocal.records import Record
from diplocal.testing.portraits import Portrait, portrait

AnyProjection = Projection[Any, Any]


@attrs.frozen
class Subject:
    """A projection under test."""

    make: Callable[[], Any]
    """Gives an instance that nobody has used yet."""
    name: str
    given: Any
    """The projection as the test gave it."""

    @classmethod
    def of(cls, projection: Any) -> "Subject":
        """Take a projection's class, an instance of it, or a function that makes one.

        Raises InvalidValue for what is none of these.
        """
        if _is_projection(projection) and not isinstance(projection, type):
            return cls(lambda: copy.deepcopy(projection), type(projection).__name__, projection)
        if callable(projection) and _is_projection(projection()):
            return cls(projection, getattr(projection, "__name__", type(projection).__name__), projection)
        raise InvalidValue("projection", projection, "a projection, its class, or a function that makes one")

    @property
    def heals(self) -> bool:
        """Whether retractions and corrections undo what they are about: always, for folds over engagements."""
        made = self.make()
        return bool(getattr(made, "heals", isinstance(made, OverEngagements)))

    @property
    def merges(self) -> bool:
        """Whether its states can be joined."""
        return isinstance(self.make(), Mergeable)

    @property
    def is_batched(self) -> bool:
        """Whether it takes many records at once."""
        return isinstance(self.make(), Batched)

    @property
    def is_kept(self) -> bool:
        """Whether its state can be kept as a snapshot: a tally needs a type for its keys, a view one for its rows."""
        made = self.make()
        named = [getattr(made, name) for name in ("key_type", "row_type") if hasattr(made, name)]
        return isinstance(made, Kept) and None not in named

    @property
    def handles(self) -> Collection[type[Event]] | None:
        """The event classes that it says it handles; None where it does not say."""
        found: Collection[type[Event]] | None = getattr(self.make(), "handles", None)
        return found

    def fold(self, records: Iterable[Record]) -> "Folded":
        """Fold records in a fresh instance, one by one."""
        made = self.make()
        return Folded(made, made.start()).then(records)

    def answer(self, records: Iterable[Record]) -> Portrait:
        """Fold records in a fresh instance, one by one, and draw the answer."""
        return self.fold(records).answer


@attrs.frozen
class Folded:
    """A projection and how far it has come."""

    projection: Any
    state: Any

    def then(self, records: Iterable[Record]) -> "Folded":
        """Take more records, one by one."""
        state = self.state
        for record in records:
            state = self.projection.apply(state, record)
        return Folded(self.projection, state)

    def at_once(self, records: Sequence[Record]) -> "Folded":
        """Take more records at once."""
        return Folded(self.projection, self.projection.fold(self.state, records))

    @property
    def answer(self) -> Portrait:
        """Draw the answer."""
        return portrait(self.projection.answer(self.state))


def _is_projection(value: Any) -> bool:
    return all(callable(getattr(value, name, None)) for name in ("start", "apply", "answer"))
