"""A feed on a CalDAV server, a real Radicale: only what changed is sent, and what others put there stays."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import icalendar
import pendulum
import pytest
from commands import diplocal

from diplocal.calendars import Feed
from diplocal.dates import When
from diplocal.demo import article
from diplocal.errors import InvalidValue, PublishingFailed
from diplocal.events import Cancelled, EngagementEvent, Rescheduled, Retracted
from diplocal.events.wire import identify
from diplocal.publishing import Collection, Published, publish
from diplocal.replaying import replay
from diplocal.store import MemoryStore, SQLiteStore

LOG = "7f8d5c1e-0000-4000-8000-000000000001"
TODAY = pendulum.Date(2023, 9, 18)
VISIT = "putin-to-china-2023-10"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Radicale on the loopback interface, which knows a user named desk."""
    folder = tmp_path_factory.mktemp("radicale")
    (folder / "users").write_text("desk:secret\n")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {
        "server-hosts": f"127.0.0.1:{port}",
        "storage-filesystem-folder": str(folder / "collections"),
        "auth-type": "htpasswd",
        "auth-htpasswd-filename": str(folder / "users"),
        "auth-htpasswd-encryption": "plain",
        "auth-delay": "0",
    }
    options = [f"--{name}={value}" for name, value in settings.items()]
    radicale = subprocess.Popen([sys.executable, "-m", "radicale", *options], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"127.0.0.1:{port}"
    finally:
        radicale.terminate()
        radicale.wait()


@pytest.fixture
def address(server: str, tmp_path: Path) -> str:
    """A collection that is not there yet."""
    return f"caldav://{server}/desk/{tmp_path.name}/"


def log(*further: EngagementEvent) -> MemoryStore:
    store = MemoryStore(log_id=LOG, clock=lambda: pendulum.datetime(2023, 9, 18, 12))
    store.append(*article.as_reported())
    for event in further:
        store.append(event)
    return store


def collection(address: str) -> Collection:
    return Collection(address, user="desk", password="secret")  # noqa: S106 - of this test's server


def published(address: str, *further: EngagementEvent, on: pendulum.Date = TODAY) -> Published:
    store = log(*further)
    with collection(address) as there:
        return publish(replay(Feed(), store), there, log_id=store.log_id, on=on)


def on_server(address: str) -> dict[str, icalendar.Event]:
    """Fetch the whole collection, as a calendar program does, and give its entries by engagement."""
    answer = httpx.get(address.replace("caldav", "http", 1), auth=("desk", "secret"), trust_env=False)
    calendar = icalendar.Calendar.from_ical(answer.raise_for_status().content)
    return {str(entry["UID"]).partition("@")[0]: entry for entry in calendar.events}


def test_a_feed_is_published_whole_and_a_second_time_nothing_is_sent(address: str) -> None:
    assert published(address) == Published(created=7)
    assert published(address) == Published(unchanged=7)
    visit = on_server(address)["wang-to-russia-2023-09"]
    assert (visit.start, visit.end) == (pendulum.Date(2023, 9, 18), pendulum.Date(2023, 9, 22))
    assert visit["SUMMARY"] == "Foreign Minister Wang Yi (China) to Russia"


def test_what_was_moved_and_cancelled_changes_and_nothing_else(address: str) -> None:
    published(address)
    moved = Rescheduled(engagement=VISIT, when=When("2023-11-02"))
    cancelled = Cancelled(engagement="wang-to-russia-2023-09")
    assert published(address, moved, cancelled) == Published(changed=2, unchanged=5)
    entries = on_server(address)
    assert entries[VISIT].start == pendulum.Date(2023, 11, 2)
    assert entries["wang-to-russia-2023-09"]["STATUS"] == "CANCELLED"


def test_what_was_retracted_and_what_was_cancelled_long_ago_is_removed(address: str) -> None:
    published(address)
    announced = next(event for event in article.as_reported() if event.engagement == VISIT)
    retracted = Retracted(engagement=VISIT, of=identify(announced))
    cancelled = Cancelled(engagement="wang-to-russia-2023-09")
    assert published(address, retracted, cancelled, on=TODAY.add(days=60)) == Published(removed=2, unchanged=5)
    assert VISIT not in on_server(address)


def test_what_others_put_there_stays(address: str) -> None:
    published(address)
    own = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:lunch\r\nDTSTAMP:20230918T000000Z\r\n"
    own += b"DTSTART:20230918T120000Z\r\nSUMMARY:Lunch\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    with collection(address) as there:
        there.create("lunch.ics", own)
    store = MemoryStore(log_id=LOG)
    with collection(address) as there:
        assert publish(replay(Feed(), store), there, log_id=LOG) == Published(removed=7)
    assert list(on_server(address)) == ["lunch"]


def test_a_change_that_crosses_another_is_refused_and_made_good_by_publishing_again(address: str) -> None:
    published(address)
    moved = replay(Feed(), log(Rescheduled(engagement=VISIT, when=When("2023-11-02"))))
    item = moved.item(moved.entries[VISIT])
    with collection(address) as there:
        name = f"{VISIT}.{LOG}.ics"
        before = there.resources("Visits")[name]
        there.replace(name, item, before)
        with pytest.raises(PublishingFailed, match="publish again"):
            there.replace(name, item, before)
    assert published(address) == Published(changed=1, unchanged=6)


def test_a_wrong_password_is_said_to_be_one(address: str) -> None:
    with (
        Collection(address, user="desk", password="guess") as there,  # noqa: S106 - a wrong one
        pytest.raises(PublishingFailed, match="another user or password"),
    ):
        there.resources("Visits")


def test_a_server_that_is_not_there_is_said_not_to_be() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        nobody = f"caldav://127.0.0.1:{free.getsockname()[1]}/desk/visits/"
    with Collection(nobody) as there, pytest.raises(PublishingFailed, match="ConnectError"):
        there.resources("Visits")


@pytest.mark.parametrize(
    "address",
    [
        "desk",
        "ftp://example.org/",
        "caldav:///visits/",
        "https://desk:secret@example.org/visits/",
        "caldav://example.org:x/",
        "caldav://xn--/",
        "caldav://[::1/",
    ],
)
def test_what_is_no_address_of_a_collection_is_refused(address: str) -> None:
    with pytest.raises(InvalidValue):
        Collection(address)


def test_a_password_is_never_sent_in_the_clear() -> None:
    assert Collection("caldav://example.org/visits", password="secret").address == "https://example.org/visits/"  # noqa: S106 - no server's
    with pytest.raises(InvalidValue, match="nobody reads the password"):
        Collection("http://example.org/visits", password="secret")  # noqa: S106 - no server's


def test_the_command_publishes(address: str, tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    with SQLiteStore(path) as store:
        store.append(*article.as_reported())
    command = ["publish", address, "--log", path, "--user", "desk", "--on", "2023-09-18"]
    said = [diplocal(*command, DIPLOCAL_CALDAV_PASSWORD="secret") for _ in range(2)]  # noqa: S106 - no server's
    assert [one.stdout for one in said] == [
        "7 created, 0 changed, 0 removed, 0 as they were\n",
        "0 created, 0 changed, 0 removed, 7 as they were\n",
    ]
