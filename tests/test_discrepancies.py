"""What does not fit together is found, and nothing else."""

from typing import Any

import pendulum
import pytest

from diplocal.dates import When
from diplocal.events import (
    CallAnnounced,
    Cancelled,
    Confirmed,
    Corrected,
    EngagementEvent,
    EntryListed,
    ExerciseAnnounced,
    ForcesScrambled,
    MeetingAnnounced,
    MeetingHeld,
    MergedAsDuplicate,
    NoLongerListed,
    NotADuplicate,
    OfficeAssumed,
    OfficeLeft,
    Postponed,
    ReportAttached,
    Retracted,
    SamePerson,
    StatementIssued,
    VisitAnnounced,
    VisitBegan,
    VisitConcluded,
    VisitInvited,
)
from diplocal.events.shapes import Medium
from diplocal.events.wire import identify
from diplocal.parties import Office, Person, Rank, State
from diplocal.projections import Discrepancies, Discrepancy, PossibleDuplicates, UpcomingVisits
from diplocal.projections.discrepancies import lapsed
from diplocal.projections.grouped import Groups
from diplocal.records import Envelope
from diplocal.replaying import catch_up, replay
from diplocal.series import Round, Series
from diplocal.sources import Source
from diplocal.store import MemoryStore
from diplocal.wording import language

PHILIPPINES, FRANCE, CHINA = State("PH", "Philippines"), State("FR", "France"), State("CN", "China")
AQUINO = Person("Benigno Aquino III", PHILIPPINES, Office("President", Rank.HEAD_OF_STATE))


def visit(slug: str, host: State, when: str, *, reported: pendulum.Date | None = None) -> VisitConcluded:
    return VisitConcluded(engagement=slug, visitors=(AQUINO,), host=host, when=When(when), reported=reported)


def found(*events: EngagementEvent) -> list[tuple[Discrepancy, tuple[str, ...]]]:
    store = MemoryStore()
    store.append(*events)
    return [(one.discrepancy, one.engagements) for one in replay(Discrepancies(), store)]


def test_one_person_in_two_places_on_the_same_days() -> None:
    both = visit("in-france", FRANCE, "2014-09-17/2014-09-20"), visit("in-china", CHINA, "2014-09-18/2014-09-22")
    assert found(*both) == [(Discrepancy.TWO_PLACES, ("in-china", "in-france"))]


def test_legs_of_a_journey_share_a_day() -> None:
    assert found(visit("one", FRANCE, "2014-09-17/2014-09-18"), visit("two", CHINA, "2014-09-18/2014-09-22")) == []


def test_a_vague_date_puts_nobody_anywhere() -> None:
    assert found(visit("one", FRANCE, "2014-09"), visit("two", CHINA, "2014-09-18/2014-09-22")) == []


def tenure(kind: type[Any], when: str) -> Any:
    return kind(engagement="aquino-president", person=AQUINO, when=When(when))


def test_an_office_holder_out_of_office() -> None:
    events = (
        tenure(OfficeAssumed, "2010-06-30"),
        tenure(OfficeLeft, "2016-06-30"),
        visit("in-time", FRANCE, "2014-09-17"),
        visit("too-late", FRANCE, "2022-05-12"),
    )
    assert found(*events) == [(Discrepancy.OUT_OF_OFFICE, ("too-late",))]
    assert found(*events[:1], *events[2:]) == []


def test_a_retracted_end_of_office_accuses_nobody() -> None:
    left = tenure(OfficeLeft, "2016-06-30")
    taken_back = Retracted(engagement="aquino-president", of=identify(left))
    assert found(tenure(OfficeAssumed, "2010-06-30"), left, visit("later", FRANCE, "2022-05-12"), taken_back) == []


def test_a_tenure_is_no_contact_and_no_contradiction() -> None:
    assert found(tenure(OfficeAssumed, "2010-06-30"), tenure(OfficeLeft, "2016-06-30")) == []


