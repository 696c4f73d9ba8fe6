"""Where text leaves for a terminal: as text, whatever stands in it.

What a log, a list or a file says was written by strangers. None of it may move the cursor, change the title of a window
or turn what stands beside it around.
"""

import re

import typer

MOST_LINES = 500
"""Lines of a table: to lay a line out takes half a millisecond."""
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Control characters but for tabs and newlines, separators of lines, and what turns the direction of text."""
_CONTROL_IN_JSON = re.compile(rb"\x7f|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]|\xe2\x81[\xa6-\xa9]")
"""The same in UTF-8, of those that JSON does not escape by itself (RFC 8259, 7)."""


_ISOLATE = re.compile("[\u2066-\u2069]")
"""Marks that set off a text whose direction is its own (UAX #9): few terminals follow them, and many show them."""


def printable(text: str) -> str:
    r"""Return a text as a terminal may show it: control characters as escapes, and without the marks of directions.

    >>> print(printable("Daily \x1b[2J"))
    Daily \x1b[2J
    """
    return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], _ISOLATE.sub("", text))


def printable_json(document: bytes) -> bytes:
    r"""Return the same JSON document, with all control characters in its texts as escapes.

    >>> printable_json('"A\x9b2J"'.encode())
    b'"A\\u009b2J"'
    """
    return _CONTROL_IN_JSON.sub(lambda found: f"\\u{ord(found[0].decode()):04x}".encode(), document)


def counted(number: int, noun: str) -> str:
    """Return how many there are of something.

    >>> counted(1, "record"), counted(0, "record")
    ('1 record', '0 records')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


def say(text: str, *, err: bool = False) -> None:
    """Print a text on a line of its own, on standard output or on standard error."""
    typer.echo(printable(text), err=err)


def warn(text: str) -> None:
    """Print on standard error what an answer is without."""
    typer.secho(f"diplocal: {printable(text)}", err=True, fg=typer.colors.YELLOW)


def complain(error: object) -> None:
    """Print an error on standard error."""
    typer.secho(f"diplocal: {printable(str(error))}", err=True, fg=typer.colors.RED)
