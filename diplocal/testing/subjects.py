"""The projection under test, made afresh whenever a law asks for it."""

import copy
import types
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from inspect import signature
from typing import Any, TypeGuard

import attrs

from diplocal.checks import expect_callable
from diplocal.errors import DiplocalError, InvalidValue
from diplocal.events import EngagementEvent, Event, event_types
from diplocal.names.parties import party
from diplocal.parties import Organisation, Party, State
from diplocal.projections.contract import Batched, Mergeable, Projection
from diplocal.projections.filters import Filter
from diplocal.projections.over_engagements import OverEngagements
from diplocal.projections.selection import Selection
from diplocal.records import Record
from diplocal.testing.canonical import CanonicalForm, NothingToCompare, canonical, see_that_it_tells
from diplocal.testing.foreign import Adapter
from diplocal.testing.history import History
from diplocal.testing.questions import Questions, never_asked

AnyProjection = Projection[Any, Any]
Ask = Callable[[Any], Any]
Recount = Callable[..., Any]
"""Takes the engagements as they are understood in the end, and the ``records``, if it has a parameter of that name; of
somebody else's projection, the list of its events."""


def itself(answer: Any) -> Any:
    """Ask for the whole answer."""
    return answer


@attrs.frozen
class Subject:
    """A projection under test, and what it can do."""

    make: Callable[[], Any]
    """Gives an instance that nobody has used yet."""
    name: str
    given: Any
    """The projection as the test gave it."""
    ask: Ask
    """Reads what matters off an answer."""
    recount: Recount | None
    """Works out what ``ask`` should read, plainly, from all that is understood in the end."""
    heals: bool
    """Whether retractions and corrections undo what they are about: always, for folds over engagements."""
    merges: bool
    """Whether its states can be joined."""
    is_batched: bool
    """Whether it takes many records at once."""
    handles: Collection[type[Event]] | None
    """The event classes that it says it handles; None where it does not say."""
    home: str
    """The package that it comes from."""
    is_foreign: bool
    """Whether its events are none of ours: no log of ours keeps them."""
    undo: Callable[[Any], Any] | None
    """Gives the event that takes another one back, where that is no retraction of ours."""
    questions: Questions = attrs.field(factory=Questions)
    """What its answers are asked, where no ``ask`` says what to read."""
    at_first: "CanonicalForm | None" = None
    """What it answered of no records, before it was given any; None where it had no answer."""
    spoilt_by: list[History] = attrs.field(factory=list, eq=False)
    """Histories after which it answered something else of no records, from the first on."""

    def about(self, history: History, number: int | None = None) -> "Subject":
        """Ask about what a history speaks of; the same number chooses the same questions."""
        chosen = self.questions.number if number is None else number
        return attrs.evolve(self, questions=Questions(history, chosen, self.questions.asked))

    @property
    def parties(self) -> tuple[Party, ...]:
        """The states and organisations that the projection is about: its attributes or its code name them."""
        made = self.make()
        named = (*getattr(made, "__dict__", {}).values(), *_written_in(type(made)))
        return tuple(dict.fromkeys(found for value in named for found in _parties(value)))

    @property
    def own_events(self) -> tuple[type[EngagementEvent], ...]:
        """The event classes of the user's own that it says it handles."""
        return tuple(cls for cls in self.handles or () if _is_own(cls))

    @classmethod
    def of(cls, projection: Any, *, ask: Ask = itself, recount: Recount | None = None) -> "Subject":
        """Take a projection's class, an instance of it, or a function that makes one.

        Raises InvalidValue for what is none of these.
        """
        expect_callable("ask", ask, "a function that reads what matters off an answer")
        expect_callable("recount", recount, "a function of all engagements", optional=True)
        if _is_projection(projection) and not isinstance(projection, type):
            name = getattr(projection, "__name__", type(projection).__name__)
            return cls._seen(lambda: copy.deepcopy(projection), name, projection, ask, recount)
        if callable(projection) and _is_projection(made := _called(projection)):
            name = getattr(projection, "__name__", "<")
            return cls._seen(projection, type(made).__name__ if "<" in name else name, projection, ask, recount)
        raise InvalidValue("projection", projection, "a projection, its class, or a function that makes one")

    @classmethod
    def _seen(cls, make: Callable[[], Any], name: str, given: Any, ask: Ask, recount: Recount | None) -> "Subject":
        made = make()
        undo = getattr(made, "undo", None)
        return cls(
            make=make,
            name=name,
            given=given,
            ask=ask,
            recount=recount,
            heals=bool(getattr(made, "heals", undo is not None or isinstance(made, OverEngagements))),
            merges=isinstance(made, Mergeable),
            is_batched=isinstance(made, Batched),
            handles=getattr(made, "handles", None),
            home=getattr(made, "home", (type(made).__module__ or "").partition(".")[0]),
            is_foreign=isinstance(made, Adapter),
            undo=undo,
        ).begun()

    def begun(self) -> "Subject":
        """Remember what it answers before it was given any record."""
        return attrs.evolve(self, at_first=self.of_nothing())

    def of_nothing(self) -> "CanonicalForm | None":
        """Draw the answer of no records; None where there is none, of which the law of totality tells.

        Raises NothingToCompare where ``ask`` reads something that tells nothing.
        """
        try:
            return attrs.evolve(self, questions=Questions()).answer(())
        except NothingToCompare:
            if self.ask is not itself:
                raise
        except Exception:  # noqa: BLE001, S110 - whatever a projection raises
            pass
        return None

    def fold(self, records: Iterable[Record]) -> "Folded":
        """Fold records in a fresh instance, one by one."""
        made = self.make()
        return self.going_on(made, made.start()).then(records)

    def going_on(self, made: Any, state: Any) -> "Folded":
        """Go on with an instance from a state."""
        return Folded(made, state, self)

    def draw(self, answer: Any) -> CanonicalForm:
        """Draw what matters of an answer: what ``ask`` reads off it, or itself and what its methods say."""
        if self.ask is not itself:
            asked = self.ask(answer)
            form = canonical(asked)
            see_that_it_tells(asked, form)
            return form
        by_methods = isinstance(self.given, Adapter) and self.given.tells_by_methods
        return self.questions.form(answer, self.home, by_methods=by_methods)

    def never_asked(self) -> list[str]:
        """Name the methods of its answer that could not be asked."""
        return never_asked(self.beginning, self.home, self.questions.asked) if self.ask is itself else []

    @property
    def beginning(self) -> Any:
        """Read the answer of the empty log; None where there is none, of which the law of totality tells."""
        made = self.make()
        with suppress(Exception):  # whatever a projection raises
            return made.answer(made.start())
        return None

    def answer(self, records: Iterable[Record]) -> CanonicalForm:
        """Fold records in a fresh instance, one by one, and draw the answer."""
        return self.fold(records).answer


