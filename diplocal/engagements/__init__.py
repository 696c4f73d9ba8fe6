"""From reports to an understanding: what is known of each visit, meeting, call, patrol and exercise."""

from diplocal.engagements.duplicates import Duplicates
from diplocal.engagements.engagement import Conflict, Engagement, Kind, Outcome, Reaction, Stamp, Status
from diplocal.engagements.fold import Change, Engagements
from diplocal.engagements.reports import Report, known_since
from diplocal.engagements.timeline import Step, timeline
from diplocal.engagements.to_events import to_events
from diplocal.engagements.understanding import understand

__all__ = [
    "Change",
    "Conflict",
    "Duplicates",
    "Engagement",
    "Engagements",
    "Kind",
    "Outcome",
    "Reaction",
    "Report",
    "Stamp",
    "Status",
    "Step",
    "known_since",
    "timeline",
    "to_events",
    "understand",
]
