"""A log that is folded in parts by several processes has the same answer as on one machine, also when one is killed."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Timer
from typing import Any

import pendulum
import pytest
from distributed import Client, LocalCluster

import diplocal
from diplocal.cloudevents import export
from diplocal.demo import article
from diplocal.distributed import replay_distributed, write_parquet
from diplocal.distributed.parquet import files_in, records_in
from diplocal.engagements import Engagement
from diplocal.errors import InvalidValue, UnreadableInput
from diplocal.events import MergedAsDuplicate, ReportAttached, Retracted
from diplocal.projections import ContactFrequency, UpcomingVisits, tally
from diplocal.records import Envelope
from diplocal.store import open_store

DAYS = [pendulum.date(2023, 9, 1), pendulum.date(2023, 9, 18)]
pytestmark = pytest.mark.filterwarnings("ignore")  # of a cluster's sockets


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with (
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=2, threads_per_worker=1, dashboard_address=":0", processes=True
        ) as cluster,
        Client(cluster) as client,  # type: ignore[no-untyped-call]
    ):
        yield client


def fill(address: str) -> None:
    with open_store(address) as store:
        records = store.append(*article.as_reported(), *article.what_followed())
        store.append(
            Retracted(engagement=records[3].stream, of=records[3].id),
            MergedAsDuplicate(engagement=records[5].stream, into=records[0].stream),
            Envelope(Retracted(engagement=records[0].stream, of=records[0].id), audience="internal"),
        )


@pytest.fixture(params=["sqlite", "archive", "parquet", "postgres"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """A log, and where its parts are read from."""
    path = str(tmp_path / "log.db")
    if request.param == "postgres":
        new_address: Callable[[], str] = request.getfixturevalue("new_address")
        path = new_address()
    fill(path)
    if request.param in {"sqlite", "postgres"}:
        return path, path
    if request.param == "parquet":
        with open_store(path) as store:
            write_parquet(store, tmp_path / "parts", events=5)
        return path, str(tmp_path / "parts")
    archive = tmp_path / "log.jsonl"
    with open_store(path) as store:
        archive.write_bytes(b"\n".join(export(store)))
    return path, str(archive)


@tally("tests.kinds")
def kinds(engagement: Engagement) -> Any:
    yield engagement.kind.value, 1


PROJECTIONS: list[tuple[Any, Any]] = [
    (ContactFrequency(), lambda contacts: contacts.counts),
    (UpcomingVisits(), lambda upcoming: [one for day in DAYS for one in upcoming.on(day)]),
]


def test_the_answer_is_that_of_one_machine(log: tuple[str, str], client: Client) -> None:
    address, parts_of = log
    audience = "public" if address == parts_of else "internal"
    with open_store(address) as store:
        for projection, read in PROJECTIONS:
            alone = diplocal.replay(projection, store, audience=audience)
            assert read(replay_distributed(projection, parts_of, client, parts=5, audience=audience)) == read(alone)
            assert read(alone)


@tally("tests.slow")
def slow(engagement: Engagement) -> Any:
    time.sleep(0.05)
    yield engagement.kind.value, 1


@pytest.mark.parametrize("place", ["postgres", "parquet"])
def test_a_worker_that_is_killed_half_way_costs_time_and_nothing_else(
    client: Client, place: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path = address = request.getfixturevalue("new_address")() if place == "postgres" else str(tmp_path / "log.db")
    fill(path)
    with open_store(path) as store:
        alone = diplocal.replay(kinds, store, audience="public")
        if place == "parquet":
            address = str(tmp_path / "parts")
            write_parquet(store, Path(address), audience="public", events=5)
    pids = list(client.run(os.getpid).values())
    timer = Timer(0.3, lambda: os.kill(pids[0], signal.SIGKILL))
    timer.start()
    assert replay_distributed(slow, address, client, parts=8, audience="public") == alone
    timer.join()
    assert pids[0] not in client.run(os.getpid).values()


def test_what_does_not_merge_is_refused(client: Client, tmp_path: Path) -> None:
    class Last:
        name, version = "tests.last", 1

        def start(self) -> int:
            return 0

        def apply(self, state: int, record: Any) -> int:
            return state + bool(record)

        def answer(self, state: int) -> int:
            return state

    with pytest.raises(InvalidValue, match="merge"):
        replay_distributed(Last(), tmp_path / "none", client)


def test_parquet_files_hold_what_an_audience_may_see_and_no_gap_tells_of_the_rest(tmp_path: Path) -> None:
    fill(str(tmp_path / "log.db"))
    with open_store(tmp_path / "log.db") as store:
        store.append(ReportAttached(engagement="last"))
        write_parquet(store, tmp_path / "parts", audience="public", events=4)
        seen = list(store.read(audience="public"))
    files = files_in(tmp_path / "parts")
    assert len(files) > 3
    told = list(records_in(files, None))
    assert [one.evolve(position=seen[place].position, origin=None) for place, one in enumerate(told)] == seen
    assert [one.position for one in told] == list(range(1, len(seen) + 1))
    streams = [{one.stream for one in records_in([file], None)} for file in files]
    assert sum(map(len, streams)) == len(set[str]().union(*streams))  # none lies in two files


def test_parquet_files_that_are_there_are_not_overwritten_and_none_may_be_missing(tmp_path: Path) -> None:
    fill(str(tmp_path / "log.db"))
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with open_store(tmp_path / "log.db") as store:
        write_parquet(store, tmp_path / "parts", events=4)
        for place in ("parts", "link"):
            with pytest.raises(InvalidValue, match="nothing is overwritten"):
                write_parquet(store, tmp_path / place)
    damaged, lost = files_in(tmp_path / "parts")[1:3]
    damaged.write_bytes(damaged.read_bytes()[:-9])
    with pytest.raises(UnreadableInput, match=r"part-00001\.parquet cannot be read"):
        list(records_in([damaged], None))
    lost.unlink()
    with pytest.raises(UnreadableInput, match="files are missing"):
        files_in(tmp_path / "parts")
    assert not list(tmp_path.glob(".*"))
