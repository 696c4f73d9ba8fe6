"""What is meant to happen: invitations and announcements."""

from diplocal.events.registry import event
from diplocal.events.shapes import Call, Exercise, Meeting, Visit


@event("diplocal.visit-invited")
class VisitInvited(Visit):
    """Somebody was invited; whether they will come is open."""


@event("diplocal.visit-announced")
class VisitAnnounced(Visit):
    """A visit is planned."""


@event("diplocal.meeting-announced")
class MeetingAnnounced(Meeting):
    """A meeting is planned. Not a contact: only what was held counts as one."""


@event("diplocal.call-announced")
class CallAnnounced(Call):
    """A call is planned."""


@event("diplocal.exercise-announced")
class ExerciseAnnounced(Exercise):
    """A military exercise is planned."""
