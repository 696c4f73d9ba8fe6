"""Calendars: engagements become entries, entries become feeds that people subscribe to."""

from diplocal.calendars.feed import Calendar, Feed, RichFeed
from diplocal.calendars.jscalendar import Group, JSCalendarFeed
from diplocal.calendars.policy import GOOGLE, STANDARD, Policy
from diplocal.calendars.wording import ENGLISH, InLanguage, Wording

__all__ = [
    "ENGLISH",
    "GOOGLE",
    "STANDARD",
    "Calendar",
    "Feed",
    "Group",
    "InLanguage",
    "JSCalendarFeed",
    "Policy",
    "RichFeed",
    "Wording",
]
