"""What kind of engagement people mean, and how far it has come: 'phone call', 'state visit', 'summit', 'called off'."""

import unicodedata
from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import cache

import msgspec

from diplocal.checks import expect
from diplocal.errors import Unresolved
from diplocal.levels import Level, Purpose
from diplocal.names.spelling import LONGEST, plain, spellings_near
from diplocal.names.tables import listed

_SAYS_NOTHING = frozenset("'’‘ʼ`´-‐‑–—_.,:;!\"“”«»")
"""Marks that leave what a word says as it is: no question mark, no asterisk, no brackets."""


class Sort(msgspec.Struct, frozen=True):
    """A kind of engagement, with what its words say of level and purpose."""

    kind: str
    """A value of ``Kind``, 'visit'."""
    level: Level = Level.UNKNOWN
    """Of a visit."""
    purpose: Purpose | None = None
    """Of a meeting."""
    medium: str = "unknown"
    """Of a meeting, a value of ``Medium``: 'video', where people do not travel to it."""


def kind(text: str) -> Sort:
    """Return what kind of engagement a text means.

    >>> kind("Phone call").kind, kind("state visit").level, kind("саммит").purpose, kind("video summit").medium
    ('call', <Level.STATE: 'state'>, <Purpose.SUMMIT: 'summit'>, 'video')

    Raises Unresolved, with what comes near.
    """
    word, *more = _read("kind", text, "kinds").split(", ")
    if word == "visit":
        return Sort(word, Level(*more) if more else Level.UNKNOWN)
    purpose, medium = (*more, "", "")[:2]
    return Sort(word, purpose=Purpose(purpose) if purpose else None, medium=medium or "unknown")


def kind_alone(text: str) -> str:
    """Return the kind that a text means and says nothing more of, as a filter by kind needs it.

    >>> kind_alone("phone call")
    'call'

    Raises Unresolved, also for a text that says a level or a purpose: 'state visit'.
    """
    sort = kind(text)
    if sort != Sort(sort.kind):
        level = f"; the level is {sort.level.value!r}" if sort.level is not Level.UNKNOWN else ""
        raise Unresolved("kind", text, f"{sort.kind!r}: {_ALONE}{level}", near=(sort.kind,))
    return sort.kind


_ALONE = "a filter by kind has no level, purpose or medium"


def level(text: str) -> str:
    """Return how high a visit ranks, by a text: a value of ``Level``.

    >>> level("Official working"), level("state visit"), level("visita de Estado")
    ('official working', 'state', 'state')

    Raises Unresolved, with what comes near.
    """
    levels = {plain(one.value): one.value for one in Level}
    if (key := plain(text)) in levels:
        return levels[key]
    with suppress(Unresolved):
        meant = kind(text).level
        if meant is not Level.UNKNOWN:
            return str(meant.value)
    raise Unresolved.among("level", text, levels.values(), near=(levels[one] for one in spellings_near(key, [*levels])))


DENIED = "denied"
"""A word in the place of a status, for what is none: somebody denied that it is planned."""


def status(text: str, *, among: Collection[str] = ()) -> str:
    """Return how far an engagement has come, by a text: a value of ``Status``.

    ``among`` names those that can be meant, and 'denied' with them where a denial can be.

    >>> status("called off"), status("took place"), status("démenti", among=("held", "denied"))
    ('cancelled', 'held', 'denied')

    Raises Unresolved, with what comes near.
    """
    return _read("status", text, "statuses", among or listed("statuses").keys() - {DENIED})


def _read(field: str, text: str, table: str, among: Collection[str] = ()) -> str:
    """Return what a list has a text for, among some of what it lists."""
    expect(field, text, "a text", str)
    by_words = _by_words(table)
    if among:
        by_words = {word: name for word, name in by_words.items() if name in among}
    key = plain(text) if len(text) <= LONGEST else ""
    if key in by_words:
        _expect_no_doubt(field, text, by_words[key])
        return by_words[key]
    near = dict.fromkeys(by_words[one] for one in spellings_near(key, list(by_words)) if not _says_more(key, one))
    known = dict.fromkeys(name.partition(",")[0] for name in listed(table) if not among or name in among)
    other = _by_words(table).get(key)
    hint = f"; {other!r} is read in a sheet's column of status alone" if other else ""
    raise Unresolved.among(field, text, known, near=near, beside=hint)


def _says_more(key: str, word: str) -> bool:
    """Tell whether a text is a word with something before it, which may turn it round: 'not held', 'unconfirmed'."""
    return key.endswith(word) and len(key) > len(word) + 1


def _expect_no_doubt(field: str, text: str, meant: str) -> None:
    """Raise Unresolved for a text with a mark that may say something of its own: 'held?', '~held', 'held*'."""
    for mark in unicodedata.normalize("NFKC", text):
        if unicodedata.category(mark)[0] in "PS" and mark not in _SAYS_NOTHING:
            expected = f"{meant!r} without {mark!r}, if it is so; what is in doubt is said in a note"
            raise Unresolved(field, text, expected, near=(meant,))


@cache
def _by_words(table: str) -> Mapping[str, str]:
    return {plain(word): name for name, words in listed(table).items() for word in words}
