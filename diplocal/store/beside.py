"""Where files lie that belong to a log: beside its own file, also when a link leads there."""

from contextlib import suppress
from pathlib import Path

from diplocal.errors import InvalidValue


def beside(log: Path, ending: str) -> Path:
    """Return where a file lies that is named after a log.

    >>> beside(Path("visits.db"), ".names").name
    'visits.db.names'

    Raises InvalidValue for a path that names no file.
    """
    path = itself(log)
    if not path.name:
        raise InvalidValue("path", str(log), "one that names a file")
    return path.with_name(f"{path.name}{ending}")


def itself(log: Path) -> Path:
    """Return the file that a path names, or a link leads to: whoever comes by another name finds the same company."""
    with suppress(OSError, RuntimeError):  # links in a circle lead nowhere
        return log.resolve() if log.is_symlink() else log
    return log
