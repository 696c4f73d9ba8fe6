"""The checker: each planted defect is found, with its line and its section; a clean calendar has none."""

from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diplocal.calendars import Feed
from diplocal.calendars.check import Finding, Severity, check
from diplocal.calendars.lines import component, text
from diplocal.dates import When
from diplocal.demo import article
from diplocal.events import CallHeld, EngagementEvent
from diplocal.parties import Person, State
from diplocal.replaying import replay
from diplocal.store import MemoryStore

CLEAN = r"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//diplocal//tests//EN
CALSCALE:GREGORIAN
NAME:Visits\, as reported
X-WR-CALNAME:Visits\, as reported
REFRESH-INTERVAL;VALUE=DURATION:PT1H
SOURCE;VALUE=URI:https://example.org/visits.ics
COLOR:steelblue
BEGIN:VTIMEZONE
TZID:Europe/Moscow
BEGIN:STANDARD
DTSTART:20220101T000000
TZNAME:MSK
TZOFFSETFROM:+0300
TZOFFSETTO:+0300
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:days
DTSTAMP:20230918T120000Z
DTSTART;VALUE=DATE:20231017
DTEND;VALUE=DATE:20231019
SUMMARY:Talks\, then lunch\; both in Пекин
DESCRIPTION:A path\, C:\\New\nand a second line that is long enough to have
  to be folded
