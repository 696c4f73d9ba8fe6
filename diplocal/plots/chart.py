"""A chart of an answer: titled, labelled, readable in grey, with its source and the day as of which it is."""

import io
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pendulum

from diplocal.errors import ExtraMissing, InvalidValue
from diplocal.plots import drawing
from diplocal.projections.filters import expect_day
from diplocal.tabular.answers import rows as rows_of
from diplocal.wording import Language, language

FORMS = ("svg", "png", "pdf")
WIDTH, HEIGHT = 8.0, 4.5
"""In inches."""
DOTS = 160
"""An inch, of a PNG."""
ROW = 0.28
"""The height of a line of what is listed, in inches."""
Rows = Sequence[Mapping[str, Any]]
Draw = Callable[[Any, Rows, Language], None]


def _none(_: Rows) -> int:
    return 0


_FORMS: tuple[tuple[frozenset[str], Draw, Callable[[Rows], int]], ...] = (
    (frozenset({"pair", "kind", "count"}), drawing.frequency, _none),
    (frozenset({"first", "second", "kind", "count"}), drawing.contacts, _none),
    (frozenset({"actors", "count", "answered"}), drawing.patrols, _none),
    (frozenset({"series", "rounds"}), drawing.rounds, drawing.lines_of),
    (frozenset({"whose", "plans", "held", "cancelled"}), drawing.punctuality, drawing.lines_of),
    (frozenset({"first", "second", "weight"}), drawing.network, drawing.nodes_of),
    (frozenset({"discrepancy"}), drawing.discrepancies, _none),
    (frozenset({"when", "kind", "status"}), drawing.days, drawing.lines_of),
)
"""By which fields rows are known, what draws them, and how many lines there are below each other."""


def chart(answer: Any, *, title: str, source: str = "", as_of: pendulum.Date | None = None, lang: str = "en") -> Any:
    """Return a chart of an answer as a figure of matplotlib, to be changed, shown in a notebook, or saved.

    ``answer`` is what ``diplocal.tabular.rows`` takes, or rows. ``source`` and ``as_of`` stand in the line below it.

    Raises InvalidValue for an answer that is no measure and no list of engagements, and for an empty one; ExtraMissing
    without the extra ``plots``.
    """
    rows = answer if _are_rows(answer) else rows_of(answer, lang=lang)
    if not rows:
        raise InvalidValue("chart", "nothing", "an answer with something in it to draw")
    draw, lines = next(((draw, lines) for fields, draw, lines in _FORMS if fields <= rows[0].keys()), (None, _none))
    if draw is None:
        raise InvalidValue("chart", type(answer).__name__, "a measure, or a list of engagements: nothing else is drawn")
    if as_of is not None:
        expect_day("as_of", as_of)
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as missing:
        raise ExtraMissing("plots", needed_for="a chart") from missing
    said = language(lang)
    with _styled():
        height = max(HEIGHT, ROW * lines(rows) + 1.6)
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        axes = figure.add_subplot()
        draw(axes, rows, said)
        axes.set_title(title, loc="left", fontweight="bold", wrap=True)
        figure.supxlabel(_below(source, as_of, said), x=0.01, ha="left", fontsize=7, color="#555")
    return figure


def _below(source: str, as_of: pendulum.Date | None, said: Language) -> str:
    origin = said("line", name=said("column.according"), value=source) if source else ""
    day = said("chart.as_of", day=said.day(as_of)) if as_of else ""
    return " · ".join(filter(None, (origin, day)))


def written(figure: Any, form: str) -> bytes:
    """Return a figure as a file: 'svg', 'png' or 'pdf'; the same figure is the same octets. Raises InvalidValue.

    Warns where no font on this machine has the letters; SVG needs none here, as its text stays text.
    """
    if not hasattr(figure, "savefig"):
        raise InvalidValue("figure", figure, "a figure, as chart gives it")
    if form not in FORMS:
        raise InvalidValue("form", form, f"one of {', '.join(FORMS)}")
    file = io.BytesIO()
    with _styled(), warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        figure.savefig(file, format=form, dpi=DOTS, metadata=_METADATA[form])
    if form != "svg" and any("missing from font" in str(one.message) for one in told):
        warnings.warn("no font here has all letters of the chart: install one, such as Noto Sans", stacklevel=2)
    return file.getvalue()


_METADATA: Mapping[str, dict[str, None]] = {"svg": {"Date": None}, "png": {}, "pdf": {"CreationDate": None}}
"""Without the time: no clock is in a chart."""


def _styled() -> Any:
    import matplotlib as mpl  # noqa: PLC0415 - an extra
    from matplotlib import font_manager  # noqa: PLC0415

    there = set(font_manager.get_font_names())
    fonts = [name for name in drawing.FONTS if name in there]
    return mpl.rc_context({**drawing.STYLE, "font.family": fonts or ["sans-serif"]})


def _are_rows(answer: Any) -> bool:
    return isinstance(answer, list | tuple) and all(isinstance(one, Mapping) for one in answer)
