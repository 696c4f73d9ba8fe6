"""A number of days between two dates, as exactly as these are known: bounds, and never an invented day."""

from collections.abc import Iterable
from statistics import median_high, median_low

import msgspec
import pendulum

from diplocal.dates import When


class Days(msgspec.Struct, frozen=True):
    """A number of days that lies within bounds, both included.

    >>> print(Days(3, 3), "|", Days(3, 30), "|", Days(3, None))
    3 | 3–30 | 3 or more
    """

    at_least: int
    at_most: int | None
    """None where nothing bounds it."""

    @property
    def is_exact(self) -> bool:
        """Both bounds are one."""
        return self.at_least == self.at_most

    @classmethod
    def between_starts(cls, first: When, then: When) -> "Days | None":
        """Count the days from the beginning of one to the beginning of another, None when one has no first day.

        >>> print(Days.between_starts(When("2023-09-18"), When("2023-10")))
        13–43
        """
        one, other = starts(first), starts(then)
        if one is None or other is None:
            return None
        return cls(apart(one[1], other[0]), apart(one[0], other[1]))

    def __str__(self) -> str:
        if self.at_most is None:
            return f"{self.at_least} or more"
        return str(self.at_least) if self.is_exact else f"{self.at_least}–{self.at_most}"


def median(many: Iterable[Days]) -> Days | None:
    """Return the bounds of the median, None of nothing.

    Whatever the true numbers are within their bounds, their median lies within these. Of an even number of them,
    everything from the lower to the upper middle is a median.

    >>> print(median([Days(10, 10), Days(20, 20), Days(0, 30)]))
    10–20
    """
    all_of_them = list(many)
    if not all_of_them:
        return None
    highest = [one.at_most for one in all_of_them if one.at_most is not None]
    unbounded = len(all_of_them) - len(highest)
    upper = sorted(highest)[len(all_of_them) // 2 :] if unbounded else [median_high(highest)]
    return Days(median_low(one.at_least for one in all_of_them), upper[0] if upper else None)


def starts(when: When) -> tuple[pendulum.Date, pendulum.Date] | None:
    """Return the first and the last day on which it can have begun, None when that is open or unknown."""
    return _both(when.start)


def ends(when: When) -> tuple[pendulum.Date, pendulum.Date] | None:
    """Return the first and the last day on which it can have ended, None when that is open or unknown."""
    return _both(when.end)


def apart(first: pendulum.Date, then: pendulum.Date) -> int:
    """Count the days from one to another, negative when the other is earlier."""
    return then.toordinal() - first.toordinal()


def _both(point: When | None) -> tuple[pendulum.Date, pendulum.Date] | None:
    if point is None or point.earliest is None or point.latest is None:
        return None
    return point.earliest, point.latest
