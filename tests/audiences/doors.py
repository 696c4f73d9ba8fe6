"""Every door at which an audience can ask, and all that it gives: each answer by its name, as bytes."""

import asyncio
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import chdir, suppress
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

import attrs
import pendulum
from starlette.types import Message
from typer.testing import CliRunner

from diplocal import projections
from diplocal.cli.program import app as commands
from diplocal.cloudevents import export
from diplocal.diary import Diary
from diplocal.distributed.parquet import files_in, records_in, write_parquet
from diplocal.errors import DiplocalError
from diplocal.events import ReportAttached
from diplocal.store import Envelope, EventStore, SQLiteStore
from diplocal.tabular import rows, to_csv
from diplocal.testing.history import LOG_ID, History
from diplocal.testing.history_entry import HistoryEntry
from diplocal.web.access import AccessList, Grant
from diplocal.web.app import ENDINGS, feed_app
from diplocal.web.config import read_config_text
from diplocal.web.measured import MEASURES

ON = "2023-09-18"
NOON = pendulum.datetime(2023, 9, 18, 12)
FEEDS = """
records_for = "public"
[feeds.desk]
title = "Desk"
access = "token"
[feeds.china]
title = "China"
state = "CN"
"""
LOG = "log.db"

WHOLE_LOG = {
    "backup": "copies the file",
    "restore": "puts a file in its place",
    "verify": "reads every record, and says how many there are",
    "checkpoint": "says how many records there are",
    "prove": "proves any record",
    "key": "makes a key beside the file",
    "init-db": "makes tables and roles",
    "seal": "sees to it that names are encrypted from then on",
    "erase": "destroys the key of a name",
}
"""Commands for who may open the whole log, with what they do: they take no audience."""
NO_LOG = {"check": "a calendar", "verify-proof": "a proof", "demo": "a log of its own"}
"""Commands that read no log of somebody's, with what they read."""
WRITING = {"import": "tested by importers", "record": "", "correct": "", "retract": "", "merge": ""}
SERVING = {"serve": "asked over HTTP here", "access": "", "publish": "sends what feed writes", "sync": ""}

Answers = Iterator[tuple[str, bytes]]


@attrs.frozen
class Reader:
    """Who asks, and what is known to both sides: the names that may be guessed, hidden ones among them."""

    audience: str
    slugs: Sequence[str]
    days: Sequence[str]
    feed: str | None = None
    """The one feed that the reader's token opens."""

    @property
    def roots(self) -> list[str]:
        """What the reader's addresses begin with."""
        token = f"/private/token-of-{self.audience}"
        return [f"{token}-for-{self.feed}"] if self.feed else [token] if self.audience != "public" else ["", token]


@attrs.define
class Clock:
    """A clock that is set: it may go back."""

    now: pendulum.DateTime = NOON

    def __call__(self) -> pendulum.DateTime:
        return self.now


def stored(history: History, path: Path) -> SQLiteStore:
    """Record a history in a file, by the clock of its entries."""
    clock = Clock()
    store = SQLiteStore(path, log_id=LOG_ID, clock=clock)
    for one in history:
        append(store, clock, one)
    return store


def append(store: EventStore, clock: Clock, one: HistoryEntry) -> None:
    """Record one more, at its instant by the clock."""
    clock.now = one.recorded_at
    store.append(one.envelope)


def all_doors(folder: Path, reader: Reader) -> Answers:
    """Yield what every door gives about the log in a folder."""
    with SQLiteStore(folder / LOG) as store:
        yield from of_the_library(store, reader)
        yield from of_the_server(served(store), reader)
        yield from of_refusals(store, reader)
    yield from of_commands(folder, reader)


# --- the library ------------------------------------------------------------------------------------------------------

VIEWS = (
    projections.UpcomingVisits(),
    projections.ContactFrequency(),
    projections.Itineraries(),
    projections.Patrols(),
    projections.ConsultationRounds(),
    projections.Punctuality(),
    projections.Discrepancies(),
    projections.Network(),
)


