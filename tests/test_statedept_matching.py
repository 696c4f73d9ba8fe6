from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs
import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal.importers.statedept.matching import (
    Ambiguous,
    CorrectionOf,
    Listed,
    Matching,
    New,
    Outcome,
    Repeated,
    Same,
    match,
)
from diplocal.importers.statedept.rows import PrintedRow, RejectedRow, VisitRow, read_folder
from diplocal.importers.statedept.visitors import read_visitors
from diplocal.names.spelling import plain
from diplocal.parties import Rank


def visit(
    visitor: str = "President Sergio Mattarella",
    start: str = "2016-02-08",
    end: str = "",
    country: str = "italy, Italy",
    description: str = "Official Working Visit.",
    source: str = "2010.xml, visit 1",
) -> VisitRow:
    country_id, _, label = country.partition(", ")
    return VisitRow(
        source=source,
        start=pendulum.Date.fromisoformat(start),
        end=pendulum.Date.fromisoformat(end or start),
        visitor=visitor,
        country_id=country_id,
        country_label=label,
        description=description,
    )


def rejected(row: VisitRow, **changes: str) -> RejectedRow:
    printed = PrintedRow(
        **(attrs.asdict(row, recurse=False) | {"start": str(row.start), "end": str(row.end)} | changes)
    )
    return RejectedRow(printed=printed, reason="it cannot be understood")


def listed(*rows: VisitRow) -> list[Listed]:
    return [Listed(f"visit-{number}", row) for number, row in enumerate(rows)]


def the_outcome(known: VisitRow, row: VisitRow) -> Outcome:
    (outcome,) = match(listed(known), [row]).outcomes
    return outcome


class TestTheSameVisit:
    def test_is_the_same_whatever_its_place_and_record_id(self) -> None:
        moved = attrs.evolve(visit(), source="2020.xml, visit 7")
        assert the_outcome(visit(), moved) == Same(moved, Listed("visit-0", visit()))

    def test_is_the_same_when_only_the_typography_of_its_description_changed(self) -> None:
        before, after = visit(description="In U.S. June 2-9; Brown's."), visit(description="In U.S. June 2–9; Brown’s.")
        assert isinstance(the_outcome(before, after), Same)

    def test_is_the_same_for_both_of_two_that_the_log_holds(self) -> None:
        rows = [visit(description="Attended a summit."), visit(description="Attended a meeting.")]
        assert [type(outcome) for outcome in match(listed(*rows), rows).outcomes] == [Same, Same]


class TestACorrection:
    @pytest.mark.parametrize(
        ("before", "after", "fields"),
        [
            (visit(description="State Visit."), visit(description="Working Visit."), ["description"]),
            (visit("President Sergio Matterella"), visit(), ["visitor"]),
            (visit("Prime Minister Petr Cecas"), visit("Prime Minister Petr Necas"), ["visitor"]),
            (visit("Prime Mininster Bohuslav Sobotkin"), visit("Prime Minister Bohuslav Sobotka"), ["visitor"]),
            (visit("President Benazir Bhutto"), visit("Prime Minister Benazir Bhutto"), ["visitor"]),
            (visit("President Nawaz Sharif"), visit("Prime Minister Mohammed Nawaz Sharif"), ["visitor"]),
            (visit("President James Ernesto Morales"), visit("President Jimmy Morales"), ["visitor"]),
            (visit("President Duda"), visit("President Duda and Prime Minister Tusk"), ["visitor"]),
            (visit(start="2018-04-24"), visit(start="2018-04-23", end="2018-04-25"), ["start", "end"]),
            (visit(start="2018-03-16"), visit(start="2018-03-13", end="2018-03-16"), ["start"]),
            (visit(start="2018-03-10"), visit(start="2018-03-14"), ["start", "end"]),
            (visit(start="2006-03-30"), visit(start="2007-03-30"), ["start", "end"]),
            (visit(start="2009-12-30"), visit(start="2010-12-30"), ["start", "end"]),
            (visit(start="2011-10-12"), visit(start="2011-10-21"), ["start", "end"]),
            (visit(country="greece, Greece"), visit(country="lebanon, Lebanon"), ["country"]),
            (
                visit("President Michael Sleiman", country="greece, Greece"),
                visit("President Michel Sleiman", country="lebanon, Lebanon"),
                ["visitor", "country"],
            ),
            (
                visit("President Matterella", start="2016-02-08"),
                visit("President Mattarella", start="2016-02-07", end="2016-02-09", description="Working Visit."),
                ["visitor", "start", "end", "description"],
            ),
            (visit("Prime Minister Ilze Krumina"), visit("Prime Minister Anna Berzina"), ["visitor"]),
            (visit("President of Italy"), visit("President Sergio Mattarella"), ["visitor"]),
            (visit("Prime Minister Matteo Renzi"), visit("President Mattarella and Minister Padoan"), ["visitor"]),
            (
                visit("President Rosa Aguilar", end="2016-02-09", country="peru, Peru"),
                visit("President Rosa Aguilar", end="2016-02-10", country="bolivia, Bolivia"),
                ["end", "country"],
            ),
        ],
    )
    def test_names_the_fields_that_differ(self, before: VisitRow, after: VisitRow, fields: list[str]) -> None:
        expected = CorrectionOf(row=after, known=Listed("visit-0", before), fields=tuple(fields))
        assert the_outcome(before, after) == expected

    def test_goes_to_the_nearest_of_several_known_visits(self) -> None:
        first, second = visit(start="2006-09-20", end="2006-09-22"), visit(start="2006-09-27")
        corrected = visit(start="2006-09-26", end="2006-09-27")
        matching = match(listed(first, second), [first, corrected])
        assert [
            outcome.known.key for outcome in matching.outcomes if not isinstance(outcome, (New, Ambiguous, Repeated))
        ] == ["visit-0", "visit-1"]
        assert matching.vanished == ()


