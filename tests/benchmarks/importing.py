"""What it costs to import diplocal, beside importing pendulum alone: each in a process of its own."""

import subprocess
import sys
from collections.abc import Callable, Iterator

from measuring import Row, at_most, race

IMPORTS = {
    "pendulum": "import pendulum",
    "diplocal": "import diplocal",
    "in use": "import diplocal; diplocal.SQLiteStore, diplocal.replay, diplocal.ContactFrequency",
}
ROUNDS = 11


def rows(_events: int) -> Iterator[Row]:
    """Measure importing."""
    taken = race({name: _timer(statement) for name, statement in IMPORTS.items()}, ROUNDS)
    for work, name in (
        ("import diplocal", "diplocal"),
        ("import diplocal, then use a store and a projection", "in use"),
    ):
        yield Row(
            f"{work}: time / import pendulum",
            taken.ratio(name, "pendulum"),
            f"{taken.median(name) * 1000:.0f} ms, pendulum {taken.median('pendulum') * 1000:.0f} ms",
            at_most(3) if name == "diplocal" else None,
        )


def _timer(statement: str) -> Callable[[], float]:
    code = f"import time; start = time.perf_counter(); {statement}; print(time.perf_counter() - start)"

    def timer() -> float:
        finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        return float(finished.stdout)

    return timer


if __name__ == "__main__":
    for row in rows(0):
        sys.stdout.write(f"{row}\n")
