"""The test that a failure prints runs as it is pasted, whatever the projection was given as."""

from functools import partial
from textwrap import dedent
from typing import Any

import pytest

from diplocal.events import EngagementEvent, VisitAnnounced
from diplocal.parties import State
from diplocal.records import Envelope, Origin, Record
from diplocal.testing import History, LawBroken, check_law

CHINA, RUSSIA = State("CN"), State("RU")
LOG = "0b1f6a3a-6f0c-4f57-9b8f-0d6ac3a8a3d5"
HISTORY = History.of(
    Envelope(
        VisitAnnounced(engagement="visit", visitors=(CHINA,), host=RUSSIA), origin=Origin(LOG, 1_697_790_000_000_000)
    )
)


class Counted:
    """It counts in place what has to do with a state, which the law of purity minds."""

    name = "tests.counted"
    version = 1

    def __init__(self, code: str, *, least: int = 9) -> None:
        self.code, self.least = code, least

    def start(self) -> list[str]:
        return []

    def apply(self, state: list[str], record: Record) -> list[str]:
        if self.code == "RU" and self.least == 0 and isinstance(record.event, EngagementEvent):
            state.append(record.stream)
        return state

    def answer(self, state: list[str]) -> list[str]:
        return list(state)


class Hidden(Counted):
    """Its attributes do not say with what it was made."""

    def __init__(self, secret: str) -> None:
        super().__init__(secret[:2], least=0)


def of_russia() -> Counted:
    return Counted("RU", least=0)


def asked(answer: list[str]) -> list[str]:
    return answer


GIVEN: dict[str, tuple[Any, dict[str, Any]]] = {
    "an instance": (Counted("RU", least=0), {}),
    "a function": (of_russia, {}),
    "a partial": (partial(Counted, "RU", least=0), {}),
    "a lambda": (lambda: Counted("RU", least=0), {}),
    "a function that asks": (of_russia, {"ask": asked}),
    "a lambda that asks": (of_russia, {"ask": lambda answer: sorted(answer)}),  # noqa: PLW0108 - it is one
}


def shown(given: Any, asked: dict[str, Any]) -> str:
    with pytest.raises(LawBroken) as caught:
        check_law("purity", given, HISTORY, 0, **asked)
    return dedent(str(caught.value).partition("paste this into a test:")[2])


@pytest.mark.parametrize("given", GIVEN)
def test_the_test_that_a_failure_prints_fails_in_the_same_way(given: str) -> None:
    pasted: dict[str, Any] = {}
    exec(shown(*GIVEN[given]), pasted)  # noqa: S102 - it is what a user does
    with pytest.raises(LawBroken):
        pasted["test_purity"]()


def bounded(bound: int) -> list[Any]:
    return [lambda answer: answer[:bound], lambda answer, bound=bound: answer[:bound]]


@pytest.mark.parametrize("ask", bounded(1))
def test_what_cannot_be_written_is_called_as_in_the_users_test(ask: Any) -> None:
    told = shown(Hidden("RUSSIA"), {"ask": ask})
    assert 'check_law("purity", projection, history, 0, ask=ask)  # with projection and ask as in your test' in told
