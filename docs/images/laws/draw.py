"""Draws a picture of each law: ``python draw.py FOLDER`` writes NAME.svg for each into the folder.

A lane is a log, read from left to right, and the answer that it is folded to. Its tokens, apart from each other:

    a b c d     a report about an engagement, in the colour of that engagement
    a- a+ a!    a retraction of one, a correction of one, a report with a mistake
    a>          a report that moves one
    n?  .a      an event that nobody knows; one that is not there, or is dropped
    oa  %a      a plan; a report for other eyes
    =a  #a      an event as JSON; an engagement, as understood
    ( ... )     taken together; [ ... ] kept as a snapshot
    | + clock die gap
"""
# ruff: noqa: INP001 - a script beside what it draws

import sys
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple


class Lane(NamedTuple):
    """A log and its answer."""

    label: str
    """At most 28 letters: so much room there is."""
    tokens: str
    answer: str
    """Empty where there must be none."""


class Picture(NamedTuple):
    """Lanes, one below the other, and the sign between each and the next."""

    lanes: Sequence[Lane]
    signs: str = "="


PICTURES = {
    "totality": Picture(
        [Lane("the empty log", "", "0"), Lane("without it", "a b", "2"), Lane("with an unknown event", "a n? b", "2")],
        " =",
    ),
    "purity": Picture([Lane("a state", "a b", "2"), Lane("after another was made of it", "a b .c", "2")]),
    "determinism": Picture([Lane("once", "a b c", "3"), Lane("again, sets reversed", "a b c", "3")]),
    "isolation": Picture(
        [Lane("the records decide", "a b c", "3"), Lane("neither clock nor dice", "clock die", "")], " "
    ),
    "processes": Picture([Lane("hash seed 6, Kiritimati", "a b c", "3"), Lane("seed 59, Los Angeles", "a b c", "3")]),
    "resume": Picture([Lane("in one go", "a b a c", "3"), Lane("stopped, and gone on", "a b | a c", "3")]),
    "redelivery": Picture([Lane("each record once", "a b c", "3"), Lane("the last two again", "a b c .b .c", "3")]),
    "as_of": Picture([Lane("up to there", "a b", "2"), Lane("all, as known there", "a b | .a .c", "2")]),
    "snapshots": Picture([Lane("from the start", "a b a c", "3"), Lane("kept beside it", "[ a b ] a c", "3")]),
    "batches": Picture([Lane("one by one", "a b a c", "3"), Lane("in batches", "( a b a ) ( c )", "3")]),
    "order": Picture([Lane("interleaved", "a b a b", "2"), Lane("one after the other", "a a b b", "2")]),
    "unrelated": Picture([Lane("without it", "a b", "2"), Lane("with an event of another kind", "a n? b", "2")]),
    "upcasting": Picture([Lane("as recorded", "a b", "2"), Lane("stored, and read again", "=a =b", "2")]),
    "retraction": Picture([Lane("never recorded", "a .b c", "2"), Lane("recorded, then retracted", "a b c b-", "2")]),
    "correction": Picture([Lane("recorded right", "a b c", "3"), Lane("wrong, then corrected", "a b! c b+", "3")]),
    "merging": Picture([Lane("the whole log", "a b c a", "3"), Lane("parts, merged", "( a a ) + ( b c )", "3")]),
    "secrecy": Picture([Lane("a log without it", "a c", "2"), Lane("the log, as they see it", "a %b c", "2")]),
    "recount": Picture([Lane("folded", "a b a c", "3"), Lane("recounted plainly", "#a #b #c", "3")]),
    "renaming": Picture([Lane("China, Russia", "a b", "CN 2"), Lane("Land 00, Land 01", "c d", "X-0 2")], "≅"),
    "shifting": Picture([Lane("in 2023", "a b", "2023-10"), Lane("in 2423", "gap a b", "2423-10")], "≅"),
    "echo": Picture([Lane("told once", "a b", "2"), Lane("told by two agencies", "a a b b", "2")]),
    "plans": Picture([Lane("what took place", "a c", "2"), Lane("with a plan never held", "a ob c", "2")]),
    "recording": Picture([Lane("recorded at the time", "a b", "2"), Lane("ten years later", "gap clock a b", "2")]),
    "respelling": Picture([Lane("Wang Yi", "a b a", "Wang 2"), Lane("WANG YI", "a b a", "WANG 2")], "≅"),
    "arrival": Picture([Lane("each in time", "a a> b", "2"), Lane("the first one last", "a> b gap a", "2")]),
    "refinement": Picture([Lane("vague, then exact", "oa a", "18 Sep"), Lane("exact, then vague", "a oa", "18 Sep")]),
    "duplicates": Picture([Lane("told once", "a b", "2"), Lane("told twice, and merged", "a c b ( a c )", "2")]),
    "growth": Picture([Lane("told again and again", "a a a", "1"), Lane("and again", "a a a a a", "1")]),
    "readable": Picture(
        [Lane("the feed, as written", "a b c", "3 UIDs"), Lane("read by others", "=a =b =c", "3 UIDs")]
    ),
    "apart": Picture([Lane("its entry among others", "a b c", "entry b"), Lane("alone in the feed", "b", "entry b")]),
    "identity": Picture([Lane("announced", "oa", "UID a"), Lane("held, then corrected", "oa a a+", "UID a")]),
    "sequence": Picture(
        [Lane("announced", "oa", "0"), Lane("moved", "oa a>", "1"), Lane("told once more", "oa a> a", "1")], "<="
    ),
}

