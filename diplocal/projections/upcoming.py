"""What lies ahead of a day: visits with the meetings inside them, dated and undated, and who said so."""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs
import pendulum

from diplocal.engagements import KINDS, Alias, Engagement, Status
from diplocal.engagements.fold import how_many
from diplocal.projections.aliases import Aliases, look_for, split_off
from diplocal.projections.filters import Filter, expect_day, filter_meant
from diplocal.projections.listing import Listing, Shown
from diplocal.projections.selection import Selection
from diplocal.projections.soonest import soonest
from diplocal.projections.view import View

"""Sort before and behind every day that a report names."""
GONE = frozenset({Status.CANCELLED, Status.RETRACTED, Status.ABSORBED})


@attrs.frozen
class Upcoming(Shown):
    """The diary: what lies ahead of any day."""

    entries: Mapping[str, Engagement] = attrs.field(repr=how_many)
    """By the engagement's slug."""
    aliases: Aliases = attrs.field(default=Aliases(), repr=False)
    """Whose names are one person's."""

    def on(self, day: pendulum.Date, **criteria: Any) -> list[Engagement]:
        """List what lies ahead of a day or is under way on it, soonest first, what has no date last.

        A meeting inside a visit is listed with its visit, whoever takes part in it, and comes right after it.
        ``criteria`` are those of ``Filter.of``: ``state="RU"``, ``kind="visit"``.

        Raises InvalidValue for criteria that name nothing, and warns of a person who is in no entry.
        """
        expect_day("day", day)
        wanted = self._filter(**criteria)
        inside = attrs.evolve(wanted, who=Selection())
        ahead = [entry for entry in self.entries.values() if not _ends_before(entry, day)]
        chosen = {entry.slug for entry in ahead if wanted.takes(entry)}
        shown = [entry for entry in ahead if entry.slug in chosen or (entry.during in chosen and inside.takes(entry))]
        return Listing[Engagement](_nested(sorted(shown, key=soonest)))

    def lapsed(self, day: pendulum.Date, **criteria: Any) -> list[Engagement]:
        """List the plans whose time had passed by a day without a word of what became of them, oldest first.

        What was held, cancelled or put off, or may still lie ahead, is not among them. ``criteria`` are as for ``on``.
        """
        wanted = self._filter(lapsed=day, **criteria)
        return Listing[Engagement](sorted(filter(wanted.takes, self.entries.values()), key=soonest))

    def _filter(self, **criteria: Any) -> Filter:
        wanted = filter_meant(criteria)
        look_for("person", criteria.get("person"), (one for each in self for one in each.people), self.aliases)
        return wanted.knowing(self.aliases.having)

    def __iter__(self) -> Iterator[Engagement]:
        return iter(sorted(self.entries.values(), key=soonest))

    def __len__(self) -> int:
        return len(self.entries)


class UpcomingVisits(View[Engagement | Alias, Upcoming]):
    """What lies ahead of a day, for a state, a person or a pair, with its status and who said so.

    Visits, meetings, calls and exercises that nobody cancelled. Its answer is an Upcoming: ``on(day, state="RU")``
    lists what lies ahead of a day.
    """

    name = "diplocal.upcoming-visits"
    version = 4
    row_type = Engagement | Alias
    needs_aliases = True

    def row(self, engagement: Engagement) -> Engagement | Alias | None:
        """Return its entry, unless it was cancelled or is none of the diary's kinds; of an alias, the names.

        What a calendar lists under a title is in the diary too, although nobody said yet what it is.
        """
        if isinstance(engagement.subject, Alias):
            return engagement.subject if engagement.counts else None
        can_lie_ahead = KINDS[engagement.kind].plan is not None and engagement.is_known
        return engagement if can_lie_ahead and engagement.status not in GONE else None

    def read(self, value: Mapping[str, Engagement | Alias]) -> Upcoming:
        """Open the diary."""
        return Upcoming(*split_off(value))


def _ends_before(entry: Engagement, day: pendulum.Date) -> bool:
    """Return whether it is over by a day, as far as its date is known."""
    return entry.when is not None and entry.when.latest is not None and entry.when.latest < day


def _nested(entries: list[Engagement]) -> Iterator[Engagement]:
    shown = {entry.slug for entry in entries}
    inside: dict[str | None, list[Engagement]] = {}
    for entry in entries:
        inside.setdefault(entry.during, []).append(entry)
    given: set[str] = set()

    def nested(entry: Engagement) -> Iterator[Engagement]:
        if entry.slug not in given:
            given.add(entry.slug)
            yield entry
            for one in inside.get(entry.slug, ()):
                yield from nested(one)

    for entry in entries:
        if entry.during not in shown:
            yield from nested(entry)
    for entry in entries:
        yield from nested(entry)  # what is said to be inside itself
