"""What one news report of 18 September 2023 says, as events; and what later reports made of it.

The report announces that China's foreign minister goes to Russia. It also tells of visits that are past, of one that an
aide expects in October, and of joint patrols to which South Korea reacted. Every sentence of it that is about
diplomatic life is an event here, as certain and as exact as the report is, and no more.
"""

from typing import Any

import pendulum

from diplocal.dates import When
from diplocal.events import (
    Confirmed,
    DateNarrowed,
    Domain,
    EngagementEvent,
    ForcesScrambled,
    MeetingAnnounced,
    MeetingHeld,
    PatrolConducted,
    VisitAnnounced,
    VisitConcluded,
)
from diplocal.levels import Level, Purpose
from diplocal.parties import Office, Person, Rank, State
from diplocal.series import Round, Series
from diplocal.sources import Attribution, Source

CHINA = State("CN", "China")
RUSSIA = State("RU", "Russia")
BELARUS = State("BY", "Belarus")
SOUTH_KOREA = State("KR", "South Korea")

WANG = Person("Wang Yi", CHINA, Office("Foreign Minister", Rank.FOREIGN_MINISTER), "Q701128")
LI = Person("Li Shangfu", CHINA, Office("Defence Minister", Rank.DEFENCE_MINISTER))
XI = Person("Xi Jinping", CHINA, Office("President", Rank.HEAD_OF_STATE), "Q15031")
LAVROV = Person("Sergei Lavrov", RUSSIA, Office("Foreign Minister", Rank.FOREIGN_MINISTER), "Q58217")
PATRUSHEV = Person(
    "Nikolai Patrushev", RUSSIA, Office("Secretary of the Security Council", Rank.SECURITY_COUNCIL_SECRETARY)
)
PUTIN = Person("Vladimir Putin", RUSSIA, Office("President", Rank.HEAD_OF_STATE), "Q7747")

CONSULTATION = Series("China-Russia Strategic Security Consultation")
THE_REPORT = pendulum.date(2023, 9, 18)
"""The day on which it was published."""


def _said(publisher: str, attribution: Attribution, day: pendulum.Date = THE_REPORT, *, by: str | None = None) -> Any:
    """Return what a report has beside its facts: when the public could know, and who said so."""
    return {"reported": day, "sources": (Source(publisher, published=day, attribution=attribution, speaker=by),)}


_CHINAS_MINISTRY = _said("NDTV", Attribution.MINISTRY, by="Ministry of Foreign Affairs of China")
_RUSSIAS_MINISTRY = _said("News report", Attribution.MINISTRY, by="Ministry of Foreign Affairs of Russia")
_AIDE = _said("News report", Attribution.AIDE, by="an aide to Vladimir Putin")
_REPORT = _said("News report", Attribution.NEWS_MEDIA)


def as_reported() -> tuple[EngagementEvent, ...]:
    """Return what the report of 18 September 2023 says."""
    return (
        VisitAnnounced(
            engagement="wang-to-russia-2023-09",
            visitors=(WANG,),
            host=RUSSIA,
            received_by=(PATRUSHEV,),
            when=When("2023-09-18/2023-09-21"),
            purposes=(Purpose.CONSULTATION,),
            **_CHINAS_MINISTRY,
        ),
        MeetingAnnounced(
            engagement="security-consultation-18",
            participants=(WANG, PATRUSHEV),
            host=RUSSIA,
            when=When("[2023-09-18..2023-09-21]"),
            during="wang-to-russia-2023-09",
            purposes=(Purpose.CONSULTATION,),
            round=Round(CONSULTATION, 18),
            **_CHINAS_MINISTRY,
        ),
        MeetingAnnounced(
            engagement="wang-meets-lavrov-2023-09",
            participants=(WANG, LAVROV),
            host=RUSSIA,
            when=When("[2023-09-18..2023-09-21]"),
            during="wang-to-russia-2023-09",
            purposes=(Purpose.TALKS,),
            **_RUSSIAS_MINISTRY,
        ),
        VisitAnnounced(
            engagement="putin-to-china-2023-10", visitors=(PUTIN,), host=CHINA, when=When("2023-10"), **_AIDE
        ),
        VisitConcluded(
            engagement="xi-to-russia-2023-03",
            visitors=(XI,),
            host=RUSSIA,
            when=When("2023-03"),
            place="Moscow",
            level=Level.STATE,
            **_REPORT,
        ),
        VisitConcluded(engagement="li-to-russia-2023-08", visitors=(LI,), host=RUSSIA, when=When("2023-08"), **_REPORT),
        VisitConcluded(
            engagement="li-to-belarus-2023-08", visitors=(LI,), host=BELARUS, when=When("2023-08"), **_REPORT
        ),
        PatrolConducted(
            engagement="china-russia-patrols-2023",
            actors=(CHINA, RUSSIA),
            when=When("2023-06~/2023-09~"),
            domains=(Domain.SEA, Domain.AIR),
            **_REPORT,
        ),
        ForcesScrambled(engagement="china-russia-patrols-2023", by=SOUTH_KOREA, craft=("fighter jets",), **_REPORT),
    )


def what_followed() -> tuple[EngagementEvent, ...]:
    """Return what was reported by 1 November 2023: the plans became facts, and "October" became two days."""
    return (
        MeetingHeld(
            engagement="wang-meets-lavrov-2023-09",
            participants=(WANG, LAVROV),
            host=RUSSIA,
            when=When("2023-09-18"),
            place="Moscow",
            during="wang-to-russia-2023-09",
            **_ministry("Russia", 2023, 9, 19),
        ),
        MeetingHeld(
            engagement="security-consultation-18",
            participants=(WANG, PATRUSHEV),
            host=RUSSIA,
            when=When("2023-09-19"),
            place="Moscow",
            during="wang-to-russia-2023-09",
            purposes=(Purpose.CONSULTATION,),
            round=Round(CONSULTATION, 18),
            **_ministry("China", 2023, 9, 20),
        ),
        MeetingHeld(
            engagement="putin-receives-wang-2023-09",
            participants=(PUTIN, WANG),
            host=RUSSIA,
            when=When("2023-09-20"),
            place="Saint Petersburg",
            during="wang-to-russia-2023-09",
            purposes=(Purpose.TALKS,),
            **_ministry("China", 2023, 9, 21),
        ),
        VisitConcluded(
            engagement="wang-to-russia-2023-09",
            visitors=(WANG,),
            host=RUSSIA,
            when=When("2023-09-18/2023-09-21"),
            **_ministry("China", 2023, 9, 22),
        ),
        DateNarrowed(
            engagement="putin-to-china-2023-10", when=When("2023-10-17/2023-10-18"), **_ministry("China", 2023, 10, 16)
        ),
        Confirmed(engagement="putin-to-china-2023-10", **_ministry("China", 2023, 10, 16)),
        VisitConcluded(
            engagement="putin-to-china-2023-10",
            visitors=(PUTIN,),
            host=CHINA,
            when=When("2023-10-17/2023-10-18"),
            place="Beijing",
            purposes=(Purpose.SUMMIT,),
            **_ministry("China", 2023, 10, 19),
        ),
    )


def _ministry(state: str, *day: int) -> Any:
    return _said(f"Ministry of Foreign Affairs of {state}", Attribution.MINISTRY, pendulum.date(*day))
