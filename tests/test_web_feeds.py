"""Feeds follow the diary: a server answers as a fresh one would, and shows an audience nothing but its own."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import msgspec
import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diplocal.calendars import STANDARD, Calendar, Feed
from diplocal.dates import When
from diplocal.demo import article
from diplocal.diary import Diary
from diplocal.engagements import Engagement, Kind
from diplocal.events import (
    Cancelled,
    EngagementEvent,
    MeetingHeld,
    MergedAsDuplicate,
    ReportAttached,
    Rescheduled,
    SamePerson,
    VisitAnnounced,
)
from diplocal.parties import Person, State
from diplocal.replaying import end_of, replay
from diplocal.store import Envelope, EventStore, MemoryStore, Record, SQLiteStore
from diplocal.testing.histories import histories
from diplocal.testing.history import History
from diplocal.web import feeds as feeds_module
from diplocal.web.conditional import Content
from diplocal.web.config import Config, UnusableConfiguration, _Feed, read_config_text
from diplocal.web.feed_spec import EVERYTHING, FeedSpec, find, names, of_kind, of_pair, of_person, of_state
from diplocal.web.feeds import Feeds, Renderings, last_change
from diplocal.web.index import Index, WhoAndWhat, person_address
from diplocal.web.left_out import LeftOut
from diplocal.web.response_cache import Contents
from diplocal.web.site import KnownBy, Site
from diplocal.wording import language

CHINA, RUSSIA, FRANCE = State("CN", "China"), State("RU", "Russia"), State("FR", "France")
WANG, LAVROV = Person("Wang Yi", CHINA, wikidata="Q701128"), Person("Sergei Lavrov", RUSSIA)
PATIENCE = 30
"""Seconds after which waiting in vain fails a test."""


def visit(slug: str = "visit", when: str = "2023-10-17/2023-10-18", host: State = RUSSIA) -> VisitAnnounced:
    return VisitAnnounced(engagement=slug, visitors=(WANG,), host=host, when=When(when))


def meeting(slug: str = "meeting") -> MeetingHeld:
    return MeetingHeld(engagement=slug, participants=(WANG, LAVROV), when=When("2023-09-18"))


class CountingStore(MemoryStore):
    """Counts how many records were read from it."""

    def __init__(self) -> None:
        super().__init__()
        self.records_read = 0

    def read(self, **chosen: Any) -> Iterator[Record]:
        for record in super().read(**chosen):
            self.records_read += 1
            yield record


@pytest.fixture
def store() -> CountingStore:
    store = CountingStore()
    store.append(visit(), meeting(), visit("to-france", host=FRANCE))
    return store


def feeds_of(store: EventStore, audience: str = "public") -> Feeds:
    return Feeds(store, Diary(store, audience=audience))


def slugs(feeds: Feeds, spec: FeedSpec) -> set[str]:
    return {one.slug for one in feeds.engagements(feeds.contents(spec))}


def calendar(feeds: Feeds, spec: FeedSpec, title: str = "Calendar") -> Calendar:
    return feeds.rendered(Feed, feeds.engagements(feeds.contents(spec)), title, STANDARD, language("en"))


class TestFollowing:
    """What is served follows the log."""

    def test_a_new_event_shows_at_the_next_question(self, store: CountingStore) -> None:
        feeds = feeds_of(store)
        assert slugs(feeds, of_pair("CN", "RU")) == {"visit", "meeting"}
        store.append(visit("another"))
        assert slugs(feeds, of_pair("CN", "RU")) == {"visit", "meeting", "another"}

    def test_records_about_other_engagements_are_not_read_again(self, store: CountingStore) -> None:
        feeds = feeds_of(store)
        feeds.contents(EVERYTHING)
        store.records_read = 0
        store.append(visit("another"))
        feeds.contents(EVERYTHING)
        read = store.records_read
        feeds.contents(EVERYTHING)
        assert 0 < read <= 3
        assert store.records_read == read

    def test_a_feed_that_a_new_event_is_not_about_stays_as_it_was(self, store: CountingStore) -> None:
        feeds = feeds_of(store)
        before = feeds.contents(of_pair("CN", "RU"))
        store.append(visit("elsewhere", host=FRANCE))
        after = feeds.contents(of_pair("CN", "RU"))
        assert (after.since, after.changed_at) == (before.since, before.changed_at)
        assert after.seen != before.seen

    def test_a_feed_changes_when_an_engagement_leaves_it(self, store: CountingStore) -> None:
        feeds = feeds_of(store)
        before = feeds.contents(of_state("FR"))
        store.append(MergedAsDuplicate(engagement="to-france", into="visit"))
        assert feeds.contents(of_state("FR")).since != before.since

    def test_a_report_that_changes_nothing_but_when_it_was_last_heard_of_changes_the_feed(
        self, store: CountingStore
    ) -> None:
        feeds = feeds_of(store)
        before = feeds.contents(of_state("FR"))
        store.append(ReportAttached(engagement="to-france"))
        assert feeds.contents(of_state("FR")).since != before.since

    def test_after_more_records_than_are_looked_through_every_feed_counts_as_changed(
        self, store: CountingStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(feeds_module, "MOST_RECORDS", 2)
        feeds = feeds_of(store)
        before = feeds.contents(of_pair("CN", "RU"))
        store.append(*(visit(f"elsewhere-{number}", host=FRANCE) for number in range(3)))
        assert feeds.contents(of_pair("CN", "RU")).since != before.since

    def test_reports_about_one_engagement_are_read_without_the_others(self, store: CountingStore) -> None:
        feeds = feeds_of(store)
        store.append(Rescheduled(engagement="visit", when=When("2023-11-01")))
        feeds.follow()
        store.records_read = 0
        reports = feeds.reports(["visit"])["visit"]
        assert [type(report.event).__name__ for report in reports] == ["VisitAnnounced", "Rescheduled"]
        assert store.records_read == 2

    def test_reports_about_a_duplicate_stand_with_those_about_its_like(self, store: CountingStore) -> None:
        store.append(visit("again"), MergedAsDuplicate(engagement="again", into="visit"))
        assert len(feeds_of(store).reports(["visit"])["visit"]) == 3

    def test_what_was_reported_later_is_not_told(self) -> None:
        store = MemoryStore()
        store.append(*article.as_reported(), *article.what_followed())
        site = Site(store, Config(), clock=lambda: pendulum.datetime(2023, 9, 18), reported_by=article.THE_REPORT)
        feeds = site.feeds("public")
        assert len(feeds.reports(["putin-to-china-2023-10"])["putin-to-china-2023-10"]) == 1
        engagement = feeds.diary.get("putin-to-china-2023-10")
        assert engagement is not None
        assert engagement.when == When("2023-10")

    @given(histories(max_events=10), st.data())
    def test_a_log_known_by_an_instant_has_the_diary_as_of_that_instant(
        self, history: History, data: st.DataObject
    ) -> None:
        store = history.store()
        if not history.entries:
            return
        by = data.draw(st.sampled_from(history.entries)).recorded_at
        known_by = KnownBy(store, end_of(by))
        assert Diary(known_by).find() == Diary(store).as_of(reported_by=by).find()


class TestEqualsAFreshServer:
    """After any interleaving of appends and questions, a feed has what a server that just started gives."""

    @settings(deadline=None, max_examples=25)
    @given(histories(max_events=8), st.data())
    def test_in_bytes_and_in_counts(self, history: History, data: st.DataObject) -> None:
        specs = [EVERYTHING, of_state("CN"), of_pair("CN", "RU"), of_kind(Kind.VISIT), of_person("x", "Wang Yi")]
        store = MemoryStore()
        following = {name: feeds_of(store, name) for name in ("public", "internal")}
        bodies: dict[Any, bytes] = {}
        for record in history.records():
            store.append(Envelope(record.event, id=record.id, audience=record.audience))
            audience = data.draw(st.sampled_from(sorted(following)))
            feeds, fresh = following[audience], feeds_of(store, audience)
            for spec in data.draw(st.sets(st.sampled_from(specs))):
                ical = calendar(feeds, spec).to_ical()
                assert ical == calendar(fresh, spec).to_ical()
                assert bodies.setdefault((audience, spec, feeds.contents(spec).since), ical) == ical
            assert feeds.index().sums == fresh.index().sums


class SlowForSome(MemoryStore):
    """Keeps whoever reads for the audience 'internal' waiting until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.let_go = Event(), Event()

    def read_by_stream(self, **chosen: Any) -> Iterator[Record]:
        if chosen.get("audience") == "internal":
            self.asked.set()
            assert self.let_go.wait(PATIENCE)
        return super().read_by_stream(**chosen)


