"""The rows by which words find engagements: for each word and block of engagements, which of these have it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

import msgspec

from diplocal.diary.database import Database
from diplocal.engagements import Engagement
from diplocal.projections.words import words_of

BLOCK = 64 * 64
"""Numbers of engagements that share a row for each word: a new report changes short rows, and most words have few."""
NUMBERS_IN_JSON = "(SELECT value FROM json_each(?))"
"""Numbers that come together, as one value."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_MARKS = [first + second for first in _LETTERS for second in _LETTERS]
"""Two letters for each engagement of a block: text can be added to in any database."""
_OFFSETS = {mark: offset for offset, mark in enumerate(_MARKS)}
_BEHIND = "\U0010ffff"
"""Comes after every letter."""

Said = Iterable[tuple[int, frozenset[str]]]
"""Numbers of engagements, and words that are written about each."""


class Words:
    """Which words are written about which engagements."""

    def __init__(self, database: Database) -> None:
        self._run, self._run_many = database.execute, database.executemany

    def move(self, before: Mapping[int, Engagement], after: Mapping[int, Engagement]) -> None:
        """Replace the words of engagements, by their numbers: of what they were, and of what they are."""
        old, new, none = _words(before), _words(after), frozenset[str]()
        self.remove((number, words - new.get(number, none)) for number, words in old.items())
        self.add((number, words - old.get(number, none)) for number, words in new.items())

    def add(self, said: Said) -> None:
        """Let words find engagements that they did not find before."""
        self._run_many(
            "INSERT INTO words VALUES (?, ?, ?) ON CONFLICT (word, block)"
            " DO UPDATE SET engagements = words.engagements || excluded.engagements",
            [(*key, "".join(marks)) for key, marks in _by_row(said).items()],
        )

    def remove(self, said: Said) -> None:
        """Let words find some engagements no longer."""
        for key, gone in _by_row(said).items():
            found = self._run("SELECT engagements FROM words WHERE word = ? AND block = ?", key)
            rest = "".join(mark for (marks,) in found for mark in _apart(marks) if mark not in gone)
            if rest:
                self._run("UPDATE words SET engagements = ? WHERE word = ? AND block = ?", (rest, *key))
            else:
                self._run("DELETE FROM words WHERE word = ? AND block = ?", key)

    def numbers_with(self, beginnings: Collection[str]) -> str:
        """Return the numbers of the engagements with words that begin in all these ways, for NUMBERS_IN_JSON."""
        return msgspec.json.encode(sorted(set[int].intersection(*map(self._found_by, beginnings)))).decode()

    def every(self) -> Iterator[tuple[str, int]]:
        """Yield each word with the number of each engagement that it finds."""
        for word, block, marks in self._run("SELECT word, block, engagements FROM words"):
            yield from ((word, number) for number in _numbers(block, marks))

    def _found_by(self, beginning: str) -> set[int]:
        query = "SELECT block, engagements FROM words WHERE word >= ? AND word < ?"
        rows = self._run(query, (beginning, beginning + _BEHIND))
        return {number for block, marks in rows for number in _numbers(block, marks)}


def _words(engagements: Mapping[int, Engagement]) -> dict[int, frozenset[str]]:
    return {number: words_of(one) for number, one in engagements.items()}


def _by_row(said: Said) -> dict[tuple[str, int], list[str]]:
    """Group the marks of engagements by the rows that they stand in."""
    rows: dict[tuple[str, int], list[str]] = defaultdict(list)
    for number, words in said:
        block, offset = divmod(number, BLOCK)
        mark = _MARKS[offset]
        for word in words:
            rows[word, block].append(mark)
    return rows


def _apart(marks: str) -> Iterator[str]:
    return map("".join, zip(marks[::2], marks[1::2], strict=True))


def _numbers(block: int, marks: str) -> Iterator[int]:
    return (block * BLOCK + _OFFSETS[mark] for mark in _apart(marks))
