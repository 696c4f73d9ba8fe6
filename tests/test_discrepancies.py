"""What does not fit together is found, and nothing else."""

from typing import Any

import pendulum
import pytest

from diplocal.dates import When
from diplocal.events import EngagementEvent, MeetingHeld, OfficeAssumed, OfficeLeft, Retracted, VisitConcluded
from diplocal.events.wire import identify
from diplocal.parties import Office, Person, Rank, State
from diplocal.projections import Discrepancies, Discrepancy
from diplocal.replaying import replay
from diplocal.store import MemoryStore
from diplocal.wording import language

PHILIPPINES, FRANCE, CHINA = State("PH", "Philippines"), State("FR", "France"), State("CN", "China")
AQUINO = Person("Benigno Aquino III", PHILIPPINES, Office("President", Rank.HEAD_OF_STATE))


def visit(slug: str, host: State, when: str, *, reported: pendulum.Date | None = None) -> VisitConcluded:
    return VisitConcluded(engagement=slug, visitors=(AQUINO,), host=host, when=When(when), reported=reported)


def found(*events: EngagementEvent) -> list[tuple[Discrepancy, tuple[str, ...]]]:
    store = MemoryStore()
    store.append(*events)
    return [(one.discrepancy, one.engagements) for one in replay(Discrepancies(), store)]


def test_one_person_in_two_places_on_the_same_days() -> None:
    both = visit("in-france", FRANCE, "2014-09-17/2014-09-20"), visit("in-china", CHINA, "2014-09-18/2014-09-22")
    assert found(*both) == [(Discrepancy.TWO_PLACES, ("in-china", "in-france"))]


def test_legs_of_a_journey_share_a_day() -> None:
    assert found(visit("one", FRANCE, "2014-09-17/2014-09-18"), visit("two", CHINA, "2014-09-18/2014-09-22")) == []


def test_a_vague_date_puts_nobody_anywhere() -> None:
    assert found(visit("one", FRANCE, "2014-09"), visit("two", CHINA, "2014-09-18/2014-09-22")) == []


def tenure(kind: type[Any], when: str) -> Any:
    return kind(engagement="aquino-president", person=AQUINO, when=When(when))


def test_an_office_holder_out_of_office() -> None:
    events = (
        tenure(OfficeAssumed, "2010-06-30"),
        tenure(OfficeLeft, "2016-06-30"),
        visit("in-time", FRANCE, "2014-09-17"),
        visit("too-late", FRANCE, "2022-05-12"),
    )
    assert found(*events) == [(Discrepancy.OUT_OF_OFFICE, ("too-late",))]
    assert found(*events[:1], *events[2:]) == []


def test_a_retracted_end_of_office_accuses_nobody() -> None:
    left = tenure(OfficeLeft, "2016-06-30")
    taken_back = Retracted(engagement="aquino-president", of=identify(left))
    assert found(tenure(OfficeAssumed, "2010-06-30"), left, visit("later", FRANCE, "2022-05-12"), taken_back) == []


def test_a_tenure_is_no_contact_and_no_contradiction() -> None:
    assert found(tenure(OfficeAssumed, "2010-06-30"), tenure(OfficeLeft, "2016-06-30")) == []


def test_a_report_that_was_out_before_the_day() -> None:
    early = MeetingHeld(
        engagement="met",
        participants=(AQUINO, FRANCE),
        when=When("2014-09-17"),
        reported=pendulum.Date(2014, 9, 1),
    )
    assert found(early) == [(Discrepancy.CONTRADICTION, ("met",))]


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        (
            "en",
            [
                "too-late: held before its date",
                "Benigno Aquino III in China (18–22 September 2014) and in France (19–20 September 2014)",
                "President Benigno Aquino III was not in office at the time of too-late",
            ],
        ),
        (
            "zh",
            [
                "too-late：早于其日期举行",
                "Benigno Aquino III 在中国（2014年9月18日 – 22日）并在法国（2014年9月19日 – 20日）",
                "too-late 期间，国家元首 Benigno Aquino III 不在任",
            ],
        ),
    ],
)
def test_findings_are_said_in_any_language(tag: str, said: list[str]) -> None:
    store = MemoryStore()
    store.append(
        tenure(OfficeAssumed, "2010-06-30"),
        tenure(OfficeLeft, "2016-06-30"),
        visit("in-china", CHINA, "2014-09-18/2014-09-22"),
        visit("in-france", FRANCE, "2014-09-19/2014-09-20"),
        visit("too-late", FRANCE, "2022-05-12", reported=pendulum.Date(2022, 5, 1)),
    )
    assert [" ".join(one.in_words(language(tag)).split()) for one in replay(Discrepancies(), store)] == said
