"""The understanding itself, as an answer: every engagement, and the reports behind it."""

from collections.abc import Iterable

from diplocal.engagements import Engagements
from diplocal.records import Record


class AllEngagements:
    """What is understood of every engagement, with its reports.

    Its answer is an Engagements: ``get("wang-to-russia")`` gives one, iterating gives all.
    """

    name = "diplocal.engagements"
    version = 1

    def start(self) -> Engagements:
        """Begin with no engagement."""
        return Engagements()

    def apply(self, state: Engagements, record: Record) -> Engagements:
        """Take one record."""
        return self.fold(state, (record,))

    def fold(self, state: Engagements, records: Iterable[Record]) -> Engagements:
        """Take records at once."""
        return state.take(records)[0]

    def answer(self, state: Engagements) -> Engagements:
        """Return the engagements."""
        return state

    def merge(self, left: Engagements, right: Engagements) -> Engagements:
        """Join the engagements of two halves of a log that was split by engagement."""
        return left.merge(right)
