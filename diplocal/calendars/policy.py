"""What a feed leaves out, and when: decided by its publisher, the same for every reader."""

import msgspec


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries a feed shows."""

    cancelled_for_days: int = 7
    """A cancelled entry stays so many days after its planned end, so that every subscriber sees the cancellation."""
    vague_up_to_days: int = 92
    """A vague date is drawn as a span when it is no longer than this (a quarter); 0 leaves all vague dates out."""
    cancelled_stay_confirmed: bool = False
    """For Google Calendar, which shows cancelled entries of subscriptions badly: keep STATUS:CONFIRMED, and let the
    prefix in the summary tell."""


STANDARD = Policy()
GOOGLE = Policy(cancelled_stay_confirmed=True)
"""The profile for subscribers who read with Google Calendar."""
