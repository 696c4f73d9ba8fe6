"""Strategies for every value and every event, made from their fields: classes of the user's own are first-class."""

import types
from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin

import attrs
import pendulum
from hypothesis import strategies as st

from diplocal.checks import event_id, expect, not_blank, paragraphs, slug
from diplocal.dates import When
from diplocal.errors import InvalidValue
from diplocal.events import (
    Corrected,
    EngagementEvent,
    Event,
    MergedAsDuplicate,
    NotADuplicate,
    PostingEvent,
    Retracted,
    SamePerson,
    TenureChange,
    checks,
)
from diplocal.events.registry import event_types, fields_of
from diplocal.parties import Office, Organisation, Party, Person, Rank, State, Tenure
from diplocal.series import Round, Series
from diplocal.sources import Source
from diplocal.testing import pools
from diplocal.testing.dates import BEGINNING, DAYS, MOMENTS, UNDATED, told

E = TypeVar("E", bound=Event)

_SOME = 2
"""At most so many items in a tuple: enough to show what depends on their number."""


def whens() -> st.SearchStrategy[When]:
    """Draw dates in every precision: days, months, years, seasons, instants, intervals, doubtful and open ones."""
    return _made(_told, st.sampled_from(DAYS[:60]), st.integers(0, UNDATED - 1), st.integers(0, len(MOMENTS) - 1))


def days() -> st.SearchStrategy[pendulum.Date]:
    """Draw days, many of them at the ends of months and years."""
    return st.sampled_from(DAYS[:60]).map(pendulum.Date.fromordinal)


def instants() -> st.SearchStrategy[pendulum.DateTime]:
    """Draw instants in UTC, to the minute, within three years."""
    return st.integers(0, 3 * 366 * 24 * 60).map(lambda minutes: BEGINNING.add(minutes=minutes))


def states() -> st.SearchStrategy[State]:
    """Draw states: few, each with two labels."""
    return st.sampled_from([one for one in _both_ways(pools.PARTIES) if isinstance(one, State)])


def organisations() -> st.SearchStrategy[Organisation]:
    """Draw organisations."""
    return st.sampled_from([one for one in _both_ways(pools.PARTIES) if isinstance(one, Organisation)])


def parties() -> st.SearchStrategy[Party]:
    """Draw states and organisations."""
    return st.sampled_from(_both_ways(pools.PARTIES))


def people() -> st.SearchStrategy[Person]:
    """Draw people with offices and parties, and one of whom nothing is known but the name."""
    return st.sampled_from([*_OFFICIALS, pools.STRANGER])


def sources() -> st.SearchStrategy[Source]:
    """Draw publications."""
    return st.sampled_from(pools.SOURCES)


def slugs() -> st.SearchStrategy[str]:
    """Draw names of engagements: few, so that reports are about the same one."""
    return st.sampled_from([f"{kind}-{number}" for kind in ("visit", "meeting") for number in (1, 2, 3)])


def event_ids() -> st.SearchStrategy[str]:
    """Draw ids of events, as histories count them: 'visit-1/2'."""
    return _made("{}/{}".format, slugs(), st.integers(1, 3))


