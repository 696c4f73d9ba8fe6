"""A log takes in what a server shows of another: what the address opens, and nothing else."""

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pendulum
import pytest
import uvicorn
from showing import Shown
from typer.testing import CliRunner

from diplocal.calendars import Feed
from diplocal.cli.program import app as commands
from diplocal.dates import When
from diplocal.errors import InvalidValue, NotReachable, UnreadableInput
from diplocal.events import Cancelled, MeetingAnnounced, ReportAttached, VisitAnnounced
from diplocal.importers.server import PublishedLog
from diplocal.parties import Person, State
from diplocal.records import Envelope
from diplocal.replaying import replay
from diplocal.store import EventStore, MemoryStore, SQLiteStore
from diplocal.store.file_keys import keys_beside
from diplocal.syncing import pull
from diplocal.testing.pools import CHINA, RUSSIA
from diplocal.web import records
from diplocal.web.access import AccessList, beside
from diplocal.web.app import feed_app
from diplocal.web.config import Config, UnusableConfiguration, read_config_text

VISIT = VisitAnnounced(engagement="visit", visitors=(CHINA,), host=RUSSIA, when=When("2023-10-17"))
KASK = Person("Aino Kask", State("EE"))
TALKS = MeetingAnnounced(engagement="talks", participants=(KASK, RUSSIA), when=When("2023-10-18"))


@contextmanager
def served(log: EventStore, config: Config, access: AccessList | None = None) -> Iterator[str]:
    """Serve a log on this machine, by a real server."""
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        server = uvicorn.Server(uvicorn.Config(feed_app(log, config, access=access), log_level="critical"))
        thread = Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def held(log: EventStore, audience: str = "restricted") -> list[tuple[str, str, str, int]]:
    seen = log.read(audience=audience)
    return sorted((one.id, one.audience, one.first_log, one.first_recorded_micros) for one in seen)


def rendered(log: EventStore, audience: str = "public") -> bytes:
    return replay(Feed(), log, audience=audience).to_ical()


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SQLiteStore]:
    with SQLiteStore(tmp_path / "ours.db") as store:
        yield store


class TestARealServer:
    def test_shows_each_what_its_address_opens_and_no_name_or_number_of_the_rest(
        self, tmp_path: Path, file: SQLiteStore
    ) -> None:
        log, ours = tmp_path / "theirs.db", str(file.path)
        access = AccessList(beside(str(log)))
        with SQLiteStore(log) as theirs:
            theirs.append(ReportAttached(engagement="quiet"))
            theirs.append(Envelope(ReportAttached(engagement="hidden", note="mole"), audience="internal"), VISIT)
            theirs.append(Envelope(Cancelled(engagement="visit"), audience="asia-desk"))
            _, token = access.grant(feed=None, audience="internal", note="", granted="2023-09-18")
            _, narrow = access.grant(feed="all", audience="internal", note="", granted="2023-09-18")
            with served(theirs, Config(records_for="public"), access) as address:
                said = httpx.get(f"{address}/records").text
                assert [one["position"] for one in json.loads(said)["records"]] == [1, 2]
                assert "mole" not in said
                refused = {
                    f"/private/{narrow}/records": 404,
                    "/private/x/records": 404,
                    "/records?after=-1": 400,
                    "/records?after=0": 200,
                    "/records?after=2&after=1": 400,
                }
                assert {place: httpx.get(f"{address}{place}").status_code for place in refused} == refused
                new = str(tmp_path / "new.db")  # a log can begin so
                for log_of, place, taken in (
                    (ours, address, "2 taken"),
                    (ours, f"{address}/private/{token}", "1 taken, 2 known"),
                    (new, address, "2 taken"),
                ):
                    found = CliRunner().invoke(commands, ["sync", log_of, place])
                    assert (found.exit_code, taken in found.output) == (0, True), found.output
                    assert token not in found.output
            assert held(file, "internal") == held(theirs, "internal")
            assert rendered(file, "internal") == rendered(theirs, "internal")
            assert file.count() == 3
            assert token not in file.path.with_name("ours.db.synced").read_text()

    def test_shows_nothing_unless_its_publisher_says_so(self, file: SQLiteStore) -> None:
        log = MemoryStore()
        with served(log, Config()) as address:
            with closing(PublishedLog(f"{address}/private/secret")) as server, pytest.raises(UnreadableInput) as error:
                pull(file, server)
            assert "records_for" in str(error.value)
            assert "secret" not in str(error.value)
        with closing(PublishedLog(address)) as server, pytest.raises(NotReachable):
            pull(file, server)

    def test_that_shows_an_earlier_state_shows_no_records(self) -> None:
        transport = httpx.ASGITransport(
            feed_app(MemoryStore(), Config(records_for="public"), reported_by=pendulum.date(2023, 9, 18))
        )

        async def asked() -> int:
            async with httpx.AsyncClient(transport=transport, base_url="http://a.example") as client:
                return (await client.get("/records")).status_code

        assert asyncio.run(asked()) == 404


