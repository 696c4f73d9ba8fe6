"""Times contenders against each other: in turns, by the median."""

import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import attrs

ROUNDS = 5

Work = Callable[[], object]
Contender = Callable[[Path], Work]
"""Prepares in an empty folder what is not to be timed, and gives the work that is."""


@attrs.frozen
class Bar:
    """What a figure must be."""

    text: str
    """'at least 2x'."""
    holds: Callable[[float], bool]


def at_least(times: float) -> Bar:
    """So many times as fast as the peer, or faster."""
    return Bar(f"at least {times:g}x", lambda ratio: ratio >= times)


def at_most(limit: float, unit: str = "x") -> Bar:
    """So much, or less."""
    return Bar(f"at most {limit:.4g}{unit}", lambda figure: figure <= limit)


@attrs.frozen
class Row:
    """One line of the report."""

    work: str
    """What was done."""
    figure: float
    figures: str
    """What the figure was made from."""
    bar: Bar | None = None
    """None for a figure that is only told."""
    unit: str = "x"

    def __str__(self) -> str:
        verdict = "" if self.bar is None else f"{self.bar.text}: {'met' if self.bar.holds(self.figure) else 'MISSED'}"
        return f"{self.work:<64} {f'{self.figure:.3g}{self.unit}':>11}  {verdict:<24} {self.figures}"


@attrs.frozen
class Race:
    """Seconds that each contender took in each round."""

    seconds: Mapping[str, list[float]]

    def median(self, name: str) -> float:
        """Give a contender's median."""
        return statistics.median(self.seconds[name])

    def ratio(self, slow: str, fast: str) -> float:
        """Give how many times as long one took as the other: the median of the rounds' ratios."""
        pairs = zip(self.seconds[slow], self.seconds[fast], strict=True)
        return statistics.median(one / other for one, other in pairs)

    def rates(self, things: int, *names: str) -> str:
        """Say how many things a second contenders did."""
        return ", ".join(f"{name} {things / self.median(name):,.0f}/s" for name in names)


def race(timers: Mapping[str, Callable[[], float]], rounds: int = ROUNDS) -> Race:
    """Run contenders in turns, each second round in the opposite order; each tells its seconds."""
    seconds: dict[str, list[float]] = {name: [] for name in timers}
    for number in range(rounds):
        for name in list(timers)[:: -1 if number % 2 else 1]:
            seconds[name].append(timers[name]())
    return Race(seconds)


def timed(contender: Contender) -> Callable[[], float]:
    """Time a contender in this process, in a folder of its own each time."""

    def timer() -> float:
        with TemporaryDirectory() as folder:
            return stopwatch(contender(Path(folder)))

    return timer


def apart(script: str, *arguments: str) -> Callable[[], float]:
    """Time a contender in a process of its own, which starts with nothing in memory and prints its figure."""

    def timer() -> float:
        command = [sys.executable, script, *arguments]
        return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    return timer


def stopwatch(work: Work) -> float:
    """Give the seconds that some work takes."""
    gc.collect()
    gc.freeze()  # the collector walks what the work makes, not the log that waits in memory
    start = time.perf_counter()
    work()
    taken = time.perf_counter() - start
    gc.unfreeze()
    return taken
