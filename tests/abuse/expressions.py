"""Every regular expression of the package, with texts that are made to keep it busy."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from time import process_time
from typing import Any, NamedTuple

import diplocal

LETTERS = "a1 \t\n.-,(:;/\"'éи中\u0301"
ENDS = ("\x01", "\n!", "")
REPEATS = frozenset({op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT})
MANY = 30
"""Times from which on a part that may be repeated can be made to take long."""
SHORT, LONG = 2_000, 8_000
"""Characters of texts, of which the second may take..."""
SLACK = 8
"""... so many times as long as the first, though it has four times as many."""
FAR_TOO_LONG = 0.05
"""Seconds for a short text, whatever a longer one takes."""
AT_LEAST = 0.0004
"""Seconds that a text takes for its time to be looked at."""


class Expression(NamedTuple):
    """An expression, where it stands, and whether it is looked for anywhere in a text."""

    name: str
    pattern: "re.Pattern[Any]"
    anywhere: bool


def expressions() -> list[Expression]:
    """List those that the modules of the package hold, also in tables and classes."""
    found: dict[re.Pattern[Any], Expression] = {}
    for info in pkgutil.walk_packages(diplocal.__path__, "diplocal."):
        if info.name.endswith("__main__"):
            continue
        module = importlib.import_module(info.name)
        text = inspect.getsource(module)
        for attribute, value in list(vars(module).items()):
            for pattern in _patterns(value):
                names = [attribute] if isinstance(value, re.Pattern) else _taken_from(attribute, text)
                called = f"(?:{'|'.join(names)})"
                anywhere = re.search(rf"\b{called}\.(?:search|subn?|split|findall|finditer)\b", text) is not None
                earlier = found.get(pattern)
                found[pattern] = Expression(
                    f"{info.name}.{attribute}", pattern, anywhere or (earlier is not None and earlier.anywhere)
                )
    return sorted(found.values(), key=lambda one: one.name)


def _taken_from(table: str, text: str) -> list[str]:
    """List the names that what stands in a table has where it is used."""
    loops = re.findall(rf"for ([\w, ]+) in {table}\b", text)
    return [name for loop in loops for name in loop.split(", ")] or [r"(?!re\b)[a-z_]+"]


def _patterns(value: Any, depth: int = 0) -> Iterator["re.Pattern[Any]"]:
    if isinstance(value, re.Pattern):
        yield value
        return
    several: Iterable[Any] = ()
    if isinstance(value, dict):
        several = [*value, *value.values()]
    elif isinstance(value, list | tuple | set | frozenset):
        several = value
    elif isinstance(value, type) and value.__module__.startswith("diplocal"):
        several = list(vars(value).values())
    if depth < 3:
        for one in several:
            yield from _patterns(one, depth + 1)


def slow_text(one: Expression) -> str | None:
    """Return what begins the text that takes an expression more than its share of time, or None."""
    takes = one.pattern.search if one.anywhere else one.pattern.fullmatch
    for begin, again in sorted(_crafted(one.pattern)):
        for end in ENDS:
            if again and _is_slow(takes, lambda size: begin + again * (size // len(again)) + end, one.pattern):  # noqa: B023
                return f"{begin!r} + {again!r} * many + {end!r}"
    return None


def _is_slow(takes: Callable[[Any], object], text: Callable[[int], str], pattern: "re.Pattern[Any]") -> bool:
    def seconds(size: int) -> float:
        made: Any = text(size).encode() if isinstance(pattern.pattern, bytes) else text(size)
        begun = process_time()
        takes(made)
        return process_time() - begun

    if any(seconds(size) > 0.01 for size in (18, 200)):  # exponential
        return True
    once = seconds(SHORT)
    if once < AT_LEAST or once > FAR_TOO_LONG:
        return once > FAR_TOO_LONG
    short, long = (min(seconds(size) for _ in range(3)) for size in (SHORT, LONG))
    return short > AT_LEAST and long > SLACK * short


def _crafted(pattern: "re.Pattern[Any]") -> set[tuple[str, str]]:
    """Make beginnings of texts, and what to repeat after them: what leads up to each repeated part, and that part."""
    tree = _parser.parse(pattern.pattern, pattern.flags)
    return {*_repeated(list(tree), ""), *(("", letter) for letter in LETTERS)}


def _repeated(parts: list[Any], begin: str) -> Iterator[tuple[str, str]]:
    for place, (what, said) in enumerate(parts):
        before = begin + _sample(parts[:place], 0)
        if what in REPEATS:
            if said[1] > MANY:
                yield from ((before, _sample(said[2], turn)) for turn in range(4))
            yield from _repeated(list(said[2]), before)
        elif what is op.BRANCH:
            for branch in said[1]:
                yield from _repeated(list(branch), before)
        elif what in {op.SUBPATTERN, op.ASSERT, op.ASSERT_NOT}:
            yield from _repeated(list(said[-1]), before)
        elif what is op.ATOMIC_GROUP:
            yield from _repeated(list(said), before)


def _sample(parts: Iterable[Any], turn: int) -> str:
    """Write a text that parts of an expression match, another each turn."""
    return "".join(_of_part(what, said, turn) for what, said in parts)


def _of_part(what: Any, said: Any, turn: int) -> str:
    if what is op.LITERAL:
        return chr(said)
    if what in {op.ANY, op.NOT_LITERAL}:
        return "b" if said == ord("a") else "a"
    if what is op.IN:
        letters = _letters(said)
        return letters[turn % len(letters)]
    if what is op.BRANCH:
        return _sample(said[1][turn % len(said[1])], turn)
    if what is op.SUBPATTERN:
        return _sample(said[-1], turn)
    if what is op.ATOMIC_GROUP:
        return _sample(said, turn)
    return _sample(said[2], turn) * max(said[0], 1) if what in REPEATS else ""


def _letters(members: list[Any]) -> list[str]:
    """List letters of a class of characters, such as [a-z]."""
    is_other = members[0][0] is op.NEGATE
    written = "".join(f"{chr(said)}" if what is op.LITERAL else "" for what, said in members)
    ranges = [chr(said[0]) for what, said in members if what is op.RANGE]
    several = [*written, *ranges, *LETTERS] if not is_other else [*LETTERS]
    return [one for one in several if _is_member(one, members) is not is_other] or ["a"]


_OF_CATEGORY: dict[Any, Callable[[str], bool]] = {
    op.CATEGORY_DIGIT: str.isdigit,
    op.CATEGORY_SPACE: str.isspace,
    op.CATEGORY_WORD: lambda one: one.isalnum() or one == "_",
    op.CATEGORY_NOT_DIGIT: lambda one: not one.isdigit(),
    op.CATEGORY_NOT_SPACE: lambda one: not one.isspace(),
    op.CATEGORY_NOT_WORD: lambda one: not (one.isalnum() or one == "_"),
}


def _is_member(letter: str, members: list[Any]) -> bool:
    for what, said in members:
        if what is op.LITERAL and letter == chr(said):
            return True
        if what is op.RANGE and said[0] <= ord(letter) <= said[1]:
            return True
        if what is op.CATEGORY and _OF_CATEGORY[said](letter):
            return True
    return False
