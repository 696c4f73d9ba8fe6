"""Folds the log to a map of engagements, and tells at each step what changed.

Every built-in answer is a fold over these changes: take out what the engagement contributed before, put in what it
contributes now. So a retraction, a correction or a merged duplicate heals every answer at once. (This is incremental
view maintenance; see Budiu et al., DBSP, VLDB 2023.)
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import attrs
from immutables import Map

from diplocal.engagements.engagement import Engagement, Status
from diplocal.engagements.reports import Report, known_since, standing
from diplocal.engagements.understanding import understand
from diplocal.events import Corrected, EngagementEvent, Event, MergedAsDuplicate
from diplocal.records import Record


class Change(NamedTuple):
    """What records did to the understanding of one engagement."""

    slug: str
    before: Engagement | None
    """None when it was not there."""
    after: Engagement | None
    """None when it is not there any more: it had no reports but those of a duplicate that was taken back."""


class Case(NamedTuple):
    """An engagement's own reports, in order of position, and what is understood of them."""

    reports: tuple[Report, ...]
    engagement: Engagement


def report_of(record: Record) -> Report | None:
    """Give the report that a record holds, None when it is about no engagement."""
    event = record.event
    if not isinstance(event, EngagementEvent):
        return None
    micros = record.recorded_micros
    return Report(record.position, known_since(event, micros), micros, record.id, event)


@attrs.frozen
class Engagements:
    """All engagements of a log, each as best understood. Immutable: taking records gives another one."""

    cases: Map[str, Case] = attrs.field(default=Map())
    """By slug."""
    pointers: Map[str, str] = attrs.field(default=Map())
    """For each duplicate, the engagement that it was merged into."""
    recalled_upto: int = 0
    """Up to this position, only the cases that were recalled are here; 0 when all are."""

    def __len__(self) -> int:
        return len(self.cases)

    def __iter__(self) -> Iterator[Engagement]:
        return (case.engagement for case in self.cases.values())

    def get(self, slug: str) -> Engagement | None:
        """Give what is understood of one engagement, None when no report names it."""
        case = self.cases.get(slug)
        return case.engagement if case else None

    def reports(self, slug: str) -> tuple[Report, ...]:
        """Give an engagement's own reports, in order of position."""
        case = self.cases.get(slug)
        return case.reports if case else ()

    def take(self, records: Iterable[Record]) -> tuple["Engagements", list[Change]]:
        """Take records, in order of position, and tell what they changed: one change for each engagement."""
        arrived: dict[str, list[Report]] = {}
        for record in records:
            report = report_of(record)
            if report is not None:
                arrived.setdefault(record.stream, []).append(report)
        return self._with(arrived) if arrived else (self, [])

    def missing(self, records: Iterable[Record]) -> frozenset[str]:
        """Name the streams whose earlier records must be recalled before these records can be taken."""
        if not self.recalled_upto:
            return frozenset()
        near: set[str] = set()
        for record in records:
            near |= {record.stream, *_targets(record.event)}
        groups = Groups(self.pointers)
        return frozenset(member for slug in near for member in groups.around(slug) if member not in self.cases)

    def merge(self, other: "Engagements") -> "Engagements":
        """Join the engagements of two halves of a log that was split by engagement, duplicates beside their like."""
        return Engagements(self.cases.update(other.cases), self.pointers.update(other.pointers))

    def _with(self, arrived: Mapping[str, list[Report]]) -> tuple["Engagements", list[Change]]:
        own = {slug: (*self.reports(slug), *new) for slug, new in arrived.items()}
        pointers = _moved(self.pointers, own)
        if not pointers and not self.pointers:
            understood = {slug: understand(slug, reports) for slug, reports in own.items()}
            return self._changed(own, understood, pointers)
        groups = Groups(pointers)
        touched = {near for slug in own for near in (*Groups(self.pointers).around(slug), *groups.around(slug))}
        whole = {slug: own.get(slug) or self.reports(slug) for slug in sorted(touched)}
        for slug in [slug for group in map(groups.around, list(whole)) for slug in group]:
            whole.setdefault(slug, self.reports(slug))
        return self._changed(whole, {slug: groups.understand(slug, whole) for slug in sorted(touched)}, pointers)

    def _changed(
        self,
        reports: Mapping[str, tuple[Report, ...]],
        understood: Mapping[str, Engagement | None],
        pointers: Map[str, str],
    ) -> tuple["Engagements", list[Change]]:
        changes: list[Change] = []
        cases = self.cases.mutate()
        for slug, after in understood.items():
            before = self.get(slug)
            if after is not None:
                cases[slug] = Case(reports[slug], after)
            elif before is not None:
                del cases[slug]
            if after is not None or before is not None:
                changes.append(Change(slug, before, after))
        return attrs.evolve(self, cases=cases.finish(), pointers=pointers), changes


class Groups:
    """Which engagements are one, by the pointers from duplicates to those that go on."""

    def __init__(self, pointers: Mapping[str, str]) -> None:
        self._pointers = pointers
        self._members: dict[str, list[str]] = {}
        for slug in sorted({*pointers, *pointers.values()}):
            self._members.setdefault(self.root(slug), []).append(slug)

    def root(self, slug: str) -> str:
        """Follow the pointers to the engagement that goes on; in a circle, the first in alphabetical order."""
        seen = [slug]
        while (slug := self._pointers.get(slug, "")) and slug not in seen:
            seen.append(slug)
        return min(seen[seen.index(slug) :]) if slug else seen[-1]

    def around(self, slug: str) -> list[str]:
        """Name all engagements that are one with this one, itself included."""
        return self._members.get(self.root(slug), [slug])

    def understand(self, slug: str, reports: Mapping[str, tuple[Report, ...]]) -> Engagement | None:
        """Read the reports of all that are one: as the engagement that goes on, or as a duplicate of it."""
        root = self.root(slug)
        if root != slug:
            own = understand(slug, reports[slug]) if reports[slug] else None
            return own and attrs.evolve(own, status=Status.ABSORBED, absorbed_into=root)
        joined = sorted(report for member in self.around(slug) for report in reports[member])
        return understand(slug, joined) if joined else None


def _moved(pointers: Map[str, str], own: Mapping[str, tuple[Report, ...]]) -> Map[str, str]:
    for slug, reports in own.items():
        target = _target(reports)
        if target is not None:
            pointers = pointers.set(slug, target)
        elif slug in pointers:
            pointers = pointers.delete(slug)
    return pointers


def _target(reports: tuple[Report, ...]) -> str | None:
    if not any(_targets(report.event) for report in reports):
        return None
    merges = [report.event.into for report in standing(reports).reports if isinstance(report.event, MergedAsDuplicate)]
    return merges[-1] if merges else None


def _targets(event: Event) -> tuple[str, ...]:
    if isinstance(event, Corrected):
        return _targets(event.right)
    return (event.into,) if isinstance(event, MergedAsDuplicate) else ()
