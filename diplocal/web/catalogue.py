"""The catalogue of feeds: what is about nobody in particular, pairs, states, people."""

from collections.abc import Iterator

import attrs

from diplocal.web import feed_spec
from diplocal.web.feed_spec import FeedSpec
from diplocal.web.index import SHOWN_KINDS
from diplocal.web.summary import FeedSummary
from diplocal.web.visitor import Visitor

MOST = 400
"""How many feeds a part of the catalogue has at the most."""


@attrs.frozen
class Tile:
    """A feed in the catalogue."""

    name: str
    address: str
    """Of its page."""
    count: str
    """How many engagements it has."""


@attrs.frozen
class Part:
    """Feeds of one sort."""

    title: str
    tiles: list[Tile]
    total: int
    """How many there are: more than tiles where not all have room."""


def parties(visitor: Visitor) -> list[tuple[str, str]]:
    """Name the states and organisations that the log knows, each with its code, in alphabetical order."""
    named = ((visitor.party(code), code) for code in visitor.index.parties)
    return sorted(named, key=lambda item: (item[0].casefold(), item[1]))


def catalogue(visitor: Visitor) -> Iterator[Part]:
    """Yield the parts of the catalogue; pairs and people with the most engagements first."""
    index = visitor.index
    sorts = {
        "home.feeds": list(_general(visitor)),
        "home.pairs": [(feed_spec.of_pair(*pair), count) for pair, count in index.pairs.items()],
        "home.states": [(feed_spec.of_state(code), index.parties[code]) for _, code in parties(visitor)],
        "home.people": [(feed_spec.of_person(key, index.label_of[key]), count) for key, count in index.people.items()],
    }
    for name in ("home.pairs", "home.people"):
        sorts[name].sort(key=lambda item: (-item[1], item[0].name))
    for name, several in sorts.items():
        found = [(spec, count) for spec, count in several if not feed_spec.is_too_long(spec.name)]
        yield Part(visitor.words(name), [_tile(*one, visitor) for one in found[:MOST]], len(found))


def _general(visitor: Visitor) -> Iterator[tuple[FeedSpec, int]]:
    """Yield what is about nobody in particular: everything, the publisher's own, one for each kind."""
    for spec in (feed_spec.EVERYTHING, *visitor.named()):
        yield spec, visitor.feeds.diary.answer(FeedSummary(spec.filter)).total
    kinds = visitor.index.kinds
    yield from ((feed_spec.of_kind(kind), kinds[kind]) for kind in SHOWN_KINDS if kind in kinds)


def _tile(spec: FeedSpec, count: int, visitor: Visitor) -> Tile:
    return Tile(visitor.heading(spec), visitor.feed_link(spec), visitor.words.number(count))
