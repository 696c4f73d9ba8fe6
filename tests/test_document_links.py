"""No link in the documents leads nowhere: files exist, headings are there, and every page is in the index."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
HEADING = re.compile(r"^#+ (?P<words>.+)$", re.MULTILINE)


def prose(path: Path) -> str:
    return FENCED.sub("", path.read_text(encoding="utf-8"))


def anchors(path: Path) -> set[str]:
    """Give the anchors of a page's headings, as GitHub makes them."""
    return {
        re.sub(r"[^\w\- ]", "", heading["words"].lower()).replace(" ", "-") for heading in HEADING.finditer(prose(path))
    }


def links(path: Path) -> list[str]:
    found = [link["target"] for link in LINK.finditer(prose(path))]
    return [target for target in found if not target.startswith(("https:", "http:", "mailto:"))]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    for target in links(path):
        name, _, anchor = target.partition("#")
        there = (path.parent / name).resolve() if name else path
        assert there.exists(), f"{target} leads to no file"
        if anchor:
            assert anchor in anchors(there), f"{target} leads to no heading"


def test_every_page_is_in_the_index_under_its_kind() -> None:
    linked = {(DOCS / target.partition("#")[0]).resolve() for target in links(DOCS / "README.md")}
    pages = {path for path in DOCS.rglob("*.md") if path != DOCS / "README.md"}
    assert pages - linked == set()


def test_every_picture_is_shown_somewhere() -> None:
    shown = {(path.parent / target).resolve() for path in DOCUMENTS for target in links(path)}
    pictures = {path for path in (DOCS / "images").rglob("*") if path.suffix in (".png", ".svg")}
    assert pictures - shown == set()


def test_the_documents_are_a_site_without_a_warning_that_asks_nobody_elsewhere(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-f", ".mkdocs.yml", "-d", str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert built.returncode == 0, built.stderr
    assert (tmp_path / "reference" / "glossary" / "index.html").exists()
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'(?:src|rel="stylesheet" href)="(?:https?:)?//[^"]*"', page) == []
