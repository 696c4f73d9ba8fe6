"""What a snapshot says about the visits that a log already holds: the same, corrected, new, ambiguous, repeated, gone.

The list has no ids that can be trusted, so a row is paired with a known visit by what both say, in passes, from the
plainest evidence to the weakest (`PASSES`). In each pass a row and a known visit are paired when each is the other's
one nearest; so the order of rows and of known visits does not matter, and a tie is left open rather than guessed.

What is left then is rare: a visit that the list dropped, beside a row that it did not have. Where the two agree in part
(`HINTS`), they are perhaps one visit, and the row is ambiguous: it is never a second contact without a word.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

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
    dropped: bool = False
    """Whether an earlier snapshot had it no more."""


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


@attrs.frozen
class New:
    """No known visit is like it."""

    row: VisitRow


@attrs.frozen
class Ambiguous:
    """Several known visits are as like it as each other, or several rows are; or one is, but only in part."""

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
class Matching:
    """What a snapshot says about the visits that are known."""

    outcomes: tuple[Outcome, ...]
    """One for each row, in the order of the rows."""
    vanished: tuple[Listed, ...]
    """Those that the list has no more, which cancels nothing; a candidate of an ambiguous row is not among them."""
    garbled: tuple[Listed, ...]
    """Those that no row which can be understood is, but a rejected one may be: they have not vanished."""


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


def _described(left: Reading, right: Reading) -> int | None:
    return 0 if left.description and left.description == right.description else None


def _described_near(left: Reading, right: Reading) -> int | None:
    return days_apart(left, right) if left.description else None


def _people_and_digits_apart(left: Reading, right: Reading) -> int | None:
    people, digits = people_apart(left, right), digits_apart(left, right)
    return None if people is None or digits is None else people + digits


def _about_when(left: Reading, right: Reading) -> int | None:
    near = days_apart(left, right)
    return digits_apart(left, right) if near is None else near


def _stayed_alike(left: Reading, right: Reading) -> int | None:
    return _described(left, right) if left.days[0] != left.days[1] else None


def _any_days_apart(left: Reading, right: Reading) -> int:
    return abs(left.days[0].toordinal() - right.days[0].toordinal())


PASSES = (
    _Pass(alike=lambda it: (it.names, it.state, it.days), apart=_words_apart),
    _Pass(alike=lambda it: (it.names, it.state), apart=days_apart),
    _Pass(alike=lambda it: (it.state, it.days), apart=people_apart),
    _Pass(alike=lambda it: (it.names, it.days), apart=_words_apart),
    _Pass(alike=lambda it: (it.names, it.state), apart=digits_apart),
    _Pass(alike=lambda it: it.state, apart=_both_apart),
    _Pass(alike=lambda it: it.days, apart=typos_apart),
    _Pass(alike=lambda it: (it.state, it.days, it.description), apart=_described),
    _Pass(alike=lambda it: (it.names, it.description), apart=_described_near),
)
"""What differs: nothing but words; the days; the name; the state; digits of the days; days and name; name and state;
the visitor; days and state, the description being the same."""

HINTS = (
    _Pass(alike=lambda it: (it.state, it.days), apart=_words_apart),
    _Pass(alike=lambda it: it.state, apart=_people_and_digits_apart),
    _Pass(alike=lambda it: it.names, apart=_about_when),
    _Pass(alike=lambda it: it.state, apart=days_apart),
    _Pass(alike=lambda it: it.days, apart=_stayed_alike),
)
"""What differs: visitor and description; name and digits of the days; days and state; visitor and days; visitor and
state, of a stay of several days."""

ANOTHER_TIME = _Pass(alike=lambda it: (it.names, it.state), apart=_any_days_apart)
"""The last hint: the same visitor from the same state, at quite another time."""


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
    garbled = tuple(pairing.garbled(list(rejected)))
    for hint in HINTS:
        pairing.suspect(hint)
    pairing.suspect_at_another_time()
    return Matching(
        outcomes=tuple(pairing.outcome(place) for place in range(len(rows))),
        vanished=tuple(pairing.missing()),
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
        tied: dict[int, list[int]] = defaultdict(list)
        for _, place, candidate in sorted(self._distances(evidence)):
            tied[place].append(candidate)
        self._leave(tied)

    def garbled(self, rejected: Sequence[RejectedRow]) -> Iterator[Listed]:
        """Set the known visits aside that no row is, but a rejected one may be."""
        for place in sorted(self.open_known):
            if any(is_perhaps(row, self.known_readings[place]) for row in rejected):
                self.open_known.discard(place)
                yield self.known[place]

    def suspect(self, hint: _Pass) -> None:
        """Leave it open whether a row is a known visit: for those that are each other's nearest, and then for ties."""
        self._leave({row: [known] for row, known in self._nearest(hint).items()})
        self.leave_tied(hint)

    def suspect_at_another_time(self) -> None:
        """Leave it open for the same visitor at another time, where the list drops one visit as the other comes.

        A visit that an earlier snapshot dropped already may well be gone for good.
        """
        dropped = {place for place in self.open_known if self.known[place].dropped}
        self.open_known -= dropped
        self._leave({row: [known] for row, known in self._nearest(ANOTHER_TIME).items()})
        self.open_known |= dropped

    def missing(self) -> list[Listed]:
        """Return the known visits that no row is, nor may be."""
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

    def _leave(self, candidates: Mapping[int, list[int]]) -> None:
        self.tied |= candidates
        self.open_rows -= candidates.keys()
        self.open_known -= {known for knowns in candidates.values() for known in knowns}

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
        """Return the pairs of row and known visit that are nearer to each other than to any other."""
        for_row: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for_known: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for apart, row, known in self._distances(evidence):
            for_row[row].append((apart, known))
            for_known[known].append((apart, row))
        chosen = {known: _one_nearest(rows) for known, rows in for_known.items()}
        wanted = ((row, _one_nearest(knowns)) for row, knowns in for_row.items())
        return {row: known for row, known in wanted if known is not None and chosen[known] == row}

    def _distances(self, evidence: _Pass) -> Iterator[tuple[int, int, int]]:
        """Yield distance, row and known visit for all open ones that may be one visit."""
        alike: dict[Hashable, list[int]] = defaultdict(list)
        for known in self.open_known:
            alike[evidence.alike(self.known_readings[known])].append(known)
        for row in self.open_rows:
            for known in alike.get(evidence.alike(self.readings[row]), ()):
                apart = evidence.apart(self.readings[row], self.known_readings[known])
                if apart is not None:
                    yield apart, row, known


def _one_nearest(candidates: list[tuple[int, int]]) -> int | None:
    """Return the nearest, None where two are as near as each other."""
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
    return CorrectionOf(row=row.row, known=listed, fields=fields)