class TestANewVisit:
    @pytest.mark.parametrize(
        "row",
        [
            visit("President Emmanuel Macron", country="france, France"),
            visit("Prime Minister Giuseppe Conte", start="2017-03-09"),
            visit(start="2016-06-30", country="france, France"),
        ],
    )
    def test_is_one_that_no_known_visit_is_like(self, row: VisitRow) -> None:
        matching = match(listed(visit()), [row])
        assert matching.outcomes == (New(row),)
        assert matching.vanished == (Listed("visit-0", visit()),)

    def test_is_not_taken_for_a_known_one_that_is_still_listed(self) -> None:
        later = visit(start="2016-02-12", source="2010.xml, visit 2")
        assert match(listed(visit()), [later, visit()]).outcomes == (
            New(later),
            Same(visit(), Listed("visit-0", visit())),
        )


class TestAnAmbiguousRow:
    def test_names_all_the_known_visits_that_it_may_be(self) -> None:
        known = listed(visit(start="2016-02-06"), visit(start="2016-02-10"))
        matching = match(known, [visit()])
        assert matching.outcomes == (Ambiguous(visit(), tuple(known)),)
        assert matching.vanished == ()

    def test_comes_of_two_rows_that_may_be_one_known_visit(self) -> None:
        known, *rows = visit(), visit(start="2016-02-06"), visit(start="2016-02-10")
        outcomes = match(listed(known), rows).outcomes
        assert outcomes == tuple(Ambiguous(row, (Listed("visit-0", known),)) for row in rows)

    def test_is_not_given_away_on_weaker_evidence(self) -> None:
        near, namesake = [visit(start="2016-02-06"), visit(start="2016-02-10")], visit("President Sergio Mattarello")
        matching = match(listed(*near, namesake), [visit()])
        assert [type(outcome) for outcome in matching.outcomes] == [Ambiguous]
        assert matching.vanished == (Listed("visit-2", namesake),)


class TestARowThatComesAsAnotherGoes:
    """What agrees in part with a visit that the list dropped is perhaps that visit: it is no second contact."""

    @pytest.mark.parametrize(
        "row",
        [
            visit("President Jimmy Morales", description="Private visit."),
            visit("Prime Minister Giuseppe Conte", start="2016-02-09"),
            visit(
                "Prime Minister Giuseppe Conte", start="2016-02-05", end="2016-02-09", description="Attended a summit."
            ),
            visit("President Sergio Matterella", start="2017-02-08", description="Attended a summit."),
            visit(start="2016-02-09", country="france, France", description="Attended a summit."),
            visit(start="2017-02-08", country="france, France", description="Attended a summit."),
            visit(start="2016-03-08", end="2016-03-09"),
            visit(start="2011-07-29"),
        ],
    )
    def test_is_ambiguous(self, row: VisitRow) -> None:
        (known,) = listed(visit())
        assert match([known], [row]) == Matching(outcomes=(Ambiguous(row, (known,)),), vanished=(), garbled=())

    def test_is_new_where_the_other_went_before(self) -> None:
        (known,) = listed(visit())
        gone, row = attrs.evolve(known, dropped=True), visit(start="2019-07-29")
        assert match([gone], [row]) == Matching(outcomes=(New(row),), vanished=(gone,), garbled=())

    def test_is_new_where_the_other_is_there_but_garbled(self) -> None:
        row = visit(start="2019-07-29")
        matching = match(listed(visit()), [row], [rejected(visit(), end="2016-02-07")])
        assert (matching.outcomes, matching.vanished) == ((New(row),), ())

    def test_leaves_others_new_that_are_further_from_it(self) -> None:
        rows = [visit(start="2019-07-29"), visit(start="2017-07-29", source="2010.xml, visit 2")]
        assert [type(outcome) for outcome in match(listed(visit()), rows).outcomes] == [New, Ambiguous]


