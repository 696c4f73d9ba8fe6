"""How visits keep to what was announced: by when the public could know, and as exactly as dates are known."""

import hypothesis
import pendulum
from hypothesis import settings
from hypothesis import strategies as st

from diplocal.dates import When
from diplocal.demo import article
from diplocal.events import (
    Cancelled,
    Confirmed,
    Corrected,
    DateNarrowed,
    MergedAsDuplicate,
    Postponed,
    Rescheduled,
    Retracted,
    VisitAnnounced,
    VisitConcluded,
    VisitInvited,
)
from diplocal.parties import Person, State
from diplocal.projections import Performance, Planned, Punctuality, Timekeeping
from diplocal.projections.days import Days
from diplocal.testing import given

CHINA, RUSSIA, BELARUS = State("CN"), State("RU"), State("BY")
PUTIN = Person("Vladimir Putin", RUSSIA)


def announced(when: str | None, day: int, slug: str = "visit") -> VisitAnnounced:
    return VisitAnnounced(
        engagement=slug,
        visitors=(PUTIN,),
        host=CHINA,
        when=None if when is None else When(when),
        reported=pendulum.Date(2023, 9, day),
    )


def took_place(when: str, slug: str = "visit") -> VisitConcluded:
    return VisitConcluded(
        engagement=slug, visitors=(PUTIN,), host=CHINA, when=When(when), reported=pendulum.Date(2023, 12, 1)
    )


def moved(when: str, day: int, slug: str = "visit") -> Rescheduled:
    return Rescheduled(engagement=slug, when=When(when), reported=pendulum.Date(2023, 9, day))


def only(times: Timekeeping) -> Planned:
    (visit,) = times
    return visit


def summed_up(times: Timekeeping) -> Performance:
    (row,) = times.by("all")
    return row


def test_lead_time_runs_from_the_first_announcement_to_the_first_day() -> None:
    story = given(announced("2023-10", 18), announced("2023-10-17", 30), took_place("2023-10-17/2023-10-18"))
    story.then(Punctuality, Days(29, 29), ask=lambda times: only(times).lead)


def test_the_lead_time_of_a_visit_of_which_only_the_month_is_known_has_bounds() -> None:
    given(announced("2023-10", 18), took_place("2023-10")).then(
        Punctuality, Days(13, 43), ask=lambda times: only(times).lead
    )


def test_a_visit_cannot_have_begun_before_it_was_announced() -> None:
    given(announced("2023-09", 18), took_place("2023-09")).then(
        Punctuality, Days(0, 12), ask=lambda times: only(times).lead
    )


def test_a_plan_that_is_still_one_has_no_lead_time() -> None:
    given(announced("2023-10", 18)).then(Punctuality, None, ask=lambda times: only(times).lead)


def test_an_invitation_is_no_announcement() -> None:
    invited = VisitInvited(engagement="visit", visitors=(PUTIN,), host=CHINA, reported=pendulum.Date(2023, 3, 21))
    given(invited, took_place("2023-10-17")).then(Punctuality, 0, ask=len)
    given(invited, announced("2023-10", 18), took_place("2023-10-17")).then(
        Punctuality, Days(29, 29), ask=lambda times: only(times).lead
    )


def test_what_was_reported_only_when_it_took_place_was_no_plan() -> None:
    given(took_place("2023-10-17")).then(Punctuality, 0, ask=len)


def test_a_reschedule_is_a_slip_and_says_by_how_much() -> None:
    story = given(announced("2023-10-17", 18), moved("2023-10-24", 20), moved("2023-10-20", 22))
    story.then(Punctuality, [Days(7, 7), Days(-4, -4)], ask=lambda times: [slip.days for slip in only(times).slips])
    story.then(
        Punctuality,
        (1, 2, Days(-4, 7)),
        ask=lambda times: (summed_up(times).slipped, summed_up(times).slips, summed_up(times).slip),
    )


def test_a_slip_that_two_sources_report_happened_once() -> None:
    story = given(announced("2023-10-17", 18), moved("2023-10-24", 20), moved("2023-10-24", 21))
    story.then(Punctuality, 1, ask=lambda times: len(only(times).slips))


def test_a_date_that_became_better_known_is_a_narrowing_and_no_slip() -> None:
    narrowed = DateNarrowed(engagement="visit", when=When("2023-10-17/2023-10-18"), reported=pendulum.Date(2023, 9, 20))
    story = given(announced("2023", 18), announced("2023-10", 19), narrowed, took_place("2023-10-17/2023-10-18"))
    story.then(Punctuality, (0, 2), ask=lambda times: (len(only(times).slips), only(times).narrowings))


