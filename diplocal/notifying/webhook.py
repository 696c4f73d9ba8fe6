"""Tells changes to a program elsewhere: each as a CloudEvent by POST, signed as Standard Webhooks has it."""

import base64
import hashlib
import hmac
from typing import Any, Self
from urllib.parse import urlsplit

import httpx
import msgspec

from diplocal.checks import LOOPBACK, expect
from diplocal.errors import InvalidValue, NotDelivered
from diplocal.notifying.notices import Notice
from diplocal.records import instant
from diplocal.store.postgres_address import masked
from diplocal.tabular import engagements
from diplocal.wording import ENGLISH, Language

TIMEOUT = 30
"""Seconds to wait for an answer."""
ENOUGH = 65_536
"""Bytes that are read of an answer, so that the connection serves for the next; what more there is, is left."""
MEDIA_TYPE = "application/cloudevents+json"
TYPE = "diplocal.change"
PASSING = frozenset({408, 425, 429})
"""Answers, beside those from 500 on, after which the same may be taken later (RFC 9110, 15.5; RFC 6585, 4)."""


class Webhook:
    """A place elsewhere that takes notices: it answers 2xx when it has one.

    With a secret, of any characters or ``whsec_`` and base64, each is signed (Standard Webhooks 1.0):
    ``webhook-signature`` is ``v1,`` and the base64 of the HMAC-SHA256 over ``webhook-id``, ``webhook-timestamp`` and
    the body, joined by dots.

    Raises InvalidValue for an address that is no https, but for this machine itself.
    """

    def __init__(self, address: str, log_id: str, *, secret: str | None = None, said: Language = ENGLISH) -> None:
        expect("address", address, "an address, such as https://example.org/hook", str)
        expect("log_id", log_id, "the id of a log", str)
        parts = urlsplit(address)
        here = parts.hostname in LOOPBACK
        if parts.password:
            raise InvalidValue("webhook", masked(address), "an address without a password in it")
        if parts.scheme not in (("http", "https") if here else ("https",)) or not parts.hostname:
            expected = "an address that begins with https://, or http:// on this machine"
            raise InvalidValue("webhook", masked(address), expected)
        self.address, self._log_id, self._said = address, log_id, said
        self._secret = _key(secret) if secret else None
        self._client = httpx.Client(timeout=TIMEOUT, trust_env=not here, verify=parts.scheme == "https")

    def deliver(self, notice: Notice, *, at: int) -> None:
        """Send a notice; ``at`` is the time, in seconds since 1970-01-01 UTC.

        Raises NotDelivered, which says whether it may go later.
        """
        body = msgspec.json.encode(self.event(notice))
        try:
            headers = self._headers(notice.id, body, at)
            with self._client.stream("POST", self.address, content=body, headers=headers) as answer:
                next(answer.iter_raw(ENOUGH), b"")
        except httpx.HTTPError as error:
            raise NotDelivered(self.address, f"{type(error).__name__}: {error}") from error
        if not answer.is_success:
            may_pass = answer.status_code in PASSING or answer.is_server_error
            raise NotDelivered(self.address, f"it answered {answer.status_code}", may_pass=may_pass)

    def event(self, notice: Notice) -> dict[str, Any]:
        """Return a notice as a CloudEvent 1.0: two of the same source and id are the same one (section 3.1.1)."""
        told = notice.change.after or notice.change.before
        return {
            "specversion": "1.0",
            "id": notice.id,
            "source": f"urn:uuid:{self._log_id}",
            "type": TYPE,
            "subject": notice.change.slug,
            **({"time": instant(told.last.recorded_micros).isoformat()} if told else {}),
            "datacontenttype": "application/json",
            "data": engagements.change(notice.change, self._said),
        }

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _headers(self, id: str, body: bytes, at: int) -> dict[str, str]:  # noqa: A002 - as the header has it
        headers = {"content-type": MEDIA_TYPE, "webhook-id": id, "webhook-timestamp": str(at)}
        if self._secret is not None:
            signed = hmac.digest(self._secret, b".".join((id.encode(), str(at).encode(), body)), hashlib.sha256)
            headers["webhook-signature"] = f"v1,{base64.b64encode(signed).decode()}"
        return headers


def _key(secret: str) -> bytes:
    encoded = secret.removeprefix("whsec_")
    if encoded == secret:
        return secret.encode()
    try:
        return base64.b64decode(encoded, validate=True)
    except ValueError:
        raise InvalidValue("secret", "whsec_...", "base64 behind whsec_") from None  # and not what it is
