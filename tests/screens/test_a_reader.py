"""A reader in a real browser, with and without scripts: from the catalogue to an address, a file and an entry."""

from collections.abc import Iterator
from pathlib import Path

import pendulum
import pytest
from playwright.sync_api import Browser

from diplocal.dates import When
from diplocal.demo import article
from diplocal.events import VisitConcluded
from diplocal.parties import Office, Person, Rank, State
from diplocal.store import MemoryStore
from diplocal.web.app import feed_app

from .serving import running

WITH_AND_WITHOUT_SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts on", "scripts off"])


def earlier_visit() -> VisitConcluded:
    """Report a visit in another year, of somebody whose name has no place to break."""
    guest = Person("Nebuchadnezzar-" * 6 + "Smith", State("KZ", "Kazakhstan"), Office("President", Rank.HEAD_OF_STATE))
    host, reported = State("UZ", "Uzbekistan"), pendulum.Date(2019, 4, 16)
    return VisitConcluded(
        engagement="long-name", visitors=(guest,), host=host, when=When("2019-04-14/2019-04-16"), reported=reported
    )


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Serve the demo's log on a port of its own."""
    store = MemoryStore(clock=lambda: pendulum.datetime(2023, 9, 18, 8))
    store.append(*article.as_reported(), earlier_visit())
    app = feed_app(store, clock=lambda: pendulum.datetime(2023, 9, 18, 12))
    with running(app) as site:
        yield site


@WITH_AND_WITHOUT_SCRIPTS
def test_a_reader_finds_a_pair_and_its_address(browser: Browser, address: str, scripts: bool) -> None:  # noqa: FBT001 - a table's column
    page = browser.new_page(java_script_enabled=scripts)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.get_by_label("State or organisation").select_option(label="China")
    page.get_by_label("With (may be left open)").select_option(label="Russia")
    page.get_by_role("button", name="Open").click()
    assert page.get_by_role("heading", level=1).inner_text() == "China – Russia"
    assert page.get_by_label("Address to copy").input_value() == f"{address}/feeds/pair-cn_ru.ics"
    assert page.get_by_role("link", name="Open in the calendar program").get_attribute("href") == (
        f"webcal://{address.removeprefix('http://')}/feeds/pair-cn_ru.ics"
    )
    assert all(one.startswith(address) for one in asked)
    page.close()


@WITH_AND_WITHOUT_SCRIPTS
def test_a_reader_downloads_the_file(browser: Browser, address: str, scripts: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a table's column
    page = browser.new_page(java_script_enabled=scripts)
    page.goto(f"{address}/feeds/pair-cn_ru")
    with page.expect_download() as started:
        page.get_by_role("link", name="Calendar file (.ics)").click()
    started.value.save_as(tmp_path / "feed.ics")
    assert started.value.suggested_filename == "pair-cn_ru.ics"
    assert b"UID:putin-to-china-2023-10@" in (tmp_path / "feed.ics").read_bytes()
    page.close()


@WITH_AND_WITHOUT_SCRIPTS
def test_a_reader_follows_an_entry_to_its_sources_and_changes_the_language(
    browser: Browser,
    address: str,
    scripts: bool,  # noqa: FBT001 - a table's column
) -> None:
    page = browser.new_page(java_script_enabled=scripts)
    page.goto(f"{address}/feeds/pair-cn_ru")
    page.get_by_role("link", name="President Vladimir Putin (Russia) to China").first.click()
    assert "an aide to Vladimir Putin" in page.get_by_role("main").inner_text()
    page.locator(".languages summary").click()
    page.get_by_role("link", name="العربية").click()
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.get_by_role("heading", name="من قال ذلك").is_visible()
    page.get_by_role("link", name="الصين – روسيا").first.click()
    assert page.locator("html").get_attribute("lang") == "ar"
    page.close()


@WITH_AND_WITHOUT_SCRIPTS
def test_a_reader_finds_how_to_subscribe_in_their_own_program(browser: Browser, address: str, scripts: bool) -> None:  # noqa: FBT001 - a table's column
    page = browser.new_page(java_script_enabled=scripts)
    page.goto(f"{address}/feeds/pair-cn_ru")
    steps = page.get_by_role("heading", name="Google Calendar")
    assert not steps.is_visible()
    page.get_by_text("How to subscribe").click()
    assert steps.is_visible()
    assert page.get_by_label("Address for Google Calendar").input_value() == f"{address}/feeds/pair-cn_ru.google.ics"
    page.locator("summary", has_text="QR code of the address").click()
    assert page.locator("svg.qr").is_visible()
    page.close()


@WITH_AND_WITHOUT_SCRIPTS
def test_a_reader_looks_into_another_year(browser: Browser, address: str, scripts: bool) -> None:  # noqa: FBT001 - a table's column
    page = browser.new_page(java_script_enabled=scripts)
    page.goto(f"{address}/feeds/all?lang=fr")
    page.get_by_label("Année", exact=True).select_option("2019")
    page.get_by_role("button", name="Afficher").click()
    assert page.get_by_role("heading", name="L'année 2019").is_visible()
    assert page.get_by_role("link", name="2023", exact=True).is_visible()
    assert page.locator("html").get_attribute("lang") == "fr"
    page.close()


def test_a_reader_with_a_keyboard_skips_to_the_content(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.close()


@WITH_AND_WITHOUT_SCRIPTS
def test_a_reader_moves_the_slider_with_the_keyboard(browser: Browser, address: str, scripts: bool) -> None:  # noqa: FBT001 - a table's column
    page = browser.new_page(java_script_enabled=scripts)
    page.goto(f"{address}/feeds/all?known=2023-09-18&lang=fr")
    slider = page.get_by_role("slider")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    if scripts:
        assert slider.get_attribute("aria-valuetext") == "15 septembre 2023"
        assert page.locator(".slide output").inner_text() == "15 septembre 2023"
        page.keyboard.press("Enter")
    else:
        page.get_by_role("button", name="Afficher").click()
    page.wait_for_url("**known=2023-09-15**")
    assert "15 septembre 2023" in page.get_by_role("heading", level=1).inner_text()
    page.close()
