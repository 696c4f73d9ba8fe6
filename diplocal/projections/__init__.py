"""Answers: pure folds of the log. One file for each that is built in."""

from diplocal.projections.all_engagements import AllEngagements
from diplocal.projections.contacts import Contact, ContactFrequency, Contacts, Frequency, Period
from diplocal.projections.contract import Projection
from diplocal.projections.discrepancies import Discrepancies, Discrepancy, Finding
from diplocal.projections.over_engagements import OverChanges
from diplocal.projections.tally import Tally, tally
from diplocal.projections.upcoming import Ahead, Upcoming, UpcomingVisits
from diplocal.projections.view import View

__all__ = [
    "Ahead",
    "AllEngagements",
    "Contact",
    "ContactFrequency",
    "Contacts",
    "Discrepancies",
    "Discrepancy",
    "Finding",
    "Frequency",
    "OverChanges",
    "Period",
    "Projection",
    "Tally",
    "Upcoming",
    "UpcomingVisits",
    "View",
    "tally",
]
