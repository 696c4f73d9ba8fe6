"""What takes long the first time is done in a thread of its own; whoever asks meanwhile is told to come back."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from threading import Lock, Thread
from typing import Any

from diplocal.errors import NotReady
from diplocal.records import Record
from diplocal.store import Readable

PATIENCE = 5.0
"""Seconds for which a request waits for what is being made."""


class Counted:
    """A log that counts what is read of it stream by stream, as by whoever makes a diary."""

    def __init__(self, log: Readable) -> None:
        self._log = log
        self._passed = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    def read_by_stream(self, *, upto: int | None = None, audience: str | None = None) -> Iterator[Record]:
        """Iterate the records stream by stream."""
        self._passed = 0
        for record in self._log.read_by_stream(upto=upto, audience=audience):
            self._passed += 1
            yield record

    def share(self, audience: str) -> float:
        """Return which part of what an audience may see was read, from 0 to 1."""
        return round(min(1.0, self._passed / max(1, self._log.count(audience=audience))), 3)


class Preparation:
    """Work that must be done once before there are answers. It is begun anew when it failed. Safe for many threads."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self._lock = Lock()
        self._begun: Future[object] | None = None

    def expect_done(self, seconds: float | None) -> None:
        """Begin it, or wait so many seconds for its end, without an end when None.

        Raises NotReady while it is not done, and whatever it raises.
        """
        with self._lock:
            if self._begun is None:
                self._begun = Future()
                Thread(target=self._do, args=(self._begun,), daemon=True).start()
            begun = self._begun
        try:
            begun.result(seconds)
        except TimeoutError as error:
            if begun.done():  # it raised this itself
                raise
            raise NotReady from error

    def _do(self, begun: "Future[object]") -> None:
        try:
            begun.set_result(self._work())
        except BaseException as error:  # noqa: BLE001 - whoever waits is told of it, and the next begins anew
            with self._lock:
                self._begun = None
            begun.set_exception(error)
