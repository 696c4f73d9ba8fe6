"""What is told: one notice for each engagement that became known, changed or is gone, with an id that stays."""

from typing import Any
from uuid import UUID, uuid5

import attrs

from diplocal.checks import expect
from diplocal.diary import Diary
from diplocal.engagements import Change
from diplocal.projections.filters import filter_meant
from diplocal.store.numbering import number_at
from diplocal.wording.changes import told_of


@attrs.frozen
class Notice:
    """One change to tell."""

    id: str
    """A UUID. Whoever tells the same change again, after they were stopped, tells it under the same id."""
    change: Change


def notices(diary: Diary, start: int, end: int, **criteria: Any) -> list[Notice]:
    """Return what changed from one position of the log to another: what is dated soonest comes first.

    ``criteria`` are those of ``Diary.find``: they choose what an engagement was or what it became, so that a correction
    is told to those who were told what it corrects. The answer stays the same however much the log grows.

    >>> from diplocal.events import VisitAnnounced
    >>> from diplocal.parties import State
    >>> from diplocal.store import MemoryStore
    >>> log = MemoryStore()
    >>> _ = log.append(VisitAnnounced(engagement="visit", visitors=(State("CN"),), host=State("RU")))
    >>> [notice.change.slug for notice in notices(Diary(log), 0, 1, state="RU")]
    ['visit']
    """
    expect("diary", diary, "a diary, such as Diary(log)", Diary)
    for name, position in (("start", start), ("end", end)):
        expect(name, position, "a position of the log", int)
    found = told_of(diary.as_of(known_at=end).changes_among(filter_meant(criteria), start))
    return [Notice(str(id_of(diary, start, end, one.slug)), one) for one in found]


def id_of(diary: Diary, start: int, end: int, what: str) -> UUID:
    """Return the id of what is told of a stretch of a log.

    It rests on the numbers that the diary's audience is told, and so tells nothing of what is hidden from it.
    """
    first, last = (number_at(diary.log, position, diary.audience) for position in (start, end))
    return uuid5(UUID(diary.log.log_id), f"{diary.audience} {first} {last} {what}")
