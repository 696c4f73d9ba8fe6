"""What a planted bug is."""

from collections.abc import Callable
from typing import Any, TypeVar

import attrs

P = TypeVar("P")


@attrs.frozen
class Planted:
    """A bug in an otherwise right projection."""

    projection: Any
    law: str
    """The law that it breaks."""
    least: int
    """The number of reports in the shortest history that shows it."""

    @property
    def name(self) -> str:
        return str(self.projection.__name__)

    @property
    def says(self) -> str:
        """What is wrong, in a line."""
        return str(self.projection.__doc__).splitlines()[0]


PLANTED: list[Planted] = []


def planted(law: str, least: int) -> Callable[[P], P]:
    """Plant a bug that a law finds, in a history of so many reports at the least."""

    def plant(projection: P) -> P:
        PLANTED.append(Planted(projection, law, least))
        return projection

    return plant
