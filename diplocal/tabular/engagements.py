"""Engagements as rows: plain dictionaries with the fields of ``shapes``, whose names stay."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

import msgspec
import pendulum

from diplocal import wording
from diplocal.dates import When
from diplocal.engagements import Call, Change, Engagement, Exercise, Meeting, Report, Subject, Trip, Visit
from diplocal.events.shapes import Medium
from diplocal.events.wire import encode
from diplocal.events.wirevalues import part_of
from diplocal.parties import Organisation, Person, State
from diplocal.projections import Days, Finding, Frequency
from diplocal.projections.last_met import Counterpart, LastMet, days_before
from diplocal.projections.lines import NOTHING
from diplocal.records import instant
from diplocal.series import Round
from diplocal.sources import Source
from diplocal.tabular.shapes import (
    ChangeRow,
    DaysRow,
    EngagementDocument,
    EngagementRow,
    FindingRow,
    FrequencyRow,
    LastMetDocument,
    LastRow,
    ReportRow,
    WhenRow,
)
from diplocal.wording import Language
from diplocal.wording.changes import differences_of, shown, what_changed


def engagement(entry: Engagement, said: Language, since: Mapping[str, pendulum.Date] = NOTHING) -> EngagementRow:
    """Return an engagement; ``since`` is the day from which the public could know of those that have no date."""
    return {
        "engagement": entry.slug,
        "kind": entry.kind.value,
        "status": entry.status.value,
        "title": wording.title(entry, said),
        "when": when(entry.when, wording.date(entry, said)),
        "undated_since": since[entry.slug].isoformat() if entry.slug in since else None,
        "listed": entry.listed,
        "parties": [party.code for party in entry.parties],
        "visitors": [_participant(one) for one in entry.participants if isinstance(entry.subject, Visit)],
        "people": [_participant(one) for one in entry.people],
        "host": entry.host.code if entry.host else None,
        "place": entry.place,
        "level": entry.level.value,
        "name": _name(entry.subject),
        "medium": _medium(entry.subject),
        "series": entry.round.series.name if entry.round else None,
        "round": entry.round.number if entry.round else None,
        "during": entry.during,
        "conflicts": [conflict.value for conflict in entry.conflicts],
        "sources": _sources(entry.sources),
        "denials": [{"sources": _sources(one.sources), "reason": one.reason} for one in entry.denials],
    }


def _name(subject: Subject) -> str | None:
    """Return the name of a summit, an exercise or a trip that has one."""
    return subject.name if isinstance(subject, Meeting | Exercise | Trip) else None


def _medium(subject: Subject) -> str | None:
    """Return how people speak who do not travel to meet, as far as a report says so."""
    medium = subject.medium if isinstance(subject, Meeting | Call) else Medium.UNKNOWN
    return None if medium is Medium.UNKNOWN else medium.value


def engagements(
    entries: Iterable[Engagement], said: Language, since: Mapping[str, pendulum.Date] = NOTHING
) -> list[EngagementRow]:
    """Return engagements, in the same order."""
    return [engagement(entry, said, since) for entry in entries]


def change(one: Change, said: Language) -> ChangeRow | None:
    """Return what changed: an engagement as it is now, or was before it went, and the facts that are others."""
    entry = shown(one)
    if entry is None:
        return None
    facts = differences_of(one, said)
    return {
        **engagement(entry, said),
        "change": what_changed(one),
        "differences": [{"fact": each.name, "was": each.was, "now": each.now} for each in facts],
    }


def changes(found: Iterable[Change], said: Language) -> list[ChangeRow]:
    """Return all that changed, in the same order."""
    return [row for one in found if (row := change(one, said)) is not None]


def last_met(
    found: LastMet, first: Counterpart, second: Counterpart, on: pendulum.Date, said: Language
) -> LastMetDocument:
    """Return the last contact of two, and the last occasion of more at which both were; None is never in this log."""

    def row(one: Engagement | None) -> LastRow | None:
        return None if one is None else {**engagement(one, said), "days_ago": days(days_before(one, on))}

    return {
        "asked": [{"written": one.written, "party": one.code, "person": one.who.person} for one in (first, second)],
        "on": on.isoformat(),
        "last": row(found.alone),
        "last_among_others": row(found.among_others),
    }


def frequency(row: Frequency) -> FrequencyRow:
    """Return how often two sides met."""
    return {"period": row.period, "pair": list(row.pair), "kind": row.kind.value, "count": row.count}


def finding(one: Finding, said: Language) -> FindingRow:
    """Return what does not fit together."""
    return {
        "discrepancy": one.discrepancy.value,
        "engagements": list(one.engagements),
        "message": one.in_words(said),
        "target": one.target,
        "score": one.score,
        "reasons": [reason.value for reason in one.reasons],
    }


def with_reports(found: Engagement, reports: Iterable[Report], said: Language) -> EngagementDocument:
    """Return one engagement with its reports."""
    known = {
        **engagement(found, said),
        "round": _laid_out(Round, found.round) if found.round else None,
        "absorbed_into": found.absorbed_into,
        "revisions": found.revisions,
        "reports": [_report(report) for report in reports],
    }
    return cast("EngagementDocument", {name: known[name] for name in EngagementDocument.__annotations__})


def when(date: When | None, words: str) -> WhenRow | None:
    """Return a date as it is known, how it is said, and the days that bound it."""
    if date is None:
        return None
    return {
        "edtf": date.edtf,
        "words": words,
        "earliest": date.earliest.isoformat() if date.earliest else None,
        "latest": date.latest.isoformat() if date.latest else None,
        "exact": date.is_exact,
    }


def days(number: Days | None) -> DaysRow | None:
    """Return a number of days by its bounds."""
    return None if number is None else bounds(number)


def bounds(number: Days) -> DaysRow:
    """Return the bounds of a number of days."""
    return {"at_least": number.at_least, "at_most": number.at_most}


def _report(report: Report) -> ReportRow:
    encoded = encode(report.event)
    return {
        "position": report.position,
        "id": report.id,
        "engagement": report.event.engagement,
        "type": encoded.type,
        "known_from": instant(report.known_from).isoformat(),
        "recorded_at": instant(report.recorded_micros).isoformat(),
        "data": msgspec.Raw(encoded.data),
    }


def _sources(several: Iterable[Source]) -> list[dict[str, Any]]:
    return [_laid_out(Source, source) for source in several]


def _participant(one: Person | State | Organisation) -> Any:
    return _laid_out(Person | State | Organisation, one)


def _laid_out(kind: Any, value: Any) -> Any:
    out = part_of(kind).out
    return msgspec.json.decode(msgspec.json.encode(out(value) if out else value))
