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
    """A projection under test, and what it can do."""

    make: Callable[[], Any]
    """Gives an instance that nobody has used yet."""
    name: str
    given: Any
    """The projection as the test gave it."""
    heals: bool
    """Whether retractions and corrections undo what they are about: always, for folds over engagements."""
    merges: bool
    """Whether its states can be joined."""
    is_batched: bool
    """Whether it takes many records at once."""
    is_kept: bool
    """Whether its state can be kept as a snapshot."""
    handles: Collection[type[Event]] | None
    """The event classes that it says it handles; None where it does not say."""

    @classmethod
    def of(cls, projection: Any) -> "Subject":
        """Take a projection's class, an instance of it, or a function that makes one.

        Raises InvalidValue for what is none of these.
        """
        if _is_projection(projection) and not isinstance(projection, type):
            return cls._seen(lambda: copy.deepcopy(projection), projection, type(projection).__name__)
        if callable(projection) and _is_projection(projection()):
            return cls._seen(projection, projection, getattr(projection, "__name__", type(projection).__name__))
        raise InvalidValue("projection", projection, "a projection, its class, or a function that makes one")

    @classmethod
    def _seen(cls, make: Callable[[], Any], given: Any, name: str) -> "Subject":
        made = make()
        return cls(
            make=make,
            name=name,
            given=given,
            heals=bool(getattr(made, "heals", isinstance(made, OverEngagements))),
            merges=isinstance(made, Mergeable),
            is_batched=isinstance(made, Batched),
            is_kept=isinstance(made, Kept) and _has_types_for_its_snapshots(made),
            handles=getattr(made, "handles", None),
        )

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

    def quickly(self, records: Sequence[Record]) -> "Folded":
        """Take more records in whichever way is the quickest; the law of batches says that it is the same."""
        return self.at_once(records) if hasattr(self.projection, "fold") else self.then(records)

    def at_once(self, records: Sequence[Record]) -> "Folded":
        """Take more records at once."""
        return Folded(self.projection, self.projection.fold(self.state, records))

    @property
    def answer(self) -> Portrait:
        """Draw the answer."""
        return portrait(self.projection.answer(self.state))


def _has_types_for_its_snapshots(made: Any) -> bool:
    """Tell whether a tally has a type for its keys, or a view one for its rows."""
    return all(getattr(made, name, object) is not None for name in ("key_type", "row_type"))


def _is_projection(value: Any) -> bool:
    return all(callable(getattr(value, name, None)) for name in ("start", "apply", "answer"))
