"""Shows how like real logs generated histories are: ``python tests/planted/distribution.py [LOG.db ...]``.

Prints a table in Markdown: a column for histories, one for long ones, and one for each log that is named.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import attrs
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from diplocal.engagements import Engagement, Engagements
from diplocal.parties import State
from diplocal.records import Record
from diplocal.store import SQLiteStore
from diplocal.testing import History, histories, long_histories

HISTORIES, LONG = 1000, 3


def drawn(strategy: st.SearchStrategy[History], count: int) -> list[Sequence[Record]]:
    """Draw some histories, the same each time."""
    found: list[Sequence[Record]] = []

    @settings(max_examples=count, database=None, derandomize=True, phases=[Phase.generate], deadline=None)
    @given(strategy)
    def gather(history: History) -> None:
        if len(history):
            found.append(history.records())

    gather()
    return found


@attrs.define
class Figures:
    """What is counted of some logs."""

    logs: int = 0
    records: int = 0
    at_one_instant: int = 0
    """Records of the same instant as the one before."""
    brought_in: int = 0
    """Records that another log had first."""
    out_of_order: int = 0
    """Records that some log had before the one before was recorded anywhere."""
    restricted: int = 0
    unreported: int = 0
    engagements: int = 0
    told_again: int = 0
    """Engagements of several reports."""
    pairs: Counter[tuple[str, ...]] = attrs.field(factory=Counter)
    kinds: Counter[str] = attrs.field(factory=Counter)
    statuses: Counter[str] = attrs.field(factory=Counter)
    precisions: Counter[str] = attrs.field(factory=Counter)
    years: Counter[str] = attrs.field(factory=Counter)

    def take(self, records: Sequence[Record]) -> None:
        """Count one log."""
        self.logs += 1
        self.records += len(records)
        self.at_one_instant += sum(one.recorded_micros == other.recorded_micros for one, other in pairwise(records))
        self.brought_in += sum(record.origin is not None for record in records)
        self.out_of_order += sum(
            other.first_recorded_micros < one.first_recorded_micros for one, other in pairwise(records)
        )
        self.restricted += sum(record.audience != "public" for record in records)
        self.unreported += sum(record.event.reported is None for record in records)
        self.told_again += sum(count > 1 for count in Counter(record.stream for record in records).values())
        for engagement in Engagements().take(records)[0]:
            self._take(engagement)

    def _take(self, engagement: Engagement) -> None:
        self.engagements += 1
        self.kinds[engagement.kind.value] += 1
        self.statuses[engagement.status.value] += 1
        when = engagement.when
        self.precisions[when.precision.name.lower() if when else "none"] += 1
        if when and when.earliest:
            self.years[f"{when.earliest.year // 100 * 100:04}s"] += 1
        self.pairs[tuple(sorted(party.code for party in engagement.parties if isinstance(party, State))[:2])] += 1

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yield each figure with what it is."""
        yield "logs", f"{self.logs:,}"
        yield "records in each", f"{self.records / self.logs:,.1f}"
        yield "engagements in each", f"{self.engagements / self.logs:,.1f}"
        yield "engagements of several reports", f"{self.told_again / self.engagements:.0%}"
        yield "records of the same instant as the one before", f"{self.at_one_instant / self.records:.0%}"
        yield "records that another log had first", f"{self.brought_in / self.records:.0%}"
        yield "records that are older than the one before", f"{self.out_of_order / self.records:.0%}"
        yield "records that are not public", f"{self.restricted / self.records:.0%}"
        yield "reports without a day of publication", f"{self.unreported / self.records:.0%}"
        yield "engagements of the most frequent pair", _most(self.pairs, 1)[-1]
        for name in ("kinds", "statuses", "precisions", "years"):
            yield f"{name}, the most frequent", "; ".join(_most(getattr(self, name), 4))


def _most(counted: Counter[str] | Counter[tuple[str, ...]], count: int) -> list[str]:
    return [f"{_named(one)} {times / counted.total():.0%}" for one, times in counted.most_common(count)]


def _named(one: str | tuple[str, ...]) -> str:
    return one if isinstance(one, str) else "-".join(one) or "nobody"


def main(paths: Iterable[str]) -> None:
    """Print the table."""
    columns: dict[str, list[Sequence[Record]]] = {
        "`histories()`": drawn(histories(), HISTORIES),
        "`long_histories()`": drawn(long_histories(), LONG),
        **{Path(path).stem: [list(SQLiteStore(path).read())] for path in paths},
    }
    figures = {name: Figures() for name in columns}
    for name, logs in columns.items():
        for records in logs:
            figures[name].take(records)
    lines = [["", *columns], ["---"] * (len(columns) + 1)]
    of_each = [dict(one.rows()) for one in figures.values()]
    lines += [[name, *(rows[name] for rows in of_each)] for name in of_each[0]]
    sys.stdout.write("\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
