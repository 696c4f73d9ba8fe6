"""What is required of every event store, one function each."""

# ruff: noqa: D401 - a requirement says what holds
import uuid
from collections import Counter
from collections.abc import Callable
from functools import partial
from inspect import cleandoc
from itertools import zip_longest
from typing import Any, TypeVar

import attrs

from diplocal.errors import EventIdReused, InvalidValue, VersionClash
from diplocal.events import ReportAttached
from diplocal.events.wire import UnknownEvent, type_name
from diplocal.proofs.merkle import edge_at, leaf_hash
from diplocal.records import Envelope, Origin, Record
from diplocal.store import EventStore, visible_to
from diplocal.store.rows import leaf_of, stored
from diplocal.store.tree import planted
from diplocal.testing.canonical import canonical
from diplocal.testing.history import History
from diplocal.testing.law import Breaks, Picks, same

X = TypeVar("X", bound=Exception)
Hold = Callable[[EventStore, History, Picks], None]


@attrs.frozen
class Requirement:
    """Something that every store does."""

    name: str
    says: str
    hold: Hold
    """Raises Differs or Breaks when an empty store does not keep it on a history."""


def _requirement(hold: Hold) -> Requirement:
    name = getattr(hold, "__name__", "")
    return Requirement(name, " ".join(cleandoc(hold.__doc__ or "").split()), hold)


@_requirement
def gapless(store: EventStore, history: History, picks: Picks) -> None:
    """Positions count from 1 without gaps, and so do versions in each stream; append gives what read gives."""
    given = _record(store, history, picks)
    _expect("positions", [record.position for record in given], list(range(1, len(history) + 1)))
    counted: Counter[str] = Counter()
    for record in given:
        counted[record.stream] += 1
        _expect(f"the version of {record.id}", record.version, counted[record.stream])
    for stream in (*history.streams, "nobody"):
        _expect(f"the version of stream {stream}", store.stream_version(stream), counted[stream])
    _expect("position()", store.position(), len(history))
    _expect("what is read", list(store.read()), given)


@_requirement
def faithful(store: EventStore, history: History, _picks: Picks) -> None:
    """What is read is what was recorded: event, id, audience and where it came from, to the last detail.

    That goes for the log that recorded it first, and when, also when it is the store itself that lost it.
    """
    first = [Origin(log_id, 1_700_000_000_000_000) for log_id in ("0b1f6a3a-6f0c-4f57-9b8f-0d6ac3a8a3d5", store.log_id)]
    sent = [
        attrs.evolve(
            one,
            causation_id=f"cause-{place}",
            correlation_id="import-1",
            recorded_by="desk",
            audience=("asia-desk", one.audience)[place % 2],
            origin=(None, *first)[place % 3],
        )
        for place, one in enumerate(history.envelopes)
    ]
    store.append(*sent)
    for one, record in zip(sent, store.read(), strict=True):
        _expect("an envelope", _envelope(record), one)


@_requirement
def expectations(store: EventStore, history: History, picks: Picks) -> None:
    """An append that expects another version of a stream than there is raises VersionClash and stores nothing.

    Of several streams each is expected to be where it is said to be, whichever is named first, and whether or not it
    is one that grows.
    """
    half = len(history) // 2
    store.append(*history.first(half).envelopes)
    for one in history.entries[half:]:
        version = store.stream_version(one.stream)
        wrong = version + 1 + picks.below(3)
        others = {name: store.stream_version(name) for name in (*history.streams, "nobody") if name != one.stream}
        for expected in (wrong, {one.stream: wrong}, {one.stream: wrong, **others}, {**others, one.stream: wrong}):
            clash = _raised(VersionClash, partial(store.append, one.envelope, expect=expected))
            _expect("what the clash tells", (clash.stream, clash.expected, clash.actual), (one.stream, wrong, version))
        store.append(one.envelope, expect=(version, {one.stream: version, **others})[picks.below(2)])
    _expect("position()", store.position(), len(history))


@_requirement
def repetition(store: EventStore, history: History, picks: Picks) -> None:
    """An event that is appended again is not added again: its record is given as it is, whatever version is expected.

    That goes for two in one append too. Another event under the same id raises EventIdReused, and stores nothing.
    """
    given = _record(store, history, picks)
    gala, ball = (Envelope(ReportAttached(engagement=name, note="told twice"), id="twice") for name in ("gala", "ball"))
    _raised(EventIdReused, partial(store.append, gala, ball))
    first, second = store.append(gala, gala)
    _expect("what one append of the same twice gives", second, first)
    given.append(first)
    _expect("what a second append gives", list(store.append(*history.envelopes)), given[:-1])
    for record in given:
        _expect("what a retry gives", store.append(_envelope(record), expect=0), (record,))
        other = ReportAttached(engagement=record.stream, note="something else")
        reused = _raised(EventIdReused, partial(store.append, Envelope(other, id=record.id, audience=record.audience)))
        _expect("what the error tells", (reused.event_id, reused.position), (record.id, record.position))
    _expect("what is read", list(store.read()), given)


