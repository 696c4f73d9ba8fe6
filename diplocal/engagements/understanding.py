"""How reports about one engagement become the best current understanding of it, and what of that is material."""

from collections.abc import Sequence
from typing import Any

import attrs

from diplocal.dates import When
from diplocal.engagements.engagement import Conflict, Denial, Engagement, Stamp, Status
from diplocal.engagements.handlers import take, would_ignore
from diplocal.engagements.kinds import KINDS
from diplocal.engagements.reports import (
    LOWEST_PRECEDENCE,
    REWRITES,
    Report,
    dangling,
    effective_reports,
    rival_corrections,
    told_once,
)
from diplocal.engagements.rules import DROPPED, Draft
from diplocal.engagements.subjects import Subject
from diplocal.events import DateNarrowed, PlanDenied, ReportAttached, Rescheduled
from diplocal.events.registry import EngagementEvent
from diplocal.names.people import is_one
from diplocal.names.spelling import plain
from diplocal.parties import Participant, Party, Person
from diplocal.sources import Attribution, Source

Voice = tuple[str, Attribution, str | None]
"""Who speaks: the publisher, or whom it quotes."""
KEEPS_A_DENIAL = (DateNarrowed, Rescheduled, ReportAttached)
"""What somebody who denied a plan may say of it without announcing it."""
Material = tuple[When | None, str | None, Status | None, Party | None, Any]
"""Date, place, whether it was dropped, host, and who takes part."""


def understand(slug: str, reports: Sequence[Report]) -> Engagement:
    """Read all reports about an engagement, in their order, to the best current understanding of it."""
    last_position = max(report.position for report in reports)
    reports = told_once(reports)
    draft, revisions, heard, is_rewritten = _read_along(reports)
    draft.settle()
    conflicts = draft.conflicts
    if is_rewritten and any(_disagree(*rights) for rights in rival_corrections(reports)):
        conflicts.add(Conflict.CORRECTIONS_DISAGREE)
    facts = draft.facts
    return Engagement(
        slug=slug,
        subject=_subject(draft),
        status=draft.status,
        when=draft.when,
        listed=draft.listed,
        reactions=tuple(draft.reactions),
        outcomes=tuple(draft.outcomes.values()),
        conflicts=tuple(sorted(conflicts, key=lambda conflict: conflict.value)) if conflicts else (),
        dangling=dangling(reports) if is_rewritten else (),
        sources=_sources(heard),
        denials=_denials(heard) if Conflict.DENIED in conflicts else (),
        revisions=revisions,
        origin=next((report.origin for report in reports if report.event.engagement == slug), reports[0].origin),
        first=Stamp(reports[0].position, reports[0].recorded_micros),
        last=Stamp(last_position, reports[-1].recorded_micros),
        place=facts.get("place"),
        during=facts.get("during"),
        purposes=facts.get("purposes", ()),
        round=facts.get("round"),
        reason=facts.get("reason"),
        apart_from=facts.get("apart_from", ()),
    )


def _disagree(one: EngagementEvent, other: EngagementEvent) -> bool:
    """Tell whether two events cannot both be right: by their days, or by who takes part, however that is spelt."""
    left, right = (_material(_read_again([Report(0, "", "", 0, 0, "", event)])) for event in (one, other))
    days = left[0], right[0]
    share_a_day = days[0] is None or days[1] is None or days[0].overlaps(days[1])
    return not share_a_day or not _are_the_same(left, right)


def _sources(heard: Sequence[Report]) -> tuple[Source, ...]:
    """Return what it rests on. Whoever denies a plan is no source for it, until they say themselves that it stands."""
    told: dict[Source, None] = {}
    deniers = set[Voice]()
    for report in heard:
        event = report.event
        if isinstance(event, PlanDenied):
            deniers.update(map(_voice, event.sources))
            told = {source: None for source in told if _voice(source) not in deniers}
        elif event.sources:
            said = event.sources
            if deniers and isinstance(event, KEEPS_A_DENIAL):
                said = tuple(source for source in said if _voice(source) not in deniers)
            elif deniers:
                deniers.difference_update(map(_voice, said))
            told.update(dict.fromkeys(said))
    return tuple(told)


