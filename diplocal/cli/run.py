"""How commands ask a log: one projection, replayed as of then and for an audience."""

from typing import TypeVar

import pendulum

from diplocal.cli.options import Known, as_of
from diplocal.errors import UnknownName
from diplocal.names.people import is_called, names_near, person_key
from diplocal.projections import AllEngagements, Projection
from diplocal.replaying import replay
from diplocal.store import open_existing

S = TypeVar("S")
A = TypeVar("A")


def answer(
    projection: Projection[S, A],
    log: str,
    *,
    known_at: Known | None,
    reported_by: pendulum.Date | None,
    audience: str | None,
) -> A:
    """Replay a log that is there, as the options of a command say."""
    with open_existing(log) as store:
        return replay(projection, store, known_at=as_of(known_at), reported_by=reported_by, audience=audience)


def expect_person(
    person: str, log: str, *, known_at: Known | None, reported_by: pendulum.Date | None, audience: str | None
) -> None:
    """Raise UnknownName, with names that come near, when no report of a log names somebody."""
    engagements = answer(AllEngagements(), log, known_at=known_at, reported_by=reported_by, audience=audience)
    everybody = {one for engagement in engagements for one in engagement.people}
    key = person_key(person)
    if not any(is_called(one, key) for one in everybody):
        raise UnknownName("person", person, near=names_near(person, {one.name for one in everybody}))
