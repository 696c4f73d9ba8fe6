"""Folds parts of a log on the workers of a Dask cluster, and merges them."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from diplocal.distributed.parts import Source, records_of, source_of
from diplocal.engagements import Engagements
from diplocal.errors import InvalidValue
from diplocal.projections import Tally, View
from diplocal.projections.contract import Mergeable, Projection
from diplocal.projections.over_engagements import OverEngagements, Understood
from diplocal.replaying import RecordsSetAside, SetAside, catch_up, of_log
from diplocal.store import Listed

if TYPE_CHECKING:
    from distributed import Client

S = TypeVar("S")
A = TypeVar("A")


class Folded(NamedTuple):
    """The state of a part of a log."""

    state: Any
    set_aside: tuple[SetAside, ...]


def replay_distributed(
    projection: Projection[S, A],
    source: str | Path,
    client: "Client",
    *,
    parts: int | None = None,
    audience: str | None = None,
) -> A:
    """Fold a log, or what ``diplocal export`` wrote of it, to a projection's answer, on the workers of a Dask cluster.

    ``source`` is an address that each worker can open: of a log, of a file with an export, or of a folder that
    ``write_parquet`` made. ``parts`` are four for each thread of a worker unless given. A worker that is lost costs the
    time of the parts that it had: they are made again, of the same records.

    Records that the projection cannot take are set aside with a RecordsSetAside warning. Raises InvalidValue for a
    projection that does not merge, and what opening the log raises.
    """
    if not isinstance(projection, Mergeable):
        raise InvalidValue("projection", projection, "one with merge(left, right), such as a Tally or a View")
    count = parts or 4 * sum(client.nthreads().values())  # type: ignore[no-untyped-call]
    read = source_of(str(source), audience, count)
    told = of_log(projection, Listed((), log_id=read.log_id))
    folded = [client.submit(_part, told, read, part, pure=False) for part in range(count + 1)]
    while len(folded) > 1:
        pairs = zip(folded[::2], folded[1::2], strict=False)
        rest = folded[len(folded) - len(folded) % 2 :]
        folded = [client.submit(_merged, told, *pair, pure=False) for pair in pairs] + rest
    answer, set_aside = client.submit(_answered, told, folded[0], pure=False).result()
    if set_aside:
        first = min(set_aside, key=lambda one: one.position)
        said = (
            f"{told.name} set {len(set_aside)} records aside; the first, at position {first.position}: {first.reason}"
        )
        warnings.warn(said, RecordsSetAside, stacklevel=2)
    found: A = answer
    return found


def _part(projection: Any, source: Source, part: int) -> Folded:
    done = catch_up(projection, records_of(source, part))
    return Folded(_settled(projection, done.state), done.set_aside)


def _settled(projection: Any, state: Any) -> Any:
    """Return a state without the reports that it rests on, where only its value is merged and answered from.

    No other part has anything to say about its engagements; but by other names of a person they may count otherwise.
    """
    if not isinstance(projection, Tally | View) or type(projection).answer not in _OF_THE_VALUE:
        return state
    is_personal = projection.by_person or projection.scope.who.person
    return state if is_personal else Understood(Engagements(), state.value)


_OF_THE_VALUE = (OverEngagements.answer, Tally.answer)
"""Answers that look at nothing but the value of a state."""


def _merged(projection: Any, left: Folded, right: Folded) -> Folded:
    return Folded(projection.merge(left.state, right.state), left.set_aside + right.set_aside)


def _answered(projection: Any, folded: Folded) -> tuple[Any, tuple[SetAside, ...]]:
    return projection.answer(folded.state), folded.set_aside
