"""The built-in projections keep the laws that users hold theirs to; and what the laws have found stays found."""

from collections.abc import Mapping
from typing import Any, ClassVar

from diplocal.engagements import Engagement, Engagements, Status
from diplocal.events import AgreementSigned, Corrected, EngagementEvent, ForcesScrambled, Retracted, VisitAnnounced
from diplocal.projections import (
    AllEngagements,
    ConsultationRounds,
    ContactFrequency,
    Discrepancies,
    Itineraries,
    Network,
    Patrols,
    Punctuality,
    UpcomingVisits,
    View,
)
from diplocal.projections.network import Tie
from diplocal.testing import History, check_projection, laws
from diplocal.testing.pools import CHINA, INDONESIA, RUSSIA
from diplocal.when import When

RETOLD = ("renaming", "shifting", "echo", "recording", "respelling")

TestContactFrequency = laws(ContactFrequency, also=(*RETOLD, "plans"))
TestContactsOfOnePerson = laws(ContactFrequency(person="Wang Yi"), also=(*RETOLD, "plans"))
TestUpcomingVisits = laws(UpcomingVisits, also=RETOLD)
TestDiscrepancies = laws(Discrepancies, also=RETOLD)
TestItineraries = laws(Itineraries, also=RETOLD)
TestPatrols = laws(Patrols, also=(*RETOLD, "plans"))
TestConsultationRounds = laws(ConsultationRounds, also=RETOLD)
TestPunctuality = laws(Punctuality, also=RETOLD)


class EdgesBetweenPersons(Network):
    """What is read of the network: a person is one node, however they are spelt."""

    def read(self, value: Mapping[Tie, int]) -> Any:
        return super().read(value).edges("year", nodes="persons", weight="shared")


TestNetwork = laws(EdgesBetweenPersons, also=(*RETOLD, "plans"))


class Understanding(View[Engagement, Mapping[str, Engagement]]):
    """Everything that is understood of every engagement that was not retracted."""

    name: ClassVar[str] = "test.understanding"

    def row(self, engagement: Engagement) -> Engagement | None:
        return None if engagement.status is Status.RETRACTED else engagement

    def read(self, value: Mapping[str, Engagement]) -> Mapping[str, Engagement]:
        return value


TestUnderstanding = laws(Understanding, also=RETOLD)


class Revisions(View[tuple[int, int, int], Mapping[str, tuple[int, int, int]]]):
    """What is counted along the log, and so does not heal: how often each engagement was revised, and when last."""

    name: ClassVar[str] = "test.revisions"
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


ANNOUNCED = VisitAnnounced(engagement="visit-1", visitors=(CHINA,), host=RUSSIA)
CORRECTED = Corrected(engagement="visit-1", of="visit-1/1", right=ANNOUNCED)
RETRACTED = Retracted(engagement="visit-1", of="visit-1/1")


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
