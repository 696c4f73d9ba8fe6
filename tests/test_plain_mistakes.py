"""What is plainly no value of a parameter gets a sentence of ours: a class, a day as text, a closed store, a path."""

import importlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from runpy import run_path
from typing import Any

import pendulum
import pytest
from hypothesis import strategies as st

import diplocal
import diplocal.testing
from diplocal.demo import article
from diplocal.engagements import Kind, Status
from diplocal.errors import DiplocalError, InvalidValue, Unresolved
from diplocal.importers.csv_sheet import import_csv
from diplocal.levels import Level
from diplocal.projections.filters import EVERYTHING, Filter, Sides
from diplocal.store import MemoryStore
from diplocal.testing import History, check_law


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


APART = frozenset(
    {
        "diplocal.store.postgres.PostgresStore",  # needs a server
        "diplocal.distributed.replay_distributed",  # needs a Dask client
        "diplocal.distributed.write_parquet",  # makes folders
        "diplocal.wording.Language",  # abstract
        "diplocal.wording.ENGLISH",  # a language, called for each phrase
        # What answers are made of: made by the library alone.
        "diplocal.store.Listed",
        "diplocal.projections.Discrepancy",
        "diplocal.calendars.check.Severity",
        "diplocal.engagements.Conflict",
        "diplocal.engagements.PointerKind",
        "diplocal.importers.outcome.Outcome",
        "diplocal.notifying.Digest",
        # The inside of the fold and of the wire form, called for each record.
        "diplocal.engagements.known_since",
        "diplocal.engagements.understand",
        "diplocal.events.wire.decode",
        "diplocal.names.names_near",
    }
)
"""What is public, and is not held to this."""


ROOMS = run_path(str(Path(__file__).with_name("test_reference_of_python.py")))["ROOMS"]


def _in_rooms() -> Iterator[tuple[str, Callable[..., object]]]:
    """Yield what the reference lists beside the names of the package itself."""
    for room in ROOMS.keys() - {"diplocal.testing", "diplocal.cli", "diplocal.errors", "diplocal.publishing"}:
        module = importlib.import_module(room)
        for name in ROOMS[room] or module.__all__:
            one = getattr(module, name)
            is_protocol = getattr(one, "_is_protocol", False)
            is_warning = isinstance(one, type) and issubclass(one, Warning)
            known = is_protocol or is_warning or name in dir(diplocal) or f"{room}.{name}" in APART
            if callable(one) and not known:
                yield f"{room}.{name}", one


CALLABLES = {**dict(_callables()), **dict(sorted(_in_rooms())), "Filter.of": Filter.of}


def _calls(
    one: Callable[..., object], good: Mapping[str, Any] = GOOD
) -> Iterator[tuple[str, Callable[[object], object]]]:
    """Yield each parameter of a callable with what calls it with a value for that one, and what is right for others."""
    if isinstance(one, type) and issubclass(one, Enum):
        yield "value", one
        return
    named = inspect.signature(one).parameters.values()
    by_name = [each for each in named if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)]
    right = {each.name: good.get(each.name) for each in by_name if each.default is each.empty}
    yield from ((each.name, _with(one, right, each.name)) for each in by_name)
    yield from ((each.name, _among(one, right)) for each in named if each.kind is each.VAR_POSITIONAL)


def _with(one: Callable[..., object], right: dict[str, Any], name: str) -> Callable[[object], object]:
    return lambda value: one(**{**right, name: value})


def _among(one: Callable[..., object], right: dict[str, Any]) -> Callable[[object], object]:
    named = inspect.signature(one).parameters.values()
    ahead = [right[each.name] for each in named if each.name in right and each.kind is each.POSITIONAL_OR_KEYWORD]
    by_name = {name: right[name] for name in [*right][len(ahead) :]}
    return lambda value: one(*ahead, value, **by_name)


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


def _cancelled(reported: Any) -> diplocal.Cancelled:
    return diplocal.Cancelled(engagement="visit", reported=reported)


