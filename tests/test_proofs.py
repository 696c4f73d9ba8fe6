"""Notes, checkpoints and proofs are as C2SP writes them; nothing is proven but what is so."""

import os
from collections.abc import Callable
from pathlib import Path

import attrs
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal.errors import InvalidValue, NotProven
from diplocal.proofs.checkpoints import Checkpoint, origin_of
from diplocal.proofs.keys import SigningKey, VerifierKey
from diplocal.proofs.merkle import Edge, leaf_hash
from diplocal.proofs.notes import Note, read_notes
from diplocal.proofs.proving import GrowthProof, InclusionProof, check_growth, checkpoint_at, first_difference

LOG_ID = "0b5f0a52-6f3e-4c39-9d3a-3a6a3f7c1f7e"
KEY = SigningKey("example.org/visits", bytes(range(32)))
OTHER = SigningKey("example.org/visits", bytes(32))
WITNESS = SigningKey("witness.example", b"w" * 32)


@attrs.frozen
class Entries:
    """A log that is a list of octets, and hashes them anew whenever it is asked."""

    entries: list[bytes]
    log_id: str = LOG_ID

    def position(self) -> int:
        return len(self.entries)

    def hash_of(self, level: int, index: int) -> bytes:
        entries = [self.log_id.encode(), *self.entries][index << level : (index + 1) << level]
        leaves = [leaf_hash(one) for one in entries]
        assert len(leaves) == 1 << level
        return Edge().extend(leaves).root()

    def entry(self, position: int) -> bytes:
        return self.entries[position - 1]


logs = st.lists(st.binary(max_size=3), min_size=1, max_size=40).map(Entries)


class TestSignedNotes:
    """C2SP signed-note."""

    TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    WRITTEN = f"{TEXT}\n— PeterNeumann {SIGNATURE}\n"
    NEUMANN = VerifierKey.read("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")

    def test_a_note_of_another_implementation_is_read_and_checked(self) -> None:
        (note,) = read_notes(self.WRITTEN)
        assert note.text == self.TEXT
        assert note.signers([KEY.verifier, self.NEUMANN]) == [self.NEUMANN]
        assert str(note) == self.WRITTEN

    def test_a_key_is_written_as_others_write_it(self) -> None:
        assert str(self.NEUMANN) == "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

    def test_an_altered_text_is_not_proven_whoever_else_signed(self) -> None:
        (note,) = read_notes(self.WRITTEN.replace("answer", "question"))
        note = note.signed(KEY)
        with pytest.raises(NotProven, match="in the name of PeterNeumann"):
            note.signers([KEY.verifier, self.NEUMANN])
        assert note.signers([KEY.verifier]) == [KEY.verifier]

    def test_signatures_of_strangers_prove_nothing(self) -> None:
        (note,) = read_notes(self.WRITTEN)
        with pytest.raises(NotProven, match="signed by PeterNeumann"):
            note.signers([KEY.verifier])
        with pytest.raises(NotProven, match="signed by nobody"):
            Note("text\n").signers([KEY.verifier])

    def test_a_key_of_the_same_name_is_another_key(self) -> None:
        assert Note("text\n").signed(OTHER).signers([KEY.verifier, OTHER.verifier]) == [OTHER.verifier]
        with pytest.raises(NotProven):
            Note("text\n").signed(OTHER).signers([KEY.verifier])

    @given(
        st.lists(
            st.tuples(
                st.lists(st.text("ab— 1+", min_size=1).filter(lambda line: not line.startswith("— ")), min_size=1),
                st.lists(st.sampled_from([KEY, OTHER, WITNESS]), max_size=3),
            ),
            min_size=1,
            max_size=4,
        )
    )
    def test_notes_one_after_another_are_read_as_they_were_written(
        self, several: list[tuple[list[str], list[SigningKey]]]
    ) -> None:
        notes = []
        for lines, keys in several:
            note = Note("".join(f"{line}\n" for line in lines))
            for key in keys:
                note = note.signed(key)
            notes.append(note)
        assert read_notes("\n".join(map(str, notes))) == notes

    @pytest.mark.parametrize(
        "written",
        [
            "",
            "\n",
            "text\n\n— nobody\n",
            "text\n\n— a+b AAAA\n",
            "text\n\n— ab ====\n",
            "te\x07xt\n",
            "text\n\n— ab AAAA\n",
        ],
    )
    def test_what_is_no_note_is_said_to_be_none(self, written: str) -> None:
        with pytest.raises(InvalidValue):
            read_notes(written)


