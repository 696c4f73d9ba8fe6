"""What the documents show is what happens: every example in them runs, every command line prints what they say.

A block below a line that is nothing but a file's name in backticks is written to that file; `py` marks those blocks,
and `python` the ones that are run where they stand.

``REWRITE_DOCUMENTS=1 pytest tests/test_documents.py`` puts what is printed now into the documents.
"""

import os
import re
import subprocess
import sys
from doctest import ELLIPSIS
from pathlib import Path

import psycopg
import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(
    r"^`(?P<file>[\w.]+)`\n\n```(?!python|console)\w+\n(?P<content>.*?)^```|(?<=^```console\n)(?P<console>.*?)(?=^```)",
    re.DOTALL | re.MULTILINE,
)
COMMAND = re.compile(r"^\$ (?P<command>[^\n]*(?:\n> [^\n]*)*)\n(?P<output>.*?)(?=^\$ |\Z)", re.DOTALL | re.MULTILINE)
PRINTS = re.compile(r"^prints\n\n```text\n(.*?)```", re.DOTALL | re.MULTILINE)
NAMES = [str(path.relative_to(ROOT)) for path in DOCUMENTS]

PASSES = re.compile(r"\d+ passed\n+\Z")
FEW = {
    "PYTHONPATH": str(ROOT / "tests" / "documents"),
    "PYTEST_PLUGINS": "few_histories",
    "PYTEST_ADDOPTS": "--hypothesis-seed=1",
}
"""What is shown to pass is tried on few histories, the same each time; what is shown to fail, as a reader does."""


def run(command: str, folder: Path, **beside: str) -> str:
    binaries = Path(sys.executable).parent
    environment = {
        "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "110",
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        **beside,
    }
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    return "".join(f"{line.rstrip()}\n" for line in (done.stdout + done.stderr).splitlines())


@pytest.fixture
def calendar_database(postgres_server: str) -> dict[str, str]:
    """An empty database that postgresql:///calendar stands for, where these variables are set."""
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS calendar")
        connection.execute("CREATE DATABASE calendar")
        return {"PGHOST": connection.info.host, "PGUSER": connection.info.user}


@pytest.mark.parametrize("path", DOCUMENTS, ids=NAMES)
def test_command_lines_print_what_the_document_shows(
    path: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    text = path.read_text(encoding="utf-8")
    beside = request.getfixturevalue("calendar_database") if "postgresql:///calendar" in text else {}

    def printed(block: re.Match[str]) -> str:
        if block["file"]:
            (tmp_path / block["file"]).write_text(block["content"], encoding="utf-8")
            return block[0]
        return "".join(
            f"$ {one['command']}\n{shown if one['output'].strip() != '...' else one['output']}"
            for one in COMMAND.finditer(block["console"])
            for environment in [{**beside, **FEW} if PASSES.fullmatch(one["output"]) else beside]
            for shown in [run(one["command"].replace("\n> ", "\n"), tmp_path, **environment)]
        )

    now = BLOCK.sub(printed, text)
    if os.environ.get("REWRITE_DOCUMENTS"):
        path.write_text(now, encoding="utf-8")
    assert now == text


@pytest.mark.parametrize("path", DOCUMENTS, ids=NAMES)
def test_python_examples_run_and_print_what_the_document_shows(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for example in Sybil(parsers=[PythonCodeBlockParser(doctest_optionflags=ELLIPSIS)]).parse(path):
        example.evaluate()
    printed = capsys.readouterr().out
    for shown in PRINTS.findall(path.read_text(encoding="utf-8")):
        assert shown in printed
