"""In a log that seals names, hidden reports have no part in what others get, before and after an erasure."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diplocal.calendars import Feed
from diplocal.cloudevents import export
from diplocal.dates import When
from diplocal.events import Event, MeetingHeld, ReportAttached
from diplocal.parties import Person, State
from diplocal.records import Envelope
from diplocal.replaying import replay
from diplocal.store import SQLiteStore
from diplocal.store.contract import visible_to
from diplocal.store.key_ring import KeyRing
from diplocal.store.sealing import person_of
from diplocal.syncing import sync
from diplocal.web.records import Pages

LOG_ID = "0b5f0a52-6f3e-4c39-9d3a-3a6a3f7c1f7e"
NAMES = ("Ilmar Tamm", "Wang Yi", "Ana Li", "Li Wei")
HIDDEN = ("internal", "restricted", "asia-desk")
FRANCE, CHINA = State("FR"), State("CN")


def key_for(_ring: KeyRing, whom: tuple[str, str | None, str], _group: str | None) -> tuple[str, bytes]:
    """Return the same key in every log, so that their bytes can be compared."""
    person, wikidata, audience = whom
    group, place = (sha256(said.encode()).hexdigest()[:8] for said in (wikidata or person, f"{person} {audience}"))
    return group + place, sha256(repr((person, wikidata)).encode()).digest()


@pytest.fixture(autouse=True, scope="module")
def the_same_keys() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(KeyRing, "_new", key_for)
        yield


people = st.builds(Person, st.sampled_from(NAMES), st.just(CHINA), st.none(), st.sampled_from([None, None, "Q1", "Q2"]))
texts = st.sampled_from((None, *NAMES)).map(lambda name: name and f"{name} said so")
slugs, days = st.sampled_from("ab"), st.just(When("2023-10-17"))
reports = st.one_of(
    st.builds(MeetingHeld, engagement=slugs, participants=st.tuples(people, st.just(FRANCE)), when=days, note=texts),
    st.builds(MeetingHeld, engagement=slugs, participants=st.just((CHINA, FRANCE)), when=days, name=texts),
    st.builds(ReportAttached, engagement=slugs, note=texts),
)
told = st.lists(st.tuples(st.sampled_from(("public", "public", *HIDDEN)), reports), min_size=1, max_size=8)


class Clock:
    """Goes on by a minute for what the public sees, and not for what it does not."""

    def __init__(self) -> None:
        self.now = pendulum.datetime(2023, 10, 20)

    def __call__(self) -> pendulum.DateTime:
        return self.now


def written(path: Path, history: list[tuple[str, Event]], clock: Clock) -> SQLiteStore:
    log = SQLiteStore(path, log_id=LOG_ID, clock=clock)
    log.seal_names()
    for audience, event in history:
        clock.now = clock.now.add(minutes=1 if audience == "public" else 0)
        log.append(Envelope(event, audience=audience))
    return log


def got(log: SQLiteStore, audience: str) -> tuple[object, ...]:
    """Return what an audience gets; an erasure has an id that says nothing, and is another each time."""
    page = json.loads(Pages(log).page(audience, 0))
    said = [*map(json.loads, export(log, audience)), *page["records"]]
    lines = [one | {"id": "any"} if one["type"] == "diplocal.name-erased" else one for one in said]
    return lines, page["keys"], replay(Feed(), log, audience=audience).to_ical()


def erase(log: SQLiteStore, name: str) -> None:
    assert log.key_ring is not None
    log.erase(*(one.key_id for one in log.key_ring._rows("person", person_of(name))))


@settings(max_examples=25)
@given(told, st.sampled_from(NAMES), st.sampled_from(("public", "internal")))
def test_hidden_reports_change_nothing_of_what_others_get(
    tmp_path_factory: pytest.TempPathFactory, history: list[tuple[str, Event]], erased: str, audience: str
) -> None:
    folder, clock = tmp_path_factory.mktemp("logs"), (Clock(), Clock())
    shown = [one for one in history if one[0] in visible_to(audience)]
    with written(folder / "one.db", history, clock[0]) as one, written(folder / "other.db", shown, clock[1]) as other:
        assert got(one, audience) == got(other, audience)
        for log in (one, other):
            erase(log, erased)
        assert got(one, audience) == got(other, audience)


def test_a_report_that_is_released_is_one_for_whoever_sees_both(tmp_path: Path) -> None:
    event = MeetingHeld(engagement="a", participants=(Person("Ilmar Tamm"), FRANCE), when=When("2023-10-17"))
    history: list[tuple[str, Event]] = [("internal", event), ("public", event), ("internal", event)]
    with written(tmp_path / "log.db", history, Clock()) as log, SQLiteStore(tmp_path / "partner.db") as partner:
        assert log.position() == 3, "the third is known"
        assert len({one.id for one in log.read(types=["diplocal.meeting-held"])}) == 1
        sync(log, partner, audience="public")
        assert partner.key_ring is not None
        assert [one.audience for one in partner.bearers("Ilmar Tamm")] == ["public"]
        assert len(log.erase("Ilmar Tamm")) == 2
        told = [(one.audience, one.event) for one in log.read(types=["diplocal.name-erased"])]
        assert [audience for audience, _ in told] == ["internal", "public"]
        assert len({event for _, event in told}) == 2, "each with the key that it could get"
