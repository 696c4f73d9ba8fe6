"""Projections that are none of ours, held to the laws: fold functions, and projections of the eventsourcing library.

Their events are whatever they are. A history carries each in an event of ours that says nothing but its stream.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import suppress
from importlib import import_module
from inspect import Parameter, signature
from typing import Any, ClassVar

import attrs
from hypothesis import strategies as st

from diplocal.checks import expect, expect_callable
from diplocal.events import Event
from diplocal.records import Record
from diplocal.testing.carried import Carried
from diplocal.testing.history import History

Undo = Callable[[Any], Any]
"""Gives the event that takes another one back, None for one that cannot be."""
Logs = st.SearchStrategy[Any] | Callable[[list[Any]], st.SearchStrategy[Any]]

_MOST_EVENTS = 12


def _usual_stream(event: Any) -> str:
    names = ("originator_id", "stream", "aggregate_id")
    return str(next((getattr(event, name) for name in names if hasattr(event, name)), "all"))


def histories_of(
    events: Logs, *, stream: Callable[[Any], Hashable] = _usual_stream, max_events: int = _MOST_EVENTS
) -> st.SearchStrategy[History]:
    """Draw histories of events that are none of ours.

    ``events`` is a strategy, for whole logs (lists of events) or for events by themselves; or a state machine: a
    function that takes the events so far and returns a strategy for the next one. ``stream`` names the stream of an
    event, 'cart:7': streams of their own are taken to have nothing to do with each other. Without it, that is the
    event's ``originator_id``, ``stream`` or ``aggregate_id``.

    >>> from diplocal.testing import folding, laws
    >>> def add_up(total: int, event: int) -> int:
    ...     return total + event
    >>> TestAddUp = laws(folding(add_up, start=int), histories=histories_of(st.integers(0, 9)))

    Raises InvalidValue for what is neither a strategy nor a function.
    """
    expect("max_events", max_events, "a whole number", int)
    expect_callable("stream", stream, "a function that names the stream of an event")
    if not isinstance(events, st.SearchStrategy):
        expect_callable(
            "events", None if isinstance(events, type) else events, "a strategy, or a function that gives one"
        )

    @st.composite
    def drawn(draw: st.DrawFn) -> History:
        log: list[Any] = []
        if isinstance(events, st.SearchStrategy):
            first = draw(events)
            log = first if isinstance(first, list) else [first, *draw(st.lists(events, max_size=max_events - 1))]
        else:
            while len(log) < max_events and (following := draw(_perhaps(events, log))):
                log.extend(following)
        return History.of(*(as_event(event, str(stream(event))) for event in log))

    return drawn()


@st.composite
def _perhaps(draw: st.DrawFn, events: Callable[[list[Any]], st.SearchStrategy[Any]], log: list[Any]) -> list[Any]:
    """Draw the next event in one piece with whether there is one, so that both are left out together."""
    return [draw(events(log))] if draw(_GOES_ON) else []


_GOES_ON = st.sampled_from(range(10))
"""0 is for the end."""


def as_event(event: Any, stream: str) -> Event:
    """Return an event of ours as it is, and one of somebody else's in one that carries it."""
    return event if isinstance(event, Event) else Carried(event=event, in_stream=stream)


class Stranger:
    """An event that no projection was told of, which may have what another one has."""

    def __init__(self, **says: Any) -> None:
        vars(self).update(says)


def _carried_by(record: Record) -> Any:
    return record.event.event if isinstance(record.event, Carried) else Stranger()


class Adapter:
    """Something of somebody else's, as a projection."""

    made_by: ClassVar[str]
    """The function that makes it."""
    version = 1
    undo: Undo | None
    """Takes an event back, where there is such a thing."""
    tells_by_methods: bool
    """Whether its answer is an object that is known by its public methods alone."""
    is_redelivered: bool
    """Whether it may be given the same record twice."""

    def __init__(self, adapted: Any, undo: Undo | None, **others: Any) -> None:
        self.adapted = adapted
        self.others = {name: given for name, given in {**others, "undo": undo}.items() if given is not None}
        """What it was made with beside, by name."""
        self.name = self.__name__ = getattr(adapted, "__qualname__", type(adapted).__name__)
        self.__module__ = adapted.__module__  # another process imports this one
        self.home = adapted.__module__.partition(".")[0]
        if undo is not None:
            self.undo = undo


class FoldFunction(Adapter):
    """A function from a state and an event to a state, as a projection."""

    made_by = "folding"
    tells_by_methods = is_redelivered = False

    def __init__(self, function: Callable[[Any, Any], Any], start: Callable[[], Any], undo: Undo | None) -> None:
        super().__init__(function, undo, start=start)
        self._begin = start

    def start(self) -> Any:
        """Make the state of no events."""
        return self._begin()

    def apply(self, state: Any, record: Record) -> Any:
        """Return the state after one more event."""
        if not isinstance(record.event, Carried):
            return state
        event = record.event.event
        try:
            return self.adapted(state, event)
        except Exception:
            if isinstance(event, Stranger):  # to refuse what it does not know is its right
                return state
            raise

    def answer(self, state: Any) -> Any:
        """Return the state, which is the answer too."""
        return state

    def strangers(self, history: History, place: int) -> list[Event]:
        """Return an event that has what another one has, and is of a class that the function was never told of.

        There is none for a function that does not ask for classes, or says by its annotation which it takes.
        """
        code = getattr(self.adapted, "__code__", None)
        like = history.entries[place - 1].event if place else None
        if code is None or not isinstance(like, Carried):
            return []
        takes = list(signature(self.adapted).parameters.values())[1].annotation
        asks = [self.adapted.__globals__.get(name) for name in code.co_names]
        classes = {type(event.event) for event in history.events if isinstance(event, Carried)}
        if takes not in _ANY or not any(one in classes for one in asks if isinstance(one, type)):
            return []
        return [Carried(event=Stranger(**getattr(like.event, "__dict__", {})), in_stream=like.stream)]

    def reread(self, event: Any) -> Any:
        """Return an event of Pydantic as it comes back from JSON, any other as it is."""
        cls = type(event)
        return cls.model_validate_json(event.model_dump_json()) if hasattr(cls, "model_validate_json") else event


