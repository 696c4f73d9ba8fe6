"""Reads the log behind a diplocal server, as far as it shows it: see ``diplocal.web.records``."""

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from diplocal.checks import LOOPBACK
from diplocal.cloudevents import Page, from_archive
from diplocal.errors import (
    ExtraMissing,
    InvalidValue,
    MalformedEvent,
    NewerSchema,
    NotReachable,
    UnreadableInput,
)
from diplocal.importers.intake import HELD
from diplocal.records import Envelope
from diplocal.store.postgres_address import masked
from diplocal.store.sealing import Key

if TYPE_CHECKING:
    import httpx

SCHEMES = ("https://", "http://")
TIMEOUT = 60
"""Seconds to wait for an answer."""
_DOOR = "/records"
_SECRET = re.compile(r"(?<=/private/)[^/]*")
_OK, _NOT_FOUND, _ASK_LATER = 200, 404, (429, 502, 503, 504)


class Portion(NamedTuple):
    """Records that came together."""

    events: list[Envelope]
    keys: list[Key]
    """Of names that are sealed in them."""
    end: int
    """The number of the last, among those that the server shows."""
    mark: bytes
    """What the last is known by."""


class PublishedLog:
    """A log behind a server's address, ``https://calendar.example.org``, which is read and never written.

    The address of a grant, ``https://calendar.example.org/private/...``, shows what its audience may see.

    Raises InvalidValue for an address that is not encrypted, but on this machine itself, ExtraMissing.
    """

    def __init__(self, address: str, *, transport: "httpx.BaseTransport | None" = None) -> None:
        parts = urlsplit(address)
        self.shown = _SECRET.sub("…", masked(address))
        here = parts.hostname in LOOPBACK
        if parts.scheme not in (("http", "https") if here else ("https",)) or not parts.hostname or parts.password:
            raise InvalidValue("address", self.shown, "that of a server, https://calendar.example.org")
        if parts.query or parts.fragment:
            raise InvalidValue("address", self.shown, "an address without ? and #: that of the whole server")
        try:
            import httpx  # noqa: PLC0415 - an extra
        except ImportError as missing:
            raise ExtraMissing("publishing", needed_for="a log behind a server's address") from missing
        self._address = f"{address.rstrip('/').removesuffix(_DOOR)}{_DOOR}"
        self._client = httpx.Client(timeout=TIMEOUT, trust_env=not here, transport=transport)
        self._lost = httpx.HTTPError

    @property
    def name(self) -> str:
        """What it is remembered by: tells nothing of a secret in the address."""
        return sha256(self._address.encode()).hexdigest()

    def portions(self, after: int = 0) -> Iterator[Portion]:
        """Yield the records behind the one with a number, in order.

        Raises NotReachable, UnreadableInput for an answer that is no page of records.
        """
        while (portion := self._portion(after)).events:
            if portion.end <= after:
                taken = f"what came before is taken in, up to its record {after}" if after else "nothing was taken in"
                raise UnreadableInput(self.shown, f"behind record {after} comes record {portion.end}", left=taken)
            yield portion
            after = portion.end

    def has(self, number: int, mark: bytes) -> bool:
        """Tell whether the record with a number is still the one that is known by a mark."""
        return self._portion(number - 1, most=1).mark == mark

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()

    def _portion(self, after: int, **asked: int) -> Portion:
        written = self._written(({"after": after} if after else {}) | asked)
        try:
            page = Page.of(written)
            events = [from_archive(line) for line in page.records]
        except (InvalidValue, MalformedEvent, NewerSchema) as error:
            raise self._unreadable(f"what came is no page of records: {error}") from error
        if not events:
            return Portion([], [], after, b"")
        return Portion(events, page.keys, page.end, sha256(page.records[-1]).digest())

    def _written(self, asked: Mapping[str, int]) -> bytes:
        written = bytearray()
        try:
            with self._client.stream("GET", self._address, params=asked) as answer:
                if answer.status_code in _ASK_LATER:
                    raise NotReachable(self.shown, f"it answered {answer.status_code}")
                if answer.status_code != _OK:
                    raise self._unreadable(_refusal(answer))
                for octets in answer.iter_bytes():
                    written += octets
                    if len(written) > HELD:
                        raise self._unreadable(f"a page of more than {HELD // 2**20} MiB came")
        except self._lost as error:
            raise NotReachable(self.shown, f"{type(error).__name__}: {error}") from error
        return bytes(written)

    def _unreadable(self, reason: str) -> UnreadableInput:
        return UnreadableInput(self.shown, reason)


def _refusal(answer: "httpx.Response") -> str:
    if answer.is_redirect:
        where = _SECRET.sub("…", answer.headers["location"])
        return f"it leads to {where}: give that address"
    if answer.status_code == _NOT_FOUND:
        return (
            "it shows no records at this address: its configuration says by records_for who may have them,"
            " and 'diplocal access grant' gives the address for an audience"
        )
    return f"it answered {answer.status_code}"
