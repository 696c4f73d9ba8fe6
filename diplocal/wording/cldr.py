"""Languages whose dates, numbers, lists and names of states are those of the Unicode CLDR, by way of Babel."""

import re
from collections.abc import Iterable

import pendulum
from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from babel.numbers import format_decimal

from diplocal.dates import Precision, When
from diplocal.dates.instants import comes_twice, offset_text, zone_name
from diplocal.parties import Party, State
from diplocal.wording.contract import Language


class Localized(Language):
    """A language as the CLDR has it."""

    def __init__(self, tag: str, locale: str) -> None:
        super().__init__(tag)
        self.locale = Locale.parse(locale)
        self.direction = str(self.locale.text_direction)

    def party(self, party: Party) -> str:
        """Name a state or an organisation: as our catalogue does, else as the CLDR does, else as it was printed.

        A code that begins with X- is the user's own, and what was printed comes first.
        """
        if party.code.startswith("X-") and party.label:
            return self.printed(party.label)
        known = f"{'former' if isinstance(party, State) else 'organisation'}.{party.code}"
        if known in self:
            return self(known)
        territory = self.locale.territories.get(party.code) if isinstance(party, State) else None
        return str(territory) if territory else self.printed(str(party))

    def number(self, value: int) -> str:
        """Write a number."""
        return str(format_decimal(value, locale=self.locale))

    def listed(self, items: Iterable[str]) -> str:
        """Join by commas and an 'and'."""
        return str(format_list(list(items), locale=self.locale))

    def day(self, day: pendulum.Date) -> str:
        """Write a day."""
        return str(format_date(day, "long", locale=self.locale))

    def month(self, day: pendulum.Date) -> str:
        """Write the month of a day, with its year."""
        said = str(format_skeleton("yMMMM", day, locale=self.locale))
        return said[:1].upper() + said[1:]

    def weekday_name(self, weekday: int) -> str:
        """Name a day of the week in short, 0 for Monday."""
        return str(format_skeleton("E", pendulum.date(2024, 1, 1 + weekday), locale=self.locale))

    def month_name(self, month: int) -> str:
        """Name a month in short, 1 for January."""
        return str(format_skeleton("MMM", pendulum.date(2000, month, 1), locale=self.locale))

    def date(self, when: When | None, *, is_over: bool = False) -> str:
        """Say when something is, as precisely as it is known; of what is over, nothing is to be confirmed."""
        if when is None:
            return self("date.none")
        said = self._interval(when) if when.is_interval else self._single(when)
        said = self("date.about", date=said) if when.is_approximate else said
        said = self("date.uncertain", date=said) if when.is_uncertain else said
        is_open = not (when.is_dated or when.is_interval or when.edtf.startswith("[") or "X" in when.edtf)
        return self("date.pending", date=said) if is_open and not is_over else said

    def _interval(self, when: When) -> str:
        start, end = when.start, when.end
        if start is None or end is None:
            return self("date.from", date=self._single(start)) if start else self("date.until", date=self._single(end))
        if when.begins_at and when.ends_at and _is_one_day(when.begins_at, when.ends_at):
            hours = f"{self._clock(when.begins_at)}–{self._clock(when.ends_at)} {zone_name(when.ends_at)}"
            return self.series((self.day(when.begins_at), hours))
        first, last = when.nominal
        if first and last and start.precision is end.precision is Precision.DAY and when.is_dated:
            return self._days(first, last)
        return f"{self._single(start)} – {self._single(end)}"

    def _days(self, first: pendulum.Date, last: pendulum.Date) -> str:
        """Say from which day to which: as the CLDR does, with months written out, as they are everywhere else."""
        formats = self.locale.interval_formats
        of_months = formats["yMMMMd"] if "yMMMMd" in formats else formats["yMMMd"]
        differ = "y" if first.year != last.year else "M" if first.month != last.month else "d"
        patterns = of_months[differ]
        if "MMMM" in self.locale.date_formats["long"].pattern:  # in Chinese a month is a number
            patterns = [re.sub("M{3,}", "MMMM", pattern) for pattern in patterns]
        days = zip((first, last), patterns, strict=True)
        return "".join(format_date(day, pattern, locale=self.locale) for day, pattern in days)

    def _single(self, when: When | None) -> str:
        first, last = when.nominal if when else (None, None)
        if when is None or first is None or last is None:
            return self("date.none")
        if when.begins_at is not None:
            return self.series((self.day(first), f"{self._clock(when.begins_at)} {zone_name(when.begins_at)}"))
        if first == last:
            return self.day(first)
        if (first.day, last) == (1, first.end_of("month")):
            return str(format_skeleton("yMMMM", first, locale=self.locale))
        if when.precision is Precision.QUARTER:
            return str(format_skeleton("yQQQQ", first, locale=self.locale))
        if (first.month, first.day, last.month, last.day, first.year) == (1, 1, 12, 31, last.year):
            return str(format_skeleton("y", first, locale=self.locale))
        return self("date.between", first=self.day(first), last=self.day(last))

    def _clock(self, moment: pendulum.DateTime) -> str:
        """Say the time of day, with its offset where the clocks go back and the same time comes twice."""
        said = str(format_time(moment, "medium" if moment.second else "short", locale=self.locale))
        return f"{said} ({offset_text(moment)})" if comes_twice(moment) else said


def _is_one_day(start: pendulum.DateTime, end: pendulum.DateTime) -> bool:
    return start.date() == end.date() and zone_name(start) == zone_name(end)
