"""What holds of a diary in a database besides: whose it is, who may read it, and that it can be thrown away."""

from collections.abc import Callable, Iterator

import psycopg
import pytest

from diplocal.dates import When
from diplocal.diary import Diary, DiaryInMemory
from diplocal.diary.place import InMemory, forget
from diplocal.diary.postgres_place import InSchema, schema_of
from diplocal.errors import DiaryNotKept
from diplocal.events import VisitAnnounced
from diplocal.parties import State
from diplocal.projections import ContactFrequency
from diplocal.projections.filters import Filter
from diplocal.records import Envelope
from diplocal.store.postgres import PostgresStore
from diplocal.store.postgres_address import PostgresAddress
from diplocal.store.postgres_audience import CHANNEL

PLACED = "_place"


@pytest.fixture(autouse=True)
def _events_of_ours_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests register classes in this process, and what knows others has a diary of its own."""
    monkeypatch.setattr("diplocal.diary.place.vocabulary", lambda: "")


def visit(slug: str) -> VisitAnnounced:
    return VisitAnnounced(engagement=slug, visitors=(State("CN"),), host=State("RU"), when=When("2023-10-17"))


@pytest.fixture
def address(new_address: Callable[[], str]) -> str:
    return new_address()


@pytest.fixture
def store(address: str) -> Iterator[PostgresStore]:
    with PostgresStore(address) as store:
        store.append(visit("a"), visit("b"))
        yield store


@pytest.fixture
def administrator(postgres_server: str, store: PostgresStore) -> Iterator[psycopg.Connection]:  # noqa: ARG001
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        yield connection


def kept_in(address: str, audience: str = "public") -> str:
    return schema_of(PostgresAddress.parse(address).schema, audience, "", CHANNEL)


@pytest.fixture
def reader(address: str, administrator: psycopg.Connection) -> Iterator[str]:
    """The address for a role that may read the log, and what the public's diary has."""
    log, role = PostgresAddress.parse(address).schema, f"reader_of_{PostgresAddress.parse(address).schema}"
    administrator.execute(f"CREATE ROLE {role} LOGIN")
    with PostgresStore(address) as store, Diary(store) as diary:
        diary.answer(ContactFrequency())
    for schema in (log, kept_in(address)):
        administrator.execute(f"GRANT USAGE ON SCHEMA {schema} TO {role}")
        administrator.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}")
    yield address.replace("postgres:@", f"{role}:@")
    administrator.execute(f"DROP OWNED BY {role}")
    administrator.execute(f"DROP ROLE {role}")


def rows_in(administrator: psycopg.Connection, schema: str) -> set[str]:
    return {slug for (slug,) in administrator.execute(f"SELECT slug FROM {schema}.engagements")}  # noqa: S608 - our own name


def test_each_audience_has_a_schema_of_its_own(
    store: PostgresStore, address: str, administrator: psycopg.Connection
) -> None:
    store.append(Envelope(visit("hidden"), audience="internal"))
    with Diary(store) as public, Diary(store, audience="internal") as internal:
        assert public.slugs() == ["a", "b"]
        assert internal.slugs() == ["a", "b", "hidden"]
    assert rows_in(administrator, kept_in(address)) == {"a", "b"}
    assert rows_in(administrator, kept_in(address, "internal")) == {"a", "b", "hidden"}


def test_schemas_of_logs_whose_names_are_long_are_told_apart() -> None:
    long = "z" * 60
    names = {schema_of(f"{long}{end}", audience, "", CHANNEL) for end in "ab" for audience in ("public", "internal")}
    assert len(names) == 4
    assert all(len(name) <= 63 for name in names)


def test_a_role_that_may_only_read_reads_what_is_up_to_date_and_else_answers_from_memory(
    store: PostgresStore, reader: str
) -> None:
    with PostgresStore(reader) as theirs, Diary(theirs) as diary:
        assert diary.slugs() == ["a", "b"]
        assert isinstance(getattr(diary, PLACED), InSchema)
        store.append(visit("c"))
        assert diary.slugs() == ["a", "b", "c"]
        assert isinstance(getattr(diary, PLACED), InMemory)


def test_a_role_that_may_read_the_log_alone_answers_from_memory(reader: str) -> None:
    with PostgresStore(reader) as theirs, Diary(theirs, audience="internal") as diary:
        assert diary.slugs() == ["a", "b"]
        assert isinstance(getattr(diary, PLACED), InMemory)


