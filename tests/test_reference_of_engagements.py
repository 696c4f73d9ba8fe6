"""The table of statuses in the reference says what is really understood when one more report comes in."""

import re
from pathlib import Path

import pytest

import diplocal
from diplocal import (
    Cancelled,
    Confirmed,
    DateNarrowed,
    EngagementEvent,
    Postponed,
    Rescheduled,
    State,
    VisitAnnounced,
    VisitBegan,
    VisitConcluded,
    VisitInvited,
    When,
)
from diplocal.engagements import KINDS, Conflict, Kind, Status
from diplocal.testing import given

PAGE = (Path(__file__).parents[1] / "docs" / "reference" / "engagements.md").read_text(encoding="utf-8")
OCTOBER, LATER = When("2023-10"), When("2023-11-07")


def visit(cls: type[diplocal.EngagementEvent], when: When | None = OCTOBER) -> EngagementEvent:
    return cls(engagement="visit", visitors=(State("CN"),), host=State("RU"), when=when)  # type: ignore[call-arg] # visits


ANNOUNCED = visit(VisitAnnounced)
REPORTS: dict[str, EngagementEvent] = {
    "announced": ANNOUNCED,
    "confirmed": Confirmed(engagement="visit"),
    "rescheduled": Rescheduled(engagement="visit", when=LATER),
    "narrowed": DateNarrowed(engagement="visit", when=When("2023-10-17")),
    "postponed": Postponed(engagement="visit"),
    "cancelled": Cancelled(engagement="visit"),
    "began": visit(VisitBegan),
    "concluded": visit(VisitConcluded),
}
REACHED: dict[str, tuple[EngagementEvent, ...]] = {
    "invited": (visit(VisitInvited),),
    "planned": (ANNOUNCED,),
    "confirmed": (ANNOUNCED, REPORTS["confirmed"]),
    "postponed": (ANNOUNCED, REPORTS["postponed"]),
    "cancelled": (ANNOUNCED, REPORTS["cancelled"]),
    "under way": (ANNOUNCED, REPORTS["began"]),
    "held": (ANNOUNCED, REPORTS["concluded"]),
}


def understood(*reports: EngagementEvent) -> Status:
    found = diplocal.replay(diplocal.AllEngagements(), given(*reports).history.records()).get("visit")
    assert found is not None
    return found.status


def rows() -> list[list[str]]:
    table = PAGE.split("## What one more report does")[1].split("\n\n")
    lines = next(part for part in table if part.startswith("|")).splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


HEADS, _, *ROWS = rows()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row[0]))
def test_one_more_report_does_what_the_table_says(row: list[str]) -> None:
    first, *then = row
    assert [understood(*REACHED[first], REPORTS[report]).value for report in HEADS[1:]] == then


def test_the_table_has_every_status_that_a_report_can_change() -> None:
    assert [row[0] for row in ROWS] == list(REACHED)
    assert HEADS[1:] == list(REPORTS)


@pytest.mark.parametrize("choice", [Kind, Status, Conflict], ids=["kinds", "statuses", "conflicts"])
def test_every_kind_status_and_conflict_is_explained(choice: type[Kind | Status | Conflict]) -> None:
    named = set(re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE))
    assert {one.value for one in choice} <= named


def test_the_fields_of_every_subject_are_named() -> None:
    for kind, row in KINDS.items():
        fields = ", ".join(row.subject.__struct_fields__)
        named = rf"^\| `{kind.value}` \|.*\| `{row.subject.__name__}\({fields}\)` \|$"
        assert re.search(named, PAGE, re.MULTILINE), kind
