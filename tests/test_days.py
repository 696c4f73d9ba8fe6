"""Numbers of days between dates are bounds, and what is computed of them stays within what can be true."""

from statistics import median as true_median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal.dates import When
from diplocal.projections.days import Days, median


@pytest.mark.parametrize(
    ("first", "then", "days"),
    [
        ("2023-09-18", "2023-09-21", Days(3, 3)),
        ("2023-09-18/2023-09-21", "2023-10-18", Days(30, 30)),
        ("2023-09", "2023-10", Days(1, 60)),
        ("2023-10", "2023-09-18", Days(-43, -13)),
        ("../2023-09-18", "2023-10-18", None),
        ("2023-09-18", "/2023-10-18", None),
    ],
)
def test_days_from_the_beginning_of_one_to_that_of_another(first: str, then: str, days: Days | None) -> None:
    assert Days.between_starts(When(first), When(then)) == days


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(0, 30), st.integers(0, 30)), min_size=1))
def test_the_true_median_lies_within_the_bounds_of_the_median(facts: list[tuple[int, int, int]]) -> None:
    found = median(Days(true - below, true + above) for true, below, above in facts)
    assert found is not None
    assert found.at_most is not None
    assert found.at_least <= true_median(true for true, _, _ in facts) <= found.at_most


@given(st.lists(st.integers(-50, 50), min_size=1).filter(lambda many: len(many) % 2 == 1))
def test_of_an_odd_number_of_exact_numbers_the_median_is_exact(many: list[int]) -> None:
    middle = true_median(many)
    assert median(Days(one, one) for one in many) == Days(int(middle), int(middle))


def test_the_median_has_no_upper_bound_where_half_have_none() -> None:
    assert median([Days(1, 1), Days(2, None)]) == Days(1, None)
    assert median([Days(1, 1), Days(2, 2), Days(3, None)]) == Days(2, 2)
    assert median([Days(1, 1), Days(2, None), Days(3, None)]) == Days(2, None)
    assert median([]) is None
