"""What is understood of a log, now and as of then: the same questions of both."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from functools import cached_property
from itertools import islice
from typing import NamedTuple, Protocol

import attrs

from diplocal.diary.following import STREAMS_AT_ONCE, Unreadable, by_component, known_by, readable, understand_streams
from diplocal.diary.tables import Checkpoint, Tables, Understood, decode
from diplocal.engagements import Change, Engagement, Engagements, Kind, Status
from diplocal.parties import Person
from diplocal.projections.filters import EVERYTHING, Filter
from diplocal.projections.selection import Selection
from diplocal.projections.soonest import soonest
from diplocal.records import Record
from diplocal.replaying import damaged
from diplocal.store import Readable

EVER = 2**63 - 1
"""Behind every position, and later than every instant."""


class Moment(NamedTuple):
    """Up to where a log is asked."""

    position: int = EVER
    known_by: int = EVER
    """What the public could know, in microseconds since 1970-01-01 UTC."""


NOW = Moment()


class Understanding(Protocol):
    """The engagements of a log, as an audience may see them at some moment."""

    def get(self, slug: str) -> Engagement | None:
        """Return one engagement, None when no report names it."""

    def find(self, chosen: Filter) -> Iterator[Engagement]:
        """Iterate the engagements that a filter takes, in no order."""

    def about(self, slugs: Collection[str]) -> Engagements:
        """Read engagements, and all that are one with them, with the reports that they rest on."""

    def records(self, slugs: Collection[str]) -> Iterator[Record]:
        """Read the records about engagements, and about all that are one with them, in order of position."""


class Now:
    """What is understood at the checkpoint."""

    def __init__(self, tables: Tables, log: Readable, audience: str, checkpoint: Checkpoint) -> None:
        self.tables, self.log, self.audience, self.checkpoint = tables, log, audience, checkpoint
        self.aside: list[Unreadable] = []
        """Gets what cannot be read, of the records that a question reads again."""

    def get(self, slug: str) -> Engagement | None:
        """Return one engagement, None when no report names it."""
        return self.tables.get(slug)

    def find(self, chosen: Filter) -> Iterator[Engagement]:
        """Iterate the engagements that a filter takes, in no order."""
        return self.tables.every() if chosen == EVERYTHING else self.tables.find(chosen.knowing(self.aliases_with))

    def aliases_with(self, key: str) -> list[tuple[Person, ...]]:
        """List the aliases in which somebody is known by a key."""
        return [one.people for one in self.tables.find(_aliases(key))]

    def latest(self, chosen: Filter) -> Iterator[Engagement]:
        """Iterate the engagements that a filter takes, the one about which something was known last first."""
        return self.tables.latest(chosen.knowing(self.aliases_with))

    def first(self, chosen: Filter, count: int, *, last_first: bool) -> tuple[list[Engagement], int]:
        """Return so many engagements that a filter takes, soonest or latest first, and how many there are."""
        return self.tables.first(chosen.knowing(self.aliases_with), count, last_first=last_first)

    def parts_of(self, visit: str) -> list[Engagement]:
        """List the engagements that are said to be part of a visit."""
        return self.tables.parts_of(visit)

    def about(self, slugs: Collection[str]) -> Engagements:
        """Read engagements, and all that are one with them, with the reports that they rest on."""
        return Engagements().take(self.records(slugs))[0]

    def records(self, slugs: Collection[str]) -> Iterator[Record]:
        """Read the records about engagements, and about all that are one with them, in order of position."""
        streams = self.tables.around(slugs)
        records = self.log.read(streams=streams, upto=self.checkpoint.position, audience=self.audience)
        return iter(readable(records, self.aside))


class Then:
    """What was understood at an earlier moment.

    An engagement about which nothing came later is as it is now. Only the others are understood again, from their
    reports up to there: so a question about last week costs last week.
    """

    def __init__(self, now: Now, moment: Moment) -> None:
        self.now = self._now = now
        self.moment = Moment(min(moment.position, now.checkpoint.position), moment.known_by)

    def get(self, slug: str) -> Engagement | None:
        """Return one engagement, None when no report named it."""
        if slug in self.restated:
            return self.restated[slug]
        return self._now.tables.find_one(slug, *self.moment)

    def find(self, chosen: Filter) -> Iterator[Engagement]:
        """Iterate the engagements that a filter takes, in no order."""
        yield from self._find(chosen.knowing(self.aliases_with))

    def aliases_with(self, key: str) -> list[tuple[Person, ...]]:
        """List the aliases in which somebody was known by a key."""
        return [one.people for one in self._find(_aliases(key))]

    def _find(self, chosen: Filter) -> Iterator[Engagement]:
        yield from self._now.tables.find(chosen, upto=self.moment.position, known_by=self.moment.known_by)
        yield from self._restated(chosen)

    def _restated(self, chosen: Filter) -> Iterator[Engagement]:
        return (one for one in self.restated.values() if one is not None and chosen.takes(one))

    def first(self, chosen: Filter, count: int, *, last_first: bool) -> tuple[list[Engagement], int]:
        """Return so many engagements that a filter takes, soonest or latest first, and how many there were."""
        chosen, (upto, known_by) = chosen.knowing(self.aliases_with), self.moment
        found, total = self._now.tables.first(chosen, count, last_first=last_first, upto=upto, known_by=known_by)
        others = list(self._restated(chosen))
        return sorted([*found, *others], key=soonest, reverse=last_first)[:count], total + len(others)

    def latest(self, chosen: Filter) -> Iterator[Engagement]:
        """Iterate the engagements that a filter takes, the one about which something was recorded last first."""
        return iter(sorted(self.find(chosen), key=lambda one: (-one.last.position, one.slug)))

    def parts_of(self, visit: str) -> list[Engagement]:
        """List the engagements that were said to be part of a visit."""
        return sorted((one for one in self.find(EVERYTHING) if one.during == visit), key=lambda one: one.slug)

    def about(self, slugs: Collection[str]) -> Engagements:
        """Read engagements, and all that were one with them, with the reports that they rested on."""
        return Engagements().take(self.records(slugs))[0]

    def records(self, slugs: Collection[str]) -> Iterator[Record]:
        """Read the records about engagements, and about all that were one with them, in order of position."""
        records = self._now.log.read(
            streams=self._now.tables.around(slugs), upto=self.moment.position, audience=self._now.audience
        )
        return known_by(readable(records, self._now.aside), self.moment.known_by)

    @cached_property
    def restated(self) -> dict[str, Engagement | None]:
        """Engagements about which something came later, as they were."""
        return {slug: one.engagement for slug, one in self.understood_again.items()}

    @cached_property
    def understood_again(self) -> dict[str, Understood]:
        """What was understood of the engagements about which something came later, and of which records."""
        tables, aside = self._now.tables, self._now.aside
        there = tables.later_than(*self.moment)
        remaining, is_all = set(there), self.moment.known_by == EVER
        found: dict[str, Understood] = {}
        while remaining:
            together = tables.around(islice(remaining, STREAMS_AT_ONCE))
            remaining -= together
            records = self._now.log.read(streams=together, upto=self.moment.position, audience=self._now.audience)
            for one in understand_streams(together, known_by(records, self.moment.known_by), aside):
                is_gone = is_all and there.get(one.slug) and not one.first_position
                if is_gone and one.slug not in {each.stream for each in aside}:
                    raise damaged(self._now.log, f"the reports of {one.slug} that were read before are gone")
                found[one.slug] = one
        return found


ALIASES = Filter(kinds=frozenset({Kind.ALIAS}), statuses=frozenset({Status.HELD}))
"""All that say that names are one person's."""


