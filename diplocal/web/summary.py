"""What a feed's page counts: contacts over the years and days, who reports, and how sound it is."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar

import attrs
import pendulum

from diplocal.engagements import Engagement, Kind
from diplocal.projections import ContactFrequency
from diplocal.projections.filters import EVERYTHING, Filter, Sides
from diplocal.projections.tally import Tally
from diplocal.web.index import EVERYTHING_SHOWN

LONGEST_STAY = 62
"""Days; what lasted longer is not drawn day by day."""
TOO_VAGUE = 0
"""In the place of the year of a contact of which none is known."""
Key = tuple[str, int, str]
"""What is counted, of which year or day, and of which kind or publisher."""


@attrs.frozen(eq=False)
class Summary:
    """What is counted of a feed."""

    sums: Mapping[Key, int]

    @property
    def total(self) -> int:
        """How many engagements it has."""
        return self._number("engagement")

    @property
    def undated(self) -> int:
        """How many have no date, and so are not in the calendar."""
        return self._number("undated")

    @property
    def contradicted(self) -> int:
        """About how many reports contradict each other."""
        return self._number("contradicted")

    @cached_property
    def by_year(self) -> Mapping[int, Mapping[Kind, int]]:
        """Engagements that were held and in which sides met, by the year in which they certainly began."""
        years: dict[int, Counter[Kind]] = {}
        for year, kind, count in self._of("contact"):
            if year != TOO_VAGUE:
                years.setdefault(year, Counter())[Kind(kind)] += count
        return years

    @cached_property
    def too_vague(self) -> Mapping[Kind, int]:
        """Such engagements of which no year is known."""
        return {Kind(kind): count for year, kind, count in self._of("contact") if year == TOO_VAGUE}

    def by_day(self, year: int) -> Mapping[pendulum.Date, int]:
        """Count the same by each day of a year that they lasted."""
        days = ((pendulum.Date.fromordinal(day), count) for day, _, count in self._of("day"))
        return {day: count for day, count in sorted(days) if day.year == year}

    @cached_property
    def of_year(self) -> Mapping[int, int]:
        """All engagements, by the year in which they begin as far as that is known."""
        return {year: count for year, _, count in sorted(self._of("begins"))}

    def vague_in(self, year: int) -> int:
        """Count those of a year that cannot be drawn by day."""
        return self.sums.get(("vague", year, ""), 0)

    @cached_property
    def publishers(self) -> tuple[tuple[str, int], ...]:
        """Who reports, and about how many engagements; the busiest first."""
        named = [(name, count) for _, name, count in self._of("publisher")]
        return tuple(sorted(named, key=lambda item: (-item[1], item[0])))

    def _number(self, what: str) -> int:
        return self.sums.get((what, 0, ""), 0)

    def _of(self, what: str) -> Iterator[tuple[int, str, int]]:
        return ((number, text, count) for (of, number, text), count in self.sums.items() if of == what)


_CONTACTS = ContactFrequency()


class FeedSummary(Tally[Key, Summary]):
    """Counts the engagements that a filter takes. Of all that feeds show, the counts are kept beside the log.

    Contacts are those between as many sides as the filter says: two, as a count of contacts has it, unless it says so.
    """

    name = "diplocal.feed-summary"
    version = 2
    key_type: ClassVar[Any] = Key

    def __init__(self, chosen: Filter) -> None:
        self.scope = EVERYTHING if chosen == EVERYTHING_SHOWN else chosen
        self._pair = tuple(sorted(chosen.who.parties)) if len(chosen.who.parties) == 2 else None  # noqa: PLR2004 - two
        self._sides = chosen.sides or Sides.BILATERAL

    @property
    def parameters(self) -> str:
        """Nothing: what is kept is of all that feeds show."""
        return "{}"

    def of_each(self, chosen: Filter) -> "FeedSummary | None":
        """Return the summary of everything; None of a pair or of other sides, whose own contacts alone count."""
        is_apart = self._pair or chosen.who.person or self._sides is not Sides.BILATERAL
        return None if is_apart else FeedSummary(EVERYTHING_SHOWN)

    def contributions(self, engagement: Engagement) -> Iterator[tuple[Key, int]]:
        """Count one engagement."""
        chosen = EVERYTHING_SHOWN if self.scope == EVERYTHING else self.scope
        if not chosen.takes(engagement):
            return
        first = engagement.when.nominal[0] if engagement.when else None
        yield ("engagement", 0, ""), 1
        if engagement.when is None or not any(engagement.when.nominal):
            yield ("undated", 0, ""), 1
        if engagement.conflicts:
            yield ("contradicted", 0, ""), 1
        if first is not None:
            yield ("begins", first.year, ""), 1
        yield from ((("publisher", 0, name), 1) for name in {source.publisher for source in engagement.quoted})
        yield from self._contacts(engagement)

    def _contacts(self, engagement: Engagement) -> Iterator[tuple[Key, int]]:
        met = [one for one, _ in _CONTACTS.contributions(engagement) if self._sides.takes(one.sides)]
        if self._pair:
            met = [one for one in met if one[:2] == self._pair]
        if not met:
            return
        year = engagement.when.year if engagement.when else None
        if year is None:
            yield ("contact", TOO_VAGUE, engagement.kind.value), 1
            return
        days = list(_days(engagement))
        yield ("contact", year, engagement.kind.value), 1
        yield from ((("day", day, ""), 1) for day in days)
        if not days:
            yield ("vague", year, ""), 1

    def read(self, value: Mapping[Key, int]) -> Summary:
        """Return the counts."""
        return Summary(value)


def _days(engagement: Engagement) -> range:
    """Return the days that it lasted, as ordinals; of what began on a known day and has no end yet, that day."""
    when = engagement.when
    first, last = when.nominal if when and when.is_dated else (None, None)
    if when and when.start and when.start.is_dated and when.latest is None:
        first = last = when.nominal[0]
    days = range(first.toordinal(), last.toordinal() + 1) if first and last else range(0)
    return days if len(days) <= LONGEST_STAY else range(0)
