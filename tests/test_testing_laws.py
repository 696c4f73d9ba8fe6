"""One line holds a projection to the laws, and a law that is broken teaches why."""

import functools
import itertools
import logging
import random
import time
import types
import unittest
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs
import pytest
from hypothesis import settings
from immutables import Map
from waivers import all_but, uncut

from diplocal.dates import When
from diplocal.engagements import Engagement, Kind
from diplocal.errors import InvalidValue
from diplocal.events import Cancelled, EngagementEvent, Retracted, VisitAnnounced, VisitConcluded, event
from diplocal.projections import AllEngagements, ContactFrequency, UpcomingVisits, View, tally
from diplocal.records import Envelope, Record
from diplocal.testing import (
    History,
    LawBroken,
    LawsBroken,
    NotTaken,
    Unexpected,
    check_law,
    check_projection,
    given,
    histories,
    laws,
    long_histories,
)
from diplocal.testing.canonical import NothingToCompare
from diplocal.testing.checking import SaidNothing
from diplocal.testing.lawbook import LAWS
from diplocal.testing.pools import CHINA, RUSSIA
from diplocal.testing.reversed_sets import with_reversed_sets

QUICK = settings(max_examples=15, database=None)
VISIT = VisitConcluded(engagement="visit-1", visitors=(CHINA,), host=RUSSIA, when=When("2023-09-18"))


@tally("test.guest-for-nobody", key_type=str)
def guest_for_nobody(_engagement: Engagement) -> Iterator[tuple[str, int]]:
    """A tally that takes nothing."""
    raise LookupError("nobody")


def broken_by(projection: Any) -> str:
    with pytest.raises(LawBroken) as broken:
        check_law("totality", projection, History.of(VISIT))
    return str(broken.value)


class Visits:
    """Counts visits, and says that it heals, and does not."""

    name = "test.visits"
    version = 1
    heals = True

    def start(self) -> Map[str, int]:
        return Map()

    def apply(self, state: Map[str, int], record: Record) -> Map[str, int]:
        if isinstance(record.event, VisitConcluded):
            return state.set(record.stream, state.get(record.stream, 0) + 1)
        return state

    def answer(self, state: Map[str, int]) -> dict[str, int]:
        return dict(state)


def _make_frequency() -> ContactFrequency:
    return ContactFrequency()


def names(tests: type[unittest.TestCase]) -> set[str]:
    return {name.split("_", 2)[2] for name in unittest.defaultTestLoader.getTestCaseNames(tests)}


class TestOneLine:
    def test_makes_one_test_for_each_law_that_applies(self) -> None:
        assert names(laws(ContactFrequency)) == {law.name for law in LAWS if not law.opt_in} - {"recount"}

    def test_leaves_out_laws_about_what_the_projection_does_not_have(self) -> None:
        assert names(laws(ContactFrequency)) - names(laws(Visits)) == {"merging", "batches"}
        assert "retraction" not in names(laws(AllEngagements))

    def test_takes_opt_in_laws_by_name(self) -> None:
        assert {"renaming", "echo"} <= names(laws(ContactFrequency, also=["renaming", "echo"]))

    def test_takes_a_class_an_instance_or_a_function_that_makes_one(self) -> None:
        for projection in (ContactFrequency, ContactFrequency(person="Wang Yi"), visits_by_host, _make_frequency):
            assert "resume" in names(laws(projection))

    def test_runs_under_unittest(self) -> None:
        tests = laws(
            Visits, settings=settings(QUICK, max_examples=4), waive=all_but("totality", "retraction", "correction")
        )
        result = unittest.TestResult()
        unittest.defaultTestLoader.loadTestsFromTestCase(tests).run(result)
        assert len(names(tests)) == len(result.skipped) + 3  # Python 3.12.1 does not count in testsRun what is skipped
        assert {test.id().split("_", 2)[2] for test, _ in result.failures} <= {"retraction", "correction"}
        assert not result.errors

    def test_runs_in_the_order_of_the_page_and_one_test_by_its_name(self) -> None:
        tests = laws(ContactFrequency, settings=settings(QUICK, max_examples=1))
        in_order = [name.split("_", 2)[2] for name in unittest.defaultTestLoader.getTestCaseNames(tests)]
        assert in_order == [law.name for law in LAWS if law.name in in_order]
        module = types.ModuleType("kit")
        module.TestIt = tests  # type: ignore[attr-defined]
        result = unittest.TestResult()
        unittest.defaultTestLoader.loadTestsFromName("TestIt.test_01_totality", module).run(result)
        assert (result.testsRun, result.wasSuccessful()) == (1, True)

    def test_says_what_each_law_means(self) -> None:
        for law in LAWS:
            assert len(law.says) > 60, law.name
            assert law.catches, law.name

    @pytest.mark.parametrize("wrong", ["no projection", int, object()])
    def test_refuses_what_is_no_projection(self, wrong: Any) -> None:
        with pytest.raises(InvalidValue, match="a projection, its class, or a function that makes one"):
            laws(wrong)

    def test_refuses_a_law_that_does_not_exist(self) -> None:
        with pytest.raises(InvalidValue, match="one of totality, purity"):
            laws(Visits, also=["gravity"])
        with pytest.raises(InvalidValue, match="one of totality, purity"):
            check_law("gravity", Visits, History())