def test_a_report_that_was_out_before_the_day() -> None:
    early = MeetingHeld(
        engagement="met",
        participants=(AQUINO, FRANCE),
        when=When("2014-09-17"),
        reported=pendulum.Date(2014, 9, 1),
    )
    assert found(early) == [(Discrepancy.CONTRADICTION, ("met",))]


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        (
            "en",
            [
                "too-late: held before its date",
                "Benigno Aquino III in China (18–22 September 2014) and in France (19–20 September 2014)",
                "President Benigno Aquino III was not in office at the time of too-late",
            ],
        ),
        (
            "zh",
            [
                "too-late：早于其日期举行",
                "Benigno Aquino III 在中国（2014年9月18日 – 22日）并在法国（2014年9月19日 – 20日）",
                "too-late 期间，国家元首 Benigno Aquino III 不在任",
            ],
        ),
    ],
)
def test_findings_are_said_in_any_language(tag: str, said: list[str]) -> None:
    store = MemoryStore()
    store.append(
        tenure(OfficeAssumed, "2010-06-30"),
        tenure(OfficeLeft, "2016-06-30"),
        visit("in-china", CHINA, "2014-09-18/2014-09-22"),
        visit("in-france", FRANCE, "2014-09-19/2014-09-20"),
        visit("too-late", FRANCE, "2022-05-12", reported=pendulum.Date(2022, 5, 1)),
    )
    assert [" ".join(one.in_words(language(tag)).split()) for one in replay(Discrepancies(), store)] == said


FINLAND, ESTONIA, LATVIA = State("FI", "Finland"), State("EE", "Estonia"), State("LV", "Latvia")
HALONEN, SAAR = Person("Aino Halonen", FINLAND), Person("Mari Saar", ESTONIA)
DAY = When("2026-09-18")


def met(slug: str, *who: Person | State, when: When = DAY, **facts: Any) -> MeetingHeld:
    return MeetingHeld(engagement=slug, participants=who, when=when, **facts)


def announced(slug: str, **facts: Any) -> VisitAnnounced:
    return VisitAnnounced(**{"engagement": slug, "visitors": (HALONEN,), "host": ESTONIA, "when": DAY, **facts})


class TestPointers:
    """What points at nothing is a finding that names its target, and goes when the target comes in."""

    @pytest.mark.parametrize(
        ("pointer", "target", "comes"),
        [
            (Retracted(engagement="one", of="lost"), "lost", Envelope(announced("one", place="Narva"), id="lost")),
            (
                Corrected(engagement="one", of="lost", right=announced("one")),
                "lost",
                Envelope(announced("one", place="Narva"), id="lost"),
            ),
            (MergedAsDuplicate(engagement="one", into="tour"), "tour", announced("tour")),
            (met("talks", HALONEN, ESTONIA, during="tour"), "tour", announced("tour", when=When("2026-09"))),
        ],
        ids=["retraction", "correction", "merger", "part"],
    )
    def test_it_is_there_until_its_target_is(
        self, pointer: EngagementEvent, target: str, comes: EngagementEvent | Envelope
    ) -> None:
        store = MemoryStore()
        store.append(announced("one"), pointer)
        (found,) = replay(Discrepancies(), store)
        assert (found.discrepancy, found.target) == (Discrepancy.DANGLING, target)
        assert target in found.message
        store.append(comes)
        assert replay(Discrepancies(), store) == []

    def test_an_id_of_another_stream_is_no_report_about_it(self) -> None:
        other = announced("other", host=LATVIA)
        of = identify(other)
        assert found(announced("one"), other, Corrected(engagement="one", of=of, right=announced("one"))) == [
            (Discrepancy.DANGLING, ("one",))
        ]

    def test_what_takes_a_pointer_back_takes_the_finding_back(self) -> None:
        stray = Retracted(engagement="one", of="lost")
        assert found(announced("one"), stray, Retracted(engagement="one", of=identify(stray))) == []

    def test_a_visit_that_was_retracted_or_merged_away_is_not_there(self) -> None:
        tour, talks = announced("tour", when=When("2026-09")), met("talks", HALONEN, ESTONIA, during="tour")
        gone = Retracted(engagement="tour", of=identify(tour))
        assert found(tour, talks) == []
        assert found(tour, talks, gone) == [(Discrepancy.DANGLING, ("talks",))]
        merged = MergedAsDuplicate(engagement="tour", into="other")
        assert found(tour, talks, announced("other", when=When("2026-09")), merged) == [
            (Discrepancy.DANGLING, ("talks",))
        ]

    def test_a_chain_of_mergers_ends_somewhere(self) -> None:
        merge = [MergedAsDuplicate(engagement=one, into=other) for one, other in (("a", "b"), ("b", "c"))]
        assert found(*(announced(slug) for slug in "abc"), *merge) == []
        assert [slugs for _, slugs in found(announced("a"), announced("b"), *merge)] == [("a",), ("b",)]


