"""When two spellings are the same, and how far apart they are when not."""

import re
import unicodedata

APOSTROPHES = re.compile(r"['’‘ʼ`´]")
NOT_A_WORD = re.compile(r"[\W_]+")
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "æ": "ae", "œ": "oe", "ʼ": ""})
"""Letters whose stroke or ligature Unicode does not take apart, and the apostrophe that it takes out of one."""


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
    rows = [list(range(len(right) + 1))]
    for i, letter in enumerate(left, start=1):
        row = [i]
        for j, other in enumerate(right, start=1):
            fewest = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != other))
            if i > 1 and j > 1 and (letter, left[i - 2]) == (right[j - 2], other):
                fewest = min(fewest, rows[-2][j - 2] + 1)
            row.append(fewest)
        rows.append(row)
    return rows[-1][-1]
