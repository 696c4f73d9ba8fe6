"""Whoever denies a plan is never quoted for it, and every place that shows the plan says who denied it."""

from pathlib import Path

import pendulum
import pytest

from diplocal import wording
from diplocal.calendars import Feed, Policy
from diplocal.dates import When
from diplocal.diary import Diary
from diplocal.engagements import Change, Conflict, Denial, Engagement, Status
from diplocal.events import (
    AmbassadorAccredited,
    Cancelled,
    Confirmed,
    Corrected,
    EngagementEvent,
    MeetingAnnounced,
    PlanDenied,
    ReportAttached,
    Rescheduled,
    Retracted,
    VisitAnnounced,
    VisitConcluded,
)
from diplocal.importers.csv_sheet import import_csv
from diplocal.importers.ical_feed import import_ical
from diplocal.notifying.digest import Digest
from diplocal.parties import Office, Person, Rank, State
from diplocal.projections.lines import engagements
from diplocal.replaying import replay
from diplocal.sources import Attribution, Source
from diplocal.store import MemoryStore
from diplocal.tabular.answers import rows
from diplocal.tabular.followthemoney import entities
from diplocal.tabular.sheets import to_sheet
from diplocal.web import linked_data
from diplocal.web.formats import Atom, as_csv, as_json
from diplocal.web.left_out import LeftOut

TASS, PRESS, MINISTRY = Source("TASS"), Source("Guineenews"), Source("MFA")
LAVROV = Person("Sergei Lavrov", State("RU"), Office("Foreign Minister", Rank.FOREIGN_MINISTER))
PLAN = VisitAnnounced(engagement="plan", visitors=(LAVROV,), host=State("GN"), when=When("2024-06"), sources=(TASS,))
DENIAL = PlanDenied(engagement="plan", sources=(PRESS,), reason="no such visit is on the agenda")
IN_WORDS = "denied (Guineenews): no such visit is on the agenda"
OTHERS = (
    (PLAN, DENIAL),
    (PLAN, Confirmed(engagement="plan"), DENIAL),
    (PLAN, DENIAL, DENIAL.evolve(sources=(MINISTRY,), reason=None)),
    (
        MeetingAnnounced(engagement="plan", participants=(LAVROV, State("GN")), when=When("2024-07"), sources=(TASS,)),
        DENIAL.evolve(sources=()),
    ),
    (
        AmbassadorAccredited(engagement="plan", person=LAVROV, host=State("GN"), when=When("2024"), sources=(TASS,)),
        DENIAL,
    ),
)


def log_of(*events: EngagementEvent) -> MemoryStore:
    store = MemoryStore(clock=lambda: pendulum.datetime(2024, 5, 1))
    store.append(*events)
    return store


def known(store: MemoryStore, slug: str = "plan") -> Engagement:
    found = Diary(store).get(slug)
    assert found is not None
    return found


def said(*events: EngagementEvent) -> tuple[list[str], list[str]]:
    """Return who is quoted for a plan, and who against it."""
    found = known(log_of(*events))
    against = [source.publisher for denial in found.denials for source in denial.sources]
    return [source.publisher for source in found.sources], against


class TestWhoIsQuoted:
    @pytest.mark.parametrize("events", [(PLAN, DENIAL), (DENIAL, PLAN)])
    def test_for_it_and_against_it(self, events: tuple[EngagementEvent, ...]) -> None:
        assert said(*events) == (["TASS"], ["Guineenews"])

    @pytest.mark.parametrize("address", [None, "https://example.org/plan"])
    def test_who_announced_it_and_denies_it_now_is_for_it_no_more(self, address: str | None) -> None:
        both = PLAN.evolve(sources=(TASS, Source("Guineenews", address)))
        assert said(both, DENIAL) == (["TASS"], ["Guineenews"])

    def test_who_denied_it_and_announces_it_now_is_for_it(self) -> None:
        assert said(PLAN, DENIAL, Confirmed(engagement="plan", sources=(PRESS,))) == (
            ["TASS", "Guineenews"],
            ["Guineenews"],
        )

    @pytest.mark.parametrize(
        "more",
        [
            Rescheduled(engagement="plan", when=When("2024-07"), sources=(PRESS,)),
            ReportAttached(engagement="plan", sources=(PRESS,)),
        ],
    )
    def test_a_new_date_or_a_remark_of_who_denies_it_announces_nothing(self, more: EngagementEvent) -> None:
        assert said(PLAN, DENIAL, more) == (["TASS"], ["Guineenews"])

    def test_an_agency_may_quote_one_who_announces_and_another_who_denies(self) -> None:
        aide = Source("TASS", attribution=Attribution.AIDE)
        assert said(PLAN, DENIAL.evolve(sources=(aide,))) == (["TASS"], ["TASS"])

    def test_a_denial_that_is_taken_back_is_quoted_by_nobody(self) -> None:
        store = log_of(PLAN, DENIAL)
        _, denial = store.read()
        store.append(Retracted(engagement="plan", of=denial.id))
        assert (known(store).sources, known(store).denials) == ((TASS,), ())

    def test_what_was_said_can_be_put_right(self) -> None:
        store = log_of(PLAN, DENIAL)
        _, denial = store.read()
        store.append(Corrected(engagement="plan", of=denial.id, right=DENIAL.evolve(reason="not this year")))
        assert known(store).denials == (Denial((PRESS,), "not this year"),)

    def test_all_of_them_are_found_by_name_and_what_was_said_by_its_words(self) -> None:
        diary = Diary(log_of(PLAN, DENIAL))
        assert all(diary.find(source=name) for name in ("TASS", "Guineenews"))
        assert diary.find(words="agenda")


