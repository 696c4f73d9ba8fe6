"""Feeds that an address composes: what they hold, where they lead, and what they refuse."""

import asyncio
import re
from html import unescape
from typing import Any

import httpx
import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diplocal.demo import article
from diplocal.diary import Diary
from diplocal.engagements.engagement import COUNTED
from diplocal.levels import Level
from diplocal.projections.filters import Filter
from diplocal.store import MemoryStore
from diplocal.web.app import feed_app
from diplocal.web.composed import PARAMETERS
from diplocal.web.index import EVERYTHING_SHOWN, SHOWN_KINDS

SITE = "https://calendar.example.org"


Asked = list[tuple[str, str | int | float | bool | None]]


def log() -> MemoryStore:
    store = MemoryStore(clock=lambda: pendulum.datetime(2023, 9, 19, 8))
    store.append(*article.as_reported())
    return store


class Reader:
    """Asks a server of the article's events."""

    def __init__(self) -> None:
        self._app = feed_app(log(), clock=lambda: pendulum.datetime(2023, 9, 19, 12))

    def get(self, path: str, params: Asked | None = None, *, follow_redirects: bool = False) -> httpx.Response:
        async def asked() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self._app), base_url=SITE) as client:
                return await client.get(path, params=params, follow_redirects=follow_redirects)

        return asyncio.run(asked())


@pytest.fixture(scope="module")
def client() -> Reader:
    return Reader()


def slugs_in(text: str) -> set[str]:
    return set(re.findall(r'href="/entries/([^"?]+)', text))


criteria = st.fixed_dictionaries(
    {},
    optional={
        "state": st.sampled_from(["CN", "RU", "KR", "JP"]),
        "kind": st.lists(st.sampled_from([kind.value for kind in SHOWN_KINDS]), min_size=1, max_size=3, unique=True),
        "status": st.lists(st.sampled_from([one.value for one in COUNTED]), min_size=1, max_size=2, unique=True),
        "person": st.sampled_from(["Wang Yi", "Vladimir Putin", "Q7747"]),
        "since": st.sampled_from(["2023", "2023-09", "2023-09-18", "2024"]),
        "until": st.sampled_from(["2023", "2023-09", "2023-10-17"]),
        "undated": st.booleans(),
        "level": st.lists(st.sampled_from([one.value for one in Level]), min_size=1, max_size=2, unique=True),
        "words": st.sampled_from(["putin", "strategic security", "Wang", "no such word"]),
        "place": st.sampled_from(["Moscow", "moscow"]),
        "source": st.sampled_from(["NDTV", "news report"]),
        "sides": st.sampled_from(["bilateral", "multilateral"]),
        "traveller": st.sampled_from(["CN", "RU"]),
        "host": st.sampled_from(["CN", "RU"]),
        "plans": st.booleans(),
    },
)


