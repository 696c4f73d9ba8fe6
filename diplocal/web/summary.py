"""What a feed's page tells about it: contacts over the years and days, who reports, and how sound it is."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache

import attrs
import pendulum

from diplocal.calendars.entry import entry_of
from diplocal.engagements import Engagement, Kind
from diplocal.projections import Ahead, ContactFrequency, UpcomingVisits
from diplocal.projections.upcoming import Upcoming
from diplocal.web.feeds import Chosen
from diplocal.when import When

LONGEST_STAY = 62
"""Days; what lasted longer is not drawn day by day."""


@attrs.frozen(eq=False)
class Summary:
    """What is counted of a feed."""

    by_year: Mapping[int, Mapping[Kind, int]]
    """Engagements that were held and in which sides met, by the year in which they certainly began."""
    by_day: Mapping[pendulum.Date, int]
    """The same, by each day that they lasted."""
    vague_in: Mapping[int, int]
    """Of each year: how many cannot be drawn by day."""
    publishers: tuple[tuple[str, int], ...]
    """Who reports, and about how many engagements; the busiest first."""
    undated: int
    """How many have no date to draw, and so are not in the calendar."""
    contradicted: int
    """About how many reports contradict each other."""
    diary: Upcoming

    def ahead(self, on: pendulum.Date) -> list[Ahead]:
        """List what lies ahead of a day."""
        return self.diary.on(on)


@lru_cache(maxsize=64)
def summary(chosen: Chosen) -> Summary:
    """Count a feed; the same feed is counted once."""
    engagements = tuple(chosen.engagements.values())
    years: dict[int, Counter[Kind]] = {}
    days: Counter[pendulum.Date] = Counter()
    vague: Counter[int] = Counter()
    for engagement, when in _held(chosen, engagements):
        if when.year is not None:
            years.setdefault(when.year, Counter())[engagement.kind] += 1
            lasted = tuple(_days(when))
            days.update(lasted)
            vague[when.year] += not lasted
    publishers = Counter(name for one in engagements for name in {source.publisher for source in one.sources})
    return Summary(
        by_year=years,
        by_day=days,
        vague_in=vague,
        publishers=tuple(sorted(publishers.items(), key=lambda item: (-item[1], item[0]))),
        undated=sum(entry_of(one) is None for one in engagements),
        contradicted=sum(bool(one.conflicts) for one in engagements),
        diary=_diary(engagements),
    )


def _held(chosen: Chosen, engagements: tuple[Engagement, ...]) -> Iterator[tuple[Engagement, When]]:
    frequency, pair = ContactFrequency(), chosen.choice.pair
    for engagement in engagements:
        contacts = [contact for contact, _ in frequency.contributions(engagement)]
        if engagement.when and any(pair in (None, (contact.first, contact.second)) for contact in contacts):
            yield engagement, engagement.when


def _days(when: When) -> Iterator[pendulum.Date]:
    first, last = when.nominal
    if when.is_dated and first and last and (last - first).days < LONGEST_STAY:
        yield from (first.add(days=offset) for offset in range((last - first).days + 1))


def _diary(engagements: tuple[Engagement, ...]) -> Upcoming:
    one = UpcomingVisits()
    rows = ((engagement.slug, one.row(engagement)) for engagement in engagements)
    return Upcoming({slug: row for slug, row in rows if row is not None})