def _denials(heard: Sequence[Report]) -> tuple[Denial, ...]:
    """Return who denied it, by what was said."""
    said: dict[str | None, dict[Source, None]] = {}
    for report in heard:
        if isinstance(report.event, PlanDenied):
            said.setdefault(report.event.reason, {}).update(dict.fromkeys(report.event.sources))
    return tuple(Denial(tuple(sources), reason) for reason, sources in said.items())


def _voice(source: Source) -> Voice:
    return source.publisher, source.attribution, source.speaker


def _subject(draft: Draft) -> Subject:
    make, names = _SUBJECTS[draft.kind]
    facts = draft.facts
    subject: Subject = make(**{name: facts[name] for name in names if name in facts})
    return subject


_SUBJECTS = {kind: (row.subject, row.subject.__struct_fields__) for kind, row in KINDS.items()}
"""What makes the subject of each kind, and of which facts."""


def material(reports: Sequence[Report]) -> Material:
    """Return what a subscriber must be told about when it changes: two reports of the same change it once."""
    return _material(_read_again(effective_reports(reports)))


def _read_along(reports: Sequence[Report]) -> tuple[Draft, int, Sequence[Report], bool]:
    """Read reports as the log grew, counting each time that something material changed.

    A report that takes precedence over all before is taken as it comes; one that adds no more than a source is passed
    over. After any other, everything is read again. Return also the reports in effect, by precedence, and whether there
    are retractions or corrections.
    """
    draft, revisions = Draft(), -1
    material: Material | None = None
    highest, rewritten = LOWEST_PRECEDENCE, False
    ranked = [(report.precedence, report) for report in reports]
    for number, (precedence, report) in enumerate(ranked, start=1):
        event = report.event
        rewritten = rewritten or isinstance(event, REWRITES)
        if not rewritten and precedence > highest:
            take(draft, report)
            highest = precedence
        elif rewritten or not would_ignore(draft, event):
            draft = _read_again(effective_reports(reports[:number]))
        now = _material(draft)
        if now != material:
            revisions += is_change(material, now)
            material = now
    heard = effective_reports(reports) if rewritten else [report for _, report in sorted(ranked)]
    return draft, revisions, heard, rewritten


def _read_again(heard: Sequence[Report]) -> Draft:
    draft = Draft()
    for report in heard:
        take(draft, report)
    if not heard:
        draft.status = Status.RETRACTED
    return draft


def _material(draft: Draft) -> Material:
    """Return what a subscriber must be told about when it changes: date, place, stage, host, and who takes part."""
    if draft.stands_alone:
        draft = attrs.evolve(draft, facts=dict(draft.facts), conflicts=set())
        draft.settle()
    facts, status = draft.facts, draft.status
    stage = status if status in DROPPED else None
    return draft.when, facts.get("place"), stage, facts.get("host"), facts.get(draft.sides, ())


def is_change(before: Material | None, after: Material) -> bool:
    """Tell whether something material changed.

    Parties are told apart by their codes, people by Wikidata id or name, and by party, and places by their words, so
    that a corrected spelling is no change.
    """
    if before is None:
        return True
    if before == after:
        return False
    (when, place, stage, *_), (other_when, other_place, other_stage, *_) = before, after
    is_moved = (when, stage) != (other_when, other_stage) or _words(place) != _words(other_place)
    return is_moved or not _are_the_same(before, after)


def _words(place: str | None) -> str | None:
    return place and (plain(place) or place)


def _are_the_same(one: Material, other: Material) -> bool:
    """Tell whether the same are there, however they are spelt and in whatever order they are named."""
    (*_, host, sides), (*_, other_host, other_sides) = one, other
    if sides != other_sides and not (_are_among(sides, other_sides) and _are_among(other_sides, sides)):
        return False
    return (host and host.code) == (other_host and other_host.code)


def _are_among(sides: Person | tuple[Participant, ...], others: Person | tuple[Participant, ...]) -> bool:
    named, known = (said if isinstance(said, tuple) else (said,) for said in (sides, others))
    return all(any(_is_same(one, other) for other in known) for one in named)


def _is_same(one: Participant, other: Participant) -> bool:
    if isinstance(one, Person) and isinstance(other, Person):
        parties = (one.party and one.party.code, other.party and other.party.code)
        return parties[0] == parties[1] and is_one(one, other)
    return not isinstance(one, Person) and not isinstance(other, Person) and one.code == other.code
