"""check_store holds event stores to their contract: ours keep it, and a store that lies is found out."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from typing import Any
from unicodedata import normalize
from uuid import uuid4

import attrs
import pendulum
import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from waivers import uncut

from diplocal.errors import DiplocalError
from diplocal.events import Event
from diplocal.records import Envelope, Record, micros
from diplocal.store import AUDIENCES, EventStore, MemoryStore, SQLiteStore, Verified
from diplocal.store.clock import Clock
from diplocal.store.contract import Seen, unseen
from diplocal.testing import StoreContractBroken, check_store, store_laws, store_machine
from diplocal.testing.law import Breaks, Differs
from diplocal.testing.store_sharing import SHARING, SharingRequirement, Ways


class SQLiteInItsOwnDirectory(SQLiteStore):
    """A SQLite store that leaves nothing behind."""

    def __init__(self) -> None:
        self._directory = TemporaryDirectory()
        super().__init__(Path(self._directory.name) / "log.db")

    def close(self) -> None:
        super().close()
        self._directory.cleanup()


TestMemoryStore = store_laws(MemoryStore, settings=settings(max_examples=20))
TestSQLiteStore = store_laws(SQLiteInItsOwnDirectory, settings=settings(max_examples=10))
for law_class, held_elsewhere in (
    (TestMemoryStore, "test_lasting"),  # memory does not last
    (TestSQLiteStore, "test_lasting"),  # held below, with a way to open a log again
    (TestSQLiteStore, "test_set_back"),  # held below
):
    delattr(law_class, held_elsewhere)
del law_class


@pytest.mark.parametrize("open_empty", [MemoryStore, SQLiteInItsOwnDirectory])
def test_a_machine_that_tries_whatever_it_can_finds_nothing(open_empty: Callable[[], EventStore]) -> None:
    quick = settings(max_examples=10, stateful_step_count=20, deadline=None)
    run_state_machine_as_test(store_machine(open_empty), settings=quick)


class Liar(MemoryStore):
    """A store that is right; liars derive from it."""


class GapAfterAClash(Liar):
    """Gives positions with a gap, as a sequence does after a rollback."""

    def read(self, **asked: Any) -> Iterator[Record]:
        return (one.evolve(position=one.position * 2) for one in super().read(**asked))


class Blind(Liar):
    """Never minds what version is expected."""

    def append(self, *events: Event | Envelope, expect: int | Mapping[str, int] | None = None) -> tuple[Record, ...]:
        return super().append(*events, expect=None if expect else expect)


class HalfWay(Liar):
    """Appends one by one, and stops where it fails."""

    def append(self, *events: Event | Envelope, expect: int | Mapping[str, int] | None = None) -> tuple[Record, ...]:
        found: list[Record] = []
        for one in events:
            found += super().append(one, expect=expect if not found else None)
        return tuple(found)


class Duplicating(Liar):
    """Makes a new id for what it knows already."""

    def append(self, *events: Event | Envelope, expect: int | Mapping[str, int] | None = None) -> tuple[Record, ...]:
        known = {record.id for record in self.read()}
        fresh = [one if isinstance(one, Envelope) else Envelope(one) for one in events]
        return super().append(
            *(attrs.evolve(one, id=f"{one.id}-again") if one.id in known else one for one in fresh), expect=expect
        )


class Forgetful(Liar):
    """Drops who recorded it."""

    def append(self, *events: Event | Envelope, expect: int | Mapping[str, int] | None = None) -> tuple[Record, ...]:
        fresh = (one if isinstance(one, Envelope) else Envelope(one) for one in events)
        return super().append(*(attrs.evolve(one, recorded_by=None) for one in fresh), expect=expect)


class BlindToOthers(Liar):
    """Looks at the first of several streams alone."""

    def append(self, *events: Event | Envelope, expect: int | Mapping[str, int] | None = None) -> tuple[Record, ...]:
        first = dict([*expect.items()][:1]) if isinstance(expect, Mapping) else expect
        return super().append(*events, expect=first)


class BlindToTheFirst(Liar):
    """Looks at the last of several streams alone."""

    def append(self, *events: Event | Envelope, expect: int | Mapping[str, int] | None = None) -> tuple[Record, ...]:
        last = dict([*expect.items()][-1:]) if isinstance(expect, Mapping) else expect
        return super().append(*events, expect=last)


class Silent(Liar):
    """Does not tell how far it is."""

    def verify(self, **_: object) -> Verified:
        return super().verify()


class OffByOne(Liar):
    """Takes 'after' as included."""

    def read(self, *, after: int = 0, **asked: Any) -> Iterator[Record]:
        return super().read(after=after - 1, **asked)


class Leaking(Liar):
    """Shows everything to everybody."""

    def read(self, **asked: Any) -> Iterator[Record]:
        return super().read(**{**asked, "audience": None})


class Telling(Liar):
    """Counts what is hidden too."""

    def count(self, *, upto: int | None = None, audience: str | None = None) -> int:
        return super().count(upto=upto, audience=audience and "restricted")


class Refusing(Liar):
    """Refuses for the public what is recorded for others."""

    def append(self, *events: Event | Envelope, expect: int | Mapping[str, int] | None = None) -> tuple[Record, ...]:
        taken = {record.id for record in self.read(audience="internal")} - {r.id for r in self.read(audience="public")}
        for one in events:
            if isinstance(one, Envelope) and one.audience == "public" and one.id in taken:
                raise DiplocalError("taken")
        return super().append(*events, expect=expect)


class Scattered(Liar):
    """Gives streams mixed, as they were recorded."""

    def read_by_stream(self, *, upto: int | None = None, audience: str | None = None) -> Iterator[Record]:
        return self.read(upto=upto, audience=audience)


class Backwards(Liar):
    """Gives each stream from its end."""

    def read_by_stream(self, *, upto: int | None = None, audience: str | None = None) -> Iterator[Record]:
        return reversed([*super().read_by_stream(upto=upto, audience=audience)])


class Clamping(Liar):
    """Answers for positions that are not there with the end."""

    def digest_at(self, position: int) -> bytes:
        return super().digest_at(min(position, self.position()))


class Unsteady(Liar):
    """Reads on to whatever end there is by then."""

    def read(
        self,
        *,
        after: int = 0,
        upto: int | None = None,
        streams: Collection[str] | None = None,
        types: Collection[str] | None = None,
        audience: str | None = None,
    ) -> Iterator[Record]:
        yield from super().read(after=after, upto=upto, streams=streams, types=types, audience=audience)


class BackInTime(Liar):
    """Takes its clock's word, though that went back."""

    def read(self, **asked: Any) -> Iterator[Record]:
        return (one.evolve(recorded_micros=2_000_000_000_000_000 - one.position) for one in super().read(**asked))


