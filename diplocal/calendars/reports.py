"""Reports inside an entry, for another log to take: JSON in a property of our own, X-DIPLOCAL-REPORTS.

A calendar program shows a summary and a date. A log that subscribes learns from this property who takes part, in which
office, how exactly the date is known, and who said so.
"""

import re
from collections.abc import Sequence

import msgspec

from diplocal.errors import MalformedEvent
from diplocal.events import EngagementEvent
from diplocal.events.wire import Encoded, decode, encode

PROPERTY = "X-DIPLOCAL-REPORTS"
_CHANGED_IN_A_TEXT = re.compile("[\x7f-\x9f\u2028\u2029]")
"""What JSON may hold as it is, and a text of a calendar loses or writes as another line break."""


class Report(msgspec.Struct):
    """One event, as a log keeps it."""

    type: str
    version: int
    data: msgspec.Raw


def write_reports(events: Sequence[EngagementEvent]) -> str:
    """Write events about one engagement as JSON.

    Raises UnknownEventType for an event whose class is not registered.
    """
    encoded = map(encode, events)
    written = msgspec.json.encode([Report(one.type, one.version, msgspec.Raw(one.data)) for one in encoded]).decode()
    return _CHANGED_IN_A_TEXT.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def read_reports(text: str) -> tuple[EngagementEvent, ...]:
    """Read what ``write_reports`` wrote.

    Raises MalformedEvent for a text that is none, and for events about several engagements or none; UnknownEventType;
    NewerSchema; and InvalidValue for a field that cannot be.
    """
    try:
        reports = msgspec.json.decode(text, type=list[Report])
    except msgspec.MsgspecError as wrong:
        raise MalformedEvent(PROPERTY, str(wrong)) from wrong
    events = tuple(decode(Encoded(one.type, one.version, bytes(one.data))) for one in reports)
    about = tuple(event for event in events if isinstance(event, EngagementEvent))
    if len(about) != len(events) or len({event.engagement for event in about}) != 1:
        raise MalformedEvent(PROPERTY, "expected events about one engagement")
    return about
