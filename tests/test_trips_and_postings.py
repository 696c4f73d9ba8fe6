"""Trips that visits belong to, ambassadors who come and go, and pairs that were told apart."""

from collections.abc import Callable

import pendulum
import pytest

from diplocal.calendars.feed import Feed
from diplocal.dates import When
from diplocal.diary import Diary
from diplocal.engagements import Engagement, Kind, Posting, Status, to_events
from diplocal.events import (
    Accreditation,
    AmbassadorAccredited,
    AmbassadorExpelled,
    AmbassadorRecalled,
    Cancelled,
    EngagementEvent,
    NotADuplicate,
    OfficeAssumed,
    Recall,
    Retracted,
    TripAnnounced,
    TripConcluded,
    VisitConcluded,
)
from diplocal.parties import Office, Person, Rank, State
from diplocal.projections import ContactFrequency, Discrepancies, PossibleDuplicates, UpcomingVisits
from diplocal.records import Envelope
from diplocal.replaying import replay
from diplocal.store import MemoryStore
from diplocal.wording import facts, language, title

LANGUAGES = ("en", "id", "zh", "ru", "es", "fr", "ar")
CHINA, LAOS, VIETNAM, FRANCE, NIGER = State("CN"), State("LA"), State("VN"), State("FR"), State("NE")
XI = Person("Xi Jinping", CHINA)
ITTE = Person("Sylvain Itte", FRANCE, Office("Ambassador", Rank.AMBASSADOR))


def log_of(*events: EngagementEvent | Envelope) -> MemoryStore:
    store = MemoryStore()
    store.append(*events)
    return store


def understood(slug: str, *events: EngagementEvent) -> Engagement:
    found = Diary(log_of(*events)).get(slug)
    assert found is not None
    return found


def leg(host: State, when: str, during: str | None = "tour") -> VisitConcluded:
    slug = f"xi-to-{host.code.lower()}"
    return VisitConcluded(engagement=slug, visitors=(XI,), host=host, when=When(when), during=during)


PLANNED = TripAnnounced(engagement="tour", travellers=(XI,), when=When("2025-04"), name="Asia tour")
TOOK_PLACE = TripConcluded(engagement="tour", travellers=(XI,), when=When("2025-04-14/2025-04-18"))
LEGS = (leg(VIETNAM, "2025-04-14/2025-04-15"), leg(LAOS, "2025-04-17/2025-04-18"))


class TestTrips:
    def test_a_trip_is_no_contact_and_its_visits_are(self) -> None:
        rows = replay(ContactFrequency(), log_of(PLANNED, TOOK_PLACE, *LEGS)).by("year")
        assert sorted((row.pair, row.kind) for row in rows) == [(("CN", "LA"), Kind.VISIT), (("CN", "VN"), Kind.VISIT)]

    def test_it_has_an_entry_to_which_those_of_its_visits_point(self) -> None:
        lines = replay(Feed(), log_of(TOOK_PLACE, *LEGS)).to_ical().decode().replace("\r\n ", "")
        assert lines.count("BEGIN:VEVENT") == 3
        assert lines.count("RELATED-TO;RELTYPE=PARENT:tour@") == 2
        assert "COLOR:teal" in lines

    def test_visits_of_a_trip_lie_ahead_inside_it(self) -> None:
        log = log_of(*LEGS, PLANNED)
        slugs = [one.slug for one in replay(UpcomingVisits(), log).on(pendulum.date(2025, 4, 1))]
        assert slugs == ["tour", "xi-to-vn", "xi-to-la"]
        assert [one.slug for one in Diary(log).parts_of("tour")] == ["xi-to-la", "xi-to-vn"]

    def test_plans_for_it_change_like_any(self) -> None:
        assert understood("tour", PLANNED, Cancelled(engagement="tour")).status is Status.CANCELLED
        assert understood("tour", TOOK_PLACE, PLANNED).status is Status.HELD
        assert understood("tour", TOOK_PLACE, PLANNED).when == When("2025-04-14/2025-04-18")

    def test_a_visit_of_a_trip_that_nobody_reports_is_a_finding_until_it_comes(self) -> None:
        (found,) = replay(Discrepancies(), log_of(LEGS[0]))
        assert "tour" in found.message
        assert replay(Discrepancies(), log_of(LEGS[0], PLANNED)) == []

    def test_a_report_that_does_not_name_the_trip_takes_no_visit_out_of_it(self) -> None:
        assert understood("xi-to-la", LEGS[1], leg(LAOS, "2025-04-17/2025-04-18", during=None)).during == "tour"

    @pytest.mark.parametrize("tag", LANGUAGES)
    def test_it_is_said_in_every_language(self, tag: str) -> None:
        assert "Xi Jinping" in title(understood("tour", TOOK_PLACE), language(tag))
        assert "Asia tour" in title(understood("tour", PLANNED), language(tag))


def step(event: Callable[..., EngagementEvent], when: str, **said: object) -> EngagementEvent:
    return event(engagement="itte", person=ITTE, host=NIGER, when=When(when), **said)


