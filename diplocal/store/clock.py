"""The one clock of a store: it tells when the log learnt something."""

from collections.abc import Callable

import pendulum

Clock = Callable[[], pendulum.DateTime]
"""Tells the present instant."""


def system_clock() -> pendulum.DateTime:
    """Tell the present instant, in UTC."""
    return pendulum.now("UTC")  # noqa: TID251 - the door through which recorded time comes in
