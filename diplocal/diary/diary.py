"""The diary: what is understood of a log, kept and indexed beside it, for one audience; every answer is read off it."""

import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import wraps
from itertools import chain, islice, starmap
from typing import Any, Concatenate, NamedTuple, ParamSpec, Self, TypeVar, overload

import pendulum

from diplocal.briefly import in_a_line
from diplocal.checks import expect
from diplocal.diary.database import Broken, Busy, OutOfOrder
from diplocal.diary.following import follow, is_of
from diplocal.diary.place import InMemory, Place, place_of
from diplocal.diary.tables import Checkpoint, Tables
from diplocal.diary.understanding import EVER, NOW, Moment, Now, Then, changes_after, last_changes, told_since
from diplocal.diary.unknown import expect_known, of_earlier_names, spelt_otherwise
from diplocal.diary.views import advance, answer_of, is_current, is_kept, states_of
from diplocal.engagements import Change, Engagement, Engagements
from diplocal.errors import DiaryNotKept, InvalidValue, UnknownEngagement
from diplocal.names.spelling import spellings_near
from diplocal.projections.contract import Projection
from diplocal.projections.filters import EVERYTHING, Filter, filter_meant
from diplocal.projections.listing import Listing
from diplocal.projections.soonest import soonest
from diplocal.records import instant
from diplocal.replaying import (
    Instant,
    RecordsSetAside,
    SetAside,
    collector_paused,
    damaged,
    end_of,
    of_log,
    position_of,
)
from diplocal.store import Readable, visible_to
from diplocal.store.contract import expect_log
from diplocal.store.numbering import number_at

P = ParamSpec("P")
T = TypeVar("T")
A = TypeVar("A")

TRIES = 5
"""How often a question that others overtook is begun anew."""


class DiaryInMemory(UserWarning):
    """The diary cannot be kept where it belongs: each program reads the whole log, and answers from memory."""


def _asks(question: Callable[Concatenate["Diary", P], T]) -> Callable[Concatenate["Diary", P], T]:
    """Return a question that is asked again when the diary cannot be read or written: of a new one, else in memory."""

    @wraps(question)
    def ask(diary: "Diary", /, *args: P.args, **kwargs: P.kwargs) -> T:
        for mend in (diary._renew, diary._leave):  # noqa: SLF001 - it is a method of the same class
            try:
                return question(diary, *args, **kwargs)
            except (DiaryNotKept, OutOfOrder) as hindrance:
                mend(hindrance)
        return question(diary, *args, **kwargs)

    return ask


class Some(NamedTuple):
    """Some of the engagements that there are."""

    engagements: Sequence[Engagement]
    total: int
    """How many there are."""

    def __repr__(self) -> str:
        return in_a_line(self)


