"""What a projection is: a name, a version and a pure fold from records to an answer."""

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar, runtime_checkable

from diplocal.errors import InvalidValue
from diplocal.records import Record

S = TypeVar("S")
A_co = TypeVar("A_co", covariant=True)


LARGEST_VERSION = 2**63 - 1
"""What a database can hold."""


class Projection(Protocol[S, A_co]):
    """A pure fold of the log to an answer. Any object with these members is one; there is nothing to inherit.

    The state is immutable: ``apply`` gives another one and leaves the one passed in as it was. Records come once each
    and in order of position; whoever runs the fold sees to that.
    """

    @property
    def name(self) -> str:
        """Its name, under which snapshots are kept."""

    @property
    def version(self) -> int:
        """Raised whenever the meaning of its state changes: then it is built anew."""

    def start(self) -> S:
        """Make the state of an empty log, anew each time."""

    def apply(self, state: S, record: Record) -> S:
        """Return the state after one more record."""

    def answer(self, state: S) -> A_co:
        """Read the answer off a state."""


@runtime_checkable
class Batched(Protocol[S]):
    """A projection that takes many records at once, to the same effect as one by one."""

    def fold(self, state: S, records: Iterable[Record]) -> S:
        """Return the state after these records."""


@runtime_checkable
class Mergeable(Protocol[S]):
    """A projection whose states can be joined: what merges can run on many machines."""

    def merge(self, left: S, right: S) -> S:
        """Join the states of two halves of a log that was split by engagement."""


@runtime_checkable
class Snapshottable(Protocol[S]):
    """A projection whose state can be kept beside a log, typed and never pickled.

    ``View``, ``Tally`` and ``OverChanges`` need none of this: they say of what type their rows, keys or value are.
    """

    @property
    def parameters(self) -> str:
        """Whatever else the state depends on, as canonical JSON."""

    def dump(self, state: S) -> bytes:
        """Write a state."""

    def load(self, data: bytes) -> S:
        """Read what ``dump`` wrote."""


def expect_projection(projection: Any) -> None:
    """Raise InvalidValue for what is no projection, such as a class that was not called, or has no name or version."""
    if isinstance(projection, type) or not hasattr(projection, "start"):
        raise InvalidValue("projection", projection, "an object such as UpcomingVisits(), with its brackets")
    of, name, version = (
        type(projection).__name__,
        getattr(projection, "name", None),
        getattr(projection, "version", None),
    )
    if not isinstance(name, str) or not name.isprintable() or not name:
        raise InvalidValue(f"name of {of}", name, "a text with a prefix of yours, such as 'acme.visits'")
    if not isinstance(version, int) or isinstance(version, bool) or not 0 <= version <= LARGEST_VERSION:
        raise InvalidValue(f"version of {of}", version, "a whole number, such as 1")
