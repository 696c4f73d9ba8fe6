"""Logs are what the reference page says: they are read with the program on that page, and nothing else."""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diplocal.errors import LogTampered
from diplocal.events import ReportAttached
from diplocal.events.wire import UnknownEvent, encode
from diplocal.proofs.proving import GrowthProof, InclusionProof, check_growth, checkpoint_at
from diplocal.records import EARLIEST, LATEST, Envelope, Origin
from diplocal.store import MemoryStore, SQLiteStore
from diplocal.store.rows import leaf_of
from diplocal.store.sqlite_names import Names

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "reference" / "log-format.md").read_text(encoding="utf-8")
GOLDEN = Path(__file__).parent / "golden" / "log.v2.db"
GOLDEN_ROOT = "5767a7164df3ea405793339389259d8220aa25f559c75c937e814a3359341618"


@pytest.fixture
def reader(tmp_path: Path) -> Path:
    """The program on the page."""
    found = re.search(r"`read_log.py`\n\n```py\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    path = tmp_path / "read_log.py"
    path.write_text(found[1], encoding="utf-8")
    return path


def read(reader: Path, log: Path) -> list[str]:
    command = [sys.executable, "-I", str(reader), str(log)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def test_a_log_that_was_written_long_ago_is_read_and_stays_as_it_is(tmp_path: Path, reader: Path) -> None:
    path = Path(shutil.copy(GOLDEN, tmp_path / "log.db"))
    *lines, root = read(reader, path)
    assert root == GOLDEN_ROOT
    with SQLiteStore.existing(path) as store:
        assert store.verify().digest.hex() == root
        records = list(store.read())
        assert [f"{record.stream} {encode(record.event).type} " for record in records] == lines
        assert records[4].origin == Origin("0b1f6a3a-6f0c-4f57-9b8f-0d6ac3a8a3d5", 1690000000123456)
        assert (len(records), records[4].id, records[1].causation_id) == (306, "sixteen-octets-1", "cable 7")
    assert path.read_bytes() == GOLDEN.read_bytes()


texts = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FFF, categories=["L", "N"]), min_size=1, max_size=300)
origins = st.builds(Origin, st.uuids().map(str), st.integers(EARLIEST, LATEST))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=20)
@given(st.data())
def test_whatever_a_log_holds_the_page_tells_how_its_root_is_made(
    tmp_path: Path, reader: Path, data: st.DataObject
) -> None:
    path = tmp_path / f"{len(list(tmp_path.iterdir()))}.db"
    envelopes = data.draw(
        st.lists(
            st.builds(
                Envelope,
                st.builds(
                    UnknownEvent,
                    type=texts,
                    version=st.integers(1, 2**40),
                    data=st.integers(1, 70_000).map(lambda size: b'{"a":"%s"}' % (b"x" * size)),
                    in_stream=texts,
                )
                | st.builds(ReportAttached, engagement=st.just("talks"), note=texts),
                id=st.none() | st.uuids().map(str) | st.from_regex("[a-z]{14,17}", fullmatch=True),
                audience=st.sampled_from(["public", "internal", "desk"]),
                causation_id=st.none() | texts,
                correlation_id=st.none() | texts,
                recorded_by=st.none() | texts,
                origin=st.none() | origins,
            ),
            max_size=6,
            unique_by=lambda one: one.id,
        )
    )
    with SQLiteStore(path) as store:
        store.append(*envelopes)
        verified = store.verify()
    assert read(reader, path)[-1] == verified.digest.hex()


@pytest.mark.parametrize("length", [0, 1, 254, 255, 256, 257, 511, 700])
def test_each_earlier_root_and_each_subtree_is_as_if_the_tree_was_made_anew(tmp_path: Path, length: int) -> None:
    """RFC 9162, 2.1.1: compared at sizes around those at which a level of the tree gets its next hash."""
    told = [ReportAttached(engagement=f"talks-{number % 7}", note=f"{number}") for number in range(length)]
    with SQLiteStore(tmp_path / "log.db") as store:
        memory = MemoryStore(log_id=store.log_id, clock=store._clock)
        for start in range(0, length, 190):
            store.append(*told[start : start + 190])
        assert store.verify().position == length
        earlier = {position for near in (0, 127, 255, 256, 511, length) for position in range(near - 2, near + 3)}
        for position in earlier & set(range(length + 1)):
            memory = copy_of(store, position)
            assert store.digest_at(position) == memory.digest_at(position) == memory.verify().digest
        for level in range((length + 1).bit_length()):
            for index in {0, (length + 1 >> level) - 1}:
                assert store.hash_of(level, index) == copy_of(store, length).hash_of(level, index)


def copy_of(store: SQLiteStore, position: int) -> MemoryStore:
    """Record the same in memory, at the same instants."""
    records = list(store.read(upto=position))
    instants = iter(records)
    copy = MemoryStore(log_id=store.log_id, clock=lambda: next(instants).recorded_at)
    for record in records:
        copy.append(Envelope(record.event, id=record.id))
    return copy


def test_the_page_names_each_column_of_each_table(tmp_path: Path) -> None:
    SQLiteStore(tmp_path / "log.db").close()
    with closing(sqlite3.connect(tmp_path / "log.db")) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        columns = {
            row[1] for table in tables for row in connection.execute(f"PRAGMA table_info({table})") if row[1] != "only"
        }
    assert {name for name in [*tables, *columns] if f"`{name}`" not in PAGE} == set()


def test_the_stored_leaf_is_that_of_the_record() -> None:
    with closing(sqlite3.connect(f"{GOLDEN.as_uri()}?immutable=1", uri=True)) as connection:
        assert all(leaf_of(row) == leaf for row, leaf in Names().rows_with_leaves(connection))


def test_a_log_proves_to_somebody_else_what_it_has_and_that_it_only_grew(tmp_path: Path) -> None:
    with SQLiteStore(tmp_path / "log.db") as store:
        store.append(*(ReportAttached(engagement="talks", note=f"{number}") for number in range(300)))
        earlier = checkpoint_at(store, 300)
        store.append(*(ReportAttached(engagement="talks", note=f"{number}") for number in range(300, 700)))
        later = checkpoint_at(store, 700)
        assert (earlier.position, later.size, later.root) == (300, 701, store.verify().digest)
        proof = InclusionProof.read(str(InclusionProof.of(store, 555, later.note())))
        assert proof.verify() == later
        assert json.loads(msgspec.msgpack.decode(proof.entry)[13])["note"] == "554"
        grown = GrowthProof.read(str(GrowthProof.of(store, earlier.size, later.note())))
        assert grown.verify(earlier) == later
        check_growth(store, [checkpoint_at(store, 0), earlier, later])
    with closing(sqlite3.connect(tmp_path / "log.db")) as connection, connection:
        connection.execute("UPDATE head SET log_id = '6f1d0c52-0f8e-4f0c-9c8e-3f6a6f1f0b11'")
    with SQLiteStore(tmp_path / "log.db") as store, pytest.raises(LogTampered):
        store.verify()
