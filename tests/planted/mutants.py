"""Shows what the laws alone notice when the library is changed: ``python tests/planted/mutants.py``.

It needs cosmic-ray (``pip install cosmic-ray``), which makes the changes: an ``and`` for an ``or``, 2 for 1, a loop
that never runs. Each is made in a copy of the library, and nothing but the laws of projections is run on it. A change
that no law notices is printed as a diff, to be looked at.
"""

import argparse
import ast
import difflib
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import attrs
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

HERE = Path(__file__).parents[2]
PATIENCE = 600
"""Seconds after which a change that keeps the laws busy is taken to be noticed."""

QUICK = """
from hypothesis import Phase, settings

settings.register_profile("mutants", max_examples=50, database=None, phases=[Phase.generate])
settings.load_profile("mutants")
"""
"""Half as many histories as usual, and none is cut down: it is enough to know that there is one."""

UNDERSTOOD = ("understanding", "contacts", "upcoming", "discrepancies")
"""Laws that notice what is understood wrongly."""
LAWS = {
    "projections/contacts": ("contacts",),
    "projections/discrepancies": ("discrepancies",),
    "projections/upcoming": ("upcoming",),
    "projections/itineraries": ("measures",),
    "projections/network": ("measures",),
    "projections/patrols": ("measures",),
    "projections/punctuality": ("measures",),
    "projections/rounds": ("measures",),
    "projections/over_engagements": ("changes", "contacts", "upcoming", "understanding"),
    "projections/selection": ("contacts", "upcoming"),
    "projections/tally": ("contacts",),
    "projections/view": ("upcoming", "discrepancies"),
    "engagements/duplicates": UNDERSTOOD,
    "engagements/fold": UNDERSTOOD,
    "engagements/joining": UNDERSTOOD,
    "engagements/reports": ("changes", *UNDERSTOOD),
    "engagements/handlers": UNDERSTOOD,
    "engagements/rules": UNDERSTOOD,
    "engagements/understanding": UNDERSTOOD,
}
"""The modules that are changed, and the laws that are run on each: of ``tests/test_laws_of_*.py``."""


@attrs.frozen
class Mutant:
    """A change of a module."""

    line: int
    source: str

    def diff(self, original: str) -> str:
        """Show what is changed."""
        lines = difflib.unified_diff(original.splitlines(), self.source.splitlines(), lineterm="", n=0)
        return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def mutants(source: str) -> Iterator[Mutant]:
    """Give all changes of a module, but for those of annotations, which say nothing to the program."""
    annotated = {place for one in ast.walk(ast.parse(source)) for place in _annotations(one)}
    tree = get_ast(source)
    for name in sorted(operator_names()):
        cls = get_operator(name)
        if cls.arguments():
            continue
        operator = cls()
        places = [start for node in ast_nodes(tree) for start, _ in operator.mutation_positions(node)]
        for occurrence, (line, column) in enumerate(places):
            changed = None if (line, column) in annotated else mutate_code(source, operator, occurrence)
            if changed is not None and changed != source and _is_python(changed):
                yield Mutant(line, changed)


def _is_python(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def _annotations(node: ast.AST) -> Iterator[tuple[int, int]]:
    for name in ("annotation", "returns"):
        annotation = getattr(node, name, None)
        if annotation is not None:
            yield from (
                (annotation.lineno, column) for column in range(annotation.col_offset, annotation.end_col_offset)
            )


def noticed(tree: Path, module: Path, mutant: Mutant, laws: Sequence[str]) -> bool | None:
    """Run the laws on a change; None where nothing can be run at all, as the module cannot be imported."""
    module.write_text(mutant.source, encoding="utf-8")
    return None if python(tree, "-c", "import diplocal.testing") else bool(pytest(tree, laws))


def pytest(tree: Path, laws: Sequence[str]) -> int:
    """Run the laws in a copy of the library, up to the first that is broken; give how it ended, 0 for well."""
    tests = [f"tests/test_laws_of_{one}.py" for one in laws]
    return python(tree, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests)


def python(tree: Path, *arguments: str) -> int:
    """Run Python in a copy of the library."""
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *arguments]
    try:
        done = subprocess.run(command, env=environment, cwd=tree, check=False, capture_output=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return -1
    return done.returncode


def examine(tree: Path, name: str, most: int) -> tuple[int, int]:
    """Change a module in some ways, and print what went unnoticed; give how many changes there were, and noticed."""
    module = tree / "diplocal" / f"{name}.py"
    original = module.read_text(encoding="utf-8")
    every = list(mutants(original))
    chosen = random.Random(name).sample(every, min(most, len(every)))  # noqa: S311 - the same ones each time
    tried = killed = 0
    for mutant in chosen:
        outcome = noticed(tree, module, mutant, LAWS[name])
        tried += outcome is not None
        killed += bool(outcome)
        if outcome is False:
            tell(f"{name}, line {mutant.line}\n{mutant.diff(original)}\n")
    module.write_text(original, encoding="utf-8")
    tell(f"| {name} | {len(every)} | {tried} | {killed} |")
    return tried, killed


def copied(tree: Path) -> None:
    """Copy the library and its tests, which are to use few histories."""
    for part in ("diplocal", "tests"):
        shutil.copytree(HERE / part, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HERE / "pyproject.toml", tree)
    (tree / "conftest.py").write_text(QUICK, encoding="utf-8")


def tell(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Change the modules that the command line names, or all of them."""
    parser = argparse.ArgumentParser(prog="python tests/planted/mutants.py", description=__doc__)
    parser.add_argument("modules", nargs="*", help=f"any of {', '.join(LAWS)}; all when none is named")
    parser.add_argument("--most", type=int, default=10, help="changes of each, chosen by lot, the same each time (10)")
    chosen = parser.parse_args()
    unknown = set(chosen.modules) - set(LAWS)
    if unknown:
        parser.error(f"no such module: {', '.join(sorted(unknown))}")
    modules = chosen.modules or list(LAWS)
    with TemporaryDirectory() as folder:
        tree = Path(folder)
        copied(tree)
        if pytest(tree, sorted({one for name in modules for one in LAWS[name]})):
            parser.error("the laws do not even hold for what was not changed")
        figures = [examine(tree, name, chosen.most) for name in modules]
    tried, killed = (sum(column) for column in zip(*figures, strict=True))
    tell(f"{killed} of {tried} changes noticed: {killed / tried:.0%}")


if __name__ == "__main__":
    main()