class Stale(Liar):
    """Reads what it read before, for a while."""

    def append(self, *events: Event | Envelope, expect: int | Mapping[str, int] | None = None) -> tuple[Record, ...]:
        self._seen = getattr(self, "_seen", list(super().read()))
        return super().append(*events, expect=expect)

    def read(self, **asked: Any) -> Iterator[Record]:
        return iter(getattr(self, "_seen", [])) if not asked else super().read(**asked)


class LeakingStreams(Liar):
    """Shows everything to whoever asks by stream."""

    def read_by_stream(self, **asked: Any) -> Iterator[Record]:
        return super().read_by_stream(**{**asked, "audience": None})


class WrongTime(Liar):
    """Gives the first position of an instant, not the last."""

    def position_at(self, instant: pendulum.DateTime, *, audience: str | None = None) -> int:
        return max(super().position_at(instant, audience=audience) - 1, 0)


class Unverified(Liar):
    """Verifies without reading."""

    def verify(self, **_: object) -> Verified:
        return Verified(self.position(), b"")


class Restless(Liar):
    """Has another identity each time."""

    @property
    def log_id(self) -> str:
        return f"{self.position()}"

    @log_id.setter
    def log_id(self, _value: str) -> None: ...


class Picky(Liar):
    """Refuses what it does not know."""

    def append(self, *events: Event | Envelope, expect: int | Mapping[str, int] | None = None) -> tuple[Record, ...]:
        for one in events:
            if "Unknown" in type(one.event if isinstance(one, Envelope) else one).__name__:
                raise DiplocalError("unknown")
        return super().append(*events, expect=expect)


class Downgrading(Liar):
    """Knows three audiences, and takes any other for the first of them."""

    def append(self, *events: Event | Envelope, expect: int | Mapping[str, int] | None = None) -> tuple[Record, ...]:
        fresh = (one if isinstance(one, Envelope) else Envelope(one) for one in events)
        known = (one if one.audience in AUDIENCES else attrs.evolve(one, audience="public") for one in fresh)
        return super().append(*known, expect=expect)


