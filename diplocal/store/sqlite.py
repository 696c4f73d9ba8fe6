"""The event store in a SQLite file: the embedded default.

An acknowledged event survives kill -9 and power loss: write-ahead log, ``synchronous=FULL``, ``BEGIN IMMEDIATE``. Each
reading has a connection of its own for as long as it lasts, and sees the log as it was when it began.
"""

import os
import sqlite3
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Self

import pendulum

from diplocal.checks import expect
from diplocal.errors import LogDamaged, LogTampered, NotALog, NotOpen, VersionClash
from diplocal.events.erasure import NamesSealed
from diplocal.events.registry import Event, event_type
from diplocal.records import Envelope, Record, micros
from diplocal.store.clock import Clock, expect_clock, system_clock
from diplocal.store.contract import Seen, Verified, unseen, visible_to
from diplocal.store.erasable import Brought, Erasable, NamesOfPeople, take_used
from diplocal.store.file_keys import FileKeyRing, keys_beside
from diplocal.store.planning import Expected, Log, Plan, keys_of, plan, streams_of
from diplocal.store.rows import Incoming, Stored, entry_of, identity, incoming, record_of, within
from diplocal.store.sealing import BEGIN, SecretOf, nobody
from diplocal.store.sqlite_errors import FILE_ERRORS, forbidden, on_reading, on_writing
from diplocal.store.sqlite_file import connect, create_log, lies_at, open_log
from diplocal.store.sqlite_format1 import CopyOfFormat1, is_of_format_1, migrate
from diplocal.store.sqlite_names import ONE_OF, Names, as_json
from diplocal.store.sqlite_soundness import see_that_it_is_sound, see_that_names_are_used, see_that_tables_are_ours
from diplocal.store.sqlite_tree import edge_of, end_of, hash_of, head_of, move_head, one, subtrees
from diplocal.store.sqlite_watch import Watch
from diplocal.store.tree import first_entry, see_that_it_is_full
from diplocal.store.verifying import verify_log

PATIENCE = 30.0
"""Seconds that an append waits while another writer is at it."""
_IDS_AT_ONCE = 500
"""Ids that are looked up in one query."""
_HIDDEN = f"""
    SELECT count(*) FROM records INDEXED BY records_hidden
    WHERE +position <= ? AND audience <> 1 AND NOT audience {ONE_OF}
"""  # noqa: S608 - our own condition
_SEALED = "SELECT data FROM records WHERE position > ? AND instr(data, ?) ORDER BY position"
_LAST_RECORDED = f"SELECT recorded_micros FROM records WHERE audience {ONE_OF} ORDER BY position DESC LIMIT 1"  # noqa: S608 - ours


