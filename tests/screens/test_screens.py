"""Each page once, in one of the looks; ``python -m tests.screens`` takes all of them."""

from collections.abc import Iterator
from itertools import cycle
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

from .addresses import PAGES
from .looking import Look, look
from .serving import Served, served

LOOKS = (
    Look("ar", 360, "dark"),
    Look("en", 1440, "light"),
    Look("zh", 768, "dark"),
    Look("en", 360, "light"),
    Look("ar", 1440, "light"),
    Look("fr", 320, "dark"),
)
SHORT = (
    "catalogue",
    "feed-of-a-pair",
    "feed-private",
    "composed-by-much",
    "found-none",
    "month",
    "timeline",
    "map",
    "measure-network",
    "changes",
    "known",
    "discrepancies",
    "entry-with-meetings",
    "entry-long-names",
    "error-400",
)
"""One page of each template."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("screens") / "log.db") as running:
        yield running


@pytest.mark.parametrize(("page", "how"), [*zip(SHORT, cycle(LOOKS), strict=False)], ids=str)
def test_nothing_is_wrong_with_a_page(browser: Browser, server: Served, page: str, how: Look) -> None:
    seen = look(browser, server.address(PAGES[page], lang=how.language), how, printed=server.words)
    assert (seen.axe, seen.faults) == ([], [])


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("<p style='margin-left:300px;width:300px'>beyond the edge of this screen", "outside the screen"),
        ("<p>one line</p><p style='margin-top:-2.2em'>and another", "over each other"),
        ("<p style='width:5em;overflow:hidden;white-space:nowrap'>more than there is room for", "cut off"),
        ("<div style='width:3em'><span class=when>18 September</span></div>", "broken over lines"),
        ("<div style='width:999px'>.</div>", "wider than the screen"),
        ("<p>Subscribe", "not translated"),
        ("<p style='color:#ccc'>pale", "color-contrast"),
        ("<button style='width:9px;height:9px;padding:0'>x</button><button style='height:9px'>y", "target-size"),
    ],
)
def test_what_is_wrong_is_seen(browser: Browser, body: str, complaint: str) -> None:
    page = f"<!doctype html><html lang=zh dir=ltr><title>t</title><main><h1>1</h1>{body}"
    seen = look(browser, f"data:text/html,{quote(page)}", Look("zh"), printed=frozenset())
    assert any(said.startswith(complaint) for said in (*seen.axe, *seen.faults)), seen
