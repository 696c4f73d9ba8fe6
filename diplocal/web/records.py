"""The records of a log as a server gives them to other logs: page by page, those that an audience may see."""

from diplocal.cloudevents import Page, to_line
from diplocal.store import EventStore
from diplocal.store.erasable import Erasable
from diplocal.store.numbering import position_at_number
from diplocal.store.sealing import keys_in

MOST = 1_000
"""Records of a page."""
ENDS_KEPT = 256
LARGEST = 4 * 2**20
"""Bytes of a page, but that it has at least one record."""


class Pages:
    """The pages of one log. Where a page ended is remembered: whoever asks for the next is answered from there."""

    def __init__(self, log: EventStore) -> None:
        self.log = log
        self._ends: dict[tuple[str, int], int] = {}
        """The position of the record with a number, as an audience counts; it never changes."""

    def page(self, audience: str, after: int, most: int = MOST) -> bytes:
        """Return the records behind the one with a number, as an audience counts, and the keys of names in them."""
        start = self._ends.pop((audience, after), None)
        if start is None:
            start = position_at_number(self.log, min(after, self.log.count(audience=audience)), audience)
        read = self.log.read_sealed if isinstance(self.log, Erasable) else self.log.read
        found, size, keys = Page(), 0, set[str]()
        for number, record in enumerate(read(after=start, audience=audience), start=after + 1):
            line = to_line(record.evolve(position=number), self.log.log_id)
            size += len(line)
            if len(found.records) == most or (found.records and size > LARGEST):
                break
            found.records.append(line)
            keys |= keys_in(line)
            start = record.position
        if keys and isinstance(self.log, Erasable) and (ring := self.log.key_ring):
            found.keys.extend(ring.copies(sorted(keys), self.log.log_id))
        self._note(audience, after + len(found.records), start)
        return found.to_json()

    def _note(self, audience: str, number: int, position: int) -> None:
        if len(self._ends) >= ENDS_KEPT:
            self._ends.clear()
        self._ends[audience, number] = position
