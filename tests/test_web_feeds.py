"""Feeds stay up to date without reading the log again, and show an audience nothing but its own."""

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import msgspec
import pendulum
import pytest
from hypothesis import given

from diplocal.calendars import STANDARD, Feed
from diplocal.dates import When
from diplocal.demo import article
from diplocal.engagements import Engagement, Kind
from diplocal.events import Cancelled, EngagementEvent, MeetingHeld, MergedAsDuplicate, Rescheduled, VisitAnnounced
from diplocal.parties import Person, State
from diplocal.replaying import replay
from diplocal.store import Envelope, MemoryStore, Record
from diplocal.testing.histories import histories
from diplocal.testing.history import History
from diplocal.web.choices import EVERYTHING, Choice, find, of_kind, of_pair, of_person, of_state
from diplocal.web.conditional import Content
from diplocal.web.config import Config, UnusableConfiguration, _Feed, read_config_text
from diplocal.web.feeds import Contents, Feeds, choose, last_change
from diplocal.web.live import Index, Live, person_address
from diplocal.web.site import Site
from diplocal.wording import language

CHINA, RUSSIA, FRANCE = State("CN", "China"), State("RU", "Russia"), State("FR", "France")
WANG, LAVROV = Person("Wang Yi", CHINA, wikidata="Q701128"), Person("Sergei Lavrov", RUSSIA)
ALL = Choice(name=EVERYTHING)
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


def slugs(feeds: Feeds, choice: Choice) -> set[str]:
    return set(feeds.chosen(choice).engagements)


class TestFollowing:
    """What is known follows the log."""

    def test_a_new_event_shows_at_the_next_question(self, store: CountingStore) -> None:
        feeds = Feeds(Live(store))
        assert slugs(feeds, of_pair("CN", "RU")) == {"visit", "meeting"}
        store.append(visit("another"))
        assert slugs(feeds, of_pair("CN", "RU")) == {"visit", "meeting", "another"}

    def test_only_new_records_are_read(self, store: CountingStore) -> None:
        known = Live(store)
        known.known()
        store.records_read = 0
        store.append(visit("another"))
        known.known()
        known.known()
        assert store.records_read == 1

    def test_a_feed_that_a_new_event_is_not_about_stays_the_same_object(self, store: CountingStore) -> None:
        feeds = Feeds(Live(store))
        before = feeds.chosen(of_pair("CN", "RU"))
        store.append(visit("elsewhere", host=FRANCE))
        assert feeds.chosen(of_pair("CN", "RU")) is before

    def test_reports_about_one_engagement_are_read_without_the_others(self, store: CountingStore) -> None:
        known = Live(store)
        store.append(Rescheduled(engagement="visit", when=When("2023-11-01")))
        known.known()
        store.records_read = 0
        assert [type(report.event).__name__ for report in known.reports("visit")] == ["VisitAnnounced", "Rescheduled"]
        assert store.records_read == 2

    def test_reports_about_a_duplicate_stand_with_those_about_its_like(self, store: CountingStore) -> None:
        store.append(visit("again"), MergedAsDuplicate(engagement="again", into="visit"))
        assert len(Live(store).reports("visit")) == 3

    def test_what_was_reported_later_is_not_told(self) -> None:
        store = MemoryStore()
        store.append(*article.as_reported(), *article.what_followed())
        known = Live(store, reported_by=article.THE_REPORT)
        assert len(known.reports("putin-to-china-2023-10")) == 1
        assert known.known().engagements["putin-to-china-2023-10"].when == When("2023-10")

    @given(histories(max_events=10))
    def test_following_event_by_event_equals_reading_all_at_once(self, history: History) -> None:
        store = MemoryStore()
        following = Live(store, "internal")
        feeds = Feeds(following)
        for record in history.records():
            store.append(Envelope(record.event, id=record.id, audience=record.audience))
            feeds.chosen(ALL)
        at_once = Live(store, "internal")
        assert dict(following.known().engagements) == dict(at_once.known().engagements)
        assert following.known().recorded_micros == at_once.known().recorded_micros
        for name in ("parties", "pairs", "people", "kinds", "labels"):
            assert getattr(following.known().index, name) == getattr(at_once.known().index, name)
        assert dict(feeds.chosen(ALL).engagements) == dict(choose(ALL, at_once.known()).engagements)


