"""How commands write files: whole or not at all."""

import os
import sys
import tempfile
from pathlib import Path


def write_bytes(content: bytes, output: Path | None) -> None:
    """Write to a file, which is replaced only when all of it is there, or to standard output."""
    if output is None:
        sys.stdout.buffer.write(content)
        return
    try:
        handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
    except OSError as wrong:
        raise OSError(wrong.errno, wrong.strerror, str(output)) from wrong
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(output)
    except BaseException:
        Path(name).unlink()
        raise
