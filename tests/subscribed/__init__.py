"""Calendars that somebody else keeps, brought into a log."""
