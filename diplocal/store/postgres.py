"""The event store on a PostgreSQL server, for when there is more than one machine. It needs the extra ``postgres``.

An acknowledged event is in the server's write-ahead log (``synchronous_commit`` is on, or stricter). Whoever appends
first locks the one row that tells the end of the log, so that positions are given in the order of commits.
"""

from collections import deque
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, nullcontext, suppress
from functools import partial
from time import monotonic
from typing import Any, Self

import pendulum
import psycopg
from psycopg import capabilities, errors

from diplocal.errors import InvalidValue, LogReplaced, LogTampered, NotALog, NotReachable, NotReadable, NotWritable
from diplocal.events.erasure import NamesSealed
from diplocal.events.registry import Event, event_type
from diplocal.proofs.merkle import edge_at
from diplocal.records import Envelope, Record, micros
from diplocal.store.clock import Clock, system_clock
from diplocal.store.contract import Seen, Verified, unseen, visible_to
from diplocal.store.erasable import Brought, Erasable, NamesOfPeople, take_used
from diplocal.store.key_ring import KeyRing
from diplocal.store.planning import Expected, Head, Log, keys_of, plan, streams_of
from diplocal.store.postgres_address import PostgresAddress
from diplocal.store.postgres_audience import audience_at, channel_of
from diplocal.store.postgres_connections import Connections, reason
from diplocal.store.postgres_insert import MANY, insert, texts_of
from diplocal.store.postgres_keys import ARE_THERE as KEYS_ARE_THERE
from diplocal.store.postgres_keys import SchemaKeyRing, schema_of
from diplocal.store.postgres_soundness import see_that_it_is_sound
from diplocal.store.postgres_tables import are_missing, identity_of, make_tables, migrate
from diplocal.store.rows import Incoming, Row, Stored, entry_of, incoming, record_of, within
from diplocal.store.sealing import BEGIN, SecretOf
from diplocal.store.tree import first_entry, hash_in, planted, see_that_it_is_full, unpacked
from diplocal.store.verifying import verify_log

PATIENCE = 30.0
"""Seconds that an append waits while another writer is at it."""
_LONGEST = "SET LOCAL statement_timeout = '10min'"
"""No append holds others up for longer, whatever the server's own limit is."""
_TELL = "SELECT pg_notify(%s, ''), set_config('statement_timeout', '0', true)"
"""A limit that ended the wait for a standby would have the server acknowledge what none has."""
POLL = 1.0
"""Seconds after which whoever waits for an event looks for it, though nobody told of one."""
ROWS_AT_ONCE = 1000
FURTHEST = 2**63 - 1
"""The largest bigint."""

_IS_WRITABLE = """
    SELECT current_setting('transaction_read_only') = 'off' AND has_table_privilege('records', 'INSERT')
        AND has_column_privilege('head', 'position', 'UPDATE')
"""
_NUMBERS = "ARRAY(SELECT number FROM names WHERE name = ANY(%s))"
_VISIBLE = "ARRAY(SELECT number FROM names WHERE name = ANY(%(visible)s::text[]))"
_HEAD = "SELECT log_id, position, recorded_micros, edge FROM head"
_SELECT = """
    SELECT position, recorded_micros, id, (SELECT name FROM names WHERE number = stream), version,
        (SELECT name FROM names WHERE number = type), type_version, (SELECT name FROM names WHERE number = audience),
        causation_id, (SELECT name FROM names WHERE number = correlation_id),
        (SELECT name FROM names WHERE number = recorded_by), (SELECT name FROM names WHERE number = origin),
        first_recorded_micros, data{}
    FROM records WHERE {} ORDER BY {}
"""
"""Records in the order of Stored. Joins would have the server sort them."""
_LEAVES = "SELECT leaf FROM records WHERE position >= %s AND position < %s ORDER BY position"
_HASHES = "SELECT hash FROM tree WHERE level = %s AND place >= %s AND place < %s ORDER BY place"
_COUNT = f"""
    SELECT %(last)s - count(*) FROM records WHERE position <= %(last)s AND audience <> 1 AND audience <> ALL({_VISIBLE})
"""  # noqa: S608 - our own condition
"""What is hidden is counted, which is less."""
_LAST_RECORDED = f"""
    SELECT recorded_micros FROM records WHERE audience = ANY({_VISIBLE}) ORDER BY position DESC LIMIT 1
"""  # noqa: S608 - our own condition
_NAMES = """
    SELECT name, number, coalesce((SELECT max(version) FROM records WHERE stream = number), 0)
    FROM names WHERE name = ANY(%s)
"""
"""Names that the log has, with their numbers, and as streams their versions."""
_NAMES_AND_LAST = f"""
    SELECT * FROM ({_NAMES}) AS named UNION ALL SELECT NULL, max(number), 0 FROM names ORDER BY 1 NULLS LAST
"""  # noqa: S608 - our own words
"""The same, and in the end the last number that is taken."""
_LAST = f"""
    SELECT position, recorded_micros FROM records
    WHERE position <= {{}} AND (%(visible)s::text[] IS NULL OR audience = ANY({_VISIBLE}))
    ORDER BY position DESC LIMIT 1
"""  # noqa: S608 - our own condition
_POSITION_AT = f"""
    WITH RECURSIVE narrowing (low, high) AS (
        SELECT 0::bigint, position FROM head
        UNION ALL
        SELECT CASE WHEN coalesce(recorded_micros <= %(wanted)s, true) THEN middle ELSE low END,
            CASE WHEN coalesce(recorded_micros <= %(wanted)s, true) THEN high ELSE position - 1 END
        FROM narrowing
            CROSS JOIN LATERAL (SELECT (low + high + 1) / 2) AS halved (middle)
            LEFT JOIN LATERAL ({_LAST.format("middle")}) AS found ON true
        WHERE low < high
    )
    SELECT coalesce((SELECT position FROM ({_LAST.format("low")}) AS last), 0) FROM narrowing WHERE low = high
"""  # noqa: S608 - our own words
"""Recorded time never falls: the log is halved until one position is left."""


