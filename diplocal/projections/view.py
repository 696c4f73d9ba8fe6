"""A projection that keeps one row for each engagement."""

from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar

import msgspec
from immutables import Map

from diplocal.engagements import Change, Duplicates, Engagement, Engagements
from diplocal.events.wirevalues import part_of
from diplocal.projections.over_engagements import OverEngagements, Understood

R = TypeVar("R")
A = TypeVar("A")


class View(OverEngagements[Map[str, R], A]):
    """A projection that keeps one row for each engagement, by its slug, or none.

    Derive from it, name it, and write ``row`` and ``read``, which has the rows by the engagements' slugs. Corrections,
    retractions, reschedules and merged duplicates heal the rows by themselves; merging and snapshots come for free,
    these where there is a ``row_type``.

    >>> class Undated(View[str, list[str]]):
    ...     name, row_type = "acme.undated", str
    ...     def row(self, engagement):
    ...         return engagement.title if engagement.counts and engagement.when is None else None
    ...     def read(self, value):
    ...         return sorted(value.values())
    """

    row_type: ClassVar[Any] = None
    """The type of the rows, for snapshots. None: no snapshots."""

    @property
    def parameters(self) -> str:
        """Whatever the state depends on beside the log and the version, as canonical JSON."""
        return "{}"

    def row(self, engagement: Engagement) -> R | None:
        """Give the row of one engagement: a pure function of what is understood of it."""
        raise NotImplementedError

    def begin(self) -> Map[str, R]:
        """Begin with no rows."""
        return Map()

    def moved(self, value: Map[str, R], changes: Iterable[Change]) -> Map[str, R]:
        """Replace the rows of the engagements that changed."""
        rows = value.mutate()
        for slug, _, after in changes:
            row = None if after is None else self.row(after)
            if row is not None:
                rows[slug] = row
            elif slug in rows:
                del rows[slug]
        return rows.finish()

    def merge(self, left: Understood[Map[str, R]], right: Understood[Map[str, R]]) -> Understood[Map[str, R]]:
        """Join the rows of two halves of a log that was split by engagement."""
        return Understood(left.engagements.merge(right.engagements), left.value.update(right.value))

    def dump(self, state: Understood[Map[str, R]]) -> bytes:
        """Write the rows, and which engagements are duplicates; the engagements themselves are in the log."""
        out = part_of(self.row_type).out
        rows = {slug: out(row) if out else row for slug, row in state.value.items()}
        return msgspec.json.encode((rows, dict(state.engagements.duplicates.into)))

    def load(self, data: bytes, position: int) -> Understood[Map[str, R]]:
        """Read what ``dump`` wrote of the log up to a position."""
        part = part_of(self.row_type)
        rows_type: Any = dict.__class_getitem__((str, part.wire))
        kept, pointers = msgspec.json.decode(data, type=tuple[rows_type, dict[str, str]])
        back = part.back
        rows = Map((slug, back(row) if back else row) for slug, row in kept.items())
        return Understood(Engagements(duplicates=Duplicates.read(pointers), recalled_upto=position), rows)
