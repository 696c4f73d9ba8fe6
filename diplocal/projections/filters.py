"""Which engagements a question is about: the filters that every door offers, said once."""

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from enum import Enum
from typing import Any

import attrs
import pendulum
from msgspec import structs

from diplocal.checks import Choice, expect
from diplocal.dates import When
from diplocal.engagements import Engagement, Kind, Meeting, Status, Visit
from diplocal.engagements.engagement import OPEN
from diplocal.engagements.subjects import participants_of
from diplocal.errors import InvalidValue, Unresolved
from diplocal.levels import Level
from diplocal.names import kinds
from diplocal.names.people import AliasesWith
from diplocal.names.spelling import plain, spellings_near
from diplocal.names.words import words_sought
from diplocal.parties import party_of
from diplocal.projections.selection import Selection, code_of
from diplocal.projections.words import have_all, words_of

PLANS = OPEN - {Status.UNDER_WAY} | {Status.POSTPONED}
"""Of what is to come, or was."""


class Sides(Choice):
    """Between how many states and organisations something is."""

    BILATERAL = "bilateral"
    """Exactly two take part."""
    MULTILATERAL = "multilateral"
    """Three or more take part: a summit is one occasion, and not a meeting of each two."""
    ANY = "any"
    """However many take part."""

    def takes(self, count: int) -> bool:
        """Tell whether so many sides are meant."""
        return self is Sides.ANY or (count == 2 if self is Sides.BILATERAL else count > 2)  # noqa: PLR2004 - both are two


