"""What text may hold is decided in one place, for every field of every value and event, at every door."""

import json
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal.checks import EVENT_ID, fault_of, without_faults
from diplocal.cloudevents import from_line, to_line
from diplocal.dates import When
from diplocal.errors import InvalidValue, MalformedEvent
from diplocal.events import Event, MeetingHeld, ReportAttached, VisitAnnounced, event
from diplocal.events.registry import EngagementEvent, fields_of
from diplocal.events.wire import Encoded, UnknownEvent, encode
from diplocal.importers.csv_sheet import import_csv
from diplocal.importers.toml_events import CharactersLeftOut, read_toml
from diplocal.parties import Office, Organisation, Person, Rank, State
from diplocal.records import Envelope
from diplocal.series import Series
from diplocal.sources import Source
from diplocal.store import EventStore, MemoryStore, SQLiteStore
from diplocal.store.rows import Stored, record_of
from diplocal.testing import any_event

NEVER = {
    "nul": "\0",
    "escape": "\x1b",
    "backspace": "\b",
    "delete": "\x7f",
    "c1 control": "\x9b",
    "lone surrogate": "\ud800",
    "right-to-left override": "\u202e",
    "embedding": "\u202a",
    "byte order mark": "\ufeff",
    "no character": "\uffff",
}
"""Characters that no text may hold."""
GOOD = ["Şükrü Saracoğlu", "می‌خواهم", "क्‍ष", "王毅", "O’Brien – “Ó”", "e\u0301", "👩‍🚀", "محمد\u200f (MD)", "Łódź"]
"""Texts that are right, some with characters that nobody sees."""


@pytest.fixture(params=list(NEVER.values()), ids=list(NEVER))
def never(request: pytest.FixtureRequest) -> str:
    character: str = request.param
    return character


VALUES: dict[str, Callable[[str], object]] = {
    "person": lambda text: Person(text, State("EE")),
    "label of a state": lambda text: State("EE", label=text),
    "label of an organisation": lambda text: Organisation("EU", label=text),
    "office": lambda text: Office(text, Rank.OTHER),
    "series": Series,
    "publisher": Source,
    "speaker": lambda text: Source("Daily", speaker=text),
    "address": lambda text: Source("Daily", url=f"https://daily.example/{text}"),
    "note": lambda text: ReportAttached(engagement="talks", note=text),
    "recorded by": lambda text: Envelope(ReportAttached(engagement="talks"), recorded_by=text),
    "correlation": lambda text: Envelope(ReportAttached(engagement="talks"), correlation_id=text),
    "id": lambda text: Envelope(ReportAttached(engagement="talks"), id=text),
    "engagement": lambda text: ReportAttached(engagement=text),
    "code": State,
    "audience": lambda text: Envelope(ReportAttached(engagement="talks"), audience=text),
}


def is_ours(told: Event) -> bool:
    """Tell whether an event is of a class of ours: other tests register classes that check nothing."""
    return type(told).__module__.startswith("diplocal.")


class TestValues:
    @pytest.mark.parametrize("make", VALUES.values(), ids=VALUES.keys())
    def test_what_nobody_can_read_is_refused_when_a_value_is_made(
        self, make: Callable[[str], object], never: str
    ) -> None:
        for text in (f"a{never}b", f"{never}ab", f"ab{never}"):
            with pytest.raises(InvalidValue):
                make(text)

    def test_the_character_and_its_place_are_named(self) -> None:
        with pytest.raises(InvalidValue, match=r"Person\.name .*U\+0000, a control character, after 'Aino'"):
            Person("Aino\0 Kask", State("EE"))
        with pytest.raises(InvalidValue, match=r"U\+202E, a character that is not seen"):
            Person("Aino \u202eksaK", State("EE"))
        with pytest.raises(InvalidValue, match=r"U\+D800, half of a character"):
            Person("Aino \ud800", State("EE"))

    @pytest.mark.parametrize("name", GOOD)
    def test_texts_of_all_scripts_are_texts(self, name: str) -> None:
        assert Person(name, State("EE")).name == name
        assert fault_of(name) is None

    @pytest.mark.parametrize("between", ["\n", "\r\n", "\t", "\u2028"])
    def test_a_name_is_one_line_and_a_note_may_have_several(self, between: str) -> None:
        with pytest.raises(InvalidValue, match="one line"):
            Person(f"Aino{between}Kask", State("EE"))
        assert ReportAttached(engagement="talks", note=f"one{between}two").note == f"one{between}two"

    @pytest.mark.parametrize("unseen", ["\u200b", "\u200d", "\u200e", "\u2060", "\xad", "\u2066"])
    def test_nothing_unseen_is_in_an_id(self, unseen: str) -> None:
        assert not EVENT_ID.fullmatch(f"a{unseen}b")

    @given(st.text())
    def test_what_is_left_of_a_text_can_be_read(self, text: str) -> None:
        left = without_faults(text)
        assert fault_of(left) is None
        assert left == text or fault_of(text) is not None

    @given(any_event(EngagementEvent).filter(is_ours), st.sampled_from(sorted(NEVER.values())))
    def test_every_text_of_every_event_is_checked(self, told: EngagementEvent, never: str) -> None:
        for field in fields_of(type(told)):
            if field.type in (str, str | None):
                with pytest.raises(InvalidValue):
                    told.evolve(**{field.name: f"a{never}b"})


def with_text(said: Any, never: str) -> Iterator[Any]:
    """Give a document of JSON again and again, each time with a character in another of its texts."""
    match said:
        case str():
            yield f"{said[:1]}{never}{said[1:]}"
        case list():
            for place, one in enumerate(said):
                yield from ([*said[:place], changed, *said[place + 1 :]] for changed in with_text(one, never))
        case dict():
            for name, one in said.items():
                yield from ({**said, name: changed} for changed in with_text(one, never))


