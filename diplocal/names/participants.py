"""How people write who takes part, in a cell or a line: a state, an organisation, or a person with one in brackets.

================================ =====================================================================
``RU``, ``ASEAN``                Russia, the organisation
``Russia``, ``South Korea``      a state by its name in English, which is kept as printed
``Russia (RU)``                  the same, by its code and the name as printed
``Foreign Minister Wang Yi (CN)`` a person for China, and the office when its title is known
``Wang Yi (China)``              the same
================================ =====================================================================

Several stand with semicolons or line breaks between them.
"""

import re
import unicodedata

import attrs

from diplocal.errors import InvalidValue
from diplocal.names.codes import ANY_CODE, MEANT, read_code
from diplocal.names.naming import code_named, codes_near, is_no_person
from diplocal.names.titles import read_title
from diplocal.parties import Office, Participant, Party, Person, Rank, State
from diplocal.state_names import name_of

SEPARATOR = ";"
SEPARATORS = re.compile(r"[;\n\N{FULLWIDTH SEMICOLON}]")
NAMED = re.compile(r"(?P<named>.*\S)\s*\((?P<code>[^()]*)\)", re.DOTALL)
CODE_INSIDE = re.compile(r"\([A-Z]{2,}\)")

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

EXPECTED = "a state, such as 'CN' or 'China', or a person with one, such as 'Foreign Minister Wang Yi (CN)'"

NOWHERE = State("X-NOWHERE")
"""Where titles have no meaning of their own: for those who speak for an organisation."""


def read_participant(text: str) -> Participant:
    """Read one who takes part.

    >>> read_participant("ASEAN"), read_participant("Russia (RU)")
    (Organisation(code='ASEAN', label=None), State(code='RU', label='Russia'))
    >>> wang = read_participant("Foreign Minister Wang Yi (CN)")
    >>> wang.name, wang.party.code, wang.office.rank.value
    ('Wang Yi', 'CN', 'foreign minister')

    A title that nobody knows here stays in the name. Raises InvalidValue.
    """
    trimmed = " ".join(unicodedata.normalize("NFKC", text).split())
    person = NAMED.fullmatch(trimmed)
    try:
        if person is None:
            return _party(trimmed)
        return _named(person["named"], _party(person["code"].strip()))
    except InvalidValue as wrong:
        said = f", in the place of {wrong.value!r}" if wrong.field == "code" else ""
        raise InvalidValue("participant", text, f"{wrong.expected}{said}") from wrong


def read_participants(text: str) -> tuple[Participant, ...]:
    """Read all who are named, in the order written; none in an empty text.

    Raises InvalidValue.
    """
    return tuple(read_participant(one) for one in SEPARATORS.split(text) if one.strip())


def read_party(text: str) -> Party:
    """Read a state or an organisation, by its code or its name.

    >>> read_party("South Korea")
    State(code='KR', label='South Korea')

    Raises InvalidValue.
    """
    found = read_participant(text)
    if isinstance(found, Person):
        raise InvalidValue("participant", text, "a state or an organisation, such as 'CN' or 'China'")
    return found


def _party(text: str) -> Party:
    """Read a code or a name; a name is kept as printed."""
    try:
        return read_code(text)
    except InvalidValue as wrong:
        code = code_named(text)
        if code is not None and text.upper() not in MEANT:
            return _labelled(code, text)
        if wrong.expected != ANY_CODE:
            raise
        if "," in text:
            raise InvalidValue("participant", text, f"{EXPECTED}; several have semicolons between them") from wrong
        near = codes_near(text)
        meant = f"{' or '.join(f'{code!r} ({name_of(code)})' for code in near)}, if that is meant; " if near else ""
        raise InvalidValue("participant", text, f"{meant}{EXPECTED}") from wrong


def _named(name: str, party: Party) -> Participant:
    """Give a state or organisation that is named beside its code, or else a person for it."""
    if CODE_INSIDE.search(name):
        raise InvalidValue("participant", f"{name} ({party.code})", "semicolons between several, such as 'CN; RU'")
    code = code_named(name)
    if party.code in (code, name) or is_no_person(name, party.code):
        return _labelled(party.code, name)
    if code is not None:
        expected = f"{code!r} or {party.code!r}, whose name it is not; of a person, also the title or first name"
        raise InvalidValue("participant", f"{name} ({party.code})", expected)
    return _person(name, party)


def _labelled(code: str, label: str) -> Party:
    return attrs.evolve(read_code(code), label=label)


def _person(named: str, party: Party) -> Person:
    office, name = _office(named, party)
    return Person(name or named, party, office)


def _office(named: str, party: Party) -> tuple[Office | None, str]:
    """Part the title from the name; a title alone is a name too."""
    known = TITLE.fullmatch(named)
    if known:
        return Office(known["title"], BY_TITLE[known["title"].casefold()]), known["name"]
    return read_title(named, party if isinstance(party, State) else NOWHERE)
