"""Roles for a log on a server: each can do what it is for, and who reads for an audience has a log with that alone."""

import os
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pendulum
import psycopg
import pytest
from typer.testing import CliRunner

from diplocal.calendars import Feed
from diplocal.cli.program import app
from diplocal.dates import When
from diplocal.diary import Diary
from diplocal.errors import InvalidValue, NotALog, NotReadable, NotWritable
from diplocal.events import Cancelled, Event, ReportAttached, VisitAnnounced
from diplocal.parties import State
from diplocal.records import Envelope, Origin, Record
from diplocal.store import MemoryStore, SQLiteStore, postgres
from diplocal.store.postgres import PostgresStore
from diplocal.store.postgres_insert import MANY
from diplocal.store.postgres_roles import make_roles
from diplocal.syncing import Taken, sync
from diplocal.tabular import rows
from diplocal.testing.history import LOG_ID

NOON = pendulum.datetime(2023, 9, 18, 12)
VISIT = VisitAnnounced(engagement="visit", visitors=(State("CN"),), host=State("RU"), when=When("2023-10"))
SECRET = VisitAnnounced(engagement="secret", visitors=(State("FR"),), host=State("DE"), when=When("2023-11"))
EVENTS = (
    Envelope(SECRET, audience="internal", recorded_by="mole"),
    Envelope(VISIT),
    Envelope(Cancelled(engagement="visit"), audience="restricted"),
    Envelope(ReportAttached(engagement="visit", note="seen")),
)


def schema_of(address: str) -> str:
    return address.rpartition("schema=")[2]


@pytest.fixture
def log(new_address: Callable[[], str]) -> str:
    address = new_address()
    with PostgresStore(address) as store:
        store.append(*EVENTS)
    return address


def become(log: str, role: str) -> str:
    """Let somebody log in who may do what a role may, and return their address."""
    person = f"one_of_{role}"
    with psycopg.connect(log.rpartition("&schema=")[0], autocommit=True) as administrator:
        administrator.execute(f'CREATE ROLE "{person}" LOGIN IN ROLE "{role}"')
    return log.replace("//postgres:", f"//{person}:")


def refused(address: str, statement: str) -> str:
    place, _, schema = address.rpartition("&schema=")
    with psycopg.connect(place) as connection:
        connection.execute(f"SET search_path = {schema}")
        with pytest.raises(psycopg.Error) as error:
            connection.execute(statement)
    return str(error.value)


def test_a_writer_appends_and_can_neither_change_nor_remove(log: str) -> None:
    writer = become(log, make_roles(log)[0])
    with PostgresStore(writer) as store:
        assert store.append(ReportAttached(engagement="visit", note="more"))[0].position == 5
        assert store.verify().position == 5
    for statement in (
        "UPDATE records SET version = 9",
        "DELETE FROM records",
        "TRUNCATE records",
        "DELETE FROM head",
        "UPDATE head SET log_id = ''",
        "UPDATE names SET name = ''",
        "DROP TABLE records",
        "ALTER TABLE records DISABLE TRIGGER ALL",
    ):
        assert "permission denied" in refused(writer, statement) or "must be owner" in refused(writer, statement)


def test_a_reader_reads_all_and_appends_nothing(log: str) -> None:
    reader = become(log, make_roles(log)[1])
    with PostgresStore(reader) as store:
        assert len(list(store.read())) == store.verify().position == 4
        with pytest.raises(NotWritable, match="permission denied"):
            store.append(ReportAttached(engagement="visit", note="more"))


def its_log(log: str, audience: str) -> str:
    """Return the address of an audience's log, for somebody who may read nothing else."""
    return f"{become(log, f'{schema_of(log)}_for_{audience}')}_for_{audience.replace('-', '_')}"


@pytest.mark.parametrize("audience", ["public", "internal", "asia-desk"])
def test_a_role_of_an_audience_has_a_log_with_what_that_may_see(log: str, audience: str) -> None:
    before = answers_of(log, audience)
    make_roles(log, [audience])
    make_roles(log)  # it may be run again
    with PostgresStore(become(log, f"{schema_of(log)}_writer")) as writer:
        writer.append(Envelope(ReportAttached(engagement="hush", note="later"), audience="restricted"))
    reader = its_log(log, audience)
    assert answers_of(reader, audience) == before
    with PostgresStore(reader) as store, PostgresStore(log) as desk:
        assert list(map(said, store.read())) == list(map(said, desk.read(audience=audience)))
        assert store.verify().position == store.position() == desk.count(audience=audience)


