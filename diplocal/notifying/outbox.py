"""Up to where in a log somebody was told, kept so that a kill at any instant loses nothing (a transactional outbox).

What is about to be told is written down before it is told: the stretch of the log, by two positions. After a kill the
same stretch is told again from the first notice that was not known to be delivered, in the same words, under the same
ids, however much the log grew meanwhile. So every notice is delivered at least once; and whoever receives one twice
can tell by its id.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self

from diplocal.checks import expect
from diplocal.diary import Diary
from diplocal.errors import InvalidValue
from diplocal.notifying.notices import Notice, notices
from diplocal.store import Readable
from diplocal.store.contract import expect_log

_TABLE = """
CREATE TABLE IF NOT EXISTS outbox (
    log_id TEXT NOT NULL, question TEXT NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL,
    digest BLOB NOT NULL, done INTEGER NOT NULL
) STRICT
"""


class Stretch(NamedTuple):
    """A stretch of a log, and how much of it was told."""

    start: int
    """The position behind which it begins."""
    end: int
    """Its last position."""
    done: int
    """Notices of it that were delivered."""


class Outbox:
    """What somebody was told of a log: in a file, which one program at a time may have open, or in memory.

    ``question`` says what they asked to be told of; ``start`` is the position behind which the first stretch begins.

    Raises InvalidValue for a file that is of another log or another question, or that another program has open.
    """

    def __init__(self, path: Path | None, log: Readable, *, question: str, start: int) -> None:
        expect_log(log)
        expect("path", path, "the path of a file, or None for one in memory", Path, str, type(None))
        expect("question", question, "a text", str)
        expect("start", start, "a position of the log", int)
        self._log, self._place = log, str(path or ":memory:")
        with self._ours(), ExitStack() as refused:
            self._file = refused.enter_context(closing(sqlite3.connect(self._place, isolation_level=None, timeout=0)))
            self._file.execute("PRAGMA locking_mode = EXCLUSIVE")  # until it is closed, or its program is killed
            self._file.execute("PRAGMA synchronous = FULL")
            self._file.execute("BEGIN EXCLUSIVE")
            self._file.execute(_TABLE)
            if self._file.execute("SELECT 1 FROM outbox").fetchone() is None:
                row = (log.log_id, question, start, start, log.digest_at(start), 0)
                self._file.execute("INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?)", row)
            self._file.execute("COMMIT")
            self._expect(question)
            refused.pop_all()

    def stretches(self, end: int) -> Iterator[Stretch]:
        """Yield what is to be told: a stretch that was begun before, then all that is new up to a position.

        Each is on the disk when it is yielded, and counts as told when the next is asked for.
        """
        start, stop, done = self._file.execute("SELECT start, stop, done FROM outbox").fetchone()
        if stop > start:
            yield Stretch(start, stop, done)
            self._finish()
        if end > stop:
            self._file.execute("UPDATE outbox SET stop = ?, digest = ?, done = 0", (end, self._log.digest_at(end)))
            yield Stretch(stop, end, 0)
            self._finish()

    def delivered(self, count: int) -> None:
        """Write down that so many notices of the stretch were delivered."""
        self._file.execute("UPDATE outbox SET done = ?", (count,))

    def close(self) -> None:
        """Let another program have the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _finish(self) -> None:
        self._file.execute("UPDATE outbox SET start = stop, done = 0")

    def _expect(self, question: str) -> None:
        log_id, asked, stop, digest = self._file.execute("SELECT log_id, question, stop, digest FROM outbox").fetchone()
        if asked != question:
            raise InvalidValue("outbox", self._place, f"the file of {question!r}: it is of {asked!r}")
        log = self._log
        if log_id != log.log_id or log.position() < stop or log.digest_at(stop) != digest:
            raise InvalidValue(
                "outbox",
                self._place,
                "what was told of this log: it is of another, or of one that was set back; take another file",
            )

    @contextmanager
    def _ours(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise InvalidValue("outbox", self._place, f"a file that can be written: {error}") from error
            raise InvalidValue("outbox", self._place, "a file that no other program tells from at this time") from error
        except sqlite3.DatabaseError as error:
            raise InvalidValue("outbox", self._place, "what diplocal watch or digest wrote, or no file") from error


def tell(diary: Diary, outbox: Outbox, deliver: Callable[[Notice], None], **criteria: Any) -> int:
    """Deliver what is new in the log of a diary since it was last told of, and return how many notices that is.

    ``deliver`` returns when a notice has arrived, and raises whatever it likes when it has not: then it is the first of
    the next time. ``criteria`` are those of ``Diary.find``.
    """
    expect("diary", diary, "a diary, such as Diary(log)", Diary)
    expect("outbox", outbox, "an Outbox", Outbox)
    count = 0
    for stretch in outbox.stretches(diary.log.position()):
        several = notices(diary, stretch.start, stretch.end, **criteria)
        for number, notice in enumerate(several[stretch.done :], start=stretch.done + 1):
            deliver(notice)
            outbox.delivered(number)
            count += 1
    return count
