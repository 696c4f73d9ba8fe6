"""What the log on a server promises beyond the contract: many processes, kill -9, tampering, lost connections."""

import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import attrs
import format_1
import pendulum
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from diplocal.checks import EVENT_ID
from diplocal.errors import (
    InvalidValue,
    LogDamaged,
    LogTampered,
    NewerSchema,
    NotALog,
    NotReachable,
    NotReadable,
    NotWritable,
    UnknownStore,
    VersionClash,
)
from diplocal.events import ReportAttached
from diplocal.records import Envelope
from diplocal.store import SQLiteStore, open_store
from diplocal.store.clock import Clock, system_clock
from diplocal.store.postgres import PostgresStore
from diplocal.store.postgres_address import PostgresAddress
from diplocal.store.postgres_roles import make_roles
from diplocal.store.postgres_soundness import see_that_it_is_sound
from diplocal.store.rows import Stored, leaf_of
from diplocal.testing import store_laws, store_machine

NOON = pendulum.datetime(2023, 9, 18, 12)

APPENDER = """
import sys
from diplocal.events import ReportAttached
from diplocal.store.postgres import PostgresStore
from diplocal.store.postgres_roles import make_roles
from diplocal.store.postgres_soundness import see_that_it_is_sound

address, name, appends, size = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
with PostgresStore(address) as store:
    for number in range(appends):
        reports = [ReportAttached(engagement=f"{name}-{number}", note=f"{part}") for part in range(size)]
        for record in store.append(*reports):
            sys.stdout.write(f"{record.position} {record.id}\\n")
        sys.stdout.flush()
"""
"""Appends so many times so many reports, and acknowledges each on a line of its own."""

NewAddress = Callable[[], str]


def said(slug: str = "talks", note: str | None = None) -> ReportAttached:
    return ReportAttached(engagement=slug, note=note)


