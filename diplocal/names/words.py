"""The words by which a text is found, in any script: without case and diacritics, and by how they begin."""

import re
import unicodedata
from functools import lru_cache
from typing import Any

from diplocal.checks import UNSEEN
from diplocal.errors import InvalidValue
from diplocal.names.parties import REMEMBERED
from diplocal.names.spelling import APOSTROPHES, LONGEST, bare

_HYPHENS = re.compile(r"(?<=\w)[-‐‑־](?=\w)")
_UNSPACED = re.compile(
    "([\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+)"
)
"""Han, kana, Thai, Lao, Burmese and Khmer: no space tells where a word ends."""
_ARABIC = {"\u0649": "\u064a", "\u06cc": "\u064a", "\u06a9": "\u0643", "\u0629": "\u0647", "\u0640": ""}
_VARIANTS = str.maketrans(_ARABIC)
"""Letters of Arabic that are written for each other, and the stretch that is no letter."""


@lru_cache(maxsize=REMEMBERED)
def index_words(text: str) -> frozenset[str]:
    """Return the words that find a text. Where no spaces are written, two letters each that stand side by side.

    >>> sorted(index_words("Xi'an, 北京市"))
    ['an', 'xi', 'xian', '京市', '北京', '市']
    """
    ways = {text, *(sign.sub("", text) for sign in (UNSEEN, APOSTROPHES, _HYPHENS)), APOSTROPHES.sub(" ", text)}
    return frozenset(term for way in ways for word in _words(way) for term in _pairs(word, with_last=True))


def words_sought(text: Any) -> frozenset[str]:
    """Return how the words begin that a text must have to be found by another.

    >>> sorted(words_sought("Côte d'Ivoire")), sorted(words_sought("北京市"))
    (['cote', 'divoire'], ['京市', '北京'])

    Raises InvalidValue for a text without a word, and for one that is too long to be a question.
    """
    if not isinstance(text, str) or len(text) > LONGEST:
        raise InvalidValue("words", text, f"a text of at most {LONGEST} characters")
    found = frozenset(
        term for word in _words(UNSEEN.sub("", APOSTROPHES.sub("", text))) for term in _pairs(word, with_last=False)
    )
    if not found:
        raise InvalidValue("words", text, "a word or several, such as 'security consultation'")
    return found


def _words(text: str) -> list[str]:
    letters = bare(text).translate(_VARIANTS)
    words = "".join(letter if _is_of_a_word(letter) else " " for letter in letters).split()
    return [word for word in words if any(map(str.isalnum, word))]


def _is_of_a_word(letter: str) -> bool:
    return letter.isalnum() or unicodedata.category(letter) in {"Mn", "Mc"}


def _pairs(word: str, *, with_last: bool) -> list[str]:
    """Take a word apart where its script writes no spaces; with the last letter alone, so that each begins a term."""
    if word.isascii():
        return [word]
    found: list[str] = []
    for run in filter(None, _UNSPACED.split(word)):
        if not _UNSPACED.fullmatch(run):
            found.append(run)
            continue
        found += [run[place : place + 2] for place in range(len(run) - 1)]
        if with_last or len(run) == 1:
            found.append(run[-1])
    return found
