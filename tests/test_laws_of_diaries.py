"""The law of the diary holds, in memory and in a file; and it finds what is planted to break it."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings

from diplocal.diary.database import Database
from diplocal.diary.place import InFile, InMemory
from diplocal.diary.postgres_place import InSchema
from diplocal.diary.states import Member, States
from diplocal.diary.tables import Tables, Understood
from diplocal.engagements import Engagement, Kind
from diplocal.projections import PossibleDuplicates, PossiblyOnePerson
from diplocal.store import MemoryStore, SQLiteStore
from diplocal.store.postgres import PostgresStore
from diplocal.store.postgres_address import PostgresAddress
from diplocal.testing import DiaryBroken, check_diary
from diplocal.testing.diaries import PROMISES, VIEWS, hold_to
from diplocal.web.index import shown
from diplocal.web.summary import FeedSummary


class Misplaced(InMemory):
    """A place with other tables."""

    tables: type[Tables] = Tables

    @contextmanager
    def reading(self) -> Iterator[Tables]:
        with super().reading() as tables:
            yield self.tables(tables.database)

    @contextmanager
    def writing(self) -> Iterator[Tables]:
        with super().writing() as tables:
            yield self.tables(tables.database)


def place_with(planted: type[Tables]) -> Callable[[], Misplaced]:
    return type("Place", (Misplaced,), {"tables": planted})


class IndexRowsLeftBehind(Tables):
    """What found an engagement before still finds it, and what finds it now is not written down."""

    def _unindex(self, number: int, engagement: Engagement) -> None:
        pass

    def _insert(self, batch: Any) -> None:
        for number, one in batch:
            known = list(self._run("SELECT 1 FROM parties WHERE engagement = ?", (number,)))
            if not known:
                super()._insert([(number, one)])
            else:
                self._run_many("DELETE FROM parties WHERE engagement = ?", [(number,)])
                self._run_many("DELETE FROM people WHERE engagement = ?", [(number,)])
                super()._insert([(number, one)])
                self._run_many("DELETE FROM people WHERE engagement = ?", [(number,)])


class WordsLeftBehind(Tables):
    """A word that is not written about an engagement any more still finds it."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.words.remove = list  # type: ignore[assignment,method-assign] # it takes them, and does nothing


class WordsNotAdded(Tables):
    """What is written later about an engagement does not find it."""

    def put(self, understood: Iterable[Understood]) -> None:
        self.words.add = list  # type: ignore[assignment,method-assign] # it takes them, and does nothing
        super().put(understood)


class ForgottenDuplicates(Tables):
    """It does not remember what was merged with what."""

    def add_pointers(self, pointers: Iterable[tuple[str, str]]) -> None:
        list(pointers)


class OneWayDuplicates(Tables):
    """It knows what an engagement was merged into, and not what was merged into it."""

    def around(self, slugs: Iterable[str]) -> set[str]:
        found = set(slugs)
        ahead = list(found)
        while ahead:
            near = {into for (into,) in self._run("SELECT target FROM pointers WHERE slug = ?", (ahead.pop(),))}
            ahead += near - found
            found |= near
        return found


class StaleRows(Tables):
    """A row that is there is not replaced."""

    def put(self, understood: Iterable[Understood]) -> None:
        super().put(one for one in understood if not self.get(one.slug))


class SumsAddedTwice(Tables):
    """What is taken out of a sum is forgotten."""

    class _States(States):
        def add_sums(self, number: int, stretch: int, amounts: str) -> bool:
            grown = [[key, max(amount, 0)] for key, amount in json.loads(amounts)]
            return super().add_sums(number, stretch, json.dumps(grown))

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.states = self._States(database)


class SumsStayWhereTheyWere(Tables):
    """What is said later of an engagement is added where it was last spoken of before."""

    class _States(States):
        def add_sums(self, number: int, stretch: int, amounts: str) -> bool:
            return super().add_sums(number, min(stretch, 1), amounts)

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.states = self._States(database)


class PartsStayBesideTheirSum(Tables):
    """The parts of a sum stay beside the one that they were made to."""

    class _States(States):
        def replace_sums(self, number: int, stretch: int, amounts: str) -> None:
            self.add_sums(number, stretch, amounts)

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.states = self._States(database)


class ContributionsStay(Tables):
    """What an engagement contributed is never replaced."""

    class _States(States):
        def replace_contributions(self, number: int, by_slug: Iterable[tuple[str, str]]) -> None:
            there = {
                slug for (slug,) in self._run("SELECT slug FROM contributions JOIN engagements ON id = engagement")
            }
            super().replace_contributions(number, [one for one in by_slug if one[0] not in there])

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.states = self._States(database)


class LaterOnesJoinNoGroup(Tables):
    """Whoever comes later is in no group with those who were there."""

    class _States(States):
        def add_members(self, number: int, members: Iterable[Member]) -> None:
            if not list(self._run("SELECT 1 FROM members WHERE view = ?", (number,))):
                super().add_members(number, members)

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.states = self._States(database)


class StretchesAreWhole(Tables):
    """As of then, all that was last spoken of in a stretch of the log is as most of it is."""

    def unlike_most(self, *_: Any) -> Any:
        return iter(())


