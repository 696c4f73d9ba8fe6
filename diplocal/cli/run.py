"""How commands ask a log: through its diary, as of then and for an audience."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import msgspec
import pendulum

from diplocal.cli.options import Known
from diplocal.cli.terminal import warn
from diplocal.diary import Diary
from diplocal.engagements import Report
from diplocal.store import open_existing
from diplocal.store.contract import AUDIENCES
from diplocal.store.numbering import number_at, position_at_number


@contextmanager
def asked(
    log: str, *, known_at: Known | None = None, reported_by: pendulum.Date | None = None, audience: str
) -> Iterator[Diary]:
    """Open the diary of a log that is there, as the options of a command say; at the end tell what it is without."""
    with open_existing(log) as store, Diary(store, audience=audience) as diary:
        if audience not in AUDIENCES and store.count(audience=audience) == store.count(audience="public"):
            warn(f"no record is marked for the audience {audience!r}: this is what the public sees")
        yield diary.as_of(known_at=position_or_moment(known_at, diary), reported_by=reported_by)
        if aside := diary.set_aside:
            number = number_at(store, aside[0].position, audience)
            warn(f"{len(aside)} records could not be understood; the first, at {number}: {aside[0].reason}")


def position_or_moment(known: Known | None, diary: Diary) -> int | pendulum.Date | None:
    """Return what a diary takes as a moment: a number that its audience is told is a position of the log."""
    if known is None:
        return None
    return position_at_number(diary.log, known.at, diary.audience) if isinstance(known.at, int) else known.at


def numbered(reports: Iterable[Report], diary: Diary) -> list[Report]:
    """Give reports the numbers that the diary's audience is told."""
    return [
        msgspec.structs.replace(report, position=number_at(diary.log, report.position, diary.audience))
        for report in reports
    ]
