"""Numbers of records as an audience is told them: places among what it may see, which tell nothing of the rest."""

from bisect import bisect_left

from diplocal.store.contract import Readable


def number_at(log: Readable, position: int, audience: str) -> int:
    """Return the number that the record at a position of the log has for an audience.

    >>> from diplocal.events import ReportAttached
    >>> from diplocal.records import Envelope
    >>> from diplocal.store import MemoryStore
    >>> log = MemoryStore()
    >>> hidden = Envelope(ReportAttached(engagement="a"), audience="internal")
    >>> _ = log.append(hidden, ReportAttached(engagement="b"))
    >>> number_at(log, 2, "public"), number_at(log, 2, "internal")
    (1, 2)
    """
    return log.count(upto=position, audience=audience)


def position_at_number(log: Readable, number: int, audience: str) -> int:
    """Return the position of the record that has a number for an audience; the end of the log behind the last.

    >>> from diplocal.store import MemoryStore
    >>> position_at_number(MemoryStore(), 7, "public")
    0
    """
    end = log.position()
    return min(bisect_left(range(end + 1), number, key=lambda position: number_at(log, position, audience)), end)
