"""How commands ask a log: through its diary, as of then and for an audience."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pendulum

from diplocal.cli.options import Known, as_of
from diplocal.cli.terminal import warn
from diplocal.diary import Diary
from diplocal.engagements import Report
from diplocal.errors import UnknownName
from diplocal.names.people import names_near
from diplocal.store import open_existing
from diplocal.store.numbering import number_at, position_at_number


@contextmanager
def asked(
    log: str, *, known_at: Known | None = None, reported_by: pendulum.Date | None = None, audience: str
) -> Iterator[Diary]:
    """Open the diary of a log that is there, as the options of a command say; at the end tell what it is without."""
    with open_existing(log) as store, Diary(store, audience=audience) as diary:
        moment = as_of(known_at)
        if isinstance(moment, int):
            moment = position_at_number(store, moment, audience)
        yield diary.as_of(known_at=moment, reported_by=reported_by)
        if aside := diary.set_aside:
            number = number_at(store, aside[0].position, audience)
            warn(f"{len(aside)} records could not be understood; the first, at {number}: {aside[0].reason}")


def numbered(reports: Iterable[Report], diary: Diary) -> list[Report]:
    """Give reports the numbers that the diary's audience is told."""
    return [
        msgspec.structs.replace(report, position=number_at(diary.log, report.position, diary.audience))
        for report in reports
    ]


def answer(
    view: Any,
    log: str,
    *,
    known_at: Known | None,
    reported_by: pendulum.Date | None,
    audience: str,
    **criteria: Any,
) -> Any:
    """Return a view's answer over the engagements that the criteria find."""
    with asked(log, known_at=known_at, reported_by=reported_by, audience=audience) as diary:
        if criteria.get("person") is not None:
            expect_person(criteria["person"], diary)
        return diary.answer(view, **criteria)


def expect_person(person: str, diary: Diary) -> None:
    """Raise UnknownName, with names that come near, when no report names somebody."""
    if not diary.find(person=person):
        everybody = {one.name for engagement in diary.find() for one in engagement.people}
        raise UnknownName("person", person, near=names_near(person, everybody))
