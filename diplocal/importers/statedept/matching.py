"""What a snapshot says about the visits that a log already holds: the same, corrected, new, ambiguous, repeated, gone.

The list has no ids that can be trusted, so a row is paired with a known visit by what both say, in passes, from the
plainest evidence to the weakest (`PASSES`). Description never decides whether two are one visit; it only breaks ties.
In each pass a row and a known visit are paired when each is the other's one nearest; so the order of rows and of known
visits does not matter, and a tie is left open rather than guessed.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

import attrs

from diplocal.importers.statedept.likeness import (
    Reading,
    days_apart,
    digits_apart,
    is_perhaps,
    people_apart,
    typos_apart,
)
from diplocal.importers.statedept.rows import RejectedRow, VisitRow


@attrs.frozen
class Listed:
    """A visit that the log holds, as it was last listed."""

    key: str
    """What the caller knows it by: an engagement, say. No two known visits share one."""
    row: VisitRow


@attrs.frozen
class Same:
    """The list prints of a known visit what it printed before, typography of the description aside."""

    row: VisitRow
    known: Listed


@attrs.frozen
class CorrectionOf:
    """The list now prints something else of a known visit."""

    row: VisitRow
    known: Listed
    fields: tuple[str, ...]
    """What is printed differently, of 'visitor', 'start', 'end', 'country' and 'description', in this order."""
    spelling_only: bool
    """Whether it still says the same: same people, ranks, state, days and description."""


@attrs.frozen
class New:
    """No known visit is like it."""

    row: VisitRow


@attrs.frozen
class Ambiguous:
    """Several known visits are as like it as each other, or several rows are as like the same known visit."""

    row: VisitRow
    candidates: tuple[Listed, ...]
    """The likeliest first; those equally likely by key."""


@attrs.frozen
class Repeated:
    """The same snapshot lists this visit another time: same people, state and days."""

    row: VisitRow
    of: VisitRow
    """The row that stands for both."""


Outcome = Same | CorrectionOf | New | Ambiguous | Repeated


@attrs.frozen
class Vanished:
    """The list no longer has a known visit: that is not a cancellation."""

    known: Listed


@attrs.frozen
class Garbled:
    """No row that can be understood is this known visit, but a rejected one may be: it has not vanished."""

    known: Listed
    rejected: RejectedRow


@attrs.frozen
class Matching:
    """What a snapshot says about the visits that are known."""

    outcomes: tuple[Outcome, ...]
    """One for each row, in the order of the rows."""
    vanished: tuple[Vanished, ...]
    """Ordered by key; a candidate of an ambiguous row is not among them."""
    garbled: tuple[Garbled, ...]
    """Ordered by key."""


@attrs.frozen
class _Pass:
    """One kind of evidence that a row is a known visit."""

    alike: Callable[[Reading], Hashable]
    """What both must have in common, exactly."""
    apart: Callable[[Reading, Reading], int | None]
    """How far they are apart in the rest; None if too far."""


def _words_apart(left: Reading, right: Reading) -> int:
    printed = (left.row.visitor != right.row.visitor) + (left.row.country_label != right.row.country_label)
    return printed + 3 * (left.description != right.description)


def _both_apart(left: Reading, right: Reading) -> int | None:
    people, days = people_apart(left, right), days_apart(left, right)
    return None if people is None or days is None else people + days


PASSES = (
    _Pass(alike=lambda it: (it.names, it.state, it.days), apart=_words_apart),
    _Pass(alike=lambda it: (it.names, it.state), apart=days_apart),
    _Pass(alike=lambda it: (it.state, it.days), apart=people_apart),
    _Pass(alike=lambda it: (it.names, it.days), apart=_words_apart),
    _Pass(alike=lambda it: (it.names, it.state), apart=digits_apart),
    _Pass(alike=lambda it: it.state, apart=_both_apart),
    _Pass(alike=lambda it: it.days, apart=typos_apart),
)
"""What differs: nothing but words; the days; the name; the state; digits of the days; days and name; name and state."""


def match(known: Iterable[Listed], rows: Sequence[VisitRow], rejected: Iterable[RejectedRow] = ()) -> Matching:
    """Pair the rows of a snapshot with the known visits.

    A known visit goes to one row at most; each row has one outcome. ``rejected`` are the rows of the same snapshot that
    could not be understood: a known visit that may be one of them is garbled rather than vanished.
    """
    pairing = _Pairing(sorted(known, key=lambda listed: listed.key), rows)
    pairing.set_copies_aside()
    pairing.pair(PASSES[0])
    pairing.set_repetitions_aside()
    for evidence in PASSES:
        pairing.pair(evidence)
        pairing.leave_tied(evidence)
    missing = pairing.missing()
    garbled = tuple(_garbled(missing, sorted(rejected, key=lambda it: it.printed.source)))
    return Matching(
        outcomes=tuple(pairing.outcome(place) for place in range(len(rows))),
        vanished=tuple(Vanished(it) for it in missing if all(it is not found.known for found in garbled)),
        garbled=garbled,
    )


class _Pairing:
    """Rows and known visits while they are being paired, each by its place."""

    def __init__(self, known: Sequence[Listed], rows: Sequence[VisitRow]) -> None:
        self.known, self.rows = known, rows
        self.known_readings = [Reading.of(listed.row) for listed in known]
        self.readings = [Reading.of(row) for row in rows]
        self.open_known = set(range(len(known)))
        self.open_rows = set(range(len(rows)))
        self.paired: dict[int, int] = {}
        self.repeated: dict[int, int] = {}
        self.tied: dict[int, list[int]] = {}

    def set_copies_aside(self) -> None:
        """Let one row stand for all that say the same, word for word."""
        self._set_aside(lambda it: (it.row.visitor, it.row.country_label, it.state, it.days, it.description))

    def set_repetitions_aside(self) -> None:
        """Let one row stand for all with the same people, state and days: a paired one, if there is one."""
        self._set_aside(lambda it: (it.names, it.state, it.days))

    def pair(self, evidence: _Pass) -> None:
        """Pair the open rows and known visits that are each other's one nearest."""
        while nearest := self._nearest(evidence):
            self.paired |= nearest
            self.open_rows -= nearest.keys()
            self.open_known -= set(nearest.values())

    def leave_tied(self, evidence: _Pass) -> None:
        """Leave the rows and known visits that this evidence cannot part: no weaker evidence shall."""
        tied = sorted(self._distances(evidence))
        for _, place, candidate in tied:
            self.tied.setdefault(place, []).append(candidate)
        self.open_rows -= self.tied.keys()
        self.open_known -= {candidate for _, _, candidate in tied}

    def missing(self) -> list[Listed]:
        """Give the known visits that no row is, nor may be."""
        return [self.known[place] for place in sorted(self.open_known)]

    def outcome(self, place: int) -> Outcome:
        """Say what became of a row."""
        row = self.rows[place]
        if place in self.repeated:
            return Repeated(row=row, of=self.rows[self._standing_for(place)])
        if place in self.tied:
            return Ambiguous(row=row, candidates=tuple(self.known[candidate] for candidate in self.tied[place]))
        if place in self.paired:
            known = self.paired[place]
            return _compared(self.readings[place], self.known_readings[known], self.known[known])
        return New(row)

    def _set_aside(self, alike: Callable[[Reading], Hashable]) -> None:
        groups: dict[Hashable, list[int]] = defaultdict(list)
        for place in sorted(self.open_rows | self.paired.keys(), key=self._precedence):
            groups[alike(self.readings[place])].append(place)
        for first, *others in groups.values():
            self.repeated |= {other: first for other in others if other in self.open_rows}
        self.open_rows -= self.repeated.keys()

    def _precedence(self, place: int) -> tuple[bool, str, str, str, str]:
        row = self.rows[place]
        return place not in self.paired, row.visitor, row.country_label, row.description, row.source

    def _standing_for(self, place: int) -> int:
        while place in self.repeated:
            place = self.repeated[place]
        return place

    def _nearest(self, evidence: _Pass) -> dict[int, int]:
        """Give the pairs of row and known visit that are nearer to each other than to any other."""
        for_row: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for_known: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for apart, row, known in self._distances(evidence):
            for_row[row].append((apart, known))
            for_known[known].append((apart, row))
        chosen = {known: _one_nearest(rows) for known, rows in for_known.items()}
        wanted = ((row, _one_nearest(knowns)) for row, knowns in for_row.items())
        return {row: known for row, known in wanted if known is not None and chosen[known] == row}

    def _distances(self, evidence: _Pass) -> Iterator[tuple[int, int, int]]:
        """Give distance, row and known visit for all open ones that may be one visit."""
        alike: dict[Hashable, list[int]] = defaultdict(list)
        for known in self.open_known:
            alike[evidence.alike(self.known_readings[known])].append(known)
        for row in self.open_rows:
            for known in alike.get(evidence.alike(self.readings[row]), ()):
                apart = evidence.apart(self.readings[row], self.known_readings[known])
                if apart is not None:
                    yield apart, row, known


def _one_nearest(candidates: list[tuple[int, int]]) -> int | None:
    """Give the nearest, None where two are as near as each other."""
    (apart, place), *others = sorted(candidates)
    return None if others and others[0][0] == apart else place


def _compared(row: Reading, known: Reading, listed: Listed) -> Same | CorrectionOf:
    differs = {
        "visitor": row.row.visitor != known.row.visitor,
        "start": row.row.start != known.row.start,
        "end": row.row.end != known.row.end,
        "country": row.row.country_label != known.row.country_label or row.state != known.state,
        "description": row.description != known.description,
    }
    fields = tuple(field for field, differing in differs.items() if differing)
    if not fields:
        return Same(row=row.row, known=listed)
    respelt = {"visitor", "country"}.issuperset(fields) and (row.offices, row.state) == (known.offices, known.state)
    return CorrectionOf(row=row.row, known=listed, fields=fields, spelling_only=respelt)


def _garbled(missing: Iterable[Listed], rejected: Sequence[RejectedRow]) -> Iterator[Garbled]:
    for listed in missing:
        reading = Reading.of(listed.row)
        found = next((row for row in rejected if is_perhaps(row, reading)), None)
        if found is not None:
            yield Garbled(known=listed, rejected=found)