class TestWaivers:
    def test_are_shown_with_their_reason(self) -> None:
        result = unittest.TestResult()
        one_test(Visits, "retraction", waive={"retraction": "nobody retracts here"}).run(result)
        assert [reason for _, reason in result.skipped] == ["waived: nobody retracts here"]

    def test_need_a_reason(self) -> None:
        with pytest.raises(InvalidValue, match="the reason why the law need not hold"):
            laws(Visits, waive={"retraction": " "})


class TestAPlainCall:
    def test_reports_every_law(self) -> None:
        waive = dict.fromkeys(["retraction", "correction", "processes"], "it is a draft")
        report = check_projection(Visits, waive=waive, settings=uncut(5))
        outcomes = {verdict.law: verdict.outcome for verdict in report.verdicts}
        assert outcomes["purity"] == "kept"
        assert outcomes["retraction"] == "waived"
        assert outcomes["merging"] == outcomes["renaming"] == "does not apply"
        assert "retraction   waived: it is a draft" in str(report)
        assert "merging      does not apply: needs merge" in str(report)

    def test_fails_with_the_report_and_all_that_was_found(self) -> None:
        with pytest.raises(LawsBroken) as caught:
            check_projection(Visits, waive=all_but("order", "retraction", "correction"), settings=uncut(30))
        assert {verdict.law for verdict in caught.value.report.broken} == {"retraction", "correction"}
        assert "Visits breaks the law of retraction." in str(caught.value)

    def test_reports_on_a_projection_that_raises_of_an_empty_log_or_of_a_report(self) -> None:
        class Busiest(Visits):
            def answer(self, state: Map[str, int]) -> Any:
                return max(state, key=state.__getitem__)

        class Monthly(Visits):
            def apply(self, state: Map[str, int], record: Record) -> Map[str, int]:
                when: Any = getattr(record.event, "when", None)
                return state.set(f"{when.month[1]}", 1) if isinstance(record.event, VisitAnnounced) else state

        for raising, raised in ((Busiest, "ValueError"), (Monthly, "(Type|Attribute)Error")):
            with pytest.raises(LawsBroken, match=f"It raised {raised}"):
                check_projection(raising, settings=uncut(60), waive=all_but("totality", "secrecy", "upcasting"))

    def test_takes_histories_of_the_users_own(self) -> None:
        seen: set[str] = set()

        class Watching(Visits):
            heals = False

            def apply(self, state: Map[str, int], record: Record) -> Map[str, int]:
                seen.update({"visit", "call", "meeting", "patrol"} & {*record.stream.split("-")})
                return state

        check_projection(Watching, histories=histories(kinds=[Kind.CALL]), settings=QUICK, waive=all_but("resume"))
        assert seen == {"call"}


