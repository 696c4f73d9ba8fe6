"""Answers are asked what they can be asked, and a check says what it has seen."""

import types
from collections.abc import Callable, Mapping
from typing import Any, Literal

import attrs
import pendulum
import pytest
from immutables import Map
from waivers import all_but, uncut

from diplocal.dates import When
from diplocal.events import EngagementEvent, VisitConcluded, event
from diplocal.parties import State
from diplocal.projections import ContactFrequency
from diplocal.records import Record
from diplocal.testing import History, LawsBroken, SaidNothing, check_law, check_projection
from diplocal.testing.pools import CHINA, RUSSIA
from diplocal.testing.questions import Questions
from diplocal.testing.subjects import Subject

SOME = uncut(12)
VISIT = VisitConcluded(engagement="visit-1", visitors=(CHINA,), host=RUSSIA, when=When("2023-09-18"))
HISTORY = History.of(VISIT)


@attrs.frozen
class Hosts:
    """An answer that says nothing by its fields: all is in what it is asked."""

    counts: Mapping[str, int] = attrs.field(eq=False)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def visits_to(self, host: State) -> int:
        return self.counts.get(host.code, 0)

    def visits_to_code(self, code: str, by: pendulum.Date | None = None) -> int:
        return self.counts.get(code, 0) if by is None or by.year > 1 else -1

    def of(self, pair: tuple[str, str], how: Literal["sum", "difference"] = "sum") -> int:
        one, other = (self.counts.get(code, 0) for code in pair)
        return one + other if how == "sum" else one - other

    def strictly(self, code: str) -> int:
        return self.counts[code]

    def print_it(self) -> None:
        raise AssertionError("a command is no question")

    def read_from(self, path: object) -> int:
        raise AssertionError(path)

    def _private(self) -> int:
        raise AssertionError("nobody's business")


class VisitsByHost:
    """Counts visits by host, by all records that it gets."""

    name = "test.visits-by-host"
    version = 1
    heals = True

    def start(self) -> Map[str, int]:
        return Map()

    def apply(self, state: Map[str, int], record: Record) -> Map[str, int]:
        if isinstance(record.event, VisitConcluded):
            code = record.event.host.code
            return state.set(code, state.get(code, 0) + 1)
        return state

    def answer(self, state: Map[str, int]) -> Any:
        return Hosts(state)


def forms(history: History, answer: Any, number: int) -> dict[str, Any]:
    form = Questions(history, number).form(answer, __name__.partition(".")[0])
    assert not isinstance(form, str)
    return dict(form[1])


class TestQuestions:
    def test_are_properties_and_methods_with_what_the_history_speaks_of(self) -> None:
        asked = forms(HISTORY, Hosts({"RU": 2}), 0)
        assert asked["total"] == "2"
        assert asked["visits_to(host=State(code: 'CN', label: 'China'))"] == "0"
        assert asked["visits_to_code(code='CN')"] == "0"
        assert asked["of(pair=('CN', 'RU'))"] == "2"
        assert asked["strictly(code='CN')"] == "raised KeyError"
        assert len(asked) == 6

    def test_are_others_with_another_number(self) -> None:
        labels = {label for number in range(60) for label in forms(HISTORY, Hosts({"RU": 2}), number)}
        assert {"visits_to_code(code='RU', by=Date(2023-09-18))", "of(pair=('RU', 'CN'), how='difference')"} <= labels

    def test_go_to_what_a_collection_holds(self) -> None:
        assert forms(HISTORY, [Hosts({"RU": 2})], 0)["[0].total"] == "2"
        assert forms(HISTORY, {"all": Hosts({"RU": 2})}, 0)["['all'].total"] == "2"

    @pytest.mark.parametrize("answer", [3, "text", (1, 2), {"a": 1}, CHINA, VISIT.when, types.SimpleNamespace(a=1)])
    def test_are_none_of_what_tells_all_by_itself(self, answer: Any) -> None:
        form = Questions(HISTORY, 0).form(answer, __name__)
        assert "with answers" not in str(form)


class TestLawsAsk:
    def test_what_only_a_method_says_is_compared(self) -> None:
        with pytest.raises(LawsBroken) as caught:
            check_projection(VisitsByHost, waive=all_but("order", "retraction", "correction"), settings=uncut(30))
        assert {one.law for one in caught.value.report.broken} == {"retraction", "correction"}

    @pytest.mark.parametrize(
        ("attribute", "law", "wrong"),
        [
            ("total", "totality", property(lambda self: max(self.counts.values()))),
            ("total", "isolation", property(lambda _: pendulum.DateTime.now())),
            ("total", "resume", property(lambda self: [id(self)])),
        ],
    )
    def test_a_method_that_does_not_do_is_found(self, attribute: str, law: str, wrong: Any) -> None:
        answer = type("Wrong", (Hosts,), {attribute: wrong})
        projection = type("Projection", (VisitsByHost,), {"answer": lambda _, state: answer(state)})
        with pytest.raises(AssertionError):
            check_law(law, projection, HISTORY)

    def test_ask_says_what_to_read_instead(self) -> None:
        def none(_: Any) -> int:
            return 1

        with pytest.warns(SaidNothing):
            report = check_projection(VisitsByHost, ask=none, waive=all_but("resume"), settings=uncut(40))
        assert report.seen.subject.questions.asked == set()


class TestTheReport:
    def test_says_what_was_seen_and_asked(self) -> None:
        told = str(check_projection(ContactFrequency, waive=all_but("resume"), settings=SOME))
        assert "The answer was asked: by, days_since_last, reciprocity." in told
        assert "VisitConcluded" in told
        assert "% of them" in told

    def test_names_what_could_not_be_asked(self) -> None:
        told = str(check_projection(VisitsByHost, waive=all_but("resume"), settings=SOME))
        assert "never asked, for want of arguments: read_from" in told


@event("acme.reception-held")
class ReceptionHeld(EngagementEvent):
    """An event of the user's."""

    guests: int


class Receptions(VisitsByHost):
    """Counts receptions by their place in the log, which others' reports change."""

    heals = False
    handles = (ReceptionHeld,)

    def apply(self, state: Map[str, int], record: Record) -> Map[str, int]:
        return state.set(record.stream, record.position) if isinstance(record.event, ReceptionHeld) else state

    def answer(self, state: Map[str, int]) -> Any:
        return dict(state)


class OfJapan(VisitsByHost):
    """Is about a state that its code alone names."""

    def apply(self, state: Map[str, int], record: Record) -> Map[str, int]:
        happened = isinstance(record.event, VisitConcluded) and record.event.host.code == "JP"
        return super().apply(state, record) if happened else state


class TestWhatAProjectionIsAbout:
    @pytest.mark.parametrize(("projection", "law"), [(Receptions, "order"), (OfJapan, "retraction")])
    def test_is_drawn_without_being_asked_for(self, projection: Callable[[], Any], law: str) -> None:
        with pytest.raises(LawsBroken):
            check_projection(projection, waive=all_but(law), settings=uncut(60))

    def test_is_found_in_attributes_and_in_code(self) -> None:
        assert [party.code for party in Subject.of(OfJapan).parties] == ["JP"]
        assert Subject.of(Receptions).own_events == (ReceptionHeld,)
        assert Subject.of(ContactFrequency).own_events == ()
