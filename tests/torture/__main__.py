"""Torments logs, and prints what was done, and what broke: ``python -m tests.torture``."""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple

from .faults import FAULTS, LONGEST_TO_CATCH
from .hardships import HARDSHIPS
from .kills import KINDS, Rounds
from .mutations import KINDS as MUTATIONS
from .power_cuts import can_be_recorded, cuts
from .rounds import Outcome, caught, tormented
from .servers import a_postgres, can_be_run, does_not_wait_for_its_disk, kinds_on

Kinds = dict[str, tuple[Callable[[Path, Random], Rounds], int]]


class Part(NamedTuple):
    """A part of the torture: what is done, and how often unless asked otherwise."""

    kinds: Kinds
    times: int


def parts() -> dict[str, Part]:
    """Name the parts that this machine can do."""
    parts = {"kills": Part(KINDS, 10_000), "hardships": Part(HARDSHIPS, 1_400), "mutations": Part(MUTATIONS, 10_000)}
    return parts | ({"cuts": Part({"a power cut": (cuts, 1)}, 4_000)} if can_be_recorded() else {})


def main() -> int:
    """Do what the command line asks for, and return how often something broke."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    for name, part in parts().items():
        parser.add_argument(f"--{name}", type=int, default=part.times, help=f"how many ({part.times})")
    parser.add_argument("--seed", type=int, default=1, help="of what is left to chance (1)")
    parser.add_argument("--servers", type=int, default=1_000, help="how many on a PostgreSQL server (1,000)")
    parser.add_argument("--faults", action=argparse.BooleanOptionalAction, default=True, help="plant faults first")
    parser.add_argument("--server", help="the address of one that is there; else one is begun, and killed as well")
    asked = parser.parse_args()
    chance = Random(asked.seed)  # noqa: S311 - no secrets
    broken = 0
    for name, fault in FAULTS.items() if asked.faults else ():
        done, shown = caught(fault, chance, LONGEST_TO_CATCH)
        _say(f"planted: {name}", done, shown or "not shown")
        broken += not shown
    for name, part in parts().items():
        for outcome in _done(part, getattr(asked, name), chance):
            _say(*outcome)
            broken += outcome.broken
    return broken + _on_a_server(asked.servers, asked.server, chance)


def _on_a_server(times: int, server: str | None, chance: Random) -> int:
    broken = 0
    if server is not None:
        for outcome in _done(Part(kinds_on(server, is_ours=False), times), times, chance):
            _say(*outcome)
            broken += outcome.broken
    elif times and can_be_run():
        with TemporaryDirectory() as folder, a_postgres(Path(folder)) as ours:
            done, shown = caught(does_not_wait_for_its_disk(ours), chance, LONGEST_TO_CATCH)
            _say("planted: on a server: writes without synchronous_commit", done, shown or "not shown")
            broken += not shown
            for outcome in _done(Part(kinds_on(ours, is_ours=True), times), times, chance):
                _say(*outcome)
                broken += outcome.broken
    return broken


def _done(part: Part, times: int, chance: Random) -> Iterator[Outcome]:
    share = times / sum(number for _, number in part.kinds.values())
    for name, (torment, number) in part.kinds.items():
        if times:
            yield tormented(name, torment, chance, max(1, round(number * share)))


def _say(*cells: object) -> None:
    print("|", " | ".join(map(str, cells)), "|", flush=True)  # noqa: T201 - that is what it is for


if __name__ == "__main__":
    sys.exit(main() > 0)
