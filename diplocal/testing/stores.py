"""Event stores held to their contract: as tests, in a plain call, and by a machine that tries whatever it can."""

import unittest
from collections.abc import Callable
from textwrap import indent

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from diplocal.errors import EventIdReused, VersionClash
from diplocal.events import EngagementEvent, ReportAttached
from diplocal.records import Envelope, Record
from diplocal.testing.failures import found_in_words
from diplocal.testing.histories import histories
from diplocal.testing.history import History
from diplocal.testing.law import NUMBERS, Picks
from diplocal.testing.running import Case, cases, class_of_tests, unhurried
from diplocal.testing.store_contract import REQUIREMENTS, Requirement
from diplocal.testing.store_sharing import SHARING, Open, SharingRequirement, Ways
from diplocal.testing.tables import table
from diplocal.testing.values import any_event
from diplocal.testing.worker import in_a_worker

_EXAMPLES = 25
"""A store on a disk takes its time."""


class StoreContractBroken(AssertionError):
    """A store does not meet a requirement; the message tells which, and the shortest history that shows it."""

    def __init__(
        self, requirement: Requirement | SharingRequirement, history: History | None, found: Exception
    ) -> None:
        shortest = "" if history is None else f"The shortest history found:\n\n{indent(table(history), '  ')}\n\n"
        super().__init__(
            f"the store does not meet the requirement {requirement.name!r}.\n\n{requirement.says}\n\n"
            f"{shortest}{found_in_words(found)}"
        )
        self.requirement, self.history, self.found = requirement, history, found


def store_laws(
    open_empty: Open,
    *,
    open_again: Open | None = None,
    settings: hypothesis_settings | None = None,
) -> type[unittest.TestCase]:
    """Make a class of tests, one for each requirement of an event store, for pytest and unittest alike.

    >>> from diplocal.store import MemoryStore
    >>> TestMemoryStore = store_laws(MemoryStore)

    ``open_empty`` opens a new, empty store each time; it is closed after use. ``open_again`` opens the last one again:
    it is asked while that is open, for a second handle, and after it was closed. ``open_empty`` may take a ``clock``, a
    function that gives the present instant, and is given one that is set back. What needs one of these is skipped
    without it.
    """
    ways = Ways(open_empty, open_again)
    tests = (_test(requirement, open_empty, settings) for requirement in REQUIREMENTS)
    sharing = (_sharing_test(requirement, ways) for requirement in SHARING)
    return class_of_tests("LawsOfStores", "What is required of every event store.", (*tests, *sharing))


def check_store(
    open_empty: Open,
    *,
    open_again: Open | None = None,
    settings: hypothesis_settings | None = None,
) -> tuple[str, ...]:
    """Hold an event store to all requirements, and name those that were not tried, for want of a way in.

    The arguments are those of ``store_laws``.

    >>> from diplocal.store import MemoryStore
    >>> from hypothesis import settings
    >>> check_store(MemoryStore, settings=settings(max_examples=1))
    ('lasting',)

    Raises StoreContractBroken for the first that is not kept.
    """
    ways = Ways(open_empty, open_again)
    if in_a_worker():
        return ()
    for requirement in REQUIREMENTS:
        _test(requirement, open_empty, settings)()
    tried = [one for one in SHARING if one.is_tried(ways)]
    for sharing in tried:
        _sharing_test(sharing, ways)()
    return tuple(one.name for one in SHARING if one not in tried)


def store_machine(open_empty: Open) -> type[RuleBasedStateMachine]:
    """Make a state machine that appends, appends again, clashes and reads in any order, beside a model in a list.

    >>> from diplocal.store import MemoryStore
    >>> TestMemoryStore = store_machine(MemoryStore).TestCase

    Derive from it to add rules of your own: ``self.store`` is the store, ``self.records`` what it should hold.
    """
    return type("StoreMachine", (StoreMachine,), {"open_empty": staticmethod(Ways(open_empty).open_empty)})


class StoreMachine(RuleBasedStateMachine):
    """A store beside a list of what it should hold."""

    open_empty: Open

    def __init__(self) -> None:
        super().__init__()
        self.store = self.open_empty()
        self.records: list[Record] = []

    @rule(event=any_event(EngagementEvent), audience=st.sampled_from(["public", "internal"]))
    def append(self, event: EngagementEvent, audience: str) -> None:
        """Record something new, expecting the version that the stream has."""
        version = self.store.stream_version(event.stream)
        envelope = Envelope(event, id=f"event-{len(self.records)}", audience=audience)
        self.records += self.store.append(envelope, expect=version)

    @precondition(lambda self: self.records)
    @rule(number=st.integers(0, NUMBERS))
    def append_again(self, number: int) -> None:
        """Deliver something again."""
        record = self.records[number % len(self.records)]
        again = Envelope(record.event, id=record.id, audience=record.audience)
        assert self.store.append(again) == (record,)  # noqa: S101 - it is a test

    @precondition(lambda self: self.records)
    @rule(number=st.integers(0, NUMBERS))
    def reuse_an_id(self, number: int) -> None:
        """Use an id for something else."""
        record = self.records[number % len(self.records)]
        other = ReportAttached(engagement=record.stream, note="something else altogether")
        _must_raise(EventIdReused, lambda: self.store.append(Envelope(other, id=record.id, audience=record.audience)))

    @rule(event=any_event(EngagementEvent), ahead=st.integers(1, 3))
    def append_too_late(self, event: EngagementEvent, ahead: int) -> None:
        """Expect a version that the stream does not have."""
        expected = self.store.stream_version(event.stream) + ahead
        envelope = Envelope(event, id=f"late-{len(self.records)}")
        _must_raise(VersionClash, lambda: self.store.append(envelope, expect=expected))

    @rule(after=st.integers(0, 20))
    def follow(self, after: int) -> None:
        """Read on from somewhere."""
        assert list(self.store.read(after=after)) == self.records[after:]  # noqa: S101

    @invariant()
    def holds_what_was_recorded(self) -> None:
        """See that the log ends where it should, and verifies."""
        assert self.store.position() == len(self.records)  # noqa: S101
        assert self.store.verify().position == len(self.records)  # noqa: S101

    def teardown(self) -> None:
        """Close the store."""
        self.store.close()


def _must_raise(wanted: type[Exception], act: Callable[[], object]) -> None:
    try:
        act()
    except wanted:
        return
    raise AssertionError(f"{wanted.__name__} was not raised")


def _test(requirement: Requirement, open_empty: Open, settings: hypothesis_settings | None) -> Callable[[], None]:
    @unhurried(settings, examples=_EXAMPLES)
    @given(case=cases(histories()))
    def test(case: Case) -> None:
        __tracebackhide__ = True
        with open_empty() as store:
            try:
                requirement.hold(store, case.history, Picks(case.number))
            except Exception as found:
                raise StoreContractBroken(requirement, case.history, found) from found

    test.__name__ = test.__qualname__ = f"test_{requirement.name}"
    test.__doc__ = requirement.says
    return test


def _sharing_test(requirement: SharingRequirement, ways: Ways) -> Callable[[], None]:
    def test() -> None:
        __tracebackhide__ = True
        if not requirement.is_tried(ways):
            raise unittest.SkipTest(f"was not tried: it needs {requirement.needs}")
        try:
            requirement.hold(ways)
        except Exception as found:
            raise StoreContractBroken(requirement, None, found) from found

    test.__name__ = test.__qualname__ = f"test_{requirement.name}"
    test.__doc__ = requirement.says
    return test
