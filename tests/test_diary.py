"""The diary is what folding the log from the start gives: at every position, whoever asks, whatever was kept."""

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diplocal.dates import When
from diplocal.diary import Diary, DiaryInMemory, place
from diplocal.diary.place import InFile, InMemory, file_beside
from diplocal.diary.views import is_kept
from diplocal.engagements import Change, Engagement, Engagements
from diplocal.errors import DiaryNotKept, InvalidValue, NotOpen
from diplocal.events import (
    Corrected,
    MeetingHeld,
    MergedAsDuplicate,
    Retracted,
    SamePerson,
    VisitAnnounced,
    VisitConcluded,
)
from diplocal.events.wire import identify
from diplocal.parties import Person, State
from diplocal.projections import (
    AllEngagements,
    ConsultationRounds,
    ContactFrequency,
    Discrepancies,
    Itineraries,
    Network,
    OverChanges,
    Patrols,
    PossibleDuplicates,
    PossiblyOnePerson,
    Punctuality,
    Tally,
    UpcomingVisits,
    View,
)
from diplocal.projections.filters import Filter
from diplocal.records import Envelope
from diplocal.replaying import replay
from diplocal.store import EventStore, MemoryStore, SQLiteStore
from diplocal.store.contract import is_log
from diplocal.testing import histories
from diplocal.testing.history import History

CHINA, RUSSIA = State("CN"), State("RU")
EVERYTHING_KEPT = (
    ContactFrequency,
    UpcomingVisits,
    Discrepancies,
    PossibleDuplicates,
    Itineraries,
    Network,
    Patrols,
    Punctuality,
    ConsultationRounds,
)


def meeting(slug: str, reported: int, during: str | None = None) -> MeetingHeld:
    return MeetingHeld(
        engagement=slug,
        participants=(CHINA, RUSSIA),
        when=When("2023-08-31"),
        during=during,
        reported=pendulum.Date(2023, 9, reported),
    )


def visit(slug: str, day: str = "2023-10-17", person: str | None = None) -> VisitConcluded:
    visitor = Person(person, RUSSIA) if person else RUSSIA
    return VisitConcluded(engagement=slug, visitors=(visitor,), host=CHINA, when=When(day))


def folded(store: EventStore, **asked: Any) -> Engagements:
    return replay(AllEngagements(), store, **asked)


def by_slug(engagements: Engagements | list[Engagement]) -> dict[str, Engagement]:
    return {one.slug: one for one in engagements}


def agree(diary: Diary, store: EventStore, audience: str = "public", **asked: Any) -> None:
    """See that a diary has what folding the log has, in every part, revisions and stamps included."""
    asked_diary = diary.as_of(**asked) if asked else diary
    then = by_slug(folded(store, audience=audience, **asked))
    now = by_slug(asked_diary.find())
    assert now == then
    for slug, engagement in then.items():
        assert asked_diary.get(slug) == engagement
        stamps = now[slug].revisions, now[slug].first, now[slug].last
        assert stamps == (engagement.revisions, engagement.first, engagement.last)


