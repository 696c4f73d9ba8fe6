"""Reads a feed with ical, Home Assistant's parser, and writes it again: what it dropped is gone."""

import sys

from ical.calendar_stream import IcsCalendarStream

calendar = IcsCalendarStream.calendar_from_ics(sys.stdin.buffer.read().decode())
sys.stdout.write(IcsCalendarStream.calendar_to_ics(calendar))
