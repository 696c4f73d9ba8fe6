"""Histories and reports in diplomatic words, as short tables."""

from collections.abc import Iterable
from enum import Enum
from typing import Any

import attrs

from diplocal.dates import When
from diplocal.events import Corrected, Event, MergedAsDuplicate, Retracted
from diplocal.events.registry import fields_of
from diplocal.parties import Person
from diplocal.sources import Source
from diplocal.testing.carried import Carried
from diplocal.testing.history_entry import HistoryEntry

_SAID_ELSEWHERE = frozenset({"engagement", "sources", "reported"})


def table(entries: Iterable[HistoryEntry]) -> str:
    """Lay out reports: one line for each, with when it was recorded, its id and what it says. Of many, some in part."""
    several = list(entries)
    ids = max((len(one.id) for one in several), default=0)
    lines = [f"{one.recorded_at:%Y-%m-%d %H:%M}  {one.id:<{ids}}  {_line(one)}" for one in several]
    if len(lines) > _MOST:
        half = _MOST // 2
        lines[half:-half] = [f"... ({len(lines) - _MOST:,} reports)"]
    return "\n".join(lines) or "(nothing was recorded)"


_MOST = 100
"""So many lines are read; a history of more is shown by its beginning and its end."""


def sentence(event: Event) -> str:
    """Tell an event in a line: 'visit announced: China to Russia, October 2023'."""
    if isinstance(event, Retracted):
        return f"retracted: {event.of}{_because(event.reason)}"
    if isinstance(event, Corrected):
        return f"corrected: {event.of} is [{sentence(event.right)}]{_because(event.reason)}"
    if isinstance(event, Carried):
        return repr(event.event)
    if isinstance(event, MergedAsDuplicate):
        return f"merged as duplicate into {event.into}"
    said = {field.name: getattr(event, field.name) for field in fields_of(type(event)) if _told(event, field)}
    sides = [_sides(name, said.pop(name)) for name in _SIDES if name in said]
    when = said.pop("when", None)
    rest = [f"{name.replace('_', ' ')} {_words(value)}" for name, value in said.items()]
    phrases = [" ".join(sides), _words(when) if when else "", *rest]
    told = ", ".join(phrase for phrase in phrases if phrase)
    return f"{_name(type(event))}: {told}" if told else _name(type(event))


_SIDES = {"visitors": "", "participants": "", "actors": "", "by": "by ", "person": "", "host": "to "}


def _line(one: HistoryEntry) -> str:
    event, audience = one.event, one.envelope.audience
    told = [sentence(event)]
    if event.sources:
        told.append(f"says {', '.join(source.publisher for source in event.sources)}")
    if event.reported is not None:
        told.append(f"reported {event.reported}")
    if audience != "public":
        told.append(f"for {audience} eyes")
    return "; ".join(told)


def _told(event: Event, field: "attrs.Attribute[Any]") -> bool:
    return field.name not in _SAID_ELSEWHERE and getattr(event, field.name) != field.default


def _sides(name: str, value: Any) -> str:
    return f"{_SIDES[name]}{_words(value)}"


def _words(value: Any) -> str:
    if isinstance(value, tuple):
        return " and ".join(map(_words, value))
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Person):
        return f"{value} ({value.party})" if value.party else str(value)
    if isinstance(value, When):
        return str(value)
    return str(value.publisher) if isinstance(value, Source) else str(value)


def _name(cls: type[Event]) -> str:
    """Split 'VisitAnnounced' into words."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in cls.__name__).strip()


def _because(reason: str | None) -> str:
    return f", because of {reason}" if reason else ""
