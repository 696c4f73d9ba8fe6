"""Commands that keep names so that they can be erased, and erase them: seal, erase."""

from collections.abc import Collection, Iterator, Sequence
from typing import Annotated

import typer

from diplocal.cli import options
from diplocal.cli.exit_codes import FAILED
from diplocal.cli.terminal import say, warn
from diplocal.diary import Diary
from diplocal.diary.place import forget
from diplocal.errors import InvalidValue, UnknownName
from diplocal.events.wire import encode
from diplocal.names.people import names_near
from diplocal.projections.filters import Filter
from diplocal.records import Record
from diplocal.store import AUDIENCES, EventStore, Readable, open_existing, open_store
from diplocal.store.erasable import Erasable
from diplocal.store.key_ring import KeyRing
from diplocal.store.postgres_address import masked
from diplocal.store.sealing import person_of

SHOWN = 10
"""Records that are named."""


def seal(*, log: options.LogPath) -> None:
    """Keep the names of people sealed from now on, each under a key beside the log: so they can be erased.

    Where no log is, a new one is made. What is in a log already stays as it is. Keys are in a file of their own, or on
    a server in a schema of their own: keep them apart from copies of the log.
    """
    with open_store(log) as store:
        ring = _erasable(store, log).seal_names()
    say(f"names are sealed from here on; their keys are in {ring.place}")


def erase(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Whose name to erase, as reports name them.")],
    *,
    log: options.LogPath,
    is_sure: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase somebody's name for good: destroy its keys, and empty the diaries beside the log.

    Feeds and pages say "name withheld" from then on, proofs still hold, and logs that are brought together with this
    one do the same. It does not reach copies, backups, and what subscribers have.
    """
    with open_existing(log) as store:
        names, erasable = _names_of(store, person), _erasable(store, log)
        ring = erasable.key_ring
        keys = [key_id for one in names for key_id in ring.keys_of(person_of(one))] if ring else []
        if not keys:
            raise _nothing_to_erase(person, ring)
        say(f"{', '.join(sorted(names))}: {len(keys)} key{'s' * (len(keys) > 1)} to destroy in {masked(log)}, for good")
        if not is_sure:
            typer.confirm("Nobody can undo this. Erase the name?", abort=True)
        erasable.erase(*names)
        for place in forget(store):
            warn(f"{place} is in use, and may still hold the name: stop what uses it, and delete it")
        say("erased: the log reads that the name is withheld, and copies of its keys must be destroyed as well")
        left = list(_open_records(erasable, names))
    if left:
        warn(f"the name stands in the open, and stays so, in {_places(left)}")
        raise typer.Exit(FAILED)


def _erasable(store: EventStore, log: str) -> Erasable:
    if not isinstance(store, Erasable):
        raise InvalidValue("--log", log, "a log that lasts: a file, or one on a server")
    return store


def _names_of(store: Readable, person: str) -> set[str]:
    """Return all names that reports say to be one person's."""
    names = {person}
    for audience in AUDIENCES:
        with Diary(store, audience=audience) as diary:
            chosen = diary.knowing(Filter.of(person=person))
            names |= {one.name for one in chosen.who.also}
    return names


def _nothing_to_erase(person: str, ring: KeyRing | None) -> UnknownName:
    people = ring.people() if ring else []
    return UnknownName("person whose name is sealed", person, near=names_near(person, people))


def _open_records(store: Erasable, names: Collection[str]) -> Iterator[Record]:
    """Yield the records that have a name in the open: from before names were sealed, or in a text about others."""
    wanted = [one.casefold() for one in names]
    for record in store.read_sealed():
        said = f"{encode(record.event).data.decode()} {record.recorded_by} {record.stream.replace('-', ' ')}".casefold()
        if any(one in said for one in wanted):
            yield record


def _places(records: Sequence[Record]) -> str:
    places = ", ".join(str(record.position) for record in records[:SHOWN])
    more = f" and {len(records) - SHOWN} more" if len(records) > SHOWN else ""
    return f"record{'s' * (len(records) > 1)} {places}{more}"


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (seal, erase):
        app.command()(command)
