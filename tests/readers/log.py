"""A log with everything that readers have stumbled over, and what they should show of it.

Every script and every character that iCalendar escapes is in every text that an entry has: summary, description,
location, categories, and the calendar's own name.
"""

from diplocal.dates import When
from diplocal.events import (
    CallAnnounced,
    Cancelled,
    Confirmed,
    EngagementEvent,
    MeetingAnnounced,
    Rescheduled,
    VisitAnnounced,
)
from diplocal.parties import Person, State
from diplocal.sources import Source

LOG_ID = "7f8d5c1e-0000-4000-8000-000000000001"
AWKWARD = "a, b; c\\d \\n \\N \\, \\; \"e\" 'f' g:h new line, ё; ы\\ 中文，；\\ عربي، ؛ 🕊️👩‍👩‍👧‍👦"
"""Commas, semicolons, backslashes, what looks escaped already, quotation marks, and many scripts."""
LONG = "外交部发言人说，双方就共同关心的问题深入交换了意见；" * 300 + "конец"
"""Some 23,000 octets without a space, in characters of three and two octets."""
TITLE = f"Visits: {AWKWARD}"

FRANCE, GERMANY = State("FR", "France"), State("DE", "Germany")
CHINA, RUSSIA, EGYPT = State("CN", "中国"), State("RU", "Россия"), State("EG", "مصر")
WANG, LAVROV, SHOUKRY = Person("王毅", CHINA), Person("Сергей Лавров", RUSSIA), Person("سامح شكري", EGYPT)
_SOURCE = (Source("Agency"),)


def visit(slug: str, who: Person, host: State, when: str, place: str | None = None) -> VisitAnnounced:
    """Announce a visit."""
    return VisitAnnounced(engagement=slug, visitors=(who,), host=host, when=When(when), place=place, sources=_SOURCE)


def call(slug: str, when: str) -> CallAnnounced:
    """Announce a call between France and Germany."""
    return CallAnnounced(engagement=slug, participants=(FRANCE, GERMANY), when=When(when), sources=_SOURCE)


BEFORE: tuple[EngagementEvent, ...] = (
    visit("chinese", WANG, RUSSIA, "2026-03-02/2026-03-04", "莫斯科"),
    visit("cyrillic", LAVROV, CHINA, "2026-03-09", "Пекин"),
    visit("arabic", SHOUKRY, FRANCE, "2026-03-10/2026-03-11", "باريس"),
    visit("emoji", Person("🕊️👩‍👩‍👧‍👦🇫🇷 Dove", FRANCE), GERMANY, "2026-03-12", "🏛️ Hall"),
    VisitAnnounced(
        engagement="awkward",
        visitors=(Person(AWKWARD, State("X-AWKWARD", AWKWARD)),),
        host=GERMANY,
        received_by=(Person(AWKWARD),),
        when=When("2026-03-13"),
        place=AWKWARD,
        sources=(Source(AWKWARD),),
    ),
    VisitAnnounced(
        engagement="long",
        visitors=(FRANCE,),
        host=GERMANY,
        when=When("2026-03-16"),
        sources=(Source("Agency", speaker=LONG),),
    ),
    call("in-a-zone", "2026-06-01T10:00+02:00[Europe/Paris]/2026-06-01T11:30+02:00[Europe/Paris]"),
    call("far-zone", "2026-12-24T23:30+09:00[Asia/Tokyo]"),
    call("first-of-a-night", "2026-10-25T02:30+02:00[Europe/Paris]/2026-10-25T02:45+02:00[Europe/Paris]"),
    call("second-of-a-night", "2026-10-25T02:30+01:00[Europe/Paris]/2026-10-25T02:45+01:00[Europe/Paris]"),
    call("over-the-change", "2026-03-29T01:30+01:00[Europe/Paris]/2026-03-29T03:30+02:00[Europe/Paris]"),
    call("fixed-offset", "2026-06-01T10:00+08:00/2026-06-01T11:00+08:00"),
    call("in-utc", "2026-06-02T10:00Z"),
    visit("some-time-in-november", LAVROV, FRANCE, "2026-11"),
    visit("over-new-year", LAVROV, GERMANY, "2026-12-30/2027-01-02"),
    MeetingAnnounced(
        engagement="meeting",
        participants=(WANG, LAVROV),
        when=When("2026-03-03"),
        during="chinese",
        place="莫斯科",
        sources=_SOURCE,
    ),
)
AFTER: tuple[EngagementEvent, ...] = (
    Rescheduled(engagement="chinese", when=When("2026-04-06/2026-04-09"), reason="洪水"),
    Confirmed(engagement="cyrillic"),
    Cancelled(engagement="arabic", reason="مرض"),
    Rescheduled(
        engagement="in-a-zone",
        when=When("2026-06-02T10:00+02:00[Europe/Paris]/2026-06-02T11:30+02:00[Europe/Paris]"),
    ),
    Cancelled(engagement="second-of-a-night"),
)


Told = tuple[str, str | None, str, str, str, str | None]
"""First day or instant, last one, summary, status, description and place of an entry."""


def _call(starts: str, ends: str | None, date_words: str) -> Told:
    description = f"Planned: {date_words}\nSource: Agency"
    return (starts, ends, "Call: France – Germany", "TENTATIVE", description, None)


