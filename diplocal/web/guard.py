"""What every request must keep to, and what every answer carries: limits, and headers that keep browsers strict."""

import asyncio
import logging
import re
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from importlib.resources import files

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST_PATH = 512
"""Bytes of a path, as sent."""
LONGEST_QUERY = 512
MOST_HEADERS = 64
LONGEST_HEADERS = 16 * 1024
"""Bytes of all headers together."""
BODY = frozenset({b"content-length", b"transfer-encoding"})
LARGEST_BODY = 64 * 1024
"""Bytes of a body that are read before a request is answered."""
PATIENCE = 0.5
"""Seconds after which a request is answered though its body has not come: nobody asks for it."""
ROOT = "diplocal.root"
"""Where a scope says under which path the whole server is mounted."""
METHODS = frozenset({"GET", "HEAD"})
HOST = re.compile(rb"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
SECRET = re.compile(r"(/private/)[^/?\s\"]*")

ASK_AGAIN_AFTER = 60
"""Seconds, where the log cannot be read, or too many ask."""
MOST_AT_ONCE = 500
"""Requests that are answered at once."""
SLIDER = files("diplocal.web").joinpath("static", "slider.js").read_text(encoding="utf-8")
"""The one script of the pages: each has it in itself, and browsers run nothing else."""
_SLIDER_HASH = b64encode(sha256(SLIDER.encode()).digest()).decode()
SECURITY: Mapping[str, str] = {
    "content-security-policy": (
        f"default-src 'none'; style-src 'self'; img-src 'self'; script-src 'sha256-{_SLIDER_HASH}'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
}
_SECURITY = [(name.encode(), value.encode()) for name, value in SECURITY.items()]


class Guarded:
    """Refuses what is malformed or too long before anything looks at it, and makes browsers strict about answers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def strict(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_SECURITY]
            await send(message)

        scope[ROOT] = scope.get("root_path", "").rstrip("/")
        refusal = refused(scope)
        if _has_body(scope) and not await _is_read(receive):
            return  # what it sends is no HTTP, or is cut off: the server has refused it
        app = self._app if refusal is None else PlainTextResponse(f"{refusal[1]}\n", refusal[0], allowed(refusal[0]))
        await app(scope, receive, strict)


def _has_body(scope: Scope) -> bool:
    sent = {name: value for name, value in scope["headers"] if name in BODY}
    return bool(sent) and sent != {b"content-length": b"0"}


async def _is_read(receive: Receive) -> bool:
    """Read what a request has beside its head, and nothing asks for; tell whether it is HTTP as far as it came."""
    size = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while size < LARGEST_BODY:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return False
                size += len(message.get("body", b""))
                if not message.get("more_body"):
                    return True
    return True


class Bounded:
    """Answers so many requests at once, and asks those beyond to come back: nobody waits without an end."""

    def __init__(self, app: ASGIApp, most: int = MOST_AT_ONCE) -> None:
        self._app, self._most, self._running = app, most, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3), or say when to ask again (RFC 9110, 10.2.3 and 15.6.4)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._running >= self._most:
            headers = {"retry-after": str(ASK_AGAIN_AFTER), "cache-control": "no-store"}
            await PlainTextResponse("Too many ask at once: come back in a minute.\n", 503, headers)(
                scope, receive, send
            )
            return
        self._running += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._running -= 1


def refused(scope: Scope) -> tuple[int, str] | None:
    """Return the status and the reason for which a request is refused, None when it is not."""
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    hosts = [value for name, value in headers if name == b"host"]
    path = scope.get("raw_path") or scope["path"].encode("utf-8", "surrogateescape")
    if scope["method"] not in METHODS:
        return 405, "Only GET and HEAD are answered here."
    if len(path) > LONGEST_PATH or len(scope["query_string"]) > LONGEST_QUERY:
        return 414, "This address is too long."
    if len(headers) > MOST_HEADERS or sum(len(name) + len(value) for name, value in headers) > LONGEST_HEADERS:
        return 431, "These headers are too long."
    if len(hosts) != 1 or not HOST.fullmatch(hosts[0]):
        return 400, "The Host header is missing or malformed."
    return None


def allowed(status: int) -> dict[str, str] | None:
    """Say which methods are answered, where another one was tried (RFC 9110, 15.5.6)."""
    return {"allow": "GET, HEAD"} if status == 405 else None  # noqa: PLR2004 - Method Not Allowed


class WithoutSecrets(logging.Filter):
    """Takes tokens out of log lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line pass, tokens replaced."""
        record.msg = without_secrets(str(record.msg))
        if isinstance(record.args, tuple):
            record.args = tuple(without_secrets(one) if isinstance(one, str) else one for one in record.args)
        return True


def without_secrets(text: str) -> str:
    """Return a text without the tokens in its addresses."""
    return SECRET.sub(r"\1…", text) if "/private/" in text else text
