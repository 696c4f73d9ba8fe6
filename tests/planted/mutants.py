"""Shows what the laws alone notice when a built-in measure is changed: ``python tests/planted/mutants.py``.

A change swaps a comparison, an ``and`` with an ``or``, a number with the next one; drops a condition; takes the least
for the greatest. Each is made in a process of its own, in which nothing but the laws run, recounts among them. A change
that no law notices is printed, to be looked at; ``--write`` writes the figures into the reference.
"""

import argparse
import ast
import copy
import importlib.util
import os
import random
import re
import signal
import sys
import unittest
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from itertools import chain
from pathlib import Path
from types import ModuleType

import attrs
from hypothesis import HealthCheck, Phase, settings

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "reference" / "mutants.md"
PATIENCE = 240
"""Seconds of processor time after which a change that keeps the laws busy is taken to be noticed."""


@attrs.frozen
class Kit:
    """A measure and what its author gives the laws: what to ask, a recount, histories; names in a module of tests."""

    projection: str
    tests: str
    ask: str
    recount: str
    histories: str = ""

    def laws(self, examples: int) -> type[unittest.TestCase]:
        """Make the tests, one for each law, of so many histories each."""
        tests, measures = importlib.import_module(self.tests), importlib.import_module("diplocal.projections")
        from diplocal.testing import laws  # noqa: PLC0415 - that of the library as it was changed

        projection = getattr(tests, self.projection, None) or getattr(measures, self.projection)
        told = tests.TOLD.get(projection) if hasattr(tests, "TOLD") else None
        return laws(
            projection,
            ask=getattr(tests, self.ask, dict),
            recount=getattr(tests, self.recount),
            histories=getattr(tests, self.histories)() if self.histories else told,
            settings=settings(max_examples=examples),
        )


CONTACTS = Kit("ContactFrequency", "test_laws_of_contacts", "ask_contacts", "recount_contacts")
OF_ONE_PERSON = Kit(
    "OF_WANG_YI", "test_laws_of_contacts", "ask_contacts", "recount_contacts_of_wang_yi", "histories_of_one_person"
)
RECEIVED = Kit("people_received", "test_laws_of_changes", "dict", "recount_people_received")
UPCOMING = Kit("UpcomingVisits", "test_laws_of_upcoming", "ask_upcoming", "recount_upcoming", "near_visits")
FOUND = Kit("Discrepancies", "test_laws_of_discrepancies", "ask_discrepancies", "recount_discrepancies")
OUT_OF_OFFICE = attrs.evolve(FOUND, histories="diaries")
DUPLICATES = Kit(
    "PossibleDuplicates", "test_laws_of_discrepancies", "ask_duplicates", "recount_duplicates", "nearly_one"
)
JOURNEYS = Kit("Itineraries", "test_measures_recounted", "ask_journeys", "recount_journeys")
PATROLS = Kit("Patrols", "test_measures_recounted", "ask_patrols", "recount_patrols")
ROUNDS = Kit("ConsultationRounds", "test_measures_recounted", "ask_rounds", "recount_rounds")
NETWORK = Kit("NetworkOfAll", "test_measures_recounted", "ask_ties", "recount_ties")
KEPT = Kit("Punctuality", "test_measures_recounted", "ask_timekeeping", "recount_timekeeping")

KITS: Mapping[str, Sequence[Kit]] = {
    "contacts": (CONTACTS,),
    "days": (ROUNDS, PATROLS, KEPT),
    "discrepancies": (FOUND, OUT_OF_OFFICE),
    "grouped": (DUPLICATES, FOUND),
    "itineraries": (JOURNEYS,),
    "network": (NETWORK,),
    "over_engagements": (CONTACTS, OF_ONE_PERSON, DUPLICATES),
    "patrols": (PATROLS,),
    "possible_duplicates": (DUPLICATES,),
    "punctuality": (KEPT,),
    "rounds": (ROUNDS,),
    "selection": (CONTACTS, UPCOMING),
    "tally": (CONTACTS, RECEIVED),
    "upcoming": (UPCOMING,),
    "view": (UPCOMING, PATROLS),
}
"""The modules of ``diplocal.projections`` that are changed, and what is held to the laws."""
RECOUNTED, OTHERWISE = 100, 40
"""Histories for the law of recount, and for each other one."""

