"""The one clock of a store: it tells when the log learnt something."""

from collections.abc import Callable

import pendulum

from diplocal.errors import InvalidValue

Clock = Callable[[], pendulum.DateTime]
"""Tells the present instant."""


def system_clock() -> pendulum.DateTime:
    """Tell the present instant, in UTC."""
    return pendulum.now("UTC")  # noqa: TID251 - the door through which recorded time comes in


def expect_clock(clock: object) -> None:
    """Raise InvalidValue for what cannot be asked for an instant."""
    if not callable(clock):
        raise InvalidValue("clock", clock, "a function that returns an instant, as system_clock does")
