"""What logs have in common that keep the names of people sealed, so that they can be erased."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache

from diplocal.errors import NotReadable, NotWritable
from diplocal.events.erasure import NAMES_OF_PEOPLE, NameErased, NamesSealed
from diplocal.events.registry import Event
from diplocal.events.wire import encode
from diplocal.records import Envelope, Record
from diplocal.store.key_ring import KeyRing
from diplocal.store.rows import id_of, incoming
from diplocal.store.sealing import SecretOf, keys_in, nobody, person_of


class NamesOfPeople:
    """What a log does with the names of people: it seals them as soon as there are keys for it.

    ``find`` opens the keys where there are any, ``make`` makes what holds them, ``erased`` gives the ids of keys that
    the log says to be destroyed, and ``place`` says where keys belong.
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
            ring = self.ring
            return nobody if ring is None else ring.secret_of

        def secret_of(key_id: str) -> bytes | None:
            return keys()(key_id)

        return secret_of

    def begin(self) -> KeyRing:
        """Make what holds keys, if there is none."""
        if (ring := self.ring) is None:
            self._ring = ring = self._cleared(self._make())
        self._is_sealed = True
        return ring

    @contextmanager
    def sealing(self, events: Collection[Event | Envelope]) -> Iterator[KeyRing | None]:
        """Give what names are sealed with. Keys that the events say to be erased are destroyed when these are stored.

        When the events say that names are sealed from here on, as those of another log may, that begins.

        Raises NotWritable where the keys should be, and are not.
        """
        ring = self.ring
        if ring is None and any(isinstance(_event(one), NamesSealed) for one in events):
            ring = self.begin()
        if ring is None:
            if self._is_sealed:
                raise NotWritable(
                    self._place,
                    "the names in the log are sealed, and their keys are gone: put them back; or begin with new"
                    " keys by 'diplocal seal', and the names that were sealed under the old ones stay withheld",
                )
            yield None
            return
        yield ring
        ring.destroy([key_id for one in events for key_id in _erased(one)])

    def close(self) -> None:
        """Let go of the keys."""
        if self._ring is not None:
            self._ring.close()


def _event(one: Event | Envelope) -> Event:
    return one.event if isinstance(one, Envelope) else one


def _erased(one: Event | Envelope) -> tuple[str, ...]:
    event = _event(one)
    return event.keys if isinstance(event, NameErased) else ()


class Erasable(ABC):
    """A log that can keep the names of people sealed, each under a key that can be destroyed."""

    _names_of_people: NamesOfPeople

    @abstractmethod
    def append(self, *events: Event | Envelope, expect: int | Mapping[str, int] | None = None) -> tuple[Record, ...]:
        """Add events to the end: see EventStore.append."""

    @abstractmethod
    def read(self, *, streams: Collection[str] | None = None) -> Iterator[Record]:
        """Iterate the records in order of position: see EventStore.read."""

    @abstractmethod
    def read_sealed(self, *, after: int = 0, upto: int | None = None, audience: str | None = None) -> Iterator[Record]:
        """Iterate the records with names as they are kept, for another log that gets the keys as well."""

    @property
    def key_ring(self) -> KeyRing | None:
        """The keys of the names that it seals, which are no part of it; None when it seals none."""
        return self._names_of_people.ring

    def seal_names(self) -> KeyRing:
        """Keep the names of people sealed from now on, each under a key that can be destroyed."""
        ring = self._names_of_people.begin()
        self.append(NamesSealed())
        return ring

    def identify(self, event: Event) -> str:
        """Return the id that an event gets when it is appended without one."""
        with self._names_of_people.sealing(()) as keys:
            return id_of(incoming(event, keys).id)

    def erase(self, *names: str) -> tuple[str, ...]:
        """Destroy the keys of people, by name, and return their ids: what was sealed under them is gone for good.

        Other logs that are brought together with this one do the same. Names that are not sealed stay.
        """
        ring = self.key_ring
        people = map(person_of, names)
        keys = () if ring is None else tuple(sorted({key_id for one in people for key_id in ring.keys_of(one)}))
        if keys:
            self.append(*(Envelope(NameErased(keys=keys), audience=one) for one in self._audiences_of(keys)))
        return keys

    def _audiences_of(self, keys: Collection[str]) -> list[str]:
        """Name who is told of an erasure: whoever could see the name, and nobody else."""
        wanted = set(keys)
        found = {one.audience for one in self.read_sealed() if keys_in(encode(one.event).data) & wanted}
        return ["public"] if "public" in found or not found else sorted(found)

    def _erased(self) -> list[str]:
        told = (record.event for record in self.read(streams=[NAMES_OF_PEOPLE]))
        return [key_id for event in told if isinstance(event, NameErased) for key_id in event.keys]
