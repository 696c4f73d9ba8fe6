"""Bugs of reading records: what is counted, forgotten, mistaken for something else, or let out."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from bugs_of_state import Counting
from immutables import Map
from planting import planted
from right import HELD, ByStatus, HostsByMonth, Standing

from diplocal.engagements import Engagement, Kind
from diplocal.events import (
    Cancelled,
    Corrected,
    EngagementEvent,
    NoLongerListed,
    Rescheduled,
    Retracted,
    VisitAnnounced,
    VisitConcluded,
)
from diplocal.projections import OverChanges, Tally
from diplocal.records import Record


@planted("totality", least=0)
class CrashesOnNothing(Counting):
    """It takes the greatest of an empty log."""

    def answer(self, state: Any) -> Any:
        return max(state.values())


@planted("totality", least=1)
class CrashesWithoutADate(Counting):
    """It takes every announcement to have a date."""

    def apply(self, state: Any, record: Record) -> Any:
        if isinstance(record.event, VisitAnnounced):
            return {**state, record.stream: record.event.when.edtf}  # type: ignore[union-attr] # the bug
        return state


@planted("totality", least=1)
class CrashesInDecember(Counting):
    """It finds the next month by adding one to the number of this one."""

    def apply(self, state: Any, record: Record) -> Any:
        if isinstance(record.event, VisitConcluded) and record.event.when.earliest:
            return {
                **state,
                record.stream: record.event.when.earliest.replace(day=1, month=record.event.when.earliest.month + 1),
            }
        return state


@planted("totality", least=1)
class CrashesOnOthers(Counting):
    """It takes every event to have visitors."""

    def apply(self, state: Any, record: Record) -> Any:
        return {**state, record.stream: len(record.event.visitors)}  # type: ignore[attr-defined] # the bug


@planted("unrelated", least=0)
class CatchesAll(Counting):
    """What is not announced, it takes for something that took place."""

    def apply(self, state: Any, record: Record) -> Any:
        if isinstance(record.event, VisitAnnounced | Cancelled):
            return state
        return {**state, record.stream: "held"}


@planted("unrelated", least=0)
class CountsRecords(Counting):
    """It counts records, whatever they say."""

    def start(self) -> Any:
        return 0

    def apply(self, state: Any, _record: Record) -> Any:
        return state + 1


@planted("unrelated", least=1)
class HandlesMoreThanItSays(Counting):
    """It says that it handles visits, and looks at calls too."""

    handles = (VisitConcluded,)

    def apply(self, state: Any, record: Record) -> Any:
        return {**state, record.stream: 1} if isinstance(record.event, EngagementEvent) else state


@planted("retraction", least=1)
class ForgetsRetractions(Counting):
    """It says that it heals, and does nothing about retractions."""

    heals = True


@planted("retraction", least=2)
class RetractsTheLast(Standing):
    """A retraction takes out the last report, whichever it names."""

    def standing(self, reports: Any) -> Iterator[EngagementEvent]:
        found: list[tuple[str, EngagementEvent]] = []
        for name, event in reports:
            if isinstance(event, Retracted):
                found = found[:-1]
            else:
                found.append((name, event))
        return super().standing(found)


@planted("retraction", least=2)
class NeverTakesARetractionBack(Standing):
    """What was retracted stays out, though the retraction was retracted."""

    def standing(self, reports: Any) -> Iterator[EngagementEvent]:
        listed = list(reports)
        dead = {event.of for _, event in listed if isinstance(event, Retracted)}
        return super().standing((name, event) for name, event in listed if name not in dead)


@planted("retraction", least=1)
class CountsRetractionsBySign(Counting):
    """A retraction takes one off the count, whatever was retracted."""

    heals = True

    def start(self) -> Any:
        return 0

    def apply(self, state: Any, record: Record) -> Any:
        return state + isinstance(record.event, VisitConcluded) - isinstance(record.event, Retracted)


@planted("correction", least=1)
class CountsCorrectionsToo(Standing):
    """A corrected report counts once as it was, and once as it is."""

    def standing(self, reports: Any) -> Iterator[EngagementEvent]:
        listed = list(reports)
        yield from super().standing(
            (name, event.right if isinstance(event, Corrected) else event) for name, event in listed
        )

    def read(self, reports: dict[str, list[EngagementEvent]]) -> Any:
        return sum(isinstance(event, VisitConcluded) for events in reports.values() for event in events)


@planted("correction", least=1)
class IgnoresCorrections(HostsByMonth):
    """It leaves a visit in the month in which it was first counted."""

    def standing(self, reports: Any) -> Iterator[EngagementEvent]:
        return super().standing((name, event) for name, event in reports if not isinstance(event, Corrected))


@planted("correction", least=1)
class TakesOutTheDateOnly(OverChanges[Map[str, int], dict[str, int]]):
    """When a visit changes, it takes it out under its new host, not under the old one."""

    name = "planted.takes-out-the-date-only"

    def begin(self) -> Map[str, int]:
        return Map()

    def change(self, value: Map[str, int], before: Engagement | None, after: Engagement | None) -> Map[str, int]:
        for one, amount in ((before, -1), (after, 1)):
            if one and after and after.host and one.kind is Kind.VISIT and one.status in HELD:
                value = value.set(after.host.code, value.get(after.host.code, 0) + amount)
        return value

    def read(self, value: Map[str, int]) -> dict[str, int]:
        return {code: count for code, count in value.items() if count}


@planted("retraction", least=2)
class AReschedulingIsASecondVisit(Tally[str, Mapping[str, int]]):
    """It counts a visit once for each time that its date, place or cancellation changed."""

    name = "planted.a-rescheduling-is-a-second-visit"
    key_type = str

    def contributions(self, engagement: Engagement) -> Iterator[tuple[str, int]]:
        if engagement.kind is Kind.VISIT and engagement.counts and engagement.host:
            yield engagement.host.code, 1 + engagement.revisions

    def read(self, value: Mapping[str, int]) -> Mapping[str, int]:
        return value


@planted("retraction", least=3)
class WrongAfterTwoReschedulings(Standing):
    """It takes the second rescheduling from the raw reports, retracted or not."""

    def answer(self, state: Map[str, Any]) -> Any:
        moves = {
            stream: [event.when.edtf for _, event in reports if isinstance(event, Rescheduled)]
            for stream, reports in state.items()
        }
        return {stream: dates[1] for stream, dates in moves.items() if len(dates) > 1}


@planted("retraction", least=2)
class NeverListedAgain(OverChanges[frozenset[str], list[str]]):
    """What a list dropped is never taken back, though the report of it is retracted."""

    name = "planted.never-listed-again"

    def begin(self) -> frozenset[str]:
        return frozenset()

    def change(self, value: frozenset[str], _before: Engagement | None, after: Engagement | None) -> frozenset[str]:
        return value | {after.slug} if after and not after.listed else value

    def read(self, value: frozenset[str]) -> list[str]:
        return sorted(value)


@planted("retraction", least=1)
class KeepsEmptyKeys(ByStatus):
    """What was retracted leaves an empty list behind."""

    name = "planted.keeps-empty-keys"

    def read(self, value: Any) -> dict[str, list[str]]:
        return {status.value: sorted(slugs) for status, slugs in value.items()}


@planted("order", least=3)
class ReschedulesTheLatest(Counting):
    """A rescheduling moves the visit that was announced last, whichever it is about."""

    def start(self) -> Any:
        return {}, ""

    def apply(self, state: Any, record: Record) -> Any:
        dates, latest = state
        if isinstance(record.event, VisitAnnounced):
            return {**dates, record.stream: ""}, record.stream
        if isinstance(record.event, Rescheduled) and latest:
            return {**dates, latest: record.event.when.edtf}, latest
        return state

    def answer(self, state: Any) -> Any:
        return state[0]


@planted("order", least=2)
class ListsInOrderOfArrival(Counting):
    """It lists engagements in the order in which the log learnt of them."""

    def apply(self, state: Any, record: Record) -> Any:
        return {**state, record.stream: 1} if isinstance(record.event, EngagementEvent) else state

    def answer(self, state: Any) -> Any:
        return list(state)


@planted("order", least=2)
class FirstComeFirstServed(Counting):
    """Of two visits to one host, it keeps the one that was recorded first."""

    def apply(self, state: Any, record: Record) -> Any:
        if isinstance(record.event, VisitConcluded):
            return {record.event.host.code: record.stream, **state}
        return state


@planted("order", least=3)
class AddsUpFloats(Counting):
    """It keeps a mean in floating point, and adds to it."""

    def start(self) -> Any:
        return 0, 0.0

    def apply(self, state: Any, record: Record) -> Any:
        count, mean = state
        if not isinstance(record.event, EngagementEvent):
            return state
        return count + 1, mean + (len(type(record.event).__name__) - mean) / (count + 1)

    def answer(self, state: Any) -> Any:
        return state[1]


@planted("secrecy", least=2)
class TellsThePosition(Counting):
    """It shows where in the log a visit was reported."""

    def apply(self, state: Any, record: Record) -> Any:
        return {**state, record.stream: record.position} if isinstance(record.event, VisitConcluded) else state


@planted("secrecy", least=2)
class TellsTheVersion(Counting):
    """It shows how many reports there are of an engagement, by the version of its stream."""

    def apply(self, state: Any, record: Record) -> Any:
        return {**state, record.stream: record.version} if isinstance(record.event, EngagementEvent) else state


@planted("upcasting", least=1)
class GoesByIdentity(Counting):
    """It takes an event that it has seen before, by identity, for a repetition."""

    seen: ClassVar[dict[int, Any]] = {}

    def apply(self, state: Any, record: Record) -> Any:
        new = self.seen.setdefault(id(record.event), record.event) is record.event and len(self.seen) % 2
        return {**state, record.stream: bool(new)}


@planted("renaming", least=1)
class FavoursOnePair(Standing):
    """It counts visits from China to Russia twice."""

    def read(self, reports: dict[str, list[EngagementEvent]]) -> Any:
        visits = [event for events in reports.values() for event in events if isinstance(event, VisitConcluded)]
        return sum(2 if (visit.host.code == "RU") else 1 for visit in visits)


@planted("renaming", least=1)
class TakesLabelsForCodes(Standing):
    """It knows states by the first two letters of their labels."""

    def read(self, reports: dict[str, list[EngagementEvent]]) -> Any:
        hosts = (e.host for events in reports.values() for e in events if isinstance(e, VisitConcluded))
        return sorted(str(host)[:2].upper() for host in hosts)


@planted("shifting", least=1)
class KnowsOneCentury(HostsByMonth):
    """It leaves out what was not in the twenties of this century."""

    def read(self, reports: dict[str, list[EngagementEvent]]) -> dict[str, list[str]]:
        found = super().read(reports)
        return {host: [month for month in months if month.startswith("202")] for host, months in found.items()}


@planted("shifting", least=1)
class CountsLeapDaysByRuleOfThumb(Standing):
    """It takes every fourth year to be a leap year, and counts days from 1970."""

    def read(self, reports: dict[str, list[EngagementEvent]]) -> Any:
        days = [
            event.when.earliest
            for events in reports.values()
            for event in events
            if isinstance(event, VisitConcluded) and event.when.earliest
        ]
        return sorted((day.year - 1970) * 365 + (day.year - 1969) // 4 + day.day_of_year for day in days)[:1] and [
            (day.toordinal() - (day.year * 365 + day.year // 4)) for day in days
        ]


@planted("echo", least=1)
class CountsReports(Standing):
    """It counts a visit once for each report of it."""

    def read(self, reports: dict[str, list[EngagementEvent]]) -> Any:
        return sum(isinstance(event, VisitConcluded) for events in reports.values() for event in events)


@planted("plans", least=1)
class CountsAnnouncements(Standing):
    """It counts what was announced as if it had taken place."""

    def read(self, reports: dict[str, list[EngagementEvent]]) -> Any:
        return sum(
            any(isinstance(event, VisitConcluded | VisitAnnounced) for event in events) for events in reports.values()
        )


@planted("recording", least=1)
class TakesRecordedForOccurred(Counting):
    """It counts a visit in the month in which it was recorded."""

    def apply(self, state: Any, record: Record) -> Any:
        if isinstance(record.event, VisitConcluded):
            month = record.recorded_at.format("YYYY-MM")
            return {**state, month: state.get(month, 0) + 1}
        return state


@planted("respelling", least=2)
class KnowsPeopleByTheirCapitals(Standing):
    """It takes one person whose name is printed in two ways for two."""

    def read(self, reports: dict[str, list[EngagementEvent]]) -> Any:
        names = {
            getattr(one, "name", "")
            for events in reports.values()
            for event in events
            if isinstance(event, VisitConcluded | VisitAnnounced)
            for one in event.visitors
        }
        return len(names - {""})


@planted("order", least=2)
class DropsWhatIsListedLater(Counting):
    """A list that drops one engagement drops all."""

    def apply(self, state: Any, record: Record) -> Any:
        if isinstance(record.event, NoLongerListed):
            return {}
        return {**state, record.stream: 1} if isinstance(record.event, EngagementEvent) else state


@planted("correction", least=2)
class KeepsTheFirstCorrection(Standing):
    """A report that is corrected a second time stays as it was corrected first."""

    def standing(self, reports: Iterable[tuple[str, EngagementEvent]]) -> Iterator[EngagementEvent]:
        kept = list(reports)
        corrected = {event.of for _, event in kept if isinstance(event, Corrected)}
        first = {of: next(n for n, e in kept if isinstance(e, Corrected) and e.of == of) for of in corrected}
        others = (one for one in kept if not isinstance(one[1], Corrected) or first[one[1].of] == one[0])
        return super().standing(others)

    def read(self, reports: dict[str, list[EngagementEvent]]) -> Any:
        return {stream: list(map(repr, events)) for stream, events in reports.items()}


class Said(Counting):
    """Right, of a log in order: the date that was said last of each visit."""

    def apply(self, state: Any, record: Record) -> Any:
        when = getattr(record.event, "when", None)
        return {**state, record.stream: when.edtf} if when and isinstance(record.event, EngagementEvent) else state


@planted("arrival", least=2)
class TakesTheLatestRecord(Said):
    """It takes what was recorded last for the last word, though it may be an old newspaper."""


@planted("refinement", least=1)
class TakesTheLatestDate(Said):
    """It takes the date that was said last, though an earlier report knew the day."""


@planted("duplicates", least=1)
class CountsDuplicates(Standing):
    """It counts a visit that was told under two names twice, though the two were merged."""


@planted("growth", least=1)
class KeepsEveryId(Counting):
    """It remembers each record that it ever saw, and never asks."""

    def start(self) -> Any:
        return frozenset(), frozenset()

    def apply(self, state: Any, record: Record) -> Any:
        return (state[0] | {record.id}, state[1] | {record.stream}) if state else state

    def answer(self, state: Any) -> Any:
        return len(state[1])


@planted("purity", least=0)
class AnswersOnce(Counting):
    """Its answer is an iterator, which is empty for whoever reads it a second time."""

    def answer(self, state: Any) -> Any:
        return iter(sorted(state.items()))
