"""Brings logs together: each takes in what the other holds, with which log recorded it first, and when.

Any logs, brought together in any order, hold the same events, understand the same of them, and render the same feeds.
What an event is marked for, it stays marked for.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Protocol

import attrs
import msgspec

from diplocal.errors import DiplocalError, EventIdReused, InvalidValue
from diplocal.events.registry import EngagementEvent, Event
from diplocal.events.wire import encode, reader
from diplocal.names.withheld import withholds
from diplocal.records import Envelope, Origin, Record
from diplocal.store import EventStore, SQLiteStore, visible_to
from diplocal.store.beside import beside, itself
from diplocal.store.erasable import Erasable
from diplocal.store.sealing import Key, keys_in, opened, sealed_in

AT_ONCE = 1_000
"""Events that are appended together."""
_WRONG_KEY = "the key {} that came does not open the names that are sealed under it: they are withheld"
_WIKIDATA = re.compile('"wikidata":"Q[0-9]+",?|,"wikidata":"Q[0-9]+"')
"""Left out where the name is withheld."""


@attrs.frozen
class Taken:
    """What became of events that came to a log."""

    taken: int = 0
    """Events that it had not, or that the other had earlier."""
    known: int = 0
    refused: tuple[str, ...] = ()
    """Why events were not taken: their ids stand for others here. Both logs keep theirs. Or why a key was not."""
    erased: tuple[str, ...] = ()
    """The names, as names are compared, that went: who made or gave their keys says that they were destroyed."""
    kept: tuple[str, ...] = ()
    """The names that are said to be erased, and that are kept: who says it neither made nor gave their keys."""
    forgotten: tuple[str, ...] = ()
    """The names that are kept, though this log erased them itself, as what comes back to it says: it was put back."""
    renamed: frozenset[str] = frozenset()
    """The engagements whose calendar entries have another UID now: another log had recorded a report of them first."""
    is_only_read: bool = False
    """Whether the log takes nothing, whatever the other holds: that of an audience, or one that may not be written."""

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(
            self.taken + other.taken,
            self.known + other.known,
            self.refused + other.refused,
            self.erased + other.erased,
            self.kept + other.kept,
            self.forgotten + other.forgotten,
            self.renamed | other.renamed,
            self.is_only_read or other.is_only_read,
        )


def sync(one: EventStore, other: EventStore, *, audience: str | None = None) -> tuple[Taken, Taken]:
    """Bring two logs together, and return what the first took in, and what the second did.

    With an audience, only what it may see goes from one to the other. When it is interrupted, what was taken stays, and
    the next time goes on. Events come in the order that they have in the log that they come from: so what was recorded
    at one instant is in the same order everywhere. A log in a file remembers up to where it read the other, in a file
    with ``.synced`` behind its name, and begins there. One that cannot be written, as that of an audience, is read.

    Raises InvalidValue for a log and itself, and for two that cannot be written.
    """
    if _place_of(one) == _place_of(other):
        raise InvalidValue("other", _place_of(other), "another log, and this is the same one")
    if not (_is_writable(one) or _is_writable(other)):
        raise InvalidValue("other", str(_place_of(other)), "one that can be written, or a first that can be: none can")
    ends = one.position(), other.position()
    second = _taken_from(one, ends[0], other, audience)
    first = _taken_from(other, ends[1], one, audience)
    return first, second


def _place_of(log: EventStore) -> object:
    return str(itself(log.path)) if isinstance(log, SQLiteStore) else getattr(log, "address", log)


def _is_writable(log: EventStore) -> bool:
    return not isinstance(log, Erasable) or log.is_writable


class Portion(Protocol):
    """Records that come together."""

    @property
    def events(self) -> Sequence[Envelope]:
        """The events, in order, at most ``AT_ONCE``."""

    @property
    def keys(self) -> Sequence[Key]:
        """The keys of names that are sealed in them."""

    @property
    def end(self) -> int:
        """The number of the last, among all that are shown."""

    @property
    def mark(self) -> bytes:
        """What the last is known by."""


class Published(Protocol):
    """A log of which somebody shows a part, portion by portion: it is read, and never written."""

    @property
    def name(self) -> str:
        """What it is remembered by."""

    def portions(self, after: int = 0) -> Iterable[Portion]:
        """Yield the records behind the one with a number, in order."""

    def has(self, number: int, mark: bytes) -> bool:
        """Tell whether the record with a number is still the one that is known by a mark."""


def pull(log: EventStore, source: Published, *, audience: str | None = None) -> Taken:
    """Let a log take in what is shown of another, or of that what an audience may see, and return what it took in.

    When it is interrupted, what was taken stays, and a log in a file goes on there the next time.
    """
    visible = None if audience is None else visible_to(audience)
    name = source.name if audience is None else f"{source.name} {audience}"
    met = _meetings(log).get(name) if isinstance(log, SQLiteStore) else None
    if met is not None and not (_was(log, met.own, met.own_root) and source.has(met.read, met.root)):
        met = None
    taken, before = Taken(), _said_erased(log)
    for portion in source.portions(0 if met is None else met.read):
        events = [one for one in portion.events if visible is None or one.audience in visible]
        taken += _taken_with_keys(log, events, portion.keys, source.name)
        if isinstance(log, SQLiteStore) and not taken.refused:
            _note(log, name, portion.end, portion.mark)
    return taken + _erased(log, before, source.name)


def _taken_from(source: EventStore, end: int, log: EventStore, audience: str | None) -> Taken:
    """Let a log take in what another holds up to a position, from where they met last."""
    if not _is_writable(log):
        return Taken(is_only_read=True)
    met = _met(log, source, audience)
    taken, before, ahead = Taken(), _said_erased(log), _offered(source, met, end, audience)
    while some := list(islice(ahead, AT_ONCE)):
        taken += _taken_with_keys(log, some, _keys_of(source, some), source.log_id)
    if isinstance(log, SQLiteStore) and not taken.refused:
        _note(log, _name(source, audience), end, source.digest_at(end))
    return taken + _erased(log, before, source.log_id, source if isinstance(source, Erasable) else None)


class Meeting(msgspec.Struct, frozen=True):
    """How far a log has read another, and what both were then: either may be put back to an older state."""

    read: int
    root: bytes
    """Of the other log, up to there; of one of which a part is shown, what its last record is known by."""
    own: int
    own_root: bytes


def _met(log: EventStore, source: EventStore, audience: str | None) -> int:
    """Return up to which position a log has all that another holds for an audience, 0 where it does not know."""
    if not isinstance(log, SQLiteStore):
        return 0
    met = _meetings(log).get(_name(source, audience))
    is_so = met is not None and _was(source, met.read, met.root) and _was(log, met.own, met.own_root)
    return met.read if met is not None and is_so else 0


def _was(log: EventStore, position: int, root: bytes) -> bool:
    return position <= log.position() and log.digest_at(position) == root


def _note(log: SQLiteStore, name: str, read: int, root: bytes) -> None:
    own = log.position()
    met = Meeting(read, root, own, log.digest_at(own))
    written = msgspec.json.encode({**_meetings(log), name: met})
    place = _place(log)
    made = place.with_name(f"{place.name}.{os.getpid()}")
    with suppress(OSError):  # whoever cannot keep it reads all of the other log again
        made.write_bytes(written)
        made.replace(place)


def _meetings(log: SQLiteStore) -> dict[str, Meeting]:
    try:
        return msgspec.json.decode(_place(log).read_bytes(), type=dict[str, Meeting])
    except (OSError, msgspec.MsgspecError):
        return {}


def _place(log: SQLiteStore) -> Path:
    return beside(log.path, ".synced")


def _name(source: EventStore, audience: str | None) -> str:
    return source.log_id if audience is None else f"{source.log_id} {audience}"


def take_in(log: EventStore, events: Iterable[Envelope]) -> Taken:
    """Append what a log does not hold of events of other logs, in their order."""
    taken, before, ahead = Taken(), _said_erased(log), iter(events)
    while some := list(islice(ahead, AT_ONCE)):
        taken += _taken_with_keys(log, some, (), "")
    return taken + _erased(log, before, "")


def sent(record: Record) -> Envelope:
    """Return a record as another log takes it in."""
    return Envelope(
        record.event,
        id=record.id,
        audience=record.audience,
        causation_id=record.causation_id,
        correlation_id=record.correlation_id,
        recorded_by=record.recorded_by,
        origin=Origin(record.first_log, record.first_recorded_micros),
    )


def _offered(log: EventStore, after: int, upto: int, audience: str | None) -> Iterator[Envelope]:
    read = log.read_sealed if isinstance(log, Erasable) else log.read
    for record in read(after=after, upto=upto, audience=audience):
        try:
            yield sent(record)
        except InvalidValue as error:
            reason = f"a log that verifies; its record {record.position} cannot be taken in: {error}"
            raise InvalidValue("other", str(_place_of(log)), reason) from error


def _keys_of(source: EventStore, events: Iterable[Envelope]) -> list[Key]:
    """Return the keys that a log has of names that are sealed in events."""
    ring = source.key_ring if isinstance(source, Erasable) else None
    return [] if ring is None else list(ring.copies(sorted(_keys_in(events)), source.log_id))


def _keys_in(events: Iterable[Envelope]) -> set[str]:
    return {key_id for one in events for key_id in keys_in(encode(one.event).data)}


def _taken_with_keys(log: EventStore, events: Sequence[Envelope], keys: Sequence[Key], source: str) -> Taken:
    """Append what can be appended, with its keys.

    Raises InvalidValue for a log that can keep no keys.
    """
    if not isinstance(log, Erasable):
        if keys:
            raise InvalidValue("other", log, "a log that can keep keys: names that are sealed need their keys")
        return _appended(log, events, {}, source)
    if keys and log.key_ring is None:
        log.seal_names()
    sealed = sealed_in(encode(one.event).data for one in events) if keys else {}
    proven = (key.proven(sealed.get(key.id, ())) for key in keys)
    good = {key.id: key for key in proven if key is not None}
    wrong = [_WRONG_KEY.format(key.id) for key in keys if key.id not in good]
    return _appended(log, events, good, source) + Taken(refused=tuple(wrong))


def _said_erased(log: EventStore) -> set[str]:
    return log.said_erased() if isinstance(log, Erasable) else set()


def _erased(log: EventStore, before: set[str], source: str, other: Erasable | None = None) -> Taken:
    """Erase what a source may say of its own keys, and tell of what it says besides that was not said before."""
    if not isinstance(log, Erasable):
        return Taken()
    ring = log.key_ring
    if ring is None:
        return Taken()
    gone = log.believe(source, other) if source else {}
    new, old = log.said_erased() - before, log.said_of_old(log.log_id)
    erased, kept, forgotten = (
        tuple(sorted({*one.values()})) for one in (gone, ring.named(new - old), ring.named(new & old))
    )
    return Taken(erased=erased, kept=kept, forgotten=forgotten)


def _opened(event: Event, log: EventStore, keys: Mapping[str, Key]) -> Event:
    """Return an event as it is read with these keys, and those of a log."""
    kept = encode(event)
    if not keys_in(kept.data):
        return event
    ring = log.key_ring if isinstance(log, Erasable) else None

    def secret_of(key_id: str) -> bytes | None:
        if key_id in keys:
            return keys[key_id].secret
        return None if ring is None else ring.secret_of(key_id)

    try:
        return reader(kept.type, kept.version)(opened(kept.data, secret_of))
    except DiplocalError:  # nobody can read it
        return event


def _appended(log: EventStore, some: Sequence[Envelope], keys: Mapping[str, Key], source: str) -> Taken:
    """Append what can be appended: where an id is taken by another event, halves are tried, until it stands alone."""
    end = log.position()
    try:
        records = log.take_in(some, keys.values(), source) if isinstance(log, Erasable) else log.append(*some)
    except (EventIdReused, InvalidValue) as clash:
        if len(some) > 1:
            middle = len(some) // 2
            return _appended(log, some[:middle], keys, source) + _appended(log, some[middle:], keys, source)
        if isinstance(clash, InvalidValue):
            return Taken(refused=(f"event {some[0].id}: {clash}",))
        (known,) = log.read(after=clash.position - 1, upto=clash.position)
        # It may be kept in the shape of an earlier version, or sealed under another key, or have a name withheld.
        is_known = _is_same(known.event, _opened(some[0].event, log, keys))
        return Taken(known=1) if is_known else Taken(refused=(str(clash),))
    new = {record.position: record for record in records if record.position > end}
    return Taken(len(new), len(some) - len(new), renamed=_renamed(log, end, new.values()))


def _renamed(log: EventStore, end: int, new: Iterable[Record]) -> frozenset[str]:
    """Name the streams whose first record was another one up to a position: an entry's UID has the log of the first."""
    earliest = _first_logs(new)
    before = _first_logs(log.read(upto=end, streams=earliest)) if end and earliest else {}
    return frozenset(one for one, first in before.items() if earliest[one] < first and earliest[one][1] != first[1])


def _first_logs(records: Iterable[Record]) -> dict[str, tuple[int, str]]:
    """Return when each engagement was first recorded, and in which log."""
    found: dict[str, tuple[int, str]] = {}
    for one in records:
        if isinstance(one.event, EngagementEvent):
            first = one.first_recorded_micros, one.first_log
            found[one.stream] = min(found.get(one.stream, first), first)
    return found


def _is_same(one: Event, other: Event) -> bool:
    texts = [_WIKIDATA.sub("", encode(event).data.decode()) for event in (one, other)]
    return one == other or withholds(*texts) or withholds(*reversed(texts))
