"""Names that somebody said to be one person's are answered for together, at every door and in any order of arrival."""

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal.calendars.feed import Feed
from diplocal.dates import When
from diplocal.diary import Diary
from diplocal.engagements import Alias, Kind
from diplocal.errors import InvalidValue
from diplocal.events import Corrected, EngagementEvent, MeetingHeld, Retracted, SamePerson, VisitAnnounced
from diplocal.parties import Person, State
from diplocal.projections import (
    AllEngagements,
    ContactFrequency,
    Discrepancies,
    Discrepancy,
    Itineraries,
    Network,
    PossibleDuplicates,
    PossiblyOnePerson,
    Punctuality,
    UpcomingVisits,
)
from diplocal.projections.filters import Filter
from diplocal.records import Envelope
from diplocal.replaying import replay
from diplocal.store import MemoryStore
from diplocal.wording import language, title

RUSSIA, CHINA, LAOS, SERBIA = State("RU"), State("CN"), State("LA"), State("RS")
DAY = pendulum.Date(2026, 1, 1)


def lavrov(name: str, party: State = RUSSIA, wikidata: str | None = None) -> Person:
    return Person(name, party, wikidata=wikidata)


def visit(slug: str, who: Person, host: State = CHINA, when: str = "2026-03-01") -> VisitAnnounced:
    return VisitAnnounced(engagement=slug, visitors=(who,), host=host, when=When(when), reported=DAY)


def alias(*people: Person, slug: str = "lavrov") -> Envelope:
    return Envelope(SamePerson(engagement=slug, people=people), id=f"{slug}/1")


def log_of(*events: EngagementEvent | Envelope) -> MemoryStore:
    store = MemoryStore()
    for event in events:
        store.append(event)
    return store


DAYS = "2026-03-01/2026-03-04"
NAMES = ("Sergei Lavrov", "Sergej Lawrow", "S. V. Lavrov")
VISITS = tuple(visit(f"visit-{number}", lavrov(name)) for number, name in enumerate(NAMES))
OTHERS = (visit("namesake", lavrov("Sergej Lawrow", SERBIA)), visit("stranger", lavrov("Marija Orlova")))
TOLD = alias(*map(lavrov, NAMES))
BOTH = (alias(lavrov(NAMES[0]), lavrov(NAMES[1]), slug="one"), alias(lavrov(NAMES[2]), lavrov(NAMES[1]), slug="two"))
ALL = ["visit-0", "visit-1", "visit-2"]


def found(log: MemoryStore, person: str = NAMES[0]) -> list[str]:
    return [one.slug for one in Diary(log).find(person=person, kind="visit")]


@pytest.mark.parametrize("person", [*NAMES, "LAVROV, Sergei", "lawrow sergej"])
@pytest.mark.parametrize("aliases", [(TOLD,), BOTH])
def test_asked_for_one_name_the_diary_answers_for_all(person: str, aliases: Sequence[Envelope]) -> None:
    assert set(found(log_of(*VISITS, *aliases), person)) >= set(ALL)
    assert "stranger" not in found(log_of(*VISITS, *OTHERS, *aliases), person)


def test_a_namesake_of_another_party_is_somebody_else() -> None:
    assert found(log_of(*VISITS, *OTHERS, TOLD)) == ALL


def test_a_wikidata_id_is_a_name_too() -> None:
    log = log_of(*VISITS, alias(lavrov(NAMES[1]), lavrov("Sergey Lavrov", wikidata="Q58217")))
    assert found(log, "Q58217") == ["visit-1"]


@given(st.permutations([*VISITS, *BOTH]))
def test_it_does_not_matter_what_is_told_first(events: Sequence[EngagementEvent | Envelope]) -> None:
    log = log_of(*events)
    diary = Diary(log)
    for number in range(len(events) + 1):  # asked at every moment, so that the diary follows
        everything = replay(AllEngagements(), log, known_at=number)
        asked = Filter.of(person=NAMES[0], kind="visit")
        answered = [one.slug for one in diary.as_of(known_at=number).select(asked)]
        known = {slug for slug in ALL if everything.get(slug)}
        told = {slug for slug in ("one", "two") if everything.get(slug)}
        wanted = {"visit-0"} | ({"visit-1"} if "one" in told else set()) | (set(ALL) if len(told) == 2 else set())
        assert answered == sorted(wanted & known)