class TestAFailure:
    def broken(self) -> LawBroken:
        with pytest.raises(LawBroken) as caught:
            check_law("retraction", Visits, History.of(VISIT))
        return caught.value

    def test_names_the_law_and_says_what_it_means(self) -> None:
        assert "Visits breaks the law of retraction." in str(self.broken())
        assert "as if it had never been recorded" in str(self.broken())

    def test_tells_the_history_in_diplomatic_words(self) -> None:
        told = "2023-10-20 08:00  visit-1/1  visit concluded: China to Russia, 18 September 2023"
        assert told in str(self.broken())

    def test_shows_both_answers_and_their_difference(self) -> None:
        assert "Visit-1/1 never recorded:\n  {}" in str(self.broken())
        assert "Visit-1/1 recorded and retracted:\n  {'visit-1': 1}" in str(self.broken())
        assert "They differ at:\n  'visit-1': (nothing) ≠ 1" in str(self.broken())

    def test_can_be_pasted_into_a_test(self) -> None:
        text = str(self.broken())
        code = "\n".join(
            line.removeprefix("    ") for line in text.split("paste this into a test:\n\n")[1].splitlines()
        )
        names: dict[str, Any] = {"Visits": Visits}
        exec("\n".join(line for line in code.splitlines() if "import Visits" not in line), names)  # noqa: S102
        with pytest.raises(LawBroken):
            names["test_retraction"]()

    def test_tells_what_was_raised(self) -> None:
        class Crashing(Visits):
            def answer(self, state: Map[str, int]) -> Any:
                return max(state)

        with pytest.raises(LawBroken, match="It raised ValueError") as caught:
            check_law("totality", Crashing, History())
        assert "(nothing was recorded)" in str(caught.value)
        assert isinstance(caught.value.__cause__, ValueError)

    def test_names_a_tally_as_the_test_imports_it(self) -> None:
        """What the decorator makes of a function is an instance: it is there to use, not to call."""
        text = broken_by(guest_for_nobody)
        assert 'check_law("totality", guest_for_nobody, history' in text
        assert "import guest_for_nobody" in text

    @pytest.mark.parametrize("number", range(40))
    def test_every_history_can_be_pasted(self, number: int) -> None:
        from diplocal.testing.snippets import history_code  # noqa: PLC0415 - a room behind the façade

        history = _drawn(number)
        code = history_code(history)
        scope: dict[str, Any] = {}
        for module, name in code.imports:
            exec(f"from {module} import {name}" if module else f"import {name}", scope)  # noqa: S102
        assert eval(code.laid_out(), scope) == history  # noqa: S307 - our own code, made a moment ago


def _drawn(number: int) -> History:
    from hypothesis import given as given_examples  # noqa: PLC0415 - 'given' is ours here
    from hypothesis import seed  # noqa: PLC0415

    found: list[History] = []

    @seed(number)
    @settings(max_examples=20, database=None, derandomize=False)
    @given_examples(histories())
    def draw(history: History) -> None:
        found.append(history)

    draw()
    return max(found, key=len)


class TestTheClock:
    def test_may_be_read_by_a_log_line(self) -> None:
        class Logging(Visits):
            def apply(self, state: Map[str, int], record: Record) -> Map[str, int]:
                logging.getLogger("acme").warning("took %s", record.id)
                return super().apply(state, record)

        check_law("isolation", Logging, History.of(VISIT))

    def test_may_not_be_read_by_the_fold_and_the_place_is_named(self) -> None:
        class Stamping(Visits):
            def answer(self, state: Map[str, int]) -> Any:
                import time  # noqa: PLC0415

                return {**state, "now": time.time()}  # noqa: TID251 - the bug

        with pytest.raises(LawBroken, match=r"it asked time\.time, at .*test_testing_laws\.py"):
            check_law("isolation", Stamping, History.of(VISIT))

    @pytest.mark.parametrize(
        "now",
        [
            lambda: time.gmtime()[:3],
            lambda: time.localtime().tm_year,
            lambda: time.strftime("%Y"),
            time.ctime,
            time.asctime,
            lambda: time.clock_gettime(time.CLOCK_REALTIME),
        ],
    )
    def test_is_found_behind_what_writes_the_time(self, now: Callable[[], Any]) -> None:
        with pytest.raises(LawBroken, match=r"it asked time\."):
            check_law("isolation", lambda: Written(now), History.of(VISIT))

    def test_a_time_that_is_given_can_be_written(self) -> None:
        moment = time.gmtime(0)
        for written in (lambda: time.strftime("%Y", moment), lambda: time.ctime(0), lambda: time.gmtime(*(0,))[:3]):
            check_law("isolation", lambda written=written: Written(written), History.of(VISIT))


