"""The rules that decide between reports, one promise each."""

from typing import Any

import attrs
import pendulum
import pytest

from diplocal.dates import When
from diplocal.engagements import Agreement, Conflict, Denial, Engagement, Engagements, Kind, Listed, Meeting, Status
from diplocal.events import (
    AgreementSigned,
    CallHeld,
    Cancelled,
    Confirmed,
    Corrected,
    DateNarrowed,
    EngagementEvent,
    EntryListed,
    ForcesScrambled,
    Medium,
    MeetingHeld,
    MergedAsDuplicate,
    NoLongerListed,
    PatrolConducted,
    PlanDenied,
    Postponed,
    ReportAttached,
    Rescheduled,
    Retracted,
    VisitAnnounced,
    VisitBegan,
    VisitConcluded,
    VisitInvited,
    event,
)
from diplocal.events.wire import identify
from diplocal.parties import Office, Person, Rank, State
from diplocal.sources import Source
from diplocal.store import MemoryStore
from diplocal.wording import title

CHINA, RUSSIA, KOREA = State("CN", "China"), State("RU", "Russia"), State("KR", "South Korea")
WANG = Person("Wang Yi", CHINA, Office("Foreign Minister", Rank.FOREIGN_MINISTER))
LAVROV = Person("Sergei Lavrov", RUSSIA, Office("Foreign Minister", Rank.FOREIGN_MINISTER))


def day(number: int, month: int = 9) -> pendulum.Date:
    return pendulum.Date(2023, month, number)


def announced(
    when: str | None = "2023-10", *, reported: int = 1, slug: str = "visit", source: str = "TASS"
) -> VisitAnnounced:
    return VisitAnnounced(
        engagement=slug,
        visitors=(WANG,),
        host=RUSSIA,
        when=When(when) if when else None,
        reported=day(reported),
        sources=(Source(source),),
    )


def concluded(when: str, *, reported: int = 25, slug: str = "visit") -> VisitConcluded:
    return VisitConcluded(engagement=slug, visitors=(WANG,), host=RUSSIA, when=When(when), reported=day(reported, 10))


def engagements(*events: EngagementEvent) -> Engagements:
    store = MemoryStore()
    store.append(*events)
    return Engagements().take(store.read())[0]


def understood(*events: EngagementEvent, slug: str = "visit") -> Engagement:
    found = engagements(*events).get(slug)
    assert found is not None
    return found


def test_an_announced_visit_is_planned_and_keeps_its_vague_date() -> None:
    visit = understood(announced("2023-10"))
    assert (visit.kind, visit.status, visit.when) == (Kind.VISIT, Status.PLANNED, When("2023-10"))


def test_an_invitation_is_not_yet_a_plan() -> None:
    invited = VisitInvited(engagement="visit", visitors=(WANG,), host=RUSSIA)
    assert understood(invited).status is Status.INVITED
    assert understood(invited, announced()).status is Status.PLANNED


def test_an_entry_in_a_calendar_is_a_plan_of_a_kind_that_nobody_has_said() -> None:
    entry = EntryListed(
        engagement="visit", title="Press: Wang", when=When("2023-10-17"), place="Paris", reported=day(1)
    )
    listed = understood(entry)
    assert (listed.kind, listed.status, title(listed)) == (Kind.UNKNOWN, Status.PLANNED, "Press: Wang")
    assert (listed.when, listed.place) == (When("2023-10-17"), "Paris")
    told = understood(entry, announced("2023-10-17", reported=5))
    assert (told.kind, told.conflicts) == (Kind.VISIT, ())


def test_narrowing_finds_the_day_without_moving_the_visit() -> None:
    visit = understood(
        announced("2023-10"), DateNarrowed(engagement="visit", when=When("2023-10-17/2023-10-18"), reported=day(10))
    )
    assert visit.when == When("2023-10-17/2023-10-18")
    assert visit.conflicts == ()


def test_a_vaguer_report_does_not_undo_a_better_date() -> None:
    visit = understood(announced("2023-10-17"), announced("2023-10", reported=5, source="Antara"))
    assert visit.when == When("2023-10-17")
    assert [source.publisher for source in visit.sources] == ["TASS", "Antara"]