@_requirement
def releasing(store: EventStore, history: History, picks: Picks) -> None:
    """The same event for a wider audience is recorded for that, under the same id; for a narrower one it is known."""
    hidden = [attrs.evolve(one, audience="internal") for one in history.envelopes]
    released = [attrs.evolve(one, audience="public") for one in hidden if picks.below(2)]
    first = store.append(*hidden)
    _expect("what the public sees before", list(store.read(audience="public")), [])
    second = store.append(*released)
    _expect("what the public sees after", list(store.read(audience="public")), list(second))
    _expect("what is seen of both", list(store.read(audience="internal")), [*first, *second])
    _expect("what a second release gives", store.append(*released), second)
    by_id = {record.id: record for record in second}
    narrower = [attrs.evolve(one, audience="restricted") for one in hidden]
    _expect("what is recorded for those who see it already", [*store.append(*narrower)], [*first])
    _expect("the released ids", set(by_id), {record.id for record in first} & set(by_id))


@_requirement
def counts(store: EventStore, history: History, picks: Picks) -> None:
    """Counting for an audience gives how many records it would read: its numbers have no gaps."""
    given = _record(store, history, picks)
    for audience in (None, "public", "internal", "restricted", "asia-desk"):
        for upto in (None, -1, *range(len(given) + 2)):
            read = sum(1 for _ in store.read(upto=upto, audience=audience))
            _expect(f"count({upto=}, {audience=})", store.count(upto=upto, audience=audience), read)


@_requirement
def all_or_nothing(store: EventStore, history: History, picks: Picks) -> None:
    """Of an append that fails in the middle, nothing is stored."""
    first = Envelope(ReportAttached(engagement="gala"), id="first")
    store.append(first)
    clashing = Envelope(ReportAttached(engagement="gala", note="something else"), id="first")
    place = picks.below(len(history) + 1)
    batch = [*history.envelopes[:place], clashing, *history.envelopes[place:]]
    _raised(EventIdReused, lambda: store.append(*batch))
    _raised(VersionClash, lambda: store.append(*history.envelopes, attrs.evolve(first, id="new"), expect={"gala": 7}))
    _expect("what is read", [record.id for record in store.read()], ["first"])
    for stream in history.streams:
        _expect(f"the version of {stream}", store.stream_version(stream), 0)


@_requirement
def time(store: EventStore, history: History, picks: Picks) -> None:
    """Recorded time never falls as the log grows, and an instant of it maps to the last position known by then."""
    given = _record(store, history, picks)
    recorded = [record.recorded_micros for record in given]
    _expect("recorded times", recorded, sorted(recorded))
    for record in given:
        last = max(one.position for one in given if one.recorded_micros <= record.recorded_micros)
        _expect(f"position_at({record.recorded_at})", store.position_at(record.recorded_at), last)
    if given:
        earlier = given[0].recorded_at.subtract(microseconds=1)
        _expect("the position before anything was known", store.position_at(earlier), 0)


@_requirement
def filters(store: EventStore, history: History, picks: Picks) -> None:
    """Reading a part of the log is reading the whole and leaving out the rest, still in order of position."""
    given = _record(store, history, picks)
    after, upto = picks.below(len(given) + 2) - 1, picks.below(len(given) + 3) - 1
    streams = [stream for stream in history.streams if picks.below(2)]
    types = {type_name(event) for event in history.events if picks.below(2)}
    audience = ("public", "internal", "restricted", "asia-desk")[picks.below(4)]
    visible = visible_to(audience)
    _read(store, given, lambda one: one.position > after, after=after)
    _read(store, given, lambda one: one.position <= upto, upto=upto)
    _read(store, given, lambda one: one.stream in streams, streams=streams)
    _read(store, given, lambda one: type_name(one.event) in types, types=types)
    _read(store, given, lambda one: one.audience in visible, audience=audience)
    together = {"after": after, "streams": streams, "audience": audience}
    _read(
        store, given, lambda one: one.position > after and one.stream in streams and one.audience in visible, **together
    )


@_requirement
def by_stream(store: EventStore, history: History, picks: Picks) -> None:
    """Reading stream by stream gives what reading gives: all of a stream together, in order of version."""
    given = _record(store, history, picks)
    upto = picks.below(len(given) + 1)
    audience = ("public", "internal", "restricted", "asia-desk")[picks.below(4)]
    visible = visible_to(audience)
    part = [one for one in given if one.position <= upto and one.audience in visible]
    for what, found, wanted in (
        ("read_by_stream()", store.read_by_stream(), given),
        (f"read_by_stream({upto=}, {audience=})", store.read_by_stream(upto=upto, audience=audience), part),
    ):
        read = list(found)
        order = [record.stream for record in read]
        ordered = sorted(wanted, key=lambda one: (order.index(one.stream) if one.stream in order else -1, one.version))
        _expect(what, read, ordered)