class Written(Visits):
    """Answers with what somebody writes."""

    def __init__(self, write: Callable[[], Any]) -> None:
        self._write = write

    def answer(self, state: Map[str, int]) -> Any:
        return {**state, "written": self._write()}


class TestChance:
    """What does not break a law each time is told as broken, and the report goes on."""

    def test_that_draws_lots_is_reported(self) -> None:
        lots = random.SystemRandom()
        with pytest.raises(LawsBroken) as caught:
            check_projection(lambda: Written(lambda: lots.randrange(2)), also=["shifting"], settings=QUICK)
        assert "determinism" in {verdict.law for verdict in caught.value.report.broken}
        assert len(caught.value.report.verdicts) == len(LAWS)

    def test_that_counts_its_calls_is_reported_with_what_was_seen(self) -> None:
        calls = itertools.count()
        counting = lambda: Written(lambda: next(calls) in (61, 63, 65))  # noqa: E731 - a lambda is what is given
        with pytest.raises(LawsBroken, match="It is not broken each time"):
            check_projection(counting, waive=all_but("determinism"), settings=settings(QUICK, max_examples=50))


def test_an_answer_may_remember_what_it_worked_out() -> None:
    class Table:
        def __init__(self, visits: Mapping[str, int]) -> None:
            self.visits = dict(visits)

        @functools.cached_property
        def total(self) -> int:
            return sum(self.visits.values())

    class Remembering(Visits):
        def answer(self, state: Map[str, int]) -> Any:
            return Table(state)

    check_law("purity", Remembering, History.of(VISIT))
    with pytest.raises(LawBroken, match="total"):
        check_law("retraction", Remembering, History.of(VISIT))


def test_a_merge_may_not_change_a_part() -> None:
    class Updating(Visits):
        def start(self) -> Any:
            return {}

        def apply(self, state: Any, record: Record) -> Any:
            return {**state, record.stream: record.version}

        def answer(self, state: Any) -> Any:
            return dict(state)

        def merge(self, left: Any, right: Any) -> Any:
            left.update(right)
            return left

    with pytest.raises(LawsBroken, match="A part"):
        check_projection(Updating, waive=all_but("merging"), settings=settings(QUICK, max_examples=50))


def test_a_long_history_is_cut_down_to_what_shows_it() -> None:
    class OfTheWhole(Visits):
        def apply(self, state: Map[str, int], record: Record) -> Map[str, int]:
            return state.set("none", record.event.when.latest.day) if record.version == 2 else state  # type: ignore[attr-defined]

    test = laws(OfTheWhole, histories=long_histories(engagements=200), settings=settings(QUICK, max_examples=1))
    with pytest.raises(LawBroken) as caught:
        test("test_01_totality").debug()
    assert len(caught.value.history.streams) <= 5
    assert len(str(caught.value)) < 30_000


@event("acme.gala-held")
class GalaHeld(EngagementEvent):
    """An event of the user's."""

    guests: int


class Guests:
    """Counts guests of galas: a projection over the user's own events."""

    name = "acme.guests"
    version = 1

    def start(self) -> int:
        return 0

    def apply(self, state: int, record: Record) -> int:
        return state + record.event.guests if isinstance(record.event, GalaHeld) else state

    def answer(self, state: int) -> int:
        return state

    def merge(self, left: int, right: int) -> int:
        return left + right


TestGuests = laws(Guests, histories=histories(also=[GalaHeld]), settings=QUICK)


@tally("test.visits-by-host", key_type=str)
def visits_by_host(engagement: Any) -> Any:
    """A tally, the simplest form."""
    if engagement.kind is Kind.VISIT and engagement.counts and engagement.host:
        yield engagement.host.code, 1


TestVisitsByHost = laws(visits_by_host, settings=QUICK)


