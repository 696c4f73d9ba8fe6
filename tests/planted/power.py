"""Shows what the laws find: ``python tests/planted/power.py``; with ``--right``, that they accuse nobody.

Prints a table of the planted bugs: the law that finds each, how often, after how many histories, and how short the
history is that it shows; ``--write`` writes it into the reference. Ends with 1 when a bug is found too seldom, or shown
too long.
"""

import argparse
import re
import statistics
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import bugs_of_carts  # noqa: F401 - planting is what it does
import bugs_of_merging  # noqa: F401
import bugs_of_records  # noqa: F401
import bugs_of_state  # noqa: F401
from bugs_of_meaning import MISREAD
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import FlakyFailure
from planting import PLANTED, Planted
from right import RIGHT
from right_carts import RIGHT_CARTS

from diplocal.testing import History, LawBroken, check_law, histories
from diplocal.testing.lawbook import LAWS
from diplocal.testing.running import Case, cases, unhurried
from diplocal.testing.subjects import Subject

OPT_IN = {law.name for law in LAWS if law.opt_in}
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "planted-bugs.md"


@attrs.frozen
class Trial:
    """What one run of a law found."""

    caught: bool
    examples: int
    """Histories until the bug showed."""
    reports: int
    """Reports in the shortest history."""
    seconds: float
    """Of processor time, with all that was tried to make the history shorter."""


def trial(bug: Planted, number: int, examples: int) -> Trial:
    """Hold a planted bug to its law, with a seed."""
    tried: list[bool] = []
    begun = time.process_time()

    @seed(number)
    @unhurried(settings(max_examples=examples, database=None, suppress_health_check=list(HealthCheck)))
    @given(case=cases(bug.histories))
    def test(case: Case) -> None:
        try:
            check_law(bug.law, bug.projection, case.history, case.number)
        except LawBroken:
            tried.append(True)
            raise
        tried.append(False)

    try:
        test()
    except LawBroken as broken:
        return Trial(caught=True, examples=tried.index(True) + 1, reports=len(broken.history), seconds=since(begun))
    except FlakyFailure:  # what depends on the clock or on chance may not fail again
        return Trial(caught=True, examples=tried.index(True) + 1, reports=bug.least, seconds=since(begun))
    return Trial(caught=False, examples=len(tried), reports=0, seconds=since(begun))


def since(begun: float) -> float:
    """Count the seconds of processor time since then."""
    return time.process_time() - begun


def law_of(bug: Planted) -> str:
    """Name the law that finds a bug, and say whether it has to be asked for."""
    return f"{bug.law} (opt-in)" if bug.law in OPT_IN else bug.law


def shown(bug: Planted, trials: Sequence[Trial]) -> str:
    """Write a line of the table."""
    caught = [one for one in trials if one.caught]
    first = statistics.median(one.examples for one in caught) if caught else 0
    longest = max((one.reports for one in caught), default=0)
    slowest = max(one.seconds for one in trials)
    found = f"{len(caught)} of {len(trials)}"
    cells = (bug.name, bug.says, law_of(bug), found, f"{first:.0f}", bug.least, longest, f"{slowest:.1f} s")
    return f"| {' | '.join(map(str, cells))} |"


def power(seeds: int, examples: int, only: Sequence[str]) -> tuple[bool, dict[str, str]]:
    """Print the rows; tell whether all bugs are found often enough, and shown short enough, and give rows by name."""
    found = short = total = 0
    chosen = [bug for bug in PLANTED if not only or bug.name in only]
    rows: dict[str, str] = {}
    for bug in chosen:
        trials = [trial(bug, number, examples) for number in range(seeds)]
        rows[bug.name] = shown(bug, trials)
        tell(rows[bug.name])
        found += sum(one.caught for one in trials) * 20 >= 19 * seeds
        short += sum(one.caught and one.reports <= bug.least + 1 for one in trials)
        total += sum(one.caught for one in trials)
    tell(f"{found} of {len(chosen)} bugs are found with 19 of 20 seeds or more; {short} of {total} are shown shortest.")
    often_enough = found == len(chosen) if seeds >= _ENOUGH else total * 20 >= 19 * seeds * len(chosen)
    return often_enough and short * 10 >= total * 9, rows


HEAD = (
    "| Bug | What is wrong | Law | Found | Histories needed | Fewest reports | Most shown | At most |",
    "|---|---|---|---|---|---|---|---|",
)


ROW = re.compile(
    r"^\| (?P<bug>\w+) \|.*\| (?P<found>\d+) of (?P<seeds>\d+) "
    r"\| [^|]+ \| (?P<least>\d+) \| (?P<most>\d+) \| [^|]+ \|$",
    re.MULTILINE,
)