ANEW = "made anew, it says the same"
JOINED = "Understood(engagements, left.value.update(right.value))"
ALIAS_TOLD = "any(map(tells_alias, (one for change in changes for one in change[1:])))"
SAME: Sequence[tuple[str, str, str, str]] = (
    ("over_engagements", f"if is_personal and {ALIAS_TOLD}:", "if True:", ANEW),
    ("over_engagements", f"if is_personal and {ALIAS_TOLD}:", f"if {ALIAS_TOLD}:", ANEW),
    (
        "over_engagements",
        f"if is_personal and {ALIAS_TOLD}:",
        f"if is_personal or {ALIAS_TOLD}:",
        ANEW,
    ),
    (
        "over_engagements",
        "by_person: ClassVar[bool] = False",
        "by_person: ClassVar[bool] = True",
        ANEW,
    ),
    ("over_engagements", "if self.scope.who.person is None:", "if False:", "there is nobody to know"),
    (
        "grouped",
        "if self.scope.who.person or (self.by_person and engagements.aliases):",
        "if self.scope.who.person or (engagements.aliases):",
        ANEW,
    ),
    (
        "patrols",
        "return Tempo(len(chosen), len(dated), median((days for days in between if days)))",
        "return Tempo(len(chosen), len(dated), median((days for days in between)))",
        "between dates that are known exactly there are days",
    ),
    (
        "contacts",
        "if engagement.status not in TOOK_PLACE or engagement.when is None:",
        "if engagement.status not in TOOK_PLACE:",
        "what took place has a date",
    ),
    (
        "discrepancies",
        "if when.earliest is None or when.latest is None:",
        "if when.latest is None:",
        "what is exact has a first day",
    ),
    (
        "view",
        f"return self.anew(engagements) if self.scope.who.person else {JOINED}",
        f"return self.anew(engagements) if True else {JOINED}",
        "rows made anew are those that were there",
    ),
    (
        "days",
        "upper = sorted(highest)[len(all_of_them) // 2:] if unbounded else [median_high(highest)]",
        "upper = sorted(highest)[len(all_of_them) // 2:] if True else [median_high(highest)]",
        "the upper middle of what is bounded is that one too",
    ),
)
"""Changes that change nothing: the module, the line before and after, and why."""

