"""Which of a feed's pages an address asks for, and what is said of an address that asks for none."""

import re
from collections.abc import Callable, Hashable, Mapping

import pendulum
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException

from diplocal.errors import InvalidValue
from diplocal.web import pages
from diplocal.web.between import PUBLIC, Between, day
from diplocal.web.counted import EXPECTED, key_of
from diplocal.web.feed_spec import FeedSpec
from diplocal.web.measured import there_are
from diplocal.web.monthly import first_day
from diplocal.web.visitor import Visitor

Written = tuple[Hashable, Callable[[], bytes]]
"""Which page it is, and what writes it."""

SLID = re.compile(r"-?[0-9]{1,7}", re.ASCII)
NUMBERS = ("year", "page", "ahead")
SHOWN = ("month", "from", "to", "by", "known", "slide", "counted", "view", *NUMBERS)
"""What the address of a feed's page may say beside which feed it is: what is shown of it."""


class Misasked(HTTPException):
    """An address that asks for what there is not: answered with a sentence that says what, and what is expected."""

    def __init__(self, reason: str) -> None:
        super().__init__(400, reason)


def misasked(name: str, value: object, expected: str) -> Misasked:
    """Return what is said of a parameter."""
    return Misasked(str(InvalidValue(name, value, expected)))


def expect(asked: QueryParams, *names: str) -> None:
    """Refuse what was asked twice, or cannot be; other parameters, which some programs add, are passed over."""
    for name in names:
        if len(several := asked.getlist(name)) > 1:
            raise misasked(name, several, "one value")


def page_of(asked: QueryParams, visitor: Visitor, spec: FeedSpec) -> Written:
    """Return which of a feed's pages is asked for, and what writes it."""
    for name, page in _BY_PARAMETER.items():
        if name in asked:
            return page(asked, visitor, spec)
    shown = _shown(asked)
    return shown, lambda: pages.feed(visitor, spec, shown)


def number(asked: QueryParams, name: str, *, digits: int = 4, least: int = 1) -> int | None:
    """Return a number of at most so many digits, from 1 or another one; None where the address says none."""
    if name not in asked:
        return None
    text = asked[name]
    if not (text.isascii() and text.isdigit() and len(text) <= digits and int(text) >= least):
        raise misasked(name, text, f"a number from {least}")
    return int(text)


def slid(text: str) -> pendulum.Date:
    """Return the day to which a slider was moved: it counts days from 1970-01-01."""
    ordinal = int(text) + pages.EPOCH.toordinal() if SLID.fullmatch(text) else 0
    if not 1 <= ordinal <= pendulum.Date.max.toordinal():
        raise misasked("slide", text, f"a number of days since {pages.EPOCH}")
    return pendulum.Date.fromordinal(ordinal)


def _month(asked: QueryParams, visitor: Visitor, spec: FeedSpec) -> Written:
    first = first_day(asked["month"])
    if first is None:
        raise misasked("month", asked["month"], "a month, such as 2023-09")
    return first, lambda: pages.month(visitor, spec, first)


def _between(asked: QueryParams, visitor: Visitor, spec: FeedSpec) -> Written:
    start, end = (_day(name, asked.get(name, str(visitor.on))) for name in ("from", "to"))
    between = Between(start, end, asked.get("by"))
    if between.by not in (None, PUBLIC):
        raise misasked("by", between.by, PUBLIC)
    if between.start > between.end:
        raise misasked("from", str(between.start), f"a day that is not after {between.end}")
    shown = _shown(asked)
    return (between, shown), lambda: pages.between(visitor, spec, between, shown)


def _known(asked: QueryParams, visitor: Visitor, spec: FeedSpec) -> Written:
    known = _day("known", asked["known"])
    if known > visitor.on:
        raise misasked("known", str(known), "a day that is not ahead")
    return ("known", known), lambda: pages.known(visitor, spec, known)


def _counted(asked: QueryParams, visitor: Visitor, spec: FeedSpec) -> Written:
    key, shown = key_of(asked["counted"]), _shown(asked)
    if key is None:
        raise misasked("counted", asked["counted"], EXPECTED)
    return (key, shown), lambda: pages.counted(visitor, spec, key, shown)


def _view(asked: QueryParams, visitor: Visitor, spec: FeedSpec) -> Written:
    view, shown, measures = asked["view"], _shown(asked), there_are(spec, visitor)
    if view in measures:
        return ("view", view), lambda: pages.measure(visitor, spec, view)
    if view not in _VIEWS:
        raise misasked("view", view, f"one of {', '.join((*_VIEWS, *measures))}")
    return (view, shown), lambda: _VIEWS[view](visitor, spec, shown)


_VIEWS: Mapping[str, Callable[[Visitor, FeedSpec, pages.Shown], bytes]] = {
    "timeline": pages.timeline,
    "map": lambda visitor, spec, _: pages.world(visitor, spec),
}
_BY_PARAMETER: Mapping[str, Callable[[QueryParams, Visitor, FeedSpec], Written]] = {
    "month": _month,
    "from": _between,
    "known": _known,
    "counted": _counted,
    "view": _view,
}


def _shown(asked: QueryParams) -> pages.Shown:
    return pages.Shown(**{name: number(asked, name) for name in NUMBERS})


def _day(name: str, text: str) -> pendulum.Date:
    found = day(text)
    if found is None:
        raise misasked(name, text, "a day, such as 2023-09-18")
    return found