class TestEveryDoor:
    @pytest.mark.parametrize("events", list(permutations((*VISITS[:2], TOLD))))
    def test_folded_record_by_record_and_as_the_diary_answers(self, events: Sequence[EngagementEvent]) -> None:
        held = MeetingHeld(
            engagement="met", participants=(lavrov(NAMES[1]), LAOS), host=LAOS, when=When("2026-02-01"), reported=DAY
        )
        log = log_of(held, *events)
        diary = Diary(log)
        doors: tuple[Callable[[Any], Any], ...] = (lambda view: replay(view, log), diary.answer)
        for asked in doors:
            assert asked(ContactFrequency(person=NAMES[0])).by("year")[0].count == 1
            assert len(asked(Feed(person=NAMES[0]))) == 3
            assert [leg.slug for leg in asked(Itineraries()).of(NAMES[0])] == ["met", "visit-0", "visit-1"]
            assert [one.slug for one in asked(UpcomingVisits()).on(DAY.add(days=45), person=NAMES[0])] == [
                "visit-0",
                "visit-1",
            ]
            assert len(asked(Punctuality()).chosen(person=NAMES[0])) == 2
        assert len(diary.answer(ContactFrequency(), person=NAMES[0]).by("year")) == 1

    @pytest.mark.parametrize("asked", [replay, lambda view, log: Diary(log).answer(view)])
    def test_what_is_compared_and_who_meets_whom_knows_all_names(self, asked: Callable[[Any, Any], Any]) -> None:
        in_china, again = (
            visit(slug, lavrov(name), when=DAYS) for slug, name in zip(("in-china", "again"), NAMES, strict=False)
        )
        in_laos = visit("in-laos", lavrov("Lawrow Sergej"), LAOS, when=DAYS)
        met = [
            MeetingHeld(
                engagement=f"met-{number}", participants=(who, Person("Wang Yi", CHINA)), when=When("2026-02-01")
            )
            for number, who in enumerate((lavrov(NAMES[0]), lavrov(NAMES[1])))
        ]
        log = log_of(in_china, *met, in_laos, again)
        one_name, all_names = {("again", "in-laos")}, {("again", "in-laos"), ("in-china", "in-laos")}
        retracted = Retracted(engagement="lavrov", of="lavrov/1")
        for told, is_one in ((), False), ((alias(*map(lavrov, NAMES[:2])),), True), ((retracted,), False):
            log.append(*told)
            found = [one for one in asked(Discrepancies(), log) if one.discrepancy is Discrepancy.TWO_PLACES]
            assert {one.engagements for one in found} == (all_names if is_one else one_name)
            duplicates = {one.engagements for one in asked(PossibleDuplicates(), log)}
            assert ({("again", "in-china"), ("met-0", "met-1")} <= duplicates) is is_one
            edges = asked(Network(), log).edges(nodes="persons")
            assert [edge.contacts for edge in edges] == ([2] if is_one else [1, 1])

    def test_as_of_before_the_names_were_told_they_are_two(self) -> None:
        log = log_of(
            visit("in-china", lavrov(NAMES[0]), when=DAYS), visit("in-laos", lavrov(NAMES[1]), LAOS, DAYS), TOLD
        )
        diary = Diary(log)
        found = [len(diary.as_of(known_at=position).answer(Discrepancies())) for position in (2, 3)]
        assert (found, len(diary.answer(Discrepancies()))) == ([0, 1], 1)

    def test_a_party_that_is_said_once_is_that_of_all_names(self) -> None:
        assert SamePerson(engagement="x", people=(lavrov("A"), Person("B"))).people[1].party == RUSSIA

    def test_two_halves_of_a_log_know_the_names_when_they_are_joined(self) -> None:
        view = ContactFrequency(person=NAMES[0])
        held = MeetingHeld(engagement="m", participants=(lavrov(NAMES[1]), LAOS), when=When("2026-02-01"))
        left, right = log_of(held).read(), log_of(TOLD).read()
        joined = view.merge(view.fold(view.start(), left), view.fold(view.start(), right))
        assert len(view.answer(joined).by("year")) == 1

    def test_the_itinerary_keeps_namesakes_of_other_states_apart(self) -> None:
        journeys = replay(Itineraries(), log_of(*VISITS, *OTHERS, TOLD))
        assert [leg.slug for leg in journeys.of(NAMES[0], state="RU")] == ALL
        assert [leg.slug for leg in journeys.of(NAMES[1], state="RS")] == ["namesake"]

    def test_changes_of_a_person_are_those_of_all_names(self) -> None:
        log = log_of(VISITS[0], TOLD, VISITS[1])
        assert [one.slug for one in Diary(log).changes(2, person=NAMES[0])] == ["visit-1"]


