"""Nothing but the records decides: no clock, no chance, no order of sets, no memory of earlier runs."""
# ruff: noqa: D401 - a law says what holds

import os
import random
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import attrs

from diplocal.records import Record
from diplocal.testing.canonical import CanonicalForm
from diplocal.testing.history import History
from diplocal.testing.law import Breaks, Picks, law, same
from diplocal.testing.oracles import asked_during
from diplocal.testing.reversed_sets import with_reversed_maps, with_reversed_sets
from diplocal.testing.subjects import Subject


@law(
    "an answer that lists a set in its own order",
    "an answer in which the order of a view's rows breaks ties",
    "an answer made of random numbers",
    "local time of the machine",
    "what an earlier fold left behind in the instance or its class",
)
def determinism(subject: Subject, history: History, picks: Picks) -> None:
    """The same records give the same answer.

    So they do in another instance, in another time zone of the machine, whatever order sets and maps are walked in, and
    after the same instance has folded something else.
    """
    records = history.records()
    half = records[: len(records) // 2]
    made = subject.make()
    first = _answer(subject, made, records)
    fresh = _answer(subject, subject.make(), half)
    same("half of it, by a fresh instance", fresh, "by one that had folded all of it", _answer(subject, made, half))
    same("the first time", first, "folded again by the same instance", _answer(subject, made, records))
    with _elsewhere():
        again = _answer_backwards(subject, records, picks.places(len(records)))
    same("the first time", first, "with sets and maps in another order, in another time zone", again)


@law("today's date in an answer", "a random number or a random UUID", "the time of folding kept in the state")
def isolation(subject: Subject, history: History, _picks: Picks) -> None:
    """A fold asks nobody but the records.

    It does not read the clock and does not draw lots. Which day it is, is for the question to say, not for the fold.
    """
    records = history.records()
    made = subject.make()
    if asked := asked_during(lambda: _answer(subject, made, records)):
        raise Breaks(f"while folding, it asked {asked[0]}")


def _answer(subject: Subject, projection: Any, records: tuple[Record, ...]) -> CanonicalForm:
    return subject.going_on(projection, projection.start()).then(records).answer


def _answer_backwards(subject: Subject, records: tuple[Record, ...], places: Iterable[int]) -> CanonicalForm:
    folded, turned = subject.fold(()), set(places)
    for place, record in enumerate(records):
        folded = folded.then((record,))
        if place in turned:
            folded = attrs.evolve(folded, state=with_reversed_sets(folded.state))
    return attrs.evolve(folded, state=with_reversed_maps(folded.state)).answer


@contextmanager
def _elsewhere() -> Iterator[None]:
    """Go to another time zone, as far as the machine lets us, and shuffle the cards."""
    before = os.environ.get("TZ")
    random.seed(4711)
    os.environ["TZ"] = "Pacific/Kiritimati" if before != "Pacific/Kiritimati" else "Pacific/Pago_Pago"
    _set_zone()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        _set_zone()


def _set_zone() -> None:
    with suppress(AttributeError):  # Windows has none
        time.tzset()