@attrs.frozen(kw_only=True, repr=False)
class Filter:
    """A choice of engagements. What is left out chooses everything.

    >>> Filter.of(state="CN", kind="visit")
    Filter(who=Selection(parties=frozenset({'CN'})), kinds=frozenset({<Kind.VISIT: 'visit'>}))
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
    words: frozenset[str] = frozenset()
    """How words begin that must all be written about it (see ``words_sought``); empty for no such demand."""
    undated: bool | None = None
    """Whether engagements without a date are taken: None takes them where no day is asked for."""
    levels: frozenset[Level] = frozenset()
    """Levels of visits; empty for every level, and for what has none."""
    place: str | None = None
    """Words, one after another, of the place as printed: without case, diacritics and punctuation."""
    source: str | None = None
    """The whole name of a publisher who is among its sources: without case, diacritics and punctuation."""
    sides: Sides | None = attrs.field(default=None, eq=lambda one: None if one is Sides.ANY else one)
    """Bilateral or multilateral; None or ANY for both, and for what a side does alone."""
    traveller: str | None = None
    """The code of a side that travels: only visits have one."""
    host: str | None = None
    """The code of the side in whose country it is."""
    lapsed: pendulum.Date | None = None
    """Only plans whose time had passed by this day without a word of what became of them."""

    def __repr__(self) -> str:
        said = attrs.asdict(self, recurse=False, filter=lambda field, value: value != getattr(EVERYTHING, field.name))
        return f"Filter({', '.join(f'{name}={value!r}' for name, value in said.items())})"

    @classmethod
    def of(  # each name is one that people filter by
        cls,
        *,
        state: str | None = None,
        pair: Collection[str] | None = None,
        person: str | None = None,
        any_of: Iterable[str] = (),
        kind: Kind | str | Collection[Kind | str] | None = None,
        status: Status | str | Collection[Status | str] | None = None,
        level: Level | str | Collection[Level | str] | None = None,
        place: str | None = None,
        source: str | None = None,
        sides: Sides | str | None = None,
        traveller: str | None = None,
        host: str | None = None,
        words: str | None = None,
        on: pendulum.Date | None = None,
        since: pendulum.Date | str | None = None,
        until: pendulum.Date | str | None = None,
        undated: bool | None = None,
        plans: bool | None = None,
        lapsed: pendulum.Date | None = None,
    ) -> "Filter":
        """Make a filter of what people say. ``on`` a day asks for what lies ahead of it, what has no date included.

        Of several kinds, statuses or levels one is enough. ``since`` and ``until`` are days, or EDTF for longer: since
        "2023-09" is since its first day, until "2023-09" until its last. ``plans`` takes only what is planned and did
        not begin, or only what is no plan. ``lapsed`` takes the plans that were over by a day, and of which no report
        says what became of them. ``words`` are in what is written about it: names, offices, places, purposes, titles,
        kinds, levels and sources, in any script, whatever their case and diacritics; the beginning of a word is enough.
        Raises InvalidValue for what names nothing.
        """
        if on is not None and since is not None:
            raise InvalidValue("on", on, "either 'on', a day to look ahead from, or 'since'")
        for name, day in (("on", on), ("lapsed", lapsed)):
            if day is not None:
                expect_day(name, day)
        begins, ends = _bound(on if since is None else since, "earliest"), _bound(until, "latest")
        if since is not None and begins and ends and ends < begins:
            raise InvalidValue("until", str(until), f"a day that is not before {begins}")
        for name, flag in (("undated", undated), ("plans", plans)):
            if flag is not None and not isinstance(flag, bool):
                raise InvalidValue(name, flag, "True, False or None")
        if isinstance(any_of, str) or not isinstance(any_of, Iterable):
            raise InvalidValue("any_of", any_of, "several states or organisations, such as ('CN', 'RU')")
        goes, receives = (None if one is None else code_of(one) for one in (traveller, host))
        if goes is not None and goes == receives:
            raise InvalidValue("host", host, "somebody else than the traveller: nobody visits themselves")
        of_kinds = _members(Kind, kind, kind_meant)
        _expect_visits(of_kinds, level=level, traveller=traveller)
        return cls(
            who=Selection.of(state=state, pair=pair, person=person),
            any_of=frozenset(map(code_of, any_of)),
            kinds=of_kinds,
            statuses=_statuses(status, plans=plans, lapsed=lapsed),
            words=frozenset() if words is None else words_sought(words),
            since=begins,
            until=ends,
            undated=True if on is not None and undated is None else undated,
            levels=_members(Level, level, kinds.level),
            place=_words("place", place, "words of a place as it is printed, such as 'Camp David'"),
            source=_words("source", source, "the name of a publisher, such as 'Xinhua'"),
            sides=None if sides is None else sides_named(sides),
            traveller=goes,
            host=receives,
            lapsed=lapsed,
        )

    @property
    def codes(self) -> frozenset[str]:
        """The codes of all states and organisations that it names."""
        return self.who.parties | self.any_of | {code for code in (self.traveller, self.host) if code is not None}

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
        if not (self.takes_date(engagement.when) and self.who.takes(engagement.parties, engagement.people)):
            return False
        return self._takes_way(engagement) and (self.lapsed is None or engagement.is_lapsed(self.lapsed))

    def _takes_way(self, engagement: Engagement) -> bool:
        """Tell whether it is at such a level, at such a place, between so many, and from one to another."""
        if self.levels and not (isinstance(engagement.subject, Visit) and engagement.level in self.levels):
            return False
        if self.place is not None and f" {self.place} " not in f" {plain(engagement.place or '')} ":
            return False
        if self.source is not None and self.source not in (plain(one.publisher) for one in engagement.quoted):
            return False
        if self.sides is not None and not self.sides.takes(len(sides_of(engagement))):
            return False
        if self.host is not None and (engagement.host is None or engagement.host.code != self.host):
            return False
        if self.traveller is not None and self.traveller not in travellers_of(engagement):
            return False
        return not self.words or have_all(words_of(engagement), self.words)

    def takes_date(self, when: When | None) -> bool:
        """Tell whether a date, or none, is among those that are asked for."""
        if when is None:
            return self.takes_undated
        is_over = self.since is not None and when.latest is not None and when.latest < self.since
        is_later = self.until is not None and when.earliest is not None and when.earliest > self.until
        return not (is_over or is_later)

    def knowing(self, aliases_with: AliasesWith) -> "Filter":
        """Return the filter that takes a person under all names that aliases tell."""
        return self if self.who.person is None else attrs.evolve(self, who=self.who.knowing(aliases_with))

    def naming(self, other: str, *, instead_of: str) -> "Filter":
        """Return the filter that names another state or organisation in place of one; of several, that one alone."""
        named = {instead_of: other}
        any_of = frozenset({other}) if instead_of in self.any_of else self.any_of
        traveller, host = (one and named.get(one, one) for one in (self.traveller, self.host))
        who = structs.replace(self.who, parties=frozenset(named.get(one, one) for one in self.who.parties))
        return attrs.evolve(self, who=who, any_of=any_of, traveller=traveller, host=host)

    def within(self, other: "Filter") -> "Filter":
        """Return the filter that takes what both take.

        Raises InvalidValue for two that each want one of several codes, or a person: no single filter says that.
        """
        if (self.any_of and other.any_of) or (self.who.person and other.who.person):
            raise InvalidValue("filter", other, "one that leaves open what the other decides")
        return Filter(
            who=Selection(
                self.who.parties | other.who.parties,
                self.who.person or other.who.person,
                self.who.also | other.who.also,
            ),
            any_of=self.any_of or other.any_of,
            kinds=_both(self.kinds, other.kinds, "kinds"),
            statuses=_both(self.statuses, other.statuses, "statuses"),
            words=self.words | other.words,
            since=max(filter(None, (self.since, other.since)), default=None),
            until=min(filter(None, (self.until, other.until)), default=None),
            levels=_both(self.levels, other.levels, "levels"),
            **{name: _either(getattr(self, name), getattr(other, name), name) for name in _ALONE},
        )


def filter_meant(criteria: Mapping[str, Any]) -> Filter:
    """Return the filter of criteria, by their names; raise Unresolved for what is the name of none (see Filter.of)."""
    known = inspect.signature(Filter.of).parameters
    for name, value in criteria.items():
        if name not in known:
            raise Unresolved.among("criterion", f"{name}={value!r}", known, near=spellings_near(name, list(known)))
    return Filter.of(**criteria)


EVERYTHING = Filter()
_ALONE = ("undated", "place", "source", "sides", "traveller", "host", "lapsed")
"""What a filter says once or not at all."""


def expect_day(name: str, value: object) -> None:
    """Raise InvalidValue for what is no day, such as a text."""
    if not isinstance(value, pendulum.Date):
        raise InvalidValue(name, value, "a day, such as pendulum.date(2023, 9, 18)")


def _expect_visits(of_kinds: Collection[Kind], **said: Any) -> None:
    """Raise InvalidValue for what only visits have, asked of other kinds."""
    for name, value in said.items():
        if value is not None and of_kinds and Kind.VISIT not in of_kinds:
            among = ", ".join(sorted(kind.value for kind in of_kinds))
            raise InvalidValue(name, value, f"the kind visit too, which alone has a {name}; asked for is {among}")


def sides_named(sides: Sides | str) -> Sides:
    """Return the sides that somebody means; raise Unresolved for a text that means none.

    >>> sides_named("Bilateral")
    <Sides.BILATERAL: 'bilateral'>
    """
    expect("sides", sides, f"one of {', '.join(one.value for one in Sides)}", str, Sides)
    (one,) = _members(Sides, sides, _one_of(Sides, "sides"))
    return Sides(one)


def sides_of(engagement: Engagement) -> frozenset[str]:
    """Return the codes of the sides that have to do with each other: a host of a meeting only lends the place."""
    parties = map(party_of, participants_of(engagement.subject))
    host = None if isinstance(engagement.subject, Meeting) else engagement.host
    return frozenset(one.code for one in (*parties, host) if one is not None)


def travellers_of(engagement: Engagement) -> Iterable[str]:
    """Yield the codes of those who travel to a host: each visitor's, but the host's own."""
    if isinstance(engagement.subject, Visit):
        parties = map(party_of, engagement.subject.visitors)
        yield from (one.code for one in parties if one is not None and one.code != engagement.subject.host.code)


def _statuses(status: Any, *, plans: bool | None, lapsed: pendulum.Date | None) -> frozenset[Status]:
    """Return the statuses that are asked for in any way; empty for every status."""
    chosen = _members(Status, status, kinds.status)
    if plans is not None:
        chosen = _meant(chosen, PLANS if plans else frozenset(Status) - PLANS, "plans" if plans else "no plans")
    return chosen if lapsed is None else _meant(chosen, OPEN, "plans that have lapsed")


def _meant(chosen: frozenset[Any], among: frozenset[Status], what: str) -> frozenset[Any]:
    """Return those statuses that are asked for twice: by name, and by what they are statuses of."""
    if chosen and not chosen & among:
        said, expected = (", ".join(sorted(str(one.value) for one in some)) for some in (chosen, among))
        raise InvalidValue("status", said, f"a status of {what}, which are asked for too: {expected}")
    return (chosen & among) or among


def _one_of(enum: type[Enum], field: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        values = [str(member.value) for member in enum]
        by_words = {plain(value): value for value in values}
        if plain(text) in by_words:
            return by_words[plain(text)]
        near = (by_words[word] for word in spellings_near(plain(text), list(by_words)))
        raise Unresolved.among(field, text, values, near=near)

    return read


def _words(field: str, text: Any, expected: str) -> str | None:
    if text is not None and not (isinstance(text, str) and plain(text)):
        raise InvalidValue(field, text, expected)
    return None if text is None else plain(text)


def _members(enum: Any, chosen: Any, read: Callable[[str], str | Kind]) -> frozenset[Any]:
    """Return the members that are chosen, those that are texts by what people call them."""
    if chosen is None:
        return frozenset()
    is_one = isinstance(chosen, str | enum | type) or not isinstance(chosen, Iterable)  # an enum itself can be iterated
    several = (chosen,) if is_one else chosen
    return frozenset(_member(enum, one, read) for one in several)


def kinds_meant(chosen: Any) -> frozenset[Kind]:
    """Return the kinds that are chosen, or that texts mean; raise InvalidValue for what are none."""
    return _members(Kind, () if chosen is None else chosen, kind_meant)


def kind_meant(text: str, among: Iterable[Kind] = Kind) -> Kind:
    """Return the kind that a text means, among some.

    >>> kind_meant("Statement"), kind_meant("phone call")
    (<Kind.STATEMENT: 'statement'>, <Kind.CALL: 'call'>)

    Raises Unresolved, also for a text that says a level or a purpose.
    """
    values = [one.value for one in among]
    if (same := text.strip().casefold()) in values:
        return Kind(same)
    near: Iterable[str] = spellings_near(plain(text), values)
    try:
        kinds.kind(text)
    except Unresolved as error:
        near = (*near, *(one.partition(",")[0] for one in error.near))
    else:
        if (found := kinds.kind_alone(text)) in values:
            return Kind(found)
    raise Unresolved.among("kind", text, values, near=(one for one in dict.fromkeys(near) if one in values))


def _member(enum: Any, one: Any, read: Callable[[str], str | Kind]) -> Any:
    values = [member.value for member in enum]
    if not isinstance(one, str | enum):
        raise InvalidValue(enum.__name__.lower(), one, f"a text, one of {', '.join(values)}")
    return one if isinstance(one, enum) else enum(one if one in values else read(one))


def _bound(day: pendulum.Date | str | None, end: str) -> pendulum.Date | None:
    if not isinstance(day, str):
        if day is not None and not isinstance(day, date):
            raise InvalidValue("date", day, "a day, or a text for a span of days, such as '2023-09'")
        return day
    from diplocal.dates.words import said  # noqa: PLC0415 - most questions have no day in words

    when = said(day)
    if when is None:
        raise InvalidValue("date", day, "a day, or a span of days")
    bound: pendulum.Date | None = getattr(when, end)
    if bound is None:
        raise InvalidValue("date", day, "a day or a span of days that has a beginning and an end")
    return bound


def _either(one: Any, other: Any, what: str) -> Any:
    if one is not None and other is not None and one != other:
        raise InvalidValue(what, other, f"{one}, as the other filter has it")
    return one if other is None else other


def _both(one: frozenset[Any], other: frozenset[Any], what: str) -> frozenset[Any]:
    if one and other and not one & other:
        names = [", ".join(sorted(str(member.value) for member in several)) for several in (other, one)]
        raise InvalidValue(what, names[0], f"some of {names[1]}")
    return (one & other) or one or other
