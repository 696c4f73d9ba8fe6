"""Calendars: engagements become entries, entries become feeds that people subscribe to."""

from diplocal.calendars.feed import Calendar, Feed
from diplocal.calendars.policy import GOOGLE, STANDARD, Policy

__all__ = ["GOOGLE", "STANDARD", "Calendar", "Feed", "Policy"]
