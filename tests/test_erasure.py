"""A name that is sealed can be erased: nobody reads it any more, nowhere, and everything that was proven still is."""

import asyncio
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import msgspec
import pendulum
import pytest
from commands import diplocal
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from diplocal.calendars import Feed
from diplocal.cli.program import app as commands
from diplocal.cloudevents import export
from diplocal.dates import When
from diplocal.diary import Diary
from diplocal.errors import EventIdReused, InvalidValue, NotReadable, NotWritable, UnknownName
from diplocal.events import Event, MeetingAnnounced, ReportAttached, Retracted, VisitAnnounced
from diplocal.events.wire import encode, reader
from diplocal.importers.archive import events_of
from diplocal.names.withheld import withheld
from diplocal.parties import Office, Person, Rank, State, party_of
from diplocal.proofs.proving import InclusionProof, check_growth, checkpoint_at
from diplocal.records import Envelope
from diplocal.replaying import replay
from diplocal.store import MemoryStore, SQLiteStore
from diplocal.store.file_keys import FileKeyRing, keys_beside
from diplocal.store.sealing import Opening, new_secret, nobody, opened, person_of, sealed
from diplocal.store.sqlite_backup import back_up
from diplocal.syncing import Taken, sync, take_in
from diplocal.web.app import feed_app
from diplocal.wording.language import LANGUAGES, language

