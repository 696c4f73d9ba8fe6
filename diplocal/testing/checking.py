"""Laws as tests: one test for each law in a class, one law on one history, or all of them in a plain call."""

import functools
import unittest
import warnings
from collections.abc import Callable, Collection, Mapping
from typing import Any

import attrs
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.errors import FlakyFailure, HypothesisException

from diplocal.checks import expect
from diplocal.errors import InvalidValue
from diplocal.testing.failures import LawBroken
from diplocal.testing.histories import histories
from diplocal.testing.history import History
from diplocal.testing.law import Differs, Law, Picks
from diplocal.testing.lawbook import LAWS, LAWS_OF_FEEDS
from diplocal.testing.pools import PARTIES
from diplocal.testing.running import Case, cases, class_of_tests, unhurried
from diplocal.testing.seen import Seen
from diplocal.testing.subjects import Ask, Recount, Subject, itself
from diplocal.testing.worker import in_a_worker

_BY_NAME = {law.name: law for law in (*LAWS, *LAWS_OF_FEEDS)}
_CROWD = 1_000
"""So many engagements are about at most, now and then."""
NOTHING_WAIVED: Mapping[str, str] = {}


@attrs.frozen
class Verdict:
    """What became of one law."""

    law: str
    outcome: str
    """'kept', 'broken', 'said nothing', 'waived' or 'does not apply'."""
    reason: str = ""
    """Why it was waived, said nothing or does not apply; for a broken one, all about it."""


@attrs.frozen
class Report:
    """What became of each law, in order: as a text it is a table, and all about what was broken."""

    projection: str
    verdicts: tuple[Verdict, ...]
    seen: Seen
    """What was compared, and of what: as a text, a few lines."""

    @property
    def broken(self) -> tuple[Verdict, ...]:
        """The laws that were broken."""
        return tuple(verdict for verdict in self.verdicts if verdict.outcome == "broken")

    def __str__(self) -> str:
        width = max(len(verdict.law) for verdict in self.verdicts)
        lines = [f"  {verdict.law:<{width}}  {_in_a_line(verdict)}" for verdict in self.verdicts]
        found = "".join(f"\n\n{verdict.reason}" for verdict in self.broken)
        return "\n".join([f"{self.projection} and the laws of projections:", *lines, str(self.seen)]) + found


class SaidNothing(UserWarning):
    """No history that was drawn made a projection say anything, so that no law compared anything."""

    def __init__(self, seen: Seen) -> None:
        draw_more = "" if seen.is_telling else "draw more, with settings(max_examples=100), or "
        super().__init__(
            f"{seen.subject.name} said nothing: none of {seen.histories} histories made its answer another than an "
            f"empty log does; {draw_more}give histories= with what it is about, as in histories(parties=[State('US'), "
            f"State('FR')]), or also= with its event classes{seen.mute}"
        )
        self.seen = seen


class LawsBroken(AssertionError):
    """A projection breaks laws; the report tells which, and how."""

    def __init__(self, report: Report) -> None:
        super().__init__(str(report))
        self.report = report


def laws(
    projection: Any,
    *,
    also: Collection[str] = (),
    waive: Mapping[str, str] = NOTHING_WAIVED,
    ask: Ask = itself,
    recount: Recount | None = None,
    histories: st.SearchStrategy[History] | None = None,
    settings: hypothesis_settings | None = None,
) -> type[unittest.TestCase]:
    """Make a class of tests, one for each law that applies to a projection, for pytest and unittest alike.

    >>> from diplocal.projections import ContactFrequency
    >>> TestFrequency = laws(ContactFrequency)

    ``projection`` is a projection's class, an instance, or a function that makes one. ``also`` names laws to opt into:
    'renaming', 'shifting' and others. ``waive`` names laws that it need not keep, each with the reason, which the test
    run shows. ``ask`` reads what matters off an answer, where that has methods; ``recount`` works out the same plainly,
    from all engagements as they are understood in the end, for the law of that name. ``histories`` replaces the
    strategy for histories, where the projection is about events of your own, and ``settings`` those of Hypothesis.

    Raises InvalidValue for a law that does not exist, and for a waiver without a reason.
    """
    return tests_of(LAWS, Subject.of(projection, ask=ask, recount=recount), also, waive, histories, settings)