def of_the_library(store: EventStore, reader: Reader) -> Answers:
    """Yield exports, counts, and the frames of every answer of the diary."""
    audience = reader.audience
    yield "export", b"\n".join(export(store, audience))
    with TemporaryDirectory() as folder:
        write_parquet(store, f"{folder}/parts", audience=audience)
        yield "Parquet", repr(list(records_in(files_in(Path(folder, "parts")), None))).encode()
    yield "count", str(store.count(audience=audience)).encode()
    with Diary(store, audience=audience) as diary:
        yield "diary", repr((len(diary), diary.slugs(), diary.recorded_at)).encode()
        yield "rows of find", repr(rows(diary.find())).encode()
        yield "rows of changes", repr(rows(diary.changes(0))).encode()
        yield "sheet of find", to_csv(diary.find()).encode()
        for view in VIEWS:
            with suppress(DiplocalError):
                yield f"rows of {view.name}", repr(rows(diary.answer(view))).encode()


def of_refusals(store: EventStore, reader: Reader) -> Answers:
    """Yield what is said to who appends, for the audience, another event under an id that it knows."""
    for record in list(store.read(audience=reader.audience)):
        other = Envelope(ReportAttached(engagement="other"), id=record.id, audience=record.audience)
        try:
            store.append(other)
        except DiplocalError as error:
            yield f"append {record.id} again", str(error).encode()


# --- the server -------------------------------------------------------------------------------------------------------


class Tokens(AccessList):
    """Opens everything that an audience may see to the token that is named after it, and one feed to another."""

    def holder(self, token: str) -> Grant | None:
        audience, _, feed = token.removeprefix("token-of-").partition("-for-")
        if not token.startswith("token-of-"):
            return None
        return Grant(id="1", sha256="", feed=feed or None, audience=audience, note="", granted=ON)


def served(store: EventStore, config: str = FEEDS) -> Any:
    """Return a server of a log."""
    access = Tokens(Path("/nonexistent/access.json"))
    return feed_app(store, read_config_text(config), access=access, clock=lambda: NOON)


def of_the_server(app: Any, reader: Reader, most: int = 400) -> Answers:
    """Yield the answers to all addresses that may be guessed, and to those that lead on from these, up to so many."""
    for root in reader.roots:
        ahead, asked = deque(f"{root}{path}" for path in guesses(reader)), set[str]()
        while ahead and len(asked) < most:
            address = ahead.popleft()
            if address not in asked:
                asked.add(address)
                answer = ask(app, address, {"accept-encoding": "gzip"} if len(asked) % 7 == 0 else {})
                yield f"GET {address}", answer.told
                ahead += [link for link in links_in(answer) if link.startswith(f"{root}/")]
    for address in ("/checkpoint", "/nothing", *(("/health", "/ready", "/style.css") if "" in reader.roots else ())):
        for coding in ("identity", "gzip"):
            yield (
                f"GET {address} as {coding}",
                ask(app, f"{reader.roots[0]}{address}", {"accept-encoding": coding}).told,
            )


