"""What is plainly no value of a parameter gets a sentence of ours: a class, a day as text, a closed store, a path."""

import inspect
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pendulum
import pytest

import diplocal
from diplocal.demo import article
from diplocal.engagements import Kind, Status
from diplocal.errors import DiplocalError, InvalidValue
from diplocal.levels import Level
from diplocal.projections.filters import EVERYTHING, Filter, Sides
from diplocal.store import MemoryStore


def _store(*, is_open: bool) -> MemoryStore:
    store = MemoryStore()
    store.append(*article.as_reported())
    if not is_open:
        store.close()
    return store


LOG = _store(is_open=True)
DIARY = diplocal.Diary(LOG)
MISTAKES: dict[str, Callable[[], object]] = {
    "a class": lambda: diplocal.UpcomingVisits,
    "a day as text": lambda: "2023-09-18",
    "a closed store": lambda: _store(is_open=False),
    "events": lambda: [*article.as_reported()],
    "nothing": lambda: None,
    "a generator": lambda: (number for number in range(0)),
    "a path": lambda: Path("nowhere") / "visits.db",
    "a number": lambda: 7.5,
}
GOOD: dict[str, Any] = {
    "store": LOG,
    "log": LOG,
    "projection": diplocal.UpcomingVisits(),
    "engagement": "visit",
    "name": "acme.toast",
    "address": "memory:",
    "code": "CN",
    "pair": ("CN", "RU"),
    "on": pendulum.date(2023, 9, 18),
    "slug": "visit",
    "visit": "visit",
    "since": 0,
    "person": "Wang Yi",
    "chosen": EVERYTHING,
    "count": 1,
}
"""What is right, where a parameter has no default."""
ANSWERS = {
    type(one).__name__: one
    for one in (
        DIARY,
        *DIARY.answer(
            diplocal.ContactFrequency(),
            diplocal.Network(),
            diplocal.UpcomingVisits(),
            diplocal.Itineraries(),
            diplocal.Patrols(),
            diplocal.Punctuality(),
            diplocal.ConsultationRounds(),
        ),
    )
}


def _callables() -> Iterator[tuple[str, Callable[..., object]]]:
    for name in dir(diplocal):
        one = getattr(diplocal, name)
        is_protocol, is_error = (
            getattr(one, "_is_protocol", False),
            isinstance(one, type) and issubclass(one, Exception),
        )
        if callable(one) and not (inspect.ismodule(one) or is_protocol or is_error):
            yield name, one
    for owner, answer in ANSWERS.items():
        for name, _ in inspect.getmembers(type(answer), inspect.isfunction):
            if not name.startswith("_") and name != "close":
                yield f"{owner}.{name}", getattr(answer, name)


CALLABLES = {**dict(_callables()), "Filter.of": Filter.of}


def _calls(one: Callable[..., object]) -> Iterator[tuple[str, Callable[[object], object]]]:
    """Yield each parameter of a callable with what calls it with a value for that one, and what is right for others."""
    if isinstance(one, type) and issubclass(one, Enum):
        yield "value", one
        return
    named = inspect.signature(one).parameters.values()
    by_name = [each for each in named if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)]
    right = {each.name: GOOD.get(each.name) for each in by_name if each.default is each.empty}
    yield from ((each.name, _with(one, right, each.name)) for each in by_name)
    yield from ((each.name, _with(one, right)) for each in named if each.kind is each.VAR_POSITIONAL)


def _with(one: Callable[..., object], right: dict[str, Any], name: str | None = None) -> Callable[[object], object]:
    return lambda value: one(value, **right) if name is None else one(**{**right, name: value})


@pytest.mark.parametrize("name", CALLABLES)
def test_a_plain_mistake_gets_a_sentence(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for parameter, call in _calls(CALLABLES[name]):
        for mistake, make in MISTAKES.items():
            try:
                made = call(make())
                if isinstance(made, diplocal.SQLiteStore):  # it was no mistake
                    made.close()
            except DiplocalError:
                continue
            except Exception as error:  # noqa: BLE001 - whatever else it is, it is none of ours
                pytest.fail(f"{name}({parameter}={mistake}) raises {type(error).__name__}: {error}")


@pytest.mark.parametrize(
    "criteria",
    [
        {"kind": Kind},
        {"status": Status},
        {"level": Level},
        {"kind": str},
        {"sides": Sides},
    ],
)
def test_a_class_in_a_filter_is_not_all_of_its_members(criteria: dict[str, Any]) -> None:
    """An enum can be iterated: where its member was meant, it must not be taken for every one."""
    with pytest.raises(InvalidValue, match=next(iter(criteria))):
        DIARY.find(**criteria)
