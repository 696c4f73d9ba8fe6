"""How high a visit ranks in protocol, and what it is for: two axes, never one."""

from diplocal.checks import Choice


class Level(Choice):
    """The level of a visit, highest first, in the order of protocol."""

    STATE = "state"
    OFFICIAL = "official"
    OFFICIAL_WORKING = "official working"
    WORKING = "working"
    GUEST_OF_GOVERNMENT = "guest of government"
    UNOFFICIAL = "unofficial"
    INFORMAL = "informal"
    PRIVATE = "private"
    TRANSIT = "transit"
    UNKNOWN = "unknown"


class Purpose(Choice):
    """What a visit or meeting is for."""

    TALKS = "talks"
    CONSULTATION = "consultation"
    SUMMIT = "summit"
    CONFERENCE = "conference"
    CEREMONY = "ceremony"
    FUNERAL = "funeral"
    INAUGURATION = "inauguration"
    MARGINS = "margins of a conference"
    MEDICAL = "medical treatment"
    HOLIDAY = "holiday"
    OTHER = "other"