def page(measured: Mapping[str, str], right: str, before: str) -> str:
    """Write the page of the reference: what was measured now, and what stands in the page from before."""
    rows = {row["bug"]: row[0] for row in ROW.finditer(before)} | dict(measured)
    table = "\n".join(rows[bug.name] for bug in PLANTED if bug.name in rows)
    kept = list(ROW.finditer(table))
    often = sum(int(row["found"]) * 20 >= 19 * int(row["seeds"]) for row in kept)
    short = sum(int(row["most"]) <= int(row["least"]) + 1 for row in kept)
    misread = (f"| {one.name} | {one.says} | {one.told} |" for one in MISREAD)
    return PAGE_TEXT.format(
        planted="\n".join((*HEAD, table)),
        often=f"{often} of {len(kept)} bugs are found with 19 of 20 seeds or more, of 100 histories each.",
        short=f"{short} of {len(kept)} are shown, at the longest, by the fewest reports possible or one more.",
        misread="\n".join(misread),
        right=right or _said_of_right(before),
    )


def _said_of_right(before: str) -> str:
    found = re.search(r"^.* right projections? .*$", before, re.MULTILINE)
    return found[0] if found else ""


PAGE_TEXT = """\
# Planted bugs

How sharp the [laws](../explanation/laws.md) are: projections that are right but for one bug, each held to the law that
finds it, with one seed after the other. `python tests/planted/power.py --write` measures anew and writes this page;
with names of bugs, only their rows.

- *Law*: one that `laws(MyProjection)` tests by itself, or one that is asked for (opt-in).
- *Found*: with how many seeds.
- *Histories needed*: until the bug showed, in the median.
- *Fewest reports*: in the shortest history that can show it. *Most shown*: in the longest that a failure showed.
- *At most*: seconds of processor time with the slowest seed, all that makes the history shorter among it.

The last of them are projections of the [eventsourcing](../how-to/test-projections-of-others.md) library.

{planted}

All rows were measured on 28 November 2026, with as many seeds as there was time for; each says with how many. Those of
fewer than 20 were found with 20 seeds of 20 before histories told of engagements that are nearly one and of crowds of
others; `KeepsItsRowsInTheClass` is newer. Every run of the tests tries some of all anew.

{often}

{short}

Two of the others add up numbers in floating point: which sums differ in their last bit depends on the numbers, and when
a report is left out, the next ones often happen to agree. The third, `NeverTakesARetractionBack`, was shown by six
reports with one seed of 20, and by two with the others.

{right}

`python tests/planted/power.py --right --write` holds them to all laws that apply; `--seeds` and `--examples` say how
often.

## What no law can see

These are good projections for another question. All laws hold for them, and an
[example](../how-to/write-example-tests.md) in diplomatic words sees them. They are in
`tests/planted/bugs_of_meaning.py`, and run with the other tests.

| Bug | What is wrong | The example that sees it |
|---|---|---|
{misread}
"""


_ENOUGH = 20
"""With fewer seeds, it is all bugs together that must be found in 19 of 20 runs."""


def alarms(seeds: int, examples: int, only: Sequence[str]) -> tuple[bool, str]:
    """Hold right projections to all laws again and again; tell whether none was accused, and that in words."""
    accused = 0
    everyone = {name: (one, waived, histories()) for name, (one, waived) in RIGHT.items()}
    everyone |= {name: (one, {}, told) for name, (one, told) in RIGHT_CARTS.items()}
    chosen = {name: one for name, one in everyone.items() if not only or name in only}
    for name, (projection, waived, told) in chosen.items():
        begun = time.process_time()
        for number in range(seeds):
            try:
                hold(projection, waived, told, number, examples)
            except LawBroken as broken:
                accused += 1
                tell(f"{name}, seed {number}: {broken}")
        tell(f"{name}: {seeds} seeds in {since(begun):.0f} s")
    runs = f"{seeds} seed{'s' * (seeds > 1)} of {examples} histories"
    summary = f"Of {len(chosen)} right projections {accused or 'none'} was accused, with {runs}."
    tell(summary)
    return not accused, summary


def hold(
    projection: Any, waived: Collection[str], told: st.SearchStrategy[History], number: int, examples: int
) -> None:
    """Hold a projection to all laws that apply, on the same histories, with a seed."""
    subject = Subject.of(projection)
    chosen = [law for law in LAWS if not law.opt_in and law.name not in waived and law.applies(subject)]

    @seed(number)
    @unhurried(settings(max_examples=examples, database=None, suppress_health_check=list(HealthCheck)))
    @given(case=cases(told))
    def test(case: Case) -> None:
        for law in chosen:
            check_law(law.name, projection, case.history, case.number)

    test()


def tell(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python tests/planted/power.py", description=__doc__)
    parser.add_argument("names", nargs="*", help="names of bugs, or of right projections; all when none is given")
    parser.add_argument("--seeds", type=int, default=20, help="runs of each (20)")
    parser.add_argument("--examples", type=int, default=100, help="histories in each run (100)")
    parser.add_argument("--right", action="store_true", help="run right projections instead, and count false alarms")
    parser.add_argument("--write", action="store_true", help=f"write the table into {PAGE.name}")
    chosen = parser.parse_args()
    rows: dict[str, str] = {}
    right = ""
    if chosen.right:
        ok, right = alarms(chosen.seeds, chosen.examples, chosen.names)
    else:
        ok, rows = power(chosen.seeds, chosen.examples, chosen.names)
    if chosen.write:
        PAGE.write_text(page(rows, right, PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.exit(not ok)


if __name__ == "__main__":
    main()
