"""Who may write any SQL as the role of an audience learns the same, whatever is hidden from that audience.

Databases that differ in nothing else are asked the same, by a role that may read the log of the public.
"""

import os
import re
from collections.abc import Iterator
from contextlib import closing

import pendulum
import psycopg
import pytest

from diplocal.diary import Diary
from diplocal.diary.place import vocabulary
from diplocal.diary.postgres_place import schema_of
from diplocal.events import ReportAttached, VisitAnnounced
from diplocal.parties import Person, State
from diplocal.records import Envelope
from diplocal.store.postgres import PostgresStore
from diplocal.store.postgres_audience import CHANNEL
from diplocal.store.postgres_roles import make_roles, tells_sizes
from diplocal.testing.history import LOG_ID

WHOLE = f"log_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
ROLE = f"{WHOLE}_for_public"
READER = f"{WHOLE}_spy"
SECRET = "secret-talks"  # noqa: S105 - the name of an engagement

HIDDEN = {
    "nothing": [],
    "a report": [("restricted", SECRET, "x")],
    "many": [(("internal", "restricted")[n % 2], f"{SECRET}-{n // 3}", "y" * (n * 9 + 1)) for n in range(700)],
}

PLANS = "EXPLAIN (ANALYZE, VERBOSE, BUFFERS, TIMING OFF, SUMMARY OFF)"
COSTS = "EXPLAIN (VERBOSE, SETTINGS)"
OWN = f"""
    SELECT * FROM {ROLE}.names
    SELECT * FROM {ROLE}.records
    SELECT * FROM {ROLE}.tree
    SELECT * FROM {ROLE}.head
    SELECT count(*), max(position), max(version), max(recorded_micros) FROM {ROLE}.records
    SELECT name FROM {ROLE}.names WHERE name = '{SECRET}'
    SELECT name::integer FROM {ROLE}.names WHERE name LIKE 'secret%'
    SELECT name::integer FROM {ROLE}.names ORDER BY number
    SELECT 1 / (CASE WHEN name = '{SECRET}' THEN 0 ELSE 1 END) FROM {ROLE}.names
    SELECT 1 FROM {ROLE}.records WHERE 1 / (position - 3) > 0
    {PLANS} SELECT * FROM {ROLE}.names WHERE name = '{SECRET}'
    {PLANS} SELECT * FROM {ROLE}.names WHERE starts_with(name, 'secret')
    {PLANS} SELECT * FROM {ROLE}.names WHERE name ~ '^s' OR name::text >= 's'
    {PLANS} SELECT * FROM {ROLE}.records JOIN {ROLE}.names ON stream = number WHERE data::text LIKE '%x%'
    {COSTS} SELECT * FROM {ROLE}.records WHERE stream = 5 AND version > 1
    {COSTS} SELECT * FROM {ROLE}.names, {ROLE}.records
    SELECT * FROM pg_indexes WHERE schemaname ~ '^log_'
    SELECT relname, relkind, relhasindex FROM pg_class WHERE relnamespace::regnamespace::text ~ '^log_'
    SELECT schemaname, sequencename, last_value FROM pg_sequences
    SELECT * FROM pg_policies
    SELECT nspname, obj_description(oid, 'pg_namespace') FROM pg_namespace
    SELECT proname, prosrc FROM pg_proc WHERE pronamespace::regnamespace::text ~ '^log_'
"""  # noqa: S608 - our own names
"""Answered: what it is not to tell is not there."""
OTHERS = f"""
    SELECT * FROM {WHOLE}.records
    SELECT * FROM {WHOLE}.names WHERE name = '{SECRET}'
    SELECT * FROM {WHOLE}.audiences
    SELECT * FROM {WHOLE}_keys.keys
    {PLANS} SELECT * FROM {WHOLE}.names WHERE name = '{SECRET}'
    {COSTS} SELECT * FROM {WHOLE}.names
    TABLE {WHOLE}.head
    SELECT '{WHOLE}.records'::regclass
    SELECT query_to_xml('SELECT * FROM {WHOLE}.records', true, true, '')
    SELECT {WHOLE}.packed(1)
    SELECT relname, reltuples, relpages FROM pg_class WHERE relname = 'records'
    SELECT c FROM pg_class AS c WHERE relname = 'records'
    SELECT relfilenode, relfrozenxid FROM pg_class WHERE relname = 'records'
    SELECT pg_relation_size(oid) FROM pg_class WHERE relname = 'records'
    SELECT pg_total_relation_size(oid) FROM pg_class WHERE relname = 'records'
    SELECT pg_indexes_size(oid) FROM pg_class WHERE relname = 'records'
    SELECT pg_relation_filenode(oid) FROM pg_class WHERE relname = 'records'
    SELECT pg_database_size(current_database())
    SELECT relname, n_live_tup, n_tup_ins FROM pg_stat_user_tables
    SELECT relname, idx_tup_fetch FROM pg_stat_xact_user_tables
    SELECT relname, heap_blks_read FROM pg_statio_user_tables
    SELECT indexrelname, idx_scan FROM pg_stat_user_indexes
    SELECT tup_inserted, xact_commit FROM pg_stat_database
    SELECT pg_stat_get_live_tuples(oid) FROM pg_class WHERE relname = 'records'
    SELECT * FROM pg_stat_io
    SELECT * FROM pg_stat_wal
    SELECT * FROM pg_stat_activity
    SELECT * FROM pg_locks
    SELECT * FROM pg_statistic
    SELECT * FROM pg_stats
    SELECT * FROM pg_stats_ext
    {PLANS} SELECT FROM pg_stats
    {COSTS} SELECT FROM pg_stats
    SELECT pg_try_advisory_lock(1684105586, 1)
    SELECT pg_advisory_xact_lock(1)
    SELECT pg_cancel_backend(1)
    SELECT pg_isolation_test_session_is_blocked(1, ARRAY[2])
    SELECT pg_current_wal_lsn()
    SELECT pg_current_xact_id()
    SELECT txid_current()
    SELECT age('3'::xid)
    SELECT * FROM pg_control_checkpoint()
    SELECT lo_create(0)
    SELECT pg_logical_emit_message(false, '', '')
    SELECT pg_available_wal_summaries()
    SELECT * FROM pg_get_wal_summarizer_state()
    SELECT pg_column_toast_chunk_id(data) FROM {ROLE}.records
    ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC
    GRANT EXECUTE ON FUNCTION lower(text) TO {READER}
    GRANT USAGE ON TYPE int4 TO PUBLIC
    DROP OWNED BY {READER}
    CREATE TEMP TABLE mine (x integer)
    SELECT xmin FROM {ROLE}.records
    SELECT ctid FROM {ROLE}.records
    SELECT xmin FROM {ROLE}.head
    INSERT INTO {ROLE}.names VALUES (9, '{SECRET}')
    DELETE FROM {ROLE}.records
    SELECT * FROM {ROLE}.head FOR UPDATE
    SET ROLE {WHOLE}_reader
"""  # noqa: S608 - our own names
"""Refused, all of them."""


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


