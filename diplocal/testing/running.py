"""How laws and requirements run under Hypothesis: they may take their time, and say themselves what they found."""

import functools
import unittest
from collections.abc import Callable, Iterable
from typing import Any

import attrs
from hypothesis import Phase, settings
from hypothesis import strategies as st

from diplocal.checks import expect
from diplocal.testing.history import History
from diplocal.testing.law import NUMBERS


@attrs.frozen(repr=False)
class Case:
    """A history, and a number from which a law chooses."""

    history: History
    number: int

    def __repr__(self) -> str:
        return "<the history told above>"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:  # noqa: FBT001 - what Hypothesis calls
        printer.text(repr(self))


def cases(histories: st.SearchStrategy[History]) -> st.SearchStrategy[Case]:
    """Draw a history and a number."""
    return _case(histories)


@st.composite
def _case(draw: st.DrawFn, histories: st.SearchStrategy[History]) -> Case:
    return Case(draw(histories), draw(_NUMBERS))


_NUMBERS = st.integers(0, NUMBERS - 1)


def unhurried(chosen: settings | None, *, examples: int | None = None) -> settings:
    """Return the chosen settings, or those in force with so many examples at most, without deadline and explanation."""
    if chosen is not None:
        expect("settings", chosen, "settings of Hypothesis, such as settings(max_examples=100)", settings)
    usual = settings().max_examples
    base = chosen or settings(max_examples=min(examples or usual, usual))
    phases = [phase for phase in base.phases if phase is not Phase.explain]
    return settings(base, deadline=None, phases=phases, print_blob=False, report_multiple_bugs=False)


def class_of_tests(name: str, says: str, tests: Iterable[Callable[[], None]]) -> type[unittest.TestCase]:
    """Make a class of tests, for pytest and unittest alike."""
    return type(name, (unittest.TestCase,), {"__doc__": says, **{test.__name__: _method(test) for test in tests}})


def _method(test: Callable[[], None]) -> Callable[[unittest.TestCase], None]:
    """Make a method of a test: unittest takes nothing else for a test that is run by its name."""

    @functools.wraps(test)
    def method(_case: unittest.TestCase) -> None:
        __tracebackhide__ = True
        test()

    return method
