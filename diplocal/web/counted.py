"""What a count on a page counts, as an address says it: so a count leads to a list of exactly that.

A count has the key under which the page's summary sums it: an engagement is in its list if it contributes to the key.
"""

import re
from datetime import date

import attrs
import pendulum

from diplocal.engagements import Engagement, Kind
from diplocal.projections.filters import Filter
from diplocal.web.formats import by_date
from diplocal.web.index import SHOWN_KINDS
from diplocal.web.summary import TOO_VAGUE, FeedSummary, Key
from diplocal.web.visitor import Visitor

_CONTACT = re.compile(r"(contact)-([0-9]{4})-([a-z]+)", re.ASCII)
_VAGUE = re.compile(r"(vague)-([0-9]{4})", re.ASCII)
_ALONE = ("undated", "contradicted")
EXPECTED = "undated, contradicted, contact-2023-visit, vague-2023 or day-2023-09-18"


def key_of(text: str) -> Key | None:
    """Return the key that an address names; None for a text that names none.

    >>> key_of("contact-2023-visit"), key_of("undated"), key_of("contact-2023-war")
    (('contact', 2023, 'visit'), ('undated', 0, ''), None)
    """
    if text in _ALONE:
        return text, 0, ""
    if (found := _CONTACT.fullmatch(text)) and found[3] in {kind.value for kind in SHOWN_KINDS}:
        return found[1], int(found[2]), found[3]
    if found := _VAGUE.fullmatch(text):
        return found[1], int(found[2]), ""
    what, _, day = text.partition("-")
    try:
        return ("day", date.fromisoformat(day).toordinal(), "") if what == "day" else None
    except ValueError:
        return None


def name_of(key: Key) -> str:
    """Return how an address names a key: what ``key_of`` reads."""
    what, number, kind = key
    match what:
        case "day":
            return f"day-{pendulum.Date.fromordinal(number)}"
        case "contact":
            return f"contact-{number:04}-{kind}"
        case "vague":
            return f"vague-{number:04}"
    return what


def counted(chosen: Filter, key: Key, visitor: Visitor) -> list[Engagement]:
    """Return the engagements that a filter takes and that a count of its page counts, by date."""
    summary = FeedSummary(chosen)
    has_no_year = key[0] in _ALONE or key[1] == TOO_VAGUE
    found = visitor.feeds.diary.iterate(chosen if has_no_year else chosen.within(_days(key)))
    return by_date(one for one in found if key in dict(summary.contributions(one)))


def heading_of(key: Key, visitor: Visitor) -> str:
    """Say what a count counts: 'Visits 2023'."""
    what, number, kind = key
    said = visitor.words
    if what == "day":
        return said("line", name=said("table.contacts"), value=said.day(pendulum.Date.fromordinal(number)))
    if what in _ALONE:
        return said(f"health.{what}")
    year = said("period.vague") if number == TOO_VAGUE else str(number)
    return said("line", name=said(f"kinds.{Kind(kind).value}" if kind else "table.contacts"), value=year)


def _days(key: Key) -> Filter:
    what, number, _ = key
    if what == "day":
        day = pendulum.Date.fromordinal(number)
        return Filter(since=day, until=day)
    year = max(number, 1)
    return attrs.evolve(Filter(), since=pendulum.Date(year, 1, 1), until=pendulum.Date(year, 12, 31))
