"""All doors, and how often each is tried."""

import warnings
from collections.abc import Callable, Sequence

from .asking import addresses, commands, feeds, filters
from .importing import calendars, cells, lines, lists, tables, tracks
from .reading import Complaints, dates, days, offices, participants, parties, sorts, statuses

DOORS: dict[Callable[[Sequence[str]], Complaints], int] = {
    parties: 300,
    participants: 150,
    offices: 80,
    days: 150,
    dates: 60,
    sorts: 40,
    statuses: 40,
    filters: 50,
    feeds: 20,
    cells: 60,
    tables: 20,
    lists: 6,
    tracks: 6,
    calendars: 6,
    lines: 8,
    addresses: 2,
    commands: 2,
}
"""How many of a thousand texts go through each."""


def walked(door: Callable[[Sequence[str]], Complaints], texts: Sequence[str]) -> list[tuple[str, str]]:
    """Take texts through a door, and return what was wrong."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return list(door(texts))