FAR_APART = st.lists(
    st.tuples(
        st.sampled_from(["President Ilze Krumina", "Queen Rosa Aguilar", "Karim Haddad", "King A and Queen B"]),
        st.sampled_from(["italy, Italy", "greece, Greece", "peru, Peru"]),
        st.sampled_from(["", "Working visit.", "Attended a summit."]),
    ),
    min_size=1,
    max_size=5,
)


class TestACorrectedRow:
    @given(st.data(), FAR_APART)
    def test_that_agrees_in_two_of_visitor_country_and_days_is_never_a_second_visit(
        self, data: st.DataObject, drawn: list[tuple[str, str, str]]
    ) -> None:
        rows = [
            visit(
                visitor, start=f"{2000 + 3 * number}-02-08", country=country, description=text, source=f"{number}.xml"
            )
            for number, (visitor, country, text) in enumerate(drawn)
        ]
        place = data.draw(st.integers(0, len(rows) - 1))
        right: dict[str, Any] = data.draw(
            st.sampled_from([
                {"visitor": "Chancellor Emil Tamm"},
                {"country_id": "estonia", "country_label": "Estonia"},
                {"start": rows[place].start.subtract(months=5)},
                {"end": rows[place].end.add(days=3)},
            ])
        )  # fmt: skip
        corrected = attrs.evolve(rows[place], **right, description=data.draw(st.sampled_from(["", "State visit."])))
        matching = match(listed(*rows), [*rows[:place], corrected, *rows[place + 1 :]])
        assert not [outcome for outcome in matching.outcomes if isinstance(outcome, New)]
        assert matching.vanished == ()


class TestAVisitListedTwice:
    SUMMIT = visit("Prime Minister Gordon Brown", description="Attended a summit.", source="2000.xml, visit 9")
    MEETING = visit("Prime Minister Gordon Brown", description="Attended a meeting.", source="2000.xml, visit 7")

    def test_is_new_once_and_repeated_once(self) -> None:
        outcomes = match([], [self.SUMMIT, self.MEETING]).outcomes
        assert outcomes == (Repeated(row=self.SUMMIT, of=self.MEETING), New(self.MEETING))

    def test_is_the_same_as_the_known_one_and_repeated_once(self) -> None:
        outcomes = match(listed(self.SUMMIT), [self.SUMMIT, self.MEETING]).outcomes
        known = Listed("visit-0", self.SUMMIT)
        assert outcomes == (Same(self.SUMMIT, known), Repeated(row=self.MEETING, of=self.SUMMIT))

    def test_is_repeated_also_when_it_is_spelt_otherwise_the_second_time(self) -> None:
        again = visit("Prime Minister GORDON BROWN", source="2000.xml, visit 9")
        assert [type(outcome) for outcome in match([], [self.MEETING, again]).outcomes].count(Repeated) == 1

    def test_is_corrected_once_when_both_descriptions_changed(self) -> None:
        known = visit("Prime Minister Gordon Brown", description="Working visit.")
        outcomes = match(listed(known), [self.SUMMIT, self.MEETING]).outcomes
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CorrectionOf", "Repeated"]

    def test_leaves_both_that_the_log_holds_in_place_when_one_of_them_is_copied(self) -> None:
        copy = attrs.evolve(self.SUMMIT, source="2000.xml, visit 8")
        matching = match(listed(self.SUMMIT, self.MEETING), [self.SUMMIT, copy, self.MEETING])
        assert Counter(type(outcome) for outcome in matching.outcomes) == {Same: 2, Repeated: 1}
        assert matching.vanished == ()

    def test_is_repeated_of_the_row_that_stands_for_all_when_listed_thrice(self) -> None:
        copy = attrs.evolve(self.SUMMIT, source="2000.xml, visit 8")
        rows = [self.SUMMIT, self.MEETING, copy]
        repeated = [outcome for outcome in match([], rows).outcomes if isinstance(outcome, Repeated)]
        assert [outcome.of for outcome in repeated] == [self.MEETING, self.MEETING]