def address_of(asked: dict[str, Any]) -> Asked:
    """Return what a filter of Python's is in an address."""
    found: Asked = []
    for name, value in asked.items():
        said = {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
        found += [("with" if name == "state" else name, one) for one in ([said] if isinstance(said, str) else said)]
    return found


class TestFeed:
    @settings(deadline=None, max_examples=60)
    @given(asked=criteria, data=st.data())
    def test_it_holds_what_its_address_asks_for(
        self, client: Reader, asked: dict[str, Any], data: st.DataObject
    ) -> None:
        if "status" in asked:
            asked.pop("plans", None)  # what is held is no plan: that is refused
        if asked.get("since", "")[:4] > asked.get("until", "9")[:4]:
            asked.pop("until")  # the same of an end before the beginning
        if asked.get("traveller") == asked.get("host"):
            asked.pop("host", None)
        if "visit" not in asked.get("kind", ["visit"]):
            asked = {name: value for name, value in asked.items() if name not in ("level", "traveller")}
        query = address_of(asked)
        expected = {one.slug for one in Diary(log()).select(Filter.of(**asked)) if EVERYTHING_SHOWN.takes(one)}
        answer = client.get("/feed.json", params=data.draw(st.permutations(query)), follow_redirects=True)
        assert {entry["engagement"] for entry in answer.json()["entries"]} == expected
        again = client.get("/feed.json", params=query, follow_redirects=True)
        assert answer.url == again.url, "one filter has one address"

    @pytest.mark.parametrize(
        ("query", "leads_to"),
        [("with=CN", "state-cn"), ("with=RU&with=CN", "pair-cn_ru"), ("kind=visit", "kind-visit"), ("", "all")],
    )
    def test_one_that_is_always_there_is_led_to(self, client: Reader, query: str, leads_to: str) -> None:
        assert client.get(f"/feed.ics?{query}").headers["location"] == f"/feeds/{leads_to}.ics"

    def test_its_page_lists_all_and_offers_to_subscribe(self, client: Reader) -> None:
        text = unescape(client.get("/feed?with=CN&kind=visit").text)
        assert 'value="https://calendar.example.org/feed.ics?with=CN&kind=visit"' in text
        assert 'href="webcal://calendar.example.org/feed.ics?with=CN&kind=visit"' in text
        found = text[text.index('id="found"') : text.index('id="ahead"')]
        assert slugs_in(found) == {one.slug for one in Diary(log()).find(state="CN", kind="visit")}

    def test_every_address_of_its_page_answers(self, client: Reader) -> None:
        text = client.get("/feed?with=CN&kind=visit&since=2023-01-01&lang=fr").text
        own = {unescape(link).split("#")[0] for link in re.findall(r'href="(/[^"]*)"', text)}
        assert {link: client.get(link).status_code for link in own} == dict.fromkeys(own, 200)

    def test_the_form_keeps_what_it_has_no_field_for(self, client: Reader) -> None:
        text = client.get("/feed?any=JP&any=KR&kind=visit&kind=patrol&status=cancelled").text
        hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text[text.index("<form") :])
        assert {("any", "JP"), ("any", "KR"), ("kind", "patrol"), ("status", "cancelled")} <= set(hidden)

    def test_its_calendar_is_named_for_what_it_holds(self, client: Reader) -> None:
        assert "NAME:China · Visits" in client.get("/feed.ics?with=CN&kind=visit").text

    def test_words_find_what_is_written_in_any_script(self, client: Reader) -> None:
        text = client.get("/feed?words=strategic+SECURITY").text
        assert "security-consultation-18" in slugs_in(text)
        assert "“strategic SECURITY”" in text

    def test_news_of_a_feed_keep_their_id_in_every_language(self, client: Reader) -> None:
        english, chinese, of_another = (
            re.findall("<id>[^<]*</id>", client.get(f"/feeds/{name}").text)[0]
            for name in ("state-cn.atom", "state-cn.atom?lang=zh", "state-ru.atom")
        )
        assert english == chinese != of_another


class TestRefusals:
    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("with=Narnia", "Narnia"),
            ("any=Narnia", "Narnia"),
            ("with=QQQ", "QQQ"),
            ("host=QQQ", "QQQ"),
            ("kind=banquet", "'banquet': expected one of visit, meeting, call, patrol, exercise, agreement, statement"),
            ("kind=alias", "'alias': expected one of visit, meeting, call"),
            ("kind=office", "office"),
            ("status=maybe", "maybe"),
            ("person=Nobody Known", "Nobody Known"),
            ("source=NDTW", "perhaps NDTV"),
            ("source=no such publisher", "no such publisher"),
            ("place=Moscw", "Moscow"),
            ("place=no such place", "no such place"),
            ("since=the day after", "the day after"),
            ("since=2023&since=2024", "2024"),
            ("undated=perhaps", "perhaps"),
            ("knd=visit", "knd"),
            ("with=CN&kind=visit&month=2023-13", "2023-13"),
            ("with=CN&kind=visit&from=yesterday", "yesterday"),
            ("with=CN&kind=visit&from=2023-09-18&to=2023-09-17", "2023-09-17"),
        ],
    )
    @pytest.mark.parametrize("ending", ["", ".ics", ".json"])
    def test_what_is_not_understood_is_named(self, client: Reader, ending: str, query: str, names: str) -> None:
        if ending and ("month" in query or "from" in query):
            return  # what a page shows says nothing of a file
        answer = client.get(f"/feed{ending}?{query}")
        assert answer.status_code == 400
        assert names in unescape(answer.text)

    @settings(deadline=None, max_examples=50)
    @given(name=st.sampled_from(PARAMETERS), value=st.text(max_size=30))
    def test_any_text_is_understood_or_named(self, client: Reader, name: str, value: str) -> None:
        answer = client.get("/feed.json", params=[(name, value)], follow_redirects=True)
        assert answer.status_code in (200, 400)
        if answer.status_code == 400:
            assert "expected" in answer.text
        else:
            assert not value.strip() or "all.json" not in str(answer.url), "what was said is not passed over"

    def test_a_feed_that_names_nobody_of_the_log_is_empty_until_somebody_comes(self, client: Reader) -> None:
        assert client.get("/feed.json?with=BR&kind=visit").json()["entries"] == []

    def test_other_endings_are_missing(self, client: Reader) -> None:
        answers = [client.get(path).status_code for path in ("/feed.exe?with=CN", "/feedling", "/feed/x?with=CN")]
        assert answers == [404] * 3
