"""Answers: pure folds of the log. One file for each that is built in."""

from diplocal.projections.all_engagements import AllEngagements
from diplocal.projections.contacts import Contact, ContactFrequency, Contacts, Frequency, Period
from diplocal.projections.contract import Projection
from diplocal.projections.days import Days
from diplocal.projections.discrepancies import Discrepancies, Discrepancy, Finding
from diplocal.projections.itineraries import Gap, Itineraries, Itinerary, Journeys, Leg, Overlap
from diplocal.projections.network import Asymmetry, Edge, Network, Node, Nodes, Ties, Weight
from diplocal.projections.over_engagements import OverChanges
from diplocal.projections.patrols import Patrol, PatrolCount, Patrols, PatrolsSeen, Scramble, Tempo
from diplocal.projections.punctuality import Performance, Planned, Punctuality, Side, Slip, Timekeeping
from diplocal.projections.reports_view import ReportsView
from diplocal.projections.rounds import Claim, ConsultationRounds, Consultations, Due, Interval, RoundsOfSeries
from diplocal.projections.tally import Tally, tally
from diplocal.projections.upcoming import Ahead, Upcoming, UpcomingVisits
from diplocal.projections.view import View

__all__ = [
    "Ahead",
    "AllEngagements",
    "Asymmetry",
    "Claim",
    "ConsultationRounds",
    "Consultations",
    "Contact",
    "ContactFrequency",
    "Contacts",
    "Days",
    "Discrepancies",
    "Discrepancy",
    "Due",
    "Edge",
    "Finding",
    "Frequency",
    "Gap",
    "Interval",
    "Itineraries",
    "Itinerary",
    "Journeys",
    "Leg",
    "Network",
    "Node",
    "Nodes",
    "OverChanges",
    "Overlap",
    "Patrol",
    "PatrolCount",
    "Patrols",
    "PatrolsSeen",
    "Performance",
    "Period",
    "Planned",
    "Projection",
    "Punctuality",
    "ReportsView",
    "RoundsOfSeries",
    "Scramble",
    "Side",
    "Slip",
    "Tally",
    "Tempo",
    "Ties",
    "Timekeeping",
    "Upcoming",
    "UpcomingVisits",
    "View",
    "Weight",
    "tally",
]
