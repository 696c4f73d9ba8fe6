"""A law that was broken, told so that its reader sees why."""

from textwrap import fill, indent
from typing import Any

from diplocal.testing.canonical import differences, laid_out
from diplocal.testing.history import History
from diplocal.testing.law import Differs, Law
from diplocal.testing.pasting import snippet
from diplocal.testing.subjects import Subject
from diplocal.testing.tables import table

_MOST = 5
"""So many differences are shown; the first ones explain the others."""
_WIDTH = 100
_LONGEST, _LONGEST_PART = 4_000, 400
"""Characters that are shown of an answer, and of a part of one that differs."""


class LawBroken(AssertionError):
    """A projection breaks a law on a history; the message tells both answers, and gives a test to paste."""

    def __init__(self, law: Law, subject: Subject, history: History, number: int, found: Exception) -> None:
        again = snippet(law.name, subject, history, number)
        super().__init__(
            f"{subject.name} breaks the law of {law.name}.\n\n"
            f"{fill(law.says, _WIDTH)}\n\n"
            f"The shortest history found:\n\n{indent(table(history), '  ')}\n\n"
            f"{found_in_words(found)}\n\n"
            f"To see it again, paste this into a test:\n\n{indent(again, '    ')}"
        )
        self.law, self.history, self.number, self.found = law, history, number, found


def found_in_words(found: Exception) -> str:
    """Tell what was found: two answers and their difference, what was done, or what was raised."""
    if not isinstance(found, Differs):
        return f"{found}." if type(found).__name__ == "Breaks" else f"It raised {type(found).__name__}: {found}"
    return two_answers(found.one, found.left, found.other, found.right)


def two_answers(one: str, left: Any, other: str, right: Any) -> str:
    """Show two answers, and where they differ."""
    found = list(differences(left, right))
    shown = "\n".join(
        f"  {place}: {_elided(here, _LONGEST_PART)} ≠ {_elided(there, _LONGEST_PART)}"
        for place, here, there in found[:_MOST]
    )
    more = f"\n  and {len(found) - _MOST} more" if len(found) > _MOST else ""
    return (
        f"{_capital(one)}:\n  {_elided(laid_out(left, '  '), _LONGEST)}\n"
        f"{_capital(other)}:\n  {_elided(laid_out(right, '  '), _LONGEST)}\n"
        f"They differ at:\n{shown}{more}"
    )


def _elided(text: str, most: int) -> str:
    """Leave out the middle of a text that is too long to read."""
    left_out = len(text) - most
    return f"{text[: most // 2]} ... ({left_out:,} characters) ... {text[-most // 2 :]}" if left_out > 0 else text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