def appender(address: str, name: str, appends: int, size: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", APPENDER, address, name, str(appends), str(size)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def address(new_address: NewAddress) -> str:
    return new_address()


@pytest.fixture
def filled(address: str) -> str:
    """A log of nine reports about three engagements, with something in every column."""
    with PostgresStore(address, clock=lambda: NOON) as store:
        for number in range(3):
            store.append(
                said("a", f"{number}"),
                Envelope(said("b", f"{number}"), audience="internal", causation_id="x", recorded_by="desk"),
                Envelope(said("c", f"{number}"), id=f"mine-{number}", correlation_id="import"),
            )
    return address


@attrs.frozen
class Administrator:
    """Somebody with psycopg and no manners, who comes in past the library."""

    server: str

    def does(self, address: str, *statements: str, **values: object) -> None:
        """Run statements in the schema of a log, in one transaction."""
        with psycopg.connect(self.server) as connection:
            connection.execute(f"SET search_path = {schema_of(address)}")
            for statement in statements:
                connection.execute(statement, values)

    def cuts_off(self, name: str) -> None:
        """End the connections of an application."""
        self.does(
            "schema=public",
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = %(name)s",
            name=name,
        )


def schema_of(address: str) -> str:
    return address.rpartition("schema=")[2]


@pytest.fixture
def administrator(postgres_server: str) -> Administrator:
    return Administrator(postgres_server)


class TestTheContract:
    @pytest.mark.parametrize("law", [name for name in vars(store_laws(lambda: None)) if name.startswith("test_")])  # type: ignore[arg-type, return-value] # it is only asked for names
    def test_every_promise_of_a_store_is_kept(self, new_address: NewAddress, law: str) -> None:
        opened: list[str] = []

        def open_empty(clock: Clock = system_clock) -> PostgresStore:
            opened.append(new_address())
            return PostgresStore(opened[-1], clock=clock)

        def open_again() -> PostgresStore:
            return PostgresStore(opened[-1])

        laws = store_laws(open_empty, open_again=open_again, settings=settings(max_examples=5))
        laws(law).debug()

    def test_a_machine_that_tries_whatever_it_can_finds_nothing(self, new_address: NewAddress) -> None:
        quick = settings(max_examples=5, stateful_step_count=20, deadline=None)
        run_state_machine_as_test(store_machine(lambda: PostgresStore(new_address())), settings=quick)

    def test_any_text_without_white_space_and_control_characters_is_an_id(self, address: str) -> None:
        with PostgresStore(address) as store:

            @given(
                ids=st.lists(
                    st.from_regex(EVENT_ID, fullmatch=True, alphabet=st.characters()),
                    min_size=1,
                    max_size=5,
                    unique=True,
                )
            )
            @settings(deadline=None, max_examples=25)
            def each_is_kept_and_known_again(ids: list[str]) -> None:
                first = store.append(*(Envelope(said(), id=one) for one in ids))
                assert [record.id for record in first] == ids
                assert store.append(*(Envelope(said(), id=one) for one in ids)) == first

            each_is_kept_and_known_again()

    def test_a_text_that_postgresql_cannot_store_is_refused_before_anything_is_stored(self, address: str) -> None:
        with PostgresStore(address) as store:
            with pytest.raises(InvalidValue, match="control character"):
                store.append(said("a"), Envelope(said("b"), recorded_by="de\0sk"))
            assert store.position() == store.stream_version("a\0") == 0
            assert list(store.read(streams=["a\0"])) == []


class TestManyProcesses:
    def test_a_reader_that_follows_the_tail_misses_nothing_that_two_writers_append(self, address: str) -> None:
        with PostgresStore(address) as store:
            writers = [appender(address, name, appends=60, size=3) for name in ("left", "right")]
            seen: list[int] = []
            ids: list[str] = []
            while len(seen) < 360:
                for record in store.read(after=seen[-1] if seen else 0):
                    seen.append(record.position)
                    ids.append(record.id)
                assert any(writer.poll() is None for writer in writers) or store.position() == 360
            acknowledged = [line.split() for writer in writers for line in writer.communicate()[0].splitlines()]
            assert seen == list(range(1, 361))
            assert dict(acknowledged) == {str(position): one for position, one in zip(seen, ids, strict=True)}
            slugs = [record.stream for record in store.read()]
            assert all(len(set(slugs[start : start + 3])) == 1 for start in range(0, 360, 3))
            assert store.verify().position == 360

    def test_many_may_open_a_new_log_at_once_and_it_is_one(self, address: str) -> None:
        identities: list[str] = []

        def open_it() -> None:
            with PostgresStore(address) as store:
                identities.append(store.log_id)

        openers = [threading.Thread(target=open_it) for _ in range(6)]
        for opener in openers:
            opener.start()
        for opener in openers:
            opener.join()
        assert len(identities) == 6
        assert len(set(identities)) == 1

    def test_of_two_who_expect_the_same_version_at_once_one_is_taken(self, address: str) -> None:
        with PostgresStore(address) as store:
            outcomes: list[str] = []

            def append(note: str) -> None:
                try:
                    store.append(said(note=note), expect=0)
                    outcomes.append("taken")
                except VersionClash:
                    outcomes.append("clash")

            threads = [threading.Thread(target=append, args=(str(number),)) for number in range(5)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert sorted(outcomes) == ["clash"] * 4 + ["taken"]
            assert store.position() == 1

    def test_whoever_writes_too_long_makes_others_give_up_and_say_so(
        self, filled: str, administrator: Administrator
    ) -> None:
        with psycopg.connect(administrator.server) as other, PostgresStore(filled, patience=0.1) as store:
            other.execute(f"LOCK TABLE {schema_of(filled)}.head")
            with pytest.raises(NotWritable, match="lock timeout"):
                store.append(said("late"))
            other.rollback()
            assert store.append(said("late"))[0].position == 10


class TestKilled:
    def test_no_acknowledged_event_is_lost_when_the_writer_is_killed(self, address: str) -> None:
        writer = appender(address, "left", appends=10_000, size=5)
        assert writer.stdout is not None
        acknowledged = [writer.stdout.readline() for _ in range(23)]
        writer.send_signal(signal.SIGKILL)
        rest, _ = writer.communicate()
        acknowledged += [line for line in rest.splitlines(keepends=True) if line.endswith("\n")]
        with PostgresStore(address) as store:
            store.append(said())
            kept = [f"{record.position} {record.id}\n" for record in store.read()]
            assert kept[: len(acknowledged)] == acknowledged
            assert len(kept) % 5 == 1
            assert store.verify().position == len(kept)

    def test_a_server_that_was_told_not_to_wait_for_its_disk_waits_for_a_log(self, address: str) -> None:
        lax = f"{address}&options=-c%20synchronous_commit%3Doff"
        with PostgresStore(lax) as store, store._connections.taken(NotReadable) as connection:
            assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)


class TestLostServers:
    def test_a_lost_connection_is_said_and_the_next_call_connects_anew(
        self, filled: str, administrator: Administrator
    ) -> None:
        with PostgresStore(f"{filled}&application_name=lost") as store:
            assert store.position() == 9
            administrator.cuts_off("lost")
            with pytest.raises(NotReachable, match="cannot be reached"):
                store.position()
            assert store.position() == 9

    def test_of_an_append_that_is_cut_off_nothing_is_stored(self, filled: str, administrator: Administrator) -> None:
        def cut_off() -> pendulum.DateTime:
            administrator.cuts_off("cut")
            return NOON

        with PostgresStore(f"{filled}&application_name=cut", clock=cut_off) as store:
            with pytest.raises(NotReachable):
                store.append(said("new"))
            assert store.position() == 9
        with PostgresStore(filled) as store:
            assert store.append(said("new"))[0].position == 10

    def test_a_reading_that_is_cut_off_says_so_and_does_not_just_end(
        self, address: str, administrator: Administrator
    ) -> None:
        with PostgresStore(f"{address}&application_name=reader") as store:
            store.append(*(said(note=str(number) * 2000) for number in range(3_000)))
            reading = store.read()
            next(reading)
            administrator.cuts_off("reader")
            with pytest.raises(NotReachable):
                list(reading)

    def test_a_reading_that_is_left_off_is_no_burden(self, filled: str) -> None:
        with PostgresStore(filled) as store:
            for _ in range(5):
                assert [record.position for record in islice(store.read(), 2)] == [1, 2]
            assert len(store._connections._idle) <= 2
            assert store.append(said("new"))[0].position == 10

    def test_a_server_that_is_not_there_is_named_without_its_password(self) -> None:
        with pytest.raises(NotReachable) as lost:
            PostgresStore("postgresql://desk:secret@/calendar?host=/nowhere")
        assert "postgresql://desk:***@/calendar?host=/nowhere" in str(lost.value)
        assert "secret" not in str(lost.value)

    def test_a_closed_store_says_so(self, address: str) -> None:
        store = PostgresStore(address)
        store.close()
        store.close()
        for use in (store.position, store.verify, lambda: store.append(said()), lambda: list(store.read())):
            with pytest.raises(ValueError, match="closed"):
                use()


SPOILS = {
    "ALTER TABLE names DISABLE TRIGGER names_are_not_changed": "trigger names_are_not_changed on names",
    "DROP TRIGGER the_head_stays ON head": "trigger the_head_stays on head",
    "CREATE FUNCTION more() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';"
    "CREATE TRIGGER more BEFORE INSERT ON records FOR EACH ROW EXECUTE FUNCTION more()": "trigger more on records",
    "CREATE RULE more AS ON INSERT TO names DO INSTEAD NOTHING": "rule more on names",
    "CREATE POLICY more ON records USING (position < 3)": "policy more on records",
    "ALTER TABLE records FORCE ROW LEVEL SECURITY": "row security that is forced on records",
    "CREATE UNIQUE INDEX more ON records (recorded_micros, position)": "index more on records",
    "ALTER TABLE records DROP CONSTRAINT records_by_id": "index records_by_id on records",
    "ALTER TABLE head ADD COLUMN more text DEFAULT 'x'": "table head",
    "ALTER TABLE records ALTER COLUMN data SET DEFAULT 'x'": "table records",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'": "refuse_change",
}
"""What somebody does to the tables, and what is named then."""
UNLOCKED = "ALTER TABLE records DISABLE TRIGGER ALL"


def found(address: str) -> int:
    """Verify a log, and give the position that was found to be wrong."""
    with PostgresStore(address) as store, pytest.raises(LogTampered) as wrong:
        store.verify()
    return wrong.value.position


def changed(value: object, instead: object) -> object:
    """Give a value that differs a little, or that is there where there was none."""
    match value:
        case int():
            return value + 100
        case bytes():
            return bytes([value[0] ^ 4]) + value[1:]
        case str():
            return chr(ord(value[0]) ^ 4) + value[1:]
        case _:
            return instead


class TestTampering:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE records SET audience = 1",
            "DELETE FROM records",
            "TRUNCATE records",
            "DELETE FROM head",
            "UPDATE names SET name = 'x'",
            "TRUNCATE tree",
            "TRUNCATE head",
        ],
    )
    def test_updates_and_deletes_are_refused(self, filled: str, administrator: Administrator, statement: str) -> None:
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            administrator.does(filled, statement)
        with PostgresStore(filled) as store:
            assert store.verify().position == 9

    @pytest.mark.parametrize("column", [*Stored._fields, "leaf"])
    def test_a_change_in_any_column_is_found_and_the_record_named(
        self, filled: str, administrator: Administrator, column: str
    ) -> None:
        query = f"SELECT {column} FROM {schema_of(filled)}.records WHERE position = 5"  # noqa: S608 - one of our columns
        with psycopg.connect(administrator.server) as connection:
            ((value,),) = connection.execute(query)
        statement = f"UPDATE records SET {column} = %(value)s WHERE position = 5"  # noqa: S608 - one of our columns
        administrator.does(filled, UNLOCKED, statement, value=changed(value, "y" if column == "causation_id" else 1))
        assert found(filled) == 5

    @pytest.mark.parametrize("position", [1, 5, 9])
    def test_a_removed_record_is_found_and_named(
        self, filled: str, administrator: Administrator, position: int
    ) -> None:
        administrator.does(filled, UNLOCKED, "DELETE FROM records WHERE position = %(position)s", position=position)
        assert found(filled) == position

    def test_what_could_spoil_the_next_record_is_named(self, filled: str, administrator: Administrator) -> None:
        with PostgresStore(filled) as store, psycopg.connect(administrator.server) as connection:
            for statements, named in SPOILS.items():
                connection.execute(f"SET search_path = {schema_of(filled)}; {statements}")
                with pytest.raises(LogDamaged, match=named):
                    see_that_it_is_sound(connection, store.address)
                connection.rollback()
            administrator.does(filled, *SPOILS)
            with pytest.raises(LogDamaged, match="it was added or changed"):
                store.verify()

    def test_an_index_that_only_helps_and_what_roles_need_are_no_fault(
        self, filled: str, administrator: Administrator
    ) -> None:
        make_roles(filled, ["public"])
        administrator.does(filled, "CREATE INDEX more ON records (recorded_micros)", "ANALYZE")
        with PostgresStore(filled) as store:
            assert store.verify().position == 9

    def test_two_records_that_changed_places_are_found(self, filled: str, administrator: Administrator) -> None:
        administrator.does(
            filled,
            UNLOCKED,
            "UPDATE records SET position = 0 WHERE position = 4",
            "UPDATE records SET position = 4 WHERE position = 6",
            "UPDATE records SET position = 6 WHERE position = 0",
        )
        assert found(filled) == 4

    def test_a_record_put_at_the_end_is_found_though_its_digest_is_right(
        self, filled: str, administrator: Administrator
    ) -> None:
        with PostgresStore(filled) as store:
            *_, last = map(Stored._make, store._rows("TRUE", ()))
        forged = last._replace(position=10, id=b"z", stream="diplocal.report-attached", version=1)
        administrator.does(
            filled,
            "INSERT INTO records SELECT 10, %(leaf)s, recorded_micros, 'z', type, 1, type, type_version, audience,"
            " NULL, correlation_id, NULL, NULL, NULL, data FROM records WHERE position = 9",
            leaf=leaf_of(forged),
        )
        assert found(filled) == 10


