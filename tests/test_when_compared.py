"""Which dates overlap, contain and narrow which: laws over all pairs and triples of a small world."""

from itertools import product

import pytest

from diplocal.dates import When

DAYS = ("2023-10-17", "2023-10-18", "2023-10-17?", "2023-10-17~", "2023-10-31", "2023-11-01", "2023-10-01/2023-10-31")
COARSE = ("2023-10", "2023-10~", "2023-10-1X", "2023-10-XX", "2023-1X", "2023-36", "2023-23", "2023-41", "2023", "202X")
CHOICES = (
    "[2023-10-16..2023-10-18]",
    "[2023-10-17..2023-10-18]",
    "[2023-10-20..2023-11-03]",
    "[2023-10-17..2023-10-18]/",
)
SPANS = ("2023-10-17/2023-10-18", "2023-10/2023-11", "2023-10/..", "2023-10-17/..", "../2023-10", "/2023", "2023-10/")
TIMES = (
    *("2023-10-17T10:00Z", "2023-10-17T10:00Z/2023-10-17T12:00Z", "2023-10-17T10:30Z/2023-10-17T11:00Z"),
    *("2023-10-17T13:00+03:00[Europe/Moscow]", "2023-10-17T23:30Z", "2023-10-18T02:30+03:00[Europe/Moscow]"),
    *("2023-10-17T10:00Z/..", "2023-10-17T10:00Z/2023-10-18"),
    "2023-10-18T00:30+13:00[Pacific/Auckland]/2023-10-17T09:30-10:00[Pacific/Honolulu]",
)
WORLD = tuple(map(When, (*DAYS, *COARSE, *CHOICES, *SPANS, *TIMES)))


def test_containing_carries_on() -> None:
    within = {(outer, inner) for outer, inner in product(WORLD, WORLD) if outer.contains(inner)}
    assert all((outer, inner) in within for outer, mid in within for mid_, inner in within if mid == mid_)


def test_narrowing_carries_on_and_never_turns_back() -> None:
    finer = {(one, other) for one, other in product(WORLD, WORLD) if one.narrows(other)}
    assert all((one, last) in finer for one, mid in finer for mid_, last in finer if mid == mid_)
    assert not any((other, one) in finer for one, other in finer)
    assert all(other.contains(one) for one, other in finer)


def test_the_small_world_has_pairs_of_every_kind() -> None:
    pairs = [(one, other) for one, other in product(WORLD, WORLD) if one != other]
    assert sum(one.narrows(other) for one, other in pairs) > len(WORLD)
    assert any(one.contains(other) and not other.narrows(one) for one, other in pairs)
    assert any(one.overlaps(other) and not one.contains(other) for one, other in pairs)
    assert any(not one.overlaps(other) for one, other in pairs)


def test_different_dates_of_a_small_world_have_different_words() -> None:
    assert len(set(map(str, WORLD))) == len(set(WORLD)) == len(WORLD)


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("2023-10-17/2023-10-18", "2023-10"),
        ("2023-10-17T10:00Z", "2023-10-17"),
        ("2023-10-17", "2023-10-1X"),
        ("[2023-10-17..2023-10-18]", "2023-10"),
        ("2023-10-17", "[2023-10-17..2023-10-18]"),
        ("2023-10-1X", "2023-10"),
        ("2023-10", "2023-10~"),
        ("2023-10", "2023-36"),
        ("2023-10-17/2023-10-18", "2023-10-17/.."),
        ("2023-08-15", "2023-06~/2023-09~"),
    ],
)
def test_narrowing(new: str, old: str) -> None:
    assert When(new).narrows(When(old))


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("2023-11-02", "2023-10"),
        ("2023-10", "2023-10-17"),
        ("2023-10-17", "2023-10-17?"),
        ("2023-10-17/2023-10-18", "2023-10-01/2023-10-31"),
        ("2023-02", "2023-01/2023-03"),
        ("2023-10-17/..", "2023-10"),
    ],
)
def test_not_narrowing(new: str, old: str) -> None:
    assert not When(new).narrows(When(old))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2023-10-17T23:30Z", "2023-10-18T02:30+03:00[Europe/Moscow]"),
        ("2023-10-17T10:00Z", "2023-10-18T00:30+03:00[Europe/Moscow]"),
        ("2023-10-17T23:30Z", "2023-10-18T10:00+03:00[Europe/Moscow]"),
    ],
    ids=["the same moment", "one day in UTC", "one day in Moscow"],
)
def test_instants_overlap_that_share_a_day_in_the_zone_of_either(one: str, other: str) -> None:
    assert When(one).overlaps(When(other))
    assert When(other).overlaps(When(one))


def test_instants_do_not_overlap_that_share_a_day_in_neither_zone() -> None:
    assert not When("2023-10-16T12:00Z").overlaps(When("2023-10-18T02:30+03:00[Europe/Moscow]"))


def test_what_begins_and_ends_within_the_hour_that_comes_twice() -> None:
    night = When("2023-10-29T02:45+02:00[Europe/Paris]/2023-10-29T02:30+01:00[Europe/Paris]")
    call = When("2023-10-29T02:15+01:00[Europe/Paris]/2023-10-29T02:20+01:00[Europe/Paris]")
    assert night.contains(call)
    assert not call.contains(night)


def test_a_day_does_not_lie_within_an_instant_of_it() -> None:
    assert When("2023-10-17").contains(When("2023-10-17T10:00Z"))
    assert not When("2023-10-17T10:00Z").contains(When("2023-10-17"))
