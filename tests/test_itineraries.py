"""Where a person was and will be; of a vague date, nothing is certain."""

import pendulum

from diplocal.dates import When
from diplocal.demo import article
from diplocal.events import Cancelled, MeetingHeld, Postponed, VisitAnnounced, VisitConcluded
from diplocal.parties import Person, State
from diplocal.projections import Itineraries, Itinerary, Journeys
from diplocal.projections.days import Days
from diplocal.testing import given

CHINA, RUSSIA, FRANCE, SERBIA = State("CN"), State("RU"), State("FR"), State("RS")
XI = Person("Xi Jinping", CHINA, wikidata="Q15031")
NAMELESS_ID = Person("Xi Jinping", CHINA)
NAMESAKE = Person("Xi Jinping", FRANCE)


def to(host: State, when: str, *, who: Person = XI, slug: str | None = None) -> VisitConcluded:
    return VisitConcluded(engagement=slug or f"to-{host.code.lower()}", visitors=(who,), host=host, when=When(when))


def of_xi(journeys: Journeys) -> Itinerary:
    return journeys.of("xi jinping")


def slugs(itinerary: Itinerary) -> list[str]:
    return [leg.slug for leg in itinerary]


def test_legs_come_in_order_and_what_has_no_date_last() -> None:
    undated = VisitAnnounced(engagement="some-day", visitors=(XI,), host=FRANCE)
    story = given(undated, to(SERBIA, "2024-05-07/2024-05-08"), to(FRANCE, "2024-05-05/2024-05-07"))
    story.then(Itineraries, ["to-fr", "to-rs", "some-day"], ask=lambda journeys: slugs(of_xi(journeys)))


def test_legs_of_one_journey_share_the_day_of_travel_and_neither_overlap_nor_leave_a_gap() -> None:
    story = given(to(FRANCE, "2024-05-05/2024-05-07"), to(SERBIA, "2024-05-07/2024-05-08"))
    story.then(Itineraries, (), ask=lambda journeys: of_xi(journeys).overlaps)
    story.then(Itineraries, (), ask=lambda journeys: of_xi(journeys).gaps)


def test_one_person_in_two_countries_at_once_is_an_overlap() -> None:
    story = given(to(FRANCE, "2024-05-05/2024-05-09"), to(SERBIA, "2024-05-07/2024-05-08"))
    found = [("to-fr", "to-rs", False)]
    story.then(
        Itineraries,
        found,
        ask=lambda j: [(one.first.slug, one.second.slug, one.is_one_country) for one in of_xi(j).overlaps],
    )


def test_a_day_that_is_listed_twice_is_an_overlap_in_one_country() -> None:
    story = given(to(FRANCE, "2024-07-10"), to(FRANCE, "2024-07-10", slug="listed-twice"))
    story.then(Itineraries, [True], ask=lambda j: [one.is_one_country for one in of_xi(j).overlaps])


def test_of_a_vague_date_no_overlap_is_certain_and_no_day_is() -> None:
    story = given(to(FRANCE, "2024-05"), to(SERBIA, "2024-05-07/2024-05-08"))
    story.then(Itineraries, (), ask=lambda journeys: of_xi(journeys).overlaps)
    day = pendulum.Date(2024, 5, 7)
    story.then(Itineraries, ["to-rs"], ask=lambda j: [leg.slug for leg in of_xi(j).on(day)])
    story.then(Itineraries, ["to-fr"], ask=lambda j: [leg.slug for leg in of_xi(j).perhaps_on(day)])
    story.then(Itineraries, ["to-rs"], ask=lambda j: [leg.slug for leg in j.on(day)])


def test_gaps_are_as_exact_as_the_dates_around_them() -> None:
    story = given(to(FRANCE, "2024-05-05/2024-05-07"), to(SERBIA, "2024-05-10"))
    story.then(Itineraries, [Days(2, 2)], ask=lambda j: [gap.days for gap in of_xi(j).gaps])
    vague = given(to(FRANCE, "2024-05-05/2024-05-07"), to(SERBIA, "2024-06"))
    vague.then(Itineraries, [Days(24, 53)], ask=lambda j: [gap.days for gap in of_xi(j).gaps])


def test_after_a_short_stay_within_a_long_one_the_gap_begins_when_the_long_one_ends() -> None:
    story = given(to(FRANCE, "2024-05-01/2024-05-20"), to(SERBIA, "2024-05-03/2024-05-04"), to(RUSSIA, "2024-05-25"))
    story.then(
        Itineraries,
        [("to-fr", "to-ru", Days(4, 4))],
        ask=lambda j: [(g.after, g.before, g.days) for g in of_xi(j).gaps],
    )