def _printed(published: Any) -> diplocal.Source:
    return diplocal.Source("TASS", published=published)


def _folded(source: Any) -> object:
    return diplocal.replay(diplocal.UpcomingVisits(), source)


@pytest.mark.parametrize(
    ("call", "mistake", "says"),
    [
        (_cancelled, date(2023, 9, 18), r"pendulum\.date\(2023, 9, 18\)"),
        (_cancelled, datetime(2023, 9, 18, tzinfo=UTC), r"pendulum\.datetime\(2023, 9, 18\)"),
        (_printed, "2023-09-18", r"pendulum\.date\(2023, 9, 18\) or pendulum\.DateTime"),
        (_printed, pendulum.naive(2023, 9, 18), "an instant with its time zone"),
        (_folded, "visits.db", r"source is 'visits\.db'.*diplocal\.open\("),
        (_folded, b"visits.db", r"source is b'visits\.db'.*diplocal\.open\("),
        (diplocal.tally, _folded, r"in brackets: @tally\('acme\.visits'\)"),
        (diplocal.event, Kind, r"in brackets: @event\('acme\.dinner-held'\)"),
    ],
)
def test_a_plain_mistake_is_told_with_what_was_meant(call: Callable[[Any], object], mistake: object, says: str) -> None:
    with pytest.raises(InvalidValue, match=says):
        call(mistake)


IN_TESTS: dict[str, Any] = {
    "open_empty": MemoryStore,
    "cls": diplocal.MeetingHeld,
    "feed": diplocal.Feed(),
    "importer": import_csv,
    "sample": "visits.csv",
    "name": "order",
    "projection": diplocal.UpcomingVisits(),
    "history": diplocal.testing.History(),
    "function": max,
    "start": dict,
    "events": st.integers(),
}
"""What is right in the kit, where a parameter has no default."""


@pytest.mark.parametrize(
    "name", [name for name in diplocal.testing.__all__ if inspect.isfunction(getattr(diplocal.testing, name))]
)
def test_a_plain_mistake_in_a_test_is_no_broken_law(name: str) -> None:
    """Whoever is given a mistake of the test's author accuses no store, projection or importer of it."""
    for _, call in _calls(getattr(diplocal.testing, name), IN_TESTS):
        for mistake in (7.5, b"x", Path("nowhere"), LOG, [7.5]):
            with suppress(DiplocalError):
                call(mistake)


def test_a_law_that_does_not_apply_is_not_held_against_a_projection() -> None:
    for law, needs in {"recount": "recount", "processes": "importable", "merging": "merge", "batches": "fold"}.items():
        with pytest.raises(InvalidValue, match=f"law is '{law}': expected one that applies to Counted.*{needs}"):
            check_law(law, Counted(), History())


class Counted:
    """A fold as plain as can be, of a module that is imported by no name."""

    name, version = "acme.counted", 1
    __module__ = "__main__"

    def start(self) -> int:
        return 0

    def apply(self, state: int, _record: object) -> int:
        return state + 1

    def answer(self, state: int) -> int:
        return state


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


def test_a_projection_is_printed_with_its_arguments() -> None:
    assert repr(diplocal.UpcomingVisits()) == "UpcomingVisits()"
    assert repr(diplocal.Network(sides="any")) == "Network(sides=<Sides.ANY: 'any'>)"
    assert repr(diplocal.Feed(pair=("CN", "RU"))).startswith("Feed(title='Diplomatic calendar: China – Russia'")


def test_a_criterion_that_there_is_not_is_told_by_its_name() -> None:
    day = pendulum.date(2023, 9, 18)
    for ask in (
        diplocal.replay(diplocal.UpcomingVisits(), LOG).on,
        diplocal.replay(diplocal.UpcomingVisits(), LOG).lapsed,
    ):
        with pytest.raises(Unresolved, match=r"stat='CN'.*state"):
            ask(day, stat="CN")
