"""Runs views over what is understood, and keeps their states, so that an answer costs what changed since the last one.

The state of a view over engagements is made from the engagements of any moment. That of a fold over records, or over
changes, is made from the log, from where it was kept last.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from itertools import chain, groupby
from typing import Any, NamedTuple

import msgspec
from immutables import Map

from diplocal.diary.folding import batches, changed_since, folded
from diplocal.diary.groups import KeptGroups, found, groups_of_then, keep_groups
from diplocal.diary.states import States, believed, written
from diplocal.diary.tables import Tables
from diplocal.diary.understanding import ALIASES, EVER, Moment, Now, Then, placed_since
from diplocal.engagements import Change
from diplocal.errors import InvalidValue
from diplocal.events.wirevalues import Part, part_of
from diplocal.projections.aliases import Aliases
from diplocal.projections.contract import Projection, Snapshottable
from diplocal.projections.filters import EVERYTHING, Filter
from diplocal.projections.grouped import Grouped
from diplocal.projections.over_engagements import OverChanges, OverEngagements, Understood
from diplocal.projections.tally import Tally
from diplocal.projections.view import View
from diplocal.records import instant
from diplocal.replaying import Checkpoint, catch_up, replay

STRETCH = 16_384
"""Positions of the log for which a tally keeps sums of their own, of what was last spoken of there."""
WHOLE_LOG = -1
"""In the place of a stretch of the log: all of it."""


def is_kept(view: Any) -> bool:
    """Return whether the state of a view can be kept beside the log."""
    if isinstance(view, OverEngagements) and view.parameters is None:
        return False
    match view:
        case Tally():
            return view.key_type is not None and view.scope == EVERYTHING
        case View():
            return view.row_type is not None and view.scope == EVERYTHING
        case OverChanges():
            return view.value_type is not None
        case Grouped():
            return view.finding_type is not None and view.scope == EVERYTHING
        case _:
            return isinstance(view, Snapshottable)


def is_read_off(view: Any, chosen: Filter) -> bool:
    """Return whether the answer over what a filter takes is read off the state that is kept."""
    return is_kept(view) and (chosen == EVERYTHING or (isinstance(view, Tally) and view.tells(chosen) is not None))


def read_off(view: Any, chosen: Filter, *, is_now: bool) -> Any:
    """Return the view off whose state an answer is read: the finest, where coarser sums do not tell it."""
    if isinstance(view, Tally) and not (is_now and is_read_off(view, chosen)):
        return view.finest()
    return view


def _of_each(view: Any, chosen: Filter) -> Tally[Any, Any] | None:
    """Return the tally from whose contributions of each engagement the sums over what a filter takes are read."""
    if not isinstance(view, Tally) or is_read_off(view, chosen):
        return None
    return view.of_each(view.scope.within(chosen))


def states_of(view: Any, chosen: Filter, *, is_now: bool) -> list[Any]:
    """List the view whose state tells an answer, none where it is made of the engagements."""
    if is_now and (of_each := _of_each(view, chosen)) is not None:
        return [of_each]
    off = read_off(view, chosen, is_now=is_now)
    return [off] if is_read_off(off, chosen) else []


def answer_of(view: Any, understanding: Now | Then, chosen: Filter) -> Any:
    """Return a view's answer over the engagements that a filter takes."""
    if isinstance(view, OverEngagements):
        view = view.asked(chosen).knowing(understanding.aliases_with)
    if isinstance(view, Grouped) and view.by_person:
        aliases = Aliases(tuple(one.people for one in understanding.find(ALIASES)))
        view = view.knowing(aliases.having)
        if aliases.said:  # what is kept knows none
            return view.read(_understood_anew(view, understanding, view.scope.within(chosen)))
    match view:
        case OverChanges():
            return _of_the_log(view, understanding, chosen)
        case Tally() if isinstance(understanding, Now) and (of_each := _of_each(view, chosen)) is not None:
            return view.read(_sums_of_some(of_each, understanding.tables, view.scope.within(chosen)))
        case Tally():
            chosen = view.scope.within(chosen)
            finer = read_off(view, chosen, is_now=isinstance(understanding, Now))
            value = dict(_value(finer, understanding, chosen))
            return view.read(value if finer is view else _coarser(view, value))
        case View() | Grouped():
            return view.read(_value(view, understanding, view.scope.within(chosen)))
        case OverEngagements():
            return view.read(_value(view, understanding, chosen))
        case _:
            return _of_the_log(view, understanding, chosen)


