"""Takes any texts through all doors: ``python -m tests.doors --examples 1000 --seed 1 --door cells``."""

import argparse
import sys
from collections import Counter
from random import Random
from time import process_time

from .texts import text
from .walk import DOORS, walked

SHOWN = 20
AT_ONCE = 500


def main() -> int:
    """Try so many texts, print what was wrong and a line for each door, and return whether anything was."""
    parser = argparse.ArgumentParser(prog="python -m tests.doors", description=__doc__)
    parser.add_argument("--examples", type=int, default=1_000, help="texts, over all doors together")
    parser.add_argument("--seed", type=int, default=0, help="the same texts each time")
    parser.add_argument("--door", action="append", help="only this one, with all the examples")
    asked = parser.parse_args()
    random, wrong = Random(asked.seed), Counter[str]()
    doors = {door: share for door, share in DOORS.items() if not asked.door or door.__name__ in asked.door}
    for door, share in doors.items():
        left = count = max(20, asked.examples * share // sum(doors.values()))
        begun = process_time()
        while left > 0:
            texts = [text(random) for _ in range(min(left, AT_ONCE))]
            left -= AT_ONCE
            for said, complaint in walked(door, texts):
                wrong[door.__name__] += 1
                if wrong[door.__name__] <= SHOWN:
                    print(f"  {door.__name__}: {said[:200]!r} {complaint[:300]}", flush=True)
        seconds = process_time() - begun
        print(f"{door.__name__}: {count} texts, {wrong[door.__name__]} wrong, {seconds:.1f} s", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
