"""Prints how fast diplocal is beside its peers: ``python tests/benchmarks``, or ``python tests/benchmarks fold``."""

import argparse
import gc
import platform
import sqlite3
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version

import append
import as_of
import clusters
import feed
import fold
import histories
import importing
import memory
import postgres
import questions
import serving
import writers
from measuring import ROUNDS, Row

AREAS: dict[str, Callable[[int], Iterator[Row]]] = {
    "append": append.rows,
    "postgres": postgres.rows,
    "fold": fold.rows,
    "memory": memory.rows,
    "questions": questions.rows,
    "as-of": as_of.rows,
    "import": importing.rows,
    "feed": feed.rows,
    "histories": histories.rows,
    "serving": serving.rows,
    "writers": writers.rows,
    "clusters": clusters.rows,
}
"""One file each. It measures with a log of about so many events, and yields its rows."""


def main() -> None:
    """Measure the areas that the command line names, or all of them."""
    parser = argparse.ArgumentParser(prog="python tests/benchmarks", description=__doc__)
    parser.add_argument("areas", nargs="*", metavar="area", help=f"any of {', '.join(AREAS)}; all when none is named")
    parser.add_argument("--events", type=int, default=100_000, help="size of the logs that are read (100,000)")
    arguments = parser.parse_args()
    unknown = set(arguments.areas) - set(AREAS)
    if unknown:
        parser.error(f"no such area: {', '.join(sorted(unknown))}; there are {', '.join(AREAS)}")
    _tell(_setting())
    for area in arguments.areas or AREAS:
        for row in AREAS[area](arguments.events):
            _tell(str(row))


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _setting() -> str:
    peers = ", ".join(f"{name} {version(name)}" for name in ("eventsourcing", "msgspec", "pendulum", "immutables"))
    collector = "on" if gc.isenabled() else "off"
    return (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {peers}\n"
        f"Medians of {ROUNDS} rounds in turns. The cyclic garbage collector is {collector}, "
        f"thresholds {gc.get_threshold()}; a replay pauses it while it folds.\n"
    )


if __name__ == "__main__":
    main()