class TestGivenWhenThen:
    def test_tells_a_story(self) -> None:
        (
            given(VISIT)
            .then(visits_by_host, {"RU": 1})
            .when(Retracted(engagement="visit-1", of="visit-1/1"))
            .then(visits_by_host, {})
        )

    def test_sees_the_difference_between_a_host_and_a_guest_which_no_law_can(self) -> None:
        @tally("test.guest-for-host", key_type=str)
        def guest_for_host(engagement: Any) -> Any:
            if engagement.kind is Kind.VISIT and engagement.counts:
                yield engagement.parties[0].code, 1

        with pytest.raises(Unexpected, match="Then guest_for_host should say"):
            given(VISIT).then(guest_for_host, {"RU": 1})

    def test_sees_a_cancellation_that_is_ignored_which_no_law_can(self) -> None:
        announced = VisitAnnounced(engagement="visit-1", visitors=(CHINA,), host=RUSSIA)
        story = given(announced).when(Cancelled(engagement="visit-1"))
        story.then(UpcomingVisits, {}, ask=lambda upcoming: dict(upcoming.entries))
        with pytest.raises(Unexpected) as caught:
            story.then(visits_by_host, {})
        assert str(caught.value).startswith(
            "given\n  2023-10-20 08:00  visit-1/1  visit announced: China to Russia\nwhen\n"
        )

    def test_asks_what_an_audience_or_an_earlier_day_knew(self) -> None:
        hidden = Envelope(VISIT, audience="internal")
        story = given(hidden, recorded=["2023-10-01T09:00:00Z"])
        story.then(visits_by_host, {}, audience="public").then(visits_by_host, {"RU": 1}, audience="internal")
        story.then(visits_by_host, {}, known_at=0)

    def test_is_strict_about_types(self) -> None:
        with pytest.raises(Unexpected, match=r"1\.0 ≠ 1$"):
            given(VISIT).then(visits_by_host, {"RU": 1.0})


class Positions:
    """Where in the log visits were reported: what others record changes it."""

    name = "test.positions"
    version = 1

    def start(self) -> tuple[int, ...]:
        return ()

    def apply(self, state: tuple[int, ...], record: Record) -> tuple[int, ...]:
        return (*state, record.position) if isinstance(record.event, VisitConcluded) else state

    def answer(self, state: tuple[int, ...]) -> Any:
        return state


class TestWhatIsCompared:
    """A law that compared nothing was not kept."""

    @pytest.mark.parametrize(
        "wrap",
        [
            iter,
            lambda state: (position for position in state),
            lambda state: map(str, state),
            lambda state: {"inside": reversed(state)},
            lambda state: dict(enumerate(state)).values(),
            lambda state: lambda: state,
            lambda state: functools.partial(tuple, state),
        ],
    )
    def test_whatever_an_answer_is_wrapped_in_is_looked_into_or_refused(self, wrap: Callable[[Any], Any]) -> None:
        class Wrapped(Positions):
            def answer(self, state: tuple[int, ...]) -> Any:
                return wrap(state)

        with pytest.raises(AssertionError):
            check_law_of(Wrapped, "order")

    def test_a_projection_that_no_history_speaks_of_says_nothing(self) -> None:
        class OfNobody(Positions):
            def apply(self, state: tuple[int, ...], record: Record) -> tuple[int, ...]:
                return (*state, record.position) if record.stream == "nobody" else state

        with pytest.warns(SaidNothing, match="histories="):
            report = check_projection(OfNobody, settings=uncut(12), waive=all_but("totality", "order", "recount"))
        assert {one.outcome for one in report.verdicts} == {"said nothing", "does not apply", "waived"}
        with pytest.warns(SaidNothing, match="histories="):
            check_law_of(OfNobody, "order")
        with pytest.raises(SaidNothing, match="histories="):  # the first test fails, and totality is waived
            one_test(OfNobody, "purity", settings=uncut(100), waive=all_but("purity")).debug()

    @pytest.mark.parametrize("bare", [object(), type("Bare", (), {})(), lambda: 1])
    def test_an_answer_is_not_asked_for_what_shows_nothing(self, bare: Any) -> None:
        with pytest.raises(NothingToCompare, match="is in the answer, and nothing in it can be compared"):
            laws(ContactFrequency, ask=lambda _: bare)

    def test_an_answer_that_shows_nothing_is_named(self) -> None:
        class Alike:
            def __init__(self, count: int) -> None:
                self.count = count

            def __eq__(self, other: object) -> bool:
                return True

            def __hash__(self) -> int:
                return 0

            def __repr__(self) -> str:
                return "an answer"

        class TellsNothing(Positions):
            def answer(self, state: tuple[int, ...]) -> Any:
                return Alike(len(state))

        with pytest.warns(SaidNothing, match="say with ask= what to read: an answer is all that Alike shows"):
            check_law_of(TellsNothing, "order")

    def test_histories_are_drawn_around_the_parties_that_a_projection_is_about(self) -> None:
        class VisitsTo(Positions):
            def __init__(self, code: str) -> None:
                self.code = code

            def apply(self, state: tuple[int, ...], record: Record) -> tuple[int, ...]:
                event = record.event
                is_one = isinstance(event, VisitConcluded) and event.host.code == self.code
                return (*state, record.position) if is_one else state

        for code in ("CN", "US", "BR"):
            with pytest.raises(AssertionError):
                check_law_of(VisitsTo(code), "order")