class TestWaiting:
    """Whoever does long work keeps nobody else waiting."""

    def test_a_feed_is_given_while_another_is_being_rendered(self, tmp_path: Path) -> None:
        with SQLiteStore(tmp_path / "visits.db") as store:
            store.append(visit(), meeting(), visit("to-france", host=FRANCE))
            feeds = feeds_of(store)
            asked, let_go = Event(), Event()

            def one_by_one() -> Iterator[Engagement]:
                for engagement in feeds.engagements(feeds.contents(EVERYTHING)):
                    asked.set()
                    assert let_go.wait(PATIENCE)
                    yield engagement

            with ThreadPoolExecutor() as others:
                waiting = others.submit(
                    lambda: len(feeds.rendered(Feed, one_by_one(), "Calendar", STANDARD, language("en")))
                )
                assert asked.wait(PATIENCE)
                quick = others.submit(lambda: len(calendar(feeds, of_state("RU"))))
                assert quick.result(PATIENCE) == 2
                let_go.set()
                assert waiting.result(PATIENCE) == 3

    def test_two_who_ask_for_the_same_have_it_made_once(self) -> None:
        contents, made = Contents(), []

        def make() -> Content:
            made.append(1)
            return Content(b"x", "text/plain")

        with ThreadPoolExecutor() as others:
            asking = [others.submit(contents.get, 1, None, make) for _ in range(8)]
            found = {id(one.result(PATIENCE)) for one in asking}
        assert (len(found), made) == (1, [1])

    def test_the_public_is_served_while_the_log_is_understood_for_others(self) -> None:
        store = SlowForSome()
        store.append(visit())
        site = Site(store, Config(), clock=lambda: pendulum.datetime(2023, 9, 18))
        with ThreadPoolExecutor() as others:
            waiting = others.submit(lambda: slugs(site.feeds("internal"), EVERYTHING))
            assert store.asked.wait(PATIENCE)
            assert others.submit(lambda: slugs(site.feeds("public"), EVERYTHING)).result(PATIENCE) == {"visit"}
            store.let_go.set()
            assert waiting.result(PATIENCE) == {"visit"}


