"""Behind a proxy: under which path readers reach the server, and who may say so."""

import re
from collections.abc import Collection
from ipaddress import ip_address, ip_network

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from diplocal.errors import InvalidValue
from diplocal.web.guard import Guarded

THIS_MACHINE = ("127.0.0.1", "::1")
ROOT_PATH = re.compile(r"(?=.{0,200}$)(?:/[A-Za-z0-9._~-]+)*/?")
"""Paths that a server may be reached under, up to 200 characters; empty for none."""
_HEADER = b"x-forwarded-prefix"


def root_path_of(text: str) -> str:
    """Read a path that a server is reached under, '/diary', without the slash that it may end with.

    Raises InvalidValue.

    >>> root_path_of("/diary/")
    '/diary'
    """
    if not ROOT_PATH.fullmatch(text) or {".", ".."} & set(text.split("/")):
        raise InvalidValue("root path", text, "a path such as '/diary'")
    return text.rstrip("/")


class BehindProxy:
    """Serves an application under the path at which readers reach it, so that every address in it leads below that.

    The path is ``root_path``, or what a trusted proxy says in X-Forwarded-Prefix. It does not matter whether the proxy
    takes it off the path that it passes on. Headers of anybody else are not looked at. ``trusted`` has IP addresses and
    networks; of these, X-Forwarded-For and X-Forwarded-Proto are believed too.

    Raises InvalidValue for a root path that is none, ValueError for an address that is none.
    """

    def __init__(self, app: ASGIApp, *, root_path: str = "", trusted: Collection[str] = THIS_MACHINE) -> None:
        self._root_path = root_path_of(root_path)
        self._trusted = [ip_network(one) for one in trusted]
        self._app = ProxyHeadersMiddleware(app, list(trusted))  # type: ignore[arg-type] # another ASGI 3 type

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3)."""
        if scope["type"] == "http":
            try:
                scope = _under(self._prefix(scope), scope)
            except InvalidValue:
                refusal = PlainTextResponse("The X-Forwarded-Prefix header is malformed.\n", 400)
                await Guarded(refusal)(scope, receive, send)
                return
        await self._app(scope, receive, send)  # type: ignore[arg-type] # another ASGI 3 type

    def _prefix(self, scope: Scope) -> str:
        said = [value.decode("latin1") for name, value in scope["headers"] if name == _HEADER]
        if not said or not self._is_trusted(scope.get("client")):
            return self._root_path
        return root_path_of(", ".join(said))

    def _is_trusted(self, client: tuple[str, int] | None) -> bool:
        if client is None:  # a socket of the file system, which only this machine reaches
            return True
        try:
            address = ip_address(client[0])
        except ValueError:
            return False
        return any(address in network for network in self._trusted)


def _under(prefix: str, scope: Scope) -> Scope:
    if not prefix:
        return scope
    path: str = scope["path"]
    raw: bytes = scope.get("raw_path") or path.encode()
    if path != prefix and not path.startswith(f"{prefix}/"):
        path, raw = f"{prefix}{path}", prefix.encode() + raw
    if path == prefix:
        path, raw = f"{prefix}/", prefix.encode() + b"/"
    return {**scope, "root_path": f"{prefix}{scope.get('root_path', '')}", "path": path, "raw_path": raw}
