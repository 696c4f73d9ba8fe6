"""Whose names are one person's, as reports in a projection's rows say."""

import warnings
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from diplocal.engagements import Alias
from diplocal.errors import did_you_mean
from diplocal.names.people import in_any_order, is_called, names_near, person_key, person_keys
from diplocal.parties import Person


class Aliases(msgspec.Struct, frozen=True):
    """Aliases, each the names of one person."""

    said: tuple[tuple[Person, ...], ...] = ()

    def having(self, key: str) -> Iterable[tuple[Person, ...]]:
        """Return the aliases in which somebody is known by a key."""
        wanted = in_any_order(key)
        return [people for people in self.said if any(wanted in person_keys(one) for one in people)]


class NobodyCalledSo(UserWarning):
    """Somebody is asked for whom nothing in an answer names: a slip, or somebody of whom there is nothing yet."""


def look_for(what: str, person: str | None, people: Iterable[Person], aliases: Aliases) -> None:
    """Warn, with who comes near, of somebody who is neither among these people nor in an alias."""
    if person is None:
        return
    wanted, several = person_key(person), list(people)
    if not any(is_called(one, wanted) for one in several) and not aliases.having(wanted):
        near = names_near(person, sorted({one.name for one in several}))
        said = did_you_mean(near, "names are compared without case and accents")
        warnings.warn(f"nothing here names a {what} {person!r}: {said}", NobodyCalledSo, stacklevel=4)


def split_off(rows: Mapping[str, Any]) -> tuple[dict[str, Any], Aliases]:
    """Return the rows that are about no alias, and the aliases, in order of their slugs."""
    told = {slug: row.people for slug, row in rows.items() if isinstance(row, Alias)}
    said = tuple(told[slug] for slug in sorted(told))
    others = {slug: row for slug, row in rows.items() if not isinstance(row, Alias)} if said else dict(rows)
    return others, Aliases(said)
