"""Numbers of records as an audience is told them: places among what it may see, which tell nothing of the rest."""

from bisect import bisect_left

from diplocal.errors import InvalidValue
from diplocal.store.contract import Readable


def beyond(position: int, newest: int) -> InvalidValue:
    """Return the fault of a position behind the newest: what will be known there, nobody can tell."""
    return InvalidValue("position", position, f"at most {newest}, the newest position that there is")


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
    """Return the position of the record that has a number for an audience.

    >>> from diplocal.store import MemoryStore
    >>> position_at_number(MemoryStore(), 7, "public")
    Traceback (most recent call last):
    diplocal.errors.InvalidValue: position is 7: expected at most 0, the newest position that there is

    Raises InvalidValue for a number behind the last.
    """
    end = log.position()
    if number > (newest := number_at(log, end, audience)):
        raise beyond(number, newest)
    return bisect_left(range(end + 1), number, key=lambda position: number_at(log, position, audience))
