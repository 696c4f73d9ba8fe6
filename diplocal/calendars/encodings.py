"""Calendar files in other encodings than UTF-8 (RFC 5545, 3.1.4), brought to UTF-8 where it is certain what they say.

A byte order mark is certain, and so are the zeros of UTF-16 in a text that begins in ASCII, and an encoding that the
file names itself. Any other is a guess: the same octet is ``ø`` in one and ``ř`` in another, and a log never forgets.
So a text is read by a guess only when it is long and nothing else comes near; otherwise the guesses are told.
"""

import codecs
import re
from collections.abc import Iterator

import msgspec

UTF_8 = "UTF-8"
_MARKS = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF32_LE, "UTF-32-LE"),  # begins like that of UTF-16
    (codecs.BOM_UTF32_BE, "UTF-32-BE"),
    (codecs.BOM_UTF16_LE, "UTF-16-LE"),
    (codecs.BOM_UTF16_BE, "UTF-16-BE"),
)
_SHIFTED = (
    (re.compile(rb"\x1b\$\)C"), "ISO-2022-KR"),
    (re.compile(rb"\x1b\$(?:[@B]|\([DOPQ])|\x1b\(J"), "ISO-2022-JP"),
)
"""Sequences by which encodings of seven bits change to other letters: as UTF-8 they would be read for ASCII."""
_ASCII = rb"[\t\r\n -~]"
_WITHOUT_MARK = (
    (re.compile(rb"(?:%s\0\0\0){4}" % _ASCII), "UTF-32-LE"),
    (re.compile(rb"(?:\0\0\0%s){4}" % _ASCII), "UTF-32-BE"),
    (re.compile(rb"(?:%s\0){4}" % _ASCII), "UTF-16-LE"),
    (re.compile(rb"(?:\0%s){4}" % _ASCII), "UTF-16-BE"),
)
_NAMED = re.compile(rb'^[A-Za-z0-9-]+(?:;[^:\r\n]*)?;CHARSET="?([A-Za-z0-9_.-]+)"?[;:]', re.IGNORECASE | re.MULTILINE)
"""A parameter of vCalendar, the format before iCalendar, that some programs go on writing."""
_FOLD = re.compile(rb"(?:\r\n?|\n)[ \t]")
_LINE_END = re.compile(rb"[\r\n]+")
_LOOKED_AT = 100_000
"""Octets from which the encoding is guessed: enough, and bounded work."""
_GUESSED = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1256", "koi8_r", "cp932", "gb18030", "big5", "euc_kr")
"""Encodings that calendar programs wrote before UTF-8."""
_LINES_THAT_TELL = 10
_LEAD = 0.02
"""How much less chaotic the first guess must be than the next that reads otherwise.

In lists of ten and more names of countries in 16 languages, no wrong guess had a lead above 0.006."""
_LOST = "\udcff"
"""Stands for octets that say nothing: written as UTF-8 it becomes an octet that UTF-8 does not have."""
_SURROGATE = re.compile("[\ud800-\udfff]")

codecs.register_error("diplocal-lost", lambda error: (_LOST, getattr(error, "end", 0)))


class Decoded(msgspec.Struct, frozen=True):
    """A text as UTF-8."""

    octets: bytes
    """In UTF-8, without a byte order mark; what could not be decoded is no UTF-8."""
    encoding: str
    """What it was in: 'UTF-8', 'UTF-16-LE'."""
    has_mark: bool = False
    """Whether a byte order mark came before it."""
    guesses: tuple[str, ...] = ()
    """Encodings in which it may be, the likeliest first, when no line of it is in UTF-8 but those in ASCII."""


def decoded(data: bytes, encoding: str | None = None) -> Decoded:
    r"""Bring a text to UTF-8, from an encoding that is given, or that it shows for certain.

    >>> decoded("SUMMARY:Tromsø".encode("utf-16")).encoding
    'UTF-16-LE'
    >>> decoded(b"SUMMARY:Troms\xf8", "latin-1").octets.decode()
    'SUMMARY:Tromsø'

    Raises LookupError for an encoding that Python does not know.
    """
    if encoding is not None:
        return _from(data, encoding)
    for mark, name in _MARKS:
        if data.startswith(mark):
            return msgspec.structs.replace(_from(data.removeprefix(mark), name), has_mark=True)
    for pattern, name in _WITHOUT_MARK:
        if pattern.match(data):
            return _from(data, name)
    named = {name.decode().upper() for name in _NAMED.findall(data)} - {UTF_8}
    if len(named) == 1 and _is_no_utf8(data):
        try:
            return _from(data, named.pop())
        except LookupError:
            pass
    if _is_no_utf8(data):
        return _guessed(data)
    shifted = next((name for pattern, name in _SHIFTED if pattern.search(data)), None)
    return _from(data, shifted) if shifted else Decoded(data, UTF_8)


def _guessed(data: bytes) -> Decoded:
    """Read a text by the encoding that is nearly certain; if there is none, leave it as it is and say the guesses.

    Some lines in UTF-8 and some not is a text in UTF-8 that was damaged.
    """
    from charset_normalizer import from_bytes  # noqa: PLC0415 - rarely needed, and slow to import

    lines = set(_beyond_ascii(data[:_LOOKED_AT]))
    if not all(map(_is_no_utf8, lines)):
        return Decoded(data, UTF_8)
    found = list(from_bytes(b"\n".join(sorted(lines)), cp_isolation=list(_GUESSED), enable_fallback=False))
    rivals = [one for one in found[1:] if str(one) != str(found[0])]
    if found and len(lines) >= _LINES_THAT_TELL and all(one.chaos - found[0].chaos >= _LEAD for one in rivals):
        return _from(data, found[0].encoding)
    return Decoded(data, UTF_8, guesses=tuple(one.encoding for one in found))


def _beyond_ascii(data: bytes) -> Iterator[bytes]:
    """Yield the content lines that have more than ASCII."""
    return (line for line in _LINE_END.split(_FOLD.sub(b"", data)) if not line.isascii())


def _from(data: bytes, encoding: str) -> Decoded:
    if codecs.lookup(encoding).name == "utf-8":
        return Decoded(data, UTF_8)
    text = data.decode(encoding, errors="diplocal-lost").removeprefix("\ufeff")
    return Decoded(_SURROGATE.sub(_LOST, text).encode(errors="surrogateescape"), encoding.upper())


def _is_no_utf8(octets: bytes) -> bool:
    try:
        octets.decode()
    except UnicodeDecodeError:
        return True
    return False
