"""The order of lists: what begins soonest comes first."""

from typing import Protocol

from diplocal.dates import When
from diplocal.records import micros

NO_BEGINNING, NO_END = 0, 4_000_000
"""Ordinals before and after every day that a date can have; of an open end."""
NO_HOUR = -(1 << 62)
"""Stands before every instant: what takes the whole day."""


class Dated(Protocol):
    """What a list has: something with a date and a slug."""

    @property
    def slug(self) -> str:
        """What tells it from all others of one date."""

    @property
    def when(self) -> When | None:
        """When it is; None for what has no date."""


def soonest(one: Dated) -> tuple[bool, int, int, int, str]:
    """Return the sort key of lists.

    Vague dates stand where their span begins, of one span hours by the instant, those without a date last.
    """
    first, last = days_of(one.when)
    return last is None, first or 0, last or 0, hour_of(one.when), one.slug


def days_of(when: When | None) -> tuple[int | None, int | None]:
    """Return the first and the last day on which something may be, by their ordinals; None twice for no date."""
    if when is None:
        return None, None
    first, last = when.earliest, when.latest
    return first.toordinal() if first else NO_BEGINNING, last.toordinal() if last else NO_END


def hour_of(when: When | None) -> int:
    """Return the instant at which something begins, in microseconds since 1970-01-01 UTC; NO_HOUR for no hour."""
    begins = when.begins_at if when else None
    return NO_HOUR if begins is None else micros(begins)