def test_what_is_told_apart_from_a_retracted_engagement_is_told_apart_from_nothing() -> None:
    apart = NotADuplicate(engagement="one", other="other")
    gone = Retracted(engagement="other", of=identify(announced("other")))
    assert found(announced("one"), announced("other"), apart) == []
    assert found(announced("one"), announced("other"), apart, gone) == [(Discrepancy.DANGLING, ("one",))]


class TestSides:
    """Nobody is there twice, and nobody visits themselves: it is recorded as it was reported, and found."""

    @pytest.mark.parametrize(
        "event",
        [
            met("one", HALONEN, SAAR, HALONEN),
            met("one", SAAR, HALONEN, Person("Halonen, Aino", State("FI"))),
            met("one", FINLAND, ESTONIA, State("EE", "Eesti")),
            announced("one", visitors=(HALONEN, HALONEN)),
            announced("one", host=FINLAND),
            StatementIssued(engagement="one", by=(ESTONIA, ESTONIA), title="On trade", when=When("2026-09-18")),
        ],
        ids=["a person", "another order", "a party", "a visitor", "at home", "who issues"],
    )
    def test_what_cannot_be_is_found(self, event: EngagementEvent) -> None:
        assert found(event) == [(Discrepancy.CONTRADICTION, ("one",))]
        assert found(event, Retracted(engagement="one", of=identify(event))) == []

    def test_namesakes_and_hosts_who_receive_are_no_slip(self) -> None:
        assert found(met("one", HALONEN, Person("Aino Halonen", ESTONIA))) == []
        assert found(announced("two", received_by=(SAAR,))) == []
        assert found(SamePerson(engagement="alias", people=(HALONEN, Person("A. Halonen", FINLAND)))) == []

    def test_it_is_said_who(self) -> None:
        store = MemoryStore()
        store.append(met("one", HALONEN, SAAR, SAAR), announced("two", host=FINLAND))
        said = [one.message for one in replay(Discrepancies(), store)]
        assert ["twice" in said[0], "Saar" in said[0], "visit to itself" in said[1], "Finland" in said[1]] == [True] * 4


def test_what_is_found_about_one_engagement_comes_in_one_order() -> None:
    store, subject = MemoryStore(), Discrepancies()
    store.append(CallAnnounced(engagement="tour", participants=(FINLAND, ESTONIA)))
    store.append(met("talks", HALONEN, SAAR, SAAR, during="tour"))
    found = catch_up(subject, store).state.value.found
    orders = [subject.read(Groups(found=dict(turned))) for turned in (found.items(), [*found.items()][::-1])]  # type: ignore[arg-type]
    assert orders[0] == orders[1]
    assert len(orders[0]) == 2


