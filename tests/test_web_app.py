"""The feed server: feeds, pages and private addresses, asked as any program may ask."""

import asyncio
import csv
import io
import json
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, unquote_to_bytes
from xml.etree import ElementTree as ET

import attrs
import icalendar
import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Message

from diplocal import wording
from diplocal.calendars.check import check
from diplocal.dates import When
from diplocal.demo import article
from diplocal.diary import Diary
from diplocal.engagements import Engagement, Kind
from diplocal.errors import NotReachable
from diplocal.events import (
    Cancelled,
    Corrected,
    EngagementEvent,
    MeetingHeld,
    MergedAsDuplicate,
    NoLongerListed,
    PlanDenied,
    Postponed,
    ReportAttached,
    Rescheduled,
    Retracted,
    SamePerson,
    VisitAnnounced,
    VisitConcluded,
)
from diplocal.events.wire import identify
from diplocal.importers.csv_sheet import import_csv
from diplocal.parties import Office, Person, State
from diplocal.projections import ContactFrequency
from diplocal.sources import Credibility, Reliability, Source
from diplocal.store import Envelope, MemoryStore, SQLiteStore
from diplocal.testing.histories import histories
from diplocal.testing.history import History
from diplocal.web import lists
from diplocal.web.access import AccessList, Grant
from diplocal.web.app import ENDINGS, feed_app
from diplocal.web.config import Config, read_config_text
from diplocal.web.guard import SECURITY
from diplocal.wording.contract import Language
from diplocal.wording.language import LANGUAGES

OTHER_NAME = Person("Wang I", State("CN"))
VISIT_OF_OTHER = VisitAnnounced(
    engagement="visit-of-other", visitors=(OTHER_NAME,), host=State("FR"), when=When("2023-12-01")
)
ONE_PERSON = SamePerson(engagement="wang", people=(Person("Wang Yi", State("CN")), OTHER_NAME))


NOON = pendulum.datetime(2023, 9, 19, 12)
RECORDED = pendulum.datetime(2023, 9, 19, 8)
LOG = "7f8d5c1e-0000-4000-8000-000000000001"
HOSTILE = '=<script>alert(\'x\')</script>"onload="x" {{7*7}} &amp; \u2067'
PAGES = ["/", "/feeds/all", "/feeds/pair-cn_ru", "/feeds/person-wang-yi", "/entries/putin-to-china-2023-10"]
FILES = [f"/feeds/all{ending}" for ending in ENDINGS]
TITLED = [path for path in FILES if path != "/feeds/all.sheet.csv"]
"""The files in which an engagement has a title."""


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(
    app: Any, address: str | bytes, *, method: str = "GET", headers: Mapping[str, str] | None = None, **scope: Any
) -> Answer:
    """Ask an ASGI application as a server does, with nothing in between that would tidy the address up."""
    raw = address if isinstance(address, bytes) else quote(address, safe="/?=&%:+").encode()
    path, _, query = raw.partition(b"?")
    sent = {"host": "calendar.example.org", **(headers or {})}
    request = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": unquote_to_bytes(path).decode("utf-8", "replace"),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [(name.lower().encode("latin-1"), value.encode("utf-8")) for name, value in sent.items()],
        "client": ("192.0.2.1", 1),
        "server": ("192.0.2.2", 443),
        **scope,
    }
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)

    asyncio.run(app(request, receive, send))
    start = messages[0]
    found = {name.decode(): value.decode("latin-1") for name, value in start["headers"]}
    return Answer(start["status"], found, b"".join(message.get("body", b"") for message in messages[1:]))


def store_of(*events: Any) -> MemoryStore:
    store = MemoryStore(log_id=LOG, clock=lambda: RECORDED)
    for event in events:
        store.append(event)
    return store


def entries_in(page: str) -> list[str]:
    """Return the names of the entries that a page leads to, in order."""
    return re.findall(r'href="/entries/([^"?]+)', page)


def serving(store: MemoryStore, config: str = "", **options: Any) -> Starlette:
    return feed_app(store, read_config_text(config) if config else Config(), clock=lambda: NOON, **options)


def entries_of_atom(feed: bytes) -> dict[str, str]:
    """Return the summaries of a feed's entries, by their ids."""
    names = {"a": "http://www.w3.org/2005/Atom"}
    found = ET.fromstring(feed).iterfind("a:entry", names)  # noqa: S314 - our own
    return {one.findtext("a:id", "", names): one.findtext("a:summary", "", names) for one in found}


@pytest.fixture
def store() -> MemoryStore:
    return store_of(*article.as_reported())


@pytest.fixture
def app(store: MemoryStore) -> Starlette:
    return serving(store)


def entries(ical: bytes) -> dict[str, Any]:
    return {str(entry["UID"]).split("@")[0]: entry for entry in icalendar.Calendar.from_ical(ical).walk("VEVENT")}


