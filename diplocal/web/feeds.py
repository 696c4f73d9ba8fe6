"""The feeds of a log for one audience, kept ready: a new event renders one entry, and whoever asks again gets it."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from threading import Lock
from typing import Any, Generic, TypeVar

import attrs
import pendulum
from immutables import Map

from diplocal.calendars import Calendar, Feed, InLanguage, Policy
from diplocal.calendars.feed import Entries, FeedAs, Rendered
from diplocal.engagements import Change, Engagement
from diplocal.records import instant
from diplocal.replaying import collector_paused
from diplocal.web.choices import Choice
from diplocal.web.conditional import Content
from diplocal.web.live import Known, Live, changes
from diplocal.wording import Language

A = TypeVar("A", bound=Entries)

FEEDS_KEPT = 256
"""How many feeds are kept chosen; the one not asked for the longest goes first."""
CONTENTS_KEPT = 64 * 2**20
"""Bytes of answers that are kept ready."""


@attrs.frozen(eq=False)
class Chosen:
    """The engagements of a feed, and what was known when they last changed."""

    choice: Choice
    known: Known
    engagements: Map[str, Engagement]

    def moved(self, changed: Iterable[Change], known: Known) -> "Chosen":
        """Give the same feed after engagements changed; the same object when nothing in it did."""
        rows = self.engagements.mutate()
        own = [change for change in changed if self._concerns(change)]
        for slug, _, after in own:
            if after is not None and self.choice.takes(after):
                rows[slug] = after
            else:
                del rows[slug]
        return Chosen(self.choice, known, rows.finish()) if own else self

    def _concerns(self, change: Change) -> bool:
        return change.slug in self.engagements or (change.after is not None and self.choice.takes(change.after))


def choose(choice: Choice, known: Known) -> Chosen:
    """Choose the engagements of a feed from all that is known."""
    return Chosen(choice, known, Map()).moved(changes(Known(), known), known)


class Rendering(Generic[A]):
    """The bytes of each entry; an engagement that changed is rendered anew, when it is asked for.

    Safe to ask from many threads: at the worst, two render the same.
    """

    def __init__(self, feed: FeedAs[A]) -> None:
        self._feed = feed
        self._entries: dict[str, tuple[Engagement, Rendered | None]] = {}

    def feed(self, title: str, engagements: Mapping[str, Engagement]) -> A:
        """Give the feed of these engagements."""
        rendered = ((slug, self._entry(slug, engagement)) for slug, engagement in engagements.items())
        return self._feed.titled(title, {slug: entry for slug, entry in rendered if entry is not None})

    def _entry(self, slug: str, engagement: Engagement) -> Rendered | None:
        known = self._entries.get(slug)
        if known is None or known[0] is not engagement:
            known = self._entries[slug] = engagement, self._feed.row(engagement)
        return known[1]


class Locks:
    """Locks by key, so that work for one keeps nobody else waiting; a few keys may share one."""

    def __init__(self, count: int = 64) -> None:
        self._locks = tuple(Lock() for _ in range(count))

    def of(self, key: Hashable) -> Lock:
        """Give the lock of a key."""
        return self._locks[hash(key) % len(self._locks)]


class Feeds:
    """The feeds of a log for one audience. Safe to ask from many threads, of which only one does the same work."""

    def __init__(self, live: Live) -> None:
        self.live = live
        self._lock = Lock()
        """Held to look something up, never while something is made."""
        self._choosing, self._making = Locks(), Locks()
        self._chosen: OrderedDict[Choice, tuple[Known, Chosen]] = OrderedDict()
        self._renderings: dict[tuple[type[FeedAs[Any]], Policy, Language], Rendering[Any]] = {}
        self._contents = Contents(CONTENTS_KEPT)

    def chosen(self, choice: Choice) -> Chosen:
        """Give a feed's engagements as they are known now."""
        with self._choosing.of(choice):
            known = self.live.known()
            with self._lock:
                before = self._chosen.get(choice)
            with collector_paused():
                now = _chosen(choice, known, before)
            with self._lock:
                self._chosen[choice] = known, now
                self._chosen.move_to_end(choice)
                while len(self._chosen) > FEEDS_KEPT:
                    self._chosen.popitem(last=False)
            return now

    def calendar(self, engagements: Mapping[str, Engagement], title: str, policy: Policy, words: Language) -> Calendar:
        """Give engagements as a calendar whose entries are told in a language."""
        return self.in_form(Feed, engagements, title, policy, words)

    def in_form(
        self,
        form: type[FeedAs[A]],
        engagements: Mapping[str, Engagement],
        title: str,
        policy: Policy,
        words: Language,
    ) -> A:
        """Give engagements as a feed of some form, whose entries are told in a language."""
        with self._lock:
            rendering = self._renderings.get((form, policy, words))
            if rendering is None:
                rendering = Rendering(form(policy=policy, wording=InLanguage(words.tag), log_id=self.live.log_id))
                self._renderings[form, policy, words] = rendering
        known: Rendering[A] = rendering
        return known.feed(title, engagements)

    def content(self, key: Hashable, of: object, make: Callable[[], Content]) -> Content:
        """Give a content that was made of the same object before, or make it, compressed and all."""
        with self._making.of(key):
            with self._lock:
                kept = self._contents.get(key, of)
            if kept is not None:
                return kept
            with collector_paused():
                made = make()
            made.body.prepare()
            with self._lock:
                self._contents.put(key, of, made)
            return made


def _chosen(choice: Choice, known: Known, before: tuple[Known, Chosen] | None) -> Chosen:
    """Choose the engagements of a feed, by what changed since before where it was chosen before."""
    if before is None:
        return choose(choice, known)
    seen, chosen = before
    return chosen if seen is known else chosen.moved(changes(seen, known), known)


class Contents:
    """Answers kept ready, up to so many bytes; what was not asked for the longest goes first."""

    def __init__(self, most_bytes: int) -> None:
        self._room = most_bytes
        self._kept: OrderedDict[Hashable, tuple[object, Content]] = OrderedDict()

    def get(self, key: Hashable, of: object) -> Content | None:
        """Give what was kept under a key, if it was made of this very object."""
        kept = self._kept.get(key)
        if kept is None or kept[0] is not of:
            return None
        self._kept.move_to_end(key)
        return kept[1]

    def put(self, key: Hashable, of: object, content: Content) -> None:
        """Keep a content, in place of an earlier one under the same key."""
        self._forget([key] if key in self._kept else [])
        self._kept[key] = of, content
        self._room -= _size(content)
        while self._room < 0 and self._kept:
            self._forget([next(iter(self._kept))])

    def _forget(self, keys: Iterable[Hashable]) -> None:
        for key in keys:
            self._room += _size(self._kept.pop(key)[1])


def _size(content: Content) -> int:
    """Count its bytes: the body, the body compressed, and some for the rest."""
    return 2 * len(content.body) + 1000


def last_change(chosen: Chosen, calendar: Entries, on: pendulum.Date) -> pendulum.DateTime | None:
    """Tell when a feed's bytes last changed at the latest: by a record, or as a cancelled entry left it."""
    ends = (entry.gone_after + 1 for entry in calendar.entries.values() if entry.gone_after is not None)
    gone = max((day for day in ends if day <= on.toordinal()), default=None)
    left = [_midnight(gone)] if gone else []
    recorded = [instant(chosen.known.recorded_micros)] if chosen.known.recorded_micros else []
    return max(left + recorded, default=None)


def _midnight(ordinal: int) -> pendulum.DateTime:
    day = pendulum.Date.fromordinal(ordinal)
    return pendulum.datetime(day.year, day.month, day.day)