class TestAudiences:
    """What an audience may not see does not influence one byte of what it gets."""

    @settings(deadline=None)
    @given(histories(max_events=10), st.data())
    def test_hidden_events_leave_no_trace(self, history: History, data: st.DataObject) -> None:
        clock = lambda: pendulum.datetime(2023, 9, 18)  # noqa: E731 - a constant
        whole, open_part = (MemoryStore(log_id=f"{number:032x}", clock=clock) for number in (7, 7))
        one, other = feeds_of(whole), feeds_of(open_part)
        for record in history.records():
            envelope = Envelope(record.event, id=record.id, audience=record.audience)
            whole.append(envelope)
            if record.audience == "public":
                open_part.append(envelope)
            if data.draw(st.booleans()):
                assert one.contents(EVERYTHING).changed_at == other.contents(EVERYTHING).changed_at
        assert calendar(one, EVERYTHING).to_ical() == calendar(other, EVERYTHING).to_ical()
        assert one.index().sums == other.index().sums


class TestRendering:
    """The served feed is the feed."""

    def test_a_pair_s_calendar_is_the_projection_s_calendar(self, store: CountingStore) -> None:
        served = calendar(feeds_of(store), of_pair("CN", "RU"), "Pair")
        assert served.to_ical() == replay(Feed(pair=("CN", "RU"), title="Pair"), store).to_ical()

    def test_one_new_event_renders_one_entry(self, store: CountingStore) -> None:
        class Counting(Feed):
            rendered = 0

            def row(self, engagement: Engagement) -> Any:
                Counting.rendered += 1
                return super().row(engagement)

        feeds = feeds_of(store)

        def ask() -> None:
            engagements = feeds.engagements(feeds.contents(EVERYTHING))
            feeds.rendered(Counting, engagements, "Calendar", STANDARD, language("en"))

        ask()
        assert Counting.rendered == 3
        store.append(Rescheduled(engagement="visit", when=When("2023-11-01")))
        ask()
        assert Counting.rendered == 4

    def test_no_more_entries_are_kept_than_there_is_room_for(self, store: CountingStore) -> None:
        kept, feed = Renderings(2), Feed()
        engagements = Diary(store).find()
        first = [kept.of(feed, one) for one in engagements]
        assert [kept.of(feed, one) for one in engagements] == first
        assert len(kept._kept) == 2

    def test_last_change_moves_when_a_cancelled_entry_leaves(self, store: CountingStore) -> None:
        store.append(Cancelled(engagement="visit"))
        feeds = feeds_of(store)
        contents, found = feeds.contents(of_pair("CN", "RU")), calendar(feeds, of_pair("CN", "RU"))
        recorded = feeds.diary.recorded_at
        assert last_change(contents, found, pendulum.date(2023, 10, 25)) == recorded
        assert recorded is not None
        left = last_change(contents, found, pendulum.date(9000, 1, 1))
        assert left == max(recorded, pendulum.datetime(2023, 10, 26))