class SlowForSome(MemoryStore):
    """Keeps whoever reads for the audience 'internal' waiting until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.let_go = Event(), Event()

    def read(self, **chosen: Any) -> Iterator[Record]:
        if chosen.get("audience") == "internal":
            self.asked.set()
            assert self.let_go.wait(PATIENCE)
        return super().read(**chosen)


class OneByOne(dict[str, Engagement]):
    """Engagements of which the first is given only when they are let go."""

    def __init__(self, engagements: Mapping[str, Engagement]) -> None:
        super().__init__(engagements)
        self.asked, self.let_go = Event(), Event()

    def items(self) -> Any:
        self.asked.set()
        assert self.let_go.wait(PATIENCE)
        return super().items()


class TestWaiting:
    """Whoever does long work keeps nobody else waiting."""

    def test_a_feed_is_given_while_another_is_being_rendered(self, store: CountingStore) -> None:
        feeds = Feeds(Live(store))
        one_by_one = OneByOne(feeds.chosen(ALL).engagements)

        def rendered(engagements: Mapping[str, Engagement]) -> int:
            return len(feeds.calendar(engagements, "Calendar", STANDARD, language("en")))

        with ThreadPoolExecutor() as others:
            waiting = others.submit(rendered, one_by_one)
            assert one_by_one.asked.wait(PATIENCE)
            quick = others.submit(lambda: rendered(feeds.chosen(of_state("RU")).engagements))
            assert quick.result(PATIENCE) == 2
            one_by_one.let_go.set()
            assert waiting.result(PATIENCE) == 3

    def test_two_who_ask_for_the_same_have_it_made_once(self, store: CountingStore) -> None:
        feeds, made = Feeds(Live(store)), []

        def make() -> Content:
            made.append(1)
            return Content(b"x", "text/plain")

        with ThreadPoolExecutor() as others:
            asking = [others.submit(feeds.content, 1, None, make) for _ in range(8)]
            found = {id(one.result(PATIENCE)) for one in asking}
        assert (len(found), made) == (1, [1])

    def test_the_public_is_served_while_the_log_is_folded_for_others(self) -> None:
        store = SlowForSome()
        store.append(visit())
        site = Site(store, Config(), clock=lambda: pendulum.datetime(2023, 9, 18))
        with ThreadPoolExecutor() as others:
            waiting = others.submit(site.feeds, "internal")
            assert store.asked.wait(PATIENCE)
            assert slugs(others.submit(site.feeds, "public").result(PATIENCE), ALL) == {"visit"}
            store.let_go.set()
            assert slugs(waiting.result(PATIENCE), ALL) == {"visit"}


class TestAudiences:
    """What an audience may not see does not influence one byte of what it gets."""

    @given(histories(max_events=10))
    def test_hidden_events_leave_no_trace(self, history: History) -> None:
        clock = lambda: pendulum.datetime(2023, 9, 18)  # noqa: E731 - a constant
        whole, open_part = (MemoryStore(log_id=f"{number:032x}", clock=clock) for number in (7, 7))
        for record in history.records():
            envelope = Envelope(record.event, id=record.id, audience=record.audience)
            whole.append(envelope)
            if record.audience == "public":
                open_part.append(envelope)
        views = [Feeds(Live(store)) for store in (whole, open_part)]
        chosen = [feeds.chosen(ALL) for feeds in views]
        one, other = (
            feeds.calendar(some.engagements, "All", STANDARD, language("en")).to_ical()
            for feeds, some in zip(views, chosen, strict=True)
        )
        assert one == other
        assert chosen[0].known.recorded_micros == chosen[1].known.recorded_micros


class TestRendering:
    """The served feed is the feed."""

    def test_a_pair_s_calendar_is_the_projection_s_calendar(self, store: CountingStore) -> None:
        feeds = Feeds(Live(store))
        served = feeds.calendar(feeds.chosen(of_pair("CN", "RU")).engagements, "Pair", STANDARD, language("en"))
        assert served.to_ical() == replay(Feed(pair=("CN", "RU"), title="Pair"), store).to_ical()

    def test_last_change_moves_when_a_cancelled_entry_leaves(self, store: CountingStore) -> None:
        store.append(Cancelled(engagement="visit"))
        feeds = Feeds(Live(store))
        chosen = feeds.chosen(of_pair("CN", "RU"))
        calendar = feeds.calendar(chosen.engagements, "Pair", STANDARD, language("en"))
        recorded = chosen.known.recorded_at
        assert last_change(chosen, calendar, pendulum.date(2023, 10, 25)) == recorded
        later = pendulum.date(9000, 1, 1)
        assert recorded is not None
        left = last_change(chosen, calendar, later)
        assert left == max(recorded, pendulum.datetime(2023, 10, 26))


class TestContents:
    """Answers are kept ready, within bounds."""

    def test_the_oldest_go_when_there_is_no_room(self) -> None:
        kept, of = Contents(10_000), object()
        for number in range(10):
            kept.put(number, of, Content(b"x" * 1000, "text/plain"))
        assert kept.get(0, of) is None
        assert kept.get(9, of) is not None

    def test_what_was_made_of_something_else_is_not_given(self) -> None:
        kept = Contents(10_000)
        kept.put("key", object(), Content(b"x", "text/plain"))
        assert kept.get("key", object()) is None

    def test_replacing_does_not_use_up_room(self) -> None:
        kept, of = Contents(10_000), object()
        for _ in range(1000):
            kept.put("key", of, Content(b"x" * 1000, "text/plain"))
        assert kept.get("key", of) is not None


class TestChoices:
    """Which feeds there are."""

    @pytest.fixture
    def index(self, store: CountingStore) -> Index:
        return Live(store).known().index

    @pytest.mark.parametrize(
        ("name", "choice"),
        [
            ("all", ALL),
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
            ("person-nobody", None),
            ("kind-visit", of_kind(Kind.VISIT)),
            ("kind-tenure", None),
            ("", None),
            ("x" * 5000, None),
        ],
    )
    def test_names_lead_to_feeds(self, index: Index, name: str, choice: Choice | None) -> None:
        assert find(name, index, {}) == choice

    def test_named_feeds_are_found(self, index: Index) -> None:
        named = Choice(name="mine", title="Mine")
        assert find("mine", index, {"mine": named}) == named

    def test_a_person_s_feed_takes_all_spellings_that_differ_in_accents(self, store: CountingStore) -> None:
        accented = Person("Wáng  yi", CHINA)
        store.append(VisitAnnounced(engagement="spelt-otherwise", visitors=(accented,), host=RUSSIA))
        feeds = Feeds(Live(store))
        choice = find("person-wang-yi", feeds.live.known().index, {})
        assert choice is not None
        assert "spelt-otherwise" in slugs(feeds, choice)

    def test_retracted_and_absorbed_engagements_are_in_no_feed(self, store: CountingStore) -> None:
        store.append(MergedAsDuplicate(engagement="meeting", into="visit"))
        assert slugs(Feeds(Live(store)), ALL) == {"visit", "to-france"}

    def test_a_key_of_a_person_holds_no_slash_and_no_blank(self) -> None:
        assert person_address("Ngô Đình/Diệm ?#") == "ngo-dinh-diem"


def takes(toml: str, *events: EngagementEvent) -> set[str]:
    store = MemoryStore()
    store.append(*events)
    (choice,) = read_config_text(f'[feeds.mine]\ntitle = "Mine"\n{toml}').feeds.values()
    return slugs(Feeds(Live(store)), choice)


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
        told = {
            key for row in table.splitlines()[2:] for key in re.findall(r"`(\w+)`", row.split("|")[1] if row else "")
        }
        assert told == {field.name for field in msgspec.structs.fields(_Feed)}
