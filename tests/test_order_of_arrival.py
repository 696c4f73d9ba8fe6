"""What is understood depends on what was recorded and on when it first was, not on the order in which it came."""

from collections.abc import Sequence
from typing import Any

import pendulum
from hypothesis import given
from hypothesis import strategies as st

from diplocal.calendars import Feed, JSCalendarFeed, RichFeed
from diplocal.dates import When
from diplocal.engagements import Engagement, Engagements
from diplocal.events import Corrected, MergedAsDuplicate, Rescheduled, Retracted, VisitAnnounced
from diplocal.projections import AllEngagements, ContactFrequency, Discrepancies, Punctuality, UpcomingVisits
from diplocal.records import Record
from diplocal.replaying import replay
from diplocal.store import Listed, MemoryStore
from diplocal.testing import History, histories
from diplocal.testing.pools import CHINA, RUSSIA

ANSWERED: Sequence[Any] = (ContactFrequency(), UpcomingVisits(), Punctuality(), Discrepancies())


def came_as(records: Sequence[Record], order: Sequence[int]) -> Listed:
    """Give the same records at other positions."""
    return Listed(records[which].evolve(position=position) for position, which in enumerate(order, start=1))


def understood(log: Listed) -> list[tuple[Engagement, int, int, int]]:
    engagements = sorted(replay(AllEngagements(), log), key=lambda one: one.slug)
    return [(one, one.revisions, one.first.recorded_micros, one.last.recorded_micros) for one in engagements]


def at_instants_of_their_own(history: History) -> bool:
    return len({one.recorded_micros for one in history.entries}) == len(history.entries)


@given(histories(min_events=2).filter(at_instants_of_their_own), st.data())
def test_the_same_is_understood_in_whatever_order_records_came(history: History, data: st.DataObject) -> None:
    records = history.records()
    one = Listed(records)
    other = came_as(records, data.draw(st.permutations(range(len(records))), label="order of arrival"))
    assert understood(one) == understood(other)
    reported_by = data.draw(st.sampled_from(records), label="reported by").recorded_at
    for view in (Feed(), RichFeed(), JSCalendarFeed()):
        for moment in (None, reported_by):
            calendars = [replay(view, log, reported_by=moment) for log in (one, other)]
            assert calendars[0] == calendars[1]
    for answered in ANSWERED:
        assert replay(answered, one) == replay(answered, other)


def test_of_one_day_the_report_that_was_first_recorded_later_counts_also_when_it_came_first() -> None:
    visit = VisitAnnounced(engagement="visit", visitors=(CHINA,), host=RUSSIA, when=When("2023-10-17"))
    store = MemoryStore()
    for event in (visit, Rescheduled(engagement="visit", when=When("2023-10-20"))):
        store.append(event)
    records = tuple(store.read())
    found = Engagements().take(came_as(records, [1, 0]).read())[0].get("visit")
    assert found is not None
    assert (found.when, found.revisions) == (When("2023-10-20"), 1)


def test_what_was_recorded_twice_is_known_since_the_first_time() -> None:
    visit = VisitAnnounced(engagement="visit", visitors=(CHINA,), host=RUSSIA, when=When("2023-10-17"))
    store = MemoryStore()
    (record,) = store.append(visit)
    again = record.evolve(position=2, recorded_micros=record.recorded_micros + 1)
    once, twice, otherwise = (
        Engagements().take(records)[0].get("visit")
        for records in ([record], [record, again], [again.evolve(position=1), record.evolve(position=2)])
    )
    assert once is not None
    for found in (twice, otherwise):
        assert found == once
        assert found is not None
        assert (found.first.recorded_micros, found.last.recorded_micros) == (once.first.recorded_micros,) * 2
        assert found.last.position == 2, "the diary must read it again for whoever asks as of before"


def test_an_entry_keeps_its_uid_when_reports_about_its_duplicate_are_older() -> None:
    older, newer = (
        VisitAnnounced(engagement=slug, visitors=(CHINA,), host=RUSSIA, when=When("2023-10-17"))
        for slug in ("older", "newer")
    )
    store = MemoryStore()
    for event in (older, newer, MergedAsDuplicate(engagement="older", into="newer")):
        store.append(event)
    (found,) = replay(Feed(), store).entries.values()
    assert f"UID:newer@{store.log_id}.diplocal".encode() in found.ical


def test_a_retraction_and_a_correction_that_came_first_count() -> None:
    visit = VisitAnnounced(engagement="visit", visitors=(CHINA,), host=RUSSIA, when=When("2023-10-17"))
    store = MemoryStore()
    (wrong,) = store.append(visit)
    (second,) = store.append(visit.evolve(when=When("2023-10-18")))
    store.append(Corrected(engagement="visit", of=wrong.id, right=visit.evolve(when=When("2023-10-19"))))
    store.append(Retracted(engagement="visit", of=second.id))
    records = tuple(store.read())
    found = [
        Engagements().take(came_as(records, order).read())[0].get("visit") for order in ([3, 2, 1, 0], [2, 0, 3, 1])
    ]

    assert found[0] == found[1]


def test_of_two_corrections_the_later_word_counts_whichever_the_log_learnt_last() -> None:
    visit = VisitAnnounced(engagement="visit", visitors=(CHINA,), host=RUSSIA, when=When("2023-10-17"))
    erratum, ministry = (
        Corrected(
            engagement="visit", of="visit/1", right=visit.evolve(when=When(day)), reported=pendulum.Date(2023, 9, on)
        )
        for day, on in (("2023-10-18", 5), ("2023-10-19", 12))
    )
    for corrections in ((erratum, ministry), (ministry, erratum)):
        found = Engagements().take(History.of(visit, *corrections).records())[0].get("visit")
        assert found is not None
        assert found.when == When("2023-10-19")
