"""Doors of the resolver: names, titles, days, kinds and statuses."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from diplocal.dates import When
from diplocal.dates.words import said
from diplocal.engagements import Kind, Status
from diplocal.errors import DiplocalError
from diplocal.names import kinds
from diplocal.names.offices import office
from diplocal.names.participants import participant
from diplocal.names.parties import party
from diplocal.parties import Person

from .seen import holds, letters, may_be_date, may_be_party

Complaints = Iterator[tuple[str, str]]
"""Texts, and what was wrong with what became of them."""


def each(texts: Sequence[str], read: Callable[[str], Any], see: Callable[[str, Any], str | None]) -> Complaints:
    """Read each text by itself: an answer is looked at, a refusal must hold the text."""
    for text in texts:
        try:
            answer = read(text)
        except DiplocalError as error:
            if "U+" not in str(error) and not any(
                holds(str(error), part) for part in (text, text.strip().rpartition("(")[0] or text)
            ):
                yield text, f"refused without the text: {error}"
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            yield text, f"{type(error).__name__}: {error}"
        else:
            if complaint := see(text, answer):
                yield text, complaint


def seen_party(text: str, found: Any) -> str | None:
    return None if may_be_party(found.code, text) else f"is {found.code}"


def parties(texts: Sequence[str]) -> Complaints:
    """A name of a state or organisation."""
    return each(texts, party, seen_party)


def participants(texts: Sequence[str]) -> Complaints:
    """Who takes part, in a cell or a line."""
    return each(texts, participant, seen_participant)


def seen_participant(text: str, found: Any) -> str | None:
    if not isinstance(found, Person):
        before, _, inside = text.strip().removesuffix(")").rpartition("(")
        spelt = any(may_be_party(found.code, part) for part in (text, before, inside))
        return None if spelt else f"is {found.code}"
    missing = set(letters(found.name + (found.office.title if found.office else ""))) - set(letters(text))
    return f"is named {found.name!r}, {found.office}" if missing else None


def offices(texts: Sequence[str]) -> Complaints:
    """A title."""
    return each(texts, office, lambda text, found: None if letters(found.title) in letters(text) else str(found))


def days(texts: Sequence[str]) -> Complaints:
    """A day, or a span of days."""
    return each(texts, said, seen_day)


def seen_day(text: str, when: When | None) -> str | None:
    if when is None:
        return None if not any(each.isdigit() for each in text) else "is no date"
    return None if may_be_date(when, text) else f"is {when}"


def dates(texts: Sequence[str]) -> Complaints:
    """A date in EDTF."""
    return each(texts, When, seen_day)


def sorts(texts: Sequence[str]) -> Complaints:
    """A kind."""
    return each(texts, kinds.kind, lambda _, found: None if found.kind in {kind.value for kind in Kind} else found.kind)


def statuses(texts: Sequence[str]) -> Complaints:
    """A status."""
    return each(texts, kinds.status, lambda _, found: None if found in {one.value for one in Status} else found)
