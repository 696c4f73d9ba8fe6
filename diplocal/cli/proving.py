"""Commands that let others check a log that they do not hold: key, checkpoint, prove, verify-proof."""

from pathlib import Path
from typing import Annotated

import typer

from diplocal.cli import options
from diplocal.cli.terminal import printable_json, say
from diplocal.cloudevents import to_line
from diplocal.errors import InvalidValue, NotProven
from diplocal.proofs.checkpoints import Checkpoint, origin_of
from diplocal.proofs.keys import SigningKey, VerifierKey
from diplocal.proofs.notes import LONGEST, Note, read_notes
from diplocal.proofs.proving import (
    CHECKPOINT,
    GROWTH,
    RECORD,
    GrowthProof,
    InclusionProof,
    check_growth,
    checkpoint_at,
    first_difference,
    kind_of,
)
from diplocal.store import EventStore, open_existing
from diplocal.store.beside import beside
from diplocal.store.postgres_address import SCHEMES, masked
from diplocal.store.rows import record_in

_SQLITE = b"SQLite format 3\0"
"""What a log in a file begins with."""

KeyPath = Annotated[
    Path | None,
    typer.Option("--key", metavar="FILE", help="The file of the key that signs; beside the log unless given."),
]
Trusted = Annotated[
    list[str],
    typer.Option("--trust", metavar="KEY", help="A key, as 'diplocal key' prints it: one of these must have signed."),
]


def key(
    *,
    log: options.LogPath,
    key_file: KeyPath = None,
    name: Annotated[
        str | None,
        typer.Option("--name", metavar="NAME", help="What a new key is called, as in example.org/visits."),
    ] = None,
) -> None:
    """Print the public key that checkpoints of a log are checked with; make the key if there is none."""
    if (path := key_file or key_beside(log)) is None:
        expected = (
            "a file for its key as well, --key calendar.key, which is made where there is none: a server keeps none"
        )
        raise InvalidValue("--log", masked(log), expected)
    with open_existing(log) as store:
        if not path.exists():
            SigningKey.generate(name or origin_of(store.log_id)).save(path)
        elif name is not None:
            raise InvalidValue("--name", name, f"no name, for there is a key already in {path}")
    say(str(SigningKey.load(path).verifier))


def checkpoint(*, log: options.LogPath, key_file: KeyPath = None) -> None:
    """Print what a log holds now, in three lines that others may keep; signed where there is a key.

    It is for those who may see the whole log: it tells how many records there are.
    """
    with open_existing(log) as store:
        typer.echo(str(_signed(store, log, key_file)), nl=False)


def prove(
    *,
    position: Annotated[
        int | None, typer.Argument(metavar="POSITION", help="The record to prove, by its place in the log.")
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option("--since", metavar="FILE", help="Prove that the log only grew since a checkpoint."),
    ] = None,
    log: options.LogPath,
    key_file: KeyPath = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as one JSON object.")] = False,
) -> None:
    """Print a proof that a record is in a log, which comes with the record; or that the log only grew.

    Others check it with verify-proof, or with what reads C2SP tlog-proof.
    """
    if (position is None) == (since is None):
        given = "not given" if position is None else position
        raise InvalidValue("POSITION", given, "either the position of a record, or --since and a file")
    with open_existing(log) as store:
        now = _signed(store, log, key_file)
        if position is not None:
            _print(InclusionProof.of(store, position, now), as_json=as_json)
        elif since is not None:
            earlier = checkpoints_in(since)[-1]
            check_growth(store, [earlier])
            _print(GrowthProof.of(store, earlier.size, now), as_json=as_json)