class TestTakingBack:
    def test_a_retraction_takes_the_names_apart_again(self) -> None:
        log = log_of(*VISITS, TOLD)
        diary = Diary(log)
        assert len(diary.find(person=NAMES[0], kind="visit")) == 3
        log.append(Retracted(engagement="lavrov", of="lavrov/1"))
        assert [one.slug for one in diary.find(person=NAMES[0])] == ["visit-0"]
        assert len(diary.as_of(known_at=4).find(person=NAMES[0], kind="visit")) == 3
        assert len(replay(Feed(person=NAMES[0]), log)) == 1

    def test_a_correction_leaves_a_name_out(self) -> None:
        right = SamePerson(engagement="lavrov", people=(lavrov(NAMES[0]), lavrov(NAMES[2])))
        log = log_of(*VISITS, TOLD, Corrected(engagement="lavrov", of="lavrov/1", right=right))
        assert found(log) == ["visit-0", "visit-2"]
        assert [leg.slug for leg in replay(Itineraries(), log).of(NAMES[0])] == ["visit-0", "visit-2"]

    def test_a_suspicion_falls_silent_and_comes_back(self) -> None:
        log = log_of(visit("a", lavrov("Sergei Lavrov")), visit("b", lavrov("S. Lavrov")))
        assert len(replay(PossiblyOnePerson(), log)) == 1
        log.append(alias(lavrov("Sergei Lavrov"), lavrov("S. Lavrov")))
        assert replay(PossiblyOnePerson(), log) == Diary(log).answer(PossiblyOnePerson()) == []
        log.append(Retracted(engagement="lavrov", of="lavrov/1"))
        assert len(replay(PossiblyOnePerson(), log)) == len(Diary(log).answer(PossiblyOnePerson())) == 1

    def test_names_that_two_aliases_join_are_not_suspected(self) -> None:
        people = [lavrov(name) for name in ("Sergei Lavrov", "S. Lavrov", "Sergei Viktorovich Lavrov")]
        log = log_of(*(visit(f"v{number}", one) for number, one in enumerate(people)))
        assert len(replay(PossiblyOnePerson(), log)) == 2
        log.append(alias(people[0], people[1], slug="one"))
        log.append(alias(people[1], people[2], slug="two"))
        assert replay(PossiblyOnePerson(), log) == []


class TestWhatItIs:
    def test_it_is_no_contact_and_in_no_calendar(self) -> None:
        log = log_of(TOLD)
        engagement = Diary(log).get("lavrov")
        assert engagement is not None
        assert engagement.kind is Kind.ALIAS
        assert isinstance(engagement.subject, Alias)
        assert len(replay(Feed(), log)) == len(replay(UpcomingVisits(), log)) == 0

    @pytest.mark.parametrize("tag", ["en", "id", "zh", "ru", "es", "fr", "ar"])
    def test_it_is_said_in_every_language(self, tag: str) -> None:
        engagement = Diary(log_of(TOLD)).get("lavrov")
        assert engagement is not None
        assert all(name in title(engagement, language(tag)) for name in NAMES)

    @pytest.mark.parametrize(
        ("people", "expected"),
        [
            ((lavrov("A"),), "at least 2"),
            ((lavrov("A"), lavrov("A")), "at least two names"),
            ((Person("A"), Person("B")), "party"),
            ((lavrov("A"), lavrov("A2", CHINA), Person("B")), "party"),
            (("A", "B"), "Person"),
        ],
    )
    def test_one_name_alone_or_without_a_party_is_refused(self, people: tuple[Person, ...], expected: str) -> None:
        with pytest.raises(InvalidValue, match=expected):
            SamePerson(engagement="lavrov", people=people)