@attrs.frozen
class Folded:
    """A projection and how far it has come."""

    projection: Any
    state: Any
    subject: Subject

    def then(self, records: Iterable[Record]) -> "Folded":
        """Take more records, one by one."""
        state = self.state
        for record in records:
            state = self.projection.apply(state, record)
        return attrs.evolve(self, state=state)

    def quickly(self, records: Sequence[Record]) -> "Folded":
        """Take more records in whichever way is the quickest; the law of batches says that it is the same."""
        return self.at_once(records) if hasattr(self.projection, "fold") else self.then(records)

    def at_once(self, records: Sequence[Record]) -> "Folded":
        """Take more records at once."""
        return attrs.evolve(self, state=self.projection.fold(self.state, records))

    @property
    def kept(self) -> CanonicalForm:
        """Draw the state."""
        return canonical(self.state)

    @property
    def answer(self) -> CanonicalForm:
        """Draw the answer."""
        return self.subject.draw(self.projection.answer(self.state))


def _called(projection: Callable[[], Any]) -> Any:
    """Call a projection's class, or a function that makes one.

    Raises InvalidValue where it wants to be given something.
    """
    try:
        signature(projection).bind()
    except TypeError as error:
        wanted = f"what can be called with no arguments ({error}): an instance, or a lambda that makes one"
        raise InvalidValue("projection", projection, wanted) from error
    except ValueError:  # something without a signature
        pass
    return projection()


def _parties(value: Any) -> Iterator[Party]:
    """Yield the parties that an attribute names: by a value, a code, or several of these."""
    match value:
        case State() | Organisation():
            yield value
        case str():
            with suppress(DiplocalError):
                yield party(value)
        case Selection():
            yield from _parties(value.parties)
        case Filter():
            yield from _parties(value.who)
        case tuple() | list() | frozenset() | set() | dict():
            for one in value:
                yield from _parties(one)


def _written_in(cls: type) -> Iterator[Any]:
    """Yield what stands in a class and its functions: constants, and what their module calls by a name."""
    seen: set[Any] = set()
    for base in cls.__mro__:
        if not base.__module__.startswith(("diplocal.projections.", "builtins", "typing", "abc")):
            for member in vars(base).values():
                function = getattr(member, "__func__", getattr(member, "fget", member))
                yield from _read_by(function, seen) if isinstance(function, types.FunctionType) else _constants(member)


def _read_by(function: types.FunctionType, seen: set[Any]) -> Iterator[Any]:
    """Yield what a function names, and what the functions of its module name that it calls."""
    if function in seen:
        return
    seen.add(function)
    yield from _constants(function.__code__)
    for name in function.__code__.co_names:
        named = function.__globals__.get(name)
        if isinstance(named, types.FunctionType):
            yield from _read_by(named, seen) if named.__module__ == function.__module__ else ()
        elif isinstance(named, State | Organisation | str | tuple | list | set | frozenset | dict):
            yield named


def _constants(value: Any) -> Iterator[str]:
    if isinstance(value, types.CodeType):
        for one in value.co_consts:
            yield from _constants(one)
    elif isinstance(value, tuple | frozenset):
        for one in value:
            yield from _constants(one)
    elif isinstance(value, str) and value[:1].isupper() and len(value) <= _LONGEST_NAME:
        yield value


_LONGEST_NAME = 40
"""A text that is longer is no name of a state."""


def _is_own(cls: type[Event]) -> TypeGuard[type[EngagementEvent]]:
    """Return whether an event class is registered and no event of diplocal: one whose events can be drawn."""
    own = any(kind.cls is cls and not kind.name.startswith("diplocal.") for kind in event_types())
    return own and issubclass(cls, EngagementEvent)


def _is_projection(value: Any) -> bool:
    return all(callable(getattr(value, name, None)) for name in ("start", "apply", "answer"))
