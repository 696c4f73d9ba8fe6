"""Which of a feed's pages an address asks for, and what is said of an address that asks for none."""

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping

import pendulum
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException

from diplocal.errors import InvalidValue, Unresolved
from diplocal.names.spelling import spellings_near
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
_ADDED = re.compile("utm_[a-z_]+|(?:fb|g|ms|y)clid|mc_[ce]id|igshid")
NUMBERS = ("year", "page", "ahead")
PAGES: Mapping[str, tuple[str, ...]] = {
    "slide": (),
    "month": (),
    "from": ("to", "by", "page"),
    "known": (),
    "counted": ("page",),
    "view": (),
}
"""What asks for another page than the feed's own, each with what may stand beside it."""
OF_A_TIMELINE, OF_A_FILE, ANYWHERE = ("year", "page"), ("download",), ("lang",)
SHOWN = frozenset((*OF_A_FILE, *NUMBERS, *PAGES)).union(*PAGES.values())
"""What the address of a feed may say beside which feed it is: what is shown of it, and how."""


class Misasked(HTTPException):
    """An address that asks for what there is not: answered with a sentence that says what, and what is expected."""

    def __init__(self, reason: str) -> None:
        super().__init__(400, reason)


def misasked(name: str, value: object, expected: str) -> Misasked:
    """Return what is said of a parameter."""
    return Misasked(str(InvalidValue(name, value, expected)))


def said_in(asked: QueryParams) -> list[tuple[str, str]]:
    """Return what an address says, without what mail programs and networks add to tell their readers apart."""
    return [one for one in asked.multi_items() if not _ADDED.fullmatch(one[0])]


def expect(asked: Iterable[tuple[str, str]], *names: str, hint: str = "") -> None:
    """Refuse what means nothing where it stands, and what is asked twice."""
    taken, known = (*names, *ANYWHERE), dict[str, str]()
    for name, value in asked:
        if name not in taken:
            near = spellings_near(name.lower(), taken)
            raise Misasked(str(Unresolved.among("parameter", name, taken, near=near, beside=hint)))
        if name in known:
            raise misasked(name, [known[name], value], "one value")
        known[name] = value


def expect_shown(asked: Collection[tuple[str, str]], ending: str) -> None:
    """Refuse what means nothing at the address of a feed's page, or of its file of an ending."""
    first = next((one for one in asked if one[0] in PAGES), None)
    if ending:
        expect(asked, *OF_A_FILE, hint=": a file has all of a feed")
    elif first is None:
        expect(asked, *NUMBERS, *PAGES)
    else:
        expect(asked, first[0], *(OF_A_TIMELINE if first == ("view", "timeline") else PAGES[first[0]]))


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
        raise misasked(name, text, f"a number from {least} to {10**digits - 1}")
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
