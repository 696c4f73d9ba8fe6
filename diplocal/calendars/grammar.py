"""What RFC 5545, 5546, 7986 and 9073 say of components and properties, as tables."""

import re
from collections.abc import Mapping

import attrs
import msgspec


class Shape(msgspec.Struct, frozen=True):
    """Which properties a component holds, and how often."""

    section: str
    required: frozenset[str] = frozenset()
    """Those that it must have, once."""
    once: frozenset[str] = frozenset()
    """Those that it may have, once."""


class Form(msgspec.Struct, frozen=True):
    """How a property's value is written."""

    section: str
    expected: str
    """In words, for whoever has to mend it."""
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, section: str, expected: str, pattern: str) -> "Form":
        """Make one from a regular expression that a value matches from end to end, in upper or lower case."""
        return cls(section, expected, re.compile(pattern, re.IGNORECASE | re.ASCII))


@attrs.frozen
class DateForm:
    """How a property says a date."""

    section: str
    types: frozenset[str]
    """Its VALUE: DATE, DATE-TIME or PERIOD."""
    is_list: bool = attrs.field(default=False, kw_only=True)
    """Whether there may be several, between commas."""
    is_in_utc: bool = attrs.field(default=False, kw_only=True)


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ENTRY = "CLASS CREATED COLOR DTSTART LAST-MODIFIED ORGANIZER RECURRENCE-ID SEQUENCE STATUS SUMMARY URL"
_TASK = f"{_ENTRY} DESCRIPTION DURATION GEO LOCATION PRIORITY"

SHAPES: Mapping[str, Shape] = {
    "VCALENDAR": Shape(
        "RFC 5545, 3.6",
        _names("PRODID VERSION"),
        _names("CALSCALE METHOD UID LAST-MODIFIED URL REFRESH-INTERVAL SOURCE COLOR"),
    ),
    "VEVENT": Shape("RFC 5545, 3.6.1", _names("UID DTSTAMP"), _names(f"{_TASK} DTEND TRANSP")),
    "VTODO": Shape("RFC 5545, 3.6.2", _names("UID DTSTAMP"), _names(f"{_TASK} COMPLETED DUE PERCENT-COMPLETE")),
    "VJOURNAL": Shape("RFC 5545, 3.6.3", _names("UID DTSTAMP"), _names(_ENTRY)),
    "VFREEBUSY": Shape("RFC 5545, 3.6.4", _names("UID DTSTAMP"), _names("CONTACT DTSTART DTEND ORGANIZER URL")),
    "VTIMEZONE": Shape("RFC 5545, 3.6.5", _names("TZID"), _names("LAST-MODIFIED TZURL")),
    "STANDARD": Shape("RFC 5545, 3.6.5", _names("DTSTART TZOFFSETFROM TZOFFSETTO")),
    "DAYLIGHT": Shape("RFC 5545, 3.6.5", _names("DTSTART TZOFFSETFROM TZOFFSETTO")),
    "VALARM": Shape("RFC 5545, 3.6.6", _names("ACTION TRIGGER"), _names("DURATION REPEAT")),
    "PARTICIPANT": Shape("RFC 9073, 7.1", _names("UID PARTICIPANT-TYPE"), _names("CALENDAR-ADDRESS DTSTAMP")),
    "VLOCATION": Shape("RFC 9073, 7.2", _names("UID"), _names("NAME LOCATION-TYPE")),
    "VRESOURCE": Shape("RFC 9073, 7.3", _names("UID"), _names("NAME RESOURCE-TYPE")),
}

STATUSES: Mapping[str, frozenset[str]] = {
    "VEVENT": _names("TENTATIVE CONFIRMED CANCELLED"),
    "VTODO": _names("NEEDS-ACTION COMPLETED IN-PROCESS CANCELLED"),
    "VJOURNAL": _names("DRAFT FINAL CANCELLED"),
}

