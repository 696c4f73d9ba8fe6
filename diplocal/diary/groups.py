"""Keeps what views over groups found, and which engagements are in each group.

What an engagement brings to a group is not kept: it is made again from the engagement, and so costs no room.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial
from hashlib import blake2b
from itertools import islice
from typing import Any, NamedTuple

import msgspec
from immutables import Map

from diplocal.diary.folding import batches, changed_since, warn_of
from diplocal.diary.states import Member, States, believed, written
from diplocal.diary.understanding import Now, Then, differences
from diplocal.engagements import Change, Engagement
from diplocal.events.wirevalues import part_of
from diplocal.projections.grouped import Grouped, Groups, Key

AnyGrouped = Grouped[Any, Any, Any]
ROWS_AT_ONCE = 200_000
"""How many members are written together, in order: a group may be anywhere in the table."""
GROUPS_AT_ONCE = 500
GROUPS_REMEMBERED = 10_000


class KeptGroups(NamedTuple):
    """A view, and the number under which its state is kept."""

    view: AnyGrouped
    number: int


def keep_groups(several: Sequence[KeptGroups], now: Now, position: int) -> None:
    """Put the engagements that changed after a position into their groups, and look again at the groups they touch."""
    states = now.tables.states
    if not position:
        _make(several, now)
        return
    for some in batches(changed_since(now, position)):
        for view, number in several:
            differing = _differing(view, some)
            states.remove_members(number, differing.gone)
            states.add_members(number, differing.come)
            groups = _Groups(view, partial(states.members, number), now.tables.some)
            found = groups.found_again(differing.touched.values())
            kept = [(key, several) for key, several in found.items() if several]
            states.replace_found(number, differing.touched, kept)


def _make(several: Sequence[KeptGroups], now: Now) -> None:
    """Put all engagements into their groups; look again at those of several, where these may find something."""
    states = now.tables.states
    rows: dict[int, list[Member]] = {number: [] for _, number in several}
    found: dict[int, dict[str, str]] = {number: {} for _, number in several}
    for some in batches(changed_since(now, 0)):
        for view, number in several:
            for slug, _, after in some:
                for key, items in _brought(view, slug, after).items():
                    text, group = _kept_key(key)
                    rows[number] += _members(view, group, slug, items)
                    if view.finds_alone and (alone := view.found_in(key, {slug: items})):
                        found[number][text] = _codec(view.finding_type).write(alone)
            if len(rows[number]) >= ROWS_AT_ONCE:
                states.add_members(number, sorted(rows[number]))
                rows[number] = []
    for view, number in several:
        states.add_members(number, sorted(rows[number]))
        groups = _Groups(view, partial(states.members, number), now.tables.some)
        together = {**found[number], **groups.found_again(states.keys_of_several(number))}
        states.replace_found(number, (), [(key, data) for key, data in together.items() if data])


class _Differing(NamedTuple):
    """What engagements that changed brought, and what they bring, where that differs."""

    gone: list[Member]
    come: list[Member]
    touched: dict[str, int]
    """The keys of these groups, and under which number each is kept."""


def _differing(view: AnyGrouped, changes: Iterable[Change]) -> _Differing:
    differing = _Differing([], [], {})
    for slug, before, after in changes:
        was, now = _brought(view, slug, before), _brought(view, slug, after)
        for key in was | now:
            if was.get(key) != now.get(key):
                text, group = _kept_key(key)
                differing.touched[text] = group
                differing.gone.extend(_members(view, group, slug, was.get(key, ())))
                differing.come.extend(_members(view, group, slug, now.get(key, ())))
    return differing


def _brought(view: AnyGrouped, slug: str, engagement: Engagement | None) -> dict[Key, tuple[Any, ...]]:
    try:
        return view.brought(engagement)
    except Exception as error:  # noqa: BLE001 - whatever a view raises, the others are answered for
        warn_of(view, slug, error)
        return {}


def _members(view: AnyGrouped, group: int, slug: str, items: Iterable[Any]) -> list[Member]:
    return [Member(group, view.sameness(item), slug, view.awaits(item)) for item in items]


class _Groups(NamedTuple):
    """Looks at groups again."""

    view: AnyGrouped
    members: Callable[[int], Collection[Member]]
    load: Callable[[Collection[str]], Iterable[tuple[str, Engagement]]]
    """Gives engagements by their slugs."""

    def found_again(self, keys: Iterable[int]) -> dict[str, str]:
        """Return what is found in groups, by the keys of those that are looked at; no text where it is nothing."""
        ahead, found = iter(keys), dict[str, str]()
        while some := list(islice(ahead, GROUPS_AT_ONCE)):
            members = {key: self._worth_it(self.members(key)) for key in some}
            for key, group in self._groups(members).items():
                several = self.view.found_in(key, group)
                found[_kept_key(key)[0]] = _codec(self.view.finding_type).write(several) if several else ""
        return found

    def _worth_it(self, members: Collection[Member]) -> set[str]:
        """Return the slugs of a group that may find something: of those who say the same, the first."""
        if all(one.awaits for one in members) or not (self.view.finds_alone or len(members) > 1):
            return set()
        firsts: dict[str, str] = {}
        for _, sameness, slug, _ in members:
            if sameness:
                firsts[sameness] = min(slug, firsts.get(sameness, slug))
        return {*firsts.values(), *(one.slug for one in members if not one.sameness)}

    def _groups(self, members: Mapping[int, set[str]]) -> dict[Key, dict[str, tuple[Any, ...]]]:
        groups: dict[Key, dict[str, tuple[Any, ...]]] = {}
        for slug, engagement in self.load(set().union(*members.values())):
            for key, items in _brought(self.view, slug, engagement).items():
                if slug in members.get(_kept_key(key)[1], ()):
                    groups.setdefault(key, {})[slug] = items
        return groups


def found(view: AnyGrouped, states: States, number: int) -> Groups[Any, Any]:
    """Read what was found; what engagements brought is not needed for an answer."""
    return _read(view, states.found(number))


@believed()
def _read(view: AnyGrouped, texts: Iterable[tuple[str, str]]) -> Groups[Any, Any]:
    read = _codec(view.finding_type).read
    return Groups(found=Map((tuple(msgspec.json.decode(key)), read(data)) for key, data in texts))


def groups_of_then(view: AnyGrouped, then: Then) -> Groups[Any, Any]:
    """Find again what was found at an earlier moment, in the groups that changed since."""
    tables = then.now.tables
    number, _ = tables.states.kept(view) or (0, 0)
    differing = _differing(view, differences(then.now, then.moment))
    gone, come = (_by_key(members) for members in (differing.gone, differing.come))

    def members(key: int) -> set[Member]:
        return ({*tables.states.members(number, key)} - gone.get(key, set())) | come.get(key, set())

    def load(slugs: Collection[str]) -> Iterator[tuple[str, Engagement]]:
        restated = then.restated
        yield from ((slug, one) for slug in slugs if (one := restated.get(slug)) is not None)
        yield from tables.some([slug for slug in slugs if slug not in restated])

    kept = {key: data for key, data in tables.states.found(number) if key not in differing.touched}
    again = _Groups(view, members, load).found_again(differing.touched.values())
    return _read(view, [(key, data) for key, data in (kept | again).items() if data])


def _by_key(members: Iterable[Member]) -> dict[int, set[Member]]:
    by_key: dict[int, set[Member]] = {}
    for one in members:
        by_key.setdefault(one.key, set()).add(one)
    return by_key


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


@lru_cache(maxsize=GROUPS_REMEMBERED)
def _kept_key(key: Key) -> tuple[str, int]:
    """Return a key as JSON, and a short stand-in. Of two that share one, each engagement tells which is its own."""
    text = msgspec.json.encode(key)
    return text.decode(), int.from_bytes(blake2b(text, digest_size=8).digest(), "big", signed=True)
