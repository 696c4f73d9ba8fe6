"""What a check has seen: how much was compared, and of what."""

from collections import Counter

import attrs

from diplocal.testing.canonical import is_known_by_repr
from diplocal.testing.history import History
from diplocal.testing.subjects import Subject, itself

MANY = 10
"""Histories after which silence is no accident."""
VERY_MANY = 50
"""Histories after which it is a fault."""


@attrs.define
class Seen:
    """The histories that a projection was held to, and what it said of them."""

    subject: Subject
    histories: int = 0
    """How many were not empty."""
    spoke: int = 0
    """Of how many the answer was another than that of an empty log."""
    longest: int = 0
    """Reports in the longest."""
    engagements: int = 0
    """How many there were in all, or other streams."""
    events: Counter[str] = attrs.field(factory=Counter)
    """Reports of each class."""

    def hear(self, history: History) -> None:
        """Take one more history."""
        if not len(history):
            return
        self.histories += 1
        subject = self.subject.about(history)
        try:
            self.spoke += subject.fold(()).quickly(history.records()).answer != subject.answer(())
        except Exception:  # noqa: BLE001 - whatever a projection raises is no silence, and the law of totality tells of it
            self.spoke += 1
        self.longest = max(self.longest, len(history))
        self.engagements += len(history.streams)
        self.events.update(type(getattr(event, "event", event)).__name__ for event in history.events)

    def add(self, other: "Seen") -> None:
        """Take what was seen by another law of the same projection."""
        self.histories += other.histories
        self.spoke += other.spoke
        self.longest = max(self.longest, other.longest)
        self.engagements += other.engagements
        self.events += other.events

    @property
    def is_telling(self) -> bool:
        """Whether there were so many histories that silence is no accident."""
        return self.histories >= MANY

    @property
    def is_mute(self) -> bool:
        """Whether there was silence in so many histories that the laws hold of nothing at all."""
        return self.histories >= VERY_MANY and not self.spoke

    @property
    def mute(self) -> str:
        """Name the class of an answer that may say more than it shows, in words to add to a sentence; mostly empty."""
        answer = self.subject.beginning
        shown = is_known_by_repr(type(answer)) and self.subject.ask is itself
        return f"; or say with ask= what to read: {answer!r} is all that {type(answer).__name__} shows" if shown else ""

    def __str__(self) -> str:
        if not self.histories:
            return "No history had a report in it."
        reports = self.events.total() / self.histories
        classes = ", ".join(f"{name} {count:,}" for name, count in self.events.most_common())
        asked = ", ".join(sorted(self.subject.questions.asked)) or "nothing but itself"
        left = ", ".join(sorted(self.subject.never_asked()))
        return (
            f"Seen: {self.histories:,} histories of {self.engagements / self.histories:.1f} engagements and "
            f"{reports:.1f} reports each, the longest of {self.longest}; the answer said something in "
            f"{self.spoke / self.histories:.0%} of them.\n"
            f"Reports: {classes}.\n"
            f"The answer was asked: {asked}{f'; never asked, for want of arguments: {left}' if left else ''}."
        )
