"""The processes of a server: each opens the log itself, and reads its configuration again when it is told to (HUP)."""

import logging
import os
import signal
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import msgspec
import pendulum
import uvicorn
from starlette.types import ASGIApp
from uvicorn.supervisors import Multiprocess

from diplocal.cli.serving import Listening, always_noon_of, settings
from diplocal.cli.terminal import say
from diplocal.errors import DiplocalError
from diplocal.store import open_existing
from diplocal.store.clock import system_clock
from diplocal.web.access import AccessList, beside
from diplocal.web.app import feed_app
from diplocal.web.config import Config, read_config
from diplocal.web.follower import Follower
from diplocal.web.proxy import BehindProxy
from diplocal.web.site import Site

SERVED = "DIPLOCAL_SERVED"
"""The environment variable by which processes of a server know what to serve."""
_log = logging.getLogger(__name__)


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """What a server serves, as the command line said it."""

    log: str
    config: str | None = None
    access: str | None = None
    on: str | None = None
    """The day to look ahead from, '2023-09-18'; today unless given."""
    reported_by: str | None = None
    root_path: str = ""
    trusted: tuple[str, ...] = ()

    def read_config(self) -> Config:
        """Read the configuration."""
        return read_config(Path(self.config)) if self.config else Config()


def serve_by(served: Served, listening: Listening) -> None:
    """Serve until interrupted, with as many processes as there should be."""
    _access(served).grants()  # one that cannot be read is told of now, not to the first reader
    say(f"Feeds and pages: {listening.address} (Ctrl+C ends)", err=True)
    if listening.workers == 1:
        uvicorn.Server(settings(made(served), listening)).run()
        return
    os.environ[SERVED] = msgspec.json.encode(served).decode()
    decided = settings("diplocal.cli.worker:app", listening)
    Workers(decided, [decided.bind_socket()]).run()


def app() -> ASGIApp:
    """Make the application of a process that a server started."""
    return made(msgspec.json.decode(os.environ[SERVED], type=Served))


def made(served: Served) -> ASGIApp:
    """Make the application of this process, which follows the log, and reads its configuration again on HUP."""
    application = feed_app(
        open_existing(served.log),
        served.read_config(),
        access=_access(served),
        clock=always_noon_of(pendulum.Date.fromisoformat(served.on)) if served.on else system_clock,
        reported_by=pendulum.Date.fromisoformat(served.reported_by) if served.reported_by else None,
    )
    site: Site = application.state.site
    signal.signal(signal.SIGHUP, lambda *_: _aside(lambda: _reload(site, served)))
    Follower(site).start()
    return BehindProxy(application, root_path=served.root_path, trusted=served.trusted)


class Workers(Multiprocess):
    """The processes of a server; what they are told, each does for itself, and none is started anew."""

    def handle_hup(self) -> None:
        """Have each process read its configuration again."""
        for process in self.processes:
            if process.pid is not None:
                os.kill(process.pid, signal.SIGHUP)


def _aside(work: Callable[[], None]) -> None:
    """Do something in a thread of its own: a signal may come while this one holds a lock."""
    Thread(target=work, daemon=True).start()


def _reload(site: Site, served: Served) -> None:
    try:
        site.reconfigure(served.read_config())
    except (DiplocalError, OSError) as error:
        _log.error("The configuration stays as it was: %s", error)
    else:
        _log.warning("The configuration was read again")


def _access(served: Served) -> AccessList:
    return AccessList(Path(served.access) if served.access else beside(served.log))