CATEGORIES:Visit,China,Russia
SEQUENCE:2
STATUS:TENTATIVE
TRANSP:TRANSPARENT
URL:https://example.org/visits?state=CN,RU;year=2023
LAST-MODIFIED:20230918T120000Z
X-DIPLOCAL-EDTF:2023-10-17/2023-10-18
END:VEVENT
BEGIN:VEVENT
UID:hours
DTSTAMP:20230918T120000Z
DTSTART;TZID=Europe/Moscow:20230918T100000
DTEND:20230918T090000Z
SUMMARY:A call
RELATED-TO;RELTYPE=PARENT:days
BEGIN:VLOCATION
UID:there
NAME:Moscow
END:VLOCATION
END:VEVENT
BEGIN:VTODO
UID:task
DTSTAMP:20230918T120000Z
DUE:20230918T120000Z
STATUS:NEEDS-ACTION
END:VTODO
END:VCALENDAR
"""


def as_bytes(calendar: str) -> bytes:
    return calendar.replace("\n", "\r\n").encode()


def feed_of(*events: EngagementEvent) -> bytes:
    """Give what subscribers get."""
    store = MemoryStore(log_id="7f8d5c1e-0000-4000-8000-000000000001")
    for event in events:
        store.append(event)
    return replay(Feed(title="Visits; calls, and more"), store).to_ical()


CALL_IN_BERLIN = CallHeld(
    engagement="call",
    participants=(Person("Wang Yi", State("CN", "China")), Person("Lavrov; \\, the minister", State("RU", "Russia"))),
    when=When("2023-09-18T16:30:00+02:00[Europe/Berlin]"),
)


class Defect(NamedTuple):
    """One thing done wrong to the clean calendar."""

    old: str
    """What stands there, once."""
    new: str
    """What is put in its place."""
    name: str
    section: str
    at: int = 0
    """Which line of the new ones is found, from 0."""

    def planted(self) -> str:
        assert CLEAN.count(f"\n{self.old}\n") == 1, self.old
        return CLEAN.replace(f"\n{self.old}\n", f"\n{self.new}\n")

    @property
    def line(self) -> int:
        return CLEAN[: CLEAN.index(f"\n{self.old}\n")].count("\n") + 2 + self.at


DAYS = "UID:days\nDTSTAMP:20230918T120000Z"
HOURS = "UID:hours\nDTSTAMP:20230918T120000Z"
START, END = "DTSTART;VALUE=DATE:20231017", "DTEND;VALUE=DATE:20231019"
CALL, CALL_ENDS = "DTSTART;TZID=Europe/Moscow:20230918T100000", "DTEND:20230918T090000Z"
SUMMARY = r"SUMMARY:Talks\, then lunch\; both in Пекин"
CALENDAR, EVENT, TASK, ZONE = "RFC 5545, 3.6", "RFC 5545, 3.6.1", "RFC 5545, 3.6.2", "RFC 5545, 3.6.5"
OBJECT = "RFC 5545, 3.4"
TEXT, DATE, TIME, END_SECTION = "RFC 5545, 3.3.11", "RFC 5545, 3.3.4", "RFC 5545, 3.3.5", "RFC 5545, 3.8.2.2"

TRIGGER, PERIOD = "RFC 5545, 3.8.6.3", "RFC 5545, 3.3.9"


def alarm(*properties: str) -> str:
    return "\n".join(("BEGIN:VALARM", "ACTION:DISPLAY", *properties, "END:VALARM"))


DEFECTS = {
    # What a component must have, and may have once
    "no VERSION": Defect("VERSION:2.0\nPRODID:-//diplocal//tests//EN", "PRODID:x", "VERSION", CALENDAR, -1),
    "no PRODID": Defect("VERSION:2.0\nPRODID:-//diplocal//tests//EN", "VERSION:2.0", "PRODID", CALENDAR, -1),
    "two VERSIONs": Defect("VERSION:2.0", "VERSION:2.0\nVERSION:2.0", "VERSION", CALENDAR, 1),
    "no UID": Defect(f"BEGIN:VEVENT\n{DAYS}", "BEGIN:VEVENT\nDTSTAMP:20230918T120000Z", "UID", EVENT),
    "no DTSTAMP": Defect(f"BEGIN:VEVENT\n{DAYS}", "BEGIN:VEVENT\nUID:days", "DTSTAMP", EVENT),
    "no DTSTART": Defect(f"{HOURS}\n{CALL}\n{CALL_ENDS}", HOURS, "DTSTART", EVENT, -1),
    "no UID in a task": Defect("UID:task", "COMMENT:no name", "UID", "RFC 5545, 3.6.2", -1),
    "no UID in a location": Defect("UID:there", "COMMENT:no name", "UID", "RFC 9073, 7.2", -1),
    "two UIDs": Defect("UID:task", "UID:task\nUID:other", "UID", "RFC 5545, 3.6.2", 1),
    "two DTSTAMPs": Defect(DAYS, f"{DAYS}\nDTSTAMP:20230918T120000Z", "DTSTAMP", EVENT, 2),
    "two DTSTARTs": Defect(START, f"{START}\n{START}", "DTSTART", EVENT, 1),
    "two SUMMARYs": Defect(SUMMARY, f"{SUMMARY}\nSUMMARY:again", "SUMMARY", EVENT, 1),
    "two STATUSes": Defect("STATUS:TENTATIVE", "STATUS:TENTATIVE\nSTATUS:CONFIRMED", "STATUS", EVENT, 1),
    "two TRANSPs": Defect("TRANSP:TRANSPARENT", "TRANSP:TRANSPARENT\nTRANSP:OPAQUE", "TRANSP", EVENT, 1),
    "two SEQUENCEs": Defect("SEQUENCE:2", "SEQUENCE:2\nsequence:3", "SEQUENCE", EVENT, 1),
    "an empty UID": Defect("UID:hours", "UID:", "UID", "RFC 5545, 3.8.4.7"),
    "a calendar inside a calendar": Defect(
        "END:VTODO",
        "END:VTODO\nBEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:X-ODD\nEND:X-ODD\nEND:VCALENDAR",
        "BEGIN",
        OBJECT,
        1,
    ),
    "a calendar inside an entry": Defect(
        "SEQUENCE:2",
        "SEQUENCE:2\nBEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:X-ODD\nEND:X-ODD\nEND:VCALENDAR",
        "BEGIN",
        OBJECT,
        1,
    ),
    "one UID for two entries": Defect("UID:hours", "UID:days", "UID", "RFC 5545, 3.8.4.7"),
    # When it starts and ends
    "DTEND before DTSTART": Defect(END, "DTEND;VALUE=DATE:20231016", "DTEND", END_SECTION),
    "no day at all": Defect(END, "DTEND;VALUE=DATE:20231017", "DTEND", END_SECTION),
    "no hour at all": Defect(CALL_ENDS, "DTEND:20230918T070000Z", "DTEND", END_SECTION),
    "ends before it starts, in another zone": Defect(CALL_ENDS, "DTEND:20230918T065959Z", "DTEND", END_SECTION),
    "starts on a day, ends at an hour": Defect(END, "DTEND:20231019T100000Z", "DTEND", END_SECTION),
    "ends in no time zone": Defect(CALL_ENDS, "DTEND:20230918T110000", "DTEND", END_SECTION),
    "ends in no time zone, and starts in one of the file's": Defect(
        f"{CALL}\n{CALL_ENDS}",
        "DTSTART;TZID=/example.org/Europe/Minsk:20230918T100000\nDTEND:20230918T110000",
        "DTEND",
        END_SECTION,
        1,
    ),
    "DTEND and DURATION": Defect(END, f"{END}\nDURATION:P2D", "DURATION", EVENT, 1),
    "DUE and DURATION": Defect("DUE:20230918T120000Z", "DUE:20230918T120000Z\nDURATION:P2D", "DURATION", TASK, 1),
    "an end that is a period": Defect(CALL_ENDS, "DTEND;VALUE=PERIOD:20230918T090000Z/PT1H", "DTEND", END_SECTION),
    "a month of 31 days that has 30": Defect(END, "DTEND;VALUE=DATE:20231131", "DTEND", DATE),
    "a date with hyphens": Defect(START, "DTSTART;VALUE=DATE:2023-10-17", "DTSTART", DATE),
    "a date that does not say so": Defect("DUE:20230918T120000Z", "DUE:20230918", "DUE", TIME),
    "an hour 24": Defect(CALL_ENDS, "DTEND:20230918T240000Z", "DTEND", TIME),
    "an offset in a time": Defect(CALL_ENDS, "DTEND:20230918T120000+0300", "DTEND", TIME),
    "one of several dates": Defect(START, f"{START}\nEXDATE;VALUE=DATE:20231018,2023", "EXDATE", DATE, 1),
    "a date of no known type": Defect("DUE:20230918T120000Z", "DUE;VALUE=X-DAY:20230918", "DUE", "RFC 5545, 3.8.2.3"),
    "DTSTAMP not in UTC": Defect(HOURS, "UID:hours\nDTSTAMP:20230918T120000", "DTSTAMP", "RFC 5545, 3.8.7.2", 1),
    "LAST-MODIFIED not in UTC": Defect(
        "LAST-MODIFIED:20230918T120000Z", "LAST-MODIFIED:20230918T120000", "LAST-MODIFIED", "RFC 5545, 3.8.7.3"
    ),
    # What values may be
    "an unknown STATUS": Defect("STATUS:TENTATIVE", "STATUS:POSTPONED", "STATUS", "RFC 5545, 3.8.1.11"),
    "the STATUS of an event in a task": Defect(
        "STATUS:NEEDS-ACTION", "STATUS:TENTATIVE", "STATUS", "RFC 5545, 3.8.1.11"
    ),
    "an unknown TRANSP": Defect("TRANSP:TRANSPARENT", "TRANSP:FREE", "TRANSP", "RFC 5545, 3.8.2.7"),
    "a SEQUENCE below 0": Defect("SEQUENCE:2", "SEQUENCE:-1", "SEQUENCE", "RFC 5545, 3.8.7.4"),
    "a SEQUENCE in words": Defect("SEQUENCE:2", "SEQUENCE:two", "SEQUENCE", "RFC 5545, 3.8.7.4"),
    "a SEQUENCE in other digits": Defect("SEQUENCE:2", "SEQUENCE:٢", "SEQUENCE", "RFC 5545, 3.8.7.4"),
    "a colour by number": Defect("COLOR:steelblue", "COLOR:#4682b4", "COLOR", "RFC 7986, 5.9"),
    "a colour of CSS4": Defect("COLOR:steelblue", "COLOR:rebeccapurple", "COLOR", "RFC 7986, 5.9"),
    "an address without a scheme": Defect(
        "URL:https://example.org/visits?state=CN,RU;year=2023", "URL:example.org", "URL", "RFC 5545, 3.8.4.6"
    ),
    "a length of months": Defect(END, "DURATION:P1M", "DURATION", "RFC 5545, 3.8.2.5"),
    "a length below nothing": Defect(END, "DURATION:-P1D", "DURATION", "RFC 5545, 3.8.2.5"),
    "a PRIORITY above 9": Defect("SEQUENCE:2", "PRIORITY:10", "PRIORITY", "RFC 5545, 3.8.1.9"),
    "a guest without an address": Defect("SEQUENCE:2", "ATTENDEE:Wang Yi", "ATTENDEE", "RFC 5545, 3.8.4.1"),
    "an organizer without an address": Defect("SEQUENCE:2", "ORGANIZER:Wang Yi", "ORGANIZER", "RFC 5545, 3.8.4.3"),
    "version 1": Defect("VERSION:2.0", "VERSION:1.0", "VERSION", "RFC 5545, 3.7.4"),
    "another calendar scale": Defect("CALSCALE:GREGORIAN", "CALSCALE:CHINESE", "CALSCALE", "RFC 5545, 3.7.1"),
    "an offset without a sign": Defect("TZOFFSETTO:+0300", "TZOFFSETTO:0300", "TZOFFSETTO", "RFC 5545, 3.8.3.4"),
    "an interval that does not say that it is one": Defect(
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "REFRESH-INTERVAL:PT1H", "REFRESH-INTERVAL", "RFC 7986, 5.7"
    ),
    "a source that does not say that it is an address": Defect(
        "SOURCE;VALUE=URI:https://example.org/visits.ics",
        "SOURCE:https://example.org/visits.ics",
        "SOURCE",
        "RFC 7986, 5.8",
    ),
    "a length of no time": Defect(END, "DURATION:PT0S", "DURATION", "RFC 5545, 3.8.2.5"),
    "a place in words": Defect("SEQUENCE:2", "GEO:somewhere", "GEO", "RFC 5545, 3.8.1.6"),
    "a latitude alone": Defect("SEQUENCE:2", "GEO:59.91", "GEO", "RFC 5545, 3.8.1.6"),
    "a latitude beyond the pole": Defect("SEQUENCE:2", "GEO:90.5;10.75", "GEO", "RFC 5545, 3.8.1.6"),
    "a longitude with a comma": Defect("SEQUENCE:2", "GEO:59.91;10,75", "GEO", "RFC 5545, 3.8.1.6"),
    "a CLASS of two words": Defect("SEQUENCE:2", "CLASS:TOP SECRET", "CLASS", "RFC 5545, 3.8.1.3"),
    "more than all": Defect("STATUS:NEEDS-ACTION", "PERCENT-COMPLETE:101", "PERCENT-COMPLETE", "RFC 5545, 3.8.1.8"),
    "an attachment in words": Defect("SEQUENCE:2", "ATTACH:see the letter", "ATTACH", "RFC 5545, 3.8.1.1"),
    "a REQUEST-STATUS in words": Defect("SEQUENCE:2", "REQUEST-STATUS:fine", "REQUEST-STATUS", "RFC 5545, 3.8.8.3"),
    # Alarms
    "an alarm at a time in words": Defect(HOURS, f"{HOURS}\n{alarm('TRIGGER:fifteen minutes')}", "TRIGGER", TRIGGER, 4),
    "an alarm at a time in no zone": Defect(
        HOURS, f"{HOURS}\n{alarm('TRIGGER;VALUE=DATE-TIME:20230918T100000')}", "TRIGGER", TRIGGER, 4
    ),
    "an alarm at a time that does not say so": Defect(
        HOURS, f"{HOURS}\n{alarm('TRIGGER:20230918T100000Z')}", "TRIGGER", TRIGGER, 4
    ),
    "an alarm again, nobody knows when": Defect(
        HOURS, f"{HOURS}\n{alarm('TRIGGER:-PT15M', 'REPEAT:2')}", "REPEAT", "RFC 5545, 3.6.6", 5
    ),
    "an alarm again and again": Defect(
        HOURS, f"{HOURS}\n{alarm('TRIGGER:-PT15M', 'DURATION:PT5M', 'REPEAT:often')}", "REPEAT", "RFC 5545, 3.8.6.2", 6
    ),
    # What recurs
    **{
        f"a rule of {rule or 'nothing'}": Defect(CALL, f"{CALL}\nRRULE:{rule}", "RRULE", "RFC 5545, 3.3.10", 1)
        for rule in (
            *(
                "",
                "COUNT=3",
                "FREQ=FORTNIGHTLY",
                "FREQ=WEEKLY;COUNT=3;UNTIL=20270101T000000Z",
                "FREQ=WEEKLY;INTERVAL=0",
            ),
            *("FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=DAILY;COUNT=-1", "FREQ=DAILY;COUNT=many", "FREQ=DAILY;FREQ=WEEKLY"),
            *("FREQ=WEEKLY;BYDAY=MONDAY", "FREQ=YEARLY;BYMONTH=13", "FREQ=DAILY;UNTIL=later", "FREQ=DAILY;EASTER=1"),
            *(
                "FREQ=HOURLY",
                "FREQ=WEEKLY;BYWEEKNO=20",
                "FREQ=DAILY;UNTIL=20231231",
                "FREQ=DAILY;UNTIL=20231231T100000",
                "FREQ=DAILY;UNTIL=20200101T000000Z",
                *("FREQ=WEEKLY;BYDAY=1MO", "FREQ=DAILY;BYSETPOS=1", "FREQ=MONTHLY;BYDAY=0MO", "FREQ=WEEKLY;BYDAY="),
            ),
        )
    },
    "a rule for days at an hour": Defect(START, f"{START}\nRRULE:FREQ=DAILY;BYHOUR=10", "RRULE", "RFC 5545, 3.3.10", 1),
    "a task that is due before it starts": Defect(
        "DUE:20230918T120000Z",
        "DTSTART:20230918T130000Z\nDUE:20230918T120000Z",
        "DUE",
        "RFC 5545, 3.8.2.3",
        1,
    ),
    "a rule for days that ends at a time": Defect(
        START, f"{START}\nRRULE:FREQ=DAILY;UNTIL=20231231T000000Z", "RRULE", "RFC 5545, 3.3.10", 1
    ),
    "a rule of a time zone": Defect("TZNAME:MSK", "TZNAME:MSK\nRRULE:FREQ=EVERY", "RRULE", "RFC 5545, 3.3.10", 1),
    "a rule of a time zone that does not end in UTC": Defect(
        "TZNAME:MSK", "TZNAME:MSK\nRRULE:FREQ=YEARLY;UNTIL=20240101T000000", "RRULE", "RFC 5545, 3.3.10", 1
    ),
    "a day excluded from times": Defect(
        CALL,
        f"{CALL}\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;VALUE=DATE:20230925",
        "EXDATE",
        "RFC 5545, 3.8.5.1",
        2,
    ),
    "a time excluded from days": Defect(
        START, f"{START}\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20231018T000000Z", "EXDATE", "RFC 5545, 3.8.5.1", 2
    ),
    "a time in no zone excluded from times in one": Defect(
        CALL, f"{CALL}\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE:20230925T100000", "EXDATE", "RFC 5545, 3.8.5.1", 2
    ),
    "an excluded time that is none": Defect(
        CALL, f"{CALL}\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE:20230926T070000Z", "EXDATE", "RFC 5545, 3.8.5.1", 2
    ),
    "a day beside times": Defect(CALL, f"{CALL}\nRDATE;VALUE=DATE:20230925", "RDATE", "RFC 5545, 3.8.5.2", 1),
    "a period that ends before it starts": Defect(
        CALL, f"{CALL}\nRDATE;VALUE=PERIOD:20231020T100000Z/20231020T090000Z", "RDATE", PERIOD, 1
    ),
    "a period that ends in another sort of time": Defect(
        CALL, f"{CALL}\nRDATE;VALUE=PERIOD:20231020T100000/20231020T110000Z", "RDATE", PERIOD, 1
    ),
    "a period of less than nothing": Defect(
        CALL, f"{CALL}\nRDATE;VALUE=PERIOD:20231020T100000Z/-PT1H", "RDATE", PERIOD, 1
    ),
    "a period of one time": Defect(CALL, f"{CALL}\nRDATE;VALUE=PERIOD:20231020T100000Z", "RDATE", PERIOD, 1),
    "a changed day of times": Defect(
        "UID:days", "UID:hours\nRECURRENCE-ID;VALUE=DATE:20230918", "RECURRENCE-ID", "RFC 5545, 3.8.4.4", 1
    ),
    # What an import does not take
    "a method that announces nothing": Defect(
        "END:VTODO",
        "END:VTODO\nEND:VCALENDAR\nBEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:note\n"
        "ORGANIZER:mailto:a@example.org\nDTSTAMP:20230918T120000Z\nDTSTART;VALUE=DATE:20230918\nEND:VEVENT",
        "BEGIN",
        "RFC 5546, 1.4",
        6,
    ),
    "a global time zone that nobody knows": Defect(
        CALL, "DTSTART;TZID=/example.org/Own:20230918T100000", "DTSTART", "RFC 5545, 3.2.19"
    ),
    "an end in days of what starts in days": Defect(END, "DURATION:PT5H", "DURATION", "RFC 5545, 3.8.2.5"),
    "reports that are none": Defect(
        "SEQUENCE:2", "X-DIPLOCAL-REPORTS:[{}]", "X-DIPLOCAL-REPORTS", "the reports of diplocal"
    ),
    # Texts
    "a bare comma": Defect(SUMMARY, "SUMMARY:Talks, then lunch", "SUMMARY", TEXT),
    "a bare semicolon": Defect(SUMMARY, "SUMMARY:Talks; then lunch", "SUMMARY", TEXT),
    "a bare semicolon in a list": Defect("CATEGORIES:Visit,China,Russia", "CATEGORIES:Visit;CN", "CATEGORIES", TEXT),
    "a bare comma in the calendar's name": Defect(r"NAME:Visits\, as reported", "NAME:Visits, or", "NAME", TEXT),
    "a bare comma in what readers call it": Defect(
        r"X-WR-CALNAME:Visits\, as reported", "X-WR-CALNAME:Visits, as reported", "X-WR-CALNAME", TEXT
    ),
    "a bare comma in a place": Defect("SEQUENCE:2", "LOCATION:Beijing, China", "LOCATION", TEXT),
    "a backslash before a colon": Defect(SUMMARY, r"SUMMARY:At 10\:30", "SUMMARY", TEXT),
    "a backslash at the end": Defect(SUMMARY, "SUMMARY:C:\\\\\\", "SUMMARY", TEXT),
    "a bare comma after an escaped backslash": Defect(SUMMARY, r"SUMMARY:C:\\,", "SUMMARY", TEXT),
    # Time zones
    "a TZID without a VTIMEZONE": Defect(
        CALL, "DTSTART;TZID=Europe/Minsk:20230918T100000", "DTSTART", "RFC 5545, 3.2.19"
    ),
    "a TZID for UTC": Defect(CALL, "DTSTART;TZID=Europe/Moscow:20230918T070000Z", "DTSTART", "RFC 5545, 3.2.19"),
    "a TZID for a day": Defect(START, "DTSTART;TZID=Europe/Moscow;VALUE=DATE:20231017", "DTSTART", "RFC 5545, 3.2.19"),
    "a VTIMEZONE without a name": Defect(
        "END:VTIMEZONE",
        "END:VTIMEZONE\nBEGIN:VTIMEZONE\nBEGIN:STANDARD\nDTSTART:20220101T000000\nTZOFFSETFROM:+0300\n"
        "TZOFFSETTO:+0300\nEND:STANDARD\nEND:VTIMEZONE",
        "TZID",
        ZONE,
        1,
    ),
    "a VTIMEZONE of nothing": Defect(
        "END:VTIMEZONE", "END:VTIMEZONE\nBEGIN:VTIMEZONE\nTZID:Europe/Minsk\nEND:VTIMEZONE", "STANDARD", ZONE, 1
    ),
    "two VTIMEZONEs of one name": Defect(
        "END:STANDARD",
        "END:STANDARD\nEND:VTIMEZONE\nBEGIN:VTIMEZONE\nTZID:Europe/Moscow\nBEGIN:STANDARD\nDTSTART:20220101T000000\n"
        "TZOFFSETFROM:+0300\nTZOFFSETTO:+0300\nEND:STANDARD",
        "TZID",
        ZONE,
        3,
    ),
    "a VTIMEZONE that does not say from what it changes": Defect(
        "TZNAME:MSK\nTZOFFSETFROM:+0300", "TZNAME:MSK", "TZOFFSETFROM", ZONE, -2
    ),
    # The calendar as a whole
    "a METHOD with nobody who organizes": Defect(
        "END:VTODO",
        "END:VTODO\nEND:VCALENDAR\nBEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nMETHOD:PUBLISH\nBEGIN:VJOURNAL\nUID:note\n"
        "DTSTAMP:20230918T120000Z\nEND:VJOURNAL",
        "ORGANIZER",
        "RFC 5546, 3.5",
        6,
    ),
    "an event with a METHOD and nobody who organizes": Defect(
        "END:VTODO",
        "END:VTODO\nEND:VCALENDAR\nBEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nMETHOD:PUBLISH\nBEGIN:VEVENT\nUID:note\n"
        "DTSTAMP:20230918T120000Z\nDTSTART;VALUE=DATE:20230918\nSUMMARY:Talks\nEND:VEVENT",
        "ORGANIZER",
        "RFC 5546, 3.2",
        6,
    ),
    "a calendar of nothing": Defect(
        "END:VTODO", "END:VTODO\nEND:VCALENDAR\nBEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x", "BEGIN", CALENDAR, 2
    ),
    "a UID for the calendar": Defect("COLOR:steelblue", "COLOR:steelblue\nUID:all", "UID", "RFC 7986, 5.3", 1),
    "a calendar's property after a component": Defect(
        "END:VTODO", "END:VTODO\nX-WR-CALDESC:Too late", "X-WR-CALDESC", CALENDAR, 1
    ),
    "an END that was not begun": Defect("END:VTODO", "END:VTODO\nEND:VTODO", "END", CALENDAR, 1),
    "a BEGIN that is not ended": Defect(
        "STATUS:NEEDS-ACTION",
        "STATUS:NEEDS-ACTION\nBEGIN:VALARM\nACTION:AUDIO\nTRIGGER:PT0S",
        "BEGIN",
        CALENDAR,
        1,
    ),
    "a property outside of the calendar": Defect(
        "END:VTODO",
        "END:VTODO\nEND:VCALENDAR\nUID:lost\nBEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:X-ODD\nEND:X-ODD",
        "UID",
        OBJECT,
        2,
    ),
    # Lines
    "no colon": Defect("STATUS:TENTATIVE", "STATUS", "STATUS", "RFC 5545, 3.1"),
    "a name with a space": Defect("SEQUENCE:2", "SEQUENCE :2", "SEQUENCE", "RFC 5545, 3.1"),
    "a parameter without a value": Defect(START, "DTSTART;VALUE:20231017", "DTSTART", "RFC 5545, 3.1"),
    "a quotation mark in a parameter": Defect(
        "RELATED-TO;RELTYPE=PARENT:days", 'RELATED-TO;RELTYPE=PA"RENT:days', "RELATED-TO", "RFC 5545, 3.1"
    ),
    "a parameter twice": Defect(
        "RELATED-TO;RELTYPE=PARENT:days", "RELATED-TO;RELTYPE=PARENT;RELTYPE=CHILD:days", "RELATED-TO", "RFC 5545, 3.2"
    ),
    "an empty line": Defect("SEQUENCE:2", "SEQUENCE:2\n", "", "RFC 5545, 3.1", 1),
    "a long line": Defect(SUMMARY, f"SUMMARY:{'x' * 68}", "SUMMARY", "RFC 5545, 3.1"),
    "a long line after a fold": Defect(SUMMARY, f"SUMMARY:\n {'x' * 75}", "SUMMARY", "RFC 5545, 3.1"),
    "NUL": Defect(SUMMARY, "SUMMARY:Talks\0", "SUMMARY", "RFC 5545, 3.1"),
    "DEL": Defect(SUMMARY, "SUMMARY:Talks\x7f", "SUMMARY", "RFC 5545, 3.1"),
    "a bell": Defect(SUMMARY, "SUMMARY:\x07Talks", "SUMMARY", "RFC 5545, 3.1"),
    "a bare CR": Defect(SUMMARY, "SUMMARY:Talks\rand lunch", "SUMMARY", "RFC 5545, 3.1"),
}


def found(calendar: bytes) -> list[tuple[int, str, str]]:
    return [(finding.line, finding.property, finding.section) for finding in check(calendar)]


class TestPlanted:
    @pytest.mark.parametrize("defect", DEFECTS.values(), ids=DEFECTS)
    def test_a_planted_defect_is_found_and_nothing_else(self, defect: Defect) -> None:
        assert found(as_bytes(defect.planted())) == [(defect.line, defect.name, defect.section)]

    @pytest.mark.parametrize(
        ("old", "new", "section"),
        [
            (b"SUMMARY:A call\r\n", b"SUMMARY:A call\n", "RFC 5545, 3.1"),
            (b"SUMMARY:A call\r\n", b"SUMMARY:A c\xffll\r\n", "RFC 5545, 3.1.4"),
            (
                b"SUMMARY:A call\r\n",
                "SUMMARY:Пе".encode()[:-1] + b"\r\n " + "е".encode()[1:] + b"\r\n",
                "RFC 5545, 3.1",
            ),
            (b"SUMMARY:A call\r\n", b"SUMMARY:A \r\n c\n\tall\r\n", "RFC 5545, 3.1"),
        ],
        ids=["a bare LF", "octets that are not UTF-8", "a fold within a character", "a bare LF at a fold"],
    )
    def test_octets_are_looked_at_as_they_stand(self, old: bytes, new: bytes, section: str) -> None:
        clean = as_bytes(CLEAN)
        line = clean[: clean.index(old)].count(b"\n") + 1
        assert found(clean.replace(old, new)) == [(line, "SUMMARY", section)]

    def test_an_end_before_its_start_is_found_in_a_time_zone_that_nobody_else_knows(self) -> None:
        own = CLEAN.replace("Europe/Moscow", "Kremlin").replace(CALL_ENDS, "DTEND;TZID=Kremlin:20230918T090000")
        assert [place[1:] for place in found(as_bytes(own))] == [("DTEND", END_SECTION)]

    def test_an_end_of_another_name_is_found_at_both_ends(self) -> None:
        wrong = CLEAN.replace("STATUS:NEEDS-ACTION\nEND:VTODO\n", "STATUS:NEEDS-ACTION\nEND:VEVENT\n")
        begins, ends = CLEAN[: CLEAN.index("BEGIN:VTODO")].count("\n") + 1, CLEAN.count("\n") - 1
        assert found(as_bytes(wrong)) == [(begins, "BEGIN", CALENDAR), (ends, "END", CALENDAR)]

    def test_a_calendar_that_is_not_ended_is_found_where_it_begins(self) -> None:
        assert found(as_bytes(CLEAN.removesuffix("END:VCALENDAR\n"))) == [(1, "BEGIN", CALENDAR)]

    def test_a_file_that_breaks_off_is_told_where(self) -> None:
        assert found(as_bytes(CLEAN).removesuffix(b"\r\n")) == [(CLEAN.count("\n"), "END", "RFC 5545, 3.1")]

    def test_a_byte_order_mark_is_found_and_read_over(self) -> None:
        assert found(b"\xef\xbb\xbf" + as_bytes(CLEAN)) == [(1, "BEGIN", "RFC 5545, 3.1")]

    @pytest.mark.parametrize("nothing", [b"", b"\r\n", b"VERSION:2.0\r\n", b"\xff\x00"])
    def test_what_is_no_calendar_is_called_so(self, nothing: bytes) -> None:
        assert (1, "BEGIN", "RFC 5545, 3.4") in found(nothing)

    def test_an_entry_outside_of_a_calendar_is_found(self) -> None:
        entry = component("VTODO", [("UID", "", "one"), ("DTSTAMP", "", "20230918T120000Z")])
        assert found(entry) == [(1, "BEGIN", "RFC 5545, 3.4")]

    def test_a_folded_property_is_named_by_its_first_line(self) -> None:
        late = CLEAN.replace("  to be folded\n", "  to be, folded\n")
        (finding,) = check(as_bytes(late))
        assert CLEAN.splitlines()[finding.line - 1].startswith("DESCRIPTION:")


class TestClean:
    def test_a_clean_calendar_has_no_findings(self) -> None:
        assert check(as_bytes(CLEAN)) == []

    def test_a_feed_is_clean_with_days_months_and_an_hour_in_a_named_zone(self) -> None:
        feed = feed_of(*article.as_reported(), *article.what_followed(), CALL_IN_BERLIN)
        assert b"DTSTART;TZID=Europe/Berlin:" in feed
        assert check(feed) == []

    def test_a_feed_without_entries_is_clean(self) -> None:
        assert check(feed_of()) == []

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("UID:days", "UID:hours\nRECURRENCE-ID:20230918T070000Z"),
            ("SUMMARY:A call", "SUMMARY;LANGUAGE=en:A call\nCOMMENT:one\nCOMMENT:two"),
            ("STATUS:TENTATIVE", "status:Tentative"),
            ("COLOR:steelblue", "COLOR:SteelBlue\nX-ANYTHING:a,b;c\\d"),
            (CALL, "DTSTART;TZID=/example.org/Europe/Minsk:20230918T100000"),
            (CALL, 'DTSTART;TZID="Europe/Moscow":20230918T100000'),
            (CALL_ENDS, "DURATION:PT2H"),
            (CALL_ENDS, "DTEND:20230918T085960Z"),
            (CALL, f"{CALL}\nRDATE;VALUE=PERIOD:20231020T100000Z/PT1H"),
            ("UID:task", "UID:task\nBEGIN:X-ODD\nUID:a\nUID:b\nEND:X-ODD"),
        ],
        ids=[
            *("another occurrence", "several comments", "lower case", "an X- property", "a global time zone"),
            *("a quoted time zone", "a duration", "a leap second", "a period", "an X- component"),
        ],
    )
    def test_what_the_standard_allows_is_let_pass(self, old: str, new: str) -> None:
        assert check(as_bytes(CLEAN.replace(f"\n{old}\n", f"\n{new}\n"))) == []

    @settings(deadline=None)
    @given(st.text(), st.lists(st.text(), min_size=1))
    def test_whatever_text_the_writer_writes_is_clean(self, summary: str, categories: list[str]) -> None:
        entry = component(
            "VTODO",
            [
                ("UID", "", "one"),
                ("DTSTAMP", "", "20230918T120000Z"),
                ("SUMMARY", "", text(summary)),
                ("CATEGORIES", "", ",".join(map(text, categories))),
            ],
        )
        assert check(component("VCALENDAR", [("VERSION", "", "2.0"), ("PRODID", "", "x")], [entry])) == []


lines = as_bytes(CLEAN).splitlines(keepends=True)
originals = (as_bytes(CLEAN), feed_of(*article.as_reported(), CALL_IN_BERLIN))


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Give the clean calendar, or a feed, with a few octets overwritten, taken out, doubled or put in."""
    octets = draw(st.sampled_from(originals))
    for _ in range(draw(st.integers(1, 6))):
        begins, length = draw(st.integers(0, len(octets))), draw(st.integers(0, 80))
        piece = draw(st.sampled_from([b"", octets[begins : begins + length] * 2, b"\r\n", b";", b'"', b"BEGIN:"]))
        octets = octets[:begins] + (piece or draw(st.binary(max_size=4))) + octets[begins + length :]
    return octets


