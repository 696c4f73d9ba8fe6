"""What is required of a store beside single histories: much at once, all texts, several users, a clock, a reopening."""

# ruff: noqa: D401 - a requirement says what holds
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from inspect import cleandoc, signature
from threading import Barrier, Event
from typing import TypeVar

import attrs
import pendulum

from diplocal.checks import expect_callable
from diplocal.errors import NotOpen, VersionClash
from diplocal.events import ReportAttached
from diplocal.events.wire import UnknownEvent
from diplocal.proofs.merkle import leaf_hash
from diplocal.records import Envelope, Record, micros
from diplocal.store import AUDIENCES, EventStore, visible_to
from diplocal.testing.canonical import canonical
from diplocal.testing.law import Breaks, same

Open = Callable[[], EventStore]
R = TypeVar("R")

WRITERS = 4
APPENDS = 3
"""How often each of them appends something of its own."""
ROUNDS = 5
"""A store that loses something does not lose it each time."""


@attrs.frozen
class Ways:
    """The ways in that the author of a store gives."""

    open_empty: Callable[..., EventStore]
    """Opens a new, empty store."""
    open_again: Open | None = None
    """Opens the last one again."""

    def __attrs_post_init__(self) -> None:
        expect_callable("open_empty", self.open_empty, "a function that opens a new, empty store, such as MemoryStore")
        expect_callable("open_again", self.open_again, "a function that opens the last store again", optional=True)

    @property
    def clock(self) -> bool:
        """Whether a new, empty store can be told where to take its time from."""
        return "clock" in signature(self.open_empty).parameters


@attrs.frozen
class SharingRequirement:
    """Something that every store does for several, or when it is opened in a certain way."""

    name: str
    says: str
    hold: Callable[[Ways], None]
    """Raises Differs or Breaks."""
    needs: str
    """The way in without which it cannot be tried, by its name; mostly empty."""

    def is_tried(self, ways: Ways) -> bool:
        """Return whether the ways in that it needs are there."""
        return not self.needs or bool(getattr(ways, self.needs))


@attrs.frozen
class _Written:
    """What one of several writers was told."""

    acknowledged: list[tuple[Record, ...]] = attrs.field(factory=list)
    won: list[Record] = attrs.field(factory=list)
    clashes: list[int] = attrs.field(factory=list)
    shared: list[Record] = attrs.field(factory=list)


def at_once(ways: Ways) -> None:
    """Of several who append at the same time, nothing that was acknowledged is lost, and each append stays together.

    Of those who expect one version of a stream one is taken, and the others raise VersionClash; one event that all
    append is recorded once. A reader who follows the end of the log meanwhile misses nothing.
    """
    for _ in range(ROUNDS):
        with ExitStack() as opened, ThreadPoolExecutor(WRITERS + 1) as threads:
            store = opened.enter_context(ways.open_empty())
            others = [opened.enter_context(ways.open_again()) if ways.open_again else store for _ in range(WRITERS)]
            handles = [store, *others]
            start, done = Barrier(WRITERS), Event()
            follower = threads.submit(_followed, handles[-1], done)
            writers = [threads.submit(_write, handles[number], number, start) for number in range(WRITERS)]
            try:
                written = [_told(writer) for writer in writers]
            finally:
                done.set()
            _compare(store, written, _told(follower))


def _write(store: EventStore, number: int, start: Barrier) -> _Written:
    written = _Written()
    start.wait()
    try:
        written.won.extend(store.append(_said("contested", f"{number}"), expect=0))
    except VersionClash as clash:
        written.clashes.append(clash.actual)
    for part in range(APPENDS):
        both = (_said(f"{stream}-{number}", f"{part}") for stream in ("first", "second"))
        written.acknowledged.append(store.append(*both))
    written.shared.extend(store.append(Envelope(_said("shared", "the same"), id="shared")))
    return written


def _followed(store: EventStore, done: Event) -> list[Record]:
    """Read on at the end of the log until the others are done."""
    found: list[Record] = []
    is_last = False
    while not is_last:
        is_last = done.is_set()
        found += store.read(after=found[-1].position if found else 0)
    return found


def _told(running: Future[R]) -> R:
    try:
        return running.result()
    except Exception as error:
        raise Breaks(f"{type(error).__name__} was raised while several appended: {error}") from error


def _compare(store: EventStore, written: list[_Written], followed: list[Record]) -> None:
    read = list(store.read())
    expected = WRITERS * APPENDS * 2 + 2
    _expect("positions", [record.position for record in read], list(range(1, expected + 1)))
    for one in written:
        for records in (*one.acknowledged, tuple(one.won), tuple(one.shared)):
            _expect("what was acknowledged", [read[record.position - 1] for record in records], list(records))
        for first, second in one.acknowledged:
            _expect("the place behind the first of an append", second.position, first.position + 1)
    _expect("how many were taken of those who expected one version", sum(len(one.won) for one in written), 1)
    _expect("how many clashed", sum(len(one.clashes) for one in written), WRITERS - 1)
    _expect("how often the same event is there", len({one.shared[0].position for one in written}), 1)
    _expect("what a follower read", followed, read)
    _expect("the verified position", store.verify().position, expected)


