"""Commands that keep names so that they can be erased, and erase them: seal, erase."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Annotated

import typer

from diplocal.cli import options
from diplocal.cli.exit_codes import FAILED
from diplocal.cli.terminal import counted, say, warn
from diplocal.diary import Diary
from diplocal.diary.place import forget
from diplocal.errors import Ambiguous, InvalidValue, UnknownName
from diplocal.events.wire import encode
from diplocal.names.people import names_near
from diplocal.names.spelling import plain
from diplocal.names.withheld import is_withheld
from diplocal.parties import Person
from diplocal.projections.filters import Filter
from diplocal.records import Record
from diplocal.store import AUDIENCES, EventStore, Readable, open_existing, open_store
from diplocal.store.erasable import Erasable
from diplocal.store.file_keys import FileKeyRing
from diplocal.store.key_ring import Bearer
from diplocal.store.postgres_address import masked
from diplocal.store.sealing import people_in, person_of

SHOWN = 10
"""Records that are named."""


def seal(
    *,
    log: options.LogPath,
    keys: Annotated[
        Path | None,
        typer.Option(
            "--keys", metavar="FILE", help="Older keys of this log, as a backup has them: what is missing is taken in."
        ),
    ] = None,
) -> None:
    """Keep the names of people sealed from now on, each under a key beside the log: so they can be erased.

    Where no log is, a new one is made. What is in a log already stays as it is. Keys are in a file of their own, or on
    a server in a schema of their own: keep them apart from copies of the log.
    """
    with open_store(log) as store, ExitStack() as opened:
        erasable = _erasable(store, log)
        ring = erasable.seal_names()
        if keys is not None:
            if (older := FileKeyRing.existing(keys)) is None:
                raise InvalidValue("--keys", str(keys), "a file of keys, such as visits.db.names")
            opened.callback(older.close)
            count = erasable.put_keys_back(older, store.log_id)
            say(f"{counted(count, 'key')} that {'was' if count == 1 else 'were'} missing: taken in")
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
        erasable = _erasable(store, log)
        bearers = _bearers(store, erasable, person)
        names, others = _printed(erasable, bearers), {one.wikidata for one in erasable.namesakes(bearers)}
        ids = sorted({one.wikidata for one in bearers if one.wikidata})
        who = ", ".join(names or [person]) + (f" ({', '.join(ids)})" if ids else "")
        say(f"{who}: {counted(len(bearers), 'key')} to destroy in {masked(log)}, for good")
        if others:
            who = ", ".join(sorted(one or "whoever reports give no id of" for one in others))
            say(f"others are called so too, and keep their names: {who}")
        if left := list(_open_records(erasable, bearers, names, is_shared=bool(others))):
            warn(f"the name stands in the open, and stays so, in {_places(left)}")
        if not is_sure:
            typer.confirm("Nobody can undo this. Erase the name?", abort=True)
        erasable.erase(*(one.key_id for one in bearers))
        for place in forget(store):
            warn(f"{place} is in use, and may still hold the name: stop what uses it, and delete it")
        say("erased: the log reads that the name is withheld, and copies of its keys must be destroyed as well")
    if left:
        raise typer.Exit(FAILED)


def _erasable(store: EventStore, log: str) -> Erasable:
    if not isinstance(store, Erasable):
        raise InvalidValue("--log", log, "a log that lasts: a file, or one on a server")
    return store


def _bearers(store: Readable, erasable: Erasable, person: str) -> list[Bearer]:
    """Return the keys of a person, also under the names that reports say to be the same person's."""
    found = dict.fromkeys(erasable.bearers(person))
    for audience in AUDIENCES:
        with Diary(store, audience=audience) as diary:
            for one in diary.knowing(Filter.of(person=person)).who.also:
                with suppress(Ambiguous):  # a name that others bear is erased by its Wikidata id
                    found |= dict.fromkeys(erasable.bearers(one.wikidata or one.name))
    if not found:
        people = erasable.key_ring.people() if erasable.key_ring else []
        raise UnknownName("person whose name is sealed", person, near=names_near(person, people))
    return list(found)


def _is_called(one: Person, bearers: Collection[Bearer]) -> bool:
    """Tell whether somebody in a record is one of these: by the Wikidata id, or by the name where there is none."""
    if one.wikidata and one.wikidata in {bearer.wikidata for bearer in bearers}:
        return True
    return person_of(one.name) in {bearer.person for bearer in bearers if not one.wikidata or not bearer.wikidata}


def _printed(store: Erasable, bearers: Collection[Bearer]) -> list[str]:
    """List the names of people as records print them."""
    people = (one for record in store.read() for one in people_in(record.event))
    return sorted({one.name for one in people if _is_called(one, bearers) and not is_withheld(one.name)})


def _open_records(
    store: Erasable, bearers: Collection[Bearer], names: Collection[str], *, is_shared: bool
) -> Iterator[Record]:
    """Yield the records that have a name in the open: from before names were sealed, or in a text about others.

    Of a name that others bear too, only what reports give with the Wikidata id is this person's.
    """
    wanted = [] if is_shared else [plain(one) for one in names]
    for record in store.read_sealed():
        said = f" {plain(f'{encode(record.event).data.decode()} {record.recorded_by} {record.stream}')} "
        is_named = any((f" {one} " if one.isascii() else one) in said for one in wanted)
        if is_named or any(_is_called(one, bearers) for one in people_in(record.event)):
            yield record


def _places(records: Sequence[Record]) -> str:
    places = ", ".join(str(record.position) for record in records[:SHOWN])
    more = f" and {len(records) - SHOWN} more" if len(records) > SHOWN else ""
    return f"record{'s' * (len(records) > 1)} {places}{more}"