def said(record: Record) -> tuple[object, ...]:
    """Return what a record says, but for its place, which is another one in another log."""
    beside = record.audience, record.causation_id, record.correlation_id, record.recorded_by
    return record.id, record.event, *beside, record.recorded_micros, record.first_log, record.first_recorded_micros


def answers_of(address: str, audience: str) -> Any:
    """Return what is to be had for an audience."""
    with PostgresStore(address) as store, Diary(store, audience=audience) as diary:
        feed = diary.answer(Feed()).to_ical()
        return store.count(audience=audience), rows(diary.find()), feed


def test_a_role_of_an_audience_is_refused_the_whole_log_and_told_where_its_own_is(log: str) -> None:
    *_, public, internal = make_roles(log, ["public", "internal"])
    with pytest.raises(NotReadable, match=f"ask for .schema={public}$"):
        PostgresStore(become(log, public))
    with PostgresStore(become(log, internal) + "_for_internal") as store:
        assert len(list(store.read(audience="internal"))) == store.count(audience="internal") == 3
        with pytest.raises(NotReadable, match="'restricted' may see more"):
            store.count(audience="restricted")
        with pytest.raises(NotWritable, match="kept with the whole log"):
            store.append(VISIT)


def test_a_log_that_cannot_be_written_is_only_read_when_logs_are_brought_together(log: str, tmp_path: Path) -> None:
    """The log of an audience, by its role and by the owner, and the whole log by who may only read it."""
    make_roles(log, ["internal"])
    copy, own = str(tmp_path / "copy.db"), ReportAttached(engagement="visit", note="of the copy alone")

    def synced(first: str, second: str) -> str:
        done = CliRunner().invoke(app, ["sync", first, second])
        assert (done.exit_code, done.stderr, "only read" in done.stdout) == (0, "", True), done.output
        return "\n".join(line for line in done.stdout.splitlines() if line.startswith(copy))

    theirs, reader = its_log(log, "internal"), become(log, f"{schema_of(log)}_reader")
    for number, source in enumerate((theirs, f"{log}_for_internal", reader)):
        assert f": {(3, 0, 1)[number]} taken" in synced(source, copy)
        assert ": 0 taken" in synced(copy, source)
        with PostgresStore(log) as desk, SQLiteStore(copy) as taken, PostgresStore(source) as read:
            (end,) = desk.append(ReportAttached(engagement="visit", note=f"later {number}"))
            taken.append(own)
            assert [one.taken for one in sync(read, taken)] == [0, 1]
            assert sync(taken, read)[0] == Taken()
            assert desk.position() == end.position
            assert own in [one.event for one in taken.read()]
    with PostgresStore(theirs) as one, PostgresStore(reader) as other, pytest.raises(InvalidValue, match="none can"):
        sync(one, other)


def test_a_diary_of_an_audience_follows_past_what_is_hidden(log: str) -> None:
    make_roles(log, ["public"])
    with PostgresStore(its_log(log, "public")) as store, Diary(store) as diary, PostgresStore(log) as desk:
        assert [one.slug for one in diary.find()] == ["visit"]
        desk.append(Envelope(Cancelled(engagement="secret"), audience="internal"))
        assert store.wait(2, 0.05) == 2
        desk.append(Cancelled(engagement="visit"))
        assert store.wait(2, 20) == 3
        assert [one.status.value for one in diary.find()] == ["cancelled"]


def test_a_log_of_an_audience_begins_anew_with_the_log_that_it_is_of(log: str) -> None:
    make_roles(log, ["public"])
    with psycopg.connect(log.rpartition("&schema=")[0]) as connection:
        connection.execute(f"DROP SCHEMA {schema_of(log)} CASCADE")
    with PostgresStore(log) as store:
        store.append(VISIT)
        make_roles(log, ["public"])
        with PostgresStore(its_log(log, "public")) as reader:
            assert reader.verify().position == 1
        assert store.verify().position == 1


def test_what_row_level_security_kept_apart_before_gets_logs_of_its_own(log: str) -> None:
    """Roles were made so before: they saw rows of the whole log, by policies."""
    role = f"{schema_of(log)}_for_internal"
    with psycopg.connect(log.rpartition("&schema=")[0]) as connection:
        connection.execute(f"""
            SET search_path = {schema_of(log)};
            CREATE ROLE {role};
            CREATE TABLE names_seen (number bigint, audience text);
            CREATE FUNCTION note_names() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
            CREATE TRIGGER names_are_noted AFTER INSERT ON records FOR EACH STATEMENT EXECUTE FUNCTION note_names();
            GRANT USAGE ON SCHEMA {schema_of(log)} TO {role};
            GRANT SELECT ON records, names, names_seen TO {role};
            ALTER TABLE records ENABLE ROW LEVEL SECURITY;
            CREATE POLICY {role} ON records FOR SELECT TO {role} USING (audience = 1)
        """)
    become(log, role)
    reader = log.replace("//postgres:", f"//one_of_{role}:")
    for address, command in ((log, "verify"), (reader, "list"), (reader, "verify")):
        refusal = str(CliRunner().invoke(app, [command, "--log", address]).exception)
        assert refusal.endswith("them logs of their own: diplocal init-db ADDRESS --audience internal")
    make_roles(log)
    with PostgresStore(log) as store:
        assert store.verify().position == 4
    with PostgresStore(f"{reader}_for_internal") as store:
        assert store.verify().position == 3
    assert "permission denied" in refused(reader, f"SELECT FROM {schema_of(log)}.records")


