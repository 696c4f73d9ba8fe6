"""The diary held to its one law: it is what folding the log from the start gives, whatever happened on the way."""

# ruff: noqa: D401 - a promise says what holds
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from inspect import cleandoc
from itertools import pairwise
from textwrap import indent
from typing import Any

import attrs
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from diplocal.checks import expect, expect_callable
from diplocal.diary import Diary
from diplocal.diary.database import Database
from diplocal.diary.index import codes_of, people_of
from diplocal.diary.place import InMemory, Place
from diplocal.diary.tables import Tables
from diplocal.engagements import Engagement
from diplocal.projections import (
    AllEngagements,
    ConsultationRounds,
    ContactFrequency,
    Discrepancies,
    Punctuality,
    UpcomingVisits,
)
from diplocal.projections.filters import EVERYTHING, Filter
from diplocal.projections.words import words_of
from diplocal.records import instant
from diplocal.replaying import replay
from diplocal.store import EventStore, MemoryStore
from diplocal.testing.canonical import canonical
from diplocal.testing.failures import found_in_words
from diplocal.testing.histories import histories
from diplocal.testing.history import History
from diplocal.testing.law import Picks, same
from diplocal.testing.running import Case, cases, unhurried
from diplocal.testing.tables import table
from diplocal.testing.worker import in_a_worker

Open = Callable[[], EventStore]
"""Opens a new, empty store."""
OpenPlace = Callable[[], Place]
"""Makes a new, empty place for a diary."""
AUDIENCES = ("public", "internal")


def contacts_by_year() -> ContactFrequency:
    """Return a measure of which coarser sums are kept."""
    return ContactFrequency(by="year")


VIEWS: tuple[Callable[[], Any], ...] = (
    ContactFrequency,
    contacts_by_year,
    UpcomingVisits,
    Discrepancies,
    Punctuality,
    ConsultationRounds,
)
_EXAMPLES = 40


@attrs.frozen
class Trial:
    """What a promise is held to: a history, stores and places to keep it in, and views to ask."""

    history: History
    picks: Picks
    open_empty: Open
    open_place: OpenPlace
    views: Sequence[Callable[[], Any]]

    def recording(self, store: EventStore) -> Iterator[int]:
        """Record the history, and yield the position at the beginning and after each report."""
        yield store.position()
        for envelope in self.history.envelopes:
            store.append(envelope)
            yield store.position()


Hold = Callable[[Trial], None]


@attrs.frozen
class DiaryPromise:
    """Something that every diary does."""

    name: str
    says: str
    hold: Hold


class DiaryBroken(AssertionError):
    """A diary is not what folding its log gives; the message has the shortest history that shows it."""

    def __init__(self, promise: DiaryPromise, history: History, found: Exception) -> None:
        super().__init__(
            f"the diary does not keep the promise {promise.name!r}.\n\n{promise.says}\n\n"
            f"The shortest history found:\n\n{indent(table(history), '  ')}\n\n{found_in_words(found)}"
        )
        self.promise, self.history, self.found = promise, history, found


def check_diary(
    open_empty: Open = MemoryStore,
    *,
    open_place: OpenPlace = InMemory,
    views: Sequence[Callable[[], Any]] = VIEWS,
    settings: hypothesis_settings | None = None,
) -> None:
    """Hold the diary over a store, and the answers of views that it keeps, to what folding the log gives.

    ``open_empty`` opens a new, empty store of yours each time, ``open_place`` makes a place to keep a diary in, and
    ``views`` are projections, or functions that make them.

    >>> from hypothesis import settings
    >>> check_diary(settings=settings(max_examples=1))

    Raises DiaryBroken for the first promise that is not kept.
    """
    expect_callable("open_empty", open_empty, "a function that opens a new, empty store, such as MemoryStore")
    expect_callable("open_place", open_place, "a function that makes a place to keep a diary in, such as InMemory")
    expect("views", views, "projections, or functions that make them, in a list", Sequence)
    for view in views:
        expect_callable("views", view, "projections by their classes, or functions that make them")
    if in_a_worker():
        return
    for promise in PROMISES:
        hold_to(promise, open_empty, open_place, views, settings)()


def _promise(hold: Hold) -> DiaryPromise:
    return DiaryPromise(getattr(hold, "__name__", ""), " ".join(cleandoc(hold.__doc__ or "").split()), hold)


@_promise
def equals_the_fold(trial: Trial) -> None:
    """Whenever it is asked while the log grows, it has what folding the log for its audience has."""
    with trial.open_empty() as store:
        diaries = {audience: Diary(store, audience=audience, place=trial.open_place()) for audience in AUDIENCES}
        for position in trial.recording(store):
            for audience, diary in diaries.items():
                if trial.picks.one_of((True, False), f"{audience} {position}") or position == len(trial.history):
                    _agree(diary, store, f"{audience}, at position {position}", audience=audience)