def test_a_date_that_is_learnt_only_when_the_visit_takes_place_was_not_narrowed() -> None:
    given(announced("2023-10", 18), took_place("2023-10-17")).then(
        Punctuality, 0, ask=lambda times: only(times).narrowings
    )


def test_what_was_put_off_and_dated_anew_slipped_from_its_last_date() -> None:
    put_off = Postponed(engagement="visit", reported=pendulum.Date(2023, 9, 19))
    story = given(announced("2023-10-17", 18), put_off, moved("2023-11-17", 20))
    story.then(Punctuality, (1, [Days(31, 31)]), ask=lambda t: (only(t).postponements, [s.days for s in only(t).slips]))


def test_a_correction_is_no_slip() -> None:
    right = announced("2023-10-24", 18)
    story = given(announced("2023-10-17", 18)).when(Corrected(engagement="visit", of="visit/1", right=right))
    story.then(Punctuality, (), ask=lambda times: only(times).slips)


def test_a_slip_that_is_retracted_never_was() -> None:
    story = given(announced("2023-10-17", 18), moved("2023-10-24", 20))
    story.when(Retracted(engagement="visit", of="visit/2")).then(Punctuality, (), ask=lambda times: only(times).slips)


def test_the_announcement_of_a_duplicate_counts() -> None:
    earlier = announced("2023-10", 1, slug="same")
    story = given(announced("2023-10", 18), earlier, took_place("2023-10-17"))
    story.when(MergedAsDuplicate(engagement="same", into="visit")).then(
        Punctuality, Days(46, 46), ask=lambda times: only(times).lead
    )


def test_the_cancellation_rate_is_that_of_plans_that_came_to_an_end() -> None:
    called_off = Cancelled(engagement="called-off", reported=pendulum.Date(2023, 9, 20))
    story = given(
        announced("2023-10-17", 18),
        took_place("2023-10-17"),
        announced("2023-11", 18, slug="called-off"),
        called_off,
        announced("2024", 18, slug="open"),
    )
    story.then(
        Punctuality,
        (3, 1, 1, 0.5),
        ask=lambda times: (
            summed_up(times).plans,
            summed_up(times).held,
            summed_up(times).cancelled,
            summed_up(times).cancellation_rate,
        ),
    )
    given(announced("2024", 18)).then(Punctuality, None, ask=lambda times: summed_up(times).cancellation_rate)


def test_a_visit_of_two_states_counts_for_each_and_once_for_the_host() -> None:
    both = VisitAnnounced(engagement="both", visitors=(PUTIN, BELARUS), host=CHINA)
    story = given(both)
    keys = {"host": [("CN",)], "visitor": [("BY",), ("RU",)], "pair": [("BY", "CN"), ("CN", "RU")], "all": [()]}
    story.then(Punctuality, keys, ask=lambda times: {side: [row.key for row in times.by(side)] for side in keys})
    story.then(Punctuality, [1], ask=lambda times: [row.plans for row in times.by("host", person="vladimir putin")])
    story.then(Punctuality, [], ask=lambda times: times.by("host", pair=("CN", "US")))


def test_putins_visit_of_october_was_told_a_month_ahead_and_narrowed_once() -> None:
    story = given(*article.as_reported(), *article.what_followed())
    story.then(
        Punctuality,
        {"putin-to-china-2023-10": (Days(29, 29), 1), "wang-to-russia-2023-09": (Days(0, 0), 0)},
        ask=lambda times: {one.slug: (one.lead, one.narrowings) for one in times},
    )


def test_confirming_changes_neither_date_nor_lead() -> None:
    confirmed = Confirmed(engagement="visit", reported=pendulum.Date(2023, 9, 20))
    story = given(announced("2023-10-17", 18), confirmed, took_place("2023-10-17"))
    story.then(Punctuality, ((), 0, Days(29, 29)), ask=lambda t: (only(t).slips, only(t).narrowings, only(t).lead))


@settings(max_examples=50)
@hypothesis.given(st.lists(st.integers(0, 300), min_size=1, max_size=6))
def test_slips_between_known_days_add_up_to_how_far_the_visit_moved_in_all(days: list[int]) -> None:
    first, *later = [pendulum.Date(2024, 1, 1).add(days=day) for day in days]
    plan = (announced(first.isoformat(), 1), *(moved(day.isoformat(), place) for place, day in enumerate(later, 2)))

    def in_all(times: Timekeeping) -> int:
        return sum(slip.days.at_least for slip in only(times).slips if slip.days)

    given(*plan).then(Punctuality, days[-1] - days[0], ask=in_all)