SIZES = (1, 31, 32, 255, 256, 65_535, 65_536)
"""Octets around which MessagePack writes another length."""
INSTANTS = (-2_147_483_649, -32_769, -129, -33, -1, 0, 127, 128, 255, 256, 65_535, 65_536, 4_294_967_295, 4_294_967_296)
"""Microseconds around which MessagePack writes another number."""


def test_the_server_makes_the_tree_of_an_audience_as_the_library_makes_any(log: str) -> None:
    """Octet by octet, with each form that a field can have; the tree has several full subtrees."""
    make_roles(log, ["public", "internal"])
    origin = "00000000-0000-8000-8000-000000000001"
    with PostgresStore(log) as store:
        store.append(*(
            Envelope(
                ReportAttached(engagement=f"e-{size % 3}", note="ж" + "a" * size),
                id=f"i{size}" if size > 99 else None,
                recorded_by="b" * min(size, 300),
                audience="public" if size % 2 else "internal",
            )
            for size in SIZES
        ))  # fmt: skip
        store.append(*(
            Envelope(ReportAttached(engagement="e", note=f"at {one}"), causation_id="c", correlation_id="d",
                     origin=Origin(origin, one))
            for one in INSTANTS
        ))  # fmt: skip
        store.append(*(ReportAttached(engagement=f"e-{number % 7}", note=f"n{number}") for number in range(MANY)))
        store.append(*(ReportAttached(engagement=f"f-{number}", note="n") for number in range(100)))
        for audience in ("public", "internal"):
            with PostgresStore(its_log(log, audience)) as reader:
                seen = list(store.read(audience=audience))
                assert reader.verify().position == len(seen)
                assert list(map(said, reader.read())) == list(map(said, seen))


def test_init_db_makes_a_log_and_names_its_roles(new_address: Callable[[], str]) -> None:
    log = new_address()
    done = CliRunner().invoke(app, ["init-db", log, "--audience", "public"])
    assert done.exit_code == 0, done.output
    schema = schema_of(log)
    assert done.stdout.split() == [f"{schema}_writer", f"{schema}_reader", f"{schema}_for_public"]
    with PostgresStore.existing(log) as store:
        assert store.position() == 0


def test_who_may_not_keep_sizes_secret_is_told_so(postgres_server: str) -> None:
    """Who owns the log and may make roles is no administrator."""
    owner = f"owner_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with psycopg.connect(postgres_server, autocommit=True) as administrator:
        administrator.execute(f"CREATE ROLE {owner} LOGIN CREATEROLE")
        administrator.execute(f"CREATE DATABASE {owner} OWNER {owner} STRATEGY FILE_COPY")
    log = postgres_server.replace("/postgres?", f"/{owner}?").replace("//postgres:", f"//{owner}:")
    init = ["init-db", f"{log}&schema={owner}", "--audience", "public"]
    done = CliRunner().invoke(app, init)
    assert done.exit_code == 0, done.output
    assert "have an administrator of the server run the same" in done.stderr
    done = CliRunner().invoke(app, [one.replace(f"//{owner}:", "//postgres:") for one in init])
    assert (done.exit_code, done.stderr) == (0, "")
    with PostgresStore(f"{log}&schema={owner}") as store:
        store.append(VISIT)
    with PostgresStore(f"{log}&schema={owner}_for_public") as store:
        assert store.verify().position == 1
    with psycopg.connect(postgres_server.replace("/postgres?", f"/{owner}?")) as administrator:
        administrator.execute(f"CREATE ROLE {owner}_server LOGIN IN ROLE {owner}_reader")
        administrator.execute(f"GRANT CREATE ON DATABASE {owner} TO {owner}_server")
    with (
        PostgresStore(f"{log.replace(f'//{owner}:', f'//{owner}_server:')}&schema={owner}") as store,
        Diary(store) as diary,
        warnings.catch_warnings(action="error"),  # as of a diary that is in memory
    ):
        assert diary.slugs() == ["visit"]
        done = CliRunner().invoke(app, [*init, "--audience", "internal"])
        assert (done.exit_code, done.stderr) == (0, ""), "the diary is another's"
        assert diary.slugs() == ["visit"]


