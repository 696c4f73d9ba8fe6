"""When something happens: a date or time as precise as it is known, and no more precise.

A visit announced for October is ``When("2023-10")``. It is not 1 October, it belongs to no day and to no week, and it
becomes ``When("2023-10-17/2023-10-18")`` when somebody says so. The text is EDTF (ISO 8601-2); instants are RFC 9557.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar, final

import pendulum

from diplocal.dates import phrases
from diplocal.dates.edtf import Point, Precision, moved, read_point, split_ends
from diplocal.dates.instants import in_utc, instant_text, is_instant, read_stored_instant
from diplocal.errors import InvalidValue

__all__ = ["Precision", "When", "intern_when", "stored_when"]

CACHED_DATES: Final = 65_536
"""How many distinct texts are kept read, so that each date that a log repeats is read once and stored once."""

_OPEN = ".."
_UNKNOWN = ""

_Period = TypeVar("_Period")
_Days = tuple[pendulum.Date | None, pendulum.Date | None]


@final
class When:
    """A date, an instant or an interval, as precise as it is known.

    >>> visit = When("2023-10")
    >>> print(visit.earliest, visit.latest)
    2023-10-01 2023-10-31
    >>> print(visit)
    October 2023, date to be confirmed
    >>> print(When("2023-09-18/2023-09-21"))
    18–21 September 2023
    >>> When("2023-10-17/2023-10-18").narrows(visit)
    True

    ==============================================  ==========================================
    Text                                            Meaning
    ==============================================  ==========================================
    ``2023``, ``2023-10``, ``2023-10-17``           a year, a month, a day
    ``2023-23``, ``2023-33``, ``2023-40``           autumn, first quarter, first half of 2023
    ``2023-10-1X``, ``2023-XX``, ``202X``           digits that nobody has stated
    ``[2023-09-18..2023-09-21]``                    one of these days
    ``2023-10?``, ``2023-10~``, ``2023-10%``        uncertain, approximate, both
    ``2023-09-18/2023-09-21``, ``2023-09/2023-11``  an interval, its ends as precise as known
    ``2023-09-18/..``, ``2023-09-18/``              an end that is open, an end that is unknown
    ``2023-09-18T10:00:00+03:00[Europe/Moscow]``    an instant in its time zone
    ==============================================  ==========================================

    Two are equal when their canonical texts are. They have no order of their own: sort by ``earliest``, ``latest`` or
    ``precision.rank``, whichever is meant.

    Raises InvalidValue for a text that is none of these, a time without an offset, and an end before its start.
    """

    __slots__ = ("_end", "_start", "earliest", "edtf", "latest", "precision")

    edtf: str
    """The canonical text, '2023-10-17': what ``When`` reads, and what is stored."""
    precision: Precision
    """How much of the date is known; of an interval's two ends, the coarser."""
    earliest: pendulum.Date | None
    """First day, inclusive, on which any of it may happen; None for an open or unknown start.

    ``~`` widens by one unit of the precision on both sides, so ``2023-10~`` begins on 2023-09-01 at the earliest. ``?``
    doubts the report and widens nothing. An instant counts by the day in its own time zone.
    """
    latest: pendulum.Date | None
    """Last day, inclusive, on which any of it may happen; None for an open or unknown end."""
    _start: Point | None
    _end: Point | None

    def __new__(cls, text: str) -> "When":
        """Read EDTF text; one text read twice gives the same object while it is kept."""
        if not isinstance(text, str):
            raise InvalidValue(
                "date", text, "EDTF text, such as '2023-10'; for a value, When.on, When.at or When.between"
            )
        return intern_when(text)

    @classmethod
    def on(cls, day: date | str) -> "When":
        """Return one whole day.

        >>> When.on(pendulum.Date(2023, 10, 17))
        When('2023-10-17')

        Raises InvalidValue for a time, and for a text that is no single day.
        """
        if isinstance(day, datetime):
            raise InvalidValue("day", day, "a date without a time; for a time, When.at")
        when = cls(day if isinstance(day, str) else day.isoformat())
        if when.is_interval or not when.is_exact or when.precision is not Precision.DAY:
            raise InvalidValue("day", day, "one day, such as '2023-10-17'")
        return when

    @classmethod
    def at(cls, moment: pendulum.DateTime) -> "When":
        """Return one instant, in its named time zone, or in UTC when it has only an offset.

        >>> When.at(pendulum.datetime(2023, 9, 18, 10, tz="Europe/Moscow"))
        When('2023-09-18T10:00:00+03:00[Europe/Moscow]')

        Raises InvalidValue for a naive time, and for a local time that its zone skips.
        """
        if not isinstance(moment, datetime):
            raise InvalidValue("time", moment, "a pendulum DateTime; for a day, When.on")
        return cls(instant_text(moment))

    @classmethod
    def between(cls, start: "When | date | str", end: "When | date | str") -> "When":
        """Return the interval from one date or instant to another, both included.

        >>> When.between("2023-09-18", pendulum.Date(2023, 9, 21))
        When('2023-09-18/2023-09-21')

        Raises InvalidValue for an end before its start, and for an interval in the place of an end.
        """
        return cls(f"{_single(start)}/{_single(end)}")

    @classmethod
    def since(cls, start: "When | date | str") -> "When":
        """Return the interval from a date or instant on, its end open.

        >>> When.since("2023-09-18")
        When('2023-09-18/..')
        """
        return cls(f"{_single(start)}/{_OPEN}")

    @classmethod
    def until(cls, end: "When | date | str") -> "When":
        """Return the interval up to a date or instant, its start open.

        >>> When.until("2023-09-21")
        When('../2023-09-21')
        """
        return cls(f"{_OPEN}/{_single(end)}")

    @property
    def is_interval(self) -> bool:
        """Stated as two ends, one of which may be open or unknown."""
        return self._start is not self._end

    @property
    def start(self) -> "When | None":
        """The date or instant that it begins at: itself for a single one, None for an open or unknown start."""
        return self._at_end(self._start)

    @property
    def end(self) -> "When | None":
        """The date or instant that it ends at: itself for a single one, None for an open or unknown end."""
        return self._at_end(self._end)

    @property
    def begins_at(self) -> pendulum.DateTime | None:
        """The instant that it begins at, in its time zone; None when the start is not known to the instant."""
        return self._start.moment if self._start else None

    @property
    def ends_at(self) -> pendulum.DateTime | None:
        """The instant that it ends at, in its time zone: the same as ``begins_at`` for a single instant."""
        return self._end.moment if self._end else None

    @property
    def nominal(self) -> tuple[pendulum.Date | None, pendulum.Date | None]:
        """First and last day as stated, without the widening of ``~``: what a calendar draws. None at an open end.

        >>> print(*When("2023-10~").nominal)
        2023-10-01 2023-10-31

        An approximate end that the other one contradicts is drawn as near as the other allows.
        """
        first = self._start.first if self._start else None
        last = self._end.last if self._end else None
        return _in_order(
            min(first, self.latest) if first and self.latest else first,
            max(last, self.earliest) if last and self.earliest else last,
        )

    @property
    def is_exact(self) -> bool:
        """Both ends are known to the day or the instant, and nobody doubts them."""
        return self.is_dated and not self.is_uncertain and not self.is_approximate

    @property
    def is_dated(self) -> bool:
        """Both ends are stated to the day or the instant, doubted or not: a calendar can draw it as definite days."""
        return all(end is not None and end.is_known_to_the_day for end in (self._start, self._end))

    @property
    def is_approximate(self) -> bool:
        """An end is qualified with ``~`` or ``%``."""
        return any(end is not None and end.is_approximate for end in (self._start, self._end))

    @property
    def is_uncertain(self) -> bool:
        """An end is qualified with ``?`` or ``%``."""
        return any(end is not None and end.is_uncertain for end in (self._start, self._end))

    @property
    def year(self) -> int | None:
        """The calendar year in which it certainly began, None when that could be either of two."""
        return self._began_in(lambda year, _: year)

    @property
    def quarter(self) -> tuple[int, int] | None:
        """The year and quarter (1 to 4) in which it certainly began, None when that is not known."""
        return self._began_in(lambda year, month: (year, (month + 2) // 3))

    @property
    def month(self) -> tuple[int, int] | None:
        """The year and month in which it certainly began, None when that is not known."""
        return self._began_in(lambda year, month: (year, month))

    def overlaps(self, other: "When") -> bool:
        """Tell whether the two may share a day.

        >>> When("2023-10").overlaps(When("2023-10-31/2023-11-02"))
        True

        Two instants share a day when they do so in the time zone of either.
        """
        return not _is_over_before(self, other) and not _is_over_before(other, self)

    def contains(self, other: "When") -> bool:
        """Tell whether all that the other may mean lies within this: every day of it, and every instant.

        >>> When("2023-10").contains(When("2023-10-17"))
        True
        >>> When("2023-10-17T10:00Z").contains(When("2023-10-17"))
        False
        """
        return (
            (self.earliest is None or (other.earliest is not None and self.earliest <= other.earliest))
            and (self.latest is None or (other.latest is not None and other.latest <= self.latest))
            and (
                self.begins_at is None
                or (other.begins_at is not None and in_utc(self.begins_at) <= in_utc(other.begins_at))
            )
            and (self.ends_at is None or (other.ends_at is not None and in_utc(other.ends_at) <= in_utc(self.ends_at)))
        )

    def narrows(self, other: "When") -> bool:
        """Tell whether this says more exactly what the other said, as 17-18 October does of October.

        It lies within the other, and its precision is finer, or the same with less room for each of its ends. A stay
        of two days within one of three weeks is another stay, not the same one told more exactly.
        """
        if not other.contains(self):
            return False
        if self.precision is not other.precision:
            return self.precision.rank < other.precision.rank
        ends = ((self._start, other._start), (self._end, other._end))  # noqa: SLF001 - of its own kind
        return all(_within(mine, theirs) for mine, theirs in ends) and not all(
            _within(theirs, mine) for mine, theirs in ends
        )

    def shifted(self, days: int) -> "When":
        """Return the same so many days later, or earlier when negative; an instant keeps its time on the clock.

        >>> When("2023-09-18/2023-09-21").shifted(7)
        When('2023-09-25/2023-09-28')

        What is coarser than a day moves only by whole cycles of the calendar, 400 years or 146,097 days.

        Raises InvalidValue for any other move of it, and for one out of the years 0001 to 9999.
        """
        ends = zip(split_ends(self.edtf), (self._start, self._end), strict=False)
        return When("/".join(moved(point, days) if point else gap for gap, point in ends))

    def _at_end(self, point: Point | None) -> "When | None":
        if point is None:
            return None
        return intern_when(point.text) if self.is_interval else self

    def _began_in(self, period: Callable[[int, int], _Period]) -> _Period | None:
        if _PLAIN.fullmatch(self.edtf):
            return period(int(self.edtf[:4]), int(self.edtf[5:7]))
        if self._start is None:
            return None
        earliest, latest = (period(day.year, day.month) for day in (self._start.earliest, self._start.latest))
        return earliest if earliest == latest else None

    if not TYPE_CHECKING:  # a checker would take every name for an attribute

        def __getattr__(self, name: str) -> Any:
            """Read the text when something is first asked: of most dates in a log nobody asks more than the text."""
            if name not in self.__slots__:
                raise AttributeError(f"a When has no {name}", name=name, obj=self)
            _fill(self, *_points(split_ends(self.edtf)))
            return getattr(self, name)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a When cannot be changed: make another one, instead of setting {name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a When cannot be changed: {name} stays")

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, When) and self.edtf == other.edtf)

    def __hash__(self) -> int:
        return hash(self.edtf)

    def __reduce__(self) -> tuple[Callable[[str], "When"], tuple[str]]:
        return When, (self.edtf,)

    def __repr__(self) -> str:
        return f"When({self.edtf!r})"

    def __brief__(self) -> str:
        return repr(self.edtf)

    @property
    def past(self) -> str:
        """Say it of what is over, when no date will be confirmed any more.

        >>> print(When("2023-10"), "|", When("2023-10").past)
        October 2023, date to be confirmed | October 2023
        """
        return str(self).removesuffix(phrases.PENDING)

    def __str__(self) -> str:
        if self._start is None or self._end is None:
            gap = "open" if _OPEN in split_ends(self.edtf) else "unknown"
            return phrases.half_known(self._start, self._end, gap=gap)
        return phrases.interval(self._start, self._end) if self.is_interval else phrases.single(self._start)


_DAY_OR_MONTH = (
    "(?!0000)[0-9]{4}-(?:"
    "(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|1[0-9]|2[0-8]))?"
    "|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
)
_PLAIN = re.compile(f"({_DAY_OR_MONTH})(?:/({_DAY_OR_MONTH}))?")
"""What can be seen to be a date, and its own canonical text, without reading it: most dates in a log."""


def _read(text: str) -> When:
    plain = _PLAIN.fullmatch(text)
    if plain and (plain[2] is None or (len(plain[1]) == len(plain[2]) and plain[1] < plain[2])):
        return _named(text)
    ends = split_ends(text)
    try:
        start, end = _points(ends)
    except InvalidValue as error:
        behind = f", in the place of {error.value!r}" if len(ends) > 1 else ""
        raise InvalidValue("date", text, f"{error.expected}{behind}") from error
    if start is None and end is None:
        raise InvalidValue("date", text, "a date, or an interval with an end that is known, such as '2023-09-18/..'")
    canonical = "/".join(point.text if point else gap for gap, point in zip(ends, (start, end), strict=False))
    if start and end and start.text == end.text:
        canonical, end = start.text, start
    if canonical != text:
        return intern_when(canonical)
    if start and end and start is not end and _must_end_before_it_starts(start, end):
        raise InvalidValue("date", text, f"an end that is not before its start, such as '{end.text}/{start.text}'")
    return _fill(_named(canonical), start, end)


def _points(ends: list[str]) -> tuple[Point | None, Point | None]:
    points = [None if end in (_OPEN, _UNKNOWN) else read_point(end) for end in ends]
    return points[0], points[-1]


intern_when: Callable[[str], When] = lru_cache(maxsize=CACHED_DATES)(_read)
"""``When(text)`` for a wire decoder: the fastest way to it, and the same object for the same text while it is kept."""


def stored_when(text: str) -> When:
    """Read a date that was right when it was stored: an instant keeps its local time when its zone's rules changed.

    >>> stored_when("2050-07-01T10:00:00+07:00[Europe/Moscow]")
    When('2050-07-01T10:00:00+03:00[Europe/Moscow]')

    An interval that would then end before it starts keeps its instants, in UTC. A text from somebody's hand is read by
    ``When``, which refuses an offset that its zone does not have: that is a slip.

    Raises InvalidValue for what could never be stored.
    """
    try:
        return intern_when(text)
    except InvalidValue:
        ends = split_ends(text)
        if not any(map(is_instant, ends)):
            raise
    now_read = "/".join(map(_as_now_read, ends))
    try:
        return intern_when(now_read)
    except InvalidValue:
        return intern_when("/".join(map(_without_zone, ends)))


def _as_now_read(end: str) -> str:
    return instant_text(read_stored_instant(end)) if is_instant(end) else end


def _without_zone(end: str) -> str:
    return end.partition("[")[0] if is_instant(end) else end


_RANK = attrgetter("rank")


def _named(edtf: str) -> When:
    when = object.__new__(When)
    object.__setattr__(when, "edtf", edtf)
    return when


def _fill(when: When, start: Point | None, end: Point | None) -> When:
    """Say what a canonical text means, by its two ends."""
    earliest, latest = _in_order(start.earliest if start else None, end.latest if end else None)
    precision = max((point.precision for point in (start, end) if point), key=_RANK)
    values = {"precision": precision, "earliest": earliest, "latest": latest, "_start": start, "_end": end}
    for slot, value in values.items():
        object.__setattr__(when, slot, value)
    return when


def _in_order(first: pendulum.Date | None, last: pendulum.Date | None) -> _Days:
    """Swap days that are the wrong way round: a flight east over the date line lands on the day before it left."""
    return (last, first) if first and last and last < first else (first, last)


def _must_end_before_it_starts(start: Point, end: Point) -> bool:
    if start.moment and end.moment:
        return in_utc(end.moment) < in_utc(start.moment)
    return end.latest < start.earliest


def _is_over_before(one: When, other: When) -> bool:
    """Tell whether one ends on an earlier day than the other begins, in the time zones of both."""
    if one.latest is None or other.earliest is None or one.latest >= other.earliest:
        return False
    end, start = one.ends_at, other.begins_at
    if end is None or start is None:
        return True
    return end.date() < start.astimezone(end.tzinfo).date() and end.astimezone(start.tzinfo).date() < start.date()


def _within(inner: Point | None, outer: Point | None) -> bool:
    if inner is None or outer is None:
        return outer is None
    return outer.earliest <= inner.earliest and inner.latest <= outer.latest


def _single(end: When | date | str) -> str:
    if isinstance(end, datetime):
        return instant_text(end)
    when = end if isinstance(end, When) else When(end if isinstance(end, str) else end.isoformat())
    if when.is_interval:
        raise InvalidValue("date", when, "a single date or instant as the end of an interval, such as '2023-09-18'")
    return when.edtf