class TestSchemas:
    def test_what_was_appended_is_there_when_the_log_is_opened_again(self, filled: str) -> None:
        with PostgresStore(filled) as store:
            first, records, kept = store.log_id, list(store.read()), store.verify()
        with PostgresStore(filled, log_id="another") as store:
            assert (store.log_id, list(store.read()), store.verify()) == (first, records, kept)

    def test_a_log_from_a_later_version_is_refused(self, filled: str, administrator: Administrator) -> None:
        administrator.does(filled, "UPDATE head SET schema_version = 3")
        with pytest.raises(NewerSchema, match="upgrade diplocal") as newer:
            PostgresStore(filled)
        assert (newer.value.found, newer.value.known) == (3, 2)

    @pytest.mark.parametrize("table", ["records", "head"])
    def test_another_programs_tables_are_refused_and_not_touched(
        self, address: str, administrator: Administrator, table: str
    ) -> None:
        administrator.does(address, f"CREATE SCHEMA {schema_of(address)}", f"CREATE TABLE {table} (beer text)")
        with pytest.raises(NotALog, match="another program's tables"):
            PostgresStore(address)
        administrator.does(address, f"DROP TABLE {table}")
        with PostgresStore(address) as store:
            assert store.position() == 0

    def test_a_log_that_may_only_be_read_is_read_and_not_written(self, filled: str) -> None:
        with PostgresStore(f"{filled}&options=-c%20default_transaction_read_only%3Don") as store:
            assert store.verify().position == 9
            with pytest.raises(NotWritable, match="read-only"):
                store.append(said("new"))

    def test_who_may_only_select_reads_all_and_writes_nothing(self, filled: str, administrator: Administrator) -> None:
        schema = schema_of(filled)
        administrator.does(
            filled,
            f"CREATE ROLE reader_of_{schema} LOGIN",
            f"GRANT USAGE ON SCHEMA {schema} TO reader_of_{schema}",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader_of_{schema}",
        )
        with PostgresStore(filled.replace("//postgres:", f"//reader_of_{schema}:")) as store:
            assert store.verify().position == len(list(store.read())) == 9
            with pytest.raises(NotWritable, match="permission denied"):
                store.append(said("new"))

    def test_who_may_insert_but_not_change_appends(self, filled: str, administrator: Administrator) -> None:
        schema = schema_of(filled)
        administrator.does(
            filled,
            f"CREATE ROLE writer_of_{schema} LOGIN",
            f"GRANT USAGE ON SCHEMA {schema} TO writer_of_{schema}",
            f"GRANT SELECT, INSERT ON records, names, tree TO writer_of_{schema}",
            f"GRANT SELECT, UPDATE ON head TO writer_of_{schema}",
        )
        with PostgresStore(filled.replace("//postgres:", f"//writer_of_{schema}:")) as store:
            assert store.append(said("new"))[0].position == 10

    def test_a_database_in_another_encoding_is_refused(self, administrator: Administrator) -> None:
        with psycopg.connect(administrator.server, autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS western")
            connection.execute("CREATE DATABASE western ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
        with pytest.raises(NotALog, match="LATIN1"):
            PostgresStore(administrator.server.replace("/postgres?", "/western?"))


class TestAddresses:
    def test_both_schemes_open_the_log_on_the_server(self, filled: str) -> None:
        for address in (filled, filled.replace("postgresql://", "postgres://")):
            with open_store(address) as store:
                assert isinstance(store, PostgresStore)
                assert store.position() == 9

    @pytest.mark.parametrize(
        ("query", "left"),
        [
            ("?password=p+w%2B&schema=asia&application_name=a+b", "?password=p+w%2B&application_name=a+b"),
            ("?sch%65ma=%61sia&options=-c%20search_path%3Dx", "?options=-c%20search_path%3Dx"),
            ("?schema=asia", ""),
        ],
    )
    def test_all_of_an_address_but_the_schema_is_libpqs(self, query: str, left: str) -> None:
        address = PostgresAddress.parse(f"postgresql://desk@db.example/calendar{query}")
        assert (address.schema, address.conninfo) == ("asia", f"postgresql://desk@db.example/calendar{left}")

    @pytest.mark.parametrize(
        "schema",
        [
            *("", "Asia", "a-b", "a;drop", "1a", "a" * 64, "%C3%A4", "%C4%8D" * 32),
            *("pg_catalog", "pg_toast", "pg_mine", "information_schema"),
            *("log_keys", "log_for", "log_diary_833692bd6ea1", "asia&schema=europe"),
        ],
    )
    def test_a_schema_is_a_plain_name_that_nothing_else_has(self, postgres_server: str, schema: str) -> None:
        with pytest.raises(InvalidValue, match="schema"):
            open_store(f"{postgres_server}&schema={schema}")

    @pytest.mark.parametrize(
        "address",
        [
            "postgresql://desk:sec%ret@db.example/calendar",
            "postgresql://desk:sec/ret@db.example/calendar",
            "postgresql://desk:secret@db.example/calendar?nonsense=1",
            "postgresql://desk@db.example/calendar?password=secret&nonsense=1",
            "postgresql://desk:sec?ret@db.example/calendar",
            "mysql://desk:secret@db.example/calendar",
            "postgresql:desk:secret@db.example/calendar",
            "POSTGRES:/desk:secret@db.example/calendar",
            " sqlite:desk:secret@db.example",
            "memory:desk:secret@",
        ],
    )
    def test_an_address_that_is_no_use_is_said_without_its_password(self, address: str) -> None:
        with pytest.raises((InvalidValue, UnknownStore, NotReachable)) as refused:
            open_store(address)
        chain: BaseException | None = refused.value
        while chain is not None:
            assert "ret" not in str(chain).replace("secret", "ret").replace("interpreted", "")
            chain = None if chain.__suppress_context__ else chain.__context__

    def test_the_library_does_without_psycopg_and_says_what_is_missing_when_it_is_wanted(self) -> None:
        code = (
            "import sys; sys.modules['psycopg'] = None\n"
            "import diplocal\n"
            "with diplocal.open('memory:') as store: print(store.position())\n"
            "try: diplocal.open('postgresql://db.example/calendar')\n"
            "except diplocal.DiplocalError as missing: print(missing)\n"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout == (
            '0\na log on a PostgreSQL server needs the extra postgres: pip install "diplocal[postgres]"\n'
        )


class TestFormat1:
    @pytest.fixture
    def earlier(self, address: str, administrator: Administrator) -> str:
        """The golden log of format 1, on a server."""
        format_1.lay(administrator.server, schema_of(address))
        return address

    def test_a_log_of_format_1_is_migrated_and_says_the_same_as_a_file(self, earlier: str, tmp_path: Path) -> None:
        with SQLiteStore.existing(shutil.copy(format_1.GOLDEN, tmp_path)) as file:
            records, verified = list(file.read()), file.verify()
        for _ in range(2):
            with PostgresStore.existing(earlier) as store:
                assert list(store.read()) == records
                assert (store.verify(), store.log_id) == (verified, file.log_id)
        with PostgresStore(earlier) as store:
            assert store.append(said("late"))[0].position == store.verify().position == 10

    def test_one_that_was_tampered_with_stays_as_it_is(self, earlier: str, administrator: Administrator) -> None:
        administrator.does(earlier, UNLOCKED, "UPDATE records SET stream = 'x' WHERE position = 3")
        with pytest.raises(LogTampered, match="position 3"):
            PostgresStore(earlier)
        administrator.does(earlier, "SELECT digest FROM records")
