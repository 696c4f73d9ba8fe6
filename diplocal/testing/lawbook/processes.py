"""The same answer in every process."""

# ruff: noqa: D401 - a law says what holds
import atexit
import os
import pickle
import subprocess
import sys
import unittest
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from types import FunctionType
from typing import Any

from diplocal.parties import State
from diplocal.projections import Tally
from diplocal.records import Record
from diplocal.testing.canonical import CanonicalForm
from diplocal.testing.history import History
from diplocal.testing.law import Breaks, Picks, law, same
from diplocal.testing.lawbook.metamorphic import parties_in
from diplocal.testing.subjects import Subject, itself
from diplocal.testing.worker import MARK, frames, send

_ELSEWHERE = (
    {"PYTHONHASHSEED": "6", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "59", "TZ": "America/Los_Angeles", "LC_ALL": "C.UTF-8"},
)
"""Under these two seeds, CPython on 64 bits walks a set of any two of the default parties in different orders."""


@law(
    "a set of texts that is built while answering and listed in its own order",
    "local time or locale of the machine",
    "an answer made of object identities or of the hash of a text",
    "a memory that all instances share",
    applies=lambda subject: _pickled(subject) is not None,
    needs="to be importable by name in another process",
)
def processes(subject: Subject, history: History, picks: Picks) -> None:
    """The same records give the same answer in every process.

    So they do whatever its hash seed, time zone and locale are, and whatever it has folded before.
    """
    records = history.records()
    here, there = _workers(subject)
    before = records[1:] if subject.is_foreign or picks.below(2) else _of_others(history).records()
    there.answer(subject, before)
    inside, outside = here.answer(subject, records), there.answer(subject, records)
    same("in one process", inside, "in another, set up otherwise", outside)


def _of_others(history: History) -> History:
    """Tell the same of other states: whoever remembers what was said of an engagement remembers it wrong."""
    codes = sorted({party.code for party in parties_in(history) if isinstance(party, State)})
    others = dict(zip(codes, codes[1:] + codes[:1], strict=True)) if len(codes) > 1 else {}
    return history.mapped(lambda value: State(others.get(value.code, "RU")) if isinstance(value, State) else value)


class Worker:
    """Another process, which makes projections and folds."""

    def __init__(self, environment: dict[str, str]) -> None:
        paths = os.pathsep.join(path for path in sys.path if path)
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from diplocal.testing.worker import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": paths, MARK: "1", **environment},
        )
        assert self._process.stdin is not None and self._process.stdout is not None  # noqa: S101, PT018 - piped
        self._to, self._from = self._process.stdin, frames(self._process.stdout)

    def make(self, projection: bytes, modules: list[tuple[str, str | None]]) -> None:
        """Let it make the projection that it is to fold with from now on."""
        with suppress(BrokenPipeError):  # it ended already: what is read says so
            send(self._to, ([path for path in sys.path if path], modules, projection))

    def wrong(self) -> str | None:
        """Return why it could not make the projection, None when it could."""
        found: str | None = next(self._from, "it ended")
        return found

    def answer(self, subject: Subject, records: Iterable[Record]) -> CanonicalForm:
        """Let it fold a log, and ask what the subject here asks.

        Raises Breaks when it ends instead.
        """
        with suppress(BrokenPipeError):
            send(self._to, (subject.questions, records))
        for answer in self._from:
            return answer  # type: ignore[no-any-return]
        code = self._process.wait()
        _end_all()
        raise Breaks(f"another process that folded the same records ended with code {code}")

    def close(self) -> None:
        """End it."""
        with suppress(BrokenPipeError):
            self._to.close()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


_running: dict[bytes, list[Worker]] = {}
"""The workers, and the projection that was tested last: they take each, for it costs time to start one."""


def _workers(subject: Subject) -> list[Worker]:
    pickled = _pickled(subject)
    assert pickled is not None  # noqa: S101 - the law does not apply otherwise
    if pickled not in _running:
        _, workers = _running.popitem() if _running else (b"", [Worker(environment) for environment in _ELSEWHERE])
        _running[pickled] = workers
        for worker in workers:
            worker.make(pickled, _modules(subject))
        for wrong in filter(None, [worker.wrong() for worker in workers]):
            _end_all()
            raise unittest.SkipTest(f"another process cannot import it: {wrong}")
    return _running[pickled]


@atexit.register
def _end_all() -> None:
    for workers in _running.values():
        for worker in workers:
            worker.close()
    _running.clear()


def _pickled(subject: Subject) -> bytes | None:
    if any(name == "__main__" for name, _ in _modules(subject)):
        return None
    for ask in (subject.ask, itself):
        with suppress(Exception):  # pickle raises whatever the object raises
            return _by_name((subject.given, ask))
    return None


def _by_name(value: Any) -> bytes:
    data = BytesIO()
    _Pickler(data).dump(value)
    return data.getvalue()


class _Pickler(pickle.Pickler):
    """Names a tally that a decorator made, as it names a function: whoever reads the pickle imports it."""

    def reducer_override(self, value: Any) -> Any:
        function = getattr(value, "contributions", None) if isinstance(value, Tally) else None
        return function.__qualname__ if isinstance(function, FunctionType) else NotImplemented


def _modules(subject: Subject) -> list[tuple[str, str | None]]:
    """Name the modules that define the projection and what is asked of it, with their files."""
    names = {_module(one) for one in (subject.given, subject.ask)}
    return [(name, getattr(sys.modules.get(name), "__file__", None)) for name in sorted(names)]


def _module(one: Any) -> str:
    """Name the module that something comes from; what was typed in or run as text has none that can be imported."""
    return getattr(one, "__module__", None) or type(one).__module__ or "__main__"