def _aliases(key: str) -> Filter:
    return attrs.evolve(ALIASES, who=Selection(person=key))


def changes_since(now: Now, position: int) -> Iterator[Change]:
    """Yield what records after a position did to engagements: each as it was then, and as it is now."""
    return (Change(slug, after, before) for slug, before, after in differences(now, Moment(position)))


def changes_after(understanding: Now | Then, position: int) -> Iterator[Change]:
    """Yield the same of what was understood at any moment: each as it was before, and as it was at that moment."""
    if isinstance(understanding, Now):
        yield from changes_since(understanding, position)
        return
    earlier = Then(understanding.now, Moment(position, understanding.moment.known_by))
    for slug in understanding.now.tables.changed_between(position, understanding.moment.position):
        yield Change(slug, earlier.get(slug), understanding.get(slug))


def told_since(understanding: Now | Then, start: int) -> Iterator[Change]:
    """Yield all about which the public learnt something after an instant, as it was then, and as it is understood."""
    now, moment = (understanding, NOW) if isinstance(understanding, Now) else (understanding.now, understanding.moment)
    earlier = Then(now, Moment(moment.position, start))
    for slug, _, _ in now.tables.changed_after(EVER, start):
        yield Change(slug, earlier.get(slug), understanding.get(slug))


def differences(now: Now, moment: Moment) -> Iterator[Change]:
    """Yield what was different at a moment: each engagement as it is now, and as it was then."""
    then = Then(now, moment)
    for slug, data, _ in now.tables.changed_after(*moment):
        is_now = None if data is None else decode(data)
        was = then.restated.get(slug)
        if is_now is not None or was is not None:
            yield Change(slug, is_now, was)


class Placed(NamedTuple):
    """What is added or taken away, and the position of the last record about it."""

    position: int
    change: Change


def placed_since(now: Now, position: int) -> Iterator[Placed]:
    """Yield what records after a position took away and what they added, in order of position."""
    if not position:
        found = now.tables.by_last_position()
        return (Placed(last, Change(one.slug, None, one)) for last, one in found)
    return iter(sorted(_placed(now, Then(now, Moment(position))), key=lambda one: one.position))


def _placed(now: Now, then: Then) -> Iterator[Placed]:
    for slug, data, last in now.tables.changed_after(then.moment.position, EVER):
        was = then.understood_again.get(slug)
        if was is not None and was.engagement is not None:
            yield Placed(was.last_position, Change(slug, was.engagement, None))
        if data is not None:
            yield Placed(last, Change(slug, None, decode(data)))


def last_changes(understanding: Now | Then, slugs: Collection[str]) -> Iterator[Change]:
    """Yield what the last record about each engagement changed; of what is gone, the record with which it went."""
    wanted = set(slugs)
    for related, records in by_component(understanding.records(slugs)):
        engagements, states = Engagements(), [Engagements()]
        for record in records:
            with suppress(Exception):  # what cannot be taken was put aside
                engagements = engagements.take([record])[0]
                states.append(engagements)
        for slug in wanted.intersection(related):
            if (change := _last_change(slug, [one.get(slug) for one in states])) is not None:
                yield change


def _last_change(slug: str, states: list[Engagement | None]) -> Change | None:
    last = states[-1]
    if last is None:
        return None
    earlier = [
        number
        for number, one in enumerate(states)
        if (one is None or one.last != last.last if last.counts else one is not None and one.counts)
    ]
    return Change(slug, states[earlier[-1]], states[earlier[-1] + 1]) if earlier else None
