"""Generated histories are logs that could have been: valid, believable, and as varied as the vocabulary."""

from collections import Counter
from collections.abc import Callable
from typing import Any, cast

import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diplocal.dates import Precision, When
from diplocal.engagements import Conflict, Engagements, Kind, Status
from diplocal.errors import InvalidValue
from diplocal.events import Cancelled, Corrected, EngagementEvent, Retracted, VisitAnnounced, event, event_types
from diplocal.projections import ContactFrequency
from diplocal.records import Envelope
from diplocal.testing import (
    History,
    check_law,
    engagement_histories,
    folding,
    histories,
    histories_of,
    laws,
    long_histories,
)
from diplocal.testing import given as given_in_a_story
from diplocal.testing.pools import CHINA, INDONESIA, RUSSIA


@event("acme.banquet-held")
class BanquetHeld(EngagementEvent):
    """An event of the user's."""

    courses: int


def gathered(strategy: st.SearchStrategy[History], count: int = 400) -> list[History]:
    found: list[History] = []

    @settings(max_examples=count, database=None, derandomize=True)
    @given(strategy)
    def gather(history: History) -> None:
        found.append(history)

    gather()
    return found


@given(histories())
def test_a_history_reads_back_from_a_store_as_it_is(history: History) -> None:
    unchained = [(*(getattr(one, name) for name in _SAME),) for one in history.records()]
    assert [(*(getattr(one, name) for name in _SAME),) for one in history.store().read()] == unchained


_SAME = ("position", "stream", "version", "id", "event", "audience", "recorded_micros")


@given(histories())
def test_the_log_never_learns_something_before_what_came_earlier(history: History) -> None:
    recorded = [one.recorded_at for one in history]
    assert recorded == sorted(recorded)


LATER_AGE = 3000
"""A history may be told of the ninth millennium, and is reported today all the same."""


@given(histories(max_events=20))
def test_nothing_is_reported_before_it_can_have_happened(history: History) -> None:
    """A correction apart: it may find a later day for what was reported held. So does all that is of a later age."""
    corrected = any(isinstance(one.event, Corrected) for one in history)
    reported = history.where(lambda one: not isinstance(one.event, Retracted))
    for engagement in Engagements().take(reported.records())[0]:
        first = engagement.when and engagement.when.earliest
        of_a_later_age = first is not None and first.year > LATER_AGE
        assert corrected or of_a_later_age or Conflict.HELD_BEFORE_ITS_DATE not in engagement.conflicts


@given(histories(max_events=20))
def test_retractions_and_corrections_name_earlier_reports_of_the_same_engagement(history: History) -> None:
    seen: set[str] = set()
    for one in history:
        if isinstance(one.event, Retracted | Corrected):
            assert one.event.of in seen
            assert one.event.of.rpartition("/")[0] == one.stream
        seen.add(one.id)


@given(engagement_histories())
def test_a_history_of_one_engagement_has_one_stream(history: History) -> None:
    assert len(history.streams) <= 1


def test_histories_tell_every_event_of_the_vocabulary() -> None:
    told = {type(event) for history in gathered(histories(), 1000) for event in history.events}
    ours = {kind.cls for kind in event_types() if kind.name.startswith("diplocal.")}
    ours = {cls for cls in ours if issubclass(cls, EngagementEvent)}
    assert {cls.__name__ for cls in ours - told} == set()


def test_histories_reach_every_status_and_date_every_precision() -> None:
    reached: Counter[Status] = Counter()
    precisions: set[Precision | None] = set()
    found = gathered(histories(max_events=20), 600)
    for history in found:
        statuses = set()
        for engagement in Engagements().take(history.records())[0]:
            statuses.add(engagement.status)
            precisions.add(engagement.when and engagement.when.precision)
        reached.update(statuses)
    assert not set(Status) - {Status.UNKNOWN} - set(reached)
    assert reached[Status.HELD] > len(found) * 0.4
    assert precisions >= {Precision.INSTANT, Precision.DAY, Precision.MONTH, Precision.SEASON, Precision.YEAR, None}


def test_reports_come_with_and_without_a_time_earlier_and_later_than_the_record() -> None:
    known: set[str] = set()
    for history in gathered(histories(), 200):
        for one in history:
            reported, recorded = one.event.reported, one.recorded_at
            day = reported.date() if isinstance(reported, pendulum.DateTime) else reported
            known.add("missing" if day is None else "earlier" if day < recorded.date() else "later")
    assert known == {"missing", "earlier", "later"}


