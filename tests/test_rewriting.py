"""Retractions and corrections act on what they name, in whatever order reports arrived."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal.dates import When
from diplocal.engagements import Engagements
from diplocal.engagements.reports import Report, dangling, effective_reports
from diplocal.events import Corrected, EngagementEvent, MergedAsDuplicate, Retracted, VisitAnnounced
from diplocal.parties import State
from diplocal.records import Envelope
from diplocal.store import MemoryStore

VISIT = VisitAnnounced(engagement="visit", visitors=(State("FI"),), host=State("EE"))
names = st.sampled_from(["a", "b", "c", "d", "e"])


def reports(*named: tuple[str, EngagementEvent]) -> list[Report]:
    return [Report(0, "", "", position, 0, name, event) for position, (name, event) in enumerate(named, start=1)]


def retracted(of: str) -> Retracted:
    return Retracted(engagement="visit", of=of)


def corrected(of: str, when: str) -> Corrected:
    return Corrected(engagement="visit", of=of, right=VISIT.evolve(when=When(when)))


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ([("a", VISIT), ("b", retracted("a"))], []),
        ([("a", VISIT), ("b", retracted("a")), ("c", retracted("b"))], [None]),
        ([("a", VISIT), ("b", corrected("a", "2026-01"))], ["2026-01"]),
        ([("a", VISIT), ("b", corrected("a", "2026-01")), ("c", corrected("b", "2026-02"))], ["2026-02"]),
        ([("a", VISIT), ("b", corrected("a", "2026-01")), ("c", retracted("b"))], [None]),
        ([("a", VISIT), ("b", corrected("a", "2026-01")), ("c", retracted("b")), ("d", retracted("c"))], ["2026-01"]),
    ],
)
def test_reports_that_arrive_in_any_order_come_to_the_same(
    named: list[tuple[str, EngagementEvent]], expected: list[str | None]
) -> None:
    for order in permutations(named):
        dates = [getattr(report.event, "when", None) for report in effective_reports(reports(*order))]
        assert [date and date.edtf for date in dates] == expected


@given(st.dictionaries(names, names, min_size=1))
def test_a_report_counts_unless_a_retraction_that_counts_names_it(retractions: dict[str, str]) -> None:
    given_reports = reports(*((name, retracted(of)) for name, of in retractions.items()), ("x", VISIT))
    dead = {of for name, of in retractions.items() if not _is_dead(name, retractions, ())}
    if not _has_circle(retractions):
        assert [report.id for report in effective_reports(given_reports)] == ["x"]
        assert {pointer.target for pointer in dangling(given_reports)} == {
            of for name, of in retractions.items() if name not in dead and of not in retractions
        }


def _is_dead(one: str, retractions: dict[str, str], seen: tuple[str, ...]) -> bool:
    if one in seen:
        return False
    return any(of == one and not _is_dead(by, retractions, (*seen, one)) for by, of in retractions.items())


def _has_circle(retractions: dict[str, str]) -> bool:
    for first in retractions:
        seen, one = [first], retractions.get(first)
        while one is not None and one not in seen:
            seen.append(one)
            one = retractions.get(one)
        if one is not None:
            return True
    return False


@pytest.mark.parametrize("circle", [["a"], ["b", "a"], ["b", "c", "a"]])
def test_retractions_in_a_circle_end(circle: list[str]) -> None:
    named = [(name, retracted(of)) for name, of in zip(["a", "b", "c"], circle, strict=False)]
    assert [report.id for report in effective_reports(reports(*named, ("x", VISIT)))] == ["x"]


def test_a_long_chain_of_retractions_is_read_from_either_end() -> None:
    chain = [("0", VISIT), *((str(number), retracted(str(number - 1))) for number in range(1, 5001))]
    for order in (chain, chain[::-1]):
        assert [report.id for report in effective_reports(reports(*order))] == ["0"]


def test_a_merge_that_a_correction_says_before_its_report_arrives_joins_the_two() -> None:
    store = MemoryStore()
    merge = MergedAsDuplicate(engagement="visit", into="tour")
    store.append(
        VISIT.evolve(engagement="tour"),
        Corrected(engagement="visit", of="first", right=merge),
        Envelope(VISIT, id="first"),
    )
    at_once = Engagements().take(store.read())[0]
    one_by_one = Engagements()
    for record in store.read():
        one_by_one = one_by_one.take([record])[0]
    for found in (at_once, one_by_one):
        visit = found.get("visit")
        assert visit
        assert visit.absorbed_into == "tour"
