"""Six published snapshots of one list, imported one after another."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

import pendulum
import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from diplocal.errors import OlderEdition
from diplocal.events import Corrected, NoLongerListed, ReportAttached, Rescheduled, VisitConcluded
from diplocal.importers.outcome import Outcome
from diplocal.importers.statedept.importer import import_visits
from diplocal.importers.statedept.rows import VisitRow
from diplocal.projections import AllEngagements, ContactFrequency
from diplocal.replaying import replay
from diplocal.store import MemoryStore

LIST = """<visits>{rows}</visits>"""
ROW = """<visit><id>{id}</id><start-date>{start}</start-date><end-date>{end}</end-date>
  <visitor>{visitor}</visitor><from id="{country}">{label}</from><description>{text}</description></visit>"""


def row(visitor: str, start: str, end: str, *, country: str = "poland", label: str = "Poland", text: str = "") -> str:
    return ROW.format(id=1, start=start, end=end, visitor=visitor, country=country, label=label, text=text)


DUDA = row("President Andrzej Duda", "2016-03-31", "2016-04-01", text="State Visit.")
MACRON = row("President Emmanuel Macron", "2018-04-24", "2018-04-24", country="france", label="France")
MACRON_WIDENED = row("President Emmanuel Macron", "2018-04-23", "2018-04-25", country="france", label="France")
NAZARBAYEV_SLIP = row(
    "President Nursultan Nazarbayev", "2018-01-16", "2018-01-10", country="kazakhstan", label="Kazakhstan"
)


def snapshot(folder: Path, day: str, *rows: str) -> Path:
    made = folder / day
    made.mkdir()
    (made / "2010.xml").write_text(LIST.format(rows="".join(rows)), encoding="utf-8")
    return made


def imported(store: MemoryStore, folder: Path, day: str, *rows: str) -> Outcome:
    return import_visits(snapshot(folder, day, *rows), store, reported=pendulum.Date.fromisoformat(day))


def test_a_snapshot_becomes_visits_that_took_place(tmp_path: Path) -> None:
    store = MemoryStore()
    outcome = imported(store, tmp_path, "2018-05-01", DUDA, MACRON, NAZARBAYEV_SLIP)
    assert (outcome.read, outcome.taken, len(outcome.rejected)) == (3, 2, 1)
    (duda, _) = [record.event for record in store.read()]
    assert isinstance(duda, VisitConcluded)
    assert (duda.engagement, duda.level.value, duda.when.edtf, duda.host.code) == (
        "andrzej-duda-to-us-2016-03-31",
        "state",
        "2016-03-31/2016-04-01",
        "US",
    )


def test_the_same_snapshot_again_changes_nothing(tmp_path: Path) -> None:
    store = MemoryStore()
    imported(store, tmp_path, "2018-05-01", DUDA, MACRON)
    before = store.position()
    again = import_visits(tmp_path / "2018-05-01", store, reported=pendulum.Date(2018, 5, 1))
    assert (again.read, again.unchanged, store.position()) == (2, 2, before)


@pytest.mark.parametrize(("text", "noted"), [("State Visit.", 0), ("Working Visit.", 1)])
def test_a_visit_that_a_snapshot_lists_twice_is_one_and_what_differs_is_noted(
    tmp_path: Path, text: str, noted: int
) -> None:
    again = row("President Andrzej Duda", "2016-03-31", "2016-04-01", text=text)
    outcome = imported(MemoryStore(), tmp_path, "2018-05-01", DUDA, again)
    assert (outcome.taken, outcome.unchanged, len(outcome.noted)) == (1, 1, noted)


def test_a_changed_row_is_a_correction_and_never_a_reschedule(tmp_path: Path) -> None:
    store = MemoryStore()
    imported(store, tmp_path, "2018-05-01", DUDA, MACRON)
    outcome = imported(store, tmp_path, "2019-05-01", DUDA, MACRON_WIDENED)
    assert (outcome.unchanged, outcome.corrected) == (1, 1)
    (correction,) = [record.event for record in store.read(after=2)]
    assert isinstance(correction, Corrected)
    visits = {one.slug: one.when for one in replay(AllEngagements(), store)}
    assert str(visits["emmanuel-macron-to-us-2018-04-24"]) == "23–25 April 2018"
    as_of_2018 = replay(AllEngagements(), store, reported_by=pendulum.Date(2018, 12, 31))
    assert [str(one.when) for one in as_of_2018 if one.slug.startswith("emmanuel")] == ["24 April 2018"]


def test_a_row_that_disappears_is_no_longer_listed_and_comes_back_when_it_does(tmp_path: Path) -> None:
    store = MemoryStore()
    imported(store, tmp_path, "2018-05-01", DUDA, MACRON)
    imported(store, tmp_path, "2019-05-01", MACRON)
    imported(store, tmp_path, "2020-05-01", DUDA, MACRON)
    assert [type(record.event) for record in store.read(after=2)] == [NoLongerListed, ReportAttached]
    (duda,) = [one for one in replay(AllEngagements(), store) if one.slug.startswith("andrzej")]
    assert duda.listed


def test_a_row_that_cannot_be_understood_any_more_does_not_make_its_visit_vanish(tmp_path: Path) -> None:
    store = MemoryStore()
    right = NAZARBAYEV_SLIP.replace("2018-01-10", "2018-01-17")
    imported(store, tmp_path, "2018-02-01", right, DUDA)
    imported(store, tmp_path, "2018-05-01", NAZARBAYEV_SLIP, DUDA)
    assert store.position() == 2


def test_another_visitor_or_country_in_a_row_leaves_as_many_visits_as_are_listed(tmp_path: Path) -> None:
    store = MemoryStore()
    imported(store, tmp_path, "2018-05-01", DUDA, MACRON)
    other = row("Prime Minister Beata Szydlo", "2016-03-31", "2016-04-01", text="State Visit.")
    outcome = imported(store, tmp_path, "2019-05-01", other, MACRON)
    assert (outcome.corrected, outcome.unchanged) == (1, 1)
    assert {str(person) for one in replay(AllEngagements(), store) for person in one.people} == {
        "Prime Minister Beata Szydlo",
        "President Emmanuel Macron",
    }


@pytest.mark.parametrize("older", [(DUDA, MACRON), (DUDA,), (DUDA, MACRON_WIDENED), ()])
def test_a_snapshot_older_than_what_the_log_has_is_refused_with_both_days(
    tmp_path: Path, older: tuple[str, ...]
) -> None:
    store = MemoryStore()
    imported(store, tmp_path, "2019-05-01", DUDA, MACRON_WIDENED)
    with pytest.raises(OlderEdition, match=r"is of 2018-05-01, and the log has the same list as of 2019-05-01"):
        imported(store, tmp_path, "2018-05-01", *older)
    assert store.position() == 2


EDITIONS = {
    "2018-05-01": (DUDA, MACRON),
    "2019-05-01": (DUDA, MACRON_WIDENED),
    "2020-05-01": (MACRON_WIDENED, NAZARBAYEV_SLIP),
    "2021-05-01": (DUDA, MACRON_WIDENED, NAZARBAYEV_SLIP.replace("2018-01-10", "2018-01-17")),
}


@given(st.lists(st.sampled_from(sorted(EDITIONS)), min_size=1, max_size=6))
def test_in_whatever_order_editions_come_the_latest_is_what_is_understood(days: list[str]) -> None:
    """Each edition is taken or refused; what came in order is all that counts."""
    store, in_order = MemoryStore(), MemoryStore()
    latest = ""
    for day in days:
        with tempfile.TemporaryDirectory() as folder:
            if day < latest:
                with pytest.raises(OlderEdition):
                    imported(store, Path(folder), day, *EDITIONS[day])
            else:
                outcome = imported(store, Path(folder), day, *EDITIONS[day])
                assert outcome.read == len(EDITIONS[day])
                latest = day
    for day in sorted(set(accumulate(days, max))):
        with tempfile.TemporaryDirectory() as folder:
            imported(in_order, Path(folder), day, *EDITIONS[day])
    assert [record.event for record in store.read()] == [record.event for record in in_order.read()]


def test_a_correction_of_the_list_leaves_the_day_on_which_a_visit_was_first_listed(tmp_path: Path) -> None:
    store = MemoryStore()
    imported(store, tmp_path, "2018-05-01", MACRON)
    imported(store, tmp_path, "2019-05-01", MACRON_WIDENED)
    (visit,) = replay(AllEngagements(), store)
    assert visit.sources[0].published == pendulum.Date(2018, 5, 1)
    assert [str(one.when) for one in replay(AllEngagements(), store, reported_by=pendulum.Date(2018, 12, 31))] == [
        "24 April 2018"
    ]


def test_what_stands_in_the_place_of_a_row_is_counted_and_its_visit_has_not_vanished(tmp_path: Path) -> None:
    store = MemoryStore()
    imported(store, tmp_path, "2018-05-01", DUDA, MACRON)
    misspelt = DUDA.replace("<visit>", "<vist>").replace("</visit>", "</vist>")
    outcome = imported(store, tmp_path, "2019-05-01", misspelt, f"<year>{MACRON}</year>", "<remark/>")
    assert (outcome.read, outcome.unchanged) == (3, 1)
    assert [(row.place, row.reason) for row in outcome.rejected] == [
        ("2010.xml, visit 1", "row is '<vist>': expected <visit>"),
        ("2010.xml, visit 3", "row is '<remark>': expected <visit>"),
    ]
    assert store.position() == 2


def test_a_snapshot_is_marked_for_an_audience(tmp_path: Path) -> None:
    store = MemoryStore()
    import_visits(
        snapshot(tmp_path, "2018-05-01", DUDA), store, reported=pendulum.Date(2018, 5, 1), audience="internal"
    )
    assert [record.audience for record in store.read()] == ["internal"]


@pytest.fixture(scope="module")
def whole(shared_data: Path) -> tuple[MemoryStore, list[Outcome], list[Path]]:
    store, folders = MemoryStore(), sorted((shared_data / "statedept" / "visits").iterdir())
    outcomes = [import_visits(one, store, reported=pendulum.Date.fromisoformat(one.name)) for one in folders]
    return store, outcomes, folders


def printed_rows(folder: Path) -> Iterator[tuple[str, str, str, str]]:
    """Read a snapshot with nothing of ours."""
    for file in sorted(folder.glob("*.xml")):
        for visit in ElementTree.parse(file).getroot():
            text = {part.tag: " ".join((part.text or "").split()) for part in visit}
            yield text["visitor"], text["from"], text["start-date"], text["end-date"]


class TestPublishedSnapshots:
    """Every row of all six snapshots is accounted for."""

    def test_the_counts_add_up_to_the_rows_in_the_files(
        self, whole: tuple[MemoryStore, list[Outcome], list[Path]]
    ) -> None:
        _, outcomes, folders = whole
        assert [one.read for one in outcomes] == [len(list(printed_rows(folder))) for folder in folders]

    def test_only_slips_in_the_dates_are_rejected_and_nothing_is_ambiguous(
        self, whole: tuple[MemoryStore, list[Outcome], list[Path]]
    ) -> None:
        _, outcomes, folders = whole
        slips = [sum(end < start for *_, start, end in printed_rows(folder)) for folder in folders]
        assert [len(one.rejected) for one in outcomes] == slips
        assert not any(one.ambiguous for one in outcomes)

    def test_later_snapshots_correct_and_add_and_reschedule_nothing(
        self, whole: tuple[MemoryStore, list[Outcome], list[Path]]
    ) -> None:
        store, outcomes, _ = whole
        assert all(one.corrected or one.taken for one in outcomes)
        assert outcomes[1].corrected == 4
        assert not any(isinstance(record.event, Rescheduled) for record in store.read())

    def test_each_snapshot_again_changes_nothing(self, whole: tuple[MemoryStore, list[Outcome], list[Path]]) -> None:
        store, _, folders = whole
        before = store.position()
        again = import_visits(folders[-1], store, reported=pendulum.Date.fromisoformat(folders[-1].name))
        assert (again.unchanged, store.position()) == (again.read, before)

    def test_frequency_by_year_is_what_a_count_of_the_files_gives(
        self, whole: tuple[MemoryStore, list[Outcome], list[Path]]
    ) -> None:
        store, _, folders = whole
        expected = Counter(start[:4] for *_, start, _ in set(printed_rows(folders[-1])))
        counted: Counter[str | None] = Counter()
        for row in replay(ContactFrequency(), store).by("year"):
            counted[row.period] += row.count
        assert counted == expected

    def test_every_visitor_has_a_name_and_a_state(self, whole: tuple[MemoryStore, list[Outcome], list[Path]]) -> None:
        store, _, _ = whole
        people = [person for one in replay(AllEngagements(), store) for person in one.people]
        assert len(people) > 2999
        assert all(person.party for person in people)


def test_a_row_keeps_its_texts_as_printed(tmp_path: Path) -> None:
    from diplocal.importers.statedept.printed import row_of  # noqa: PLC0415 - the inside of the importer

    store = MemoryStore()
    imported(store, tmp_path, "2018-05-01", row("King Hussein, Jr. and Queen Noor", "1999-01-05", "1999-01-05"))
    (event,) = [record.event for record in store.read()]
    assert isinstance(event, VisitConcluded)
    back: VisitRow = row_of(event)
    assert (back.visitor, back.country_label) == ("King Hussein, Jr. and Queen Noor", "Poland")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ("<visitor>Prime Minister Ilze Krumina</visitor>", "visitor"),
        ('<from id="estonia">Estonia</from>', "country"),
        ('<visitor>President Valdis Ozols</visitor><from id="poland">Republic of Poland</from>', "visitor"),
        ("<start-date>2016-04-01</start-date>", "start-date"),
    ],
)
def test_a_row_of_two_visits_is_refused_and_glued_to_none(tmp_path: Path, more: str, field: str) -> None:
    store = MemoryStore()
    outcome = imported(store, tmp_path, "2018-05-01", DUDA.replace("<description>", f"{more}<description>"), MACRON)
    (rejected,) = outcome.rejected
    assert rejected.reason.startswith(field)
    assert store.position() == 1


def test_the_same_element_twice_leaves_no_doubt(tmp_path: Path) -> None:
    twice = DUDA.replace("<description>", "<visitor>President Andrzej Duda</visitor><description>")
    assert imported(MemoryStore(), tmp_path, "2018-05-01", twice).taken == 1


@pytest.mark.parametrize(
    ("visitor", "country"),
    [
        ("Prime Minister Anna Berzina", "Lithuania"),
        ("President Anna Berzina", "Latvia"),
        ("King Harald V", "Norway"),
    ],
)
def test_another_visitor_from_elsewhere_for_the_same_stay_may_be_the_one_that_is_gone(
    tmp_path: Path, visitor: str, country: str
) -> None:
    store = MemoryStore()
    imported(store, tmp_path, "2018-05-01", DUDA, MACRON)
    after = row(visitor, "2016-03-31", "2016-04-01", country=country.lower(), label=country, text="State Visit.")
    outcome = imported(store, tmp_path, "2019-05-01", after, MACRON)
    assert (outcome.taken, len(outcome.ambiguous)) == (0, 1)
