"""Words for people: titles, statuses, dates and facts of engagements, in any language that has a catalogue.

>>> from diplocal.engagements import Kind
>>> kind(Kind.CALL, language("en"))
'Call'
"""

from diplocal.wording.contract import Language
from diplocal.wording.describe import (
    Fact,
    date,
    denials,
    details,
    doubts,
    facts,
    full_office,
    grade,
    kind,
    office,
    participant,
    person,
    place,
    source,
    standing,
    status,
    title,
)
from diplocal.wording.language import ENGLISH, known_tag, language, nearest_language

__all__ = [
    "ENGLISH",
    "Fact",
    "Language",
    "date",
    "denials",
    "details",
    "doubts",
    "facts",
    "full_office",
    "grade",
    "kind",
    "known_tag",
    "language",
    "nearest_language",
    "office",
    "participant",
    "person",
    "place",
    "source",
    "standing",
    "status",
    "title",
]
