"""What a law is, and how a history breaks one."""

from collections.abc import Callable, Sequence
from inspect import cleandoc
from typing import TypeVar
from zlib import crc32

import attrs

from diplocal.testing.canonical import CanonicalForm
from diplocal.testing.history import History
from diplocal.testing.subjects import Subject

T = TypeVar("T")
Check = Callable[[Subject, History, "Picks"], None]
"""Raises Differs or Breaks when a projection breaks the law on a history."""


class Picks:
    """A drawn number from which a law chooses: where to stop, what to retract."""

    def __init__(self, number: int) -> None:
        self._number = self._left = number

    def below(self, count: int) -> int:
        """Choose a number from 0 to below ``count``; 0 where there is no choice."""
        if count < 2:  # noqa: PLR2004 - no choice
            return 0
        self._left, pick = divmod(self._left, count)
        return pick

    def places(self, count: int) -> Sequence[int]:
        """Choose places, counted from 0: of a long log some, of others all."""
        if count <= _ALL_PLACES:
            return range(count)
        return sorted({crc32(f"{self._number} {turn}".encode()) % count for turn in range(_SOME_PLACES)})

    def one_of(self, choices: Sequence[T], named: str) -> T:
        """Choose for something, by its name: the choice stays when the history around it gets shorter."""
        return choices[crc32(f"{self._number} {named}".encode()) % len(choices) if self._number else 0]


_ALL_PLACES, _SOME_PLACES = 40, 6
"""At so many places a law looks at each; of a longer log, at so many of them."""
NUMBERS = 1 << 20
"""How many numbers there are to choose from."""


@attrs.frozen
class Law:
    """Something that holds for every projection, or for every one of a kind."""

    name: str
    """In a word, as in the name of its test."""
    says: str
    """What it means, in a paragraph."""
    catches: tuple[str, ...]
    """Bugs that break it."""
    check: Check
    applies: Callable[[Subject], bool]
    needs: str
    """What a projection must have for the law to apply, in words; empty when it always does."""
    opt_in: bool
    """Whether it holds only for projections that say so."""


class Differs(Exception):
    """Two answers that the law says are the same differ."""

    def __init__(self, one: str, left: CanonicalForm, other: str, right: CanonicalForm) -> None:
        super().__init__(f"{one} and {other} differ")
        self.one, self.left, self.other, self.right = one, left, other, right


class Breaks(Exception):
    """Something was done that the law forbids."""


def same(one: str, left: CanonicalForm, other: str, right: CanonicalForm) -> None:
    """See that two answers are the same."""
    if left != right:
        raise Differs(one, left, other, right)


def law(
    *catches: str,
    applies: Callable[[Subject], bool] = lambda _: True,
    needs: str = "",
    opt_in: bool = False,
) -> Callable[[Check], Law]:
    """Make a law of a function: its name is the law's, its docstring says what the law means."""

    def make(check: Check) -> Law:
        name = getattr(check, "__name__", "")
        says = " ".join(cleandoc(check.__doc__ or "").split())
        return Law(name, says, catches, check, applies, needs, opt_in)

    return make