class TestLeftOut:
    """An entry that cannot be shown is left out, named, and stops no other."""

    def broken(self, engagement: Engagement) -> str:
        if engagement.slug == "visit":
            raise OverflowError("no such day")
        return engagement.slug

    def test_the_others_are_shown_and_it_is_named(self, store: CountingStore, caplog: pytest.LogCaptureFixture) -> None:
        left_out, engagements = LeftOut(), Diary(store).find()
        for _ in range(2):
            assert {made for _, made in left_out.each(engagements, self.broken)} == {"meeting", "to-france"}
        assert left_out.reasons() == {"visit": "OverflowError: no such day"}
        assert len(caplog.messages) == 1, "the log tells it once"

    def test_it_is_forgotten_when_the_engagement_changes(self, store: CountingStore) -> None:
        feeds = feeds_of(store)
        feeds.follow()
        list(feeds.left_out.each(feeds.diary.find(), self.broken))
        store.append(ReportAttached(engagement="meeting"))
        feeds.follow()
        assert feeds.left_out_of(of_state("RU").filter) == ["visit"]
        assert feeds.left_out_of(of_state("FR").filter) == []
        store.append(Rescheduled(engagement="visit", when=When("2023-11-01")))
        feeds.follow()
        assert feeds.left_out.reasons() == {}


class TestContents:
    """Answers are kept ready, within bounds."""

    def made(self, contents: Contents, key: object, of: object = None) -> bool:
        """Ask for an answer, and tell whether it had to be made."""
        made = []

        def make() -> Content:
            made.append(1)
            return Content(b"x" * 1000, "text/plain")

        contents.get(key, of, make)
        return bool(made)

    def test_the_oldest_go_when_there_is_no_room(self) -> None:
        contents = Contents(10_000)
        for number in range(10):
            assert self.made(contents, number)
        assert not self.made(contents, 9)
        assert self.made(contents, 0)

    def test_what_was_made_of_something_else_is_made_anew(self) -> None:
        contents = Contents(10_000)
        assert [self.made(contents, "key", of) for of in (1, 1, 2, 1)] == [True, False, True, True]

    def test_replacing_does_not_use_up_room(self) -> None:
        contents = Contents(10_000)
        for number in range(1000):
            self.made(contents, "key", number)
        assert not self.made(contents, "key", 999)

    def test_what_is_larger_than_all_room_is_given_and_not_kept(self) -> None:
        contents = Contents(100)
        assert [self.made(contents, "key") for _ in range(2)] == [True, True]


