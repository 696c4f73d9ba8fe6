"""Which engagements a question is about: the filters that every door offers, said once."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

import attrs
import pendulum

from diplocal.engagements import Engagement, Kind, Status
from diplocal.errors import InvalidValue
from diplocal.names import kinds
from diplocal.projections.selection import Selection, code_of


@attrs.frozen(kw_only=True)
class Filter:
    """A choice of engagements. What is left out chooses everything.

    >>> Filter.of(state="CN", kind="visit", since=pendulum.date(2023, 9, 1)).kinds
    frozenset({<Kind.VISIT: 'visit'>})
    """

    who: Selection = attrs.field(factory=Selection)
    """Who must take part."""
    any_of: frozenset[str] = frozenset()
    """Codes of states and organisations of which one must take part; empty for no such demand."""
    kinds: frozenset[Kind] = frozenset()
    """Empty for every kind."""
    statuses: frozenset[Status] = frozenset()
    """Empty for every status."""
    since: pendulum.Date | None = None
    """Not certainly over before this day."""
    until: pendulum.Date | None = None
    """Not certainly later than this day."""
    undated: bool | None = None
    """Whether engagements without a date are taken: None takes them where no day is asked for."""

    @classmethod
    def of(  # each name is one that people filter by
        cls,
        *,
        state: str | None = None,
        pair: Collection[str] | None = None,
        person: str | None = None,
        any_of: Iterable[str] = (),
        kind: Kind | str | Collection[Kind] | None = None,
        status: Status | str | Collection[Status] | None = None,
        on: pendulum.Date | None = None,
        since: pendulum.Date | str | None = None,
        until: pendulum.Date | str | None = None,
        undated: bool | None = None,
    ) -> "Filter":
        """Make a filter of what people say. ``on`` a day asks for what lies ahead of it, what has no date included.

        ``since`` and ``until`` are days, or EDTF for longer: since "2023-09" is since its first day, until "2023-09"
        until its last. Raises InvalidValue for what names nothing.
        """
        if on is not None and since is not None:
            raise InvalidValue("on", on, "either 'on', a day to look ahead from, or 'since'")
        return cls(
            who=Selection.of(state=state, pair=pair, person=person),
            any_of=frozenset(map(code_of, any_of)),
            kinds=_members(Kind, kind, kinds.kind_alone),
            statuses=_members(Status, status, kinds.status),
            since=_bound(on if since is None else since, "earliest"),
            until=_bound(until, "latest"),
            undated=True if on is not None and undated is None else undated,
        )

    @property
    def takes_undated(self) -> bool:
        """Whether engagements without a date are taken."""
        return (self.since is None and self.until is None) if self.undated is None else self.undated

    def takes(self, engagement: Engagement) -> bool:
        """Tell whether an engagement is among those that are asked for."""
        if self.kinds and engagement.kind not in self.kinds:
            return False
        if self.statuses and engagement.status not in self.statuses:
            return False
        if self.any_of and self.any_of.isdisjoint(party.code for party in engagement.parties):
            return False
        return self._takes_date(engagement) and self.who.takes(engagement.parties, engagement.people)

    def _takes_date(self, engagement: Engagement) -> bool:
        when = engagement.when
        if when is None:
            return self.takes_undated
        is_over = self.since is not None and when.latest is not None and when.latest < self.since
        is_later = self.until is not None and when.earliest is not None and when.earliest > self.until
        return not (is_over or is_later)

    def within(self, other: "Filter") -> "Filter":
        """Return the filter that takes what both take.

        Raises InvalidValue for two that each want one of several codes, or a person: no single filter says that.
        """
        if (self.any_of and other.any_of) or (self.who.person and other.who.person):
            raise InvalidValue("filter", other, "one that leaves open what the other decides")
        if self.undated is not None and other.undated is not None and self.undated is not other.undated:
            raise InvalidValue("undated", other.undated, f"{self.undated}, as the other filter has it")
        return Filter(
            who=Selection(self.who.parties | other.who.parties, self.who.person or other.who.person),
            any_of=self.any_of or other.any_of,
            kinds=_both(self.kinds, other.kinds, "kinds"),
            statuses=_both(self.statuses, other.statuses, "statuses"),
            since=max(filter(None, (self.since, other.since)), default=None),
            until=min(filter(None, (self.until, other.until)), default=None),
            undated=self.undated if other.undated is None else other.undated,
        )


EVERYTHING = Filter()


def _members(enum: Any, chosen: Any, read: Callable[[str], str]) -> frozenset[Any]:
    """Return the members that are chosen, those that are texts by what people call them."""
    if chosen is None:
        return frozenset()
    several = (chosen,) if isinstance(chosen, str | enum) else chosen
    values = {member.value for member in enum}
    return frozenset(one if isinstance(one, enum) else enum(one if one in values else read(one)) for one in several)


def _bound(day: pendulum.Date | str | None, end: str) -> pendulum.Date | None:
    if not isinstance(day, str):
        return day
    from diplocal.dates.words import said  # noqa: PLC0415 - most questions have no day in words

    when = said(day)
    if when is None:
        raise InvalidValue("date", day, "a day, or a span of days")
    bound: pendulum.Date | None = getattr(when, end)
    return bound


def _both(one: frozenset[Any], other: frozenset[Any], what: str) -> frozenset[Any]:
    if one and other and not one & other:
        raise InvalidValue(what, sorted(map(str, other)), f"some of {sorted(map(str, one))}")
    return (one & other) or one or other
