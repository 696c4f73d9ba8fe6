"""Commands that keep a log safe: backup, restore."""

import shutil
from contextlib import ExitStack, closing
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from diplocal.cli import options
from diplocal.cli.terminal import counted, say, warn
from diplocal.errors import DiplocalError, InvalidValue
from diplocal.store import SQLiteStore
from diplocal.store.beside import beside, itself
from diplocal.store.file_keys import FileKeyRing, keys_beside
from diplocal.store.postgres_address import SCHEMES, masked
from diplocal.store.sqlite import PATIENCE
from diplocal.store.sqlite_backup import back_up
from diplocal.store.sqlite_backup import restore as put_back
from diplocal.store.sqlite_file import open_log
from diplocal.web.access import AccessList
from diplocal.web.config import read_config

ACCESS, CONFIG = ".access.json", ".config.toml"
"""How the names of the access list and of the configuration end, after that of the log or the backup."""


def backup(
    log: Annotated[str, typer.Argument(metavar="LOG", help="The log: a SQLite file. It may be in use.")],
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="The file to make; nothing is overwritten.")],
    *,
    access_list: options.AccessPath = None,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="The server's configuration, to keep it as well.")
    ] = None,
) -> None:
    """Copy a log whole while it is in use, with its access list, and verify the copy.

    The copy is a log itself. The access list and the configuration lie beside it, as TARGET.access.json and
    TARGET.config.toml; the keys of names that are sealed as TARGET.names.
    """
    path = _file(log)
    access, keys, kept_keys = access_list or beside(path, ACCESS), keys_beside(path), keys_beside(target)
    taken = list[tuple[Path, Path]]()
    if access_list or access.exists():
        AccessList(access).grants()
        taken.append((access, beside(target, ACCESS)))
    if config:
        read_config(config)
        taken.append((config, beside(target, CONFIG)))
    for place in (target, kept_keys, *(made for _, made in taken)):
        _expect_free(place)
    for source, _ in taken:
        source.stat()  # what is missing is told of before anything is made
    verified = back_up(path, target)
    with ExitStack() as broken_off:
        broken_off.callback(target.unlink)  # a copy without its company would be taken for a backup
        if keys.exists():
            broken_off.callback(kept_keys.unlink, missing_ok=True)
            with closing(FileKeyRing(keys)) as ring:
                ring.copy(kept_keys)
        for source, made in taken:
            broken_off.callback(made.unlink, missing_ok=True)
            shutil.copy2(source, made)
        broken_off.pop_all()
    if keys.exists():
        taken.append((keys, kept_keys))
    with SQLiteStore.existing(path) as original:
        if fault := original.fault_of_keys(each=True):
            warn(fault)
    say(f"{target}: {counted(verified.position, 'record')}{''.join(f'; with {made}' for _, made in taken)}")


def restore(
    kept: Annotated[Path, typer.Argument(metavar="BACKUP", help="What backup made.")],
    log: Annotated[str, typer.Argument(metavar="LOG", help="Where the log belongs. One that is there is moved aside.")],
    *,
    access_list: options.AccessPath = None,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="Where the configuration belongs, if it was kept.")
    ] = None,
) -> None:
    """Put a backup in the place of a log. What is there is moved aside, and nothing is lost.

    Its access list and configuration are put where there are none. A server that runs answers from it at the next
    request; whoever else has the log open must open it again.
    """
    path = _file(log)
    company = [
        (beside(kept, ACCESS), access_list or beside(path, ACCESS)),
        (beside(kept, CONFIG), config),
        (keys_beside(kept), keys_beside(path)),
    ]
    wanted = [(source, place) for source, place in company if place and source.exists()]
    if config and not beside(kept, CONFIG).exists():
        raise InvalidValue("--config", str(config), f"a configuration that was kept as {beside(kept, CONFIG)}")
    before = _identity_of(path)
    verified, aside = put_back(kept, path)
    say(f"{path}: {counted(verified.position, 'record')}")
    if aside is not None and before != _identity_of(path):
        warn("it is another log than was there: its entries have other UIDs, so subscribers get all of them anew")
        if keys_beside(path).exists():
            keys_beside(path).rename(keys_beside(aside))  # they open nothing of this log
    for source, place in wanted:
        if place.exists():
            say(f"{place} stays as it is: what was revoked or erased since stays so; the older one is {source}")
            if place == keys_beside(path):
                say(f"to take in what it lacks: diplocal seal --log {quote(str(path))} --keys {quote(str(source))}")
        else:
            shutil.copy2(source, place)
            say(f"{place}: as it was")
    with SQLiteStore.existing(path) as store:
        if again := store.repeat_erasures():
            say(f"keys that were destroyed since the backup: {again}; the log says again that these names were erased")
    if aside is not None:
        say(f"what was there lies in {aside}")


def _file(log: str) -> Path:
    if log.startswith(SCHEMES):
        raise InvalidValue("LOG", masked(log), "a SQLite file; a log in PostgreSQL is kept safe with pg_dump")
    return itself(Path(log.removeprefix("sqlite:///")))


def _identity_of(path: Path) -> str | None:
    """Return the identity of the log at a path, None where there is none that can be opened."""
    try:
        connection, log_id = open_log(path.absolute(), PATIENCE)
    except DiplocalError:
        return None
    connection.close()
    return log_id


def _expect_free(path: Path) -> None:
    if path.exists():
        raise InvalidValue("TARGET", str(path), "a place where nothing is: a backup overwrites nothing")
