"""Proofs that somebody without the log can check: that a record is in it, and that it only ever grew."""

import re
from collections.abc import Collection
from typing import Protocol, Self, TypeVar

import msgspec

from diplocal.errors import InvalidValue, NotProven
from diplocal.proofs.checkpoints import Checkpoint, origin_of
from diplocal.proofs.keys import VerifierKey
from diplocal.proofs.merkle import (
    consistency_path,
    edge_at,
    inclusion_path,
    leaf_hash,
    perfect_subtrees,
    verify_consistency,
    verify_inclusion,
)
from diplocal.proofs.notes import Note, from_base64, read_notes, to_base64

_HEADING = "c2sp.org/tlog-proof@v1"
_ANEW = "ask for the proof anew"
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


class Provable(Protocol):
    """A log that keeps a Merkle tree over its records."""

    @property
    def log_id(self) -> str:
        """The log's own identity, a UUID."""

    def position(self) -> int:
        """Return the position of the last record, 0 in an empty log."""

    def hash_of(self, level: int, index: int) -> bytes:
        """Return the hash of a perfect subtree: see ``diplocal.proofs.merkle``."""

    def entry(self, position: int) -> bytes:
        """Return the octets of which a leaf is the hash: of a record at its position, of the log's identity at 0."""


def checkpoint_at(log: Provable, position: int) -> Checkpoint:
    """Return the checkpoint that a log had when it ended at a position.

    Raises InvalidValue for a position that it has not reached.
    """
    if not 0 <= position <= (end := log.position()):
        raise InvalidValue("position", position, f"0 to {end}, where the log ends")
    return Checkpoint(origin_of(log.log_id), position + 1, edge_at(position + 1, log.hash_of).root())


class InclusionProof(msgspec.Struct, frozen=True):
    """What shows that a record is in a log (C2SP tlog-proof): it comes with the record, and with a checkpoint."""

    position: int
    """The record's place in the log, from 1: that of its leaf, for leaf 0 is the log's identity."""
    path: tuple[bytes, ...]
    """Hashes from the record's neighbour up to below the root."""
    checkpoint: Note
    entry: bytes
    """The record, in the octets that the log hashes."""

    @classmethod
    def of(cls, log: Provable, position: int, checkpoint: Note) -> Self:
        """Prove that a record is in a log, to whoever trusts a checkpoint of it.

        Raises InvalidValue for a record behind the checkpoint.
        """
        made = Checkpoint.of(checkpoint)
        if not 1 <= position <= made.position:
            raise InvalidValue("position", position, f"1 to {made.position}, where the checkpoint ends")
        path = inclusion_path(position, made.size, log.hash_of)
        return cls(position, tuple(path), checkpoint, log.entry(position))

    def verify(self, trusted: Collection[VerifierKey] = ()) -> Checkpoint:
        """Check the proof, and return the checkpoint that it stands on. With trusted keys, one must have signed that.

        Raises NotProven.
        """
        checkpoint = _trusted(self.checkpoint, trusted)
        which = f"record {self.position} of the {checkpoint.position} that {checkpoint.origin} had"
        if not 1 <= self.position <= checkpoint.position:
            raise NotProven(f"there is no {which}: the position was changed, or the checkpoint is another; {_ANEW}")
        try:
            verify_inclusion(leaf_hash(self.entry), self.position, checkpoint.size, self.path, checkpoint.root)
        except NotProven as wrong:
            raise NotProven(
                f"what comes with it is not {which}, or a hash or the checkpoint was changed ({wrong.reason}); {_ANEW}"
            ) from wrong
        return checkpoint

    def to_json(self) -> bytes:
        """Return the proof as one JSON object; octets are in base64."""
        return _in_json(self.path, self.checkpoint, position=self.position, entry=to_base64(self.entry))

    @classmethod
    def read(cls, written: str) -> Self:
        """Read a proof as ``str`` or ``to_json`` writes it.

        Raises InvalidValue.
        """
        if written.startswith("{"):
            said = _of_json(written, _WrittenInclusion)
            return cls(said.position, _path(said.path), _one_note(said.checkpoint), from_base64(said.entry, "entry"))
        lines, checkpoint = _halves(written)
        if lines[:1] != [_HEADING] or len(lines) < len(("heading", "extra", "index")):
            raise InvalidValue("proof", written, f"a first line {_HEADING!r}, then 'extra ...' and 'index ...'")
        entry = from_base64(_said(lines[1], "extra"), "extra")
        return cls(_number(lines[2], "index"), _path(lines[3:]), checkpoint, entry)

    def __str__(self) -> str:
        lines = (_HEADING, f"extra {to_base64(self.entry)}", f"index {self.position}", *map(to_base64, self.path))
        return "\n".join((*lines, "", str(self.checkpoint)))