def visible() -> Iterator[tuple[Envelope, list[Envelope]]]:
    """Yield what the public may see: a visit, and reports. Others may be appended between and with them."""
    for number in range(20):
        person = Person(f"Person {number % 5}", State("EE"))
        visit = VisitAnnounced(engagement=f"visit-{number}", visitors=(person,), host=State("FR"))
        notes = (ReportAttached(engagement=f"visit-{more % 3}", note=f"{number}: {more}") for more in range(16))
        yield Envelope(visit), list(map(Envelope, notes))


def fill(address: str, hidden: list[tuple[str, str, str]]) -> None:
    """Make a log of what the public may see, among what it may not; half of it is there before the public has a log."""
    now = pendulum.datetime(2023, 9, 18)
    secrets = [Envelope(ReportAttached(engagement=slug, note=note), audience=to) for to, slug, note in hidden]
    with PostgresStore(address, log_id=LOG_ID, clock=lambda: now) as store:
        store.append(*secrets[:1])
        for number, (visit, notes) in enumerate(visible()):
            if number == 10:
                make_roles(address, ["public"])
            now = now.add(seconds=1)
            store.append(visit, *secrets[2 * number : 2 * number + 2], *notes)
            store.append(*secrets[number + 300 : number + 301])
        store.append(*secrets)


