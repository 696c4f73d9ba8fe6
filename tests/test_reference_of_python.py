"""The reference of the Python API names everything public, with what its docstring says of it in a line.

``REWRITE_DOCUMENTS=1 pytest tests/test_reference_of_python.py`` writes the page anew.
"""

import builtins
import importlib
import inspect
import os
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

import diplocal

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "python.md"

OFFERED: Mapping[str, str] = MappingProxyType(
    {
        "Keep a log": "store records",
        "Ask it": "diary replaying projections calendars",
        "Say what was reported": "events",
        "Say when, who and on whose word": "dates parties sources levels series",
        "Read what is understood": "engagements",
        "Errors": "errors",
    }
)
"""What `import diplocal` offers, by the rooms that the names come from."""

ROOMS: Mapping[str, Iterable[str]] = MappingProxyType(
    {
        "diplocal.testing": (),
        "diplocal.store": (),
        "diplocal.store.postgres": ("PostgresStore",),
        "diplocal.projections": (),
        "diplocal.diary": (),
        "diplocal.calendars": (),
        "diplocal.tabular": (),
        "diplocal.plots": (),
        "diplocal.wording": (),
        "diplocal.calendars.check": (),
        "diplocal.engagements": (),
        "diplocal.events": (),
        "diplocal.events.wire": ("Encoded", "UnknownEvent", "encode", "decode"),
        "diplocal.events.schema": ("event_schema", "schemas"),
        "diplocal.names": (),
        "diplocal.replaying": ("RecordsSetAside", "SetAside"),
        "diplocal.distributed": (),
        "diplocal.demo": (),
        "diplocal.cloudevents": ("export", "from_line", "to_line"),
        "diplocal.importers.csv_sheet": ("import_csv",),
        "diplocal.importers.ical_feed": ("import_ical",),
        "diplocal.importers.jsonl": ("import_jsonl",),
        "diplocal.importers.toml_events": ("read_toml",),
        "diplocal.importers.outcome": ("Outcome",),
        "diplocal.importers.statedept.importer": ("import_travels", "import_visits"),
        "diplocal.publishing": (),
        "diplocal.notifying": (),
        "diplocal.notifying.webhook": ("Webhook",),
        "diplocal.web.app": ("feed_app",),
        "diplocal.cli": (),
        "diplocal.errors": tuple(
            name
            for name, one in vars(importlib.import_module("diplocal.errors")).items()
            if isinstance(one, type) and one.__module__ == "diplocal.errors"
        ),
    }
)
"""What other modules offer beside: these names, or all that the module says it offers."""


STARS: Mapping[Any, str] = MappingProxyType(
    {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
)


def page() -> str:
    lines = [
        "# Python API\n",
        "What is public, in a line each; `help(name)` says the rest: arguments, units, errors. What is not named here",
        "may change without notice. The fields of events and values are in [Events](events.md).\n",
        "## import diplocal\n",
        "Names are loaded when they are first used.\n",
    ]
    for words, rooms in OFFERED.items():
        homes = [f"diplocal.{room}" for room in rooms.split()]
        named = [name for name in dir(diplocal) if home(getattr(diplocal, name)).startswith(tuple(homes))]
        lines += [f"### {words}\n", *table(named, diplocal), ""]
    for room, names in ROOMS.items():
        module = importlib.import_module(room)
        others = [name for name in names or module.__all__ if name not in dir(diplocal)]
        lines += [f"## {room}\n", f"{first_sentence(module)}\n", *table(sorted(others), module), ""]
    return "\n".join(lines)


def home(one: object) -> str:
    return str(getattr(one, "__module__", ""))


def table(names: Iterable[str], module: Any) -> Iterator[str]:
    yield "| Name | What it is |"
    yield "|---|---|"
    for name in names:
        one = inspect.unwrap(getattr(module, name))  # a function that keeps its answers is the function
        yield f"| `{name}{arguments(one)}` | {first_sentence(one)} |"


def arguments(one: Any) -> str:
    """Give the names of a function's arguments."""
    if not inspect.isfunction(one):
        return ""
    named = inspect.signature(one).parameters.values()
    return f"({', '.join(STARS.get(one.kind, '') + one.name for one in named)})"


def first_sentence(one: Any) -> str:
    own = isinstance(one, type) or inspect.ismodule(one) or inspect.isfunction(one)
    return " ".join((inspect.getdoc(one) or "").split("\n\n")[0].split()).replace("``", "`") if own else f"`{one!r}`"


def test_the_reference_of_python_is_complete() -> None:
    now = page()
    if os.environ.get("REWRITE_DOCUMENTS"):
        PAGE.write_text(now, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == now


def test_every_name_that_the_package_offers_is_in_it() -> None:
    text = PAGE.read_text(encoding="utf-8")
    names = [name for name in dir(diplocal) if f"diplocal.{name}" not in ROOMS]
    assert [name for name in names if f"| `{name}" not in text] == []
    assert [room for room in ROOMS if room not in text] == []


def test_every_module_that_says_what_it_offers_is_in_it() -> None:
    modules = [found.name for found in pkgutil.walk_packages(diplocal.__path__, "diplocal.")]
    offering = {name for name in modules if hasattr(importlib.import_module(name), "__all__")}
    assert offering - {"diplocal.dates", "diplocal.dates.when"} <= set(ROOMS)


@pytest.mark.parametrize("room", ["diplocal", *ROOMS])
def test_what_is_public_says_what_it_is_for(room: str) -> None:
    module = importlib.import_module(room)
    names = ROOMS.get(room) or module.__all__
    assert [name for name in names if not inspect.getdoc(getattr(module, name))] == []


DOCUMENTS = sorted([PAGE.parents[2] / "README.md", *PAGE.parents[1].rglob("*.md")])
IMPORTED = re.compile(r"^\s*from (diplocal[\w.]*) import (\([^)]*\)|[^\n#]+)", re.MULTILINE)
NAMED = re.compile(r"\b(diplocal)\.([A-Za-z_]+)\b(?!\.\w)")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_name_that_a_document_imports_is_there_and_listed(path: Path) -> None:
    """It is importable from where the document says, and ``dir`` of that module lists it."""
    blocks = "\n".join(re.findall(r"^```python\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL))
    named = [
        (room, name.split(" as ")[0].strip())
        for room, names in IMPORTED.findall(blocks)
        for name in names.strip("()").split(",")
    ]
    for room, name in [*named, *NAMED.findall(re.sub(r"^\s*(from|import) .*", "", blocks, flags=re.MULTILINE))]:
        module = importlib.import_module(room)
        assert not name or (hasattr(module, name) and name in dir(module)), f"{room}.{name}"


def test_a_star_brings_all_but_what_would_hide_a_word_of_python() -> None:
    brought: dict[str, object] = {}
    exec("from diplocal import *", brought)  # noqa: S102 - as a reader writes it
    assert {*dir(diplocal)} - brought.keys() == {"open"}
    assert not [name for name in brought if hasattr(builtins, name)]
