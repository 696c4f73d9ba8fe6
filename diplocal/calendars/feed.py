"""A feed that people subscribe to: a projection whose state holds the bytes of each entry.

The same events give the same bytes, in any process. One new event renders one entry anew. ``Feed`` is flat, as every
reader takes it: no METHOD, no VCALENDAR UID, no nested components; ``RichFeed`` is for programs that read more.
"""

from collections.abc import Mapping
from copy import copy
from itertools import chain
from typing import Any, ClassVar, NamedTuple, Self, TypeVar

import attrs
import msgspec
import pendulum

from diplocal.calendars.entry import Entry, entry_of
from diplocal.calendars.policy import STANDARD, Policy
from diplocal.calendars.render import render_entry, render_header, render_item_header
from diplocal.calendars.rich import render_rich_entry
from diplocal.calendars.timezones import vtimezone
from diplocal.calendars.wording import ENGLISH, Wording
from diplocal.checks import expect
from diplocal.engagements import Engagement
from diplocal.engagements.fold import how_many
from diplocal.errors import InvalidValue
from diplocal.names.parties import labelled
from diplocal.projections.filters import Filter
from diplocal.projections.lines import Lines
from diplocal.projections.listing import table
from diplocal.projections.selection import Selection
from diplocal.projections.view import View
from diplocal.wording import Language, nearest_language

NO_LOG = "00000000-0000-0000-0000-000000000000"
"""Identity of a list of records that is no log (the nil UUID of RFC 9562, 5.9)."""
END = b"END:VCALENDAR\r\n"
NO_DAY = pendulum.date(1970, 1, 1)
"""Of a feed that has no entry yet, which holds a time zone: a calendar has at least one component (RFC 5545, 3.6)."""


class Rendered(NamedTuple):
    """One entry of a feed, ready to be sent."""

    starts: int
    """Its first day, as an ordinal (1 is 0001-01-01): entries are in this order."""
    slug: str
    gone_after: int | None
    """Of a cancelled entry: the last day on which the feed shows it, as an ordinal."""
    zones: tuple[str, ...]
    """The named time zones that it needs."""
    ends: int
    ical: bytes
    """The entry in the feed's form: a VEVENT, or of a feed in JSCalendar, an Event."""


@attrs.frozen
class Entries:
    """The entries of a feed as of some position of the log."""

    title: str
    entries: Mapping[str, Rendered] = attrs.field(repr=how_many)
    """By the engagement's slug."""

    def shown(self, *, on: pendulum.Date | None = None) -> list[Rendered]:
        """List the entries that the feed shows on a day, soonest first."""
        day = 0 if on is None else on.toordinal()
        return sorted(one for one in self.entries.values() if one.gone_after is None or day <= one.gone_after)

    def __len__(self) -> int:
        return len(self.entries)

    def _repr_html_(self) -> str:
        rows = ((pendulum.Date.fromordinal(one.starts).isoformat(), one.slug) for one in self.shown())
        return table(Lines((nearest_language("en")("field.when"), self.title), rows, len(self)))


@attrs.frozen
class Calendar(Entries):
    """A feed as of some position of the log: ``to_ical()`` gives the bytes to write to a file or to send."""

    def to_ical(self, *, on: pendulum.Date | None = None) -> bytes:
        """Return the feed as iCalendar (RFC 5545), UTF-8.

        ``on`` is the day for which it is asked: entries that were cancelled long before are left out by the feed's
        policy. Without it, they all stay.
        """
        shown = self.shown(on=on)
        zones = b"".join(_timezones(shown)) if shown else vtimezone("UTC", NO_DAY, NO_DAY)
        return b"".join(chain((render_header(self.title), zones), (entry.ical for entry in shown), (END,)))

    def item(self, entry: Rendered) -> bytes:
        """Return one entry as a calendar of its own, as a calendar collection keeps it (RFC 4791, 4.1)."""
        return b"".join((render_item_header(), *_timezones([entry]), entry.ical, END))


A = TypeVar("A", bound=Entries)


