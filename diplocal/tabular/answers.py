"""Rows of any answer, and the forms that they are written in: plain dictionaries, CSV, JSON Lines, data frames."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, cast, get_args, get_origin, get_type_hints, is_typeddict

import msgspec

from diplocal.checks import expect
from diplocal.engagements import Change, Engagement
from diplocal.errors import ExtraMissing, InvalidValue
from diplocal.projections import (
    ConductedPatrol,
    Contacts,
    Edge,
    Finding,
    Frequency,
    Journeys,
    Leg,
    PatrolCount,
    Performance,
    RoundsOfSeries,
    Ties,
)
from diplocal.projections.itineraries import Gap, Overlap
from diplocal.projections.listing import Listing
from diplocal.projections.punctuality import Planned, Timekeeping
from diplocal.projections.rounds import Claim, Interval
from diplocal.tabular import engagements, measures, shapes
from diplocal.wording import Language, language

MAY_BE_A_FORMULA = (*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20")
"""Begin a text that spreadsheet programs take for a formula; some also by signs of full width."""
FRAMES = ("polars", "pandas", "pyarrow")
DAYS = frozenset({"earliest", "latest", "undated_since", "announced"})
"""Fields that hold a day, wherever they stand."""
DOCUMENTS: tuple[Any, ...] = (
    shapes.EngagementRow,
    shapes.EngagementDocument,
    shapes.ChangeRow,
    shapes.LastMetDocument,
    shapes.FrequencyRow,
    shapes.ContactRow,
    shapes.FindingRow,
    shapes.PatrolsDocument,
    shapes.SeriesRow,
    shapes.ItineraryDocument,
    shapes.PerformanceRow,
    shapes.EdgeRow,
)
"""The shapes of what commands write."""


SHAPES: Mapping[Any, Any] = {
    Engagement: shapes.EngagementRow,
    Change: shapes.ChangeRow,
    Frequency: shapes.FrequencyRow,
    Finding: shapes.FindingRow,
    ConductedPatrol: shapes.PatrolRow,
    PatrolCount: shapes.PatrolCountRow,
    RoundsOfSeries: shapes.SeriesRow,
    Claim: shapes.RoundRow,
    Planned: shapes.PlannedRow,
    Leg: shapes.LegRow,
    Performance: shapes.PerformanceRow,
    Edge: shapes.EdgeRow,
}
"""What a row of each says."""


def rows(answer: Any, *, lang: str = "en") -> list[dict[str, Any]]:
    """Return what an answer holds, one plain dictionary for each engagement, count, leg ...: ``shapes`` has the fields.

    ``answer`` is what ``Diary.find``, ``Diary.changes`` or a view gave, or a list that its answer gave, such as
    ``contacts.by("month")``. Titles and dates are in a language. Whether a round is overdue depends on a day, and here
    it is None: ask ``is_overdue``.

    >>> from diplocal.diary import Diary
    >>> from diplocal.events import CallHeld
    >>> from diplocal.dates import When
    >>> from diplocal.parties import State
    >>> from diplocal.store import MemoryStore
    >>> log = MemoryStore()
    >>> _ = log.append(CallHeld(engagement="call", participants=(State("CN"), State("RU")), when=When("2023-10")))
    >>> [(row["engagement"], row["when"]["edtf"]) for row in rows(Diary(log).find())]
    [('call', '2023-10')]

    Raises InvalidValue for what has no rows.
    """
    said = language(lang)
    match answer:
        case Contacts(counts=counts):
            return [{**contact._asdict(), "count": count} for contact, count in counts.items()]
        case Journeys(legs=legs):
            return [_row(one, said) for one in legs.values()]
        case Ties():
            return [_row(one, said) for one in answer.edges()]
        case Timekeeping():
            return [_row(one, said) for one in answer.chosen()]
        case str() | bytes() | Mapping():
            raise _no_rows(answer)
        case Iterable():
            return [_row(one, said) for one in answer]
    return [_row(answer, said)]


def _no_rows(value: object) -> InvalidValue:
    return InvalidValue("answer", value, "an answer of the diary: engagements, changes, or rows of a measure")


def _row(one: Any, said: Language) -> dict[str, Any]:
    write = _WRITTEN_BY.get(type(one))
    if write is None:
        raise _no_rows(one)
    return {**(write(one, said) or {})}


_WRITTEN_BY: Mapping[type, Callable[[Any, Language], Mapping[str, Any] | None]] = {
    Engagement: engagements.engagement,
    Change: engagements.change,
    Frequency: lambda one, _: engagements.frequency(one),
    Finding: engagements.finding,
    ConductedPatrol: measures.patrol,
    PatrolCount: lambda one, _: measures.patrol_count(one),
    RoundsOfSeries: lambda one, said: measures.series(one, None, said),
    Claim: measures.claim,
    Interval: lambda one, _: measures.interval(one),
    Leg: measures.leg,
    Overlap: lambda one, _: measures.overlap(one),
    Gap: lambda one, _: measures.gap(one),
    Planned: measures.planned,
    Performance: lambda one, _: measures.performance(one),
    Edge: lambda one, _: measures.edge(one),
}
"""What writes a row of each."""


def schemas() -> dict[str, Any]:
    """Return a JSON Schema (draft 2020-12) of all documents that commands write with ``--format json``."""
    answers, parts = msgspec.json.schema_components(DOCUMENTS, ref_template="#/$defs/{name}")
    lists = ({"type": "array", "items": answer} for answer in answers)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "anyOf": [*answers, *lists],
        "$defs": dict(sorted(parts.items())),
    }


# --- tables ----------------------------------------------------------------------------------------------------------


def flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row without anything inside: 'when.edtf' is the field inside a field.

    Of several values each but the last is followed by a semicolon; a person is there by name, a source by publisher.

    >>> flat({"when": {"edtf": "2023-10"}, "parties": ["CN", "RU"]})
    {'when.edtf': '2023-10', 'parties': 'CN; RU'}
    """
    expect("row", row, "a row, such as rows(answer) gives", Mapping)
    return dict(_flat(row))