class TestFeeds:
    def test_a_pair_s_feed_has_its_engagements(self, app: Starlette) -> None:
        answer = ask(app, "/feeds/pair-cn_ru.ics")
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        assert "putin-to-china-2023-10" in entries(answer.body)
        assert "li-to-belarus-2023-08" not in entries(answer.body)

    def test_a_new_event_is_in_the_feed_at_the_next_request(self, app: Starlette, store: MemoryStore) -> None:
        first = ask(app, "/feeds/pair-cn_ru.ics")
        again = ask(app, "/feeds/pair-cn_ru.ics", headers={"if-none-match": first.headers["etag"]})
        store.append(Rescheduled(engagement="putin-to-china-2023-10", when=When("2023-11-02")))
        moved = ask(app, "/feeds/pair-cn_ru.ics", headers={"if-none-match": first.headers["etag"]})
        assert [first.status, again.status, moved.status] == [200, 304, 200]
        assert entries(moved.body)["putin-to-china-2023-10"].start == pendulum.date(2023, 11, 2)

    def test_an_event_elsewhere_leaves_the_feed_as_it_was(self, app: Starlette, store: MemoryStore) -> None:
        etag = ask(app, "/feeds/state-ru.ics").headers["etag"]
        store.append(Rescheduled(engagement="li-to-belarus-2023-08", when=When("2023-08-02")))
        assert ask(app, "/feeds/state-ru.ics", headers={"if-none-match": etag}).status == 304

    def test_a_feed_has_the_same_bytes_whoever_asks(self, store: MemoryStore) -> None:
        one, other = serving(store), serving(store)
        assert ask(one, "/feeds/all.ics").body == ask(other, "/feeds/all.ics").body

    def test_what_is_ready_is_what_would_be_made(self, app: Starlette, store: MemoryStore) -> None:
        for headers in ({}, {"accept-language": "fr"}, {"accept-language": "ar"}):
            for path in FILES:
                made, ready, fresh = (
                    ask(app, path, headers=headers),
                    *(ask(one, path, headers=headers) for one in (app, serving(store))),
                )
                assert made == ready == fresh

    def test_a_cancelled_entry_leaves_the_feed_as_days_pass(self, store: MemoryStore) -> None:
        store.append(Cancelled(engagement="putin-to-china-2023-10"))
        today = [pendulum.datetime(2023, 11, 7, 12)]
        app = feed_app(store, clock=lambda: today[-1])
        shown = []
        for day in (7, 7, 8):
            today.append(pendulum.datetime(2023, 11, day, 12))
            shown.append("putin-to-china-2023-10" in entries(ask(app, "/feeds/all.ics").body))
        assert shown == [True, True, False]

    def test_google_s_profile_keeps_a_cancelled_entry_confirmed(self, app: Starlette, store: MemoryStore) -> None:
        store.append(Cancelled(engagement="putin-to-china-2023-10"))
        plain, google = (entries(ask(app, f"/feeds/all{ending}").body) for ending in (".ics", ".google.ics"))
        slug = "putin-to-china-2023-10"
        assert (plain[slug]["STATUS"], google[slug]["STATUS"]) == ("CANCELLED", "CONFIRMED")

    def test_the_rich_feed_has_the_same_entries_with_their_participants(self, app: Starlette) -> None:
        plain, rich = (ask(app, f"/feeds/all{ending}") for ending in (".ics", ".rich.ics"))
        assert entries(rich.body).keys() == entries(plain.body).keys()
        assert (b"BEGIN:PARTICIPANT" in plain.body, b"BEGIN:PARTICIPANT" in rich.body) == (False, True)
        assert rich.headers["content-type"] == plain.headers["content-type"]

    def test_jscalendar_has_the_same_entries_and_its_media_type(self, app: Starlette) -> None:
        answer = ask(app, "/feeds/all.jscal.json")
        uids = {event["uid"] for event in json.loads(answer.body)["entries"]}
        assert uids == {str(entry["UID"]) for entry in entries(ask(app, "/feeds/all.ics").body).values()}
        assert answer.headers["content-type"] == "application/jscalendar+json;type=group"

    def test_the_page_of_a_feed_leads_to_its_other_forms(self, app: Starlette) -> None:
        page = ask(app, "/feeds/all").body.decode()
        assert "/feeds/all.rich.ics" in page
        assert "/feeds/all.jscal.json" in page

    def test_a_fresh_change_has_no_date_that_a_second_one_could_hide_behind(self) -> None:
        store = store_of(*article.as_reported())
        just_now = feed_app(store, clock=lambda: RECORDED.add(seconds=1))
        assert "last-modified" not in ask(just_now, "/feeds/all.ics").headers
        assert ask(serving(store), "/feeds/all.ics").headers["last-modified"] == "Tue, 19 Sep 2023 08:00:00 GMT"

    def test_who_has_it_since_then_gets_304(self, app: Starlette) -> None:
        since = {"if-modified-since": "Tue, 19 Sep 2023 08:00:00 GMT"}
        assert ask(app, "/feeds/all.ics", headers=since).status == 304

    def test_other_spellings_of_a_name_lead_to_the_one_address(self, app: Starlette) -> None:
        answer = ask(app, "/feeds/pair-RU_cn.ics?lang=fr")
        assert (answer.status, answer.headers["location"]) == (307, "/feeds/pair-cn_ru.ics?lang=fr")

    @pytest.mark.parametrize("path", ["/feeds/pair-cn_xx.ics", "/feeds/nix.ics", "/feeds/.ics", "/feeds/all.exe", "/x"])
    def test_there_is_no_feed_of_any_other_name(self, app: Starlette, path: str) -> None:
        assert ask(app, path).status == 404

    def test_json_has_the_entries(self, app: Starlette) -> None:
        feed = json.loads(ask(app, "/feeds/pair-cn_ru.json").body)
        (found,) = [one for one in feed["entries"] if one["engagement"] == "putin-to-china-2023-10"]
        assert found["when"]["edtf"] == "2023-10"
        assert found["parties"] == ["RU", "CN"]

    def test_atom_has_the_last_changes_and_absolute_addresses(self, app: Starlette) -> None:
        feed = ET.fromstring(ask(app, "/feeds/pair-cn_ru.atom").body)  # noqa: S314 - our own
        names = {"a": "http://www.w3.org/2005/Atom"}
        links = [link.attrib["href"] for link in feed.iterfind(".//a:link", names)]
        assert links[0] == "https://calendar.example.org/feeds/pair-cn_ru.atom"
        assert "https://calendar.example.org/entries/putin-to-china-2023-10" in links
        assert len({one.text for one in feed.iterfind(".//a:id", names)}) == len(feed.findall("a:entry", names)) + 1

    def test_atom_says_what_changed_and_what_is_gone_in_the_words_of_watch(self) -> None:
        """Of each engagement one entry: as it is, and what the last record changed; of what is gone, that and why."""
        first, moved, double, other = (
            VisitAnnounced(engagement=name, when=When(when), visitors=(State("CN"),), host=State("RU"))
            for name, when in (
                ("first", "2026-12"),
                ("moved", "2026-12-10"),
                ("double", "2027-01"),
                ("other", "2027-02"),
            )
        )
        later = Rescheduled(engagement="moved", when=When("2026-12-12"))
        gone = (Retracted(engagement="first", of=identify(first)), MergedAsDuplicate(engagement="double", into="other"))
        store = store_of(first, moved, double, other)
        app = serving(store)
        before = entries_of_atom(ask(app, "/feeds/pair-cn_ru.atom").body)
        for event in (later, *gone):
            store.append(event)
        now = entries_of_atom(ask(app, "/feeds/pair-cn_ru.atom").body)
        assert set(now) == set(before), "ids stay, of what is gone too"
        assert now == entries_of_atom(ask(serving(store), "/feeds/pair-cn_ru.atom").body)
        told = "\n".join(now.values())
        assert {"gone: Duplicate of: other", "gone: retracted"} <= set(now.values())
        assert "When: 10 December 2026 → 12 December 2026" in told
        assert "gone" not in ask(app, "/feeds/state-jp.atom").text

    def test_a_feed_does_not_name_what_took_something_in_and_is_not_in_it(self) -> None:
        """Else a token for one feed would tell of another."""
        double = VisitAnnounced(engagement="double", visitors=(State("CN"),), host=State("RU"))
        other = VisitAnnounced(engagement="secret-other", visitors=(State("JP"),), host=State("FR"))
        store = store_of(
            double,
            double.evolve(engagement="stays"),
            other,
            MergedAsDuplicate(engagement="double", into="secret-other"),
        )
        told = ask(serving(store), "/feeds/state-cn.atom").text
        assert "gone" in told
        assert "secret-other" not in told
        assert "secret-other" in ask(serving(store), "/feeds/all.atom").text

    def test_contacts_are_those_that_the_command_counts(self) -> None:
        """Those of two sides, unless others are asked for, and the ones whose year nobody knows."""
        states = [State(code) for code in ("CN", "RU", "IN")]
        store = store_of(
            VisitConcluded(engagement="bilateral", visitors=(states[0],), host=states[1], when=When("2026-03")),
            VisitConcluded(engagement="vague", visitors=(states[0],), host=states[1], when=When("198X")),
            MeetingHeld(engagement="summit", participants=tuple(states), when=When("2026-05")),
        )
        app = serving(store)
        of_any = ask(app, "/feed?with=CN&sides=any").text
        rows = Diary(store).answer(ContactFrequency()).by("year", state="CN")
        assert [(row.period, row.kind, row.count) for row in rows] == [("2026", Kind.VISIT, 1), (None, Kind.VISIT, 1)]
        page = ask(app, "/feeds/state-cn").text
        assert "Contacts by year: Bilateral" in page
        assert "date too vague" in page
        assert "contact-2026-visit" in page
        assert "contact-2026-meeting" not in page
        assert "contact-2026-meeting" in of_any
        assert 'href="/entries/vague"' in ask(app, "/feeds/state-cn?counted=contact-0000-visit").text

    def test_a_measure_is_of_what_the_feed_takes_and_of_nothing_else(self) -> None:
        """Also of a feed of three, of whom all take part."""
        states = [State(code) for code in ("CN", "RU", "IN")]
        store = store_of(
            MeetingHeld(engagement="summit", participants=tuple(states), when=When("2026-05")),
            VisitConcluded(engagement="apart", visitors=(State("JP"),), host=State("FR"), when=When("2026-03")),
        )
        text = ask(serving(store), "/feed?with=CN&with=IN&with=RU&sides=any&view=network").text
        assert "India" in text
        assert "Japan" not in text

    def test_atom_of_what_nobody_may_see_is_as_if_it_were_not(self) -> None:
        """A hidden engagement that is gone, and a hidden retraction, do not change one byte."""
        seen = VisitAnnounced(engagement="seen", visitors=(State("CN"),), host=State("RU"))
        hidden = VisitAnnounced(engagement="hidden", visitors=(State("CN"),), host=State("RU"))
        store, plain = store_of(seen), store_of(seen)
        for event in (hidden, Retracted(engagement="hidden", of=identify(hidden))):
            store.append(Envelope(event, audience="desk"))
        store.append(Envelope(Retracted(engagement="seen", of=identify(seen)), audience="desk"))
        assert ask(serving(store), "/feeds/all.atom").body == ask(serving(plain), "/feeds/all.atom").body

    def test_a_download_is_a_file_with_a_name(self, app: Starlette) -> None:
        assert "content-disposition" not in ask(app, "/feeds/all.ics").headers
        assert ask(app, "/feeds/all.ics?download=1").headers["content-disposition"] == 'attachment; filename="all.ics"'

    @pytest.mark.parametrize(
        ("language", "summary"),
        [
            ("zh", "国家元首 Vladimir Putin（俄罗斯）访问中国（2023年10月，日期待确认）"),
            ("fr", "Chef de l’État Vladimir Putin (Russie) : visite, Chine (octobre 2023, date à confirmer)"),
        ],
    )
    def test_a_feed_is_told_in_the_language_of_its_address(self, app: Starlette, language: str, summary: str) -> None:
        entry = entries(ask(app, f"/feeds/pair-cn_ru.ics?lang={language}").body)["putin-to-china-2023-10"]
        assert " ".join(str(entry["SUMMARY"]).split()) == summary

    def test_data_say_an_office_in_the_language_and_as_it_was_printed(self, app: Starlette) -> None:
        [visit] = [
            one
            for one in json.loads(ask(app, "/feeds/pair-cn_ru.json?lang=zh").body)["entries"]
            if one["engagement"] == "xi-to-russia-2023-03"
        ]
        assert visit["title"] == "国家元首 Xi Jinping（中国）访问俄罗斯（国事访问）"
        assert (visit["people"][0]["office"], visit["people"][0]["printed"]) == ("国家元首 Xi Jinping", "President")

    def test_atom_is_in_the_language(self, app: Starlette) -> None:
        atom = ask(app, "/feeds/pair-cn_ru.atom?lang=zh").text
        assert "<title>国家元首 Xi Jinping（中国）访问俄罗斯（国事访问）</title>" in atom
        assert "<summary>已举行：2023年3月</summary>" in atom

    def test_places_and_categories_are_in_the_language_too(self, app: Starlette) -> None:
        entry = entries(ask(app, "/feeds/pair-cn_ru.ics?lang=fr").body)["xi-to-russia-2023-03"]
        assert str(entry["LOCATION"]) == "Moscow, Russie"
        assert [str(one) for one in entry["CATEGORIES"].cats] == ["Visite", "Chine", "Russie"]

    def test_languages_differ_in_words_only(self, app: Starlette) -> None:
        english, arabic = (entries(ask(app, f"/feeds/all.ics{query}").body) for query in ("", "?lang=ar"))
        for name in ("UID", "DTSTART", "DTEND", "DTSTAMP", "SEQUENCE", "STATUS"):
            assert [one[name].to_ical() for one in english.values() if name in one] == [
                one[name].to_ical() for one in arabic.values() if name in one
            ]
        assert [str(one["SUMMARY"]) for one in english.values()] != [str(one["SUMMARY"]) for one in arabic.values()]

    def test_what_a_calendar_program_asks_in_decides_nothing(self, app: Starlette) -> None:
        plain = ask(app, "/feeds/all.ics")
        assert ask(app, "/feeds/all.ics", headers={"accept-language": "fr"}) == plain
        assert plain.headers["vary"] == "Accept-Encoding"

    def test_a_page_offers_the_feed_in_its_own_language(self, app: Starlette) -> None:
        page = ask(app, "/feeds/pair-cn_ru", headers={"accept-language": "id"}).text
        assert 'value="https://calendar.example.org/feeds/pair-cn_ru.ics?lang=id"' in page
        assert 'href="/feeds/pair-cn_ru.ics?lang=id&amp;download=1"' in page

    def test_an_entry_s_own_file_names_no_calendar(self, app: Starlette) -> None:
        answer = ask(app, "/entries/putin-to-china-2023-10.ics")
        assert set(entries(answer.body)) == {"putin-to-china-2023-10"}
        assert b"X-WR-CALNAME" not in answer.body
        assert b"\nNAME:" not in answer.body

    @pytest.mark.parametrize(
        "when",
        [
            "2026-12-10T09:00+08:00[Asia/Shanghai]",
            "2026-06-10T09:00+02:00[Europe/Paris]",
            "2026-07-10T18:00-04:00[America/New_York]/2026-07-10T19:30-04:00[America/New_York]",
            "2026-12-10T09:00+08:00",
            "2026-12-10",
        ],
    )
    def test_an_entry_s_own_file_says_word_for_word_what_its_feed_says(self, when: str) -> None:
        app = serving(
            store_of(VisitAnnounced(engagement="trip", visitors=(OTHER_NAME,), host=State("FR"), when=When(when)))
        )
        file, feed = (ask(app, path).body for path in ("/entries/trip.ics", "/feeds/all.ics"))
        assert list(check(file)) == []
        assert file.split(b"\r\nBEGIN:V", 1)[1] == feed.split(b"\r\nBEGIN:V", 1)[1]


