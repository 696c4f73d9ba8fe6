"""A test to paste, which breaks a law again: what the user's own test gave is named so that it runs."""

import ast
import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from textwrap import dedent
from types import CodeType, FunctionType, ModuleType
from typing import Any

from diplocal.testing.foreign import Adapter
from diplocal.testing.history import History
from diplocal.testing.snippets import Code, code_of, history_code, home_of
from diplocal.testing.subjects import Subject, itself

Import = tuple[str, str]
"""A module, and a name in it; ('', module) for the module itself."""


def snippet(law: str, subject: Subject, history: History, number: int) -> str:
    """Write a test that breaks the law again. What cannot be written is called as in the user's test, with a remark."""
    code = history_code(history)
    given = {
        "projection": subject.given,
        "ask": None if subject.ask is itself else subject.ask,
        "recount": subject.recount,
    }
    written = {what: named(one) for what, one in given.items() if one is not None}
    arguments = [
        one.text if what == "projection" and one else f"{what}={one.text if one else what}"
        for what, one in written.items()
    ]
    if written["projection"] is None:
        arguments[0] = "projection"
    missing = [what for what, one in written.items() if one is None]
    remark = f"  # with {' and '.join(missing)} as in your test" if missing else ""
    needed = code.imports.union({("diplocal.testing", "check_law")}, *(one.imports for one in written.values() if one))
    call = ", ".join([f'"{law}"', arguments[0], "history", f"{number}", *arguments[1:]])
    body = f"{code.laid_out(4, 'history = ')}\n    check_law({call}){remark}"
    return f"{_import_lines(needed)}\n\n\ndef test_{law}() -> None:\n{body}\n"


def named(given: Any) -> Code | None:
    """Write an expression for a class, an instance, a function, a lambda or a partial; None where there is none.

    What is defined in the program itself, or inside a function, is named without an import: the test stands beside it.
    """
    if isinstance(given, Adapter):
        return _called(type(given).made_by, [given.adapted], given.others, {("diplocal.testing", type(given).made_by)})
    if isinstance(given, partial):
        return _called("partial", [given.func, *given.args], given.keywords, {("functools", "partial")})
    if isinstance(given, FunctionType) and given.__name__ == "<lambda>":
        return _lambda(given)
    cls = type(given)
    if getattr(sys.modules.get(cls.__module__), cls.__name__, None) is given:  # what a decorator made of a function
        return _by_name(cls)
    return _by_name(given) if hasattr(given, "__qualname__") else _as_made(given)


def _by_name(given: Any) -> Code:
    home, name = given.__module__, given.__name__
    is_here = home in (None, "__main__", "builtins") or "<" in given.__qualname__
    return Code(name, frozenset() if is_here else frozenset({home_of(given)}))


def _called(function: str, given: Iterable[Any], said: Mapping[str, Any], imports: Iterable[Import]) -> Code | None:
    parts = [*(("", _argument(one)) for one in given), *((f"{name}=", _argument(one)) for name, one in said.items())]
    if any(part is None for _, part in parts):
        return None
    needed = (part.imports for _, part in parts if part)
    text = ", ".join(f"{name}{part.text}" for name, part in parts if part)
    return Code(f"{function}({text})", frozenset(imports).union(*needed))


def _argument(value: Any) -> Code | None:
    """Write an expression for an argument."""
    return named(value) if callable(value) else code_of(value)


def _as_made(made: Any) -> Code | None:
    """Write the call that makes an instance anew, where its attributes are called as the parameters are."""
    cls = type(made)
    with suppress(Exception):  # whatever a constructor raises: then this is not the way to make it
        parameters = list(inspect.signature(cls).parameters.values())
        said = {one.name: getattr(made, one.name) for one in parameters if getattr(made, one.name) != one.default}
        if vars(cls(**said)) == vars(made):
            name = _by_name(cls)
            return _called(name.text, (), said, name.imports)
    return None


def _lambda(given: FunctionType) -> Code | None:
    """Write a lambda as its source has it, where all that it speaks of can be imported or stands beside it."""
    if given.__closure__ or given.__defaults__ or given.__kwdefaults__:
        return None
    with suppress(OSError, SyntaxError):
        lines, _ = inspect.findsource(given)
        lambdas = [one for one in ast.walk(ast.parse(dedent("".join(lines)))) if isinstance(one, ast.Lambda)]
        found = [one for one in lambdas if one.lineno == given.__code__.co_firstlineno and _is_of(one, given)]
        if found:
            return Code(ast.unparse(found[0]), frozenset(_spoken_of(given)))
    return None


def _is_of(written: ast.Lambda, given: FunctionType) -> bool:
    whole = compile(ast.Expression(written), "<a lambda>", "eval")
    code = next(one for one in whole.co_consts if isinstance(one, CodeType))
    return (code.co_code, code.co_names, code.co_consts) == (
        given.__code__.co_code, given.__code__.co_names, given.__code__.co_consts,
    )  # fmt: skip


def _spoken_of(given: FunctionType) -> Iterator[Import]:
    for name in given.__code__.co_names:
        value = given.__globals__.get(name)
        if isinstance(value, ModuleType):
            yield "", value.__name__
        elif getattr(value, "__name__", None) == name and value.__module__ not in ("__main__", "builtins"):
            yield home_of(value)


def _import_lines(imports: frozenset[tuple[str, str]]) -> str:
    modules: dict[str, list[str]] = {}
    for module, name in sorted(imports):
        modules.setdefault(module, []).append(name)
    plain = [f"import {name}" for name in modules.pop("", [])]
    return "\n".join([*plain, *(f"from {module} import {', '.join(names)}" for module, names in modules.items())])
