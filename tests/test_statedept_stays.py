from pathlib import Path

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal.importers.statedept.rows import read_folder
from diplocal.importers.statedept.stays import MONTHS, read_stay

DAYS = st.dates(min_value=pendulum.Date(1870, 1, 1), max_value=pendulum.Date(2100, 1, 1)).map(
    lambda day: pendulum.Date(day.year, day.month, day.day)
)


def stay(description: str, start: str, end: str) -> tuple[str, str] | None:
    found = read_stay(description, pendulum.Date.fromisoformat(start), pendulum.Date.fromisoformat(end))
    return (str(found[0]), str(found[1])) if found else None


class TestAStay:
    @pytest.mark.parametrize(
        ("description", "start", "end", "days"),
        [
            ("In U.S. November 29, 1874–February 2, 1875.", "1874-12-12", "1874-12-23", ("1874-11-29", "1875-02-02")),
            ("Visited U.S. April 15-July 12.", "1876-05-07", "1876-05-11", ("1876-04-15", "1876-07-12")),
            ("In the U.S. October 2–31, visiting New York.", "1919-10-27", "1919-10-30", ("1919-10-02", "1919-10-31")),
            ("In U.S. December 28–January 4.", "1970-01-02", "1970-01-03", ("1969-12-28", "1970-01-04")),
            (
                "Afterwards visited Reno. Departed U.S. May 30.",
                "1950-05-03",
                "1950-05-05",
                ("1950-05-03", "1950-05-30"),
            ),
            ("Arrived in U.S. November 22, 1961.", "1962-02-13", "1962-02-14", ("1961-11-22", "1962-02-14")),
        ],
    )
    def test_is_what_the_description_gives_around_the_listed_days(
        self, description: str, start: str, end: str, days: tuple[str, str]
    ) -> None:
        assert stay(description, start, end) == days

    @pytest.mark.parametrize(
        ("description", "start", "end"),
        [
            ("State visit.", "1977-10-10", "1977-10-13"),
            ("Departed U.S. September 15.", "1977-10-10", "1977-10-13"),
            ("In U.S. January 16–18.", "1986-01-12", "1986-01-16"),
            ("In U.S. September 8–10.", "1966-09-08", "1966-09-10"),
            ("In U.S. February 30–March 2.", "1966-03-01", "1966-03-01"),
            ("In U.S. December 2. Also visited New York City.", "1942-12-04", "1942-12-06"),
        ],
    )
    def test_is_none_where_nothing_longer_is_given_or_the_listed_days_contradict(
        self, description: str, start: str, end: str
    ) -> None:
        assert stay(description, start, end) is None

    @given(DAYS, st.tuples(*[st.integers(0, 60)] * 3), st.sampled_from(["", ", {}"]))
    def test_is_read_back_as_it_was_printed(self, first: pendulum.Date, spans: tuple[int, ...], year: str) -> None:
        start, end, last = (first.add(days=sum(spans[:count])) for count in (1, 2, 3))
        printed = "–".join(f"{MONTHS[day.month - 1]} {day.day}{year.format(day.year)}" for day in (first, last))
        expected = (first, last) if (first, last) != (start, end) else None
        assert read_stay(f"State visit. In U.S. {printed}; visited Reno.", start, end) == expected

    def test_contains_the_listed_days_in_all_that_was_published(self, shared_data: Path) -> None:
        rows, _ = read_folder(shared_data / "statedept" / "visits" / "2021-11-18")
        stays = [(row, found) for row in rows if (found := read_stay(row.description, row.start, row.end))]
        assert len(stays) == 399
        assert all(first <= row.start and row.end <= last for row, (first, last) in stays)
        assert max(first.diff(last).in_days() for _, (first, last) in stays) < 200
