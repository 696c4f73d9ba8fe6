"""The phrases of one language, read from a gettext catalogue (PO) as translators leave it.

The standard library reads only compiled catalogues, and Babel is an extra: the part of PO that we write is read here.
"""

import pkgutil
import re
from collections.abc import Callable, Mapping
from gettext import c2py
from json import JSONDecoder

import attrs

TEMPLATE = "diplocal.pot"
"""The catalogue of English, in which nothing needs to be translated."""
_JSON = JSONDecoder()
PLURALS = re.compile(r"plural=([^;]+);")


@attrs.frozen(eq=False)
class Catalogue:
    """The phrases of one language."""

    phrases: Mapping[str, tuple[str, ...]]
    """By name: the forms of a phrase, of which there are several where it counts something."""
    form_for: Callable[[int], int]
    """Tells which form goes with a number."""

    def counted(self, key: str, number: int) -> str:
        """Return the form of a phrase that goes with a number."""
        return self.phrases[key][self.form_for(number)]


def read_catalogue(name: str) -> Catalogue:
    """Read a catalogue of this room by the name of its file, such as 'ru.po'."""
    return parse_catalogue((pkgutil.get_data("diplocal.wording", f"catalogues/{name}") or b"").decode())


def parse_catalogue(text: str) -> Catalogue:
    r"""Read a catalogue: phrases are named by ``msgctxt``, and what is not translated stays English.

    >>> parse_catalogue('msgctxt "date.none"\nmsgid "no date"\nmsgstr "sans date"\n').phrases
    {'date.none': ('sans date',)}

    Raises ValueError for a line that is no part of a catalogue.
    """
    heading, *messages = _messages(text)
    plural = PLURALS.search(heading.get("msgstr", ""))
    return Catalogue({message["msgctxt"]: _forms(message) for message in messages}, c2py(plural[1] if plural else "0"))


def _messages(text: str) -> list[dict[str, str]]:
    """Return the heading, then each message: its texts by keyword, such as 'msgstr[0]'."""
    messages: list[dict[str, str]] = [{}]
    keyword = ""
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        name, quote, _ = line.partition('"')
        keyword = name.strip() or keyword
        if keyword == "msgctxt" and name:
            messages.append({})
        messages[-1][keyword] = messages[-1].get(keyword, "") + _text(line, len(name) + len(quote))
    return messages


def _text(line: str, start: int) -> str:
    """Read the text in quotes that ends a line: its escapes are those of JSON."""
    text, end = _JSON.raw_decode(line, max(start - 1, 0))
    if line[end:].strip() or not isinstance(text, str):
        raise ValueError(f"{line!r} is no line of a catalogue")
    return text


def _forms(message: Mapping[str, str]) -> tuple[str, ...]:
    """Return what was translated, or the English where nothing was."""
    translated = tuple(text for keyword, text in message.items() if keyword.startswith("msgstr"))
    english = tuple(message[keyword] for keyword in ("msgid", "msgid_plural") if keyword in message)
    return translated if all(translated) else english
