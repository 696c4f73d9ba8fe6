"""The records of a log as a server gives them to other logs: page by page, those that an audience may see."""

from diplocal.cloudevents import Page, to_line
from diplocal.store import EventStore
from diplocal.store.erasable import Erasable
from diplocal.store.numbering import position_at_number
from diplocal.store.sealing import keys_in

MOST = 1_000
"""Records of a page."""
LARGEST = 4 * 2**20
"""Bytes of a page, but that it has at least one record."""


def page(log: EventStore, audience: str, after: int, most: int = MOST) -> bytes:
    """Return the records behind the one with a number, as an audience counts them, and the keys of names in them."""
    start = position_at_number(log, after, audience)
    read = log.read_sealed if isinstance(log, Erasable) else log.read
    found, size, keys = Page(), 0, set[str]()
    for number, record in enumerate(read(after=start, audience=audience), start=after + 1):
        line = to_line(record.evolve(position=number), log.log_id)
        size += len(line)
        if len(found.records) == most or (found.records and size > LARGEST):
            break
        found.records.append(line)
        keys |= keys_in(line)
    if keys and isinstance(log, Erasable) and (ring := log.key_ring):
        found.keys.extend(ring.copies(sorted(keys)))
    return found.to_json()
