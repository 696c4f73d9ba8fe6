"""Torments a log round by round, until it was often enough, or something broke."""

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import NamedTuple

from diplocal.errors import DiplocalError

from .kills import Rounds
from .witness import Broken, Child

FOUND = (Broken, DiplocalError)
"""What shows that something broke."""

Torment = Callable[[Path, Random], Rounds]


class Outcome(NamedTuple):
    """What was done how often, and what came of it."""

    name: str
    done: int
    broken: int
    took: str


def tormented(name: str, torment: Torment, chance: Random, times: int) -> Outcome:
    """Torment a log so many times. Where something breaks, that is said, and another log is begun."""
    done, broken, began = 0, 0, time.monotonic()
    while done < times:
        with tempfile.TemporaryDirectory(dir=_memory()) as folder:
            try:
                for several in torment(Path(folder), chance):
                    done += several
                    if done >= times:
                        break
            except FOUND as error:
                broken, done = broken + 1, done + 1
                print(f"{name}: {error}", file=sys.stderr)  # noqa: T201 - that is what it is for
            finally:
                _end_children()
    return Outcome(name, done, broken, f"{time.monotonic() - began:.0f} s")


def caught(torment: Torment, chance: Random, most: int) -> tuple[int, str]:
    """Torment a faulty log until it shows, and return how often that took, and what shows it; else nothing."""
    done = 0
    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        try:
            for several in torment(Path(folder), chance):
                done += several
                if done > most:
                    break
        except FOUND as error:
            return done + 1, str(error).partition(":")[0]
        finally:
            _end_children()
    return done, ""


def _end_children() -> None:
    """Kill those that are left where something broke."""
    for child in list(Child.living):
        with suppress(Broken):
            child.kill()


def _memory() -> str | None:
    """Name a folder in memory, where there is one: a process that is killed takes nothing from the kernel."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a folder of its own is made there
