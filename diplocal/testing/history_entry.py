"""One report of a history, and when the log learnt it."""

import attrs
import pendulum

from diplocal.events import Event
from diplocal.records import Envelope, Origin, instant


@attrs.frozen
class HistoryEntry:
    """One envelope of a history, with its id, and when the log learnt it."""

    envelope: Envelope
    recorded_micros: int
    """Microseconds since 1970-01-01 UTC."""

    @property
    def id(self) -> str:
        """The event's id."""
        return self.envelope.id or ""

    @property
    def event(self) -> Event:
        """What was reported."""
        return self.envelope.event

    def saying(self, event: Event) -> "HistoryEntry":
        """Report something else, under the same id and at the same instant."""
        return attrs.evolve(self, envelope=attrs.evolve(self.envelope, event=event))

    @property
    def first_micros(self) -> int:
        """When the first log that had it learnt it: this one, or the one that it came from."""
        return self.envelope.origin.recorded_micros if self.envelope.origin else self.recorded_micros

    def later(self, by: int) -> "HistoryEntry":
        """Record the same so many microseconds later, wherever it was first."""
        origin = self.envelope.origin
        moved = origin and attrs.evolve(self.envelope, origin=Origin(origin.log_id, origin.recorded_micros + by))
        return HistoryEntry(moved or self.envelope, self.recorded_micros + by)

    @property
    def stream(self) -> str:
        """The stream that it belongs to: the engagement's slug."""
        return self.envelope.event.stream

    @property
    def recorded_at(self) -> pendulum.DateTime:
        """When the log learnt it, in UTC."""
        return instant(self.recorded_micros)
