"""Copies a log in a SQLite file while it is in use, and puts a copy in the place of a log."""

import secrets
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from diplocal.errors import InvalidValue, LogDamaged, NotALog, NotWritable
from diplocal.store.contract import Verified
from diplocal.store.sqlite import PATIENCE, SQLiteStore
from diplocal.store.sqlite_errors import on_writing
from diplocal.store.sqlite_file import open_log, put

BESIDE = ("-wal", "-shm")
"""What SQLite keeps beside a file: acknowledged records are in the first of them, and not in the file yet."""


def back_up(log: Path, target: Path) -> Verified:
    """Copy a log as it is at one instant, whoever writes to it meanwhile, and verify the copy.

    The copy is there whole or not at all, and is a log like any other. Nothing is ever overwritten.

    Raises NotALog, LogDamaged, LogTampered, NotReadable for the log; InvalidValue where something is in the place of
    the copy, NotWritable and DiskFull where it cannot be written.
    """
    if target.exists():
        raise InvalidValue("target", str(target), "a place where nothing is: a backup overwrites nothing")
    if not target.parent.is_dir():
        raise NotALog(str(target), "there is no such folder")
    made = target.with_name(f".diplocal-{secrets.token_hex(8)}")
    try:
        _copy(log, made)
        verified = _verified(made, log)
        if _has_company(target):
            raise InvalidValue("target", str(target), f"a place without {' or '.join(BESIDE)} of another log beside it")
        put(made, target)
        _see_that_it_was_put(made, target)
    except OSError as error:
        raise NotWritable(str(target), error.strerror or str(error)) from error
    finally:
        for ending in ("", *BESIDE, "-journal"):
            made.with_name(f"{made.name}{ending}").unlink(missing_ok=True)
    return verified


def restore(backup: Path, log: Path) -> tuple[Verified, Path | None]:
    """Put a copy of a backup in the place of a log. Return where the log that was there lies now, if there was one.

    That is moved aside, with all that SQLite keeps beside it. Whoever has it open is told with LogReplaced.

    Raises what ``back_up`` raises.
    """
    if not log.parent.is_dir():
        raise NotALog(str(log), "there is no such folder")
    if log.exists() and log.samefile(backup):
        raise InvalidValue("log", str(log), "another file than the backup")
    copied = log.with_name(f"{log.name}.restored-{secrets.token_hex(4)}")
    try:
        verified = back_up(backup, copied)
        aside = _moved_aside(log)
        put(copied, log)
        _see_that_it_was_put(copied, log)
    except OSError as error:
        raise NotWritable(str(log), error.strerror or str(error)) from error
    finally:
        copied.unlink(missing_ok=True)
    return verified, aside


def _verified(made: Path, log: Path) -> Verified:
    """Verify a copy. Of what is wrong with it, the log is told that it was made of."""
    try:
        with SQLiteStore.existing(made) as copy:
            return copy.verify()
    except LogDamaged as error:
        raise LogDamaged(str(log), error.reason) from error


def _copy(log: Path, made: Path) -> None:
    reader, _ = open_log(log.absolute(), PATIENCE)
    with closing(reader):
        try:
            with closing(sqlite3.connect(made)) as copy:
                reader.backup(copy)  # all pages at once: in one step nobody can come between
        except sqlite3.Error as error:
            raise on_writing(str(made.parent), error) from error


def _see_that_it_was_put(made: Path, target: Path) -> None:
    if made.exists() and not made.samefile(target):
        raise InvalidValue("target", str(target), "a place where nothing is: somebody put a file there meanwhile")


def _has_company(path: Path) -> bool:
    return any(path.with_name(f"{path.name}{ending}").exists() for ending in BESIDE)


def _moved_aside(log: Path) -> Path | None:
    """Move a log out of the way. The file goes first: without it, nobody takes what is beside it for another's."""
    if not log.exists() and not _has_company(log):
        return None
    aside = log.with_name(f"{log.name}.before-{secrets.token_hex(4)}")
    for ending in ("", *BESIDE):
        with suppress(FileNotFoundError):
            log.with_name(f"{log.name}{ending}").rename(aside.with_name(f"{aside.name}{ending}"))
    return aside