@_promise
def as_of_then(trial: Trial) -> None:
    """As of any position, and of any instant at which something was reported, it has what was known then."""
    with trial.open_empty() as store:
        diary = Diary(store, place=trial.open_place())
        for _ in trial.recording(store):
            diary.get("nobody")
        for position in range(store.position() + 1):
            _agree(diary, store, f"as of position {position}", known_at=position)
        for record in store.read():
            reported = instant(record.recorded_micros)
            _agree(diary, store, f"reported by {reported}", reported_by=reported)


@_promise
def keeps_answers(trial: Trial) -> None:
    """The answer of each view, kept and brought up to date, is the one from the start; so are those as of then."""
    with trial.open_empty() as store:
        diary = Diary(store, place=trial.open_place())
        for position in trial.recording(store):
            for make in trial.views:
                if trial.picks.one_of((True, False, False), f"{make.__name__} {position}"):
                    folded = replay(make(), store, audience="public")
                    same(
                        "folded from the start", canonical(folded), f"kept, at {position}", canonical(_ask(diary, make))
                    )
        reported = [instant(record.recorded_micros) for record in store.read()]
        for make in trial.views:
            position = trial.picks.one_of(range(store.position() + 1), "position")
            asked: list[dict[str, Any]] = [{"known_at": position}]
            if reported:
                asked.append({"reported_by": trial.picks.one_of(reported, "reported")})
            for moment in asked:
                then = replay(make(), store, audience="public", **moment)
                found = _ask(diary.as_of(**moment), make)
                same(f"what was known by {moment}", canonical(then), "the diary as of then", canonical(found))


@_promise
def finds(trial: Trial) -> None:
    """What is found by state, person, kind, status, words or days is what a filter takes of everything.

    And nothing finds an engagement that does not take part in it, or is not written about it.
    """
    with trial.open_empty() as store:
        place = trial.open_place()
        diary = Diary(store, place=place)
        for position in trial.recording(store):
            if trial.picks.one_of((False, True), f"skip {position}") and position < len(trial.history):
                continue
            understood = replay(AllEngagements(), store, audience="public")
            everything = list(understood)
            for chosen in _filters(everything):
                knowing = chosen.knowing(understood.aliases_with)
                wanted = sorted(one.slug for one in everything if knowing.takes(one))
                found = sorted(one.slug for one in diary.select(chosen))
                same(f"what {chosen} takes", canonical(wanted), f"what is found, at {position}", canonical(found))
            with place.reading() as tables:
                found_by = sorted(tables.index())
            same("what finds them", canonical(sorted(_index(everything))), "the index", canonical(found_by))


@_promise
def tells_changes(trial: Trial) -> None:
    """What changed between two positions is the difference of what was understood at each.

    So it is of a diary that followed the log, and of one that is made now; what changed last is the same of both.
    """
    with trial.open_empty() as store:
        followed = Diary(store, place=trial.open_place())
        for _ in trial.recording(store):
            followed.get("nobody")
        end = store.position()
        start = trial.picks.one_of(range(end + 1), "start")
        made = Diary(store, place=trial.open_place())
        for upto in {end, trial.picks.one_of(range(start, end + 1), "upto")}:
            before = _by_slug(replay(AllEngagements(), store, known_at=start, audience="public"))
            after = _by_slug(replay(AllEngagements(), store, known_at=upto, audience="public"))
            wanted = {slug: (before.get(slug), after.get(slug)) for slug in before | after}
            wanted = {slug: both for slug, both in wanted.items() if both[0] != both[1]}
            for how, diary in (("followed", followed), ("made now", made)):
                changes = diary.as_of(known_at=upto).changes(start)
                found = {change.slug: (change.before, change.after) for change in changes}
                told = f"changes from {start} to {upto}, of a diary {how}"
                same("differences of two folds", canonical(wanted), told, canonical(found))
        latest = [[one.slug for one in diary.latest(EVERYTHING, end)] for diary in (followed, made)]
        same("what changed last, followed", canonical(latest[0]), "made now", canonical(latest[1]))


@_promise
def survives(trial: Trial) -> None:
    """When catching up is broken off anywhere, the next question is answered as if it had never begun."""
    with trial.open_empty() as store:
        place = Fragile(trial.open_place())
        diary = Diary(store, place=place)
        for position in trial.recording(store):
            place.statements = trial.picks.one_of(range(30), f"statements {position}")
            for make in (None, *trial.views[:1]):
                try:
                    diary.get("nobody") if make is None else diary.answer(make())
                except BrokenOff:
                    place.statements = None
            place.statements = None
            _agree(diary, store, f"broken off at position {position}")
            for make in trial.views[:1]:
                folded = canonical(replay(make(), store, audience="public"))
                same("folded from the start", folded, "kept", canonical(_ask(diary, make)))


