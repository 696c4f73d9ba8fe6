"""Looks at one page, and says what is wrong with it."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import attrs
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from .serving import words

Scheme = Literal["light", "dark"]

OTHER_SCRIPTS = frozenset({"ar", "zh"})
WIDTHS = (360, 768, 1440)
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
STANDARDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
"""What axe looks for."""
_AXE = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": [*STANDARDS]}}


@attrs.frozen
class Look:
    """How a page is looked at."""

    language: str = "en"
    width: int = 360
    scheme: Scheme = "light"

    def __str__(self) -> str:
        return f"{self.language}-{self.width}-{self.scheme}"


@attrs.frozen
class Seen:
    """What was seen of a page."""

    axe: list[str]
    """What axe found, with the details of the page closed and open."""
    faults: list[str]
    """What is wrong with how it is drawn."""


def look(browser: Browser, address: str, how: Look, *, printed: frozenset[str], picture: Path | None = None) -> Seen:
    """Look at a page, first as it opens, then with everything on it opened; keep a picture of it as it opens.

    ``printed`` are words that may stand on pages in another script.
    """
    page = browser.new_page(color_scheme=how.scheme, viewport={"width": how.width, "height": 900})
    try:
        page.goto(address)
        if picture:
            page.screenshot(path=picture, full_page=True)
        first = page.evaluate(_script())
        page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })")
        then = page.evaluate(_script())
        faults = dict.fromkeys(
            [
                *first["faults"],
                *then["faults"],
                *_language(then, how, printed.union(words(parse_qs(urlsplit(address).query).get("words", [""])[0]))),
            ]
        )
        return Seen([*_axe(page)], [*faults])
    finally:
        page.close()


def _language(found: dict[str, Any], how: Look, printed: frozenset[str]) -> Iterator[str]:
    direction = "rtl" if how.language == "ar" else "ltr"
    if not found["lang"].startswith(how.language) or found["dir"] != direction:
        yield f"says to be in {found['lang']!r}, {found['dir']!r}"
    if how.language in OTHER_SCRIPTS:
        yield from (f"not translated: {text!r}" for text in found["latin"] if not printed.issuperset(words(text)))


def _axe(page: Page) -> Iterator[str]:
    for one in Axe().run(page, options=_AXE).response["violations"]:
        for node in one["nodes"]:
            yield f"{one['id']}: {node['target']} {node['failureSummary']}"


@cache
def _script() -> str:
    return Path(__file__).with_name("faults.js").read_text(encoding="utf-8")
