"""A feed on a map, as a timeline, and as it was known on a day: each with an address that can be sent."""

import asyncio
import html
import re

import httpx
import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from diplocal.dates import When
from diplocal.demo import article
from diplocal.events import EngagementEvent, MeetingHeld, VisitAnnounced
from diplocal.parties import Organisation, Person, State
from diplocal.state_names import name_of
from diplocal.store import MemoryStore
from diplocal.web import counted
from diplocal.web.app import feed_app
from diplocal.web.guard import Bounded
from diplocal.web.index import SHOWN_KINDS
from diplocal.web.known import days_nearby
from diplocal.web.world import map_of, outlines

RANGE = {"min": "2023-01-01", "max": "2023-10-30", "value": "2023-09-18"}
SCRIPT = "<script>alert(1)</script>"
ATTACK = VisitAnnounced(
    engagement="attack", visitors=(Person(SCRIPT, State("CN")),), host=State("SG"), when=When("2023-09-20")
)
SUMMIT = MeetingHeld(
    engagement="summit",
    participants=(State("CN"), State("RU"), State("MV"), Organisation("ASEAN")),
    when=When("2023-06"),
    reported=pendulum.date(2023, 7, 1),
)


def planned(slug: str, when: str | None) -> VisitAnnounced:
    date = When(when) if when else None
    return VisitAnnounced(engagement=slug, visitors=(State("FJ"),), host=State("TO"), when=date)


class Reader:
    """Asks a server of the article's events, and of two more."""

    def __init__(self, *more: EngagementEvent) -> None:
        store = MemoryStore(clock=lambda: pendulum.datetime(2023, 9, 18, 8))
        store.append(*article.as_reported(), ATTACK, SUMMIT, *more)
        self._app = feed_app(store, clock=lambda: pendulum.datetime(2023, 10, 30, 12))

    def get(self, path: str) -> httpx.Response:
        async def asked() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self._app), base_url="http://test") as client:
                return await client.get(path)

        return asyncio.run(asked())


@pytest.fixture(scope="module")
def client() -> Reader:
    return Reader()


