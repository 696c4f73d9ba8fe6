"""The page of laws names the laws that there are, each with its picture, and the pictures are as they are drawn."""

import os
import re
import subprocess
import sys
from pathlib import Path

from diplocal.testing.lawbook import LAWS, LAWS_OF_FEEDS

DOCS = Path(__file__).parents[1] / "docs"
PICTURES = DOCS / "images" / "laws"
SECTION = re.compile(r"^### (?P<law>\w+)\n\n!\[[^\]]*\]\(\.\./images/laws/(?P<picture>\w+)\.svg\)\n", re.MULTILINE)


def test_the_page_explains_exactly_the_laws_there_are_in_their_order_each_with_its_picture() -> None:
    sections = SECTION.findall((DOCS / "explanation" / "laws.md").read_text(encoding="utf-8"))
    assert sections == [(law.name, law.name) for law in (*LAWS, *LAWS_OF_FEEDS)]


def test_the_pictures_are_as_they_are_drawn(tmp_path: Path) -> None:
    """``REWRITE_DOCUMENTS=1`` draws them anew."""
    folder = PICTURES if os.environ.get("REWRITE_DOCUMENTS") else tmp_path
    subprocess.run([sys.executable, PICTURES / "draw.py", folder], check=True, timeout=60)
    drawn, shown = (
        {path.name: path.read_text(encoding="utf-8") for path in at.glob("*.svg")} for at in (folder, PICTURES)
    )
    assert drawn == shown
