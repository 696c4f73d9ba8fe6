"""Behind a proxy, every address leads below the path at which readers reach the server; only who is trusted says so."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path

import httpx
import pendulum
import pytest
from starlette.applications import Starlette

from diplocal.demo import article
from diplocal.errors import InvalidValue
from diplocal.store import MemoryStore
from diplocal.web.access import AccessList
from diplocal.web.app import feed_app
from diplocal.web.config import read_config_text
from diplocal.web.proxy import BehindProxy

PAGES = ["/", "/feeds/all", "/feeds/pair-cn_ru", "/entries/putin-to-china-2023-10", "/nothing"]
FILES = ["/feeds/all.atom", "/feeds/all.json", "/feeds/pair-cn_ru.csv"]
PREFIX = {"X-Forwarded-Prefix": "/diary"}
ADDRESS = re.compile(r"""(?:href|src|action|value|content)=["']((?:https?:|webcals?:|/)[^"']*)["']""")
NOON = pendulum.datetime(2023, 9, 20, 12)


def served(access: AccessList | None = None, config: str = "") -> Starlette:
    store = MemoryStore()
    store.append(*article.as_reported())
    return feed_app(store, read_config_text(config), access=access, clock=lambda: NOON)


class Asking:
    """Asks an application as a proxy at some address does."""

    def __init__(self, app: BehindProxy, client: str = "127.0.0.1") -> None:
        self._transport = httpx.ASGITransport(app, client=(client, 50000))

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        async def asked() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url="http://desk.example") as client:
                return await client.get(path, headers=headers)

        return asyncio.run(asked())


def own(text: str) -> Iterator[str]:
    """Give the paths of all addresses that lead to this server."""
    for found in map(unescape, ADDRESS.findall(text)):
        path = re.sub(r"^(?:https?|webcals?)://desk\.example", "", found)
        if path.startswith("/"):
            yield path


class TestPrefix:
    @pytest.mark.parametrize("path", PAGES)
    @pytest.mark.parametrize("passed_on", ["", "/diary"])
    @pytest.mark.parametrize("way", ["option", "header", "both"])
    def test_every_address_leads_below_it(self, path: str, way: str, passed_on: str) -> None:
        app = BehindProxy(served(), root_path="" if way == "header" else "/diary")
        headers = {} if way == "option" else PREFIX
        text = Asking(app).get(f"{passed_on}{path}", headers=headers).text
        found = list(own(text))
        assert found
        assert [address for address in found if not address.startswith("/diary/")] == []

    @pytest.mark.parametrize("path", PAGES[:-1] + FILES)
    def test_every_address_answers(self, path: str) -> None:
        client = Asking(BehindProxy(served(), root_path="/diary"))
        for address in set(own(client.get(path).text)) - {"/diary/feed"}:  # a form, which sends more
            assert client.get(address).status_code in (200, 307), address

    def test_redirects_and_private_addresses_keep_to_it(self, tmp_path: Path) -> None:
        access = AccessList(tmp_path / "access.json")
        _, token = access.grant(feed=None, audience="internal", note="n", granted="2023-09-18")
        client = Asking(BehindProxy(served(access), root_path="/diary"))
        for private in ("", f"/private/{token}"):
            found = client.get(f"{private}/feed?with=RU&with=CN")
            assert found.headers["location"] == f"/diary{private}/feeds/pair-cn_ru"
            text = client.get(f"{private}/feeds/all").text
            leading = [path for path in own(text) if not path.startswith("/diary/style") and "icon" not in path]
            assert all(path.startswith(f"/diary{private}/") for path in leading)

    def test_feeds_name_addresses_below_it(self) -> None:
        client = Asking(BehindProxy(served(), root_path="/diary"))
        atom = client.get("/feeds/all.atom").text
        assert "http://desk.example/diary/entries/" in atom
        assert "http://desk.example/entries/" not in atom

    def test_what_one_proxy_is_answered_is_not_given_to_another(self) -> None:
        client = Asking(BehindProxy(served()))
        first = client.get("/feeds/all.atom", headers=PREFIX).text
        second = client.get("/feeds/all.atom", headers={"X-Forwarded-Prefix": "/other"}).text
        third = client.get("/feeds/all.atom").text
        assert ["/diary/" in first, "/other/" in second, "/diary/" in second] == [True, True, False]
        assert "/diary/" not in third
        assert "/other/" not in third

    def test_the_path_of_base_url_goes_before(self) -> None:
        app = BehindProxy(served(config='base_url = "https://desk.example/calendar"'), root_path="/diary")
        assert all(path.startswith("/calendar/") for path in own(Asking(app).get("/").text))
        named = BehindProxy(served(config='base_url = "https://desk.example"'), root_path="/diary")
        assert all(path.startswith("/diary/") for path in own(Asking(named).get("/").text))


class TestTrust:
    def test_the_header_of_anybody_else_is_not_looked_at(self) -> None:
        text = Asking(BehindProxy(served()), client="203.0.113.7").get("/", headers=PREFIX).text
        assert not any(path.startswith("/diary") for path in own(text))

    @pytest.mark.parametrize("trusted", ["203.0.113.7", "203.0.113.0/24"])
    def test_a_proxy_elsewhere_is_trusted_when_it_is_named(self, trusted: str) -> None:
        client = Asking(BehindProxy(served(), trusted=[trusted]), client="203.0.113.7")
        assert all(path.startswith("/diary/") for path in own(client.get("/", headers=PREFIX).text))

    def test_https_in_front_is_https_in_addresses(self) -> None:
        headers = {**PREFIX, "X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.4"}
        atom = Asking(BehindProxy(served())).get("/feeds/all.atom", headers=headers).text
        assert "https://desk.example/diary/entries/" in atom

    @pytest.mark.parametrize(
        "prefix",
        ["diary", "//evil.example", "/a b", '/"onload', "/../up", "/a/./b", "/" + "x" * 300, "/a, /b", "http://x"],
    )
    def test_what_is_no_path_is_refused(self, prefix: str) -> None:
        answer = Asking(BehindProxy(served())).get("/", headers={"X-Forwarded-Prefix": prefix})
        assert answer.status_code == 400
        with pytest.raises(InvalidValue, match="a path such as"):
            BehindProxy(served(), root_path=prefix)

    def test_an_empty_prefix_is_none(self) -> None:
        text = Asking(BehindProxy(served())).get("/", headers={"X-Forwarded-Prefix": "/"}).text
        assert any(path.startswith("/feeds/") for path in own(text))
