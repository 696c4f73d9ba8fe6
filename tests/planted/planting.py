"""What a planted bug is."""

from collections.abc import Callable
from typing import Any, TypeVar

import attrs
from hypothesis import strategies as st

from diplocal.testing import History
from diplocal.testing import histories as usual

P = TypeVar("P")


@attrs.frozen
class Planted:
    """A bug in an otherwise right projection."""

    projection: Any
    law: str
    """The law that it breaks."""
    least: int
    """The number of reports in the shortest history that shows it."""
    cls: Any
    """The class that has the bug, where an adapter makes the projection of it."""
    histories: st.SearchStrategy[History]
    """What it is told."""
    is_foreign: bool

    @property
    def name(self) -> str:
        return str(getattr(self.cls, "__name__", type(self.cls).__name__))

    @property
    def says(self) -> str:
        """What is wrong, in a line."""
        return str(self.cls.__doc__).splitlines()[0]


PLANTED: list[Planted] = []


def planted(
    law: str,
    least: int,
    *,
    adapted: Callable[[Any], Any] | None = None,
    histories: st.SearchStrategy[History] | None = None,
) -> Callable[[P], P]:
    """Plant a bug that a law finds, in a history of so many reports at the least."""

    def plant(projection: P) -> P:
        made = adapted(projection) if adapted else projection
        told = usual() if histories is None else histories
        PLANTED.append(Planted(made, law, least, projection, told, adapted is not None))
        return projection

    return plant