@pytest.mark.parametrize("start", ["2023-10-17T10:00Z", "2023-10-17T13:00+03:00[Europe/Moscow]"])
def test_a_report_that_gives_only_when_it_begins_leaves_its_end(start: str) -> None:
    known = "2023-10-17T10:00Z/2023-10-17T11:00Z"
    assert understood(announced(known), announced(start, reported=5)).when == When(known)


def test_a_report_that_begins_at_another_hour_or_is_a_reschedule_takes_the_end_away() -> None:
    known, start, other = "2023-10-17T10:00Z/2023-10-17T11:00Z", "2023-10-17T10:00Z", "2023-10-17T10:30Z"
    assert understood(announced(known), announced(other, reported=5)).when == When(other)
    moved = Rescheduled(engagement="visit", when=When(start), reported=day(5))
    assert understood(announced(known), moved).when == When(start)


def test_a_month_does_not_undo_a_stay_that_begins_in_it() -> None:
    visit = understood(announced("2023-10-30/2023-11-02"), announced("2023-10", reported=5))
    assert (visit.when, visit.conflicts) == (When("2023-10-30/2023-11-02"), ())
    assert understood(announced("2023-10-30/2023-11-02"), announced("2023-11", reported=5)).when == When("2023-11")


def test_a_reschedule_moves_a_date_even_to_a_vaguer_one() -> None:
    visit = understood(announced("2023-10-17"), Rescheduled(engagement="visit", when=When("2023-10"), reported=day(5)))
    assert visit.when == When("2023-10")


def test_two_dates_that_cannot_both_be_right_are_a_conflict_and_the_later_report_wins() -> None:
    visit = understood(announced("2023-10-17"), announced("2023-11-02", reported=5))
    assert (visit.when, visit.conflicts) == (When("2023-11-02"), (Conflict.DATES_DISAGREE,))


def test_reports_speak_in_the_order_in_which_the_public_could_know() -> None:
    late_record_of_early_report = announced("2023-11-02", reported=1, source="Archive")
    visit = understood(announced("2023-10-17", reported=5), late_record_of_early_report)
    assert visit.when == When("2023-10-17")
    assert [source.publisher for source in visit.sources] == ["Archive", "TASS"]


def test_of_one_day_the_report_that_was_recorded_later_speaks_later() -> None:
    this_morning = pendulum.datetime(2023, 9, 3, 8)
    dropped = Cancelled(engagement="visit", reported=this_morning)
    assert understood(announced(reported=3), dropped).status is Status.CANCELLED
    assert understood(dropped, announced(reported=3)).status is Status.PLANNED


def test_what_happened_outranks_a_cancellation_whenever_that_was_reported() -> None:
    cancelled = Cancelled(engagement="visit", reported=day(30, 10))
    for events in (
        (announced(), cancelled, concluded("2023-10-17")),
        (announced(), concluded("2023-10-17"), cancelled),
    ):
        visit = understood(*events)
        assert visit.status is Status.HELD
        assert visit.conflicts == (Conflict.HELD_THOUGH_CANCELLED,)


def test_an_invitation_to_another_date_replaces_a_postponement() -> None:
    invited = VisitInvited(engagement="visit", visitors=(WANG,), host=RUSSIA, when=When("2023-11"), reported=day(4))
    again = understood(announced("2023-10-17"), Postponed(engagement="visit", reported=day(3)), invited)
    assert (again.status, again.when) == (Status.INVITED, When("2023-11"))


def test_why_a_plan_was_dropped_no_longer_matters_once_it_stands_again() -> None:
    off = announced(), Cancelled(engagement="visit", reason="illness", reported=day(2))
    assert understood(*off).reason == "illness"
    assert understood(*off, announced(reported=3)).reason is None


@pytest.mark.parametrize("listed_on", [1, 5])
def test_the_title_of_a_calendar_entry_names_only_what_nothing_else_tells(listed_on: int) -> None:
    entry = EntryListed(engagement="visit", title="MFA trip", when=When("2023-10-17"), reported=day(listed_on))
    assert understood(entry).subject == Listed(title="MFA trip")
    assert "MFA trip" not in title(understood(entry, announced("2023-10-17", reported=3)))


def test_a_postponed_visit_has_no_date_until_there_is_a_new_one() -> None:
    plan = announced("2023-10-17"), Postponed(engagement="visit", reported=day(3))
    assert (understood(*plan).status, understood(*plan).when) == (Status.POSTPONED, None)
    again = Rescheduled(engagement="visit", when=When("2023-12"), reported=day(4))
    assert (understood(*plan, again).status, understood(*plan, again).when) == (Status.PLANNED, When("2023-12"))


