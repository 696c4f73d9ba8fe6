"""A text four times as long takes a regular expression about four times as long, whatever it is made of."""

import re

import pytest

from .expressions import Expression, expressions, slow_text


def test_no_expression_of_the_package_takes_more_than_its_share_of_time() -> None:
    every = expressions()
    assert len(every) > 100
    slow = {one.name: text for one in every if (text := slow_text(one))}
    assert not slow


@pytest.mark.parametrize("pattern", ["(a+)+b", r"\s*[-/]\s*", r"\(([^()]*[0-9][^()]*)\)"])
def test_one_that_does_is_found(pattern: str) -> None:
    assert slow_text(Expression("planted", re.compile(pattern), anywhere=True))