class TestEqualsTheFold:
    """At every position, for every audience, after any interleaving of appends and questions."""

    @settings(deadline=None)
    @given(histories(), st.data())
    def test_after_every_append_and_as_of_every_position(self, history: History, data: st.DataObject) -> None:
        diaries: dict[str, Diary] = {}
        store = MemoryStore()
        for store in history.recording():
            for audience in ("public", "internal"):
                diary = diaries.setdefault(audience, Diary(store, audience=audience))
                if data.draw(st.booleans()):
                    agree(diary, store, audience)
        for audience, diary in diaries.items():
            position = data.draw(st.integers(0, len(history)))
            agree(diary, store, audience, known_at=position)
            if history.entries:
                one = data.draw(st.sampled_from(history.entries))
                agree(diary, store, audience, reported_by=one.recorded_at)
                agree(diary, store, audience, known_at=position, reported_by=one.recorded_at)

    @settings(deadline=None)
    @given(histories(), st.data())
    def test_what_a_filter_finds_is_what_it_takes_of_the_fold(self, history: History, data: st.DataObject) -> None:
        store = history.store()
        engagements = list(folded(store, audience="public"))
        codes = sorted({party.code for one in engagements for party in one.parties}) or ["CN"]
        names = sorted({person.name for one in engagements for person in one.people}) or ["Nobody"]
        days = st.dates(min_value=pendulum.Date(2000, 1, 1), max_value=pendulum.Date(2030, 1, 1))
        maybe: dict[str, st.SearchStrategy[Any]] = {
            "state": st.sampled_from(codes),
            "person": st.sampled_from(names),
            "kind": st.sampled_from(["visit", "meeting", "call", "patrol", "tenure"]),
            "status": st.sampled_from(["held", "planned", "cancelled"]),
            "since": days.map(lambda day: pendulum.Date(day.year, day.month, day.day)),
            "until": days.map(lambda day: pendulum.Date(day.year, day.month, day.day)),
            "undated": st.booleans(),
        }
        criteria: dict[str, Any] = data.draw(st.fixed_dictionaries({}, optional=maybe))
        if {"since", "until"} <= criteria.keys():
            criteria["since"], criteria["until"] = sorted((criteria["since"], criteria["until"]))
        chosen = Filter.of(**criteria)
        wanted = {one.slug for one in engagements if chosen.takes(one)}
        diary = Diary(store)
        assert {one.slug for one in diary.select(chosen)} == wanted
        position = data.draw(st.integers(0, len(history)))
        then = {one.slug for one in folded(store, audience="public", known_at=position) if chosen.takes(one)}
        assert {one.slug for one in diary.as_of(known_at=position).select(chosen)} == then

    @settings(deadline=None)
    @given(histories(), st.data())
    def test_every_view_answers_as_if_nothing_were_kept(self, history: History, data: st.DataObject) -> None:
        diary, store = None, MemoryStore()
        views = data.draw(st.lists(st.sampled_from(EVERYTHING_KEPT), min_size=1, max_size=3, unique=True))
        for store in history.recording():
            diary = diary or Diary(store)
            if data.draw(st.booleans()):
                diary.answer(*(view() for view in views))
        for view in views:
            assert diary is not None
            position = data.draw(st.integers(0, len(history)))
            assert diary.answer(view()) == replay(view(), store, audience="public")
            then = replay(view(), store, known_at=position, audience="public")
            assert diary.as_of(known_at=position).answer(view()) == then

    @settings(deadline=None)
    @given(histories(), st.data())
    def test_changes_are_the_differences_between_two_folds(self, history: History, data: st.DataObject) -> None:
        store = history.store()
        start = data.draw(st.integers(0, len(history)))
        end = data.draw(st.integers(start, len(history)))
        before = by_slug(folded(store, audience="public", known_at=start))
        after = by_slug(folded(store, audience="public", known_at=end))
        wanted = {slug for slug in before | after if before.get(slug) != after.get(slug)}
        found = Diary(store).as_of(known_at=end).changes(start)
        assert {change.slug: change[1:] for change in found} == {
            slug: (before.get(slug), after.get(slug)) for slug in wanted
        }


