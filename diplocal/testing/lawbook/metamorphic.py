"""Laws that hold only for projections that say so: other names or other centuries, and the same answer but for them."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pendulum

from diplocal.dates import When
from diplocal.parties import Organisation, State
from diplocal.testing.canonical import CanonicalForm
from diplocal.testing.dates import CYCLE
from diplocal.testing.history import History
from diplocal.testing.law import Picks, law, same
from diplocal.testing.subjects import Subject

_YEARS = 400
_MICROS_A_DAY = 86_400_000_000


@law(
    "a state that is written into the code",
    "a special case for one pair",
    "labels taken for codes",
    opt_in=True,
)
def renaming(subject: Subject, history: History, _picks: Picks) -> None:
    """Were the parties called otherwise, the answer would be the same but for their names.

    The new codes and labels keep the alphabetical order of the old ones. A state that is known by its code alone is
    shown by its name, which goes with the code: here it has that name for its label. The law does not hold for a
    projection that is about certain parties, or that makes keys of its own out of codes.
    """
    history = history.mapped(_labelled)
    parties = parties_in(history)
    codes = {code: f"X-{place}" for place, code in enumerate(sorted({party.code for party in parties}))}
    labels = sorted({party.label for party in parties if party.label})
    names = {**codes, **{label: f"Land {place:02}" for place, label in enumerate(labels)}}
    other = history.mapped(lambda value: _renamed(value, names))
    here = replaced_in(subject.about(history).answer(history.records()), lambda text: _with_names(text, names))
    same("renamed in the answer", here, "renamed in the log", subject.about(other).answer(other.records()))


@law(
    "a year that is written into the code",
    "month arithmetic that fails over the end of a year",
    "days counted by a rule of thumb",
    opt_in=True,
)
def shifting(subject: Subject, history: History, _picks: Picks) -> None:
    """Had everything happened 400 years later, the answer would be the same but for the years.

    That is 146,097 days: whole weeks, with leap days where they were. It does not hold for a projection that counts
    days from a fixed one.
    """
    other = history.mapped(_shifted)
    later = tuple(one.later(CYCLE * _MICROS_A_DAY) for one in other)
    here = replaced_in(subject.answer(history.records()), _with_years)
    there = subject.about(other).answer(History(later).records())
    same("400 years added to the answer", here, "added to the log", there)


def replaced_in(drawn: CanonicalForm, replace: Callable[[str], str]) -> CanonicalForm:
    """Replace every text in a canonical form."""
    if isinstance(drawn, str):
        return replace(drawn)
    name, parts = drawn
    return name, tuple((replace(label), replaced_in(part, replace)) for label, part in parts)


def parties_in(history: History) -> set[State | Organisation]:
    """Find the states and organisations that a history speaks of."""
    found: set[State | Organisation] = set()

    def note(value: Any) -> Any:
        if isinstance(value, State | Organisation):
            found.add(value)
        return value

    history.mapped(note)
    return found


def _labelled(value: Any) -> Any:
    return State(value.code, str(value)) if isinstance(value, State) else value


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, State | Organisation):
        return type(value)(names[value.code], value.label and names[value.label])
    return value


def _with_names(text: str, names: Mapping[str, str]) -> str:
    if not names:
        return text
    alternatives = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.sub(rf"(?<!\w)(?:{alternatives})(?!\w)", lambda found: names[found[0]], text)


def _shifted(value: Any) -> Any:
    if isinstance(value, When):
        return value.shifted(CYCLE)
    return value.add(years=_YEARS) if isinstance(value, pendulum.Date) else value


def _with_years(text: str) -> str:
    return re.sub(
        r"(?<!\d)(?:00|16|20|80)\d(?:\d(?!\d)|X)", lambda year: f"{int(year[0][:2]) + 4:02}{year[0][2:]}", text
    )
