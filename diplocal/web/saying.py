"""Engagements in the reader's language: titles, dates, facts. Names and offices stay as they were printed."""

from collections.abc import Iterator
from typing import NamedTuple

from diplocal.engagements import Agreement, Engagement, Exercise, Kind, Statement, Status
from diplocal.levels import Level
from diplocal.parties import Participant, Person
from diplocal.sources import Attribution, Source
from diplocal.web.language import Words

NOT_JUDGED = "F6"
"""The grade of what nobody judged (Admiralty code)."""


def title(engagement: Engagement, words: Words) -> str:
    """Give an engagement's title."""
    one = engagement
    if one.kind in (Kind.UNKNOWN, Kind.TENURE):
        return one.title
    who = one.participants
    join = words.listed if one.kind is Kind.VISIT else " – ".join
    said = words(
        f"title.{one.kind.value}",
        who=join([participant(who, words) for who in who]),
        host=participant(one.host, words) if one.host else "–",
        name=words.printed(_name(one) or one.slug),
    )
    if one.kind is Kind.MEETING and one.round:
        said = f"{words.printed(str(one.round))}: {join([participant(who, words) for who in who])}"
    if isinstance(one.subject, Exercise) and one.subject.name:
        said = f"{said} · {words.printed(one.subject.name)}"
    return said if one.level is Level.UNKNOWN else f"{said} ({words(f'level.{one.level.value}')})"


def _name(engagement: Engagement) -> str | None:
    match engagement.subject:
        case Agreement(title=name) | Statement(title=name) | Exercise(name=name):
            return name
        case _:
            return None


def participant(one: Participant, words: Words) -> str:
    """Name somebody who takes part, and whom they represent."""
    if isinstance(one, Person):
        name = words.printed(str(one))
        return f"{name} ({participant(one.party, words)})" if one.party else name
    return words.party(one.code, one.label)


def date(engagement: Engagement, words: Words) -> str:
    """Say when an engagement is or was."""
    return words.date(engagement.when, is_over=engagement.status is Status.HELD)


def source(one: Source, words: Words) -> str:
    """Say who said so."""
    hedges = [] if one.attribution is Attribution.UNKNOWN else [words(f"attribution.{one.attribution.value}")]
    hedges += [words.printed(one.speaker)] if one.speaker else []
    publisher = words.printed(one.publisher)
    return f"{publisher} ({words.comma.join(hedges)})" if hedges else publisher


def grade(one: Source) -> str:
    """Give the reliability of a source and the credibility of its report: 'B2' (Admiralty code)."""
    return f"{one.reliability.value}{one.credibility.value}"


class Fact(NamedTuple):
    """Something that is known of an engagement."""

    key: str
    """What it is in any language: 'when'."""
    name: str
    """What it is called."""
    value: str


def facts(engagement: Engagement, words: Words) -> Iterator[Fact]:
    """Give what is known, each with what it is called; the status and the date come first."""
    one, level = engagement, engagement.level
    told = [
        ("status", words(f"status.{one.status.value}")),
        ("when", date(one, words)),
        ("kind", words(f"kind.{one.kind.value}")),
        ("who", words.listed(participant(who, words) for who in one.participants)),
        ("host", participant(one.host, words) if one.host else None),
        ("where", one.place and words.printed(one.place)),
        ("received", words.listed(participant(who, words) for who in one.received_by)),
        ("level", words(f"level.{level.value}") if level is not Level.UNKNOWN else None),
        ("round", words.printed(str(one.round)) if one.round else None),
        *(("reaction", f"{participant(by.by, words)}: {', '.join(by.craft) or '–'}") for by in one.reactions),
        *(("outcome", f"{got.title} ({words.date(got.when, is_over=True)})") for got in one.outcomes),
        ("reason", one.reason and words.printed(one.reason)),
        *(("conflict", words(f"conflict.{conflict.value}")) for conflict in one.conflicts),
    ]
    return (Fact(key, words(f"field.{key}"), value) for key, value in told if value)
