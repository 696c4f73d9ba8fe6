"""Two names that look like one person's are suspected, and taken for one by nobody but a person."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given

from diplocal.dates import When
from diplocal.engagements import Engagement
from diplocal.events import EngagementEvent, MeetingHeld, Retracted
from diplocal.names.people import known_as, may_be_one
from diplocal.parties import Party, Person, State
from diplocal.projections import PossiblyOnePerson
from diplocal.records import Envelope
from diplocal.replaying import replay
from diplocal.store import MemoryStore
from diplocal.testing import History, check_law, histories, laws
from diplocal.wording import language

POLAND, KENYA = State("PL"), State("KE")


def met(slug: str, *names: str, party: Party = POLAND, wikidata: str | None = None) -> MeetingHeld:
    people = tuple(Person(name, party, wikidata=wikidata) for name in names)
    return MeetingHeld(engagement=slug, participants=(*people, KENYA), when=When("2026-03-01"))


def suspected(*events: EngagementEvent) -> list[str]:
    store = MemoryStore()
    store.append(*events)
    return [one.message for one in replay(PossiblyOnePerson(), store)]


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("Marek Kowalczyk", "Kowalczyk Marek", "the same words in another order"),
        ("Marek Kowalczyk", "M. Kowalczyk", "an initial for a name"),
        ("Marek Kowalczyk", "Marek Jan Kowalczyk", "a fuller name"),
        ("Marek Kowalczyk", "Marek Kowalcyk", "spelt a letter or two apart"),
        ("Сергей Орлов", "Sergei Orlov", "the same name in another script"),
    ],
)
def test_names_that_look_alike_are_told_with_the_reason(one: str, other: str, reason: str) -> None:
    first, second = sorted((one, other))
    assert suspected(met("a", one), met("b", other)) == [f"{first} and {second} (Poland) may be one person: {reason}"]


@pytest.mark.parametrize(
    "events",
    [
        (met("a", "Marek Kowalczyk"), met("b", "KOWALCZYK, Marek")),
        (met("a", "Marek Kowalczyk"), met("b", "Marta Kowalczyk")),
        (met("a", "Marek Kowalczyk"), met("b", "M. Kowalczyk", party=State("CZ"))),
        (met("a", "Marek Kowalczyk", "M. Kowalczyk"),),
        (met("a", "Marek Kowalczyk"), met("b", "M. Kowalczyk"), met("c", "M. Kowalczyk", "Marek Kowalczyk")),
        (met("a", "Marek Kowalczyk", wikidata="Q1"), met("b", "M. Kowalczyk", wikidata="Q2")),
    ],
)
def test_one_name_and_two_people_are_not(events: tuple[EngagementEvent, ...]) -> None:
    assert suspected(*events) == []


def test_a_suspicion_goes_with_the_report_that_it_rests_on() -> None:
    store = MemoryStore()
    store.append(Envelope(met("a", "Marek Kowalczyk")), Envelope(met("b", "M. Kowalczyk"), id="b/1"))
    assert len(replay(PossiblyOnePerson(), store)) == 1
    store.append(Retracted(engagement="b", of="b/1"))
    assert replay(PossiblyOnePerson(), store) == []


def test_it_is_said_in_every_language() -> None:
    store = MemoryStore()
    store.append(met("a", "Marek Kowalczyk"), met("b", "M. Kowalczyk"))
    (found,) = replay(PossiblyOnePerson(), store)
    for tag in ("en", "id", "zh", "ru", "es", "fr", "ar"):
        assert "Marek Kowalczyk" in found.in_words(language(tag))


def ask(findings: Any) -> list[str]:
    return [one.message for one in findings]


def recount(engagements: Sequence[Engagement]) -> list[str]:
    """Compare each name of a party with each."""
    by_name: dict[tuple[str, str], list[tuple[str, Person]]] = {}
    for engagement in sorted((one for one in engagements if one.counts), key=lambda one: one.slug):
        for person in engagement.people:
            if person.party:
                by_name.setdefault((person.party.code, known_as(person.name)), []).append((engagement.slug, person))
    found = []
    for (one, named), (other, others) in combinations(sorted(by_name.items()), 2):
        alike = may_be_one(named[0][1].name, others[0][1].name) if one[0] == other[0] else None
        together = {slug for slug, _ in named} & {slug for slug, _ in others}
        have_ids = any(each.wikidata for _, each in named) and any(each.wikidata for _, each in others)
        if alike and not together and not have_ids:
            first, second = sorted((min(each.name for _, each in named), min(each.name for _, each in others)))
            found.append(f"{first} and {second} ({named[0][1].party}) may be one person: {alike.value}")
    return sorted(found)


TestPossiblyOnePerson = laws(PossiblyOnePerson)


@given(history=histories())
def test_who_may_be_one_person_is_what_is_found_by_comparing_each_name_with_each(history: History) -> None:
    check_law("recount", PossiblyOnePerson, history, ask=ask, recount=recount)
