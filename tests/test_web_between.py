"""What became known or changed between two days, on the pages of a feed."""

import pendulum
import pytest

from diplocal.dates import When
from diplocal.demo import article
from diplocal.diary import Diary
from diplocal.events import Cancelled, Rescheduled, Retracted
from diplocal.records import Envelope
from diplocal.store import MemoryStore
from diplocal.web import between as page
from diplocal.web.between import Became, Between, became, day
from diplocal.web.config import Config
from diplocal.web.feed_spec import EVERYTHING, FeedSpec, of_state
from diplocal.web.feeds import Feeds
from diplocal.web.visitor import Visitor
from diplocal.wording import ENGLISH

PUTIN, XI = "putin-to-china-2023-10", "xi-to-russia-2023-03"
START, END = pendulum.Date(2023, 9, 19), pendulum.Date(2023, 9, 25)


@pytest.fixture
def store() -> MemoryStore:
    """A log that learnt the article on the 19th, and more on the 22nd."""
    now = [pendulum.datetime(2023, 9, 19, 8)]
    store = MemoryStore(clock=lambda: now[-1])
    records = store.append(*article.as_reported())
    now.append(pendulum.datetime(2023, 9, 22, 8))
    store.append(Rescheduled(engagement=PUTIN, when=When("2023-11-02")))
    store.append(Envelope(Cancelled(engagement="security-consultation-18"), audience="internal"))
    for one in records:
        if one.stream == XI:
            store.append(Retracted(engagement=XI, of=one.id))
    return store


def seen(
    store: MemoryStore, start: pendulum.Date, end: pendulum.Date, spec: FeedSpec = EVERYTHING
) -> list[Became] | None:
    visitor = Visitor(
        feeds=Feeds(store, Diary(store)),
        config=Config(),
        words=ENGLISH,
        asked_language=None,
        site="",
        prefix="",
        assets="",
        now=pendulum.datetime(2023, 9, 30, 12),
    )
    found = became(spec.filter, Between(start, end), None, visitor)
    return None if found is None else found.shown


def test_it_says_what_is_new_what_is_other_and_what_is_gone(store: MemoryStore) -> None:
    told = {one.line.slug: one for one in seen(store, START, END) or ()}
    assert {slug: one.how for slug, one in told.items()} == {PUTIN: "changed", XI: "gone"}
    assert {each.name: each.now for each in told[PUTIN].differences}["When"] == "2 November 2023"


def test_all_of_it_is_what_the_diary_says_changed(store: MemoryStore) -> None:
    before = pendulum.Date(2023, 9, 1)
    slugs = {one.line.slug for one in seen(store, before, END) or ()}
    counted = {one.slug for one in Diary(store).find() if EVERYTHING.filter.takes(one)}
    assert slugs == counted
    assert {one.how for one in seen(store, before, END) or ()} == {"new"}


def test_a_feed_has_its_own_changes(store: MemoryStore) -> None:
    assert [one.line.slug for one in seen(store, START, END, of_state("KR")) or ()] == []
    assert PUTIN in {one.line.slug for one in seen(store, START, END, of_state("RU")) or ()}


def test_what_is_not_public_changes_nothing(store: MemoryStore) -> None:
    assert "security-consultation-18" not in {one.line.slug for one in seen(store, START, END) or ()}


def test_a_span_in_which_nothing_was_recorded_has_nothing(store: MemoryStore) -> None:
    assert seen(store, END, pendulum.Date(2023, 9, 30)) == []


def test_too_much_to_compare_is_told(store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "MOST", 1)
    assert seen(store, START, END) is None


@pytest.mark.parametrize("text", ["2023-9-18", "18 September 2023", "20230918", "2023-09-31", "", "2023-W01-1"])
def test_only_a_day_is_a_day(text: str) -> None:
    assert day(text) is None