class Databases:
    """Databases of logs that differ in what is hidden, each with a role that may read the log of the public."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._connections: dict[tuple[str, str], psycopg.Connection] = {}

    def address(self, what: str, user: str = "postgres") -> str:
        place = self._server.replace("/postgres?", f"/{WHOLE}_{what.replace(' ', '_')}?")
        return place.replace("//postgres:", f"//{user}:")

    def connection(self, what: str, user: str = READER) -> psycopg.Connection:
        if (what, user) not in self._connections:
            self._connections[what, user] = psycopg.connect(self.address(what, user), autocommit=True)
        return self._connections[what, user]

    def answer(self, what: str, statement: str, user: str = READER, *, times: int = 2) -> list[str]:
        """Return what is to be had by a statement, the second time: by then its tables are in the server's memory."""
        return [self._answer(what, statement, user) for _ in range(times)][-1]

    def _answer(self, what: str, statement: str, user: str) -> list[str]:
        try:
            cursor = self.connection(what, user).execute(statement)
            return list(map(str, cursor.fetchall() if cursor.description else ()))
        except psycopg.Error as error:
            return [f"refused: {error.diag.message_primary}"]

    def make(self) -> None:
        with psycopg.connect(self._server, autocommit=True) as administrator:
            for what in HIDDEN:
                administrator.execute(f"CREATE DATABASE {WHOLE}_{what.replace(' ', '_')} STRATEGY FILE_COPY")
        for what, hidden in HIDDEN.items():
            fill(f"{self.address(what)}&schema={WHOLE}", hidden)
            self.connection(what, "postgres").execute("VACUUM ANALYZE")
        self.connection("many", "postgres").execute(f"CREATE ROLE {READER} LOGIN IN ROLE {ROLE}")

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()


@pytest.fixture(scope="module")
def databases(postgres_server: str) -> Iterator[Databases]:
    with closing(Databases(postgres_server)) as made:
        made.make()
        yield made


def test_no_statement_tells_two_logs_apart_that_differ_in_what_is_hidden(databases: Databases) -> None:
    for statement in lines(OWN):
        nothing, *others = (databases.answer(what, statement) for what in HIDDEN)
        for other in others:
            assert other == nothing, statement


def test_what_would_tell_them_apart_is_refused(databases: Databases) -> None:
    for statement in lines(OTHERS):
        for what in HIDDEN:
            (answer,) = databases.answer(what, statement)
            assert re.match("refused: (permission denied|cannot|must be|relation .* does not exist)", answer), statement


def test_no_function_tells_how_much_is_written(databases: Databases) -> None:
    """None that anybody may call returns a place in the write-ahead log or a transaction, but from what it is given."""
    found = databases.answer("many", """
        SELECT oid::regprocedure FROM pg_proc
        WHERE (prorettype::regtype::text ~ '^(pg_lsn|xid8?|pg_snapshot)$'
                OR proallargtypes::regtype[]::text ~ 'pg_lsn|xid')
            AND provolatile <> 'i' AND prokind = 'f' AND has_function_privilege(oid, 'EXECUTE')
            AND oid::regprocedure::text !~ '^(pg_lsn|xid8?)(recv|_recv|in)'
    """)  # fmt: skip
    assert found == []


def test_these_statements_tell_them_apart_where_nobody_refuses(databases: Databases) -> None:
    """They are attacks: who may read all sees by most of them how much there is."""
    asked = [one.replace(ROLE, WHOLE) for one in lines(OWN)] + [one for one in lines(OTHERS) if "'records'" in one]
    telling = [one for one in asked if len({str(databases.answer(what, one, "postgres")) for what in HIDDEN}) > 1]
    assert len(telling) > len(asked) / 2
    assert all(tells_sizes(databases.address(what)) is False for what in HIDDEN)


def test_no_catalogue_changes_when_something_hidden_is_appended_and_understood(databases: Databases) -> None:
    """All that a role may read of what the server knows about the database. A diary of what is hidden was there."""
    found = databases.connection("nothing").execute("""
        SELECT oid::regclass::text FROM pg_class
        WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind IN ('r', 'v')
            AND NOT relisshared AND relname !~ '^pg_(roles|user|group|shadow|auth|stats)'
    """)
    names = [name for (name,) in found]
    assert len(names) > 100

    def catalogues() -> list[list[str]]:
        return [databases.answer("nothing", f"TABLE {name}", times=1) for name in names]

    hidden = (ReportAttached(engagement=f"hush-{n}", note="z" * 9_000) for n in range(9))
    with (
        PostgresStore(f"{databases.address('nothing')}&schema={WHOLE}") as store,
        Diary(store, audience="restricted") as diary,
    ):
        assert len(diary.slugs()) == 20
        before = catalogues()
        store.append(*(Envelope(one, audience="restricted") for one in hidden))
        assert len(diary.slugs()) == 29
        for name, was, now in zip(names, before, catalogues(), strict=True):
            assert now == was, name


