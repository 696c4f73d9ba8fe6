"""The processes of a server: each opens the log itself, and reads its configuration again when it is told to (HUP)."""

import logging
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from stat import S_ISSOCK
from threading import Event, Thread

import msgspec
import pendulum
import uvicorn
from starlette.types import ASGIApp
from uvicorn.supervisors import Multiprocess

from diplocal.cli.listening import Listening, settings
from diplocal.cli.terminal import say
from diplocal.errors import DiplocalError, InvalidValue
from diplocal.store import EventStore, open_existing
from diplocal.store.clock import system_clock
from diplocal.web.access import AccessList, beside
from diplocal.web.app import feed_app
from diplocal.web.config import Config, read_config
from diplocal.web.follower import Follower
from diplocal.web.index import strangers
from diplocal.web.proxy import BehindProxy
from diplocal.web.site import Site

SERVED = "DIPLOCAL_SERVED"
"""The environment variable by which processes of a server know what to serve."""
STARTING = 0.1
"""Seconds in which a process that has started says so."""
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
    if listening.uds:
        _make_room(listening.uds)
    _say_where(listening)
    if listening.workers == 1:
        uvicorn.Server(settings(made(served), listening)).run()
        return
    os.environ[SERVED] = msgspec.json.encode(served).decode()
    decided = settings("diplocal.cli.worker:app", listening)
    Workers(decided, [decided.bind_socket()]).run()
    if listening.uds:
        listening.uds.unlink(missing_ok=True)


def serve_as_of(day: pendulum.Date, store: EventStore, listening: Listening) -> None:
    """Serve a log as the public knew it on a day, without a configuration, until interrupted."""
    app = feed_app(store, clock=_always_noon_of(day), reported_by=day)
    _say_where(listening)
    uvicorn.Server(settings(BehindProxy(app), listening)).run()


def _say_where(listening: Listening) -> None:
    say(f"Feeds and pages: {listening.address} (Ctrl+C ends)", err=True)


def _always_noon_of(day: pendulum.Date) -> Callable[[], pendulum.DateTime]:
    """Return a clock that stands still."""
    return lambda: pendulum.datetime(day.year, day.month, day.day, 12)


def _make_room(place: Path) -> None:
    """Remove a socket that a server left behind when it was ended by force.

    Raises InvalidValue where something else lies, or a server still answers.
    """
    try:
        is_socket = S_ISSOCK(place.stat().st_mode)
    except FileNotFoundError:
        return
    if not is_socket:
        raise InvalidValue("--uds", str(place), "the place of a socket, and not of another file")
    with socket.socket(socket.AF_UNIX) as probe:
        if probe.connect_ex(str(place)) == 0:
            raise InvalidValue("--uds", str(place), "a place at which no other server answers")
    place.unlink(missing_ok=True)


def app() -> ASGIApp:
    """Make the application of a process that a server started."""
    return made(msgspec.json.decode(os.environ[SERVED], type=Served))


def made(served: Served) -> ASGIApp:
    """Make the application of this process, which follows the log, and reads its configuration again on HUP."""
    told = Event()
    signal.signal(signal.SIGHUP, lambda *_: told.set())
    application = feed_app(
        open_existing(served.log),
        served.read_config(),
        access=_access(served),
        clock=_always_noon_of(pendulum.Date.fromisoformat(served.on)) if served.on else system_clock,
        reported_by=pendulum.Date.fromisoformat(served.reported_by) if served.reported_by else None,
    )
    site: Site = application.state.site
    signal.signal(signal.SIGHUP, lambda *_: _aside(lambda: _reload(site, served)))
    if told.is_set():  # the configuration may have been read before it was written
        _aside(lambda: _reload(site, served))
    _aside(lambda: _warn_of_strangers(site))
    Follower(site).start()
    return BehindProxy(application, root_path=served.root_path, trusted=served.trusted)


class Workers(Multiprocess):
    """The processes of a server; what they are told, each does for itself, and none is started anew."""

    def handle_hup(self) -> None:
        """Have each process read its configuration again, as soon as all can: one that is starting would be ended."""
        if not all(process.is_ready(STARTING) for process in self.processes):
            self.signal_queue.append(signal.SIGHUP)
            return
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


def _warn_of_strangers(site: Site) -> None:
    """Say which configured feeds are about somebody whom no report names: a slip, or somebody who is yet to come."""
    for feed in site.config.feeds.values():
        feeds = site.feeds(feed.audience)
        with suppress(DiplocalError):  # who asks is told
            feeds.preparation.expect_done(None)
            for what, name, near in strangers(feed.filter, feeds.index()):
                meant = f"; did you mean {near}?" if near else ""
                _log.warning("The feed %s is empty until a report names the %s %r%s", feed.name, what, name, meant)


def _access(served: Served) -> AccessList:
    return AccessList(Path(served.access) if served.access else beside(served.log))
