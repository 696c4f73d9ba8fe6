"""Feeds as JSCalendar (RFC 8984): a Group of Events in JSON, for programs that want no iCalendar.

UIDs, dates, status and SEQUENCE are those of the iCalendar feed. What RFC 8984 has no property for is in properties of
our own, which begin with ``diplocal.org:`` (RFC 8984, 3.3).
"""

import uuid
from collections.abc import Mapping
from datetime import timedelta

import attrs
import msgspec
import pendulum

from diplocal import wording
from diplocal.calendars.entry import Entry
from diplocal.calendars.feed import Entries, FeedAs, Rendered
from diplocal.calendars.guests import Guest, guests, inner_uid
from diplocal.calendars.lines import duration_value, tzid, uri, writable
from diplocal.calendars.policy import Policy
from diplocal.calendars.render import PRODUCT, shown_status, uid
from diplocal.dates.instants import in_utc
from diplocal.engagements import Engagement
from diplocal.records import instant

MEDIA_TYPE = "application/jscalendar+json;type=group"
OURS = "diplocal.org:"
"""What properties of our own begin with."""
NEVER = "1970-01-01T00:00:00Z"
"""When a feed without entries was updated: the day must not depend on a clock."""
_NAMES = uuid.UUID(int=0)


class _Updated(msgspec.Struct):
    updated: str


@attrs.frozen
class Group(Entries):
    """A feed as of some position of the log: ``to_json()`` gives the bytes to write to a file or to send."""

    def to_json(self, *, on: pendulum.Date | None = None) -> bytes:
        """Return the feed as a JSCalendar Group (RFC 8984, 5.3), UTF-8.

        ``on`` is the day for which it is asked, as for ``Calendar.to_ical``.
        """
        shown = [one.ical for one in self.shown(on=on)]
        heading = {
            "@type": "Group",
            "uid": str(uuid.uuid5(_NAMES, writable(self.title))),
            "prodId": PRODUCT,
            "updated": max((msgspec.json.decode(one, type=_Updated).updated for one in shown), default=NEVER),
            "title": writable(self.title),
        }
        return b"".join((msgspec.json.encode(heading)[:-1], b',"entries":[', b",".join(shown), b"]}"))


class JSCalendarFeed(FeedAs[Group]):
    """The same feed as JSCalendar; its arguments are those of ``Feed``, its answer is a Group.

    >>> from diplocal.replaying import replay
    >>> from diplocal.store import MemoryStore
    >>> replay(JSCalendarFeed(pair=("CN", "RU")), MemoryStore()).to_json()[:16]
    b'{"@type":"Group"'
    """

    name = "diplocal.feed.jscalendar"
    version = 3

    def titled(self, title: str, entries: Mapping[str, Rendered]) -> Group:
        """Return the group of these entries."""
        return Group(title, entries)

    def written(self, entry: Entry) -> bytes:
        """Write an entry as an Event."""
        return render_event(entry, self.identity_of(entry), self.policy)


def render_event(entry: Entry, log_id: str, policy: Policy) -> bytes:
    """Render an entry as a JSCalendar Event (RFC 8984, 5.1); what is not known is left out."""
    name = uid(entry.slug, log_id)
    event = {
        "@type": "Event",
        "uid": name,
        "prodId": PRODUCT,
        "created": _utc(entry.created.recorded_micros),
        "updated": _utc(entry.modified.recorded_micros),
        "sequence": entry.sequence,
        "title": writable(entry.summary),
        "description": writable(entry.description),
        "locale": entry.language,
        **_time(entry),
        "status": shown_status(entry, policy).value.lower(),
        "freeBusyStatus": "free",
        "color": entry.colour,
        "keywords": {writable(category): True for category in entry.categories},
        "locations": _locations(entry, name),
        "participants": {inner_uid(name, f"participant/{one.key}"): _participant(one) for one in guests(entry)},
        "links": _links(entry, name),
        "relatedTo": _related(entry.during, log_id),
        f"{OURS}edtf": entry.edtf,
        **_round(entry.engagement),
    }
    return msgspec.json.encode({key: value for key, value in event.items() if value != {}})


def _time(entry: Entry) -> dict[str, object]:
    """Say when: days in no time zone, an instant in its own (RFC 8984, 4.7)."""
    starts, ends = entry.starts, entry.ends
    if not isinstance(starts, pendulum.DateTime):
        return {"start": f"{_day(starts)}T00:00:00", "duration": f"P{entry.days}D", "showWithoutTime": True}
    zone = tzid(starts)
    local = starts if zone else starts.in_timezone("UTC")
    lasts = in_utc(ends) - in_utc(starts) if isinstance(ends, pendulum.DateTime) else timedelta()
    return {
        "start": f"{_day(local)}T{local.hour:02}:{local.minute:02}:{local.second:02}",
        "timeZone": zone or "Etc/UTC",
        "duration": _exact(lasts),
    }


def _exact(length: timedelta) -> str:
    """Write a length in hours and below: a day of RFC 8984, 1.4.6, is as long as the clocks make it."""
    days, rest = divmod(int(length.total_seconds()), 86_400)
    if not days:
        return duration_value(timedelta(seconds=rest)) if rest else "PT0S"
    hours, rest = divmod(days * 86_400 + rest, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"PT{hours}H{f'{minutes}M' if minutes or seconds else ''}{f'{seconds}S' if seconds else ''}"


def _locations(entry: Entry, name: str) -> dict[str, object]:
    if not entry.location:
        return {}
    return {inner_uid(name, "place"): {"@type": "Location", "name": writable(entry.location)}}


def _participant(guest: Guest) -> dict[str, object]:
    """Say who takes part (RFC 8984, 4.4.6), with the role that we know beside the one that every program knows."""
    told = ", ".join(part for part in (guest.office, guest.party) if part) if guest.is_person else ""
    return {
        "@type": "Participant",
        "name": writable(guest.name),
        **({"description": writable(told)} if told else {}),
        "kind": "individual" if guest.is_person else "group",
        "roles": {"attendee": True, **{f"{OURS}{role}": True for role in guest.roles}},
        **({"links": {"wikidata": _link(guest.address)}} if guest.address else {}),
    }


def _links(entry: Entry, name: str) -> dict[str, object]:
    """Return the sources that have an address (RFC 8984, 4.2.7)."""
    return {
        inner_uid(name, f"link/{source.url}"): _link(source.url, title=wording.source(source, entry.names_in))
        for source in entry.engagement.sources
        if source.url
    }


def _link(address: str, *, title: str | None = None) -> dict[str, object]:
    link = {"@type": "Link", "href": uri(address), "rel": "describedby"}
    return {**link, "title": writable(title)} if title else {**link}


def _related(during: str | None, log_id: str) -> dict[str, object]:
    return {uid(during, log_id): {"@type": "Relation", "relation": {"parent": True}}} if during else {}


def _round(engagement: Engagement) -> dict[str, object]:
    of = engagement.round
    return {f"{OURS}series": writable(of.series.name), f"{OURS}round": of.number} if of else {}


def _day(day: pendulum.Date) -> str:
    return f"{day.year:04}-{day.month:02}-{day.day:02}"


def _utc(micros: int) -> str:
    at = instant(micros)
    return f"{_day(at)}T{at.hour:02}:{at.minute:02}:{at.second:02}Z"
