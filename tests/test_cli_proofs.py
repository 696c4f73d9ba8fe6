"""Somebody without the log checks what it held, with the commands, or without them."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from commands import diplocal
from typer.testing import CliRunner

from diplocal.cli.program import app
from diplocal.errors import DiplocalError
from diplocal.events import ReportAttached
from diplocal.proofs.checkpoints import origin_of
from diplocal.proofs.keys import SigningKey, VerifierKey
from diplocal.proofs.notes import read_notes
from diplocal.proofs.proving import GrowthProof, InclusionProof, checkpoint_at
from diplocal.store import MemoryStore, SQLiteStore
from diplocal.store.sqlite_backup import back_up


def printed(*arguments: object) -> str:
    done = diplocal(*arguments)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def appended(log: Path, *notes: str) -> None:
    with SQLiteStore(log) as store:
        store.append(*(ReportAttached(engagement="talks", note=note) for note in notes))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.db"
    appended(path, *map(str, range(12)))
    return path


def rewritten(log: Path, position: int) -> None:
    """Replace a log by one of the same identity that differs at a position, and hangs together in itself."""
    with SQLiteStore(log) as store:
        log_id, records = store.log_id, list(store.read())
    for path in log.parent.glob(f"{log.name}*"):
        if path.suffix != ".key":
            path.unlink()
    instants = iter([record.recorded_at for record in records])
    with SQLiteStore(log, log_id=log_id, clock=lambda: next(instants)) as store:
        for record in records:
            store.append(record.event.evolve(note="another") if record.position == position else record.event)


def test_a_signed_checkpoint_is_checked_by_whoever_has_the_public_key(log: Path) -> None:
    key = VerifierKey.read(printed("key", "--log", log, "--name", "example.org/talks"))
    assert printed("key", "--log", log).strip() == str(key), "the key that there is"
    assert log.with_name("log.db.key").stat().st_mode & 0o777 == 0o600
    assert b"PRIVATE" not in log.read_bytes()
    (note,) = read_notes(printed("checkpoint", "--log", log))
    assert note.signers([key]) == [key]
    with SQLiteStore(log) as store:
        assert note.text == checkpoint_at(store, 12).note().text
        assert note.text.startswith(origin_of(store.log_id))


def test_a_log_only_grew_since_checkpoints_that_were_kept(log: Path) -> None:
    kept = log.with_name("kept.txt")
    key = printed("key", "--log", log).strip()
    for _ in range(3):
        with kept.open("a") as file:
            file.write(printed("checkpoint", "--log", log))
        appended(log, f"after {kept.stat().st_size}")
    assert "it only grew since" in printed("verify", "--log", log, "--against", kept, "--trust", key)
    strange = diplocal("verify", "--log", log, "--against", kept, "--trust", "me+00000000+AQ" + "A" * 42)
    assert strange.returncode == 1
    assert "no key that is trusted signed this" in strange.stderr


@pytest.mark.parametrize(("position", "named"), [(1, "1 to 12"), (12, "1 to 12"), (13, "is 13"), (14, "14 to 15")])
def test_a_whole_rewrite_is_found_and_placed_between_two_checkpoints(log: Path, position: int, named: str) -> None:
    kept = log.with_name("kept.txt")
    kept.write_text(printed("checkpoint", "--log", log))
    for more in (("13",), ("14", "15")):
        appended(log, *more)
        with kept.open("a") as file:  # as `diplocal checkpoint >> kept.txt` does
            file.write(printed("checkpoint", "--log", log))
    rewritten(log, position)
    assert diplocal("verify", "--log", log).returncode == 0, "in itself the log hangs together"
    found = diplocal("verify", "--log", log, "--against", kept)
    assert (found.returncode, named in found.stderr) == (1, True), found.stderr


def test_checkpoints_that_stand_together_without_an_empty_line_are_refused(log: Path) -> None:
    kept = log.with_name("kept.txt")
    kept.write_text(printed("checkpoint", "--log", log).strip("\n") + "\n" + printed("checkpoint", "--log", log))
    found = diplocal("verify", "--log", log, "--against", kept)
    assert (found.returncode, "an empty line between two" in found.stderr) == (2, True), found


def test_a_copy_tells_the_very_record_that_differs(log: Path) -> None:
    copy = log.with_name("copy.db")
    back_up(log, copy)
    appended(log, "later")
    assert "it only grew since" in printed("verify", "--log", log, "--against", copy)
    assert "ends at 12 now" in diplocal("verify", "--log", copy, "--against", log).stderr
    rewritten(log, 7)
    found = diplocal("verify", "--log", log, "--against", copy)
    assert (found.returncode, "record 7 differs" in found.stderr) == (1, True)
    appended(log.with_name("other.db"), "x")
    assert "is another log" in diplocal("verify", "--log", log, "--against", log.with_name("other.db")).stderr


def test_a_record_is_proven_to_somebody_without_the_log(log: Path) -> None:
    key = printed("key", "--log", log).strip()
    proof = log.with_name("record.tlog-proof")
    proof.write_text(printed("prove", 5, "--log", log))
    found = diplocal("verify-proof", proof, "--trust", key)
    assert found.returncode == 0
    assert '"note":"4"' in found.stdout
    assert "is record 5 of the 12" in found.stderr
    lines = proof.read_text().split("\n")
    for line in (1, 2, 4):
        said = lines[line].replace("index 5", "index 6") if line == 2 else "extra AAAA" if line == 1 else "A" * 43 + "="
        proof.write_text("\n".join([*lines[:line], said, *lines[line + 1 :]]))
        refused = diplocal("verify-proof", proof, "--trust", key)
        assert (refused.returncode, "not proven" in refused.stderr) == (1, True)


@pytest.fixture
def files(log: Path) -> Path:
    """A folder with what commands print of a log, and with what somebody makes of it."""
    folder, key = log.parent, SigningKey.generate("example.org/talks")
    with SQLiteStore(log) as store:
        earlier = checkpoint_at(store, 9)
        now = checkpoint_at(store, 12).note().signed(key)
        record, growth = InclusionProof.of(store, 5, now), str(GrowthProof.of(store, earlier.size, now))
    proof = str(record)
    lines = proof.split("\n")
    with MemoryStore() as other:
        other.append(*(ReportAttached(engagement="talks", note=str(number)) for number in range(9)))
        others = checkpoint_at(other, 9)
    written = {
        "checkpoint": str(earlier.note()),
        "longer": str(checkpoint_at(MemoryStore(log_id=earlier.origin.partition(".")[0]), 0).note()),
        "others": str(others.note()),
        "key": str(key.verifier),
        "record": proof,
        "record.json": record.to_json().decode(),
        "growth": growth,
        "cut": proof[: len(proof) // 3],
        "short": "\n".join(lines[:3] + lines[4:]),
        "moved": proof.replace("index 5", "index 6"),
        "far": proof.replace("index 5", "index 13"),
        "first": proof.replace("index 5", "index 0"),
        "spoilt": growth.replace("\n", "\nAAAA\n", 1),
        "empty": "",
        "letter": "Dear Sir,\n",
    }
    for name, text in written.items():
        (folder / name).write_text(text)
    return folder


STRANGER = SigningKey.generate("example.org/other").verifier


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["checkpoint"], "it is a checkpoint: it belongs behind --since"),
        (["growth"], "it is a proof that a log only grew: give the earlier checkpoint too"),
        (["log.db"], "it is a log"),
        (["key"], "it is a key that checks"),
        (["empty"], "it is empty"),
        (["letter"], "as 'diplocal prove POSITION' prints it; it is something else"),
        (["cut"], "get it whole, or ask for the proof anew"),
        (["short"], "is not record 5 of the 12 that"),
        (["moved"], "is not record 6 of the 12 that"),
        (["far"], "there is no record 13 of the 12 that"),
        (["first"], "there is no record 0 of the 12 that"),
        (["record", "--trust", STRANGER], "signed by example.org/talks, and example.org/other is trusted"),
        (["record", "--since", "checkpoint"], "it is a proof of a record: leave --since away"),
        (["record.json", "--since", "checkpoint"], "it is a proof of a record: leave --since away"),
        (["growth", "--since", "key"], "as 'diplocal checkpoint' prints it; it is a key that checks"),
        (["growth", "--since", "record"], "it is a proof of a record"),
        (["growth", "--since", "others"], "give the one that the proof was made for"),
        (["growth", "--since", "longer"], "since it had 9 records, and the earlier checkpoint is of"),
        (["spoilt", "--since", "checkpoint"], "the proof was changed"),
    ],
)
def test_what_is_not_proven_is_told_with_what_was_expected_and_what_to_do(
    files: Path, asked: list[object], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    found = CliRunner().invoke(app, ["verify-proof", *map(str, asked)])
    assert isinstance(found.exception, DiplocalError)
    assert said in str(found.exception)


def test_no_growth_is_proven_since_a_checkpoint_of_another_log(files: Path, log: Path) -> None:
    found = CliRunner().invoke(app, ["prove", "--since", str(files / "others"), "--log", str(log)])
    assert "give one of this log" in str(found.exception)


def test_growth_is_proven_to_somebody_without_the_log(log: Path) -> None:
    earlier, proof = log.with_name("earlier.txt"), log.with_name("growth.txt")
    earlier.write_text(printed("checkpoint", "--log", log))
    appended(log, "more", "and more")
    proof.write_text(printed("prove", "--since", earlier, "--log", log))
    assert "only grew, from 12 to 14 records" in printed("verify-proof", proof, "--since", earlier)
    rewritten(log, 3)
    assert "is 1 to 12" in diplocal("prove", "--since", earlier, "--log", log).stderr
    with SQLiteStore(log) as store:
        proof.write_text(str(GrowthProof.of(store, 13, checkpoint_at(store, 14).note())))
    assert diplocal("verify-proof", proof, "--since", earlier).returncode == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("prove", 13, "--log", "LOG"),
        ("prove", 0, "--log", "LOG"),
        ("prove", "--log", "LOG"),
        ("prove", 1, "--since", "LOG", "--log", "LOG"),
        ("verify-proof", "LOG"),
        ("verify-proof", "none"),
        ("verify", "--log", "LOG", "--against", "none"),
        ("verify", "--log", "LOG", "--against", "TEXT"),
        ("verify", "--log", "LOG", "--against", "LOG", "--trust", "KEY"),
        ("verify", "--log", "LOG", "--trust", "KEY"),
        ("checkpoint", "--log", "LOG", "--key", "TEXT"),
        ("key", "--log", "none"),
        ("key", "--log", "postgresql://desk@db.example/calendar"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(log: Path, arguments: tuple[object, ...]) -> None:
    text = log.with_name("text.txt")
    text.write_text("dear diary\n")
    named = {
        "KEY": SigningKey("a.example", bytes(32)).verifier,
        "LOG": log,
        "TEXT": text,
        "none": log.with_name("none.db"),
    }
    refused = diplocal(*(named.get(str(one), one) for one in arguments))
    assert "None" not in refused.stderr
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1), refused.stderr
    assert not log.with_name("none.db").exists()


def test_a_proof_of_growth_is_short_and_quick_in_a_long_log() -> None:
    store = MemoryStore()
    for start in range(0, 20_000, 1_000):
        store.append(*(ReportAttached(engagement="talks", note=str(start + number)) for number in range(1_000)))
    proof = GrowthProof.of(store, 7_778, checkpoint_at(store, 20_000).note())
    assert sum(map(len, proof.path)) <= 1024
    proof.verify(checkpoint_at(store, 7_777))


def test_a_checkpoint_binds_the_identity_of_the_log(log: Path) -> None:
    kept = log.with_name("kept.txt")
    kept.write_text(printed("checkpoint", "--log", log))
    with closing(sqlite3.connect(log)) as connection, connection:
        connection.execute("UPDATE head SET log_id = '00000000-0000-4000-8000-000000000000'")
    assert diplocal("verify", "--log", log, "--against", kept).returncode == 1
