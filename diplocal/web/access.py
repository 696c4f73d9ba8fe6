"""Who may read what is not public: whoever has an address that nobody can guess.

A token is 256 random bits. The file beside the log holds its SHA-256 only; who reads the file cannot read the feeds.
"""

import json
import logging
import os
import re
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from threading import Lock

import attrs
import msgspec
from filelock import FileLock, Timeout

from diplocal.checks import matches
from diplocal.errors import DiplocalError, NotWritable, Unusable, did_you_mean
from diplocal.records import AUDIENCE
from diplocal.store import beside as files
from diplocal.store.postgres_address import SCHEMES, masked

_log = logging.getLogger(__name__)

TOKEN_BYTES = 32
PATIENCE = 30
"""Seconds that a change waits for another."""
LONGEST_TOKEN = 128
"""Characters of a token that are looked at."""


class UnusableAccessList(Unusable):
    """The file that says who may read is not one that this program wrote; nobody is let in by it."""

    says = "{path} is not an access list: {reason}; restore it, or remove it and grant access anew"


class UnknownFeed(DiplocalError, LookupError):
    """No feed has this name: an address that opens it would lead nowhere."""

    def __init__(self, name: str, *, near: tuple[str, ...] = ()) -> None:
        otherwise = "name one such as pair-cn_ru, or one of --config"
        super().__init__(f"there is no feed {name!r}: {did_you_mean(near, otherwise)}")
        self.name, self.near = name, near


class UnknownGrant(DiplocalError, LookupError):
    """No access was granted under this id."""

    def __init__(self, grant_id: str) -> None:
        super().__init__(f"no access is granted under {grant_id!r}: access list shows the ids")
        self.grant_id = grant_id


@attrs.frozen(kw_only=True)
class Grant:
    """Leave to read, for whoever has the token."""

    id: str
    """Names the grant, '3f9a1c02'; tells nothing of the token."""
    sha256: str
    """Digest of the token, in hexadecimal."""
    feed: str | None
    """The one feed that it opens; None for all that the audience may see."""
    audience: str = attrs.field(validator=matches(AUDIENCE, "an audience such as 'internal'"))
    note: str
    """To whom it was given."""
    granted: str
    """The day, '2023-09-18'."""


class AccessList:
    """The grants in a file. A change of the file counts from the next question on.

    A file that was damaged while somebody reads changes nothing for those who read: what it said last still holds, and
    the damage is logged. Who asks for the grants themselves is told of it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        self._seen: tuple[int, int, int] | None = None
        self._grants: tuple[Grant, ...] = ()
        self._complaint: str | None = None
        """What was last logged as wrong with the file; not again until it is another or it was mended."""

    def grants(self) -> tuple[Grant, ...]:
        """List what was granted and not revoked.

        Raises UnusableAccessList.
        """
        with self._lock:
            state = self._state()
            if state != self._seen:
                self._grants = self._read()
                self._seen = state
            return self._grants

    def holder(self, token: str) -> Grant | None:
        """Return what a token opens, None when it opens nothing; takes as long either way."""
        digest = sha256(token[:LONGEST_TOKEN].encode("utf-8", "surrogatepass")).hexdigest()
        found = None
        for grant in self._standing():
            found = grant if compare_digest(grant.sha256, digest) else found
        return found

    def grant(self, *, feed: str | None, audience: str, note: str, granted: str) -> tuple[Grant, str]:
        """Grant access, and give the token: it is shown this once and kept nowhere.

        Raises NotWritable when others change the list for too long.
        """
        token = secrets.token_urlsafe(TOKEN_BYTES)
        digest = sha256(token.encode()).hexdigest()
        given = Grant(id=secrets.token_hex(4), sha256=digest, feed=feed, audience=audience, note=note, granted=granted)
        with self._alone():
            self._write((*self._read(), given))
        return given, token

    def revoke(self, grant_id: str) -> Grant:
        """Take access back, and give what it was.

        Raises UnknownGrant, and NotWritable when others change the list for too long.
        """
        with self._alone():
            grants = self._read()
            gone = next((grant for grant in grants if grant.id == grant_id), None)
            if gone is None:
                raise UnknownGrant(grant_id)
            self._write(tuple(grant for grant in grants if grant is not gone))
        return gone

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let nobody else change the file between reading and writing it, in this process or another."""
        try:
            with FileLock(self.path.with_name(f"{self.path.name}.lock"), timeout=PATIENCE):
                yield
        except Timeout as error:
            raise NotWritable(str(self.path), f"another command has been changing it for {PATIENCE} seconds") from error

    def _standing(self) -> tuple[Grant, ...]:
        """Return the grants as the file says, or as it said when it could last be read."""
        try:
            grants = self.grants()
        except (UnusableAccessList, OSError) as wrong:
            if str(wrong) != self._complaint:
                _log.warning("%s. What it said before still holds.", wrong)
            self._complaint = str(wrong)
            return self._grants
        self._complaint = None
        return grants

    def _state(self) -> tuple[int, int, int] | None:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _read(self) -> tuple[Grant, ...]:
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=tuple[Grant, ...])
        except FileNotFoundError:
            return ()
        except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
            raise UnusableAccessList(str(self.path), str(wrong)) from wrong

    def _write(self, grants: tuple[Grant, ...]) -> None:
        """Replace the file whole, readable by its owner only."""
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump([attrs.asdict(grant) for grant in grants], file, indent=2, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self.path)
        except BaseException:
            Path(name).unlink()
            raise


def beside(log: str) -> Path:
    """Name the access list of a log: 'visits.db.access.json' beside 'visits.db'.

    For a log on a server it lies in the working folder, and is named by the address without its password.

    >>> print(beside("postgresql://desk:secret@db.example/calendar?schema=asia"))
    desk-db.example-calendar-schema-asia.access.json
    """
    if log.startswith(SCHEMES):
        named = re.findall(r"[\w.-]+", masked(log).partition("://")[2])
        return Path(f"{'-'.join(named)}.access.json")
    return files.beside(Path(log.removeprefix("sqlite:///")), ".access.json")
