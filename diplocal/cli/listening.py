"""Where a server listens, and how it takes in what comes: what is malformed is refused in a line."""

from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import uvicorn
from h11 import LocalProtocolError
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from diplocal.cli.server_log import server_log

LARGEST_HEAD = 32 * 1024
"""Bytes of a request's head that are taken in before it is refused."""


class Listening(NamedTuple):
    """Where a server listens, with how many processes, and what it writes about it."""

    host: str
    port: int
    uds: Path | None = None
    """A socket of the file system, in the place of host and port."""
    workers: int = 1
    logs_json: bool = False

    @property
    def address(self) -> str:
        """The address to try it at."""
        return f"unix:{self.uds}" if self.uds else f"http://{self.host}:{self.port}/"


class Connection(H11Protocol):
    """A connection on which somebody may send what is no HTTP, after what is."""

    def send_400_response(self, msg: str) -> None:
        """Refuse it; where an answer has begun, or none has a body, the connection is closed without a word."""
        with suppress(LocalProtocolError):
            super().send_400_response(msg)
        self.transport.close()


def settings(app: ASGIApp | str, listening: Listening) -> uvicorn.Config:
    """Say how an application is served: itself, or by the name of the function that makes it in each process."""
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        host=listening.host,
        port=listening.port,
        uds=str(listening.uds) if listening.uds else None,
        workers=listening.workers,
        log_config=server_log(as_json=listening.logs_json),
        server_header=False,
        proxy_headers=False,
        http=Connection,
        ws="none",
        h11_max_incomplete_event_size=LARGEST_HEAD,
    )
