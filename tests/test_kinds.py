"""The table of kinds is whole: whatever is missing of a kind is named here."""

import typing
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from diplocal.engagements import KINDS, Engagement, Engagements, Kind, Subject, to_events
from diplocal.events import EngagementEvent, event_types
from diplocal.events.layout import shape_of
from diplocal.events.wirevalues import part_of
from diplocal.testing import History, histories
from diplocal.wording import language
from diplocal.wording.language import LANGUAGES

unhurried = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
VALUE, ROW = part_of(Engagement), shape_of(Engagement)


def test_every_kind_has_a_row_and_every_subject_a_kind() -> None:
    assert set(KINDS) == set(Kind)
    assert [row.subject for row in KINDS.values()] == list(typing.get_args(Subject))


def test_the_events_of_each_kind_are_registered_and_its_own() -> None:
    named = [event for row in KINDS.values() for event in (row.plan, row.occurrence) if event]
    assert len(named) == len(set(named))
    assert set(named) <= {one.cls for one in event_types()}


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_kind_has_its_word(tag: str) -> None:
    assert [kind for kind in Kind if f"kind.{kind.value}" not in language(tag)] == []


@pytest.mark.parametrize("way", ["as a value", "as a row"])
@unhurried
@given(histories())
def test_an_engagement_comes_back_from_its_json_to_the_last_detail(way: str, history: History) -> None:
    for engagement in engagements_of(history):
        back = there_and_back(engagement, way)
        assert back == engagement
        assert (back.revisions, back.first, back.last) == (engagement.revisions, engagement.first, engagement.last)


@unhurried
@given(histories())
def test_what_is_written_as_events_is_of_the_same_kind(history: History) -> None:
    for engagement in engagements_of(history):
        events: tuple[EngagementEvent, ...] = to_events(engagement)
        assert not events or engagement.is_known


def engagements_of(history: History) -> Iterator[Engagement]:
    return iter(Engagements().take(history.records())[0])


def there_and_back(engagement: Engagement, way: str) -> Engagement:
    if way == "as a row":
        row: Engagement = ROW.decode(ROW.encode(engagement))
        return row
    assert VALUE.out
    assert VALUE.back
    written = msgspec.json.encode(VALUE.out(engagement))
    value: Engagement = VALUE.back(msgspec.json.decode(written, type=VALUE.wire))
    return value
