"""What was answered before, and did not change, is answered again before anything else is looked at."""

from collections.abc import Hashable
from contextlib import suppress
from weakref import ref

import attrs
from starlette.types import ASGIApp, Receive, Scope, Send

from diplocal.errors import DiplocalError
from diplocal.web.conditional import Content
from diplocal.web.live import Known
from diplocal.web.reply import Reply
from diplocal.web.site import PUBLIC, Site

MOST = 4_096
"""Addresses that are remembered; then all are forgotten, and learnt again."""


@attrs.frozen(eq=False)
class Given:
    """What an address gave."""

    known: Known
    """What was known then."""
    day: int
    """The day (UTC) on which it was asked for, as an ordinal: cancelled entries leave a feed as days pass."""
    content: "ref[Content]"
    """Not kept for being remembered here: how much is kept is decided where it is kept."""


class Memory:
    """What public addresses gave."""

    def __init__(self) -> None:
        self._given: dict[Hashable, Given] = {}

    def remember(self, scope: Scope, known: Known, day: int, content: Content) -> None:
        """Remember what a request was answered with."""
        if len(self._given) >= MOST:
            self._given.clear()
        self._given[_address(scope)] = Given(known, day, ref(content))

    def recall(self, scope: Scope) -> Given | None:
        """Give what the same request was answered with."""
        return self._given.get(_address(scope))


class AtOnce:
    """Answers what most requests are for: a public feed that was asked for before and did not change."""

    def __init__(self, app: ASGIApp, *, site: Site, memory: Memory) -> None:
        self._app, self._site, self._memory = app, site, memory

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3)."""
        content = self._ready(scope) if scope["type"] == "http" else None
        app = self._app if content is None else Reply(content, scope)
        await app(scope, receive, send)

    def _ready(self, scope: Scope) -> Content | None:
        """Give what takes no time: None where somebody folds, where something is to be folded, or where that fails."""
        given, now = self._memory.recall(scope), self._site.now()
        if given is None or given.day != now.toordinal():
            return None
        with suppress(DiplocalError):
            content = given.content() if given.known is self._site.feeds(PUBLIC).live.current() else None
            return content.settled(now) if content else None
        return None


def _address(scope: Scope) -> Hashable:
    """Tell apart the addresses that may give something else."""
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    return scope["scheme"], host, scope["path"], scope["query_string"]
