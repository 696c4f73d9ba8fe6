"""How people write who takes part, in a cell or a line: a state, an organisation, or a person with one in brackets.

================================ =====================================================================
``RU``, ``ASEAN``                Russia, the organisation
``Russia``, ``Korea, South``     a state or an organisation by its name, which is kept as printed
``Russia (RU)``                  the same, by its code and the name as printed
``African Union (AU)``           the organisation, whatever else its letters mean
``Foreign Minister Wang Yi (CN)`` a person for China, and the office
``Kowalczyk, Marek (Poland)``    a person, in whatever order the name is
``Wang Yi (CN, Q701128)``        a person with the Wikidata id
``NATO Secretary General A. B.`` whoever is at the head of an organisation that the title names
================================ =====================================================================

Several stand with semicolons or line breaks between them.
"""

import re
from functools import cache, lru_cache

import attrs
import msgspec

from diplocal.checks import expect
from diplocal.errors import Ambiguous, Unresolved
from diplocal.names import organisations
from diplocal.names.courtesies import without_courtesies
from diplocal.names.offices import Parted, is_ideographic, part
from diplocal.names.parties import EXPECTED_STATE, REMEMBERED, codes_named, labelled, party, refusal, several, trimmed
from diplocal.names.spelling import plain
from diplocal.names.tables import listed
from diplocal.parties import Office, Organisation, Participant, Party, Person, Rank
from diplocal.state_names import MEANT, STATES, name_of

SEPARATOR = ";"
SEPARATORS = re.compile(r"[;\n\N{FULLWIDTH SEMICOLON}]")
_HAN = re.compile("[\u4e00-\u9fff]")
_DELEGATIONS = ("delegation", "delegations", "delegacion", "delegasi", "делегация", "وفد", "officials", "experts")
"""What is no name, whatever stands behind it: 'delegation led by Wang Yi'."""
_CODE_INSIDE = re.compile(r"\([A-Z]{2,}\)")
_REALM = re.compile(
    "(?:the )?(?:Democratic |Federal |Hashemite |Islamic |People's ){0,4}"
    "(?:Emirate|Empire|Government|Kingdom|Principality|Republic|State|Sultanate) of ",
    re.IGNORECASE,
)

EXPECTED = f"{EXPECTED_STATE}, or a person with one, such as 'Foreign Minister Wang Yi (CN)'"

_WIKIDATA = re.compile("Q[1-9][0-9]*", re.IGNORECASE)
_JOINED = re.compile(r"\s(?:and|&|und|et|with)\s|[/+]")
"""What parts two people, and stands in nobody's name."""


_LONGEST_NAME = 8
"""Words of the longest name of an organisation that is looked for in a title."""
_TITLE_AND_NAME = 2
"""Words that are too few for an organisation, a title and a name."""


class Reading(msgspec.Struct, frozen=True):
    """Whom a text was read as."""

    participant: Participant
    guess: str | None = None
    """What was taken for what, where no table knows it: for whoever can look at the text again."""


def participant(text: str) -> Participant:
    """Return one who takes part.

    >>> participant("ASEAN"), participant("Russia (RU)")
    (Organisation(code='ASEAN', label=None), State(code='RU', label='Russia'))
    >>> wang = participant("Foreign Minister Wang Yi (CN)")
    >>> wang.name, wang.party.code, wang.office.rank.value
    ('Wang Yi', 'CN', 'foreign minister')
    >>> participant("Wang Yi (CN, Q701128)").wikidata
    'Q701128'

    Raises Ambiguous for a text that means several, and Unresolved for one that means nobody.
    """
    return reading(text).participant


def reading(text: str) -> Reading:
    """Return one who takes part, with what had to be guessed.

    >>> reading("naczelny radca Jan Nowak (PL)").guess
    "took 'naczelny radca' for a title, and what stands behind it for a name"

    Raises what ``participant`` raises.
    """
    expect("text", text, "a text", str)
    return _reading(text)


@lru_cache(maxsize=REMEMBERED)
def _reading(text: str) -> Reading:
    said = trimmed(text)
    named, code = _parted(said)
    if not code or len(codes_named(said)) == 1:
        return _head_of_an_organisation(text, said) or Reading(_alone(text, said))
    of, comma, wikidata = map(str.strip, code.rpartition(","))
    if not _WIKIDATA.fullmatch(wikidata):
        return _named(text, named, code)
    if not comma:
        expected = f"a state or an organisation before the Wikidata id, such as '(CN, {wikidata.upper()})'"
        raise Unresolved("participant", text, expected)
    found = _named(text, named, of)
    if not isinstance(found.participant, Person):
        raise Unresolved("participant", text, f"a person before the Wikidata id {wikidata}")
    return msgspec.structs.replace(found, participant=attrs.evolve(found.participant, wikidata=wikidata.upper()))


