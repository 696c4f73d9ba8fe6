"""Two logs that differ in what an audience may not see give it the same bytes, at every door."""

from collections.abc import Callable
from typing import Any

import pytest
import typer
from hypothesis import HealthCheck, given, settings

from diplocal.cli.program import app as commands
from diplocal.dates import When
from diplocal.events import VisitAnnounced
from diplocal.parties import State
from diplocal.store import Envelope, MemoryStore
from diplocal.store.contract import visible_to
from diplocal.testing.history import LOG_ID

from . import doors, leaks
from .doors import NO_LOG, SERVING, WHOLE_LOG, WRITING, Clock, Reader, append, ask, served
from .pairs import Pair, differences, pairs, shown, strangers

few = settings(max_examples=2, suppress_health_check=list(HealthCheck))


def same(pair: Pair, asked: Callable[..., Any]) -> None:
    for name, first, second in differences(pair, asked):
        pytest.fail(f"{pair.audience} eyes can tell, at {name}:{shown(first, second)}")


def test_what_is_hidden_changes_nothing_that_a_command_writes() -> None:
    same(leaks.SECRETS, doors.of_commands)


@few
@given(pairs())
def test_what_is_hidden_changes_no_answer_of_the_library_and_the_server(pair: Pair) -> None:
    for asked in (leaks.in_python, leaks.refusals, leaks.server):
        same(pair, asked)


@few
@given(strangers(max_events=5))
def test_a_token_for_one_feed_tells_nothing_of_others(pair: Pair) -> None:
    same(pair, leaks.server)


def test_a_token_for_one_feed_tells_nothing_of_a_visit_beside_it() -> None:
    same(leaks.BESIDE, leaks.server)


@pytest.mark.parametrize("feed", [None, "china"])
def test_nobody_learns_which_other_feeds_need_a_token(feed: str | None) -> None:
    """A feed that is not opened is answered as one that is not there, in each form, also compressed."""
    reader = Reader("public", ("visit", "secret"), ("2023-09-01",), feed)
    hidden = '[feeds.desk]\ntitle = "Desk"\naccess = "token"\n'
    assert hidden in doors.FEEDS
    with MemoryStore(log_id=LOG_ID, clock=Clock()) as store:
        store.append(leaks.VISIT, leaks.SECRET)
        answers = [
            dict(
                doors.of_the_server(served(store, config), doors.Reader("public", reader.slugs, reader.days, feed), 60)
            )
            for config in (doors.FEEDS, doors.FEEDS.replace(hidden, ""))
        ]
    opens_all = "/private/token-of-public/"  # also what needs a token
    both = [{name: told for name, told in one.items() if opens_all not in name} for one in answers]
    assert both[0] == both[1]
    assert any("desk" in name for name in both[0])


@pytest.mark.parametrize("name", leaks.LEAKS)
def test_a_planted_leak_is_found(name: str) -> None:
    leak = leaks.LEAKS[name]
    with leak.there():
        assert list(differences(leak.pair, leak.doors))


@few
@given(pairs())
def test_a_server_that_runs_gives_the_same_while_hidden_reports_come(pair: Pair) -> None:
    clock = Clock()
    store = MemoryStore(log_id=LOG_ID, clock=clock)
    app, visible, before = served(store), visible_to("public"), list[Any]()
    for entry in pair.one:
        append(store, clock, entry)
        now = [ask(app, path, {}) for path in ("/", "/feeds/all", "/feeds/state-cn.ics", "/feeds/all.atom", "/health")]
        if entry.envelope.audience not in visible:
            assert now == before or not before
        before = now


def test_so_many_hidden_reports_that_a_server_forgets_change_no_date() -> None:
    clock = Clock()
    store = MemoryStore(log_id=LOG_ID, clock=clock)
    app = served(store)

    def visit(slug: str, host: str, audience: str = "public") -> Envelope:
        when = When("2023-10-05")
        event = VisitAnnounced(engagement=slug, visitors=(State("JP"),), host=State(host), when=when)
        return Envelope(event, audience=audience)

    dates = []
    for hour, several in enumerate(
        ([visit("a", "FR")], [visit("b", "DE")], [visit(f"h-{n}", "FR", "internal") for n in range(1_001)])
    ):
        clock.now = clock.now.subtract(hours=9 - hour)
        store.append(*several)
        clock.now = clock.now.add(hours=9)
        dates.append(ask(app, "/feeds/state-fr.ics", {})[1]["last-modified"])
    assert len(set(dates)) == 1


def test_every_command_is_asked_or_is_no_door_of_an_audience() -> None:
    asked = {line[0] for line in doors.lines(Reader("public", ("visit",), ()))}
    others = {*WHOLE_LOG, *NO_LOG, *WRITING, *SERVING}
    assert set(typer.main.get_group(commands).commands) == asked | others
