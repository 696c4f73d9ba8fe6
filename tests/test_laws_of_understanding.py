"""What is understood of engagements keeps the laws; and what the laws have found stays found."""

from collections.abc import Mapping

import pendulum
import pytest

from diplocal.dates import When
from diplocal.engagements import Conflict, Engagement, Engagements, Status, TermOfOffice
from diplocal.events import (
    AgreementSigned,
    Corrected,
    EngagementEvent,
    ForcesScrambled,
    MeetingAnnounced,
    MergedAsDuplicate,
    OfficeAssumed,
    Rescheduled,
    Retracted,
    VisitAnnounced,
    VisitConcluded,
)
from diplocal.parties import State
from diplocal.projections import AllEngagements, ContactFrequency, Discrepancies, UpcomingVisits, View
from diplocal.testing import History, check_law, check_projection, given, laws
from diplocal.testing.pools import CHINA, INDONESIA, PEOPLE, RUSSIA

RETOLD = ("renaming", "shifting", "echo", "recording", "respelling")


class Understanding(View[Engagement, Mapping[str, Engagement]]):
    """Everything that is understood of every engagement that was not retracted."""

    name = "test.understanding"

    def row(self, engagement: Engagement) -> Engagement | None:
        return None if engagement.status is Status.RETRACTED else engagement

    def read(self, value: Mapping[str, Engagement]) -> Mapping[str, Engagement]:
        return value


TestUnderstanding = laws(Understanding, also=RETOLD)


class Revisions(View[tuple[int, int, int], Mapping[str, tuple[int, int, int]]]):
    """What is counted along the log, and so does not heal: how often each engagement was revised, and when last."""

    name = "test.revisions"
    row_type = tuple[int, int, int]

    def row(self, engagement: Engagement) -> tuple[int, int, int]:
        return engagement.revisions, engagement.first.recorded_micros, engagement.last.recorded_micros

    def read(self, value: Mapping[str, tuple[int, int, int]]) -> Mapping[str, tuple[int, int, int]]:
        return value


def test_revisions_are_counted_alike_however_the_log_is_folded() -> None:
    not_healing = "a correction is a revision"
    check_projection(Revisions, waive=dict.fromkeys(["retraction", "correction", "unrelated"], not_healing))


def test_engagements_with_their_reports_are_the_same_however_the_log_is_folded() -> None:
    raw = "it shows positions"
    check_projection(AllEngagements, waive=dict.fromkeys(["order", "secrecy", "unrelated"], raw))


def test_one_host_under_two_names_is_one_place() -> None:
    def visit(slug: str, host: State) -> VisitConcluded:
        return VisitConcluded(engagement=slug, visitors=PEOPLE["RU"], host=host, when=When("2023-09-18/2023-09-20"))

    given(visit("visit-1", State("CN", "China")), visit("visit-2", State("CN", "PRC"))).then(Discrepancies, [])


def test_a_meeting_inside_a_meeting_and_one_inside_itself_lie_ahead_too() -> None:
    def meeting(slug: str, during: str) -> MeetingAnnounced:
        return MeetingAnnounced(engagement=slug, participants=(CHINA, RUSSIA), during=during)

    meetings = meeting("talks", "visit-1"), meeting("dinner", "talks"), meeting("circle", "circle")
    given(ANNOUNCED, *meetings).then(
        UpcomingVisits,
        ["visit-1", "talks", "dinner", "circle"],
        ask=lambda upcoming: [one.slug for one in upcoming.on(pendulum.Date(2023, 11, 1))],
    )


def test_a_snapshot_after_a_merge_was_retracted_goes_on_when_the_retraction_is_retracted() -> None:
    visits = [
        VisitConcluded(engagement=slug, visitors=(CHINA,), host=RUSSIA, when=When("2023-09-18"))
        for slug in ("visit-1", "visit-2")
    ]
    merged = MergedAsDuplicate(engagement="visit-1", into="visit-2")
    unmerged = Retracted(engagement="visit-1", of="visit-1/2")
    merged_again = Retracted(engagement="visit-1", of="visit-1/3")
    check_law("snapshots", ContactFrequency, History.of(*visits, merged, unmerged, merged_again))


ANNOUNCED = VisitAnnounced(engagement="visit-1", visitors=(CHINA,), host=RUSSIA)
CORRECTED = Corrected(engagement="visit-1", of="visit-1/1", right=ANNOUNCED)
RETRACTED = Retracted(engagement="visit-1", of="visit-1/1")


def test_what_is_told_for_the_first_time_is_no_revision_and_a_new_date_is_one() -> None:
    moved = Rescheduled(engagement="visit-1", when=When("2023-12"))
    engagements, _ = Engagements().take(History.of(ANNOUNCED.evolve(when=When("2023-11"))).records())
    assert [one.revisions for one in engagements] == [0]
    engagements, _ = Engagements().take(History.of(ANNOUNCED.evolve(when=When("2023-11")), moved).records())
    assert [one.revisions for one in engagements] == [1]


def conflicts_after(*events: EngagementEvent) -> tuple[str, ...]:
    engagements, _ = Engagements().take(History.of(*events).records())
    return tuple(conflict.value for engagement in engagements for conflict in engagement.conflicts)


def test_a_report_that_is_corrected_and_then_retracted_was_there_to_be_corrected() -> None:
    assert conflicts_after(ANNOUNCED, CORRECTED, RETRACTED, ANNOUNCED) == ()


def test_two_sources_may_retract_the_same_report() -> None:
    assert conflicts_after(ANNOUNCED, RETRACTED, RETRACTED, ANNOUNCED) == ()


def test_a_retraction_that_comes_before_its_report_does_nothing() -> None:
    retracted = Retracted(engagement="visit-1", of="visit-1/2")
    assert conflicts_after(retracted, ANNOUNCED) == conflicts_after(ANNOUNCED)


def test_a_signing_or_a_scramble_that_two_sources_report_happened_once() -> None:
    signed = AgreementSigned(engagement="visit-1", participants=(CHINA, RUSSIA), title="Protocol", when=When("2023-10"))
    scrambled = ForcesScrambled(engagement="visit-1", by=INDONESIA)
    engagements, _ = Engagements().take(History.of(ANNOUNCED, signed, signed, scrambled, scrambled).records())
    (visit,) = engagements
    assert [outcome.title for outcome in visit.outcomes] == ["Protocol"]
    assert [reaction.by for reaction in visit.reactions] == [INDONESIA]


@pytest.mark.parametrize("vague", ["2023", "2023-10", "2023-10~"])
def test_a_vague_date_hides_no_contradiction_and_no_day(vague: str) -> None:
    visit = VisitAnnounced(engagement="visit", visitors=(CHINA,), host=RUSSIA)
    office = OfficeAssumed(engagement="office", person=PEOPLE["CN"][0], when=When("2023-10-29"))
    told = [visit.evolve(when=When(date)) for date in ("../2023-10-20", vague, "2023-10-29")]
    engagements = Engagements().take(History.of(*told, office, office.evolve(when=When(vague))).records())[0]
    of_the_visit, of_the_office = engagements.get("visit"), engagements.get("office")
    assert of_the_visit is not None and of_the_office is not None  # noqa: PT018 - both are told of
    assert Conflict.DATES_DISAGREE in of_the_visit.conflicts
    assert isinstance(of_the_office.subject, TermOfOffice)
    assert of_the_office.subject.assumed == When("2023-10-29")