class TestParts:
    """Nothing is part of itself, of a call, or of what is on other days."""

    @pytest.mark.parametrize(
        "events",
        [
            [met("talks", HALONEN, ESTONIA, during="talks")],
            [
                CallAnnounced(engagement="tour", participants=(FINLAND, ESTONIA)),
                met("t", HALONEN, ESTONIA, during="tour"),
            ],
            [announced("tour", when=When("2026-03")), met("talks", HALONEN, ESTONIA, during="tour")],
            [announced("tour", when=When("2027")), met("talks", HALONEN, ESTONIA, during="tour")],
        ],
        ids=["itself", "a call", "another month", "another year"],
    )
    def test_what_it_cannot_be_part_of(self, events: list[EngagementEvent]) -> None:
        (one,) = found(*events)
        assert one == (Discrepancy.CONTRADICTION, (events[-1].engagement,))

    def test_it_goes_when_the_report_is_put_right(self) -> None:
        wrong = met("talks", HALONEN, ESTONIA, during="talks")
        right = Corrected(engagement="talks", of=identify(wrong), right=wrong.evolve(during=None))
        assert found(wrong, right) == []

    @pytest.mark.parametrize("when", [None, When("2026-09"), When("2026"), DAY])
    def test_a_day_that_may_be_shared_is_none(self, when: When | None) -> None:
        assert found(announced("tour", when=when), met("talks", HALONEN, ESTONIA, during="tour")) == []

    def test_a_meeting_has_parts_too(self) -> None:
        summit = MeetingHeld(engagement="summit", participants=(FINLAND, ESTONIA, LATVIA), when=DAY)
        assert found(summit, met("aside", HALONEN, ESTONIA, during="summit")) == []


@pytest.mark.parametrize(
    "event",
    [
        ReportAttached(engagement="mispelt"),
        ForcesScrambled(engagement="mispelt", by=FINLAND),
        NoLongerListed(engagement="mispelt", upstream="list"),
        NotADuplicate(engagement="mispelt", other="one"),
    ],
)
def test_a_report_about_what_no_report_says_is_found_until_one_does(event: EngagementEvent) -> None:
    assert found(announced("one"), event) == [(Discrepancy.DANGLING, ("mispelt",))]
    assert found(announced("one"), event, met("mispelt", HALONEN, ESTONIA)) == []
    assert found(announced("one"), event, Retracted(engagement="mispelt", of=identify(event))) == []


@pytest.mark.parametrize("merges", [["ab", "ba"], ["ab", "bc", "ca"], ["ab", "bc", "cb"]])
def test_a_circle_of_mergers_is_found(merges: list[str]) -> None:
    events = [MergedAsDuplicate(engagement=one, into=other) for one, other in map(tuple, merges)]
    (circle,) = found(*map(announced, "abc"), *events)
    assert circle == (Discrepancy.CONTRADICTION, (min(merges[-1]),) if merges != ["ab", "bc", "ca"] else ("a",))
    back = Retracted(engagement=events[-1].engagement, of=identify(events[-1]))
    assert found(*map(announced, "abc"), *events, back) == []


class TestCorrections:
    """Two sources that put one report right in different ways contradict each other."""

    WRONG = announced("one", place="Narva")

    def right(self, publisher: str | None, **facts: Any) -> Corrected:
        sources = (Source(publisher),) if publisher else ()
        return Corrected(engagement="one", of=identify(self.WRONG), right=self.WRONG.evolve(**facts), sources=sources)

    @pytest.mark.parametrize("facts", [{"when": When("2026-10")}, {"host": LATVIA}, {"visitors": (LATVIA,)}])
    def test_they_disagree_until_one_is_taken_back(self, facts: dict[str, Any]) -> None:
        both = self.right("ERR", place="Tartu"), self.right("YLE", **facts)
        assert found(self.WRONG, *both) == [(Discrepancy.CONTRADICTION, ("one",))]
        assert found(self.WRONG, *both, Retracted(engagement="one", of=identify(both[0]))) == []

    @pytest.mark.parametrize(
        ("publisher", "facts"),
        [("ERR", {"host": LATVIA}), (None, {"host": LATVIA}), ("YLE", {"host": State("EE")}), ("YLE", {"place": "X"})],
        ids=["the same source", "no source", "another spelling", "another town"],
    )
    def test_who_has_learnt_more_or_agrees_contradicts_nobody(
        self, publisher: str | None, facts: dict[str, Any]
    ) -> None:
        assert found(self.WRONG, self.right("ERR", place="Tartu"), self.right(publisher, **facts)) == []

    def test_a_correction_of_a_correction_contradicts_nobody(self) -> None:
        first = self.right("ERR", host=LATVIA)
        again = Corrected(engagement="one", of=identify(first), right=self.WRONG, sources=(Source("YLE"),))
        assert found(self.WRONG, first, again) == []


