"""Mutations of a log's file: each that changes anything which a reader could get must be named, none by a traceback."""

# ruff: noqa: S608 - the names of our own tables
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, redirect_stderr, redirect_stdout, suppress
from functools import partial
from io import StringIO
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pendulum

from diplocal.cli import main
from diplocal.errors import DiplocalError
from diplocal.events import Confirmed
from diplocal.proofs.checkpoints import Checkpoint
from diplocal.proofs.proving import check_growth, checkpoint_at
from diplocal.records import Envelope, Origin
from diplocal.store import SQLiteStore
from diplocal.store.planning import Head
from diplocal.store.rows import Stored, leaf_of
from diplocal.store.sqlite_names import Names
from diplocal.store.sqlite_tree import head_of, move_head, subtrees
from diplocal.store.tree import grown, planted
from diplocal.store.verifying import verify_log

from .witness import Broken, hold, reports

NOON = pendulum.datetime(2023, 9, 18, 12)
OTHER = "6f1d0c52-0f8e-4f0c-9c8e-3f6a6f1f0b11"
LENGTH = 300
"""Records: enough for a full subtree of 256 leaves."""

Mutation = Callable[[Path, Random], object]


def log_in(path: Path, chance: Random) -> Path:
    """Make a log that has something in every column and table, all of it in the file itself."""
    with SQLiteStore(path, clock=lambda: NOON.add(seconds=chance.randrange(100))) as log:
        while (end := log.position()) < LENGTH:
            *several, last = reports(chance, min(20, LENGTH - end))
            log.append(*several, _with_more(last, chance))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def _with_more(one: Envelope, chance: Random) -> Envelope:
    return Envelope(
        one.event,
        id=one.id,
        audience=one.audience,
        causation_id="a cause",
        correlation_id=f"import {chance.randrange(3)}",
        recorded_by="the desk",
        origin=Origin(OTHER, chance.randrange(10**15)),
    )


def read_of(path: Path) -> object:
    """Return all that a reader can get of a log, and what a writer writes; an error where it cannot be read."""
    try:
        with SQLiteStore.existing(path, clock=lambda: NOON.add(days=1)) as log:
            streams = sorted({record.stream for record in log.read()})
            return (
                log.log_id,
                list(log.read()),
                list(log.read_by_stream(audience="internal")),
                [list(log.read(streams=[one])) for one in streams],
                [list(log.read(audience=one)) for one in ("public", "asia-desk")],
                list(log.read(types=["diplocal.confirmed"])),
                [log.stream_version(one) for one in streams],
                [log.count(upto=upto, audience="public") for upto in (0, 100, LENGTH)],
                [log.position_at(NOON.add(seconds=second)) for second in (0, 30, 60, 99)],
                [log.digest_at(position) for position in (0, 1, 255, 256, LENGTH)],
                [log.hash_of(level, 0) for level in (0, 3, 8)],
                [log.entry(position) for position in (0, 1, LENGTH)],
                _known_again(log),
                _written_next(log),
            )
    except DiplocalError as error:
        return type(error)


def _known_again(log: SQLiteStore) -> list[bool]:
    """Tell of some events whether the log finds that it has them already."""
    with log._reading() as reader:
        rows = reader.execute("SELECT id, audience, position FROM records ORDER BY position").fetchall()[::25]
        query = "SELECT position FROM records WHERE id = ? AND audience = ?"
        return [reader.execute(query, (event_id, who)).fetchone() == (place,) for event_id, who, place in rows]


def _written_next(log: SQLiteStore) -> object:
    """Append to the log, and tell what became of it."""
    said = log.append(Confirmed(engagement="visit-7"), Confirmed(engagement="visit-new"))
    return said, list(log.read(after=LENGTH)), log.digest_at(log.position()), log.stream_version("visit-7")


def verified(path: Path, kept: Checkpoint) -> bool:
    """Verify a log, by itself and against a checkpoint that was kept, and tell whether nothing is wrong."""
    try:
        with SQLiteStore.existing(path) as log:
            log.verify()
            check_growth(log, [kept])
    except DiplocalError:
        return False
    return True


def verified_by_itself(path: Path, _kept: Checkpoint) -> bool:
    """Verify a log as somebody does who kept no checkpoint: planted, for a log that is rewritten must be named."""
    with SQLiteStore.existing(path) as log:
        return bool(log.verify())


def verified_record_by_record(path: Path, _kept: Checkpoint) -> bool:
    """Verify each record by its own hash alone: planted, for records that are removed must be named."""
    try:
        with SQLiteStore.existing(path) as log, log._reading() as reader:
            return all(leaf == leaf_of(row) for row, leaf in Names().rows_with_leaves(reader))
    except DiplocalError:
        return False


