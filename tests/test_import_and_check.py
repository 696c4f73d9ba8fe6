"""What an import of a calendar does not take, the check finds: there is one rule book."""

import re

import pendulum
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from diplocal.calendars.check import Severity, check
from diplocal.errors import UnreadableInput
from diplocal.importers.ical_feed import import_ical
from diplocal.importers.outcome import Outcome
from diplocal.store import MemoryStore

MOMENTS = st.sampled_from(
    (
        *("20260410", "20260410T100000", "20260410T100000Z", "20260417T100000", "20260417T080000Z", "20260329T023000"),
        *("00010101T000000Z", "99991231T235959", "99991231", "20260410T1000", "2026-04-10", "20261332", "", "soon"),
    )
)
SPANS = st.sampled_from(("PT1H", "P1D", "-P1D", "PT0S", "P999999999W", "P", "P1Y", "1H", "PT1H30S"))
PARAMETERS = st.sampled_from(
    (
        *("", "", "", ";VALUE=DATE", ";TZID=Europe/Paris", ";TZID=Headquarters", ";TZID=Nowhere", ";VALUE=PERIOD"),
        *(
            ";TZID=/desk/Europe/Oslo",
            ";TZID=/desk/Own",
            ";VALUE=DATE;TZID=Europe/Paris",
            ";RANGE=THISANDFUTURE",
            ";VALUE",
        ),
    )
)
PARTS = st.sampled_from(
    (
        *(
            "COUNT=3",
            "COUNT=99999999",
            "COUNT=0",
            "UNTIL=20270101",
            "UNTIL=20270101T000000Z",
            "INTERVAL=2",
            "INTERVAL=-1",
        ),
        *("BYDAY=MO", "BYDAY=-1SU", "BYDAY=99XX", "BYMONTHDAY=31", "BYMONTHDAY=-31", "BYMONTH=2", "BYSETPOS=-1", "X=1"),
        "INTERVAL=-1",
        *(
            "BYHOUR=1,25",
            "BYYEARDAY=-366",
            "BYWEEKNO=53",
            "WKST=SU",
            "FREQ=DAILY",
            "BYMINUTE=0,30",
            "COUNT=",
            "BYHOUR=1,2",
        ),
    )
)
FREQUENCIES = st.sampled_from(("DAILY", "WEEKLY", "MONTHLY", "YEARLY", "SECONDLY", "NEVER", ""))
LINES = st.one_of(
    st.builds("RRULE:FREQ={};{}".format, FREQUENCIES, st.lists(PARTS, max_size=3).map(";".join)),
    *(st.builds(f"{name}{{}}:{{}}".format, PARAMETERS, MOMENTS) for name in ("DTSTART", "DTEND", "RECURRENCE-ID")),
    *(st.builds(f"{name}{{}}:{{}},{{}}".format, PARAMETERS, MOMENTS, MOMENTS) for name in ("RDATE", "EXDATE")),
    st.builds("RDATE{}:{}/{}".format, PARAMETERS, MOMENTS, SPANS | MOMENTS),
    st.builds("DURATION:{}".format, SPANS),
    st.builds("STATUS{}:{}".format, PARAMETERS, st.sampled_from(("CONFIRMED", "CANCELED", "CALLED OFF", ""))),
    st.builds("SEQUENCE:{}".format, st.sampled_from(("0", "1", "x", "-1", "9" * 12))),
    st.builds("DTSTAMP:{}".format, MOMENTS),
    st.sampled_from(
        (
            *(
                "UID:two",
                "UID:",
                "UID",
                "DTSTART",
                "BEGIN:VEVENT",
                "END:VEVENT",
                "BEGIN:VALARM",
                "END:VALARM",
                ":;",
                "",
            ),
            *("LOCATION:Troms\udcf8", "BEGIN:VTODO", "END:VTODO", "X-DIPLOCAL-REPORTS:[{}]", "X-DIPLOCAL-REPORTS:[]"),
        )
    ),
)
STARTS = st.sampled_from(
    (
        *("DTSTART:20260410T100000Z", "DTSTART;VALUE=DATE:20260410", "DTSTART;TZID=Headquarters:20260410T100000"),
        *("DTSTART;TZID=Europe/Paris:20260410T100000", "DTSTART:20260410T100000", ""),
    )
)
ZONE = [
    *("BEGIN:VTIMEZONE", "TZID:Headquarters", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0545"),
    *("TZOFFSETTO:+0545", "END:STANDARD", "END:VTIMEZONE"),
]
METHODS = st.sampled_from(("", "", "", "PUBLISH", "REQUEST", "CANCEL", "ADD", "REPLY", "COUNTER", "X-OWN"))


@st.composite
def calendars(draw: st.DrawFn) -> bytes:
    """Draw calendars in which anything may be wrong, now and then."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN"]
    if method := draw(METHODS):
        lines.append(f"METHOD:{method}")
    lines += draw(st.sampled_from((ZONE, [], [line for line in ZONE if "OFFSETTO" not in line])))
    for _ in range(draw(st.integers(1, 3))):
        uid = draw(st.sampled_from(("one", "one", "two", "three")))
        lines += ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260301T000000Z", "SUMMARY:Talks", draw(STARTS)]
        lines += [*draw(st.lists(LINES, max_size=3)), "END:VEVENT"]
    return "\r\n".join((*filter(None, lines), "END:VCALENDAR", "")).encode(errors="surrogateescape")


def imported(content: bytes) -> Outcome:
    return import_ical(
        content, MemoryStore(), reported=pendulum.Date(2026, 3, 1), upstream="Ministry", zone="Europe/Paris"
    )


@settings(deadline=None, max_examples=100)
@given(calendars())
def test_whatever_an_import_does_not_take_is_found_on_its_line(content: bytes) -> None:
    findings = {(finding.line, finding.property) for finding in check(content)}
    try:
        outcome = imported(content)
    except UnreadableInput:
        assert findings
        return
    missing = [
        str(row)
        for row in (*outcome.rejected, *outcome.ambiguous, *outcome.noted)
        if (place := re.search("line ([0-9]+)$", row.place)) and (int(place[1]), row.reason.split()[0]) not in findings
    ]
    if any(name == "UID" for _, name in findings):  # of two entries of one UID, the check names one
        missing = [row for row in missing if "UID is that of the VEVENT" not in row]
    event(f"{len(outcome.rejected)} rejected, {len(outcome.ambiguous)} ambiguous")
    assert not missing
    assert all(re.search("line ([0-9]+)$", row.place) or findings for row in (*outcome.rejected, *outcome.ambiguous))


@settings(deadline=None, max_examples=60)
@given(calendars())
def test_each_entry_is_counted_once_at_least(content: bytes) -> None:
    try:
        outcome = imported(content)
    except UnreadableInput:
        return
    assert outcome.read >= content.count(b"BEGIN:VEVENT")


@pytest.mark.parametrize(
    "line",
    [
        "RRULE:FREQ=DAILY;COUNT=99999999;BYMONTH=2;BYMONTHDAY=30",
        "RRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11",
        "RRULE:FREQ=MINUTELY",
    ],
)
def test_what_is_more_than_an_import_looks_through_is_a_warning(line: str) -> None:
    start = "DTSTART:00020101T100000Z" if "COUNT" in line else "DTSTART:20260410T100000Z"
    entry = ["BEGIN:VEVENT", "UID:one", "DTSTAMP:20260301T000000Z", "SUMMARY:Talks", start, line, "END:VEVENT"]
    content = "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *entry, "END:VCALENDAR", "")).encode()
    assert len(imported(content).rejected) == 1
    assert Severity.WARNING in [finding.severity for finding in check(content)]


@pytest.mark.parametrize(
    "line",
    [
        "DTEND;VALUE=TEXT:20260410T110000Z",
        "RDATE;VALUE=TEXT:20260412T100000Z",
        "RRULE:FREQ=DAILY;BYDAY=6MO;COUNT=3",
        "RRULE:FREQ=WEEKLY;BYDAY=1MO;COUNT=3",
        "RRULE:FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO;COUNT=3",
        "RRULE:FREQ=MONTHLY;BYSETPOS=1;COUNT=3",
        "RDATE;VALUE=PERIOD:20260412T100000/20260412T110000Z",
    ],
)
def test_what_the_check_calls_an_error_in_when_something_is_no_import_takes(line: str) -> None:
    start = "DTSTART:20260410T100000Z"
    entry = ["BEGIN:VEVENT", "UID:one", "DTSTAMP:20260301T000000Z", "SUMMARY:Talks", start, line, "END:VEVENT"]
    content = "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *entry, "END:VCALENDAR", "")).encode()
    assert [finding.line for finding in check(content)] == [9]
    assert [row.place for row in imported(content).rejected] == ["entry 1 (one), line 9"]


def test_a_calendar_that_is_not_gregorian_is_refused() -> None:
    entry = "BEGIN:VEVENT\r\nUID:one\r\nSUMMARY:Talks\r\nDTSTART:20260410T100000Z\r\nEND:VEVENT\r\n"
    with pytest.raises(UnreadableInput, match="line 2 cannot be read: CALSCALE is 'JULIAN': expected GREGORIAN"):
        imported(f"BEGIN:VCALENDAR\r\nCALSCALE:JULIAN\r\n{entry}END:VCALENDAR\r\n".encode())
