"""Whole logs that tell believable stories, drawn by Hypothesis.

At most four numbers are drawn for a report, so that Hypothesis shrinks a history to its essence: 0 is always the
simplest choice, and a report that is left out leaves the others as they were.
"""

import random
from collections.abc import Collection, Sequence
from typing import Any

from hypothesis import strategies as st

from diplocal.checks import expect
from diplocal.dates import When
from diplocal.engagements import Kind
from diplocal.errors import InvalidValue
from diplocal.events import EngagementEvent
from diplocal.parties import Organisation, Party, State
from diplocal.testing.dates import CYCLE
from diplocal.testing.engagement_state import EngagementState, World, enacted
from diplocal.testing.history import History
from diplocal.testing.lifecycles import SWITCHES, TELLINGS, Simulation
from diplocal.testing.pools import PARTIES
from diplocal.testing.scenarios import KINDS, choose_scenarios, kinds_by_weight, number_of_scenarios
from diplocal.testing.transitions import DETAILS, TRANSITIONS
from diplocal.testing.values import events

EVERYBODY = ("public", "internal", "restricted")


def histories(
    *,
    kinds: Sequence[Kind] = KINDS,
    parties: Sequence[Party] = PARTIES,
    audiences: Sequence[str] = EVERYBODY,
    also: Collection[type[EngagementEvent]] = (),
    max_engagements: int = 3,
    min_events: int = 0,
    max_events: int = 14,
    crowd: int = 0,
) -> st.SearchStrategy[History]:
    """Draw histories of several engagements whose reports interleave.

    Engagements are announced, narrowed, rescheduled, postponed, confirmed, cancelled, held, reported again by another
    source, corrected, retracted, merged; dates come in every precision; what was reported is recorded sooner or later.
    In half of the histories, whole kinds of reports do not occur at all; one in five is recorded at one instant, as an
    import is, and one in five is of a log into which another one was brought. Slugs are others in each history, and the
    simplest in the one that is shown. ``also`` mixes in event classes of your own. With ``crowd``, one history in 200
    is told among so many other engagements at most, of four reports each: it is as long as real logs are.

    Raises InvalidValue for fewer than two parties, for a kind that is never generated, and where there is nothing to
    draw from.
    """
    _check(kinds, parties, audiences, also)
    _whole(max_engagements=max_engagements, min_events=min_events, max_events=max_events, crowd=crowd)
    if not (0 <= min_events <= max_events and max_engagements > 0):
        bounds = f"{max_engagements} engagements, {min_events} to {max_events} events"
        raise InvalidValue("how much", bounds, "at least one engagement, and no fewer events at most than at least")
    chosen = kinds_by_weight(kinds)
    slots = [slot for slot in range(max_engagements) for _ in range(max_engagements - slot)]
    lengths = [*range(min_events, max_events + 1), *range((min_events + max_events) // 2, max_events + 1)]
    sizes = [round(crowd ** (size / _SIZES)) for size in range(1, _SIZES + 1)]
    crowds = [some for size in sizes for some in (*[0] * _CROWDED, size)]  # small numbers are drawn more often
    opening = [
        SWITCHES,
        len(lengths),
        _FRESH,
        len(crowds) if crowd else 1,
        *[number_of_scenarios(chosen, parties)] * max_engagements,
    ]
    counts = [len(slots) * TELLINGS, len(TRANSITIONS), DETAILS]
    steps = [_numbers(counts, place) for place in range(1, max_events + 1)]
    openings = _numbers(opening, 0)
    stories = [st.tuples(*steps[:length]) for length in range(max_events + 1)]
    own = st.none() | st.one_of([events(cls) for cls in also]) if also else st.none()

    @st.composite
    def told(draw: st.DrawFn) -> History:
        switched, length, fresh, crowded, *numbers = (number % _MOST for number in draw(openings))
        scenario = choose_scenarios(numbers, chosen, parties)
        states = enacted(scenario, fresh=fresh)
        simulation = Simulation(World(parties), audiences, switched)
        for step in draw(stories[lengths[length]]):
            who_and_how, transition, detail = (number % _MOST for number in step)
            telling, slot = divmod(who_and_how, len(slots))
            event = draw(own) if also else None
            if event is None:
                simulation.step(states[slots[slot]], transition, detail, telling)
            else:
                simulation.hear(states[slots[slot]], event, telling)
        history = simulation.history()
        if crowds[crowded]:
            others = _crowd(fresh, crowds[crowded], chosen, parties, audiences, first=max_engagements + 1)
            history = history.among(others)
        if fresh % _OLD == _OLD - 1:
            history = _in_another_age(history, _AGES[fresh // _OLD % len(_AGES)])
        if fresh % _BULK == 1:
            return history.at_one_instant()
        return history.brought_together() if fresh % _BULK == _BROUGHT else history

    return told()


def _numbers(counts: Sequence[int], place: int) -> st.SearchStrategy[tuple[int, ...]]:
    """Draw numbers that are below their counts when divided by ``_MOST``.

    Hypothesis makes most of its examples by copying between draws of the same kind, and copied numbers tell the same
    history again. So each number is drawn from a range of its own: there is nothing to copy.
    """
    starts = ((place * _PARTS + part) * _MOST for part in range(len(counts)))
    return st.tuples(
        *(st.sampled_from(range(start, start + count)) for start, count in zip(starts, counts, strict=False))
    )


def _in_another_age(history: History, cycles: int) -> History:
    """Let it all have happened so many times 400 years later; it is reported and recorded today.

    What is told to the instant stays in an age that has standard time: before, each town had a time of its own.
    """
    told_to_the_instant = False

    def moved(value: Any) -> Any:
        nonlocal told_to_the_instant
        if not isinstance(value, When):
            return value
        told_to_the_instant |= (value.begins_at or value.ends_at) is not None
        return value.shifted(cycles * CYCLE)

    other = history.mapped(moved)
    return history if told_to_the_instant and cycles < 0 else other


_FRESH, _BULK, _BROUGHT, _OLD = 4096, 5, 2, 16
"""So many names there are for an engagement, that no cache may know. Each so many histories is one import, and the next
one of two logs; each so many is about another age."""
_AGES = (-1, 15, -5)
"""In cycles of 400 years: the seventeenth century, the ninth millennium, the first century."""
_PARTS, _MOST = 10, 1_000_000
"""At most so many numbers at a place, each of at most so many."""


def long_histories(
    *,
    engagements: int = 100,
    kinds: Sequence[Kind] = KINDS,
    parties: Sequence[Party] = PARTIES,
    audiences: Sequence[str] = EVERYBODY,
) -> st.SearchStrategy[History]:
    """Draw histories of many engagements, of four reports each in the mean: as long as real logs are.

    A single number is drawn, which decides everything: such a history is cut down by whole engagements, and not report
    by report. The other arguments are those of ``histories``.

    >>> from diplocal.projections import ContactFrequency
    >>> from diplocal.testing import laws
    >>> TestLong = laws(ContactFrequency, histories=long_histories(engagements=1_000))
    """
    _check(kinds, parties, audiences)
    _whole(engagements=engagements)
    chosen = kinds_by_weight(kinds)

    return st.integers(0, 1 << 32).map(lambda number: _crowd(number, engagements, chosen, parties, audiences))


def _crowd(
    number: int,
    engagements: int,
    kinds: Sequence[Kind],
    parties: Sequence[Party],
    audiences: Sequence[str],
    first: int = 1,
) -> History:
    """Tell of many engagements, each three of which have to do with each other; a number decides everything."""
    lots = random.Random(number)  # noqa: S311 - the same history each time
    count, states = number_of_scenarios(kinds, parties), list[EngagementState]()
    while len(states) < engagements:
        numbers = [lots.randrange(count) for _ in range(min(_GROUP, engagements - len(states)))]
        states += enacted(choose_scenarios(numbers, kinds, parties), first=first + len(states))
    simulation = Simulation(World(parties), audiences)
    for _ in range(_REPORTS_EACH * engagements):
        transition, detail, telling = map(lots.randrange, (len(TRANSITIONS), DETAILS, TELLINGS))
        simulation.step(lots.choice(states), transition, detail, telling)
    return simulation.history()


_REPORTS_EACH, _GROUP = 4, 3
_CROWDED, _SIZES = 199, 20
"""Of two hundred histories, so many have no others around them. There are so many sizes of crowds, each as frequent."""


def engagement_histories(
    *,
    kinds: Sequence[Kind] = KINDS,
    parties: Sequence[Party] = PARTIES,
    audiences: Sequence[str] = EVERYBODY,
    also: Collection[type[EngagementEvent]] = (),
    min_events: int = 0,
    max_events: int = 14,
) -> st.SearchStrategy[History]:
    """Draw histories of one engagement. The arguments are those of ``histories``."""
    return histories(
        kinds=kinds,
        parties=parties,
        audiences=audiences,
        also=also,
        max_engagements=1,
        min_events=min_events,
        max_events=max_events,
    )


def _is_about_engagements(cls: Any) -> bool:
    return isinstance(cls, type) and issubclass(cls, EngagementEvent)


def _whole(**numbers: object) -> None:
    for name, number in numbers.items():
        expect(name, number, "a whole number", int)


def _check(
    kinds: Sequence[Kind],
    parties: Sequence[Party],
    audiences: Sequence[str],
    also: Collection[type[EngagementEvent]] = (),
) -> None:
    for name, several in {"kinds": kinds, "parties": parties, "audiences": audiences, "also": also}.items():
        expect(name, several, "several, in a list", Collection)
    if not kinds or not set(kinds) <= set(KINDS):
        raise InvalidValue("kinds", kinds, f"some of {', '.join(kind.value for kind in KINDS)}")
    if not all(isinstance(party, State | Organisation) for party in parties):
        raise InvalidValue("parties", parties, "states and organisations, such as [State('SE'), State('FI')]")
    if len({party.code for party in parties}) < 2:  # noqa: PLR2004 - nobody meets themselves
        raise InvalidValue("parties", parties, "at least two parties with codes of their own")
    if isinstance(audiences, str) or not audiences:
        raise InvalidValue("audiences", audiences, "at least one, in a list: ['public']")
    for cls in also:
        if not _is_about_engagements(cls):
            raise InvalidValue("also", cls, "event classes of your own that are about an engagement")