class TestAnything:
    @settings(deadline=None)
    @given(st.one_of(st.binary(), mutated(), st.lists(st.sampled_from(lines)).map(b"".join)))
    def test_no_octets_make_it_fail(self, octets: bytes) -> None:
        findings = check(octets)
        assert all(isinstance(finding, Finding) for finding in findings)
        assert [finding.line for finding in findings] == sorted(finding.line for finding in findings)
        assert all(1 <= finding.line <= max(1, octets.count(b"\n") + octets.count(b"\r") + 1) for finding in findings)
        assert all(str(finding).isprintable() for finding in findings)

    @pytest.mark.parametrize("line", [b"BEGIN:VEVENT\r\n", b"BEGIN:X\r\nEND:Y\r\n", b" \r\n", b'A;B="', b"A;B=c,d"])
    def test_a_great_many_of_anything_are_read_in_a_moment(self, line: bytes) -> None:
        assert check(line * 20_000)


class TestFindings:
    def test_a_finding_reads_as_a_sentence(self) -> None:
        (finding,) = check(as_bytes(DEFECTS["no day at all"].planted()))
        assert str(finding) == "line 23: DTEND is not after DTSTART (RFC 5545, 3.8.2.2)"

    @pytest.mark.parametrize(
        ("defect", "severity"),
        [
            ("a long line", Severity.WARNING),
            ("a UID for the calendar", Severity.WARNING),
            ("no UID", Severity.ERROR),
            ("NUL", Severity.ERROR),
        ],
    )
    def test_what_only_should_be_is_a_warning(self, defect: str, severity: Severity) -> None:
        assert [finding.severity for finding in check(as_bytes(DEFECTS[defect].planted()))] == [severity]
