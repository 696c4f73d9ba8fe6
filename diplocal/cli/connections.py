"""The connections of a server: what comes malformed is refused in a line, whatever was asked before it."""

from contextlib import suppress

from h11 import LocalProtocolError
from uvicorn.protocols.http.h11_impl import H11Protocol


class Connection(H11Protocol):
    """A connection on which somebody may send what is no HTTP, after what is."""

    def send_400_response(self, msg: str) -> None:
        """Refuse it; where an answer has begun, or none has a body, the connection is closed without a word."""
        with suppress(LocalProtocolError):
            super().send_400_response(msg)
        self.transport.close()
