"""Event classes of the user's own, held to what every event class must do."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from typing import Any
from unittest import SkipTest

import attrs
import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException

from diplocal.checks import expect
from diplocal.events import EngagementEvent, Event, event_type
from diplocal.events.registry import fields_of
from diplocal.events.wire import Encoded, decode, encode, identify
from diplocal.testing.canonical import brief, canonical
from diplocal.testing.oracles import asked_during
from diplocal.testing.running import unhurried
from diplocal.testing.values import events
from diplocal.testing.worker import in_a_worker

Sample = Mapping[str, Any] | tuple[Mapping[str, Any], Event]
"""Data of an earlier version, as JSON has it; or that, and the event that it must be read as."""
Forms = Mapping[int, Iterable[Sample]]
NO_EARLIER_FORMS: Forms = {}


class EventTypeBroken(AssertionError):
    """An event class does not do what every event class must: ``cls`` is the class, ``what`` it does, in words."""

    def __init__(self, cls: type[Event], what: str) -> None:
        super().__init__(f"{cls.__qualname__} {what}")
        self.cls, self.what = cls, what


def check_event_type(
    cls: type[Event],
    *,
    drawn: st.SearchStrategy[Any] | None = None,
    earlier: Forms = NO_EARLIER_FORMS,
    settings: settings | None = None,
) -> None:
    """Hold an event class to what every one must do.

    Its events are immutable and hashable, belong to a stream, and come back from the wire as they were: equal, to the
    last detail, with the same bytes and the same id. Making one and reading one asks neither the clock nor a lot.

    ``earlier`` has data of earlier versions, as JSON has it, by version: golden samples of what was once written. Each
    must read as an event of today, of the same stream; as the event that stands beside it, where a sample is a pair.
    An upcaster gives what JSON has, the same each time, and does not change the data that it is given. ``drawn`` is a
    strategy for the events, where the fields do not say enough.

    >>> from diplocal.events import EngagementEvent, event
    >>> @event("acme.toast-given", version=2, upcasters={1: lambda old: {**old, "glasses": 1}})
    ... class ToastGiven(EngagementEvent):
    ...     glasses: int
    >>> check_event_type(ToastGiven, earlier={1: [({"engagement": "gala"}, ToastGiven(engagement="gala", glasses=1))]})

    Raises EventTypeBroken, whatever the class or an upcaster raises; UnknownEventType for a class that is not
    registered.
    """
    event_type(cls)
    expect("earlier", earlier, "samples of data by version, such as {1: [{...}]}", Mapping)
    if drawn is not None:
        expect("drawn", drawn, "a strategy for the events", st.SearchStrategy)
    if in_a_worker():
        return
    for check in (_immutable, _of_a_stream, _round_trip):
        _drawn(check, cls, events(cls) if drawn is None else drawn, settings)
    for version, samples in earlier.items():
        for sample in samples:
            data, expected = sample if isinstance(sample, tuple) else (sample, None)
            with _blamed(cls, f"cannot read its own version {version} any more"):
                _upcast(cls, version, dict(data), expected)
    missing = set(range(1, event_type(cls).version)) - set(earlier)
    if missing:
        raise EventTypeBroken(
            cls, f"has earlier versions {sorted(missing)}, and no sample of their data came in earlier"
        )


@contextmanager
def _blamed(cls: type[Event], what: str) -> Iterator[None]:
    """Say of whatever is raised that the class broke what it must do."""
    try:
        yield
    except (EventTypeBroken, HypothesisException, SkipTest):
        raise
    except Exception as wrong:
        raise EventTypeBroken(cls, f"{what}: {type(wrong).__name__}: {wrong}") from wrong


def _drawn(
    check: Callable[[Any], None], cls: type[Event], strategy: st.SearchStrategy[Any], chosen: settings | None
) -> None:
    @unhurried(chosen)
    @given(event=strategy)
    def test(event: Any) -> None:
        if type(event) is not cls:
            raise EventTypeBroken(cls, f"was to be drawn, and a {type(event).__qualname__} was")
        with _blamed(cls, f"has an event that cannot be used, {brief(canonical(event))}"):
            check(event)

    with _blamed(cls, "has events that cannot be drawn; say in drawn= how"):
        test()


def _immutable(event: Event) -> None:
    for field in fields_of(type(event)):
        try:
            setattr(event, field.name, getattr(event, field.name))
        except (attrs.exceptions.FrozenInstanceError, AttributeError):
            continue
        raise EventTypeBroken(type(event), f"lets its field {field.name} be set: make it with @event, which freezes it")
    try:
        hash(event)
    except TypeError as wrong:
        raise EventTypeBroken(type(event), f"cannot be hashed ({wrong}): hold tuples rather than lists") from wrong


def _of_a_stream(event: Event) -> None:
    stream: object = event.stream
    if not isinstance(stream, str) or not stream or not stream.isprintable():
        raise EventTypeBroken(type(event), f"belongs to the stream {stream!r}: a stream has a name, in a line")
    read = decode(encode(event)).stream
    if read != stream:
        raise EventTypeBroken(type(event), f"belongs to the stream {stream!r}, and when it is read again to {read!r}")


def _round_trip(event: Event) -> None:
    encoded = encode(event)
    back = decode(encoded)
    if canonical(back) != canonical(event):
        raise EventTypeBroken(
            type(event), f"goes out as {brief(canonical(event))} and comes back as {brief(canonical(back))}"
        )
    if back != event or hash(back) != hash(event):
        raise EventTypeBroken(type(event), "comes back as an event that says the same, and is not equal to it")
    if encode(back) != encoded or identify(back) != identify(event):
        raise EventTypeBroken(type(event), f"comes back with other bytes: {encoded.data!r} and {encode(back).data!r}")
    _ask_nobody(event)


def _ask_nobody(event: Event) -> None:
    needed = {one.name: getattr(event, one.name) for one in fields_of(type(event)) if one.default is attrs.NOTHING}
    encoded = encode(event)
    for what, act in (
        ("is made", lambda: type(event)(**needed)),
        ("is read", lambda: (decode(encoded), encode(event), event.stream)),
    ):
        if asked := asked_during(act):
            raise EventTypeBroken(
                type(event), f"asks {asked[0]}, when it {what}: an old record is read the same each day"
            )


def _upcast(cls: type[Event], version: int, sample: dict[str, Any], expected: Event | None) -> None:
    kind = event_type(cls)
    made: list[Any] = []
    asked = asked_during(lambda: made.extend(_step_by_step(cls, sample, version) for _ in range(_READ_AGAIN)))
    if asked:
        raise EventTypeBroken(cls, f"has an upcaster from version {version} that asks {asked[0]}")
    for again in made:
        if canonical(again) != canonical(made[0]):
            raise EventTypeBroken(
                cls, f"has an upcaster from version {version} that gives {made[0]!r}, and another time {again!r}"
            )
    plain = msgspec.json.decode(msgspec.json.encode(made[0]))
    if canonical(plain) != canonical(made[0]):
        raise EventTypeBroken(cls, f"has an upcaster from version {version} that gives what JSON has not: {made[0]!r}")
    event = decode(Encoded(kind.name, version, msgspec.json.encode(sample)))
    if issubclass(cls, EngagementEvent) and event.stream != sample.get("engagement", event.stream):
        raise EventTypeBroken(
            cls, f"has an upcaster from version {version} that moves it to another stream, {event.stream!r}"
        )
    if expected is not None and canonical(event) != canonical(expected):
        found, wanted = brief(canonical(event)), brief(canonical(expected))
        raise EventTypeBroken(cls, f"reads version {version} as {found}, which was to be {wanted}")
    _round_trip(event)


_READ_AGAIN = 3
"""So often a sample is read: what is first seen, and what is known by then."""


def _step_by_step(cls: type[Event], data: Mapping[str, Any], version: int) -> Mapping[str, Any]:
    """Bring data up to date, and see that each upcaster leaves those that it is given as they were."""
    kind = event_type(cls)
    for step in range(version, kind.version):
        given = dict(data)
        kept = deepcopy(given)
        data = kind.upcasters[step](given)
        if given != kept:
            raise EventTypeBroken(
                cls,
                f"has an upcaster from version {step} that changes the data that it is given: return new data instead",
            )
    return data