def test_a_dropped_plan_is_a_plan_again_when_it_is_announced_again() -> None:
    visit = understood(
        announced("2023-10"), Cancelled(engagement="visit", reported=day(3)), announced("2023-12", reported=9)
    )
    assert visit.status is Status.PLANNED


def test_a_visit_that_began_is_under_way_until_it_is_reported_over() -> None:
    began = VisitBegan(
        engagement="visit", visitors=(WANG,), host=RUSSIA, when=When("2023-10-17/.."), reported=day(17, 10)
    )
    assert understood(announced(), began).status is Status.UNDER_WAY
    assert understood(announced(), concluded("2023-10-17/2023-10-18"), began).status is Status.HELD


def test_a_retracted_report_counts_for_nothing() -> None:
    wrong = Rescheduled(engagement="visit", when=When("2023-12"), reported=day(4))
    back = Retracted(engagement="visit", of=identify(wrong))
    assert understood(announced("2023-10"), wrong, back) == understood(announced("2023-10"))


def test_a_retraction_can_be_taken_back() -> None:
    wrong = Rescheduled(engagement="visit", when=When("2023-12"), reported=day(4))
    back = Retracted(engagement="visit", of=identify(wrong))
    again = Retracted(engagement="visit", of=identify(back))
    assert understood(announced(), wrong, back, again) == understood(announced(), wrong)


def test_an_engagement_without_standing_reports_is_retracted() -> None:
    visit = understood(announced(), Retracted(engagement="visit", of=identify(announced())))
    assert visit.status is Status.RETRACTED


def test_a_corrected_report_is_as_if_it_had_been_right_from_the_start() -> None:
    wrong, right = announced("2023-10-17"), announced("2023-10-07")
    later = announced("2023-10", reported=8, source="Antara")
    assert understood(
        wrong, later, Corrected(engagement="visit", of=identify(wrong), right=right, reported=day(9))
    ) == understood(right, later)


def test_a_correction_can_be_corrected_by_naming_it_or_the_first_report() -> None:
    wrong, better, right = announced("2023-10-17"), announced("2023-10-07"), announced("2023-10-09")
    first = Corrected(engagement="visit", of=identify(wrong), right=better)
    for target in (identify(wrong), identify(first)):
        second = Corrected(engagement="visit", of=target, right=right)
        assert understood(wrong, first, second) == understood(right)


def test_a_retracted_correction_leaves_the_report_as_it_was() -> None:
    wrong = announced("2023-10-17")
    correction = Corrected(engagement="visit", of=identify(wrong), right=announced("2023-10-07"))
    assert understood(wrong, correction, Retracted(engagement="visit", of=identify(correction))) == understood(wrong)


def test_a_retraction_or_correction_of_nothing_does_nothing() -> None:
    stray = Retracted(engagement="visit", of="no-such-event")
    lost = Corrected(engagement="visit", of="no-such-event", right=announced("2023-12"))
    visit = understood(announced(), stray, lost)
    assert attrs.evolve(visit, dangling=()) == understood(announced())
    assert [pointer.target for pointer in visit.dangling] == ["no-such-event", "no-such-event"]


def test_a_merged_duplicate_adds_its_reports_and_is_absorbed() -> None:
    found = engagements(
        announced("2023-10", slug="visit"),
        announced("2023-10-17", slug="copy", reported=2, source="Antara"),
        MergedAsDuplicate(engagement="copy", into="visit"),
    )
    visit, copy = found.get("visit"), found.get("copy")
    assert visit is not None
    assert copy is not None
    assert visit.when == When("2023-10-17")
    assert [source.publisher for source in visit.sources] == ["TASS", "Antara"]
    assert (copy.status, copy.absorbed_into) == (Status.ABSORBED, "visit")


def test_taking_back_a_merge_gives_both_engagements_back() -> None:
    merge = MergedAsDuplicate(engagement="copy", into="visit")
    plain = announced(slug="visit"), announced("2023-12", slug="copy")
    undone = engagements(*plain, merge, Retracted(engagement="copy", of=identify(merge)))
    assert {one.slug: one for one in undone} == {one.slug: one for one in engagements(*plain)}