class SQLiteStore(Erasable):
    """An event store in one SQLite file, made when it is missing; it waits ``patience`` seconds for another writer.

    What was appended survives the end of the process and of the power. Several processes may read and write one file.
    ``log_id``, a UUID, is for a new file; ``clock`` gives the instants of recording, in UTC.

    A new log is made only where nothing is: whatever else lies there is refused with NotALog and not touched, and one
    from a later version of diplocal with NewerSchema. Whatever is asked of the store raises LogDamaged when the file
    turns out to be broken, LogReplaced when another lies in its place, NotReadable and NotWritable when the machine
    does not let it, and of the latter DiskFull and LogLocked.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        log_id: str | None = None,
        clock: Clock = system_clock,
        patience: float = PATIENCE,
    ) -> None:
        expect("path", path, "where a file is or will be, such as 'visits.db'", str, Path)
        expect("patience", patience, "a number of seconds", int, float)
        expect_clock(clock)
        self.path = Path(path).absolute()
        self._clock, self._patience = clock, patience
        self._writing = Lock()
        if not lies_at(self.path):
            create_log(self.path.resolve(), identity(log_id))
        self._writer, self.log_id = open_log(self.path, patience)
        self._watch = Watch(self.path, self.log_id)
        self._idle: deque[sqlite3.Connection] = deque()
        self._names = Names()
        self._earlier = CopyOfFormat1(self.path, self.log_id, patience) if is_of_format_1(self._writer) else None
        self._is_open, self._process = True, os.getpid()
        self._is_looked_at = False
        keys = keys_beside(self.path)
        self._names_of_people = NamesOfPeople(
            partial(FileKeyRing.existing, keys),
            partial(FileKeyRing.make, keys),
            self._erased,
            place=str(keys),
            is_sealed=self._has_sealed_names(),
        )

    def __repr__(self) -> str:
        return f"SQLiteStore({str(self.path)!r})"

    @classmethod
    def existing(cls, path: str | Path, *, clock: Clock = system_clock, patience: float = PATIENCE) -> Self:
        """Open a log that must be there already: nothing is made.

        Raises NotALog where nothing is, and what opening raises.
        """
        if not lies_at(Path(path)):
            raise NotALog(str(path), "there is no such file")
        return cls(path, clock=clock, patience=patience)

    def reopen(self) -> Self:
        """Close this store, and open what lies in its place now: after LogReplaced, the log that was put there."""
        self.close()
        return self.existing(self.path, clock=self._clock, patience=self._patience)

    @property
    def is_writable(self) -> bool:
        """Whether the file can be written: False for an archive or a file of somebody else's, which are only read."""
        return not forbidden(self.path)

    def _append(self, events: Collection[Event | Envelope], expect: Expected, brought: Brought) -> tuple[Record, ...]:
        with self._names_of_people.sealing(events, brought) as keys:
            arrivals = list(map(incoming, events)) if keys is None else [incoming(one, keys) for one in events]
            with self._transaction() as writer:
                planned = self._added_or_known(writer, arrivals, expect)
                take_used(keys, brought, [*planned.added, *planned.known], self.log_id)
        self._watch.remember(planned.head)
        if planned.added and planned.added[0].position == 1:
            self._settle()
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
        end = self.position()
        first, last = _within(after, end), end if upto is None else _within(upto, end)
        # A plus sign keeps an index from being used: of few streams, only their own records are looked at.
        few = streams is not None and len(streams) < last - first
        position, stream = ("+position", "stream") if few else ("position", "+stream")
        among = _among({stream: streams, "type": types, "+audience": audience and visible_to(audience)})
        condition = " AND ".join((f"{position} > ?", f"{position} <= ?", *among))
        return self._records(condition, (first, last, *among.values()), secret_of=self._names_of_people.secret_of)

    def read_sealed(self, *, after: int = 0, upto: int | None = None, audience: str | None = None) -> Iterator[Record]:
        """Iterate the records with names as they are kept, for another log that gets the keys as well."""
        among = _among({"+audience": audience and visible_to(audience)})
        condition = " AND ".join(("position > ?", "position <= ?", *among))
        end = self.position()
        values = _within(after, end), end if upto is None else _within(upto, end), *among.values()
        return self._records(condition, values, secret_of=None)

    def read_by_stream(self, *, upto: int | None = None, audience: str | None = None) -> Iterator[Record]:
        """Iterate the records stream by stream: see Readable.read_by_stream. It follows an index, and sorts nothing."""
        end = self.position()
        among = _among({"+audience": audience and visible_to(audience)})
        condition = " AND ".join(("+position <= ?", *among))
        values = end if upto is None else _within(upto, end), *among.values()
        return self._records(condition, values, "stream, version", self._names_of_people.secret_of)

    def digest_at(self, position: int) -> bytes:
        """Return the root of the Merkle tree up to a position: see Readable.digest_at."""
        with self._reading() as reader:
            head = head_of(reader)
            within(position, head.position)
            edge = head.edge if position == head.position else edge_of(reader, self.log_id, position)
        return edge.root()

    def hash_of(self, level: int, index: int) -> bytes:
        """Return the hash of a perfect subtree of the Merkle tree: see EventStore.hash_of."""
        with self._reading() as reader:
            see_that_it_is_full(level, index, head_of(reader).position)
            return hash_of(reader, self.log_id, level, index)

    def entry(self, position: int) -> bytes:
        """Return the octets of which a leaf of the Merkle tree is the hash: see EventStore.entry."""
        within(position, self.position())
        if not position:
            return first_entry(self.log_id)
        with self._reading() as reader, closing(self._names.rows(reader, "position = ?", (position,))) as rows:
            for row in rows:
                return entry_of(row)
        raise LogTampered(position, "is missing")

    def position(self) -> int:
        """Return the position of the last record, 0 in an empty log."""
        with self._reading() as reader:
            head = end_of(reader)
        self._watch.remember(head)
        return head.position

    def position_at(self, instant: pendulum.DateTime, *, audience: str | None = None) -> int:
        """Return the position of the last record that the log had learnt by an instant, 0 if none."""
        wanted = micros(instant)
        with self._reading() as reader:
            low, high = 0, head_of(reader).position
            while low < high:
                middle = (low + high + 1) // 2
                position, recorded = _last(reader, middle, audience)
                low, high = (middle, high) if recorded <= wanted else (low, position - 1)
            return _last(reader, low, audience)[0]

    def count(self, *, upto: int | None = None, audience: str | None = None) -> int:
        """Count the records up to a position that an audience may see: see Readable.count."""
        end = self.position()
        last = end if upto is None else _within(upto, end)
        if audience is None:
            return last
        with self._reading() as reader:
            hidden: int = one(reader, _HIDDEN, last, as_json(visible_to(audience)))[0]
        return last - hidden

    def stream_version(self, stream: str) -> int:
        """Count the records of a stream."""
        with self._reading() as reader:
            found = self._names.streams(reader, [stream])
        return found[stream].version if found else 0

    def verify(self, *, seen: Seen = unseen) -> Verified:
        """See that the log is what was appended: see EventStore.verify."""
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - slow to load, and only this needs it

        with ThreadPoolExecutor(1) as beside, self._reading() as reader:
            soundness = beside.submit(self._see_that_it_is_sound)  # while records are hashed
            reader.execute("BEGIN")
            try:
                names = Names()
                with closing(names.rows_with_leaves(reader)) as rows:
                    verified = verify_log(self.log_id, rows, head_of(reader), subtrees(reader), seen)
                see_that_names_are_used(reader, str(self.path), names.used)
            finally:
                reader.execute("ROLLBACK")
            soundness.result()
        return verified

    def _see_that_it_is_sound(self) -> None:
        with self._reading() as reader:
            see_that_it_is_sound(reader, str(self.path))

    def close(self) -> None:
        """Close the file. A reading that is under way closes its connection when it ends."""
        self._is_open = False
        self._names_of_people.close()
        self._writer.close()
        self._close_idle()
        if self._earlier is not None:
            self._earlier.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _added_or_known(self, writer: sqlite3.Connection, arrivals: Sequence[Incoming], expect: Expected) -> Plan:
        # Most events are new. The index refuses what the public has already; what others may see is looked up, and what
        # may be there in the open, under another id.
        if any(one.audience != "public" or one.open_id is not None for one in arrivals):
            return self._added(writer, arrivals, expect, self._known(writer, arrivals))
        try:
            return self._added(writer, arrivals, expect, {})
        except (sqlite3.IntegrityError, VersionClash):
            writer.execute("ROLLBACK")
            writer.execute("BEGIN IMMEDIATE")
            known = self._known(writer, arrivals)
            if not known:
                raise
            return self._added(writer, arrivals, expect, known)

    def _added(
        self,
        writer: sqlite3.Connection,
        arrivals: Sequence[Incoming],
        expect: Expected,
        known: Mapping[bytes, Sequence[Stored]],
    ) -> Plan:
        streams = self._names.streams(writer, streams_of(arrivals, expect))
        versions = {name: stream.version for name, stream in streams.items()}
        log = Log(
            self.log_id,
            end_of(writer),
            known,
            versions,
            partial(_last_recorded, writer),
            self._names_of_people.secret_of,
        )
        planned = plan(arrivals, log, micros(self._clock()), expect)
        if planned.added:
            self._names.insert(writer, planned.added, planned.leaves, streams)
            move_head(writer, planned.head, planned.completed)
        return planned

    def _known(self, writer: sqlite3.Connection, arrivals: Sequence[Incoming]) -> dict[bytes, list[Stored]]:
        """Return the rows whose ids came again."""
        found: dict[bytes, list[Stored]] = {}
        ids = keys_of(arrivals)
        for start in range(0, len(ids), _IDS_AT_ONCE):
            some = ids[start : start + _IDS_AT_ONCE]
            for row in self._names.rows(writer, f"id IN ({', '.join('?' * len(some))})", some):
                found.setdefault(row[2], []).append(Stored._make(row))
        return found

    def _sealed_data(self, *, after: int) -> Iterator[bytes]:
        if self._earlier is None:
            with self._reading() as reader, closing(reader.execute(_SEALED, [after, BEGIN])) as rows:
                yield from (data for (data,) in rows)

    def _has_sealed_names(self) -> bool:
        if self._earlier is not None:
            return False
        with suppress(*FILE_ERRORS):  # what is damaged is told of when it is read
            kind = event_type(NamesSealed).name
            return self._writer.execute("SELECT 1 FROM names WHERE name = ?", (kind,)).fetchone() is not None
        return False

    def _settle(self) -> None:
        """Move the first records into the file itself: a copy without the -wal beside it is then no empty log."""
        with self._writing, suppress(sqlite3.Error):
            self._writer.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _records(
        self, condition: str, values: Sequence[object], order: str = "position", secret_of: SecretOf | None = nobody
    ) -> Iterator[Record]:
        with self._reading() as reader, closing(self._names.rows(reader, condition, values, order)) as rows:
            for row in rows:
                try:
                    record = record_of(row, self.log_id, secret_of)
                except (TypeError, AttributeError) as error:  # a column lacks what it always has
                    raise LogDamaged(str(self.path), str(error)) from error
                yield record

    def _see_that_it_is_ours(self) -> None:
        """SQLite forbids the use of a connection that came over a fork: what it wrote could damage the file."""
        if not self._is_open:
            raise NotOpen(str(self.path))
        if os.getpid() != self._process:
            raise NotOpen(str(self.path), opened_by=self._process)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        self._see_that_it_is_ours()
        is_of_copy = self._earlier is not None
        try:
            reader = self._reader()
            try:
                yield reader
            finally:
                if self._is_open and not is_of_copy:
                    self._idle.append(reader)
                else:
                    reader.close()
        except FILE_ERRORS as error:
            raise on_reading(str(self.path), error) from error

    def _reader(self) -> sqlite3.Connection:
        if not self._watch.was_written() and self._earlier is None:
            with suppress(IndexError):
                return self._idle.pop()
        # What a connection has read before it may keep: whether this is the same log still, only a new one can tell.
        self._close_idle()
        reader = connect(self._place(), self._patience)
        try:
            self._watch.see(reader)
        except BaseException:
            reader.close()
            raise
        return reader

    def _place(self) -> Path:
        """Return the file that is read: a log of format 1 is read from a copy."""
        if self._earlier is None:
            return self.path
        with self._writing:
            return self._earlier.place()

    def _migrate(self) -> None:
        """Bring a log of format 1 to format 2: whoever appends does it, and nobody else."""
        if self._earlier is not None:
            migrate(self._writer, str(self.path), self.log_id)
            self._earlier.close()
            self._earlier = None

    def _close_idle(self) -> None:
        with suppress(IndexError):
            while True:
                self._idle.pop().close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._see_that_it_is_ours()
        with self._writing:
            try:
                self._migrate()
                if not self._is_looked_at:  # in what somebody changed nothing is written
                    see_that_tables_are_ours(self._writer, str(self.path))
                    self._is_looked_at = True
                self._writer.execute("BEGIN IMMEDIATE")
                with self._writer:
                    if self._watch.was_written():
                        self._watch.see(self._writer)
                    yield self._writer
                self._watch.was_written()  # what was acknowledged is in the file that others open
            except FILE_ERRORS as error:
                raise on_writing(str(self.path), error) from error


def _within(position: int, end: int) -> int:
    """Bring a position that was asked for into the log: SQLite's integers have 64 bits."""
    return max(0, min(position, end))


def _last(connection: sqlite3.Connection, upto: int, audience: str | None) -> tuple[int, int]:
    """Return the last record that an audience may see, up to a position: its position, and when it was recorded."""
    among = _among({"audience": None if audience is None else visible_to(audience)})
    condition = " AND ".join(("position <= ?", *among))
    query = f"SELECT position, recorded_micros FROM records WHERE {condition} ORDER BY position DESC LIMIT 1"  # noqa: S608
    found = connection.execute(query, (upto, *among.values())).fetchone()
    return found or (0, 0)


def _last_recorded(connection: sqlite3.Connection, audience: str) -> int:
    found = connection.execute(_LAST_RECORDED, [as_json([audience])]).fetchone()
    return found[0] if found else 0


def _among(wanted: Mapping[str, Collection[str] | None]) -> dict[str, str]:
    """Return a condition for each column that is asked for, with its value."""
    return {f"{column} {ONE_OF}": as_json(sorted(texts)) for column, texts in wanted.items() if texts is not None}
