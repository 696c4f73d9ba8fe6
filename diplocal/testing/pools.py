"""Who and where, in generated histories: few of each, so that the same ones meet again."""

import attrs

from diplocal.parties import Office, Organisation, Party, Person, Rank, State, Tenure
from diplocal.series import Series
from diplocal.sources import Attribution, Credibility, Reliability, Source

CHINA = State("CN", "China")
RUSSIA = State("RU", "Russia")
INDONESIA = State("ID", "Indonesia")
ASEAN = Organisation("ASEAN")

PARTIES: tuple[Party, ...] = (CHINA, RUSSIA, INDONESIA, ASEAN)
"""Who meets, unless a test says otherwise."""

_PRINTED_OTHERWISE: dict[str, Party] = {
    "CN": State("CN", "PRC"),
    "RU": State("RU", "Russian Federation"),
    "ID": State("ID"),
    "ASEAN": Organisation("ASEAN", "Association of Southeast Asian Nations"),
}

PEOPLE: dict[str, tuple[Person, ...]] = {
    "CN": (
        Person("Xi Jinping", CHINA, Office("President", Rank.HEAD_OF_STATE), "Q15031"),
        Person("Wang Yi", CHINA, Office("Foreign Minister", Rank.FOREIGN_MINISTER)),
    ),
    "RU": (
        Person("Vladimir Putin", RUSSIA, Office("President", Rank.HEAD_OF_STATE), "Q7747"),
        Person("Sergei Lavrov", RUSSIA, Office("Foreign Minister", Rank.FOREIGN_MINISTER)),
    ),
    "ID": (
        Person("Joko Widodo", INDONESIA, Office("President", Rank.HEAD_OF_STATE)),
        Person("Retno Marsudi", INDONESIA, Office("Foreign Minister", Rank.FOREIGN_MINISTER, Tenure.ACTING)),
    ),
    "ASEAN": (
        Person("Lim Jock Hoi", ASEAN, Office("Secretary-General", Rank.OTHER)),
        Person("Kao Kim Hourn", ASEAN, Office("Secretary-General", Rank.OTHER, Tenure.ELECT)),
    ),
}
"""Two for each party, by its code, the most senior first."""

LATER_OFFICE = Office("Special Envoy", Rank.ENVOY)
"""What those who hold an office become."""
STRANGER = Person("John Smith")
"""Somebody whose party no source has said."""

SOURCES = (
    Source("TASS", attribution=Attribution.AIDE, speaker="Yuri Ushakov"),
    Source("Xinhua", "https://example.org/xinhua", attribution=Attribution.STATE_MEDIA),
    Source("Reuters", reliability=Reliability.USUALLY_RELIABLE, credibility=Credibility.POSSIBLY_TRUE),
)

PLACES = ("Moscow", "Beijing", "Jakarta", "São Paulo, Centro; north", "北京 𠮷")
AREAS = ("Sea of Japan", "Yellow Sea")
CRAFT = ("H-6 bomber", "F-15K")
TITLES = ("Joint statement", "Protocol, second; amended")
REASONS = ("illness", "weather; fog 🌫, at both airports")
LISTS = ("State Department list", "Kremlin agenda")
SERIES = (Series("Strategic Security Consultation"), Series("Foreign Policy Consultation"))


def people_of(party: Party) -> tuple[Person, ...]:
    """Name two people who speak for a party, the most senior first."""
    return PEOPLE.get(party.code) or (
        Person(f"President of {party}", party, Office("President", Rank.HEAD_OF_STATE)),
        Person(f"Minister of {party}", party, Office("Foreign Minister", Rank.FOREIGN_MINISTER)),
    )


def printed_otherwise(party: Party) -> Party:
    """Return the same party with the label that another source prints: who meets whom is decided by the code alone."""
    known = _PRINTED_OTHERWISE.get(party.code)
    return known or attrs.evolve(party, label=None)


def spelt_otherwise(person: Person) -> Person:
    """Return the same person as another source spells the name, in capitals."""
    party = person.party and printed_otherwise(person.party)
    return Person(person.name.upper(), party, person.office, person.wikidata)
