"""What a feed's page tells about it: contacts over the years and days, who reports, and how sound it is."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache

import pendulum

from diplocal.engagements import Engagement, Kind
from diplocal.projections import ContactFrequency, UpcomingVisits
from diplocal.projections.upcoming import Upcoming
from diplocal.web.feeds import Chosen

LONGEST_STAY = 62
"""Days; what lasted longer is not drawn day by day."""


class Summary:
    """What is counted of a feed, each when it is asked for."""

    def __init__(self, chosen: Chosen) -> None:
        self._engagements = tuple(chosen.engagements.values())
        self._pair = chosen.choice.pair

    def ahead(self, on: pendulum.Date) -> list[Engagement]:
        """List what lies ahead of a day, what has no date included."""
        one = UpcomingVisits()
        rows = ((engagement.slug, one.row(engagement)) for engagement in self._engagements if _may_lie(engagement, on))
        return Upcoming({slug: row for slug, row in rows if row is not None}).on(on)

    @cached_property
    def by_year(self) -> Mapping[int, Mapping[Kind, int]]:
        """Engagements that were held and in which sides met, by the year in which they certainly began."""
        years: dict[int, Counter[Kind]] = {}
        for engagement, year in self._held:
            years.setdefault(year, Counter())[engagement.kind] += 1
        return years

    @cached_property
    def by_day(self) -> Mapping[pendulum.Date, int]:
        """The same, by each day that they lasted."""
        return Counter(day for engagement, _ in self._held for day in _days(engagement))

    @cached_property
    def of_year(self) -> Mapping[int, tuple[Engagement, ...]]:
        """All engagements, by the year in which they begin as far as that is known."""
        years: dict[int, list[Engagement]] = {}
        for engagement in self._engagements:
            first = engagement.when.nominal[0] if engagement.when else None
            if first is not None:
                years.setdefault(first.year, []).append(engagement)
        return {year: tuple(found) for year, found in sorted(years.items())}

    @cached_property
    def vague_in(self) -> Mapping[int, int]:
        """Of each year: how many cannot be drawn by day."""
        return Counter(year for engagement, year in self._held if not any(True for _ in _days(engagement)))

    @cached_property
    def publishers(self) -> tuple[tuple[str, int], ...]:
        """Who reports, and about how many engagements; the busiest first."""
        named = Counter(name for one in self._engagements for name in {source.publisher for source in one.sources})
        return tuple(sorted(named.items(), key=lambda item: (-item[1], item[0])))

    @cached_property
    def undated(self) -> int:
        """How many have no date, and so are not in the calendar."""
        return sum(one.when is None or not any(one.when.nominal) for one in self._engagements)

    @cached_property
    def contradicted(self) -> int:
        """About how many reports contradict each other."""
        return sum(bool(one.conflicts) for one in self._engagements)

    @cached_property
    def _held(self) -> tuple[tuple[Engagement, int], ...]:
        frequency = ContactFrequency()
        found = []
        for engagement in self._engagements:
            sides = [(contact.first, contact.second) for contact, _ in frequency.contributions(engagement)]
            if (self._pair in sides if self._pair else sides) and engagement.when and engagement.when.year:
                found.append((engagement, engagement.when.year))
        return tuple(found)


@lru_cache(maxsize=64)
def summary(chosen: Chosen) -> Summary:
    """Count a feed; the same feed is counted once."""
    return Summary(chosen)


def _may_lie(engagement: Engagement, on: pendulum.Date) -> bool:
    return engagement.when is None or engagement.when.latest is None or engagement.when.latest >= on


def _days(engagement: Engagement) -> Iterator[pendulum.Date]:
    first, last = engagement.when.nominal if engagement.when and engagement.when.is_dated else (None, None)
    if first and last and (last - first).days < LONGEST_STAY:
        yield from (first.add(days=offset) for offset in range((last - first).days + 1))
