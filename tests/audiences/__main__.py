"""Asks every door about many pairs of logs: ``python -m tests.audiences --pairs 200``; ends with 1 when one can tell.

Each pair differs only in what an audience may not see, or in what is not in the one feed that a token opens. Planted
leaks must be found, at the door that each is made for.
"""

import argparse
import sys
import warnings
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from . import doors, leaks
from .pairs import Pair, differences, pairs, shown, strangers


def main() -> int:
    """Ask, and say how much was compared."""
    parser = argparse.ArgumentParser(prog="python -m tests.audiences", description=__doc__)
    parser.add_argument("--pairs", type=int, default=200, help="pairs of logs of each sort")
    parser.add_argument("--seed", type=int, default=0)
    given_ones = parser.parse_args()
    warnings.simplefilter("ignore")
    asked = settings(
        max_examples=given_ones.pairs,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    told: list[str] = []
    answers = 0

    def compared(pair: Pair, at: leaks.Doors) -> None:
        nonlocal answers

        def counted(folder: Path, reader: doors.Reader) -> doors.Answers:
            nonlocal answers
            for one in at(folder, reader):
                answers += 1
                yield one

        told.extend(f"{pair.audience}: {name}{shown(*both)}" for name, *both in differences(pair, counted))

    def run(drawn: Any, at: leaks.Doors) -> None:
        @seed(given_ones.seed)
        @asked
        @given(drawn)
        def check(pair: Pair) -> None:
            compared(pair, at)

        check()

    run(pairs(), doors.all_doors)
    run(strangers(), leaks.server)
    missed = [name for name, leak in leaks.LEAKS.items() if not _is_found(leak)]
    print(f"{answers} answers to {2 * given_ones.pairs} pairs of logs; {len(told)} pairs told apart")  # noqa: T201
    print(f"{len(leaks.LEAKS) - len(missed)} of {len(leaks.LEAKS)} planted leaks found")  # noqa: T201
    print("\n".join(told[:20] + missed))  # noqa: T201
    return int(bool(told or missed))


def _is_found(leak: leaks.Leak) -> bool:
    with leak.there():
        return bool(list(differences(leak.pair, leak.doors)))


if __name__ == "__main__":
    sys.exit(main())
