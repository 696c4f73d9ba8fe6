"""Reports become records, records an understanding, an understanding answers and calendars.

events -> store -> engagements -> projections -> calendars; replaying folds a store to an answer

``open`` a log, ``append`` events to it (VisitAnnounced, MeetingHeld, Corrected ...), ``replay`` a projection over it
(UpcomingVisits, ContactFrequency, Feed ...). Write a projection of your own with ``tally``, View or OverChanges, an
event class with ``event``, and test both with ``diplocal.testing``.

>>> log = open("memory:")
>>> visit = VisitAnnounced(engagement="visit", visitors=(State("CN"),), host=State("RU"), when=When("2023-10"))
>>> [record.position for record in log.append(visit)]
[1]
>>> from diplocal import wording
>>> for entry in replay(UpcomingVisits(), log):
...     print(wording.date(entry), "|", wording.title(entry))
October 2023, date to be confirmed | China to Russia
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, _offered = lazy_loader.attach_stub(__name__, __file__)
__all__ = [name for name in _offered if name != "open"]
"""What ``import *`` brings: all but ``open``, which would hide Python's own."""
