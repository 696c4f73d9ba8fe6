"""How an import went: the one report that every importer ends with."""

import attrs
import msgspec

from diplocal.errors import InvalidValue


@attrs.frozen
class Unsettled:
    """A row that an importer could not take."""

    place: str
    """Where it stands in the input: 'row 7', 'line 12', 'france.xml, record 3'."""
    reason: str
    """What is wrong, and what was expected."""

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


@attrs.frozen(kw_only=True)
class Outcome:
    """What became of every row that an importer read.

    >>> print(Outcome(read=3, taken=1, unchanged=1, rejected=(Unsettled("row 4", "when is '18/9'"),)))
    3 rows read: 1 taken, 1 unchanged, 0 corrected, 0 ambiguous, 1 rejected
      rejected row 4: when is '18/9'

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

    def __attrs_post_init__(self) -> None:
        counts = (self.taken, self.unchanged, self.corrected, len(self.ambiguous), len(self.rejected))
        if min(counts) < 0 or self.read != sum(counts):
            raise InvalidValue("Outcome.read", self.read, f"the rows taken, unchanged and so on: {sum(counts)}")

    def __str__(self) -> str:
        counts = (
            f"{_rows(self.read)} read: {self.taken} taken, {self.unchanged} unchanged, {self.corrected} corrected, "
            f"{len(self.ambiguous)} ambiguous, {len(self.rejected)} rejected"
        )
        unsettled = [
            *(f"  ambiguous {row}" for row in self.ambiguous),
            *(f"  rejected {row}" for row in self.rejected),
        ]
        return "\n".join((counts, *unsettled))

    def to_json(self) -> str:
        """Give all of it as one JSON object, with the field names above as keys."""
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
        self._taken = self._unchanged = self._corrected = 0
        self._ambiguous: list[Unsettled] = []
        self._rejected: list[Unsettled] = []

    def taken(self) -> None:
        """Enter a row that told something new."""
        self._taken += 1

    def unchanged(self) -> None:
        """Enter a row that said what was known."""
        self._unchanged += 1

    def corrected(self) -> None:
        """Enter a row that said that an earlier one was wrong."""
        self._corrected += 1

    def ambiguous(self, place: str, reason: str) -> None:
        """Enter a row that can be read in more than one way."""
        self._ambiguous.append(Unsettled(place, reason))

    def rejected(self, place: str, reason: str) -> None:
        """Enter a row that cannot be read."""
        self._rejected.append(Unsettled(place, reason))

    def outcome(self) -> Outcome:
        """Give the report."""
        settled = self._taken + self._unchanged + self._corrected
        return Outcome(
            read=settled + len(self._ambiguous) + len(self._rejected),
            taken=self._taken,
            unchanged=self._unchanged,
            corrected=self._corrected,
            ambiguous=tuple(self._ambiguous),
            rejected=tuple(self._rejected),
        )


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"
