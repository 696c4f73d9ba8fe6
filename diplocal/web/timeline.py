"""A year of a feed as a timeline: a lane for each counterpart, and in it a bar for each engagement."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import attrs
import pendulum
from markupsafe import Markup

from diplocal import wording
from diplocal.engagements import Engagement
from diplocal.web import lists
from diplocal.web.charts import drawing
from diplocal.web.feed_spec import FeedSpec
from diplocal.web.index import SHOWN_KINDS
from diplocal.web.visitor import Visitor

WIDTH, ABOVE, LANE = 640, 20, 30
"""In units of the picture: its width, the room for the names of months, and the height of a lane."""
LANES = 16
"""Counterparts that have a lane of their own: those of the most engagements."""
DAY = WIDTH / 366
NARROWEST = 3
"""Of a bar."""
MANY = 6
"""Counterparts of one engagement: a summit of more has no lane for each of them, and is in that of its kind."""
MOST = 1_000
"""Engagements that are drawn."""

_LANE = Markup('<text x="0" y="{y}">{name}</text><line class="grid" x1="0" y1="{below}" x2="640" y2="{below}"/>')
_BAR = Markup(
    '<rect class="k-{kind}{vague}" x="{x:.4g}" y="{y}" width="{width:.4g}" height="11" rx="2">'
    "<title>{label}</title></rect>"
)
_MONTH = Markup(
    '<line class="grid" x1="{x:.4g}" y1="14" x2="{x:.4g}" y2="{y}"/><text x="{at:.4g}" y="10">{name}</text>'
)


@attrs.frozen
class Timeline:
    """A year of a feed."""

    svg: Markup | None
    """None where nothing has a date in that year."""
    text: str
    kinds: list[str]
    """The kinds that are drawn."""


def timeline_of(spec: FeedSpec, year: int, visitor: Visitor) -> Timeline:
    """Return a year of a feed: what is dated is drawn as it is, and a span in which it is to be as an outline."""
    said, found = visitor.words, lists.of_year(spec.filter, year, visitor)
    lanes = _lanes(found[:MOST], spec, visitor)
    shown = {one.slug for several in lanes.values() for one in several}
    text = said("timeline.text", shown=said.number(len(shown)), count=said.number(len(found)))
    height = ABOVE + LANE * len(lanes)
    parts = [*_months(year, height, visitor), *_bars(lanes, year, visitor)]
    title = said("timeline.title", year=year)
    there = {one.kind for one in found}
    return Timeline(
        drawing("timeline", (0, 0, WIDTH, height), title, text, parts) if lanes else None,
        text,
        [kind.value for kind in SHOWN_KINDS if kind in there],
    )


def _lanes(found: Sequence[Engagement], spec: FeedSpec, visitor: Visitor) -> Mapping[str, list[Engagement]]:
    """Put engagements into lanes: by those few who take part beside those of the feed, or by their kind."""
    lanes: defaultdict[str, list[Engagement]] = defaultdict(list)
    for one in found:
        others = {party.code for party in one.parties} - spec.filter.who.parties
        kind = visitor.words(f"kinds.{one.kind.value}")
        names = [visitor.party(code) for code in others] if 0 < len(others) <= MANY else [kind]
        for name in names:
            lanes[name].append(one)
    ranked = sorted(lanes, key=lambda name: (-len(lanes[name]), name))
    return {name: lanes[name] for name in ranked[:LANES]}


def _months(year: int, height: int, visitor: Visitor) -> Iterator[Markup]:
    for month in range(1, 13):
        x = _x(pendulum.Date(year, month, 1), year)
        yield _MONTH.format(x=x, at=x + 3, y=height, name=visitor.words.month_name(month))


def _bars(lanes: Mapping[str, Sequence[Engagement]], year: int, visitor: Visitor) -> Iterator[Markup]:
    for number, (name, several) in enumerate(lanes.items()):
        top = ABOVE + LANE * number
        yield _LANE.format(y=top + 11, name=name, below=top + LANE - 1)
        vague_first = sorted(several, key=lambda one: one.when is not None and one.when.is_dated)
        for one, label in visitor.feeds.left_out.each(vague_first, lambda each: _label(each, visitor)):
            if one.when is not None:
                first, last = one.when.nominal
                x = _x(first, year) if first else 0
                end = WIDTH if last is None else _x(last, year) + (DAY if last.year == year else 0)
                yield _BAR.format(
                    kind=one.kind.value,
                    vague="" if one.when.is_dated else " vague",
                    x=x,
                    y=top + 15,
                    width=max(min(end, WIDTH) - x, NARROWEST),
                    label=label,
                )


def _label(one: Engagement, visitor: Visitor) -> str:
    return visitor.words("line", name=wording.date(one, visitor.words), value=wording.title(one, visitor.words))


def _x(day: pendulum.Date, year: int) -> float:
    """Return where a day of a year is; one of an earlier year is at the beginning, one of a later year at the end."""
    if day.year != year:
        return WIDTH if day.year > year else 0
    return DAY * (day.toordinal() - pendulum.Date(year, 1, 1).toordinal())
