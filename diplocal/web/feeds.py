"""The feeds of a log for one audience, as the diary has them: a new event renders one entry anew, in its own feeds."""

from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from functools import lru_cache
from itertools import islice
from threading import Lock
from typing import Any, NamedTuple, TypeVar

import attrs
import pendulum

from diplocal.calendars import InLanguage, Policy
from diplocal.calendars.feed import Entries, FeedAs, Rendered
from diplocal.diary import Diary
from diplocal.engagements import Change, Engagement, Report, Status
from diplocal.engagements.engagement import COUNTED, Stamp
from diplocal.engagements.fold import tells_alias
from diplocal.errors import NotReady
from diplocal.events.erasure import NameErased
from diplocal.projections.filters import Filter
from diplocal.records import instant
from diplocal.store import Readable
from diplocal.web.feed_spec import FeedSpec
from diplocal.web.formats import newest
from diplocal.web.index import EVERYTHING_SHOWN, Index, WhoAndWhat
from diplocal.web.left_out import LeftOut
from diplocal.web.preparation import PATIENCE, Counted, Preparation
from diplocal.web.response_cache import Contents
from diplocal.web.summary import FeedSummary
from diplocal.wording import Language

A = TypeVar("A", bound=Entries)

FEEDS_KEPT = 1_024
"""Feeds of which it is remembered when they changed; the one not asked for the longest goes first."""
ENTRIES_KEPT = 16_384
"""Rendered entries that are kept, of a kilobyte each or so."""
MOST_RECORDS = 1_000
"""New records among which is looked for what they changed; after more at once, every feed counts as changed."""
BATCHES_KEPT = 256
READ_AT_ONCE = 1_000
"""Engagements that are gone whose reports are read together."""
GONE = Filter(statuses=frozenset(Status) - COUNTED)


class Version(NamedTuple):
    """Up to where a log was read: its last record's position, and digest."""

    position: int
    digest: bytes


@attrs.frozen
class FeedContents:
    """What a feed has: the engagements that its filter takes, as they have been since some version of the log."""

    spec: FeedSpec
    since: Version
    """No record after it changed them."""
    seen: Version
    """The version at which that was seen."""
    position: int
    """Up to where the log was read then: what came after ``seen`` is not for this audience."""
    changed_at: pendulum.DateTime | None
    """When they last changed at the latest, in UTC; None of a log without any record."""


class Followed(NamedTuple):
    """How far a log was followed, for one audience."""

    version: Version
    """Up to where it is read."""
    at: Version
    """What there was to see, it was at this version: nothing that the audience may see came after it."""
    recorded: pendulum.DateTime | None
    """When the last record that the audience may see was recorded, in UTC."""
    changes: list[Change]
    """What changed since it was followed last."""


class Journal:
    """What new records changed, for as long as a server follows a log: so a feed knows whether it is concerned.

    Records that the audience may not see leave no trace in it, however many they are.
    """

    def __init__(self, diary: Diary, forget: Callable[[], None]) -> None:
        self._diary, self._forget = diary, forget
        self._lock = Lock()
        self._batches: deque[tuple[Version, list[Change]]] = deque(maxlen=BATCHES_KEPT)
        """Each with the version after which its records came."""
        self._read: Version | None = None
        self._at: Version | None = None

    def follow(self) -> Followed:
        """Return how far the log has come, and what changed since the last call."""
        if not self._lock.acquire(timeout=PATIENCE):  # there is much that is new, and another request takes it in
            raise NotReady
        try:
            found = self._diary.checkpoint
            now, at, changes = Version(found.position, found.digest), self._at, list[Change]()
            came = 0 if now == self._read else self._came(now)
            if at is None or came > MOST_RECORDS:
                self._batches.clear()
                self._forget()
                at = now
            elif came and self._read is not None:
                changes = self._diary.touched(self._read.position)
                self._batches.append((at, changes))
                at = now
            self._read, self._at = now, at
            return Followed(now, at, instant(found.recorded_micros) if found.recorded_micros else None, changes)
        finally:
            self._lock.release()

    def since(self, version: Version) -> list[Change] | None:
        """Return what changed after a version that ``follow`` was at; None when that is not remembered."""
        with self._lock:
            if version == self._at:
                return []
            later = [batch for after, batch in self._batches if after.position >= version.position]
            is_known = any(after == version for after, _ in self._batches)
        return [change for batch in later for change in batch] if is_known else None

    def _came(self, now: Version) -> int:
        """Count the new records that the audience may see; too many where nothing made so far holds."""
        log, read = self._diary.log, self._read
        if read is None or read.position > now.position or log.digest_at(read.position) != read.digest:
            return MOST_RECORDS + 1
        new = log.read(after=read.position, upto=now.position, audience=self._diary.audience)
        kinds = [type(record.event) for record in islice(new, MOST_RECORDS + 1)]
        return MOST_RECORDS + 1 if NameErased in kinds else len(kinds)


