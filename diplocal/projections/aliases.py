"""Whose names are one person's, as reports in a projection's rows say."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from diplocal.engagements import Alias
from diplocal.names.people import in_any_order, person_keys
from diplocal.parties import Person


class Aliases(msgspec.Struct, frozen=True):
    """Aliases, each the names of one person."""

    said: tuple[tuple[Person, ...], ...] = ()

    def having(self, key: str) -> Iterable[tuple[Person, ...]]:
        """Return the aliases in which somebody is known by a key."""
        wanted = in_any_order(key)
        return [people for people in self.said if any(wanted in person_keys(one) for one in people)]


def split_off(rows: Mapping[str, Any]) -> tuple[dict[str, Any], Aliases]:
    """Return the rows that are about no alias, and the aliases, in order of their slugs."""
    told = {slug: row.people for slug, row in rows.items() if isinstance(row, Alias)}
    said = tuple(told[slug] for slug in sorted(told))
    others = {slug: row for slug, row in rows.items() if not isinstance(row, Alias)} if said else dict(rows)
    return others, Aliases(said)