class TestSpecs:
    """Which feeds there are."""

    @pytest.fixture
    def index(self, store: CountingStore) -> Index:
        return Diary(store).answer(WhoAndWhat())

    @pytest.mark.parametrize(
        ("name", "spec"),
        [
            ("all", EVERYTHING),
            ("state-cn", of_state("CN")),
            ("STATE-cn", None),
            ("state-CN", of_state("CN")),
            ("pair-cn_ru", of_pair("CN", "RU")),
            ("pair-ru_cn", of_pair("CN", "RU")),
            ("pair-fr_ru", of_pair("FR", "RU")),
            ("pair-cn_cn", None),
            ("pair-cn", None),
            ("pair-cn_xx", None),
            ("state-xx", None),
            ("person-wang-yi", of_person("wang-yi", "Wang Yi")),
            ("person-q701128", of_person("q701128", "Q701128")),
            ("person-yi-wang", of_person("wang-yi", "Wang Yi")),
            ("person-q1", None),
            ("person-nobody", None),
            ("kind-visit", of_kind(Kind.VISIT)),
            ("kind-tenure", None),
            ("", None),
            ("x" * 5000, None),
        ],
    )
    def test_names_lead_to_feeds(self, index: Index, name: str, spec: FeedSpec | None) -> None:
        assert find(name, index, {}) == spec

    def test_every_name_that_is_listed_is_found(self, index: Index) -> None:
        assert all(find(name, index, {}) for name in names(index, {}))

    def test_named_feeds_are_found(self, index: Index) -> None:
        named = FeedSpec(name="mine", title="Mine")
        assert find("mine", index, {"mine": named}) == named

    def test_a_person_s_feed_takes_all_spellings_that_differ_in_accents(self, store: CountingStore) -> None:
        accented = Person("Wáng  yi", CHINA)
        store.append(VisitAnnounced(engagement="spelt-otherwise", visitors=(accented,), host=RUSSIA))
        feeds = feeds_of(store)
        spec = find("person-wang-yi", feeds.index(), {})
        assert spec is not None
        assert "spelt-otherwise" in slugs(feeds, spec)

    def test_all_names_of_a_person_are_one_person_in_the_index(self, store: CountingStore) -> None:
        printed = Person("Wang I", CHINA)
        store.append(
            VisitAnnounced(engagement="spelt-otherwise", visitors=(printed,), host=RUSSIA),
            SamePerson(
                engagement="wang", people=(Person("Wang Yi", CHINA), Person("Wang, I."), Person("Yi W.", CHINA))
            ),
        )
        feeds = feeds_of(store)
        assert feeds.index().people == {"wang-yi": 4, "sergei-lavrov": 1}
        for name in ("person-wang-i", "person-i-wang", "person-w-yi"):
            spec = find(name, feeds.index(), {})
            assert spec == of_person("wang-yi", "Wang Yi")
            assert "spelt-otherwise" in slugs(feeds, spec)

    def test_retracted_and_absorbed_engagements_are_in_no_feed_and_are_not_counted(self, store: CountingStore) -> None:
        store.append(MergedAsDuplicate(engagement="to-france", into="visit"))
        feeds = feeds_of(store)
        assert slugs(feeds, EVERYTHING) == {"visit", "meeting"}
        assert feeds.index().kinds == {Kind.VISIT: 1, Kind.MEETING: 1}

    def test_parties_pairs_and_people_are_counted(self, index: Index) -> None:
        assert index.parties == {"CN": 3, "RU": 2, "FR": 1}
        assert index.pairs == {("CN", "RU"): 2, ("CN", "FR"): 1}
        assert index.people == {"wang-yi": 3, "sergei-lavrov": 1}
        assert index.label_of["q701128"] == index.label_of["wang-yi"] == "Wang Yi"

    def test_a_key_of_a_person_holds_no_slash_and_no_blank(self) -> None:
        assert person_address("Ngô Đình/Diệm ?#") == "ngo-dinh-diem"


def takes(toml: str, *events: EngagementEvent) -> set[str]:
    store = MemoryStore()
    store.append(*events)
    (spec,) = read_config_text(f'[feeds.mine]\ntitle = "Mine"\n{toml}').feeds.values()
    return slugs(feeds_of(store), spec)