def suspected(*events: EngagementEvent) -> list[tuple[tuple[str, ...], int | None]]:
    store = MemoryStore()
    store.append(*events)
    return [(one.engagements, one.score) for one in replay(PossibleDuplicates(), store)]


SPELLINGS = ("Halonen", "A. Halonnen", "А. Халонен", "Aine Halonnen", "هالونين")
"""How else lists may spell somebody: a surname alone, a slip, another script."""
OTHERS = ("Emi Mori", "Tarja Halonen", "Aino Saar")


def hosted(slug: str, when: str, host: State, **more: Any) -> EngagementEvent:
    return MeetingHeld(engagement=slug, participants=(HALONEN, SAAR), when=When(when), host=host, **more)


def test_nobody_is_at_two_meetings_at_one_time_unless_one_is_held_from_afar() -> None:
    one = hosted("a", "2026-09-18T14:00Z/2026-09-18T15:30Z", LATVIA)
    other = hosted("b", "2026-09-18T16:30:00+02:00/2026-09-18T17:30:00+02:00", FRANCE)
    assert (Discrepancy.TWO_PLACES, ("a", "b")) in found(one, other)
    assert found(one, hosted("b", "2026-09-18T16:00Z/2026-09-18T17:00Z", FRANCE)) == []
    assert found(one, hosted("b", "2026-09-18T14:00Z/2026-09-18T15:00Z", FRANCE, medium=Medium.VIDEO)) == []


def test_nobody_is_at_a_meeting_elsewhere_in_the_middle_of_a_visit() -> None:
    visit = announced("a", when=When("2026-09-16/2026-09-20"))
    assert (Discrepancy.TWO_PLACES, ("a", "b")) in found(visit, hosted("b", "2026-09-18", FRANCE))
    assert (Discrepancy.TWO_PLACES, ("a", "b")) not in found(visit, hosted("b", "2026-09-16", FRANCE))


class TestPossibleDuplicates:
    """The same contact under two names is suspected, and merged by nobody but a person."""

    @pytest.mark.parametrize(
        ("one", "other", "score"),
        [
            (met("a", HALONEN, SAAR), met("b", SAAR, HALONEN), 90),
            (met("a", HALONEN, SAAR), met("b", ESTONIA, FINLAND), 60),
            (met("a", HALONEN, SAAR), met("b", Person("Halonen, Aino", State("FI")), ESTONIA), 90),
            (met("a", HALONEN, SAAR, place="Narva"), met("b", HALONEN, SAAR, place="NARVA"), 100),
            (met("a", HALONEN, SAAR, place="Narva"), met("b", HALONEN, SAAR, place="Turku"), 70),
            (announced("a"), announced("b", when=When("2026-09-18/2026-09-20")), 80),
            (announced("a"), met("b", HALONEN, SAAR), 80),
            (announced("a"), met("b", FINLAND, ESTONIA), 50),
            (announced("a", when=When("2026-09-17/2026-09-19")), met("b", HALONEN, SAAR), 60),
            (
                met("a", HALONEN, SAAR, when=When("2026-09-18T10:00Z/2026-09-18T11:00Z")),
                met("b", HALONEN, SAAR, when=When("2026-09-18T10:30Z/2026-09-18T12:00Z")),
                80,
            ),
            (
                met("a", HALONEN, SAAR, when=When("2026-09-18T01:00+03:00[Europe/Helsinki]")),
                met("b", HALONEN, SAAR, when=When("2026-09-17T22:00Z")),
                80,
            ),
            (announced("a", when=When("2026-09-17/2026-09-19")), announced("b", when=When("2026-09-18?")), 80),
            *((met("a", Person(name, FINLAND), ESTONIA), met("b", HALONEN, ESTONIA), 75) for name in SPELLINGS),
        ],
    )
    def test_what_looks_alike(self, one: EngagementEvent, other: EngagementEvent, score: int) -> None:
        assert suspected(one, other) == suspected(other, one) == [(("a", "b"), score)]

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (met("a", HALONEN, SAAR), met("b", HALONEN, SAAR, when=When("2026-09-19"))),
            (met("a", HALONEN, SAAR), met("b", HALONEN, SAAR, when=When("2026-09"))),
            (met("a", HALONEN, SAAR), met("b", HALONEN, LATVIA)),
            *((met("a", HALONEN, SAAR), met("b", Person(name, FINLAND), SAAR)) for name in OTHERS),
            (announced("a"), announced("b", visitors=(SAAR,), host=FINLAND)),
            (announced("a"), met("b", HALONEN, SAAR, during="a")),
            (
                met("a", HALONEN, SAAR, when=When("2026-09-18T10:00Z/2026-09-18T11:00Z")),
                met("b", HALONEN, SAAR, when=When("2026-09-18T15:00Z/2026-09-18T16:00Z")),
            ),
            (
                met("a", HALONEN, SAAR, round=Round(Series("Talks"), 1)),
                met("b", HALONEN, SAAR, round=Round(Series("Talks"), 2)),
            ),
        ],
    )
    def test_what_differs(self, one: EngagementEvent, other: EngagementEvent) -> None:
        assert suspected(one, other) == []

    def test_it_goes_when_the_two_are_merged_or_told_apart(self) -> None:
        one, other = met("a", HALONEN, SAAR), met("b", SAAR, HALONEN)
        assert suspected(one, other, MergedAsDuplicate(engagement="b", into="a")) == []
        apart = Corrected(engagement="b", of=identify(other), right=other.evolve(when=When("2026-09-19")))
        assert suspected(one, other, apart) == []