def page(client: Reader, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    assert SCRIPT not in answer.text
    return answer.text


def tiles(text: str) -> dict[str, tuple[str, int]]:
    """Return the address and the count behind each name."""
    found = re.findall(r'<li><a href="([^"]+)"><bdi>([^<]+)</bdi></a> <span class="count">(\d+)', text)
    return {html.unescape(name): (html.unescape(address), int(count)) for address, name, count in found}


class TestMap:
    @pytest.mark.parametrize(
        "feed", ["/feeds/all?", "/feeds/state-cn?", "/feeds/pair-cn_ru?", "/feed?with=CN&kind=visit&"]
    )
    def test_every_count_leads_to_what_it_counts(self, client: Reader, feed: str) -> None:
        counts = tiles(page(client, f"{feed}view=map"))
        assert counts
        for address, count in counts.values():
            path, _, query = address.partition("?")
            found = client.get(f"{path}.json{'?' if query else ''}{query}").json()["entries"]
            assert len(found) == count

    def test_states_are_shaded_and_the_smallest_are_dots(self, client: Reader) -> None:
        text = page(client, "/feeds/state-cn?view=map")
        assert '<path class="h4"' in text
        assert re.search(r'<circle class="h[1-4]"[^>]*><title>Maldives: 1</title>', text)
        assert "not on the map" in text  # ASEAN

    def test_every_outline_is_of_a_state_that_has_a_name(self) -> None:
        assert [code for code in outlines() if code != "-" and name_of(code) == code] == []
        assert {"CN", "RU", "US", "ID", "MV", "SG", "XK"} <= set(outlines())

    @given(counts=st.dictionaries(st.sampled_from(["CN", "RU", "SG", "XX"]), st.integers(1, 10**6)))
    def test_more_is_never_lighter(self, counts: dict[str, int]) -> None:
        drawn = map_of(counts, title="t", description="d", label=lambda code, count: f"{code}: {count}")
        shades = {code: int(shade) for shade, code in re.findall(r'class="h(\d)"[^>]*><title>(\w\w):', drawn)}
        assert set(shades) == set(counts) - {"XX"}
        ranked = sorted(shades, key=lambda code: counts[code])
        assert [shades[code] for code in ranked] == sorted(shades.values())
        assert all(1 <= shade <= 4 for shade in shades.values())


class TestTimeline:
    def test_each_counterpart_has_a_lane_and_spans_are_pale(self, client: Reader) -> None:
        text = page(client, "/feeds/state-cn?view=timeline&year=2023")
        assert {"Russia", "Belarus", "Maldives", "ASEAN"} <= set(re.findall(r'<text x="0"[^>]*>([^<]+)</text>', text))
        assert re.search(r'class="k-meeting vague"[^>]*><title>June 2023: ', text)
        assert re.search(r'class="k-visit"[^>]*><title>18–21 September 2023: ', text)

    def test_a_summit_of_many_has_one_lane_and_one_title(self) -> None:
        who = tuple(map(State, ("FJ", "TO", "WS", "TV", "NR", "KI", "PW", "VU")))
        when, said = When("2023-08-24/2023-08-26"), pendulum.date(2023, 8, 26)
        reader = Reader(
            MeetingHeld(engagement="isles", participants=who, name="Isles Summit", when=when, reported=said)
        )
        text = page(reader, "/feeds/state-fj?view=timeline&year=2023")
        assert re.findall(r'<text x="0"[^>]*>([^<]+)</text>', text) == ["Meetings"]
        assert "24–26 August 2023: Isles Summit</title>" in text

    def test_a_year_is_listed_by_months_and_what_has_none_comes_last(self) -> None:
        days = ("2023-03-04", "2023", "2023-11", "2023-03-02", "[2023-05-30..2023-06-02]")
        text = page(Reader(*(planned(f"plan-{place}", day) for place, day in enumerate(days))), "/feeds/state-fj")
        listed = text.partition('id="year"')[2].partition("</section>")[0]
        headings = re.findall(r'<h3 class="month">([^<]+)</h3>', listed)
        assert headings == ["March 2023", "November 2023", "Month not known"]
        assert re.findall(r"entries/(plan-\d)", listed) == ["plan-3", "plan-0", "plan-2", "plan-1", "plan-4"]

    def test_bars_stand_inside_the_year(self, client: Reader) -> None:
        text = page(client, "/feeds/all?view=timeline&year=2023")
        bars = re.findall(r'<rect class="k-[^"]*" x="([\d.]+)" y="\d+" width="([\d.]+)"', text)
        assert bars
        assert all(float(x) >= 0 and float(x) + float(width) <= 643 for x, width in bars)

    def test_what_has_no_end_yet_has_a_bar_to_the_end_of_the_year(self) -> None:
        reader = Reader(planned("open", "2023-11-20/.."))
        assert re.search(r'class="k-visit vague" x="5[67]\d', page(reader, "/feeds/state-fj?view=timeline&year=2023"))

    def test_what_goes_on_from_the_year_before_is_in_it_as_a_list_of_its_days_has_it(self) -> None:
        there = (
            "2022-12-15/2023-01-01",
            "2022-03/2024-02",
            "[2022-12-30..2023-01-02]",
            "2022-12-20/..",
            "../2023-01-05",
        )
        gone = ("2022-12-15/2022-12-31", "2024-01-01/2024-01-05", "2022-12")
        reader = Reader(*(planned(f"plan-{place}", day) for place, day in enumerate((*there, *gone))))
        text = page(reader, "/feeds/state-fj?view=timeline&year=2023")
        assert set(re.findall(r"entries/(plan-\d)", text)) == {f"plan-{place}" for place in range(len(there))}
        assert "5 of 5 engagements" in text
        bars = re.findall(r'<rect class="k-[^"]*" x="([\d.]+)" y="\d+" width="([\d.]+)"', text)
        assert len(bars) == len(there)
        assert all(float(x) == 0 and float(width) <= 640 for x, width in bars)
        listed = page(reader, "/feeds/state-fj?year=2023").partition('id="year"')[2].partition("</section>")[0]
        assert set(re.findall(r"entries/(plan-\d)", listed)) == {f"plan-{place}" for place in range(len(there))}

    def test_a_year_with_nothing_says_so(self, client: Reader) -> None:
        assert "<svg" not in page(client, "/feeds/all?view=timeline&year=1901").partition("<main")[2]


def test_what_lies_ahead_stands_in_the_order_of_time_on_the_page() -> None:
    dates = ("2023-10-20/..", "2023-11-02", "2023-11-30/2023-12-31", "[2023-12-30..2024-01-02]", "2024-02-10", None)
    reader = Reader(*(planned(f"v{number}", when) for number, when in enumerate(dates)))
    text = page(reader, "/feeds/state-fj").partition('id="ahead"')[2]
    shown = re.findall(r"<h3[^>]*>([^<]+)</h3>|entries/(v\d)", text)
    assert [heading or slug for heading, slug in shown][:11] == [
        *("Now", "v0", "November 2023", "v1", "v2", "December 2023", "v3", "February 2024", "v4"),
        *("Month not known", "v5"),
    ]
    assert "reported since" in text


def test_very_many_changes_are_told_page_by_page() -> None:
    reader = Reader(*(planned(f"v{number}", "2023-11-02") for number in range(250)))
    shown: list[str] = []
    for number in (1, 2):
        text = page(reader, f"/feeds/state-fj?from=2023-09-01&to=2023-09-30&page={number}")
        shown += re.findall(r"entries/(v\d+)", text)
        link = re.search(r'href="([^"]*)" rel="(next|prev)"', text)
        assert link
        assert f"from=2023-09-01&to=2023-09-30&page={3 - number}" in html.unescape(link[1])
    assert len(shown) == len(set(shown)) == 250


class TestKnown:
    def test_it_shows_what_lay_ahead_and_what_became_of_it(self, client: Reader) -> None:
        text = page(client, "/feeds/all?known=2023-09-18")
        assert "October 2023, date to be confirmed" in text
        early = page(client, "/feeds/all?known=2023-01-01")
        assert "Putin" not in early.partition("<main")[2]

    def test_the_days_beside_it_are_a_click_away_and_none_is_ahead(self) -> None:
        day = pendulum.Date
        assert days_nearby(day(2023, 3, 31), day(2023, 4, 10)) == (
            [day(2022, 3, 31), day(2023, 2, 28), day(2023, 3, 30)],
            [day(2023, 4, 1)],
        )
        assert days_nearby(day(1, 1, 1), day(2023, 1, 1))[0] == []

    def test_the_slider_leads_to_the_day_that_it_was_moved_to(self, client: Reader) -> None:
        text = page(client, "/feeds/all?known=2023-09-18&lang=fr")
        slider = dict(re.findall(r'(min|max|value)="(-?\d+)"', text[text.index('type="range"') :].partition(">")[0]))
        days = {name: pendulum.date(1970, 1, 1).add(days=int(number)) for name, number in slider.items()}
        assert days == {name: pendulum.Date.fromisoformat(day) for name, day in RANGE.items()}
        answer = client.get(f"/feed?with=CN&kind=visit&slide={slider['value']}&lang=fr")
        assert answer.headers["location"] == "/feed?with=CN&kind=visit&lang=fr&known=2023-09-18"

    def test_the_form_keeps_the_feed_and_the_language(self, client: Reader) -> None:
        text = page(client, "/feed?with=CN&kind=visit&known=2023-09-18&lang=fr")
        for name, value in (("kind", "visit"), ("with", "CN"), ("lang", "fr")):
            assert f'<input type="hidden" name="{name}" value="{value}">' in text
        assert 'value="2023-09-18"' in text


FEEDS = ["/feeds/all", "/feeds/state-cn", "/feeds/pair-cn_ru", "/feed?with=CN&kind=visit", "/feed?sides=multilateral"]
EDGES = (
    MeetingHeld(engagement="turn", participants=(State("CN"), State("FR")), when=When("2022-12-30/2023-01-02")),
    MeetingHeld(engagement="vague", participants=(State("CN"), State("FR")), when=When("2023")),
    MeetingHeld(engagement="either", participants=(State("CN"), State("FR")), when=When("2022/2023")),
    VisitAnnounced(engagement="some-day", visitors=(State("CN"),), host=State("FR"), when=None),
)


@pytest.mark.parametrize("feed", FEEDS)
def test_every_count_of_contacts_leads_to_a_list_of_exactly_these(feed: str) -> None:
    """Beside what a year's list also has: plans, what goes over its end, and what may be in either of two years."""
    reader = Reader(*EDGES)
    links = re.findall(
        r'<a href="([^"]*counted=[^"]*)">(\d+)[^<]*</a>', page(reader, f"{feed}{'&' if '?' in feed else '?'}year=2023")
    )
    assert links
    for address, count in links:
        listed = page(reader, html.unescape(address))
        slugs = re.findall(r'<a class="what" href="/entries/([^"]+)"', listed)
        assert len(set(slugs)) == len(slugs) == int(count), address


@given(
    key=st.one_of(
        st.sampled_from(["undated", "contradicted"]),
        st.dates().map(lambda day: f"day-{day}"),
        st.builds(
            lambda year, kind: f"contact-{year:04}-{kind.value}", st.integers(0, 9999), st.sampled_from(SHOWN_KINDS)
        ),
    )
)
def test_what_is_counted_is_read_back_from_its_address(key: str) -> None:
    found = counted.key_of(key)
    assert found is not None
    assert counted.name_of(found) == key


@pytest.mark.parametrize("feed", FEEDS[:4:3])
def test_every_count_of_a_publisher_leads_to_what_it_counts(client: Reader, feed: str) -> None:
    counts = tiles(page(client, feed))
    assert "NDTV" in counts
    for address, count in counts.values():
        path, _, query = address.partition("?")
        assert len(client.get(f"{path}.json?{query}").json()["entries"]) == count


@pytest.mark.parametrize(
    "asked",
    [
        "view=globe",
        "slide=x",
        "slide=99999999",
        "counted=war",
        "counted=contact-2023-war",
        "counted=day-2023-02-30",
        "known=yesterday",
        "known=2023-10-31",
        "known=2023-02-30",
    ],
)
def test_what_cannot_be_shown_is_said(client: Reader, asked: str) -> None:
    answer = client.get(f"/feeds/all?{asked}")
    assert answer.status_code == 400
    assert "expected" in answer.text


def test_a_feeds_page_leads_to_its_views(client: Reader) -> None:
    text = html.unescape(page(client, "/feeds/pair-cn_ru"))
    for asked in "view=timeline", "view=map", "known=2023-10-30", "year=2023":
        assert f"/feeds/pair-cn_ru?{asked}" in text


def test_whoever_is_one_too_many_is_told_when_to_ask_again() -> None:
    begun, done = asyncio.Event(), asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        begun.set()
        await done.wait()
        await PlainTextResponse("done")(scope, receive, send)

    async def asked() -> list[httpx.Response]:
        transport = httpx.ASGITransport(Bounded(slow, most=1))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            first = asyncio.create_task(client.get("/"))
            await begun.wait()
            second = await client.get("/")
            done.set()
            return [await first, second, await client.get("/")]

    answers = asyncio.run(asked())
    assert [one.status_code for one in answers] == [200, 503, 200]
    assert int(answers[1].headers["retry-after"]) > 0
