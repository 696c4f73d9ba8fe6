"""Shows what the laws find: ``python tests/planted/power.py``; with ``--right``, that they accuse nobody.

Prints a table of the planted bugs: the law that finds each, how often, after how many histories, and how short the
history is that it shows. Ends with 1 when a bug is found too seldom, or shown too long.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Sequence

import attrs
import bugs_of_merging  # noqa: F401 - planting is what it does
import bugs_of_records  # noqa: F401
import bugs_of_state  # noqa: F401
from hypothesis import HealthCheck, given, seed, settings
from hypothesis.errors import FlakyFailure
from planting import PLANTED, Planted
from right import RIGHT

from diplocal.testing import LawBroken, LawsBroken, check_law, check_projection, histories
from diplocal.testing.lawbook import LAWS
from diplocal.testing.running import Case, cases, unhurried

OPT_IN = {law.name for law in LAWS if law.opt_in}


@attrs.frozen
class Trial:
    """What one run of a law found."""

    caught: bool
    examples: int
    """Histories until the bug showed."""
    reports: int
    """Reports in the shortest history."""


def trial(bug: Planted, number: int, examples: int) -> Trial:
    """Hold a planted bug to its law, with a seed."""
    tried: list[bool] = []

    @seed(number)
    @unhurried(settings(max_examples=examples, database=None, suppress_health_check=list(HealthCheck)))
    @given(case=cases(histories()))
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
        return Trial(caught=True, examples=tried.index(True) + 1, reports=len(broken.history))
    except FlakyFailure:  # what depends on the clock or on chance may not fail again
        return Trial(caught=True, examples=tried.index(True) + 1, reports=bug.least)
    return Trial(caught=False, examples=len(tried), reports=0)


def shown(bug: Planted, trials: Sequence[Trial]) -> str:
    """Write a line of the table."""
    caught = [one for one in trials if one.caught]
    first = statistics.median(one.examples for one in caught) if caught else 0
    longest = max((one.reports for one in caught), default=0)
    law = f"{bug.law} (opt-in)" if bug.law in OPT_IN else bug.law
    return (
        f"| {bug.name} | {bug.says} | {law} | {len(caught)} of {len(trials)} | {first:.0f} | {bug.least} | {longest} |"
    )


def power(seeds: int, examples: int, only: Sequence[str]) -> bool:
    """Print the table; tell whether all bugs are found often enough, and shown short enough."""
    tell("| Bug | What is wrong | Law | Found | Median history | Shortest possible | Longest shown |")
    tell("|---|---|---|---|---|---|---|")
    found = short = total = 0
    chosen = [bug for bug in PLANTED if not only or bug.name in only]
    for bug in chosen:
        trials = [trial(bug, number, examples) for number in range(seeds)]
        tell(shown(bug, trials))
        found += sum(one.caught for one in trials) * 20 >= 19 * seeds
        short += sum(one.caught and one.reports <= bug.least + 1 for one in trials)
        total += sum(one.caught for one in trials)
    tell(f"{found} of {len(chosen)} bugs found in 19 of 20 seeds; {short} of {total} histories shortest or one longer")
    often_enough = found == len(chosen) if seeds >= _ENOUGH else total * 20 >= 19 * seeds * len(chosen)
    return often_enough and short * 10 >= total * 9


_ENOUGH = 20
"""With fewer seeds, it is all bugs together that must be found in 19 of 20 runs."""


def alarms(seeds: int, examples: int) -> bool:
    """Hold right projections to all laws again and again; tell whether none was accused."""
    accused = 0
    for name, (projection, waived) in RIGHT.items():
        begun = time.perf_counter()
        for number in range(seeds):
            chosen = settings(max_examples=examples, database=None)
            try:
                check_projection(projection, waive=waived, settings=chosen)
            except LawsBroken as broken:
                accused += 1
                tell(f"{name}, run {number + 1}: {broken}")
        tell(f"{name}: {seeds} runs in {time.perf_counter() - begun:.0f} s")
    tell(f"{accused} false alarms")
    return not accused


def tell(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python tests/planted/power.py", description=__doc__)
    parser.add_argument("bugs", nargs="*", help="names of bugs; all when none is given")
    parser.add_argument("--seeds", type=int, default=20, help="runs of each (20)")
    parser.add_argument("--examples", type=int, default=100, help="histories in each run (100)")
    parser.add_argument("--right", action="store_true", help="run right projections instead, and count false alarms")
    chosen = parser.parse_args()
    ok = alarms(chosen.seeds, chosen.examples) if chosen.right else power(chosen.seeds, chosen.examples, chosen.bugs)
    sys.exit(not ok)


if __name__ == "__main__":
    main()
