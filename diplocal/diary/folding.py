"""Folds what is understood into views, some engagements at a time; one that a view cannot take is left out."""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from diplocal.diary.understanding import Now, Then, changes_since
from diplocal.engagements import Change, Engagements, Report
from diplocal.projections.filters import EVERYTHING
from diplocal.projections.over_engagements import OverEngagements

CHANGES_AT_ONCE = 2_000
"""How many engagements go into a state together."""


class EngagementsLeftOut(UserWarning):
    """A view could not take some engagements; its answer is without them."""


def changed_since(now: Now, position: int) -> Iterator[Change]:
    """Yield what became different after a position; from the beginning, everything that there is."""
    if position:
        return changes_since(now, position)
    return (Change(one.slug, None, one) for one in now.find(EVERYTHING))


def folded(view: OverEngagements[Any, Any], value: Any, changes: Iterable[Change], understanding: Now | Then) -> Any:
    """Fold changes into a value; an engagement that the view cannot take is left out with a warning."""
    for some in batches(changes):
        reports = _Reports(understanding, [slug for slug, _, _ in some])
        try:
            value = view.moved(value, some, reports)
        except Exception:  # noqa: BLE001 - one at a time finds the one that cannot be taken
            for change in some:
                try:
                    value = view.moved(value, [change], reports)
                except Exception as error:  # noqa: BLE001 - whatever a view raises, the others are answered for
                    warn_of(view, change.slug, error)
    return value


def warn_of(view: Any, slug: str, error: Exception) -> None:
    """Warn that an answer is without an engagement which the view cannot take."""
    warnings.warn(f"{view.name} left {slug} out: {type(error).__name__}: {error}", EngagementsLeftOut, stacklevel=2)


class _Reports:
    """The reports in effect about some engagements, read together when the first of them is asked for."""

    def __init__(self, understanding: Now | Then, slugs: list[str]) -> None:
        self._understanding, self._slugs = understanding, slugs
        self._read: Engagements | None = None

    def __call__(self, slug: str) -> Sequence[Report]:
        if self._read is None:
            self._read = self._understanding.about(self._slugs)
        return self._read.effective_reports(slug)


def batches(changes: Iterable[Change]) -> Iterator[list[Change]]:
    """Yield changes so many at a time as go into a state together."""
    ahead = iter(changes)
    while some := list(islice(ahead, CHANGES_AT_ONCE)):
        yield some
