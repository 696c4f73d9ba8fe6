"""A list of records, read like a log."""

import uuid
from collections.abc import Collection, Iterable, Iterator

import pendulum

from diplocal.events.wire import type_name
from diplocal.records import Record, micros
from diplocal.store.contract import visible_to
from diplocal.store.rows import in_streams, leaf_of, stored, within
from diplocal.store.tree import planted


class Listed:
    """A list of records, read like a log. It may begin or end anywhere, and may hold a record twice."""

    def __init__(self, records: Iterable[Record], *, log_id: str = str(uuid.UUID(int=0))) -> None:
        self.log_id = log_id
        self._records = sorted(
            {record.position: record for record in records}.values(), key=lambda record: record.position
        )

    def read(
        self,
        *,
        after: int = 0,
        upto: int | None = None,
        streams: Collection[str] | None = None,
        types: Collection[str] | None = None,
        audience: str | None = None,
    ) -> Iterator[Record]:
        """Iterate the records in order of position."""
        visible = None if audience is None else visible_to(audience)
        for record in self._records:
            if (
                after < record.position <= (self.position() if upto is None else upto)
                and (streams is None or record.stream in streams)
                and (types is None or type_name(record.event) in types)
                and (visible is None or record.audience in visible)
            ):
                yield record

    def read_by_stream(self, *, upto: int | None = None, audience: str | None = None) -> Iterator[Record]:
        """Iterate the records stream by stream, in order of version."""
        return in_streams(self.read(upto=upto, audience=audience))

    def digest_at(self, position: int) -> bytes:
        """Return a digest of the records up to a position: for all of a log's, that of the log."""
        within(position, self.position())
        leaves = [leaf_of(stored(record)) for record in self._records if record.position <= position]
        return planted(self.log_id).extend(leaves).root()

    def position(self) -> int:
        """Return the last position."""
        return self._records[-1].position if self._records else 0

    def position_at(self, instant: pendulum.DateTime, *, audience: str | None = None) -> int:
        """Return the last position that was known at an instant."""
        wanted = micros(instant)
        seen = self.read(audience=audience)
        return max((record.position for record in seen if record.recorded_micros <= wanted), default=0)

    def count(self, *, upto: int | None = None, audience: str | None = None) -> int:
        """Count the records up to a position that an audience may see."""
        return sum(1 for _ in self.read(upto=upto, audience=audience))
