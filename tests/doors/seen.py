"""What is seen of an answer with other eyes than the library's: whether it can be what a text says."""

import re
import unicodedata
from collections import defaultdict
from functools import cache
from itertools import chain

from diplocal.checks import without_faults
from diplocal.dates import When
from diplocal.names import organisations, states
from diplocal.state_names import MEANT

SHOWN = 40
"""Characters of a text that a message must hold, where it shortens a long one."""
_ALSO = {"st": "saint", "rep": "republic", "dem": "democratic", "organization": "organisation"}
_SMALL = {"the", "of", "and"}
_UNSEEN = re.compile("[\u115f\u1160\u3164\uffa0]")
"""Letters of Hangul by their names, of which nothing is seen."""
_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "æ": "ae", "œ": "oe"})


def letters(text: str) -> str:
    """Return the letters and digits of a text, without case, marks and strokes."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(each for each in apart if each.isalnum() and not _UNSEEN.match(each)).translate(_STROKES)


def words(text: str) -> tuple[str, ...]:
    """Return the words of a name in alphabetical order, without those that say nothing."""
    found = (letters(one) for one in re.findall(r"\w+", re.sub(r"['’‘ʼ`´ʻʿʾ_]", "", _joined(text))))
    return tuple(sorted(_ALSO.get(one, one) for one in found if one and one not in _SMALL))


def _joined(text: str) -> str:
    """Return a text in which nothing unseen parts a word."""
    composed = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    return "".join(each for each in composed if unicodedata.category(each) not in ("Cf", "Mn"))


@cache
def _spelt() -> dict[object, set[str]]:
    found: defaultdict[object, set[str]] = defaultdict(set)
    of_all = chain(states.names(), organisations.names(), ((code, said) for said, code in MEANT.items()))
    for code, name in of_all:
        for said in (name, code):
            found[words(said)].add(code)
            found[letters(said)].add(code)
    return found


def may_be_party(code: str, text: str) -> bool:
    """Tell whether a text spells a party: by the words of a name or a code of it, and no others."""
    return code in _spelt()[words(text)] | _spelt()[letters(text)] or letters(code) == letters(text)


def may_be_date(when: When, text: str) -> bool:
    """Tell whether the years of a date stand in a text."""
    apart = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    said = re.findall("[0-9]{1,4}", "".join(str(unicodedata.digit(one)) if one.isdigit() else one for one in apart))
    years = [day.year for day in (when.earliest, when.latest) if day is not None]
    return all(any(_is_year(number, year) for number in said) for year in years)


def _is_year(number: str, year: int) -> bool:
    """Tell whether a number is a year, a decade or a century of it, or of the one before or after it (winter)."""
    return any(f"{near:04}".startswith(number.zfill(2)) and len(number) > 1 for near in (year - 1, year, year + 1))


def holds(message: str, text: str) -> bool:
    """Tell whether a message holds a text, as it stands or as Python writes it."""
    said = letters(message)
    forms = (text, repr(text)[1:-1], repr(text.strip())[1:-1], without_faults(text), repr(without_faults(text))[1:-1])
    return any(letters(form)[:SHOWN] in said for form in forms)