def test_how_long_a_stay_was_is_as_exact_as_its_dates() -> None:
    def lengths(journeys: Journeys) -> list[Days | None]:
        return [leg.days for leg in of_xi(journeys)]

    given(to(FRANCE, "2024-05-05/2024-05-07")).then(Itineraries, [Days(3, 3)], ask=lengths)
    given(to(FRANCE, "2024-05")).then(Itineraries, [Days(1, 31)], ask=lengths)
    given(to(FRANCE, "2024-05-05/..")).then(Itineraries, [None], ask=lengths)


def test_a_meeting_inside_a_visit_is_no_stay_of_its_own() -> None:
    story = given(*article.as_reported(), *article.what_followed())
    wang = [
        "wang-to-russia-2023-09",
        "wang-meets-lavrov-2023-09",
        "security-consultation-18",
        "putin-receives-wang-2023-09",
    ]
    story.then(Itineraries, sorted(wang), ask=lambda j: sorted(slugs(j.of("Wang Yi"))))
    story.then(Itineraries, wang[:1], ask=lambda j: [leg.slug for leg in j.of("Q701128").stays])
    story.then(Itineraries, (), ask=lambda j: j.of("Wang Yi").overlaps)


def test_who_receives_at_home_goes_nowhere() -> None:
    met = MeetingHeld(
        engagement="met", participants=(XI, Person("Putin", RUSSIA)), host=RUSSIA, when=When("2024-05-05")
    )
    given(met).then(Itineraries, [["met"], []], ask=lambda j: [slugs(j.of("Xi Jinping")), slugs(j.of("Putin"))])


def test_cancelled_legs_are_gone_and_postponed_ones_have_no_date() -> None:
    plans = [
        VisitAnnounced(engagement=slug, visitors=(XI,), host=FRANCE, when=When("2024-05"))
        for slug in ("put-off", "called-off")
    ]
    story = given(*plans, Postponed(engagement="put-off"), Cancelled(engagement="called-off"))
    story.then(Itineraries, [("put-off", None)], ask=lambda j: [(leg.slug, leg.when) for leg in of_xi(j)])


def test_by_wikidata_id_reports_without_one_count_too_and_namesakes_do_not() -> None:
    story = given(
        to(FRANCE, "2024-05-05"), to(SERBIA, "2024-05-07", who=NAMELESS_ID), to(RUSSIA, "2024-05-09", who=NAMESAKE)
    )
    story.then(Itineraries, ["to-fr", "to-rs"], ask=lambda j: slugs(j.of("q15031")))
    story.then(Itineraries, ["to-fr", "to-rs", "to-ru"], ask=lambda j: slugs(of_xi(j)))
    story.then(Itineraries, ["to-ru"], ask=lambda j: slugs(j.of("Xi Jinping", state="fr")))


def test_destinations_count_only_what_was_held() -> None:
    plan = VisitAnnounced(engagement="plan", visitors=(XI,), host=RUSSIA, when=When("2025"))
    story = given(to(FRANCE, "2024-05-05"), to(FRANCE, "2019-03-24", slug="before"), to(SERBIA, "2024-05-07"), plan)
    story.then(Itineraries, {"FR": 2, "RS": 1}, ask=lambda j: of_xi(j).destinations)
    story.then(Itineraries, ["plan"], ask=lambda j: slugs(of_xi(j).ahead(pendulum.Date(2024, 12, 31))))


def test_diversity_is_the_number_of_countries_that_equal_shares_would_make() -> None:
    even = given(to(FRANCE, "2024-05-05"), to(SERBIA, "2024-05-07"))
    even.then(Itineraries, 2.0, ask=lambda j: of_xi(j).diversity)
    uneven = even.when(to(FRANCE, "2019-03-24", slug="before"), to(FRANCE, "2014-03-25", slug="long-before"))
    uneven.then(Itineraries, 1.6, ask=lambda j: of_xi(j).diversity)
    given().then(Itineraries, None, ask=lambda j: of_xi(j).diversity)


def test_the_median_stay_is_that_of_visits_that_were_held() -> None:
    plan = VisitAnnounced(engagement="plan", visitors=(XI,), host=RUSSIA, when=When("2025-01-01/2025-01-30"))
    story = given(to(FRANCE, "2024-05-05/2024-05-07"), to(SERBIA, "2024-05-07/2024-05-08"), to(RUSSIA, "2023-03"), plan)
    story.then(Itineraries, Days(2, 3), ask=lambda j: of_xi(j).stay)


def test_a_person_who_is_spelt_in_two_ways_is_named_once() -> None:
    shouted = Person("XI JINPING", CHINA)
    story = given(
        to(SERBIA, "2024-05-07"), to(FRANCE, "2024-05-05", who=shouted), to(RUSSIA, "2024-06", who=NAMELESS_ID)
    )
    story.then(Itineraries, ["Xi Jinping"], ask=lambda journeys: journeys.people())