def _coarser(view: Tally[Any, Any], value: Mapping[Any, int]) -> dict[Any, int]:
    sums: dict[Any, int] = {}
    found = ((view.coarser(key), amount) for key, amount in value.items())
    _add(sums, ((key, amount) for key, amount in found if key is not None))
    return {key: amount for key, amount in sums.items() if amount}


def _value(view: OverEngagements[Any, Any], understanding: Now | Then, chosen: Filter) -> Any:
    if isinstance(understanding, Now) and is_read_off(view, chosen):
        value = _load(view, understanding.tables.states)
        tells = view.tells(chosen) if isinstance(view, Tally) and chosen != EVERYTHING else None
        return {key: amount for key, amount in value.items() if tells(key)} if tells else value
    if isinstance(understanding, Then) and chosen == EVERYTHING and is_kept(view):
        match view:
            case Grouped():
                return groups_of_then(view, understanding)
            case View():
                return _rows_of_then(view, understanding)
            case Tally():
                return _sums_of_then(view, understanding)
    return _understood_anew(view, understanding, chosen)


def _rows_of_then(view: View[Any, Any], then: Then) -> Any:
    """Take the rows of what nothing came about later, and make those of what was different."""
    states = then.now.tables.states
    number, _ = states.kept(view) or (0, 0)
    return folded(view, _rows(view, states.items_of_unchanged(number, *then.moment)), _restated(then), then)


def _sums_of_then(view: Tally[Any, Any], then: Then) -> Any:
    """Take the sums of the stretches of the log in which most is as it was then, and mend them by the rest."""
    tables, moment = then.now.tables, then.moment
    number, _ = tables.states.kept(view) or (0, 0)
    counted = tables.unchanged_by_stretch(STRETCH, *moment)
    taken = [stretch for stretch, every, unchanged in counted if unchanged * 2 > every]
    rest = (
        Change(one.slug, None, one) if is_unchanged else Change(one.slug, one, None)
        for is_unchanged, one in tables.unlike_most(STRETCH, taken, *moment)
    )
    return folded(view, Map(_sums(view, tables.states.sums(number, taken))), chain(rest, _restated(then)), then)


def _restated(then: Then) -> Iterator[Change]:
    return (Change(slug, None, was) for slug, was in then.restated.items() if was is not None)


def _understood_anew(view: OverEngagements[Any, Any], understanding: Now | Then, chosen: Filter) -> Any:
    found = understanding.find(chosen)
    if view.needs_aliases:
        found = chain(found, (one for one in understanding.find(ALIASES) if not chosen.takes(one)))
    else:
        view = copy(view)
        view.scope = EVERYTHING  # each that is found was asked already
    return folded(view, view.begin(), (Change(one.slug, None, one) for one in found), understanding)


def _of_the_log(view: Projection[Any, Any], understanding: Now | Then, chosen: Filter) -> Any:
    """Return the answer of a fold over records or changes, which is made from the log."""
    if chosen != EVERYTHING:
        expected = f"none, for {type(view).__name__} folds the log as it grew; find() takes it"
        raise InvalidValue("filter", chosen, expected)
    if isinstance(understanding, Now):
        if is_kept(view):
            return view.answer(_resumed(view, understanding))
        return replay(
            view, understanding.log, known_at=understanding.checkpoint.position, audience=understanding.audience
        )
    now, (position, known_by) = understanding.now, understanding.moment
    reported_by = None if known_by == EVER else instant(known_by)
    return replay(view, now.log, known_at=position, reported_by=reported_by, audience=now.audience)


# --- keeping states ---------------------------------------------------------------------------------------------------