class TestMerges:
    @settings(deadline=None)
    @given(histories(), st.data())
    def test_what_was_touched_is_every_engagement_that_a_later_record_may_have_changed(
        self, history: History, data: st.DataObject
    ) -> None:
        store = history.store()
        position = data.draw(st.integers(0, len(history)))
        diary = Diary(store, audience="internal")
        then = by_slug(diary.as_of(known_at=position).find())
        now = by_slug(diary.find())
        touched = {one.slug: one for one in diary.touched(position)}
        for slug in then.keys() | now.keys():
            was, became = then.get(slug), now.get(slug)
            if slug in touched:
                assert (touched[slug].before, touched[slug].after) == (was, became)
            else:
                assert was == became
                assert was is not None
                assert became is not None
                assert (was.last, was.revisions) == (became.last, became.revisions)

    def test_parts_of_a_visit_and_the_latest_reports_are_found_now_and_as_of_then(self, store: SQLiteStore) -> None:
        store.append(
            meeting("inside", 2, "visit-1"),
            meeting("before", 1),
        )
        diary = Diary(store)
        before = store.position()
        store.append(meeting("later", 3, "visit-1"))
        assert [one.slug for one in diary.parts_of("visit-1")] == ["inside", "later"]
        assert [one.slug for one in diary.as_of(known_at=before).parts_of("visit-1")] == ["inside"]
        assert len(diary) == len(diary.find()) == len(diary.as_of(known_at=before)) + 1
        latest = [one.slug for one in diary.latest(Filter(), len(diary)) if one.slug in ("inside", "before", "later")]
        assert latest == ["later", "inside", "before"]

    def test_a_merge_that_is_taken_back_and_made_again_is_followed(self) -> None:
        store = MemoryStore()
        store.append(visit("a"), visit("b"))
        diary = Diary(store)
        merge = MergedAsDuplicate(engagement="a", into="b")
        unmerge = Retracted(engagement="a", of=identify(merge))
        for event in (merge, unmerge, Retracted(engagement="a", of=identify(unmerge))):
            store.append(event)
            agree(diary, store)
            assert diary.answer(ContactFrequency()) == replay(ContactFrequency(), store)
        for position in range(store.position() + 1):
            agree(diary, store, known_at=position)

    def test_a_correction_that_turns_a_merge_elsewhere_moves_all_three(self) -> None:
        store = MemoryStore()
        merge = MergedAsDuplicate(engagement="a", into="b")
        store.append(visit("a"), visit("b"), visit("c"), merge)
        diary = Diary(store)
        agree(diary, store)
        elsewhere = MergedAsDuplicate(engagement="a", into="c")
        store.append(Corrected(engagement="a", of=identify(merge), right=elsewhere))
        agree(diary, store)
        agree(diary, store, known_at=4)

    def test_a_merge_into_what_is_not_there_yet_leaves_nothing_behind_when_it_is_taken_back(self) -> None:
        store = MemoryStore()
        merge = MergedAsDuplicate(engagement="a", into="later")
        store.append(visit("a"), merge)
        diary = Diary(store)
        agree(diary, store)
        store.append(Retracted(engagement="a", of=identify(merge)))
        agree(diary, store)
        agree(diary, store, known_at=2)

    def test_changes_tell_of_what_was_there_by_a_merge_alone_however_the_diary_caught_up(self) -> None:
        store = MemoryStore()
        merge = MergedAsDuplicate(engagement="a", into="typo")
        followed = Diary(store)
        for event in (visit("a"), merge, Retracted(engagement="a", of=identify(merge))):
            store.append(event)
            followed.find()
        for diary in (followed, Diary(store)):
            there = [one.slug for one in diary.as_of(known_at=2).changes(1) if one.after]
            gone = [one.slug for one in diary.changes(2) if one.after is None]
            assert (there, gone) == (["a", "typo"], ["typo"])

    def test_what_came_last_is_listed_alike_however_the_diary_caught_up(self) -> None:
        store = MemoryStore()
        followed = Diary(store)
        for event in (visit("c"), visit("b"), MergedAsDuplicate(engagement="b", into="c")):
            store.append(event)
            followed.find()
        assert [one.slug for one in followed.latest(Filter(), 3)] == ["b", "c"]
        assert [one.slug for one in Diary(store).latest(Filter(), 3)] == ["b", "c"]
        assert [one.slug for one in followed.as_of(known_at=3).latest(Filter(), 3)] == ["b", "c"]


def test_what_was_learnt_before_then_is_not_told_backwards() -> None:
    store = MemoryStore()
    store.append(visit("a"), visit("b"))
    then = Diary(store).as_of(known_at=1)
    assert then.changes(1) == []
    with pytest.raises(InvalidValue, match=r"since is 2: expected a moment that is not after the diary's own"):
        then.changes(2)


class Counted(OverChanges[int, int]):
    """How often anything changed: what no sum of engagements expresses."""

    name = "test.counted"
    value_type = int
    folded: ClassVar[int] = 0

    def begin(self) -> int:
        return 0

    def change(self, value: int, before: Engagement | None, after: Engagement | None) -> int:  # noqa: ARG002
        type(self).folded += 1
        return value + 1

    def read(self, value: int) -> int:
        return value


