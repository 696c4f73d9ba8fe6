"""Whole logs that tell believable stories, drawn by Hypothesis.

At most four numbers are drawn for a report, so that Hypothesis shrinks a history to its essence: 0 is always the
simplest choice, and a report that is left out leaves the others as they were.
"""

from collections.abc import Collection, Sequence

from hypothesis import strategies as st

from diplocal.engagements import Kind
from diplocal.errors import InvalidValue
from diplocal.events import EngagementEvent
from diplocal.parties import Party
from diplocal.testing.casts import KINDS, kinds_by_weight, number_of_casts, troupe
from diplocal.testing.history import History
from diplocal.testing.lifecycles import SWITCHES, TELLINGS, Teller
from diplocal.testing.moves import DETAILS, MOVES
from diplocal.testing.plots import Plot, World
from diplocal.testing.pools import PARTIES
from diplocal.testing.values import events

EVERYBODY = ("public", "internal", "restricted")
_Step = tuple[int, int, int, int] | tuple[int, EngagementEvent, int]


def histories(
    *,
    kinds: Sequence[Kind] = KINDS,
    parties: Sequence[Party] = PARTIES,
    audiences: Sequence[str] = EVERYBODY,
    also: Collection[type[EngagementEvent]] = (),
    max_engagements: int = 3,
    min_events: int = 0,
    max_events: int = 12,
) -> st.SearchStrategy[History]:
    """Draw histories of several engagements whose reports interleave.

    Engagements are announced, narrowed, rescheduled, postponed, confirmed, cancelled, held, reported again by another
    source, corrected, retracted, merged; dates come in every precision; what was reported is recorded sooner or later.
    In half of the histories, whole kinds of reports do not occur at all. ``also`` mixes in event classes of your own.

    Raises InvalidValue for fewer than two parties, for a kind that is never generated, and where there is nothing to
    draw from.
    """
    _check(kinds, parties, audiences)
    chosen = kinds_by_weight(kinds)
    switches = st.integers(0, SWITCHES - 1)
    casts = st.tuples(*[st.integers(0, number_of_casts(chosen, parties) - 1)] * max_engagements)
    slot, telling = st.integers(0, 2 * max_engagements - 1), st.integers(0, TELLINGS - 1)
    step: st.SearchStrategy[_Step] = st.tuples(
        slot, st.integers(0, len(MOVES) - 1), st.integers(0, DETAILS - 1), telling
    )
    if also:
        step = st.one_of(step, st.tuples(slot, st.one_of([events(cls) for cls in also]), telling))
    lengths = st.sampled_from(
        [*range(min_events, max_events + 1), *range((min_events + max_events) // 2, max_events + 1)]
    )
    steps = [st.tuples(*[step] * length) for length in range(max_events + 1)]

    @st.composite
    def told(draw: st.DrawFn) -> History:
        switched = draw(switches)
        plots = [
            Plot(f"{one.kind.value}-{slot}", one) for slot, one in enumerate(troupe(draw(casts), chosen, parties), 1)
        ]
        teller = Teller(World(plots, parties), audiences, switched)
        for one in draw(steps[draw(lengths)]):
            if len(one) == 4:  # noqa: PLR2004 - the numbers that the model makes a report of
                number, *rest = one
                teller.step(plots[max(number - max_engagements, 0)], *rest)
            else:
                number, event, how = one
                plot = plots[max(number - max_engagements, 0)]
                teller.hear(plot, event.evolve(engagement=plot.slug), how)
        return teller.history()

    return told()


def engagement_histories(
    *,
    kinds: Sequence[Kind] = KINDS,
    parties: Sequence[Party] = PARTIES,
    audiences: Sequence[str] = EVERYBODY,
    also: Collection[type[EngagementEvent]] = (),
    min_events: int = 0,
    max_events: int = 12,
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


def _check(kinds: Sequence[Kind], parties: Sequence[Party], audiences: Sequence[str]) -> None:
    if not kinds or not set(kinds) <= set(KINDS):
        raise InvalidValue("kinds", kinds, f"some of {', '.join(kind.value for kind in KINDS)}")
    if len({party.code for party in parties}) < 2:  # noqa: PLR2004 - nobody meets themselves
        raise InvalidValue("parties", parties, "at least two parties with codes of their own")
    if not audiences:
        raise InvalidValue("audiences", audiences, "at least one, such as 'public'")