def test_nobody_else_can_tell_for_whom_a_diary_is(databases: Databases) -> None:
    """Its name is made of what only readers of the log know. One from before any audience had a log is gone."""
    address = f"{databases.address('nothing')}&schema={WHOLE}_2"
    with PostgresStore(address) as store, Diary(store, audience="restricted") as diary:
        diary.slugs()
        assert (guessed := schema_of(f"{WHOLE}_2", "restricted", vocabulary(), CHANNEL)) in diaries(databases)
        make_roles(address, ["public"])
        assert guessed not in diaries(databases)
    with PostgresStore(address) as store:
        for audience in ("restricted", "asia-desk"):
            with Diary(store, audience=audience) as diary:
                assert diary.slugs() == []
            assert schema_of(f"{WHOLE}_2", audience, vocabulary(), store.channel) in diaries(databases)
        assert guessed not in diaries(databases)


def diaries(databases: Databases) -> str:
    return str(databases.answer("nothing", "SELECT nspname FROM pg_namespace WHERE nspname ~ '_diary_'"))


def test_nobody_hears_of_what_is_hidden(databases: Databases) -> None:
    """Who may know it is told at once where its own log grew, and nobody else where to listen."""
    log = f"{databases.address('a report')}&schema={WHOLE}"
    make_roles(log, ["internal", "asia-desk"])
    schemas = {
        WHOLE: "postgres",
        ROLE: READER,
        f"{WHOLE}_for_internal": "postgres",
        f"{WHOLE}_for_asia_desk": "postgres",
    }
    channels = {
        schema: re.findall("diplocal_[0-9a-f]{32}", str(databases.answer("a report", f"TABLE {schema}.channel", user)))
        for schema, user in schemas.items()
    }
    assert sorted(map(len, channels.values())) == [1, 1, 1, 1]
    named = {name for (name,) in channels.values()}
    assert len(named) == 4
    seen = str(
        [databases.answer("a report", f"TABLE pg_catalog.{name}") for name in ("pg_proc", "pg_attrdef", "pg_trigger")]
    )
    assert not any(name in seen for name in named)

    listener = databases.connection("a report", "postgres")
    for name in (*named, "diplocal"):
        listener.execute(f"LISTEN {name}")

    def heard(audience: str) -> set[str]:
        with PostgresStore(log) as store:
            store.append(Envelope(ReportAttached(engagement="hush", note=audience), audience=audience))
        told = list(listener.notifies(timeout=0.1))
        assert {one.payload for one in told} == {""}
        return {schema for schema, (name,) in channels.items() for one in told if one.channel == name}

    assert heard("restricted") == {WHOLE}
    assert heard("internal") == {WHOLE, f"{WHOLE}_for_internal"}
    assert heard("asia-desk") == {WHOLE, f"{WHOLE}_for_asia_desk"}
    assert heard("public") == set(schemas)


def test_keys_of_what_is_hidden_are_not_there_and_leave_no_trace(databases: Databases) -> None:
    traces = f"SELECT times, ARRAY(SELECT id FROM {ROLE}_keys.keys) FROM {ROLE}_keys.changes"  # noqa: S608 - our own names

    def report(slug: str, name: str, audience: str) -> Envelope:
        visit = VisitAnnounced(engagement=slug, visitors=(Person(name, State("EE")),), host=State("FR"))
        return Envelope(visit, audience=audience)

    with (
        PostgresStore(f"{databases.address('many')}&schema={WHOLE}") as store,
        PostgresStore(f"{databases.address('many', READER)}&schema={ROLE}") as reader,
    ):
        store.append(report("open-1", "Aino Kask", "public"))
        store.seal_names()
        store.append(report("open-2", "Aino Kask", "public"))
        before = databases.answer("many", traces)
        assert before[0].startswith("(1, ['")
        assert reader.fault_of_keys(each=True) is None
        store.append(report("hush", "Eha Saar", "internal"))
        store.erase("Eha Saar")
        assert databases.answer("many", traces) == before
        assert "Aino Kask" in str([one.event for one in reader.read(streams=["open-2"])])
        store.erase("Aino Kask")
        assert "withheld" in str([one.event for one in reader.read(streams=["open-2"])])
        assert reader.fault_of_keys(each=True) is None
        assert databases.answer("many", traces) != before
