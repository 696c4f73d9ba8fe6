"""Folds the log to a map of engagements, and tells at each step what changed.

Every built-in answer is a fold over these changes: take out what the engagement contributed before, put in what it
contributes now. So a retraction, a correction or a merged duplicate heals every answer at once. (This is incremental
view maintenance; see Budiu et al., DBSP, VLDB 2023.)
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeGuard

import attrs
from immutables import Map

from diplocal.engagements.duplicates import Duplicates
from diplocal.engagements.engagement import Engagement
from diplocal.engagements.joining import may_point, target, understand_joined
from diplocal.engagements.notebooks import InNotebooks, laying_out
from diplocal.engagements.reports import Report, effective_reports, known_since, told_once
from diplocal.engagements.subjects import Alias
from diplocal.engagements.understanding import understand
from diplocal.errors import UnknownEngagement
from diplocal.events import Corrected, EngagementEvent, Event, MergedAsDuplicate
from diplocal.names.people import in_any_order, person_keys
from diplocal.names.spelling import spellings_near
from diplocal.parties import Person
from diplocal.records import Record


def how_many(held: Collection[Any]) -> str:
    """Return how a long field is shown: by the number of what it holds.

    >>> how_many({"visit": 1})
    '<1>'
    """
    return f"<{len(held):,}>"


class Change(NamedTuple):
    """What records did to the understanding of one engagement."""

    slug: str
    before: Engagement | None
    """None when it was not there."""
    after: Engagement | None
    """None when it is not there any more: it had no reports but those of a duplicate that was taken back."""

    def _repr_html_(self) -> str | None:
        return laying_out[0]([self]) if laying_out else None


class Case(NamedTuple):
    """An engagement's own reports, in their order, and what is understood of them."""

    reports: tuple[Report, ...]
    engagement: Engagement


def report_of(record: Record) -> Report | None:
    """Return the report that a record holds, None when it is about no engagement."""
    event = record.event
    if not isinstance(event, EngagementEvent):
        return None
    micros = record.first_recorded_micros
    audience = "" if record.audience == "public" else record.audience
    return Report(micros, record.first_log, audience, record.position, known_since(event, micros), record.id, event)


@attrs.frozen
class Engagements(InNotebooks):
    """All engagements of a log, each as best understood. Immutable: taking records gives another one."""

    cases: Map[str, Case] = attrs.field(default=Map(), repr=how_many)
    """By slug."""
    duplicates: Duplicates = attrs.field(default=Duplicates(), repr=False)
    aliases: Map[str, tuple[Person, ...]] = attrs.field(default=Map(), repr=False)
    """The names of one person, by the slug of the alias that tells them."""

    def __len__(self) -> int:
        return len(self.cases)

    def __iter__(self) -> Iterator[Engagement]:
        return (case.engagement for case in self.cases.values())

    def get(self, slug: str) -> Engagement | None:
        """Return what is understood of one engagement, None when no report names it."""
        case = self.cases.get(slug)
        return case.engagement if case else None

    def __getitem__(self, slug: str) -> Engagement:
        """Return what is understood of one engagement. Raises UnknownEngagement when no report names it."""
        found = self.get(slug)
        if found is None:
            raise UnknownEngagement(slug, near=tuple(spellings_near(slug, list(self.cases))))
        return found

    def aliases_with(self, key: str) -> list[tuple[Person, ...]]:
        """Return the aliases in which somebody is known by a key: a name as names are compared, or a Wikidata id."""
        wanted = in_any_order(key)
        return [people for people in self.aliases.values() if any(wanted in person_keys(one) for one in people)]

    def reports(self, slug: str) -> tuple[Report, ...]:
        """Return an engagement's own reports, in the order in which they were first recorded."""
        case = self.cases.get(slug)
        return case.reports if case else ()

    def joined_reports(self, slug: str) -> tuple[Report, ...]:
        """Return the reports about an engagement and all that are one with it, in order; of a duplicate, its own.

        One that was recorded again, for a wider audience or in another log, is there once.
        """
        members = self.duplicates.around(slug) if self.duplicates.root(slug) == slug else (slug,)
        return tuple(told_once(sorted(report for member in members for report in self.reports(member))))

    def effective_reports(self, slug: str) -> tuple[Report, ...]:
        """Return the reports in effect about an engagement and its duplicates, by precedence: the last one counts most.

        What was retracted is not among them, and what was corrected is as it should have been.
        """
        around = self.duplicates.around(slug)
        return effective_reports(sorted(report for member in around for report in self.reports(member)))

    def take(self, records: Iterable[Record]) -> tuple["Engagements", list[Change]]:
        """Take records, in order of position, and tell what they changed: one change for each engagement."""
        arrived: dict[str, list[Report]] = {}
        for record in records:
            report = report_of(record)
            if report is not None:
                arrived.setdefault(record.stream, []).append(report)
        own = {slug: tuple(sorted((*self.reports(slug), *new))) for slug, new in arrived.items()}
        duplicates = self.duplicates
        for slug, reports in own.items():
            if may_point(arrived[slug]) or (slug in self.cases and may_point(self.reports(slug))):
                duplicates = duplicates.pointed(slug, target(reports))
        return self._with(own, duplicates) if own else (self, [])

    def merge(self, other: "Engagements") -> "Engagements":
        """Join the engagements of two halves of a log that was split by engagement, duplicates beside their like."""
        return Engagements(
            self.cases.update(other.cases),
            self.duplicates.merge(other.duplicates),
            self.aliases.update(other.aliases),
        )

    def _with(
        self, own: Mapping[str, tuple[Report, ...]], duplicates: Duplicates
    ) -> tuple["Engagements", list[Change]]:
        joined = {
            near
            for slug in own
            if slug in duplicates or slug in self.duplicates
            for near in (*self.duplicates.around(slug), *duplicates.around(slug))
        }
        understood: dict[str, Engagement | None] = {
            slug: understand(slug, reports) for slug, reports in own.items() if slug not in joined
        }
        reports = {
            member: own.get(member) or self.reports(member) for slug in joined for member in duplicates.around(slug)
        }
        for slug in sorted(joined):
            understood[slug] = understand_joined(slug, duplicates, reports)
        return self._changed({**own, **reports}, understood, duplicates)

    def _changed(
        self,
        reports: Mapping[str, tuple[Report, ...]],
        understood: Mapping[str, Engagement | None],
        duplicates: Duplicates,
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
        return Engagements(cases.finish(), duplicates, _aliases(self.aliases, changes)), changes


def _aliases(known: Map[str, tuple[Person, ...]], changes: Iterable[Change]) -> Map[str, tuple[Person, ...]]:
    for slug, before, after in changes:
        if tells_alias(after):
            known = known.set(slug, after.people)
        elif tells_alias(before):
            known = known.delete(slug)
    return known


def tells_alias(engagement: Engagement | None) -> TypeGuard[Engagement]:
    """Tell whether names are said to be one person's."""
    return engagement is not None and isinstance(engagement.subject, Alias) and engagement.counts


def targets(event: Event) -> tuple[str, ...]:
    """Name what an event says that its engagement is a duplicate of."""
    if isinstance(event, Corrected):
        return targets(event.right)
    return (event.into,) if isinstance(event, MergedAsDuplicate) else ()