COMPARED: Mapping[type[ast.cmpop], Sequence[type[ast.cmpop]]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
RECKONED: Mapping[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
CALLED = {"min": "max", "max": "min", "any": "all", "all": "any"}


@attrs.frozen
class Mutant:
    """A change of a module."""

    line: int
    before: str
    after: str
    source: str


def mutants(source: str) -> Iterator[Mutant]:
    """Give all changes of a module, in order of line."""
    tree = ast.parse(source)
    lines = ast.unparse(tree).splitlines()
    for place, node in enumerate(ast.walk(tree)):
        if place not in _silent(tree):
            for change in _changes(node):
                other = copy.deepcopy(tree)
                change(next(one for at, one in enumerate(ast.walk(other)) if at == place))
                changed = ast.unparse(other)
                if changed.splitlines() != lines:
                    at = next(
                        at for at, (one, two) in enumerate(zip(lines, changed.splitlines(), strict=False)) if one != two
                    )
                    yield Mutant(
                        getattr(node, "lineno", 0), lines[at].strip(), changed.splitlines()[at].strip(), changed
                    )


def _silent(tree: ast.AST) -> set[int]:
    """Number the nodes that say nothing to a reader of answers: annotations, versions, what is shown in notebooks."""
    places = {id(node): place for place, node in enumerate(ast.walk(tree))}
    found: set[int] = set()
    for node in ast.walk(tree):
        silent: list[ast.AST | None] = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        if isinstance(node, ast.FunctionDef) and node.name.startswith("_repr_"):
            silent.append(node)
        if isinstance(node, ast.Assign | ast.AnnAssign) and ast.unparse(node).startswith("version"):
            silent.append(node)
        if isinstance(node, ast.ClassDef):
            silent += [*node.decorator_list, *node.bases, *node.keywords]
        if isinstance(node, ast.Raise):
            silent.append(node)
        found |= {places[id(one)] for part in silent if part is not None for one in ast.walk(part)}
    return found


def _changes(node: ast.AST) -> Iterator[Callable[[ast.AST], object]]:
    """Give what can be done to a node, each to a copy of it."""
    match node:
        case ast.Compare(ops=[op]):
            yield from (_set("ops", [other()]) for other in COMPARED[type(op)])
        case ast.BoolOp(op=op, values=values):
            yield _set("op", ast.Or() if isinstance(op, ast.And) else ast.And())
            yield from (_dropping("values", place) for place in range(len(values)))
        case ast.comprehension(ifs=ifs) if ifs:
            yield from (_dropping("ifs", place) for place in range(len(ifs)))
        case ast.If() | ast.IfExp():
            yield from (_set("test", ast.Constant(outcome)) for outcome in (True, False))
        case ast.Constant(value=bool() | int() as value):
            yield _set("value", not value if isinstance(value, bool) else value + 1)
        case ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in RECKONED:
            yield _set("op", RECKONED[type(op)]())
        case ast.Name(id=name) if name in CALLED:
            yield _set("id", CALLED[name])


def _set(field: str, value: object) -> Callable[[ast.AST], object]:
    return lambda node: setattr(node, field, value)


def _dropping(field: str, place: int) -> Callable[[ast.AST], object]:
    return lambda node: getattr(node, field).pop(place)


@attrs.frozen
class Changed(MetaPathFinder, Loader):
    """Imports one module as it was changed."""

    name: str
    source: str

    def find_spec(self, fullname: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        return importlib.util.spec_from_loader(fullname, self) if fullname == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.source, self.name, "exec"), module.__dict__)  # noqa: S102 - it is what is tested


NOTICED, UNNOTICED, BROKEN = range(3)


def outcome(name: str, source: str) -> int:
    """Run the laws on a changed module in a process of its own; tell whether they notice."""
    child = os.fork()
    if not child:
        signal.signal(signal.SIGPROF, lambda *_: os._exit(NOTICED))
        signal.setitimer(signal.ITIMER_PROF, PATIENCE)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(1, 2)
        try:
            os._exit(_held(name, source))
        except BaseException:  # noqa: BLE001 - whatever it is, it ends the process
            os._exit(BROKEN)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _held(name: str, source: str) -> int:
    for known in [known for known in sys.modules if known.partition(".")[0] in ("diplocal", "tests")]:
        del sys.modules[known]
    sys.meta_path.insert(0, Changed(f"diplocal.projections.{name}", source))
    importlib.import_module("diplocal.testing.registration").register()
    recounts = (test for kit in KITS[name] for law, test in _tests(kit, RECOUNTED) if law == "recount")
    others = (test for kit in KITS[name] for law, test in _tests(kit, OTHERWISE) if law not in ("recount", "processes"))
    return NOTICED if any(map(_fails, chain(recounts, others))) else UNNOTICED


def _tests(kit: Kit, examples: int) -> Iterator[tuple[str, unittest.TestCase]]:
    """Give the tests of all laws, by the name of the law; in that of processes, another process folds what is right."""
    held = kit.laws(examples)
    for name in unittest.defaultTestLoader.getTestCaseNames(held):
        yield name.split("_", 2)[2], held(name)


def _fails(test: unittest.TestCase) -> bool:
    done = test.run()
    return done is None or not done.wasSuccessful()


@attrs.frozen
class Figures:
    """What was found of a module."""

    every: int
    tried: int
    noticed: int
    same: int
    """Of those that were not noticed, so many change nothing."""


def examine(name: str, most: int) -> Figures:
    """Change a module in some ways, and print what went unnoticed."""
    source = (TESTS.parent / "diplocal" / "projections" / f"{name}.py").read_text(encoding="utf-8")
    if outcome(name, source) != UNNOTICED:
        sys.exit(f"the laws of {name} do not even hold for what was not changed")
    every = list(mutants(source))
    counted = [0, 0, 0]
    same = 0
    for mutant in random.Random(name).sample(every, min(most, len(every))):  # noqa: S311 - the same ones each time
        found = outcome(name, mutant.source)
        counted[found] += 1
        if found == UNNOTICED:
            change = (name, mutant.before, mutant.after)
            reason = next((reason for *one, reason in SAME if (*one,) == change), "")
            same += bool(reason)
            tell(f"{name}, line {mutant.line}: {reason}\n- {mutant.before}\n+ {mutant.after}")
    tell(f"{name}: {counted[NOTICED]} of {sum(counted[:2])} noticed")
    return Figures(len(every), sum(counted[:2]), counted[NOTICED], same)


def tell(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Change the modules that the command line names, or all of them."""
    parser = argparse.ArgumentParser(prog="python tests/planted/mutants.py", description=__doc__)
    parser.add_argument("modules", nargs="*", help=f"any of {', '.join(KITS)}; all when none is named")
    parser.add_argument("--most", type=int, default=10, help="changes of each, chosen by lot, the same each time (10)")
    parser.add_argument("--write", action="store_true", help=f"write the table into {PAGE.name}")
    chosen = parser.parse_args()
    if unknown := set(chosen.modules) - set(KITS):
        parser.error(f"no such module: {', '.join(sorted(unknown))}")
    sys.path.insert(0, str(TESTS))
    settings.register_profile(
        "mutants", max_examples=50, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    settings.load_profile("mutants")
    page = PAGE.read_text(encoding="utf-8")
    measured = {name: examine(name, chosen.most) for name in chosen.modules or KITS}
    table = "\n".join(shown(dict(sorted((before(page) | measured).items()))))
    tell(table)
    if chosen.write:
        PAGE.write_text(TABLE.sub(lambda _: f"{table}\n", page, count=1), encoding="utf-8")


def before(page: str) -> dict[str, Figures]:
    """Read what the page has of modules that were measured before."""
    return {row[0]: Figures(*map(int, row[1:])) for row in ROW.findall(page)}


ROW = re.compile(r"^\| `(\w+)` \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)
TABLE = re.compile(r"^\| Module .*?^In all, .*?$\n", re.MULTILINE | re.DOTALL)


def shown(figures: Mapping[str, Figures]) -> Iterator[str]:
    """Give the lines of the table, and one for all."""
    yield "| Module | Changes there are | Tried | Noticed | Of the others, change nothing |"
    yield "|---|---|---|---|---|"
    for name, one in figures.items():
        yield f"| `{name}` | {one.every} | {one.tried} | {one.noticed} | {one.same} |"
    tried, noticed, same = (
        sum(getattr(one, what) for one in figures.values()) for what in ("tried", "noticed", "same")
    )
    yield ""
    share, of_those = noticed / tried, noticed / (tried - same)
    yield f"In all, {noticed} of {tried} are noticed ({share:.0%}): {of_those:.0%} of those that change anything."


if __name__ == "__main__":
    main()
