"""Answers as notebooks show them: a table of the first rows."""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import islice

SHOWN = 20
"""Rows; how many more there are is said."""


def html_table(names: Sequence[str], rows: Iterable[Sequence[object]], count: int) -> str:
    """Return a table in HTML of the first of ``count`` rows.

    >>> html_table(["What"], [["<b>"]], 1)
    '<table><tr><th>What</th></tr><tr><td>&lt;b&gt;</td></tr></table>'
    """
    lines = [_line("th", names), *(_line("td", row) for row in islice(rows, SHOWN))]
    more = f"<p>and {count - SHOWN:,} more</p>" if count > SHOWN else ""
    return f"<table>{''.join(lines)}</table>{more}"


def _line(cell: str, values: Iterable[object]) -> str:
    return f"<tr>{''.join(f'<{cell}>{escape(str(value))}</{cell}>' for value in values)}</tr>"
