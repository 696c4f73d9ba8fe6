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
from diplocal.projections.filters import Filter
from diplocal.projections.last_met import Counterpart, LastMet
from diplocal.projections.lines import Lines, of_sides
from diplocal.projections.measure_lines import lines_of
from diplocal.web.feed_spec import FeedSpec
from diplocal.web.index import EVERYTHING_SHOWN
from diplocal.web.visitor import Visitor

MOST = 500
"""Lines of a measure that a page shows; how many there are is said."""
PAIR = 2
Answered = Callable[[Diary, Filter, Visitor], Any]


@attrs.frozen
class Measure:
    """A measure, as a command has it."""

    title: Callable[[Filter, Visitor], str]
    answer: Answered
    """Returns what is laid out in lines, given the diary and the filter of a feed."""


def measured(name: str, spec: FeedSpec, visitor: Visitor) -> tuple[str, Lines]:
    """Return the title of a measure of a feed, and the measure in lines: one of those that ``there_are``."""
    diary, measure = visitor.feeds.diary, MEASURES[name]
    chosen = diary.knowing(spec.filter)
    answer = measure.answer(diary, _asked(chosen), visitor)
    return measure.title(chosen, visitor), lines_of(answer, visitor.words)


def there_are(spec: FeedSpec, visitor: Visitor) -> dict[str, str]:
    """Return the measures that say something of a feed, by name with their titles.

    Whoever may see one feed alone gets its list, and none of them.
    """
    apart = {"last-met": len(_two(spec.filter)) == PAIR, "itinerary": spec.filter.who.person is not None}
    names = [] if visitor.only else [name for name in MEASURES if apart.get(name, True)]
    return {name: MEASURES[name].title(spec.filter, visitor) for name in names}


def _asked(chosen: Filter) -> Filter:
    """Return a filter without what a feed is of unless it says otherwise: what is kept of everything answers it."""
    usual = EVERYTHING_SHOWN
    return attrs.evolve(
        chosen,
        kinds=frozenset() if chosen.kinds == usual.kinds else chosen.kinds,
        statuses=frozenset() if chosen.statuses == usual.statuses else chosen.statuses,
    )


def _who(chosen: Filter) -> dict[str, Any]:
    """Return for which state or pair rows are wanted; of more than two, which all take part, all rows are."""
    parties = tuple(sorted(chosen.who.parties))
    return {"pair": parties} if len(parties) == PAIR else {"state": parties[0]} if len(parties) == 1 else {}


def _frequency(diary: Diary, chosen: Filter, _: Visitor) -> Any:
    contacts = diary.answer_among(chosen, ContactFrequency(by="year"))
    return contacts.by("year", **_who(chosen), traveller=chosen.traveller)


def _network(diary: Diary, chosen: Filter, _: Visitor) -> Any:
    state = next(iter(chosen.who.parties)) if len(chosen.who.parties) == 1 else None
    return diary.answer_among(chosen, Network(by="all", nodes="parties")).edges("all", state=state)


def _punctuality(diary: Diary, chosen: Filter, _: Visitor) -> Any:
    return diary.answer_among(chosen, Punctuality()).by("pair", **_who(chosen), person=chosen.who.person)


def _patrols(diary: Diary, chosen: Filter, _: Visitor) -> Any:
    return diary.answer_among(chosen, Patrols()).by("month", **_who(chosen))


def _rounds(diary: Diary, chosen: Filter, _: Visitor) -> Any:
    return diary.answer_among(chosen, ConsultationRounds()).chosen(**_who(chosen))


def _discrepancies(diary: Diary, chosen: Filter, _: Visitor) -> Any:
    answers = diary.answer_among(chosen, Discrepancies(), PossibleDuplicates(), PossiblyOnePerson())
    return [one for several in answers for one in several]


def _itinerary(diary: Diary, chosen: Filter, _: Visitor) -> Any:
    return diary.answer_among(chosen, Itineraries()).of(chosen.who.person or "")


def _last_met(diary: Diary, chosen: Filter, visitor: Visitor) -> Any:
    until = Filter(until=visitor.on, undated=chosen.takes_undated)
    found = LastMet.of(diary.iterate(chosen.within(until)), *map(Counterpart.of, _two(chosen)))
    return [one for one in (found.alone, found.among_others) if one is not None]


def _two(chosen: Filter) -> list[str]:
    """Name those whom a feed is about: two, where it is about their contacts."""
    return [*sorted(chosen.who.parties), *([chosen.who.person] if chosen.who.person else [])]


def _contacts(key: str) -> Callable[[Filter, Visitor], str]:
    """Return a title that says between how many sides contacts are counted."""
    return lambda chosen, visitor: of_sides(visitor.words(key), chosen.sides, visitor.words)


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
