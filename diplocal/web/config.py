"""What a publisher decides about a feed server, read from a TOML file."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import attrs
import msgspec

from diplocal.calendars import Policy
from diplocal.errors import InvalidValue, Unresolved, Unusable
from diplocal.names.spelling import spellings_near
from diplocal.projections.filters import kind_meant
from diplocal.projections.selection import Selection, code_of
from diplocal.proofs.keys import SigningKey
from diplocal.records import AUDIENCE
from diplocal.web.feed_spec import RESERVED, FeedSpec, is_too_long
from diplocal.web.index import SHOWN_KINDS, shown
from diplocal.wording.language import LANGUAGES

T = TypeVar("T", bound=msgspec.Struct)

NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
WEB_ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(?:/[A-Za-z0-9._~/-]*)?")


class UnusableConfiguration(Unusable):
    """A configuration of a feed server that cannot be followed; nothing was started."""

    says = "{path} cannot be used: {reason}"


@attrs.frozen(kw_only=True)
class Config:
    """What a publisher decides."""

    title: str | None = None
    """Of the whole site."""
    base_url: str | None = None
    """The address under which readers reach it, 'https://desk.example/diary': all links begin so. None: as each request
    says."""
    feeds: Mapping[str, FeedSpec] = attrs.field(factory=dict)
    """The named feeds, by name."""
    checkpoint_for: str | None = None
    """The audience that is shown a checkpoint of the whole log, and so how many records there are; None for nobody."""
    checkpoint_key: SigningKey | None = attrs.field(default=None, repr=False)
    """What signs it."""
    records_for: str | None = None
    """The audience whose members may take the records that they may see into logs of their own; None for nobody."""


class _Feed(msgspec.Struct, kw_only=True):
    title: str
    state: str | None = None
    pair: tuple[str, str] | None = None
    person: str | None = None
    any_of: list[str] | None = None
    kinds: list[str] | None = None
    language: str | None = None
    google: bool = False
    cancelled_for_days: int = Policy().cancelled_for_days
    vague_up_to_days: int = Policy().vague_up_to_days
    access: str = "public"
    audience: str = "public"


class _File(msgspec.Struct, kw_only=True):
    title: str | None = None
    base_url: str | None = None
    feeds: dict[str, object] = {}
    checkpoint_for: str | None = None
    checkpoint_key: str | None = None
    records_for: str | None = None


def read_config(path: Path) -> Config:
    """Read a configuration.

    Raises UnusableConfiguration, which names what is wrong; OSError when the file cannot be read.
    """
    try:
        return read_config_text(path.read_text(encoding="utf-8"), str(path))
    except UnicodeDecodeError as wrong:
        raise UnusableConfiguration(str(path), f"it is not UTF-8 text: {wrong}") from wrong


def read_config_text(text: str, path: str = "feeds.toml") -> Config:
    r"""Read a configuration from its text; ``path`` names it in errors.

    >>> config = read_config_text('[feeds.visits]\ntitle = "Visits"\nkinds = ["visit"]')
    >>> config.feeds["visits"].title
    'Visits'
    """
    try:
        said = tomllib.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise UnusableConfiguration(path, str(wrong)) from wrong
    table = _table(said, _File, path)
    if table.base_url is not None and not WEB_ADDRESS.fullmatch(table.base_url):
        raise UnusableConfiguration(path, f"base_url is {table.base_url!r}: expected 'https://calendar.example.org'")
    feeds = {
        name: _spec(name, _table(feed, _Feed, path, f"feeds.{name}: "), path) for name, feed in table.feeds.items()
    }
    for name, audience in (("checkpoint_for", table.checkpoint_for), ("records_for", table.records_for)):
        if audience is not None and not AUDIENCE.fullmatch(audience):
            raise UnusableConfiguration(path, f"{name} is {audience!r}: expected an audience")
    return Config(
        title=table.title,
        base_url=table.base_url and table.base_url.rstrip("/"),
        feeds=feeds,
        checkpoint_for=table.checkpoint_for,
        records_for=table.records_for,
        checkpoint_key=_signing_key(table.checkpoint_key, path) if table.checkpoint_key else None,
    )


def _table(said: object, of: type[T], path: str, place: str = "") -> T:
    """Return a table of a file, whose keys are the fields of a struct."""
    known = [field.name for field in msgspec.structs.fields(of)]
    try:
        for key in said if isinstance(said, dict) else ():
            if key not in known:
                raise Unresolved.among("key", key, known, near=spellings_near(key, known))
        return msgspec.convert(said, of)
    except ValueError as wrong:  # msgspec's among them
        raise UnusableConfiguration(path, f"{place}{wrong}") from wrong


def _signing_key(key: str, path: str) -> SigningKey:
    try:
        return SigningKey.load(Path(path).parent / key)
    except (OSError, InvalidValue) as error:
        raise UnusableConfiguration(path, f"checkpoint_key: {error}") from error


def _spec(name: str, feed: _Feed, path: str) -> FeedSpec:
    for complaint in _complaints(name, feed):
        raise UnusableConfiguration(path, f"feeds.{name}: {complaint}")
    try:
        return _checked(name, feed)
    except InvalidValue as error:
        raise UnusableConfiguration(path, f"feeds.{name}: {error}") from error


def _checked(name: str, feed: _Feed) -> FeedSpec:
    """Return the feed that a table says.

    Raises InvalidValue for a name that means nobody.
    """
    return FeedSpec(
        name=name,
        title=feed.title,
        filter=shown(
            Selection.of(state=feed.state, pair=feed.pair, person=feed.person),
            any_of=frozenset(map(code_of, feed.any_of or ())),
            kinds=frozenset(kind_meant(one, SHOWN_KINDS) for one in feed.kinds or ()),
        ),
        policy=Policy(
            cancelled_for_days=feed.cancelled_for_days,
            vague_up_to_days=feed.vague_up_to_days,
            cancelled_stay_confirmed=feed.google,
        ),
        language=feed.language,
        audience=feed.audience,
        needs_token=feed.access == "token" or feed.audience != "public",
    )


def _complaints(name: str, feed: _Feed) -> list[str]:
    found = [
        (
            not NAME.fullmatch(name) or is_too_long(name),
            "expected a name of lower-case letters, digits and hyphens",
        ),
        (RESERVED.fullmatch(name) is not None, "feeds of this name are there already: choose another"),
        ([] in (feed.any_of, feed.kinds), "expected something in any_of and kinds; leave them out for everything"),
        (feed.access not in ("public", "token"), f"access is {feed.access!r}: expected 'public' or 'token'"),
        (not feed.title.strip(), "expected a title that is not blank"),
        (feed.language not in (None, *LANGUAGES), f"language {feed.language!r} is none of {list(LANGUAGES)}"),
        (min(feed.cancelled_for_days, feed.vague_up_to_days) < 0, "numbers of days begin at 0"),
        (not AUDIENCE.fullmatch(feed.audience), "expected an audience such as 'public' or 'internal'"),
    ]
    return [complaint for is_wrong, complaint in found if is_wrong]
