"""What a reader that follows a log has seen of it, and what writers were told: the log is held to both."""

import os
import signal
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, ClassVar, Protocol

from diplocal.dates import When
from diplocal.diary import Diary
from diplocal.events import Cancelled, Confirmed, Event, MeetingHeld, MergedAsDuplicate, VisitAnnounced
from diplocal.parties import State
from diplocal.projections import AllEngagements, ContactFrequency
from diplocal.records import Envelope, Record
from diplocal.replaying import replay
from diplocal.store import Readable, SQLiteStore
from diplocal.store.postgres import PostgresStore

ID_SIZE = 16
"""Octets of an event's id, as a writer acknowledges it."""


class Broken(AssertionError):
    """A promise was broken."""


def hold(kept: object, promise: str, *found: object) -> None:
    """Raise Broken for a promise that is not kept."""
    if not kept:
        raise Broken(" ".join((promise, *map(str, found))))


class Log(Protocol):
    """What is tormented: a store, or a faulty one that must be caught."""

    def append(self, *envelopes: Envelope) -> object: ...
    def read(self, *, after: int = 0) -> Iterator[Record]: ...
    def digest_at(self, position: int) -> bytes: ...
    def verify(self) -> object: ...


Open = Callable[[Any], AbstractContextManager[Log]]
"""Opens a log, or makes it."""


Seen = tuple[str, str]
"""The id of a record, and whom it is for: no two records have both."""


def key(record: Record) -> Seen:
    """Return what no other record of its log has."""
    return record.id, record.audience


class Witness:
    """Follows the tail of a log. What it saw once it must see again; what was acknowledged it must see."""

    def __init__(self, path: Any, opened: Open = SQLiteStore) -> None:
        self.path, self.opened = path, opened
        self.seen: dict[Seen, None] = {}
        self.acknowledged: set[str] = set()
        self._root = b""

    def look(self, log: Log) -> None:
        """See what is new, and that what was there is there still."""
        end = len(self.seen)
        if self._root:
            hold(log.digest_at(end) == self._root, "order never changes, up to", end)
        for record in log.read(after=end):
            hold(record.position == len(self.seen) + 1, "no gaps: behind", len(self.seen), "comes", record.position)
            hold(key(record) not in self.seen, "nothing twice:", record.id)
            self.seen[key(record)] = None
        if len(self.seen) > end:
            self._root = log.digest_at(len(self.seen))

    def settle(self) -> None:
        """Open the log and look: after the writers' end, what was acknowledged is there."""
        with self.opened(self.path) as log:
            self.look(log)
        lost = self.acknowledged.difference(event_id for event_id, _ in self.seen)
        hold(not lost, "acknowledged, and lost:", *lost)

    def look_at_all(self) -> None:
        """Read the log from its beginning, and hold its records, its tree and its diary to what was seen."""
        self.settle()
        with self.opened(self.path) as log:
            records = list(log.read())
            hold(list(map(key, records)) == list(self.seen), "what was seen is what is read")
            for said, there in Counter(record.causation_id for record in records).items():
                hold(said is None or int(said.split()[0]) == there, "an append is whole:", there, "of", said)
            log.verify()
            if isinstance(log, SQLiteStore | PostgresStore):
                diary_equals_fold(log)


def diary_equals_fold(log: Readable) -> None:
    """See that the kept diary is what folding the log gives."""
    with Diary(log) as diary:
        found = {one.slug: one for one in diary.find()}, diary.answer(ContactFrequency())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of records that nobody here can read
        engagements = replay(AllEngagements(), log, audience="public")
        contacts = replay(ContactFrequency(), log, audience="public")
    hold(found == ({one.slug: one for one in engagements}, contacts), "the diary is what folding the log gives")


STATES = tuple(map(State, ("CN", "RU", "FR", "ID")))


def reports(chance: Random, number: int) -> list[Envelope]:
    """Return reports with ids that no others have; each says with how many others it is appended."""
    together = f"{number} {chance.getrandbits(64):016x}"
    return [
        Envelope(
            _report(chance),
            id=f"{chance.getrandbits(64):016x}",
            audience=chance.choice(_AUDIENCES),
            causation_id=together,
        )
        for _ in range(number)
    ]


_AUDIENCES = ("public", "public", "internal", "asia-desk")


def _report(chance: Random) -> Event:
    slug, other = (f"visit-{chance.randrange(40)}" for _ in range(2))
    day = When(f"2023-{chance.randrange(1, 13):02}-17")
    guest, host = chance.sample(STATES, 2)
    match chance.randrange(8):
        case 0:
            return Cancelled(engagement=slug, reason="x" * chance.randrange(1, 2000))
        case 1 | 2:
            return Confirmed(engagement=slug)
        case 3:
            return MeetingHeld(engagement=f"talks-{slug}", participants=(guest, host), when=day, during=slug)
        case 4 if slug != other:
            return MergedAsDuplicate(engagement=slug, into=other)
        case _:
            return VisitAnnounced(engagement=slug, visitors=(guest,), host=host, when=day)


class Child:
    """A process that is forked off, does something, and acknowledges it octet by octet; it is there to be killed."""

    living: ClassVar["set[Child]"] = set()

    def __init__(self, work: Callable[[int], object]) -> None:
        self._end, pipe = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.close(self._end)
                os.write(pipe, b"+")
                work(pipe)
            except BaseException as error:  # noqa: BLE001 - said to who waits for it
                os.write(pipe, f"!{type(error).__name__}: {error}".encode()[:4000])
            finally:
                os._exit(0)
        os.close(pipe)
        self.living.add(self)
        os.read(self._end, 1)  # it has begun

    def kill(self) -> bytes:
        """Kill it with SIGKILL, and return what it acknowledged."""
        os.kill(self.pid, signal.SIGKILL)
        return self.join()

    def join(self) -> bytes:
        """Wait for its end, and return what it acknowledged.

        Raises Broken when it ended by an error.
        """
        with os.fdopen(self._end, "rb") as pipe:
            said = pipe.read()
        os.waitpid(self.pid, 0)
        self.living.remove(self)
        hold(b"!" not in said, "a child failed:", said.partition(b"!")[2].decode())
        return said


def writing(path: Path | str, opened: Open, seed: int) -> Callable[[int], None]:
    """Return what a writer does: it appends reports for good, and acknowledges them when the append has returned."""

    def write(pipe: int) -> None:
        chance = Random(seed)  # noqa: S311 - no secrets
        with opened(path) as log:
            for _ in count():
                envelopes = reports(chance, chance.randrange(1, 6))
                log.append(*envelopes)
                os.write(pipe, "".join(str(one.id) for one in envelopes).encode())

    return write


def acknowledged_in(said: bytes) -> set[str]:
    """Return the ids that a writer acknowledged. It may have been killed while it said the last."""
    text = said.decode()
    return {text[start : start + ID_SIZE] for start in range(0, len(text) - ID_SIZE + 1, ID_SIZE)}


def pause(chance: Random, longest: float) -> None:
    """Wait for a random part of so many seconds."""
    time.sleep(chance.random() * longest)