class TestInPortions:
    def test_what_was_interrupted_goes_on_and_what_is_new_is_all_that_is_read_again(
        self, file: SQLiteStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(records, "MOST", 10)
        theirs = MemoryStore()
        theirs.append(*(ReportAttached(engagement=f"talks-{number}") for number in range(35)))
        server = Shown(theirs, "public")

        def breaking_off(after: int = 0) -> Iterator[object]:
            for portion in PublishedLog.portions(server, after):
                if portion.end > 20:
                    raise NotReachable("a server", "it went away")
                yield portion

        monkeypatch.setattr(server, "portions", breaking_off)
        with pytest.raises(NotReachable):
            pull(file, server)
        monkeypatch.undo()
        assert file.position() == 20
        assert pull(file, server).taken == 15
        server.asked.clear()
        theirs.append(VISIT)
        assert (pull(file, server).taken, server.asked) == (1, [34, 35, 36])

    def test_where_a_page_ended_is_not_counted_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        theirs, counted = MemoryStore(), list[int]()
        hidden = Envelope(ReportAttached(engagement="quiet"), audience="internal")
        theirs.append(*(ReportAttached(engagement=f"talks-{number}") for number in range(25)))
        theirs.append(hidden, VISIT)
        count = MemoryStore.count

        def counting(log: MemoryStore, **asked: Any) -> int:
            counted.append(1)
            return count(log, **asked)

        monkeypatch.setattr(MemoryStore, "count", counting)
        monkeypatch.setattr(records, "MOST", 10)
        server, ours = Shown(theirs, "public"), MemoryStore()
        assert pull(ours, server).taken == 26
        assert server.asked == [0, 10, 20, 26]
        assert len(counted) < 10, "for the first page alone"
        assert [one.id for one in ours.read()] == [one.id for one in theirs.read(audience="public")]

    def test_a_log_that_was_replaced_or_put_back_is_read_from_its_beginning(self, file: SQLiteStore) -> None:
        theirs, others = MemoryStore(), MemoryStore()
        theirs.append(VISIT, ReportAttached(engagement="visit"))
        others.append(VISIT, ReportAttached(engagement="more"))
        server = Shown(theirs, "public")
        pull(file, server)
        server.pages = records.Pages(others)
        assert pull(file, server).taken == 1
        server.pages = records.Pages(MemoryStore())
        assert pull(file, server).taken == 0

    def test_a_large_record_comes_by_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(records, "LARGEST", 900)
        theirs, ours = MemoryStore(), MemoryStore()
        theirs.append(*(ReportAttached(engagement="talks", note=f"{number}{'x' * 1000}") for number in range(3)))
        server = Shown(theirs, "public")
        assert (pull(ours, server).taken, server.asked) == (3, [0, 1, 2, 3])

    @pytest.mark.parametrize("answer", [b"", b"[]", b"{}", b'{"records":[{}]}', b'{"records":[{"specversion":"1.0"}]}',
        b'{"records":[],"keys":[["a"]]}', b"<html>", b'{"records":' + b"[" * 5000])  # fmt: skip
    def test_what_is_no_page_is_told_and_nothing_is_taken(self, file: SQLiteStore, answer: bytes) -> None:
        transport = httpx.MockTransport(lambda _: httpx.Response(200, content=answer))
        with pytest.raises(UnreadableInput, match="no page of records"):
            pull(file, PublishedLog("https://a.example", transport=transport))
        assert file.position() == 0

    def test_a_server_that_counts_backwards_is_left(self, file: SQLiteStore) -> None:
        theirs = MemoryStore()
        theirs.append(VISIT)
        body = records.Pages(theirs).page("public", 0)
        server = PublishedLog(
            "https://a.example", transport=httpx.MockTransport(lambda _: httpx.Response(200, content=body))
        )
        with pytest.raises(UnreadableInput, match="behind record 1 comes record 1; what came before is taken in"):
            pull(file, server)
        assert file.position() == 1

    @pytest.mark.parametrize("answer", [httpx.Response(301, headers={"location": "https://b.example/private/secret"}),
        httpx.Response(200, content=b"x" * 1000), httpx.Response(500)])  # fmt: skip
    def test_what_a_server_may_answer_else_is_told(
        self, file: SQLiteStore, answer: httpx.Response, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("diplocal.importers.server.HELD", 500)
        with pytest.raises(UnreadableInput) as error:
            pull(file, PublishedLog("https://a.example", transport=httpx.MockTransport(lambda _: answer)))
        assert "secret" not in str(error.value)


class TestNames:
    def test_come_sealed_with_the_keys_of_those_that_are_shown_and_are_erased_in_both(
        self, file: SQLiteStore, tmp_path: Path
    ) -> None:
        with SQLiteStore(tmp_path / "theirs.db") as theirs:
            theirs.seal_names()
            stranger = TALKS.evolve(engagement="quiet", participants=(Person("Ilmar Tamm", State("EE")), RUSSIA))
            theirs.append(TALKS, Envelope(stranger, audience="internal"))
            server = Shown(theirs, "public")
            pull(file, server)
            assert [record.event for record in file.read(types=["diplocal.meeting-announced"])] == [TALKS]
            assert file.key_ring is not None
            assert file.key_ring.people() == ["aino kask"]
            theirs.erase("Aino Kask")
            pull(file, server)
            assert file.key_ring.people() == []
            assert rendered(file) == rendered(theirs)
            assert b"Aino" not in keys_beside(file.path).read_bytes() + rendered(file)

    def test_with_wikidata_ids_come_as_others_do(self, file: SQLiteStore, tmp_path: Path) -> None:
        with SQLiteStore(tmp_path / "theirs.db") as theirs:
            theirs.seal_names()
            known = TALKS.evolve(participants=(Person("Aino Kask", State("EE"), wikidata="Q5"), RUSSIA))
            theirs.append(known)
            server = Shown(theirs, "public")
            assert pull(file, server).refused == ()
            assert [record.event for record in file.read(types=["diplocal.meeting-announced"])] == [known]
            assert [one.wikidata for one in file.bearers("Aino Kask")] == ["Q5"]
            theirs.erase("Q5")
            assert pull(file, server).erased == ("aino kask",)
            file.verify()

    def test_are_not_taken_where_no_keys_can_be_kept(self, file: SQLiteStore) -> None:
        file.seal_names()
        file.append(TALKS)
        with pytest.raises(InvalidValue, match="need their keys"):
            pull(MemoryStore(), Shown(file, "public"))


def test_only_what_an_audience_may_see_is_taken_where_that_is_asked(file: SQLiteStore) -> None:
    theirs = MemoryStore()
    theirs.append(VISIT, Envelope(Cancelled(engagement="visit"), audience="internal"))
    assert pull(file, Shown(theirs, "restricted"), audience="public").taken == 1
    assert pull(file, Shown(theirs, "restricted")).taken == 1


@pytest.mark.parametrize(
    "address", ["http://a.example", "https://u:p@a.example/private/secret", "https://", "https://a.example?x=1"]
)
def test_an_address_that_is_none_is_refused_without_its_secrets(address: str) -> None:
    with pytest.raises(InvalidValue) as error:
        PublishedLog(address)
    assert "secret" not in str(error.value)


def test_a_server_is_named_second(tmp_path: Path) -> None:
    found = CliRunner().invoke(commands, ["sync", "https://a.example/private/secret", str(tmp_path / "ours.db")])
    assert isinstance(found.exception, InvalidValue)
    assert "secret" not in str(found.exception)


def test_records_for_is_an_audience() -> None:
    assert read_config_text('records_for = "internal"').records_for == "internal"
    with pytest.raises(UnusableConfiguration, match="records_for"):
        read_config_text('records_for = "The Desk"')
