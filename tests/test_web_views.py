"""A feed on a map, as a timeline, and as it was known on a day: each with an address that can be sent."""

import asyncio
import html
import re

import httpx
import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal.dates import When
from diplocal.demo import article
from diplocal.events import MeetingHeld, VisitAnnounced
from diplocal.parties import Organisation, Person, State
from diplocal.state_names import name_of
from diplocal.store import MemoryStore
from diplocal.web.app import feed_app
from diplocal.web.known import steps
from diplocal.web.world import map_of, outlines

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


class Reader:
    """Asks a server of the article's events, and of two more."""

    def __init__(self) -> None:
        store = MemoryStore(clock=lambda: pendulum.datetime(2023, 9, 18, 8))
        store.append(*article.as_reported(), ATTACK, SUMMIT)
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

    def test_bars_stand_inside_the_year(self, client: Reader) -> None:
        text = page(client, "/feeds/all?view=timeline&year=2023")
        bars = re.findall(r'<rect class="k-[^"]*" x="([\d.]+)" y="\d+" width="([\d.]+)"', text)
        assert bars
        assert all(float(x) >= 0 and float(x) + float(width) <= 643 for x, width in bars)

    def test_a_year_with_nothing_says_so(self, client: Reader) -> None:
        assert "<svg" not in page(client, "/feeds/all?view=timeline&year=1901").partition("<main")[2]


class TestKnown:
    def test_it_shows_what_lay_ahead_and_what_became_of_it(self, client: Reader) -> None:
        text = page(client, "/feeds/all?known=2023-09-18")
        assert "October 2023, date to be confirmed" in text
        early = page(client, "/feeds/all?known=2023-01-01")
        assert "Putin" not in early.partition("<main")[2]

    def test_the_days_beside_it_are_a_click_away_and_none_is_ahead(self) -> None:
        day = pendulum.Date
        assert steps(day(2023, 3, 31), day(2023, 4, 10)) == (
            [day(2022, 3, 31), day(2023, 2, 28), day(2023, 3, 30)],
            [day(2023, 4, 1)],
        )
        assert steps(day(1, 1, 1), day(2023, 1, 1))[0] == []

    def test_the_form_keeps_the_feed_and_the_language(self, client: Reader) -> None:
        text = page(client, "/feed?with=CN&kind=visit&known=2023-09-18&lang=fr")
        for name, value in (("kind", "visit"), ("with", "CN"), ("lang", "fr")):
            assert f'<input type="hidden" name="{name}" value="{value}">' in text
        assert 'value="2023-09-18"' in text


@pytest.mark.parametrize("feed", ["/feeds/all", "/feeds/state-cn", "/feed?with=CN&kind=visit"])
def test_every_count_of_a_publisher_leads_to_what_it_counts(client: Reader, feed: str) -> None:
    counts = tiles(page(client, feed))
    assert "NDTV" in counts
    for address, count in counts.values():
        path, _, query = address.partition("?")
        assert len(client.get(f"{path}.json?{query}").json()["entries"]) == count


@pytest.mark.parametrize("asked", ["view=globe", "known=yesterday", "known=2023-10-31", "known=2023-02-30"])
def test_what_cannot_be_shown_is_said(client: Reader, asked: str) -> None:
    answer = client.get(f"/feeds/all?{asked}")
    assert answer.status_code == 400
    assert "expected" in answer.text


def test_a_feeds_page_leads_to_its_views(client: Reader) -> None:
    text = html.unescape(page(client, "/feeds/pair-cn_ru"))
    for asked in "view=timeline", "view=map", "known=2023-10-30", "year=2023":
        assert f"/feeds/pair-cn_ru?{asked}" in text
