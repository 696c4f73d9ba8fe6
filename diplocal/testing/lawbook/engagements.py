"""One engagement at a time: those that have nothing to do with each other do not meet in the fold."""
# ruff: noqa: D401 - a law says what holds

from collections.abc import Mapping
from itertools import chain

from diplocal.events import Corrected, EngagementEvent, Event, MergedAsDuplicate, Retracted
from diplocal.events.registry import shape
from diplocal.records import Envelope
from diplocal.testing.foreign import FoldFunction
from diplocal.testing.history import History
from diplocal.testing.history_entry import HistoryEntry
from diplocal.testing.law import Picks, law, same
from diplocal.testing.subjects import Folded, Subject


@law(
    "a reschedule that moves the latest visit, whichever that is",
    "the order of arrival in an answer",
    "averages that depend on the order of adding up",
)
def order(subject: Subject, history: History, _picks: Picks) -> None:
    """How the reports about different engagements interleave does not matter, as long as each keeps its own order.

    They are all taken to be recorded at one instant, as an import does. Duplicates stay in order with their like.
    """
    batch = history.at_one_instant()
    groups = grouped(batch)
    sorted_out = History(tuple(chain.from_iterable(groups)))
    backwards = History(tuple(chain.from_iterable(reversed(groups))))
    interleaved = subject.answer(batch.records())
    same("interleaved", interleaved, "one engagement after the other", subject.answer(sorted_out.records()))
    same("interleaved", interleaved, "the last engagement first", subject.answer(backwards.records()))


@law(
    "a catch-all branch that takes whatever it does not know for something else",
    "counting records instead of what they say",
)
def unrelated(subject: Subject, history: History, picks: Picks) -> None:
    """An event of a kind that the projection was never told of leaves the answer as it was.

    So does, for a projection that declares what it ``handles``, every event of another class; one that is about all
    reports, of classes to come as well, says ``handles = (EngagementEvent,)``. A log that another one was brought into
    is left out: which log first told of an engagement may change.
    """
    if any(one.envelope.origin for one in history):
        return
    handles = subject.handles
    place = picks.one_of((len(history), 0, len(history) // 2), "foreign")
    foreign: list[Event] = [Foreign()]
    before = history.entries[place - 1].stream if place else ""
    if place and not isinstance(history.entries[place - 1].event, EngagementEvent):
        foreign.append(Foreign(in_stream=before))
        made = subject.make()
        foreign += made.strangers(history, place) if isinstance(made, FoldFunction) else ()
    elif place and not any(isinstance(one.event, Retracted) and one.stream == before for one in history):
        foreign.append(ForeignToIt(engagement=before))
    for event in foreign:
        if handles is not None and isinstance(event, tuple(handles)):
            continue
        records = history.inserted(place, Envelope(event, id="foreign")).records()
        known = subject.answer(record for record in records if record.id != "foreign")
        same("without an event of another kind", known, "with it", subject.answer(records))
    if handles is not None:
        records = history.records()
        handled = [record for record in records if isinstance(record.event, tuple(handles))]
        same("everything", subject.answer(records), "only what it says it handles", subject.answer(handled))


@law(
    "a merge that takes the greater of two counts, or the later of two halves",
    "a merge that is not commutative or not associative",
    "a merge that needs a half that is not empty",
    "an average of averages",
    "a merge that changes the state that it is given",
    applies=lambda subject: subject.merges,
    needs="merge",
)
def merging(subject: Subject, history: History, picks: Picks) -> None:
    """Halves of a log, folded apart and merged, give what the whole log gives, and can be folded on.

    The log is split by engagement in any way, duplicates beside their like. Which half comes first does not matter, nor
    how three parts are merged; an empty part adds nothing, and each part stays as it was.
    """
    records = history.records()
    homes = {
        one.stream: home
        for group in grouped(history)
        for home in [picks.one_of((0, 1, 2), group[0].stream)]
        for one in group
    }
    parts = [subject.fold(record for record in records if homes[record.stream] == part) for part in range(3)]
    whole = subject.answer(records)
    made = subject.make()
    one, two, three = (part.state for part in parts)
    before = [part.kept for part in parts]

    def merged(left: object, right: object) -> Folded:
        return subject.going_on(made, made.merge(left, right))

    left_first, right_first = merged(merged(one, two).state, three), merged(one, merged(two, three).state)
    same("the whole log", whole, "three parts, merged from the left", left_first.answer)
    same("the whole log", whole, "three parts, merged from the right", right_first.answer)
    same("one part before the other", merged(one, two).answer, "the other before the one", merged(two, one).answer)
    same("a part", parts[0].answer, "the part merged with an empty log", merged(one, made.start()).answer)
    same("a part", parts[0].answer, "an empty log merged with the part", merged(made.start(), one).answer)
    for kept, part in zip(before, parts, strict=True):
        same("a part", kept, "the part after it was merged", part.kept)
    for stop in picks.places(len(records)):
        goes_on = _merged_at(subject, history, homes, stop).quickly(records[stop:]).answer
        same("the whole log", whole, f"merged after {stop} records and folded on", goes_on)


def _merged_at(subject: Subject, history: History, homes: Mapping[str, int], stop: int) -> Folded:
    """Fold two halves up to a record, and merge them."""
    records, made = history.records()[:stop], subject.make()
    halves = [
        subject.fold(()).quickly([record for record in records if (homes[record.stream] == 0) is first]).state
        for first in (True, False)
    ]
    return subject.going_on(made, made.merge(*halves))


@shape
class Foreign(Event):
    """An event that no projection was told of."""

    in_stream: str = "protocol-department"

    @property
    def stream(self) -> str:
        """A stream of its own, or somebody's."""
        return self.in_stream


@shape
class ForeignToIt(EngagementEvent):
    """An event about an engagement that no projection was told of."""


def grouped(history: History) -> list[list[HistoryEntry]]:
    """Put together what is told of one engagement and of those that it was merged with, in order of beginning."""
    home = {stream: stream for stream in history.streams}
    for one in history:
        into = _merged_into(one.event)
        if into in home:
            gone, stays = home[one.stream], home[into]
            home = {stream: stays if root == gone else root for stream, root in home.items()}
    groups: dict[str, list[HistoryEntry]] = {}
    for one in history:
        groups.setdefault(home[one.stream], []).append(one)
    return list(groups.values())


def _merged_into(event: Event) -> str:
    if isinstance(event, Corrected):
        return _merged_into(event.right)
    return event.into if isinstance(event, MergedAsDuplicate) else ""