CHINA, RUSSIA = State("CN", "China"), State("RU", "Russia")
KASK = Person("Aino Kask", CHINA, Office("Expert"), "Q987654321")
LAVROV = Person("Sergei Lavrov", RUSSIA, Office("Foreign Minister", Rank.FOREIGN_MINISTER))
TALKS = MeetingAnnounced(
    engagement="talks", participants=(KASK, LAVROV), when=When("2023-10-17"), note="Sergei Lavrov receives Aino Kask."
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "visits.db"


@pytest.fixture
def log(path: Path) -> Iterator[SQLiteStore]:
    with SQLiteStore(path) as store:
        store.seal_names()
        store.append(TALKS)
        yield store


def names_in(log: SQLiteStore) -> list[str]:
    events = [record.event for record in log.read()]
    several = [one for event in events if isinstance(event, MeetingAnnounced) for one in event.participants]
    return [one.name for one in several if isinstance(one, Person)]


def nowhere(folder: Path, *names: str) -> bool:
    """Tell whether no octet of names is in any file, in whatever case."""
    octets = b"".join(path.read_bytes().lower() for path in folder.iterdir())
    return not any(name.lower().encode() in octets for name in names)


class Keys:
    """Keys of people in memory."""

    def __init__(self) -> None:
        self.of: dict[str, Opening] = {}

    def key_of(self, person: str, wikidata: str | None, _audience: str) -> Opening:
        made = Opening(f"{len(self.of):016x}", new_secret(), new_secret())
        return self.of.setdefault(f"{person} {wikidata or ''}".strip(), made)

    def known(self, person: str, _audience: str) -> Opening | None:
        return self.of.get(person)

    def secret_of(self, key_id: str) -> bytes | None:
        return {one.key_id: one.secret for one in self.of.values()}.get(key_id)


NAMES = ("Wang Yi", 'Said "the Elder" O\'Neill', "Ли Хуэй", "李輝", "visit", "confirmed", "Q12", "CN", "a\\b")
people = st.builds(
    Person,
    st.sampled_from(
        ["Wang Yi", 'Said "the Elder" O\'Neill', "Ли Хуэй", "李輝", "visit", "confirmed", "Q12", "CN", "a\\b"]
    ),
    st.just(CHINA),
    st.none() | st.just(Office("visit")),
    st.none() | st.just("Q12"),
)


@settings(max_examples=30)
@given(
    st.lists(people, min_size=1, max_size=3),
    st.text("ab Wang Yi李輝,.", max_size=30).map(str.strip),
    st.from_type(Event),
)
def test_what_is_sealed_opens_as_it_was_and_without_keys_no_name_is_left(
    visitors: list[Person], note: str, drawn: Event
) -> None:
    visit = VisitAnnounced(engagement="visit", visitors=tuple(visitors), host=RUSSIA, note=note or None)
    for event in (visit, drawn):
        keys = Keys()
        wire = encode(event)
        made, known = sealed(event, wire, keys, "public")
        assert sealed(event, wire, keys, "public") == (made, known)
        assert opened(made.data, keys.secret_of) == wire.data
        assert reader(made.type, made.version)(opened(made.data, nobody)).stream == event.stream
    said = msgspec.json.decode(sealed(visit, encode(visit), Keys(), "public")[0].data)
    assert all(one["name"].startswith("⟦") for one in said["visitors"])


def test_a_name_that_is_erased_is_nowhere_and_what_was_proven_holds(log: SQLiteStore, path: Path) -> None:
    with Diary(log) as diary:
        assert [one.slug for one in diary.find(person="Kask, Aino")] == ["talks"]
        assert [one.slug for one in diary.find(words="kask")] == ["talks"]
    before, proof = checkpoint_at(log, log.position()), str(InclusionProof.of(log, 2, checkpoint_at(log, 2).note()))
    log.close()
    found = diplocal("erase", "Aino Kask", "--log", str(path), "--yes")
    assert (found.returncode, found.stderr) == (0, "")
    assert nowhere(path.parent, "Kask", "Aino", "Q987654321")
    with SQLiteStore(path) as again:
        again.verify()
        check_growth(again, [before])
        InclusionProof.read(proof).verify()
        assert names_in(again)[1:] == ["Sergei Lavrov"]
        with Diary(again) as diary:
            with pytest.raises(UnknownName):
                diary.find(person="Aino Kask")
            (talks,) = diary.find(person="Sergei Lavrov")
            assert party_of(talks.participants[0]) == CHINA
        feed = replay(Feed(), again).to_ical().decode()
        assert "Kask" not in feed
        assert "name withheld" in feed
    shown = diplocal("show", "talks", "--log", str(path), "--lang", "fr").stdout
    assert "nom non communiqué" in shown
    assert "withheld" not in shown


def test_who_asks_is_asked_again_and_told_who_comes_near(log: SQLiteStore, path: Path) -> None:
    log.close()
    declined = diplocal("erase", "Kask, Aino", "--log", str(path), said="n\n")
    assert declined.returncode == 1
    near = diplocal("erase", "Aino Kaski", "--log", str(path), "--yes")
    assert (near.returncode, "aino kask" in near.stderr) == (2, True)
    with SQLiteStore(path) as again:
        assert names_in(again) == ["Aino Kask", "Sergei Lavrov"]


def test_what_was_recorded_in_the_open_stays_and_is_named(path: Path) -> None:
    with SQLiteStore(path) as log:
        log.append(TALKS)
    assert diplocal("seal", "--log", str(path)).returncode == 0
    with SQLiteStore(path) as log:
        log.append(TALKS.evolve(engagement="later"))
        log.append(ReportAttached(engagement="talks", note="about Aino Kask's trip; Kask Aino. aino kask’s"))
        log.append(ReportAttached(engagement="for-aino-kask", note="it is said"))
    found = diplocal("erase", "Aino Kask", "--log", str(path), "--yes")
    assert found.returncode == 1
    assert "in the open, and stays so, in records 1, 5" in found.stderr


def test_the_same_report_is_known_again_and_after_an_erasure_it_is_a_new_one(log: SQLiteStore) -> None:
    with log:
        (known,) = log.append(TALKS)
        assert (known.position, known.event, known.id) == (2, TALKS, log.identify(TALKS))
        log.erase("Yi Aino", "Kask Aino")
        (anew,) = log.append(TALKS)
        assert anew.position == 4
        assert anew.id != known.id
        log.append(Retracted(engagement="talks", of=known.id))
        assert names_in(log)[2:] == ["Aino Kask", "Sergei Lavrov"]


def test_a_report_that_was_recorded_in_the_open_is_known_again(path: Path) -> None:
    given = Envelope(TALKS.evolve(engagement="given"), id="wire-7")
    inner = Envelope(TALKS.evolve(engagement="inner"), audience="internal")
    with SQLiteStore(path) as log:
        before = log.append(TALKS, given, inner)
        log.seal_names()
        assert log.append(TALKS, given, inner, TALKS) == (*before, before[0])
        assert log.position() == 4
        (new,) = log.append(TALKS.evolve(note="Aino Kask receives."))
        assert new.position == 5
        with pytest.raises(EventIdReused):
            log.append(Envelope(TALKS, id="wire-7"))
        log.verify()


class TestLogsThatWereBroughtTogether:
    def test_keep_what_one_has_in_the_open_and_the_other_sealed(self, path: Path, tmp_path: Path) -> None:
        with SQLiteStore(path) as log, SQLiteStore(tmp_path / "other.db") as other:
            log.append(TALKS, TALKS.evolve(engagement="others", participants=(LAVROV, CHINA), note=None))
            log.seal_names()
            for one, another in ((log, other), (log, other), (other, log), (log, other)):
                assert [taken.refused for taken in sync(one, another)] == [(), ()]
            assert names_in(log) == names_in(other)
            changed = Envelope(TALKS.evolve(engagement="changed"), id="wire-8")
            log.append(changed)
            other.append(Envelope(TALKS, id="wire-8"))
            assert all(taken.refused for taken in sync(log, other))

    def test_are_told_and_give_nothing_back(self, log: SQLiteStore, tmp_path: Path) -> None:
        with log, SQLiteStore(tmp_path / "other.db") as other:
            sync(log, other)
            assert names_in(other) == names_in(log) == ["Aino Kask", "Sergei Lavrov"]
            other.append(TALKS.evolve(engagement="theirs"))
            sync(other, log)
            log.erase("Aino Kask")
            for first, second in ((other, log), (log, other), (other, log)):
                sync(first, second)
            for one in (log, other):
                assert set(names_in(one)[::2]) == {names_in(log)[0]}
                assert "withheld" in names_in(one)[0]
                one.verify()
            assert [record.id for record in log.read()] != []
        assert nowhere(tmp_path, "Kask", "Aino")

    def test_each_with_keys_of_its_own_forget_both(self, log: SQLiteStore, tmp_path: Path) -> None:
        with log, SQLiteStore(tmp_path / "other.db") as other:
            other.seal_names()
            other.append(Envelope(TALKS.evolve(engagement="theirs"), id="wire-7"))
            log.append(Envelope(TALKS.evolve(engagement="theirs"), id="wire-7"))
            first, second = sync(log, other)
            assert (first.refused, second.refused) == ((), ())
            assert len(other.erase("Aino Kask")) == 2
            first, second = sync(log, other)
            assert (first.kept, second.kept) == (("aino kask",), ())
            log.erase("Aino Kask")
            sync(log, other)
            assert all("withheld" in name for one in (log, other) for name in names_in(one)[::2])
        assert nowhere(tmp_path, "Kask", "Aino")

    @pytest.mark.parametrize("is_sealed", [True, False])
    def test_by_an_archive_keep_their_names_and_neither_refuse_nor_give_them_back(
        self, log: SQLiteStore, tmp_path: Path, *, is_sealed: bool
    ) -> None:
        """An archive has names in the open: it is told nothing, and whoever took it in erases names there."""
        with log, SQLiteStore(tmp_path / "other.db") as other:
            if is_sealed:
                other.seal_names()
            log.append(TALKS.evolve(engagement="more", note=None))

            def take() -> Taken:
                (tmp_path / "archive").write_bytes(b"\n".join(export(log)))
                return take_in(other, events_of(tmp_path / "archive"))

            take()
            other.append(TALKS.evolve(engagement="theirs"))
            log.erase("Aino Kask")
            assert (take().taken, take().refused) == (1, ())
            assert names_in(other)[::2] == ["Aino Kask"] * 3
            other.erase("Aino Kask")
            for one, another in ((log, other), (other, log)):
                assert [taken.refused for taken in sync(one, another)] == [(), ()]
            assert all("withheld" in name for one in (log, other) for name in names_in(one)[::2])
        (tmp_path / "archive").unlink()
        assert nowhere(tmp_path, "Kask", "Aino", "Q987654321")

    def test_a_log_that_can_keep_no_keys_is_refused(self, log: SQLiteStore) -> None:
        with log, pytest.raises(InvalidValue, match="need their keys"):
            sync(log, MemoryStore())


class TestKeys:
    def test_without_them_names_are_withheld_and_nothing_is_recorded_in_the_open(self, log: SQLiteStore) -> None:
        log.close()
        kept = keys_beside(log.path).rename(log.path.with_name("elsewhere"))
        with SQLiteStore(log.path) as again:
            assert all("withheld" in name for name in names_in(again))
            with pytest.raises(NotWritable, match="keys are gone"):
                again.append(TALKS)
            kept.rename(keys_beside(log.path))
            assert names_in(again) == ["Aino Kask", "Sergei Lavrov"]

    @pytest.mark.parametrize("how", ["an erasure that was broken off", "an older copy that is put back"])
    def test_that_are_erased_are_destroyed_wherever_they_come_from(
        self, log: SQLiteStore, how: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        older = log.path.with_name("older")
        with log, monkeypatch.context() as killed:
            with closing(FileKeyRing(keys_beside(log.path))) as keys:
                keys.copy(older)
            if how.startswith("an erasure"):
                killed.setattr(FileKeyRing, "destroy", lambda *_: None)
            log.erase("Aino Kask")
        if how.startswith("an older"):
            older.replace(keys_beside(log.path))
        with SQLiteStore(log.path) as again:
            assert "withheld" in names_in(again)[0]
            with closing(FileKeyRing(keys_beside(log.path))) as keys:
                assert keys.people() == [person_of("Sergei Lavrov")]

    @pytest.mark.parametrize(
        "instead", [b"", b"no keys at all, but many octets. " * 100, None, sqlite3.connect, "zero", "other"]
    )
    def test_that_are_damaged_are_told_of_by_what_answers_and_by_what_checks(
        self, log: SQLiteStore, instead: object, tmp_path: Path
    ) -> None:
        log.close()
        place = keys_beside(log.path)
        if instead == "zero":
            with closing(sqlite3.connect(place)) as keys, keys:
                keys.execute("UPDATE keys SET secret = zeroblob(32)")
        else:
            place.unlink()
            if isinstance(instead, bytes):
                place.write_bytes(instead)
            elif instead == "other":
                with SQLiteStore(tmp_path / "other.db") as other:
                    other.seal_names()
                keys_beside(other.path).replace(place)
            elif instead:
                with closing(sqlite3.connect(place)) as strange, strange:
                    strange.execute("CREATE TABLE keys (id)")
        for command in ("list", "export", "verify"):
            said = CliRunner().invoke(commands, [command, "--log", str(log.path)])
            assert (said.exit_code, "seal --keys FILE" in said.stderr) == (0, True), said.output
            assert "Kask" not in said.stdout
        if instead != "other":
            with SQLiteStore(log.path) as again, pytest.raises((NotReadable, NotWritable), match="seal --keys FILE"):
                again.append(TALKS.evolve(engagement="more"))

    def test_that_were_destroyed_since_a_backup_stay_so_and_partners_hear_of_it(
        self, log: SQLiteStore, tmp_path: Path
    ) -> None:
        with log, SQLiteStore(tmp_path / "partner.db") as partner:
            sync(log, partner)
            back_up(log.path, tmp_path / "kept.db")
            log.erase("Aino Kask")
        said = CliRunner().invoke(commands, ["restore", str(tmp_path / "kept.db"), str(log.path)])
        assert (said.exit_code, "erased" in said.output) == (0, True), said.output
        with SQLiteStore(log.path) as again, SQLiteStore(tmp_path / "partner.db") as partner:
            again.verify()
            assert sync(again, partner)[1].erased == ("aino kask",)
            assert "withheld" in names_in(again)[0]
            assert again.repeat_erasures() == 0

    @pytest.mark.parametrize("damage", ["secret = zeroblob(32)", "person = 'lavrov sergei'", "wikidata = 'Q1'"])
    def test_that_are_damaged_neither_seal_nor_are_destroyed_for_others_and_are_replaced(
        self, log: SQLiteStore, tmp_path: Path, damage: str
    ) -> None:
        older = tmp_path / "older.names"
        FileKeyRing(keys_beside(log.path)).copy(older)
        log.close()
        with closing(sqlite3.connect(keys_beside(log.path))) as keys, keys:
            keys.execute(f"UPDATE keys SET {damage} WHERE person = 'aino kask'")  # noqa: S608 - our own
        with SQLiteStore(log.path) as again:
            if damage.startswith("secret"):
                with pytest.raises(NotReadable, match="damaged"):
                    again.append(TALKS.evolve(engagement="more"))
            with pytest.raises(NotReadable, match="damaged"):
                again.erase("Sergei Lavrov")
            with closing(FileKeyRing(older)) as ring:
                assert again.put_keys_back(ring, again.log_id) == 1
            assert names_in(again) == ["Aino Kask", "Sergei Lavrov"]
            assert len(again.erase("Aino Kask")) == 1

    def test_that_a_backup_has_are_taken_in_beside_those_that_were_made_since(
        self, log: SQLiteStore, tmp_path: Path
    ) -> None:
        older = tmp_path / "older.names"
        with log:
            log.append(TALKS.evolve(engagement="other", participants=(Person("Ilmar Tamm"), LAVROV)))
            FileKeyRing(keys_beside(log.path)).copy(older)
            log.erase("Ilmar Tamm")
        keys_beside(log.path).unlink()
        seal = ["seal", "--log", str(log.path)]
        assert CliRunner().invoke(commands, seal).exit_code == 0
        with SQLiteStore(log.path) as again:
            again.append(TALKS.evolve(engagement="since", participants=(Person("Ana Li"), RUSSIA)))
        assert CliRunner().invoke(commands, [*seal, "--keys", str(tmp_path / "none")]).exit_code
        said = CliRunner().invoke(commands, [*seal, "--keys", str(older)])
        assert (said.exit_code, "2 keys that were missing" in said.output) == (0, True), said.output
        with SQLiteStore(log.path) as again:
            assert again.fault_of_keys(each=True) is None
            found = {"withheld" if "withheld" in name else name for name in names_in(again)}
            assert found == {"Aino Kask", "Sergei Lavrov", "Ana Li", "withheld"}, "what was erased stays so"

    def test_that_cannot_be_destroyed_stop_an_erasure_before_it_is_recorded(self, log: SQLiteStore) -> None:
        with log:
            assert isinstance(log.key_ring, FileKeyRing)
            log.key_ring._connection.execute("PRAGMA query_only = ON")  # as of a file that is only read
            with pytest.raises(NotWritable):
                log.erase("Aino Kask")
            assert log.position() == 2
            assert names_in(log) == ["Aino Kask", "Sergei Lavrov"]

    def test_that_others_can_read_are_kept_from_them(self, log: SQLiteStore) -> None:
        log.close()
        assert keys_beside(log.path).stat().st_mode & 0o077 == 0

    def test_come_with_a_backup(self, log: SQLiteStore, tmp_path: Path) -> None:
        log.close()
        copy = tmp_path / "copy.db"
        assert f"with {keys_beside(copy)}" in diplocal("backup", str(log.path), str(copy)).stdout
        assert diplocal("restore", str(copy), str(tmp_path / "again.db")).returncode == 0
        with SQLiteStore(tmp_path / "again.db") as again:
            assert names_in(again) == ["Aino Kask", "Sergei Lavrov"]

    def test_come_with_a_backup_of_a_log_that_is_named_from_where_one_is(
        self, log: SQLiteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert "with kept.db.names" in diplocal("backup", "visits.db", "kept.db").stdout
        with SQLiteStore.existing("kept.db") as kept:
            assert names_in(kept) == names_in(log)

    def test_that_cannot_be_copied_leave_no_backup_without_them(self, log: SQLiteStore, tmp_path: Path) -> None:
        log.close()
        keys_beside(log.path).write_bytes(b"no keys at all, but many octets. " * 100)
        there = set(tmp_path.iterdir())
        assert diplocal("backup", str(log.path), str(tmp_path / "kept.db")).returncode
        assert set(tmp_path.iterdir()) == there


@pytest.mark.parametrize("name", ["⟦0123456789abcdef.AAAA⟧", "⟦0123456789abcdef.AAAA⟧ X"])
def test_what_stands_for_a_sealed_name_is_no_name(log: SQLiteStore, tmp_path: Path, name: str) -> None:
    with log, SQLiteStore(tmp_path / "open.db") as other:
        for store in (log, other, MemoryStore()):
            for event in (TALKS.evolve(participants=(Person(name), RUSSIA)), TALKS.evolve(note=f"with {name}")):
                with pytest.raises(InvalidValue, match="sealed name"):
                    store.append(event)


def test_whoever_could_not_see_a_name_is_not_told_that_it_was_erased(log: SQLiteStore) -> None:
    with log:
        stranger = Person("Ilmar Tamm", CHINA)
        log.append(Envelope(TALKS.evolve(engagement="quiet", participants=(stranger, LAVROV)), audience="internal"))
        before = [record.id for record in log.read(audience="public")]
        log.erase("Ilmar Tamm")
        assert [record.id for record in log.read(audience="public")] == before
        assert len(list(log.read(audience="internal"))) == len(before) + 2


def test_a_diary_that_is_in_use_forgets_at_its_next_question(log: SQLiteStore) -> None:
    with log, Diary(log) as diary:
        assert diary.find(person="Aino Kask")
        log.erase("Aino Kask")
        with pytest.raises(UnknownName):
            diary.find(person="Aino Kask")
        assert not diary.find(words="kask")


def test_a_server_that_runs_forgets_what_it_rendered(log: SQLiteStore) -> None:
    app = feed_app(log, clock=lambda: pendulum.datetime(2023, 9, 18, 12))
    paths = "/feed.ics?with=CN", "/feeds/all.ics", "/feeds/all.atom", "/feed.json?any=RU&lang=de", "/entries/talks"

    async def said() -> list[bool]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://a.example") as client:
            answers = [await client.get(path, follow_redirects=True) for path in paths * 2]
        assert all(answer.is_success for answer in answers)
        return ["Aino Kask" in answer.text.replace("\r\n ", "") for answer in answers]

    with log:
        assert all(asyncio.run(said()))
        with SQLiteStore.existing(log.path) as other:
            other.append(ReportAttached(engagement="talks-of-others", note="quiet"))
            other.erase("Aino Kask")
        assert not any(asyncio.run(said()))


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_language_says_that_a_name_is_withheld(tag: str) -> None:
    said = language(tag).printed(f"{withheld('5a31f00c9d2b7e64')} & {withheld('0000000000000000')}")
    assert said.count(language(tag)("person.withheld")) == 2
    assert "(" not in said


def test_no_page_in_any_language_has_the_name_or_the_sign_of_its_key(log: SQLiteStore) -> None:
    with log:
        log.append(ReportAttached(engagement="talks", note="Aino Kask is ill"))
        log.erase("Aino Kask")
        app = feed_app(log, clock=lambda: pendulum.datetime(2023, 9, 18, 12))

        async def ask(tag: str, path: str) -> str:
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://a.example", follow_redirects=True
            ) as client:
                return (await client.get(path, params={"lang": tag})).text

        for tag in LANGUAGES:
            for path in ("/", "/entries/talks", "/feed.ics"):
                lines = asyncio.run(ask(tag, path)).replace("\r\n ", "").splitlines()
                said = "\n".join(line for line in lines if not line.startswith("X-"))  # which programs read
                assert "Kask" not in said
                assert not re.search(r"name withheld \([0-9a-f]{8}\)", said)
                assert language(tag)("person.withheld") in said


def test_by_a_link_a_log_has_the_keys_and_the_copies_that_it_has_by_its_name(log: SQLiteStore, tmp_path: Path) -> None:
    (tmp_path / "links").mkdir()
    link, copy = tmp_path / "links" / "by-link.db", tmp_path / "copy.db"
    link.symlink_to(log.path)
    with SQLiteStore(link) as linked:
        assert "Lavrov" in repr([record.event for record in linked.read()])
    made = diplocal("backup", str(link), str(copy))
    assert (made.returncode, keys_beside(copy).exists()) == (0, True), made
    assert diplocal("erase", "Sergei Lavrov", "--log", str(link), "--yes").returncode == 0
    with SQLiteStore(log.path) as again:
        assert "Lavrov" not in repr([record.event for record in again.read()])
    assert sorted(path.name for path in link.parent.iterdir()) == ["by-link.db"]
