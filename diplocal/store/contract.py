"""What every event store does. One suite of tests, check_store, holds them all to it."""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

import msgspec
import pendulum

from diplocal.errors import InvalidValue
from diplocal.events.registry import Event
from diplocal.records import AN_AUDIENCE, AUDIENCE, Envelope, Record

if TYPE_CHECKING:
    from typing_extensions import TypeIs

AUDIENCES = ("public", "internal", "restricted")
"""From the widest to the narrowest: each may see what those before it may."""


def visible_to(audience: str) -> frozenset[str]:
    """Name the marks that an audience may see. An audience of the user's own sees what is public, and its own.

    >>> sorted(visible_to("internal"))
    ['internal', 'public']
    >>> sorted(visible_to("asia-desk"))
    ['asia-desk', 'public']

    Raises InvalidValue for what is no name of an audience.
    """
    if not isinstance(audience, str):
        raise InvalidValue("audience", audience, AN_AUDIENCE)
    return _visible_to(audience)


@lru_cache(maxsize=64)
def _visible_to(audience: str) -> frozenset[str]:
    if not AUDIENCE.fullmatch(audience):
        raise InvalidValue("audience", audience, AN_AUDIENCE)
    if audience in AUDIENCES:
        return frozenset(AUDIENCES[: AUDIENCES.index(audience) + 1])
    return frozenset({"public", audience})


class Verified(msgspec.Struct, frozen=True):
    """The outcome of a verification that found nothing wrong."""

    position: int
    """Records in the log."""
    digest: bytes
    """Root of the Merkle tree over them. Kept elsewhere, it proves a whole log later on."""


@runtime_checkable
class Readable(Protocol):
    """A log, or a part of one, that can be read."""

    @property
    def log_id(self) -> str:
        """The log's own identity, a UUID: identifiers made from it are unique in the world."""

    def read(
        self,
        *,
        after: int = 0,
        upto: int | None = None,
        streams: Collection[str] | None = None,
        types: Collection[str] | None = None,
        audience: str | None = None,
    ) -> Iterator[Record]:
        """Iterate the records in order of position.

        From behind position ``after`` to position ``upto`` included (the end at the time of the call when None), in
        these streams, with these registered event names, visible to this audience. An event that cannot be read here
        comes as an UnknownEvent with the reason.
        """

    def read_by_stream(self, *, upto: int | None = None, audience: str | None = None) -> Iterator[Record]:
        """Iterate the records stream by stream: all of a stream together, in order of version.

        Up to position ``upto`` included (the end at the time of the call when None), visible to this audience. The
        streams come in an order that stays the same. A whole log can be read so without holding it in memory.
        """

    def digest_at(self, position: int) -> bytes:
        """Return the root of the Merkle tree over the log up to a position: over its identity alone at 0.

        It stands for the log up to there: two logs with the same digest at a position are the same up to it. The tree
        has ``position + 1`` leaves (RFC 9162, section 2.1.1): leaf 0 is the log's identity.

        Raises InvalidValue for a position below 0 or behind the end.
        """

    def position(self) -> int:
        """Return the position of the last record, 0 in an empty log."""

    def position_at(self, instant: pendulum.DateTime, *, audience: str | None = None) -> int:
        """Return the position of the last record that the log had learnt by an instant, 0 if none.

        With an audience, of the records that it may see: when a clock went back, these may be fewer than all.
        """

    def count(self, *, upto: int | None = None, audience: str | None = None) -> int:
        """Count the records up to position ``upto`` included, the end when None, that an audience may see.

        It is the number that a record at that position has for the audience: numbers without gaps tell nothing of what
        is hidden.
        """


_READ_BY = tuple(name for name in vars(Readable) if not name.startswith("_"))


def is_log(one: object) -> "TypeIs[Readable]":
    """Return whether something has all that a log is read by, be it by way of another that it stands before.

    What asks another for each attribute (``__getattr__``) is none for ``isinstance`` from Python 3.12 on.
    """
    return all(hasattr(one, name) for name in _READ_BY)


def expect_log(log: object) -> None:
    """Raise InvalidValue for what is no log."""
    if not is_log(log):
        raise InvalidValue("log", log, "a store, such as diplocal.open('visits.db') gives")


@runtime_checkable
class Waitable(Protocol):
    """A log that tells when it grows."""

    def wait(self, after: int, seconds: float) -> int:
        """Return where the log ends, as soon as that is behind a position or so many seconds have passed."""


Seen = Callable[[int], object]
"""Is told up to which position something has come."""


def unseen(_position: int) -> None:
    """Do nothing with a position that was reached: nobody watches."""


class EventStore(Readable, Protocol):
    """An append-only log of events. Positions have no gaps, and commit order is position order."""

    def append(self, *events: Event | Envelope, expect: int | Mapping[str, int] | None = None) -> tuple[Record, ...]:
        """Add events to the end, all or none, and give their records.

        An event whose id is in the log already is not added again: its record is given as it is. That counts for those
        who may see the record: the same event for a wider audience is recorded for that, and so released. ``expect`` is
        the version that the events' stream must be at (0: it must be new), or one for each of several streams, which
        need not grow.

        Raises VersionClash when a stream is elsewhere, EventIdReused when an id came with other contents.
        """

    def hash_of(self, level: int, index: int) -> bytes:
        """Return the hash of a perfect subtree of the Merkle tree: over ``2**level`` leaves, from 0 by its place.

        Proofs are made of these: see ``diplocal.proofs.merkle``. Leaf 0 is the log's identity, leaf n the record at
        position n.

        Raises InvalidValue for a subtree that the log has not filled.
        """

    def entry(self, position: int) -> bytes:
        """Return the octets of which a leaf of the Merkle tree is the hash: at 0 they tell the log's identity.

        Raises InvalidValue for a position that the log does not have.
        """

    def stream_version(self, stream: str) -> int:
        """Count the records of a stream."""

    def verify(self, *, seen: Seen = unseen) -> Verified:
        """Read the whole log and see that nothing was edited, removed, inserted or moved.

        ``seen`` is told now and then up to which position it has come, and at last where the log ends.

        Raises LogTampered, which names the first record that is wrong.
        """

    def close(self) -> None:
        """Let go of files and connections. Closing again does nothing; whatever else is asked then raises NotOpen."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...
