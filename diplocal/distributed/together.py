"""Finds the streams that must be folded together: of duplicates, and of what they are duplicates of."""

from collections.abc import Iterable

from diplocal.engagements.fold import targets
from diplocal.events import Corrected, Event, MergedAsDuplicate
from diplocal.events.registry import event_type
from diplocal.store.contract import Readable

MERGES, CORRECTS = (event_type(cls).name for cls in (MergedAsDuplicate, Corrected))


def together_in(log: Readable, upto: int, audience: str | None) -> frozenset[str]:
    """Find the streams that a log has to be folded together, among what an audience may see."""
    return together(one.event for one in log.read(upto=upto, types=[MERGES, CORRECTS], audience=audience))


def together(events: Iterable[Event]) -> frozenset[str]:
    """Find the streams that these events name as duplicates of each other."""
    return frozenset(slug for event in events if (others := targets(event)) for slug in (event.stream, *others))
