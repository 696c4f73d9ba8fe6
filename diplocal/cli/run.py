"""How commands ask a log: one projection, replayed as of then and for an audience."""

from typing import TypeVar

import pendulum

from diplocal.cli.options import Known, as_of, existing_log
from diplocal.projections import Projection
from diplocal.replaying import replay

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
    with existing_log(log) as store:
        return replay(projection, store, known_at=as_of(known_at), reported_by=reported_by, audience=audience)
