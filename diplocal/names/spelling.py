"""When two spellings are the same, and how far apart they are when not."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

APOSTROPHES = re.compile(r"['’‘ʼ`´]")
NOT_A_WORD = re.compile(r"[\W_]+")
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "æ": "ae", "œ": "oe", "ʼ": ""})
"""Letters whose stroke or ligature Unicode does not take apart, and the apostrophe that it takes out of one."""


@lru_cache(maxsize=32_768)
def plain(text: str) -> str:
    """Give a text without case, diacritics, apostrophes and punctuation: words, one space between them.

    >>> plain("Prime Minister Mustafa  Al-Kadhimi")
    'prime minister mustafa al kadhimi'
    >>> plain("O’Kelly, Recep Tayyip ERDOĞAN")
    'okelly recep tayyip erdogan'
    """
    letters = _taken_apart(_taken_apart(APOSTROPHES.sub("", text)).casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return NOT_A_WORD.sub(" ", bare.translate(LETTERS)).strip()


def _taken_apart(text: str) -> str:
    return unicodedata.normalize("NFKD", text)


def slips(left: str, right: str) -> int:
    """Count the letters added, dropped, replaced or swapped with their neighbour between two spellings.

    >>> slips("cecas", "necas")
    1
    >>> slips("presidetn", "president")
    1
    """
    return OSA.distance(left, right)


def nearest_spelling(text: str, known: Iterable[str], *, at_most: int) -> str | None:
    """Return the known spelling that is fewest slips from a text, the first of equals; None beyond the limit.

    >>> nearest_spelling("presidetn", ["premier", "president"], at_most=2)
    'president'
    """
    found = process.extractOne(text, known, scorer=OSA.distance, score_cutoff=at_most)
    return found[0] if found else None
