"""Lays tables and lines out for a terminal, or for a file that is read like one.

Widths are counted in cells: a letter of East Asian writing takes two (Unicode Standard Annex 11), a mark that combines
with the letter before takes none.
"""

import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TextIO

import msgspec

from diplocal.cli.terminal import printable

COLUMNS = 80
"""Cells in a line where nobody tells how wide the terminal is."""
STYLES = {"bold": 1, "underline": 4, "red": 31, "green": 32, "yellow": 33, "magenta": 35}
"""What a style is called, and how a terminal is told (ECMA-48, 8.3.117)."""
_WORD = re.compile(r"\s*\S+\s*")


class Text(msgspec.Struct, frozen=True):
    """A text, which is shown as it is: what would command a terminal is shown as escapes."""

    plain: str
    style: str = ""
    """Names of ``STYLES``."""


class Table(msgspec.Struct, frozen=True):
    """Rows of cells under a title and headings."""

    title: str
    headings: Sequence[str]
    rows: list[Sequence[str | Text]]
    right: int = 0
    """How many of the last columns stand to the right."""

    def add_row(self, *cells: str | Text) -> None:
        """Add a line of cells, one for each heading."""
        self.rows.append(cells)

    def lines(self, width: int) -> Iterator[list[Text]]:
        """Yield its lines, none of them wider than so many cells."""
        yield from _paragraph(Text(self.title, "bold"), width)
        widths = _fitting([self.headings, *self.rows], width - 2, gap=3)
        numbers = range(len(self.headings) - self.right, len(self.headings))
        yield []
        yield from _row([Text(heading, "bold") for heading in self.headings], widths, " ", "   ", numbers)
        yield [Text(f" {'─' * (sum(widths) + 3 * (len(widths) - 1))}")]
        for row in self.rows:
            yield from _row(row, widths, " ", "   ", numbers)
        yield []


class Facts(msgspec.Struct, frozen=True):
    """Names and values, side by side."""

    pairs: Sequence[tuple[str, str]]

    def lines(self, width: int) -> Iterator[list[Text]]:
        """Yield its lines, none of them wider than so many cells."""
        rows = [(Text(name, "bold"), Text(value)) for name, value in self.pairs]
        widths = _fitting(rows, width, gap=2)
        for row in rows:
            yield from _row(row, widths, "", "  ", range(0))


Block = str | Text | Table | Facts | tuple["Block", ...]
"""What stands by itself in an answer, or several one below the other; a text is broken between its words."""


def show(*blocks: Block, to: TextIO | None = None) -> None:
    """Print blocks one below the other, on standard output unless told otherwise."""
    out = to or sys.stdout
    laid_out, colours = laid_out_in(width_of_terminal(), *blocks), _shows_colours(out)
    out.write("".join(f"{''.join(_styled(text, colours=colours) for text in line).rstrip()}\n" for line in laid_out))


def laid_out_in(width: int, *blocks: Block) -> Iterator[list[Text]]:
    """Yield the lines of blocks, none of them wider than so many cells."""
    for block in blocks:
        if isinstance(block, tuple):
            yield from laid_out_in(width, *block)
        else:
            yield from block.lines(width) if isinstance(block, Table | Facts) else _paragraph(block, width)


@contextmanager
def progress(doing: str) -> Iterator[None]:
    """Say on standard error that work is going on, as long as it does, where somebody watches."""
    watched = sys.stderr.isatty()
    if watched:
        sys.stderr.write(f"{printable(doing)} ...")
        sys.stderr.flush()
    try:
        yield
    finally:
        if watched:
            sys.stderr.write("\r\x1b[K")  # back to the start of the line, which is then empty (ECMA-48, 8.3.41)


def width_of_terminal() -> int:
    """Return how many cells a line has: what COLUMNS says, or the terminal that anything is connected to."""
    told = os.environ.get("COLUMNS", "")
    if told.isdigit() and int(told):
        return int(told)
    for number in range(3):
        with suppress(OSError):
            return os.get_terminal_size(number).columns or COLUMNS
    return COLUMNS


def _shows_colours(out: TextIO) -> bool:
    return out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") not in ("dumb", "unknown")


def _styled(text: Text, *, colours: bool) -> str:
    codes = ";".join(str(STYLES[name]) for name in text.style.split())
    return f"\x1b[{codes}m{text.plain}\x1b[0m" if codes and colours else text.plain


def _paragraph(text: str | Text, width: int) -> Iterator[list[Text]]:
    style = text.style if isinstance(text, Text) else ""
    for line in wrapped(_shown(text), width):
        yield [Text(line, style)]


def _shown(text: Any) -> str:
    return printable(text.plain if isinstance(text, Text) else text).expandtabs()


def _fitting(rows: Sequence[Sequence[str | Text]], width: int, gap: int) -> list[int]:
    """Return how wide each column is: as wide as what stands in it, the widest narrowed until all fit."""
    columns = [[_shown(cell) for cell in column] for column in zip(*rows, strict=True)]
    widths = [max(cells(line) for text in column for line in text.split("\n")) for column in columns]
    room = max(width - gap * (len(widths) - 1), len(widths))
    while (over := sum(widths) - room) > 0:
        widest = max(widths)
        at_widest = [number for number, each in enumerate(widths) if each == widest]
        next_widest = max((each for each in widths if each < widest), default=1)
        less, rest = divmod(min(over, (widest - next_widest) * len(at_widest)), len(at_widest))
        for place, number in enumerate(at_widest):
            widths[number] -= less + (place < rest)
    return widths


def _row(
    row: Sequence[str | Text], widths: Sequence[int], edge: str, between: str, right: Iterable[int]
) -> Iterator[list[Text]]:
    columns = [wrapped(_shown(cell), width) for cell, width in zip(row, widths, strict=True)]
    styles = [cell.style if isinstance(cell, Text) else "" for cell in row]
    for number in range(max(map(len, columns))):
        line = [Text(edge)]
        for column, (lines, width) in enumerate(zip(columns, widths, strict=True)):
            text = lines[number] if number < len(lines) else ""
            space = Text(" " * (width - cells(text)))
            line += [space, Text(text, styles[column])] if column in right else [Text(text, styles[column]), space]
            line.append(Text(between))
        yield line


def wrapped(text: str, width: int) -> list[str]:
    """Break a text between words, and a word only where it is wider than so many cells.

    >>> wrapped("from Beijing to Moscow", 8)
    ['from', 'Beijing', 'to', 'Moscow']
    """
    return [part for line in text.split("\n") for part in ([line] if cells(line) <= width else _broken(line, width))]


def _broken(line: str, width: int) -> list[str]:
    parts = [""]
    for word in _WORD.findall(line):
        if cells(parts[-1]) + cells(word.rstrip()) <= width:
            parts[-1] += word
        elif cells(word.rstrip()) <= width:
            parts.append(word)
        else:
            parts += _chopped(word.rstrip(), width)
            parts[-1] += " "
    return [part.rstrip() for part in parts if part.strip()] or [""]


def _chopped(word: str, width: int) -> list[str]:
    parts = [""]
    for letter in word:
        if parts[-1] and cells(parts[-1]) + cells(letter) > width:
            parts.append("")
        parts[-1] += letter
    return parts


def cells(text: str) -> int:
    """Return how many cells a text takes.

    >>> cells("Beijing"), cells("北京")
    (7, 4)
    """
    return len(text) if text.isascii() else sum(map(_cells_of, text))


def _cells_of(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
