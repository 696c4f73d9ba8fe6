"""How people write who takes part, in a cell or a line: a code, or title and name before a code in brackets.

``RU`` is Russia, ``ASEAN`` the organisation, ``Foreign Minister Wang Yi (CN)`` a person for China. Several stand with
semicolons between them.
"""

import re

from diplocal.errors import InvalidValue
from diplocal.importers.codes import ANY_CODE, read_code
from diplocal.importers.statedept.titles import read_title
from diplocal.parties import Office, Participant, Party, Person, Rank, State

SEPARATOR = ";"
NAMED = re.compile(r"(?P<named>.*\S)\s*\((?P<code>[^()]*)\)", re.DOTALL)

TITLES = {
    "Secretary of State": Rank.FOREIGN_MINISTER,
    "Secretary of Defense": Rank.DEFENCE_MINISTER,
    "Secretary of Defence": Rank.DEFENCE_MINISTER,
    "Defense Secretary": Rank.DEFENCE_MINISTER,
    "Defence Secretary": Rank.DEFENCE_MINISTER,
    "National Security Adviser": Rank.SECURITY_COUNCIL_SECRETARY,
    "National Security Advisor": Rank.SECURITY_COUNCIL_SECRETARY,
    "Deputy Secretary of State": Rank.DEPUTY,
    "Vice Foreign Minister": Rank.DEPUTY,
    "Vice Minister": Rank.DEPUTY,
    "State Secretary": Rank.DEPUTY,
}
"""Titles beside those of visitors to the United States, whom `statedept.titles` knows."""

TITLE = re.compile(rf"(?P<title>{'|'.join(sorted(TITLES, key=len, reverse=True))})(?:\s+|$)(?P<name>.*)", re.IGNORECASE)
BY_TITLE = {title.casefold(): rank for title, rank in TITLES.items()}

EXPECTED = "a code, such as 'CN', or a person with one, such as 'Foreign Minister Wang Yi (CN)'"

NOWHERE = State("X-NOWHERE")
"""Where titles have no meaning of their own: for those who speak for an organisation."""


def read_participant(text: str) -> Participant:
    """Read one who takes part.

    >>> read_participant("ASEAN")
    Organisation(code='ASEAN', label=None)
    >>> wang = read_participant("Foreign Minister Wang Yi (CN)")
    >>> wang.name, wang.party.code, wang.office.rank.value
    ('Wang Yi', 'CN', 'foreign minister')

    A title that nobody knows here stays in the name. Raises InvalidValue.
    """
    trimmed = " ".join(text.split())
    person = NAMED.fullmatch(trimmed)
    if person is None and (" " in trimmed or not trimmed):
        raise InvalidValue("participant", text, EXPECTED)
    try:
        party = read_code(person["code"].strip() if person else trimmed)
    except InvalidValue as wrong:
        expected = EXPECTED if wrong.expected == ANY_CODE else f"{wrong.expected}, in the place of {wrong.value!r}"
        raise InvalidValue("participant", text, expected) from wrong
    return _person(person["named"], party) if person else party


def read_participants(text: str) -> tuple[Participant, ...]:
    """Read all who are named, in the order written; none in an empty text.

    Raises InvalidValue.
    """
    return tuple(read_participant(one) for one in text.split(SEPARATOR) if one.strip())


def read_party(text: str) -> Party:
    """Read a state or an organisation.

    Raises InvalidValue.
    """
    return read_code(text.strip())


def _person(named: str, party: Party) -> Person:
    office, name = _office(named, party)
    return Person(name or named, party, office)


def _office(named: str, party: Party) -> tuple[Office | None, str]:
    """Part the title from the name; a title alone is a name too."""
    known = TITLE.fullmatch(named)
    if known:
        return Office(known["title"], BY_TITLE[known["title"].casefold()]), known["name"]
    return read_title(named, party if isinstance(party, State) else NOWHERE)