def lasting(ways: Ways) -> None:
    """What was acknowledged is there when the log is opened again, and is seen through a second handle at once.

    So are its identity, ids, versions and digests, each audience sees what it may and no more, and appending goes on at
    the next position.
    """
    open_empty, open_again = ways.open_empty, ways.open_again or ways.open_empty
    told = [
        Envelope(_said(f"talks-{number % 2}", f"{number}"), id=f"event-{number}", audience=audience)
        for number, audience in enumerate(("public", "internal", "asia-desk", "restricted", "public", "internal"))
    ]
    with open_empty() as store:
        log_id, given = store.log_id, list(store.append(*told[:3]))
        with open_again() as second:
            _see(second, log_id, given, "a second handle")
            given += second.append(*told[3:5], expect={"talks-0": 2, "talks-1": 1})
            _see(store, log_id, given, "the first handle")
    with open_again() as store:
        _see(store, log_id, given, "the log that is opened again")
        _expect("what a retry gives", list(store.append(*told[:5])), given)
        given += store.append(told[5], expect=2)
    with open_again() as store:
        _see(store, log_id, given, "the log that is opened a third time")


def _see(store: EventStore, log_id: str, given: list[Record], where: str) -> None:
    _expect(f"the log's id in {where}", store.log_id, log_id)
    _expect(f"what is read from {where}", list(store.read()), given)
    _expect(f"positions in {where}", [record.position for record in given], list(range(1, len(given) + 1)))
    _expect(f"position() in {where}", store.position(), len(given))
    for record in given:
        version = max(one.version for one in given if one.stream == record.stream)
        _expect(f"the version of {record.stream} in {where}", store.stream_version(record.stream), version)
    for audience in (*AUDIENCES, "asia-desk"):
        visible, now = visible_to(audience), max(record.recorded_at for record in given)
        seen = [record for record in given if record.audience in visible]
        by_stream = sorted(seen, key=lambda record: (record.stream, record.version))
        asked = f"for {audience} in {where}"
        _expect(f"what is read {asked}", list(store.read(audience=audience)), seen)
        found = sorted(store.read_by_stream(audience=audience), key=lambda record: (record.stream, record.version))
        _expect(f"what is read by stream {asked}", found, by_stream)
        _expect(f"count() {asked}", store.count(audience=audience), len(seen))
        _expect(f"position_at() {asked}", store.position_at(now, audience=audience), seen[-1].position)
    verified = store.verify()
    _expect(
        f"the verified end in {where}", (verified.position, verified.digest), (len(given), store.digest_at(len(given)))
    )


def set_back(ways: Ways) -> None:
    """A clock that is set back takes nothing back in time: no record is earlier than what its audience saw before it.

    Where the clock goes on, it is believed. An instant maps to the last position that the public knew by then.
    """
    now = _NOON
    told = [_NOON.add(hours=hour) for hour in (0, 2, -48, 1, 2, 3, -1, 4)]
    with ways.open_empty(clock=lambda: now) as store:
        for number, now in enumerate(told):  # noqa: B007 - the clock tells it
            audience = AUDIENCES[number % 3 == 1]
            store.append(Envelope(_said("talks", f"{number}"), id=f"event-{number}", audience=audience))
        given = list(store.read())
        for record, said in zip(given, told, strict=True):
            seen = [
                one.recorded_micros
                for one in given[: record.position - 1]
                if one.audience in visible_to(record.audience)
            ]
            _expect(f"when position {record.position} was recorded", record.recorded_micros, max([micros(said), *seen]))
        public = [one for one in given if one.audience == AUDIENCES[0]]
        for instant in told:
            known = max((one.position for one in public if one.recorded_at <= instant), default=0)
            _expect(f"position_at({instant})", store.position_at(instant, audience=AUDIENCES[0]), known)


_NOON = pendulum.datetime(2024, 2, 29, 12)


def volume(ways: Ways) -> None:
    """A log holds more than a page: of thousands of events none is cut off, however they are appended and read.

    Half of them are of a stream each, and half of one: whoever counts or looks for something finds it at the end, too.
    """
    streams_of = [f"talks-{min(number, _AT_ONCE)}" for number in range(_MANY)]
    told = [Envelope(_said(stream, f"{number}"), id=f"event-{number}") for number, stream in enumerate(streams_of)]
    with ways.open_empty() as store:
        given = [*store.append(*told[:_AT_ONCE]), *store.append(*told[_AT_ONCE:])]
        _see_the_end(store, given)
        _expect("positions", [record.position for record in given], list(range(1, _MANY + 1)))
        streams = {record.stream for record in given}
        for what, read in (
            ("what is read", store.read()),
            ("what is read of all streams", store.read(streams=streams)),
            ("what is read by stream", sorted(store.read_by_stream(), key=lambda record: record.position)),
        ):
            _expect(what, [record.id for record in read], [record.id for record in given])
        _expect("what is read at the end", list(store.read(after=_MANY - 2)), given[-2:])
        _expect("how many there are", store.count(), _MANY)
        _expect("what a retry gives", [one.position for one in store.append(*told)], list(range(1, _MANY + 1)))


