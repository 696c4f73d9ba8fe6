"""What a feed server serves: a log, seen by each audience that somebody may belong to, through a diary of its own."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from threading import Lock
from typing import cast

import pendulum

from diplocal.diary import Diary
from diplocal.diary.place import Awaited, InMemory, place_of
from diplocal.engagements.reports import known_since
from diplocal.errors import NotReady
from diplocal.records import Record
from diplocal.replaying import Instant, end_of
from diplocal.store import EventStore, MemoryStore, Readable, SQLiteStore
from diplocal.store.clock import Clock
from diplocal.web.access import AccessList, Grant
from diplocal.web.config import Config
from diplocal.web.feeds import Feeds
from diplocal.web.preparation import Counted
from diplocal.web.records import Pages

PUBLIC = "public"


class Site:
    """A log with its feeds for each audience. Safe to ask from many threads."""

    def __init__(
        self,
        store: EventStore,
        config: Config,
        *,
        clock: Clock,
        access: AccessList | None = None,
        reported_by: Instant | None = None,
    ) -> None:
        self.config = config
        self.log = store
        """The log as it is open now."""
        self.pages = Pages(store)
        """Of its records, for other logs."""
        self.is_at_hand = isinstance(store, MemoryStore | SQLiteStore)
        """Whether the log answers without a network, so that it may be asked while other requests wait."""
        self.gives_records = reported_by is None
        """Whether it shows its log as it is now, so that other logs may take it in."""
        self._clock = clock
        self._access = access
        self._reported_by = reported_by
        self._lock = Lock()
        self._lost: EventStore | None = None
        self._feeds: dict[str, Feeds] = {}
        with suppress(NotReady):
            self.feeds(PUBLIC).expect_ready()

    def feeds(self, audience: str) -> Feeds:
        """Return the feeds for an audience."""
        feeds = self._feeds.get(audience)
        if feeds is None:
            with self._lock:
                feeds = self._feeds.setdefault(audience, Feeds(self.log, self._diary(audience)))
        return feeds

    def _diary(self, audience: str) -> Diary:
        known = self.log if self._reported_by is None else KnownBy(self.log, end_of(self._reported_by))
        place = place_of(known, audience)
        counted = cast("Readable", Counted(known))
        return Diary(counted, audience=audience, place=place if isinstance(place, InMemory) else Awaited(place))

    def is_lost(self, log: EventStore) -> bool:
        """Tell whether another log was put in the place of one; what was asked of that one may have failed halfway."""
        return self._lost is log or self.log is not log

    def open_again(self, replaced: EventStore) -> None:
        """Open what lies in the place of a log that was replaced, and forget all that was made of that one.

        Raises what opening raises; then the next request tries again.
        """
        with self._lock:
            if self.log is replaced and isinstance(replaced, SQLiteStore):
                self._lost = replaced
                self.log = replaced.reopen()
                self.pages, self._feeds = Pages(self.log), {}

    def reconfigure(self, config: Config) -> None:
        """Serve by another configuration from now on, and forget all that was made by the last one."""
        with self._lock:
            self.config, self._feeds = config, {}
        with suppress(NotReady):
            self.feeds(PUBLIC).expect_ready()

    def follow(self) -> Iterator[str]:
        """Bring all feeds that somebody asked for up to the log; yield each audience whose feeds are there."""
        for audience, feeds in list(self._feeds.items()):
            feeds.follow()
            yield audience

    def holder(self, token: str) -> Grant | None:
        """Return what a token opens, None when it opens nothing."""
        return self._access.holder(token) if self._access else None

    def now(self) -> pendulum.DateTime:
        """Tell the time, in UTC."""
        return self._clock().in_timezone("UTC")


class KnownBy:
    """A log without what the public could not know by an instant."""

    is_partial = True
    """It counts what it does not show: numbers of records are those of the log."""

    def __init__(self, log: Readable, cutoff: int) -> None:
        self._log, self._cutoff = log, cutoff
        self.log_id = log.log_id
        self.position, self.position_at, self.digest_at = log.position, log.position_at, log.digest_at
        self.count = log.count

    def read(
        self,
        *,
        after: int = 0,
        upto: int | None = None,
        streams: Collection[str] | None = None,
        types: Collection[str] | None = None,
        audience: str | None = None,
    ) -> Iterator[Record]:
        """Iterate the records in order of position."""
        return self._known(self._log.read(after=after, upto=upto, streams=streams, types=types, audience=audience))

    def read_by_stream(self, *, upto: int | None = None, audience: str | None = None) -> Iterator[Record]:
        """Iterate the records stream by stream."""
        return self._known(self._log.read_by_stream(upto=upto, audience=audience))

    def _known(self, records: Iterator[Record]) -> Iterator[Record]:
        return (record for record in records if known_since(record.event, record.first_recorded_micros) <= self._cutoff)
