"""The reference says everything there is: each event with its fields, each command with its options.

``REWRITE_DOCUMENTS=1 pytest tests/test_reference.py`` writes both pages anew.
"""

import ast
import inspect
import os
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
import typer

from diplocal.cli.program import app
from diplocal.events import EngagementEvent, EventType, event_types
from diplocal.events.registry import fields_of
from diplocal.levels import Level, Purpose
from diplocal.parties import Office, Organisation, Person, Rank, State, Tenure
from diplocal.series import Round, Series
from diplocal.sources import Attribution, Credibility, Reliability, Source

DOCS = Path(__file__).parents[1] / "docs" / "reference"
COMMON = frozenset(field.name for field in fields_of(EngagementEvent))
VALUES = (State, Organisation, Person, Office, Source, Series, Round)
CHOICES = (Rank, Tenure, Level, Purpose, Attribution, Reliability, Credibility)


def field_remarks(cls: type) -> dict[str, str]:
    """Gather the remark under each field, from a class and those that it derives from."""
    remarks: dict[str, str] = {}
    for base in reversed(cls.__mro__[:-1]):
        if not base.__module__.startswith("diplocal"):
            continue
        (definition,) = ast.parse(textwrap.dedent(inspect.getsource(base))).body
        assert isinstance(definition, ast.ClassDef)
        name = None
        for part in definition.body:
            if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
                name = part.target.id
            elif name and isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant):
                remarks[name] = " ".join(str(part.value.value).split())
                name = None
    return remarks


def type_words(kind: Any) -> str:
    text = kind.__name__ if isinstance(kind, type) and not hasattr(kind, "__args__") else str(kind)
    text = re.sub(r"diplocal\.(?:[a-z_]+\.)*", "", text)
    return text.replace("pendulum.date.Date", "day or instant").replace("|", "or").replace("None", "nothing")


def fields_table(cls: type, *, without: frozenset[str] = frozenset()) -> Iterator[str]:
    remarks = field_remarks(cls)
    yield "| Field | Type | Needed | Meaning |"
    yield "|---|---|---|---|"
    for field in attrs.fields(cls):
        if field.name in without:
            continue
        needed = "yes" if field.default is attrs.NOTHING else ""
        yield f"| `{field.name}` | {type_words(field.type)} | {needed} | {remarks.get(field.name, '')} |"


def first_line(cls: type) -> str:
    return " ".join((inspect.getdoc(cls) or "").split("\n\n")[0].split())


def event_section(kind: EventType) -> Iterator[str]:
    yield f"## {kind.cls.__name__}\n"
    yield f"`{kind.name}`, version {kind.version}. {first_line(kind.cls)}\n"
    if {field.name for field in fields_of(kind.cls)} > COMMON:
        yield from fields_table(kind.cls, without=COMMON)
    yield ""


def events_page() -> str:
    lines = [
        "# Events\n",
        "Every event that a log can hold, with its registered name and its fields.\n",
        "All events have these:\n",
        *fields_table(EngagementEvent),
        "",
    ]
    for kind in event_types():
        if kind.name.startswith("diplocal."):
            lines += event_section(kind)
    lines.append("# Values\n")
    for value in VALUES:
        lines += [f"## {value.__name__}\n", f"{first_line(value)}\n", *fields_table(value), ""]
    for choice in CHOICES:
        lines += [
            f"## {choice.__name__}\n",
            f"{first_line(choice)}\n",
            ", ".join(f"`{one.value}`" for one in choice),
            "",
        ]
    return "\n".join(lines)


def commands(group: Any, path: tuple[str, ...] = ("diplocal",)) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


def command_section(path: tuple[str, ...], command: Any) -> Iterator[str]:
    yield f"## {' '.join(path)}\n"
    yield f"{' '.join((command.help or '').split())}\n"
    yield "| Argument or option | Meaning |"
    yield "|---|---|"
    for parameter in command.params:
        names = ", ".join(f"`{name}`" for name in parameter.opts)
        shown = f"`{parameter.metavar}`" if parameter.param_type_name == "argument" else names
        yield f"| {shown} | {' '.join((parameter.help or '').split())} |"
    yield ""


def commands_page() -> str:
    lines = [
        "# Command line\n",
        "`--log` names the log, a file, `sqlite:///path` or a",
        "[PostgreSQL address](../how-to/keep-a-log-in-postgresql.md#the-address); the variable `DIPLOCAL_LOG` stands",
        "for it. Moments are days, taken to their end in UTC, or instants with an offset.\n",
        "Exit codes: 0 all is well; 1 something was found wrong, such as rows of an import that were not taken; 2 the",
        "command could not be carried out. A state is named by its code in any case, or by its name in English: `ru`,",
        "`Russia`.\n",
    ]
    for path, command in commands(typer.main.get_command(app)):
        lines += command_section(path, command)
    return "\n".join(lines)


@pytest.mark.parametrize(("name", "page"), [("events.md", events_page), ("command-line.md", commands_page)])
def test_the_reference_is_complete(name: str, page: Any) -> None:
    path, now = DOCS / name, page()
    if os.environ.get("REWRITE_DOCUMENTS"):
        path.write_text(now, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == now