class TestKeys:
    def test_a_key_lies_in_a_file_for_its_owner_only(self, tmp_path: Path) -> None:
        path = tmp_path / "log.db.key"
        made = SigningKey.generate("example.org/visits")
        made.save(path)
        assert path.stat().st_mode & 0o777 == 0o600
        assert SigningKey.load(path) == made
        assert "PRIVATE" not in str(made.verifier)
        assert "seed" not in repr(made)

    def test_a_key_is_never_overwritten(self, tmp_path: Path) -> None:
        path = tmp_path / "log.db.key"
        KEY.save(path)
        with pytest.raises(InvalidValue, match="never overwritten"):
            OTHER.save(path)
        assert SigningKey.load(path) == KEY

    @pytest.mark.skipif(os.name != "posix", reason="others have permissions of another kind")
    def test_a_key_that_others_can_read_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "log.db.key"
        KEY.save(path)
        path.chmod(0o640)
        with pytest.raises(InvalidValue, match="chmod 600"):
            SigningKey.load(path)

    @pytest.mark.parametrize("place", ["/dev/null", "."])
    def test_nobody_is_told_to_change_who_may_read_what_is_no_key(self, place: str) -> None:
        with pytest.raises(InvalidValue) as error:
            SigningKey.load(Path(place))
        assert "chmod" not in str(error.value)

    @pytest.mark.parametrize("written", ["", "nothing", str(KEY.verifier), "PRIVATE+KEY+a+00000000+AAAA", "\x00" * 90])
    def test_what_is_no_key_is_said_to_be_none(self, written: str, tmp_path: Path) -> None:
        path = tmp_path / "key"
        path.touch(mode=0o600)
        path.write_text(written)
        with pytest.raises(InvalidValue):
            SigningKey.load(path)

    @pytest.mark.parametrize("name", ["", "two words", "a+b", "line\nbreak"])
    def test_a_name_that_would_not_be_read_again_is_refused(self, name: str) -> None:
        with pytest.raises(InvalidValue, match="without spaces"):
            SigningKey(name, bytes(32))

    def test_keys_and_ids_of_the_example_in_hand_agree(self) -> None:
        assert VerifierKey.read(str(KEY.verifier)) == KEY.verifier
        assert KEY.verifier.key_id != OTHER.verifier.key_id


class TestCheckpoints:
    """C2SP tlog-checkpoint."""

    WRITTEN = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— example.com/behind-the-sofa "
        "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    )

    def test_a_checkpoint_of_another_log_is_read(self) -> None:
        (note,) = read_notes(self.WRITTEN)
        checkpoint = Checkpoint.of(note)
        assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20_852_163)
        assert checkpoint.note().text == note.text
        assert str(note) == self.WRITTEN

    def test_lines_that_others_added_are_passed_over(self) -> None:
        (note,) = read_notes(self.WRITTEN.replace("q2I=\n", "q2I=\nmore\n"))
        assert Checkpoint.of(note).size == 20_852_163

    @pytest.mark.parametrize(
        "text",
        [
            "origin\n",
            "origin\n5\n",
            "origin\n05\n" + "A" * 43 + "=\n",
            "origin\n-5\n" + "A" * 43 + "=\n",
            "origin\n5\nAAAA\n",
            "origin\n5\nno base\n",
            "origin\n5\n" + "A" * 42 + "B=\n",
            "origin\n0\n" + "A" * 43 + "=\n",
        ],
    )
    def test_what_is_no_checkpoint_is_said_to_be_none(self, text: str) -> None:
        with pytest.raises(InvalidValue):
            Checkpoint.of(Note(text))


@st.composite
def proofs(draw: st.DrawFn) -> tuple[Entries, InclusionProof]:
    log = draw(logs)
    end = draw(st.integers(1, len(log.entries)))
    note = checkpoint_at(log, end).note().signed(KEY)
    return log, InclusionProof.of(log, draw(st.integers(1, end)), note)


@given(proofs())
def test_a_record_is_proven_by_a_text_that_goes_to_somebody_else(made: tuple[Entries, InclusionProof]) -> None:
    log, proof = made
    came = InclusionProof.read(str(proof))
    assert came == proof == InclusionProof.read(proof.to_json().decode())
    assert came.verify([KEY.verifier]) == checkpoint_at(log, came.verify().position)
    assert came.entry == log.entries[came.position - 1]


@given(proofs())
def test_another_record_place_or_signer_is_not_proven(made: tuple[Entries, InclusionProof]) -> None:
    _, proof = made
    for false in (
        msgspec.structs.replace(proof, entry=proof.entry + b"!"),
        msgspec.structs.replace(proof, path=(*proof.path, bytes(32))),
        msgspec.structs.replace(
            proof, checkpoint=Note(proof.checkpoint.text.replace("\n", "0\n", 1), proof.checkpoint.signatures)
        ),
    ):
        with pytest.raises(NotProven):
            false.verify([KEY.verifier])
    with pytest.raises(NotProven):
        proof.verify([WITNESS.verifier])


