"""Answers as JSON, for programs: one document on standard output, UTF-8, keys that stay."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec
import pendulum

from diplocal import wording
from diplocal.dates import When
from diplocal.engagements import Change, Engagement, Report, Visit
from diplocal.events.wire import encode
from diplocal.events.wirevalues import part_of
from diplocal.parties import Organisation, Person, State
from diplocal.projections import Finding, Frequency
from diplocal.projections.last_met import Counterpart, LastMet, days_before
from diplocal.records import instant
from diplocal.series import Round
from diplocal.sources import Source
from diplocal.wording import Language
from diplocal.wording.changes import differences_of, shown, what_changed

NOTHING: Mapping[str, pendulum.Date] = MappingProxyType({})


def engagements(
    entries: Iterable[Engagement], said: Language, since: Mapping[str, pendulum.Date] = NOTHING
) -> list[dict[str, Any]]:
    """Give engagements; ``since`` is the day from which the public could know of those that have no date."""
    return [
        {
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
            "series": entry.round.series.name if entry.round else None,
            "round": entry.round.number if entry.round else None,
            "during": entry.during,
            "sources": [_laid_out(Source, source) for source in entry.sources],
        }
        for entry in entries
    ]


def changes(found: Iterable[Change], said: Language) -> list[dict[str, Any]]:
    """Give what changed: each engagement as it is now, or was before it went, and the facts that are others."""
    return [
        {
            "change": what_changed(one),
            **engagements(filter(None, [shown(one)]), said)[0],
            "differences": [
                {"fact": each.name, "was": each.was, "now": each.now} for each in differences_of(one, said)
            ],
        }
        for one in found
    ]


def last_met(
    found: LastMet, first: Counterpart, second: Counterpart, on: pendulum.Date, said: Language
) -> dict[str, Any]:
    """Give the last contact of two, and the last occasion of more at which both took part. None: never in this log."""

    def row(one: Engagement | None) -> dict[str, Any] | None:
        if one is None:
            return None
        days = days_before(one, on)
        return {
            **engagements([one], said)[0],
            "days_ago": days and {"at_least": days.at_least, "at_most": days.at_most},
        }

    return {
        "asked": [{"written": one.written, "party": one.code, "person": one.who.person} for one in (first, second)],
        "on": on.isoformat(),
        "last": row(found.alone),
        "last_among_others": row(found.among_others),
    }


def frequency(rows: Iterable[Frequency]) -> list[dict[str, Any]]:
    """Give how often sides met. A period of null: the date is too vague for it."""
    return [{"period": row.period, "pair": row.pair, "kind": row.kind.value, "count": row.count} for row in rows]


def discrepancies(found: Iterable[Finding], said: Language) -> list[dict[str, Any]]:
    """Give what does not fit together."""
    return [
        {
            "discrepancy": one.discrepancy.value,
            "engagements": one.engagements,
            "message": one.in_words(said),
            "target": one.target,
            "score": one.score,
            "reasons": [reason.value for reason in one.reasons],
        }
        for one in found
    ]


def engagement(found: Engagement, reports: Iterable[Report], said: Language) -> dict[str, Any]:
    """Give one engagement with its reports."""
    return {
        "engagement": found.slug,
        "title": wording.title(found, said),
        "kind": found.kind.value,
        "status": found.status.value,
        "when": when(found.when, wording.date(found, said)),
        "parties": [party.code for party in found.parties],
        "people": [_participant(one) for one in found.people],
        "host": found.host.code if found.host else None,
        "place": found.place,
        "level": found.level.value,
        "round": _laid_out(Round, found.round) if found.round else None,
        "during": found.during,
        "absorbed_into": found.absorbed_into,
        "conflicts": [conflict.value for conflict in found.conflicts],
        "revisions": found.revisions,
        "reports": [_report(report) for report in reports],
    }


def when(date: When | None, words: str) -> dict[str, Any] | None:
    """Return a date as it is known, how it is said, and the days that bound it."""
    if date is None:
        return None
    return {
        "edtf": date.edtf,
        "words": words,
        "earliest": date.earliest and date.earliest.isoformat(),
        "latest": date.latest and date.latest.isoformat(),
        "exact": date.is_exact,
    }


def _report(report: Report) -> dict[str, Any]:
    encoded = encode(report.event)
    return {
        "position": report.position,
        "id": report.id,
        "type": encoded.type,
        "known_from": instant(report.known_from).isoformat(),
        "recorded_at": instant(report.recorded_micros).isoformat(),
        "data": msgspec.Raw(encoded.data),
    }


def _participant(one: Person | State | Organisation) -> Any:
    return _laid_out(Person | State | Organisation, one)


def _laid_out(kind: Any, value: Any) -> Any:
    out = part_of(kind).out
    return out(value) if out else value
