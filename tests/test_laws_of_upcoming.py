"""What lies ahead keeps the laws, and its answers are what a plain recount gives."""

from collections.abc import Sequence

import pendulum
from hypothesis import given
from hypothesis import strategies as st

from diplocal.engagements import Engagement, Kind, Listed, Status
from diplocal.projections import Upcoming, UpcomingVisits
from diplocal.testing import History, check_law, histories, laws
from diplocal.testing.pools import CHINA, RUSSIA

DAYS = [
    pendulum.Date(2023, 10, 25),
    pendulum.Date(2023, 10, 30),
    pendulum.Date(2023, 12, 31),
    pendulum.Date(2024, 3, 15),
]
RETOLD = ("renaming", "shifting", "echo", "recording", "respelling", "arrival", "refinement", "duplicates")


def ask_upcoming(upcoming: Upcoming) -> dict[str, list[str]]:
    """Ask what lies ahead of some days, for whom."""
    asked: dict[str, list[str]] = {"all": [one.slug for one in upcoming]}
    for day in DAYS:
        asked[f"{day}"] = [one.slug for one in upcoming.on(day)]
        asked[f"{day} Russia"] = [one.slug for one in upcoming.on(day, state="ru")]
        asked[f"{day} China and Russia"] = [one.slug for one in upcoming.on(day, pair=("CN", "RU"))]
        asked[f"{day} Wang Yi"] = [one.slug for one in upcoming.on(day, person="WANG yi")]
    return asked


def recount_upcoming(engagements: Sequence[Engagement]) -> dict[str, list[str]]:
    """Work the same out from the engagements."""
    diary = [
        one
        for one in engagements
        if (one.kind in (Kind.VISIT, Kind.TRIP, Kind.MEETING, Kind.CALL, Kind.EXERCISE) or _is_listed(one))
        and one.status not in (Status.CANCELLED, Status.RETRACTED, Status.ABSORBED)
    ]

    def listed(day: pendulum.Date, *codes: str, person: str = "") -> list[str]:
        ahead = [one for one in diary if one.when is None or one.when.latest is None or one.when.latest >= day]
        chosen = {
            one.slug
            for one in ahead
            if set(codes) <= {party.code for party in one.parties}
            and (not person or not _names(one).isdisjoint(_all_names(person, engagements)))
        }
        shown = sorted((one for one in ahead if one.slug in chosen or one.during in chosen), key=_soonest)
        slugs = {one.slug for one in shown}
        inside = {visit: [one.slug for one in shown if one.during == visit] for visit in slugs}
        return [slug for one in shown if one.during not in slugs for slug in _with_all_inside(one.slug, inside)]

    asked: dict[str, list[str]] = {"all": [one.slug for one in sorted(diary, key=_soonest)]}
    for day in DAYS:
        asked[f"{day}"] = listed(day)
        asked[f"{day} Russia"] = listed(day, "RU")
        asked[f"{day} China and Russia"] = listed(day, "CN", "RU")
        asked[f"{day} Wang Yi"] = listed(day, person="wang yi")
    return asked


def _with_all_inside(slug: str, inside: dict[str, list[str]]) -> list[str]:
    return [slug, *(deeper for one in inside[slug] for deeper in _with_all_inside(one, inside))]


def _is_listed(one: Engagement) -> bool:
    return isinstance(one.subject, Listed) and one.subject.title is not None


def _soonest(one: Engagement) -> tuple[bool, str, str, str, str]:
    first, last = (one.when.earliest, one.when.latest) if one.when else (None, None)
    begins = one.when.begins_at if one.when else None
    hour = begins.in_timezone("UTC").isoformat() if begins else ""
    return one.when is None, str(first or "0001-01-01"), str(last or "9999-12-31"), hour, one.slug


def _all_names(person: str, engagements: Sequence[Engagement]) -> set[str]:
    """Return what somebody is called, also as an alias says, and an alias of that."""
    told = [_names(one) for one in engagements if one.kind is Kind.ALIAS and one.counts]
    names = {person}
    for _ in told:
        names = names.union(*(found for found in told if not found.isdisjoint(names)))
    return names


def _names(engagement: Engagement) -> set[str]:
    return {one.name.lower() for one in engagement.people}


def near_visits() -> st.SearchStrategy[History]:
    """Draw visits and meetings of one pair, which often lie within each other."""
    return histories(kinds=[Kind.VISIT, Kind.MEETING], parties=[CHINA, RUSSIA], max_engagements=5, min_events=3)


TestUpcomingVisits = laws(UpcomingVisits, also=RETOLD)


@given(history=near_visits() | histories())
def test_what_lies_ahead_is_what_a_plain_recount_gives(history: History) -> None:
    check_law("recount", UpcomingVisits, history, ask=ask_upcoming, recount=recount_upcoming)
