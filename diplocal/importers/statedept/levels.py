"""At what level, and what for: read from the free text of a description, which may name several, or none."""

import re
from collections.abc import Iterator

from diplocal.levels import Level, Purpose
from diplocal.names.spelling import plain, slips

CLAUSE = re.compile(r"[.;()]")
WORD = re.compile(r"[^\W\d_]+")

LEVEL_WORDS = {
    "state": Level.STATE,
    "official": Level.OFFICIAL,
    "working": Level.WORKING,
    "unofficial": Level.UNOFFICIAL,
    "informal": Level.INFORMAL,
    "private": Level.PRIVATE,
    "transit": Level.TRANSIT,
}
"""What stands before 'visit'."""

MISSPELT_FROM = 7
"""Level words of so many letters are known in spite of one slip ('Offical'); shorter ones resemble other words."""

OF_MANNER = {
    "officially": Level.OFFICIAL,
    "unofficially": Level.UNOFFICIAL,
    "informally": Level.INFORMAL,
    "privately": Level.PRIVATE,
}
"""How somebody met or visited."""

OF_MEETINGS = frozenset({Level.UNOFFICIAL, Level.INFORMAL, Level.PRIVATE})
"""Levels that a meeting shows as well as a visit does: a private meeting, but not a working lunch or a state dinner."""

MEETINGS = frozenset({"meeting", "meetings", "discussions", "talks", "call"})
CONJUNCTIONS = frozenset({"and", "or"})
FILLERS = CONJUNCTIONS | {"select", "courtesy", "brief", "short"}
"""Words between a level and 'visit'. The "official select visits" of 2002-2003 were official ones."""

GUEST = re.compile(
    r"\bguest of (?:the )?(?:u s |us |united states )?(?:government|president)\b"
    r"|\b(?:official|presidential|government) guest\b"
)

PURPOSES = {
    Purpose.TALKS: re.compile(r"\b(?:talks|discuss\w*|negotiat\w*|conferr\w*)\b"),
    Purpose.CONSULTATION: re.compile(r"\bconsult(?:ed|ations?)\b"),
    Purpose.SUMMIT: re.compile(r"(?<!\bpre )(?<!forthcoming economic )\bsummits?\b"),
    Purpose.CEREMONY: re.compile(
        r"(?<!welcoming )\bceremon\w+|\bdedicat(?:ed|ion)\b|\b(?:signing|initialling) of\b|\banniversary\b(?! summit)"
        r"|\b(?:bi)?centennial\b|\bcommemorat\w+|\binaugurated\b"
    ),
    Purpose.FUNERAL: re.compile(r"\bfuneral\b|\bmemorial services?\b"),
    Purpose.INAUGURATION: re.compile(r"\binauguration\b"),
    Purpose.MARGINS: re.compile(
        r"\b(?:u n|un|united nations) (?:general assembly|(?:\w+ ){0,2}summit)\b|\bwhile attending\b"
    ),
    Purpose.MEDICAL: re.compile(r"\bmedical\b|\bmayo clinic\b"),
    Purpose.HOLIDAY: re.compile(r"\bvacation\w*\b|\bholidays?\b"),
}
"""What shows each purpose, in a text without case and punctuation."""


def read_levels(description: str) -> tuple[Level, ...]:
    """Return every level that a description names, in the order of protocol; none where it names none.

    A level of a later part of the stay counts too, and "official working" is one level:

    >>> read_levels("Official Working Visit. Private visit to Chicago afterward.")
    (<Level.OFFICIAL_WORKING: 'official working'>, <Level.PRIVATE: 'private'>)

    A word that does not speak of this visit does not count: a working lunch, the Secretary of State, "postponing a
    state visit by King Hassan II".
    """
    named = {level for clause in CLAUSE.split(description) for level in _named_in(clause)}
    if GUEST.search(plain(description)):
        named.add(Level.GUEST_OF_GOVERNMENT)
    return tuple(level for level in Level if level in named)


def read_purposes(description: str) -> tuple[Purpose, ...]:
    """Return every purpose that a description shows, in the order of `Purpose`; none where it shows none.

    >>> read_purposes("Met with President Clinton at the UN Millennium Summit in New York City.")
    (<Purpose.SUMMIT: 'summit'>, <Purpose.MARGINS: 'margins of a conference'>)
    """
    text = plain(description)
    return tuple(purpose for purpose in Purpose if purpose in PURPOSES and PURPOSES[purpose].search(text))


def _named_in(clause: str) -> Iterator[Level]:
    words = [word.casefold() for word in WORD.findall(clause)]
    if len(words) == 1 and (level := _level(words[0])) in OF_MEETINGS:
        yield level
    for place, word in enumerate(words):
        if word in OF_MANNER:
            yield OF_MANNER[word]
        elif slips(word, "visit") <= 1 and words[place + 1 : place + 2] != ["by"]:
            yield from _before(words[:place])
        elif word in MEETINGS:
            yield from (level for level in _before(words[:place]) if level in OF_MEETINGS)


def _before(words: list[str]) -> list[Level]:
    """Return the levels that the last of these words name together."""
    levels: list[Level] = []
    conjoined = False
    for word in reversed(words):
        level = _level(word)
        if level is None and word not in FILLERS:
            break
        conjoined |= word in CONJUNCTIONS
        levels += [level] if level else []
    return levels if conjoined else _as_one(levels)


def _as_one(levels: list[Level]) -> list[Level]:
    """Return what several levels in a row mean: official working is a level of its own, a state visit is official."""
    if Level.OFFICIAL in levels and Level.WORKING in levels:
        levels = [*levels, Level.OFFICIAL_WORKING]
        return [level for level in levels if level not in {Level.OFFICIAL, Level.WORKING}]
    if Level.OFFICIAL in levels and Level.STATE in levels:
        return [level for level in levels if level is not Level.OFFICIAL]
    return levels


def _level(word: str) -> Level | None:
    if word in LEVEL_WORDS:
        return LEVEL_WORDS[word]
    near = (known for known in LEVEL_WORDS if len(known) >= MISSPELT_FROM and slips(word, known) == 1)
    return next((LEVEL_WORDS[known] for known in near), None)
