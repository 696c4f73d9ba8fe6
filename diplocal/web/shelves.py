"""The catalogue of feeds, by shelves: what is about nobody in particular, pairs, states, people."""

from collections.abc import Iterator

import attrs

from diplocal.web import choices
from diplocal.web.choices import Choice
from diplocal.web.visitor import Visitor

MOST = 400
"""How many feeds a shelf has at the most."""


@attrs.frozen
class Tile:
    """A feed in the catalogue."""

    name: str
    address: str
    """Of its page."""
    count: str
    """How many engagements it has."""


@attrs.frozen
class Shelf:
    """Feeds of one sort."""

    title: str
    tiles: list[Tile]
    total: int
    """How many there are: more than tiles where not all have room."""


def parties(visitor: Visitor) -> list[tuple[str, str]]:
    """Name the states and organisations that the log knows, each with its code, in alphabetical order."""
    index = visitor.known().index
    named = ((visitor.party(code, index), code) for code in index.parties)
    return sorted(named, key=lambda item: (item[0].casefold(), item[1]))


def shelves(visitor: Visitor) -> Iterator[Shelf]:
    """Give the catalogue; pairs and people with the most engagements first."""
    index = visitor.known().index
    people = {key: count for key, count in index.people.items() if not choices.is_wikidata(key)}
    sorts = {
        "home.feeds": list(_general(visitor)),
        "home.pairs": [(choices.of_pair(*pair), count) for pair, count in index.pairs.items()],
        "home.states": [(choices.of_state(code), index.parties[code]) for _, code in parties(visitor)],
        "home.people": [(choices.of_person(key, index.label_of[key]), count) for key, count in people.items()],
    }
    for name in ("home.pairs", "home.people"):
        sorts[name].sort(key=lambda item: (-item[1], item[0].name))
    for name, found in sorts.items():
        yield Shelf(visitor.words(name), [_tile(*one, visitor) for one in found[:MOST]], len(found))


def _general(visitor: Visitor) -> Iterator[tuple[Choice, int]]:
    """Give what is about nobody in particular: everything, the publisher's own, one for each kind."""
    for choice in (Choice(name=choices.EVERYTHING), *visitor.named()):
        yield choice, len(visitor.chosen(choice).engagements)
    kinds = visitor.known().index.kinds
    yield from ((choices.of_kind(kind), kinds[kind]) for kind in choices.SHOWN_KINDS if kinds[kind])


def _tile(choice: Choice, count: int, visitor: Visitor) -> Tile:
    return Tile(visitor.heading(choice), visitor.link(f"/feeds/{choice.name}"), visitor.words.number(count))