def test_engagements_interleave() -> None:
    def returns(history: History) -> bool:
        streams = [one.stream for one in history]
        return any(streams[place] != one and one in streams[:place] for place, one in enumerate(streams[1:]))

    assert sum(map(returns, gathered(histories()))) > 40


def test_knobs_choose_kinds_parties_and_audiences() -> None:
    found = gathered(
        histories(kinds=[Kind.CALL, Kind.PATROL], parties=[CHINA, RUSSIA], audiences=["public", "asia-desk"]), 200
    )
    told = [one for history in found for one in history]
    assert {"call", "patrol"} == {"call", "meeting", "patrol", "visit"} & {
        word for one in told for word in one.stream.split("-")
    }
    assert {one.envelope.audience for one in told} == {"public", "asia-desk"}
    engagements = [one for history in found for one in Engagements().take(history.records())[0]]
    assert {party.code for one in engagements for party in one.parties} == {"CN", "RU"}


def test_the_number_of_reports_and_engagements_has_its_bounds() -> None:
    for history in gathered(histories(max_engagements=2, min_events=3, max_events=5), 100):
        assert 3 <= len(history) <= 5
        assert len(history.streams) <= 2


def test_events_of_the_users_own_are_mixed_in() -> None:
    told = [type(event) for history in gathered(histories(also=[BanquetHeld]), 100) for event in history.events]
    assert BanquetHeld in told
    assert len(set(told)) > 2


def test_long_histories_are_as_long_as_real_logs_and_keep_the_laws() -> None:
    (history,) = gathered(long_histories(engagements=100), 1)
    assert len(history) == 400
    assert len(history.streams) > 90
    for law in ("batches", "upcasting", "merging"):
        check_law(law, ContactFrequency, history.first(150), 7)


def test_a_crowd_is_told_around_one_history_in_200() -> None:
    sizes = [len(history.streams) for history in gathered(histories(crowd=50), 800)]
    assert 0 < sum(size > 3 for size in sizes) < 20


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: histories(audiences="public"),
        lambda: histories(min_events=5, max_events=3),
        lambda: histories(max_engagements=0),
        lambda: histories(parties=cast("Any", ["SE", "FI"])),
        lambda: histories(also=cast("Any", [Cancelled(engagement="visit-1")])),
        lambda: histories_of(cast("Any", [1, 2])),
        lambda: folding(lambda state, _event: state, start=cast("Any", 0)),
        lambda: History.of(Cancelled(engagement="visit-1"), recorded=["2023-09-20T08:00Z", "2023-09-21T08:00Z"]),
        lambda: History.of(Cancelled(engagement="visit-1"), recorded=["2023-09-20 08:00"]),
        lambda: History.of(Cancelled(engagement="visit-1"), recorded=["2023-09-20"]),
        lambda: given_in_a_story(cast("Any", [Cancelled(engagement="visit-1")])),
        lambda: laws(ContactFrequency, also="renaming"),
        lambda: laws(ContactFrequency, waive=cast("Any", ["order"])),
        lambda: laws(ContactFrequency, histories=cast("Any", histories)),
        lambda: laws(cast("Any", lambda engagement: engagement)),
        lambda: check_law("order", ContactFrequency, cast("Any", [])),
    ],
)
def test_what_is_given_wrong_is_refused_by_its_name(wrong: Callable[[], object]) -> None:
    with pytest.raises(InvalidValue, match=": expected "):
        wrong()


def test_what_cannot_be_drawn_is_refused_at_once() -> None:
    with pytest.raises(InvalidValue, match="at least two parties"):
        histories(parties=[INDONESIA])
    with pytest.raises(InvalidValue, match="kinds"):
        histories(kinds=[Kind.UNKNOWN])
    with pytest.raises(InvalidValue, match="audiences"):
        histories(audiences=[])


def test_a_history_can_be_written_down_by_hand() -> None:
    visit = VisitAnnounced(engagement="visit-1", visitors=(CHINA,), host=RUSSIA, when=When("2023-10"))
    hidden = Envelope(visit, audience="internal")
    history = History.of(visit, hidden, recorded=["2023-10-01T09:00:00Z"])
    assert [one.id for one in history] == ["visit-1/1", "visit-1/2"]
    assert [f"{one.recorded_at:%H:%M}" for one in history] == ["09:00", "10:00"]
    assert "visit announced: China to Russia, October 2023" in repr(history)
    assert "for internal eyes" in repr(history)
