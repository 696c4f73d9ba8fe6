"""The columns by which a diary finds engagements: what they hold of one, and what a filter demands of them."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from diplocal.diary.words import NUMBERS_IN_JSON, Words
from diplocal.engagements import KINDS, Engagement, Kind, Visit
from diplocal.engagements.engagement import OPEN
from diplocal.names.people import in_any_order, person_keys
from diplocal.names.spelling import plain
from diplocal.projections.filters import Filter, Sides, sides_of, travellers_of
from diplocal.projections.soonest import NO_HOUR, days_of, hour_of

SOONEST = ("last_day IS NULL", "first_day", "last_day", "hour", "slug")
"""What stands first in a list, as ``soonest`` has it."""

OF_ALIASES = "kind = 'alias'"
"""Said as the index of aliases says it: they are few, and asked for with every question about people."""

COLUMNS = """
        kind TEXT NOT NULL,
        status TEXT NOT NULL,
        first_day INTEGER,
        last_day INTEGER,
        hour INTEGER NOT NULL,
        during TEXT,
        place TEXT,
        publishers TEXT,
        level TEXT,
        travellers TEXT,
        host TEXT,
        sides INTEGER NOT NULL,"""
"""Lists in a text have a space, or where names have spaces a line's end, before and after each."""


def facts_of(engagement: Engagement | None) -> tuple[Any, ...]:
    """Return what the columns hold of an engagement."""
    if engagement is None:
        return "", "", None, None, NO_HOUR, None, None, None, None, None, None, 0
    is_visit = isinstance(engagement.subject, Visit)
    return (
        engagement.kind.value,
        engagement.status.value,
        *days_of(engagement.when),
        hour_of(engagement.when),
        engagement.during,
        _listed([plain(engagement.place)] if engagement.place else (), " "),
        _listed((plain(one.publisher) for one in engagement.quoted), "\n"),
        engagement.level.value if is_visit else None,
        _listed(travellers_of(engagement), " "),
        engagement.host.code if engagement.host else None,
        len(sides_of(engagement)),
    )


def demanded(chosen: Filter, words: Words) -> tuple[str, list[Any]]:
    """Return the part of a query that finds what a filter takes; of a filter with a person, perhaps more."""
    condition, values = "", list[Any]()

    def demand(part: str, *more: Any) -> None:
        nonlocal condition
        condition += f" AND {part}"
        values.extend(more)

    if chosen.words:
        demand(f"id IN {NUMBERS_IN_JSON}", words.numbers_with(chosen.words))
    _demand_who(chosen, demand)
    if chosen.kinds == {Kind.ALIAS}:
        demand(OF_ALIASES)
    alternatives = (("kind", chosen.kinds), ("status", chosen.statuses), ("level", chosen.levels))
    for column, members in alternatives:
        if members:
            demand(f"{column} IN ({marks(members)})", *sorted(member.value for member in members))
    contained = (
        ("place", chosen.place, " "),
        ("publishers", chosen.source, "\n"),
        ("travellers", chosen.traveller, " "),
    )
    for column, text, end in contained:
        if text is not None:
            demand(f"{column} LIKE ?", f"%{end}{text}{end}%")  # no text that is compared has a sign of LIKE's
    if chosen.host is not None:
        demand("host = ?", chosen.host)
    if chosen.sides not in (None, Sides.ANY):
        demand("sides = 2" if chosen.sides is Sides.BILATERAL else "sides > 2")
    _demand_days(chosen, demand)
    return condition, values


def marks(values: Collection[Any]) -> str:
    """Return the marks that stand for values in a query."""
    return ", ".join("?" * len(values))


def _demand_who(chosen: Filter, demand: Callable[..., None]) -> None:
    for code in sorted(chosen.who.parties.union(filter(None, (chosen.traveller, chosen.host)))):
        demand("id IN (SELECT engagement FROM parties WHERE code = ?)", code)
    if chosen.any_of:
        any_code = f"SELECT engagement FROM parties WHERE code IN ({marks(chosen.any_of)})"  # noqa: S608 - marks
        demand(f"id IN ({any_code})", *sorted(chosen.any_of))
    if chosen.who.person is not None:
        keys = {in_any_order(chosen.who.person), *(key for one in chosen.who.also for key in person_keys(one))}
        named = f"SELECT engagement FROM people WHERE person IN ({marks(keys)})"  # noqa: S608 - marks
        demand(f"id IN ({named})", *sorted(keys))


def _demand_days(chosen: Filter, demand: Callable[..., None]) -> None:
    undated = " OR last_day IS NULL" if chosen.takes_undated else ""
    if chosen.since is not None:
        demand(f"(last_day >= ?{undated})", chosen.since.toordinal())
    if chosen.until is not None:
        demand(f"(first_day <= ?{undated})", chosen.until.toordinal())
    if not (chosen.takes_undated or chosen.since or chosen.until):
        demand("last_day IS NOT NULL")
    if chosen.lapsed is not None:
        kinds = sorted(kind.value for kind, one in KINDS.items() if one.plan is not None)
        statuses = sorted(status.value for status in OPEN)
        demand(f"kind IN ({marks(kinds)}) AND status IN ({marks(statuses)})", *kinds, *statuses)
        demand("last_day < ?", chosen.lapsed.toordinal())


def _listed(texts: Iterable[str], end: str) -> str | None:
    several = end.join(dict.fromkeys(texts))
    return f"{end}{several}{end}" if several else None
