"""What a feed server serves: a log, seen by each audience that somebody may belong to."""

from threading import Lock

import pendulum

from diplocal.replaying import Instant
from diplocal.store import EventStore, MemoryStore, SQLiteStore
from diplocal.store.clock import Clock
from diplocal.web.access import AccessList, Grant
from diplocal.web.config import Config
from diplocal.web.feeds import Feeds
from diplocal.web.live import Live

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
        self.is_at_hand = isinstance(store, MemoryStore | SQLiteStore)
        """Whether the log answers without a network, so that it may be asked while other requests wait."""
        self._store = store
        self._clock = clock
        self._access = access
        self._reported_by = reported_by
        self._lock = Lock()
        self._feeds: dict[str, Feeds] = {}
        self.feeds(PUBLIC)

    def feeds(self, audience: str) -> Feeds:
        """Give the feeds for an audience; the first time, they are folded from the log, and no others wait for it."""
        feeds = self._feeds.get(audience)
        return feeds if feeds is not None else self._begun(audience)

    def _begun(self, audience: str) -> Feeds:
        with self._lock:
            if audience not in self._feeds:
                self._feeds[audience] = Feeds(Live(self._store, audience, reported_by=self._reported_by))
            return self._feeds[audience]

    def holder(self, token: str) -> Grant | None:
        """Give what a token opens, None when it opens nothing."""
        return self._access.holder(token) if self._access else None

    def now(self) -> pendulum.DateTime:
        """Tell the time, in UTC."""
        return self._clock().in_timezone("UTC")