class Renderings:
    """The bytes of entries that were rendered last, by form and language and by what is understood of an engagement."""

    def __init__(self, most: int = ENTRIES_KEPT) -> None:
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, Rendered | None] = OrderedDict()

    def of(self, feed: FeedAs[Any], engagement: Engagement) -> Rendered | None:
        """Return the entry of an engagement in a feed that takes all, None when it has none there."""
        stamps = engagement.first.position, engagement.last, engagement.revisions, engagement.status
        key = type(feed), feed.policy, feed.wording.language, engagement.slug, stamps
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = feed.row(engagement)
        with self._lock:
            self._kept[key] = made
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made


class Feeds:
    """The feeds of a log for one audience. Safe to ask from many threads."""

    def __init__(self, log: Readable, diary: Diary) -> None:
        self.log, self.diary = log, diary
        self.left_out = LeftOut()
        self.responses = Contents()
        self._journal = Journal(diary, self._forget)
        self._lock = Lock()
        self._known: OrderedDict[FeedSpec, FeedContents] = OrderedDict()
        self._renderings = Renderings()
        self._gone: dict[str, tuple[Stamp, Change | None]] = {}
        """How each that is gone went, and what was known of it last when that was seen."""
        self._index = lru_cache(maxsize=1)(self._counted)
        self.preparation = Preparation(lambda: self._index(self._journal.follow().at))
        """Of the diary, and of the counts that names are looked up in."""

    def expect_ready(self) -> None:
        """Have the diary made unless it is there, and wait a while. Raises NotReady when that was not enough."""
        self.preparation.expect_done(PATIENCE)

    def progress(self) -> float:
        """Return which part of what the audience may see has been read to make the diary, from 0 to 1."""
        log = self.diary.log
        return log.share(self.diary.audience) if isinstance(log, Counted) else 0.0

    def follow(self) -> tuple[Version, pendulum.DateTime | None]:
        """Return since when there is what there is to see, and when its last record was recorded."""
        followed = self._followed()
        return followed.at, followed.recorded

    def _followed(self) -> Followed:
        followed = self._journal.follow()
        self.left_out.forget(change.slug for change in followed.changes)
        return followed

    def _forget(self) -> None:
        """Drop what was rendered: a name that was erased may be in it. What is being rendered goes with the old."""
        self.responses, self._renderings, self._gone = Contents(), Renderings(), {}
        self.left_out.forget(self.left_out.reasons())

    def index(self) -> Index:
        """Return who and what there is now."""
        return self._index(self.follow()[0])

    def _counted(self, _version: Version) -> Index:
        index: Index
        index, _ = self.diary.answer(WhoAndWhat(), FeedSummary(EVERYTHING_SHOWN))
        return index

    def contents(self, spec: FeedSpec) -> FeedContents:
        """Return what a feed has now, and since when."""
        version, at, recorded, _ = self._followed()
        with self._lock:
            kept = self._known.get(spec)
        now = FeedContents(spec, at, at, version.position, recorded)
        if kept is not None and not self._is_changed(kept):
            now = attrs.evolve(now, since=kept.since, changed_at=kept.changed_at)
        with self._lock:
            self._known[spec] = now
            self._known.move_to_end(spec)
            if len(self._known) > FEEDS_KEPT:
                self._known.popitem(last=False)
        return now

    def _is_changed(self, kept: FeedContents) -> bool:
        changes = self._journal.since(kept.seen)
        if changes is None:
            return True
        touched = [one for change in changes for one in change[1:] if one]
        is_renamed = kept.spec.filter.who.person is not None and any(map(tells_alias, touched))
        return is_renamed or any(map(self.diary.knowing(kept.spec.filter).takes, touched))

    def engagements(self, contents: FeedContents) -> Iterator[Engagement]:
        """Yield the engagements of a feed, in no order, as they were when they were last seen to be so."""
        return self.diary.as_of(known_at=contents.seen.position).iterate(contents.spec.filter)

    def last_changes(self, contents: FeedContents, count: int) -> list[Change]:
        """Return the last changes of a feed, the newest first: of what it has, and of what it had and is gone."""
        diary = self.diary.as_of(known_at=contents.seen.position)
        gone, chosen = self._gone, diary.knowing(contents.spec.filter)
        last_of = {one.slug: one.last for one in diary.iterate(GONE)}
        news = [slug for slug, last in last_of.items() if slug not in gone or gone[slug][0] != last]
        while few := news[:READ_AT_ONCE]:
            del news[:READ_AT_ONCE]
            found = {one.slug: one for one in diary.last_changes(*few)}
            gone.update({slug: (last_of[slug], found.get(slug)) for slug in few})
        went = (gone[slug][1] for slug in last_of)
        had = [one for one in went if one is not None and one.before is not None and chosen.takes(one.before)]
        has = newest(self.engagements(contents), count)
        whole = {one.slug: one for one in (*had, *diary.last_changes(*(one.slug for one in has)))}
        of_each = {slug: one.after for slug, one in whole.items() if one.after is not None}
        return [self._told(whole[one.slug], diary, chosen) for one in newest(of_each.values(), count)]

    def _told(self, change: Change, diary: Diary, chosen: Filter) -> Change:
        """Return a change without the name of what took something in, where a feed does not have that."""
        into = diary.get(change.after.absorbed_into) if change.after and change.after.absorbed_into else None
        if change.after is None or into is None or chosen.takes(into):
            return change
        return change._replace(after=attrs.evolve(change.after, absorbed_into=None))

    def rendered(
        self, form: type[FeedAs[A]], engagements: Iterable[Engagement], title: str, policy: Policy, words: Language
    ) -> A:
        """Return engagements as a feed of some form, whose entries are told in a language."""
        feed = form(policy=policy, wording=InLanguage(words.tag)).of_log(self.log.log_id)
        renderings = self._renderings
        entries = self.left_out.each(engagements, lambda one: renderings.of(feed, one))
        return feed.titled(title, {one.slug: entry for one, entry in entries if entry is not None})

    def left_out_of(self, chosen: Filter) -> list[str]:
        """Name the engagements that a filter takes and that could not be shown when they were last asked for."""
        chosen = self.diary.knowing(chosen)
        found = ((slug, self.diary.get(slug)) for slug in self.left_out.reasons())
        return [slug for slug, engagement in found if engagement is not None and chosen.takes(engagement)]

    def reports(self, slugs: Collection[str]) -> dict[str, tuple[Report, ...]]:
        """Return the reports about engagements and their duplicates, in order."""
        found = self.diary.about(*slugs)
        return {slug: found.joined_reports(found.duplicates.root(slug)) for slug in slugs}


def last_change(contents: FeedContents, calendar: Entries, on: pendulum.Date) -> pendulum.DateTime | None:
    """Return when a feed's bytes last changed at the latest: by a record, or as a cancelled entry left it."""
    ends = (entry.gone_after + 1 for entry in calendar.entries.values() if entry.gone_after is not None)
    gone = max((day for day in ends if day <= on.toordinal()), default=None)
    left = [_midnight(gone)] if gone else []
    return max([*left, *([contents.changed_at] if contents.changed_at else [])], default=None)


def _midnight(ordinal: int) -> pendulum.DateTime:
    day = pendulum.Date.fromordinal(ordinal)
    return pendulum.datetime(day.year, day.month, day.day)
