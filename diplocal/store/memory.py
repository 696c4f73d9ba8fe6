"""The event store that lives in memory: for tests, and for folding lists."""

import bisect
from collections.abc import Collection, Iterator, Mapping
from threading import Lock
from typing import Self

import pendulum

from diplocal.errors import NotOpen
from diplocal.events.registry import Event
from diplocal.proofs.merkle import edge_at
from diplocal.records import Envelope, Record, micros
from diplocal.store.clock import Clock, expect_clock, system_clock
from diplocal.store.contract import Seen, Verified, unseen, visible_to
from diplocal.store.planning import Head, Log, plan
from diplocal.store.rows import Stored, entry_of, identity, in_streams, incoming, record_of, within
from diplocal.store.tree import first_entry, hash_in, planted, see_that_it_is_full
from diplocal.store.verifying import verify_log


class MemoryStore:
    """An event store in memory. It keeps the wire forms, so that it treats events as a file does; threads may share it.

    ``log_id`` is its identity, a UUID, made at random when it is not given; ``clock`` gives the instants of recording.
    """

    def __init__(self, *, log_id: str | None = None, clock: Clock = system_clock) -> None:
        expect_clock(clock)
        self.log_id = identity(log_id)
        self._clock = clock
        self._rows: list[Stored] = []
        self._is_open = True
        self._head = Head(0, 0, planted(self.log_id))
        self._hashes: dict[int, list[bytes]] = {0: list(self._head.edge.hashes)}
        """Those of the Merkle tree, by level: all leaves, and full subtrees of 256, 65,536 ... of them."""
        self._appending = Lock()
        self._by_id: dict[bytes, list[Stored]] = {}
        self._versions: dict[str, int] = {}

    def __repr__(self) -> str:
        return f"<MemoryStore of {len(self._rows):,} records>"

    def append(self, *events: Event | Envelope, expect: int | Mapping[str, int] | None = None) -> tuple[Record, ...]:
        """Add events to the end, all or none: see EventStore.append."""
        arrivals = list(map(incoming, events))
        with self._appending:
            self._expect_open()
            log = Log(self.log_id, self._head, self._by_id, self._versions, self._last_recorded)
            planned = plan(arrivals, log, micros(self._clock()), expect)
            for row in planned.added:
                self._by_id.setdefault(row.id, []).append(row)
                self._versions[row.stream] = row.version
            self._hashes[0] += planned.leaves
            for one in planned.completed:
                self._hashes.setdefault(one.level, []).append(one.hash)
            self._head = planned.head
            self._rows += planned.added  # in one step, so that nobody reads a half
        return tuple(planned.answer)

    def read(
        self,
        *,
        after: int = 0,
        upto: int | None = None,
        streams: Collection[str] | None = None,
        types: Collection[str] | None = None,
        audience: str | None = None,
    ) -> Iterator[Record]:
        """Iterate the records in order of position: see EventStore.read."""
        self._expect_open()
        visible = None if audience is None else visible_to(audience)
        rows = self._rows[max(after, 0) : self.position() if upto is None else max(upto, 0)]
        return (
            record_of(row, self.log_id)
            for row in rows
            if (streams is None or row.stream in streams)
            and (types is None or row.type in types)
            and (visible is None or row.audience in visible)
        )

    def read_by_stream(self, *, upto: int | None = None, audience: str | None = None) -> Iterator[Record]:
        """Iterate the records stream by stream, in order of version: see Readable.read_by_stream."""
        return in_streams(self.read(upto=upto, audience=audience))

    def digest_at(self, position: int) -> bytes:
        """Return the root of the Merkle tree up to a position: see Readable.digest_at."""
        within(position, self.position())
        return edge_at(position + 1, self.hash_of).root()

    def hash_of(self, level: int, index: int) -> bytes:
        """Return the hash of a perfect subtree of the Merkle tree: see EventStore.hash_of."""
        see_that_it_is_full(level, index, self.position())
        return hash_in(lambda kept, first, count: self._hashes[kept][first : first + count], level, index)

    def entry(self, position: int) -> bytes:
        """Return the octets of which a leaf of the Merkle tree is the hash: see EventStore.entry."""
        within(position, self.position())
        return entry_of(self._rows[position - 1]) if position else first_entry(self.log_id)

    def position(self) -> int:
        """Return the position of the last record, 0 in an empty log."""
        self._expect_open()
        return len(self._rows)

    def position_at(self, instant: pendulum.DateTime, *, audience: str | None = None) -> int:
        """Return the position of the last record that the log had learnt by an instant, 0 if none."""
        self._expect_open()
        visible = None if audience is None else visible_to(audience)
        rows = self._rows if visible is None else [row for row in self._rows if row.audience in visible]
        found = bisect.bisect_right(rows, micros(instant), key=lambda row: row.recorded_micros)
        return rows[found - 1].position if found else 0

    def count(self, *, upto: int | None = None, audience: str | None = None) -> int:
        """Count the records up to a position that an audience may see: see Readable.count."""
        self._expect_open()
        rows = self._rows[: self.position() if upto is None else max(upto, 0)]
        visible = None if audience is None else visible_to(audience)
        return len(rows) if visible is None else sum(row.audience in visible for row in rows)

    def stream_version(self, stream: str) -> int:
        """Count the records of a stream."""
        self._expect_open()
        return self._versions.get(stream, 0)

    def verify(self, *, seen: Seen = unseen) -> Verified:
        """See that the log is what was appended: see EventStore.verify."""
        self._expect_open()
        kept = {(level, place): one for level in self._hashes if level for place, one in enumerate(self._hashes[level])}
        return verify_log(self.log_id, zip(self._rows, self._hashes[0][1:], strict=True), self._head, kept, seen)

    def close(self) -> None:
        """Let go of the records: what is asked of it afterwards raises NotOpen, as with a log that lasts."""
        self._is_open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _expect_open(self) -> None:
        if not self._is_open:
            raise NotOpen("the log in memory")

    def _last_recorded(self, audience: str) -> int:
        return next((row.recorded_micros for row in reversed(self._rows) if row.audience == audience), 0)