class TestNamedFeeds:
    CONFIG = """
    title = "Desk"
    base_url = "https://feeds.example.org/cal/"
    [feeds.patrols]
    title = "Patrols and <drills>"
    kinds = ["patrol", "joint exercise"]
    language = "fr"
    [feeds.closed]
    title = "Closed"
    access = "token"
    """

    def test_a_named_feed_has_its_title_and_its_filters(self, store: MemoryStore) -> None:
        answer = ask(serving(store, self.CONFIG), "/feeds/patrols.ics")
        assert entries(answer.body) == {}
        (patrol,) = json.loads(ask(serving(store, self.CONFIG), "/feeds/patrols.json").body)["entries"]
        assert patrol["engagement"] == "china-russia-patrols-2023"
        assert b"NAME:Patrols and <drills>" in answer.body

    def test_a_feed_keeps_its_own_language(self, store: MemoryStore) -> None:
        answer = ask(serving(store, self.CONFIG), "/feeds/patrols.json?lang=ru")
        assert json.loads(answer.body)["language"] == "fr"

    def test_the_catalogue_lists_what_everybody_may_read(self, store: MemoryStore) -> None:
        page = ask(serving(store, self.CONFIG), "/").text
        assert "Patrols and &lt;drills&gt;" in page
        assert "Closed" not in page

    def test_a_closed_feed_is_not_there_without_a_token(self, store: MemoryStore) -> None:
        app = serving(store, self.CONFIG)
        assert ask(app, "/feeds/closed.ics").body == ask(app, "/feeds/absent.ics").body
        assert ask(app, "/feeds/closed").status == 404

    def test_addresses_to_copy_begin_as_the_publisher_says(self, store: MemoryStore) -> None:
        page = ask(serving(store, self.CONFIG), "/feeds/patrols").text
        assert 'value="https://feeds.example.org/cal/feeds/patrols.ics"' in page
        assert 'href="webcal://feeds.example.org/cal/feeds/patrols.ics"' in page


class TestPrivateFeeds:
    @pytest.fixture
    def access(self, tmp_path: Path) -> AccessList:
        return AccessList(tmp_path / "access.json")

    @pytest.fixture
    def app(self, store: MemoryStore, access: AccessList) -> Starlette:
        hidden = VisitAnnounced(
            engagement="secret", visitors=(State("CN", "China"),), host=State("RU", "Russia"), when=When("2023-12-01")
        )
        store.append(Envelope(hidden, audience="internal"))
        return serving(store, TestNamedFeeds.CONFIG, access=access)

    def grant(self, access: AccessList, feed: str | None, audience: str) -> str:
        return access.grant(feed=feed, audience=audience, note="n", granted="2023-09-18")[1]

    def test_a_token_shows_what_its_audience_may_see(self, app: Starlette, access: AccessList) -> None:
        token = self.grant(access, None, "internal")
        assert "secret" in entries(ask(app, f"/private/{token}/feeds/pair-cn_ru.ics").body)
        assert "secret" not in entries(ask(app, "/feeds/pair-cn_ru.ics").body)
        assert ask(app, "/entries/secret").status == 404
        assert ask(app, f"/private/{token}/entries/secret").status == 200

    def test_a_token_for_one_feed_opens_no_other(self, app: Starlette, access: AccessList) -> None:
        base = f"/private/{self.grant(access, 'pair-cn_ru', 'internal')}"
        assert ask(app, f"{base}/feeds/pair-cn_ru.ics").status == 200
        assert ask(app, f"{base}/feeds/all.ics").status == 404
        assert ask(app, f"{base}/entries/li-to-belarus-2023-08").status == 404
        assert ask(app, f"{base}/entries/secret.ics").status == 200
        assert ask(app, f"{base}/").headers["location"] == f"/cal{base}/feeds/pair-cn_ru"

    def test_a_token_opens_a_closed_feed(self, app: Starlette, access: AccessList) -> None:
        token = self.grant(access, "closed", "public")
        assert ask(app, f"/private/{token}/feeds/closed.ics").status == 200

    def test_a_revoked_token_opens_nothing_at_the_next_request(self, app: Starlette, access: AccessList) -> None:
        given_one, token = access.grant(feed=None, audience="internal", note="n", granted="2023-09-18")
        assert ask(app, f"/private/{token}/feeds/all.ics").status == 200
        access.revoke(given_one.id)
        assert ask(app, f"/private/{token}/feeds/all.ics").status == 404

    def test_only_the_reader_s_own_cache_keeps_it(self, app: Starlette, access: AccessList) -> None:
        token = self.grant(access, None, "internal")
        assert ask(app, f"/private/{token}/feeds/all.ics").headers["cache-control"] == "private, no-cache"
        assert ask(app, "/feeds/all.ics").headers["cache-control"] == "public, no-cache"

    def test_every_link_of_a_private_page_stays_private(self, app: Starlette, access: AccessList) -> None:
        token = self.grant(access, None, "internal")
        page = Page.of(ask(app, f"/private/{token}/feeds/pair-cn_ru"))
        own = [link for link in page.links if link.startswith("/") and link not in ("/cal/style.css", "/cal/icon.svg")]
        assert own
        assert all(link.startswith(f"/cal/private/{token}") for link in own)

    @given(token=st.text(max_size=80))
    @settings(max_examples=30)
    def test_no_guess_opens_anything(self, token: str) -> None:
        app = serving(store_of(), access=AccessList(Path("/nonexistent/access.json")))
        assert ask(app, f"/private/{quote(token, safe='')}/feeds/all.ics").status in (404, 414)

    def test_without_an_access_list_nothing_is_private(self, store: MemoryStore) -> None:
        assert ask(serving(store), "/private/x/feeds/all.ics").status == 404


