"""What the address of a feed, its files and its pages may say: what means nothing there is refused by its name."""

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pendulum
import pytest

from diplocal.demo import article
from diplocal.store import MemoryStore
from diplocal.web import lists
from diplocal.web.app import ENDINGS, feed_app

SITE = "https://calendar.example.org"
Asks = Callable[..., httpx.Response]
SAID = dict(
    parse_qsl(
        "year=2023&page=1&ahead=1&month=2023-09&from=2023-09-01&to=2023-09-25&by=public&known=2023-09-18&slide=19600&"
        "counted=undated&view=map&download=1&VIEW=map&nodes=persons&on=2000-01-01&date=2023&foo=bar&source_of=mail"
    )
)
"""Parameters, each with a value that says something where it is taken."""
OWN = {"year", "page", "ahead"}
OTHERS = {"month", "from", "known", "slide", "counted", "view"}
TAKEN: Mapping[str, set[str]] = {
    "/feeds/all": OWN | OTHERS,
    "/feed?with=CN&kind=visit": OWN | OTHERS,
    "/feeds/all?month=2023-09": set(),
    "/feeds/all?from=2023-09-01&to=2023-09-25": {"by", "page"},
    "/feeds/all?known=2023-09-18": set(),
    "/feeds/all?slide=19600": set(),
    "/feeds/all?counted=undated": {"page"},
    "/feeds/all?view=map": set(),
    "/feeds/pair-cn_us?view=last-met": set(),
    "/feeds/state-cn?view=frequency": set(),
    "/feed?with=CN&kind=visit&view=network": set(),
    "/feeds/all?view=timeline": {"year", "page"},
    **{f"/feeds/all{ending}": {"download"} for ending in ENDINGS},
    "/feed.csv?with=CN&kind=visit": {"download"},
    "/": set(),
    "/entries/putin-to-china-2023-10": set(),
    "/entries/putin-to-china-2023-10.ics": set(),
}
"""What may be added to an address."""


@pytest.fixture(scope="module")
def client() -> Asks:
    store = MemoryStore(clock=lambda: pendulum.datetime(2023, 9, 19, 8))
    store.append(*article.as_reported())
    server = httpx.ASGITransport(feed_app(store, clock=lambda: pendulum.datetime(2023, 9, 19, 12)))

    def asks(path: str, *, follow: bool = False) -> httpx.Response:
        async def asked() -> httpx.Response:
            async with httpx.AsyncClient(transport=server, base_url=SITE, follow_redirects=follow) as client:
                return await client.get(path)

        return asyncio.run(asked())

    return asks


@pytest.mark.parametrize("address", TAKEN)
def test_what_means_nothing_at_an_address_is_refused_and_named(client: Asks, address: str) -> None:
    there = dict(parse_qsl(urlsplit(address).query))
    for name, value in SAID.items():
        if name not in there:
            answer = client(f"{address}{'&' if there else '?'}{name}={value}")
            assert (answer.status_code in (200, 307)) is (name in TAKEN[address]), (name, answer.status_code)
            assert answer.status_code != 400 or f"is '{name}': expected" in unescape(answer.text)


def test_a_page_led_to_from_a_filter_takes_the_same(client: Asks) -> None:
    assert client("/feed?with=CN&view=frequency&by=decade").status_code == 400
    assert client("/feed.ics?with=CN&view=frequency").status_code == 400
    assert client("/feed?with=CN&view=frequency").headers["location"] == "/feeds/state-cn?view=frequency"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/feeds/all?VIEW=map", "parameter is 'VIEW': expected 'view', if that is meant; one of year, page"),
        ("/feeds/all.csv?counted=undated", "one of download, lang: a file has all of a feed"),
        ("/feeds/all?month=2023-09&view=map", "parameter is 'view': expected one of month, lang"),
        ("/feeds/all?view=timeline&year=99999", "year is '99999': expected a number from 1 to 9999"),
        ("/feeds/all?page=0", "page is '0': expected a number from 1 to 9999"),
        ("/feeds/all?lang=fr&lang=ru", "lang is ['fr', 'ru']: expected one value"),
    ],
)
def test_it_is_said_what_is_taken(client: Asks, address: str, said: str) -> None:
    answer = client(address)
    assert (answer.status_code, said in unescape(answer.text)) == (400, True)


def test_every_address_that_pages_make_is_taken(client: Asks, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of each sort is asked for, from the first page on; what forms ask for is among them."""
    monkeypatch.setattr(lists, "PAGE", 2)
    found, asked = ["/", "/?lang=fr", "/feed?with=CN&kind=visit"], dict[object, str]()
    while found:
        address = found.pop()
        if (sort := _sort(address)) in asked:
            continue
        asked[sort] = address
        answer = client(address, follow=True)
        assert answer.status_code == 200, (address, answer.text)
        if answer.headers["content-type"].startswith("text/html"):
            found += _made_by(answer.text)
    parameters = {name for address in asked.values() for name, _ in parse_qsl(urlsplit(address).query)}
    assert parameters >= {*OWN, *OTHERS, "to", "lang", "download", "with", "kind", "source"}


def _sort(address: str) -> object:
    """Tell apart addresses that ask for something of another sort."""
    path, query = urlsplit(address)[2:4]
    asked = dict(parse_qsl(query))
    ending = next((one for one in ENDINGS if path.endswith(one)), "")
    return path.split("/")[1], ending, frozenset(asked), asked.get("view")


def _made_by(page: str) -> Iterator[str]:
    """Yield the addresses that a page leads to, and that its forms ask for as they stand."""
    yield from (
        unescape(one).removeprefix(SITE).split("#")[0]
        for one in re.findall(r'(?:href|value)="((?:/|https?://cal)[^"]*)"', page)
    )
    for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
        fields = re.findall(r'<(?:input|select)[^>]* name="([^"]*)"(?:[^>]* value="([^"]*)")?', form)
        action = unescape(re.findall(r'action="([^"#]*)', form)[0])
        asked = [(name, unescape(value) or SAID.get(name, "")) for name, value in fields]
        yield f"{action}?{urlencode(asked)}"
