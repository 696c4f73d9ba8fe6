"""When two spellings are the same, and how far apart they are when not."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache

from diplocal.checks import UNSEEN

APOSTROPHES = re.compile(r"['’‘ʼ`´ʻʿʾ]")
NOT_A_WORD = re.compile(r"[\W_]+")
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "æ": "ae", "œ": "oe", "ʼ": ""})
"""Letters whose stroke or ligature Unicode does not take apart, and the apostrophe that it takes out of one."""

DOUBT = re.compile("[?？؟¿⁇⁈⁉]")
"""Marks that leave open whether what stands beside them is so."""

LONGEST = 500
"""Characters of the longest name; what is longer is no name, and nothing searches it."""
LETTERS_PER_SLIP = 4
"""What comes near has at most one slip in so many letters."""


@lru_cache(maxsize=32_768)
def plain(text: str) -> str:
    """Return a text without case, diacritics, apostrophes and punctuation: words, one space between them.

    >>> plain("Prime Minister Mustafa  Al-Kadhimi")
    'prime minister mustafa al kadhimi'
    >>> plain("O’Kelly, Recep Tayyip ERDOĞAN")
    'okelly recep tayyip erdogan'
    """
    said = APOSTROPHES.sub("", text if text.isascii() else UNSEEN.sub("", text))
    return NOT_A_WORD.sub(" ", said.lower() if said.isascii() else bare(said)).strip()


def bare(text: str) -> str:
    """Return a text without case and diacritics."""
    letters = _taken_apart(_taken_apart(text).casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).translate(LETTERS)


def _taken_apart(text: str) -> str:
    return unicodedata.normalize("NFKD", text)


def slips(left: str, right: str) -> int:
    """Count the letters added, dropped, replaced or swapped with their neighbour between two spellings.

    >>> slips("cecas", "necas")
    1
    >>> slips("presidetn", "president")
    1
    """
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - most that read names rightly never compare them

    return OSA.distance(left, right)


def nearest_spelling(text: str, known: Iterable[str], *, at_most: int) -> str | None:
    """Return the known spelling that is fewest slips from a text, the first of equals; None beyond the limit.

    >>> nearest_spelling("presidetn", ["premier", "president"], at_most=2)
    'president'
    """
    from rapidfuzz import process  # noqa: PLC0415 - as above
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    found = process.extractOne(text, known, scorer=OSA.distance, score_cutoff=at_most)
    return found[0] if found else None


def spellings_near(text: str, known: Collection[str]) -> list[str]:
    """Return up to three known spellings that differ from a text by few slips for its length, the nearest first.

    >>> spellings_near("germny", ["germany", "georgia", "guyana"])
    ['germany']
    """
    if not LETTERS_PER_SLIP <= len(text) <= LONGEST:
        return []
    from rapidfuzz import process  # noqa: PLC0415 - as above
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    allowed = len(text) // LETTERS_PER_SLIP
    return [found for found, *_ in process.extract(text, known, scorer=OSA.distance, score_cutoff=allowed, limit=3)]
