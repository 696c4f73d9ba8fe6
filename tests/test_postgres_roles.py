"""Roles for a log on a server: each can do what it is for, and what an audience may not see its role cannot select."""

import threading
from collections.abc import Callable
from typing import Any

import pendulum
import psycopg
import pytest
from typer.testing import CliRunner

from diplocal.cli.program import app
from diplocal.cloudevents import export
from diplocal.dates import When
from diplocal.diary import Diary
from diplocal.errors import InvalidValue, NotReadable, NotWritable
from diplocal.events import Cancelled, Event, ReportAttached, VisitAnnounced
from diplocal.parties import State
from diplocal.records import Envelope, Origin
from diplocal.store import MemoryStore, postgres
from diplocal.store.postgres import PostgresStore
from diplocal.store.postgres_insert import MANY
from diplocal.store.postgres_roles import make_roles
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


@pytest.mark.parametrize("audience", ["public", "internal"])
def test_a_role_of_an_audience_gets_the_same_answers_and_can_select_nothing_else(log: str, audience: str) -> None:
    whole = [export_of(log, one) for one in ("public", audience)]
    role = make_roles(log, [audience])[-1]
    again = make_roles(log, [audience])  # it may be run again
    assert role in again
    with PostgresStore(become(log, make_roles(log, [audience])[0])) as writer:
        writer.append(Envelope(ReportAttached(engagement="hush", note="later"), audience="restricted"))
    reader = become(log, role)
    assert [export_of(reader, one) for one in ("public", audience)] == whole
    seen = {"visit"} if audience == "public" else {"visit", "secret"}
    with psycopg.connect(reader.rpartition("&schema=")[0]) as connection:
        connection.execute(f"SET search_path = {schema_of(log)}")
        names = {name for (name,) in connection.execute("SELECT name FROM names")}
        data = b"".join(data for (data,) in connection.execute("SELECT data FROM records"))
        assert {"visit", "secret", "hush", "mole"} & names == seen | ({"mole"} if "secret" in seen else set())
        assert b"Cancelled" not in data
        assert (b"FR" in data) == ("secret" in seen)
        query = "SELECT count(*) FROM pg_namespace WHERE obj_description(oid, 'pg_namespace') LIKE '%internal%'"
        assert connection.execute(query).fetchone() == (0,)


def test_a_role_of_an_audience_is_refused_what_it_cannot_answer(log: str) -> None:
    """It sees a part: that is no damage, and not what another audience would get."""
    *_, public, internal = make_roles(log, ["public", "internal"])
    with PostgresStore(become(log, public)) as store:
        for ask in (store.verify, lambda: store.entry(1), lambda: list(store.read(audience="internal"))):
            with pytest.raises(NotReadable, match="this role sees"):
                ask()
    with PostgresStore(become(log, internal)) as store:
        assert len(list(store.read(audience="internal"))) == store.count(audience="internal") == 3
        with pytest.raises(NotReadable, match="restricted"):
            store.count(audience="restricted")


def export_of(address: str, audience: str) -> Any:
    """Return what is to be had for an audience, with a diary that was there before more came."""
    with PostgresStore(address) as store, Diary(store, audience=audience) as diary:
        return b"\n".join(export(store, audience)), store.count(audience=audience), rows(diary.find()), diary.changes(0)


def test_a_diary_of_a_role_of_an_audience_follows_past_what_is_hidden(log: str) -> None:
    reader = become(log, make_roles(log, ["public"])[-1])
    with PostgresStore(reader) as store, Diary(store) as diary, PostgresStore(log) as desk:
        assert [one.slug for one in diary.find()] == ["visit"]
        desk.append(Envelope(Cancelled(engagement="secret"), audience="internal"))
        desk.append(Cancelled(engagement="visit"))
        assert [one.status.value for one in diary.find()] == ["cancelled"]


def test_init_db_makes_a_log_and_names_its_roles(new_address: Callable[[], str]) -> None:
    log = new_address()
    done = CliRunner().invoke(app, ["init-db", log, "--audience", "public"])
    assert done.exit_code == 0, done.output
    schema = schema_of(log)
    assert done.stdout.split() == [f"{schema}_writer", f"{schema}_reader", f"{schema}_for_public"]
    with PostgresStore.existing(log) as store:
        assert store.position() == 0


def test_what_is_no_audience_or_makes_too_long_a_name_is_refused(log: str) -> None:
    for audience in ("No Such", "a" * 60):
        with pytest.raises(InvalidValue):
            make_roles(log, [audience])


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
        monkeypatch.setattr(postgres, "_TELL", "SELECT %s, %s")
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