@event("acme.toast")
class Toast(EngagementEvent):
    """An event of a user's, whose class checks nothing."""

    words: str
    guests: tuple[str, ...] = ()


class TestDoors:
    @pytest.fixture(params=["memory", "sqlite"])
    def store(self, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EventStore]:
        store = MemoryStore() if request.param == "memory" else SQLiteStore(tmp_path / "log.db")
        with store:
            yield store

    def test_an_event_class_that_checks_nothing_is_checked_when_it_is_recorded(
        self, store: EventStore, never: str
    ) -> None:
        for toast in (
            Toast(engagement="gala", words=f"to{never}peace"),
            Toast(engagement="gala", words="to peace", guests=("Aino", f"{never}")),
        ):
            with pytest.raises(InvalidValue):
                store.append(ReportAttached(engagement="gala"), toast)
        assert store.position() == 0

    def test_so_is_an_event_that_nobody_knows(self, store: EventStore, never: str) -> None:
        said = json.dumps({"words": f"to{never}peace"}).encode()
        for strange in (
            UnknownEvent(type="nobody.knows", version=1, data=said, in_stream="gala"),
            UnknownEvent(type="nobody.knows", version=1, data=b"{}", in_stream=f"ga{never}la"),
        ):
            with pytest.raises(InvalidValue):
                store.append(strange)

    @pytest.mark.parametrize("name", [*GOOD, 'a "b" \\u0000 \\ c', "two\nlines"])
    def test_what_can_be_read_is_recorded_as_it_is(self, store: EventStore, name: str) -> None:
        store.append(Toast(engagement="gala", words=name))
        (record,) = store.read()
        assert isinstance(record.event, Toast)
        assert record.event.words == name

    @given(any_event(EngagementEvent), st.sampled_from(sorted(NEVER.values())), st.data())
    def test_no_text_of_an_event_comes_in_by_a_line(self, told: Event, never: str, data: st.DataObject) -> None:
        (record,) = MemoryStore().append(told)
        line = json.loads(to_line(record, "log"))
        spoilt = list(with_text(line["data"], never))
        chosen = data.draw(st.sampled_from(spoilt))
        with pytest.raises((MalformedEvent, InvalidValue)):
            MemoryStore().append(from_line(json.dumps({**line, "id": "x", "data": chosen})))

    def test_a_row_with_such_a_name_is_rejected(self, tmp_path: Path) -> None:
        sheet = tmp_path / "s.csv"
        sheet.write_bytes(
            b"engagement,kind,status,when,who,with\n"
            b"x,meeting,held,2026-03-01,Aino\0 Kask (EE),KE\n"
            b"y,meeting,held,2026-03-02,Aino\x1b[31m Kask (EE),KE\n"
            b"z,meeting,held,2026-03-03,Aino Kask (EE),KE\n"
        )
        store = MemoryStore()
        outcome = import_csv(sheet, store)
        assert (outcome.taken, len(outcome.rejected)) == (1, 2)
        assert "control character" in str(outcome)
        assert [record.stream for record in store.read()] == ["z"]

    def test_what_is_recorded_by_hand_is_cleaned_with_a_word(self, tmp_path: Path, never: str) -> None:
        written = tmp_path / "events.toml"
        if never == "\ud800":
            return  # TOML has no such escape (TOML 1.0, String)
        source = f"Daily{json.dumps(never)[1:-1]} News" if never != "\x7f" else "Daily\\u007F News"
        written.write_text(
            f'[[event]]\ntype = "report-attached"\nengagement = "gala"\nsources = ["{source}"]\n', encoding="utf-8"
        )
        assert tomllib.loads(written.read_text(encoding="utf-8"))
        with pytest.warns(CharactersLeftOut, match=rf"event 1: .*U\+{ord(never):04X}"):
            (envelope,) = read_toml(written)
        assert str(envelope.event.sources[0]) == "Daily News"


LOG_ID = "0b5f0a52-6f3e-4c39-9d3a-3a6a3f7c1f7e"


class TestOldLogs:
    """A log that was written before the rules were stays readable."""

    def stored(self, told: Event, data: bytes) -> Stored:
        encoded: Encoded = encode(told)
        return Stored(
            1, 0, b"x", "talks", 1, encoded.type, encoded.version, "public", None, None, None, None, None, data
        )

    def test_a_name_that_cannot_be_read_sets_its_record_aside_with_the_reason(self) -> None:
        told = VisitAnnounced(
            engagement="talks", visitors=(Person("Aino Kask", State("EE")),), host=State("FI"), when=When("2026-10")
        )
        record = record_of(self.stored(told, encode(told).data.replace(b"Aino Kask", b"Aino\\u0000 Kask")), LOG_ID)
        assert isinstance(record.event, UnknownEvent)
        assert "U+0000, a control character" in record.event.reason

    def test_a_note_that_cannot_be_read_is_read(self) -> None:
        told = MeetingHeld(
            engagement="talks", participants=(State("EE"), State("FI")), when=When("2026"), note="a note"
        )
        record = record_of(self.stored(told, encode(told).data.replace(b"a note", b"a\\u001b note")), LOG_ID)
        assert record.event.note == "a\x1b note"


@pytest.mark.parametrize("text", ["\u3164", "\u2060", "\u200b\u00ad", "\u200e \u200d", "\u115f\uffa0", "\ufe0f"])
@pytest.mark.parametrize("make", [VALUES["person"], VALUES["office"], VALUES["publisher"], VALUES["note"]])
def test_a_text_of_which_nothing_is_seen_is_blank(make: Callable[[str], object], text: str) -> None:
    with pytest.raises(InvalidValue):
        make(text)
