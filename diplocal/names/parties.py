"""Which state or organisation a text means: a code, letters in use, or a name in any of seven languages.

Case, accents, full stops, *the*, *of* and *and* do not matter, nor does a name that is turned round ('Korea, South').
What means nothing, or more than one, is an error and never a guess. Two letters are a state of ISO 3166-1, or XK; four
letters may be a dissolved state of ISO 3166-3; what begins with X- is a code of the user's own; EU and UN are
organisations, and so is everything else in capitals.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import chain

from diplocal.errors import Ambiguous, Unresolved
from diplocal.names import organisations, states
from diplocal.names.spelling import DOUBT, LONGEST, plain, spellings_near
from diplocal.names.tables import listed
from diplocal.parties import ORGANISATION_CODE, STATE_CODE, Organisation, Party, State
from diplocal.state_names import MEANT, STATES, name_of

REMEMBERED = 16_384
"""So many texts are kept with what they mean, or with why they mean nothing."""

EXPECTED_STATE = "a state, such as 'CN' or 'China'"
EXPECTED = f"{EXPECTED_STATE}, or an organisation, such as 'ASEAN' or 'African Union'"
TOO_LONG = f"a name of at most {LONGEST} characters"

_NEVER_MEANT = re.compile("[\u00ad\u200b\u2060\u3164\uffa0\u115f\u1160\u034f\U000e0000-\U000e0fff]")
"""What copying leaves in a name; what joins and parts letters of Persian or Hindi stays."""
_STOP_AFTER_A_LETTER = re.compile(r"\b(\w)\.")
_WITH_STOPS = re.compile(r"(?:[A-Z]\.){2,}[A-Z]?")
_LETTERS_AND_NUMBER = re.compile(r"\b([a-z]) ([0-9]+)\b")
_PASSED_OVER = frozenset({"the", "of", "and"})
_ALSO_SPELT = {"st": "saint", "rep": "republic", "dem": "democratic", "organization": "organisation"}
_BETWEEN = re.compile(" ?[-/+&,] ?| (?:and|und|et|y|dan|и) ")


def party(text: str) -> Party:
    """Return the state or organisation that a text means; a name is kept as printed.

    >>> party("South Korea"), party("Korea, South"), party("DEU")
    (State(code='KR', label='South Korea'), State(code='KR', label='Korea, South'), State(code='DE', label=None))
    >>> party("AU"), party("African Union").code, party("СССР").code
    (State(code='AU', label=None), 'AFRICAN-UNION', 'SUHH')

    Raises Ambiguous for what means several, and Unresolved for what means none.
    """
    found = _party(trimmed(text))
    if isinstance(found, tuple):
        raise refusal("name", text, EXPECTED, found)
    return found


def state(text: str) -> State:
    """Return the state that a text means.

    >>> state("UK"), state("Финляндия").code
    (State(code='GB', label=None), 'FI')

    Raises Ambiguous for what means several, and Unresolved for what means none, or an organisation.
    """
    found = party(text)
    if isinstance(found, Organisation):
        raise Unresolved("state", text, f"{EXPECTED_STATE}, and no organisation")
    return found


def organisation(text: str) -> Organisation:
    """Return the organisation that a text means: its name, or letters that are no state's.

    >>> organisation("Arab League"), organisation("OTAN")
    (Organisation(code='ARAB-LEAGUE', label='Arab League'), Organisation(code='NATO', label=None))

    Raises Unresolved for what means none, or a state.
    """
    found = party(text)
    if isinstance(found, State):
        expected = f"an organisation, and {text!r} is {name_of(found.code)}: write its name, such as 'African Union'"
        raise Unresolved("organisation", text, expected)
    return found


def is_known(code: str) -> bool:
    """Tell whether a code is one of a state, of an organisation that is known by name, or of the user's own.

    Other letters may be those of an organisation too: only a log that names it can tell.

    >>> is_known("CN"), is_known("ASEAN"), is_known("X-DESK"), is_known("QQQ")
    (True, True, True, False)
    """
    return code in STATES or code.startswith("X-") or code in organisations.codes()


def trimmed(text: str) -> str:
    """Return a text as it is read: compatibility forms made plain, one space between words.

    Raises Unresolved for a text that is longer than any name, and for a name in doubt, 'China?'.
    """
    if not isinstance(text, str):
        raise Unresolved("name", text, f"a text: {EXPECTED}")
    if len(text) > LONGEST:
        raise Unresolved("name", text, TOO_LONG)
    if DOUBT.search(text):
        raise Unresolved("name", text, "a name without a question mark: what is in doubt is said in a note")
    return " ".join(unicodedata.normalize("NFKC", _NEVER_MEANT.sub("", text)).split())


@lru_cache(maxsize=REMEMBERED)
def codes_named(text: str) -> tuple[str, ...]:
    """Return the codes of those that have a name: one where it is plain, several where more than one state has it.

    >>> codes_named("Gambia, The"), codes_named("Iran (Islamic Republic of)"), codes_named("Congo"), codes_named("Wang")
    (('GM',), ('IR',), ('CD', 'CG'), ())
    """
    index = _index()
    return next((found for form in _forms(text) if (found := index.get(_compared(form)))), ())


def labelled(code: str, label: str | None) -> Party:
    """Return the state or organisation of a code that is known to be one, with its label."""
    return State(code, label) if code in STATES or code.startswith("X-") else Organisation(code, label)


def refusal(field: str, text: str, expected: str, near: tuple[str, ...]) -> Unresolved:
    """Return the error for a text that means none of these, or several."""
    meant = f"{' or '.join(f'{code!r} ({name_of(code)})' for code in near)}, if that is meant; " if near else ""
    error = Ambiguous if len(near) > 1 and codes_named(text) else Unresolved
    return error(field, text, f"{meant}{expected}", near=near)


@lru_cache(maxsize=REMEMBERED)
def _party(text: str) -> Party | tuple[str, ...]:
    """Return whom a text means, or else the codes that come near."""
    capitals = (text.replace(".", "") if _WITH_STOPS.fullmatch(text) else text).upper()
    if capitals in STATES or (capitals.startswith("X-") and STATE_CODE.fullmatch(capitals)):
        return State(capitals)
    if meant := MEANT.get(capitals):
        return State(meant)
    if capitals in organisations.codes():
        return Organisation(capitals)
    codes = codes_named(text)
    if len(codes) == 1:
        is_letters = text in organisations.letters_of(codes[0])
        return labelled(codes[0], None if is_letters else text)
    near = codes or _near(text)
    is_code = len(text) > len("EU") and ORGANISATION_CODE.fullmatch(text) and not several(text)
    is_money = text in listed("words")["currency"]
    return Organisation(text) if is_code and not near and not is_money else near


def several(text: str) -> list[str]:
    """Return the states and organisations in a text that has something other than semicolons between them.

    >>> several("CN-RU"), several("China and ASEAN"), several("G-20")
    (['CN', 'RU'], ['China', 'ASEAN'], [])
    """
    parts = _BETWEEN.split(" ".join(text.split()))
    are_all = len(parts) > 1 and all(part in STATES or codes_named(part) for part in parts)
    return parts if are_all else []


def _near(text: str) -> tuple[str, ...]:
    """Return the codes that come near: of an organisation whose letters are in a text, or of what is spelt alike.

    A text that a longer name begins with is near it: 'Hawaii' is, to 'Hawaii (until 1898)'.
    """
    for word in text.replace("+", " ").split():
        if len(word) > len("UN") and word in organisations.codes():
            return (word,)
    compared = _compared(text)
    keys = [key for key in _keys() if key.startswith(f"{compared} ")] if len(compared) > len("UN") else []
    keys = keys if len(keys) == 1 else spellings_near(compared, _keys())
    return tuple(dict.fromkeys(code for key in keys for code in _index()[key]))


def _forms(text: str) -> Iterator[str]:
    """Yield a name as it stands, and turned round where a comma or brackets show that it was."""
    yield text
    last, comma, first = text.partition(",")
    if comma:
        yield f"{first} {last}"
    elif text.endswith(")"):
        last, _, first = text[:-1].partition("(")
        yield f"{first} {last}"


def _compared(name: str) -> str:
    """Return a name as it is compared: 'OPEC+' is another body than OPEC, and 'V-4' is V4."""
    said = _STOP_AFTER_A_LETTER.sub(r"\1", name).replace("+", " plus ")
    words = _LETTERS_AND_NUMBER.sub(r"\1\2", plain(said)).split()
    kept = (_ALSO_SPELT.get(word, word) for word in words if word not in _PASSED_OVER)
    return " ".join(kept).replace("co operation", "cooperation")


@cache
def _index() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for code, name in chain(states.names(), organisations.names()):
        key = _compared(name)
        if key and code not in found.get(key, ()):
            found[key] = (*found.get(key, ()), code)
    return found | states.SEVERAL


@cache
def _keys() -> list[str]:
    return list(_index())
