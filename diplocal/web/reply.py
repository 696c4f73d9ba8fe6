"""From what an address has to give to what a server sends."""

from starlette.types import Receive, Scope, Send

from diplocal.web.conditional import Content, respond


class Reply:
    """What a request is answered with, as an ASGI application that does nothing but send it."""

    def __init__(self, content: Content, scope: Scope) -> None:
        self._found = respond(content, _headers(scope), scope["method"])

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send it."""
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in self._found.headers.items()]
        await send({"type": "http.response.start", "status": self._found.status, "headers": headers})
        await send({"type": "http.response.body", "body": self._found.body})


def _headers(scope: Scope) -> dict[str, str]:
    """Return the headers of a request, those that came several times joined."""
    found: dict[str, str] = {}
    for raw, text in scope["headers"]:
        name, value = raw.decode("latin-1"), text.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found
