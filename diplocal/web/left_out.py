"""What could not be shown: one entry that cannot be drawn or described is left out, named, and stops no other."""

import logging
from collections.abc import Callable, Iterable, Iterator
from threading import Lock
from typing import TypeVar

from diplocal.engagements import Engagement
from diplocal.errors import LogReplaced, NotReachable, NotReadable, NotReady

R = TypeVar("R")

MOST = 1_000
"""Engagements that are remembered; of any others only the server's log tells."""
_log = logging.getLogger(__name__)


class LeftOut:
    """The engagements that an answer was given without, and why. Safe to ask from many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._reasons: dict[str, tuple[int, str]] = {}

    def each(
        self, engagements: Iterable[Engagement], make: Callable[[Engagement], R]
    ) -> Iterator[tuple[Engagement, R]]:
        """Yield each engagement with what is made of it; one of which nothing can be made is left out."""
        for engagement in engagements:
            try:
                made = make(engagement)
            except (LogReplaced, NotReachable, NotReadable, NotReady):  # that is not the fault of what is shown
                raise
            except Exception as error:  # noqa: BLE001 - whatever is wrong with one, the others are shown
                self._note(engagement, error)
            else:
                yield engagement, made

    def forget(self, slugs: Iterable[str]) -> None:
        """Forget what was wrong with engagements that changed."""
        with self._lock:
            for slug in slugs:
                self._reasons.pop(slug, None)

    def reasons(self) -> dict[str, str]:
        """Return why each engagement was left out, by its name."""
        with self._lock:
            return {slug: reason for slug, (_, reason) in sorted(self._reasons.items())}

    def _note(self, engagement: Engagement, error: Exception) -> None:
        known = engagement.last.position, f"{type(error).__name__}: {error}"
        with self._lock:
            if self._reasons.get(engagement.slug) == known:
                return
            if len(self._reasons) < MOST:
                self._reasons[engagement.slug] = known
        _log.warning("%s is left out: %s", engagement.slug, known[1])