def verified_by_its_tree(path: Path, _kept: Checkpoint) -> bool:
    """Verify the records alone: planted, for a trigger that spoils the next record must be named."""
    with SQLiteStore.existing(path) as log, log._reading() as reader:
        return bool(verify_log(log.log_id, Names().rows_with_leaves(reader), head_of(reader), subtrees(reader)))


Verify = Callable[[Path, Checkpoint], bool]
"""Tells of a log whether nothing is wrong with it."""


# --- what is done to a file ---


def some_bytes(path: Path, chance: Random) -> None:
    octets = bytearray(path.read_bytes())
    for _ in range(chance.choice([1, 1, 1, 3])):
        start, size = chance.randrange(len(octets)), chance.choice([1, 1, 4, 32, 512])
        octets[start : start + size] = chance.choice([chance.randbytes(size), bytes(size)])
    path.write_bytes(octets)


def a_bit(path: Path, chance: Random) -> None:
    octets = bytearray(path.read_bytes())
    octets[chance.randrange(len(octets))] ^= 1 << chance.randrange(8)
    path.write_bytes(octets)


def the_tail(path: Path, chance: Random) -> None:
    octets = path.read_bytes()
    path.write_bytes(
        octets[: chance.randrange(len(octets))] if chance.random() < 0.7 else octets + chance.randbytes(9000)
    )