class TestEveryPlaceThatShowsAPlan:
    def test_says_who_denied_it(self) -> None:
        store = log_of(PLAN, DENIAL)
        plan, words, left_out = known(store), wording.language("en"), LeftOut()
        ((_, _, status, according),) = engagements([plan], words).rows
        assert (status, according) == (f"planned – {IN_WORDS}", "TASS")
        (row,) = rows([plan])
        assert [one["publisher"] for one in row["sources"]] == ["TASS"]
        assert row["denials"][0]["reason"] == DENIAL.reason
        places = {
            "digest": Digest("May", Diary(store).changes(since=0), words).text(),
            "atom": Atom("5f0c2f0e-4b9c-4c55-8a77-0d7e1f2a3b4c", "https://example.org/a", "https://example.org")
            .written("all", [Change("plan", None, plan)], words, left_out)
            .decode(),
            "json": as_json("all", [plan], words, left_out).decode(),
            "csv": as_csv([plan], words, left_out).decode(),
            "linked data": str(linked_data.event(plan, "https://example.org/entries/plan", words)),
            "FollowTheMoney": str(entities([plan])),
            "calendar": replay(Feed(), store).to_ical().decode().replace("\r\n ", "").replace("\\", ""),
        }
        assert [name for name, text in places.items() if IN_WORDS not in text] == []
        assert "Source: Guineenews" not in places["calendar"]

    def test_keeps_quiet_when_it_took_place(self) -> None:
        held = VisitConcluded(engagement="plan", visitors=(LAVROV,), host=State("GN"), when=When("2024-06-03"))
        assert wording.standing(known(log_of(PLAN, DENIAL, held))) == "held"
        assert wording.standing(known(log_of(PLAN, DENIAL, Cancelled(engagement="plan")))) == "cancelled"


def fed(store: MemoryStore) -> bytes:
    return replay(Feed(policy=Policy(vague_up_to_days=400)), store).to_ical()


class TestOurOwnFeeds:
    @pytest.mark.parametrize("events", OTHERS)
    def test_hand_on_who_denied_it(self, events: tuple[EngagementEvent, ...]) -> None:
        original, copy = log_of(*events), MemoryStore()
        feed = fed(original)
        reported = pendulum.Date(2024, 5, 2)
        import_ical(feed, copy, upstream="Desk", reported=reported)
        there, here = known(original), known(copy)
        assert tuple(one for one in here.sources if one.publisher != "Desk") == there.sources
        assert (here.denials, here.status) == (there.denials, there.status)
        again = import_ical(feed, copy, upstream="Desk", reported=reported.add(days=1))
        assert (again.unchanged, again.taken, again.corrected) == (1, 0, 0)

    def test_tell_of_a_denial_that_came_later_and_of_one_that_was_taken_back(self) -> None:
        original, copy = log_of(PLAN), MemoryStore()
        day = pendulum.Date(2024, 5, 2)
        import_ical(fed(original), copy, upstream="Desk", reported=day)
        (denial,) = original.append(DENIAL)
        import_ical(fed(original), copy, upstream="Desk", reported=day.add(days=1))
        assert known(copy).denials == (Denial((PRESS,), DENIAL.reason),)
        original.append(Retracted(engagement="plan", of=denial.id))
        import_ical(fed(original), copy, upstream="Desk", reported=day.add(days=2))
        assert (known(copy).denials, known(copy).status) == ((), Status.PLANNED)


class TestSheets:
    HEADER = "engagement,kind,status,when,who,host,reason,publisher,reported\n"

    def says(self, store: MemoryStore, folder: Path, *rows: str) -> None:
        sheet = folder / "sheet.csv"
        sheet.write_text(self.HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
        outcome = import_csv(sheet, store)
        assert (outcome.rejected, outcome.ambiguous) == ((), ())
        assert import_csv(sheet, store).unchanged == len(rows)

    def test_a_row_of_a_denial_is_the_denial_of_its_publisher_alone(self, tmp_path: Path) -> None:
        store = MemoryStore()
        self.says(store, tmp_path, "plan,visit,denied,2024-05,Lavrov (RU),CN,no such plan,MFA,2024-04-01")
        announcement, denial = (record.event for record in store.read())
        assert (announcement.sources, denial.sources) == ((), (MINISTRY,))
        assert (known(store).sources, known(store).denials) == ((), (Denial((MINISTRY,), "no such plan"),))

    def test_a_plan_that_is_denied_later_stays_with_those_who_announced_it(self, tmp_path: Path) -> None:
        store = MemoryStore()
        row = "plan,visit,{},{},Lavrov (RU),CN,,{},2024-04-0{}"
        self.says(store, tmp_path, row.format("planned", "2024-05", "TASS", 1))
        self.says(store, tmp_path, row.format("denied", "2024-05", "MFA", 2))
        self.says(store, tmp_path, row.format("denied", "2024-05-03", "MFA", 3))
        assert (known(store).sources, known(store).denials) == ((TASS,), (Denial((MINISTRY,)),))

    def test_what_was_said_stands_in_the_cell_that_can_be_edited(self, tmp_path: Path) -> None:
        store, sheet = log_of(PLAN, DENIAL), tmp_path / "sheet.csv"
        written = to_sheet(Diary(store).find()).csv
        sheet.write_text(written, encoding="utf-8", newline="")
        assert import_csv(sheet, store).unchanged == 1
        sheet.write_text(written.replace("on the agenda", "planned"), encoding="utf-8", newline="")
        assert import_csv(sheet, store).corrected == 1
        assert known(store).denials == (Denial((PRESS,), "no such visit is planned"),)
        assert known(store).conflicts == (Conflict.DENIED,)