class GrowthProof(msgspec.Struct, frozen=True):
    """What shows that a log, at a checkpoint, has all that it had at an earlier one, and only more.

    It is written as C2SP tlog-witness has it, for those who sign beside a log that they watch.
    """

    old: int
    """The size of the earlier checkpoint: who checks the proof has that checkpoint."""
    path: tuple[bytes, ...]
    checkpoint: Note

    @classmethod
    def of(cls, log: Provable, old: int, checkpoint: Note) -> Self:
        """Prove that a log grew from an earlier checkpoint, of this size, to another."""
        path = consistency_path(old, Checkpoint.of(checkpoint).size, log.hash_of)
        return cls(old, tuple(path), checkpoint)

    def verify(self, earlier: Checkpoint, trusted: Collection[VerifierKey] = ()) -> Checkpoint:
        """Check the proof against the earlier checkpoint, and return the later one.

        Raises NotProven.
        """
        later = _trusted(self.checkpoint, trusted)
        if (later.origin, self.old) != (earlier.origin, earlier.size):
            raise NotProven(
                f"the proof is about {later.origin} since it had {self.old - 1} records, and the earlier checkpoint is"
                f" of {earlier.origin} with {earlier.position}: give the one that the proof was made for, or ask for a"
                " proof since this one"
            )
        try:
            verify_consistency(self.old, later.size, self.path, earlier.root, later.root)
        except NotProven as wrong:
            raise NotProven(
                f"the {later.position} records of {later.origin} do not go on from the {earlier.position} of the"
                f" earlier checkpoint: the log was rewritten, or the proof was changed ({wrong.reason}); {_ANEW}"
            ) from wrong
        return later

    def to_json(self) -> bytes:
        """Return the proof as one JSON object; hashes are in base64."""
        return _in_json(self.path, self.checkpoint, old=self.old)

    @classmethod
    def read(cls, written: str) -> Self:
        """Read a proof as ``str`` or ``to_json`` writes it.

        Raises InvalidValue.
        """
        if written.startswith("{"):
            said = _of_json(written, _WrittenGrowth)
            return cls(said.old, _path(said.path), _one_note(said.checkpoint))
        lines, checkpoint = _halves(written)
        return cls(_number(lines[0] if lines else "", "old"), _path(lines[1:]), checkpoint)

    def __str__(self) -> str:
        return "\n".join((f"old {self.old}", *map(to_base64, self.path), "", str(self.checkpoint)))


def check_growth(log: Provable, kept: Collection[Checkpoint]) -> None:
    """See that a log is what each of the checkpoints that were kept of it says.

    The log must hang together in itself, as ``verify`` finds. Raises NotProven, which names between which records the
    first that differs is: the more checkpoints were kept, the closer.
    """
    same = 0
    for checkpoint in sorted(kept, key=lambda one: one.size):
        if checkpoint.origin != origin_of(log.log_id):
            raise NotProven(
                f"the checkpoint is of {checkpoint.origin}, this log is {origin_of(log.log_id)}: give one of this log"
            )
        position = checkpoint.position
        if position > log.position():
            raise NotProven(f"the log had {position} records, and ends at {log.position()} now: some were cut off")
        if position >= 0 and checkpoint_at(log, position) != checkpoint:
            among = f"{same + 1}" if same + 1 >= position else f"{same + 1} to {position}"
            raise NotProven(f"the log was rewritten: the first record that differs is {among}")
        same = position


