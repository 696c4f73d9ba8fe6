"""Measures of a feed as pages, '/feeds/state-cn?view=network': what the command of that name answers, in its words."""

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from diplocal.diary import Diary
from diplocal.projections import (
    ConsultationRounds,
    ContactFrequency,
    Discrepancies,
    Itineraries,
    Network,
    Patrols,
    PossibleDuplicates,
    PossiblyOnePerson,
    Punctuality,
)
from diplocal.projections.filters import Filter, Sides
from diplocal.projections.last_met import Counterpart, LastMet
from diplocal.projections.lines import Lines
from diplocal.projections.measure_lines import lines_of
from diplocal.web.feed_spec import FeedSpec
from diplocal.web.index import EVERYTHING_SHOWN
from diplocal.web.visitor import Visitor

MOST = 500
"""Lines of a measure that a page shows; how many there are is said."""
PAIR = 2
Criteria = dict[str, Any]
Answered = Callable[[Diary, Criteria, Filter, Visitor], Any]


@attrs.frozen
class Measure:
    """A measure, as a command has it."""

    title: Callable[[Filter, Visitor], str]
    answer: Answered
    """Returns what is laid out in lines, given the diary and the criteria of a feed."""


def measured(name: str, spec: FeedSpec, visitor: Visitor) -> tuple[str, Lines]:
    """Return the title of a measure of a feed, and the measure in lines: one of those that ``there_are``."""
    diary, measure = visitor.feeds.diary, MEASURES[name]
    chosen = diary.knowing(spec.filter)
    answer = measure.answer(diary, criteria_of(chosen), chosen, visitor)
    return measure.title(chosen, visitor), lines_of(answer, visitor.words)


def there_are(spec: FeedSpec, visitor: Visitor) -> dict[str, str]:
    """Return the measures that say something of a feed, by name with their titles.

    Whoever may see one feed alone gets its list, and none of them.
    """
    apart = {"last-met": len(_two(spec.filter)) == PAIR, "itinerary": spec.filter.who.person is not None}
    names = [] if visitor.only else [name for name in MEASURES if apart.get(name, True)]
    return {name: MEASURES[name].title(spec.filter, visitor) for name in names}


def criteria_of(chosen: Filter) -> Criteria:
    """Return a filter as the criteria of ``Filter.of``; what a feed is of unless it says otherwise is none of them."""
    usual, parties = EVERYTHING_SHOWN, sorted(chosen.who.parties)
    said: Criteria = {
        "pair": tuple(parties) if len(parties) == PAIR else None,
        "state": parties[0] if len(parties) == 1 else None,
        "person": chosen.who.person,
        "any_of": tuple(sorted(chosen.any_of)),
        "kind": chosen.kinds if chosen.kinds != usual.kinds else None,
        "status": chosen.statuses if chosen.statuses != usual.statuses else None,
        "level": chosen.levels,
        "words": " ".join(sorted(chosen.words)),
    }
    same = ("place", "source", "sides", "traveller", "host", "since", "until", "undated")
    said |= {name: getattr(chosen, name) for name in same}
    return {name: value for name, value in said.items() if value not in (None, (), frozenset(), "")}


def _about(criteria: Criteria, *names: str) -> Criteria:
    return {name: criteria[name] for name in names if name in criteria}


def _frequency(diary: Diary, criteria: Criteria, _: Filter, __: Visitor) -> Any:
    contacts = diary.answer(ContactFrequency(by="year"), **criteria)
    return contacts.by("year", **_about(criteria, "state", "pair", "traveller"))


def _network(diary: Diary, criteria: Criteria, _: Filter, __: Visitor) -> Any:
    return diary.answer(Network(by="all", nodes="parties"), **criteria).edges("all", **_about(criteria, "state"))


def _punctuality(diary: Diary, criteria: Criteria, _: Filter, __: Visitor) -> Any:
    return diary.answer(Punctuality(), **criteria).by("pair", **_about(criteria, "state", "pair", "person"))


def _patrols(diary: Diary, criteria: Criteria, _: Filter, __: Visitor) -> Any:
    return diary.answer(Patrols(), **criteria).by("year", **_about(criteria, "state", "pair"))


def _rounds(diary: Diary, criteria: Criteria, _: Filter, __: Visitor) -> Any:
    return diary.answer(ConsultationRounds(), **criteria).chosen(**_about(criteria, "state", "pair"))


def _discrepancies(diary: Diary, criteria: Criteria, _: Filter, __: Visitor) -> Any:
    views = Discrepancies(), PossibleDuplicates(), PossiblyOnePerson()
    return [one for several in diary.answer(*views, **criteria) for one in several]


def _itinerary(diary: Diary, criteria: Criteria, _: Filter, __: Visitor) -> Any:
    return diary.answer(Itineraries(), **criteria).of(criteria["person"])


def _last_met(diary: Diary, _: Criteria, chosen: Filter, visitor: Visitor) -> Any:
    until = Filter(until=visitor.on, undated=chosen.takes_undated)
    found = LastMet.of(diary.iterate(chosen.within(until)), *map(Counterpart.of, _two(chosen)))
    return [one for one in (found.alone, found.among_others) if one is not None]


def _two(chosen: Filter) -> list[str]:
    """Name those whom a feed is about: two, where it is about their contacts."""
    return [*sorted(chosen.who.parties), *([chosen.who.person] if chosen.who.person else [])]


def _contacts(key: str) -> Callable[[Filter, Visitor], str]:
    """Return a title that says between how many sides contacts are counted."""

    def title(chosen: Filter, visitor: Visitor) -> str:
        sides = chosen.sides or Sides.BILATERAL
        said = visitor.words
        return said(key) if sides is Sides.ANY else said("line", name=said(key), value=said(f"sides.{sides.value}"))

    return title


def _called(key: str) -> Callable[[Filter, Visitor], str]:
    return lambda _, visitor: visitor.words(key)


def _by_itinerary(chosen: Filter, visitor: Visitor) -> str:
    return visitor.words("answer.itinerary", person=visitor.person(chosen.who.person or ""))


def _by_last_met(chosen: Filter, visitor: Visitor) -> str:
    named = [visitor.party(code) for code in sorted(chosen.who.parties)]
    first, second = [*named, *([visitor.person(chosen.who.person)] if chosen.who.person else [])]
    return visitor.words("answer.last_met", first=first, second=second)


MEASURES: Mapping[str, Measure] = {
    "last-met": Measure(_by_last_met, _last_met),
    "itinerary": Measure(_by_itinerary, _itinerary),
    "frequency": Measure(_contacts("answer.contacts"), _frequency),
    "network": Measure(_contacts("answer.network"), _network),
    "punctuality": Measure(_called("answer.punctuality"), _punctuality),
    "rounds": Measure(_called("answer.rounds"), _rounds),
    "patrols": Measure(_called("kinds.patrol"), _patrols),
    "discrepancies": Measure(_called("answer.discrepancies"), _discrepancies),
}
"""By the names of the commands."""
