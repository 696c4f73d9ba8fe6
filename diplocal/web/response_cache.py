"""What was answered before, and did not change, is answered again: within bounds, and by what it was made of."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from threading import BoundedSemaphore, Lock
from typing import Protocol
from weakref import ref

import attrs
import pendulum
from starlette.types import ASGIApp, Receive, Scope, Send

from diplocal.errors import DiplocalError
from diplocal.replaying import collector_paused
from diplocal.store import Readable
from diplocal.web.conditional import Content
from diplocal.web.reply import Reply

MOST_BYTES = 32 * 2**20
"""Of contents that are kept."""
AT_ONCE = 2
"""Contents that are made at a time: each has all of its entries in memory, and the interpreter works on one anyway."""
MOST_ADDRESSES = 4_096
"""Addresses that are remembered; then all are forgotten, and learnt again."""


class Locks:
    """Locks by key, so that work for one keeps nobody else waiting; a few keys may share one."""

    def __init__(self, count: int = 64) -> None:
        self._locks = tuple(Lock() for _ in range(count))

    def of(self, key: Hashable) -> Lock:
        """Return the lock of a key."""
        return self._locks[hash(key) % len(self._locks)]


class Contents:
    """Contents by what was asked, each with what it was made of; the one not asked for the longest goes first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._room = most_bytes
        self._lock = Lock()
        """Held to look something up, never while something is made."""
        self._making, self._at_once = Locks(), BoundedSemaphore(AT_ONCE)
        self._kept: OrderedDict[Hashable, tuple[Hashable, Content]] = OrderedDict()

    def get(self, key: Hashable, of: Hashable, make: Callable[[], Content]) -> Content:
        """Return a content that was made of the same before; else make it, compressed and all. One makes, others wait.

        ``key`` says what is asked, and ``of`` which state of the log it is asked of.
        """
        with self._making.of(key):
            with self._lock:
                kept = self._kept.get(key)
                if kept is not None and kept[0] == of:
                    self._kept.move_to_end(key)
                    return kept[1]
            with self._at_once, collector_paused():
                made = make().ready()
            with self._lock:
                self._put(key, of, made)
            return made

    def _put(self, key: Hashable, of: Hashable, content: Content) -> None:
        self._forget(key)
        self._kept[key] = of, content
        self._room -= _size(content)
        while self._room < 0 and self._kept:
            self._forget(next(iter(self._kept)))

    def _forget(self, key: Hashable) -> None:
        if key in self._kept:
            self._room += _size(self._kept.pop(key)[1])


def _size(content: Content) -> int:
    """Count its bytes: the body, and some for the rest."""
    return content.body.kept_bytes + 1000


class OfALog(Protocol):
    """What contents are made of: feeds of a log, for one audience and by one configuration."""

    log: Readable


@attrs.frozen(eq=False)
class Given:
    """What an address gave."""

    feeds: OfALog
    """What it was made of; others take its place with another log or configuration."""
    position: int
    """Up to where the log was read: nothing that came by then changes the content."""
    day: int
    """The day (UTC) on which it was asked for, as an ordinal: cancelled entries leave a feed as days pass."""
    content: "ref[Content]"
    """Not kept for being remembered here: how much is kept is decided where it is kept."""


class Addresses:
    """What public addresses gave."""

    def __init__(self) -> None:
        self._given: dict[Hashable, Given] = {}

    def remember(self, scope: Scope, given: Given) -> None:
        """Remember what a request was answered with."""
        if len(self._given) >= MOST_ADDRESSES:
            self._given.clear()
        self._given[_address(scope)] = given

    def recall(self, scope: Scope) -> Given | None:
        """Return what the same request was answered with."""
        return self._given.get(_address(scope))


class AtOnce:
    """Answers what most requests are for: a public feed that was asked for before, since when nothing was recorded."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        feeds: Callable[[], OfALog],
        now: Callable[[], pendulum.DateTime],
        addresses: Addresses,
    ) -> None:
        self._app, self._feeds, self._now, self._addresses = app, feeds, now, addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3)."""
        content = self._ready(scope) if scope["type"] == "http" else None
        app = self._app if content is None else Reply(content, scope)
        await app(scope, receive, send)

    def _ready(self, scope: Scope) -> Content | None:
        """Return what takes no time: None where there is something to read, or where that fails."""
        given, now = self._addresses.recall(scope), self._now()
        if given is None or given.day != now.toordinal() or given.feeds is not self._feeds():
            return None
        with suppress(DiplocalError):
            content = given.content() if given.feeds.log.position() == given.position else None
            return content.settled(now) if content else None
        return None


def _address(scope: Scope) -> Hashable:
    """Tell apart the addresses that may give something else."""
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    return scope["scheme"], host, scope["path"], scope["query_string"]
