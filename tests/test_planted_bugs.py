"""Laws find the bugs that were planted, leave right projections alone, and cannot see what only an example can."""

import re
import subprocess
import sys
from pathlib import Path

import power
import pytest
from bugs_of_meaning import MISREAD, Misread
from hypothesis import settings
from planting import PLANTED
from right import RIGHT

from diplocal.testing import Unexpected, check_projection

ROWS = re.compile(r"^\| (?P<bug>\w+) \| (?P<says>[^|]+) \| (?P<law>[^|]+) \|", re.MULTILINE)


SOME, SOME_RIGHT = [bug.name for bug in PLANTED][::16], [*RIGHT][::4]
"""The page has figures of all; every run tries so many again."""


@pytest.mark.parametrize(
    "arguments", [("--seeds", "1", *SOME), ("--right", "--seeds", "1", "--examples", "5", *SOME_RIGHT)]
)
def test_planted_bugs_are_found_and_right_projections_are_left_alone(arguments: tuple[str, ...]) -> None:
    command = [sys.executable, power.__file__, *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("bug", MISREAD, ids=lambda bug: bug.name)
def test_an_example_sees_what_no_law_can(bug: Misread) -> None:
    bug.example(bug.right)
    with pytest.raises(Unexpected):
        bug.example(bug.wrong)
    report = check_projection(bug.wrong, settings=settings(max_examples=5))
    assert not report.broken


def test_the_page_of_planted_bugs_names_exactly_those_there_are() -> None:
    text = Path(power.PAGE).read_text(encoding="utf-8")
    shown = [(row["bug"], row["says"], row["law"]) for row in ROWS.finditer(text) if row["bug"] != "Bug"]
    planted = [(bug.name, bug.says, power.law_of(bug)) for bug in PLANTED]
    assert shown == planted + [(bug.name, bug.says, bug.told) for bug in MISREAD]