class ViewsAreNeverMoved(Tables):
    """The state of a view is moved, and its position is not."""

    class _States(States):
        def move(self, number: int, position: int, state: bytes | None = None) -> None:
            found = self._first("SELECT position FROM views WHERE id = ?", number)
            super().move(number, found or position, state)

        def kept(self, view: Any) -> tuple[int, int] | None:
            kept = super().kept(view)
            (end,) = next(iter(self._run("SELECT max(position) FROM checkpoint")))
            return (kept[0], end) if kept and kept[1] and end is not None else kept

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.states = self._States(database)


class AnyLogIsThisOne(Tables):
    """It does not look whose records it was made of."""

    def clear(self) -> None:
        pass


class VagueDatesAreOver(Tables):
    """What may still come is not found ahead of a day, when it may be over."""

    def find(self, chosen: Any, **asked: Any) -> Any:
        for one in super().find(chosen, **asked):
            begins = one.when.earliest if one.when else None
            if chosen.since is None or begins is None or begins >= chosen.since:
                yield one


class LaterReportsShine(Tables):
    """As of then, an engagement about which something came later is as it is now."""

    def later_than(self, position: int, known_by: int) -> dict[str, int]:
        super().later_than(position, known_by)
        return {}

    def find(self, chosen: Any, upto: int | None = None, known_by: int | None = None) -> Any:
        del known_by
        among = "" if upto is None else f" AND first_position <= {int(upto)}"
        for (slug,) in list(self._run(f"SELECT slug FROM engagements WHERE data IS NOT NULL{among}")):  # noqa: S608
            found = self.get(slug)
            if found and chosen.takes(found):
                yield found


QUICKLY = settings(max_examples=150, deadline=None, phases=[Phase.generate], derandomize=True)


class WithoutTransactions(InMemory):
    """What was written before a process ended stays, half of it, and is never thrown away."""

    @contextmanager
    def writing(self) -> Iterator[Tables]:
        with self.reading() as tables:
            yield tables

    def renew(self) -> None:
        """Leave all as it is."""


class OfEverybody(InMemory):
    """One place for the diaries of all audiences."""

    shared: InMemory | None = None

    def __new__(cls) -> Any:
        cls.shared = cls.shared or InMemory()
        return cls.shared

    def close(self) -> None:
        """The others use it still."""


PLANTED: dict[Callable[[], InMemory], str] = {
    place_with(IndexRowsLeftBehind): "finds",
    place_with(WordsLeftBehind): "finds",
    place_with(WordsNotAdded): "finds",
    place_with(ForgottenDuplicates): "equals_the_fold",
    place_with(OneWayDuplicates): "equals_the_fold",
    place_with(StaleRows): "equals_the_fold",
    place_with(SumsAddedTwice): "keeps_answers",
    place_with(SumsStayWhereTheyWere): "keeps_answers",
    place_with(PartsStayBesideTheirSum): "keeps_answers",
    place_with(ContributionsStay): "keeps_answers",
    place_with(LaterOnesJoinNoGroup): "keeps_answers",
    place_with(StretchesAreWhole): "keeps_answers",
    place_with(ViewsAreNeverMoved): "keeps_answers",
    place_with(AnyLogIsThisOne): "notices_another_log",
    place_with(VagueDatesAreOver): "finds",
    place_with(LaterReportsShine): "as_of_then",
    WithoutTransactions: "survives",
    OfEverybody: "equals_the_fold",
}
"""What is planted, and the promise that it breaks."""


def summary_of_visits() -> FeedSummary:
    """Return counts that are read off what each engagement contributes."""
    return FeedSummary(shown(kinds=frozenset({Kind.VISIT})))


OURS = (*VIEWS, PossibleDuplicates, PossiblyOnePerson, summary_of_visits)


@pytest.fixture(autouse=True)
def short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let histories of a few reports reach over several stretches of their log, and their sums be joined."""
    monkeypatch.setattr("diplocal.diary.views.STRETCH", 3)
    monkeypatch.setattr("diplocal.diary.states.MOST_PARTS", 2)


@pytest.mark.parametrize("planted", PLANTED, ids=lambda place: getattr(place, "tables", place).__name__)
def test_what_is_planted_is_found(planted: Callable[[], InMemory]) -> None:
    promise = next(one for one in PROMISES if one.name == PLANTED[planted])
    with pytest.raises(DiaryBroken):
        hold_to(promise, MemoryStore, planted, OURS, QUICKLY)()


def test_it_holds_in_memory() -> None:
    check_diary(MemoryStore, views=OURS, settings=settings(max_examples=8))


def test_it_holds_beside_a_file(tmp_path: Path) -> None:
    numbers = count()
    check_diary(
        lambda: SQLiteStore(tmp_path / f"log-{next(numbers)}.db"),
        open_place=lambda: InFile(tmp_path / f"{next(numbers)}.diary"),
        views=OURS,
        settings=settings(max_examples=3, deadline=None),
    )


def test_it_holds_in_the_database_of_a_log_on_a_server(new_address: Callable[[], str]) -> None:
    def open_place() -> InSchema:
        address = PostgresAddress.parse(new_address())
        return InSchema(address, f"{address.schema}_diary", patience=5)

    check_diary(
        lambda: PostgresStore(new_address()),
        open_place=open_place,
        views=OURS,
        settings=settings(max_examples=3, deadline=None),
    )