def test_what_is_no_audience_or_too_long_or_another_name_is_refused_before_anything_is_made(
    new_address: Callable[[], str],
) -> None:
    """Names may be of 63 octets with all that is put behind them, and PostgreSQL cuts off the rest."""
    log = new_address()
    long = f"{log}{'y' * (56 - len(schema_of(log)))}"
    for address, audience, said in (
        (log, "No Such", "No Such"),
        (log, "Ж", "audience"),
        (log, "a" * 60, "at most 53 characters"),
        (log, "a" * (54 - len(schema_of(log))), "characters"),
        (log, "x-keys", "'_keys'"),
        (f"{long}y", "public", "at most 56 characters"),
        (long, "public", "at most 53 characters"),
    ):
        done = CliRunner().invoke(app, ["init-db", address, "--audience", "internal", "--audience", audience])
        assert (done.exit_code, said in str(done.exception)) == (1, True), done.exception
        with pytest.raises(NotALog):
            PostgresStore.existing(address)
    make_roles(log, ["a" * (53 - len(schema_of(log)))])
    with PostgresStore(f"{log}_for_{'a' * (53 - len(schema_of(log)))}") as store:
        assert store.position() == 0
    with PostgresStore(log) as store:
        store.seal_names()
    make_roles(long)


def test_what_init_db_prints_can_be_pasted_into_sql(log: str) -> None:
    init = ["init-db", log, "--audience", "asia-desk", "--audience", "internal"]
    printed = CliRunner().invoke(app, init).stdout.split()
    assert [one.strip('"').removeprefix(schema_of(log)) for one in printed] == [
        "_writer", "_reader", "_for_asia-desk", "_for_internal"
    ]  # fmt: skip
    with psycopg.connect(log.rpartition("&schema=")[0]) as administrator:
        administrator.execute(f'CREATE ROLE "{schema_of(log)} ""de la Ruë""" LOGIN')
        for role in printed:
            administrator.execute(f'GRANT {role} TO "{schema_of(log)} ""de la Ruë"""')
    someone = log.replace("//postgres:", f"//{schema_of(log)}%20%22de%20la%20Ru%C3%AB%22:")
    with PostgresStore(f"{someone}_for_asia_desk") as store:
        assert store.position() == 2
    refusal = CliRunner().invoke(app, ["init-db", f"{log}_for_asia_desk"]).exception
    assert "that of the audience 'asia-desk'" in str(refusal)


class TestWaiting:
    def test_who_waits_is_told_at_once(self, log: str) -> None:
        with PostgresStore(log) as store, PostgresStore(log) as desk:
            append = lambda: desk.append(ReportAttached(engagement="visit", note="new"))  # noqa: E731
            timer = threading.Timer(0.2, append)
            timer.start()
            assert store.wait(4, 20) == 5
            timer.join()

    def test_what_was_there_before_or_does_not_come_is_not_waited_for(self, log: str) -> None:
        with PostgresStore(log) as store:
            assert store.wait(0, 20) == 4
            assert store.wait(4, 0.05) == 4

    def test_a_lost_notification_costs_a_delay_and_no_event(self, log: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(postgres, "_TELL", "SELECT %s")
        monkeypatch.setattr(postgres, "POLL", 0.2)
        with PostgresStore(log) as store, PostgresStore(log) as desk:
            timer = threading.Timer(0.1, lambda: desk.append(ReportAttached(engagement="visit", note="new")))
            timer.start()
            assert store.wait(4, 20) == 5
            timer.join()


def test_a_batch_that_is_copied_is_what_single_appends_make(new_address: Callable[[], str]) -> None:
    """Every column is set in one of two records."""
    origin = Origin("00000000-0000-8000-8000-000000000001", 1_700_000_000_000_000)
    whole = Envelope(
        VISIT, audience="internal", causation_id="a", correlation_id="b", recorded_by="c", origin=origin, id="ü"
    )
    events: list[Event | Envelope] = [
        whole,
        *(ReportAttached(engagement=f"e-{n % 7}", note=f"a\t{n}\\N") for n in range(MANY)),
    ]
    clock = lambda: NOON  # noqa: E731
    with (
        PostgresStore(new_address(), log_id=LOG_ID, clock=clock) as copied,
        MemoryStore(log_id=LOG_ID, clock=clock) as one,
    ):
        copied.append(*events)
        for event in events:
            one.append(event)
        assert copied.verify() == one.verify()
        assert list(copied.read()) == list(one.read())
