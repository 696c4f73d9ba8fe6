"""What the documents show people to write, for type checkers, and never run: pyright and mypy strict take it."""

from collections.abc import Mapping
from typing import Any

import pendulum

import diplocal
from diplocal import (
    ConsultationRounds,
    ContactFrequency,
    Diary,
    Discrepancies,
    Engagement,
    EventStore,
    Feed,
    MemoryStore,
    Network,
    Punctuality,
    SQLiteStore,
    State,
    UpcomingVisits,
    View,
    VisitAnnounced,
    When,
    replay,
)
from diplocal.tabular import rows, to_csv

store = MemoryStore()
store.append(VisitAnnounced(engagement="visit", visitors=(State("CN"),), host=State("RU"), when=When("2023-10")))
months = [row.period for row in replay(ContactFrequency(), store).by("month")]
ahead = [entry.slug for entry in replay(UpcomingVisits(), store, known_at=1).on(pendulum.Date(2023, 9, 18), state="RU")]
listed = replay(UpcomingVisits(), list(store.read()))
plans = [one.plans for one in replay(Punctuality(), store).by("pair")]
weights = [edge.weight for edge in replay(Network(), store).edges("year")]
calendar: bytes = replay(Feed(pair=("CN", "RU")), store).to_ical()
series = [one.series for one in replay(ConsultationRounds(), store)]
findings = [one.message for one in replay(Discrepancies(), store)]

logs: list[EventStore] = [store, SQLiteStore("log.db")]

with Diary(store) as diary:
    found: list[Engagement] = diary.find(person="Wang Yi", since="2023-09", words="moscow", sides="bilateral")
    table: list[dict[str, Any]] = rows(found)
    sheet: str = to_csv(diary.changes(since=0))
    met: list[int] = [row.count for row in diary.answer(ContactFrequency(), kind="visit").by("month")]
    both: tuple[Any, Any] = diary.answer(ContactFrequency(), Network())


class Undated(View[str, list[str]]):
    """A projection of one's own."""

    name, row_type = "acme.undated", str

    def row(self, engagement: Engagement) -> str | None:
        """Return the slug of what has no date."""
        return engagement.slug if engagement.when is None else None

    def read(self, value: Mapping[str, str]) -> list[str]:
        """Return the slugs."""
        return sorted(value.values())


undated: list[str] = replay(Undated(), diplocal.open("memory:"))
