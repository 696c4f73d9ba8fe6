"""Doors to what a log holds: filters, feeds, commands and addresses."""

import asyncio
import html
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pendulum
from typer.testing import CliRunner

from diplocal.cli.program import app
from diplocal.demo import article
from diplocal.diary import Diary
from diplocal.errors import DiplocalError
from diplocal.names.parties import party
from diplocal.projections import Itineraries
from diplocal.projections.filters import Filter
from diplocal.store import MemoryStore, SQLiteStore
from diplocal.web.app import feed_app
from diplocal.web.config import read_config_text

from .reading import Complaints, each
from .seen import holds, letters, may_be_party, words
from .writing import as_toml


@cache
def _diary() -> Diary:
    return Diary(_article(MemoryStore()))


def _article(store: Any) -> Any:
    store.append(*article.as_reported(), *article.what_followed())
    return store


_FILTERS = (
    *("state", "person", "kind", "status", "level", "place", "sides", "traveller", "host", "words", "since", "until"),
)


def filters(texts: Sequence[str]) -> Complaints:
    """A filter in Python."""
    for name in _FILTERS:
        yield from each(texts[_FILTERS.index(name) :: len(_FILTERS)], lambda text: _found(name, text), _meant)
    yield from each(texts[::20], lambda text: _diary().answer(Itineraries()).of(text), lambda *_: None)


def _found(name: str, text: str) -> tuple[str, Any, list[Any]]:
    asked: Any = {name: text}
    chosen = Filter.of(**asked)
    return name, chosen, _diary().find(**asked)


def _meant(text: str, found: tuple[str, Any, list[Any]]) -> str | None:
    name, chosen, engagements = found
    if name in ("state", "traveller", "host"):
        (code,) = chosen.codes
        if not may_be_party(code, text):
            return f"{name} is {code}"
        return next((f"{one.slug} has none" for one in engagements if code not in {p.code for p in one.parties}), None)
    if name == "person":
        of = {words(one.name) for each in engagements for one in each.people} | {
            words(one.wikidata) for each in engagements for one in each.people if one.wikidata
        }
        return (
            None
            if not engagements or words(text) in of or words(text.partition(",")[2] + text) in of
            else "another person"
        )
    if name in ("place", "words") and not letters(text):
        return f"{name} is nothing"
    return None


def feeds(texts: Sequence[str]) -> Complaints:
    """A table of a feed server's configuration."""
    names = ("state", "person", "kinds", "any_of", "title", "language")
    for text in (one.encode("utf-8", "replace").decode() for one in texts):
        name = names[len(text) % len(names)]
        value = [text] if name in ("kinds", "any_of") else text
        said = {"title": "Mine", name: value}
        config = "\n".join(("[feeds.mine]", *(f"{key} = {as_toml(one)}" for key, one in said.items())))
        yield from each([text], lambda _: read_config_text(config), lambda text, made: _of_feed(name, text, made))


def _of_feed(name: str, text: str, made: Any) -> str | None:
    chosen = made.feeds["mine"].filter
    if name in ("state", "any_of"):
        (code,) = chosen.codes
        return None if may_be_party(code, text) else f"is {code}"
    return None


@cache
def _log() -> str:
    path = Path(tempfile.mkdtemp()) / "log.db"
    with SQLiteStore(path) as store:
        _article(store)
    return str(path)


def commands(texts: Sequence[str]) -> Complaints:
    """An argument or an option of a command."""
    forms = [["list", f"--{name}={{}}"] for name in _FILTERS] + [
        *(["itinerary", "--", "{}"], ["show", "--", "{}"], ["last-met", "--", "CN", "{}"], ["find", "--", "{}"]),
        *(["upcoming", "--on={}"], ["list", "--known-at={}"], ["frequency", "--state={}"], ["diff", "--from={}"]),
    ]
    for place, text in enumerate(texts):
        form = forms[place % len(forms)]
        argument = text.replace("\0", "")
        done = CliRunner().invoke(
            app, [part.format(argument) if "{}" in part else part for part in form], env={"DIPLOCAL_LOG": _log()}
        )
        if isinstance(done.exception, DiplocalError):
            message = str(done.exception)
        elif done.exit_code == 0:
            if form[-1] in ("--state={}", "--traveller={}", "--host={}"):
                try:
                    party(argument)
                except DiplocalError:
                    yield text, f"{form}: answered"
            continue
        elif isinstance(done.exception, SystemExit) or done.exception is None:
            message = done.output
        elif isinstance(done.exception, UnicodeEncodeError) and any("\ud800" <= each <= "\udfff" for each in argument):
            continue  # told of by main
        else:
            yield text, f"{form}: {type(done.exception).__name__}: {done.exception}"
            continue
        if not holds(message, argument) and not holds(message.replace("│", ""), argument):
            yield text, f"{form}: refused without the text: {message}"


@cache
def _server() -> Any:
    return feed_app(_article(MemoryStore()), clock=lambda: pendulum.datetime(2023, 9, 19, 12))


_ADDRESSES: tuple[tuple[str, str], ...] = (
    *(("/feed.ics", name) for name in ("with", "any", "kind", "status", "level", "person", "words", "place", "sides")),
    *(("/feed.json", name) for name in ("traveller", "host", "since", "until", "undated", "plans")),
    *(
        ("/feeds/{}.ics", ""),
        ("/entries/{}", ""),
        ("/feeds/{}/", ""),
        ("/", "lang"),
        ("/feed", "year"),
        ("/feed", "page"),
    ),
)


def addresses(texts: Sequence[str]) -> Complaints:
    """A path, or a parameter of one."""

    async def ask() -> list[tuple[str, str]]:
        wrong = []
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(_server()), base_url="https://desk.example"
        ) as client:
            for place, text in enumerate(texts):
                path, name = _ADDRESSES[place % len(_ADDRESSES)]
                sent = text.encode("utf-8", "replace").decode()
                try:
                    at = path.format(_quoted(sent))
                    answer = await client.get(at, params={name: sent} if name else None)
                except httpx.InvalidURL:
                    continue  # longer than any client sends
                except Exception as error:  # noqa: BLE001 - that is what is looked for
                    wrong.append((text, f"{path} {name}: {type(error).__name__}: {error}"))
                    continue
                body = html.unescape(answer.text)
                if answer.status_code >= 500:
                    wrong.append((text, f"{path} {name}: {answer.status_code}"))
                elif answer.status_code == 400 and name and not holds(body, sent):
                    wrong.append((text, f"{path} {name}: refused without the text: {body[-300:]}"))
        return wrong

    yield from asyncio.run(ask())


def _quoted(text: str) -> str:
    return "".join(f"%{octet:02x}" for octet in text.encode("utf-8", "replace"))
