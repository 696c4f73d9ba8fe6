"""What is counted by years is what the days and offices of the same contacts give, and is never asked for more."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diplocal.dates import When
from diplocal.diary import Diary
from diplocal.errors import InvalidValue
from diplocal.events import MeetingHeld, SamePerson
from diplocal.parties import Person, Rank, State
from diplocal.projections import ContactFrequency, Network
from diplocal.projections.contacts import years_of
from diplocal.store import MemoryStore
from diplocal.testing import histories, whens

FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"since": "2023", "until": "2023"},
    {"until": "2022"},
    {"since": "2023-03", "until": "2024-02-15"},
    {"kind": "visit", "sides": "any"},
    {"status": "held", "undated": False},
)


@settings(max_examples=15, deadline=None)
@given(histories(), st.sampled_from(FILTERS), st.floats(0, 1))
def test_by_years_counts_what_all_days_count(history: Any, asked: dict[str, Any], part: float) -> None:
    store = MemoryStore()
    store.append(*history.events)
    with Diary(store) as now, now.as_of(known_at=int(part * store.position())) as then:
        for diary in (now, then):
            fine = diary.answer(ContactFrequency(), **asked)
            ties = diary.answer(Network(), **asked)
            for by in ("year", "all"):
                assert diary.answer(ContactFrequency(by=by), **asked).by(by) == fine.by(by)
                for nodes in ("parties", "persons"):
                    few = diary.answer(Network(by=by, nodes=nodes), **asked)
                    assert few.edges(by, nodes=nodes) == ties.edges(by, nodes=nodes)


@settings(max_examples=100)
@given(whens())
def test_the_years_of_a_date_begin_and_end_with_it(when: When) -> None:
    years = When(years_of(when.edtf))
    assert years.year == when.year
    if when.earliest and when.latest:
        ends = (when.earliest.year, when.latest.year)
        assert (years.earliest and years.earliest.year, years.latest and years.latest.year) == ends


@pytest.mark.parametrize(
    "ask",
    [
        lambda diary: diary.answer(ContactFrequency(by="year")).by("month"),
        lambda diary: diary.answer(ContactFrequency(by="all")).by("year", weights={Rank.MINISTER: 1}),
        lambda diary: diary.answer(ContactFrequency(by="year")).days_since_last(
            ("CN", "RU"), When("2023-01-01").earliest
        ),
        lambda diary: diary.answer(Network(by="year")).edges("quarter"),
        lambda diary: diary.answer(Network(by="year")).edges(at_least=Rank.MINISTER),
        lambda diary: diary.answer(Network(by="year")).asymmetry(("CN", "RU")),
        lambda diary: diary.answer(Network(nodes="parties")).edges(nodes="persons"),
        lambda diary: diary.answer(Network(nodes="persons")).asymmetry(("CN", "RU")),
    ],
)
def test_what_was_left_out_is_not_answered(ask: Any) -> None:
    with pytest.raises(InvalidValue, match="left out"), Diary(MemoryStore()) as diary:
        ask(diary)


WANG, AS_PRINTED = Person("Wang Yi", State("CN")), Person("Wang I", State("CN"))
LAVROV, OTHER = Person("Sergei Lavrov", State("RU")), Person("Sergey Lavrov", State("RU"))


@pytest.mark.parametrize("people", [(WANG, AS_PRINTED, LAVROV), (WANG, AS_PRINTED, LAVROV, OTHER), (WANG, LAVROV)])
@pytest.mark.parametrize("weight", ["contacts", "shared"])
def test_a_contact_under_two_names_of_one_person_is_one(people: tuple[Person, ...], weight: str) -> None:
    store = MemoryStore()
    store.append(MeetingHeld(engagement="talks", participants=people, when=When("2023-09-18")))
    store.append(SamePerson(engagement="wang", people=(WANG, AS_PRINTED)))
    store.append(SamePerson(engagement="lavrov", people=(LAVROV, OTHER)))
    with Diary(store) as diary:
        (edge,) = diary.answer(Network()).edges(nodes="persons", weight=weight)
    assert edge.contacts == edge.weight == 1
