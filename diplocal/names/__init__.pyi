# The one resolver; each name is loaded when it is first used.

from .kinds import Sort, kind, status
from .offices import Parted, office, part
from .participants import Reading, participant, reading, readings
from .parties import organisation, party, state
from .people import names_near, person_key

__all__ = [
    "Parted",
    "Reading",
    "Sort",
    "kind",
    "names_near",
    "office",
    "organisation",
    "part",
    "participant",
    "party",
    "person_key",
    "reading",
    "readings",
    "state",
    "status",
]
