"""What is told anew is understood as it was: between logs, by way of a feed, nothing that matters gets lost."""

import attrs
import pytest
from hypothesis import given

from diplocal.calendars.reports import read_reports, write_reports
from diplocal.dates import When
from diplocal.engagements import Conflict, Engagement, Engagements, to_events
from diplocal.errors import MalformedEvent
from diplocal.events import Cancelled, Confirmed, EngagementEvent, PlanDenied, VisitAnnounced
from diplocal.parties import State
from diplocal.store import MemoryStore
from diplocal.testing import History, histories


def told_alone(engagement: Engagement) -> Engagement:
    """Give what of an engagement does not depend on which reports told it."""
    denied = tuple(one for one in engagement.conflicts if one is Conflict.DENIED)
    return attrs.evolve(engagement, listed=True, conflicts=denied, apart_from=())


@given(histories())
def test_an_engagement_is_understood_from_what_is_told_anew_of_it_as_before(history: History) -> None:
    for engagement in Engagements().take(history.records())[0]:
        events = to_events(engagement) if engagement.counts else ()
        if not events or Conflict.KINDS_DISAGREE in engagement.conflicts:
            continue
        store = MemoryStore()
        store.append(*read_reports(write_reports(events)))
        again = Engagements().take(store.read())[0].get(engagement.slug)
        assert again is not None
        assert told_alone(again) == told_alone(engagement)


@pytest.mark.parametrize(
    "later", [(), (Confirmed(engagement="visit"),), (Cancelled(engagement="visit", reason="ill"),)]
)
@pytest.mark.parametrize("reason", [None, "no such visit is on the agenda"])
def test_a_denial_is_told_anew_with_its_reason(reason: str | None, later: tuple[EngagementEvent, ...]) -> None:
    plan = VisitAnnounced(engagement="visit", visitors=(State("RU"),), host=State("GN"), when=When("2024-06-03"))
    store, again = MemoryStore(), MemoryStore()
    store.append(plan, PlanDenied(engagement="visit", reason=reason), *later)
    (visit,) = Engagements().take(store.read())[0]
    again.append(*read_reports(write_reports(to_events(visit))))
    assert Engagements().take(again.read())[0].get("visit") == visit
    assert Conflict.DENIED in visit.conflicts


@pytest.mark.parametrize("text", ["", "[]", "{}", '[{"type":"diplocal.confirmed","version":1,"data":{}}]'])
def test_what_is_no_list_of_reports_about_one_engagement_is_refused(text: str) -> None:
    with pytest.raises(MalformedEvent):
        read_reports(text)


def test_reports_about_two_engagements_are_refused() -> None:
    visits = [VisitAnnounced(engagement=slug, visitors=(State("CN"),), host=State("RU")) for slug in ("a", "b")]
    with pytest.raises(MalformedEvent, match="one engagement"):
        read_reports(write_reports(visits))
