"""The tables of a diary: engagements as understood, what finds them, and how far it came, under one checkpoint.

Everything here is made from the log and can be thrown away. The SQL is SQLite's, and few words of it are another
database's otherwise.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import count, islice
from typing import Any, NamedTuple, TypeVar

import msgspec

from diplocal.briefly import in_a_line
from diplocal.diary.columns import COLUMNS, OF_ALIASES, SOONEST, demanded, facts_of, marks
from diplocal.diary.database import Broken, Database
from diplocal.diary.index import codes_of, people_of
from diplocal.diary.states import OF_VIEWS, States
from diplocal.diary.words import BLOCK, NUMBERS_IN_JSON, Words
from diplocal.engagements import Engagement
from diplocal.events.layout import shape_of
from diplocal.projections.filters import Filter
from diplocal.projections.soonest import soonest

T = TypeVar("T")

LAYOUT = 16
"""Raised when rows are laid out otherwise, or reports are understood otherwise: then a diary is made anew."""
AT_ONCE = 500
"""Values in one statement."""

SCHEMA = (
    """CREATE TABLE IF NOT EXISTS checkpoint (
        only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
        layout INTEGER NOT NULL,
        log_id TEXT NOT NULL,
        audience TEXT NOT NULL,
        position INTEGER NOT NULL,
        digest BLOB NOT NULL,
        recorded_micros INTEGER NOT NULL)""",
    f"""CREATE TABLE IF NOT EXISTS engagements (
        id INTEGER PRIMARY KEY,
        slug TEXT NOT NULL UNIQUE,{COLUMNS}
        first_position INTEGER NOT NULL,
        last_position INTEGER NOT NULL,
        first_known INTEGER NOT NULL,
        last_known INTEGER NOT NULL,
        data BLOB)""",
    """CREATE TABLE IF NOT EXISTS parties (
        code TEXT NOT NULL, engagement INTEGER NOT NULL, PRIMARY KEY (code, engagement)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS people (
        person TEXT NOT NULL, engagement INTEGER NOT NULL, PRIMARY KEY (person, engagement)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS words (
        word TEXT NOT NULL, block INTEGER NOT NULL, engagements TEXT NOT NULL,
        PRIMARY KEY (word, block)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS pointers (
        slug TEXT NOT NULL, target TEXT NOT NULL, PRIMARY KEY (slug, target)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS set_aside (
        position INTEGER PRIMARY KEY, stream TEXT NOT NULL, reason TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS views (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL, version INTEGER NOT NULL, parameters TEXT NOT NULL,
        position INTEGER NOT NULL, state BLOB, UNIQUE (name, version, parameters))""",
    """CREATE TABLE IF NOT EXISTS sums (
        view INTEGER NOT NULL, stretch INTEGER NOT NULL, part INTEGER NOT NULL, amounts TEXT NOT NULL,
        PRIMARY KEY (view, stretch, part))""",
    """CREATE TABLE IF NOT EXISTS contributions (
        view INTEGER NOT NULL, engagement INTEGER NOT NULL, keys TEXT NOT NULL,
        PRIMARY KEY (view, engagement)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS items (
        view INTEGER NOT NULL, slug TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (view, slug)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS members (
        view INTEGER NOT NULL, key INTEGER NOT NULL, sameness TEXT NOT NULL, slug TEXT NOT NULL,
        awaits INTEGER NOT NULL, PRIMARY KEY (view, key, sameness, slug)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS found (
        view INTEGER NOT NULL, key TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (view, key)) WITHOUT ROWID""",
)
INDEXES = (
    "CREATE INDEX IF NOT EXISTS engagements_by_last_day ON engagements (last_day)",
    "CREATE INDEX IF NOT EXISTS engagements_by_last_position ON engagements (last_position, last_known)",
    "CREATE INDEX IF NOT EXISTS engagements_by_last_known ON engagements (last_known)",
    "CREATE INDEX IF NOT EXISTS engagements_by_visit ON engagements (during) WHERE during IS NOT NULL",
    f"CREATE INDEX IF NOT EXISTS engagements_that_are_aliases ON engagements (kind) WHERE {OF_ALIASES}",
    "CREATE INDEX IF NOT EXISTS pointers_by_target ON pointers (target)",
)
TABLES = (
    *("checkpoint", "engagements", "parties", "people", "words", "pointers", "set_aside"),
    *("views", *OF_VIEWS),
)


class Checkpoint(NamedTuple):
    """How far a diary has come, in which log, and for whom."""

    log_id: str
    audience: str
    position: int = 0
    digest: bytes = b""
    """Digest of the log's record at the position: another log, or the same one rewritten, has another."""
    recorded_micros: int = 0
    """When the last record that the audience may see was recorded, in microseconds since 1970-01-01 UTC."""

    def __repr__(self) -> str:
        return in_a_line(self)


class Understood(NamedTuple):
    """What is understood of one engagement, and which records that rests on."""

    slug: str
    engagement: Engagement | None
    """None when it has no reports any more but those of a duplicate that was taken back."""
    first_position: int
    last_position: int
    """The last record about it, or about whatever it was ever merged with."""
    first_known: int
    last_known: int
    """When the public could know the last of them, in microseconds since 1970-01-01 UTC."""


_shape: Any = shape_of(Engagement)


def encode(engagement: Engagement) -> bytes:
    """Lay an engagement out as a row keeps it."""
    data: bytes = _shape.encode(engagement)
    return data


def decode(data: bytes) -> Engagement:
    """Read what ``encode`` laid out. Raises Broken for what it never did: a disk may give other octets than it took."""
    try:
        engagement: Engagement = _shape.decode(data)
    except msgspec.DecodeError as error:
        raise Broken("its tables", str(error)) from error
    return engagement


class Tables:
    """The tables of one diary, as one transaction sees them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._run = database.execute
        self._stream = database.stream
        self._run_many = database.executemany
        self.words = Words(database)
        self.states = States(database)

    # --- the whole -------------------------------------------------------------------------------------------------

    def create(self) -> None:
        """Make the tables that are missing."""
        for statement in (*SCHEMA, *INDEXES):
            self._run(statement)

    def clear(self) -> None:
        """Throw everything away."""
        for table in TABLES:
            self._run(f"DELETE FROM {table}")  # noqa: S608 - our own names

    def checkpoint(self) -> Checkpoint | None:
        """Return how far the diary has come; None when it was never made, or by another version of this program."""
        found = self._one("SELECT layout, log_id, audience, position, digest, recorded_micros FROM checkpoint")
        if not found or found[0] != LAYOUT:
            return None
        _, log_id, audience, position, digest, recorded = found
        return Checkpoint(log_id, audience, position, bytes(digest), recorded)

    def save_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Say how far the diary has come. Call it last: what a reader sees is what the checkpoint covers."""
        self._run("DELETE FROM checkpoint")
        self._run("INSERT INTO checkpoint VALUES (1, ?, ?, ?, ?, ?, ?)", (LAYOUT, *checkpoint))

    # --- engagements -----------------------------------------------------------------------------------------------

    def get(self, slug: str) -> Engagement | None:
        """Return one engagement, None when no report names it."""
        found = self._one("SELECT data FROM engagements WHERE slug = ?", slug)
        return decode(found[0]) if found and found[0] is not None else None

    def some(self, slugs: Iterable[str]) -> Iterator[tuple[str, Engagement]]:
        """Iterate those that there are of some engagements, with their names."""
        for several in _batches(slugs):
            query = f"SELECT slug, data FROM engagements WHERE data IS NOT NULL AND slug IN ({marks(several)})"  # noqa: S608
            yield from ((slug, decode(data)) for slug, data in self._run(query, several))

    def __len__(self) -> int:
        return int(self._number("SELECT count(*) FROM engagements WHERE data IS NOT NULL"))

    def slugs(self) -> list[str]:
        """List the names of all engagements."""
        return [slug for (slug,) in self._run("SELECT slug FROM engagements WHERE data IS NOT NULL ORDER BY slug")]

    def every(self) -> Iterator[Engagement]:
        """Iterate all engagements."""
        for (data,) in self._stream("SELECT data FROM engagements WHERE data IS NOT NULL"):
            yield decode(data)

    def by_last_position(self) -> Iterator[tuple[int, Engagement]]:
        """Iterate engagements with the position of the last record about each, in that order."""
        query = "SELECT last_position, data FROM engagements WHERE data IS NOT NULL ORDER BY last_position"
        for position, data in self._stream(query):
            yield position, decode(data)

    def unchanged_by_stretch(self, length: int, position: int, known_by: int) -> list[tuple[int, int, int]]:
        """Count, for each stretch of the log, the engagements last spoken of there, and those as they were then."""
        query = (
            "SELECT last_position / ?, count(*), count(CASE WHEN last_position <= ? AND last_known <= ? THEN 1 END)"
            " FROM engagements GROUP BY 1"
        )
        return list(self._run(query, (length, position, known_by)))

    def unlike_most(
        self, length: int, unchanged: Collection[int], position: int, known_by: int
    ) -> Iterator[tuple[bool, Engagement]]:
        """Iterate the engagements that are as they were then, where most changed since, and the other way round."""
        query = (
            "SELECT last_position <= ? AND last_known <= ?, data FROM engagements"  # noqa: S608 - our own parts
            " WHERE data IS NOT NULL AND id IN ("
            "SELECT id FROM engagements WHERE (last_position <= ? AND last_known <= ?)"
            f" <> (last_position / ? IN {NUMBERS_IN_JSON}))"
        )
        then = (position, known_by)
        values = (*then, *then, length, msgspec.json.encode(unchanged).decode())
        for is_unchanged, data in self._stream(query, values):
            yield bool(is_unchanged), decode(data)

    def find(self, chosen: Filter, *, upto: int | None = None, known_by: int | None = None) -> Iterator[Engagement]:
        """Iterate the engagements that a filter takes.

        With ``upto`` and ``known_by`` only those about which nothing came later: they are now as they were then.
        """
        return self._taken(chosen, *self._wanted(chosen, upto, known_by))

    def latest(self, chosen: Filter) -> Iterator[Engagement]:
        """Iterate the engagements that a filter takes, the one about which something was known last first."""
        return self._taken(chosen, *self._wanted(chosen), " ORDER BY last_known DESC, last_position DESC, slug")

    def first(
        self, chosen: Filter, count: int, *, last_first: bool, upto: int | None = None, known_by: int | None = None
    ) -> tuple[list[Engagement], int]:
        """Return so many engagements that a filter takes, soonest or latest first, and how many there are; see find."""
        condition, values = self._wanted(chosen, upto, known_by)
        if chosen.who.person is not None:  # the index finds more
            found = sorted(self._taken(chosen, condition, values), key=soonest, reverse=last_first)
            return found[:count], len(found)
        order = ", ".join(f"{column} DESC" if last_first else column for column in SOONEST)
        found = list(self._taken(chosen, condition, [*values, count], f" ORDER BY {order} LIMIT ?"))
        if len(found) < count:
            return found, len(found)
        total = self._number(f"SELECT count(*) FROM engagements WHERE {condition}", *values)  # noqa: S608 - our own parts
        return found, int(total)

    def _wanted(self, chosen: Filter, upto: int | None = None, known_by: int | None = None) -> tuple[str, list[Any]]:
        condition, values = demanded(chosen, self.words)
        for column, limit in (("last_position", upto), ("last_known", known_by)):
            if limit is not None:
                condition, values = f"{condition} AND +{column} <= ?", [*values, limit]  # most are: no index helps
        return f"data IS NOT NULL{condition}", values

    def _taken(self, chosen: Filter, condition: str, values: Sequence[Any], order: str = "") -> Iterator[Engagement]:
        query = f"SELECT data FROM engagements WHERE {condition}{order}"  # noqa: S608 - our own parts
        is_exact = chosen.who.person is None
        for (data,) in self._stream(query, values):
            engagement = decode(data)
            if is_exact or chosen.who.takes(engagement.parties, engagement.people):
                yield engagement

    def contributions(self, number: int, chosen: Filter) -> Iterator[str]:
        """Iterate what each engagement that a filter without a person takes contributes to a tally."""
        condition, values = self._wanted(chosen)
        joined = "contributions JOIN engagements ON contributions.engagement = engagements.id"
        query = f"SELECT keys FROM {joined} WHERE view = ? AND {condition}"  # noqa: S608 - our own parts
        return (keys for (keys,) in self._run(query, (number, *values)))

    def parts_of(self, visit: str) -> list[Engagement]:
        """List the engagements that are said to be part of a visit."""
        query = "SELECT data FROM engagements WHERE during = ? AND data IS NOT NULL ORDER BY slug"
        return [decode(data) for (data,) in self._run(query, (visit,))]

    def changed_after(self, position: int, known_by: int) -> list[tuple[str, bytes | None, int]]:
        """List slug, row and last position of the engagements about which something came later."""
        query = (  # the order by slug would else lead through all of them
            "SELECT slug, data, last_position FROM engagements WHERE id IN (SELECT id FROM engagements"
            " WHERE last_position > ? UNION SELECT id FROM engagements WHERE last_known > ?) ORDER BY slug"
        )
        return list(self._run(query, (position, known_by)))

    def changed_between(self, start: int, end: int) -> list[str]:
        """Name the engagements that may have changed between two positions: some records came later than the first."""
        query = "SELECT slug FROM engagements WHERE last_position > ? AND first_position <= ? ORDER BY slug"
        return [slug for (slug,) in self._run(query, (start, end))]

    def find_one(self, slug: str, upto: int, known_by: int) -> Engagement | None:
        """Return one engagement if nothing came later about it."""
        query = "SELECT data FROM engagements WHERE slug = ? AND last_position <= ? AND last_known <= ?"
        found = self._one(query, slug, upto, known_by)
        return decode(found[0]) if found and found[0] is not None else None

    def later_than(self, position: int, known_by: int) -> dict[str, int]:
        """Find those engagements, there at that time, about which something came later: they were different then.

        To each its first position belongs, 0 where it has no report of its own.
        """
        query = (
            "SELECT slug, first_position FROM engagements WHERE first_position <= ? AND first_known <= ?"
            " AND (last_position > ? OR last_known > ?)"
        )
        return dict(self._run(query, (position, known_by, position, known_by)))

    def put(self, understood: Iterable[Understood]) -> None:
        """Replace what is kept of engagements, and what finds them."""
        for several in _batches(understood):
            query = f"SELECT slug, id, data FROM engagements WHERE slug IN ({marks(several)})"  # noqa: S608 - marks
            known = {slug: (number, data) for slug, number, data in self._run(query, [one.slug for one in several])}
            free = count(self._next_id())
            before = {number: decode(data) for number, data in known.values() if data is not None}
            for number, engagement in before.items():
                self._unindex(number, engagement)
            self._run_many("DELETE FROM engagements WHERE id = ?", [(number,) for number, _ in known.values()])
            kept = [one for one in several if one.slug in known or one.last_position]
            numbered = [(known[one.slug][0] if one.slug in known else next(free), one) for one in kept]
            self._insert(numbered)
            self.words.move(before, _there(numbered))

    def fill(self, understood: Iterable[Understood]) -> None:
        """Put engagements into a diary that has none of them: so many at a time that a row of words is written once."""
        for several in _batches(enumerate(understood, self._next_id()), BLOCK):
            self._insert(several)
            self.words.move({}, _there(several))

    def _next_id(self) -> int:
        return int(self._number("SELECT coalesce(max(id), 0) + 1 FROM engagements"))

    def _insert(self, batch: Sequence[tuple[int, Understood]]) -> None:
        self._run_many(
            f"INSERT INTO engagements VALUES ({marks(range(19))})",  # noqa: S608 - marks
            [(number, one.slug, *facts_of(one.engagement), *one[2:], _data(one.engagement)) for number, one in batch],
        )
        there = _there(batch).items()
        self._run_many("INSERT INTO parties VALUES (?, ?)", [(key, n) for n, one in there for key in codes_of(one)])
        self._run_many("INSERT INTO people VALUES (?, ?)", [(key, n) for n, one in there for key in people_of(one)])

    def _unindex(self, number: int, engagement: Engagement) -> None:
        self._run_many(
            "DELETE FROM parties WHERE code = ? AND engagement = ?", [(key, number) for key in codes_of(engagement)]
        )
        self._run_many(
            "DELETE FROM people WHERE person = ? AND engagement = ?", [(key, number) for key in people_of(engagement)]
        )

    # --- counts of who and what there is ---------------------------------------------------------------------------

    def index(self) -> Iterator[tuple[str, str, str]]:
        """Yield what finds which engagement: the index, the key, and the name of the engagement."""
        for table, key in (("parties", "code"), ("people", "person")):
            query = f"SELECT {key}, slug FROM {table} JOIN engagements ON id = engagement"  # noqa: S608 - our own names
            yield from ((table, found, slug) for found, slug in self._run(query))
        slugs = dict(self._run("SELECT id, slug FROM engagements"))
        yield from (("words", word, slugs[number]) for word, number in self.words.every())

    def people_counts(self) -> dict[str, int]:
        """Count engagements by person."""
        return dict(self._run("SELECT person, count(*) FROM people GROUP BY person"))

    # --- what was merged with what ---------------------------------------------------------------------------------

    def add_pointers(self, pointers: Iterable[tuple[str, str]]) -> None:
        """Remember which engagements were ever said to be duplicates of which."""
        self._run_many("INSERT INTO pointers VALUES (?, ?) ON CONFLICT DO NOTHING", pointers)

    def around(self, slugs: Iterable[str]) -> set[str]:
        """Name these engagements and all that were ever merged with them, however far."""
        found = set(slugs)
        if not self._one("SELECT 1 FROM pointers LIMIT 1"):
            return found
        ahead = found
        while ahead:
            near = set[str]()
            for several in _batches(ahead):
                among = marks(several)
                query = (
                    f"SELECT target FROM pointers WHERE slug IN ({among})"  # noqa: S608 - marks
                    f" UNION SELECT slug FROM pointers WHERE target IN ({among})"
                )
                near.update(other for (other,) in self._run(query, [*several, *several]))
            ahead = near - found
            found |= near
        return found

    # --- records that could not be taken ---------------------------------------------------------------------------

    def set_aside(self) -> list[tuple[int, str]]:
        """List position and reason of each record that could not be taken."""
        return list(self._run("SELECT position, reason FROM set_aside ORDER BY position"))

    def put_aside(self, streams: Collection[str], aside: Iterable[tuple[int, str, str]]) -> None:
        """Replace the records of some streams that could not be taken: position, stream and reason of each."""
        if self._one("SELECT 1 FROM set_aside LIMIT 1"):
            self._run_many("DELETE FROM set_aside WHERE stream = ?", [(stream,) for stream in streams])
        self._run_many("INSERT INTO set_aside VALUES (?, ?, ?)", aside)

    def _one(self, query: str, *values: Any) -> Any:
        return next(iter(self._run(query, values)), None)

    def _number(self, query: str, *values: Any) -> Any:
        return self._one(query, *values)[0]


def _batches(things: Iterable[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    ahead = iter(things)
    while several := list(islice(ahead, size)):
        yield several


def _there(numbered: Iterable[tuple[int, Understood]]) -> dict[int, Engagement]:
    return {number: one.engagement for number, one in numbered if one.engagement is not None}


def _data(engagement: Engagement | None) -> bytes | None:
    return None if engagement is None else encode(engagement)