SCHEDULING: Mapping[str, str] = {
    "VEVENT": "RFC 5546, 3.2",
    "VFREEBUSY": "RFC 5546, 3.3",
    "VTODO": "RFC 5546, 3.4",
    "VJOURNAL": "RFC 5546, 3.5",
}
"""Where a component's properties are listed for calendars that have a METHOD."""

_DAY_OR_TIME = _names("DATE DATE-TIME")
_STAMP = _names("DATE-TIME")

DATES: Mapping[str, DateForm] = {
    "DTSTART": DateForm("RFC 5545, 3.8.2.4", _DAY_OR_TIME),
    "DTEND": DateForm("RFC 5545, 3.8.2.2", _DAY_OR_TIME),
    "DUE": DateForm("RFC 5545, 3.8.2.3", _DAY_OR_TIME),
    "RECURRENCE-ID": DateForm("RFC 5545, 3.8.4.4", _DAY_OR_TIME),
    "EXDATE": DateForm("RFC 5545, 3.8.5.1", _DAY_OR_TIME, is_list=True),
    "RDATE": DateForm("RFC 5545, 3.8.5.2", _DAY_OR_TIME | {"PERIOD"}, is_list=True),
    "COMPLETED": DateForm("RFC 5545, 3.8.2.1", _STAMP, is_in_utc=True),
    "CREATED": DateForm("RFC 5545, 3.8.7.1", _STAMP, is_in_utc=True),
    "DTSTAMP": DateForm("RFC 5545, 3.8.7.2", _STAMP, is_in_utc=True),
    "LAST-MODIFIED": DateForm("RFC 5545, 3.8.7.3", _STAMP, is_in_utc=True),
}
"""Properties whose value is a date."""

TEXTS = _names(
    "COMMENT CONTACT DESCRIPTION LOCATION NAME PRODID RELATED-TO SUMMARY TZID TZNAME UID X-WR-CALDESC X-WR-CALNAME"
)
"""Properties whose value is one text."""
TEXT_LISTS = _names("CATEGORIES RESOURCES")

VALUE_TYPES: Mapping[str, tuple[str, frozenset[str]]] = {
    "REFRESH-INTERVAL": ("RFC 7986, 5.7", _names("DURATION")),
    "SOURCE": ("RFC 7986, 5.8", _names("URI")),
    "IMAGE": ("RFC 7986, 5.10", _names("URI BINARY")),
    "CONFERENCE": ("RFC 7986, 5.11", _names("URI")),
}
"""Properties whose VALUE has to be said, and which it may be."""

COLOURS = _names(
    """
    aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown burlywood
    cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan darkgoldenrod darkgray
    darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon darkseagreen
    darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink deepskyblue dimgray dimgrey dodgerblue
    firebrick floralwhite forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green greenyellow grey honeydew
    hotpink indianred indigo ivory khaki lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan
    lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon lightseagreen lightskyblue lightslategray
    lightslategrey lightsteelblue lightyellow lime limegreen linen magenta maroon mediumaquamarine mediumblue
    mediumorchid mediumpurple mediumseagreen mediumslateblue mediumspringgreen mediumturquoise mediumvioletred
    midnightblue mintcream mistyrose moccasin navajowhite navy oldlace olive olivedrab orange orangered orchid
    palegoldenrod palegreen paleturquoise palevioletred papayawhip peachpuff peru pink plum powderblue purple red
    rosybrown royalblue saddlebrown salmon sandybrown seagreen seashell sienna silver skyblue slateblue slategray
    slategrey snow springgreen steelblue tan teal thistle tomato turquoise violet wheat white whitesmoke yellow
    yellowgreen
    """
)
"""The colour names of CSS3, which COLOR takes and no others (CSS Color Level 3, 4.3)."""