@_promise
def notices_another_log(trial: Trial) -> None:
    """Of a log that took the place of another, nothing is answered from the other; nor of one that went another way."""
    half = len(trial.history) // 2
    place = trial.open_place()
    for history in (trial.history, trial.history.first(half), trial.history):
        with trial.open_empty() as store:
            for envelope in history.envelopes:
                store.append(envelope)
            diary = Diary(store, place=place)
            _agree(diary, store, "another log in its place")
            for make in trial.views[:1]:
                folded = canonical(replay(make(), store, audience="public"))
                same("folded from the start", folded, "kept", canonical(_ask(diary, make)))


PROMISES = (equals_the_fold, as_of_then, keeps_answers, finds, tells_changes, survives, notices_another_log)


class BrokenOff(Exception):
    """The process ended here."""


@attrs.define
class Fragile:
    """A place whose transactions are broken off after so many statements."""

    place: Place
    statements: int | None = None
    """None: they are not."""

    def reading(self) -> AbstractContextManager[Tables]:
        """Read as ever."""
        return self.place.reading()

    @contextmanager
    def writing(self) -> Iterator[Tables]:
        """Write until it is broken off."""
        with self.place.writing() as tables:
            yield tables if self.statements is None else type(tables)(_Counting(tables.database, self.statements))

    def renew(self) -> None:
        """Begin anew as ever."""
        self.place.renew()

    def close(self) -> None:
        """Close the place."""
        self.place.close()


@attrs.define
class _Counting:
    database: Database
    left: int

    @property
    def IntegrityError(self) -> type[Exception]:  # noqa: N802 - its name (PEP 249)
        return self.database.IntegrityError

    def execute(self, query: str, values: Sequence[Any] = ()) -> Iterable[Any]:
        self._count()
        return self.database.execute(query, values)

    def stream(self, query: str, values: Sequence[Any] = ()) -> Iterable[Any]:
        self._count()
        return self.database.stream(query, values)

    def executemany(self, query: str, rows: Iterable[Sequence[Any]]) -> object:
        self._count()
        return self.database.executemany(query, rows)

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise BrokenOff


def _agree(diary: Diary, store: EventStore, when: str, audience: str = "public", **asked: Any) -> None:
    """See that a diary has what folding the log has, stamps and revisions included."""
    then = _by_slug(replay(AllEngagements(), store, audience=audience, **asked))
    earlier = diary.as_of(**asked) if asked else diary
    now = _by_slug(earlier.find())
    same("folded", _stamped(then), f"found, {when}", _stamped(now))
    same("folded", _stamped(then), f"by name, {when}", _stamped({slug: earlier.get(slug) for slug in then}))


def _by_slug(engagements: Iterable[Engagement]) -> dict[str, Engagement]:
    return {one.slug: one for one in engagements}


def _stamped(engagements: dict[str, Any]) -> Any:
    return canonical(
        {slug: (one, one.revisions, one.first, one.last) if one else None for slug, one in engagements.items()}
    )


def _ask(diary: Diary, make: Callable[[], Any]) -> Any:
    return diary.answer(make())


def _index(engagements: Sequence[Engagement]) -> Iterator[tuple[str, str, str]]:
    for name, keys_of in (("parties", codes_of), ("people", people_of), ("words", words_of)):
        yield from ((name, key, one.slug) for one in engagements for key in keys_of(one))


def _filters(engagements: Sequence[Engagement]) -> Iterator[Filter]:
    codes = sorted({party.code for one in engagements for party in one.parties})
    yield from (Filter.of(state=code) for code in codes)
    yield from (Filter.of(pair=pair) for pair in pairwise(codes))
    yield from (Filter.of(person=one.name) for one in {p for e in engagements for p in e.people})
    yield from (Filter.of(kind=kind) for kind in {one.kind for one in engagements})
    yield from (Filter.of(status=status) for status in {one.status for one in engagements})
    yield from (Filter(words=frozenset({word})) for word in {word for one in engagements for word in words_of(one)})
    days = sorted({one.when.latest for one in engagements if one.when and one.when.latest})
    yield from (Filter.of(since=day) for day in days)
    yield from (Filter.of(on=day) for day in days)
    yield from (Filter.of(until=day) for day in days)


def hold_to(
    promise: DiaryPromise,
    open_empty: Open,
    open_place: OpenPlace,
    views: Sequence[Callable[[], Any]],
    settings: hypothesis_settings | None,
) -> Callable[[], None]:
    """Make a test of one promise."""

    @unhurried(settings, examples=_EXAMPLES)
    @given(case=cases(histories()))
    def test(case: Case) -> None:
        __tracebackhide__ = True
        with ExitStack() as places:

            def opened() -> Place:
                place = open_place()
                places.callback(place.close)
                return place

            try:
                promise.hold(Trial(case.history, Picks(case.number), open_empty, opened, views))
            except Exception as found:
                raise DiaryBroken(promise, case.history, found) from found

    test.__name__ = test.__qualname__ = f"test_{promise.name}"
    test.__doc__ = promise.says
    return test
