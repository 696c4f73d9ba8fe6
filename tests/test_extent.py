"""How long something lasts is no vagueness: the later of two exact extents wins, and subscribers hear of it."""

from typing import Any

import pendulum
import pytest
from hypothesis import given

from diplocal.calendars import Feed, JSCalendarFeed
from diplocal.dates import When
from diplocal.dates.instants import in_utc
from diplocal.engagements import Engagement, Engagements
from diplocal.events import (
    CallHeld,
    Confirmed,
    Corrected,
    DateNarrowed,
    EngagementEvent,
    ExerciseAnnounced,
    MeetingAnnounced,
    MeetingHeld,
    MergedAsDuplicate,
    PatrolConducted,
    Retracted,
    VisitAnnounced,
    VisitConcluded,
)
from diplocal.events.wire import identify
from diplocal.parties import Office, Organisation, Person, Rank, State
from diplocal.replaying import replay
from diplocal.store import MemoryStore
from diplocal.testing.values import whens

FINLAND, ESTONIA, LATVIA = State("FI"), State("EE"), State("LV")
HALONEN = Person("Aino Halonen", FINLAND, Office("Foreign Minister", Rank.FOREIGN_MINISTER))
SAAR = Person("Mari Saar", ESTONIA)

visits: dict[str, Any] = {"engagement": "one", "visitors": (HALONEN,), "host": ESTONIA}
meetings: dict[str, Any] = {"engagement": "one", "participants": (HALONEN, SAAR)}
forces: dict[str, Any] = {"engagement": "one", "actors": (FINLAND, ESTONIA)}
FIRST, LATER = pendulum.Date(2026, 1, 1), pendulum.Date(2026, 1, 8)

KINDS = [(VisitAnnounced, visits), (MeetingAnnounced, meetings), (ExerciseAnnounced, forces)]
HELD = [(VisitConcluded, visits), (MeetingHeld, meetings), (CallHeld, meetings), (PatrolConducted, forces)]
LONGER = [
    ("2026-09-18", "2026-09-18/2026-09-19"),
    ("2026-11-02/2026-11-06", "2026-11-02/2026-11-08"),
    ("2026-11-02/2026-11-06", "2026-10-30/2026-11-08"),
    ("2026-09-18T10:00Z/2026-09-18T11:00Z", "2026-09-18T10:00Z/2026-09-18T12:30Z"),
    ("2026-09-18T10:00Z/2026-09-18T11:00Z", "2026-09-18/2026-09-19"),
]
VAGUER = [
    ("2026-09-18", "2026-09"),
    ("2026-09-18", "[2026-09-17..2026-09-19]"),
    ("2026-09-18", "2026-09-18?"),
    ("2026-09-18", "2026-09-18~"),
    ("2026-09-18", "2026-09-18/.."),
    ("2026-09-18/2026-09-19", "2026-09/2026-10"),
    ("2026-09-18T10:00Z/2026-09-18T11:00Z", "2026-09-18"),
    ("2026-09", "2026"),
    ("2026-09", "2026-09?"),
    ("2026-09", "[2026-08-20..2026-10-10]"),
]


def understood(*events: EngagementEvent) -> Engagement:
    store = MemoryStore()
    store.append(*events)
    found = Engagements().take(store.read())[0].get("one")
    assert found is not None
    return found


@pytest.mark.parametrize(("cls", "facts"), [*KINDS, *HELD])
@pytest.mark.parametrize(("before", "after"), [*LONGER, *((after, before) for before, after in LONGER)])
def test_the_later_report_of_a_longer_or_a_shorter_stay_wins(cls: Any, facts: Any, before: str, after: str) -> None:
    found = understood(cls(**facts, when=When(before), reported=FIRST), cls(**facts, when=When(after), reported=LATER))
    assert (found.when, found.revisions) == (When(after), 1)


@pytest.mark.parametrize("change", [Confirmed, DateNarrowed])
@pytest.mark.parametrize(("before", "after"), LONGER)
def test_a_change_of_the_plan_can_make_it_longer(change: Any, before: str, after: str) -> None:
    plan = VisitAnnounced(**visits, when=When(before), reported=FIRST)
    found = understood(plan, change(engagement="one", when=When(after), reported=LATER))
    assert (found.when, found.revisions) == (When(after), 1)


@pytest.mark.parametrize(("cls", "facts"), [*KINDS, *HELD])
@pytest.mark.parametrize(("before", "after"), VAGUER)
def test_a_vaguer_date_replaces_no_better_one(cls: Any, facts: Any, before: str, after: str) -> None:
    found = understood(cls(**facts, when=When(before), reported=FIRST), cls(**facts, when=When(after), reported=LATER))
    assert (found.when, found.revisions) == (When(before), 0)