class TestWhatIsKept:
    def test_a_fold_over_changes_goes_on_from_where_it_was_kept(self) -> None:
        store = MemoryStore()
        store.append(*(visit(f"visit-{number}") for number in range(20)))
        diary = Diary(store)
        assert diary.answer(Counted()) == 20
        store.append(visit("visit-3", "2023-11-01"))
        Counted.folded = 0
        assert diary.answer(Counted()) == 21
        assert Counted.folded == 1

    def test_a_new_version_of_a_view_is_made_anew(self) -> None:
        class Later(ContactFrequency):
            version = ContactFrequency.version + 1

            def contributions(self, engagement: Engagement) -> Any:
                return (each for each in super().contributions(engagement) for _ in range(2))

        store = MemoryStore()
        store.append(visit("a"))
        diary = Diary(store)
        assert diary.answer(ContactFrequency()).by("all")[0].count == 1
        assert diary.answer(Later()).by("all")[0].count == 2
        assert diary.answer(ContactFrequency()).by("all")[0].count == 1

    def test_a_view_that_cannot_take_an_engagement_answers_for_the_others(self) -> None:
        class Fussy(ContactFrequency):
            def contributions(self, engagement: Engagement) -> Any:
                if engagement.slug == "bad":
                    raise ValueError("no such slug")
                return super().contributions(engagement)

        store = MemoryStore()
        store.append(visit("good"), visit("bad"), visit("fine"))
        with pytest.warns(UserWarning, match="left bad out: ValueError: no such slug"):
            assert Diary(store).answer(Fussy()).by("all")[0].count == 2

    def test_a_view_with_an_argument_answers_for_its_own(self) -> None:
        class Marked(View[int, list[int]]):
            name, row_type = "test.marked", int

            def __init__(self, mark: int) -> None:
                self.mark = mark

            def row(self, engagement: Engagement) -> int:  # noqa: ARG002
                return self.mark

            def read(self, value: Mapping[str, int]) -> list[int]:
                return list(value.values())

        class Keyed(Marked):
            name = "test.keyed"

            @property
            def parameters(self) -> str:
                return str(self.mark)

        store = MemoryStore()
        store.append(visit("a"))
        diary = Diary(store)
        assert [diary.answer(make(mark)) for make in (Marked, Keyed) for mark in (1, 2)] == [[1], [2], [1], [2]]
        assert [is_kept(make(1)) for make in (Marked, Keyed)] == [False, True]
        assert all(is_kept(view().knowing(lambda _: ())) for view in EVERYTHING_KEPT)

    @pytest.mark.parametrize(
        ("changed", "expected"),
        [
            ({"name": None}, "name of Plain is None: expected a text"),
            ({"name": "a\0b"}, r"name of Plain is 'a\x00b': expected a text"),
            ({"version": None}, "version of Plain is None: expected a whole number"),
            ({"version": True}, "version of Plain is True: expected a whole number"),
            ({"version": 2**80}, "version of Plain is 1208925819614629174706176: expected a whole number"),
            ({"parameters": {}}, r"parameters of Plain is {}: expected canonical JSON, as a text"),
            ({"row_type": str}, "test.plain, version 1, keeps of a is 1: expected str, as row_type of Plain says"),
            (
                {"row": lambda *_: float("nan"), "row_type": float},
                "test.plain, version 1, keeps of a is None: expected",
            ),
            ({"row": lambda *_: "\ud800", "row_type": str}, r"what a view keeps is '\ud800': expected a value"),
        ],
    )
    @pytest.mark.parametrize("make", [MemoryStore, None])
    def test_what_a_view_says_wrong_of_itself_is_named(
        self, changed: dict[str, Any], expected: str, make: type[MemoryStore] | None, tmp_path: Path
    ) -> None:
        class Plain(View[int, dict[str, int]]):
            name, row_type = "test.plain", int

            def row(self, engagement: Engagement) -> int:  # noqa: ARG002
                return 1

            def read(self, value: Mapping[str, int]) -> dict[str, int]:
                return dict(value)

        for attribute, value in changed.items():
            setattr(Plain, attribute, value)
        with make() if make else SQLiteStore(tmp_path / "log.db") as log:
            log.append(visit("a"))
            with pytest.raises(InvalidValue, match=re.escape(expected)):
                Diary(log).answer(Plain())

    def test_several_views_are_answered_in_one_pass(self) -> None:
        store = MemoryStore()
        store.append(visit("a"))
        contacts, upcoming = Diary(store).answer(ContactFrequency(), UpcomingVisits(), since="2023-10")
        assert contacts.by("all")[0].count == 1
        assert [one.slug for one in upcoming] == ["a"]


