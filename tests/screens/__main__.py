"""Looks at every page: ``python -m tests.screens --pictures FOLDER``; ends with 1 when anything is wrong.

Each page is opened in Chromium at each width, light and dark, in English, Arabic and Chinese, and once in every other
language. It prints what axe found and what is wrong with how a page is drawn: text that is cut off, over other text or
outside the screen, and English on pages in Arabic and Chinese. The pictures are for people: look at them.
"""

import argparse
import shutil
import sys
from collections import Counter
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from diplocal.wording.language import LANGUAGES

from .addresses import PAGES
from .looking import SCHEMES, WIDTHS, Look, Seen, look
from .serving import chromium, served

FULLY = ("en", "ar", "zh")
"""Languages that are looked at in every width and scheme."""


def main() -> int:
    """Look at the pages, and print what is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.screens", description=__doc__)
    parser.add_argument("--pictures", type=Path, help="a folder for the pictures: PAGE.LANGUAGE-WIDTH-SCHEME.png")
    parser.add_argument("--log", type=Path, help="a log to copy, and show beside what the pages have to cope with")
    parser.add_argument("--page", action="append", choices=PAGES, help="only this one; may be said again")
    parser.add_argument("--look", action="append", choices=[*map(str, _looks())], help="only so; may be said again")
    given = parser.parse_args()
    if given.pictures:
        given.pictures.mkdir(parents=True, exist_ok=True)
    looks = [how for how in _looks() if not given.look or str(how) in given.look]
    begun, wrong, count = monotonic(), Counter[str](), 0
    with TemporaryDirectory() as folder:
        log = Path(folder) / "log.db"
        if given.log:
            shutil.copy(given.log, log)
        with served(log) as server, chromium() as browser:
            for name in given.page or PAGES:
                seen: dict[Look, Seen] = {}
                for how in looks:
                    address = server.address(PAGES[name], lang=how.language)
                    picture = given.pictures / f"{name}.{how}.png" if given.pictures else None
                    seen[how] = look(browser, address, how, printed=server.words, picture=picture)
                count += len(seen)
                wrong += _told(name, seen)
    seconds = monotonic() - begun
    print(
        f"{len(given.page or PAGES)} pages, {count} times looked at, {seconds:.0f} s; {dict(wrong) or 'nothing'} found"
    )
    return int(bool(wrong))


def _looks() -> list[Look]:
    fully = [Look(*one) for one in product(FULLY, WIDTHS, SCHEMES)]
    return fully + [Look(language) for language in LANGUAGES if language not in FULLY]


def _told(name: str, seen: dict[Look, Seen]) -> Counter[str]:
    """Print what is wrong with a page, the same in several looks once; return how much it is."""
    found: dict[tuple[str, str], list[Look]] = {}
    for how, one in seen.items():
        for kind, complaints in (("axe", one.axe), ("drawing", one.faults)):
            for complaint in complaints:
                found.setdefault((kind, complaint), []).append(how)
    for (kind, complaint), looks in found.items():
        print(f"{name}: {kind}: {complaint}\n    {len(looks)} times: {', '.join(map(str, looks[:6]))}", flush=True)
    return Counter(kind for kind, _ in found)


if __name__ == "__main__":
    sys.exit(main())