def first_difference(log: Provable, other: Provable) -> int | None:
    """Return the first position at which two logs differ, None where one goes on from the other.

    It is 0 for logs of two identities.
    It compares hashes from the top down, so it reads few of them.
    """
    shorter = min(log.position(), other.position()) + 1
    differing = (place for place in perfect_subtrees(0, shorter) if log.hash_of(*place) != other.hash_of(*place))
    level, index = next(differing, (0, None))
    while level and index is not None:
        level, index = level - 1, index * 2
        if log.hash_of(level, index) == other.hash_of(level, index):
            index += 1
    return index


RECORD, GROWTH, CHECKPOINT = "a proof of a record", "a proof that a log only grew", "a checkpoint"
_SIGNS = {
    RECORD: re.compile(rf'{re.escape(_HEADING)}\n|\{{.*"entry"', re.DOTALL),
    GROWTH: re.compile(r'old [0-9]+\n|\{.*"old"', re.DOTALL),
    CHECKPOINT: re.compile(r"[^\n]+\n[0-9]+\n[A-Za-z0-9+/]+=*\n"),
    "a key that checks": re.compile(r"[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+\s*\Z"),
    "a key that signs": re.compile("PRIVATE\\+KEY\\+"),
    "a log": re.compile("SQLite format 3"),
    "an exported log": re.compile('{"specversion"'),
    "empty": re.compile(r"\s*\Z"),
}


def kind_of(written: str) -> str:
    r"""Return what a text is, by its beginning, in words for a message.

    >>> kind_of("old 97\nS3X+Q3x2..."), kind_of("Dear Sir,")
    ('a proof that a log only grew', 'something else')
    """
    return next((kind for kind, sign in _SIGNS.items() if sign.match(written.lstrip("\n"))), "something else")


class _Written(msgspec.Struct, kw_only=True):
    path: list[str]
    checkpoint: str


class _WrittenInclusion(_Written, forbid_unknown_fields=True):
    position: int
    entry: str


class _WrittenGrowth(_Written, forbid_unknown_fields=True):
    old: int


W = TypeVar("W", bound=_Written)


def _in_json(path: Collection[bytes], checkpoint: Note, **said: int | str) -> bytes:
    return msgspec.json.encode({**said, "path": list(map(to_base64, path)), "checkpoint": str(checkpoint)})


def _of_json(written: str, shape: type[W]) -> W:
    try:
        return msgspec.json.decode(written, type=shape)
    except msgspec.MsgspecError as error:
        raise InvalidValue("proof", written, f"a proof in JSON: {error}") from error


def _trusted(checkpoint: Note, trusted: Collection[VerifierKey]) -> Checkpoint:
    if trusted:
        checkpoint.signers(trusted)
    return Checkpoint.of(checkpoint)


def _halves(written: str) -> tuple[list[str], Note]:
    """Part a proof at its first empty line: its lines, and the checkpoint below."""
    proof, _, checkpoint = written.partition("\n\n")
    return proof.split("\n"), _one_note(checkpoint)


def _one_note(checkpoint: str) -> Note:
    notes = read_notes(checkpoint) if checkpoint else []
    if len(notes) != 1:
        expected = f"one, behind an empty line: the proof was cut, or joined with another; get it whole, or {_ANEW}"
        raise InvalidValue("checkpoint of the proof", checkpoint, expected)
    return notes[0]


def _said(line: str, word: str) -> str:
    if not line.startswith(f"{word} "):
        raise InvalidValue("proof", line, f"a line that begins with {word!r}")
    return line.removeprefix(f"{word} ")


def _number(line: str, word: str) -> int:
    said = _said(line, word)
    if not _NUMBER.fullmatch(said):
        raise InvalidValue(word, said, "a number in decimal, without leading zeros")
    return int(said)


def _path(lines: list[str]) -> tuple[bytes, ...]:
    return tuple(from_base64(line, "proof") for line in lines)