class BlindToItsBatch(Liar):
    """Looks for an id in the log, and not among what comes with it."""

    def append(self, *events: Event | Envelope, expect: int | Mapping[str, int] | None = None) -> tuple[Record, ...]:
        fresh = [one if isinstance(one, Envelope) else Envelope(one) for one in events]
        twice = Counter(one.id for one in fresh)
        places = enumerate(fresh)
        told = (attrs.evolve(one, id=f"{one.id} {at}") if twice[one.id] > 1 else one for at, one in places)
        return super().append(*told, expect=expect)


class OneCursor(Liar):
    """Has one cursor for all who read."""

    def read(self, **asked: Any) -> Iterator[Record]:
        self._cursor = cursor = super().read(**asked)
        return iter(lambda: next(self._cursor if self._cursor is cursor else iter(()), None), None)


LIARS: dict[type[Liar], str] = {
    Downgrading: "faithful",
    BlindToItsBatch: "repetition",
    OneCursor: "steady",
    GapAfterAClash: "gapless",
    Forgetful: "faithful",
    Blind: "expectations",
    BlindToOthers: "expectations",
    BlindToTheFirst: "expectations",
    Silent: "verification",
    Duplicating: "repetition",
    HalfWay: "all_or_nothing",
    WrongTime: "time",
    BackInTime: "gapless",
    Stale: "gapless",
    LeakingStreams: "by_stream",
    OffByOne: "filters",
    Leaking: "releasing",
    Refusing: "releasing",
    Telling: "counts",
    Scattered: "by_stream",
    Backwards: "by_stream",
    Clamping: "digests",
    Unsteady: "steady",
    Unverified: "verification",
    Restless: "identity",
    Picky: "strangers",
}


@pytest.mark.parametrize("liar", LIARS, ids=lambda liar: str(liar.__name__))
def test_a_store_that_lies_is_found_out(liar: type[Liar]) -> None:
    with pytest.raises(StoreContractBroken) as caught:
        store_laws(liar, settings=uncut(25))(f"test_{LIARS[liar]}").debug()
    assert caught.value.requirement.name == LIARS[liar]


@pytest.mark.parametrize("liar", [Downgrading, Blind, Backwards])
def test_the_history_that_shows_it_is_short(liar: type[Liar]) -> None:
    with pytest.raises(StoreContractBroken, match="The shortest history found") as caught:
        store_laws(liar, settings=settings(max_examples=25, derandomize=True))(f"test_{LIARS[liar]}").debug()
    assert caught.value.history is not None
    assert len(caught.value.history) <= 3


class Files:
    """A folder of logs, of which the last can be opened again."""

    def __init__(self, folder: Path, kind: Callable[..., EventStore]) -> None:
        self._folder, self._kind, self._count = folder, kind, 0

    def open_empty(self, **clock: Clock) -> EventStore:
        self._count += 1
        return self.open_again(**clock)

    def open_again(self, **clock: Clock) -> EventStore:
        return self._kind(self._folder / f"{self._count}.db", **clock)


class Racy(MemoryStore):
    """Reads, changes and writes back, without a lock."""

    def append(self, *events: Event | Envelope, expect: int | Mapping[str, int] | None = None) -> tuple[Record, ...]:
        copy = MemoryStore(log_id=self.log_id, clock=self._clock)
        copy._rows, copy._by_id, copy._versions = [*self._rows], {**self._by_id}, {**self._versions}
        records = copy.append(*events, expect=expect)
        sleep(0.001)  # a disk takes its time
        self._rows, self._by_id, self._versions = copy._rows, copy._by_id, copy._versions
        return records


class Scattering(MemoryStore):
    """Takes a lock for each event, and not for an append."""

    def append(self, *events: Event | Envelope, expect: int | Mapping[str, int] | None = None) -> tuple[Record, ...]:
        found: list[Record] = []
        for one in events:
            found += super().append(one, expect=expect)
            sleep(0.001)
        return tuple(found)


class Unkept(MemoryStore):
    """Says that it is a file, and keeps all in memory."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        path.touch()


class Renamed(SQLiteStore):
    """Has another identity each time that it is opened."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._watch._log_id = self.log_id
        self.log_id = str(uuid4())


class Cutting(MemoryStore):
    """Reads a page, and takes it for all."""

    def read(self, **asked: Any) -> Iterator[Record]:
        return islice(super().read(**asked), 1_000)