AGREED = step(AmbassadorAccredited, "2022-08", stage=Accreditation.AGREMENT)
ACCREDITED = step(AmbassadorAccredited, "2022-11-10")
EXPELLED = step(AmbassadorExpelled, "2023-08-25", reason="refused to meet the minister")
CONSULTED = step(AmbassadorRecalled, "2023-07-29", recall=Recall.CONSULTATIONS)


class TestPostings:
    @pytest.mark.parametrize(
        ("events", "status", "when", "words"),
        [
            ((AGREED,), Status.CONFIRMED, "2022-08", "agrément given"),
            ((AGREED, ACCREDITED), Status.UNDER_WAY, "2022-11-10", "credentials presented"),
            ((ACCREDITED, AGREED), Status.UNDER_WAY, "2022-11-10", "credentials presented"),
            ((ACCREDITED, CONSULTED), Status.UNDER_WAY, "2023-07-29", "recalled for consultations"),
            ((step(AmbassadorRecalled, "2023-09"),), Status.UNDER_WAY, "2023-09", "recalled"),
            ((step(AmbassadorRecalled, "2023-09", recall=Recall.FOR_GOOD),), Status.HELD, "2023-09", "for good"),
            ((EXPELLED, ACCREDITED, CONSULTED), Status.HELD, "2023-08-25", "persona non grata"),
        ],
    )
    def test_its_last_step_says_how_far_it_has_come(
        self, events: tuple[EngagementEvent, ...], status: Status, when: str, words: str
    ) -> None:
        posting = understood("itte", *events)
        assert (posting.kind, posting.status, posting.when) == (Kind.POSTING, status, When(when))
        assert words in title(posting)
        assert len(replay(Feed(state="NE"), log_of(*events))) == 1

    def test_all_steps_are_kept_and_handed_on(self) -> None:
        posting = understood("itte", AGREED, ACCREDITED, CONSULTED, EXPELLED)
        assert isinstance(posting.subject, Posting)
        assert [fact.value for fact in facts(posting) if fact.key == "step"] == [
            "agrément given (August 2022)",
            "credentials presented (10 November 2022)",
            "recalled for consultations (29 July 2023)",
            "expelled, persona non grata (25 August 2023)",
        ]
        assert understood("itte", *to_events(posting)).subject == posting.subject

    def test_it_is_no_contact_and_nobody_out_of_office(self) -> None:
        tenure = OfficeAssumed(engagement="t", person=ITTE, when=When("2024"))
        log = log_of(ACCREDITED, EXPELLED, tenure)
        assert replay(ContactFrequency(), log).by("year") == []
        assert replay(Discrepancies(), log) == []

    def test_a_step_that_was_retracted_was_never_taken(self) -> None:
        log = log_of(ACCREDITED, Envelope(EXPELLED, id="itte/2"), Retracted(engagement="itte", of="itte/2"))
        assert "credentials" in title(next(iter(Diary(log).find(kind="posting"))))

    @pytest.mark.parametrize("tag", LANGUAGES)
    def test_it_is_said_in_every_language(self, tag: str) -> None:
        said = {title(understood("itte", event), language(tag)) for event in (AGREED, ACCREDITED, CONSULTED, EXPELLED)}
        assert len(said) == 4
        assert all("Sylvain Itte" in one for one in said)

    @pytest.mark.parametrize("tag", [tag for tag in LANGUAGES if tag != "en"])
    def test_no_language_calls_it_a_visit(self, tag: str) -> None:
        visit = VisitConcluded(engagement="itte", visitors=(ITTE,), host=NIGER, when=When("2022-11-10"))
        assert not title(understood("itte", ACCREDITED), language(tag)).startswith(
            title(understood("itte", visit), language(tag))
        )


class TestToldApart:
    ONE, OTHER = leg(LAOS, "2025-04-17", during=None), leg(LAOS, "2025-04-17", during=None).evolve(engagement="other")

    @pytest.mark.parametrize(("said_of", "other"), [("xi-to-la", "other"), ("other", "xi-to-la")])
    def test_what_was_told_apart_is_suspected_no_more(self, said_of: str, other: str) -> None:
        log = log_of(self.ONE, self.OTHER)
        assert len(replay(PossibleDuplicates(), log)) == 1
        log.append(Envelope(NotADuplicate(engagement=said_of, other=other), id="apart"))
        assert replay(PossibleDuplicates(), log) == Diary(log).answer(PossibleDuplicates()) == []
        log.append(Retracted(engagement=said_of, of="apart"))
        assert len(replay(PossibleDuplicates(), log)) == len(Diary(log).answer(PossibleDuplicates())) == 1

    def test_to_be_told_from_what_nobody_reports_is_a_finding(self) -> None:
        apart = NotADuplicate(engagement="xi-to-la", other="other")
        (found,) = replay(Discrepancies(), log_of(self.ONE, apart))
        assert "told apart" in found.message
        assert replay(Discrepancies(), log_of(self.ONE, apart, self.OTHER)) == []