STYLE = """\
.card{fill:#f6f8fa;stroke:#d0d7de}.ink{fill:#1f2328}.line{stroke:#59636e;fill:none;stroke-width:1.5}
.a{fill:#0a69da;stroke:#0a69da}.b{fill:#bc4c00;stroke:#bc4c00}.c{fill:#1a7f37;stroke:#1a7f37}
.d{fill:#8250df;stroke:#8250df}.n{fill:#59636e;stroke:#59636e}
.on{fill:#fff}.box{fill:#fff;stroke:#59636e}.no{stroke:#cf222e;fill:none;stroke-width:3}
text{font:13px system-ui,sans-serif}.mark{font-weight:700;text-anchor:middle}
.sign{font-size:20px}.mid{text-anchor:middle}
@media(prefers-color-scheme:dark){
.card{fill:#161b22;stroke:#30363d}.ink{fill:#e6edf3}.line{stroke:#9198a1}
.a{fill:#58a6ff;stroke:#58a6ff}.b{fill:#f0883e;stroke:#f0883e}.c{fill:#3fb950;stroke:#3fb950}
.d{fill:#bc8cff;stroke:#bc8cff}.n{fill:#9198a1;stroke:#9198a1}
.on{fill:#0d1117}.box{fill:#0d1117;stroke:#9198a1}.no{stroke:#ff7b72}}
.hollow{fill:none;stroke-width:2}.gone{fill:none;stroke-width:1.5;stroke-dasharray:3 3}
.kept{stroke-width:3;fill:none}.dashed{stroke-dasharray:3 4}"""
WIDTH, LANE, LEFT, STEP, ANSWER = 600, 52, 216, 30, 512
GLYPHS = {">": "→", "-": "−", "+": "✓", "!": "✗", "?": "?"}


def drawn(picture: Picture) -> str:
    """Draw a picture as SVG."""
    height = LANE * len(picture.lanes) + 4
    said = "; ".join(f"{lane.label}: {lane.answer or 'no answer'}" for lane in picture.lanes)
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img"><title>{said}</title><style>{STYLE}</style>',
        f'<rect class="card" x=".5" y=".5" width="{WIDTH - 1}" height="{height - 1}" rx="8"/>',
    ]
    for number, lane in enumerate(picture.lanes):
        y = number * LANE + 28
        parts += [words(16, y, lane.label, "ink"), *log(lane.tokens.split(), y), *answer(lane.answer, y)]
    for number, sign in enumerate(picture.signs, start=1):
        parts.append(words(ANSWER + 36, number * LANE + 4, sign.strip(), "ink mark sign"))
    return "\n".join(parts) + "\n</svg>\n"


