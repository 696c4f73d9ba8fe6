"""Meetings that recur: a named series, and which round of it this one is."""

import attrs

from diplocal.checks import instance_of, not_blank
from diplocal.errors import InvalidValue


def _from_one(owner: "Round", _field: "attrs.Attribute[int]", value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise InvalidValue(f"{type(owner).__name__}.number", value, "a whole number from 1")


@attrs.frozen
class Series:
    """Consultations, dialogues or summits that are held again and again under one name.

    >>> print(Series("China-Russia Strategic Security Consultation"))
    China-Russia Strategic Security Consultation
    """

    name: str = attrs.field(validator=not_blank)

    def __str__(self) -> str:
        return self.name


@attrs.frozen
class Round:
    """One round of a series.

    >>> print(Round(Series("China-Russia Strategic Security Consultation"), 18))
    China-Russia Strategic Security Consultation, round 18
    """

    series: Series = attrs.field(validator=instance_of(Series))
    number: int = attrs.field(validator=_from_one)
    """Counted from 1."""

    def __str__(self) -> str:
        return f"{self.series}, round {self.number}"