def advance(views: Iterable[Any], now: Now) -> None:
    """Bring the kept states of views up to the checkpoint, inside the caller's transaction."""
    states, end = now.tables.states, now.checkpoint.position
    tallies: dict[int, list[_Kept]] = {}
    grouped: dict[int, list[KeptGroups]] = {}
    for view in views:
        number, position = states.kept(view) or (states.begin(view), 0)
        if position == end:
            continue
        if isinstance(view, Tally):
            tallies.setdefault(position, []).append(_Kept(view, number))
        elif isinstance(view, Grouped):
            grouped.setdefault(position, []).append(KeptGroups(view, number))
        else:
            _advance_one(view, number, now, position)
    for position, several in tallies.items():
        _keep_sums(several, now, position)
    for position, together in grouped.items():
        keep_groups(together, now, position)
        for _, number in together:
            states.move(number, end)


def _advance_one(view: Any, number: int, now: Now, position: int) -> None:
    states = now.tables.states
    state: bytes | None = None
    match view:
        case View():
            row = _part(view, "row_type")
            for some in batches(changed_since(now, position)):
                rows = folded(view, view.begin(), [Change(slug, None, after) for slug, _, after in some], now)
                items = [(slug, written(row, value)) for slug, value in rows.items()]
                states.replace_items(number, [slug for slug, _, _ in some] if position else (), items)
        case _:
            state = _dumped(view, _resumed(view, now))
    states.move(number, now.checkpoint.position, state)


class _Kept(NamedTuple):
    view: Tally[Any, Any]
    number: int


def _keep_sums(tallies: Sequence[_Kept], now: Now, position: int) -> None:
    """Add what came and take out what went, in the stretch of the log in which each was last spoken of.

    The sums of a coarser measure are those of the whole log: as of then, the finest is asked.
    """
    whole: dict[int, dict[Any, int]] = {kept.number: {} for kept in tallies if kept.view.finest() is not kept.view}
    for stretch, placed in groupby(placed_since(now, position), lambda one: one.position // STRETCH):
        moved = [kept.view.begin() for kept in tallies]
        for some in batches(change for _, change in placed):
            moved = [folded(kept.view, sums, some, now) for kept, sums in zip(tallies, moved, strict=True)]
            for kept in tallies:
                if kept.view.of_each(EVERYTHING) is not None:
                    now.tables.states.replace_contributions(kept.number, _contributed(kept.view, some))
        for kept, sums in zip(tallies, moved, strict=True):
            if kept.number in whole:
                _add(whole[kept.number], sums.items())
            else:
                _add_part(kept, stretch, sums, now.tables.states)
    for kept in tallies:
        if kept.number in whole:
            _add_part(kept, WHOLE_LOG, whole[kept.number], now.tables.states)
        now.tables.states.move(kept.number, now.checkpoint.position)


def _add_part(kept: _Kept, stretch: int, sums: Mapping[Any, int], states: States) -> None:
    if states.add_sums(kept.number, stretch, _amounts(kept.view, sums)):
        together = _sums(kept.view, states.sums(kept.number, [stretch]))
        states.replace_sums(kept.number, stretch, _amounts(kept.view, together))


def _contributed(view: Tally[Any, Any], changes: Iterable[Change]) -> Iterator[tuple[str, str]]:
    """Yield what engagements contribute, as lines of keys; nothing of what cannot be taken, as the sums are told."""
    key = _part(view, "key_type")
    for slug, _, after in changes:
        try:
            yield slug, "\n".join(written(key, each) for each, _ in view.contributions(after)) if after else ""
        except Exception:  # noqa: BLE001 - whatever a view raises, ``folded`` warned of it
            yield slug, ""


def _sums_of_some(view: Tally[Any, Any], tables: Tables, chosen: Filter) -> dict[Any, int]:
    """Sum what each engagement that a filter takes contributes: one after the other, but no Python for each."""
    number, _ = tables.states.kept(view) or (0, 0)
    counted = Counter("\n".join(tables.contributions(number, chosen)).split("\n"))
    del counted[""]
    return _sums(view, [f"[{','.join(f'[{key},{count}]' for key, count in counted.items())}]"])


def _amounts(view: Tally[Any, Any], sums: Mapping[Any, int]) -> str:
    key = _part(view, "key_type")
    return f"[{','.join(f'[{written(key, each)},{amount}]' for each, amount in sums.items() if amount)}]"


def is_current(view: Any, tables: Tables, position: int) -> bool:
    """Return whether the kept state of a view covers the log up to a position."""
    kept = tables.states.kept(view)
    return kept is not None and kept[1] == position


def _load(view: Any, states: States) -> Any:
    number, _ = states.kept(view) or (0, 0)
    match view:
        case Tally():
            return _sums(view, states.sums(number))
        case Grouped():
            return found(view, states, number)
        case _:
            return _rows(view, states.items(number))


def _part(view: Any, named: str) -> Part:
    """Return the layout of what a view keeps, by the name of the attribute that has its type.

    Raises InvalidValue, which names the attribute and the view, for a type that has none.
    """
    try:
        return part_of(getattr(view, named))
    except InvalidValue as error:
        raise InvalidValue(f"{named} of {type(view).__name__}", error.value, error.expected) from error


@believed()
def _sums(view: Tally[Any, Any], parts: list[str]) -> dict[Any, int]:
    part = _part(view, "key_type")
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_listed(tuple.__class_getitem__((part.wire, int))))
    sums: dict[Any, int] = {}
    for amounts in parts:
        try:
            pairs = decoder.decode(amounts)
        except msgspec.ValidationError as error:
            keys = (msgspec.json.encode(key).decode() for key, _ in msgspec.json.decode(amounts))
            raise _unlike(view, "key_type", part, ((key, key) for key in keys)) from error
        _add(sums, ((back(key), amount) for key, amount in pairs) if (back := part.back) else pairs)
    return {key: amount for key, amount in sums.items() if amount}