def test_a_session_that_may_not_write_as_on_a_replica_answers_from_memory(store: PostgresStore, address: str) -> None:
    assert store.position() == 2
    replica = f"{address}&options=-c%20default_transaction_read_only%3Don"
    with PostgresStore(replica) as theirs, Diary(theirs) as diary:
        assert diary.slugs() == ["a", "b"]
        assert diary.answer(ContactFrequency()) is not None
        assert isinstance(getattr(diary, PLACED), InMemory)


def test_it_is_made_anew_when_it_was_thrown_away(
    store: PostgresStore, address: str, administrator: psycopg.Connection
) -> None:
    with Diary(store) as diary:
        for _ in range(2):
            assert diary.slugs() == ["a", "b"]
            administrator.execute(f"DROP SCHEMA {kept_in(address)} CASCADE")
        assert diary.slugs() == ["a", "b"]
    assert rows_in(administrator, kept_in(address)) == {"a", "b"}


def test_one_of_another_version_is_made_anew_in_its_place(
    store: PostgresStore, address: str, administrator: psycopg.Connection
) -> None:
    schema = kept_in(address)
    administrator.execute(f"CREATE SCHEMA {schema}")
    administrator.execute(f"COMMENT ON SCHEMA {schema} IS 'A diary of diplocal, layout 1'")
    administrator.execute(f"CREATE TABLE {schema}.engagements (slug text)")
    with Diary(store) as diary:
        assert diary.slugs() == ["a", "b"]
    assert rows_in(administrator, schema) == {"a", "b"}


def test_what_is_somebody_elses_is_left_alone(
    store: PostgresStore, address: str, administrator: psycopg.Connection
) -> None:
    schema = kept_in(address)
    administrator.execute(f"CREATE SCHEMA {schema}")
    administrator.execute(f"CREATE TABLE {schema}.engagements AS SELECT 'theirs' AS slug")
    with Diary(store) as diary:
        with pytest.warns(DiaryInMemory, match=f"{schema}: a schema that is no diary is in its place"):
            assert diary.slugs() == ["a", "b"]
        with pytest.raises(DiaryNotKept):
            diary.rebuild()
    assert rows_in(administrator, schema) == {"theirs"}


@pytest.mark.parametrize(
    "harm",
    [
        "DROP TABLE {}.checkpoint CASCADE",
        "DROP TABLE {}.words",
        "ALTER TABLE {}.engagements DROP COLUMN data",
        "ALTER TABLE {}.sums DROP COLUMN stretch CASCADE",
        "ALTER TABLE {}.people ALTER COLUMN engagement TYPE text",
    ],
)
def test_tables_that_somebody_changed_are_made_anew(
    store: PostgresStore, address: str, administrator: psycopg.Connection, harm: str
) -> None:
    schema = kept_in(address)

    def ask(diary: Diary) -> object:
        return (
            diary.select(Filter.of(person="Wang Yi")),
            diary.select(Filter.of(words="visit")),
            diary.answer(ContactFrequency()),
        )

    with Diary(store) as diary:
        diary.slugs()
        administrator.execute(harm.format(schema))
        store.append(visit("c"))
        expected = ask(Diary(store, place=InMemory()))
        assert ask(diary) == expected
    assert rows_in(administrator, schema) == {"a", "b", "c"}
    administrator.execute(harm.format(schema))
    with Diary(store) as diary:
        diary.rebuild()
        assert ask(diary) == expected
        assert isinstance(getattr(diary, PLACED), InSchema)


def test_a_diary_that_finds_no_room_is_in_memory_and_says_so(
    store: PostgresStore, address: str, administrator: psycopg.Connection
) -> None:
    schema = kept_in(address)
    with Diary(store) as diary:
        diary.slugs()
        administrator.execute(
            f"CREATE FUNCTION {schema}.full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE disk_full USING MESSAGE = 'no room'; END $$"
        )
        administrator.execute(
            f"CREATE TRIGGER refuses BEFORE INSERT ON {schema}.checkpoint FOR EACH ROW EXECUTE FUNCTION {schema}.full()"
        )
        store.append(visit("c"))
        with pytest.warns(DiaryInMemory, match=f"{schema}: no room"):
            assert diary.slugs() == ["a", "b", "c"]
        assert diary.slugs() == ["a", "b", "c"]
    with Diary(store, audience="internal") as diary:
        diary.slugs()
    assert not forget(store)
    assert not administrator.execute("SELECT FROM pg_namespace WHERE nspname = %s", [schema]).fetchall()