def verify_proof(
    proof: Annotated[Path, typer.Argument(metavar="FILE", help="What prove printed.")],
    *,
    since: Annotated[
        Path | None,
        typer.Option("--since", metavar="FILE", help="Of a proof that a log only grew: the earlier checkpoint."),
    ] = None,
    trust: Trusted = [],  # noqa: B006 - typer reads it, and nobody changes it
) -> None:
    """Check a proof without the log, and print the record that is proven.

    Without --trust a proof shows only that it fits its own checkpoint: compare that with one that you kept.
    """
    written, keys = _text(proof), [VerifierKey.read(one) for one in trust]
    _expect_kind(proof, written, RECORD if since is None else GROWTH)
    if since is not None:
        earlier = checkpoints_in(since)[-1]
        later = GrowthProof.read(written).verify(earlier, keys)
        say(f"{later.origin} only grew, from {earlier.position} to {later.position} records{_by(keys)}")
        return
    found = InclusionProof.read(written)
    covered = found.verify(keys)
    log_id = covered.origin.removesuffix(origin_of(""))
    typer.echo(printable_json(to_line(record_in(found.entry, log_id), log_id)))
    say(f"is record {found.position} of the {covered.position} of {covered.origin}{_by(keys)}", err=True)


def checkpoints_in(path: Path, keys: list[VerifierKey] | None = None) -> list[Checkpoint]:
    """Read the checkpoints in a file; where keys are given, one of them must have signed each.

    Raises InvalidValue, NotProven.
    """
    written = _text(path)
    _expect_kind(path, written, CHECKPOINT)
    notes = read_notes(written)
    found = [Checkpoint.of(note) for note in notes]
    for note, checkpoint in zip(notes, found, strict=True) if keys else ():
        try:
            note.signers(keys or ())
        except NotProven as error:
            raise NotProven(f"the checkpoint of size {checkpoint.size} in {path}: {error.reason}") from error
    return found


def see_that_it_grew(store: EventStore, kept: Path, trust: list[str]) -> None:
    """See that a log has all that checkpoints in a file say, or all that an earlier copy of it has.

    Raises NotProven, which names the first record that differs, or between which it is.
    """
    with kept.open("rb") as file:
        is_log = file.read(len(_SQLITE)) == _SQLITE
    if not is_log:
        check_growth(store, checkpoints_in(kept, [VerifierKey.read(one) for one in trust]))
        return
    if trust:
        raise InvalidValue("--against", str(kept), "checkpoints, which can be signed, where --trust names who signs")
    with open_existing(kept) as copy:
        copy.verify()
        if (differing := first_difference(store, copy)) is not None:
            what = f"record {differing} differs from that in {kept}" if differing else f"{kept} is another log"
            raise NotProven(what)
        check_growth(store, [checkpoint_at(copy, copy.position())])


def key_beside(log: str) -> Path | None:
    """Name the file of a log's key: 'visits.db.key' beside 'visits.db'. For a log on a server there is none."""
    return None if log.startswith(SCHEMES) else beside(Path(log.removeprefix("sqlite:///")), ".key")


def _print(proof: InclusionProof | GrowthProof, *, as_json: bool) -> None:
    typer.echo(proof.to_json().decode() if as_json else str(proof), nl=as_json)


def _signed(store: EventStore, log: str, key_file: Path | None) -> Note:
    note = checkpoint_at(store, store.position()).note()
    beside = key_beside(log)
    path = key_file or (beside if beside is not None and beside.exists() else None)
    return note if path is None else note.signed(SigningKey.load(path))


def _text(path: Path) -> str:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        return file.read(LONGEST + 1)


_PRINTED_BY = {RECORD: "diplocal prove POSITION", GROWTH: "diplocal prove --since", CHECKPOINT: "diplocal checkpoint"}
_GIVE = {
    (RECORD, GROWTH): ": give the earlier checkpoint too, with --since",
    (RECORD, CHECKPOINT): ": it belongs behind --since, with a proof that the log grew",
    (GROWTH, RECORD): ": leave --since away",
}


def _expect_kind(path: Path, written: str, expected: str) -> None:
    """Raise InvalidValue for a file that is of another kind, which says what it is and what to do."""
    if (kind := kind_of(written)) != expected:
        wanted = f"{expected}, as '{_PRINTED_BY[expected]}' prints it; it is {kind}{_GIVE.get((expected, kind), '')}"
        raise InvalidValue("FILE", str(path), wanted)


def _by(keys: list[VerifierKey]) -> str:
    return "" if keys else "; nobody's signature was asked for"
