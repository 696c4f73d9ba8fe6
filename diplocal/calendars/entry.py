"""From an engagement to an entry in a calendar: a pure function, in no calendar format yet."""

from enum import Enum

import msgspec
import pendulum

from diplocal import wording
from diplocal.calendars.lines import tzid
from diplocal.calendars.wording import ENGLISH, Wording
from diplocal.dates import When
from diplocal.dates.instants import in_utc
from diplocal.engagements import KINDS, Engagement, Stamp, Status, to_events
from diplocal.events import EngagementEvent
from diplocal.wording import Language

LAST_DAY = pendulum.Date(9999, 12, 31)
"""The last day that can be written (RFC 5545, 3.3.4)."""


class EntryStatus(Enum):
    """STATUS of an entry (RFC 5545, 3.8.1.11)."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry in a calendar."""

    slug: str
    """Of the engagement."""
    summary: str
    """One line: some readers pass over an entry whose summary has more."""
    description: str
    location: str | None
    starts: pendulum.Date
    """First day, or the instant at which it begins."""
    ends: pendulum.Date | None
    """First day *after* it, or the instant at which it ends: DTEND is exclusive (RFC 5545, 3.6.1)."""
    last_day: pendulum.Date
    status: EntryStatus
    categories: tuple[str, ...]
    colour: str
    """A CSS3 colour name (RFC 7986, 5.9)."""
    url: str | None
    during: str | None
    """Slug of the visit that it is part of."""
    edtf: str
    """The date as it is known, which a calendar cannot always show."""
    reports: tuple[EngagementEvent, ...]
    """All of it for another log: reports from which the same would be understood."""
    sequence: int
    """Counts material revisions (RFC 5545, 3.8.7.4)."""
    created: Stamp
    modified: Stamp
    is_vague: bool
    """Whether the date is drawn as a span because it is not known better."""
    engagement: Engagement
    """What it tells of, for forms that say more than calendar programs show."""
    language: str
    """The tag of the language of its words, 'en' (RFC 5646)."""

    @property
    def names_in(self) -> Language:
        """The language in which participants are named: its own, or English where that is one of a user's making."""
        return wording.nearest_language(self.language)

    @property
    def is_cancelled(self) -> bool:
        """Whether it was cancelled."""
        return self.status is EntryStatus.CANCELLED

    @property
    def days(self) -> int:
        """How many days it spans."""
        return self.last_day.toordinal() - self.starts.toordinal() + 1

    @property
    def zones(self) -> tuple[str, ...]:
        """The named time zones of its beginning and end, UTC aside."""
        instants = (at for at in (self.starts, self.ends) if isinstance(at, pendulum.DateTime))
        return tuple(sorted({zone for zone in map(tzid, instants) if zone is not None}))


_STATUS = {
    Status.INVITED: EntryStatus.TENTATIVE,
    Status.PLANNED: EntryStatus.TENTATIVE,
    Status.CONFIRMED: EntryStatus.CONFIRMED,
    Status.UNDER_WAY: EntryStatus.CONFIRMED,
    Status.HELD: EntryStatus.CONFIRMED,
    Status.CANCELLED: EntryStatus.CANCELLED,
}


def entry_of(engagement: Engagement, words: Wording = ENGLISH) -> Entry | None:
    """Return the entry of an engagement, in some language; None when it has no place in a calendar.

    That is: it has no date, its date has no beginning or end to draw, it was put off without a new date, retracted or
    found to be a duplicate, no report says what it is, or it is a tenure of an office.
    """
    when, colour = engagement.when, KINDS[engagement.kind].colour
    if when is None or colour is None or engagement.status not in _STATUS or not engagement.is_known:
        return None
    span = _span(when)
    if span is None:
        return None
    starts, ends, last_day = span
    is_vague = not when.is_exact
    return Entry(
        slug=engagement.slug,
        summary=" ".join(words.summary(engagement, is_vague=is_vague).splitlines()),
        description="\n".join(dict.fromkeys(words.description(engagement))),
        location=words.location(engagement),
        starts=starts,
        ends=ends,
        last_day=last_day,
        status=_status(engagement, is_vague=is_vague),
        categories=tuple(words.categories(engagement)),
        colour=colour,
        url=next((source.url for source in engagement.quoted if source.url), None),
        during=engagement.during,
        edtf=when.edtf,
        reports=to_events(engagement),
        sequence=engagement.revisions,
        created=engagement.first,
        modified=engagement.last,
        is_vague=is_vague,
        engagement=engagement,
        language=words.language,
    )


def _span(when: When) -> tuple[pendulum.Date, pendulum.Date | None, pendulum.Date] | None:
    """Return where it starts, where it ends (exclusive), and its last day; an open end is drawn as the known one."""
    if when.begins_at is not None:
        ends_at = when.ends_at if when.ends_at and in_utc(when.ends_at) > in_utc(when.begins_at) else None
        return when.begins_at, ends_at, (ends_at or when.begins_at).date()
    first, last = when.nominal
    first, last = first or last, last or first
    if first is None or last is None:
        return None
    return first, _day_after(first, last), last


def _day_after(first: pendulum.Date, last: pendulum.Date) -> pendulum.Date | None:
    """Return the day after the last; behind the last day that can be written there is none."""
    if last < LAST_DAY:
        return last.add(days=1)
    return last if first < last else None


def _status(engagement: Engagement, *, is_vague: bool) -> EntryStatus:
    known = _STATUS[engagement.status]
    return EntryStatus.TENTATIVE if known is EntryStatus.CONFIRMED and is_vague else known