def check_law_of(projection: Any, law: str) -> None:
    one_test(projection, law, settings=uncut(100)).debug()


def one_test(projection: Any, law: str, **how: Any) -> unittest.TestCase:
    tests = laws(projection, **how)
    return next(tests(name) for name in dir(tests) if name.endswith(f"_{law}"))


class InDictionaries(View[dict[str, str], list[dict[str, str]]]):
    """Has rows that cannot be kept."""

    name, row_type = "test.in-dictionaries", dict

    def row(self, engagement: Engagement) -> dict[str, str] | None:
        return {"slug": engagement.slug}

    def read(self, value: Map[str, dict[str, str]]) -> list[dict[str, str]]:
        return list(value.values())


def test_what_cannot_be_kept_is_named_by_its_attribute() -> None:
    with pytest.raises(LawBroken, match=r"row_type of InDictionaries is <class .dict.>: expected str, int"):
        check_law("snapshots", InDictionaries, History.of(VISIT))


class Reports(Visits):
    """Counts reports of whatever class about each engagement."""

    heals = False

    def apply(self, state: Map[str, int], record: Record) -> Map[str, int]:
        is_one = isinstance(record.event, EngagementEvent)
        return state.set(record.stream, state.get(record.stream, 0) + 1) if is_one else state


def test_a_projection_about_all_reports_says_so() -> None:
    with pytest.raises(LawBroken, match=r"handles = \(EngagementEvent,\)"):
        check_law("unrelated", Reports, History.of(VISIT))
    of_all = type("OfAll", (Reports,), {"handles": (EngagementEvent,)})
    check_law("unrelated", of_all, History.of(VISIT))


class Choosy(Visits):
    """Cannot take what has no date."""

    def apply(self, state: Map[str, int], record: Record) -> Map[str, int]:
        if isinstance(record.event, VisitAnnounced):
            raise LookupError("no date")  # noqa: TRY004 - whatever it raises
        return super().apply(state, record)


class TestAStoryWithARecordThatIsSetAside:
    def test_fails_and_says_why(self) -> None:
        with pytest.raises(NotTaken, match=r"visit-2/1: .*no date"):
            given(VISIT, VisitAnnounced(engagement="visit-2", visitors=(CHINA,), host=RUSSIA)).then(
                Choosy, {"visit-1": 1}
            )

    def test_may_say_which_one_it_is(self) -> None:
        story = given(VISIT, VisitAnnounced(engagement="visit-2", visitors=(CHINA,), host=RUSSIA))
        story.then(Choosy, {"visit-1": 1}, set_aside={"visit-2/1"})

    def test_fails_when_a_record_that_was_to_be_set_aside_was_not(self) -> None:
        with pytest.raises(NotTaken, match="where visit-1/1 was to be: none"):
            given(VISIT).then(Choosy, {"visit-1": 1}, set_aside={"visit-1/1"})


@attrs.frozen(cache_hash=True)
class Hashed:
    """A value that remembers its hash."""

    names: frozenset[str]


def test_a_value_that_remembers_its_hash_can_be_walked_backwards() -> None:
    value = Hashed(frozenset({"a", "b"}))
    assert hash(value) == hash(with_reversed_sets(value))
    assert with_reversed_sets(value) == value
