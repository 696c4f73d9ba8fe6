"""A second process that folds what it is sent: with its own hash seed, time zone and locale.

It reads frames from its standard input, a length in eight bytes and a pickle, and answers in the same way. Only its own
parent speaks to it.
"""

import importlib
import importlib.util
import pickle
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any

LENGTH = 8
"""Bytes of the length before each frame."""


def frames(stream: IO[bytes]) -> Iterator[Any]:
    """Read frames until the other side closes."""
    while head := stream.read(LENGTH):
        yield pickle.loads(stream.read(int.from_bytes(head)))  # noqa: S301 - our own parent or child wrote it


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
    """Import the modules that come first, take the projection that comes second, then answer for each log."""
    from diplocal.testing.subjects import Subject  # noqa: PLC0415 - the modules under test come first

    incoming = frames(sys.stdin.buffer)
    try:
        for name, file in next(incoming):
            import_module(name, file)
        projection, ask = pickle.loads(next(incoming))  # noqa: S301
        subject = Subject.of(projection, ask=ask)
    except Exception as wrong:  # noqa: BLE001 - whatever it is, the parent tells it
        send(sys.stdout.buffer, f"{type(wrong).__name__}: {wrong}")
        return
    send(sys.stdout.buffer, None)
    for records in incoming:
        try:
            send(sys.stdout.buffer, subject.answer(records))
        except Exception as wrong:  # noqa: BLE001
            send(sys.stdout.buffer, f"raised {type(wrong).__name__}: {wrong}")