def pages(path: Path, chance: Random) -> None:
    """Put a page in the place of another."""
    octets, size = bytearray(path.read_bytes()), 8192
    one, other = (size * chance.randrange(len(octets) // size) for _ in range(2))
    octets[one : one + size], octets[other : other + size] = octets[other : other + size], octets[one : one + size]
    path.write_bytes(octets)


def _unguarded(path: Path, change: Callable[[sqlite3.Connection], object]) -> None:
    """Change the tables as somebody does who knows that triggers guard them, and puts the triggers back."""
    with closing(sqlite3.connect(path, isolation_level=None)) as log:
        guards = log.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            log.execute(f"DROP TRIGGER {name}")
        with suppress(sqlite3.Error, DiplocalError):  # an index refuses it, or what is left has no leaf
            change(log)
        for _, statement in guards:
            log.execute(statement)
        log.execute("PRAGMA wal_checkpoint(TRUNCATE)")


COLUMNS = (
    *("position", "leaf", "recorded_micros", "id", "stream", "version", "type", "type_version", "audience"),
    *("causation_id", "correlation_id", "recorded_by", "origin", "first_recorded_micros", "data"),
)


def a_column(path: Path, chance: Random) -> None:
    """Write something else into a column of a record."""
    column, position = chance.choice(COLUMNS), chance.randrange(1, LENGTH + 1)

    def change(log: sqlite3.Connection) -> None:
        (value,) = log.execute(f"SELECT {column} FROM records WHERE position = ?", (position,)).fetchone()
        log.execute(f"UPDATE records SET {column} = ? WHERE position = ?", (_other(value, chance), position))

    _unguarded(path, change)


def _other(value: Any, chance: Random) -> Any:
    match value:
        case int():
            return chance.choice([value + 1, value - 1, -value, 2**62, chance.randrange(50), None])
        case bytes():
            place = chance.randrange(len(value) or 1)
            return chance.choice(
                [value[:place], value + b"x", value[:place] + bytes([chance.randrange(256)]) + value[place + 1 :]]
            )
        case str():
            return chance.choice([f"{value}x", "", None, value.upper()])
        case _:
            return chance.choice([1, 2, "text", 10**15])


def rows(path: Path, chance: Random) -> None:
    """Remove records, swap them, or put in a copy of one."""
    one, other = chance.sample(range(1, LENGTH + 1), 2)
    removed = [f"DELETE FROM records WHERE position = {one}"]
    cut = [f"DELETE FROM records WHERE position >= {one}", f"UPDATE head SET position = {one - 1}"]
    moves = ((one, -1), (other, one), (-1, other))
    swapped = [f"UPDATE records SET position = {to} WHERE position = {at}" for at, to in moves]
    added = [
        f"CREATE TEMP TABLE copy AS SELECT * FROM records WHERE position = {one}",
        f"UPDATE copy SET position = {LENGTH + 1}, id = x'01', version = 1000",
        "INSERT INTO records SELECT * FROM copy",
    ]
    statements = chance.choice((removed, cut, swapped, added))
    _unguarded(path, lambda log: [log.execute(statement) for statement in statements])


def a_leaf_too(path: Path, chance: Random) -> None:
    """Write something else into a record, and its leaf anew."""
    position = chance.randrange(1, LENGTH + 1)

    def change(log: sqlite3.Connection) -> None:
        column = chance.choice(["recorded_micros", "recorded_by", "audience", "type_version", "data", "causation_id"])
        (value,) = log.execute(f"SELECT {column} FROM records WHERE position = ?", (position,)).fetchone()
        log.execute(f"UPDATE records SET {column} = ? WHERE position = ?", (_other(value, chance), position))
        for row in Names().rows(log, "position = ?", (position,)):
            log.execute("UPDATE records SET leaf = ? WHERE position = ?", (leaf_of(row), position))

    _unguarded(path, change)


def names(path: Path, chance: Random) -> None:
    """Write another name, swap two, remove one, or add one."""

    def change(log: sqlite3.Connection) -> None:
        numbers = [number for (number,) in log.execute("SELECT number FROM names")]
        one, other = chance.sample(numbers, 2)
        match chance.randrange(4):
            case 0:
                log.execute("UPDATE names SET name = name || 'x' WHERE number = ?", (one,))
            case 1:
                log.execute("DELETE FROM names WHERE number = ?", (one,))
            case 2:
                log.execute("INSERT INTO names VALUES (?, 'another')", (max(numbers) + 1,))
            case _:
                for at, to in ((one, -1), (other, one), (-1, other)):
                    log.execute("UPDATE names SET number = ? WHERE number = ?", (to, at))

    _unguarded(path, change)


PLACES = [
    *(("head", column) for column in ("position", "recorded_micros", "edge", "log_id")),
    *(("tree", column) for column in ("hash", "place")),
]


def the_head(path: Path, chance: Random) -> None:
    """Write something else into the log's end, its identity, or its tree."""

    def change(log: sqlite3.Connection) -> None:
        table, column = chance.choice(PLACES)
        (value,) = log.execute(f"SELECT {column} FROM {table}").fetchone()
        new = OTHER if column == "log_id" and chance.random() < 0.7 else _other(value, chance)
        log.execute(
            chance.choice([f"UPDATE {table} SET {column} = ?", f"DELETE FROM {table} WHERE ? IS NOT 'x'"]), (new,)
        )

    _unguarded(path, change)


def the_schema(path: Path, chance: Random) -> None:
    """Remove an index, a trigger or a table; or put another in its place."""
    with closing(sqlite3.connect(path, isolation_level=None)) as log:
        kind, name = chance.choice(log.execute("SELECT type, name FROM sqlite_schema WHERE sql IS NOT NULL").fetchall())
        log.execute(f"DROP {kind} {name}")
        if kind == "index" and chance.random() < 0.7:
            log.execute(f"CREATE INDEX {name} ON records (audience) WHERE position > 40")
        log.execute("PRAGMA wal_checkpoint(TRUNCATE)")


MORE = (
    "TRIGGER more BEFORE INSERT ON records BEGIN SELECT RAISE(IGNORE); END",
    "TRIGGER more AFTER UPDATE ON head WHEN new.recorded_micros > 1 BEGIN UPDATE head SET recorded_micros = 1; END",
    "TRIGGER more AFTER INSERT ON records BEGIN INSERT OR IGNORE INTO names VALUES (new.position + 9999, 'more'); END",
    "TRIGGER more BEFORE INSERT ON names BEGIN SELECT RAISE(ABORT, 'no more'); END",
    "UNIQUE INDEX more ON records (version / 100, audience / 100, position / 1000)",
    "UNIQUE INDEX more ON head (only) WHERE position < 0",
    "VIEW more AS SELECT * FROM records",
    "TABLE more (name TEXT)",
)


def more_in_the_schema(path: Path, chance: Random) -> None:
    """Add a trigger, an index, a view, a table or a column."""
    with closing(sqlite3.connect(path, isolation_level=None)) as log, suppress(sqlite3.Error):
        columns = [f"ALTER TABLE {table} ADD COLUMN more TEXT" for table in ("records", "head", "names")]
        log.execute(chance.choice([*(f"CREATE {one}" for one in MORE), *columns]))
        log.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def an_index(path: Path, chance: Random) -> None:
    """Let an index lead elsewhere, as a page does that was not written."""
    with closing(sqlite3.connect(path, isolation_level=None)) as log:
        indexes = log.execute("SELECT rootpage FROM sqlite_schema WHERE type = 'index'").fetchall()
    octets, (root,) = bytearray(path.read_bytes()), chance.choice(indexes)
    start = (root - 1) * 8192
    place = start + chance.randrange(8192)
    octets[place] ^= 1 << chance.randrange(8)
    if chance.random() < 0.5:
        octets[start + 3 : start + 5] = chance.randrange(1, 200).to_bytes(2, "big")  # the number of its entries
    path.write_bytes(octets)


def all_of_it(path: Path, chance: Random) -> None:
    """Write the log anew, with its identity and all hashes as they must be, and one record changed or left out."""
    with closing(sqlite3.connect(path)) as log:
        everything = list(Names().rows(log, "1 = 1", ()))
        (log_id,) = log.execute("SELECT log_id FROM head").fetchone()
    changed, place = list(everything), chance.randrange(len(everything))
    how = chance.randrange(4)
    if how == 0:
        del changed[place]
    elif how == 1:
        changed[place] = (
            *changed[place][:13],
            changed[place][13].replace(b"2023", b"2024").replace(b"}", b',"x":1}', 1),
        )
    elif how == 2:
        log_id = OTHER
    else:
        changed[place] = (*changed[place][:10], "somebody else", *changed[place][11:])
    path.unlink()
    _write(path, log_id, changed)


def _write(path: Path, log_id: str, everything: Sequence[Any]) -> None:
    with SQLiteStore(path, log_id=log_id) as store:
        versions: dict[str, int] = {}
        stored = []
        for position, row in enumerate(everything, start=1):
            versions[row[3]] = versions.get(row[3], 0) + 1
            stored.append(Stored._make((position, *row[1:4], versions[row[3]], *row[5:])))
        leaves = list(map(leaf_of, stored))
        edge, completed = grown(planted(log_id), leaves)
        head = Head(len(stored), max(row.recorded_micros for row in stored), edge)
        store._writer.execute("BEGIN")
        Names().insert(store._writer, stored, leaves, {})
        move_head(store._writer, head, completed)
        store._writer.execute("COMMIT")
        store._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")


MUTATIONS: dict[str, tuple[Mutation, int]] = {
    "bytes": (some_bytes, 2500),
    "a bit": (a_bit, 1500),
    "the file's end": (the_tail, 500),
    "pages": (pages, 500),
    "a column of a record": (a_column, 1200),
    "a record with its leaf": (a_leaf_too, 500),
    "records removed, moved or added": (rows, 700),
    "names": (names, 500),
    "the end, the identity or the tree": (the_head, 700),
    "indexes, triggers and tables": (the_schema, 300),
    "more triggers, indexes, views, tables and columns": (more_in_the_schema, 300),
    "what an index leads to": (an_index, 300),
    "the whole log, with its hashes": (all_of_it, 500),
}
"""What is done to a log's file, and how often of 10,000 times."""


def mutating(mutate: Mutation, verify: Verify = verified) -> Callable[[Path, Random], Iterator[int]]:
    """Return what mutates a log again and again, and holds verify to what a reader gets. It raises Broken."""

    def torment(folder: Path, chance: Random) -> Iterator[int]:
        whole = log_in(folder / "whole.db", chance)
        with SQLiteStore.existing(whole) as log:
            kept = checkpoint_at(log, log.position())
        path = Path(shutil.copy(whole, folder / "log.db"))
        wanted = read_of(path)
        hold(verify(whole, kept), "a log that nobody touched is in order")
        for number in count():
            shutil.copy(whole, path)
            mutate(path, chance)
            _see_that_it_is_named(path, wanted, partial(verify, path, kept), number)
            for left in folder.glob("log.db*"):
                left.unlink()
            yield 1

    return torment


def _see_that_it_is_named(path: Path, wanted: object, is_in_order: Callable[[], bool], number: int) -> None:
    which = f"mutation {number}"
    try:
        if is_in_order():
            found = read_of(path)
            hold(found == wanted, "what changes an answer is named:", which, found)
    except Broken:
        raise
    except Exception as error:
        raise Broken(f"{which} ended in {type(error).__name__}: {error}") from error
    command = COMMANDS[number % len(COMMANDS)]
    if command:
        ended = _commanded(command, path)
        hold(ended in {0, 1, 2}, "a command ends with one line and a code:", command, which, ended)


def _commanded(command: str, path: Path) -> object:
    arguments = [command, *(["visit-7"] if command == "show" else []), "--log", str(path)]
    before, said = sys.argv, StringIO()
    sys.argv = ["diplocal", *arguments]
    try:
        with redirect_stdout(said), redirect_stderr(said):
            main()
    except SystemExit as ended:
        return ended.code or 0
    except Exception as error:  # noqa: BLE001 - it would be a traceback
        return f"{type(error).__name__}: {error}"
    finally:
        sys.argv = before
    return 0


COMMANDS = ("show", None, "upcoming", None, None, "discrepancies", None, None)
"""What is asked of a mutated log, one after another; they take the most time."""
KINDS = {name: (mutating(mutate), number) for name, (mutate, number) in MUTATIONS.items()}