class PostgresStore(Erasable):
    """An event store in one schema of a PostgreSQL database, made when it is missing.

    The address is a libpq URI, which may name the schema: ``postgresql://user@host/database?schema=diplocal``. An
    append waits ``patience`` seconds for another writer.

    Raises NotALog for a schema that holds something else, NewerSchema for one from a later version of diplocal. Every
    call raises NotReachable when the server is or goes away, and the next one connects anew; NotReadable and
    NotWritable when the server refuses it, of the latter DiskFull and LogLocked; LogDamaged when tables or rows are
    gone, and LogReplaced when they are those of another log.
    """

    def __init__(
        self, address: str, *, log_id: str | None = None, clock: Clock = system_clock, patience: float = PATIENCE
    ) -> None:
        self.address = PostgresAddress.parse(address)
        self._clock = clock
        self._connections = Connections(self.address, patience)
        try:
            make_tables(self._connections, self.address, log_id)
            with self._connections.taken(NotReadable) as reader:
                self.audience = audience_at(reader, self.address)
                self.channel = channel_of(reader, self.address.schema)
            migrate(self._connections, self.address)
            self.log_id = identity_of(self._connections, self.address)
            self._has_keys = self._are_keys_there()
        except BaseException:
            self._connections.close()
            raise
        self._names_of_people = NamesOfPeople(
            lambda: SchemaKeyRing(self.address) if self._has_keys else None,
            self._make_keys,
            self._erased,
            place=f"the schema {schema_of(self.address)}",
            is_sealed=not self._has_keys and self._has_sealed_names(),
        )

    def __repr__(self) -> str:
        return f"PostgresStore({self.address.shown!r})"

    @classmethod
    def existing(cls, address: str, *, clock: Clock = system_clock, patience: float = PATIENCE) -> Self:
        """Open a log that must be there already: nothing is made.

        Raises NotALog where nothing is, and what opening raises.
        """
        place = PostgresAddress.parse(address)
        with closing(Connections(place, patience)) as connections:
            if are_missing(connections, place):
                raise NotALog(place.shown, f"there are no tables of a log in the schema {place.schema}")
        return cls(address, clock=clock, patience=patience)

    @property
    def is_writable(self) -> bool:
        """Whether it can be appended to: not the log of an audience, by who may only read, nor on a standby."""
        with self._connections.taken(NotReadable) as reader:
            return self.audience is None and bool(_one(reader, _IS_WRITABLE)[0])

    def append(self, *events: Event | Envelope, expect: int | Mapping[str, int] | None = None) -> tuple[Record, ...]:
        """Add events to the end, all or none: see EventStore.append.

        Raises InvalidValue for a text with a NUL character, which PostgreSQL cannot store. After NotReachable it is
        not known whether the events were stored: appending them again adds none twice.
        """
        return super().append(*events, expect=expect)

    def _append(self, events: Collection[Event | Envelope], expect: Expected, brought: Brought) -> tuple[Record, ...]:
        if self.audience is not None:
            raise NotWritable(self.address.shown, "it is kept with the whole log: append there")
        with self._names_of_people.sealing(events, brought) as keys:
            arrivals = list(map(incoming, events)) if keys is None else [incoming(one, keys) for one in events]
            with self._connections.taken(NotWritable) as writer:
                try:
                    records = self._added(writer, arrivals, expect, keys, brought)
                except psycopg.DataError as wrong:
                    raise InvalidValue("event", events, f"what PostgreSQL can store: {reason(wrong)}") from wrong
        if records is None:  # somebody begins to seal names
            self._has_keys = True
            return self._append(events, expect, brought)
        return records

    def read(
        self,
        *,
        after: int = 0,
        upto: int | None = None,
        streams: Collection[str] | None = None,
        types: Collection[str] | None = None,
        audience: str | None = None,
    ) -> Iterator[Record]:
        """Iterate the records in order of position: see EventStore.read. It is streamed, and needs no memory."""
        among = _among({"stream": streams, "type": types, "audience": audience and self._visible(audience)})
        condition = " AND ".join(("position > %s AND position <= %s", *among))
        values = _within(after), self.position() if upto is None else _within(upto), *among.values()
        return self._records(condition, values)

    def read_sealed(self, *, after: int = 0, upto: int | None = None, audience: str | None = None) -> Iterator[Record]:
        """Iterate the records with names as they are kept, for another log that gets the keys as well."""
        among = _among({"audience": audience and self._visible(audience)})
        condition = " AND ".join(("position > %s AND position <= %s", *among))
        values = _within(after), self.position() if upto is None else _within(upto), *among.values()
        return (record_of(row, self.log_id, None) for row in self._rows(condition, values))

    def read_by_stream(self, *, upto: int | None = None, audience: str | None = None) -> Iterator[Record]:
        """Iterate the records stream by stream: see Readable.read_by_stream. The server sorts them, and streams."""
        among = _among({"audience": audience and self._visible(audience)})
        condition = " AND ".join(("position <= %s", *among))
        values = self.position() if upto is None else _within(upto), *among.values()
        return self._records(condition, values, "stream, version")

    def read_part(
        self, part: int, parts: int, *, without: Collection[str], upto: int | None, audience: str | None
    ) -> Iterator[Record]:
        """Iterate the records of one of so many parts of the streams, from 0, but for some, in order of position."""
        among = _among({"audience": audience and self._visible(audience)})
        condition = " AND ".join(("position <= %s AND stream %% %s = %s", f"stream <> ALL({_NUMBERS})", *among))
        end = self.position() if upto is None else _within(upto)
        values = end, parts, part, _storable(without), *among.values()
        return self._records(condition, values)

    def digest_at(self, position: int) -> bytes:
        """Return the root of the Merkle tree up to a position: see Readable.digest_at."""
        with self._connections.taken(NotReadable) as reader:
            head = self._head(_one(reader, _HEAD))
            within(position, head.position)
            of_earlier = partial(hash_in, partial(self._hashes, reader))
            edge = head.edge if position == head.position else edge_at(position + 1, of_earlier)
        return edge.root()

    def hash_of(self, level: int, index: int) -> bytes:
        """Return the hash of a perfect subtree of the Merkle tree: see EventStore.hash_of."""
        with self._connections.taken(NotReadable) as reader:
            see_that_it_is_full(level, index, self._head(_one(reader, _HEAD)).position)
            return hash_in(partial(self._hashes, reader), level, index)

    def entry(self, position: int) -> bytes:
        """Return the octets of which a leaf of the Merkle tree is the hash: see EventStore.entry."""
        within(position, self.position())
        if not position:
            return first_entry(self.log_id)
        for row in self._rows("position = %s", (position,)):
            return entry_of(row)
        raise LogTampered(position, "is missing")

    def position(self) -> int:
        """Return the position of the last record, 0 in an empty log."""
        with self._connections.taken(NotReadable) as reader:
            return self._head(_one(reader, _HEAD)).position

    def position_at(self, instant: pendulum.DateTime, *, audience: str | None = None) -> int:
        """Return the position of the last record that the log had learnt by an instant, 0 if none."""
        visible = None if audience is None else sorted(visible_to(audience))
        with self._connections.taken(NotReadable) as reader:
            return int(_one(reader, _POSITION_AT, {"wanted": micros(instant), "visible": visible})[0])

    def count(self, *, upto: int | None = None, audience: str | None = None) -> int:
        """Count the records up to a position that an audience may see: see Readable.count."""
        end = self.position()
        last = end if upto is None else max(0, min(upto, end))
        if audience is None:
            return last
        with self._connections.taken(NotReadable) as reader:
            return int(_one(reader, _COUNT, {"last": last, "visible": sorted(self._visible(audience))})[0])

    def wait(self, after: int, seconds: float) -> int:
        """Return where the log ends, as soon as that is behind a position or so many seconds have passed.

        What the server tells those who listen is a hint: where it is lost, as by a standby or a pool, it costs
        ``POLL`` seconds, and never an event.
        """
        end = monotonic() + seconds
        with self._connections.taken(NotReadable) as listener:
            with suppress(errors.ReadOnlySqlTransaction):  # of a standby, which cannot listen
                listener.execute(f"LISTEN {self.channel}")
            try:
                position = self._head(_one(listener, _HEAD)).position
                while position <= after and (left := end - monotonic()) > 0:
                    deque(listener.notifies(timeout=min(left, POLL), stop_after=1), maxlen=0)
                    position = self._head(_one(listener, _HEAD)).position
            finally:
                with suppress(psycopg.Error):
                    listener.execute("UNLISTEN *")
        return position

    def stream_version(self, stream: str) -> int:
        """Count the records of a stream."""
        with self._connections.taken(NotReadable) as reader:
            found = reader.execute(_NAMES, [_storable([stream])]).fetchone()
        return int(found[2]) if found else 0

    def verify(self, *, seen: Seen = unseen) -> Verified:
        """See that the log is what was appended: see EventStore.verify."""
        with self._connections.taken(NotReadable) as reader:
            reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            head = self._head(_one(reader, _HEAD))
            kept = {(level, place): one for level, place, one in reader.execute("SELECT * FROM tree", binary=True)}
            with closing(_selected(reader, "TRUE", (), beside=", leaf")) as rows:
                verified = verify_log(self.log_id, ((row[:-1], row[-1]) for row in rows), head, kept, seen)
            see_that_it_is_sound(reader, self.address)
        return verified

    def close(self) -> None:
        """Close the connections. One that a reading is using is closed when that ends."""
        self._names_of_people.close()
        self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _added(
        self,
        writer: psycopg.Connection,
        arrivals: Sequence[Incoming],
        expect: Expected,
        ring: KeyRing | None,
        brought: Brought,
    ) -> tuple[Record, ...] | None:
        """Append in two round trips: one finds what there is, the other stores and commits.

        Return None, and store nothing, where there are keys and names are not sealed with them.
        """
        streams = streams_of(arrivals, expect)
        texts = streams.union(*map(texts_of, arrivals))
        with writer.pipeline():
            writer.execute("BEGIN ISOLATION LEVEL READ COMMITTED")
            writer.execute(_LONGEST)
            # Later statements see all that was committed before this one was given the row.
            head = writer.execute(f"{_HEAD} FOR UPDATE", binary=True)
            names = writer.execute(_NAMES_AND_LAST, [_storable(texts)])
            known = writer.execute(_SELECT.format("", "id = ANY(%s)", "position"), [keys_of(arrivals)], binary=True)
            keys = None if ring else writer.execute(KEYS_ARE_THERE, [schema_of(self.address)])
        if keys is not None and keys.rowcount:
            writer.rollback()
            return None
        numbers: dict[str | None, int | None] = {None: None}
        versions: dict[str, int] = {}
        *named, (_, last, _) = names.fetchall()
        for name, number, version in named:
            numbers[name], versions[name] = number, version
        rows: dict[bytes, list[Stored]] = {}
        for row in map(Stored._make, known):
            rows.setdefault(row.id, []).append(row)
        end, last_recorded = self._head(_only(head)), partial(_last_recorded, writer)
        log = Log(self.log_id, end, rows, versions, last_recorded, self._names_of_people.secret_of)
        planned = plan(arrivals, log, micros(self._clock()), expect)
        take_used(ring, brought, [*planned.added, *planned.known], self.log_id)
        warned: list[str] = []

        def notice(said: errors.Diagnostic) -> None:  # it is gone when this returns
            warned.extend([str(said.message_primary)] if said.severity_nonlocalized == "WARNING" else [])

        writer.add_notice_handler(notice)
        try:
            with writer.pipeline() if len(planned.added) < MANY else nullcontext():
                if planned.added:
                    insert(writer, planned.added, planned.leaves, planned.completed, planned.head, numbers, last)
                    writer.execute(_TELL, [self.channel])
                writer.execute("COMMIT")
        finally:
            writer.remove_notice_handler(notice)
        if warned:  # as when somebody ended the wait for a standby
            raise NotReachable(self.address.shown, f"it is not known whether a standby has it: {warned[0]}")
        return tuple(planned.answer)

    def _visible(self, audience: str) -> frozenset[str]:
        """Return the marks that an audience may see. Raises NotReadable where that is more than is here."""
        marks = visible_to(audience)
        if self.audience is not None and not marks <= visible_to(self.audience):
            here = f"this is the log of the audience {self.audience!r}, and {audience!r} may see more"
            raise NotReadable(self.address.shown, here)
        return marks

    def _head(self, row: tuple[Any, ...]) -> Head:
        """Read the end of the log, and see that it is the log that was opened."""
        log_id, position, recorded, edge = row
        if log_id != self.log_id:
            raise LogReplaced(self.address.shown, "another log lies in its place")
        try:
            return Head(position, recorded, unpacked(position + 1, edge))
        except InvalidValue as wrong:
            raise errors.DataCorrupted(f"the edge of its tree does not go with its end: {wrong}") from wrong

    def _hashes(self, reader: psycopg.Connection, level: int, first: int, count: int) -> list[bytes]:
        query, values = (_HASHES, (level, first, first + count)) if level else (_LEAVES, (first, first + count))
        found = [row[0] for row in reader.execute(query, values, binary=True)]
        if level == first == 0:
            found.insert(0, planted(self.log_id).root())  # the one leaf is the root
        if len(found) != count:
            raise errors.DataCorrupted(f"of the tree's hashes at level {level} some are missing behind place {first}")
        return found

    def _are_keys_there(self) -> bool:
        with self._connections.taken(NotReadable) as reader:
            return reader.execute(KEYS_ARE_THERE, [schema_of(self.address)]).rowcount > 0

    def _sealed_data(self, *, after: int) -> Iterator[bytes]:
        return (row[13] for row in self._rows("position > %s AND position(%s::bytea IN data) > 0", [after, BEGIN]))

    def _has_sealed_names(self) -> bool:
        with self._connections.taken(NotReadable) as reader:
            return reader.execute(_NAMES, [[event_type(NamesSealed).name]]).rowcount > 0

    def _make_keys(self) -> SchemaKeyRing:
        made = SchemaKeyRing.make(self.address)
        self._has_keys = True
        return made

    def _secret_of(self) -> SecretOf:
        """Return what opens names. Keys may have been made since: they are looked for when a sealed name is met."""
        secret_of = self._names_of_people.secret_of

        def found(key_id: str) -> bytes | None:
            self._has_keys = self._has_keys or self._are_keys_there()
            return secret_of(key_id)

        return found

    def _records(self, condition: str, values: Sequence[object], order: str = "position") -> Iterator[Record]:
        secret_of = self._secret_of()
        return (record_of(row, self.log_id, secret_of) for row in self._rows(condition, values, order))

    def _rows(self, condition: str, values: Sequence[object], order: str = "position") -> Iterator[Row]:
        with self._connections.taken(NotReadable) as reader:
            yield from _selected(reader, condition, values, order)


