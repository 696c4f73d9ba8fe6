"""From reports to an understanding: what is known of each visit, meeting, call, patrol and exercise."""

from diplocal.engagements.duplicates import Duplicates
from diplocal.engagements.engagement import Conflict, Denial, Engagement, Outcome, Reaction, Stamp, Status
from diplocal.engagements.fold import Change, Engagements
from diplocal.engagements.kinds import KINDS as KINDS
from diplocal.engagements.kinds import Kind, KindRow
from diplocal.engagements.reports import Pointer, PointerKind, Report, known_since
from diplocal.engagements.subjects import (
    Agreement,
    Alias,
    Call,
    Exercise,
    Listed,
    Meeting,
    Patrol,
    Posting,
    Statement,
    Subject,
    TermOfOffice,
    Trip,
    Visit,
)
from diplocal.engagements.timeline import Step, timeline
from diplocal.engagements.to_events import to_events
from diplocal.engagements.understanding import understand

__all__ = [
    "Agreement",
    "Alias",
    "Call",
    "Change",
    "Conflict",
    "Denial",
    "Duplicates",
    "Engagement",
    "Engagements",
    "Exercise",
    "Kind",
    "KindRow",
    "Listed",
    "Meeting",
    "Outcome",
    "Patrol",
    "Pointer",
    "PointerKind",
    "Posting",
    "Reaction",
    "Report",
    "Stamp",
    "Statement",
    "Status",
    "Step",
    "Subject",
    "TermOfOffice",
    "Trip",
    "Visit",
    "known_since",
    "timeline",
    "to_events",
    "understand",
]