def check_projection(
    projection: Any,
    *,
    also: Collection[str] = (),
    waive: Mapping[str, str] = NOTHING_WAIVED,
    ask: Ask = itself,
    recount: Recount | None = None,
    histories: st.SearchStrategy[History] | None = None,
    settings: hypothesis_settings | None = None,
) -> Report:
    """Hold a projection to all laws that apply, and report. The arguments are those of ``laws``.

    >>> from diplocal.projections import ContactFrequency
    >>> from hypothesis import settings
    >>> print(check_projection(ContactFrequency, settings=settings(max_examples=1)).broken)
    ()

    Raises LawsBroken, which has the report. Warns with SaidNothing when no law compared anything.
    """
    return report_on(LAWS, Subject.of(projection, ask=ask, recount=recount), also, waive, histories, settings)


def tests_of(
    book: Collection[Law],
    subject: Subject,
    also: Collection[str],
    waive: Mapping[str, str],
    histories: st.SearchStrategy[History] | None,
    settings: hypothesis_settings | None,
) -> type[unittest.TestCase]:
    """Make a class of tests, one for each law of a book that applies; they are numbered in its order."""
    strategy = _strategy(histories, subject)
    chosen = _chosen(book, subject, also, waive)
    first = next((law for law in chosen if law.name not in waive), None)
    tests: list[Callable[[], None]] = []
    for place, law in enumerate(chosen, start=1):
        test = _warning(_test(law, subject, strategy, settings), fails=law is first)
        test.__name__ = test.__qualname__ = f"test_{place:02}_{law.name}"  # tests run in the order of their names
        tests.append(unittest.skip(f"waived: {waive[law.name]}")(test) if law.name in waive else test)
    return class_of_tests(f"LawsOf{subject.name}", f"The laws that {subject.name} keeps.", tests)


def report_on(
    book: Collection[Law],
    subject: Subject,
    also: Collection[str],
    waive: Mapping[str, str],
    histories: st.SearchStrategy[History] | None,
    settings: hypothesis_settings | None,
) -> Report:
    """Hold a projection to all laws of a book that apply."""
    chosen, strategy = _chosen(book, subject, also, waive), _strategy(histories, subject)
    verdicts: list[Verdict] = []
    together = Seen(subject)
    for law in book:
        if law.name in waive:
            verdicts.append(Verdict(law.name, "waived", waive[law.name]))
        elif law in chosen:
            seen = Seen(subject)
            verdicts.append(_verdict(law.name, _test(law, subject, strategy, settings, seen)))
            together.add(seen)
        elif law.opt_in and law.applies(subject):
            verdicts.append(Verdict(law.name, "does not apply", "only where it is asked for"))
        else:
            verdicts.append(Verdict(law.name, "does not apply", f"needs {law.needs}"))
    report = Report(subject.name, tuple(verdicts), together)
    if report.broken:
        raise LawsBroken(report)
    if together.is_telling and not together.spoke:
        warnings.warn(SaidNothing(together), stacklevel=3)
    return report


def check_law(
    name: str,
    projection: Any,
    history: History,
    number: int = 0,
    *,
    ask: Ask = itself,
    recount: Recount | None = None,
) -> None:
    """Hold a projection to one law on one history. ``number`` says where to stop, or what to retract.

    Raises LawBroken; InvalidValue for a law that does not exist or does not apply, and for what is no history.
    """
    __tracebackhide__ = True
    if in_a_worker():
        return
    expect("history", history, "a History, such as History.of(...)", History)
    expect("number", number, "a whole number", int)
    law, subject = _law(name), Subject.of(projection, ask=ask, recount=recount)
    if not law.applies(subject):
        raise InvalidValue("law", name, f"one that applies to {subject.name}: this one needs {law.needs}")
    _hold(law, subject, history, number)


def _hold(law: Law, subject: Subject, history: History, number: int) -> None:
    __tracebackhide__ = True
    try:
        law.check(subject.about(history, number), history, Picks(number))
    except (HypothesisException, unittest.SkipTest):
        raise
    except Exception as found:  # noqa: BLE001 - whatever a projection raises breaks the law
        cause = None if type(found).__module__.startswith("diplocal.testing") else found
        raise LawBroken(law, subject, history, number, found) from cause
    now = subject.of_nothing()
    if now is not None and subject.at_first not in (None, now):
        subject.spoilt_by.append(history)
        left = Differs("the answer of an empty log, at first", subject.at_first or "", "after this one was folded", now)
        raise LawBroken(_law("purity"), subject, subject.spoilt_by[0], number, left)