def _see_the_end(store: EventStore, given: list[Record]) -> None:
    """See that a long log and its longest stream are known to be as long as they are."""
    last, seen = given[-1], list[int]()
    _expect("position()", store.position(), len(given))
    _expect("the position of the last instant", store.position_at(last.recorded_at), len(given))
    _expect("the version of the longest stream", store.stream_version(last.stream), last.version)
    for wrong in (last.version - 1, last.version + 1):
        clash = _clash(partial(store.append, _said(last.stream, "late"), expect=wrong))
        _expect("what the clash tells", (clash.expected, clash.actual), (wrong, last.version))
    _expect("the verified position", store.verify(seen=seen.append).position, len(given))
    _expect("how often a long verification told how far it was", len(seen) > 1, wanted=True)
    for position in (len(given) // 2, len(given)):
        _expect(f"the leaf of the entry at {position}", leaf_hash(store.entry(position)), store.hash_of(0, position))


def _clash(append: Callable[[], object]) -> VersionClash:
    try:
        append()
    except VersionClash as clash:
        return clash
    raise Breaks("an append that expected another version of a long stream did not raise VersionClash")


_MANY, _AT_ONCE = 2_100, 1_050
"""More than the 1,000 and 1,024 at which pages and lists of parameters are cut."""


def verbatim(ways: Ways) -> None:
    """Texts are kept letter by letter: of every script, long ones, with spaces and lines, composed or not.

    Ids and streams that differ in case or in accents alone are different.
    """
    told = [
        Envelope(_said(f"talks-{number}", text), id=f"event-{name}", recorded_by=f"desk {name}")
        for number, (name, text) in enumerate(zip(_ALIKE, _TEXTS, strict=True))
    ]
    told += [
        Envelope(UnknownEvent(type="acme.said", version=1, data=b"{}", in_stream=f"Hall:{name}"), id=f"hall-{name}")
        for name in _ALIKE
    ]
    with ways.open_empty() as store:
        given = list(store.append(*told))
        for opened in (store, *([ways.open_again()] if ways.open_again else [])):
            read = list(opened.read())
            _expect("ids", [record.id for record in read], [one.id for one in told])
            _expect("texts", [record.event for record in read], [one.event for one in told])
            _expect("versions in streams", {record.version for record in read}, {1})
            _expect("who recorded it", [record.recorded_by for record in read], [one.recorded_by for one in told])
            _expect("what is read", read, given)
            if opened is not store:
                opened.close()


def closed(ways: Ways) -> None:
    """A store that was closed answers nothing more, and takes nothing on: NotOpen. It can be closed again."""
    with ways.open_empty() as store:
        store.append(_said("talks", "before"))
        store.close()
    store.close()
    asked: dict[str, Callable[[], object]] = {
        "append": lambda: store.append(_said("talks", "after")),
        "read": lambda: list(store.read()),
        "position": store.position,
        "count": store.count,
        "stream_version": lambda: store.stream_version("talks"),
        "verify": store.verify,
    }
    for name, ask in asked.items():
        try:
            ask()
        except NotOpen:
            continue
        raise Breaks(f"{name} of a store that was closed did not raise NotOpen")


_ALIKE = ("b", "a", "A", "á", "a\u0301", "ß", "ss", "i", "\u0131")
"""Ids that a careless comparison takes for one another."""
_TEXTS = (
    "北京 𠮷 🇮🇩",
    "no accent, e\u0301 and \u00e9",
    "two  spaces, and a line\n\nafter another",
    "long " * 20_000 + "end",
    "\u0645\u0648\u0633\u0643\u0648",
    "quote ' and \" and \\ and % and _ and {0} and $1",
    "1e5",
    "carriage return\r\nand line feed",
    "null",
)


def _said(stream: str, note: str) -> ReportAttached:
    return ReportAttached(engagement=stream, note=note)


def _expect(what: str, found: object, wanted: object) -> None:
    same(f"{what}, as it should be", canonical(wanted), "as it is", canonical(found))


def _requirement(hold: Callable[[Ways], None], needs: str = "") -> SharingRequirement:
    says = " ".join(cleandoc(hold.__doc__ or "").split())
    return SharingRequirement(getattr(hold, "__name__", ""), says, hold, needs)


SHARING = (
    _requirement(volume),
    _requirement(verbatim),
    _requirement(at_once),
    _requirement(closed),
    _requirement(set_back, needs="clock"),
    _requirement(lasting, needs="open_again"),
)
"""All of them."""
