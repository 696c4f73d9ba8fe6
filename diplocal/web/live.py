"""What an audience may know, kept up to date: new events are folded in, and the log is never read twice."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property, lru_cache
from itertools import combinations
from threading import Lock
from typing import Any, ClassVar

import attrs
import msgspec
import pendulum
from immutables import Map

from diplocal.engagements import KINDS, Change, Engagement, Kind, Report
from diplocal.names.people import known_as
from diplocal.projections import AllEngagements
from diplocal.projections.over_engagements import Understood
from diplocal.projections.view import View
from diplocal.records import instant
from diplocal.replaying import Checkpoint, Instant, SetAside, catch_up, collector_paused
from diplocal.store import EventStore

Held = Understood[Map[str, Engagement]]


class Everything(View[Engagement, Mapping[str, Engagement]]):
    """What is understood of every engagement, as an audience may see it: what all feeds and pages are made of."""

    name: ClassVar[str] = "diplocal.web-everything"
    row_type: ClassVar[Any] = Engagement

    def __init__(self, audience: str) -> None:
        self.audience = audience

    @property
    def parameters(self) -> str:
        """The audience, whose part of the log the rows are made of."""
        return msgspec.json.encode({"audience": self.audience}).decode()

    def row(self, engagement: Engagement) -> Engagement:
        """Keep it as it is understood."""
        return engagement

    def read(self, value: Mapping[str, Engagement]) -> Mapping[str, Engagement]:
        """Give the engagements by slug."""
        return value


def person_address(name: str) -> str:
    """Make an address part of a person's name: 'wang-yi'.

    >>> person_address("Şükrü  Saracoğlu")
    'sukru-saracoglu'
    """
    return "-".join("".join(c if c.isalnum() else " " for c in known_as(name)).split())


@attrs.frozen(eq=False)
class Index:
    """Who and what there is, and how often."""

    parties: Counter[str] = attrs.field(factory=Counter)
    """Engagements by code of state or organisation."""
    pairs: Counter[tuple[str, str]] = attrs.field(factory=Counter)
    people: Counter[str] = attrs.field(factory=Counter)
    """Engagements by ``person_address``."""
    kinds: Counter[Kind] = attrs.field(factory=Counter)
    labels: Counter[tuple[str, str]] = attrs.field(factory=Counter)
    """How codes and keys are printed, and how often so."""

    def moved(self, changes: Iterable[Change]) -> "Index":
        """Take out what changed engagements were, and put in what they are."""
        fields = [field.name for field in attrs.fields(Index)]
        after = Index(*(Counter(getattr(self, name)) for name in fields))
        for _, gone, come in changes:
            for engagement, sign in ((gone, -1), (come, 1)):
                if engagement is not None and is_shown(engagement):
                    after._add(engagement, sign)
        return Index(*(+getattr(after, name) for name in fields))

    @cached_property
    def label_of(self) -> dict[str, str]:
        """The most frequent way in which each code or key is printed."""
        ranked = sorted(self.labels.items(), key=lambda item: (item[1], item[0]))
        return {key: label for (key, label), _ in ranked}

    def _add(self, engagement: Engagement, amount: int) -> None:
        parties = {party.code: str(party) for party in engagement.parties}
        people = {person_address(person.name): person.name for person in engagement.people}
        people |= {one.wikidata.lower(): one.name for one in engagement.people if one.wikidata}
        counted: list[tuple[Counter[Any], Iterable[Any]]] = [
            (self.parties, parties),
            (self.pairs, combinations(sorted(parties), 2)),
            (self.people, people),
            (self.kinds, (engagement.kind,)),
            (self.labels, (parties | people).items()),
        ]
        for counter, keys in counted:
            for key in keys:
                counter[key] += amount


def is_shown(engagement: Engagement) -> bool:
    """Tell whether an engagement stands for itself and is of a kind that feeds show."""
    return engagement.counts and KINDS[engagement.kind].is_counted


@attrs.frozen(eq=False)
class Known:
    """All that an audience may know at some moment. Immutable; a later moment is another one."""

    engagements: Map[str, Engagement] = attrs.field(default=Map())
    index: Index = attrs.field(factory=Index)
    recorded_micros: int = 0
    """When the last record that this audience may see was recorded; 0 for none."""
    set_aside: tuple[SetAside, ...] = ()

    @property
    def recorded_at(self) -> pendulum.DateTime | None:
        """The same as an instant in UTC."""
        return instant(self.recorded_micros) if self.recorded_micros else None


@lru_cache(maxsize=16)
def changes(before: Known, after: Known) -> tuple[Change, ...]:
    """Tell which engagements differ: they are immutable, so that what is the same object did not change."""
    found = [
        Change(slug, before.engagements.get(slug), engagement)
        for slug, engagement in after.engagements.items()
        if before.engagements.get(slug) is not engagement
    ]
    gone = (slug for slug in before.engagements if slug not in after.engagements)
    return (*found, *(Change(slug, before.engagements[slug], None) for slug in gone))


class Live:
    """A log as an audience may see it, up to its latest event at each question. Safe to ask from many threads."""

    def __init__(self, store: EventStore, audience: str = "public", *, reported_by: Instant | None = None) -> None:
        self.audience = audience
        self.log_id = store.log_id
        self._store = store
        self._reported_by = reported_by
        self._projection = Everything(audience)
        self._lock = Lock()
        self._known = Known()
        with collector_paused():
            self._checkpoint = self._begin()

    def known(self) -> Known:
        """Fold in what is new, and give what is known now."""
        with self._lock:
            if self._store.position() > self._checkpoint.position:
                self._follow()
            return self._known

    def current(self) -> Known | None:
        """Give what is known if that takes no time: None while somebody folds, or when there is something to fold."""
        if not self._lock.acquire(blocking=False):
            return None
        try:
            return self._known if self._store.position() == self._checkpoint.position else None
        finally:
            self._lock.release()

    def reports(self, slug: str) -> tuple[Report, ...]:
        """Give the reports about an engagement and its duplicates, in order of position; reads only their streams."""
        return self.reports_of([slug])[slug]

    def reports_of(self, slugs: Collection[str]) -> dict[str, tuple[Report, ...]]:
        """Give the same for several engagements, read together."""
        with self._lock:
            self._follow()
            duplicates = self._checkpoint.state.engagements.duplicates
            around = {slug: duplicates.around(slug) for slug in slugs}
            streams = {stream for near in around.values() for stream in near}
            records = list(self._store.read(streams=streams, audience=self.audience, upto=self._checkpoint.position))
        alone = catch_up(AllEngagements(), records, reported_by=self._reported_by).state
        return {
            slug: tuple(sorted(report for stream in near for report in alone.reports(stream)))
            for slug, near in around.items()
        }

    def _follow(self) -> None:
        self._checkpoint = catch_up(
            self._projection,
            self._store,
            since=self._checkpoint,
            audience=self.audience,
            reported_by=self._reported_by,
        )
        self._show()

    def _show(self) -> None:
        now = Known(self._checkpoint.state.value, set_aside=self._checkpoint.set_aside)
        changed = changes(self._known, now)
        if not changed and now.set_aside == self._known.set_aside:
            return
        stamps = [after.last.recorded_micros for _, _, after in changed if after]
        self._known = attrs.evolve(
            now,
            index=self._known.index.moved(changed),
            recorded_micros=max([self._known.recorded_micros, *stamps]),
        )

    def _begin(self) -> Checkpoint[Held]:
        self._checkpoint = Checkpoint(self._projection.start(), 0)
        self._follow()
        return self._checkpoint