def linked_data(page: str) -> Any:
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(found)


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.said: list[str] = []

    @classmethod
    def of(cls, answer: Answer) -> "Page":
        page = cls()
        page.feed(answer.text)
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    @property
    def links(self) -> list[str]:
        return [value for _, name, value in self.attributes if name in ("href", "src", "action")]

    def check_is_harmless(self) -> None:
        data = [value for tag, name, value in self.attributes if (tag, name) == ("script", "type")]
        assert data == ["application/ld+json"] * self.tags.count("script"), "no script runs"
        assert not {"iframe", "object", "embed", "style", "base"} & set(self.tags)
        assert not [name for _, name, _ in self.attributes if name.startswith("on") or name == "style"]
        schemes = {link.split(":", 1)[0] for link in self.links if not link.startswith(("/", "#"))}
        assert schemes <= {"https", "http", "webcal"}


@pytest.fixture
def hostile() -> Starlette:
    """A log in which every text that a source can print is an attack."""
    state = attrs.evolve(State("XK"), label=HOSTILE.strip())
    person = Person(HOSTILE, state, Office(HOSTILE))
    source = Source(HOSTILE, url="https://x.example/\"><script>'javascript:", speaker=HOSTILE)
    announced = VisitAnnounced(
        engagement="attack", visitors=(person,), host=State("CN", HOSTILE), when=When("2023-10-01"), place=HOSTILE,
        sources=(source,), note=HOSTILE, received_by=(person,),
    )  # fmt: skip
    return serving(
        store_of(announced, Cancelled(engagement="attack", reason=HOSTILE, sources=(source,), note=HOSTILE)),
        '[feeds.mine]\ntitle = "<script>alert(1)</script>"',
    )


class TestEscaping:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize(
        "path", ["/", "/feeds/all", "/feeds/mine", "/feeds/pair-cn_xk", "/feeds/state-xk", "/entries/attack"]
    )
    def test_what_sources_print_never_becomes_markup(self, hostile: Starlette, path: str, language: str) -> None:
        answer = ask(hostile, f"{path}?lang={language}")
        assert answer.status == 200
        page = Page.of(answer)
        page.check_is_harmless()
        assert path == "/feeds/mine" or any("alert('x')" in said for said in page.said)
        assert "49" not in "".join(page.said).replace("{{7*7}}", "")

    def test_no_cell_of_a_spreadsheet_is_a_formula(self, hostile: Starlette) -> None:
        rows = list(csv.reader(io.StringIO(ask(hostile, "/feeds/all.csv").body.decode("utf-8-sig"))))
        assert len(rows) == 2
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]

    def test_a_served_sheet_is_imported_again_and_changes_nothing(self, tmp_path: Path) -> None:
        store = store_of(VisitAnnounced(engagement="v", visitors=(State("CN"),), host=State("RU"), place="=1+1"))
        answer = ask(serving(store), "/feeds/all.sheet.csv")
        (tmp_path / "sheet.csv").write_bytes(answer.body)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert import_csv(tmp_path / "sheet.csv", store).unchanged == 1

    @given(st.text(st.sampled_from("=+-@\uff1d\uff20\t\r\n ;,\"'|x<&")).filter(str.strip))
    @settings(max_examples=40, deadline=None)
    def test_no_place_makes_a_formula_or_breaks_a_row(self, place: str) -> None:
        visit = VisitAnnounced(
            engagement="v", visitors=(State("CN"),), host=State("RU"), when=When("2023"), place=place.strip()
        )
        answer = ask(serving(store_of(visit)), "/feeds/all.csv")
        [row] = csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"), newline=""))
        assert row["place"].lstrip("'") == place.strip().lstrip("'")
        assert not row["place"].startswith(("=", "+", "-", "@", "\uff1d", "\uff20", "\t", "\r"))

    def test_atom_is_well_formed_whatever_is_printed(self, hostile: Starlette) -> None:
        feed = ET.fromstring(ask(hostile, "/feeds/all.atom").body)  # noqa: S314 - our own
        assert "<script>" in "".join(feed.itertext())

    def test_the_calendar_parses_whatever_is_printed(self, hostile: Starlette) -> None:
        assert set(entries(ask(hostile, "/feeds/all.ics").body)) == {"attack"}


