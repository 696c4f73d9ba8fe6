"""Notices that the file of a log is no longer the one that was opened, or holds another log."""

import os
import sqlite3
from pathlib import Path
from typing import NamedTuple

from diplocal.errors import LogReplaced
from diplocal.proofs.merkle import Edge
from diplocal.store.planning import Head
from diplocal.store.sqlite_tree import edge_of, head_of


class _State(NamedTuple):
    """What a file system tells of a file without opening it."""

    file: tuple[int, int]
    """Device and inode: another file has others."""
    written: tuple[int, int]
    """Size, and the instant of the last change."""


class Watch:
    """Binds an opened log to its file, its identity, and what was seen of its Merkle tree.

    A glance costs a question two microseconds. Where the file was written since the last glance, by a checkpoint of
    SQLite or by somebody who copied another log into it, the records that were seen must be there still.
    """

    def __init__(self, path: Path, log_id: str) -> None:
        self._path, self._log_id = path, log_id
        self._place = str(path)
        self._seen = self._now()
        self._edges: dict[int, Edge] = {}
        """By position: the tree's edge at the first end of the log that was seen, and at the latest."""

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
        now, remembered = self._now(), self._edges  # of which other threads may have more meanwhile
        log_id = connection.execute("SELECT log_id FROM head").fetchone()
        if log_id != (self._log_id,) or not all(
            _has(connection, self._log_id, position, edge) for position, edge in remembered.items()
        ):
            raise LogReplaced(str(self._path), "it holds another log now, or an older copy of this one")
        self._seen = now

    def remember(self, head: Head) -> None:
        """Take note of the end of the log, as it was just read or appended."""
        if head.position > max(self._edges, default=-1):
            first = min(self._edges, default=head.position)
            self._edges = {first: self._edges.get(first, head.edge), head.position: head.edge}

    def _now(self) -> _State:
        try:
            found = os.stat(self._place)  # noqa: PTH116 - asked with every question, and Path.stat takes twice the time
        except FileNotFoundError:
            raise LogReplaced(str(self._path), "it is gone") from None
        return _State((found.st_dev, found.st_ino), (found.st_size, found.st_mtime_ns))


def _has(connection: sqlite3.Connection, log_id: str, position: int, edge: Edge) -> bool:
    """Tell whether a log is the one that had this edge when it ended at a position."""
    return head_of(connection).position >= position and edge_of(connection, log_id, position) == edge