class Batching(MemoryStore):
    """Appends so many events as a statement has room for, and forgets the rest."""

    def append(self, *events: Event | Envelope, expect: int | Mapping[str, int] | None = None) -> tuple[Record, ...]:
        return super().append(*events[:999], expect=expect)


class Rewriting(MemoryStore):
    """Keeps texts in a column of its own kind."""

    @staticmethod
    def kept(text: str) -> str:
        return text

    def append(self, *events: Event | Envelope, expect: int | Mapping[str, int] | None = None) -> tuple[Record, ...]:
        made = [one if isinstance(one, Envelope) else Envelope(one) for one in events]
        notes = [one.event.note and self.kept(one.event.note) for one in made]
        changed = [attrs.evolve(one, event=one.event.evolve(note=note)) for one, note in zip(made, notes, strict=True)]
        return super().append(*changed, expect=expect)


class OneBytePerLetter(Rewriting):
    """Loses what its encoding does not have."""

    kept = staticmethod(lambda text: text.encode("latin-1", "replace").decode("latin-1"))


class ThreeBytesPerLetter(Rewriting):
    """Loses what is outside the Basic Multilingual Plane."""

    kept = staticmethod(lambda text: "".join(letter if letter < "\U00010000" else "?" for letter in text))


class Composing(Rewriting):
    """Composes letters with their accents."""

    kept = staticmethod(lambda text: normalize("NFC", text))


class OfOneSystem(Rewriting):
    """Ends lines as its system does."""

    kept = staticmethod(lambda text: text.replace("\r\n", "\n"))


class Short(Rewriting):
    """Has columns of so many letters."""

    kept = staticmethod(lambda text: text[:65_535])


class CaseBlind(MemoryStore):
    """Takes ids that differ in case for one."""

    def append(self, *events: Event | Envelope, expect: int | Mapping[str, int] | None = None) -> tuple[Record, ...]:
        made = (one if isinstance(one, Envelope) else Envelope(one) for one in events)
        return super().append(*(attrs.evolve(one, id=(one.id or "").lower()) for one in made), expect=expect)


class CaseBlindToStreams(MemoryStore):
    """Counts versions of streams as a collation compares them."""

    def read(self, **asked: Any) -> Iterator[Record]:
        counted: Counter[str] = Counter()
        for one in super().read(**asked):
            counted[one.stream.casefold()] += 1
            yield one.evolve(version=counted[one.stream.casefold()])


class NeverClosed(MemoryStore):
    """Answers on."""

    def close(self) -> None:
        pass


class ClosedOnce(MemoryStore):
    """Has nothing to let go of the second time."""

    def close(self) -> None:
        self._expect_open()
        super().close()


class ShortOfALongLog(MemoryStore):
    """Is one short, where its page ends."""

    def position(self) -> int:
        return super().position() - (super().position() > 100)


class LosesTime(MemoryStore):
    """Looks at the first instants alone."""

    def position_at(self, instant: pendulum.DateTime, *, audience: str | None = None) -> int:
        return min(super().position_at(instant, audience=audience), 50)


class CountsToTwenty(MemoryStore):
    """Has room for few versions."""

    def stream_version(self, stream: str) -> int:
        return min(super().stream_version(stream), 20)


class BlindToLongStreams(MemoryStore):
    """Never minds what version of a long stream is expected."""

    def append(self, *events: Event | Envelope, expect: int | Mapping[str, int] | None = None) -> tuple[Record, ...]:
        return super().append(*events, expect=None if isinstance(expect, int) and expect > 15 else expect)


class ToldAtTheEnd(MemoryStore):
    """Tells how far it is when it has come there."""

    def verify(self, *, seen: Seen = unseen) -> Verified:
        verified = super().verify()
        seen(verified.position)
        return verified


@pytest.mark.parametrize(
    ("liar", "name"),
    [
        (NeverClosed, "closed"),
        (ClosedOnce, "closed"),
        (ShortOfALongLog, "volume"),
        (LosesTime, "volume"),
        (CountsToTwenty, "volume"),
        (BlindToLongStreams, "volume"),
        (ToldAtTheEnd, "volume"),
        (OfOneSystem, "verbatim"),
        (Cutting, "volume"),
        (Batching, "volume"),
        (OneBytePerLetter, "verbatim"),
        (ThreeBytesPerLetter, "verbatim"),
        (Composing, "verbatim"),
        (Short, "verbatim"),
        (CaseBlind, "verbatim"),
        (CaseBlindToStreams, "verbatim"),
    ],
)
def test_a_store_that_cuts_or_rewrites_is_found_out(liar: type[MemoryStore], name: str) -> None:
    with pytest.raises((Differs, Breaks, DiplocalError)):
        of_sharing(name).hold(Ways(liar))