_DURATION = r"P(?:\d+W|\d+D(?:T{0})?|T{0})".format(r"(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S)")
_ADDRESS = r"[a-z][a-z0-9+.\-]*:[^\s\"<>]*"
_LATITUDE = r"[+-]?0*(?:90(?:\.0+)?|[1-8]?\d(?:\.\d+)?)"
_LONGITUDE = r"[+-]?0*(?:180(?:\.0+)?|(?:1[0-7]\d|[1-9]?\d)(?:\.\d+)?)"
_OFFSET = r"(?!-0000(?:00)?\Z)[+-](?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?"

FORMS: Mapping[str, Form] = {
    "CALSCALE": Form.of("RFC 5545, 3.7.1", "GREGORIAN", "GREGORIAN"),
    "METHOD": Form.of("RFC 5545, 3.7.2", "a name such as PUBLISH", r"[A-Z0-9-]+"),
    "VERSION": Form.of("RFC 5545, 3.7.4", "2.0", r"2\.0"),
    "ATTACH": Form.of("RFC 5545, 3.8.1.1", "an address, or BINARY in base 64", rf"{_ADDRESS}|[a-z0-9+/]+={{0,2}}"),
    "CLASS": Form.of("RFC 5545, 3.8.1.3", "PUBLIC, PRIVATE, CONFIDENTIAL or another name", r"[A-Z0-9-]+"),
    "GEO": Form.of("RFC 5545, 3.8.1.6", "latitude and longitude such as 59.91;10.75", f"{_LATITUDE};{_LONGITUDE}"),
    "PERCENT-COMPLETE": Form.of("RFC 5545, 3.8.1.8", "a number from 0 to 100", r"\+?0*(?:\d{1,2}|100)"),
    "PRIORITY": Form.of("RFC 5545, 3.8.1.9", "a digit from 0 to 9", r"\+?0*\d"),
    "DURATION": Form.of("RFC 5545, 3.8.2.5", "a positive length of time such as P1DT2H", rf"\+?{_DURATION}"),
    "TRANSP": Form.of("RFC 5545, 3.8.2.7", "OPAQUE or TRANSPARENT", "OPAQUE|TRANSPARENT"),
    "TZOFFSETFROM": Form.of("RFC 5545, 3.8.3.3", "an offset such as +0300", _OFFSET),
    "TZOFFSETTO": Form.of("RFC 5545, 3.8.3.4", "an offset such as +0300", _OFFSET),
    "TZURL": Form.of("RFC 5545, 3.8.3.5", "an address such as https://example.org", _ADDRESS),
    "ATTENDEE": Form.of("RFC 5545, 3.8.4.1", "an address such as mailto:someone@example.org", _ADDRESS),
    "ORGANIZER": Form.of("RFC 5545, 3.8.4.3", "an address such as mailto:someone@example.org", _ADDRESS),
    "UID": Form.of("RFC 5545, 3.8.4.7", "a name that nothing else has", r".*\S.*"),
    "URL": Form.of("RFC 5545, 3.8.4.6", "an address such as https://example.org", _ADDRESS),
    "ACTION": Form.of("RFC 5545, 3.8.6.1", "AUDIO, DISPLAY, EMAIL or another name", r"[A-Z0-9-]+"),
    "REPEAT": Form.of("RFC 5545, 3.8.6.2", "a whole number from 0", r"\+?\d{1,10}"),
    "REQUEST-STATUS": Form.of("RFC 5545, 3.8.8.3", "a code and words such as 2.0;Success", r"\d+\.\d+(?:\.\d+)?;.+"),
    "SEQUENCE": Form.of("RFC 5545, 3.8.7.4", "a whole number from 0", r"\+?\d{1,10}"),
    "REFRESH-INTERVAL": Form.of("RFC 7986, 5.7", "a positive length of time such as PT1H", rf"\+?{_DURATION}"),
    "SOURCE": Form.of("RFC 7986, 5.8", "an address such as https://example.org", _ADDRESS),
    "COLOR": Form.of("RFC 7986, 5.9", "a colour name of CSS3 such as steelblue", "|".join(sorted(COLOURS))),
}
"""How the values of some properties are written, in any component."""
