"""A map of who takes part: outlines from Natural Earth, drawn on the server, with nothing from elsewhere."""

import math
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files

import attrs
from markupsafe import Markup

from diplocal.web.charts import DARKEST, drawing, steps
from diplocal.web.composed import narrowed
from diplocal.web.feed_spec import EVERYTHING, FeedSpec, of_state
from diplocal.web.visitor import Visitor

WIDTH, HEIGHT = 1000, 464
"""The part of the outlines that is shown: without Antarctica."""
DOT = 3
"""The radius of a state that is too small to be drawn."""

_LAND = Markup('<path class="h{shade}" d="{path}"/>')
_NAMED_LAND = Markup('<path class="h{shade}" d="{path}"><title>{label}</title></path>')
_DOT = Markup('<circle class="h{shade}" cx="{x}" cy="{y}" r="{radius}"><title>{label}</title></circle>')


@attrs.frozen
class Part:
    """A state or an organisation, and in how many engagements of a feed it takes part."""

    name: str
    count: str
    address: str | None
    """Of these engagements; None for a visitor who may see one feed alone."""
    is_drawn: bool


@attrs.frozen
class World:
    """Who takes part in the engagements of a feed."""

    svg: Markup
    text: str
    scale: list[tuple[int, str]]
    """What each shade stands for."""
    parts: list[Part]
    """The most frequent first."""


def world_of(spec: FeedSpec, visitor: Visitor) -> World:
    """Return who takes part in the engagements of a feed, beside those who take part in all of them."""
    said, counts = visitor.words, _counts(spec, visitor)
    ranked = sorted(counts, key=lambda code: (-counts[code], visitor.party(code)))
    text = said("map.text", count=said.number(len(ranked)))
    svg = map_of(
        counts,
        title=said("map.title"),
        description=text,
        label=lambda code, count: said("line", name=visitor.party(code), value=said.number(count)),
    )
    scale = steps(max(counts.values(), default=0), _shade, said.number)
    return World(svg, text, scale, [_part(spec, code, counts[code], visitor) for code in ranked])


def map_of(counts: Mapping[str, int], *, title: str, description: str, label: Callable[[str, int], str]) -> Markup:
    """Draw states by code, the darker the more; those of which nothing is counted in the lightest shade."""
    most = max(counts.values(), default=0)
    parts = []
    for code, drawn in outlines().items():
        count = counts.get(code, 0)
        shade = _shade(count, most)
        if drawn.startswith("M"):
            form = _NAMED_LAND if count else _LAND
            parts.append(form.format(shade=shade, path=drawn, label=label(code, count) if count else ""))
        elif count:
            x, y = drawn.split()
            parts.append(_DOT.format(shade=shade, x=x, y=y, radius=DOT, label=label(code, count)))
    return drawing("world", (0, 0, WIDTH, HEIGHT), title, description, parts)


@cache
def outlines() -> Mapping[str, str]:
    """Return the path of each state by code, or the place of one that is too small; '-' is land without a code."""
    text = files("diplocal.web").joinpath("data", "outlines.txt").read_text(encoding="utf-8")
    return dict(line.split(" ", 1) for line in text.splitlines() if not line.startswith("#"))


def _shade(count: int, most: int) -> int:
    """Return how dark a count is: by its logarithm, as a few states meet far more often than all others."""
    return 0 if not count else math.ceil(DARKEST * math.log(count + 1) / math.log(most + 1))


def _counts(spec: FeedSpec, visitor: Visitor) -> Mapping[str, int]:
    index, always = visitor.index, spec.filter.who.parties
    if spec.filter == EVERYTHING.filter:
        return index.parties
    if len(always) == 1 and spec.filter == of_state(*always).filter:
        return {code: count for pair, count in index.pairs.items() if always & {*pair} for code in {*pair} - always}
    counts = Counter(
        code for one in visitor.feeds.diary.iterate(spec.filter) for code in {party.code for party in one.parties}
    )
    return {code: count for code, count in counts.items() if code not in always}


def _part(spec: FeedSpec, code: str, count: int, visitor: Visitor) -> Part:
    address = None if visitor.only else visitor.feed_link(narrowed(spec, "with", code, visitor.index))
    return Part(visitor.party(code), visitor.words.number(count), address, code in outlines())