@given(whens(), whens())
def test_of_two_exact_dates_the_later_wins_unless_it_says_the_same_days_less_exactly(before: When, after: When) -> None:
    one, other = (VisitAnnounced(**visits, when=when) for when in (before, after))
    found = understood(one, other)
    assert found.when in (before, after)
    if before.is_exact and after.is_exact and found.when != after:
        assert (before.earliest, before.latest) == (after.earliest, after.latest)
        assert before.precision.rank < after.precision.rank
    if before.is_exact and not after.is_exact and after.contains(before):
        assert found.when == before


def moved(before: EngagementEvent, after: EngagementEvent) -> int:
    return understood(before, after).revisions


class TestSequence:
    """RFC 5545, 3.8.7.4: SEQUENCE grows with each significant revision."""

    @pytest.mark.parametrize(
        ("cls", "facts", "change"),
        [
            (VisitAnnounced, visits, {"host": LATVIA}),
            (VisitAnnounced, visits, {"host": Organisation("EU")}),
            (VisitAnnounced, visits, {"visitors": (Person("Emi Mori", FINLAND),)}),
            (VisitAnnounced, visits, {"visitors": (HALONEN, SAAR)}),
            (VisitAnnounced, visits, {"visitors": (Person("Aino Halonen", LATVIA),)}),
            (MeetingAnnounced, meetings, {"host": LATVIA}),
            (MeetingAnnounced, meetings, {"participants": (HALONEN, LATVIA)}),
            (ExerciseAnnounced, forces, {"actors": (FINLAND, LATVIA)}),
            (PatrolConducted, {**forces, "when": When("2026-09-18")}, {"actors": (FINLAND,)}),
        ],
    )
    def test_another_host_and_somebody_else_are_material(self, cls: Any, facts: Any, change: dict[str, Any]) -> None:
        before = cls(**facts)
        assert moved(before, before.evolve(**change)) == 1
        assert moved(before, Corrected(engagement="one", of=identify(before), right=before.evolve(**change))) == 1
        after = before.evolve(**change)
        assert understood(before, after, Retracted(engagement="one", of=identify(after))).revisions == 2
        copy = after.evolve(engagement="copy")
        assert understood(before, copy, MergedAsDuplicate(engagement="copy", into="one")).revisions == 1

    @pytest.mark.parametrize(
        "change",
        [
            {"host": State("EE", "Estonie")},
            {"visitors": (Person("AINO HALONEN", State("FI", "Suomi")),)},
            {"visitors": (Person("Áino Halonen", FINLAND, Office("Minister", Rank.MINISTER)),)},
            {"received_by": (SAAR,)},
        ],
    )
    def test_another_spelling_is_not(self, change: dict[str, Any]) -> None:
        before = VisitAnnounced(**visits)
        assert moved(before, before.evolve(**change)) == 0

    def test_the_order_in_which_sides_are_named_is_not(self) -> None:
        before = MeetingAnnounced(**meetings)
        assert moved(before, before.evolve(participants=(SAAR, HALONEN))) == 0


PARIS = "2026-10-25T02:{}{}[Europe/Paris]"
SPANS = [
    ("30", "+02:00", "15", "+01:00", 45),
    ("30", "+02:00", "30", "+01:00", 60),
    ("00", "+02:00", "59", "+01:00", 119),
    ("10", "+02:00", "20", "+02:00", 10),
    ("10", "+01:00", "20", "+01:00", 10),
]


@pytest.mark.parametrize(("begins", "summer", "ends", "winter", "minutes"), SPANS)
def test_an_end_in_the_hour_that_comes_twice(begins: str, summer: str, ends: str, winter: str, minutes: int) -> None:
    store = MemoryStore()
    when = When(f"{PARIS.format(begins, summer)}/{PARIS.format(ends, winter)}")
    store.append(CallHeld(**meetings, when=when))
    assert when.begins_at
    assert when.ends_at
    assert (in_utc(when.ends_at) - in_utc(when.begins_at)).total_seconds() == minutes * 60
    entry = replay(JSCalendarFeed(), store).to_json()
    hours, rest = divmod(minutes, 60)
    written = f"PT{f'{hours}H' if hours else ''}{f'{rest}M' if rest else ''}"
    assert f'"duration":"{written}"'.encode() in entry
    assert b"DTEND" in replay(Feed(), store).to_ical()
