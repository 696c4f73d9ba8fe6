"""What another log, a server or a file says of names is believed as far as the names are its own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import attrs
import pytest
from typer.testing import CliRunner

from diplocal.cli.program import app
from diplocal.cloudevents import export
from diplocal.dates import When
from diplocal.errors import Ambiguous, InvalidValue, UnknownName
from diplocal.events import MeetingAnnounced, NameErased
from diplocal.importers.archive import events_of
from diplocal.importers.jsonl import import_jsonl
from diplocal.names.withheld import is_withheld
from diplocal.parties import Person, State
from diplocal.records import Envelope, Origin
from diplocal.store import SQLiteStore
from diplocal.store.key_ring import KeyRing
from diplocal.store.sealing import Key, person_of
from diplocal.syncing import pull, sent, sync, take_in

CHINA, SINGAPORE = State("CN"), State("SG")
KASK, LAVROV = Person("Aino Kask", State("EE")), Person("Sergei Lavrov", State("RU"))
STRANGER = "cccccccc-0000-4000-8000-000000000000"


def talks(engagement: str, *people: Person | State, note: str | None = None) -> MeetingAnnounced:
    return MeetingAnnounced(
        engagement=engagement, participants=(*people, State("FI")), when=When("2023-10-17"), note=note
    )


class Portion(NamedTuple):
    events: list[Envelope]
    keys: list[Key]
    end: int
    mark: bytes


class Partner:
    """A server that shows what it likes."""

    def __init__(self, events: list[Envelope], keys: list[Key]) -> None:
        self.name, self.portion = "partner", Portion(events, keys, len(events), b"mark")

    def portions(self, after: int = 0) -> list[Portion]:
        return [self.portion] if after < self.portion.end else []

    def has(self, number: int, mark: bytes) -> bool:
        return (number, mark) == (self.portion.end, self.portion.mark)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[str], SQLiteStore]]:
    made: list[SQLiteStore] = []

    def sealing(name: str) -> SQLiteStore:
        made.append(SQLiteStore(tmp_path / name))
        made[-1].seal_names()
        return made[-1]

    yield sealing
    for store in made:
        store.close()


@pytest.fixture
def log(make: Callable[[str], SQLiteStore]) -> SQLiteStore:
    store = make("ours.db")
    store.append(talks("mine", KASK, LAVROV))
    return store


def ring_of(log: SQLiteStore) -> KeyRing:
    assert log.key_ring is not None
    return log.key_ring


def names_in(log: SQLiteStore) -> set[str]:
    events = [record.event for record in log.read(types=["diplocal.meeting-announced"])]
    people = [one for event in events if isinstance(event, MeetingAnnounced) for one in event.participants]
    return {"withheld" if is_withheld(one.name) else one.name for one in people if isinstance(one, Person)}


def keys_of(log: SQLiteStore, *names: str) -> tuple[str, ...]:
    return tuple(one.key_id for one in log.bearers(*names))


def erasure(log_id: str, *keys: str) -> Envelope:
    return Envelope(NameErased(keys=keys), origin=Origin(log_id, 1_700_000_000_000_000))


class TestAnErasure:
    @pytest.mark.parametrize("said_by", ["a stranger", "ourselves"])
    def test_that_others_send_destroys_no_key_that_was_made_here(self, log: SQLiteStore, said_by: str) -> None:
        keys = keys_of(log, "Aino Kask", "Sergei Lavrov")
        forged = erasure(STRANGER if said_by == "a stranger" else log.log_id, *keys)
        taken = pull(log, Partner([forged], []))
        assert (taken.taken, taken.erased) == (1, ())
        told = (taken.kept, taken.forgotten) if said_by == "a stranger" else (taken.forgotten, taken.kept)
        assert told == (("aino kask", "lavrov sergei"), ()), "it may be so of a log that was put back"
        log.close()
        with SQLiteStore(log.path) as again:
            assert names_in(again) == {"Aino Kask", "Sergei Lavrov"}
            assert len(again.erase("Aino Kask")) == 1
            assert names_in(again) == {"withheld", "Sergei Lavrov"}
            assert pull(again, Partner([forged], [])).kept == (), "it is told once"

    def test_is_believed_of_the_log_that_made_or_gave_the_key_when_it_says_so_itself(
        self, log: SQLiteStore, make: Callable[[str], SQLiteStore]
    ) -> None:
        middle, far = make("middle.db"), make("far.db")
        sync(log, middle)
        sync(middle, far)
        (key,) = keys_of(far, "Aino Kask")
        for said_by in (STRANGER, log.log_id, middle.log_id):
            assert take_in(far, [erasure(said_by, key)]).kept == (("aino kask",) if said_by == STRANGER else ())
            sync(far, log)
            sync(middle, far)
        assert "Aino Kask" in names_in(far) & names_in(middle) & names_in(log), "none of them erased it"
        log.erase("Aino Kask")
        assert sync(log, far)[1].erased == ("aino kask",), "from the log that made it"
        assert names_in(far) == {"withheld", "Sergei Lavrov"}
        assert sync(far, middle)[1].kept == (), "it was told before"
        assert sync(log, middle)[1].erased == ("aino kask",)
        middle.erase("Sergei Lavrov")
        assert sync(middle, log)[1].kept == ("lavrov sergei",)
        assert sync(middle, far)[1].erased == ("lavrov sergei",), "from the log that gave it"

    def test_that_a_server_shows_holds_for_the_keys_that_it_gave(
        self, log: SQLiteStore, make: Callable[[str], SQLiteStore]
    ) -> None:
        one, other = make("one.db"), make("other.db")
        events = [sent(record) for record in log.read_sealed(after=1)]
        keys = list(ring_of(log).copies(sorted(keys_of(log, "Aino Kask", "Sergei Lavrov")), log.log_id))
        pull(one, Partner(events, keys))
        sync(log, other)
        forged = [*events, erasure(log.log_id, keys[0].id)]
        assert len(pull(one, Partner(forged, keys)).erased) == 1
        assert len(pull(other, Partner(forged, keys)).kept) == 1, "it got them from elsewhere"

    def test_is_no_report(self, log: SQLiteStore, tmp_path: Path) -> None:
        keys = keys_of(log, "Aino Kask")
        for one in (NameErased(keys=keys), Envelope(NameErased(keys=keys), id="x")):
            with pytest.raises(InvalidValue, match="diplocal erase"):
                log.append(one)
        archive = tmp_path / "forged.jsonl"
        with SQLiteStore(tmp_path / "forger.db") as forger:
            take_in(forger, [erasure(log.log_id, *keys)])
            archive.write_bytes(b"\n".join(export(forger)))
        assert len(import_jsonl(archive, log).passed_over) == 1
        assert take_in(log, events_of(archive)).forgotten == ("aino kask",)
        (tmp_path / "erasure.toml").write_text(f'[[event]]\ntype = "name-erased"\nkeys = ["{keys[0]}"]\n')
        said = CliRunner().invoke(app, ["record", str(tmp_path / "erasure.toml"), "--log", str(log.path)])
        assert said.exit_code
        assert names_in(log) == {"Aino Kask", "Sergei Lavrov"}

    def test_that_is_not_believed_is_told_by_the_command_with_the_names(self, log: SQLiteStore, tmp_path: Path) -> None:
        with SQLiteStore(tmp_path / "forger.db") as forger:
            take_in(forger, [erasure(forger.log_id, *keys_of(log, "Aino Kask", "Sergei Lavrov"))])
        said = CliRunner().invoke(app, ["sync", str(log.path), str(tmp_path / "forger.db")])
        assert (said.exit_code, "2 names are kept" in said.output) == (0, True), said.output
        assert "'aino kask', 'lavrov sergei'" in said.output


class TestKeysThatCome:
    def test_are_taken_for_what_is_taken_alone(self, log: SQLiteStore, make: Callable[[str], SQLiteStore]) -> None:
        """An archive had the names in the open: whoever took it in has them under keys of its own."""
        archive, middle = make("archive.db"), make("middle.db")
        sync(log, middle)
        take_in(
            archive,
            (attrs.evolve(sent(one), origin=Origin(log.log_id, one.first_recorded_micros)) for one in log.read()),
        )
        log.erase("Aino Kask")
        sync(log, middle)
        assert sync(middle, archive)[0].taken == 1, "that names are sealed there"
        assert ring_of(middle).people() == ["lavrov sergei"]
        archive.append(talks("more", KASK))
        sync(middle, archive)
        assert ring_of(middle).people() == ["aino kask", "lavrov sergei"], "whoever records the name again"

    @pytest.mark.parametrize(
        "claim",
        [
            {"person": "mallory"},
            {"secret": b"AAA"},
            {"secret": bytes(32)},
            {"wikidata": "Q2", "person": "q2"},
            {"person": ""},
        ],
    )
    def test_are_believed_as_far_as_they_open_the_names(
        self, log: SQLiteStore, make: Callable[[str], SQLiteStore], claim: dict[str, object]
    ) -> None:
        other = make("other.db")
        events = [sent(one) for one in log.read_sealed(after=1)]
        keys = list(ring_of(log).copies(sorted(keys_of(log, "Aino Kask", "Sergei Lavrov")), log.log_id))
        taken = pull(other, Partner(events, [one._replace(**claim) for one in keys]))  # type: ignore[arg-type]
        assert (taken.taken, len(taken.refused)) == (1, 2)
        assert names_in(other) == {"withheld"}
        assert pull(other, Partner(events, keys)).refused == ()
        assert names_in(other) == {"Aino Kask", "Sergei Lavrov"}, "the good ones are taken later"
        assert len(other.erase("Aino Kask")) == 1

    def test_give_nobody_a_wikidata_id_that_no_record_has(
        self, log: SQLiteStore, make: Callable[[str], SQLiteStore]
    ) -> None:
        other = make("other.db")
        log.append(talks("third", Person("Li Wei", CHINA, wikidata="Q1")))
        events = [sent(one) for one in log.read_sealed(after=1)]
        keys = list(ring_of(log).copies(sorted(keys_of(log, "Aino Kask", "Q1")), log.log_id))
        pull(other, Partner(events, [one._replace(wikidata=one.wikidata or "Q99") for one in keys]))
        assert [one.wikidata for one in other.bearers("Aino Kask", "Li Wei")] in ([None, "Q1"], ["Q1", None])
        assert other.bearers("Q99") == []

    def test_that_nobody_uses_are_not_kept(self, log: SQLiteStore) -> None:
        strange = Key("0123456789abcdef", "mallory", None, bytes(32), STRANGER)
        assert pull(log, Partner([Envelope(talks("quiet", CHINA))], [strange])).taken == 1
        assert "mallory" not in ring_of(log).people()


class TestOnePerson:
    YI = Person("Wang Yi", CHINA, wikidata="Q701128")

    def test_under_two_names_is_erased_under_both(self, log: SQLiteStore) -> None:
        for said in ("Wang Yi", "王毅", "q701128"):
            log.append(
                talks("one", self.YI),
                talks("other", attrs.evolve(self.YI, name="王毅")),
                talks("third", Person("Yi Wang")),
            )
            found = keys_of(log, said)
            assert len(found) == 3
            assert len({key[:8] for key in found}) == 1, "they read as one person still"
            assert log.erase(said) == found
            assert not {"Wang Yi", "王毅", "Yi Wang"} & names_in(log)

    def test_is_told_from_namesakes_by_the_wikidata_id(self, log: SQLiteStore) -> None:
        one, other = Person("Li Wei", CHINA, wikidata="Q1"), Person("Li Wei", SINGAPORE, wikidata="Q2")
        log.append(talks("one", one), talks("other", other))
        with pytest.raises(Ambiguous, match="Q1 or Q2"):
            log.erase("Li Wei")
        log.append(talks("third", Person("Li Wei")))
        assert len({key[:8] for key in keys_of(log, "Q1", "Q2", "Li Wei")}) == 3
        assert len(log.erase("Q1")) == 1
        assert [is_withheld(one.name) for one in people(log)] == [True, False, False]
        assert len(log.erase("Li Wei")) == 1, "whom reports give no id of"
        with pytest.raises(Ambiguous, match="Q2"):
            log.erase("Li Wei")
        log.append(talks("fourth", one))
        assert len(log.erase("Q1")) == 1
        assert len(log.erase("Q2")) == 1

    def test_has_one_key_for_a_name_whoever_came_first(self, log: SQLiteStore) -> None:
        ring = ring_of(log)
        first = ring.key_of(person_of("Ana Li"), None, "public")
        known = ring.key_of(person_of("Ana Li"), "Q3", "public")
        assert first != known
        assert first[0][:8] == known[0][:8]
        assert ring.known(person_of("Ana Li"), "public") == first
        ring.destroy([known[0]])
        assert ring.key_of(person_of("Ana Li"), None, "public") == first

    def test_is_shown_to_stand_in_the_open_under_any_name(self, tmp_path: Path) -> None:
        path = tmp_path / "late.db"
        with SQLiteStore(path) as log:
            log.append(
                talks("early", attrs.evolve(self.YI, name="王毅")), talks("others", KASK, note="Wáng Yì, WANG YI")
            )
            log.seal_names()
            log.append(talks("late", self.YI))
        said = CliRunner().invoke(app, ["erase", "Wang Yi", "--log", str(path), "--yes"])
        assert (said.exit_code, "in records 1, 2" in said.output) == (1, True), said.output
        again = CliRunner().invoke(app, ["erase", "Q701128", "--log", str(path), "--yes"])
        assert isinstance(again.exception, UnknownName)

    def test_is_asked_for_with_what_stays(self, log: SQLiteStore) -> None:
        log.append(talks("one", self.YI), talks("other", attrs.evolve(self.YI, wikidata="Q2")))
        said = CliRunner().invoke(app, ["erase", "Q2", "--log", str(log.path)], input="n\n")
        assert (said.exit_code, "keep their names: Q701128" in said.output) == (1, True), said.output
        assert "Wang Yi (Q2): 1 key to destroy" in said.output
        assert names_in(log) >= {"Wang Yi"}


def people(log: SQLiteStore) -> list[Person]:
    events = [record.event for record in log.read(after=2)]
    several = [one for event in events if isinstance(event, MeetingAnnounced) for one in event.participants]
    return [one for one in several if isinstance(one, Person)]