def readings(text: str) -> tuple[Reading, ...]:
    """Return all who are named, in the order written, with what had to be guessed; none for an empty text.

    Raises what ``participant`` raises.
    """
    expect("text", text, "a text", str)
    return tuple(reading(one) for one in SEPARATORS.split(text) if one.strip())


def read_participants(text: str) -> tuple[Participant, ...]:
    """Return all who are named, in the order written; none for an empty text.

    Raises what ``participant`` raises.
    """
    return tuple(one.participant for one in readings(text))


def read_party(text: str) -> Party:
    """Return a state or an organisation: its code, its name, or both, 'Russia (RU)'.

    Raises Unresolved.
    """
    found = participant(text)
    if isinstance(found, Person):
        raise Unresolved("participant", text, "a state or an organisation, such as 'CN' or 'China'")
    return found


def _parted(text: str) -> tuple[str, str]:
    """Return what stands before brackets at the end of a text, and in them; nothing twice where there is not both."""
    before, bracket, inside = text.removesuffix(")").rpartition("(")
    is_parted = text.endswith(")") and bracket and before.strip() and inside.strip() and ")" not in inside
    return (before.strip(), inside.strip()) if is_parted else ("", "")


def _head_of_an_organisation(text: str, said: str) -> Reading | None:
    """Return a person whose title says of which organisation they are the head, None for any other text."""
    words = said.split()
    spans = ((start, end) for end in range(len(words), 0, -1) for start in range(max(0, end - _LONGEST_NAME), end))
    for start, end in spans if len(words) > _TITLE_AND_NAME else ():
        named = " ".join(words[start:end])
        codes = codes_named(named)
        if len(codes) == 1 and codes[0] in listed("organisations"):
            parted = part(said, of := Organisation(codes[0]))
            office = parted.office
            is_head = office is not None and office.rank is Rank.HEAD_OF_ORGANISATION and named in office.title
            if is_head and parted.name and parted.guess is None:
                return _person(text, said, of, letters="")
    return None


def _alone(text: str, said: str) -> Party:
    """Return a state or an organisation that stands by itself; a state's code in capitals, unlike the word 'no'."""
    if said.upper() in STATES and said != said.upper():
        raise Unresolved("participant", text, f"{said.upper()!r}, in capitals; {EXPECTED}", near=(said.upper(),))
    try:
        return party(said)
    except Unresolved as error:
        if parts := several(said):
            expected = f"{'; '.join(parts)!r}, with semicolons between them"
            raise Unresolved("participant", text, expected, near=tuple(parts)) from error
        hint = "; several have semicolons between them" if "," in said else ""
        raise refusal("participant", text, f"{EXPECTED}{hint}", error.near) from error


def _named(text: str, named: str, code: str) -> Reading:
    """Return whom a name means beside a code or a name in brackets: the party itself, or a person for it."""
    if _CODE_INSIDE.search(named):
        raise Unresolved("participant", text, "semicolons between several, such as 'CN; RU'")
    itself = _itself(named, code)
    if itself is not None:
        return Reading(itself)
    try:
        of = party(code)
    except Unresolved as error:
        raise refusal("participant", text, f"{EXPECTED}, in the place of {code!r}", error.near) from error
    others = _codes_of(named)
    if of.code in others and named.isupper() and len(named) <= len("USA"):
        return Reading(labelled(of.code, None))
    if _is_of(named, of) or (isinstance(of, Organisation) and not others and _is_body(named)):
        return Reading(labelled(of.code, named))
    if others:
        meant = " or ".join(map(repr, (*others, of.code)))
        expected = f"{meant}, whose name it is not; of a person, also the title or first name"
        raise Unresolved("participant", text, expected, near=(*others, of.code))
    speaking_for = _speaking_for(named, code)
    return _person(text, named, speaking_for or of, letters="" if speaking_for else code)


