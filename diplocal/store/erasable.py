"""What logs have in common that keep the names of people sealed, so that they can be erased."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from typing import NamedTuple
from uuid import uuid4

from diplocal.errors import InvalidValue, NotReadable, NotWritable
from diplocal.events.erasure import NAMES_OF_PEOPLE, NameErased, NamesSealed
from diplocal.events.registry import Event
from diplocal.events.wire import encode
from diplocal.records import Envelope, Record
from diplocal.store.contract import AUDIENCES
from diplocal.store.key_ring import ADVICE, Bearer, KeyRing
from diplocal.store.rows import Stored, id_of, incoming
from diplocal.store.sealing import Key, SecretOf, keys_in, nobody, sealed_in


class Brought(NamedTuple):
    """What comes with events that are appended."""

    keys: Collection[Key] = ()
    """Keys of names that are sealed in them."""
    source: str = ""
    """Whom they came from: the identity of a log, or the name of a server."""
    is_erasure: bool = False
    """Whether the log itself says that it erases names."""


LOOKED_AT = 500
"""Records at the end of a log on which its keys are tried whenever somebody asks."""
NOTHING = Brought()
_GONE = f"keys are gone: {ADVICE}"


class NamesOfPeople:
    """What a log does with the names of people: it seals them as soon as there are keys for it.

    ``find`` opens the keys where there are any, ``make`` makes what holds them, ``erased`` gives the keys that
    the log says to be destroyed, and ``place`` says where keys belong.

    What the log itself says to be erased is erased. What others say in it is only known: who brings logs together
    decides what this log then says itself.
    """

    def __init__(
        self,
        find: Callable[[], KeyRing | None],
        make: Callable[[], KeyRing],
        erased: Callable[[], Collection[str]],
        *,
        place: str,
        is_sealed: bool,
    ) -> None:
        self._find, self._make, self._erased, self._place = find, make, erased, place
        self._is_sealed = is_sealed
        self._ring: KeyRing | None = None

    @property
    def ring(self) -> KeyRing | None:
        """The keys, None where there are none."""
        if self._ring is None and (found := self._find()):
            self._ring = self._cleared(found)
        if self._ring is not None:
            self._ring.look()
        return self._ring

    def _cleared(self, ring: KeyRing) -> KeyRing:
        """Destroy what should be gone: an erasure may have been broken off, or an older copy put back."""
        erased = self._erased()
        ring.withhold(erased)
        with suppress(NotReadable, NotWritable):  # whoever only reads
            ring.destroy(erased)
        return ring

    @property
    def secret_of(self) -> SecretOf:
        """What gives keys to open names with. Keys are looked for when a name is met."""

        @cache
        def keys() -> SecretOf:
            try:
                ring = self.ring
            except NotReadable:  # fault tells of it
                return nobody
            return nobody if ring is None else ring.secret_of

        def secret_of(key_id: str) -> bytes | None:
            return keys()(key_id)

        return secret_of

    def fault(self) -> str | None:
        """Say why names are withheld that nobody erased, None where they are not: keys are gone, or cannot be read."""
        try:
            return f"{self._place}: {_GONE}" if self.ring is None and self._is_sealed else None
        except NotReadable as error:
            return str(error)

    def begin(self) -> KeyRing:
        """Make what holds keys, if there is none."""
        if (ring := self.ring) is None:
            self._ring = ring = self._cleared(self._make())
        self._is_sealed = True
        return ring

    @contextmanager
    def sealing(self, events: Collection[Event | Envelope], brought: Brought = NOTHING) -> Iterator[KeyRing | None]:
        """Yield what names are sealed with. Keys that the events say to be erased are destroyed when these are stored.

        When the events say that names are sealed from here on, as those of another log may, that begins.

        Raises NotWritable where the keys should be, and are not; InvalidValue for an erasure that nobody asked for.
        """
        told = [one for one in events if isinstance(_event(one), NameErased | NamesSealed)]
        if not brought.is_erasure:
            _see_that_others_say_it(told)
        ring = self.ring
        if ring is None and any(isinstance(_event(one), NamesSealed) for one in told):
            ring = self.begin()
        if ring is None:
            if self._is_sealed:
                raise NotWritable(self._place, f"the names in the log are sealed, and their {_GONE}")
            yield None
            return
        yield ring
        if told or brought.keys:
            self._cleared(ring)

    def close(self) -> None:
        """Let go of the keys."""
        if self._ring is not None:
            self._ring.close()


def _event(one: Event | Envelope) -> Event:
    return one.event if isinstance(one, Envelope) else one


def _see_that_others_say_it(told: Collection[Event | Envelope]) -> None:
    """Raise InvalidValue for an erasure that is recorded as a report: to erase a name is no slip of a pen."""
    for one in told:
        if isinstance(_event(one), NameErased) and (not isinstance(one, Envelope) or one.origin is None):
            raise InvalidValue("type", "diplocal.name-erased", "a report; a name is erased by 'diplocal erase'")


def take_used(ring: KeyRing | None, brought: Brought, rows: Collection[Stored], log_id: str) -> None:
    """Keep those keys that came along under which names are sealed in these rows."""
    if ring is not None and brought.keys:
        used: dict[str, tuple[str, str]] = {}
        for row in sorted(rows, key=lambda one: one.audience != "public"):
            for key_id in keys_in(row.data):
                used.setdefault(key_id, (row.audience, row.origin or log_id))
        ring.take(brought.keys, log_id, used, brought.source)


class Erasable(ABC):
    """A log that can keep the names of people sealed, each under a key that can be destroyed."""

    _names_of_people: NamesOfPeople

    def append(self, *events: Event | Envelope, expect: int | Mapping[str, int] | None = None) -> tuple[Record, ...]:
        """Add events to the end, all or none: see EventStore.append."""
        return self._append(events, expect, NOTHING)

    def take_in(self, events: Collection[Envelope], keys: Collection[Key], source: str) -> tuple[Record, ...]:
        """Append what comes from somewhere, with those keys under which names are sealed in what is kept of it."""
        return self._append(events, None, Brought(keys, source))

    @abstractmethod
    def _append(
        self, events: Collection[Event | Envelope], expect: int | Mapping[str, int] | None, brought: Brought
    ) -> tuple[Record, ...]:
        """Add events, and take the keys that they need."""

    @abstractmethod
    def read(self, *, streams: Collection[str] | None = None) -> Iterator[Record]:
        """Iterate the records in order of position: see EventStore.read."""

    @abstractmethod
    def read_sealed(self, *, after: int = 0, upto: int | None = None, audience: str | None = None) -> Iterator[Record]:
        """Iterate the records with names as they are kept, for another log that gets the keys as well."""

    @property
    def is_writable(self) -> bool:
        """Whether whoever opened it may append to it."""
        return True

    @property
    def key_ring(self) -> KeyRing | None:
        """The keys of the names that it seals, which are no part of it; None when it seals none."""
        return self._names_of_people.ring

    def fault_of_keys(self, *, each: bool = False) -> str | None:
        """Say what is wrong with the keys of names; None when all is well, or no names are sealed.

        With ``each``, every key is tried on what is sealed under it; else those that the last records need.
        """
        fault = self._names_of_people.fault()
        ring = self._names_of_people.ring if fault is None else None
        return fault if ring is None else ring.fault(self._sealed_data(after=0 if each else self._looked_at()))

    def _looked_at(self) -> int:
        """Return behind which position keys are tried on what is sealed where not each is."""
        return max(self.position() - LOOKED_AT, 0)

    def put_keys_back(self, older: KeyRing, log_id: str) -> int:
        """Take in the keys that are missing, from an older copy of the log of this identity; return how many."""
        ring = self._names_of_people.begin()
        taken = ring.put_back(older, log_id, sealed_in(self._sealed_data(after=0)))
        ring.destroy(self._erased())
        return taken

    @abstractmethod
    def position(self) -> int:
        """Return the position of the last record."""

    @abstractmethod
    def _sealed_data(self, *, after: int) -> Iterator[bytes]:
        """Iterate the data of the records behind a position that have sealed names."""

    def seal_names(self) -> KeyRing:
        """Keep the names of people sealed from now on, each under a key that can be destroyed."""
        ring = self._names_of_people.begin()
        self.append(NamesSealed())
        return ring

    def identify(self, event: Event, audience: str = "public") -> str:
        """Return the id that an event gets when it is appended without one, for an audience."""
        with self._names_of_people.sealing(()) as keys:
            return id_of(incoming(Envelope(event, audience=audience), keys).id)

    def bearers(self, *names: str) -> list[Bearer]:
        """Return the keys of people who are called so, by name or Wikidata id, under all of their names.

        Raises Ambiguous for a name that several people bear.
        """
        ring = self.key_ring
        found = {} if ring is None else {one.key_id: one for name in names for one in ring.bearers(name)}
        return [found[key_id] for key_id in sorted(found)]

    def namesakes(self, of: Collection[Bearer]) -> list[Bearer]:
        """Return the keys of others who are called as some are."""
        ring = self.key_ring
        return [] if ring is None else ring.namesakes(of)

    def erase(self, *names: str) -> tuple[str, ...]:
        """Destroy the keys of people, and return their ids: what was sealed under them is gone for good.

        They are named as ``bearers`` finds them, or by the ids of keys. Logs that got keys of this one learn of it when
        they are brought together with it, and destroy these. Names that are not sealed stay.

        Raises Ambiguous; NotWritable where keys cannot be destroyed, and nothing is stored then.
        """
        keys = tuple(one.key_id for one in self.bearers(*names))
        self._say_erased(keys)
        return keys

    def said_erased(self) -> set[str]:
        """Return the ids of the keys that others say to be destroyed, and that are here."""
        ring = self.key_ring
        return set() if ring is None else ring.here(key_id for _, key_id in self._told())

    def said_of_old(self, log_id: str) -> set[str]:
        """Return those that a record says to be destroyed which the log of this identity had before it was put back."""
        ring = self.key_ring
        return set() if ring is None else ring.here(key_id for by, key_id in self._told() if by == log_id)

    def believe(self, source: str, other: "Erasable | None") -> dict[str, str]:
        """Erase what others say to be erased of the keys that a source made, or gave, and return the names by key.

        ``other`` is the source where it is a log that can be looked at: then it must have destroyed them itself.
        """
        ring = self.key_ring
        keys = set() if ring is None else ring.given_by(source, self.said_erased())
        if keys and other is not None:
            keys = set() if other.key_ring is None else other.key_ring.destroyed(keys)
        names = ring.named(keys) if ring is not None else {}
        self._say_erased(sorted(keys))
        return names

    def repeat_erasures(self) -> int:
        """Say again which keys were destroyed, in a log that was put back from before it said so; return how many."""
        ring = self.key_ring
        if ring is None:
            return 0
        again = ring.destroyed(sealed_in(self._sealed_data(after=0))) - set(self._erased())
        self._say_erased(sorted(again))
        return len(again)

    def _say_erased(self, keys: Collection[str]) -> None:
        if keys and (ring := self.key_ring):
            ring.see_that_it_can_change()
            # Each has an id of its own: what another log said of the same keys is not that this one says it.
            told = [
                Envelope(NameErased(keys=tuple(sorted(some))), id=str(uuid4()), audience=audience)
                for audience, some in sorted(self._by_audience(keys).items())
            ]
            self._append(told, None, Brought(is_erasure=True))

    def _by_audience(self, keys: Collection[str]) -> dict[str, set[str]]:
        """Return who is told of which keys: whoever could see a name that is sealed under one, and nobody else."""
        seen_by: dict[str, set[str]] = {key_id: set() for key_id in keys}
        for one in self.read_sealed():
            for key_id in keys_in(encode(one.event).data) & seen_by.keys():
                seen_by[key_id].add(one.audience)
        told: dict[str, set[str]] = {}
        for key_id, audiences in seen_by.items():
            for audience in {"public"} & audiences or audiences or {AUDIENCES[-1]}:
                told.setdefault(audience, set()).add(key_id)
        return told

    def _erased(self) -> list[str]:
        return [key_id for by, key_id in self._told() if by is None]

    def _told(self) -> Iterator[tuple[str | None, str]]:
        """Yield each key that a record says to be destroyed, with the log that it came from; None of this one."""
        for one in self.read(streams=[NAMES_OF_PEOPLE]):
            if isinstance(one.event, NameErased):
                yield from ((None if one.origin is None else one.origin.log_id, key_id) for key_id in one.event.keys)
