"""A realistic log: reports about visits, meetings and calls over thirty years, the same for the same seed."""

import random
from collections.abc import Callable, Iterator
from functools import cache
from operator import attrgetter
from typing import Any

import pendulum

from diplocal.dates import When
from diplocal.events import (
    CallAnnounced,
    CallHeld,
    Cancelled,
    Confirmed,
    DateNarrowed,
    EngagementEvent,
    MeetingAnnounced,
    MeetingHeld,
    ReportAttached,
    Rescheduled,
    VisitAnnounced,
    VisitConcluded,
)
from diplocal.levels import Level, Purpose
from diplocal.parties import Office, Person, Rank, State
from diplocal.sources import Attribution, Source

CODES = (
    "AE AR AU BD BE BR CA CH CL CN CU DE EG ES ET FI FR GB GR HU ID IN IR IT JP KE KR KZ MN MX MY NG NO PH PK PL RU SA"
    " TR US"
)
STATES = tuple(State(code, f"State of {code}") for code in CODES.split())
PEOPLE = tuple(
    Person(
        f"Person {number}",
        STATES[number % len(STATES)],
        Office(f"{list(Rank)[number % 6].value.title()}", list(Rank)[number % 6]),
    )
    for number in range(300)
)
SOURCES = tuple(
    Source(f"Agency {number}", f"https://agency-{number}.example/diary", attribution=list(Attribution)[number % 8])
    for number in range(30)
)
TOWNS = ("the capital", "the port", "the old town", "the lake")
FIRST_DAY = pendulum.Date(1994, 1, 1)
DAYS = 30 * 365


def events(number: int, seed: int = 1) -> list[EngagementEvent]:
    """Give so many reports, in the order in which the public could know: about five for each engagement."""
    dice = random.Random(seed)  # noqa: S311 - a repeatable log, no secret
    made: list[EngagementEvent] = []
    engagement = 0
    while len(made) < number:
        made += _engagement(f"engagement-{engagement}", dice)
        engagement += 1
    return sorted(made[:number], key=attrgetter("reported"))


def _engagement(slug: str, dice: random.Random) -> Iterator[EngagementEvent]:
    announced = dice.randrange(DAYS)
    held = announced + dice.randrange(20, 120)
    length = dice.randrange(4)
    firm = _days(held, length)
    vague = dice.random() < 0.5
    told: dict[str, Any] = {"sources": (dice.choice(SOURCES),), "engagement": slug}
    plan, occurrence, facts = _kind(dice)
    yield plan(**told, **facts, when=_month(held) if vague else _days(held - 2, length), reported=_day(announced))
    if vague:
        yield DateNarrowed(**told, when=firm, reported=_day(announced + 5))
    elif dice.random() < 0.4:
        yield Rescheduled(**told, when=firm, reported=_day(announced + 5))
    yield Confirmed(**told, when=firm, reported=_day(announced + 10))
    if dice.random() < 0.1:
        yield Cancelled(**told, reason="a fuller diary at home", reported=_day(announced + 15))
        return
    yield occurrence(**told, **facts, when=firm, reported=_day(held + length))
    for later in range(dice.choice((1, 1, 2))):
        yield ReportAttached(engagement=slug, sources=(dice.choice(SOURCES),), reported=_day(held + length + 1 + later))


def _kind(dice: random.Random) -> tuple[Callable[..., EngagementEvent], Callable[..., EngagementEvent], dict[str, Any]]:
    """Give what announces an engagement, what holds it, and what both say of it."""
    guest, other = dice.sample(PEOPLE, 2)
    while guest.party == other.party:
        other = dice.choice(PEOPLE)
    draw = dice.random()
    if draw < 0.7:
        facts = {
            "visitors": (guest,),
            "host": other.party,
            "received_by": (other,),
            "place": dice.choice(TOWNS),
            "level": dice.choice(list(Level)[:4]),
            "purposes": (Purpose.TALKS,),
        }
        return VisitAnnounced, VisitConcluded, facts
    if draw < 0.9:
        return MeetingAnnounced, MeetingHeld, {"participants": (guest, other), "place": dice.choice(TOWNS)}
    return CallAnnounced, CallHeld, {"participants": (guest, other)}


@cache
def _day(number: int) -> pendulum.Date:
    return FIRST_DAY.add(days=number)


@cache
def _days(number: int, length: int) -> When:
    return When.between(_day(number), _day(number + length))


@cache
def _month(number: int) -> When:
    return When(_day(number).format("YYYY-MM"))
