"""Two logs that differ only in what an audience may not see, and what their doors give."""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import attrs
from hypothesis import strategies as st

from diplocal.engagements import Kind
from diplocal.records import instant
from diplocal.store import visible_to
from diplocal.testing import histories
from diplocal.testing.history import History
from diplocal.testing.history_entry import HistoryEntry
from diplocal.testing.pools import PARTIES
from diplocal.testing.scenarios import KINDS

from .doors import LOG, Answers, Reader, stored

AUDIENCES = ("public", "internal")
YEARS = 365 * 86_400 * 1_000_000
"""In microseconds."""


@attrs.frozen
class Pair:
    """Two histories, and who must not be able to tell them apart."""

    one: History
    other: History
    audience: str
    feed: str | None = None
    """Where the reader's token opens one feed, and the histories differ only in what is not in it."""

    @property
    def reader(self) -> Reader:
        """Who asks at both, with every name that is in either."""
        entries = [*self.one, *self.other]
        slugs = tuple(sorted({entry.stream for entry in entries}))
        days = {instant(entry.recorded_micros).date().isoformat() for entry in entries}
        return Reader(self.audience, slugs, tuple(sorted(days)), self.feed)


@st.composite
def pairs(draw: st.DrawFn, max_events: int = 10) -> Pair:
    """Draw a history, and the same with its hidden reports taken out, told otherwise, or with more of them.

    The clock stands still, runs, and goes back, also while nothing but hidden reports come.
    """
    audience = draw(st.sampled_from(AUDIENCES))
    whole = draw(histories(max_events=max_events, min_events=2))
    other = draw(histories(max_events=max_events))
    hidden, seen = _hidden(audience), [entry for entry in whole if not _hidden(audience)(entry)]
    foreign = [entry for entry in other if hidden(entry)]
    jumps = st.sampled_from((0, 0, 0, YEARS, -YEARS))
    with_more = draw(_mixed(seen, foreign))
    one = [_moved(entry, draw(jumps)) if hidden(entry) else entry for entry in whole]
    two = draw(st.sampled_from((seen, [_moved(entry, draw(jumps)) if hidden(entry) else entry for entry in with_more])))
    setting = dict(zip(map(id, seen), [draw(jumps) for _ in seen], strict=True))

    def told(entries: Iterable[HistoryEntry]) -> History:
        return History(tuple(_moved(entry, setting.get(id(entry), 0)) for entry in entries))

    return Pair(told(one), told(two), audience)


@st.composite
def strangers(draw: st.DrawFn, max_events: int = 8) -> Pair:
    """Draw what a feed about China holds, and reports beside it that have nothing to do with China."""
    own = list(draw(histories(max_events=max_events, min_events=2)))
    others = [party for party in PARTIES if party.code != "CN"]
    kinds = [kind for kind in KINDS if kind not in {Kind.ALIAS, Kind.TENURE}]
    beside = draw(histories(parties=others, kinds=kinds, max_events=max_events))
    taken = {entry.stream for entry in own}
    foreign = [entry for entry in beside if entry.stream not in taken]
    mixed = sorted((*own, *foreign), key=lambda entry: entry.recorded_micros)
    return Pair(History(tuple(own)), History(tuple(mixed)), draw(st.sampled_from(AUDIENCES)), "china")


def _hidden(audience: str) -> Callable[[HistoryEntry], bool]:
    visible = visible_to(audience)
    return lambda entry: entry.envelope.audience not in visible


def _moved(entry: HistoryEntry, micros: int) -> HistoryEntry:
    return attrs.evolve(entry, recorded_micros=entry.recorded_micros + micros) if micros else entry


@st.composite
def _mixed(draw: st.DrawFn, seen: list[HistoryEntry], more: list[HistoryEntry]) -> list[HistoryEntry]:
    mixed = list(seen)
    for entry in more:
        mixed.insert(draw(st.integers(0, len(mixed))), entry)
    return mixed


def differences(pair: Pair, doors: Callable[[Path, Reader], Answers]) -> Iterator[tuple[str, bytes, bytes]]:
    """Yield each answer that is another for the two logs; they lie in folders that nobody can tell apart."""
    found: list[list[tuple[str, bytes]]] = []
    folder = Path(tempfile.mkdtemp())
    for history in (pair.one, pair.other):
        place = folder / "place"
        place.mkdir()
        try:
            stored(history, place / LOG).close()
            found.append(list(doors(place, pair.reader)))
        finally:
            shutil.rmtree(place)
    folder.rmdir()
    for (name, first), (also, second) in zip(*found, strict=False):
        if name != also or first != second:
            yield f"{name} | {also}", first, second
            return  # what comes after it follows from it
    if len(found[0]) != len(found[1]):
        yield "the number of answers", str(len(found[0])).encode(), str(len(found[1])).encode()


def shown(first: bytes, second: bytes) -> str:
    """Show the place where two answers part."""
    least = min(len(first), len(second))
    place = next((at for at in range(least) if first[at] != second[at]), least)
    return "".join(f"\n  {one[max(place - 150, 0) : place + 150]!r}" for one in (first, second))