def _last_recorded(connection: psycopg.Connection, audience: str) -> int:
    found = connection.execute(_LAST_RECORDED, {"visible": [audience]}, binary=True).fetchone()
    return int(found[0]) if found else 0


def _one(connection: psycopg.Connection, query: str, values: Mapping[str, object] | None = None) -> tuple[Any, ...]:
    return _only(connection.execute(query, values, binary=True))


def _only(cursor: psycopg.Cursor[tuple[Any, ...]]) -> tuple[Any, ...]:
    row = cursor.fetchone()
    if row is None:
        raise errors.DataCorrupted("a row that every log has is missing")
    return row


def _among(wanted: Mapping[str, Iterable[str] | None]) -> dict[str, list[str]]:
    """Return a condition for each column that is asked for, with its value."""
    return {f"{column} = ANY({_NUMBERS})": _storable(texts) for column, texts in wanted.items() if texts is not None}


def _selected(
    connection: psycopg.Connection, condition: str, values: Sequence[object], order: str = "position", beside: str = ""
) -> Generator[Any, None, None]:
    """Stream rows in order, as many at once as libpq can give."""
    at_once = ROWS_AT_ONCE if capabilities.has_stream_chunked() else 1
    query = _SELECT.format(beside, condition, order)
    yield from connection.cursor().stream(query, values, binary=True, size=at_once)


def _storable(texts: Iterable[str]) -> list[str]:
    """Leave out what cannot be in the log: PostgreSQL's texts have no NUL."""
    return [text for text in texts if "\0" not in text]


def _within(position: int) -> int:
    """Bring a position that was asked for into the range of a bigint."""
    return max(0, min(position, FURTHEST))
