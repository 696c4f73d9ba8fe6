"""Feeds that an address composes: '/feed.ics?with=CN&with=RU&kind=visit&since=2023' is its own filter."""

from collections.abc import Iterable, Iterator

from diplocal.errors import InvalidValue
from diplocal.projections.filters import Filter, kind_meant
from diplocal.projections.selection import Selection
from diplocal.web.feed_spec import EVERYTHING, FeedSpec, is_too_long, of_kind, of_pair, of_person, of_state
from diplocal.web.index import SHOWN_KINDS, Index, person_address, shown, strangers

SEVERAL = ("with", "any", "kind", "status", "level")
"""What may be asked several times: all of ``with`` take part, and one of ``any``; the others name alternatives."""
ONCE = ("words", "person", "place", "source", "sides", "traveller", "host", "since", "until", "undated", "plans")
PARAMETERS = (*SEVERAL, *ONCE)
_YES_NO = {"yes": True, "no": False}


def composed(asked: Iterable[tuple[str, str]], index: Index) -> FeedSpec:
    """Return the feed that the parameters of an address ask for; those left blank, as forms send them, ask nothing.

    A feed that is always there, such as that of a pair, is given where it has the same filter. Whatever order and
    spelling the parameters come in, the same filter is the same feed.

    Raises InvalidValue for a parameter or a value that says nothing here.
    """
    said: dict[str, list[str]] = {}
    for name, value in asked:
        if name not in PARAMETERS:
            raise InvalidValue("parameter", name, f"some of {', '.join(PARAMETERS)}")
        if value.strip():
            said.setdefault(name, []).append(value.strip())
    for name in ONCE:
        if len(said.get(name, ())) > 1:
            raise InvalidValue(name, said[name], "one value")
    once = {name: values[0] for name, values in said.items() if name in ONCE}
    chosen = _filter(said, once)
    for what, name, near in strangers(chosen, index):
        raise InvalidValue(what, once.get(what, name), f"one that some report names{near and ': perhaps ' + near}")
    spec = FeedSpec(name="feed", filter=chosen, query=tuple(_query(chosen, once)))
    plain = () if chosen.sides else _plain(chosen, index)  # of any sides, a page counts otherwise
    return next((one for one in plain if one.filter == chosen and not is_too_long(one.name)), spec)


def narrowed(spec: FeedSpec, name: str, value: str, index: Index) -> FeedSpec:
    """Return the feed of those engagements of a feed that one more parameter asks for."""
    who = spec.filter.who.person
    once = {"person": who or "", "words": " ".join(sorted(spec.filter.words)), **dict(spec.query)}
    return composed([*_query(spec.filter, once), (name, value)], index)


def _filter(said: dict[str, list[str]], once: dict[str, str]) -> Filter:
    asked = Filter.of(
        any_of=(*said.get("any", ()),),
        person=once.get("person"),
        kind=[kind_meant(one, SHOWN_KINDS) for one in said.get("kind", ())],
        status=said.get("status"),
        level=said.get("level"),
        words=once.get("words"),
        place=once.get("place"),
        source=once.get("source"),
        sides=once.get("sides"),
        traveller=once.get("traveller"),
        host=once.get("host"),
        since=once.get("since"),
        until=once.get("until"),
        undated=_yes_or_no("undated", once.get("undated")),
        plans=_yes_or_no("plans", once.get("plans")),
    )
    parties = (Filter.of(state=one).who.parties for one in said.get("with", ()))
    return shown(Selection(frozenset[str]().union(*parties))).within(asked)


def _yes_or_no(name: str, said: str | None) -> bool | None:
    if said not in (None, *_YES_NO):
        raise InvalidValue(name, said, "yes or no")
    return None if said is None else _YES_NO[said]


def _query(chosen: Filter, once: dict[str, str]) -> Iterator[tuple[str, str]]:
    yield from (("with", code) for code in sorted(chosen.who.parties))
    yield from (("any", code) for code in sorted(chosen.any_of))
    if chosen.kinds != frozenset(SHOWN_KINDS):
        yield from (("kind", kind.value) for kind in SHOWN_KINDS if kind in chosen.kinds)
    if chosen.statuses != EVERYTHING.filter.statuses:
        yield from sorted(("status", status.value) for status in chosen.statuses)
    yield from sorted(("level", level.value) for level in chosen.levels)
    if chosen.who.person is not None:
        yield "person", once["person"]
    if chosen.words:
        yield "words", once["words"]
    said = {
        "place": chosen.place,
        "source": chosen.source,
        "sides": chosen.sides and chosen.sides.value,
        "traveller": chosen.traveller,
        "host": chosen.host,
    }
    yield from ((name, text) for name, text in said.items() if text)
    for name, day in (("since", chosen.since), ("until", chosen.until)):
        if day is not None:
            yield name, day.isoformat()
    if chosen.undated is not None:
        yield "undated", "yes" if chosen.undated else "no"


def _plain(chosen: Filter, index: Index) -> Iterator[FeedSpec]:
    """Yield the feeds that are always there and may have a filter."""
    yield EVERYTHING
    match sorted(chosen.who.parties):
        case [code] if code in index.parties:
            yield of_state(code)
        case [first, second] if first in index.parties and second in index.parties:
            yield of_pair(first, second)
    yield from map(of_kind, chosen.kinds if len(chosen.kinds) == 1 else ())
    if chosen.who.person is not None:
        address = person_address(chosen.who.person)
        yield of_person(address, index.label_of.get(address, address))