class Diary:
    """What is understood of a log, as an audience may see it (a read model, or materialised view, of CQRS).

    It catches up with the log whenever it is asked. It lies in a file beside a log that lies in a file, else in memory,
    and can be thrown away at any time: nothing is in it that is not in the log.

    >>> from diplocal.events import VisitAnnounced
    >>> from diplocal.dates import When
    >>> from diplocal.parties import State
    >>> from diplocal.store import MemoryStore
    >>> log = MemoryStore()
    >>> visit = VisitAnnounced(engagement="visit", visitors=(State("CN"),), host=State("RU"), when=When("2023-10"))
    >>> _ = log.append(visit)
    >>> diary = Diary(log)
    >>> [found.slug for found in diary.find(state="CN", kind="visit", since="2023-09")]
    ['visit']
    """

    def __init__(self, log: Readable, *, audience: str = "public", place: Place | None = None) -> None:
        expect_log(log)
        visible_to(audience)  # what is no audience is told of now
        self.log = log
        self.audience = audience
        self._place: Place = place or place_of(log, audience)
        self._moment = NOW
        self._aside: dict[int, str] = {}
        self._told: set[int] = set()

    def __repr__(self) -> str:
        return f"Diary({self.log!r}, audience={self.audience!r})"

    def as_of(self, *, known_at: int | Instant | None = None, reported_by: Instant | None = None) -> "Diary":
        """Return the same diary as of an earlier moment, at the price of what changed since.

        ``known_at`` is what the log knew: up to a position, an instant, or the end of a day (UTC). ``reported_by`` is
        what the public could know by an instant or the end of a day.
        """
        earlier = object.__new__(Diary)
        earlier.log, earlier.audience, earlier._place = self.log, self.audience, self._place
        earlier._aside, earlier._told = self._aside, self._told
        earlier._moment = Moment(
            EVER if known_at is None else position_of(self.log, known_at, self.audience),
            EVER if reported_by is None else end_of(reported_by),
        )
        return earlier

    # --- questions ---------------------------------------------------------------------------------------------------

    @_asks
    def get(self, slug: str) -> Engagement | None:
        """Return one engagement, None when no report names it. Raises InvalidValue for what is no name."""
        _expect_name(slug)
        with self._asking() as understanding:
            return understanding.get(slug)

    def __getitem__(self, slug: str) -> Engagement:
        """Return one engagement. Raises UnknownEngagement when no report names it."""
        found = self.get(slug)
        if found is None:
            raise UnknownEngagement(slug, near=tuple(spellings_near(slug, self.slugs())))
        return found

    def find(self, **criteria: Any) -> list[Engagement]:
        """Return the engagements that a filter takes (see Filter.of), soonest first, those without a date last.

        Raises InvalidValue for criteria that name nothing, and UnknownName for what no report names.
        """
        return self.select(self.filter_of(**criteria))

    @_asks
    def filter_of(self, /, **criteria: Any) -> Filter:
        """Return the filter that criteria mean (see Filter.of). It takes something, or each name in it is of a report.

        Raises InvalidValue for criteria that name nothing, and UnknownName for what no report names.
        """
        chosen = filter_meant(criteria)
        with self._asking() as understanding:
            expect_known(understanding, chosen, criteria)
        return chosen

    @_asks
    def earlier_names(self, chosen: Filter) -> list[str]:
        """Return the codes of states before those that a filter names, of which it would take something too.

        ``Vietnam`` is the state of today, ``VN``; what was reported of South Vietnam is of ``X-VIETNAM-SOUTH``.
        """
        _expect_filter(chosen)
        with self._asking() as understanding:
            return of_earlier_names(understanding, chosen)

    @_asks
    def spelt_otherwise(self, chosen: Filter) -> list[tuple[str, int]]:
        """Return names that may be those of a filter's person and have something to answer, with how many have each.

        Nothing takes them for one person's until somebody records a SamePerson: so far the filter leaves them out.
        """
        _expect_filter(chosen)
        with self._asking() as understanding:
            return spelt_otherwise(understanding, chosen)

    @_asks
    def select(self, chosen: Filter) -> list[Engagement]:
        """Return the engagements that a filter takes, soonest first, those without a date last."""
        _expect_filter(chosen)
        with self._asking() as understanding, collector_paused():
            return Listing[Engagement](sorted(understanding.find(chosen), key=soonest))

    @_asks
    def some(self, chosen: Filter, count: int, *, skipping: int = 0, last_first: bool = False) -> Some:
        """Return so many engagements that a filter takes, in the order of ``find`` or its reverse, after some."""
        _expect_filter(chosen)
        for name, number in (("count", count), ("skipping", skipping)):
            expect(name, number, "how many", int)
        with self._asking() as understanding:
            found, total = understanding.first(chosen, skipping + count, last_first=last_first)
        return Some(found[skipping:], total)

    def iterate(self, chosen: Filter) -> Iterator[Engagement]:
        """Yield the engagements that a filter takes, in no order, as they are at one moment.

        Of a diary in a file or a database they are not held. One in memory answers one question at a time: there they
        are collected first, so that nobody waits for what is done with them.
        """
        _expect_filter(chosen)
        yield from self._begun(chosen)

    @_asks
    def _begun(self, chosen: Filter) -> Iterator[Engagement]:
        """Go as far as the first that is found: until then the question can be asked again."""
        found = self._found(chosen)
        return chain(list(islice(found, 1)), found)

    def _found(self, chosen: Filter) -> Iterator[Engagement]:
        with ExitStack() as asking:
            found = asking.enter_context(self._asking()).find(chosen)
            if isinstance(self._place, InMemory):
                found = iter(list(found))
                asking.close()
            yield from found

    @_asks
    def latest(self, chosen: Filter, count: int) -> list[Engagement]:
        """Return so many engagements that a filter takes, those about which the public learnt something last."""
        _expect_filter(chosen)
        expect("count", count, "how many", int)
        with self._asking() as understanding:
            return Listing[Engagement](islice(understanding.latest(chosen), count))

    @_asks
    def knowing(self, chosen: Filter) -> Filter:
        """Return the filter that takes a person under all names that somebody said to be theirs."""
        _expect_filter(chosen)
        with self._asking() as understanding:
            return chosen.knowing(understanding.aliases_with)

    @_asks
    def parts_of(self, visit: str) -> list[Engagement]:
        """Return the engagements that are said to be part of a visit."""
        _expect_name(visit)
        with self._asking() as understanding:
            return Listing[Engagement](understanding.parts_of(visit))

    @overload
    def answer(self, view: Projection[Any, A], **criteria: Any) -> A: ...

    @overload
    def answer(self, *views: Any, **criteria: Any) -> Any: ...

    def answer(self, *views: Any, **criteria: Any) -> Any:
        """Return a view's answer; of several views, a tuple of theirs. ``criteria`` are those of ``find``.

        A view of a few engagements, or one with criteria, is answered from these; the state of any other is kept, where
        its type is known, and costs what changed since it was asked last.
        """
        return self.answer_among(self.filter_of(**criteria), *views)

    @_asks
    def answer_among(self, chosen: Filter, *views: Any) -> Any:
        """Return the same of what a filter takes."""
        told = [of_log(view, self.log) for view in views]
        kept = [view for one in told for view in states_of(one, chosen, is_now=self._moment == NOW)]
        with self._asking(kept) as understanding, collector_paused():
            answers = tuple(answer_of(view, understanding, chosen) for view in told)
        return answers[0] if len(answers) == 1 else answers

    @_asks
    def about(self, *slugs: str) -> Engagements:
        """Return engagements, and all that are one with them, together with the reports that they rest on.

        Raises InvalidValue for what is no name of an engagement.
        """
        for slug in slugs:
            _expect_name(slug)
        with self._asking() as understanding:
            return understanding.about(slugs)

    @_asks
    def last_changes(self, *slugs: str) -> list[Change]:
        """Return what the last record about each engagement changed; of what is gone, the record with which it went."""
        for slug in slugs:
            _expect_name(slug)
        with self._asking() as understanding:
            return list(last_changes(understanding, slugs))

    def changes(self, since: int | Instant, **criteria: Any) -> list[Change]:
        """Return what the log learnt after a position, an instant or a day: each engagement before and after.

        Of a diary as of then, it is what was learnt between the two. ``criteria`` choose as those of ``find`` do, what
        an engagement was or what it became.
        """
        return self.changes_among(self.filter_of(**criteria), since)

    @_asks
    def changes_among(self, chosen: Filter, since: int | Instant) -> list[Change]:
        """Return what the log learnt after a position, an instant or a day, of what a filter takes or took."""
        _expect_filter(chosen)
        if since is None:
            raise InvalidValue("since", since, "a place in the log, a day or an instant")
        start = position_of(self.log, since, self.audience)
        with self._asking() as understanding:
            if isinstance(understanding, Then) and start > understanding.moment.position:
                raise InvalidValue("since", since, "a moment that is not after the diary's own")
            chosen = chosen.knowing(understanding.aliases_with)
            found = list(changes_after(understanding, start))
        return Listing[Change](
            one for one in found if one.before != one.after and any(e and chosen.takes(e) for e in one[1:])
        )

    @_asks
    def told_among(self, chosen: Filter, since: Instant) -> list[Change]:
        """Return what the public learnt after an instant or the end of a day, of what a filter takes or took."""
        _expect_filter(chosen)
        with self._asking() as understanding, collector_paused():
            chosen = chosen.knowing(understanding.aliases_with)
            found = list(told_since(understanding, end_of(since)))
        return Listing[Change](
            one for one in found if one.before != one.after and any(e and chosen.takes(e) for e in one[1:])
        )

    @_asks
    def touched(self, since: int) -> list[Change]:
        """Return all engagements about which a record came after a position, before and after it: changed or not."""
        expect("since", since, "a place in the log", int)
        with self._asking() as understanding:
            return list(changes_after(understanding, since))

    @_asks
    def slugs(self) -> list[str]:
        """Return the names of all engagements, in alphabetical order."""
        with self._asking() as understanding:
            if isinstance(understanding, Now):
                return understanding.tables.slugs()
            return sorted(one.slug for one in understanding.find(Filter()))

    @_asks
    def __len__(self) -> int:
        with self._asking() as understanding:
            if isinstance(understanding, Now):
                return len(understanding.tables)
            return sum(1 for _ in understanding.find(EVERYTHING))

    # --- about itself ------------------------------------------------------------------------------------------------

    @property
    @_asks
    def checkpoint(self) -> Checkpoint:
        """How far it has come in its log, whatever the moment is that it is asked of."""
        with self._reading() as now:
            return now.checkpoint

    @property
    @_asks
    def position(self) -> int:
        """The position of the log up to which it is asked."""
        with self._reading() as now:
            return min(now.checkpoint.position, self._moment.position)

    @property
    @_asks
    def restated(self) -> int:
        """How many engagements are otherwise now: to ask as of the moment is to understand so many again."""
        with self._reading() as now:
            return len(now.tables.later_than(*self._moment))

    @property
    @_asks
    def recorded_at(self) -> pendulum.DateTime | None:
        """When the last record that the audience may see was recorded, in UTC; None of a log without any."""
        with self._reading() as now:
            micros = now.checkpoint.recorded_micros
        return instant(micros) if micros else None

    @property
    @_asks
    def set_aside(self) -> tuple[SetAside, ...]:
        """The records that could not be understood, and why."""
        with self._reading() as now:
            return tuple(starmap(SetAside, self._unreadable(now)))

    def rebuild(self, *views: Any) -> None:
        """Throw away what is kept, file and all, and make it anew, with the states of views that will be asked.

        Raises DiaryNotKept where it cannot be kept.
        """
        self._place.renew()
        try:
            self._catch_up([view for view in views if is_kept(view)])
        except OutOfOrder as error:
            self._leave(error)

    def close(self) -> None:
        """Let go of files. The log stays open."""
        self._place.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _asking(self, kept: Collection[Any] = ()) -> Iterator[Now | Then]:
        with self._reading(kept) as now:
            yield now if self._moment == NOW else Then(now, self._moment)
            aside = self._unreadable(now)
        self._tell(aside)
        self._tell_where()

    def _unreadable(self, now: Now) -> list[tuple[int, str]]:
        """List what could not be read, by position: when the diary was made, or since, when it was read again."""
        self._aside.update((one.position, one.reason) for one in now.aside)
        return sorted({**self._aside, **dict(now.tables.set_aside())}.items())

    def _tell(self, aside: list[tuple[int, str]]) -> None:
        """Warn of what an answer is without, as soon as there is something that was not told yet."""
        new = [(position, reason) for position, reason in aside if position not in self._told]
        if new:
            self._told.update(position for position, _ in new)
            first = f"the first, at {number_at(self.log, new[0][0], self.audience)}: {new[0][1]}"
            several = "a record" if len(new) == 1 else f"{len(new)} records"
            said = (
                f"{several} could not be understood; {first}; 'diplocal verify' tells whether the log was changed since"
            )
            warnings.warn(said, RecordsSetAside, stacklevel=6)

    def _tell_where(self) -> None:
        """Warn that the diary is not kept, once; not where that is meant, as of an archive or a replica."""
        if isinstance(self._place, InMemory):
            hindrance, self._place.untold = self._place.untold, None
            if hindrance is not None and not isinstance(hindrance, Busy):
                warnings.warn(str(hindrance), DiaryInMemory, stacklevel=1)

    def _renew(self, hindrance: DiaryNotKept | OutOfOrder) -> None:
        """Begin anew what is broken; leave what cannot be kept."""
        try:
            if not isinstance(hindrance, Broken | OutOfOrder):
                raise hindrance
            self._place.renew()
        except DiaryNotKept as remaining:
            self._leave(remaining)

    def _leave(self, hindrance: DiaryNotKept | OutOfOrder) -> None:
        """Go on in memory. What is wrong with a diary that was just made is wrong with the log."""
        if isinstance(hindrance, OutOfOrder):
            raise damaged(self.log, f"its records are out of order ({hindrance})") from hindrance
        self._place = InMemory(hindrance)

    @contextmanager
    def _reading(self, kept: Collection[Any] = ()) -> Iterator[Now]:
        """Catch up, and read at one moment; from memory where somebody else has been writing for too long."""
        target = self.log.position()
        for _ in range(TRIES):
            with self._place.reading() as tables:
                now = self._now(tables, target, kept)
                if now is not None:
                    yield now
                    return
            self._catch_up(kept)
        with self._place.writing() as tables:
            yield self._caught_up(tables, kept)

    def _now(self, tables: Tables, target: int, kept: Collection[Any]) -> Now | None:
        checkpoint = tables.checkpoint()
        if checkpoint is None or checkpoint.position < target or not is_of(checkpoint, self.log, self.audience):
            return None
        if not all(is_current(view, tables, checkpoint.position) for view in kept):
            return None
        return Now(tables, self.log, self.audience, checkpoint)

    def _catch_up(self, kept: Collection[Any]) -> None:
        with self._place.writing() as tables:
            self._caught_up(tables, kept)

    def _caught_up(self, tables: Tables, kept: Collection[Any]) -> Now:
        with collector_paused():
            try:
                now = Now(tables, self.log, self.audience, follow(tables, self.log, self.audience))
            except tables.database.IntegrityError as error:
                raise OutOfOrder(str(error)) from error
            advance(kept, now)
        return now


def _expect_filter(chosen: object) -> None:
    expect("filter", chosen, "a filter, such as diary.filter_of(state='CN')", Filter)


def _expect_name(slug: object) -> None:
    if not isinstance(slug, str):
        raise InvalidValue("engagement", slug, "its name, such as 'wang-to-russia-2023-09'")
