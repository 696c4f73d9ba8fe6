"""A second process that folds what it is sent: with its own hash seed, time zone and locale.

It reads frames from its standard input, a length in eight bytes and a pickle, and answers in the same way. Only its own
parent speaks to it. It never checks anything itself, or the checks at the top level of a module that it imports would
start workers of their own, and so on without end. It ends with its parent, whatever the parent dies of.
"""

import importlib
import importlib.util
import os
import pickle
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from queue import SimpleQueue
from typing import IO, Any

LENGTH = 8
"""Bytes of the length before each frame."""
MARK = "DIPLOCAL_TESTING_WORKER"
"""The environment variable that tells a worker, and whatever it starts, from a process that checks."""
GRACE = 2
"""Seconds that a worker may still work after its parent is gone."""


def in_a_worker() -> bool:
    """Return whether this process only folds for another one, which checks."""
    return MARK in os.environ


def frames(stream: IO[bytes]) -> Iterator[Any]:
    """Yield the messages of the other side until it closes."""
    return map(pickle.loads, _pickles(stream))  # our own parent or child wrote them


def _pickles(stream: IO[bytes]) -> Iterator[bytes]:
    while head := stream.read(LENGTH):
        yield stream.read(int.from_bytes(head))


def send(stream: IO[bytes], message: Any) -> None:
    """Write one frame."""
    data = pickle.dumps(message)
    stream.write(len(data).to_bytes(LENGTH) + data)
    stream.flush()


def import_module(name: str, file: str | None) -> None:
    """Import a module by its name, or from its file where the name is not to be found, as in a test directory."""
    with suppress(ImportError):
        importlib.import_module(name)
        return
    spec = importlib.util.spec_from_file_location(name, file or "")
    if spec is None or spec.loader is None:
        raise ImportError(f"no module {name} at {file}")
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)


def main() -> None:
    """Make each projection that is sent, of the modules that define it, and answer for each log that follows."""
    asked, answers = _streams()
    subject: Any = None
    reply: Any = None
    for message in _until_the_parent_ends(asked):
        match message:
            case paths, modules, projection:
                subject, reply = _made(paths, modules, projection)
            case questions, records:
                reply = _folded(subject, questions, records)
        send(answers, reply)


def _made(paths: Iterable[str], modules: Iterable[tuple[str, str | None]], projection: bytes) -> tuple[Any, str | None]:
    """Import the modules and make the subject; what went wrong, which the parent tells, comes second."""
    sys.path += [path for path in paths if path not in sys.path]
    try:
        for name, file in modules:
            import_module(name, file)
        from diplocal.testing.subjects import Subject  # noqa: PLC0415 - the modules under test come first

        given, ask = pickle.loads(projection)  # noqa: S301 - our own parent wrote it
        return Subject.of(given, ask=ask), None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it is
        return None, f"{type(error).__name__}: {error}"


def _folded(subject: Any, questions: Any, records: Any) -> Any:
    import attrs  # noqa: PLC0415 - the modules under test come first

    try:
        return attrs.evolve(subject, questions=questions).answer(records)
    except Exception as error:  # noqa: BLE001 - whatever a projection raises is its answer
        return f"raised {type(error).__name__}: {error}"


def _streams() -> tuple[IO[bytes], IO[bytes]]:
    """Take standard input and output over: what a module under test prints, or reads, is no frame."""
    streams = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return streams


def _until_the_parent_ends(stream: IO[bytes]) -> Iterator[Any]:
    """Yield the messages of the parent. When it is gone, end this process, even if it is still busy."""
    pickles: SimpleQueue[bytes] = SimpleQueue()

    def receive() -> None:
        for one in _pickles(stream):
            pickles.put(one)
        pickles.put(b"")
        time.sleep(GRACE)
        os._exit(1)

    threading.Thread(target=receive, daemon=True).start()
    return map(pickle.loads, iter(pickles.get, b""))
