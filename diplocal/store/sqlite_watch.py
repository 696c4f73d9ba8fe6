"""Notices that the file of a log is no longer the one that was opened, or holds another log."""

import sqlite3
from pathlib import Path
from typing import NamedTuple

from diplocal.errors import LogReplaced


class _State(NamedTuple):
    """What a file system tells of a file without opening it."""

    file: tuple[int, int]
    """Device and inode: another file has others."""
    written: tuple[int, int]
    """Size, and the instant of the last change."""


class Watch:
    """Binds an opened log to its file, its identity, and the digests of records that were seen in it.

    A glance costs a question two microseconds. Where the file was written since the last glance, by a checkpoint of
    SQLite or by somebody who copied another log into it, the records that were seen must be there still.
    """

    def __init__(self, path: Path, log_id: str) -> None:
        self._path, self._log_id = path, log_id
        self._seen = self._now()
        self._digests: dict[int, bytes] = {}
        """By position: of the first end of the log that was seen, and of the latest."""

    def was_written(self) -> bool:
        """Tell whether the file was written since it was last found to be the same log.

        Raises LogReplaced when it is another file, or none.
        """
        now = self._now()
        if now.file != self._seen.file:
            raise LogReplaced(str(self._path), "another file is in its place")
        return now != self._seen

    def see(self, connection: sqlite3.Connection) -> None:
        """See that what a connection reads is the log that was opened, and remember how far it goes.

        Raises LogReplaced, sqlite3.Error.
        """
        now, remembered = self._now(), self._digests  # of which other threads may have more meanwhile
        found = {
            position: connection.execute("SELECT digest FROM records WHERE position = ?", [position]).fetchone()
            for position in remembered
        }
        log_id = connection.execute("SELECT log_id FROM head").fetchone()
        if log_id != (self._log_id,) or found != {position: (digest,) for position, digest in remembered.items()}:
            raise LogReplaced(str(self._path), "it holds another log now, or an older copy of this one")
        self._seen = now

    def remember(self, position: int, digest: bytes) -> None:
        """Take note of a record at the end of the log, as it was just read or appended."""
        if position > max(self._digests, default=0):
            first = min(self._digests, default=position)
            self._digests = {first: self._digests.get(first, digest), position: digest}

    def _now(self) -> _State:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            raise LogReplaced(str(self._path), "it is gone") from None
        return _State((found.st_dev, found.st_ino), (found.st_size, found.st_mtime_ns))