class TestAVisitThatIsNoLongerListed:
    def test_has_vanished(self) -> None:
        assert match(listed(visit()), []).vanished == (Listed("visit-0", visit()),)

    @pytest.mark.parametrize(
        "changes",
        [
            {"start": "2016-02-09", "end": "2016-02-08"},
            {"start": ""},
            {"start": "", "end": "8 February"},
            {"visitor": ""},
            {"country_id": "", "country_label": ""},
            {"country_id": "itly"},
            {"visitor": "President Sergio Matterella", "end": "2016-01-08"},
        ],
    )
    def test_is_garbled_rather_than_vanished_where_a_rejected_row_may_be_it(self, changes: dict[str, str]) -> None:
        matching = match(listed(visit()), [], [rejected(visit(), **changes)])
        assert matching.garbled == (Listed("visit-0", visit()),)
        assert matching.vanished == ()

    @pytest.mark.parametrize(
        "changes",
        [
            {"start": "2014-02-09", "end": "2014-02-08"},
            {"visitor": "President Jimmy Morales", "end": "2016-01-08"},
            {"country_id": "france", "country_label": "France", "end": "2016-01-08"},
            {"visitor": "", "start": "", "end": ""},
        ],
    )
    def test_has_vanished_where_no_rejected_row_is_like_it(self, changes: dict[str, str]) -> None:
        matching = match(listed(visit()), [], [rejected(visit(), **changes)])
        assert matching.garbled == ()
        assert len(matching.vanished) == 1

    def test_is_neither_where_a_row_is_it(self) -> None:
        matching = match(listed(visit()), [visit()], [rejected(visit(), end="2016-02-07")])
        assert (matching.vanished, matching.garbled) == ((), ())


PEOPLE = ["President Matterella", "President Mattarella", "Prime Minister Matteo Renzi", "King A and Queen B"]
DAYS = [f"2016-02-{day:02}" for day in range(1, 13, 2)] + ["2017-02-01"]


@st.composite
def few_alike_visits(draw: st.DrawFn) -> list[VisitRow]:
    """Rows so much alike that ties, repetitions and chains of corrections come up."""
    drawn = draw(
        st.lists(
            st.tuples(
                st.sampled_from(PEOPLE),
                st.sampled_from(DAYS),
                st.sampled_from(["italy, Italy", "greece, Greece"]),
                st.sampled_from(["", "Working visit."]),
            ),
            max_size=8,
        )
    )
    return [
        visit(visitor, start=day, country=country, description=description, source=f"2010.xml, visit {number}")
        for number, (visitor, day, country, description) in enumerate(drawn)
    ]


SNAPSHOTS = few_alike_visits()


def by_row(matching: Matching) -> dict[str, Outcome]:
    return {outcome.row.source: outcome for outcome in matching.outcomes}


class TestAnyTwoSnapshots:
    @given(SNAPSHOTS, SNAPSHOTS)
    def test_give_each_row_one_outcome_in_its_order(self, known: list[VisitRow], rows: list[VisitRow]) -> None:
        assert [outcome.row for outcome in match(listed(*known), rows).outcomes] == rows

    @given(SNAPSHOTS, SNAPSHOTS)
    def test_account_for_each_known_visit_once(self, known: list[VisitRow], rows: list[VisitRow]) -> None:
        matching = match(listed(*known), rows)
        paired = [it.known.key for it in matching.outcomes if isinstance(it, (Same, CorrectionOf))]
        candidates = {
            it.key for outcome in matching.outcomes if isinstance(outcome, Ambiguous) for it in outcome.candidates
        }
        vanished = [it.key for it in matching.vanished]
        assert sorted([*paired, *candidates, *vanished]) == sorted(it.key for it in listed(*known))

    @given(st.data(), SNAPSHOTS, SNAPSHOTS)
    def test_are_matched_alike_in_any_order(
        self, data: st.DataObject, known: list[VisitRow], rows: list[VisitRow]
    ) -> None:
        in_order = match(listed(*known), rows)
        shuffled = match(data.draw(st.permutations(listed(*known))), data.draw(st.permutations(rows)))
        assert by_row(shuffled) == by_row(in_order)
        assert shuffled.vanished == in_order.vanished

    @given(SNAPSHOTS)
    def test_that_are_one_and_the_same_hold_nothing_new(self, rows: list[VisitRow]) -> None:
        first = match([], rows)
        known = [Listed(it.row.source, it.row) for it in first.outcomes if isinstance(it, New)]
        second = match(known, rows)
        assert {type(it) for it in second.outcomes} <= {Same, Repeated}
        assert second.vanished == ()
        assert [type(it) is Repeated for it in second.outcomes] == [type(it) is Repeated for it in first.outcomes]


