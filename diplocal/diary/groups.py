"""Keeps what views over groups found: what an engagement brings to a group, and what is found there."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

import msgspec
from immutables import Map

from diplocal.diary.folding import batches, changed_since, folded, warn_of
from diplocal.diary.states import States, believed, written
from diplocal.diary.understanding import Now, Then, differences
from diplocal.engagements import Engagement
from diplocal.events.wirevalues import part_of
from diplocal.projections.grouped import Grouped, Groups, Key

FOUND = ""
"""In the place of a slug: what was found in a group."""


def keep_groups(view: Grouped[Any, Any, Any], number: int, now: Now, position: int) -> None:
    """Replace the items of the engagements that changed, and look again at the groups that this touches."""
    states, touched = now.tables.states, set[str]()
    items = _codec(view.item_type)
    for some in batches(changed_since(now, position)):
        slugs = [slug for slug, _, _ in some] if position else []
        brought = ((slug, _brought(view, slug, after)) for slug, _, after in some)
        rows = [(_key_text(key), slug, items.write(own)) for slug, by_key in brought for key, own in by_key.items()]
        if position:
            touched |= states.item_keys(number, slugs) | {key for key, _, _ in rows}
        states.replace_items(number, slugs, rows)
    keyed = ((key, states.items(number, key)) for key in touched) if position else _by_key(states.items_by_key(number))
    states.replace_found(number, touched, _found_again(view, keyed))


def _brought(view: Grouped[Any, Any, Any], slug: str, engagement: Engagement | None) -> dict[Key, tuple[Any, ...]]:
    try:
        return view.brought(engagement)
    except Exception as error:  # noqa: BLE001 - whatever a view raises, the others are answered for
        warn_of(view, slug, error)
        return {}


def _found_again(
    view: Grouped[Any, Any, Any], keyed: Iterable[tuple[str, list[tuple[str, str, str]]]]
) -> Iterator[tuple[str, str, str]]:
    items, found = _codec(view.item_type), _codec(view.finding_type)
    for key, rows in keyed:
        group = {slug: items.read(data) for _, slug, data in rows if slug != FOUND}
        several = view.found_in(tuple(msgspec.json.decode(key)), group)
        if several:
            yield key, FOUND, found.write(several)


def _by_key(rows: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    for key, several in groupby(rows, lambda row: row[0]):
        yield key, list(several)


@believed()
def found(view: Grouped[Any, Any, Any], states: States, number: int) -> Groups[Any, Any]:
    """Read what was found; the items themselves are not needed for an answer."""
    read = _codec(view.finding_type).read
    return Groups(found=Map((tuple(msgspec.json.decode(key)), read(data)) for key, data in states.found(number)))


def groups_of_then(view: Grouped[Any, Any, Any], then: Then) -> Groups[Any, Any]:
    """Find again what was found at an earlier moment, in the groups that changed since."""
    now, changed = then.now, list(differences(then.now, then.moment))
    states = now.tables.states
    number, _ = states.kept(view) or (0, 0)
    touched = {key for _, is_now, was in changed for one in (is_now, was) for key in view.brought(one)}
    items = _codec(view.item_type)
    groups: dict[Key, Map[str, Any]] = {}
    for key in touched:
        rows = states.items(number, _key_text(key))
        groups[key] = Map((slug, items.read(data)) for _, slug, data in rows if slug != FOUND)
    value = Groups(Map(groups), found(view, states, number).found)
    was: Groups[Any, Any] = folded(view, value, changed, then)
    return was


class _Codec(NamedTuple):
    write: Callable[[Any], str]
    read: Callable[[str], Any]


@cache
def _codec(of: Any) -> _Codec:
    """Return what writes several values of a type as JSON, and reads them."""
    part = part_of(_several(of))
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(part.wire)
    back = part.back
    return _Codec(lambda values: written(part, values), lambda text: (back or tuple)(decoder.decode(text)))


def _several(of: Any) -> Any:
    return tuple.__class_getitem__((of, ...))


def _key_text(key: Key) -> str:
    return msgspec.json.encode(key).decode()
