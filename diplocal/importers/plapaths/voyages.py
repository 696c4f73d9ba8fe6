"""Which tracks are one patrol.

1. A track goes on with a patrol that an earlier release told of when the same states' ships were at sea, one of them is
   the same by its hull number, and the days overlap or follow each other. A track that numbers no ship goes on with
   one that its own release goes on with.
2. What else one release tells of the same states in the same domain, on days that overlap or follow each other, is one
   patrol of its own: bombers and their escort, ships that pass one strait in two groups.
3. Aircraft have no numbers, so what flies is one patrol for each release.

So a ship that is seen again after a day or more without a sighting is on another patrol, and a carrier whose positions
are told day by day is on one.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

import attrs
import pendulum

from diplocal.events import Domain
from diplocal.importers.plapaths.tracks import Release, Track
from diplocal.parties import State


@attrs.define
class Voyage:
    """One patrol, in the tracks that tell of it, in the order in which they were published."""

    tracks: list[Track]

    @property
    def actors(self) -> tuple[State, ...]:
        """Whose forces."""
        return self.tracks[0].actors

    @property
    def domain(self) -> Domain:
        """At sea, or in the air."""
        return self.tracks[0].domain

    @property
    def first(self) -> pendulum.Date:
        """The first day on which it was observed."""
        return min(track.first for track in self.tracks)

    @property
    def last(self) -> pendulum.Date:
        """The last day on which it was observed."""
        return max(track.last for track in self.tracks)

    @property
    def ships(self) -> frozenset[str]:
        """The hull numbers of all who sailed."""
        return frozenset().union(*(track.ships for track in self.tracks))

    @property
    def craft(self) -> tuple[str, ...]:
        """Classes and types as printed, each once."""
        return tuple(dict.fromkeys(label for track in self.tracks for label in track.craft))

    @property
    def area(self) -> str | None:
        """The strait that some of it passed, where the file names one."""
        return next((track.area for track in self.tracks if track.area), None)

    @property
    def releases(self) -> list[Release]:
        """Those that tell of it, in the order in which they were published."""
        return list(dict.fromkeys(track.release for track in self.tracks))

    def told_by(self, release: Release) -> list[Track]:
        """Return the tracks that one release has of it."""
        return [track for track in self.tracks if track.release == release]

    def upto(self, release: Release) -> "Voyage":
        """Return it as far as it was known by a release."""
        return Voyage([track for track in self.tracks if _published(track) <= (release.published, release.name)])

    def is_near(self, track: Track) -> bool:
        """Tell whether a track is of the same forces, on days that overlap or follow each other."""
        return (
            (self.actors, self.domain) == (track.actors, track.domain)
            and self.first.subtract(days=1) <= track.last
            and track.first <= self.last.add(days=1)
        )


def voyages(tracks: Iterable[Track]) -> list[Voyage]:
    """Put tracks together to patrols, in the order in which they were first told of."""
    made: list[Voyage] = []
    for _, told in groupby(sorted(tracks, key=_in_order), key=lambda track: track.release):
        fresh: list[Track] = []
        for track in told:
            going_on = _that_goes_on(track, made)
            if going_on is None:
                fresh.append(track)
            else:
                going_on.tracks.append(track)
        made += _together(fresh)
    return made


def _that_goes_on(track: Track, made: Sequence[Voyage]) -> Voyage | None:
    """Find the patrol that a track goes on with: of several, the one with most of its ships, and of these the first."""
    near = [
        voyage
        for voyage in made
        if voyage.is_near(track) and (voyage.ships & track.ships if track.ships else voyage.told_by(track.release))
    ]
    return max(near, key=lambda voyage: len(voyage.ships & track.ships), default=None)


def _together(tracks: Iterable[Track]) -> list[Voyage]:
    """Put together what one release tells anew."""
    together: list[Voyage] = []
    for track in tracks:
        near = next((voyage for voyage in together if voyage.is_near(track)), None)
        if near is None:
            together.append(Voyage([track]))
        else:
            near.tracks.append(track)
    return together


def _published(track: Track) -> tuple[pendulum.Date, str]:
    return track.release.published, track.release.name


def _in_order(track: Track) -> tuple[pendulum.Date, str, pendulum.Date, pendulum.Date, str]:
    return (*_published(track), track.first, track.last, track.number)