class TestConfiguration:
    """Named feeds, from a TOML file."""

    EVENTS = (visit(), meeting(), visit("to-france", host=FRANCE))

    @pytest.mark.parametrize(
        ("toml", "expected"),
        [
            ("", {"visit", "meeting", "to-france"}),
            ('state = "fr"', {"to-france"}),
            ('pair = ["ru", "cn"]', {"visit", "meeting"}),
            ('any_of = ["FR", "RU"]', {"visit", "meeting", "to-france"}),
            ('kinds = ["meeting"]', {"meeting"}),
            ('person = "Lavrov"', set()),
            ('person = "sergei lavrov"', {"meeting"}),
            ('kinds = ["visit"]\npair = ["CN", "RU"]', {"visit"}),
        ],
    )
    def test_filters_choose(self, toml: str, expected: set[str]) -> None:
        assert takes(toml, *self.EVENTS) == expected

    def test_a_feed_for_another_audience_needs_a_token(self) -> None:
        config = read_config_text('[feeds.desk]\ntitle = "Desk"\naudience = "internal"')
        assert config.feeds["desk"].needs_token

    @pytest.mark.parametrize(
        ("toml", "complaint"),
        [
            ("[feeds", "Expected"),
            ("colour = 1", "colour"),
            ("[feeds.mine]", "title"),
            ('[feeds.mine]\ntitle = " "', "title"),
            ('[feeds.mine]\ntitle = "M"\nany_of = []', "any_of"),
            ('[feeds.mine]\ntitle = "M"\nkinds = []', "kinds"),
            ('[feeds.mine]\ntitle = "M"\nkinds = ["tenure"]', "tenure"),
            ('[feeds.mine]\ntitle = "M"\npair = ["CN", "cn"]', "two different"),
            ('[feeds.mine]\ntitle = "M"\nlanguage = "xx"', "xx"),
            ('[feeds.mine]\ntitle = "M"\naccess = "friends"', "access"),
            ('[feeds.mine]\ntitle = "M"\ncancelled_for_days = -1', "days"),
            ('[feeds."state-cn"]\ntitle = "M"', "choose another"),
            ('[feeds."a b"]\ntitle = "M"', "name"),
            ('base_url = "javascript:alert(1)"', "base_url"),
        ],
    )
    def test_what_cannot_be_followed_is_named(self, toml: str, complaint: str) -> None:
        with pytest.raises(UnusableConfiguration, match=complaint):
            read_config_text(toml)

    @pytest.mark.parametrize(
        ("key", "complaint"),
        [
            ('levle = "state"', r"feeds\.mine: key is 'levle': expected one of title, state, pair, person, any_of"),
            ('knds = ["visit"]', r"feeds\.mine: key is 'knds': expected 'kinds', if that is meant"),
            ('pair = ["CN"]', r"feeds\.mine: .*length 2.*pair"),
            ('access = "secret"', r"feeds\.mine: access is 'secret': expected 'public' or 'token'"),
            ('kinds = "visit"', r"feeds\.mine: .*kinds"),
            ("cancelled_for_days = 1.5", r"feeds\.mine: .*cancelled_for_days"),
        ],
    )
    def test_a_fault_is_told_with_the_feed_that_has_it(self, key: str, complaint: str) -> None:
        with pytest.raises(UnusableConfiguration, match=complaint):
            read_config_text(f'[feeds.other]\ntitle = "O"\n[feeds.mine]\ntitle = "M"\n{key}\n[feeds.more]\ntitle = "T"')

    def test_a_feed_without_a_title_is_named(self) -> None:
        for text in ('[feeds.other]\ntitle = "O"\n[feeds.mine]', "feeds.mine = 3"):
            with pytest.raises(UnusableConfiguration, match=r"feeds\.mine: "):
                read_config_text(text)


class TestDocumentation:
    """docs/how-to/serve-feeds.md tells all that a configuration can say."""

    TEXT = (Path(__file__).parents[1] / "docs" / "how-to" / "serve-feeds.md").read_text(encoding="utf-8")

    def test_its_example_can_be_followed(self) -> None:
        (example,) = re.findall(r"```toml\n(.*?)```", self.TEXT, re.DOTALL)
        config = read_config_text(example)
        assert set(config.feeds) == {"east-asia", "desk"}
        assert config.feeds["desk"].needs_token

    def test_every_key_is_told(self) -> None:
        table = self.TEXT[self.TEXT.index("| Key |") : self.TEXT.index("## Private feeds")]
        rows = [row for row in table.splitlines()[2:] if row.startswith("|")]
        told = {key for row in rows for key in re.findall(r"`(\w+)`", row.split("|")[1])}
        assert told == {field.name for field in msgspec.structs.fields(_Feed)}
