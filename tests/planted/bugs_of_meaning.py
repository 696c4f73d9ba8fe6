"""Bugs of meaning, which no law can see: each projection is a good one, for another question.

What they should say, only an example knows: given these reports, when more come in, then the answer is this.
"""

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from diplocal.dates import When
from diplocal.engagements import Engagement, Kind, Status
from diplocal.events import Cancelled, MeetingHeld, VisitAnnounced, VisitConcluded
from diplocal.parties import party_of
from diplocal.projections import tally
from diplocal.testing import given
from diplocal.testing.pools import CHINA, RUSSIA

Counts = Iterator[tuple[str, int]]


@attrs.frozen
class Misread:
    """A projection that answers another question than the one that was asked."""

    wrong: Any
    right: Any
    example: Callable[[Any], object]
    """Raises Unexpected for a projection that does not say what it should."""

    @property
    def name(self) -> str:
        return type(self.wrong).__name__

    @property
    def says(self) -> str:
        """What is wrong, in a line."""
        return str(self.wrong.__doc__)

    @property
    def told(self) -> str:
        """The example, in a line."""
        return str(self.example.__doc__)


HELD = VisitConcluded(engagement="visit-1", visitors=(CHINA,), host=RUSSIA, when=When("2023-09-30/2023-10-02"))
PLANNED = VisitAnnounced(engagement="visit-1", visitors=(CHINA,), host=RUSSIA, when=When("2023-10"))


@tally("meaning.to-come", key_type=str)
def to_come(engagement: Engagement) -> Counts:
    """Visits to come, by host."""
    if engagement.kind is Kind.VISIT and engagement.status in (Status.PLANNED, Status.CONFIRMED) and engagement.host:
        yield engagement.host.code, 1


@tally("meaning.ignores-cancellations", key_type=str)
def ignores_cancellations(engagement: Engagement) -> Counts:
    """It counts a cancelled visit among those to come."""
    ahead = (Status.PLANNED, Status.CONFIRMED, Status.CANCELLED)
    if engagement.kind is Kind.VISIT and engagement.status in ahead and engagement.host:
        yield engagement.host.code, 1


def cancelled(projection: Any) -> None:
    """Given a visit announced; when it is cancelled; then none is to come."""
    given(PLANNED).then(projection, {"RU": 1}).when(Cancelled(engagement="visit-1")).then(projection, {})


@tally("meaning.hosts", key_type=str)
def hosts(engagement: Engagement) -> Counts:
    """Visits that took place, by host."""
    if engagement.kind is Kind.VISIT and engagement.status is Status.HELD and engagement.host:
        yield engagement.host.code, 1


@tally("meaning.takes-guests-for-hosts", key_type=str)
def takes_guests_for_hosts(engagement: Engagement) -> Counts:
    """It counts a visit for the guest, not for the host."""
    if engagement.kind is Kind.VISIT and engagement.status is Status.HELD:
        for code in sorted({party.code for one in engagement.participants if (party := party_of(one))}):
            yield code, 1


@tally("meaning.counts-meetings-too", key_type=str)
def counts_meetings_too(engagement: Engagement) -> Counts:
    """It counts a meeting that has a host as a visit."""
    if engagement.status is Status.HELD and engagement.host:
        yield engagement.host.code, 1


def hosted(projection: Any) -> None:
    """Given a visit of China to Russia; then Russia was host once."""
    given(HELD).then(projection, {"RU": 1})


def met(projection: Any) -> None:
    """Given a visit; when a meeting within it is held; then there is still one visit."""
    when = When("2023-10-01")
    meeting = MeetingHeld(engagement="talks", participants=(CHINA, RUSSIA), host=RUSSIA, when=when, during="visit-1")
    given(HELD).when(meeting).then(projection, {"RU": 1})


@tally("meaning.by-month", key_type=str)
def by_month(engagement: Engagement) -> Counts:
    """Visits that took place, by the month in which they began, if it is known."""
    month = engagement.when.month if engagement.when else None
    if engagement.kind is Kind.VISIT and engagement.status is Status.HELD and month:
        yield "{:04}-{:02}".format(*month), 1


@tally("meaning.takes-the-end-for-the-beginning", key_type=str)
def takes_the_end_for_the_beginning(engagement: Engagement) -> Counts:
    """It counts a visit in the month in which it ended."""
    last = engagement.when.latest if engagement.when and engagement.when.month else None
    if engagement.kind is Kind.VISIT and engagement.status is Status.HELD and last:
        yield f"{last.year:04}-{last.month:02}", 1


@tally("meaning.takes-a-year-for-its-january", key_type=str)
def takes_a_year_for_its_january(engagement: Engagement) -> Counts:
    """It counts a visit that is dated to the year in January."""
    first = engagement.when.earliest if engagement.when else None
    if engagement.kind is Kind.VISIT and engagement.status is Status.HELD and first:
        yield f"{first.year:04}-{first.month:02}", 1


def over_the_end_of_a_month(projection: Any) -> None:
    """Given a visit from 30 September to 2 October; then it is one of September."""
    given(HELD).then(projection, {"2023-09": 1})


def in_some_year(projection: Any) -> None:
    """Given a visit in 2023, nobody says when; then it is one of no month."""
    given(HELD.evolve(when=When("2023"))).then(projection, {})


@tally("meaning.days-away", key_type=str)
def days_away(engagement: Engagement) -> Counts:
    """Days that visits took, by host, the first and the last included."""
    yield from _days(engagement, 1)


@tally("meaning.forgets-the-last-day", key_type=str)
def forgets_the_last_day(engagement: Engagement) -> Counts:
    """It takes the last day of a visit for the day after it."""
    yield from _days(engagement, 0)


def _days(engagement: Engagement, more: int) -> Counts:
    when = engagement.when
    if engagement.kind is Kind.VISIT and engagement.host and when and when.is_exact and when.earliest and when.latest:
        yield engagement.host.code, when.latest.toordinal() - when.earliest.toordinal() + more


def three_days(projection: Any) -> None:
    """Given a visit from 30 September to 2 October; then it took three days."""
    given(HELD).then(projection, {"RU": 3})


MISREAD = (
    Misread(ignores_cancellations, to_come, cancelled),
    Misread(takes_guests_for_hosts, hosts, hosted),
    Misread(counts_meetings_too, hosts, met),
    Misread(takes_the_end_for_the_beginning, by_month, over_the_end_of_a_month),
    Misread(takes_a_year_for_its_january, by_month, in_some_year),
    Misread(forgets_the_last_day, days_away, three_days),
)