class TestLapsed:
    """A plan whose time has passed without a word is a finding, and no status."""

    @pytest.mark.parametrize(
        "event",
        [
            announced("a"),
            VisitInvited(engagement="a", visitors=(HALONEN,), host=ESTONIA, when=DAY),
            MeetingAnnounced(engagement="a", participants=(HALONEN, SAAR), when=DAY),
            CallAnnounced(engagement="a", participants=(HALONEN, SAAR), when=DAY),
            ExerciseAnnounced(engagement="a", actors=(FINLAND,), when=DAY),
            EntryListed(engagement="a", title="Press point", when=DAY),
            announced("a", when=When("[2026-09-16..2026-09-18]")),
        ],
    )
    def test_it_is_one_from_the_day_after_its_last(self, event: EngagementEvent) -> None:
        assert lapsed_on(18, event) == []
        assert lapsed_on(19, event) == lapsed_on(30, event) == ["a"]
        assert lapsed_on(30, event, Confirmed(engagement="a")) == ["a"]
        dropped = Cancelled(engagement="a"), Postponed(engagement="a"), Retracted(engagement="a", of=identify(event))
        for last in dropped:
            assert lapsed_on(30, event, last) == []

    def test_a_visit_under_way_is_one_until_it_is_reported_concluded(self) -> None:
        visit: dict[str, Any] = {"engagement": "a", "visitors": (HALONEN,), "host": ESTONIA}
        began = VisitBegan(**visit, when=When("2026-09-16/2026-09-18"))
        assert lapsed_on(19, began) == ["a"]
        assert lapsed_on(19, began, VisitConcluded(**visit, when=When("2026-09-16/2026-09-18"))) == []

    def test_what_was_held_or_has_no_end_or_is_no_plan_is_none(self) -> None:
        assert lapsed_on(30, met("a", HALONEN, SAAR)) == []
        assert lapsed_on(30, announced("a", when=When("2026-09-18/.."))) == []
        assert lapsed_on(30, announced("a", when=None)) == []
        assert lapsed_on(30, announced("a", when=When("2026-09"))) == []
        president = Person("Aino Halonen", FINLAND, Office("President", Rank.HEAD_OF_STATE))
        assert lapsed_on(30, OfficeAssumed(engagement="a", person=president, when=DAY)) == []


def lapsed_on(day: int, *events: EngagementEvent) -> list[str]:
    store = MemoryStore()
    store.append(*events)
    listed = replay(UpcomingVisits(), store).lapsed(pendulum.Date(2026, 9, day))
    assert [one.engagements[0] for one in lapsed(listed)] == [one.slug for one in listed]
    return [one.slug for one in listed]