_ANY = (Parameter.empty, Any, object, "Any", "object")


def folding(function: Callable[[Any, Any], Any], *, start: Callable[[], Any], undo: Undo | None = None) -> FoldFunction:
    """Make a projection of a fold function: ``function(state, event)`` returns the next state.

    ``start`` makes the state of no events, as ``dict`` or ``int`` does. ``undo`` gives the event that takes another
    back; then the two together must leave no trace. Events are of any class, those of Pydantic among them: these are
    also written as JSON and read again. A function that asks for an event's class is given some of a class that it was
    never told of, unless an annotation says which it takes: ``event: Paid | Refunded``.
    """
    expect_callable("function", function, "a function that takes a state and an event")
    expect_callable("start", start, "what makes the state of no events, such as dict or lambda: 0")
    return FoldFunction(function, start, undo)


@attrs.frozen
class Delivery:
    """An event as a projection is given it."""

    session: object
    """Who was running: another instance of the projection, with the same view, is another session."""
    position: int
    event: Any


class EventsourcingProjection(Adapter):
    """A projection of the eventsourcing library, with a view of its own for each fold.

    Its state is what was delivered to whom; the answer is the view after all deliveries, made anew each time.
    """

    made_by = "eventsourced"
    tells_by_methods = is_redelivered = True

    def __init__(self, projection: type, view: Callable[[], Any] | None, undo: Undo | None, mapper: Any) -> None:
        super().__init__(projection, undo, view=view, mapper=mapper)
        self._view, self._mapper = view, mapper
        self._session = object()

    def start(self) -> tuple[Delivery, ...]:
        """Begin with nothing delivered."""
        return ()

    def apply(self, state: tuple[Delivery, ...], record: Record) -> tuple[Delivery, ...]:
        """Deliver one more event."""
        return (*state, Delivery(self._session, record.position, _carried_by(record)))

    def answer(self, state: Sequence[Delivery]) -> Any:
        """Return the view, or the projection itself where it has none, after all that was delivered."""
        persistence = import_module("eventsourcing.persistence")
        view = self._view() if self._view else None
        running, session, seen = None, None, set[int]()
        for one in state:
            if running is None or (view is not None and one.session is not session):
                running, session = (self.adapted(view) if view is not None else self.adapted()), one.session
            tracking = persistence.Tracking("upstream", one.position)
            if self._takes(one.event):
                with suppress(*((persistence.IntegrityError,) if one.position in seen else ())):
                    running.process_event(one.event, tracking)
            seen.add(one.position)
        return view if view is not None else running or self.adapted()

    def _takes(self, event: Any) -> bool:
        topics: Iterable[str] = self.adapted.topics
        return not topics or import_module("eventsourcing.utils").get_topic(type(event)) in topics

    def reread(self, event: Any) -> Any:
        """Return an event as an application's mapper gives it back, when it can be found by its topic.

        Raises AttributeError for a class whose version was raised without a function that upcasts.
        """
        cls = type(event)
        for version in range(1, getattr(cls, "class_version", 1)):
            getattr(cls, f"upcast_v{version}_v{version + 1}")
        utils = import_module("eventsourcing.utils")
        with suppress(utils.TopicError):
            utils.resolve_topic(utils.get_topic(cls))
            mapper = self._mapper() if self._mapper else _usual_mapper()
            return mapper.to_domain_event(mapper.to_stored_event(event))
        return event


def _usual_mapper() -> Any:
    return import_module("eventsourcing.application").Application().mapper


def eventsourced(
    projection: type,
    view: Callable[[], Any] | None = None,
    *,
    undo: Undo | None = None,
    mapper: Callable[[], Any] | None = None,
) -> EventsourcingProjection:
    """Make a projection of one of the ``eventsourcing`` library, a class that derives from its ``Projection``.

    ``view`` makes an empty view, a ``POPOTrackingRecorder`` or another; an ``EventSourcedProjection`` has none. What is
    compared is what the public methods of the view say, or what ``ask=`` reads. Some events are delivered a second
    time: the view must have kept the tracking together with what it counted. A second instance of the projection goes
    on with the same view, as after a restart. ``undo`` gives the event that takes another back. ``mapper`` makes the
    mapper of your application, where it has transcodings of its own: events are written with it and read again.
    """
    expect_callable("projection", projection, "a class that derives from eventsourcing's Projection")
    expect_callable(
        "view", view, "what makes an empty view, such as its class: MyView rather than MyView()", optional=True
    )
    return EventsourcingProjection(projection, view, undo, mapper)
