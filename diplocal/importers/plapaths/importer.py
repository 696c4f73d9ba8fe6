"""Brings a log up to the file: what each release told of a patrol, in the order in which they were published.

The first release makes the patrol. A later one that saw more of it, another day or another ship, corrects it; one that
says the same again is one more source. A release that tells of scrambles makes a reaction of Japan to the patrols that
it tells of.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import attrs

from diplocal.dates import When
from diplocal.events import (
    Corrected,
    Domain,
    EngagementEvent,
    ForcesScrambled,
    NoLongerListed,
    PatrolConducted,
    ReportAttached,
)
from diplocal.events.wire import identify
from diplocal.importers.intake import batches, check_order, free_slug
from diplocal.importers.outcome import Ledger, Outcome
from diplocal.importers.plapaths.tracks import Reading, Release, Track, read_tracks
from diplocal.importers.plapaths.voyages import Voyage, voyages
from diplocal.parties import State
from diplocal.records import Envelope, Record
from diplocal.sources import Attribution, Source
from diplocal.store import EventStore

RECORDED_BY = "diplocal import pla-paths"
THE_LIST = "PLA Path Database"
JAPAN = State("JP", "Japan")
_CRAFT = {Domain.SEA: "ships", Domain.AIR: "aircraft"}


@attrs.frozen
class Known:
    """A patrol that the log holds from this file."""

    event_id: str
    """Of the event that first reported it."""
    event: PatrolConducted
    """As it was last corrected."""
    lines: frozenset[str]
    """What the file said of each of its tracks."""
    listed: bool = True

    @property
    def keys(self) -> frozenset[str]:
        """What names its tracks in the file."""
        return frozenset(line.partition(":")[0] for line in self.lines)


def import_pla_paths(file: str | Path, store: EventStore, *, audience: str = "public") -> Outcome:
    """Import the file, and again whenever there is a later one: the same file again changes nothing.

    What is new is marked for this audience.

    A release's own day is what was reported when.

    Raises UnreadableInput, and OlderEdition for a file whose last release came out before one that the log has; then
    nothing was imported.
    """
    reading = read_tracks(file)
    own = [record for record in store.read(audience=audience) if record.recorded_by == RECORDED_BY]
    if reading.tracks:
        check_order(file, max(track.release.published for track in reading.tracks), own)
    ledger = Ledger()
    for row in reading.ambiguous:
        ledger.ambiguous(row.place, row.reason)
    for row in reading.rejected:
        ledger.rejected(row.place, row.reason)
    known = _known(own)
    groups = [tuple(events) for events in _events(reading, known, _Slugs(store, known), ledger)]
    for batch in batches(groups):
        store.append(*(Envelope(event, audience=audience, recorded_by=RECORDED_BY) for event in batch))
    return ledger.outcome()


class _Slugs:
    """Names for patrols that the list has not told the audience; of one that it told another, the same name."""

    def __init__(self, store: EventStore, known: Iterable[str]) -> None:
        others = {record.stream for record in store.read() if record.recorded_by != RECORDED_BY}
        self._given = others.union(known)

    def of(self, voyage: Voyage) -> str:
        """Name a patrol: whose, where, and from which day on."""
        states = "-".join(str(actor).lower() for actor in voyage.actors)
        free = free_slug(f"{states}-{_CRAFT[voyage.domain]}-{voyage.first.isoformat()}", self._given)
        self._given.add(free)
        return free


def _events(
    reading: Reading, known: Mapping[str, Known], slugs: _Slugs, ledger: Ledger
) -> Iterator[list[EngagementEvent]]:
    unclaimed = dict(known)
    for voyage in voyages(reading.tracks):
        slug = _in_the_log(voyage, unclaimed)
        before = unclaimed.pop(slug) if slug else None
        yield list(_told(voyage, slug or slugs.of(voyage), before, ledger))
    for slug, gone in unclaimed.items():
        if gone.listed and not gone.keys & reading.keys_left:
            ledger.noted(slug, "is not in the list any more: it is told as no longer listed")
            yield [NoLongerListed(engagement=slug, upstream=THE_LIST, sources=gone.event.sources[:1])]


def _in_the_log(voyage: Voyage, known: Mapping[str, Known]) -> str | None:
    """Find the patrol that the log made of the same tracks: of several, the one that shares most, and then by name."""
    keys = {track.key for track in voyage.tracks}
    shared = {slug: len(keys & one.keys) for slug, one in known.items() if keys & one.keys}
    return min(shared, key=lambda slug: (-shared[slug], slug), default=None)


def _told(voyage: Voyage, slug: str, known: Known | None, ledger: Ledger) -> Iterator[EngagementEvent]:
    """Tell what each release that the log has not heard adds, and what has changed in those that it has."""
    lines = known.lines if known else frozenset[str]()
    heard = {line.split()[0] for line in lines}
    if known and not known.listed:
        yield _attached(slug, voyage.releases[-1])
    for release in voyage.releases:
        told = voyage.told_by(release)
        if release.name in heard:
            for track in told:
                (ledger.unchanged if track.line in lines else ledger.corrected)()
            continue
        for track in told:
            (ledger.taken if known is None else ledger.corrected if _adds(track, known.event) else ledger.unchanged)()
        event, known = _one_more(_conducted(voyage.upto(release), slug), known, release, told)
        yield event
        if release.tells_of_scrambles:
            yield ForcesScrambled(engagement=slug, by=JAPAN, reported=release.published, sources=(_source(release),))
    final = _conducted(voyage, slug)
    if known and _facts(final) != _facts(known.event):
        last = voyage.releases[-1]
        yield _correction(_corrected(final, known, last), known, last, voyage.tracks)


def _one_more(
    now: PatrolConducted, known: Known | None, release: Release, told: list[Track]
) -> tuple[EngagementEvent, Known]:
    """Tell what one more release makes of a patrol: it is new, as it was known, or more than was known."""
    if known is None:
        first = now.evolve(note=_note(told))
        return first, Known(identify(first), first, frozenset())
    if _facts(now) == _facts(known.event):
        return _attached(now.engagement, release, told), known
    right = _corrected(now, known, release)
    return _correction(right, known, release, told), attrs.evolve(known, event=right)


def _conducted(voyage: Voyage, slug: str) -> PatrolConducted:
    first, *_ = voyage.releases
    return PatrolConducted(
        engagement=slug,
        actors=voyage.actors,
        when=When.between(voyage.first, voyage.last),
        domains=(voyage.domain,),
        area=voyage.area,
        craft=voyage.craft,
        reported=first.published,
        sources=(_source(first),),
    )


def _facts(event: PatrolConducted) -> tuple[object, ...]:
    return event.actors, event.when, event.domains, event.area, event.craft


def _adds(track: Track, known: PatrolConducted) -> bool:
    """Tell whether a track says more than was known of its patrol: another day, another type of craft, a strait."""
    return not (
        known.when.contains(When.between(track.first, track.last))
        and set(track.craft) <= set(known.craft)
        and track.area in (None, known.area)
    )


def _corrected(right: PatrolConducted, known: Known, release: Release) -> PatrolConducted:
    sources = dict.fromkeys((*known.event.sources, _source(release)))
    return right.evolve(note=known.event.note, reported=known.event.reported, sources=tuple(sources))


def _correction(right: PatrolConducted, known: Known, release: Release, told: list[Track]) -> Corrected:
    return Corrected(
        engagement=right.engagement,
        of=known.event_id,
        right=right,
        reason="a release has more of it",
        reported=release.published,
        sources=(_source(release),),
        note=_note(told),
    )


def _attached(slug: str, release: Release, told: list[Track] | None = None) -> ReportAttached:
    return ReportAttached(
        engagement=slug, reported=release.published, sources=(_source(release),), note=_note(told or []) or None
    )


def _note(told: list[Track]) -> str:
    return "\n".join(dict.fromkeys(track.line for track in told))


def _source(release: Release) -> Source:
    return Source(
        "Joint Staff, Ministry of Defense of Japan",
        url=release.url,
        published=release.published,
        attribution=Attribution.MINISTRY,
    )


def _known(own: Iterable[Record]) -> dict[str, Known]:
    """Gather what this importer recorded before, as it now stands."""
    known: dict[str, Known] = {}
    for record in own:
        event, slug = record.event, record.stream
        lines = frozenset((event.note or "").splitlines())
        match event:
            case PatrolConducted():
                known[slug] = Known(record.id, event, lines)
            case Corrected(right=PatrolConducted() as right):
                known[slug] = attrs.evolve(known[slug], event=right, lines=_with(known[slug].lines, lines))
            case ReportAttached():
                known[slug] = attrs.evolve(known[slug], lines=known[slug].lines | lines, listed=True)
            case NoLongerListed():
                known[slug] = attrs.evolve(known[slug], listed=False)
    return known


def _with(before: frozenset[str], now: frozenset[str]) -> frozenset[str]:
    """Take over what the file says now of tracks of which it said something else before."""
    keys = {line.partition(":")[0] for line in now}
    return now | {line for line in before if line.partition(":")[0] not in keys}
