"""Follows a log on a server, so that what was recorded is understood before a reader asks for it."""

import logging
from contextlib import suppress
from threading import Event, Thread
from time import monotonic

from diplocal.errors import DiplocalError
from diplocal.store.contract import Waitable
from diplocal.web.observed import LAG
from diplocal.web.site import PUBLIC, Site

SECONDS = 5.0
"""For which the log is waited for at a time."""
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0
"""Seconds after a failure; twice as long after each that follows."""
_log = logging.getLogger(__name__)


class Follower(Thread):
    """Brings the feeds of a site up to its log whenever that grows; a lost server is tried again, ever less often."""

    def __init__(self, site: Site) -> None:
        super().__init__(name="follower", daemon=True)
        self._site = site
        self._ended = Event()

    def run(self) -> None:
        """Follow until ``end`` is called."""
        position, pause = 0, FIRST_PAUSE
        with suppress(DiplocalError):  # who asks is told
            self._site.feeds(PUBLIC).preparation.expect_done(None)
        while not self._ended.is_set():
            log = self._site.log
            if not isinstance(log, Waitable):
                return
            try:
                position = self._followed(log.wait(position, SECONDS), position)
                pause = FIRST_PAUSE
            except Exception as error:  # noqa: BLE001 - a thread that ends follows nothing any more, and tells nobody
                is_ours = isinstance(error, DiplocalError)
                _log.warning("the log is not followed for %.1f seconds: %s", pause, error, exc_info=not is_ours)
                self._ended.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    def end(self) -> None:
        """End it, when it has waited."""
        self._ended.set()

    def _followed(self, end: int, position: int) -> int:
        if end > position:
            begun = monotonic()
            for audience in self._site.follow():
                LAG.record(monotonic() - begun, {"diplocal.audience": audience})
        return end
