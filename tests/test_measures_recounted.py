"""What the measures say of any history is what a plain recount of its engagements says."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations, pairwise
from typing import Any

import pendulum
import pytest
from hypothesis import HealthCheck, given, settings

from diplocal.dates import When
from diplocal.engagements import Engagement, Engagements, Kind, Status, known_since
from diplocal.events import Corrected, MergedAsDuplicate, Retracted, VisitAnnounced
from diplocal.parties import Person, party_of
from diplocal.projections import (
    ConsultationRounds,
    Consultations,
    Itineraries,
    Journeys,
    Network,
    Patrols,
    PatrolsSeen,
    Punctuality,
    Ties,
)
from diplocal.records import instant
from diplocal.replaying import replay
from diplocal.store import MemoryStore
from diplocal.testing import History, check_law, histories

HELD = (Status.HELD, Status.UNDER_WAY)
DAYS = [pendulum.Date(2023, 10, 30), pendulum.Date(2023, 11, 1), pendulum.Date(2023, 12, 31)]
Span = tuple[pendulum.Date, pendulum.Date]


def begins(when: When | None) -> Span | None:
    """Give the first and the last day on which something can have begun."""
    start = when.start if when else None
    return (start.earliest, start.latest) if start and start.earliest and start.latest else None


def certain(when: When | None) -> Span | None:
    """Give the days that something takes up for certain."""
    begin, end = begins(when), when.end if when else None
    if begin is None or end is None or end.earliest is None or end.latest is None or begin[1] > end.earliest:
        return None
    return begin[1], end.earliest


def month(when: When) -> str | None:
    days = begins(when)
    names = {f"{day.year:04}-{day.month:02}" for day in days} if days else set()
    return names.pop() if len(names) == 1 else None


def ask_patrols(seen: PatrolsSeen) -> Any:
    rows = {(row.period, row.actors, row.area): (row.count, row.answered) for row in seen.by("month")}
    return rows, seen.answered_by(), sorted({one.patrol.slug for one in seen.scrambles(state="CN")})


def recount_patrols(engagements: Sequence[Engagement]) -> Any:
    patrols = [one for one in engagements if one.kind is Kind.PATROL and one.status in HELD and one.when]
    rows: defaultdict[Any, tuple[int, int]] = defaultdict(lambda: (0, 0))
    answers: Counter[str] = Counter()
    for one in patrols:
        assert one.when is not None
        key = month(one.when), tuple(sorted({actor.code for actor in one.parties})), one.place
        rows[key] = rows[key][0] + 1, rows[key][1] + (1 if one.reactions else 0)
        answers.update({reaction.by.code for reaction in one.reactions})
    chinese = {one.slug for one in patrols if one.reactions and "CN" in {actor.code for actor in one.parties}}
    return dict(rows), dict(answers), sorted(chinese)


def ask_rounds(consultations: Consultations) -> Any:
    return {
        one.series.lower(): (
            sorted((claim.number, claim.slug) for claim in one.rounds),
            set(one.missing),
            {number: set(slugs) for number, slugs in one.contested.items()},
            {(i.first, i.then): (i.days.at_least, i.days.at_most) for i in one.intervals},
        )
        for one in consultations
    }


def recount_rounds(engagements: Sequence[Engagement]) -> Any:
    by_series: defaultdict[str, list[tuple[int, Engagement]]] = defaultdict(list)
    for one in engagements:
        if one.round and one.status not in (Status.RETRACTED, Status.ABSORBED):
            by_series[one.round.series.name.lower()].append((one.round.number, one))
    return {name: _one_series(claims) for name, claims in by_series.items()}


def _one_series(all_claims: list[tuple[int, Engagement]]) -> Any:
    def is_told_by_a_meeting_inside(number: int, visit: Engagement) -> bool:
        return visit.kind is Kind.VISIT and any(
            (other, one.during) == (number, visit.slug)
            for other, one in all_claims
            if one.kind is not Kind.VISIT and one.status is not Status.CANCELLED
        )

    claims = [(number, one) for number, one in all_claims if not is_told_by_a_meeting_inside(number, one)]
    numbers = {number for number, _ in claims}
    standing = [(number, one.slug) for number, one in claims if one.status is not Status.CANCELLED]
    contested = {
        number: {slug for other, slug in standing if other == number}
        for number in numbers
        if sum(other == number for other, _ in standing) > 1
    }
    dated = sorted(
        (number, days)
        for number, one in claims
        if one.status in HELD and number not in contested and (days := begins(one.when))
    )
    intervals = {
        (one, other): ((second[0] - first[1]).days, (second[1] - first[0]).days)
        for (one, first), (other, second) in pairwise(dated)
    }
    missing = set(range(min(numbers), max(numbers) + 1)) - numbers
    return sorted((number, one.slug) for number, one in claims), missing, contested, intervals


def ask_journeys(journeys: Journeys) -> Any:
    return {
        name.lower(): (
            {leg.slug for leg in found},
            {frozenset({one.first.slug, one.second.slug}) for one in found.overlaps},
            found.destinations,
            [{leg.slug for leg in found.on(day)} for day in DAYS],
            [{leg.slug for leg in found.perhaps_on(day)} for day in DAYS],
        )
        for name in journeys.people()
        for found in [journeys.of(name)]
    }


def recount_journeys(engagements: Sequence[Engagement]) -> Any:
    by_person: defaultdict[str, list[Engagement]] = defaultdict(list)
    gone = (Status.RETRACTED, Status.ABSORBED, Status.CANCELLED, Status.INVITED, Status.UNKNOWN)
    for one in engagements:
        if one.host is None or one.status in gone:
            continue
        for name in {person.name.lower() for person in _travellers(one)}:
            by_person[name].append(one)
    return {name: _one_person(legs) for name, legs in by_person.items()}


def _travellers(one: Engagement) -> Iterable[Person]:
    if one.kind is Kind.VISIT:
        return (person for person in one.participants if isinstance(person, Person))
    if one.kind is Kind.MEETING and one.host:
        home = one.host.code
        people = (person for person in one.participants if isinstance(person, Person))
        return (person for person in people if not person.party or person.party.code != home)
    return ()


def _one_person(legs: list[Engagement]) -> Any:
    visits = {one.slug for one in legs if one.kind is Kind.VISIT}
    overlaps = {
        frozenset({one.slug, other.slug})
        for one, other in combinations([one for one in legs if one.during not in visits], 2)
        if _overlap(one, other)
    }
    places = Counter(one.host.code for one in legs if one.host and one.kind is Kind.VISIT and one.status in HELD)
    there = [{one.slug for one in legs if (span := certain(one.when)) and span[0] <= day <= span[1]} for day in DAYS]
    possible = [
        {one.slug for one in legs if one.when and (one.when.earliest or day) <= day <= (one.when.latest or day)}
        for day in DAYS
    ]
    maybe = [every - sure for every, sure in zip(possible, there, strict=True)]
    return {one.slug for one in legs}, overlaps, dict(places), there, maybe


def _overlap(one: Engagement, other: Engagement) -> bool:
    mine, theirs = certain(one.when), certain(other.when)
    if mine is None or theirs is None or one.host is None or other.host is None:
        return False
    if one.host.code == other.host.code:
        return mine[0] <= theirs[1] and theirs[0] <= mine[1]
    return mine[0] < theirs[1] and theirs[0] < mine[1]


def ask_ties(ties: Ties) -> Any:
    return {
        (edge.first.id, edge.second.id): (edge.contacts, {kind.value for kind in edge.kinds}) for edge in ties.edges()
    }


def recount_ties(engagements: Sequence[Engagement]) -> Any:
    edges: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for one in engagements:
        if one.status not in HELD or one.when is None:
            continue
        pairs: set[tuple[str, ...]] = set()
        if one.kind is Kind.VISIT and one.host:
            pairs = {tuple(sorted((code, one.host.code))) for code in _codes(one.participants) - {one.host.code}}
        elif one.kind in (Kind.MEETING, Kind.CALL, Kind.PATROL, Kind.EXERCISE):
            pairs = set(combinations(sorted(_codes(one.participants)), 2))
        for pair in pairs if len(pairs) == 1 else ():
            edges[pair].append(one.kind.value)
    return {pair: (len(kinds), set(kinds)) for pair, kinds in edges.items()}


def _codes(participants: Iterable[Any]) -> set[str]:
    return {party.code for party in map(party_of, participants) if party}


RECOUNTS: dict[type, tuple[Callable[[Any], Any], Callable[[Sequence[Engagement]], Any]]] = {
    Patrols: (ask_patrols, recount_patrols),
    ConsultationRounds: (ask_rounds, recount_rounds),
    Itineraries: (ask_journeys, recount_journeys),
    Network: (ask_ties, recount_ties),
}
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("projection", RECOUNTS, ids=lambda projection: projection.__name__)
@unhurried
@given(history=histories())
def test_a_measure_is_what_a_plain_recount_gives(projection: type, history: History) -> None:
    ask, recount = RECOUNTS[projection]
    check_law("recount", projection, history, ask=ask, recount=recount)


@unhurried
@given(history=histories())
def test_a_visit_was_announced_when_the_public_could_first_know_that_it_was_planned(history: History) -> None:
    rewriting = (Retracted, Corrected, MergedAsDuplicate)
    store = MemoryStore()
    store.append(*(one.envelope for one in history if not isinstance(one.event, rewriting)))
    engagements, _ = Engagements().take(store.read())
    first: dict[str, pendulum.Date] = {}
    for record in store.read():
        known = engagements.get(record.stream)
        if isinstance(record.event, VisitAnnounced) and known and known.kind is Kind.VISIT:
            day = instant(known_since(record.event, record.recorded_micros)).date()
            first[record.stream] = min(day, first.get(record.stream, day))
    announced = {one.slug: one.announced for one in replay(Punctuality(), store) if one.announced}
    assert announced == first
