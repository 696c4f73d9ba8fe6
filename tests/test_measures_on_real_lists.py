"""The measures on published lists, against counts that are made of the XML alone, day by day."""

from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import pendulum
import pytest
from defusedxml import ElementTree

from diplocal.dates import When
from diplocal.events import VisitConcluded
from diplocal.importers.statedept.importer import import_visits
from diplocal.parties import Person, State
from diplocal.projections import ContactFrequency, Itineraries, Journeys, Network, Punctuality
from diplocal.replaying import replay
from diplocal.store import MemoryStore

Trip = tuple[str, pendulum.Date, pendulum.Date, str]
"""Who, first day, last day, where to."""


@pytest.fixture(scope="module")
def trips(shared_data: Path) -> list[Trip]:
    """All journeys of presidents and secretaries of state as last published, backward ones left out."""
    folder = max((shared_data / "statedept" / "travels").iterdir())
    found = [
        (
            trip.get("who", ""),
            pendulum.Date.fromisoformat(trip.findtext("start-date", "")),
            pendulum.Date.fromisoformat(trip.findtext("end-date", "")),
            "X-" + trip.findtext("country", "").upper().encode("ascii", "replace").hex().upper(),
        )
        for kind in ("president-travels", "secretary-travels")
        for file in sorted((folder / kind).glob("*.xml"))
        for trip in ElementTree.parse(file).iter("trip")
    ]
    return [trip for trip in found if trip[1] <= trip[2]]


@pytest.fixture(scope="module")
def journeys(trips: list[Trip]) -> Journeys:
    store = MemoryStore()
    store.append(
        *(
            VisitConcluded(
                engagement=f"trip-{number}",
                visitors=(Person(who, State("US")),),
                host=State(where),
                when=When.between(start, end),
            )
            for number, (who, start, end, where) in enumerate(trips)
        )
    )
    return replay(Itineraries(), store)


def days(trip: Trip) -> set[int]:
    return set(range(trip[1].toordinal(), trip[2].toordinal() + 1))


def share_more_than_travel(one: Trip, other: Trip) -> bool:
    """Tell whether two trips overlap: a day that ends one and begins the other is a day of travel."""
    if one[2] < other[1] or other[2] < one[1]:
        return False
    shared = days(one) & days(other)
    if one[3] == other[3]:
        return bool(shared)
    nights = {day for day in days(one) if day + 1 in days(one)} & {day for day in days(other) if day + 1 in days(other)}
    inside = [trip for trip in (one, other) if len(days(trip)) == 1]
    within = any(trip[1].toordinal() in shared and not at_an_end(trip, one, other) for trip in inside)
    return bool(nights) or within


def at_an_end(day: Trip, one: Trip, other: Trip) -> bool:
    longer = other if day is one else one
    return day[1] in (longer[1], longer[2])


def test_overlaps_of_real_journeys_are_those_that_days_laid_side_by_side_show(
    trips: list[Trip], journeys: Journeys
) -> None:
    by_person = defaultdict(list)
    for trip in trips:
        by_person[trip[0]].append(trip)
    assert len(by_person) > 50
    total = 0
    for who, all_trips in by_person.items():
        expected = sum(share_more_than_travel(one, other) for one, other in combinations(all_trips, 2))
        assert len(journeys.of(who).overlaps) == expected, who
        total += expected
    assert total > 100


def test_gaps_of_real_journeys_are_the_days_that_no_journey_takes_up(trips: list[Trip], journeys: Journeys) -> None:
    taken: defaultdict[str, set[int]] = defaultdict(set)
    for trip in trips:
        taken[trip[0]] |= days(trip)
    for who, all_days in taken.items():
        at_home = max(all_days) - min(all_days) + 1 - len(all_days)
        gaps = journeys.of(who).gaps
        assert all(gap.days.is_exact for gap in gaps)
        assert sum(gap.days.at_least for gap in gaps) == at_home, who


def test_destinations_of_real_journeys_are_those_that_the_lists_name(trips: list[Trip], journeys: Journeys) -> None:
    for who in ("kerry-john-forbes", "kissinger-henry-a", "bush-george-w"):
        named = Counter(trip[3] for trip in trips if trip[0] == who)
        assert named
        assert journeys.of(who).destinations == named


@pytest.fixture(scope="module")
def visits(shared_data: Path) -> tuple[Path, MemoryStore]:
    folder = max((shared_data / "statedept" / "visits").iterdir())
    store = MemoryStore()
    import_visits(folder, store, reported=pendulum.Date.fromisoformat(folder.name))
    return folder, store


def test_a_visitor_of_many_years_is_listed_as_often_as_the_list_names_them(visits: tuple[Path, MemoryStore]) -> None:
    folder, store = visits
    printed = [
        visit.findtext("visitor", "")
        for file in folder.glob("*.xml")
        for visit in ElementTree.parse(file).iter("visit")
    ]
    found = replay(Itineraries(), store)
    for name in ("Benjamin Netanyahu", "Angela Merkel", "Tony Blair"):
        listed = sum(name in visitor for visitor in printed)
        assert listed > 5
        assert len(found.of(name)) == listed


def test_the_network_of_all_visits_weighs_what_contact_frequency_counts(visits: tuple[Path, MemoryStore]) -> None:
    _, store = visits
    counted = {row.pair: row.count for row in replay(ContactFrequency(), store).by("all")}
    edges = {(edge.first.id, edge.second.id): edge.weight for edge in replay(Network(), store).edges()}
    assert edges == counted
    assert len(edges) > 150


def test_a_list_of_what_took_place_announces_nothing(visits: tuple[Path, MemoryStore]) -> None:
    assert len(replay(Punctuality(), visits[1])) == 0
