"""Commands that let others read: serve, access."""

from difflib import get_close_matches
from enum import Enum
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from diplocal.cli import options
from diplocal.cli.exit_codes import MISUSED
from diplocal.cli.run import see_that_it_is_marked
from diplocal.cli.terminal import say
from diplocal.diary import Diary
from diplocal.store import EventStore, open_existing
from diplocal.store.postgres_address import SCHEMES

if TYPE_CHECKING:
    from diplocal.web.access import AccessList
    from diplocal.web.config import Config

HOST, PORT = "127.0.0.1", 8000


class LogFormat(Enum):
    """How the server's own log is written."""

    TEXT = "text"
    JSON = "json"


access = typer.Typer(help="Say who may read feeds that are not public.", no_args_is_help=True)

ConfigPath = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Title, address and named feeds, in TOML."),
]
Host = Annotated[str, typer.Option("--host", help="The address to listen on.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="The port to listen on.")]


def serve(
    *,
    log: options.LogPath,
    host: Host = HOST,
    port: Port = PORT,
    config: ConfigPath = None,
    access_list: options.AccessPath = None,
    on: options.On = None,
    reported_by: options.ReportedBy = None,
    root_path: Annotated[
        str,
        typer.Option(
            "--root-path", metavar="PATH", help="The path at which a proxy serves it, /diary; all addresses keep to it."
        ),
    ] = "",
    trust_proxy: Annotated[
        list[str],
        typer.Option(
            "--trust-proxy",
            metavar="ADDRESS",
            help="A proxy whose X-Forwarded-* headers count: an IP address or a network; may be said again.",
        ),
    ] = ["127.0.0.1", "::1"],  # noqa: B006 - typer reads it, and nobody changes it
    workers: Annotated[
        int, typer.Option("--workers", min=1, max=64, metavar="N", help="Processes that answer; one for each core.")
    ] = 1,
    uds: Annotated[
        Path | None, typer.Option("--uds", metavar="FILE", help="Listen on this socket of the file system instead.")
    ] = None,
    log_format: Annotated[
        LogFormat, typer.Option("--log-format", help="How the server's own log is written: text, or lines of JSON.")
    ] = LogFormat.TEXT,
) -> None:
    """Serve feeds to subscribe to, and pages about them. New events in the log show at the next request.

    The signal HUP has it read its configuration again; one that cannot be used changes nothing.
    """
    from diplocal.cli.listening import Listening  # noqa: PLC0415 - needs the extra 'web'
    from diplocal.cli.worker import Served, serve_by  # noqa: PLC0415 - needs the extra 'web'

    _config(config)  # what cannot be used is told of now, as is a log that is not there
    trusted = tuple(_addresses(trust_proxy))
    open_existing(log).close()
    served = Served(
        log=log,
        config=_said(config),
        access=_said(access_list),
        on=_said(on),
        reported_by=_said(reported_by),
        root_path=root_path,
        trusted=trusted,
    )
    try:
        serve_by(served, Listening(host, port, uds, workers, log_format is LogFormat.JSON))
    except SystemExit as ended:  # the server has said why: another listens there, or nobody may
        raise typer.Exit(MISUSED if ended.code else 0) from ended


@access.command("grant")
def grant(
    note: Annotated[str, typer.Argument(metavar="NOTE", help="To whom: shown by access list.")],
    *,
    log: options.LogPath,
    feed: Annotated[
        str | None, typer.Option("--feed", metavar="NAME", help="Only this feed, as in pair-cn_ru; all unless given.")
    ] = None,
    audience: Annotated[
        str | None, typer.Option("--audience", metavar="NAME", help="What may be seen; the feed's, or public.")
    ] = None,
    config: ConfigPath = None,
    access_list: options.AccessPath = None,
) -> None:
    """Make an address that nobody can guess. It is shown this once, and its token is kept nowhere."""
    decided = _config(config)
    named = decided.feeds.get(feed) if feed is not None else None
    seen_by = (named.audience if named else "public") if audience is None else audience
    with open_existing(log) as store:
        if feed is not None and not named:
            _expect_feed(feed, store, seen_by, decided)
        see_that_it_is_marked(seen_by, store)
        given, token = _access(log, access_list).grant(
            feed=feed, audience=seen_by, note=note, granted=options.today().isoformat()
        )
    path = f"/private/{token}/feeds/{feed}.ics" if feed else f"/private/{token}/"
    say(f"{given.id}: {decided.base_url or ''}{path}")


@access.command("list")
def list_grants(*, log: options.LogPath, access_list: options.AccessPath = None) -> None:
    """List what was granted and not revoked."""
    grants = _access(log, access_list).grants()
    for one in grants:
        say(f"{one.id}  {one.granted}  {one.audience}  {one.feed or 'every feed'}  {one.note}")
    if not grants:
        say("No access is granted beyond what is public.")


@access.command("revoke")
def revoke(
    grant_id: Annotated[str, typer.Argument(metavar="ID", help="As access list shows it.")],
    *,
    log: options.LogPath,
    access_list: options.AccessPath = None,
) -> None:
    """Take access back: from the next request on, its address leads nowhere."""
    gone = _access(log, access_list).revoke(grant_id)
    say(f"{gone.id} is revoked: {gone.note}")


def _addresses(texts: list[str]) -> list[str]:
    for text in texts:
        try:
            ip_network(text)
        except ValueError:
            raise typer.BadParameter(f"--trust-proxy is {text!r}: expected an IP address or a network") from None
    return texts


def _expect_feed(name: str, store: EventStore, audience: str, config: "Config") -> None:
    """Raise UnknownFeed, with names that come near, for a feed that would not be found."""
    from diplocal.web.access import UnknownFeed  # noqa: PLC0415 - needs the extra 'web'
    from diplocal.web.feed_spec import find, names  # noqa: PLC0415 - needs the extra 'web'
    from diplocal.web.index import WhoAndWhat  # noqa: PLC0415 - needs the extra 'web'

    with Diary(store, audience=audience) as diary:
        index = diary.answer(WhoAndWhat())
    if find(name, index, config.feeds) is None:
        raise UnknownFeed(name, near=tuple(get_close_matches(name, names(index, config.feeds))))


def _said(value: object) -> str | None:
    """Return a value as it is written, None where there is none."""
    return None if value is None else str(value)


def _config(path: Path | None) -> "Config":
    from diplocal.web.config import Config, read_config  # noqa: PLC0415 - needs the extra 'web'

    return read_config(path) if path else Config()


def _access(log: str, path: Path | None) -> "AccessList":
    from diplocal.web.access import AccessList, beside  # noqa: PLC0415 - needs the extra 'web'

    found = AccessList(path or beside(log))
    if path is None and log.startswith(SCHEMES):  # it lies in the folder that one happens to be in
        say(f"the access list is {found.path.absolute()}", err=True)
    return found