def _person(text: str, named: str, of: Party, letters: str) -> Reading:
    """Return a person for a party; a title alone is a name too."""
    parted = part(named, of)
    said = plain(without_courtesies(named))
    if not said or said in listed("words")["nobody"] or _is_unnamed(parted, named):
        expected = f"a person's name, or {of.code!r} alone where nobody is named"
        raise Unresolved("participant", text, expected, near=(of.code,))
    if (parted.office is None and _is_body(named)) or _is_company(parted):
        expected = f"a person's name, or {of.code!r} alone; beside an organisation's name, letters that are no state's"
        raise Unresolved("participant", text, expected, near=(of.code,))
    _expect_one_meaning(text, parted.office, letters)
    if _JOINED.search(parted.name):
        raise Unresolved("participant", text, "semicolons between several, such as 'CN; RU'")
    name = parted.name or without_courtesies(named)
    return Reading(Person(name, of, parted.office), parted.guess or _guess(parted, name))


def _guess(parted: Parted, name: str) -> str | None:
    """Tell where a name is perhaps none: a title alone, or one word that may as well be of a place or a body."""
    if not parted.name:
        return f"took {name!r} for a name, as nobody is named"
    is_one_word = len(name.split()) == 1 and parted.office is None and not any(map(is_ideographic, name))
    return f"took {name!r} for a person's name" if is_one_word else None


def _expect_one_meaning(text: str, office: Office | None, letters: str) -> None:
    """Raise Ambiguous for an officer such as organisations have, beside letters that mean one of these and a state."""
    several = organisations.with_letters_of_a_state().get(letters, ())
    said = plain(office.title).removeprefix(f"{letters.casefold()} ").removeprefix("commission ") if office else ""
    if several and any(f"{said} ".startswith(f"{title} ") for title in listed("words")["officer of an organisation"]):
        near = (*several, MEANT.get(letters, letters))
        meant = " or ".join(f"{one!r} ({name_of(one)})" for one in near)
        raise Ambiguous("participant", text, f"{meant}, in the place of {letters!r}", near=near)


def _is_unnamed(parted: Parted, named: str) -> bool:
    """Tell whether a text says what people are, and not who: 'senior officials', '代表团', 'delegation of experts'."""
    unnamed, said = _unnamed(), plain(parted.name) or plain(named)
    words = said.split()
    if parted.office is not None and not parted.name:
        return words[0] in unnamed and words[-1] != words[0]
    ends = _HAN.search(said) and said.endswith(unnamed)
    return bool(ends or words[-1] in unnamed or said in unnamed or words[0] in _DELEGATIONS)


@cache
def _unnamed() -> tuple[str, ...]:
    return tuple(map(plain, listed("words")["unnamed people"]))


def _is_company(parted: Parted) -> bool:
    """Tell whether a name is that of a company, with or without what looks like a title: 'General Motors'."""
    words = plain(parted.name).split()
    return bool(words) and words[-1] in listed("words")["company"] and (parted.office is None or len(words) == 1)


def _speaking_for(named: str, letters: str) -> Organisation | None:
    """Return the organisation that a title names, where its letters beside it are also the code of a state."""
    of = organisations.with_letters_of_a_state().get(letters.upper(), ())
    folded = named.casefold()
    return next((Organisation(code) for code in of if any(name in folded for name in organisations.spelt(code))), None)


def _itself(named: str, code: str) -> Party | None:
    """Return the state or organisation whose name stands before its own code or letters, whatever else they mean."""
    for found in codes_named(named):
        if code.upper() in (found, *organisations.letters_of(found)):
            return labelled(found, named)
    return None


def _is_of(named: str, of: Party) -> bool:
    """Tell whether a name is of a party: 'Kingdom of ...', the words whose initials are the code, a name of it."""
    if codes := _codes_of(named):
        return of.code in codes
    if of.code == named or (_REALM.match(named) and of.code.startswith("X-")):
        return True
    initials = "".join(word[0] for word in re.findall(r"\w+", named) if word[0].isupper())
    return len(of.code) >= len("SCO") and initials == of.code


def _codes_of(named: str) -> tuple[str, ...]:
    """Return the codes of those that have a name, also with 'Kingdom of ...' and the like before it, or letters."""
    letters = MEANT.get(named, named)
    return (letters,) if letters in STATES else codes_named(named) or codes_named(_REALM.sub("", named, count=1))


def _is_body(named: str) -> bool:
    """Tell whether a name is of a body, and of no person: 'Asian League', 'Parliament of Kenya', 'Emirate of Dubai'."""
    words, bodies = named.casefold().split(), listed("words")["body"]
    return words[-1] in bodies or (words[0] in bodies and words[1] == "of") or _REALM.match(named) is not None
