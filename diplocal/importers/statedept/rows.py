"""The XML files of one snapshot, read into rows: each is understood, or rejected with its reason."""

import re
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

import attrs
import pendulum
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import parse

from diplocal.errors import InvalidValue, UnreadableInput
from diplocal.importers.intake import check_cell, read_input
from diplocal.importers.statedept.countries import state_of
from diplocal.parties import State

SEVERAL = " | "
"""Stands between the texts of several elements where there should be one."""
DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


@attrs.frozen
class PrintedRow:
    """One ``<visit>`` as printed: nothing but its texts, white space collapsed, blank where there was none."""

    source: str
    """Where it stands, for messages: file and ordinal, '2000.xml, visit 380'."""
    start: str
    end: str
    visitor: str
    country_id: str
    country_label: str
    description: str


@attrs.frozen
class VisitRow:
    """One visit, as the list has it."""

    source: str
    """Where it stands, for messages: file and ordinal, '2000.xml, visit 380'."""
    start: pendulum.Date
    """First day; often the first day in Washington rather than in the country."""
    end: pendulum.Date
    """Last day, inclusive."""
    visitor: str
    """Who came, as printed: 'President Duda and Prime Minister Tusk'."""
    country_id: str
    """The list's name for where they came from, 'russia': over time it can stand for several states."""
    country_label: str
    """The country as printed, 'U.S.S.R.'."""
    description: str
    """What the list says about the visit; blank where it says nothing."""

    @property
    def state(self) -> State:
        """The state that the visitor came from, at the time of the visit."""
        return state_of(self.country_id, self.country_label, self.start)


@attrs.frozen
class RejectedRow:
    """A row that cannot be understood: kept as printed, with the reason."""

    printed: PrintedRow
    reason: str
    """What was expected and what came, 'ends on 2005-05-08, before it starts on 2005-05-17'."""


def read_folder(folder: Path) -> tuple[list[VisitRow], list[RejectedRow]]:
    """Read every XML file of a snapshot: what was understood, and what was not, each in the order of file and document.

    Raises UnreadableInput for a folder without XML files, and for a file that is not well-formed or is not a list of
    visits.
    """
    files = sorted(folder.glob("*.xml"))
    if not files:
        raise UnreadableInput(str(folder), "expected a folder with the XML files of one snapshot, found none")
    found = ((row, _printed(row, place)) for file in files for place, row in _rows(file))
    return sorted_out(found, "visit", lambda _, printed: understand(printed))


def sorted_out(
    rows: Iterable[tuple[Element, PrintedRow]], tag: str, read: Callable[[Element, PrintedRow], VisitRow]
) -> tuple[list[VisitRow], list[RejectedRow]]:
    """Return the rows of a list that were understood, and those that were not, each in the order of the list."""
    understood: list[VisitRow] = []
    rejected: list[RejectedRow] = []
    for row, printed in rows:
        try:
            _expect_tag(row, tag)
            for field, text in attrs.asdict(printed).items():
                check_cell(field, text)
            understood.append(read(row, printed))
        except InvalidValue as error:
            rejected.append(RejectedRow(printed=printed, reason=str(error)))
    return understood, rejected


def _expect_tag(row: Element, tag: str) -> None:
    if row.tag != tag:
        raise InvalidValue("row", f"<{row.tag}>", f"<{tag}>")


def understand(printed: PrintedRow) -> VisitRow:
    """Take a printed row at its word.

    Raises InvalidValue for no visitor or country, for several, for a country that is not in the table, for a date that
    is not a day of the calendar as YYYY-MM-DD, and for an end before its start.
    """
    if not printed.visitor:
        raise InvalidValue("visitor", printed.visitor, "somebody")
    for field, text in (("visitor", printed.visitor), ("country", printed.country_label)):
        if SEVERAL in text:
            raise InvalidValue(field, text, "one element of that name in a row, as two may be of two visits")
    start, end = read_day("start-date", printed.start), read_day("end-date", printed.end)
    if end < start:
        raise InvalidValue("end-date", printed.end, f"a day on or after the start, {printed.start}")
    state_of(printed.country_id, printed.country_label, start)
    return VisitRow(**{**attrs.asdict(printed), "start": start, "end": end})


def read_day(field: str, printed: str) -> pendulum.Date:
    """Return the day that a date prints.

    Raises InvalidValue for anything but a day of the calendar as YYYY-MM-DD.
    """
    match = DAY.fullmatch(printed)
    try:
        year, month, day = (int(number) for number in match.groups()) if match else (0, 0, 0)
        return pendulum.Date(year, month, day)
    except ValueError:
        raise InvalidValue(field, printed, "a day as YYYY-MM-DD, such as 2005-05-17") from None


def _rows(file: Path) -> Iterator[tuple[str, Element]]:
    root = root_of(file)
    if root.tag != "visits":
        raise UnreadableInput(str(file), f"line 1: expected a list of <visits>, found <{root.tag}>")
    for ordinal, row in enumerate(rows_in(root, "visit"), start=1):
        yield f"{file.name}, visit {ordinal}", row


def rows_in(root: Element, tag: str) -> Iterator[Element]:
    """Yield what a list holds: the rows, wherever they stand, and whatever stands in the place of some."""
    for element in root:
        within = list(element.iter(tag))
        yield from within or (element,)


DEEPEST = 50
"""Elements in each other; a list has four."""


def root_of(file: Path) -> Element:
    """Parse a file.

    Raises UnreadableInput for what is no plain XML.
    """
    try:
        root: Element = parse(BytesIO(read_input(file))).getroot()
    except ParseError as error:
        line, column = error.position
        raise UnreadableInput(str(file), f"line {line}, column {column}: {error}") from error
    except (DefusedXmlException, ValueError, LookupError) as error:
        raise UnreadableInput(str(file), f"expected plain XML: {error}") from error
    level = [root]
    for _ in range(DEEPEST):
        level = [child for element in level for child in element]
    if level:  # rows in rows would be read again and again
        raise UnreadableInput(str(file), f"it has more than {DEEPEST} elements in each other")
    return root


def _printed(visit: Element, source: str) -> PrintedRow:
    return printed_row(visit, source, visitor="visitor", country="from", description="description")


def printed_row(row: Element, source: str, *, visitor: str, country: str, description: str) -> PrintedRow:
    """Return a row as printed, by the tags of its elements."""
    return PrintedRow(
        source=source,
        start=text_of(row, "start-date"),
        end=text_of(row, "end-date"),
        visitor=_sole_text_of(row, visitor),
        country_id=_apart(one.get("id", "").strip() for one in row.iter(country)),
        country_label=_sole_text_of(row, country),
        description=text_of(row, description),
    )


def text_of(row: Element, tag: str) -> str:
    """Return the text of an element; of several with the same tag, all of them, so that none is lost."""
    return " ".join(_texts_of(row, tag))


def _sole_text_of(row: Element, tag: str) -> str:
    """Return the text of an element; of several that differ, all of them apart, for `understand` to refuse."""
    return _apart(_texts_of(row, tag))


def _apart(texts: Iterable[str]) -> str:
    """Return a text, and of several that differ all of them apart."""
    return SEVERAL.join(dict.fromkeys(filter(None, texts)))


def _texts_of(row: Element, tag: str) -> Iterator[str]:
    texts = (" ".join("".join(part.itertext()).split()) for part in row.iter(tag))
    return (text for text in texts if text)