def taken(known: Sequence[Listed], matching: Matching, snapshot: str) -> Iterator[Listed]:
    """Give what a log holds once the outcomes are recorded: corrections and additions; what vanished stays held."""
    for place, outcome in enumerate(matching.outcomes):
        match outcome:
            case New(row):
                yield Listed(f"{snapshot}-{place}", row)
            case Same(row, old) | CorrectionOf(row, old):
                yield Listed(old.key, row)
            case _:
                pass
    gone = {it.key for it in (*matching.vanished, *matching.garbled)}
    yield from (it for it in known if it.key in gone)


def who(row: VisitRow) -> set[tuple[str, Rank | None]]:
    people = read_visitors(row.visitor, row.state)
    return {(plain(one.name), one.office.rank if one.office else None) for one in people}


class TestThePublishedSnapshots:
    @pytest.fixture(scope="class")
    @staticmethod
    def matchings(shared_data: Path) -> dict[str, Matching]:
        known: list[Listed] = []
        matchings = {}
        for folder in sorted((shared_data / "statedept" / "visits").iterdir()):
            rows, refused = read_folder(folder)
            matchings[folder.name] = matching = match(known, rows, refused)
            known = list(taken(known, matching, folder.name))
        return matchings

    def test_are_corrected_and_grow_and_lose_nothing(self, matchings: dict[str, Matching]) -> None:
        counts = {name: Counter(type(it).__name__ for it in found.outcomes) for name, found in matchings.items()}
        assert counts == {
            "2016-08-16": {"New": 2706, "Repeated": 1},
            "2018-03-12": {"Same": 2702, "CorrectionOf": 4, "New": 208, "Repeated": 1},
            "2020-05-05": {"Same": 2883, "CorrectionOf": 31, "New": 46, "Repeated": 1},
            "2020-11-19": {"Same": 2956, "CorrectionOf": 4, "New": 3, "Repeated": 1},
            "2021-02-25": {"Same": 2918, "CorrectionOf": 45, "New": 22, "Repeated": 1},
            "2021-11-18": {"Same": 2985, "New": 14, "Repeated": 1},
        }
        assert all(not found.vanished and not found.garbled for found in matchings.values())

    def test_pair_what_was_corrected_with_what_it_was(self, matchings: dict[str, Matching]) -> None:
        corrections = {
            (it.known.row.visitor, it.row.visitor): it.fields
            for found in matchings.values()
            for it in found.outcomes
            if isinstance(it, CorrectionOf) and "visitor" in it.fields and who(it.row) != who(it.known.row)
        }
        assert corrections == {
            ("President Michael Sleiman", "President Michel Sleiman"): ("visitor", "country"),
            ("President Benazir Bhutto", "Prime Minister Benazir Bhutto"): ("visitor",),
            ("Prime Minister Petr Cecas", "Prime Minister Petr Necas"): ("visitor",),
            ("Prime Mininster Bohuslav Sobotkin", "Prime Minister Bohuslav Sobotka"): ("visitor",),
            ("President Nawaz Sharif", "Prime Minister Mohammed Nawaz Sharif"): ("visitor",),
            ("President Sergio Matterella", "President Sergio Mattarella"): ("visitor",),
            ("President Andrzeij Duda", "President Andrzej Duda"): ("visitor",),
            ("President Receip Tayyip Erdogan", "President Recep Tayyip Erdoğan"): ("visitor",),
            ("President James Ernesto Morales", "President Jimmy Morales"): ("visitor",),
            ("President Sauli Ninisto", "President Sauli Niinistö"): ("visitor",),
        }

    def test_list_gordon_brown_twice_on_24_september_2009(self, matchings: dict[str, Matching]) -> None:
        for found in matchings.values():
            (twice,) = (it for it in found.outcomes if isinstance(it, Repeated))
            assert twice.row.visitor == twice.of.visitor == "Prime Minister Gordon Brown"
            assert twice.row.start == twice.of.start == pendulum.Date(2009, 9, 24)
