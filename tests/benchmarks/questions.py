"""What questions cost at the command line, as whole commands in a process of their own, by the length of the log.

Counted is processor time, the system's share included: that of an idle machine is the time that one waits.
"""

import compileall
import os
import resource
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import fold
from history import events
from measuring import Row, apart, at_most, race

import diplocal
from diplocal.diary import Diary
from diplocal.diary.place import file_beside
from diplocal.store import SQLiteStore

SIZES = (10_000, 100_000, 1_000_000)
"""Events in the logs; those beyond what was asked for are left out."""
ROUNDS = 5
NEWS = 100
"""Reports that come between two questions."""
MORE = 2_000_000
"""Seed of these reports, so that they are about other engagements than those of the log."""
DAY = "2023-09-18"
QUESTIONS = {
    "show one engagement": (("show", "engagement-5"), 0.15),
    "what lies ahead": (("upcoming", "--on", DAY), 0.3),
    "what is written about": (("find", "brazil", "port"), 0.3),
    "contacts of a pair": (("frequency", "--pair", "CN", "RU"), 0.3),
    "contacts of all, as JSON": (("frequency", "--json"), 0.3),
    "a feed of a pair": (("feed", "--pair", "CN", "RU"), 0.3),
    "what does not fit, as JSON": (("discrepancies", "--json"), 0.3),
}
"""Commands, and how many seconds each may take beyond ``diplocal --version``."""


def rows(longest: int) -> Iterator[Row]:
    """Measure questions of logs that grow, up to one of so many events."""
    compileall.compile_dir(Path(diplocal.__file__).parent, quiet=2)  # as pip does when it installs
    for number in sorted({*(size for size in SIZES if size < longest), longest}):
        yield from _of_one_log(number)


def _of_one_log(number: int) -> Iterator[Row]:
    """Measure the first making of a diary, then each question, then each after new reports."""
    with TemporaryDirectory() as folder:
        fold.fill_diplocal(Path(folder), number)
        log = Path(folder) / "diplocal.db"
        taken = race({name: apart(__file__, str(log), name) for name in ("diary", "fold")}, rounds=3)
        yield Row(
            f"a diary of {number:,} events: first making / a cold fold that understands",
            taken.ratio("diary", "fold"),
            f"{taken.median('diary'):.2f} s, {taken.median('fold'):.2f} s",
            at_most(1.5),
        )
        with SQLiteStore(log) as store, Diary(store) as diary:
            diary.find(kind="visit", since=DAY)
        size, of_log = file_beside(log, "public").stat().st_size, log.stat().st_size
        note = f"{size / number:,.0f} B an event, {of_log / number:,.0f} B of log"
        yield Row("its size / the log's", size / of_log, note, at_most(1))
        version = _median(("--version",))
        yield Row("diplocal --version", version, "", at_most(0.2, " s"), unit=" s")
        asked = {name: (*command, "--log", str(log)) for name, (command, _) in QUESTIONS.items()}
        for name, (_, bar) in QUESTIONS.items():
            seconds(asked[name])
            more = _median(asked[name]) - version
            yield Row(f"{name}, of {number:,} events: more than that", more, "", at_most(bar, " s"), unit=" s")
        for name in QUESTIONS:
            usual = _median(asked[name])
            after = statistics.median(_after_news(log, asked[name], number) for number in range(ROUNDS))
            yield Row(f"{name}: more, after {NEWS} new events", after - usual, "", at_most(0.05, " s"), unit=" s")


def _after_news(log: Path, question: Sequence[str], number: int) -> float:
    with SQLiteStore(log) as store:
        news = events(NEWS, seed=MORE + number)
        store.append(*news)
    return seconds(question)


def _median(arguments: Sequence[str]) -> float:
    return statistics.median(seconds(arguments) for _ in range(ROUNDS))


def seconds(arguments: Sequence[str]) -> float:
    """Return the processor time that a command takes."""
    program = shutil.which("diplocal", path=str(Path(sys.executable).parent)) or "diplocal"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([program, *arguments], stdout=subprocess.DEVNULL, check=True, env={**os.environ, "TERM": "dumb"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Make a diary of a log anew, or fold it, and print the processor time that it took."""
    path, work = Path(sys.argv[1]), sys.argv[2]
    with SQLiteStore(path) as store:
        before = resource.getrusage(resource.RUSAGE_SELF)
        if work == "fold":
            fold.by_engagements(path.parent)
        else:
            Diary(store).rebuild()
        after = resource.getrusage(resource.RUSAGE_SELF)
    sys.stdout.write(f"{after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}\n")


if __name__ == "__main__":
    main()