_AWKWARD_LINE = AWKWARD.replace("\n", " ")
SHOWN_BEFORE: dict[str, Told] = {
    "chinese": (
        "2026-03-02",
        "2026-03-04",
        "王毅 (中国) to Россия",
        "TENTATIVE",
        "Planned: 2–4 March 2026\nSource: Agency",
        "莫斯科, Россия",
    ),
    "cyrillic": (
        "2026-03-09",
        "2026-03-09",
        "Сергей Лавров (Россия) to 中国",
        "TENTATIVE",
        "Planned: 9 March 2026\nSource: Agency",
        "Пекин, 中国",
    ),
    "arabic": (
        "2026-03-10",
        "2026-03-11",
        "سامح شكري (مصر) to France",
        "TENTATIVE",
        "Planned: 10–11 March 2026\nSource: Agency",
        "باريس, France",
    ),
    "emoji": (
        "2026-03-12",
        "2026-03-12",
        "🕊️👩‍👩‍👧‍👦🇫🇷 Dove (France) to Germany",
        "TENTATIVE",
        "Planned: 12 March 2026\nSource: Agency",
        "🏛️ Hall, Germany",
    ),
    "awkward": (
        "2026-03-13",
        "2026-03-13",
        f"{_AWKWARD_LINE} ({_AWKWARD_LINE}) to Germany",
        "TENTATIVE",
        f"Planned: 13 March 2026\nReceived by: {AWKWARD}\nSource: {AWKWARD}",
        f"{AWKWARD}, Germany",
    ),
    "long": (
        "2026-03-16",
        "2026-03-16",
        "France to Germany",
        "TENTATIVE",
        f"Planned: 16 March 2026\nSource: Agency ({LONG})",
        "Germany",
    ),
    "in-a-zone": _call(
        "2026-06-01T08:00:00+00:00", "2026-06-01T09:30:00+00:00", "1 June 2026, 10:00–11:30 Europe/Paris"
    ),
    "far-zone": _call("2026-12-24T14:30:00+00:00", None, "24 December 2026, 23:30 Asia/Tokyo"),
    "first-of-a-night": _call(
        "2026-10-25T00:30:00+00:00",
        "2026-10-25T00:45:00+00:00",
        "25 October 2026, 02:30 (+02:00)–02:45 (+02:00) Europe/Paris",
    ),
    "second-of-a-night": _call(
        "2026-10-25T01:30:00+00:00",
        "2026-10-25T01:45:00+00:00",
        "25 October 2026, 02:30 (+01:00)–02:45 (+01:00) Europe/Paris",
    ),
    "over-the-change": _call(
        "2026-03-29T00:30:00+00:00", "2026-03-29T01:30:00+00:00", "29 March 2026, 01:30–03:30 Europe/Paris"
    ),
    "fixed-offset": _call("2026-06-01T02:00:00+00:00", "2026-06-01T03:00:00+00:00", "1 June 2026, 02:00–03:00 UTC"),
    "in-utc": _call("2026-06-02T10:00:00+00:00", None, "2 June 2026, 10:00 UTC"),
    "some-time-in-november": (
        "2026-11-01",
        "2026-11-30",
        "Сергей Лавров (Россия) to France (November 2026, date to be confirmed)",
        "TENTATIVE",
        "Planned: November 2026, date to be confirmed\nSource: Agency",
        "France",
    ),
    "over-new-year": (
        "2026-12-30",
        "2027-01-02",
        "Сергей Лавров (Россия) to Germany",
        "TENTATIVE",
        "Planned: 30 December 2026 – 2 January 2027\nSource: Agency",
        "Germany",
    ),
    "meeting": (
        "2026-03-03",
        "2026-03-03",
        "Meeting: 王毅 (中国) – Сергей Лавров (Россия)",
        "TENTATIVE",
        "Planned: 3 March 2026\nSource: Agency",
        "莫斯科",
    ),
}
SHOWN_AFTER: dict[str, Told] = {
    **SHOWN_BEFORE,
    "chinese": (
        "2026-04-06",
        "2026-04-09",
        "王毅 (中国) to Россия",
        "TENTATIVE",
        "Planned: 6–9 April 2026\nReason: 洪水\nSource: Agency",
        "莫斯科, Россия",
    ),
    "cyrillic": (
        "2026-03-09",
        "2026-03-09",
        "Сергей Лавров (Россия) to 中国",
        "CONFIRMED",
        "Confirmed: 9 March 2026\nSource: Agency",
        "Пекин, 中国",
    ),
    "arabic": (
        "2026-03-10",
        "2026-03-11",
        "CANCELLED: سامح شكري (مصر) to France",
        "CANCELLED",
        "Cancelled: 10–11 March 2026\nReason: مرض\nSource: Agency",
        "باريس, France",
    ),
    "in-a-zone": _call(
        "2026-06-02T08:00:00+00:00", "2026-06-02T09:30:00+00:00", "2 June 2026, 10:00–11:30 Europe/Paris"
    ),
    "second-of-a-night": (
        "2026-10-25T01:30:00+00:00",
        "2026-10-25T01:45:00+00:00",
        "CANCELLED: Call: France – Germany",
        "CANCELLED",
        "Cancelled: 25 October 2026, 02:30 (+01:00)–02:45 (+01:00) Europe/Paris\nSource: Agency",
        None,
    ),
}
