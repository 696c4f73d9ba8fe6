"""The server gives its log's checkpoint to whom the publisher shows how much there is, and to nobody else."""

import asyncio
from pathlib import Path

import httpx
import pytest

from diplocal.events import ReportAttached
from diplocal.proofs.checkpoints import Checkpoint
from diplocal.proofs.keys import SigningKey
from diplocal.proofs.notes import read_notes
from diplocal.proofs.proving import check_growth, checkpoint_at
from diplocal.records import Envelope
from diplocal.store import MemoryStore
from diplocal.web.access import AccessList
from diplocal.web.app import feed_app
from diplocal.web.config import Config, UnusableConfiguration, read_config_text


@pytest.fixture
def store() -> MemoryStore:
    store = MemoryStore()
    quiet = ReportAttached(engagement="talks", note="quietly")
    store.append(ReportAttached(engagement="talks"), Envelope(quiet, audience="internal"))
    return store


def asked(store: MemoryStore, config: Config, place: str, access: AccessList | None = None) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=feed_app(store, config, access=access))
        async with httpx.AsyncClient(transport=transport, base_url="http://desk.example") as client:
            return await client.get(f"{place}/checkpoint")

    return asyncio.run(ask())


def test_it_is_signed_and_the_log_grew_since(store: MemoryStore, tmp_path: Path) -> None:
    key = SigningKey.generate("example.org/visits")
    key.save(tmp_path / "visits.key")
    said = 'checkpoint_for = "public"\ncheckpoint_key = "visits.key"'
    found = asked(store, read_config_text(said, str(tmp_path / "feeds.toml")), "")
    (note,) = read_notes(found.text)
    assert note.signers([key.verifier]) == [key.verifier]
    assert Checkpoint.of(note) == checkpoint_at(store, 2)
    store.append(ReportAttached(engagement="talks", note="more"))
    check_growth(store, [Checkpoint.of(note)])


@pytest.mark.parametrize(
    ("shown_to", "audience", "feed", "status"),
    [
        (None, "restricted", None, 404),
        ("public", "public", None, 200),
        ("internal", "public", None, 404),
        ("internal", "restricted", None, 200),
        ("internal", "asia-desk", None, 404),
        ("public", "internal", "all", 404),
    ],
)
def test_only_who_may_know_how_much_there_is_sees_it(
    store: MemoryStore, tmp_path: Path, shown_to: str | None, audience: str, feed: str | None, status: int
) -> None:
    access = AccessList(tmp_path / "access.json")
    _, token = access.grant(feed=feed, audience=audience, note="", granted="2023-09-18")
    found = asked(store, Config(checkpoint_for=shown_to), f"/private/{token}", access)
    assert found.status_code == status
    assert asked(store, Config(checkpoint_for=shown_to), "").status_code == (200 if shown_to == "public" else 404)


@pytest.mark.parametrize("said", ['checkpoint_for = "The Public"', 'checkpoint_key = "no-such.key"'])
def test_what_cannot_be_followed_is_refused(said: str) -> None:
    with pytest.raises(UnusableConfiguration, match="checkpoint_"):
        read_config_text(said)
