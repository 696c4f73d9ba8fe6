"""How an import went: the one report that every importer ends with."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs
import msgspec

from diplocal.errors import InvalidValue

PLACES_SHOWN = 3
"""Of rows with the same reason, so many are named; the others are counted."""
REASONS_SHOWN = 15
"""So many reasons are told, the commonest first; the others are counted."""
MORE_SHOWN = 100
"""Of rows with reasons that are not told, so many are named."""
_VALUE = re.compile(r""" is ('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?:\.\.\. \([0-9,]+ characters\))?(?=: expected )""")
"""What differs among reasons that are otherwise the same: the value that was not expected."""
NEXT = "Put these right, and import again: what was taken is not taken twice."


@attrs.frozen
class Unsettled:
    """A row that an importer did not take, or something that it noticed in one that it took."""

    place: str
    """Where it stands in the input: 'row 7', 'line 12', 'france.xml, record 3'."""
    reason: str
    """What is wrong, and what was expected; the same words for the same fault, since these are told together."""

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


@attrs.frozen(kw_only=True)
class Outcome:
    """What became of every row that an importer read.

    >>> print(Outcome(read=3, taken=1, unchanged=1, rejected=(Unsettled("row 4", "when is '18/9'"),)))
    3 rows read: 1 taken, 1 unchanged, 0 corrected, 0 ambiguous, 1 rejected
      rejected row 4: when is '18/9'
    Put these right, and import again: what was taken is not taken twice.

    Rows with the same reason are told together, those with the commonest reason first, whatever each has said:

    >>> reasons = [f"kind is {kind!r}: expected one of visit, call" for kind in ("tea", "chat", "tea", "lunch")]
    >>> rows = tuple(Unsettled(f"row {number}", reason) for number, reason in enumerate(reasons, start=2))
    >>> print(Outcome(read=4, rejected=rows))
    4 rows read: 0 taken, 0 unchanged, 0 corrected, 0 ambiguous, 4 rejected
      rejected row 2, row 3, row 4 and 1 other: kind is 'tea', 'chat', 'lunch': expected one of visit, call
    Put these right, and import again: what was taken is not taken twice.

    Raises InvalidValue for counts that do not add up to the rows read.
    """

    read: int
    """Rows that say something; empty ones do not count."""
    taken: int = 0
    """Rows that told the log something new about the world."""
    unchanged: int = 0
    """Rows that said what the log already held."""
    corrected: int = 0
    """Rows that said that an earlier row had been wrong."""
    ambiguous: tuple[Unsettled, ...] = ()
    """Rows that can be read in more than one way: nothing of them was recorded."""
    rejected: tuple[Unsettled, ...] = ()
    """Rows that cannot be read: nothing of them was recorded."""
    passed_over: tuple[Unsettled, ...] = ()
    """Rows that say nothing that is looked for, each with the reason: nothing of them was recorded."""
    noted: tuple[Unsettled, ...] = ()
    """What was noticed in rows that are counted elsewhere, or in the input as a whole."""

    def __attrs_post_init__(self) -> None:
        unsettled = (self.ambiguous, self.rejected, self.passed_over)
        counts = (self.taken, self.unchanged, self.corrected, *map(len, unsettled))
        if min(counts) < 0 or self.read != sum(counts):
            raise InvalidValue("Outcome.read", self.read, f"the rows taken, unchanged and so on: {sum(counts)}")

    def __str__(self) -> str:
        passed_over = f", {len(self.passed_over)} passed over" if self.passed_over else ""
        counts = (
            f"{_counted(self.read, 'row')} read: {self.taken} taken, {self.unchanged} unchanged, "
            f"{self.corrected} corrected, {len(self.ambiguous)} ambiguous, {len(self.rejected)} rejected{passed_over}"
        )
        fates = ("ambiguous", "rejected", "passed_over", "noted")
        lines = [line for fate in fates for line in _grouped(fate.replace("_", " "), getattr(self, fate))]
        return "\n".join((counts, *lines, *([NEXT] if self.rejected or self.ambiguous else [])))

    def to_json(self) -> str:
        """Return all of it as one JSON object, with the field names above as keys."""
        return msgspec.json.encode(self).decode()


class Ledger:
    """Counts rows while an importer goes through them: each is entered once, and so the counts add up.

    >>> ledger = Ledger()
    >>> ledger.taken()
    >>> ledger.rejected("row 3", "no name")
    >>> ledger.outcome().read
    2
    """

    def __init__(self) -> None:
        self._settled = Counter[str]()
        self._unsettled = defaultdict[str, list[Unsettled]](list)

    def taken(self) -> None:
        """Enter a row that told something new."""
        self._settled["taken"] += 1

    def unchanged(self) -> None:
        """Enter a row that said what was known."""
        self._settled["unchanged"] += 1

    def corrected(self) -> None:
        """Enter a row that said that an earlier one was wrong."""
        self._settled["corrected"] += 1

    def ambiguous(self, place: str, reason: str) -> None:
        """Enter a row that can be read in more than one way."""
        self._unsettled["ambiguous"].append(Unsettled(place, reason))

    def rejected(self, place: str, reason: str) -> None:
        """Enter a row that cannot be read."""
        self._unsettled["rejected"].append(Unsettled(place, reason))

    def passed_over(self, place: str, reason: str) -> None:
        """Enter a row that says nothing that is looked for."""
        self._unsettled["passed_over"].append(Unsettled(place, reason))

    def noted(self, place: str, reason: str) -> None:
        """Say something about a row that is entered elsewhere, or about the whole input."""
        self._unsettled["noted"].append(Unsettled(place, reason))

    def outcome(self) -> Outcome:
        """Return the report."""
        read = self._settled.total() + sum(len(rows) for fate, rows in self._unsettled.items() if fate != "noted")
        rows: dict[str, Any] = {fate: tuple(rows) for fate, rows in self._unsettled.items()}
        return Outcome(**{"read": read, **self._settled, **rows})


def _grouped(fate: str, rows: Iterable[Unsettled]) -> Iterator[str]:
    """Yield one line for each reason, the commonest first."""
    groups: dict[str, list[Unsettled]] = {}
    for row in rows:
        groups.setdefault(_VALUE.sub(" is", row.reason, count=1), []).append(row)
    ordered = sorted(groups.values(), key=len, reverse=True)
    for group in ordered[:REASONS_SHOWN]:
        others = len(group) - PLACES_SHOWN
        more = f" and {_counted(others, 'other')}" if others > 0 else ""
        yield f"  {fate} {', '.join(row.place for row in group[:PLACES_SHOWN])}{more}: {_reason(group)}"
    if left := ordered[REASONS_SHOWN:]:
        places = [row.place for group in left for row in group]
        named = ", ".join(places[:MORE_SHOWN]) + (" ..." if len(places) > MORE_SHOWN else "")
        yield f"  {fate} {_counted(len(places), 'row')} more, for {_counted(len(left), 'other reason')}: {named}"


def _reason(group: Sequence[Unsettled]) -> str:
    """Return the reason that rows share, with the first of the values that they have said."""
    first = group[0].reason
    found = _VALUE.search(first)
    if found is None:
        return first
    values = dict.fromkeys(match[1] for row in group if (match := _VALUE.search(row.reason)))
    more = " ..." if len(values) > PLACES_SHOWN else ""
    return f"{first[: found.start(1)]}{', '.join(list(values)[:PLACES_SHOWN])}{more}{first[found.end(1) :]}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