def of_sharing(name: str) -> SharingRequirement:
    return next(one for one in SHARING if one.name == name)


@pytest.mark.parametrize("name", [one.name for one in SHARING])
def test_a_log_in_a_file_is_shared_and_lasts(tmp_path: Path, name: str) -> None:
    files = Files(tmp_path, SQLiteStore)
    of_sharing(name).hold(Ways(files.open_empty, files.open_again))


def test_threads_share_a_store_in_memory() -> None:
    of_sharing("at_once").hold(Ways(MemoryStore))


@pytest.mark.parametrize("liar", [Racy, Scattering])
def test_a_store_that_loses_or_parts_what_is_appended_at_the_same_time_is_found_out(liar: type[MemoryStore]) -> None:
    with pytest.raises((Differs, Breaks)):
        of_sharing("at_once").hold(Ways(liar))


class OpenToAll(SQLiteStore):
    """Forgets for whom records are, when it is opened again."""

    def __init__(self, path: Path) -> None:
        self._is_new = not path.exists()
        super().__init__(path)

    def _whose(self, asked: dict[str, Any]) -> dict[str, Any]:
        return asked if self._is_new else {**asked, "audience": None}


class ReadByAll(OpenToAll):
    def read(self, **asked: Any) -> Iterator[Record]:
        return super().read(**self._whose(asked))


class ReadByAllByStream(OpenToAll):
    def read_by_stream(self, **asked: Any) -> Iterator[Record]:
        return super().read_by_stream(**self._whose(asked))


class CountedByAll(OpenToAll):
    def count(self, **asked: Any) -> int:
        return super().count(**self._whose(asked))


class TimedByAll(OpenToAll):
    def position_at(self, instant: pendulum.DateTime, **asked: Any) -> int:
        return super().position_at(instant, **self._whose(asked))


@pytest.mark.parametrize("liar", [Unkept, Renamed, ReadByAll, ReadByAllByStream, CountedByAll, TimedByAll])
def test_a_store_that_forgets_is_found_out_when_it_is_opened_again(
    tmp_path: Path, liar: Callable[[Path], EventStore]
) -> None:
    files = Files(tmp_path, liar)
    with pytest.raises((Differs, Breaks)):
        of_sharing("lasting").hold(Ways(files.open_empty, files.open_again))


def test_what_was_not_tried_is_named() -> None:
    few = settings(max_examples=1, derandomize=True)
    assert check_store(MemoryStore, settings=few) == ("lasting",)
    assert check_store(lambda: MemoryStore(), settings=few) == ("set_back", "lasting")  # noqa: PLW0108 - it takes no clock
    outcome = store_laws(MemoryStore, settings=few)("test_lasting").run()
    assert outcome is not None
    assert [reason for _, reason in outcome.skipped] == ["was not tried: it needs open_again"]


class TrustsItsClock(MemoryStore):
    """Takes its clock's word, though that went back."""

    def append(self, *events: Event | Envelope, expect: int | Mapping[str, int] | None = None) -> tuple[Record, ...]:
        self._said = [*getattr(self, "_said", ()), micros(self._clock())]
        return super().append(*events, expect=expect)

    def read(self, **asked: Any) -> Iterator[Record]:
        return (one.evolve(recorded_micros=self._said[one.position - 1]) for one in super().read(**asked))


class StopsItsClock(TrustsItsClock):
    """Takes its time from the first append."""

    def read(self, **asked: Any) -> Iterator[Record]:
        return (one.evolve(recorded_micros=self._said[0]) for one in MemoryStore.read(self, **asked))


def test_memory_is_not_taken_back_in_time() -> None:
    of_sharing("set_back").hold(Ways(MemoryStore))


@pytest.mark.parametrize("liar", [TrustsItsClock, StopsItsClock])
def test_a_store_that_goes_back_in_time_with_its_clock_is_found_out(liar: type[MemoryStore]) -> None:
    with pytest.raises((Differs, Breaks)):
        of_sharing("set_back").hold(Ways(liar))