def _flat(row: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        match value:
            case Mapping():
                yield from _flat(value, f"{above}{name}.")
            case list() | tuple():
                yield f"{above}{name}", "; ".join(map(_named, value))
            case _:
                yield f"{above}{name}", value


def _named(value: Any) -> str:
    """Return one of several values: of a person, a state or a source the name, of anything else its JSON."""
    if isinstance(value, Mapping):
        name = value.get("name") or value.get("publisher") or value.get("code")
        return str(name) if name else msgspec.json.encode(value).decode()
    return str(value)


def columns(several: Iterable[Mapping[str, Any]], item_type: Any = None) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the names of all columns, in order, and the rows, flat, each with all columns.

    A field with fields inside has a column for each of them where any row has a value, and else one of its own. Where
    there is no row, the columns are those that rows of this type of items may have.
    """
    flattened = [flat(row) for row in several]
    names = list(dict.fromkeys(name for row in flattened for name in row))
    if not flattened and item_type in SHAPES:
        names = list(_fields_of(SHAPES[item_type]))
    inside = {name.rpartition(".")[0] for name in names}
    kept = [name for name in names if name not in inside]
    return kept, [{name: row.get(name) for name in kept} for row in flattened]


def _fields_of(shape: Any, above: str = "") -> Iterator[str]:
    for name, kind in get_type_hints(shape).items():
        inside = next((one for one in (kind, *get_args(kind)) if is_typeddict(one)), None)
        if inside is None or get_origin(kind) is list:
            yield f"{above}{name}"
        else:
            yield from _fields_of(inside, f"{above}{name}.")


def to_csv(answer: Any, *, lang: str = "en") -> str:
    """Return an answer as CSV (RFC 4180): a line of names, and a line for each row. No cell is taken for a formula."""
    return sheet(rows(answer, lang=lang), _item_type(answer))


def sheet(several: Sequence[Mapping[str, Any]], item_type: Any = None) -> str:
    """Return rows as CSV."""
    names, lines = columns(several, item_type)
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(names)
    writer.writerows([[harmless(row[name]) for name in names] for row in lines])
    return written.getvalue()


def harmless(value: Any) -> Any:
    """Return what a cell holds so that no spreadsheet program takes it for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(MAY_BE_A_FORMULA) else value


def to_frame(answer: Any, backend: str = "polars", *, lang: str = "en") -> Any:
    """Return an answer as a data frame of 'polars', 'pandas', or a table of 'pyarrow': a column for each flat field.

    Days are days, and no texts.

    Raises InvalidValue for another backend, ExtraMissing without the extra ``frames`` or without the backend.
    """
    return frame(rows(answer, lang=lang), backend, _item_type(answer))


def frame(several: Sequence[Mapping[str, Any]], backend: str = "polars", item_type: Any = None) -> Any:
    """Return rows as a data frame."""
    if backend not in FRAMES:
        raise InvalidValue("backend", backend, f"one of {', '.join(FRAMES)}")
    names, lines = columns(several, item_type)
    values = {name: [_typed(name, row[name]) for row in lines] for name in names}
    try:
        import narwhals  # noqa: PLC0415 - an extra

        made = narwhals.from_dict(values, backend=cast("Any", backend))
    except ModuleNotFoundError as missing:
        raise ExtraMissing("frames", needed_for=f"data frames of {backend}") from missing
    return made.to_native()


def to_parquet(answer: Any, *, lang: str = "en") -> bytes:
    """Return an answer as a Parquet file with the columns of ``to_frame``. Raises ExtraMissing without ``frames``."""
    return parquet(rows(answer, lang=lang), _item_type(answer))


def parquet(several: Sequence[Mapping[str, Any]], item_type: Any = None) -> bytes:
    """Return rows as a Parquet file."""
    file = io.BytesIO()
    frame(several, item_type=item_type).write_parquet(file)
    return file.getvalue()


def _item_type(answer: Any) -> Any:
    return answer.item_type if isinstance(answer, Listing) else None


def _typed(name: str, value: Any) -> Any:
    is_day = isinstance(value, str) and name.rpartition(".")[2] in DAYS
    return date.fromisoformat(value) if is_day else value
