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

from diplocal.errors import Unresolved
from diplocal.names import organisations
from diplocal.names.parties import EXPECTED_STATE, are_codes, codes_named, labelled, party, refusal, trimmed
from diplocal.names.people import in_order
from diplocal.names.titles import read_title
from diplocal.parties import Office, Participant, Party, Person, Rank, State
from diplocal.state_names import STATES

SEPARATOR = ";"
SEPARATORS = re.compile(r"[;\n\N{FULLWIDTH SEMICOLON}]")
_CODE_INSIDE = re.compile(r"\([A-Z]{2,}\)")
_REALM = re.compile(
    "(?:the )?(?:Emirate|Empire|Government|Kingdom|Principality|Republic|State|Sultanate) of ", re.IGNORECASE
)

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

EXPECTED = f"{EXPECTED_STATE}, or a person with one, such as 'Foreign Minister Wang Yi (CN)'"

NOWHERE = State("X-NOWHERE")
"""Where titles have no meaning of their own: for those who speak for an organisation."""


def participant(text: str) -> Participant:
    """Return one who takes part.

    >>> participant("ASEAN"), participant("Russia (RU)")
    (Organisation(code='ASEAN', label=None), State(code='RU', label='Russia'))
    >>> wang = participant("Foreign Minister Wang Yi (CN)")
    >>> wang.name, wang.party.code, wang.office.rank.value
    ('Wang Yi', 'CN', 'foreign minister')

    Raises Ambiguous for a text that means several, and Unresolved for one that means nobody.
    """
    said = trimmed(text)
    named, code = _parted(said)
    if not code or len(codes_named(said)) == 1:
        return _alone(text, said)
    return _named(text, named, code)


def read_participants(text: str) -> tuple[Participant, ...]:
    """Return all who are named, in the order written; none for an empty text.

    Raises what ``participant`` raises.
    """
    return tuple(participant(one) for one in SEPARATORS.split(text) if one.strip())


def read_party(text: str) -> Party:
    """Return a state or an organisation: its code, its name, or both, 'Russia (RU)'.

    Raises Unresolved.
    """
    found = participant(text)
    if isinstance(found, Person):
        raise Unresolved("participant", text, "a state or an organisation, such as 'CN' or 'China'")
    return found


read_participant = participant


def _parted(text: str) -> tuple[str, str]:
    """Return what stands before brackets at the end of a text, and in them; nothing twice where there is not both."""
    before, bracket, inside = text.removesuffix(")").rpartition("(")
    is_parted = text.endswith(")") and bracket and before.strip() and inside.strip() and ")" not in inside
    return (before.strip(), inside.strip()) if is_parted else ("", "")


def _alone(text: str, said: str) -> Party:
    """Return a state or an organisation that stands by itself; a state's code in capitals, unlike the word 'no'."""
    if said.upper() in STATES and said != said.upper():
        raise Unresolved("participant", text, f"{said.upper()!r}, in capitals; {EXPECTED}", near=(said.upper(),))
    if parts := are_codes(said):
        raise Unresolved("participant", text, f"{'; '.join(parts)!r}, with semicolons between them", near=tuple(parts))
    try:
        return party(said)
    except Unresolved as error:
        several = "; several have semicolons between them" if "," in said else ""
        raise refusal("participant", text, f"{EXPECTED}{several}", error.near) from error


def _named(text: str, named: str, code: str) -> Participant:
    """Return whom a name means beside a code or a name in brackets: the party itself, or a person for it."""
    if _CODE_INSIDE.search(named):
        raise Unresolved("participant", text, "semicolons between several, such as 'CN; RU'")
    itself = _itself(named, code)
    if itself is not None:
        return itself
    try:
        of = party(code)
    except Unresolved as error:
        raise refusal("participant", text, f"{EXPECTED}, in the place of {code!r}", error.near) from error
    if _is_of(named, of):
        return labelled(of.code, named)
    others = codes_named(named)
    if others:
        meant = " or ".join(map(repr, (*others, of.code)))
        expected = f"{meant}, whose name it is not; of a person, also the title or first name"
        raise Unresolved("participant", text, expected, near=(*others, of.code))
    if _is_body(named):
        expected = f"a person's name, or {of.code!r} alone; beside an organisation's name, letters that are no state's"
        raise Unresolved("participant", text, expected, near=(of.code,))
    return _person(named, of)


def _itself(named: str, code: str) -> Party | None:
    """Return the state or organisation whose name stands before its own code or letters, whatever else they mean."""
    for found in codes_named(named):
        if code.upper() in (found, *organisations.letters_of(found)):
            return labelled(found, named)
    return None


def _is_of(named: str, of: Party) -> bool:
    """Tell whether a name is of a party: 'Kingdom of ...', the words whose initials are the code, a name of it."""
    if of.code in (named, *codes_named(named)) or _REALM.match(named):
        return True
    initials = "".join(word[0] for word in re.findall(r"\w+", named) if word[0].isupper())
    return len(of.code) >= len("SCO") and initials == of.code


def _is_body(named: str) -> bool:
    """Tell whether a name is of a body, and of no person: 'Asian League', 'Parliament of Kenya'."""
    words = named.casefold().split()
    return words[-1] in BODIES or (words[0] in BODIES and words[1] == "of")


def _person(named: str, of: Party) -> Person:
    office, name = _office(named, of)
    return Person(in_order(name) if name else named, of, office)


def _office(named: str, of: Party) -> tuple[Office | None, str]:
    """Part the title from the name; a title alone is a name too."""
    known = TITLE.fullmatch(named)
    if known:
        return Office(known["title"], BY_TITLE[known["title"].casefold()]), known["name"]
    return read_title(named, of if isinstance(of, State) else NOWHERE)


BODIES = frozenset(
    (
        *("agency", "alliance", "assembly", "association", "bank", "bloc", "board", "bureau", "cabinet", "commission"),
        *("committee", "community", "confederation", "conference", "congress", "convention", "council", "court"),
        *("delegation", "department", "embassy", "federation", "forum", "foundation", "fund", "government", "group"),
        *("initiative", "league", "ministry", "movement", "organisation", "organization", "parliament"),
        *("partnership", "secretariat", "senate", "summit", "treaty", "tribunal", "union"),
    )
)
"""Words that say, at the beginning or the end of a name, that it is of a body."""
