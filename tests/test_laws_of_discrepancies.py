"""Discrepancies keep the laws, and what they find is what a plain search finds."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import pendulum
from hypothesis import given, settings
from hypothesis import strategies as st

from diplocal.dates import When
from diplocal.engagements import Engagement, Kind, Status, TermOfOffice, Visit
from diplocal.events import (
    EngagementEvent,
    MeetingHeld,
    NotADuplicate,
    OfficeAssumed,
    OfficeLeft,
    Retracted,
    SamePerson,
    VisitConcluded,
)
from diplocal.parties import Participant, Person, State, party_of
from diplocal.projections import Discrepancies, PossibleDuplicates
from diplocal.series import Round, Series
from diplocal.testing import History, check_law, histories, laws
from diplocal.testing.pools import CHINA, PEOPLE, RUSSIA

RETOLD = ("renaming", "shifting", "echo", "recording", "respelling")


def ask_discrepancies(findings: Any) -> list[tuple[str, tuple[str, ...]]]:
    """Ask what is found, of which engagements."""
    return sorted((one.discrepancy.value, one.engagements) for one in findings)


def ask_duplicates(findings: Any) -> list[tuple[int | None, tuple[str, ...]]]:
    """Ask what may be one, and how much."""
    return sorted((one.score, one.engagements) for one in findings)


def recount_discrepancies(engagements: Sequence[Engagement]) -> list[tuple[str, tuple[str, ...]]]:
    """Work the same out from the engagements."""
    counted = [one for one in engagements if one.counts]
    found: list[tuple[str, tuple[str, ...]]] = [
        ("contradicting reports", (one.slug,)) for one in counted for _ in one.conflicts
    ]
    found += [("contradicting reports", (one.slug,)) for one in counted for _ in range(_misnamed(one))]
    there = {one.slug for one in counted}
    found += [("a report that points at nothing", (one.slug,)) for one in engagements for _ in one.dangling]
    found += [
        ("a report that points at nothing", (one.slug,)) for one in counted if (one.during or one.slug) not in there
    ]
    found += [
        ("a report that points at nothing", (one.slug,)) for one in counted if not one.is_known and not one.conflicts
    ]
    found += [
        ("a report that points at nothing", (one.slug,))
        for one in counted
        for other in one.apart_from
        if other not in {each.slug for each in engagements if each.status is not Status.RETRACTED}
    ]
    parts = [(one, whole) for one in counted for whole in counted if one.during == whole.slug]
    whole_kinds = (Kind.VISIT, Kind.MEETING, Kind.EXERCISE, Kind.TRIP, Kind.UNKNOWN)
    found += [
        ("contradicting reports", (one.slug,))
        for one, whole in parts
        if one is whole
        or whole.kind not in whole_kinds
        or (one.when and whole.when and not one.when.overlaps(whole.when))
    ]
    stays = [stay for one in counted for stay in _stays(one)]
    for one, other in combinations(stays, 2):
        if one[0] == other[0] and one[1] != other[1] and one[2] < other[3] and other[2] < one[3]:
            found.append(("one person in two places", tuple(sorted((one[4], other[4])))))
    tenures = [
        (_holder(term.person), term.assumed and term.assumed.earliest, term.left and term.left.latest)
        for one in counted
        if isinstance(term := one.subject, TermOfOffice)
    ]
    for engagement in counted:
        when = engagement.when
        if when is None or not _stands(engagement) or engagement.kind is Kind.TENURE:
            continue
        for person in engagement.people:
            held = [(first, last) for holder, first, last in tenures if holder == _holder(person)]
            if person.office and person.party and held and not any(_may_share_a_day(when, *days) for days in held):
                found.append(("an office-holder out of office", (engagement.slug,)))
    return sorted(found)


def _misnamed(one: Engagement) -> int:
    """Count what is wrong with who is named: somebody twice, or visitors who are at home."""
    if one.kind is Kind.ALIAS:
        return 0
    received = one.subject.received_by if isinstance(one.subject, Visit) else ()
    everybody = (*one.participants, *received)
    names = [each.name.lower() if isinstance(each, Person) else each.code for each in everybody]
    guests = {party.code for party in map(party_of, one.participants) if party}
    is_at_home = isinstance(one.subject, Visit) and guests == {one.subject.host.code}
    return (len(names) > len({*names})) + is_at_home


def recount_duplicates(engagements: Sequence[Engagement]) -> list[tuple[int, tuple[str, ...]]]:
    """Compare each with each."""
    ahead = (Status.INVITED, Status.PLANNED, Status.CONFIRMED, Status.UNDER_WAY, Status.HELD)
    contacts = (Kind.VISIT, Kind.MEETING, Kind.CALL, Kind.PATROL, Kind.EXERCISE)
    compared = [
        one
        for one in engagements
        if one.kind in contacts and one.status in ahead and len(one.parties) > 1
        if one.when and one.when.is_dated and not one.when.is_approximate
    ]
    pairs = combinations(sorted(compared, key=lambda one: one.slug), 2)
    told = [one.people for one in engagements if one.counts and one.kind is Kind.ALIAS]
    aliases = [[person.name.lower() for person in people] for people in told]
    found = (((one.slug, other.slug), _likeness(one, other, aliases)) for one, other in pairs)
    return sorted((score, slugs) for slugs, score in found if score >= 50)


def _likeness(one: Engagement, other: Engagement, aliases: Sequence[Sequence[str]]) -> int:
    """Work out how much two look like one, 0 where something speaks against it."""
    same_sides = {party.code for party in one.parties} == {party.code for party in other.parties}
    named, other_named = _named(one, aliases), _named(other, aliases)
    hosts = {each.host.code for each in (one, other) if each.host}
    disagree = [
        one.kind is other.kind and len(hosts) > 1,
        {one.kind, other.kind} == {Kind.VISIT, Kind.MEETING} and len(hosts) > 1,
        one.round and other.round and one.round != other.round,
        any(not named[party] & other_named[party] for party in set(named) & set(other_named)),
        _share_no_minute(one.when, other.when),
    ]
    is_told_apart = other.slug in one.apart_from or one.slug in other.apart_from
    if is_told_apart or not same_sides or any(disagree) or one.when is None or other.when is None:
        return 0
    people = any(named[party] & other_named[party] for party in set(named) & set(other_named))
    places = [place.lower() for place in (one.place, other.place) if place]
    alike = not people and any(party for party in set(named) & set(other_named))
    score = (
        30 * people
        + 15 * alike
        + (10 if one.kind is other.kind else 20) * (one.when == other.when)
        - 20 * bool(one.during and one.during == other.during)
    )
    score += 0 if len(places) < 2 else 10 if places[0] == places[1] else -20
    if one.kind is other.kind:
        begin_together = not _begins(one.when).isdisjoint(_begins(other.when))
        share_days = one.kind is Kind.VISIT and people and _share_days(one.when, other.when)
        return (begin_together or share_days) * (score + 50)
    if {one.kind, other.kind} != {Kind.VISIT, Kind.MEETING} or one.during == other.slug or other.during == one.slug:
        return 0
    visit, meeting = (one, other) if one.kind is Kind.VISIT else (other, one)
    assert visit.when
    assert meeting.when
    first, day = visit.when.earliest, meeting.when.earliest
    assert first
    assert day
    assert visit.when.latest
    return (first <= day <= min(visit.when.latest, first.add(days=6))) * (score + 30)


def _named(one: Engagement, aliases: Sequence[Sequence[str]]) -> dict[str, set[str]]:
    named: dict[str, set[str]] = {}
    for person in one.people:
        name = person.name.lower()
        names = {name, *(min(several) for several in aliases if name in several), person.wikidata or name}
        named.setdefault(person.party.code if person.party else "", set()).update(names)
    return named


def _share_days(one: When, other: When) -> bool:
    """Tell whether two visits have one of their first seven days in common."""
    return not _first_days(one).isdisjoint(_first_days(other))


def _begins(when: When) -> set[pendulum.Date | None]:
    """Return the first day, and of a time the day in UTC too."""
    return {when.earliest, when.begins_at.in_timezone("UTC").date() if when.begins_at else when.earliest}


def _first_days(when: When) -> set[pendulum.Date]:
    assert when.earliest
    assert when.latest
    return {day for number in range(7) if (day := when.earliest.add(days=number)) <= when.latest}


def _share_no_minute(one: When | None, other: When | None) -> bool:
    moments = [moment for when in (one, other) if when for moment in (when.begins_at, when.ends_at)]
    if len(moments) < 4 or not all(moments):
        return False
    begins, ends, begins_too, ends_too = (moment.timestamp() for moment in moments if moment)
    return ends < begins_too or ends_too < begins


def _stands(one: Engagement) -> bool:
    return one.status in (Status.PLANNED, Status.CONFIRMED, Status.UNDER_WAY, Status.HELD)


def _stays(one: Engagement) -> Iterator[tuple[Any, str, pendulum.Date, pendulum.Date, str]]:
    when = one.when
    if one.kind is not Kind.VISIT or not _stands(one) or one.host is None or when is None or not when.is_exact:
        return
    for person in one.participants:
        if isinstance(person, Person) and when.earliest is not None and when.latest is not None:
            yield (
                (person.name.lower(), person.party and person.party.code),
                one.host.code,
                when.earliest,
                when.latest,
                one.slug,
            )


def _holder(person: Person) -> tuple[str, str, str]:
    return (
        person.name.lower(),
        person.party.code if person.party else "",
        person.office.rank.value if person.office else "",
    )


def _may_share_a_day(when: When, first: pendulum.Date | None, last: pendulum.Date | None) -> bool:
    starts_in_time = last is None or when.earliest is None or when.earliest <= last
    ends_late_enough = first is None or when.latest is None or when.latest >= first
    return starts_in_time and ends_late_enough


GUESTS = (PEOPLE["CN"][0], PEOPLE["RU"][0])
HOSTS = (State("ID", "Indonesia"), State("KZ", "Kazakhstan"))
BEGINNINGS = [pendulum.Date(2023, 9, day) for day in (18, 19, 20, 21)]


@st.composite
def diaries(draw: st.DrawFn) -> History:
    """Draw visits of few people in few days, meetings inside, and when they took and left their offices."""
    days, guests = st.sampled_from(BEGINNINGS), st.sampled_from(GUESTS)
    told: list[EngagementEvent] = []
    for number in range(draw(st.integers(1, 4))):
        first, guest, host = draw(days), draw(guests), draw(st.sampled_from(HOSTS))
        when = When.between(first, first.add(days=draw(st.integers(0, 2))))
        when = When(f"{when.edtf}?") if draw(st.integers(0, 3)) == 0 else when
        told.append(VisitConcluded(engagement=f"visit-{number}", visitors=(guest,), host=host, when=when))
    for number in range(draw(st.integers(0, 2))):
        tenure = f"tenure-{number}"
        event = draw(st.sampled_from([OfficeAssumed, OfficeLeft]))
        told.append(event(engagement=tenure, person=draw(guests), when=When(f"{draw(days)}")))
    for number in range(draw(st.integers(0, 2))):
        during = draw(st.sampled_from(["visit-0", "visit-9", "tenure-0", "meeting-0"]))
        when = When(draw(st.sampled_from(["2023-09-18", "2023-09-29"])))
        sides = draw(guests), draw(st.sampled_from(HOSTS))
        told.append(MeetingHeld(engagement=f"meeting-{number}", participants=sides, when=when, during=during))
    return History.of(*told)


WHENS = tuple(
    map(
        When,
        (
            *("2023-09-18", "2023-09-18/2023-09-20", "2023-09-19", "2023-09-18T10:00:00Z/2023-09-18T11:00:00Z"),
            *("2023-09-18T11:00:00Z/2023-09-18T12:00:00Z", "2023-09-18T13:00:00Z/2023-09-18T14:00:00Z"),
            *("2023-09-18T12:30:00Z/2023-09-19", "2023-09-18/2023-09-28", "2023-09-24", "2023-09-25"),
        ),
    )
)
CHINESE: st.SearchStrategy[Participant] = st.sampled_from([PEOPLE["CN"][0], *PEOPLE["CN"], CHINA])
SELDOM = st.sampled_from([False, False, True])
SLUGS = ("alfa", "bravo", "charlie", "delta")


@st.composite
def nearly_one(draw: st.DrawFn) -> History:
    """Draw visits and meetings of two sides in a few days, which differ in one thing or two."""

    def usually(*choices: Any) -> Any:
        return draw(st.sampled_from((*choices[:1] * len(choices), *choices)))

    told: list[EngagementEvent] = []
    slugs = draw(st.permutations(SLUGS))
    for slug in slugs[: draw(st.integers(2, 4))]:
        guest, host = draw(CHINESE), usually(PEOPLE["RU"][0], RUSSIA)
        said = {
            "engagement": slug,
            "when": draw(st.sampled_from(WHENS)),
            "place": usually(None, "Moscow", "moscow", "Kazan"),
            "during": usually(None, slugs[0], slugs[1]),
            "round": usually(None, Round(Series("Consultation"), 1), Round(Series("Consultation"), 2)),
        }
        if draw(st.booleans()):
            received = () if isinstance(host, State) else (host,)
            told.append(VisitConcluded(visitors=(guest,), host=usually(RUSSIA, CHINA), received_by=received, **said))
        else:
            told.append(MeetingHeld(participants=(guest, host), **said))
    if draw(SELDOM):
        told.append(NotADuplicate(engagement=slugs[1], other=slugs[0]))
    if draw(st.booleans()):
        told.insert(usually(0, len(told)), SamePerson(engagement="xi", people=PEOPLE["CN"]))
        if draw(SELDOM):
            told.append(Retracted(engagement="xi", of="xi/1"))
    return History.of(*told)


TestDiscrepancies = laws(Discrepancies, also=RETOLD)
TestPossibleDuplicates = laws(PossibleDuplicates, also=RETOLD)


@given(history=histories() | diaries())
def test_what_is_found_is_what_a_plain_search_finds(history: History) -> None:
    check_law("recount", Discrepancies, history, ask=ask_discrepancies, recount=recount_discrepancies)


@settings(max_examples=30)
@given(history=nearly_one() | histories())
def test_what_may_be_one_is_what_is_found_by_comparing_each_with_each(history: History) -> None:
    check_law("recount", PossibleDuplicates, history, ask=ask_duplicates, recount=recount_duplicates)