class TestPages:
    @pytest.mark.parametrize("path", [*PAGES, "/nothing"])
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_pages_are_harmless_and_in_the_language_asked_for(self, app: Starlette, path: str, language: str) -> None:
        page = Page.of(answer := ask(app, path, headers={"accept-language": language}))
        page.check_is_harmless()
        assert ("html", "lang", language) in page.attributes
        assert ("html", "dir", "rtl" if language == "ar" else "ltr") in page.attributes
        assert page.tags.count("h1") == page.tags.count("main") == 1
        assert "Accept-Language" in answer.headers["vary"]

    @pytest.mark.parametrize("path", PAGES)
    def test_pages_load_nothing_from_elsewhere(self, app: Starlette, path: str) -> None:
        page = Page.of(ask(app, path))
        loaded = [value for tag, name, value in page.attributes if tag in ("link", "img") and name in ("href", "src")]
        assert all(address.startswith("/") for address in loaded)

    @pytest.mark.parametrize("path", PAGES)
    def test_every_link_of_ours_leads_somewhere(self, app: Starlette, path: str) -> None:
        page = Page.of(ask(app, f"{path}?lang=id"))
        own = {link.split("#")[0] for link in page.links if link.startswith("/")} - {"/feed"}
        assert own
        assert {link: ask(app, link).status for link in own} == dict.fromkeys(own, 200)

    @pytest.mark.parametrize("path", PAGES)
    def test_every_picture_and_field_says_what_it_is(self, app: Starlette, path: str) -> None:
        text = ask(app, path).text
        assert text.count('role="img"') == len(re.findall(r'role="img"[^>]*aria-labelledby', text))
        fields = set(re.findall(r'<(?:input|select) id="([^"]+)"', text))
        assert fields == set(re.findall(r'<label for="([^"]+)"', text))
        ids = re.findall(r' id="([^"]+)"', text)
        assert len(ids) == len(set(ids))

    def test_a_feed_s_page_tells_subscribing_from_downloading(self, app: Starlette) -> None:
        page = ask(app, "/feeds/pair-cn_ru").text
        assert 'href="webcal://calendar.example.org/feeds/pair-cn_ru.ics"' in page
        assert 'readonly value="https://calendar.example.org/feeds/pair-cn_ru.ics"' in page
        assert 'href="/feeds/pair-cn_ru.ics?download=1"' in page

    def test_what_lies_ahead_is_on_the_page_with_its_meetings(self, app: Starlette) -> None:
        page = ask(app, "/feeds/pair-cn_ru").text
        ahead = page[page.index("Ahead") : page.index("Last changes")]
        assert ahead.index("wang-to-russia-2023-09") < ahead.index("security-consultation-18")
        assert "October 2023, date to be confirmed" in ahead

    @pytest.mark.parametrize(("when", "is_lapsed"), [("2023-09-18", True), ("2023-09", False), ("2023-09-19", False)])
    def test_a_plan_of_which_nobody_spoke_again_is_listed_as_lapsed(
        self, app: Starlette, store: MemoryStore, when: str, *, is_lapsed: bool
    ) -> None:
        assert "Lapsed by" not in ask(app, "/feeds/state-fr").text
        store.append(
            VisitAnnounced(engagement="plan", visitors=(State("FR"),), host=State("CN"), when=When(when)),
            VisitConcluded(engagement="held", visitors=(State("FR"),), host=State("CN"), when=When("2023-09-17")),
        )
        page = ask(app, "/feeds/state-fr").text
        assert ("Lapsed by 19 September 2023" in page) == is_lapsed
        if is_lapsed:
            listed = page[page.index("Lapsed by") : page.index("Last changes")]
            assert ("/entries/plan" in listed, "/entries/held" in listed) == (True, False)

    @pytest.mark.parametrize(
        ("doubt", "words"),
        [
            (NoLongerListed(engagement="putin-to-china-2023-10", upstream="a list"), "No longer on the list"),
            (PlanDenied(engagement="putin-to-china-2023-10"), ">denied<"),
        ],
    )
    def test_what_stands_against_a_plan_stands_beside_it_in_the_agenda(
        self, app: Starlette, store: MemoryStore, doubt: NoLongerListed | PlanDenied, words: str
    ) -> None:
        store.append(doubt)
        page = ask(app, "/feeds/pair-cn_ru").text
        assert words in page[page.index("Ahead") : page.index("Last changes")]

    def test_a_page_offers_a_file_only_where_a_calendar_can_show_the_entry(
        self, app: Starlette, store: MemoryStore
    ) -> None:
        store.append(ONE_PERSON)
        for slug, status in (("wang", 404), ("putin-to-china-2023-10", 200)):
            assert ask(app, f"/entries/{slug}.ics").status == status
            assert (f"/entries/{slug}.ics" in ask(app, f"/entries/{slug}").text) is (status == 200)

    @pytest.mark.parametrize("events", [(VISIT_OF_OTHER, ONE_PERSON), (ONE_PERSON, VISIT_OF_OTHER)])
    def test_a_person_s_feed_has_what_is_told_under_other_names(
        self, app: Starlette, store: MemoryStore, events: tuple[EngagementEvent, ...]
    ) -> None:
        before = ask(app, "/feeds/person-wang-yi.ics")
        store.append(events[0])
        ask(app, "/feeds/person-wang-yi.ics")
        store.append(events[1])
        after = ask(app, "/feeds/person-wang-yi.ics")
        assert "visit-of-other" not in entries(before.body)
        assert "visit-of-other" in entries(after.body)
        assert after.headers["etag"] != before.headers["etag"]
        assert "visit-of-other" in ask(app, "/feeds/person-wang-yi").text

    def test_a_postponed_visit_leaves_the_calendar_and_stays_on_the_page(
        self, app: Starlette, store: MemoryStore
    ) -> None:
        store.append(Postponed(engagement="putin-to-china-2023-10"))
        assert "putin-to-china-2023-10" not in entries(ask(app, "/feeds/pair-cn_ru.ics").body)
        assert "postponed" in ask(app, "/feeds/pair-cn_ru").text

    def test_an_entry_tells_who_said_so_and_how_it_changed(self, app: Starlette, store: MemoryStore) -> None:
        store.append(*article.what_followed())
        page = ask(app, "/entries/putin-to-china-2023-10").text
        history = page[page.index("How it changed") :]
        assert history.index("October 2023, date to be confirmed") < history.index("17–18 October 2023")
        assert "an aide to Vladimir Putin" in page

    def test_a_corrected_and_a_retracted_report_stay_in_the_history(self, app: Starlette, store: MemoryStore) -> None:
        one, *_ = [record for record in store.read() if record.stream == "xi-to-russia-2023-03"]
        assert isinstance(one.event, VisitConcluded)
        was = one.event
        right = VisitConcluded(
            engagement=was.engagement, visitors=was.visitors, host=was.host, when=was.when, place="Kazan"
        )
        (record,) = store.append(Corrected(engagement="xi-to-russia-2023-03", of=one.id, right=right))
        assert "Kazan" in ask(app, "/entries/xi-to-russia-2023-03").text
        store.append(Retracted(engagement="xi-to-russia-2023-03", of=one.id))
        page = ask(app, "/entries/xi-to-russia-2023-03")
        assert page.status == 200
        assert "retracted" in page.text
        assert record.position

    def test_a_duplicate_leads_to_the_entry_that_goes_on(self, app: Starlette, store: MemoryStore) -> None:
        store.append(ReportAttached(engagement="again"))
        store.append(MergedAsDuplicate(engagement="again", into="xi-to-russia-2023-03"))
        assert ask(app, "/entries/again").headers["location"] == "/entries/xi-to-russia-2023-03"

    def test_a_year_without_contacts_has_a_page(self, app: Starlette) -> None:
        assert ask(app, "/feeds/pair-cn_ru?year=1900").status == 200

    def test_charts_show_the_counts(self, app: Starlette, store: MemoryStore) -> None:
        china, russia = State("CN", "China"), State("RU", "Russia")
        store.append(VisitConcluded(engagement="v", visitors=(china,), host=russia, when=When("2022-02-04")))
        page = ask(app, "/feeds/pair-cn_ru").text
        assert "2023 · Visits: 2" in page
        assert "From 2022 to 2023, 4 contacts were held; most in 2023, namely 3." in page

    def test_the_contacts_of_one_year_are_a_table_and_no_picture(self, app: Starlette) -> None:
        page = ask(app, "/feeds/pair-cn_ru").text
        assert 'class="bars"' not in page
        assert '<th scope="row"><a href="/feeds/pair-cn_ru?year=2023#year">2023</a></th>' in page
        assert '<a href="/feeds/pair-cn_ru?counted=contact-2023-visit">2</a>' in page

    def test_a_year_lists_its_entries_and_leads_to_the_years_around_it(
        self, app: Starlette, store: MemoryStore
    ) -> None:
        france = State("FR")
        years = ("2019", "2021-05", "2021-03-02", "2024")
        for when in years:
            store.append(VisitAnnounced(engagement=f"in-{when}", visitors=(france,), host=State("CN"), when=When(when)))
        page = ask(app, "/feeds/state-fr?year=2021").text
        of_year = page[page.index("The year 2021") :]
        assert of_year.index("/entries/in-2021-03-02") < of_year.index("/entries/in-2021-05")
        assert "in-2019" not in of_year
        assert 'year=2019#year" rel="prev"' in of_year
        assert 'year=2024#year" rel="next"' in of_year
        assert "The year 2021" in ask(app, "/feeds/state-fr").text, "the last year that is not ahead"

    def test_the_last_changes_tell_when_each_was_reported_and_what_it_changed(
        self, app: Starlette, store: MemoryStore
    ) -> None:
        store.append(
            Rescheduled(
                engagement="putin-to-china-2023-10", when=When("2023-11-02"), reported=pendulum.Date(2023, 10, 20)
            )
        )
        page = ask(app, "/feeds/pair-cn_ru").text
        changes = page[page.index("Last changes") : page.index("Contacts by year")]
        first = changes[: changes.index("</li>")]
        assert "20 October 2023" in first
        assert "Moved to another date" in first
        assert "<del>October 2023, date to be confirmed</del>" in first
        assert "<ins>2 November 2023</ins>" in first
        assert "planned</ins>" not in first, "what stayed as it was is not told"

    def test_a_long_list_goes_on_where_its_page_ends(self, store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
        whole = entries_in(ask(serving(store), "/feeds/pair-cn_ru").text)
        monkeypatch.setattr(lists, "PAGE", 3)
        app = serving(store)
        first = ask(app, "/feeds/pair-cn_ru").text
        assert "Page 1 of 2 (4 entries)" in first[: first.index("Last changes")]
        assert "Page 1 of 3 (7 entries)" in first[first.index("The year 2023") :]
        ahead = [ask(app, f"/feeds/pair-cn_ru?ahead={page}").text for page in (1, 2)]
        year = [ask(app, f"/feeds/pair-cn_ru?year=2023&page={page}").text for page in (1, 2, 3)]
        cut = [text[: text.index("Last changes")] for text in ahead] + [text[text.index("The year") :] for text in year]
        assert {slug for text in cut for slug in entries_in(text)} == set(whole)
        assert 'href="/feeds/pair-cn_ru?year=2023&amp;page=3#year"' in year[1]

    def test_a_page_behind_the_last_is_the_last(self, app: Starlette, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(lists, "PAGE", 3)
        behind, last = (ask(app, f"/feeds/pair-cn_ru?page={page}") for page in (99, 3))
        assert (behind.status, behind.text) == (200, last.text)

    def test_a_source_that_somebody_judged_has_its_grade(self, app: Starlette, store: MemoryStore) -> None:
        ungraded = ask(app, "/entries/putin-to-china-2023-10").text
        source = Source("Agency", reliability=Reliability.USUALLY_RELIABLE, credibility=Credibility.PROBABLY_TRUE)
        store.append(ReportAttached(engagement="putin-to-china-2023-10", sources=(source,)))
        graded = ask(app, "/entries/putin-to-china-2023-10").text
        assert ("B2</span>" in graded, "F6</span>" in graded) == (True, False)
        assert "Admiralty" not in ungraded

    def test_a_change_that_names_no_day_of_its_source_is_among_the_last(self) -> None:
        old, new = (Source("Agency", published=pendulum.Date(2023, month, 1)) for month in (1, 9))
        visits = [
            VisitAnnounced(
                engagement=f"visit-{number}", visitors=(State("FR"),), host=State("CN"), when=When("2023-12"),
                reported=source.published, sources=(source,),
            )
            for number, source in enumerate([old, *[new] * 60])
        ]  # fmt: skip
        cancelled = Cancelled(engagement="visit-0", reported=pendulum.Date(2023, 9, 15))
        page = ask(serving(store_of(*visits, cancelled)), "/feeds/all").text
        changes = page[page.index("Last changes") :]
        assert "/entries/visit-0" in changes[: changes.index("</li>")]

    def test_a_visit_lists_what_is_part_of_it(self, app: Starlette) -> None:
        page = ask(app, "/entries/wang-to-russia-2023-09").text
        inside = page[page.index("During this visit") : page.index("How it changed")]
        assert "/entries/security-consultation-18" in inside

    def test_what_is_missing_is_told_in_the_language_of_the_address(self, app: Starlette) -> None:
        answer = ask(app, "/nothing?lang=ar")
        assert (answer.status, 'dir="rtl"' in answer.text, 'href="/?lang=ar"' in answer.text) == (404, True, True)

    def test_an_entry_tells_programs_what_it_tells_people(self, app: Starlette) -> None:
        said = linked_data(ask(app, "/entries/putin-to-china-2023-10").text)
        assert (said["@type"], said["eventStatus"]) == ("Event", "https://schema.org/EventScheduled")
        assert said["temporalCoverage"] == "2023-10"
        assert "startDate" not in said, "a month is no day"
        assert {"@type": "Country", "name": "China"} in said["attendee"]

    def test_hostile_text_stays_text_for_programs_too(self, hostile: Starlette) -> None:
        assert HOSTILE in linked_data(ask(hostile, "/entries/attack").text)["location"]["name"]

    def test_the_form_leads_to_the_feed_of_two(self, app: Starlette) -> None:
        assert ask(app, "/feed?with=RU&with=CN&lang=fr").headers["location"] == "/feeds/pair-cn_ru?lang=fr"
        assert ask(app, "/feed?with=RU&with=&kind=&person=").headers["location"] == "/feeds/state-ru"
        assert ask(app, "/feed?with=RU&with=RU").headers["location"] == "/feeds/state-ru"
        assert ask(app, "/feed?with=Россия&with=china").headers["location"] == "/feeds/pair-cn_ru"

    @pytest.mark.parametrize(
        ("name", "leads_to"),
        [
            ("state-Russian%20Federation", "state-ru"),
            ("pair-china_russia", "pair-cn_ru"),
            ("person-Wang%20Yi", "person-wang-yi"),
            ("person-Yi,%20Wang", "person-wang-yi"),
            ("person-nobody", None),
            ("state-narnia", None),
            ("pair-cn_china", None),
        ],
    )
    def test_an_address_names_states_and_people_as_people_do(
        self, app: Starlette, name: str, leads_to: str | None
    ) -> None:
        answer = ask(app, f"/feeds/{name}")
        assert answer.headers.get("location") == (leads_to and f"/feeds/{leads_to}")
        assert answer.status == (307 if leads_to else 404)

    def test_an_empty_log_has_a_page_and_a_feed(self) -> None:
        app = serving(store_of())
        assert [ask(app, path).status for path in ("/", "/feeds/all", "/feeds/all.ics", "/feeds/all.atom")] == [200] * 4

    def test_health_tells_nothing_of_what_is_hidden(self) -> None:
        store = store_of(*article.as_reported())
        before = ask(serving(store), "/health").body
        store.append(Envelope(Cancelled(engagement="putin-to-china-2023-10"), audience="internal"))
        assert ask(serving(store), "/health").body == before
        assert json.loads(before)["status"] == "ok"


def test_a_feed_that_became_private_is_so_at_once(store: MemoryStore) -> None:
    app = serving(store, '[feeds.f]\ntitle = "F"')
    assert [ask(app, "/feeds/f.ics").status for _ in range(3)] == [200] * 3
    app.state.site.reconfigure(read_config_text('title = "T"\n[feeds.f]\ntitle = "F"\naccess = "token"'))
    assert ask(app, "/feeds/f.ics").status == 404
    assert "<title>T" in ask(app, "/").text


class TestObserved:
    def test_spans_name_the_request_and_no_token(self, app: Starlette) -> None:
        exporter = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(exporter))
        trace.set_tracer_provider(provider)
        ask(app, "/private/very-secret/feeds/all.ics")
        (span,) = exporter.get_finished_spans()
        assert span.name == "GET /private/…/feeds/all.ics"
        assert dict(span.attributes or {})["http.response.status_code"] == 404


class TestEqualsAFreshServer:
    """Whatever was asked before, an answer is what a server gives that just started, up to when it last changed."""

    PATHS = ("/feeds/all.ics", "/feeds/state-cn.json", "/feeds/kind-visit.atom", "/feeds/all", "/", "/health")

    @settings(max_examples=15, deadline=None)
    @given(histories(max_events=6), st.data())
    def test_after_any_interleaving_of_events_and_requests(self, history: History, data: st.DataObject) -> None:
        store = store_of()
        app = serving(store)
        for record in history.records():
            store.append(Envelope(record.event, id=record.id, audience=record.audience))
            fresh = serving(store)
            for path in data.draw(st.sets(st.sampled_from(self.PATHS), max_size=3)):
                for _ in range(2):
                    one, other = ask(app, path), ask(fresh, path)
                    assert (one.status, one.body) == (other.status, other.body)
                    assert one.headers.get("etag") == other.headers.get("etag")


class TestFarEnds:
    """A list has 9999-12-31 for "no end": the others are served, and the entry is drawn as far as it can be."""

    @pytest.mark.parametrize("when", ["2026-12-11/9999-12-31", "9999-12-31", "9999-12-30/9999-12-31", "9999"])
    def test_every_form_and_page_has_the_others(self, when: str) -> None:
        china, france = State("CN"), State("FR")
        store = store_of(
            VisitAnnounced(engagement="far", visitors=(china,), host=france, when=When(when)),
            VisitAnnounced(engagement="near", visitors=(france,), host=china, when=When("2023-10-05")),
        )
        app = serving(store)
        for path in (
            *FILES,
            "/",
            "/feeds/all",
            "/feeds/all?year=9999",
            "/feeds/all?view=timeline&year=9999",
            "/entries/far",
            "/entries/far.ics",
        ):
            assert ask(app, path).status == 200 or (path, when) == ("/entries/far.ics", "9999")
        assert "near" in entries(ask(app, "/feeds/all.ics").body)
        assert json.loads(ask(app, "/health").body)["left_out"] == {}


class TestLeftOut:
    """One report that cannot be shown, for whatever reason, stops nothing that is about others."""

    @pytest.fixture
    def app(self, monkeypatch: pytest.MonkeyPatch) -> Starlette:
        described = wording.title

        def title(engagement: Engagement, language: Language) -> str:
            if engagement.slug == "putin-to-china-2023-10":
                raise OverflowError("date value out of range")
            return described(engagement, language)

        for module in ("diplocal.wording", "diplocal.wording.describe", "diplocal.web.formats"):
            monkeypatch.setattr(f"{module}.title", title)
        return serving(store_of(*article.as_reported()))

    @pytest.mark.parametrize("path", [*TITLED, "/", "/feeds/all", "/feeds/pair-cn_ru"])
    def test_it_is_left_out_and_named(self, app: Starlette, path: str, caplog: pytest.LogCaptureFixture) -> None:
        assert ask(app, path).status == 200
        health = json.loads(ask(app, "/health").body)
        assert health["left_out"] == {"putin-to-china-2023-10": "OverflowError: date value out of range"}
        assert health["status"] == "entries left out"
        assert "putin-to-china-2023-10 is left out" in caplog.text
        page = ask(app, "/feeds/pair-cn_ru").text
        assert "Entries that could not be shown</dt><dd>1: <bdi>putin-to-china-2023-10</bdi>" in page
        assert ask(app, "/entries/putin-to-china-2023-10").status == 404
        assert "Entries that could not be shown" not in ask(app, "/feeds/state-by").text


class TestReplaced:
    """Another log is put in the place of the one that is served: it is answered from, and from it alone."""

    @pytest.fixture
    def log(self, tmp_path: Path) -> Path:
        with SQLiteStore(tmp_path / "visits.db") as store:
            store.append(*article.as_reported())
        with SQLiteStore(tmp_path / "backup.db") as store:
            store.append(
                VisitAnnounced(engagement="other", visitors=(State("FR"),), host=State("CN"), when=When("2023"))
            )
        return tmp_path / "visits.db"

    def test_the_next_request_is_answered_from_the_log_that_is_there(self, log: Path) -> None:
        with SQLiteStore(log) as store:
            app = feed_app(store, clock=lambda: NOON)
            paths = ("/feeds/all.json", "/feeds/all.csv", "/feeds/all", "/", "/health", "/feeds/state-cn.ics")
            before = {path: ask(app, path) for path in paths}
            log.with_name("backup.db").replace(log)
            for path in paths:
                after = ask(app, path)
                assert after.status == 200
                assert after.body != before[path].body
                assert b"putin" not in after.body
            assert ask(app, "/feeds/state-ru.ics").status == 404

    def test_while_none_is_there_readers_are_asked_to_come_back(self, log: Path) -> None:
        with SQLiteStore(log) as store:
            app = feed_app(store, clock=lambda: NOON)
            assert ask(app, "/feeds/all.ics").status == 200
            log.unlink()
            assert [ask(app, path).status for path in ("/feeds/all.ics", "/health", "/")] == [503] * 3
            log.with_name("backup.db").replace(log)
            assert "other" in ask(app, "/feeds/all.json").text


class Distant(MemoryStore):
    """A log on a server that may go away."""

    is_gone = False

    def position(self) -> int:
        if self.is_gone:
            raise NotReachable("postgresql://logs.example", "no route to host")
        return super().position()


class TestOutage:
    """A log that cannot be read for a while."""

    @pytest.mark.parametrize("path", [*PAGES, *FILES, "/health", "/ready"])
    def test_readers_are_asked_to_come_back_and_then_find_all_as_before(
        self, path: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        store = Distant(log_id=LOG, clock=lambda: RECORDED)
        store.append(*article.as_reported())
        app = serving(store)
        before = ask(app, path)
        store.is_gone = True
        during = [ask(app, path, method=method) for method in ("GET", "HEAD")]
        store.is_gone = False
        assert [(one.status, one.headers["retry-after"]) for one in during] == [(503, "60")] * 2
        assert {name: during[0].headers.get(name) for name in SECURITY} == SECURITY
        assert "no route to host" in caplog.text
        assert b"logs.example" not in during[0].body
        assert ask(app, path) == before


class TestMounting:
    def test_under_a_prefix_all_links_keep_to_it(self, store: MemoryStore) -> None:
        app = Starlette(routes=[Mount("/cal", app=serving(store))])
        page = Page.of(ask(app, "/cal/feeds/pair-cn_ru"))
        own = {link.split("#")[0] for link in page.links if link.startswith("/")}
        assert all(link.startswith("/cal/") for link in own)
        assert {ask(app, link).status for link in own} == {200}
        assert "https://calendar.example.org/cal/feeds/pair-cn_ru.ics" in ask(app, "/cal/feeds/pair-cn_ru").text

    @pytest.mark.parametrize("mounted", ["", "/cal"])
    def test_behind_a_proxy_all_addresses_begin_as_the_publisher_says(
        self, store: MemoryStore, mounted: str, tmp_path: Path
    ) -> None:
        access = AccessList(tmp_path / "access.json")
        token = access.grant(feed=None, audience="internal", note="n", granted="2023-09-18")[1]
        served = serving(store, 'base_url = "https://desk.example/diary/"', access=access)
        app = Starlette(routes=[Mount(mounted, app=served)]) if mounted else served
        for private in ("", f"/private/{token}"):
            begin = f"/diary{private}"
            for path in PAGES:
                page = Page.of(ask(app, f"{mounted}{private}{path}"))
                own = [link for link in page.links if link.startswith("/")]
                assert own
                assert all(link.startswith((begin, "/diary/style.css", "/diary/icon.svg")) for link in own)
            found = ask(app, f"{mounted}{private}/feed?with=RU&with=CN")
            assert found.headers["location"] == f"{begin}/feeds/pair-cn_ru"
            atom = ask(app, f"{mounted}{private}/feeds/all.atom").text
            assert f"https://desk.example{begin}/entries/" in atom
        assert 'href="/diary/style.css"' in ask(app, f"{mounted}/nothing").text

    @pytest.mark.parametrize("base_url", ["https://desk.example/diary/", None])
    def test_a_slash_at_the_end_leads_where_all_links_lead(
        self, store: MemoryStore, tmp_path: Path, base_url: str | None
    ) -> None:
        access = AccessList(tmp_path / "access.json")
        token = access.grant(feed=None, audience="internal", note="n", granted="2023-09-18")[1]
        app = serving(store, f'base_url = "{base_url}"' if base_url else "", access=access)
        begin = "/diary" if base_url else ""
        for private in ("", f"/private/{token}"):
            for path, to in (
                ("/feeds/all/", "/feeds/all"),
                ("/feeds/all/?month=2023-09&lang=fr", "/feeds/all?month=2023-09&lang=fr"),
                ("/feeds/all.ics/", "/feeds/all.ics"),
                ("/feed/?kind=visit&kind=call", "/feed?kind=visit&kind=call"),
                ("/entries/putin-to-china-2023-10/", "/entries/putin-to-china-2023-10"),
                ("/feeds/%2F%2Fevil.example/", None),
                ("/feeds/", None),
                ("//evil.example/", None),
            ):
                answer = ask(app, f"{private}{path}".encode(), headers={"host": "evil.example"})
                assert answer.headers.get("location") == (to and f"{begin}{private}{to}")
                assert answer.status == (307 if to else 404)
        answer = ask(app, f"/private/{token}", headers={"host": "evil.example"})
        assert (answer.status, answer.headers["location"]) == (307, f"{begin}/private/{token}/")
        assert ask(app, "/private/nobody").status == 404

    def test_a_failure_under_a_prefix_keeps_to_it(self, store: MemoryStore) -> None:
        app = Starlette(routes=[Mount("/cal", app=serving(store))])
        answer = ask(app, "/cal/nothing")
        assert answer.status == 404
        assert 'href="/cal/style.css"' in answer.text


class TestLimits:
    """Every limit on what comes in, answered by what it is."""

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"])
    def test_nothing_can_be_changed_from_outside(self, app: Starlette, method: str) -> None:
        answer = ask(app, "/feeds/all.ics", method=method)
        assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")

    def test_head_has_no_body(self, app: Starlette) -> None:
        get, head = ask(app, "/feeds/all"), ask(app, "/feeds/all", method="HEAD")
        assert (head.status, head.body) == (200, b"")
        assert head.headers == get.headers

    @pytest.mark.parametrize(
        ("address", "status"),
        [
            ("/feeds/" + "x" * 600, 414),
            ("/?" + "x" * 600, 414),
            ("/?lang=" + "x" * 50, 400),
            ("/?lang=fr&lang=ru", 400),
            ("/?lang=<script>", 400),
            ("/feeds/all?year=20x3", 400),
            ("/feeds/all?year=0000", 400),
            ("/feeds/all?year=99999", 400),
            ("/feeds/all?year=9999", 200),
            ("/feeds/all?year=2023&year=2022", 400),
            ("/feeds/all?utm_source=x&fbclid=y", 200),
            ("/feeds/all?utm=x", 400),
            ("/feeds/all.ics?with=Narnia", 400),
            ("/feeds/all?kind=lunch", 400),
            ("/entries/../../etc/passwd", 404),
            ("/entries/%00", 404),
            ("/feeds/%ff", 404),
            ("/style.css/x", 404),
        ],
    )
    def test_what_is_malformed_is_refused_politely(self, app: Starlette, address: str, status: int) -> None:
        assert ask(app, address).status == status

    @pytest.mark.parametrize("host", ["", "a b", 'x"><script>', "x/y", "-x", "[::1", "x:123456", "x@y"])
    def test_a_malformed_host_is_refused(self, app: Starlette, host: str) -> None:
        assert ask(app, "/", headers={"host": host}).status == 400

    @pytest.mark.parametrize("host", ["localhost:8000", "[::1]:8000", "calendar.example.org", "10.0.0.1"])
    def test_hosts_as_they_come_are_taken(self, app: Starlette, host: str) -> None:
        assert ask(app, "/", headers={"host": host}).status == 200

    @pytest.mark.parametrize(
        "name", ["a" * 150, "b" * 1000, "c" * 201 + " d", "Ж" * 60, "Ж" * 100, "王" * 45, "𐎀" * 90]
    )
    def test_a_person_s_feed_is_linked_where_it_answers(self, name: str, tmp_path: Path) -> None:
        access = AccessList(tmp_path / "access.json")
        token = access.grant(feed=None, audience="public", note="n", granted="2023-09-18")[1]
        visit = VisitAnnounced(
            engagement="v", visitors=(Person(name, State("CN")),), host=State("FR"), when=When("2023-12-01")
        )
        app, links = serving(store_of(visit), access=access), set[str]()
        for path in ("/", "/feeds/all", "/entries/v", f"/private/{token}/", f"/private/{token}/entries/v"):
            links |= set(re.findall(r'href="([^"]*/feeds/person-[^"]*)"', ask(app, path).text))
        assert {ask(app, link.encode()).status for link in links} <= {200}
        assert bool(links) is (len(quote(name)) < 400)
        for link in links:
            assert ask(app, f"{link}.google.ics".encode()).status == 200
        led = ask(app, f"/feed?person={quote(name)}".encode())
        assert led.status in (200, 414) or ask(app, led.headers["location"].encode()).status == 200

    def test_too_many_or_too_long_headers_are_refused(self, app: Starlette) -> None:
        assert ask(app, "/", headers={f"x-{number}": "x" for number in range(100)}).status == 431
        assert ask(app, "/", headers={"x": "x" * 20_000}).status == 431

    @pytest.mark.parametrize("path", [*PAGES, *FILES, "/style.css", "/health", "/nothing", "/feeds/" + "x" * 600])
    def test_every_answer_keeps_browsers_strict(self, app: Starlette, path: str) -> None:
        headers = ask(app, path).headers
        assert {name: headers.get(name) for name in SECURITY} == SECURITY
        assert "unsafe" not in headers["content-security-policy"]


PLACES = "feeds feed entries private health style.css all pair-cn_ru state-cn person-wang-yi kind-visit pair-cn_ desk"
STRANGE = "putin-to-china-2023-10 .. . %2e%2e %00 %ff%fe"
HEADERS = "accept-language accept-encoding if-none-match if-modified-since range cookie x-forwarded-host host"
TOKEN = "a-token-that-the-tests-know"  # noqa: S105 - opens nothing but a log in memory
anything = st.text(max_size=20).map(lambda text: quote(text, safe=""))
segments = st.one_of(st.sampled_from(PLACES.split()), st.sampled_from(STRANGE.split()), anything)
endings = st.sampled_from(["", *ENDINGS, ".exe", "/", "//"])
somewhere = st.builds(lambda parts, ending: "/" + "/".join(parts) + ending, st.lists(segments, max_size=4), endings)
feeds = st.builds(lambda name, ending: f"/feeds/{name}{ending}", segments, endings)
entry_files = st.builds(
    lambda slug, ending: f"/entries/{slug}{ending}", st.sampled_from(["xi-to-russia-2023-03", "hush-hush"]), endings
)
endless = st.builds(
    lambda part, times: "/" + part * times, st.sampled_from(["/x", "/feeds/a", "%41"]), st.integers(1, 300)
)
prefixes = st.sampled_from(["", "", f"/private/{TOKEN}", "/private/guess"])
addresses = st.builds(
    lambda prefix, path: (prefix + path).encode(), prefixes, st.one_of(somewhere, feeds, entry_files, endless)
)
methods = st.sampled_from(["GET", "GET", "GET", "HEAD", "HEAD", "POST", "OPTIONS", "TRACE", "PROPFIND", "", "get"])
queries = st.lists(
    st.tuples(
        st.sampled_from(["lang", "year", "download", "state", "with", "x", ""]),
        st.one_of(st.sampled_from(["fr", "ar", "2023", "9999", "CN", "RU", "-1", "1e9", "%"]), st.text(max_size=12)),
    ),
    max_size=4,
).map(lambda pairs: "&".join(f"{name}={quote(value)}" for name, value in pairs).encode())
headers = st.dictionaries(
    st.sampled_from(HEADERS.split()),
    st.one_of(
        st.sampled_from(["*", '"x"', "gzip", "br;q=1", "ar,*;q=0.1", "Tue, 19 Sep 2023 08:00:00 GMT", "bytes=0-1"]),
        st.text(max_size=30),
        st.integers(0, 20_000).map(lambda size: "x" * size),
    ),
    max_size=4,
)


READABLE = st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"])
"""Characters that a text of one line may hold."""


class TestFuzz:
    """Whatever comes in, nothing breaks and nothing unescaped goes out."""

    @given(addresses, queries, headers, methods, st.sampled_from(["", "", "/cal"]))
    @settings(max_examples=150, deadline=None)
    def test_no_request_breaks_the_server(
        self, path: bytes, query: bytes, headers: dict[str, str], method: str, mounted: str
    ) -> None:
        asked = mounted.encode() + path + b"?" + query
        answer = ask(SERVED, asked, headers=headers, method=method, root_path=mounted)
        assert answer.status < 500
        assert {name: answer.headers.get(name) for name in SECURITY} == SECURITY
        assert method in ("GET", "HEAD") or answer.status == 405
        assert b"hush-hush" not in answer.body or TOKEN.encode() in path
        if answer.headers.get("content-type", "").startswith("text/html") and "content-encoding" not in answer.headers:
            Page.of(answer).check_is_harmless()

    @given(st.text(READABLE, max_size=40).map(str.strip).filter(bool))
    @settings(max_examples=60, deadline=None)
    def test_no_printed_text_breaks_a_page_or_a_feed(self, text: str) -> None:
        person = Person(text, State("CN", text), Office(text))
        visit = VisitAnnounced(
            engagement="v", visitors=(person,), host=State("RU"), when=When("2023-10-01"), place=text,
            sources=(Source(text),),
        )  # fmt: skip
        app = serving(store_of(visit))
        for path in ("/", "/feeds/all", "/entries/v", "/feeds/state-ru?lang=ar"):
            answer = ask(app, path)
            assert answer.status == 200
            Page.of(answer).check_is_harmless()
        ET.fromstring(ask(app, "/feeds/all.atom").body)  # noqa: S314 - our own
        assert len(list(csv.reader(io.StringIO(ask(app, "/feeds/all.csv").body.decode("utf-8-sig"), newline="")))) == 2
        assert json.loads(ask(app, "/feeds/all.json").body)["entries"][0]["place"] == text


def _served() -> Starlette:
    """Serve a log that hides something, to the one who has the token as well."""
    store = store_of(*article.as_reported(), *article.what_followed())
    hidden = VisitAnnounced(engagement="hush-hush", visitors=(State("CN"),), host=State("RU"), when=When("2023-12-01"))
    store.append(Envelope(hidden, audience="internal"))
    access = OneToken(Path("/nonexistent/access.json"))
    return serving(store, '[feeds.desk]\ntitle = "Desk"\naccess = "token"\nlanguage = "ar"', access=access)


class OneToken(AccessList):
    """Opens all that is internal to the one token that the tests know."""

    def holder(self, token: str) -> Grant | None:
        if token != TOKEN:
            return super().holder(token)
        return Grant(id="1", sha256="", feed=None, audience="internal", note="", granted="2023-09-18")


SERVED = _served()