def test_a_merge_into_an_engagement_without_reports_can_be_taken_back_without_trace() -> None:
    merge = MergedAsDuplicate(engagement="visit", into="elsewhere")
    assert engagements(announced(), merge).get("elsewhere") is not None
    undone = engagements(announced(), merge, Retracted(engagement="visit", of=identify(merge)))
    assert undone.get("elsewhere") is None


def test_duplicates_of_each_other_are_one_engagement() -> None:
    found = engagements(
        announced(slug="a"),
        announced("2023-10-17", slug="b", reported=2),
        MergedAsDuplicate(engagement="a", into="b"),
        MergedAsDuplicate(engagement="b", into="a"),
    )
    assert {one.slug: one.absorbed_into for one in found} == {"a": None, "b": "a"}


def test_a_list_that_drops_a_visit_does_not_cancel_it() -> None:
    dropped = NoLongerListed(engagement="visit", upstream="Calendar", reported=day(9))
    visit = understood(announced(), dropped)
    assert (visit.status, visit.listed) == (Status.PLANNED, False)
    assert understood(announced(), dropped, ReportAttached(engagement="visit", reported=day(10))).listed


def test_a_scramble_is_a_reaction_to_the_patrol() -> None:
    patrol = PatrolConducted(engagement="visit", actors=(CHINA, RUSSIA), when=When("2023-06~/2023-09~"))
    found = understood(patrol, ForcesScrambled(engagement="visit", by=KOREA))
    assert [reaction.by for reaction in found.reactions] == [KOREA]
    assert KOREA not in found.parties


def test_an_agreement_signed_at_a_visit_is_its_outcome_and_one_alone_is_an_engagement() -> None:
    signed = AgreementSigned(engagement="visit", participants=(WANG, LAVROV), title="Protocol", when=When("2023-10-18"))
    at_visit = understood(signed, concluded("2023-10-17/2023-10-18"))
    assert (at_visit.kind, [outcome.title for outcome in at_visit.outcomes]) == (Kind.VISIT, ["Protocol"])
    alone = understood(signed)
    assert (alone.subject, alone.status) == (Agreement(participants=(WANG, LAVROV), title="Protocol"), Status.HELD)


def test_revisions_count_changes_of_date_place_and_cancellation_only() -> None:
    events: list[EngagementEvent] = [announced("2023-10")]
    revisions = []
    for step in (
        Confirmed(engagement="visit", reported=day(2)),
        announced("2023-10", reported=3, source="Antara"),
        DateNarrowed(engagement="visit", when=When("2023-10-17"), reported=day(4)),
        Cancelled(engagement="visit", reported=day(5)),
        Rescheduled(engagement="visit", when=When("2023-12-01"), reported=day(6)),
    ):
        events.append(step)
        revisions.append(understood(*events).revisions)
    assert revisions == [0, 0, 1, 2, 3]


@pytest.mark.parametrize(
    "again",
    [
        Person("Yi Wang", CHINA),
        Person("WANG YI", CHINA),
        Person("Wang Yi", CHINA, wikidata="Q1"),
        Person("Yi, Wang", CHINA, Office("Minister of Foreign Affairs")),
    ],
)
def test_somebody_who_is_spelt_otherwise_or_known_by_an_id_as_well_is_no_revision(again: Person) -> None:
    first = announced().evolve(place="Nizhny Novgorod")
    told = announced(reported=2).evolve(visitors=(again,), place="NIZHNY-NOVGOROD")
    assert understood(first, told).revisions == 0


@pytest.mark.parametrize(
    "others", [(Person("Wang Yi", RUSSIA),), (Person("Wang Yi"),), (Person("Li Hui", CHINA),), (WANG, LAVROV), (CHINA,)]
)
def test_somebody_else_and_one_more_are_a_revision(others: Any) -> None:
    assert understood(announced(), announced(reported=2).evolve(visitors=others)).revisions == 1


def test_a_held_report_that_was_out_before_the_day_is_a_conflict() -> None:
    early = MeetingHeld(engagement="visit", participants=(WANG, LAVROV), when=When("2023-09-18"), reported=day(10))
    assert understood(early).conflicts == (Conflict.HELD_BEFORE_ITS_DATE,)


def test_a_users_event_that_refines_ours_is_understood_as_ours() -> None:
    @event("acme.state-visit-concluded")
    class StateVisitConcluded(VisitConcluded):
        banquet: str = ""

    found = understood(
        StateVisitConcluded(
            engagement="visit", visitors=(WANG,), host=RUSSIA, when=When("2023-10-17"), banquet="Kremlin"
        )
    )
    assert (found.kind, found.status) == (Kind.VISIT, Status.HELD)


