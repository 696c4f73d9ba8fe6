"""Example tests in diplomatic words: given what was recorded, when more is recorded, then the answer is this."""

import warnings
from collections.abc import Callable, Collection, Iterable, Mapping
from textwrap import indent
from typing import Any

import attrs
import pendulum

from diplocal.errors import InvalidValue
from diplocal.events import Event
from diplocal.records import Envelope
from diplocal.replaying import Instant, RecordsSetAside, catch_up, replay
from diplocal.testing.canonical import canonical
from diplocal.testing.failures import two_answers
from diplocal.testing.history import History
from diplocal.testing.subjects import Subject
from diplocal.testing.tables import table


class Unexpected(AssertionError):
    """An answer is not the one that was expected; the message tells the story, both answers and their difference."""

    def __init__(self, story: "Story", name: str, expected: Any, actual: Any) -> None:
        answers = two_answers(f"then {name} should say", canonical(expected), "it says", canonical(actual))
        super().__init__(f"{story}\n{answers}")
        self.expected, self.actual = expected, actual


class NotTaken(AssertionError):
    """A projection could not take a record of a story, or took one that it was not to take."""

    def __init__(self, story: "Story", name: str, aside: Mapping[str, str], expected: Collection[str]) -> None:
        told = "".join(f"\n  {record}: {reason}" for record, reason in aside.items()) or " none"
        awaited = f" where {', '.join(sorted(expected))} was to be" if expected else ""
        super().__init__(f"{story}\nthen {name} set aside{awaited}:{told}")
        self.aside = dict(aside)


@attrs.frozen
class Story:
    """What was recorded, told in steps: ``when`` records more, ``then`` sees what a projection says. Immutable."""

    history: History
    givens: int
    """So many reports are given; the others come when the story goes on."""

    def when(self, *events: Event | Envelope, recorded: Iterable[str | pendulum.DateTime] = ()) -> "Story":
        """Record more. ``recorded`` has their instants, an hour apart where it has none."""
        return attrs.evolve(self, history=self.history.then(*events, recorded=recorded))

    def then(
        self,
        projection: Any,
        expected: Any,
        *,
        ask: Callable[[Any], Any] = lambda answer: answer,
        set_aside: Collection[str] = (),
        known_at: int | Instant | None = None,
        reported_by: Instant | None = None,
        audience: str | None = None,
    ) -> "Story":
        """See that a projection's answer is what is expected, to the last detail, and go on.

        No record may be set aside, as one is on which the projection raises an error, but those whose ids are in
        ``set_aside``.

        ``ask`` reads what matters off the answer. The others are those of ``replay``.

        Raises Unexpected, with both answers and their difference; NotTaken, with the reasons.
        """
        __tracebackhide__ = True
        if isinstance(set_aside, str):
            raise InvalidValue("set_aside", set_aside, f"a list of ids, such as [{set_aside!r}]")
        subject = Subject.of(projection)
        records = self.history.records()
        when: Any = {"known_at": known_at, "reported_by": reported_by, "audience": audience}
        taken = catch_up(subject.make(), records, **when)
        ids = {record.position: record.id for record in records}
        aside = {ids[one.position]: one.reason for one in taken.set_aside}
        if set(aside) != set(set_aside):
            raise NotTaken(self, subject.name, aside, set_aside)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RecordsSetAside)  # those are the ones that were to be
            actual = ask(replay(subject.make(), records, **when))
        if canonical(actual) != canonical(expected):
            raise Unexpected(self, subject.name, expected, actual)
        return self

    def __str__(self) -> str:
        given_lines = table(self.history).splitlines()
        told = f"given\n{indent(chr(10).join(given_lines[: self.givens]) or '(nothing)', '  ')}\n"
        if len(self.history) == self.givens:
            return told
        return f"{told}when\n{indent(chr(10).join(given_lines[self.givens :]), '  ')}\n"


def given(*events: Event | Envelope, recorded: Iterable[str | pendulum.DateTime] = ()) -> Story:
    """Begin a story with what was recorded, in order; the second report about ``visit-1`` has the id ``visit-1/2``.

    ``recorded`` has an instant for each, an hour apart where it has none.

    >>> from diplocal.events import Retracted, VisitConcluded
    >>> from diplocal.projections import ContactFrequency
    >>> from diplocal.testing.pools import CHINA, RUSSIA
    >>> from diplocal.dates import When
    >>> visit = VisitConcluded(engagement="visit-1", visitors=(CHINA,), host=RUSSIA, when=When("2023-09-18"))
    >>> story = given(visit).then(ContactFrequency, {"RU": 0, "CN": 1}, ask=lambda all: all.reciprocity(("RU", "CN")))
    >>> retracted = story.when(Retracted(engagement="visit-1", of="visit-1/1"))
    >>> _ = retracted.then(ContactFrequency, [], ask=lambda all: all.by("year"))
    """
    history = History.of(*events, recorded=recorded)
    return Story(history, len(history))