@pytest.mark.parametrize("name", [5, None, b"visit"])
def test_what_is_no_name_of_an_engagement_is_refused(name: Any) -> None:
    diary = Diary(MemoryStore())
    for ask in (diary.get, diary.about):
        with pytest.raises(InvalidValue, match="engagement"):
            ask(name)


class Before:
    """Asks a log for whatever it is asked for itself."""

    def __init__(self, log: MemoryStore) -> None:
        self._log = log

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)


class TestInMemory:
    """A diary in memory answers one question at a time, and keeps nobody waiting for what is done with an answer."""

    def test_what_asks_a_log_for_everything_is_a_log_in_every_version_of_python(self) -> None:
        log = MemoryStore()
        log.append(visit("visit"))
        before: Any = Before(log)
        assert is_log(before)
        assert [one.slug for one in Diary(before).find()] == ["visit"]
        assert len(replay(AllEngagements(), before)) == 1
        assert not is_log(Before)

    def test_others_ask_and_append_while_somebody_goes_through_what_was_found(self) -> None:
        store = MemoryStore()
        store.append(visit("a"), visit("b"))
        diary = Diary(store)
        found = diary.iterate(Filter())
        names = [next(found).slug]
        answers: list[list[str]] = []

        def ask() -> None:
            store.append(visit("c"))
            answers.append(diary.slugs())

        other = Thread(target=ask, daemon=True)
        other.start()
        other.join(20)
        assert answers == [["a", "b", "c"]]
        names += [one.slug for one in found]
        assert sorted(names) == ["a", "b"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "visits.db"


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    with SQLiteStore(path) as store:
        yield store


def kept_of(store: SQLiteStore) -> None:
    """Keep a diary of a log with one visit more, whole in its file."""
    store.append(visit("a"))
    with Diary(store) as diary:
        diary.answer(ContactFrequency())
    with closing(sqlite3.connect(file_beside(store.path, "public"))) as kept:
        kept.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class TestBesideAFile:
    """The diary of a log in a file lies in a file of its own, and can be thrown away."""

    def test_the_next_process_reads_what_was_kept(self, path: Path, store: SQLiteStore) -> None:
        store.append(visit("a"))
        with Diary(store) as diary:
            agree(diary, store)
        kept = sqlite3.connect(file_beside(path, "public"))
        assert kept.execute("SELECT slug FROM engagements").fetchall() == [("a",)]
        kept.close()
        with Diary(store) as diary:
            agree(diary, store)

    def test_each_audience_has_its_own(self, store: SQLiteStore, path: Path) -> None:
        store.append(visit("a"), Envelope(visit("b"), audience="internal"))
        with Diary(store) as public, Diary(store, audience="internal") as internal:
            assert [one.slug for one in public.find()] == ["a"]
            assert [one.slug for one in internal.find()] == ["a", "b"]
        assert b'"b"' not in file_beside(path, "public").read_bytes()

    def test_that_of_another_audience_is_not_believed(self, store: SQLiteStore, path: Path) -> None:
        store.append(Envelope(meeting("secret", 9), audience="internal"))
        for audience in ("internal", "public"):
            with Diary(store, audience=audience) as diary:
                diary.slugs()
        file_beside(path, "public").write_bytes(file_beside(path, "internal").read_bytes())
        with Diary(store, audience="public") as diary:
            assert diary.get("secret") is None
            assert "secret" not in diary.slugs()
        with Diary(store, audience="internal") as diary:
            assert "secret" in diary.slugs()

    def test_a_log_that_cannot_be_written_is_answered_from_memory(self, path: Path) -> None:
        with SQLiteStore(path) as store:
            store.append(visit("a"))
        sqlite3.connect(path).execute("PRAGMA journal_mode = DELETE").connection.close()
        path.chmod(0o444)
        with SQLiteStore(path) as store, Diary(store) as diary:
            assert [one.slug for one in diary.find()] == ["a"]

    def test_another_log_in_the_same_place_is_never_answered_from_the_old_one(self, path: Path) -> None:
        with SQLiteStore(path) as store, Diary(store) as diary:
            store.append(visit("old"))
            diary.find()
        for part in ("", "-wal", "-shm"):
            path.with_name(path.name + part).unlink(missing_ok=True)
        with SQLiteStore(path) as store, Diary(store) as diary:
            store.append(visit("new"), visit("newer"))
            agree(diary, store)
            assert diary.slugs() == ["new", "newer"]

    def test_a_log_that_was_restored_and_went_another_way_is_noticed(self, path: Path) -> None:
        with SQLiteStore(path) as store:
            store.append(visit("a"))
        backup = path.read_bytes()
        with SQLiteStore(path) as store, Diary(store) as diary:
            store.append(visit("b"))
            diary.find()
        path.write_bytes(backup)
        for part in ("-wal", "-shm"):
            path.with_name(path.name + part).unlink(missing_ok=True)
        with SQLiteStore(path) as store, Diary(store) as diary:
            store.append(visit("c"))
            assert diary.slugs() == ["a", "c"]

    @pytest.mark.parametrize("harm", [lambda _: b"no database", lambda data: data[:5000] + b"\xff" * 200])
    def test_a_damaged_diary_is_made_anew(self, path: Path, store: SQLiteStore, harm: Callable[[bytes], bytes]) -> None:
        kept_of(store)
        beside = file_beside(path, "public")
        beside.write_bytes(harm(beside.read_bytes()))
        with Diary(store) as diary:
            agree(diary, store)

    @pytest.mark.parametrize(
        "harm",
        [
            *(f"DROP TABLE {table}" for table in ("checkpoint", "engagements", "words", "sums")),
            "ALTER TABLE words RENAME COLUMN block TO more",
            "DROP INDEX IF EXISTS engagements_by_last_day",
            "PRAGMA user_version = 99",
            "UPDATE engagements SET data = x'7b'",
        ],
    )
    def test_tables_that_somebody_changed_are_made_anew(self, path: Path, store: SQLiteStore, harm: str) -> None:
        """Also when they change under a diary that is open: whatever fails then is asked again of a new one."""
        kept_of(store)
        with Diary(store) as opened:
            opened.slugs()
            for slug in "bc":
                with closing(sqlite3.connect(file_beside(path, "public"))) as kept:
                    kept.execute(harm)
                    kept.commit()
                store.append(visit(slug))
                with opened if slug == "b" else Diary(store) as diary:
                    assert diary.select(Filter.of(words="nothing of the kind")) == []
                    assert diary.answer(ContactFrequency()) == replay(ContactFrequency(), store)
                    assert slug in [one.slug for one in diary.iterate(Filter())]
                    agree(diary, store)

    def test_a_page_that_is_broken_under_an_open_diary_is_noticed(self, path: Path, store: SQLiteStore) -> None:
        store.append(*(visit(f"visit-{number}") for number in range(300)))
        kept_of(store)
        beside = file_beside(path, "public")
        with Diary(store) as diary:
            whole = beside.read_bytes()
            beside.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
            agree(diary, store)
            assert len(diary) == 301

    def test_what_is_no_diary_is_left_alone_and_a_warning_says_so(self, path: Path, store: SQLiteStore) -> None:
        beside = file_beside(path, "public")
        with closing(sqlite3.connect(beside)) as theirs:
            theirs.execute("CREATE TABLE people (name TEXT)")
        store.append(visit("a"))
        before = beside.read_bytes()
        with Diary(store) as diary:
            with pytest.warns(DiaryInMemory, match=r"visits\.db\.public\S*: a file of another program"):
                agree(diary, store)
            agree(diary, store)  # it is said once
            with pytest.raises(DiaryNotKept, match="another program"):
                diary.rebuild()
        assert beside.read_bytes() == before

    @pytest.mark.parametrize("is_new", [True, False], ids=["new", "kept"])
    def test_where_there_is_no_room_it_is_in_memory_and_says_so(
        self, store: SQLiteStore, monkeypatch: pytest.MonkeyPatch, *, is_new: bool
    ) -> None:
        """A disk may fill up before a file is begun, while it grows, or when what was written is committed."""
        if not is_new:
            kept_of(store)
        connect = place._connect

        def connect_with_little_room(path: Path) -> place.Connection:
            connection = connect(path)
            connection.execute("PRAGMA max_page_count = 1")  # no more than there are
            return connection

        monkeypatch.setattr(place, "_connect", connect_with_little_room)
        store.append(*(visit(f"visit-{number}") for number in range(50)))
        with Diary(store) as diary:
            with pytest.warns(DiaryInMemory, match=r"visits\.db\.public\S*: there is no room left on the disk"):
                assert len(diary.slugs()) == 50 + (not is_new)
            with pytest.raises(DiaryNotKept, match="no room"):
                diary.rebuild()

    def test_a_diary_that_was_closed_or_whose_log_was_says_so(self, path: Path) -> None:
        with SQLiteStore(path) as store:
            diaries = [Diary(store), Diary(store, place=InMemory())]
            for diary in diaries:
                diary.close()
                with pytest.raises(NotOpen, match="was closed: open it again"):
                    diary.slugs()
            left = Diary(store)
        with pytest.raises(NotOpen, match=r"visits.db was closed"):
            left.slugs()
        left.close()

    def test_one_that_was_thrown_away_under_others_is_theirs_no_more(self, path: Path, store: SQLiteStore) -> None:
        """What others hold open of it is let go: it would take up room, and hold what was erased."""
        store.append(visit("a"))
        with Diary(store) as diary, Diary(store) as another:
            agree(another, store)
            diary.rebuild()
            diary.slugs()
            with closing(sqlite3.connect(file_beside(path, "public"))) as kept:
                kept.execute("UPDATE engagements SET slug = 'seen'")
                kept.commit()
            assert another.slugs() == ["seen"]
            file_beside(path, "public").write_bytes(b"broken")
            assert not place.forget(store)
            assert another.slugs() == ["a"]

    def test_who_finds_somebody_else_writing_for_long_answers_from_memory(
        self, path: Path, store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("diplocal.diary.place.PATIENCE", 0.05)
        store.append(visit("a"))
        place = InFile(file_beside(path, "public"))
        with place.writing(), Diary(store) as diary:
            agree(diary, store)
        place.close()

    @pytest.mark.parametrize("kept", ["x", "[1"])
    def test_states_of_views_that_were_never_written_are_made_anew(
        self, path: Path, store: SQLiteStore, kept: str
    ) -> None:
        store.append(visit("a"))
        views = (ContactFrequency(), UpcomingVisits(), Counted())
        with Diary(store) as diary:
            wanted = [diary.answer(view) for view in views]
        with closing(sqlite3.connect(file_beside(path, "public"))) as theirs, theirs:
            theirs.execute("UPDATE sums SET amounts = ?", (kept,))
            theirs.execute("UPDATE items SET data = ?", (kept,))
            theirs.execute("UPDATE views SET state = ? WHERE state IS NOT NULL", (kept,))
            theirs.execute("UPDATE views SET position = 0 WHERE state IS NOT NULL")
        with Diary(store) as diary:
            assert [diary.answer(view) for view in views] == wanted

    def test_one_in_memory_that_is_dropped_is_closed(self) -> None:
        place = InMemory()
        with place.reading() as tables:
            connection = tables.database
        del place, tables
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("SELECT 1")

    def test_it_can_be_made_anew(self, store: SQLiteStore) -> None:
        store.append(visit("a"), VisitAnnounced(engagement="b", visitors=(RUSSIA,), host=CHINA))
        with Diary(store) as diary:
            diary.answer(ContactFrequency())
            diary.rebuild()
            agree(diary, store)
            assert diary.answer(ContactFrequency()) == replay(ContactFrequency(), store)


@pytest.mark.parametrize("moment", [-1, True, "2023-09-18", 1.5, None])
def test_a_moment_that_no_log_has_is_refused(moment: Any) -> None:
    diary = Diary(MemoryStore())
    with pytest.raises(InvalidValue, match=re.escape(repr(moment))):
        diary.changes(moment)
    if moment is not None:
        with pytest.raises(InvalidValue, match=re.escape(repr(moment))):
            diary.as_of(known_at=moment)


@settings(max_examples=40)
@given(history=histories(), day=st.dates(pendulum.Date(2023, 1, 1), pendulum.Date(2023, 12, 31)))
@pytest.mark.parametrize("view", [ContactFrequency, Network])
def test_a_count_by_kind_or_days_is_read_off_the_kept_sums_and_is_that_of_the_engagements(
    view: Any, history: History, day: pendulum.Date
) -> None:
    log = history.store()
    for criteria in ({"since": day}, {"until": day, "undated": True}, {"kind": "visit"}, {"plans": False}):
        chosen = Filter.of(**criteria)
        assert view().tells(chosen)
        found = {one.slug: one for one in [*Diary(log).select(chosen), *Diary(log).find(kind="alias", status="held")]}
        changes = [Change(slug, None, one) for slug, one in found.items()]
        wanted = view().read(view().moved(view().begin(), changes, lambda _: ()))
        assert Diary(log).answer(view(), **criteria) == wanted


@pytest.mark.parametrize("criteria", [{"since": "2023"}, {"pair": ["CN", "RU"]}, {"kind": ["visit", "meeting"]}])
@pytest.mark.parametrize("upto", [4, 5])
def test_a_person_has_all_their_names_whatever_is_asked_about(criteria: dict[str, Any], upto: int) -> None:
    wang = Person("Wang Yi", CHINA)
    one, other = Person("Dmitri Medvedev", RUSSIA), Person("Dmitry Medvedev", RUSSIA)
    log = MemoryStore()
    log.append(
        MeetingHeld(engagement="m1", participants=(wang, one), host=State("FR"), when=When("2023-09-18")),
        MeetingHeld(engagement="m2", participants=(wang, other), host=State("FR"), when=When("2023-10-18")),
        VisitAnnounced(engagement="v", visitors=(other,), host=CHINA, when=When("2023-12")),
        SamePerson(engagement="alias", people=(one, other)),
    )
    log.append(visit("another", "2023-12-02"))
    diary = Diary(log).as_of(known_at=upto)
    network, itineraries, plans, ahead, suspects = diary.answer(
        Network(), Itineraries(), Punctuality(), UpcomingVisits(), PossiblyOnePerson(), **criteria
    )
    assert [edge.contacts for edge in network.edges(nodes="persons")] == [2]
    assert [leg.slug for leg in itineraries.of(one.name).legs] == ["m1", "m2", "v"]
    assert [plan.slug for plan in plans.chosen(person=one.name)] == ["v"]
    assert [found.slug for found in ahead.on(pendulum.date(2023, 11, 1), person=one.name)] == ["v"]
    assert suspects == []


class AsGiven(Tally[str, tuple[type, dict[str, int]]]):
    """Tells what ``read`` was given."""

    name = "test.as-given"
    key_type = str

    def contributions(self, engagement: Engagement) -> Iterator[tuple[str, int]]:
        yield engagement.kind.value, 1

    def read(self, value: Mapping[str, int]) -> tuple[type, dict[str, int]]:
        return type(value), dict(value)


def test_sums_are_given_alike_by_whatever_way_they_were_made() -> None:
    log = MemoryStore()
    log.append(MeetingHeld(engagement="talks", participants=(State("CN"), State("RU")), when=When("2023-09-18")))
    diary = Diary(log)
    answers = [
        replay(AsGiven(), log),
        *(each.answer(AsGiven()) for each in (diary, diary.as_of(known_at=1))),
        diary.answer(AsGiven(), state="CN"),
    ]
    assert answers == [(dict, {"meeting": 1})] * len(answers)


def test_a_fold_of_the_log_as_it_grew_takes_no_filter_and_says_what_does() -> None:
    said = "Filter(who=Selection(parties=frozenset({'CN'}))): expected none"
    with pytest.raises(InvalidValue, match=re.escape(said)):
        Diary(MemoryStore()).answer(AllEngagements(), state="CN")
