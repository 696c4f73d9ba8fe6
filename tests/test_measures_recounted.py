"""What the measures say of any history is what a plain recount of its engagements says."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import combinations, pairwise
from math import inf
from typing import Any

import pendulum
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diplocal.dates import When
from diplocal.engagements import Engagement, Engagements, Kind, Status, Visit, known_since
from diplocal.events import (
    Cancelled,
    Corrected,
    EngagementEvent,
    MeetingAnnounced,
    MeetingHeld,
    MergedAsDuplicate,
    Rescheduled,
    Retracted,
    VisitAnnounced,
    VisitBegan,
    VisitConcluded,
)
from diplocal.parties import Person, Rank, party_of
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
    Timekeeping,
)
from diplocal.projections.days import Days
from diplocal.records import Record, instant
from diplocal.series import Round, Series
from diplocal.testing import History, check_law, histories
from diplocal.testing.pools import CHINA, INDONESIA, RUSSIA
from diplocal.testing.scenarios import KINDS

HELD = (Status.HELD, Status.UNDER_WAY)
DAYS = [pendulum.Date(2023, 10, 30), pendulum.Date(2023, 11, 1), pendulum.Date(2023, 12, 31)]
Span = tuple[pendulum.Date, pendulum.Date]
Span2 = tuple[int, int]


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
    rows = [(row.period, row.actors, row.area, row.count, row.answered) for row in seen.by("month")]
    tempo, joint = seen.tempo(), {one.slug for one in seen if one.is_joint}
    pace = tempo.interval and (tempo.interval.at_least, tempo.interval.at_most)
    chinese = sorted({one.patrol.slug for one in seen.scrambles(state="CN")})
    listed = [one.slug for one in seen.chosen()]
    return rows, seen.answered_by(), chinese, (tempo.patrols, tempo.dated, pace), joint, listed


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
    joint = {one.slug for one in patrols if len({actor.code for actor in one.parties}) > 1}
    counted = [(*key, *counts) for key, counts in rows.items()]
    counted.sort(key=lambda row: (row[0] is None, row[0] or "", row[1], row[2] or ""))
    listed = [one.slug for one in sorted(patrols, key=_soonest)]
    return counted, dict(answers), sorted(chinese), _pace(patrols), joint, listed


def _pace(patrols: Sequence[Engagement]) -> tuple[int, int, tuple[int, int] | None]:
    """Count patrols and dated ones, and give the median of the days between these, a lower and an upper one."""
    exact = sorted((one.when.earliest, one.when.latest) for one in patrols if one.when and one.when.is_exact)
    days = sorted((then - first).days for (first, _), (then, _) in pairwise(exact))  # type: ignore[operator]
    middle = (days[(len(days) - 1) // 2], days[len(days) // 2]) if days else None
    return len(patrols), len(exact), middle


def ask_rounds(consultations: Consultations) -> Any:
    return {
        one.series.lower(): (
            sorted((claim.number, claim.slug) for claim in one.rounds),
            set(one.missing),
            {number: set(slugs) for number, slugs in one.contested.items()},
            {(i.first, i.then): (i.days.at_least, i.days.at_most) for i in one.intervals},
            {claim.slug for claim in one.planned},
            one.next_due and (one.next_due.number, one.next_due.earliest, one.next_due.latest, one.next_due.basis),
            [one.is_overdue(day) for day in DAYS],
            one in consultations.chosen(state="CN"),
            one in consultations.chosen(pair=("CN", "RU")),
            consultations.of(one.series.upper()) == one,
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
    planned = {one.slug for _, one in claims if one.status not in (*HELD, Status.CANCELLED)}
    taking_part = [{party.code for party in one.parties} for _, one in claims]
    chosen = (any(codes <= taken for taken in taking_part) for codes in ({"CN"}, {"CN", "RU"}))
    due = _due([number for number, one in claims if one.status in HELD], dated, intervals)
    rounds = sorted((number, one.slug) for number, one in claims)
    late = [bool(due and due[2] < day) for day in DAYS]
    return rounds, missing, contested, intervals, planned, due, late, *chosen, True


def _due(held: list[int], dated: list[tuple[int, Span]], intervals: Mapping[tuple[int, int], tuple[int, int]]) -> Any:
    past = [days for (one, other), days in intervals.items() if other == one + 1]
    if len(past) < 2 or dated[-1][0] != max(held):
        return None
    first, last = dated[-1][1]
    shortest, longest = max(0, min(least for least, _ in past)), max(most for _, most in past)
    return max(held) + 1, first.add(days=shortest), last.add(days=longest), len(past)


@st.composite
def rounds_told(draw: st.DrawFn) -> History:
    """Draw meetings and visits that are rounds of two series, most of them in order of date."""
    told: list[EngagementEvent] = []
    for place in range(draw(st.integers(2, 6))):
        within = place > 0 and draw(st.integers(0, 3)) == 0
        number = place if within else draw(st.sampled_from([place + 1] * 4 + [1, 3]))
        series = draw(st.sampled_from(["Talks"] * 5 + ["TALKS", "Other"]))
        when = draw(st.sampled_from([When(f"2023-{2 * place + 1:02}-1{number}")] * 4 + [When("2023-11"), When("2023")]))
        said: dict[str, Any] = {"engagement": f"round-{place}", "round": Round(Series(series), number)}
        event = draw(st.sampled_from([MeetingHeld] * 4 + [MeetingAnnounced, VisitConcluded, VisitConcluded, Cancelled]))
        if event is VisitConcluded:
            told.append(VisitConcluded(visitors=(CHINA,), host=RUSSIA, when=when, **said))
        else:
            sides = draw(st.sampled_from([(CHINA, RUSSIA), (RUSSIA, INDONESIA)]))
            meeting = MeetingHeld if event is Cancelled else event
            during = f"round-{place - 1}" if within else None
            told.append(meeting(participants=sides, when=when, during=during, **said))
        if event is Cancelled:
            told.append(Cancelled(engagement=f"round-{place}"))
    return History.of(*told)


def ask_journeys(journeys: Journeys) -> Any:
    return {
        name.lower(): (
            [leg.slug for leg in found],
            found.diversity,
            {frozenset({one.first.slug, one.second.slug}) for one in found.overlaps},
            found.destinations,
            [{leg.slug for leg in found.on(day)} for day in DAYS],
            [{leg.slug for leg in found.perhaps_on(day)} for day in DAYS],
            [[leg.slug for leg in found.ahead(day)] for day in DAYS],
            {leg.slug: bounds(leg.days) for leg in found},
            bounds(found.stay),
            {(gap.after, gap.before): bounds(gap.days) for gap in found.gaps},
            {frozenset({one.first.slug, one.second.slug}) for one in found.overlaps if one.is_one_country},
            {code: len(journeys.of(name.upper(), state=code)) for code in journeys.parties_of(name)},
        )
        for name in journeys.people()
        for found in [journeys.of(name)]
    }


def bounds(days: Days | None) -> Any:
    return days and (days.at_least, days.at_most)


def recount_journeys(engagements: Sequence[Engagement]) -> Any:
    by_person: defaultdict[str, list[Engagement]] = defaultdict(list)
    gone = (Status.RETRACTED, Status.ABSORBED, Status.CANCELLED, Status.INVITED, Status.UNKNOWN)
    for_whom: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in engagements:
        if one.host is None or one.status in gone:
            continue
        people = {(person.name.lower(), person.party.code if person.party else "") for person in _travellers(one)}
        for name in {name for name, _ in people}:
            by_person[name].append(one)
        for name, code in people:
            for_whom[name][code] += 1
    return {
        name: (*_one_person(legs), {code: count for code, count in for_whom[name].items() if code})
        for name, legs in by_person.items()
    }


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
    shares = [Fraction(count, places.total()) ** 2 for count in places.values()]
    diversity = float(1 / sum(shares)) if shares else None
    ordered = sorted(legs, key=_soonest)
    ahead = [
        [one.slug for one in ordered if not one.when or not one.when.latest or one.when.latest >= day] for day in DAYS
    ]
    lasts = {one.slug: _lasts(one.when) for one in legs}
    stays = [
        days for one in legs if one.kind is Kind.VISIT and one.status in HELD and (days := lasts[one.slug]) is not None
    ]
    gaps = _between([one for one in ordered if one.when and one.during not in visits])
    hosts = {one.slug: one.host.code for one in legs if one.host}
    twice = {pair for pair in overlaps if len({hosts[slug] for slug in pair}) == 1}
    order = [one.slug for one in ordered]
    return order, diversity, overlaps, dict(places), there, maybe, ahead, lasts, _median(stays), gaps, twice


def over(when: When | None) -> Span | None:
    """Give the first and the last day on which something can have ended."""
    end = when.end if when else None
    return (end.earliest, end.latest) if end and end.earliest and end.latest else None


def _lasts(when: When | None) -> Span2 | None:
    first, last = begins(when), over(when)
    if when is None or first is None or last is None:
        return None
    shortest = (last[0] - first[1]).days if when.is_interval else 0
    return 1 + max(0, shortest), 1 + (last[1] - first[0]).days


def _median(spans: list[Span2]) -> Span2 | None:
    least, most = (sorted(one[end] for one in spans) for end in (0, 1))
    return (least[(len(least) - 1) // 2], most[len(most) // 2]) if spans else None


def _between(stays: list[Engagement]) -> dict[tuple[str, str], Span2]:
    """Give the days between each stay and those before it, of which the one that can last longest is named."""
    found = {}
    for place, one in enumerate(stays):
        before, begin = stays[:place], begins(one.when)
        ended = [days[0] for each in before if (days := over(each.when))]
        if not ended or begin is None or any(each.when and each.when.latest is None for each in before):
            continue
        last = max(enumerate(before), key=lambda told: (told[1].when and told[1].when.latest, told[0]))[1]
        assert last.when
        assert last.when.latest
        at_most = (begin[1] - max(ended)).days - 1
        if at_most > 0:
            found[last.slug, one.slug] = max(0, (begin[0] - last.when.latest).days - 1), at_most
    return found


def _soonest(one: Engagement) -> tuple[bool, date, date, float, str]:
    first, last = (one.when.earliest, one.when.latest) if one.when else (None, None)
    begins = one.when.begins_at if one.when else None
    return one.when is None, first or date.min, last or date.max, begins.timestamp() if begins else -inf, one.slug


def _overlap(one: Engagement, other: Engagement) -> bool:
    mine, theirs = certain(one.when), certain(other.when)
    if mine is None or theirs is None or one.host is None or other.host is None:
        return False
    if one.host.code == other.host.code:
        return mine[0] <= theirs[1] and theirs[0] <= mine[1]
    return mine[0] < theirs[1] and theirs[0] < mine[1]


def ask_ties(ties: Ties) -> Any:
    edges = {
        (edge.period, edge.first.id, edge.second.id): (edge.contacts, edge.weight, {kind.value for kind in edge.kinds})
        for edge in ties.edges("year", weight="shared")
    }
    asked = ties.asymmetry(("CN", "RU"))
    high = sum(edge.contacts for edge in ties.edges(at_least=Rank.FOREIGN_MINISTER, kinds=[Kind.MEETING, Kind.VISIT]))
    persons = {
        (edge.first.party, edge.second.party, edge.first.label.lower(), edge.second.label.lower()): edge.contacts
        for edge in ties.edges(nodes="persons", state="CN")
    }
    return edges, (dict(asked.higher), asked.equal, asked.unknown), high, persons


def recount_ties(engagements: Sequence[Engagement]) -> Any:
    """Work it out for everybody, each two of however many."""
    edges: defaultdict[Any, list[tuple[str, Fraction]]] = defaultdict(list)
    higher, high, persons = Counter({"CN": 0, "RU": 0}), 0, Counter[Any]()
    steps = Counter[str]()
    for one in engagements:
        is_contact = one.kind in (Kind.VISIT, Kind.MEETING, Kind.CALL, Kind.PATROL, Kind.EXERCISE)
        if one.status not in HELD or one.when is None or not is_contact:
            continue
        met, sides = _met(one)
        persons.update(_persons_met(one))
        for pair in met:
            edges[_year(one.when), *pair].append((one.kind.value, Fraction(1, max(1, sides - 1))))
            ranks = [_rank(one, code) for code in pair]
            known = [rank for rank in ranks if rank is not None]
            is_high = all(rank <= RANKS.index(Rank.FOREIGN_MINISTER) for rank in known)
            high += (
                is_high
                and len(known) >= (1 if one.kind is Kind.VISIT else 2)
                and one.kind in (Kind.MEETING, Kind.VISIT)
            )
            if pair == ("CN", "RU"):
                steps["unknown"] += len(known) < 2
                steps["equal"] += len(known) == 2 and ranks[0] == ranks[1]
                higher.update([pair[ranks.index(min(known))]] if len({*known}) == 2 else [])
    counted = {
        key: (len(told), sum(weight for _, weight in told), {kind for kind, _ in told}) for key, told in edges.items()
    }
    return counted, (dict(higher), steps["equal"], steps["unknown"]), high, dict(persons)


RANKS = list(Rank)


def _year(when: When) -> str | None:
    days = begins(when)
    return f"{days[0].year:04}" if days and days[0].year == days[1].year else None


def _met(one: Engagement) -> tuple[set[tuple[str, ...]], int]:
    if one.kind is Kind.VISIT and one.host:
        pairs = {tuple(sorted((code, one.host.code))) for code in _codes(one.participants) - {one.host.code}}
        return pairs, len(pairs) + 1
    codes = _codes(one.participants)
    return set(combinations(sorted(codes), 2)), len(codes)


def _rank(one: Engagement, code: str) -> int | None:
    received = one.subject.received_by if isinstance(one.subject, Visit) else ()
    sent = [each for each in (*one.participants, *received) if isinstance(each, Person) and each.party]
    ranks = [RANKS.index(each.office.rank) for each in sent if each.office and each.party and each.party.code == code]
    return min(ranks, default=None)


def _persons_met(one: Engagement) -> set[Any]:
    """Name each two people who met of whom one is for China, in order of their keys."""
    if isinstance(one.subject, Visit):
        pairs = [(each, other) for each in one.subject.visitors for other in one.subject.received_by]
    else:
        pairs = list(combinations(one.participants, 2))
    found = set()
    for both in pairs:
        people = [(each.party.code if each.party else "", each) for each in both if isinstance(each, Person)]
        if len(people) == 2 and "CN" in dict(people) and people[0][0] != people[1][0]:
            (code, each), (other_code, other) = sorted(
                people, key=lambda told: told[1].wikidata or f"{told[1].name.lower()} / {told[0]}"
            )
            found.add((code, other_code, each.name.lower(), other.name.lower()))
    return found


def _codes(participants: Iterable[Any]) -> set[str]:
    return {party.code for party in map(party_of, participants) if party}


def ask_timekeeping(kept: Timekeeping) -> Any:
    announced = Timekeeping({one.slug: one for one in kept if one.announced})
    days = {one.slug: (one.announced, one.lead and (one.lead.at_least, one.lead.at_most)) for one in announced}
    changed = {
        one.slug: (
            [slip.after for slip in one.slips],
            [bounds(slip.days) for slip in one.slips],
            one.narrowings,
            one.postponements,
            one.cancellations,
        )
        for one in kept
        if one.slips or one.narrowings or one.postponements or one.cancellations
    }
    sums = next(((row.slips, row.slipped, bounds(row.slip)) for row in kept.by()), (0, 0, None))
    return (
        days,
        changed,
        sums,
        [one.slug for one in announced.chosen()],
        *(
            {
                row.key: (row.plans, row.held, row.cancelled, row.lead and (row.lead.at_least, row.lead.at_most))
                for row in rows
            }
            for rows in (
                announced.by("host"),
                announced.by("visitor"),
                announced.by("pair", state="CN"),
                announced.by(),
            )
        ),
    )


def recount_timekeeping(engagements: Sequence[Engagement], records: Sequence[Record]) -> Any:
    """Work it out from the reports, where none was taken back."""
    visits = {one.slug: one for one in engagements if one.kind is Kind.VISIT}
    first: dict[str, pendulum.Date] = {}
    for record in records:
        if isinstance(record.event, VisitAnnounced) and record.stream in visits:
            day = instant(known_since(record.event, record.first_recorded_micros)).date()
            first[record.stream] = min(day, first.get(record.stream, day))
    lead = {slug: _lead(day, visits[slug]) for slug, day in first.items()}

    def rows(keys: Callable[[str, set[str]], Iterable[tuple[str, ...]]]) -> dict[Any, Any]:
        groups: defaultdict[Any, list[str]] = defaultdict(list)
        for slug in first:
            host = visits[slug].host
            for key in keys(host.code if host else "", _codes(visits[slug].participants)):
                groups[key].append(slug)
        return {key: row(slugs) for key, slugs in groups.items()}

    def row(slugs: list[str]) -> Any:
        held = [slug for slug in slugs if visits[slug].status in HELD]
        cancelled = [slug for slug in slugs if visits[slug].status is Status.CANCELLED]
        leads = [found for slug in held if (found := lead[slug])]
        least, most = (sorted(found[end] for found in leads) for end in (0, 1))
        middle = (least[(len(leads) - 1) // 2], most[len(leads) // 2]) if leads else None
        return len(slugs), len(held), len(cancelled), middle

    def pairs(host: str, guests: set[str]) -> set[tuple[str, ...]]:
        return {tuple(sorted((host, code))) for code in guests - {host} if "CN" in {host, *guests}}

    changed = {slug: found for slug in visits if any((found := _changed(slug, records))[0:1] + found[2:])}
    moved = [days for _, slips, *_ in changed.values() for days in slips]
    slipped = sum(bool(slips) for _, slips, *_ in changed.values())
    return (
        {slug: (day, lead[slug]) for slug, day in first.items()},
        changed,
        (len(moved), slipped, _median([days for days in moved if days])),
        sorted(first, key=lambda slug: (first[slug], slug)),
        rows(lambda host, _: [(host,)]),
        rows(lambda _, guests: {(code,) for code in guests}),
        rows(pairs),
        rows(lambda *_: [()]),
    )


def _changed(slug: str, records: Sequence[Record]) -> Any:
    """Understand a visit anew after each report, and count what each changed while it was a plan."""
    told = sorted((record for record in records if record.stream == slug), key=_counts_later)
    after: list[When] = []
    days: list[Span2 | None] = []
    counted = Counter[str]()
    known: When | None = None
    was_when: When | None = None
    was: Status | None = None
    for count, record in enumerate(told, start=1):
        (one,) = Engagements().take(told[:count])[0]
        known = was_when or known
        is_moved = isinstance(record.event, Rescheduled)
        if not isinstance(record.event, VisitBegan | VisitConcluded):
            if is_moved and one.when and one.when != known:
                first, then = begins(known), begins(one.when)
                after.append(one.when)
                days.append(((then[0] - first[1]).days, (then[1] - first[0]).days) if first and then else None)
            if not is_moved and was_when and one.when and one.when != was_when and one.when.narrows(was_when):
                counted["narrowings"] += 1
            if one.status is not was:
                counted[one.status.value] += 1
        was_when, was = one.when, one.status
    return after, days, counted["narrowings"], counted["postponed"], counted["cancelled"]


def _counts_later(record: Record) -> tuple[bool, int, int, int]:
    """Sort by which counts more: what took place, then by day, then as recorded first."""
    first = record.first_recorded_micros
    day = known_since(record.event, first) // 86_400_000_000
    return isinstance(record.event, VisitBegan | VisitConcluded), day, first, record.position


def _lead(announced: pendulum.Date, visit: Engagement) -> tuple[int, int] | None:
    began = begins(visit.when)
    if began is None or visit.status not in HELD or began[1] < announced:
        return None
    return max(0, (began[0] - announced).days), (began[1] - announced).days


class NetworkOfAll(Network):
    """The network with occasions of three and more."""

    def __init__(self) -> None:
        super().__init__(sides="any")


RECOUNTS: dict[type, tuple[Callable[[Any], Any], Callable[..., Any]]] = {
    Patrols: (ask_patrols, recount_patrols),
    ConsultationRounds: (ask_rounds, recount_rounds),
    Itineraries: (ask_journeys, recount_journeys),
    NetworkOfAll: (ask_ties, recount_ties),
    Punctuality: (ask_timekeeping, recount_timekeeping),
}
NOTHING_TAKEN_BACK = histories().map(
    lambda history: history.where(lambda one: not isinstance(one.event, Retracted | Corrected | MergedAsDuplicate))
)
STAYS = histories(kinds=[Kind.VISIT, Kind.MEETING], parties=[CHINA, RUSSIA, INDONESIA], max_engagements=5, min_events=4)
TOLD: dict[type, st.SearchStrategy[History]] = {
    ConsultationRounds: rounds_told() | histories(),
    Itineraries: STAYS | histories(),
    NetworkOfAll: histories(kinds=[kind for kind in KINDS if kind is not Kind.ALIAS]),
    Punctuality: NOTHING_TAKEN_BACK,
}
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("projection", RECOUNTS, ids=lambda projection: projection.__name__)
@unhurried
@given(data=st.data())
def test_a_measure_is_what_a_plain_recount_gives(projection: type, data: st.DataObject) -> None:
    ask, recount = RECOUNTS[projection]
    history = data.draw(TOLD[projection] if projection in TOLD else histories())
    check_law("recount", projection, history, ask=ask, recount=recount)
