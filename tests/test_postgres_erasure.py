"""On a server names are sealed and erased as in a file (test_erasure.py), and keys lie in a schema of their own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from diplocal.cli.program import app
from diplocal.dates import When
from diplocal.diary import Diary
from diplocal.errors import InvalidValue, NotWritable, UnknownName
from diplocal.events import MeetingAnnounced, ReportAttached
from diplocal.parties import Person, State
from diplocal.proofs.proving import check_growth, checkpoint_at
from diplocal.records import Envelope
from diplocal.store import EventStore, SQLiteStore
from diplocal.store.postgres import PostgresStore
from diplocal.store.postgres_roles import make_roles
from diplocal.store.sealing import person_of
from diplocal.syncing import sync

KASK, LAVROV = Person("Aino Kask", State("EE")), Person("Sergei Lavrov", State("RU"))
TALKS = MeetingAnnounced(
    engagement="talks", participants=(KASK, LAVROV), when=When("2023-10-17"), note="Sergei Lavrov receives Aino Kask."
)


@pytest.fixture
def log(new_address: Callable[[], str]) -> Iterator[PostgresStore]:
    with PostgresStore(new_address()) as store:
        store.seal_names()
        store.append(TALKS)
        yield store


def names_in(log: EventStore) -> list[str]:
    events = [record.event for record in log.read()]
    several = [one for event in events if isinstance(event, MeetingAnnounced) for one in event.participants]
    return [one.name for one in several if isinstance(one, Person)]


def address_of(log: PostgresStore) -> str:
    return f"{log.address.conninfo}&schema={log.address.schema}"


def asked(log: PostgresStore, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(log.address.conninfo, autocommit=True) as connection:
        cursor = connection.execute(query.format(schema=log.address.schema))
        return cursor.fetchall() if cursor.description else []


def octets_of(log: PostgresStore, table: str) -> bytes:
    """Return what lies on the disk of a table."""
    asked(log, "CHECKPOINT")
    ((folder, file),) = asked(log, f"SELECT current_setting('data_directory'), pg_relation_filepath('{table}')")
    return (Path(str(folder)) / str(file)).read_bytes()


def test_a_name_that_is_erased_is_nowhere_and_what_was_proven_holds(log: PostgresStore) -> None:
    with Diary(log) as diary:
        assert [one.slug for one in diary.find(person="Aino Kask")] == ["talks"]
    ring, before = log.key_ring, checkpoint_at(log, log.position())
    assert ring is not None
    secret = ring.key_of(person_of("Aino Kask"), None, "public").secret
    schema = log.address.schema
    assert b"Kask" not in octets_of(log, f"{schema}.records")
    assert secret in octets_of(log, f"{schema}_keys.keys")
    said = CliRunner().invoke(app, ["erase", "Aino Kask", "--log", address_of(log), "--yes"])
    assert (said.exit_code, "1 key to destroy" in said.output) == (0, True), said.output
    kept = octets_of(log, f"{schema}_keys.keys")
    assert (secret in kept, b"kask" in kept, b"lavrov" in kept) == (False, False, True)
    assert asked(log, "SELECT FROM pg_namespace WHERE nspname LIKE '{schema}_diary_%%'") == []
    assert names_in(log)[1:] == ["Sergei Lavrov"], "a store that was open all the time knows it too"
    assert "withheld" in names_in(log)[0]
    log.verify()
    check_growth(log, [before])
    with Diary(log) as diary, pytest.raises(UnknownName):
        diary.find(person="Aino Kask")


def test_whoever_has_the_log_open_seals_as_soon_as_somebody_begins(new_address: Callable[[], str]) -> None:
    address = new_address()
    with PostgresStore(address) as early, PostgresStore(address) as other:
        early.append(ReportAttached(engagement="talks"))
        other.seal_names()
        (record,) = early.append(TALKS)
        assert names_in(early) == names_in(other) == ["Aino Kask", "Sergei Lavrov"]
        assert b"Kask" not in early.entry(record.position)
        assert early.append(TALKS) == (record,)
        asked(early, "DROP SCHEMA {schema}_keys CASCADE")
    with PostgresStore(address) as again:
        assert all("withheld" in name for name in names_in(again))
        with pytest.raises(NotWritable, match="keys are gone"):
            again.append(TALKS)


def test_logs_that_are_brought_together_are_told_wherever_they_lie(
    log: PostgresStore, new_address: Callable[[], str], tmp_path: Path
) -> None:
    with PostgresStore(new_address()) as other, SQLiteStore(tmp_path / "file.db") as file:
        sync(log, file)
        sync(file, other)
        assert names_in(other) == names_in(file) == names_in(log) == ["Aino Kask", "Sergei Lavrov"]
        other.append(TALKS.evolve(engagement="theirs"))
        other.erase("Aino Kask")
        assert [sync(one, other)[0].kept for one in (file, log)] == [("aino kask",)] * 2, "the key is of the first log"
        log.erase("Aino Kask")
        assert sync(log, file)[1].erased == ("aino kask",)
        sync(other, log)
        for one in (log, other, file):
            assert all("withheld" in name for name in names_in(one)[::2])
            assert one.key_ring is not None
            assert one.key_ring.people() == [person_of("Sergei Lavrov")]
            one.verify()


def test_a_name_may_be_longer_than_an_index_takes(log: PostgresStore) -> None:
    long = " ".join(f"{number}name" for number in range(900))
    log.append(TALKS.evolve(engagement="long", participants=(Person(long, State("EE")), LAVROV)))
    assert long in names_in(log)
    assert len(log.erase(long)) == 1
    assert long not in names_in(log)


def test_an_older_copy_of_keys_opens_nothing(log: PostgresStore) -> None:
    asked(log, "CREATE TABLE {schema}_keys.older AS SELECT * FROM {schema}_keys.keys")
    log.erase("Aino Kask")
    asked(log, "TRUNCATE {schema}_keys.keys; INSERT INTO {schema}_keys.keys SELECT * FROM {schema}_keys.older")
    with PostgresStore(address_of(log)) as again:
        assert "withheld" in names_in(again)[0]
        assert again.key_ring is not None
        assert again.key_ring.people() == [person_of("Sergei Lavrov")]


class TestRoles:
    @pytest.fixture
    def somebody(self, log: PostgresStore) -> Callable[[str], PostgresStore]:
        log.append(Envelope(TALKS.evolve(engagement="quiet", participants=(Person("Ilmar Tamm", State("EE")), LAVROV)),
                            audience="internal"))  # fmt: skip
        make_roles(address_of(log), ["public"])

        def become(role: str) -> PostgresStore:
            person = f"somebody_{log.address.schema}_{role}"
            asked(log, f'CREATE ROLE "{person}" LOGIN IN ROLE "{{schema}}_{role}"')
            place = address_of(log).replace("//postgres:", f"//{person}:")
            return PostgresStore(f"{place}_{role}" if role == "for_public" else place)

        return become

    def test_who_writes_may_erase(self, log: PostgresStore, somebody: Callable[[str], PostgresStore]) -> None:
        with somebody("writer") as writer:
            writer.append(TALKS.evolve(engagement="more", participants=(Person("Eha Saar", State("EE")), LAVROV)))
            assert len(writer.erase("Aino Kask")) == 1
        assert "withheld" in names_in(log)[0]

    def test_who_reads_for_one_audience_opens_what_it_sees_and_finds_nobody_else(
        self, log: PostgresStore, somebody: Callable[[str], PostgresStore]
    ) -> None:
        with somebody("for_public") as reader:
            assert names_in(reader) == ["Aino Kask", "Sergei Lavrov"]
            assert reader.key_ring is not None
            assert reader.key_ring.people() == ["aino kask", "lavrov sergei"]
            log.erase("Aino Kask")
            assert reader.key_ring.people() == ["lavrov sergei"]
            assert "withheld" in names_in(reader)[0]

    def test_who_only_reads_cannot_erase(self, somebody: Callable[[str], PostgresStore]) -> None:
        with somebody("reader") as reader:
            assert len(names_in(reader)) == 4
            with pytest.raises(NotWritable):
                reader.erase("Aino Kask")
            assert names_in(reader)[0] == "Aino Kask"


def test_a_schema_with_too_long_a_name_is_refused(new_address: Callable[[], str]) -> None:
    long = f"{new_address()}{'x' * 60}"
    with PostgresStore(long[: long.index("schema=") + 7 + 60]) as log, pytest.raises(InvalidValue, match="at most 58"):
        log.seal_names()
