"""The command that brings logs together: sync."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from diplocal.cli.exit_codes import FAILED
from diplocal.cli.terminal import complain, say, warn
from diplocal.errors import InvalidValue, NotALog
from diplocal.importers.archive import events_of, is_archive
from diplocal.importers.server import SCHEMES, PublishedLog
from diplocal.store import EventStore, open_existing, open_store
from diplocal.store.postgres_address import masked
from diplocal.syncing import Taken, pull, take_in
from diplocal.syncing import sync as bring_together

SHOWN = 10
"""Names that are listed."""


def sync(
    log: Annotated[
        str,
        typer.Argument(
            metavar="LOG", help="A log: a file, or postgresql://host/database; made where the other is only read."
        ),
    ],
    other: Annotated[
        str,
        typer.Argument(
            metavar="OTHER",
            help="Another log, made if it is not there; or what is only read: a server's address, https://host, or what"
            " export wrote.",
        ),
    ],
    *,
    audience: Annotated[
        str | None,
        typer.Option(
            "--audience",
            metavar="NAME",
            help="Exchange only what this audience may see; everything, each for whom it was, unless given.",
        ),
    ] = None,
) -> None:
    """Bring two logs together: each takes in what only the other holds, and what was internal stays internal."""
    if log.startswith(SCHEMES):
        raise InvalidValue("LOG", "a server's address", "a log that can be written: name the server second")
    if other.startswith(SCHEMES):
        with closing(PublishedLog(other)) as server, open_store(log) as first:
            results = [(log, pull(first, server, audience=audience))]
    elif is_archive(other):
        with open_store(log) as first:
            results = [(log, take_in(first, events_of(Path(other), audience)))]
    else:
        with _first(log) as first, open_store(other) as second:
            results = list(zip((log, other), bring_together(first, second, audience=audience), strict=True))
    for name, taken in results:
        _tell(name, taken)
    if any(taken.refused for _, taken in results):
        raise typer.Exit(FAILED)


def _tell(log: str, taken: Taken) -> None:
    """Say what a log took in, and what somebody may have to do about it."""
    name = masked(log)
    say(f"{name}: {_told(taken)}")
    if count := len(taken.renamed):
        entries = "the entry of 1 engagement gets" if count == 1 else f"the entries of {count} engagements get"
        warn(f"{name}: {entries} another UID, for the other log had a report of it first")
    for reason in taken.refused:
        complain(reason)
    if taken.kept:
        warn(f"{name}: {_told_of_kept(taken.kept, name)}")
    if taken.forgotten:
        warn(
            f"{name}: a record that was its own says that these were erased, perhaps before it was put back"
            f" from a backup: {', '.join(map(repr, taken.forgotten[:SHOWN]))}; if they were, erase them again:"
            f" diplocal erase NAME --log {quote(name)}"
        )


def _first(log: str) -> EventStore:
    try:
        return open_existing(log)
    except NotALog as error:
        raise NotALog(error.path, f"{error.reason}; only the second log is made where there is none") from error


def _told(taken: Taken) -> str:
    if taken.is_only_read:
        return "only read, for it cannot be written"
    refused = f", {len(taken.refused)} refused" if taken.refused else ""
    erased = f"; {_names(taken.erased)} erased, as where the keys came from" if taken.erased else ""
    return f"{taken.taken} taken, {taken.known} known already{refused}{erased}"


def _told_of_kept(names: Sequence[str], log: str) -> str:
    several = ", ".join(repr(one) for one in names[:SHOWN]) + (" ..." if len(names) > SHOWN else "")
    return (
        f"{_names(names)} kept, though somebody whose keys they are not says that they were erased: {several};"
        f" to erase one here as well: diplocal erase NAME --log {quote(log)}"
    )


def _names(names: Sequence[str]) -> str:
    return f"{len(names)} name{'s are' if len(names) > 1 else ' is'}"