class FeedAs(View[Rendered, A]):
    """A feed in some form: which entries it has is the same in any."""

    row_type: ClassVar[Any] = Rendered

    def __init__(
        self,
        *,
        title: str | None = None,
        state: str | None = None,
        pair: tuple[str, str] | None = None,
        person: str | None = None,
        policy: Policy = STANDARD,
        wording: Wording = ENGLISH,
        log_id: str | None = None,
    ) -> None:
        if not isinstance(title, str | None):
            raise InvalidValue("title", title, "a text, or None for one that says who takes part")
        if not isinstance(policy, Policy):
            raise InvalidValue("policy", policy, "a policy, such as Policy(cancelled_for_days=14)")
        if not hasattr(wording, "language"):
            raise InvalidValue("wording", wording, "the words of a language, such as calendars.InLanguage('fr')")
        expect("log_id", log_id, "the identity of a log, such as log.log_id", str, type(None))
        self.scope = Filter(who=Selection.of(state=state, pair=pair, person=person))
        self.title = title or _title(self.scope.who, person, nearest_language(wording.language))
        self.policy = policy
        self.wording = wording
        """The language that its entries are told in; dates, status and identity are the same in any."""
        self.log_id = log_id or NO_LOG
        """Identity of the log."""
        self._keeps_to = log_id
        self._chosen = {"state": state, "pair": pair, "person": person, "title": title}

    @property
    def parameters(self) -> str:
        """What the rendered entries depend on, beside the log."""
        return msgspec.json.encode(
            {
                **self._chosen,
                "policy": msgspec.structs.asdict(self.policy),
                "language": self.wording.language,
                "log": self.log_id,
            },
            order="deterministic",
        ).decode()

    def of_log(self, log_id: str) -> Self:
        """Return the same feed for the log of this identity, unless it was made for one."""
        if self._keeps_to:
            return self
        made = copy(self)
        made.log_id = log_id
        return made

    def identity_of(self, entry: Entry) -> str:
        """Return the identity by which the UIDs of an entry are unique in the world: of the log that recorded it first.

        So all logs that hold a report of it call it by the same name. A feed that was made for a log keeps to that one.
        """
        return self._keeps_to or entry.engagement.origin or self.log_id

    def row(self, engagement: Engagement) -> Rendered | None:
        """Render an engagement, if it belongs into this feed."""
        if not self.scope.who.takes(engagement.parties, engagement.people):
            return None
        entry = entry_of(engagement, self.wording)
        if entry is None or (entry.is_vague and entry.days > self.policy.vague_up_to_days):
            return None
        return self._rendered(entry)

    def read(self, value: Mapping[str, Rendered]) -> A:
        """Return the feed's entries under its title."""
        return self.titled(self.title, value)

    def titled(self, title: str, entries: Mapping[str, Rendered]) -> A:
        """Return entries that this feed rendered, under a title."""
        raise NotImplementedError

    def written(self, entry: Entry) -> bytes:
        """Write an entry in the feed's form: a pure function of the entry, the log's identity and the policy."""
        raise NotImplementedError

    def _rendered(self, entry: Entry) -> Rendered:
        last = entry.last_day.toordinal()
        starts = pendulum.date(entry.starts.year, entry.starts.month, entry.starts.day).toordinal()
        return Rendered(
            starts=starts,
            slug=entry.slug,
            gone_after=last + self.policy.cancelled_for_days if entry.is_cancelled else None,
            zones=entry.zones,
            ends=last,
            ical=self.written(entry),
        )


class Feed(FeedAs[Calendar]):
    """The calendar of everything, or of a state, a pair or a person.

    ``state`` and the two of a ``pair`` are codes; ``person`` is a name or a Wikidata id. ``policy`` says which entries
    are shown, ``wording`` in which language; with a ``log_id``, the UIDs of all entries are made from it. Its answer is
    a Calendar; the same records give the same bytes, in whatever log and order they are.

    >>> from diplocal.replaying import replay
    >>> from diplocal.store import MemoryStore
    >>> calendar = replay(Feed(pair=("CN", "RU")), MemoryStore())
    >>> print(calendar.title)
    Diplomatic calendar: China – Russia
    >>> calendar.to_ical()[:15]
    b'BEGIN:VCALENDAR'
    """

    name = "diplocal.feed"
    version = 5
    """Raised when entries are rendered otherwise: tests/golden has a feed as each version renders it."""

    def titled(self, title: str, entries: Mapping[str, Rendered]) -> Calendar:
        """Return the calendar of these entries."""
        return Calendar(title, entries)

    def written(self, entry: Entry) -> bytes:
        """Write an entry as a VEVENT, flat."""
        return render_entry(entry, self.identity_of(entry), self.policy)


class RichFeed(Feed):
    """The same feed for programs that read RFC 9073 and RFC 9253: who takes part, where, and by whose word.

    Its entries have all that those of ``Feed`` have, and then participants and places as components, sources as links.
    Most calendar programs look at nothing of that, and some refuse it: offer it beside the flat feed.

    >>> from diplocal.replaying import replay
    >>> from diplocal.store import MemoryStore
    >>> len(replay(RichFeed(state="CN"), MemoryStore()))
    0
    """

    name = "diplocal.feed.rich"
    version = 4

    def written(self, entry: Entry) -> bytes:
        """Write an entry as a VEVENT with components in it."""
        return render_rich_entry(entry, self.identity_of(entry), self.policy)


def _timezones(shown: list[Rendered]) -> list[bytes]:
    needed: dict[str, tuple[int, int]] = {}
    for entry in shown:
        for zone in entry.zones:
            first, last = needed.get(zone, (entry.starts, entry.ends))
            needed[zone] = min(first, entry.starts), max(last, entry.ends)
    return [
        vtimezone(zone, pendulum.Date.fromordinal(first), pendulum.Date.fromordinal(last))
        for zone, (first, last) in sorted(needed.items())
    ]


def _title(selection: Selection, person: str | None, language: Language) -> str:
    """Name a calendar after who takes part: 'Diplomatic calendar: China – Russia'."""
    names = [language.party(labelled(code, None)) for code in sorted(selection.parties)]
    names += [language.printed(person)] if person else []
    title = language("site.title")
    return language("line", name=title, value=" – ".join(names)) if names else title