def events(cls: type[E], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[E]:
    """Draw events of a class, ours or the user's, from its fields; ``fields`` has strategies for some by name.

    >>> from diplocal.events import VisitAnnounced
    >>> events(VisitAnnounced, host=st.just(pools.RUSSIA)).example().host  # doctest: +SKIP
    State(code='RU', label='Russia')

    A field with rules that its type does not tell needs a strategy of its own, or drawing raises what the class raises.
    Register it (``st.register_type_strategy(Gala, events(Gala, guests=st.integers(1, 9)))``), and it is drawn from
    wherever any event is wanted.
    """
    expect("cls", cls, "a class of events, such as VisitAnnounced", type)
    if not issubclass(cls, Event):
        raise InvalidValue("cls", cls, "a class of events, such as VisitAnnounced")
    for name, strategy in fields.items():
        expect(name, strategy, "a strategy for this field, such as st.just(...)", st.SearchStrategy)
    if issubclass(cls, Corrected) and "right" not in fields:
        return _corrections(cls, fields)  # type: ignore[return-value] # a Corrected is what it makes
    for base, ruled in _RULED.items():
        fields = {**ruled(), **fields} if issubclass(cls, base) else fields
    drawn = {field.name: fields.get(field.name, of_field(field)) for field in fields_of(cls) if field.init}
    unknown = set(fields) - set(drawn)
    if unknown:
        named = f"{cls.__name__} has no field {', '.join(sorted(unknown))}; field"
        raise InvalidValue(named, sorted(unknown), f"some of {', '.join(drawn)}")
    return st.builds(cls, **drawn)


def any_event(base: type[Event] = Event) -> st.SearchStrategy[Event]:
    """Draw events of any registered class that is a ``base``: those that are registered when it draws."""
    return st.deferred(
        lambda: st.one_of(
            [st.from_type(kind.cls) for kind in event_types() if issubclass(kind.cls, base)] or [st.nothing()]
        )
    )


def of_field(field: "attrs.Attribute[Any]") -> st.SearchStrategy[Any]:
    """Draw values for a field of an attrs class, by what validates it, by its name, and by its type."""
    validator: Any = field.validator
    for known, strategy in _BY_VALIDATOR.items():
        if validator is known:
            return strategy()
    if field.name in _BY_NAME and _is_text(field.type):
        texts = st.sampled_from(_BY_NAME[field.name])
        return st.none() | texts if type(None) in get_args(field.type) else texts
    return of_type(field.type)


def of_type(annotation: Any) -> st.SearchStrategy[Any]:
    """Draw values of a type that a field of an event can have."""
    if annotation in BY_TYPE:
        return BY_TYPE[annotation]()
    origin, args = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return st.one_of([of_type(one) for one in sorted(args, key=lambda one: one is not type(None))])
    if origin is tuple:
        return _tuples(args)
    if annotation is type(None):
        return st.none()
    if isinstance(annotation, type):
        return _of_class(annotation)
    return st.from_type(annotation)


def _of_class(cls: type) -> st.SearchStrategy[Any]:
    if issubclass(cls, Event):
        return any_event(cls)
    if issubclass(cls, Enum):
        return st.sampled_from(list(cls))
    if attrs.has(cls):
        fields = attrs.fields(attrs.resolve_types(cls))
        return st.builds(cls, **{field.alias or field.name: of_field(field) for field in fields if field.init})
    return st.from_type(cls)


def _tuples(args: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if len(args) > 1 and args[1] is not ...:
        return st.tuples(*map(of_type, args))
    return st.lists(of_type(args[0]), max_size=_SOME).map(tuple)


def _corrections(cls: type[Corrected], fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Corrected]:
    def about(right: Event) -> st.SearchStrategy[Corrected]:
        return events(
            cls, **{"of": event_ids(), **fields, "right": st.just(right), "engagement": st.just(right.stream)}
        )

    rights = [
        kind.cls
        for kind in event_types()
        if issubclass(kind.cls, EngagementEvent) and not issubclass(kind.cls, Corrected | Retracted)
    ]
    return st.one_of([st.from_type(right) for right in rights]).flatmap(about)


@st.composite
def _made(draw: st.DrawFn, make: Callable[..., Any], *parts: st.SearchStrategy[Any]) -> Any:
    """Draw what a function makes of its parts. A test that fails shows what was made, and no call of the function."""
    return make(*map(draw, parts))


def _told(day: int, form: int, variation: int) -> When:
    when = told(day, form, variation)
    assert when is not None  # noqa: S101 - only an undated one is none
    return when


def _both_ways(parties: tuple[Party, ...]) -> list[Party]:
    return [one for party in parties for one in (party, pools.printed_otherwise(party))]


_OFFICIALS = [
    one for pair in pools.PEOPLE.values() for person in pair for one in (person, pools.spelt_otherwise(person))
]


def _sides() -> st.SearchStrategy[tuple[Any, ...]]:
    """Draw participants of two parties or three."""
    lead = st.sampled_from(pools.PARTIES)
    ways = st.integers(0, 2)

    def meet(first: Party, second: Party, way: int) -> tuple[Any, ...]:
        second = second if second is not first else next(party for party in pools.PARTIES if party is not first)
        if way == 0:
            return first, second
        return (pools.people_of(first)[0], pools.people_of(second)[1], *((pools.STRANGER,) if way > 1 else ()))

    return _made(meet, lead, lead, ways)


def _some(of: st.SearchStrategy[Any]) -> Callable[[], st.SearchStrategy[Any]]:
    return lambda: st.lists(of, min_size=1, max_size=_SOME).map(tuple)


def _texts() -> st.SearchStrategy[str]:
    return st.sampled_from(["first", "second", "third"])


_BY_VALIDATOR: dict[Any, Callable[[], st.SearchStrategy[Any]]] = {
    slug: slugs,
    event_id: event_ids,
    not_blank: _texts,
    paragraphs: _texts,
    checks.two_sides: _sides,
    checks.visitors: _some(people() | parties()),
    checks.actors: _some(parties()),
}
_BY_NAME = {
    "place": pools.PLACES,
    "area": pools.AREAS,
    "title": pools.TITLES,
    "reason": pools.REASONS,
    "upstream": pools.LISTS,
    "note": ("as the agency said later",),
    "during": ("visit-1", "visit-2"),
}
BY_TYPE: dict[Any, Callable[[], st.SearchStrategy[Any]]] = {
    When: whens,
    State: states,
    Organisation: organisations,
    Person: people,
    Office: lambda: st.builds(
        Office, st.sampled_from(["President", "Minister"]), st.sampled_from(Rank), st.sampled_from(Tenure)
    ),
    Series: lambda: st.sampled_from(pools.SERIES),
    Round: lambda: st.builds(Round, st.sampled_from(pools.SERIES), st.integers(1, 20)),
    Source: sources,
    pendulum.DateTime: instants,
    pendulum.Date: lambda: days() | instants(),
    str: _texts,
    int: lambda: st.integers(0, 20),
    float: lambda: st.floats(allow_nan=False, allow_infinity=False),
}
"""Strategies for types that are told by more than their fields."""


def _is_text(annotation: Any) -> bool:
    return annotation is str or str in get_args(annotation)


_RULED: dict[type[Event], Callable[[], dict[str, st.SearchStrategy[Any]]]] = {
    MergedAsDuplicate: lambda: {"into": slugs().map("{}-again".format)},
    NotADuplicate: lambda: {"other": slugs().map("{}-again".format)},
    SamePerson: lambda: {
        "people": st.lists(st.sampled_from(_OFFICIALS), min_size=2, max_size=2, unique_by=lambda one: one.name).map(
            tuple
        )
    },
    TenureChange: lambda: {"person": st.sampled_from(_OFFICIALS)},
    PostingEvent: lambda: {"person": st.sampled_from(_OFFICIALS)},
}
"""Fields with rules that their types do not tell."""
