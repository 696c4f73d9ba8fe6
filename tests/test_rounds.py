"""Rounds of a series: which was when, which are missing or claimed twice, and when the next one is due."""

import hypothesis
import pendulum
from hypothesis import settings
from hypothesis import strategies as st

from diplocal.dates import When
from diplocal.demo import article
from diplocal.events import Cancelled, EngagementEvent, MeetingAnnounced, MeetingHeld, VisitConcluded
from diplocal.parties import Person, State
from diplocal.projections import ConsultationRounds, Consultations, Due, RoundsOfSeries
from diplocal.projections.days import Days
from diplocal.series import Round, Series
from diplocal.testing import given

CHINA, RUSSIA = State("CN"), State("RU")
WANG = Person("Wang Yi", CHINA)
TALKS = Series("Strategic Security Consultation")


def held(number: int, when: str, slug: str | None = None, during: str | None = None) -> EngagementEvent:
    return MeetingHeld(
        engagement=slug or f"round-{number}",
        participants=(CHINA, RUSSIA),
        when=When(when),
        round=Round(TALKS, number),
        during=during,
    )


def planned(number: int, when: str | None) -> EngagementEvent:
    return MeetingAnnounced(
        engagement=f"round-{number}",
        participants=(CHINA, RUSSIA),
        when=None if when is None else When(when),
        round=Round(TALKS, number),
    )


def talks(consultations: Consultations) -> RoundsOfSeries:
    found = consultations.of("strategic security CONSULTATION")
    assert found is not None
    return found


def test_the_next_round_is_due_between_the_shortest_and_the_longest_interval_after_the_last() -> None:
    story = given(held(1, "2020-01-10"), held(2, "2020-12-30"), held(3, "2022-01-04"))
    story.then(
        ConsultationRounds,
        [(1, 2, Days(355, 355)), (2, 3, Days(370, 370))],
        ask=lambda all_of_them: [(one.first, one.then, one.days) for one in talks(all_of_them).intervals],
    )
    due = Due(4, pendulum.Date(2022, 12, 25), pendulum.Date(2023, 1, 9), 2)
    story.then(ConsultationRounds, due, ask=lambda consultations: talks(consultations).next_due)
    days = (pendulum.Date(2023, 1, 9), pendulum.Date(2023, 1, 10))
    story.then(ConsultationRounds, [False, True], ask=lambda answer: [talks(answer).is_overdue(on) for on in days])


def test_vague_dates_make_a_vague_estimate() -> None:
    story = given(held(1, "2020-01"), held(2, "2021-01"), held(3, "2022-01"))
    due = Due(4, pendulum.Date(2022, 12, 2), pendulum.Date(2023, 3, 3), 2)
    story.then(ConsultationRounds, due, ask=lambda answer: talks(answer).next_due)


def test_of_one_interval_nothing_is_estimated() -> None:
    story = given(held(1, "2020-01-10"), held(2, "2021-01-10"), planned(3, "2022-01"))
    story.then(ConsultationRounds, None, ask=lambda answer: talks(answer).next_due)
    story.then(ConsultationRounds, [3], ask=lambda answer: [one.number for one in talks(answer).planned])


def test_a_missing_number_is_named_and_its_double_interval_is_no_pace() -> None:
    story = given(held(1, "2019-01-10"), held(2, "2020-01-10"), held(4, "2022-01-10"))
    story.then(ConsultationRounds, (3,), ask=lambda answer: talks(answer).missing)
    story.then(ConsultationRounds, [(1, 2), (2, 4)], ask=lambda a: [(i.first, i.then) for i in talks(a).intervals])
    story.then(ConsultationRounds, None, ask=lambda answer: talks(answer).next_due)


def test_two_engagements_that_claim_one_round_are_shown_and_not_chosen_between() -> None:
    story = given(held(1, "2020-01-10"), held(1, "2020-02-10", "other"), held(2, "2021-01-10"))
    story.then(ConsultationRounds, {1: ("other", "round-1")}, ask=lambda answer: talks(answer).contested)
    story.then(ConsultationRounds, (), ask=lambda answer: talks(answer).intervals)


def test_a_cancelled_round_claims_nothing_once_its_number_was_held() -> None:
    story = given(planned(1, "2020-01"), Cancelled(engagement="round-1"), held(1, "2020-05-01", "at-last"))
    story.then(ConsultationRounds, {}, ask=lambda answer: talks(answer).contested)


def test_a_visit_and_the_meeting_inside_it_are_one_round() -> None:
    visit = VisitConcluded(
        engagement="visit", visitors=(WANG,), host=RUSSIA, when=When("2020-01-09/2020-01-11"), round=Round(TALKS, 1)
    )
    story = given(visit).then(
        ConsultationRounds, ["visit"], ask=lambda answer: [one.slug for one in talks(answer).rounds]
    )
    story.when(held(1, "2020-01-10", during="visit")).then(
        ConsultationRounds, ["round-1"], ask=lambda answer: [one.slug for one in talks(answer).rounds]
    )


def test_the_article_tells_of_the_eighteenth_round() -> None:
    name = article.CONSULTATION.name
    story = given(*article.as_reported())
    story.then(
        ConsultationRounds, [(18, "planned")], ask=lambda a: [(r.number, r.status.value) for r in a.of(name).rounds]
    )
    story.when(*article.what_followed()).then(
        ConsultationRounds, [(18, "held")], ask=lambda a: [(r.number, r.status.value) for r in a.of(name).rounds]
    )
    story.then(ConsultationRounds, [name], ask=lambda answer: [one.series for one in answer.chosen(pair=("RU", "CN"))])
    story.then(ConsultationRounds, [], ask=lambda answer: answer.chosen(state="BY"))


@settings(max_examples=50)
@hypothesis.given(st.lists(st.integers(100, 800), min_size=3, max_size=8))
def test_the_days_on_which_a_round_is_due_span_the_shortest_and_the_longest_interval(
    past: list[int],
) -> None:
    days = [pendulum.Date(2000, 1, 1).add(days=sum(past[:place])) for place in range(len(past))]
    story = given(*(held(number, day.isoformat()) for number, day in enumerate(days, 1)))
    shortest, longest = min(past[:-1]), max(past[:-1])
    story.then(
        ConsultationRounds,
        (days[-1].add(days=shortest), days[-1].add(days=longest)),
        ask=lambda answer: (due := talks(answer).next_due) and (due.earliest, due.latest),
    )
    story.then(ConsultationRounds, past[:-1], ask=lambda a: [one.days.at_most for one in talks(a).intervals])
