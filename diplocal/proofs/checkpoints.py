"""Checkpoints (C2SP tlog-checkpoint): what a log held when it had so many records, in three lines.

They are for those who may see the whole log: a size tells how much is hidden from anybody else.
"""

import re
from hashlib import sha256
from itertools import pairwise
from typing import Self

import msgspec

from diplocal.errors import InvalidValue
from diplocal.proofs.merkle import HASH_SIZE
from diplocal.proofs.notes import Note, from_base64, to_base64

EMPTY = sha256(b"").digest()
"""The root of a tree without leaves (RFC 9162, 2.1.1)."""
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


def origin_of(log_id: str) -> str:
    """Return how checkpoints name the log of this identity."""
    return f"{log_id}.diplocal"


class Checkpoint(msgspec.Struct, frozen=True):
    """The root of a log's tree when it had so many leaves: no record up to there can change without another root."""

    origin: str
    """Which log: ``origin_of`` its identity, or of a log that is not ours, whatever it calls itself."""
    size: int
    """Leaves of its tree: one for the log's identity, and one for each record."""
    root: bytes
    """The root of that Merkle tree (RFC 9162, 2.1.1)."""

    @property
    def position(self) -> int:
        """The position of the last record in it; 0 in an empty log, -1 in a tree without leaves."""
        return self.size - 1

    def note(self) -> Note:
        """Return the checkpoint as a note, to be signed."""
        return Note(f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n")

    @classmethod
    def of(cls, note: Note) -> Self:
        """Read what a note says. Lines after the third are passed over, as the format asks.

        Raises InvalidValue.
        """
        origin, size, root, *more = (*note.text.split("\n"), "", "")
        if any(_SIZE.fullmatch(after) for line, after in pairwise(more) if line == origin):
            raise InvalidValue("checkpoint", note.text, "one checkpoint: there must be an empty line between two")
        octets = from_base64(root, "root") if root else b""
        if not _SIZE.fullmatch(size) or len(octets) != HASH_SIZE:
            raise InvalidValue("checkpoint", note.text, "a checkpoint: an origin, a size, and a root in base64")
        if size == "0" and octets != EMPTY:
            raise InvalidValue("checkpoint", note.text, "the root of a tree without leaves, the SHA-256 of nothing")
        return cls(origin, int(size), octets)