def _broken(law: Law, subject: Subject, history: History, number: int) -> LawBroken | None:
    """Return how a history breaks a law: of a long one, the part about half of its engagements that does, and so on."""
    __tracebackhide__ = True
    broken = _caught(law, subject, history, number)
    while broken and len(streams := broken.history.streams) > _MANY:
        half = len(streams) // 2
        parts = (broken.history.only(some) for some in (streams[:half], streams[half:]))
        shorter = next(filter(None, (_caught(law, subject, part, number) for part in parts)), None)
        if shorter is None or len(shorter.history.streams) >= len(streams):
            break
        broken = shorter
    return broken


def _caught(law: Law, subject: Subject, history: History, number: int) -> LawBroken | None:
    __tracebackhide__ = True
    try:
        _hold(law, subject, history, number)
    except LawBroken as broken:
        return broken
    return None


_MANY = 5
"""Engagements of a history that is short enough to be cut down report by report."""
_NOT_EACH_TIME = (
    "It is not broken each time that this history is folded: something else than the records decides, such as a lot, a "
    "clock, or what was folded before."
)


def _test(
    law: Law,
    subject: Subject,
    strategy: st.SearchStrategy[History],
    settings: hypothesis_settings | None,
    seen: Seen | None = None,
) -> Callable[[], None]:
    seen = Seen(subject) if seen is None else seen

    @unhurried(settings)
    @given(case=cases(strategy))
    def each(case: Case) -> None:
        __tracebackhide__ = True
        if in_a_worker():
            raise unittest.SkipTest("this process folds for another one, which checks")
        if broken := _broken(law, subject, case.history, case.number):
            raise broken
        seen.hear(case.history)

    def test() -> None:
        __tracebackhide__ = True
        try:
            each()
        except FlakyFailure as flaky:
            found = next((one for one in flaky.exceptions if isinstance(one, LawBroken)), None)
            if found is None:
                raise
            found.args = (f"{found}\n{_NOT_EACH_TIME}",)
            raise found from None
        if not seen.spoke:
            raise SaidNothing(seen)

    test.__doc__ = law.says
    return test


def _warning(test: Callable[[], None], *, fails: bool) -> Callable[[], None]:
    """Make a test that warns, or fails, where the projection said nothing, and had the occasion."""

    @functools.wraps(test)
    def run() -> None:
        __tracebackhide__ = True
        try:
            test()
        except SaidNothing as silence:
            if fails and silence.seen.is_mute:
                raise
            if silence.seen.is_telling:
                warnings.warn(silence, stacklevel=2)

    return run


def _verdict(name: str, test: Callable[[], None]) -> Verdict:
    try:
        test()
    except unittest.SkipTest as why:
        return Verdict(name, "does not apply", str(why))
    except LawBroken as broken:
        return Verdict(name, "broken", str(broken))
    except SaidNothing as silence:
        return Verdict(name, "said nothing", str(silence))
    return Verdict(name, "kept")


def _strategy(chosen: st.SearchStrategy[History] | None, subject: Subject) -> st.SearchStrategy[History]:
    """Draw histories of whom the projection is about, and of those whom histories are about anyway."""
    if isinstance(chosen, st.SearchStrategy):
        return chosen
    if chosen is not None:
        raise InvalidValue("histories", chosen, "a strategy, such as histories(max_events=30)")
    named = subject.parties
    codes = {party.code for party in named}
    parties = (*named, *(party for party in PARTIES if party.code not in codes))
    return histories(parties=parties, also=subject.own_events, crowd=_CROWD)


def _chosen(book: Collection[Law], subject: Subject, also: Collection[str], waive: Mapping[str, str]) -> list[Law]:
    if isinstance(also, str):
        raise InvalidValue("also", also, f"a list of laws, such as [{also!r}]")
    expect("also", also, "a list of laws, such as ['renaming']", Collection)
    expect("waive", waive, "laws with the reason for each, such as {'order': 'it lists arrivals'}", Mapping)
    wanted = {_law(name).name for name in (*also, *waive)}
    for name, reason in waive.items():
        expect(f"waive[{name!r}]", reason, "the reason why the law need not hold", str)
        if not reason.strip():
            raise InvalidValue(f"waive[{name!r}]", reason, "the reason why the law need not hold")
    return [law for law in book if (not law.opt_in or law.name in wanted) and law.applies(subject)]


def _law(name: str) -> Law:
    expect("law", name, f"one of {', '.join(_BY_NAME)}", str)
    if name not in _BY_NAME:
        raise InvalidValue("law", name, f"one of {', '.join(_BY_NAME)}")
    return _BY_NAME[name]


def _in_a_line(verdict: Verdict) -> str:
    if verdict.outcome in ("waived", "said nothing", "does not apply"):
        return f"{verdict.outcome}: {verdict.reason}"
    return verdict.outcome