@pytest.mark.parametrize("step", [1, 2, 3])
def test_taking_records_in_any_batches_gives_the_same_understanding(step: int) -> None:
    store = MemoryStore()
    merge = MergedAsDuplicate(engagement="copy", into="visit")
    store.append(
        announced(),
        announced("2023-10-17", slug="copy", reported=2),
        merge,
        concluded("2023-10-17/2023-10-18", slug="copy"),
        Retracted(engagement="copy", of=identify(merge)),
    )
    records = list(store.read())
    found = Engagements()
    for start in range(0, len(records), step):
        found, _ = found.take(records[start : start + step])
    whole, _ = Engagements().take(records)
    assert found == whole


def test_a_denial_is_no_cancellation_and_goes_when_it_is_retracted() -> None:
    denial = PlanDenied(engagement="visit", reason="no such visit is on the agenda", reported=day(9))
    visit = understood(announced("2023-10-17"), denial)
    assert (visit.status, visit.when, visit.conflicts) == (Status.PLANNED, When("2023-10-17"), (Conflict.DENIED,))
    assert visit.denials == (Denial((), "no such visit is on the agenda"),)
    taken_back = Retracted(engagement="visit", of=identify(denial))
    assert understood(announced("2023-10-17"), denial, taken_back).conflicts == ()


@pytest.mark.parametrize("later", [Confirmed(engagement="visit"), concluded("2023-10-17")])
def test_a_denial_stays_a_contradiction_of_what_is_confirmed_or_takes_place(later: EngagementEvent) -> None:
    visit = understood(announced("2023-10-17"), PlanDenied(engagement="visit", reported=day(2)), later)
    assert visit.conflicts == (Conflict.DENIED,)
    assert visit.status in (Status.CONFIRMED, Status.HELD)


def test_a_summit_keeps_its_name_and_that_it_was_held_by_video_whoever_does_not_say_so() -> None:
    summit = MeetingHeld(
        engagement="visit",
        participants=(WANG, LAVROV),
        when=When("2023-10-17"),
        name="G20 Summit",
        medium=Medium.VIDEO,
    )
    found = understood(summit, summit.evolve(name=None, medium=Medium.UNKNOWN, place="Delhi"))
    assert found.subject == Meeting(participants=(WANG, LAVROV), name="G20 Summit", medium=Medium.VIDEO)
    assert title(found).startswith("G20 Summit: ")
    assert title(found).endswith(" (by video)")


MEETING = MeetingHeld(engagement="meeting", participants=(WANG, LAVROV), when=When("2023-09-18"))
CALL = CallHeld(engagement="call", participants=(CHINA, RUSSIA), when=When("2023-09-18"))


class TestWhoTakesPart:
    """Who takes part is material: others than were named before are a contradiction, and more of them are none."""

    @pytest.mark.parametrize(
        "other",
        [
            announced().evolve(host=KOREA),
            announced().evolve(visitors=(LAVROV,), host=CHINA),
            MeetingHeld(engagement="meeting", participants=(WANG, KOREA), when=When("2023-09-18")),
            CallHeld(engagement="call", participants=(CHINA, KOREA), when=When("2023-09-18")),
        ],
    )
    def test_other_states_are_a_contradiction(self, other: Any) -> None:
        first = {"visit": announced(), "meeting": MEETING, "call": CALL}[other.engagement]
        assert understood(first, other, slug=other.engagement).conflicts == (Conflict.PARTIES_DISAGREE,)

    @pytest.mark.parametrize(
        "other",
        [
            announced().evolve(visitors=(CHINA,)),
            announced().evolve(visitors=(Person("Li Hui", CHINA), KOREA)),
            MEETING.evolve(participants=(CHINA, RUSSIA, KOREA)),
        ],
    )
    def test_somebody_else_of_one_state_or_one_more_is_none(self, other: Any) -> None:
        first = announced() if other.engagement == "visit" else MEETING
        assert understood(first, other, slug=other.engagement).conflicts == ()

    def test_a_correction_leaves_no_contradiction(self) -> None:
        first, right = announced(), announced().evolve(host=KOREA)
        corrected = Corrected(engagement="visit", of=identify(first), right=right)
        assert understood(first, corrected).conflicts == ()