def log(tokens: Sequence[str], y: int) -> Iterator[str]:
    """Draw a log, token by token."""
    x = opened = LEFT
    for one in tokens:
        if one in {"(", "["}:
            opened, x = x, x + STEP // 3
        elif one in {")", "]"}:
            x += STEP // 3
            kept = " kept" if one == "]" else ""
            width = x - opened - 2
            yield f'<rect class="line{kept}" x="{opened - 14}" y="{y - 17}" width="{width}" height="34" rx="8"/>'
        elif one == "gap":
            yield line(f"M{x - 8} {y}h{STEP + 16}", "dashed")
            x += 2 * STEP
        else:
            yield SIGNS[one](x, y) if one in SIGNS else report(one, x, y)
            x += STEP


def report(told: str, x: int, y: int) -> str:
    """Draw a report in the colour of its engagement, or what stands for one."""
    form, colour, glyph = told.rstrip("abcdn-+!?>"), told.strip(".o%=#-+!?>"), GLYPHS.get(told[-1])
    if form == "=":
        square = f'<rect class="{colour} hollow" x="{x - 11}" y="{y - 10}" width="22" height="20" rx="3"/>'
        return square + words(x, y - 1, "{}", "ink mid")
    if form == "#":
        return f'<rect class="{colour}" x="{x - 12}" y="{y - 9}" width="24" height="18" rx="3"/>'
    looks = {".": " gone", "%": " gone", "o": " hollow"}.get(form, "")
    circle = f'<circle class="{colour}{looks}" cx="{x}" cy="{y}" r="10"/>'
    if form == "%":
        return circle + line(f"M{x - 12} {y + 12}l24 -24")
    return circle + (words(x, y, glyph, "on mark") if glyph else "")


def clock(x: int, y: int) -> str:
    """Draw a clock."""
    return f'<circle class="line" cx="{x}" cy="{y}" r="10"/>' + line(f"M{x} {y - 6}v6h5")


def die(x: int, y: int) -> str:
    """Draw a die."""
    dots = "".join(f'<circle class="n" cx="{x + step}" cy="{y + step}" r="1.5"/>' for step in (-5, 0, 5))
    return f'<rect class="line" x="{x - 10}" y="{y - 10}" width="20" height="20" rx="4"/>{dots}'


SIGNS = {
    "|": lambda x, y: line(f"M{x} {y - 17}v34", "dashed"),
    "+": lambda x, y: words(x - 4, y, "+", "ink mark"),
    "clock": clock,
    "die": die,
}


def answer(said: str, y: int) -> Iterator[str]:
    """Draw an arrow to the answer, or that there must be none."""
    end = ANSWER - 12
    yield line(f"M{end - 52} {y}h44m-6 -5l6 5l-6 5")
    if said:
        yield f'<rect class="box" x="{ANSWER - 2}" y="{y - 15}" width="76" height="30" rx="6"/>'
        yield words(ANSWER + 36, y, said, "ink mid")
    else:
        yield f'<path class="no" d="M{end - 40} {y - 12}l20 24m0 -24l-20 24"/>'


def words(x: int, y: int, text: str, looks: str) -> str:
    """Write a text, its middle at a height."""
    return f'<text class="{looks}" x="{x}" y="{y + 5}">{escape(text)}</text>'


def line(path: str, looks: str = "") -> str:
    """Draw a line."""
    return f'<path class="line {looks}" d="{path}"/>'


def main(folder: Path) -> None:
    """Draw them all."""
    for name, picture in PICTURES.items():
        (folder / f"{name}.svg").write_text(drawn(picture), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