@_requirement
def digests(store: EventStore, history: History, picks: Picks) -> None:
    """The digest at a position is the root of the Merkle tree over the log's identity and the records up to there.

    Behind the end there is none. The hashes of its subtrees are given too, where these are full.
    """
    given = _record(store, history, picks)
    edges = [planted(store.log_id)]
    for record in given:
        edges.append(edges[-1].add(leaf_of(stored(record))))
    for position, edge in enumerate(edges):
        _expect(f"the digest at {position}", store.digest_at(position), edge.root())
        _expect(f"the leaf of the entry at {position}", leaf_hash(store.entry(position)), store.hash_of(0, position))
        _expect(f"the subtrees at {position}", edge_at(position + 1, store.hash_of), edge)
        _raised(InvalidValue, partial(store.hash_of, position.bit_length(), len(given) + 1))
    for position in (-1, len(given) + 1):
        _raised(InvalidValue, partial(store.digest_at, position))
        _raised(InvalidValue, partial(store.entry, position))


@_requirement
def steady(store: EventStore, history: History, _picks: Picks) -> None:
    """A reading ends where the log ended when it began, though others go on appending, and others read.

    The next one has what came meanwhile.
    """
    half = len(history) // 2
    store.append(*history.first(half).envelopes)
    two = store.read(), store.read()
    store.append(*history.envelopes[half:])
    read = [[record.position if record else 0 for record in both] for both in zip_longest(*two)]
    _expect("the positions that two read who take turns", read, [[place, place] for place in range(1, half + 1)])
    whole = [record.position for record in store.read()]
    _expect("the positions that a later reading has", whole, list(range(1, len(history) + 1)))


@_requirement
def verification(store: EventStore, history: History, picks: Picks) -> None:
    """A log that nobody touched verifies, and tells its length and its digest. On the way it tells how far it is."""
    given = _record(store, history, picks)
    seen: list[int] = []
    verified = store.verify(seen=seen.append)
    _expect("the positions that it was told to have come to", seen, sorted(seen))
    _expect("the last of them", seen[-1:], [len(given)])
    _expect("the verified position", verified.position, len(given))
    _expect("the verified digest", verified.digest, store.digest_at(len(given)))


@_requirement
def identity(store: EventStore, history: History, _picks: Picks) -> None:
    """A log has an identity of its own, a UUID, that stays."""
    before = store.log_id
    store.append(*history.envelopes)
    _expect("the log's id", store.log_id, before)
    _expect("the log's id as a UUID", str(uuid.UUID(before)), before)


@_requirement
def strangers(store: EventStore, history: History, _picks: Picks) -> None:
    """An event of a type that nobody registered here is kept whole."""
    stranger = UnknownEvent(type="nobody.knows-this", version=3, data=b'{"seats":12}', in_stream="gala")
    store.append(*history.envelopes, Envelope(stranger, id="stranger"))
    *_, last = store.read()
    _expect("the unknown event", last.event, stranger)


REQUIREMENTS: tuple[Requirement, ...] = (
    *(identity, gapless, faithful, expectations, repetition, releasing, counts),
    *(all_or_nothing, time),
    *(filters, by_stream, digests, steady, verification, strangers),
)
"""All of them."""


def _record(store: EventStore, history: History, picks: Picks) -> list[Record]:
    """Append in two batches."""
    half = picks.below(len(history) + 1)
    given = store.append(*history.envelopes[:half])
    _expect("what an append gives, whatever is in it", type(given), tuple)
    return [*given, *store.append(*history.envelopes[half:])]


def _envelope(record: Record) -> Envelope:
    return Envelope(
        record.event,
        id=record.id,
        audience=record.audience,
        causation_id=record.causation_id,
        correlation_id=record.correlation_id,
        recorded_by=record.recorded_by,
        origin=record.origin,
    )


def _read(store: EventStore, given: list[Record], chosen: Callable[[Record], bool], **asked: Any) -> None:
    _expect(f"read({asked})", list(store.read(**asked)), list(filter(chosen, given)))


def _expect(what: str, found: Any, wanted: Any) -> None:
    same(f"{what}, as it should be", canonical(wanted), "as it is", canonical(found))


def _raised(wanted: type[X], act: Callable[[], object]) -> X:
    """Return the exception that must be raised."""
    try:
        act()
    except wanted as raised:
        return raised
    raise Breaks(f"{wanted.__name__} was not raised")
