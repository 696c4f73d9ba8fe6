"""From a row of the list to the event that it becomes, and back: the row as printed is kept in the event's note."""

import re
import unicodedata

import pendulum

from diplocal.dates import When
from diplocal.errors import InvalidValue
from diplocal.events import VisitConcluded
from diplocal.importers.intake import slug_text
from diplocal.importers.statedept.levels import read_levels, read_purposes
from diplocal.importers.statedept.rows import VisitRow
from diplocal.importers.statedept.visitors import read_visitors
from diplocal.levels import Level
from diplocal.parties import State
from diplocal.sources import Attribution, Source

UNITED_STATES = State("US", "United States")
PUBLISHER = "Office of the Historian, U.S. Department of State"
ADDRESS = "https://history.state.gov/departmenthistory/visits"

_NOTE = re.compile(
    r"Listed as: (?P<visitor>[^\n]*)\nFrom: (?P<label>[^\n]*) \[(?P<id>[^\n\]]*)\](?:\n(?P<text>.*))?", re.DOTALL
)


def event_of(row: VisitRow, slug: str, reported: pendulum.Date) -> VisitConcluded:
    """Return the event that a row becomes: the structured dates rule, the level is the highest that the text names."""
    return VisitConcluded(
        engagement=slug,
        visitors=read_visitors(row.visitor, row.state),
        host=UNITED_STATES,
        when=When.between(row.start, row.end),
        level=next(iter(read_levels(row.description)), Level.UNKNOWN),
        purposes=read_purposes(row.description),
        reported=reported,
        sources=(source(reported),),
        note=f"Listed as: {row.visitor}\nFrom: {row.country_label} [{row.country_id}]\n{row.description}".strip(),
    )


def row_of(event: VisitConcluded) -> VisitRow:
    """Return the row that an event came from.

    Raises InvalidValue for an event that came from elsewhere.
    """
    found = _NOTE.fullmatch(event.note or "")
    if found is None or event.when.earliest is None or event.when.latest is None:
        raise InvalidValue("note", event.note, "the row as this importer keeps it")
    return VisitRow(
        source="the log",
        start=event.when.earliest,
        end=event.when.latest,
        visitor=found["visitor"],
        country_id=found["id"],
        country_label=found["label"],
        description=found["text"] or "",
    )


def slug_of(row: VisitRow) -> str:
    """Name the engagement: who came, and on which day."""
    names = "-".join(person.name for person in read_visitors(row.visitor, row.state))
    return f"{slug_of_names(names)}-to-us-{row.start.isoformat()}"


def slug_of_names(names: str) -> str:
    """Return names as a part of a slug."""
    return slug_text(unicodedata.normalize("NFKD", names).encode("ascii", "ignore").decode()) or "visitor"


def source(reported: pendulum.Date, address: str = ADDRESS) -> Source:
    """Name a snapshot of a list at an address as a source."""
    return Source(PUBLISHER, url=address, published=reported, attribution=Attribution.DATASET)