class Answer(NamedTuple):
    """What a server answers."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> bytes:
        """All of it: first what there is to read, then every header."""
        headers = "\n".join(f"{name}: {value}" for name, value in sorted(self.headers.items()))
        return b"%d\n%b\n%b" % (self.status, self.body, headers.encode())


def guesses(reader: Reader) -> Iterator[str]:
    """Yield addresses that somebody may try."""
    yield from ("/", "/feeds/china", "/feeds/desk.ics", "/feeds/china.json")
    yield from ("/records", "/records?after=1&most=1", "/records?after=999")
    for slug in reader.slugs:
        yield from (f"/entries/{quote(slug)}", f"/entries/{quote(slug)}.ics")
    yield from (f"/feeds/all{ending}" for ending in ("", *ENDINGS))
    yield from (f"/feed{ending}?with=CN&kind=visit&undated=yes" for ending in ("", *ENDINGS))
    yield from ("/feed", "/feed?words=secret", "/feed?person=Wang+Yi")
    yield from ("/feeds/all?month=2023-10", "/feeds/all?from=2020-01-01&to=2040-01-01", "/feeds/all?lang=ar")
    yield from (f"/feeds/all?from={day}&to={day}" for day in reader.days)
    yield from (f"/feeds/all?view={name}" for name in MEASURES if name not in ("last-met", "itinerary"))
    yield from ("/feeds/pair-cn_ru?view=last-met", "/feeds/all?from=2023-09-01&to=2023-10-31&by=public")
    yield from ("/feeds/all?view=map", "/feeds/pair-cn_ru?view=map", "/feeds/state-cn?view=timeline&year=2023")
    yield from (f"/feeds/all?known={day}" for day in ("2023-09-18", *reader.days[:1]))
    yield from ("/feeds/pair-cn_ru", "/feeds/pair-ru_cn.ics", "/feeds/person-wang-yi", "/feeds/state-fr.json")


def links_in(answer: Answer) -> list[str]:
    """List the addresses to which an answer leads."""
    if "location" in answer.headers:
        return [answer.headers["location"]]
    if not answer.headers.get("content-type", "").startswith("text/html") or "content-encoding" in answer.headers:
        return []
    found = re.findall(r'(?:href|src|action)="(/[^"]*)"', answer.body.decode())
    return [unescape(one).partition("#")[0] for one in dict.fromkeys(found)]


def ask(app: Any, address: str, headers: Mapping[str, str]) -> Answer:
    """Ask an ASGI application."""
    path, _, query = address.partition("?")
    sent = {"host": "calendar.example.org", **headers}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        "client": ("192.0.2.1", 1),
        "server": ("192.0.2.2", 443),
    }
    told: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        told.append(message)

    asyncio.run(app(scope, receive, send))
    found = {name.decode(): value.decode("latin-1") for name, value in told[0]["headers"]}
    return Answer(told[0]["status"], found, b"".join(message.get("body", b"") for message in told[1:]))


# --- commands ---------------------------------------------------------------------------------------------------------


def of_commands(folder: Path, reader: Reader) -> Answers:
    """Yield what all commands write."""
    yield from of_lines(folder, reader, lines(reader))
    yield from of_sync(folder, reader)


def of_lines(folder: Path, reader: Reader, typed: Iterable[list[str]]) -> Answers:
    """Yield what lines write, to both outputs, and how they end."""
    for arguments in typed:
        with chdir(folder):
            done = CliRunner().invoke(commands, [*arguments, "--audience", reader.audience], env={"COLUMNS": "200"})
        yield " ".join(arguments), f"{done.exit_code}\n{done.output}\n{done.exception!r}".encode()


def of_sync(folder: Path, reader: Reader) -> Answers:
    """Yield what another log takes in of what the audience may see."""
    with chdir(folder):
        there = f"other-{reader.audience}.jsonl"
        done = CliRunner().invoke(commands, ["sync", LOG, f"{there}.db", "--audience", reader.audience])
        yield "sync", done.output.encode()
        with SQLiteStore(folder / f"{there}.db") as other:
            yield "export of sync", b"\n".join(one.replace(other.log_id.encode(), b"") for one in export(other))
        for one in folder.glob(f"{there}*"):
            one.unlink()


def lines(reader: Reader) -> Iterator[list[str]]:
    """Yield the lines that an audience may type, without --audience."""
    log = ["--log", LOG]
    several: dict[str, list[str]] = {
        "list": [],
        "find": ["visit"],
        "diff": ["--from", "1"],
        "last-met": ["CN", "RU", "--on", ON],
        "upcoming": ["--on", ON],
        "frequency": [],
        "discrepancies": [],
        "patrols": [],
        "rounds": [],
        "itinerary": ["Wang Yi"],
        "punctuality": [],
        "network": [],
    }
    for command, more in several.items():
        forms = ("table", "json") if command in {"list", "upcoming", "diff"} else ("json",)
        yield from ([command, *more, *log, "--format", form] for form in forms)
    yield ["export", *log]
    yield ["watch", "--once", "--from", "1", "--json", *log]
    yield from (["digest", "--from", "1", "--form", form, *log] for form in ("text", "html"))
    yield ["reindex", *log]
    yield from (["feed", "--on", ON, "--form", form, *log] for form in ("flat", "rich", "jscalendar"))
    for known in ("1", "2", "99", *reader.days[:3]):
        yield ["list", "--known-at", known, "--json", *log]
    yield ["diff", "--from", "2", "--to", "3", "--json", *log]
    yield ["upcoming", "--on", ON, "--reported-by", ON, "--json", *log]
    for slug in reader.slugs[:4]:
        yield ["show", slug, *log]
        yield ["show", slug, "--json", *log]
        yield ["retract", slug, "99", "--dry-run", *log]
        yield ["retract", slug, "1", "--dry-run", *log]
        yield ["correct", slug, "1", "place=Somewhere", "--dry-run", *log]
    if len(reader.slugs) > 1:
        yield ["merge", *reader.slugs[:2], "--dry-run", *log]
    yield ["access", "grant", "note", "--feed", "pair-cn_zz", *log]
    yield ["serve", "--help"]