def _add(sums: dict[Any, int], amounts: Iterable[tuple[Any, int]]) -> None:
    for key, amount in amounts:
        sums[key] = sums.get(key, 0) + amount


@believed()
def _rows(view: View[Any, Any], items: list[tuple[str, str]]) -> Map[str, Any]:
    part = _part(view, "row_type")
    try:
        rows = msgspec.json.decode(f"[{','.join(data for _, data in items)}]", type=_listed(part.wire))
    except msgspec.ValidationError as error:
        raise _unlike(view, "row_type", part, items) from error
    return Map(zip((slug for slug, _ in items), map(part.back, rows) if part.back else rows, strict=True))


def _unlike(view: Any, named: str, part: Part, texts: Iterable[tuple[str, str]]) -> InvalidValue:
    """Return the error that names what is kept of a view and is not of the type that the view says it is of."""
    of, value = next((of, msgspec.json.decode(text)) for of, text in texts if not _is_of(part, text))
    said = getattr(getattr(view, named), "__name__", getattr(view, named))
    return InvalidValue(
        f"what {view.name}, version {view.version}, keeps of {of}",
        value,
        f"{said}, as {named} of {type(view).__name__} says; raise its version when that changes, and call no two alike",
    )


def _is_of(part: Part, text: str) -> bool:
    try:
        msgspec.json.decode(text, type=part.wire)
    except msgspec.ValidationError:
        return False
    return True


def _resumed(view: Any, now: Now) -> Any:
    """Fold the log from where the state of a view was kept."""
    number, position = now.tables.states.kept(view) or (0, 0)
    log, end, audience = now.log, now.checkpoint.position, now.audience
    since = Checkpoint(_loaded(view, now, number, position), position) if position else None
    return catch_up(view, log, since=since, known_at=end, audience=audience).state


@believed()
def _loaded(view: Any, now: Now, number: int, position: int) -> Any:
    data = now.tables.states.one_piece(number)
    if not isinstance(view, OverChanges):
        return view.load(data)
    part = _part(view, "value_type")
    wire = msgspec.json.decode(data, type=part.wire)
    touched = {slug for slug, _, _ in now.tables.changed_after(position, EVER)}
    return Understood(Then(now, Moment(position)).about(touched), part.back(wire) if part.back else wire)


def _dumped(view: Any, state: Any) -> bytes:
    if not isinstance(view, OverChanges):
        data: bytes = view.dump(state)
        return data
    return written(_part(view, "value_type"), state.value).encode()


def _listed(of: Any) -> Any:
    return list.__class_getitem__(of)