@given(logs, st.data())
def test_growth_is_proven_by_a_text_that_goes_to_somebody_else(log: Entries, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, len(log.entries)), label="old end")
    proof = GrowthProof.of(log, old + 1, checkpoint_at(log, len(log.entries)).note().signed(KEY))
    came = GrowthProof.read(str(proof))
    assert came == proof == GrowthProof.read(proof.to_json().decode())
    assert came.verify(checkpoint_at(log, old), [KEY.verifier]).position == len(log.entries)
    if old:
        rewritten = Entries([b"another", *log.entries[1:]])
        with pytest.raises(NotProven):
            came.verify(checkpoint_at(rewritten, old), [KEY.verifier])
    with pytest.raises(NotProven, match="the earlier checkpoint is of"):
        came.verify(msgspec.structs.replace(checkpoint_at(log, old), origin="elsewhere"))


@given(logs, st.data())
def test_what_was_rewritten_after_a_checkpoint_is_placed_between_two(log: Entries, data: st.DataObject) -> None:
    sizes = sorted(data.draw(st.sets(st.integers(0, len(log.entries)), min_size=1), label="sizes of checkpoints"))
    kept = [checkpoint_at(log, size) for size in sizes]
    check_growth(Entries([*log.entries, b"more"]), kept)
    at = data.draw(st.integers(0, len(log.entries) - 1), label="rewritten")
    rewritten = Entries([*log.entries[:at], b"another", *log.entries[at + 1 :]])
    assert first_difference(log, rewritten) == at + 1
    if at >= sizes[-1]:
        check_growth(rewritten, kept)
        return
    lower = max((size for size in sizes if size <= at), default=0) + 1
    upper = min(size for size in sizes if size > at)
    among = str(lower) if lower == upper else f"{lower} to {upper}"
    with pytest.raises(NotProven, match=f"differs is {among}$"):
        check_growth(rewritten, kept)


@given(logs)
def test_a_log_differs_from_none_that_it_goes_on_from(log: Entries) -> None:
    assert first_difference(log, log) is None
    assert first_difference(log, Entries([*log.entries, b"more"])) is None
    assert first_difference(Entries([]), log) is None


def test_a_log_that_was_cut_off_and_one_that_is_another_are_told_apart() -> None:
    log = Entries([b"one", b"two"])
    kept = [checkpoint_at(log, 2)]
    with pytest.raises(NotProven, match="had 2 records, and ends at 1"):
        check_growth(Entries([b"one"]), kept)
    with pytest.raises(NotProven, match=f"is of {origin_of(LOG_ID)}"):
        check_growth(Entries([b"one", b"two"], log_id="ffffffff-6f3e-4c39-9d3a-3a6a3f7c1f7e"), kept)


def test_what_a_log_or_a_checkpoint_does_not_reach_is_not_proven() -> None:
    log = Entries([b"one", b"two"])
    note = checkpoint_at(log, 2).note()
    for asked in (
        lambda: checkpoint_at(log, 3),
        lambda: InclusionProof.of(log, 3, note),
        lambda: InclusionProof.of(log, 0, note),
        lambda: GrowthProof.of(log, 4, note),
    ):
        with pytest.raises(InvalidValue):
            asked()


@pytest.mark.parametrize(
    ("read", "lines"),
    [
        (InclusionProof.read, "c2sp.org/tlog-proof@v1\nindex 0\n\n"),
        (InclusionProof.read, "c2sp.org/tlog-proof@v1\nextra AA==\nindex 00\n\n"),
        (InclusionProof.read, "c2sp.org/tlog-proof@v1\nextra AA==\nindex 0\n"),
        (InclusionProof.read, "something else\n\n"),
        (GrowthProof.read, "new 5\n\n"),
        (GrowthProof.read, "old 1\nno base64\n\n"),
        (GrowthProof.read, ""),
        (GrowthProof.read, '{"old": 1, "path": [], "checkpoint": ""}'),
        (InclusionProof.read, '{"position": 1, "path": [], "entry": "", "checkpoint": "x\\n1\\nAA==\\n", "more": 1}'),
        (InclusionProof.read, "{"),
    ],
)
def test_what_is_no_proof_is_said_to_be_none(read: Callable[[str], object], lines: str) -> None:
    with pytest.raises(InvalidValue):
        read(lines + str(checkpoint_at(Entries([b"one"]), 1).note()))


@pytest.mark.parametrize("read", [InclusionProof.read, GrowthProof.read])
def test_a_text_of_nothing_is_no_proof(read: Callable[[str], object]) -> None:
    with pytest.raises(InvalidValue):
        read("")
