"""The built-in projections keep the laws that users hold theirs to; and what the laws have found stays found."""

from diplocal.engagements import Engagements
from diplocal.events import Corrected, EngagementEvent, Retracted, VisitAnnounced
from diplocal.testing import History
from diplocal.testing.pools import CHINA, RUSSIA

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
