# What `diplocal.projections` offers; each name is loaded when it is first used.

from .aliases import NobodyCalledSo
from .all_engagements import AllEngagements
from .contacts import Contact, ContactFrequency, Contacts, Frequency, Period
from .contract import Projection
from .days import Days
from .discrepancies import Discrepancies
from .filters import Filter
from .findings import Discrepancy, Finding
from .grouped import Grouped
from .itineraries import Gap, Itineraries, Itinerary, Journeys, Leg, Overlap
from .network import Asymmetry, Edge, Network, Node, Nodes, Ties, Weight
from .over_engagements import OverChanges
from .patrols import ConductedPatrol, PatrolCount, Patrols, PatrolsSeen, Scramble, Tempo
from .possible_duplicates import PossibleDuplicates
from .possible_namesakes import PossiblyOnePerson
from .punctuality import Performance, Planned, Punctuality, Side, Slip, Timekeeping
from .reports_view import ReportsView
from .rounds import Claim, ConsultationRounds, Consultations, Due, Interval, RoundsOfSeries
from .tally import Tally, tally
from .upcoming import Upcoming, UpcomingVisits
from .view import View

__all__ = [
    "AllEngagements",
    "Asymmetry",
    "Claim",
    "ConductedPatrol",
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
    "Filter",
    "Finding",
    "Frequency",
    "Gap",
    "Grouped",
    "Interval",
    "Itineraries",
    "Itinerary",
    "Journeys",
    "Leg",
    "Network",
    "NobodyCalledSo",
    "Node",
    "Nodes",
    "OverChanges",
    "Overlap",
    "PatrolCount",
    "Patrols",
    "PatrolsSeen",
    "Performance",
    "Period",
    "Planned",
    "PossibleDuplicates",
    "PossiblyOnePerson",
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
