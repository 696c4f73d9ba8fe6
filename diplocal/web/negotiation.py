"""In which language a page is written: the one that its address names, else the reader's (RFC 9110, 12.5.4)."""

import re

from diplocal.wording.contract import FIRST
from diplocal.wording.language import known_tag

TAG = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*")
WEIGHT = re.compile(r"q=(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.ASCII | re.IGNORECASE)
MOST_TAGS = 32
"""Tags of an Accept-Language header that are read."""


def negotiated(asked: str | None, accepted: str) -> str:
    """Choose a language: the one asked for by its tag, else by Accept-Language, else English.

    >>> negotiated(None, "tlh, fr;q=0.8, en;q=0.5")
    'fr'
    >>> negotiated("zh-Hant", "fr")
    'zh'
    """
    if asked is not None and (found := known_tag(asked)):
        return found
    ranked = sorted(_weighted(accepted), key=lambda item: -item[0])
    return next((known for weight, tag in ranked if weight > 0 and (known := known_tag(tag))), FIRST)


def _weighted(accepted: str) -> list[tuple[float, str]]:
    found = []
    for member in accepted.split(",")[:MOST_TAGS]:
        tag, _, weight = (part.strip(" \t") for part in member.partition(";"))
        if TAG.fullmatch(tag) and (not weight or WEIGHT.fullmatch(weight)):
            found.append((float(weight[2:]) if weight else 1.0, tag))
    return found
