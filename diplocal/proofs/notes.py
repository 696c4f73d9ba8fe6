"""Signed notes (C2SP signed-note): a text, and below it the signatures of whoever vouches for it."""

import base64
import binascii
import re
from collections.abc import Collection, Iterator

import msgspec

from diplocal.errors import InvalidValue, NotProven
from diplocal.proofs.keys import SigningKey, VerifierKey

LONGEST = 1 << 20
"""Characters of notes that are read: a note with sixteen signatures of any kind has fewer than 100,000."""
_SIGNATURE = re.compile("— ([^\\s+]+) ([A-Za-z0-9+/]+={0,2})")
_EXPECTED = "a note: lines of text, an empty line, and lines such as '— example.org/log c2lnbmF0dXJl...'"


class Signature(msgspec.Struct, frozen=True):
    """A signature line of a note."""

    name: str
    """The name of the key: 'example.org/visits'."""
    key_id: bytes
    """Four octets that tell keys of one name apart."""
    signature: bytes

    def __str__(self) -> str:
        return f"— {self.name} {to_base64(self.key_id + self.signature)}\n"


class Note(msgspec.Struct, frozen=True):
    """A text and its signatures. Trust nothing in it before ``signers`` has named somebody whom you trust."""

    text: str
    """Lines, each with its line break."""
    signatures: tuple[Signature, ...] = ()

    def signed(self, key: SigningKey) -> "Note":
        """Return the note with the signature of a key added."""
        public = key.verifier
        return msgspec.structs.replace(
            self, signatures=(*self.signatures, Signature(public.name, public.key_id, key.sign(self.text.encode())))
        )

    def signers(self, trusted: Collection[VerifierKey]) -> list[VerifierKey]:
        """Return which of the trusted keys signed this note. Signatures of others are passed over.

        Raises NotProven when a signature in the name of a trusted key is not its own, and when there is none.
        """
        found = [
            key
            for signature in self.signatures
            for key in trusted
            if (key.name, key.key_id) == (signature.name, signature.key_id)
            and key.check(self.text.encode(), signature.signature)
        ]
        if not found:
            signers = ", ".join(signature.name for signature in self.signatures) or "nobody"
            expected = ", ".join(key.name for key in trusted)
            raise NotProven(
                f"no key that is trusted signed this: it was signed by {signers}, and {expected} is trusted; if that is"
                " the right name, get its key anew from whoever signs, by another way than this came"
            )
        return found

    def __str__(self) -> str:
        """Write it, with the empty line that ends its text: notes that are kept in one file stay apart."""
        return "\n".join((self.text, "".join(map(str, self.signatures))))


def read_notes(written: str) -> list[Note]:
    r"""Read notes whose texts have no empty lines, as those of checkpoints, one after another; unsigned ones too.

    Raises InvalidValue.

    >>> [note.text for note in read_notes("first\n\nsecond\n")]
    ['first\n', 'second\n']
    """
    if len(written) > LONGEST or any(character < " " for character in written if character != "\n"):
        raise InvalidValue("note", written, f"{_EXPECTED}; no other control characters, at most {LONGEST:,} characters")
    return list(_notes(written))


def _notes(written: str) -> Iterator[Note]:
    text: list[str] = []
    signatures: list[Signature] = []
    has_ended = False
    for line in written.removesuffix("\n").split("\n"):
        if line.startswith("— ") and has_ended:
            signatures.append(_signature(line))
        elif not line:
            has_ended = True
        elif has_ended and text:
            yield _note(text, signatures)
            text, signatures, has_ended = [line], [], False
        else:
            text.append(line)
    yield _note(text, signatures)


def _note(text: list[str], signatures: list[Signature]) -> Note:
    if not text:
        raise InvalidValue("note", "", _EXPECTED)
    return Note("".join(f"{line}\n" for line in text), tuple(signatures))


def _signature(line: str) -> Signature:
    parts = _SIGNATURE.fullmatch(line)
    octets = from_base64(parts[2], "signature") if parts else b""
    if parts is None or len(octets) <= KEY_ID:
        raise InvalidValue("signature", line, "'— ', the name of a key, and base64 of its id and the signature")
    return Signature(parts[1], octets[:KEY_ID], octets[KEY_ID:])


KEY_ID = 4
"""Octets of a key's id."""


def to_base64(octets: bytes) -> str:
    """Return octets in base64 (RFC 4648, section 4)."""
    return base64.b64encode(octets).decode()


def from_base64(text: str, field: str) -> bytes:
    """Read octets in base64 (RFC 4648, section 4).

    Raises InvalidValue, which names the field.
    """
    try:
        octets = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidValue(field, text, "base64") from error
    if to_base64(octets) != text:
        raise InvalidValue(field, text, f"base64 as everybody writes it, {to_base64(octets)!r}")
    return octets
