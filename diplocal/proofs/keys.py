"""Keys that sign notes: Ed25519, written as the C2SP signed-note format and Go's sumdb/note write them.

A key lies in a file of its own, for its owner only, and never in a log: whoever is given the log must not be able to
sign in its name.
"""

import base64
import hashlib
import os
import re
import stat
from pathlib import Path
from types import ModuleType
from typing import Any, Self

import attrs

from diplocal.checks import matches
from diplocal.errors import ExtraMissing, InvalidValue, NotProven

_ED25519 = b"\x01"
"""The type of a key and its signatures (signed-note, 'Signature types')."""
_KEY_SIZE = 32
_PRIVATE = "PRIVATE+KEY+"
_WRITTEN = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")
NAME = re.compile(r"[^\s+\x00-\x1f\x7f]{1,255}")
"""What a key can be called: no white space and no plus (signed-note, 'Format')."""


_is_name = matches(NAME, "a name without spaces and plus signs, such as 'example.org/visits'")


@attrs.frozen
class VerifierKey:
    """A public key: who holds it can tell what its private key signed. Give it to anybody."""

    name: str = attrs.field(validator=_is_name)
    public: bytes = attrs.field()
    """32 octets (RFC 8032, 5.1.5)."""

    @property
    def key_id(self) -> bytes:
        """Four octets that tell it from other keys of its name."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def check(self, said: bytes, signature: bytes) -> bool:
        """Return True for a signature that this key made.

        Raises NotProven for any other: it was given as one of this key's, so it is no mere stranger's.
        """
        crypto = _cryptography()
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - an extra

        try:
            crypto.Ed25519PublicKey.from_public_bytes(self.public).verify(signature, said)
        except InvalidSignature:
            raise NotProven(f"a signature in the name of {self.name} is not of its key: the text was altered") from None
        return True

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a key as ``str`` writes it: 'example.org/visits+1a2b3c4d+AV...'.

        Raises InvalidValue.
        """
        return cls(*_parts(text.strip(), "verifier key"))

    def __str__(self) -> str:
        return _written(self.name, self.key_id, self.public)


@attrs.frozen
class SigningKey:
    """A private key. Whoever has it can sign in its name."""

    name: str = attrs.field(validator=_is_name)
    _seed: bytes = attrs.field(repr=False)

    @classmethod
    def generate(cls, name: str) -> Self:
        """Make a new key from the machine's source of randomness."""
        return cls(name, _cryptography().Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def verifier(self) -> VerifierKey:
        """The public key that goes with it."""
        return VerifierKey(self.name, self._private().public_key().public_bytes_raw())

    def sign(self, said: bytes) -> bytes:
        """Return the signature of this key, 64 octets (RFC 8032, 5.1.6)."""
        signature: bytes = self._private().sign(said)
        return signature

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a key from its file.

        Raises InvalidValue for a file that holds no key, or that others on this machine may read.
        """
        mode = path.stat().st_mode
        written = path.read_text(encoding="utf-8", errors="replace").strip() if stat.S_ISREG(mode) else ""
        if not written.startswith(_PRIVATE):
            raise InvalidValue("key file", str(path), "a key that diplocal or another signer of notes wrote")
        if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise InvalidValue("key file", str(path), f"a file that only its owner may read: run chmod 600 {path}")
        name, seed = _parts(written.removeprefix(_PRIVATE), "key file")
        return cls(name, seed)

    def save(self, path: Path) -> None:
        """Write the key to a new file that only its owner may read.

        Raises InvalidValue where a file is already: a key that is overwritten is lost.
        """
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise InvalidValue("key file", str(path), "a place where nothing is: a key is never overwritten") from None
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"{_PRIVATE}{_written(self.name, self.verifier.key_id, self._seed)}\n")
            file.flush()
            os.fsync(handle)

    def _private(self) -> Any:
        return _cryptography().Ed25519PrivateKey.from_private_bytes(self._seed)


def _cryptography() -> ModuleType:
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 - an extra
    except ImportError as missing:
        raise ExtraMissing("proofs", needed_for="signing and checking signatures") from missing
    return ed25519


def _written(name: str, key_id: bytes, key: bytes) -> str:
    return f"{name}+{key_id.hex()}+{base64.b64encode(_ED25519 + key).decode()}"


def _parts(text: str, field: str) -> tuple[str, bytes]:
    """Read the name and the 32 octets of a key."""
    parts = _WRITTEN.fullmatch(text)
    octets = base64.b64decode(parts[3] + "==") if parts else b""
    if parts is None or octets[:1] != _ED25519 or len(octets) != 1 + _KEY_SIZE:
        raise InvalidValue(field, "...", "NAME+ID+KEY of an Ed25519 key, as 'diplocal key' prints it")
    return parts[1], octets[1:]
