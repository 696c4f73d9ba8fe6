"""The clock and the lot, whom nothing that is folded or read back may ask."""

import dis
import math
import os
import random
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any
from unittest import SkipTest

_CLOCKS = frozenset(
    f"{name}{unit}"
    for name in ("time", "monotonic", "perf_counter", "process_time", "clock_gettime")
    for unit in ("", "_ns")
)
_CLOCKS_WITHOUT_A_TIME = {"gmtime": 1, "localtime": 1, "ctime": 1, "asctime": 1, "strftime": 2}
"""What looks at the clock when it is given fewer arguments than these."""
_NOW = frozenset({"now", "utcnow", "today"})
_LOTS = random.random.__self__  # type: ignore[attr-defined] # the generator that the module's functions share


def asked_during(act: Callable[[], object]) -> list[str]:
    """Act, and list every look at the clock and every draw of a lot meanwhile, by the place in the program.

    Raises SkipTest where a profiler runs, for only one can watch.
    """
    asked: list[str] = []
    if sys.getprofile() is not None:
        raise SkipTest("a profiler is running, and only one can watch what is asked")

    def note(frame: FrameType, what: str, called: Any) -> None:
        if what == "c_call" and _is_oracle(called, frame) and not _is_by_the_way(frame):
            asked.append(f"{_named(called)}, at {frame.f_code.co_filename}:{frame.f_lineno}")

    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(None)
    return asked


def _is_oracle(called: Any, frame: FrameType) -> bool:
    owner, name = getattr(called, "__self__", None), getattr(called, "__name__", "")
    if owner is time:
        return name in _CLOCKS or _arguments(frame) < _CLOCKS_WITHOUT_A_TIME.get(name, 0)
    if isinstance(owner, type):
        return name in _NOW and owner.__module__.partition(".")[0] in ("datetime", "pendulum")
    return owner is _LOTS or called in (os.urandom, getattr(os, "getrandom", None))


def _arguments(frame: FrameType) -> float:
    """Count the arguments of the call that a frame is making; many, where they come in one piece (``*arguments``)."""
    code, at = frame.f_code.co_code, frame.f_lasti
    called = dis.opname[code[at]]
    return code[at + 1] if "CALL" in called and "EX" not in called else math.inf


def _is_by_the_way(frame: FrameType | None) -> bool:
    """Tell whether it is asked for a log line, by the test runner, or by the library that is under what is tested."""
    if frame is not None and frame.f_globals.get("__name__", "").startswith("eventsourcing."):
        return True
    while frame is not None and frame.f_globals.get("__name__") != __name__:
        if frame.f_globals.get("__name__", "").partition(".")[0] in ("logging", "hypothesis", "_pytest"):
            return True
        frame = frame.f_back
    return False


def _named(called: Any) -> str:
    owner = called.__self__
    return f"{getattr(owner, '__name__', type(owner).__name__)}.{called.__name__}"
