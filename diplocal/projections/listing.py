"""Lists of answers: short to look at, and a table of the first rows in a notebook."""

from collections.abc import Iterable
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from diplocal.engagements.notebooks import laying_out

if TYPE_CHECKING:
    from diplocal.projections.lines import Lines

T = TypeVar("T")

SHOWN = 20
"""Rows of a table; how many more there are is said."""
LOOKED_AT = 5
"""Items that are printed of a list; as above."""
LONGEST = 200
"""Characters of a cell, or of an item that is printed."""


class Listing(list[T]):
    """A list, of which the first items are printed, and shown as a table by notebooks.

    One that is made as ``Listing[Engagement](...)`` knows what it is a list of, also where it is empty.

    >>> Listing(range(1_000))
    [0, 1, 2, 3, 4, and 995 more]
    """

    __slots__ = ("__orig_class__",)

    @property
    def item_type(self) -> Any:
        """The type of its items; None where that was not said."""
        return next(iter(get_args(getattr(self, "__orig_class__", None))), None)

    def __repr__(self) -> str:
        several = [cut(repr(one)) for one in islice(self, LOOKED_AT)]
        more = [f"and {len(self) - LOOKED_AT:,} more"] if len(self) > LOOKED_AT else []
        return f"[{', '.join([*several, *more])}]"

    def _repr_html_(self) -> str:
        return shown(self)


class Shown:
    """What an answer has that notebooks show as a table."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return shown(self)


def shown(answer: object) -> str:
    """Return the first lines of an answer as a table in HTML; whatever it says is text there."""
    from diplocal.projections.measure_lines import lines_of  # noqa: PLC0415 - it knows all answers, which are listings

    return table(lines_of(answer))


laying_out.append(shown)


def table(lines: "Lines") -> str:
    """Return the first lines of what is laid out as a table in HTML."""
    head, body = _row("th", lines.columns), "".join(_row("td", row) for row in lines.first(SHOWN))
    more = f"<p>and {lines.total - SHOWN:,} more</p>" if lines.total > SHOWN else ""
    return f"<table><thead>{head}</thead><tbody>{body}</tbody></table>{more}"


def _row(cell: str, values: Iterable[str]) -> str:
    return f"<tr>{''.join(f'<{cell}>{escape(cut(value))}</{cell}>' for value in values)}</tr>"


def cut(text: str) -> str:
    """Return a text, or its beginning where it is long.

    >>> len(cut("x" * 1_000))
    201
    """
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
