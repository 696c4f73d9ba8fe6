"""CloudEvents lines come into a log: each is taken, known or rejected with its reason."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal.cloudevents import export, from_line
from diplocal.dates import When
from diplocal.errors import InvalidValue, UnreadableInput
from diplocal.events import Cancelled, Confirmed, Corrected, EngagementEvent, Event, Postponed, VisitAnnounced, event
from diplocal.events.registry import Fields
from diplocal.events.wire import UnknownEvent, identify
from diplocal.importers.intake import AT_ONCE
from diplocal.importers.jsonl import import_jsonl
from diplocal.importers.outcome import NEXT, Ledger, Outcome, Unsettled
from diplocal.parties import State
from diplocal.records import Envelope
from diplocal.store import MemoryStore, SQLiteStore

VISIT = VisitAnnounced(engagement="putin-to-china", visitors=(State("RU"),), host=State("CN"), when=When("2023-10"))
GALA = Cancelled(engagement="gala")


def _count_the_courses(data: Fields) -> Fields:
    return {"engagement": data["engagement"], "courses": len(data["menu"])}


@event("jsonltest.dinner-held", version=2, upcasters={1: _count_the_courses})
class DinnerHeld(EngagementEvent):
    """A dinner."""

    courses: int


def line_of(event: str = "cancelled", **changes: Any) -> str:
    """Give a foreign line."""
    return json.dumps({"specversion": "1.0", "type": f"diplocal.{event}", "data": {"engagement": "gala"}} | changes)


def contents(store: MemoryStore | SQLiteStore) -> list[tuple[object, ...]]:
    """Give what an export keeps of a log."""
    return [
        (record.stream, record.version, record.id, record.event, record.audience, record.causation_id)
        for record in store.read()
    ]


slugs = st.sampled_from(["gala", "putin-to-china", "tea"])
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(Cancelled, engagement=slugs, note=st.none() | st.sampled_from(["a", "b"])),
    st.builds(Postponed, engagement=slugs),
    st.just(VISIT),
    st.just(Corrected(engagement=VISIT.engagement, of=identify(VISIT), right=VISIT)),
    st.just(UnknownEvent(type="nobody.tea-held", version=2, data=b'{"cups" : 2}', in_stream="tea")),
)
envelopes = st.builds(
    Envelope,
    events,
    audience=st.sampled_from(["public", "internal"]),
    causation_id=st.none() | st.just("why"),
    correlation_id=st.none() | st.just("with"),
    recorded_by=st.none() | st.just("Ann"),
)
histories = st.lists(envelopes, max_size=12, unique_by=lambda envelope: identify(envelope.event))


@given(histories)
def test_an_export_in_an_empty_log_exports_the_same_again(history: list[Envelope]) -> None:
    first, second = MemoryStore(), MemoryStore()
    first.append(*history)
    outcome = import_jsonl(export(first), second)
    assert contents(second) == contents(first)
    assert (outcome.read, outcome.taken) == (len(history), len(history))
    for line, again in zip(export(first), export(second), strict=True):
        own = {"source", "time", "correlationid", "recordedby"}
        assert {name: said for name, said in json.loads(again).items() if name not in own} == {
            name: said for name, said in json.loads(line).items() if name not in own
        }


@given(histories, st.integers(min_value=0))
def test_importing_again_changes_nothing(history: list[Envelope], already: int) -> None:
    first, second = MemoryStore(), MemoryStore()
    first.append(*history)
    lines = list(export(first))
    import_jsonl(lines[: already % (len(lines) + 1)], second)
    import_jsonl(lines, second)
    before = second.verify()
    again = import_jsonl(lines, second)
    assert (again.read, again.unchanged) == (len(lines), len(lines))
    assert second.verify() == before
    assert contents(second) == contents(first)


def test_what_a_line_says_of_who_recorded_it_is_kept_and_else_it_is_this_import() -> None:
    store = MemoryStore()
    import_jsonl([line_of(recordedby="Ann", correlationid="tour"), line_of("postponed")], store)
    first, second = store.read()
    assert (first.recorded_by, first.correlation_id) == ("Ann", "tour")
    assert second.recorded_by == "diplocal import jsonl"
    assert second.correlation_id is not None
    assert second.correlation_id.startswith("import-")


def test_one_input_is_one_import_and_another_is_another(tmp_path: Path) -> None:
    names: list[str | None] = []
    for lines in ([line_of(), line_of("postponed")], [line_of(), line_of("postponed")], [line_of()]):
        path = tmp_path / "events.jsonl"
        path.write_text("\n".join(lines))
        for source in (path, str(path), lines):
            store = MemoryStore()
            import_jsonl(source, store)
            names += {record.correlation_id for record in store.read()}
    assert len(names) == 9
    assert [names[0]] * 6 == names[:6]
    assert [names[6]] * 3 == names[6:]
    assert names[0] != names[6]


def test_a_malformed_line_is_rejected_by_its_number_and_the_rest_is_taken() -> None:
    store = MemoryStore()
    lines = [line_of(), "", "{", line_of(data={}), "  ", line_of("postponed"), line_of("postponed", dataversion=9)]
    outcome = import_jsonl(lines, store)
    assert (outcome.read, outcome.taken) == (5, 2)
    assert [row.place for row in outcome.rejected] == ["line 3", "line 4", "line 7"]
    assert [record.event for record in store.read()] == [GALA, Postponed(engagement="gala")]


def test_an_id_that_came_with_other_contents_is_rejected_with_the_reason() -> None:
    store = MemoryStore()
    store.append(Envelope(GALA, id="e1"))
    outcome = import_jsonl(
        [line_of("postponed", id="e1"), line_of(id="e1", audience="internal"), line_of(id="e1")], store
    )
    assert outcome == Outcome(read=3, unchanged=2, rejected=outcome.rejected)
    assert [row.place for row in outcome.rejected] == ["line 1"]
    assert "event id e1 is already in gala with other contents" in outcome.rejected[0].reason
    assert store.position() == 1


def test_an_event_that_comes_for_a_wider_audience_is_released_to_it_and_for_a_narrower_one_it_is_known() -> None:
    store = MemoryStore()
    fates = [
        import_jsonl([line_of(id="e1", audience=one)], store) for one in ("internal", "public", "internal", "public")
    ]
    assert [(fate.taken, fate.unchanged) for fate in fates] == [(1, 0), (1, 0), (0, 1), (0, 1)]
    assert [record.audience for record in store.read()] == ["internal", "public"]


def test_two_lines_of_one_id_are_one_event_or_a_clash() -> None:
    store = MemoryStore()
    outcome = import_jsonl([line_of(id="e1"), line_of(id="e1"), line_of("postponed", id="e1")], store)
    assert outcome == Outcome(read=3, taken=1, unchanged=1, rejected=outcome.rejected)
    assert [row.place for row in outcome.rejected] == ["line 3"]


def test_an_event_that_the_log_keeps_in_an_earlier_version_is_unchanged() -> None:
    store = MemoryStore()
    data = b'{"engagement":"gala","menu":["soup","fish"]}'
    store.append(UnknownEvent(type="jsonltest.dinner-held", version=1, data=data, in_stream="gala"))
    lines = list(export(store))
    assert from_line(lines[0]).event == DinnerHeld(engagement="gala", courses=2)
    assert import_jsonl(lines, store) == Outcome(read=1, unchanged=1)


@pytest.mark.parametrize("clashing", [{0}, {999, 1000}, {5, 1500, 2400}, set(range(0, 2500, 7))])
def test_clashes_anywhere_in_a_large_file_leave_all_other_lines_taken(clashing: set[int]) -> None:
    store = MemoryStore()
    store.append(*(Envelope(Confirmed(engagement="gala"), id=f"e{number}") for number in clashing))
    count = 2 * AT_ONCE + 500
    outcome = import_jsonl((line_of(id=f"e{number}") for number in range(count)), store)
    assert (outcome.read, outcome.taken) == (count, count - len(clashing))
    assert [row.place for row in outcome.rejected] == [f"line {number + 1}" for number in sorted(clashing)]
    imported = [record.id for record in store.read(types=["diplocal.cancelled"])]
    assert imported == [f"e{number}" for number in range(count) if number not in clashing]


def test_a_file_may_have_a_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + line_of().encode() + b"\r\n" + line_of("postponed").encode() + b"\r\n\r\n")
    assert import_jsonl(path, MemoryStore()) == Outcome(read=2, taken=2)


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableInput, match="nothing was imported") as refused:
        import_jsonl(tmp_path / name, MemoryStore())
    assert refused.value.path == str(tmp_path / name)


def test_an_import_into_a_file_is_there_when_the_file_is_opened_again(tmp_path: Path) -> None:
    with SQLiteStore(tmp_path / "log.db") as store:
        import_jsonl([line_of(), line_of("postponed", id="e2")], store)
    with SQLiteStore(tmp_path / "log.db") as store:
        assert [record.event for record in store.read()] == [GALA, Postponed(engagement="gala")]
        assert store.verify().position == 2


class TestOutcome:
    @pytest.mark.parametrize(("read", "taken", "unchanged"), [(3, 1, 1), (1, 1, 1), (0, 1, -1)])
    def test_counts_that_do_not_add_up_are_refused(self, read: int, taken: int, unchanged: int) -> None:
        with pytest.raises(InvalidValue, match=r"Outcome\.read"):
            Outcome(read=read, taken=taken, unchanged=unchanged)

    @given(st.lists(st.sampled_from(["taken", "unchanged", "corrected", "ambiguous", "rejected", "passed_over"])))
    def test_whatever_is_entered_adds_up(self, entries: list[str]) -> None:
        ledger = Ledger()
        for number, entry in enumerate(entries, start=1):
            unsettled = (f"row {number}", "why") if entry in ("ambiguous", "rejected", "passed_over") else ()
            getattr(ledger, entry)(*unsettled)
        outcome = ledger.outcome()
        assert outcome.read == len(entries)
        assert outcome.taken == entries.count("taken")
        assert outcome.rejected == tuple(
            Unsettled(f"row {number}", "why") for number, entry in enumerate(entries, start=1) if entry == "rejected"
        )

    def test_it_reads_well_and_is_json(self) -> None:
        outcome = Outcome(
            read=4,
            taken=1,
            corrected=1,
            ambiguous=(Unsettled("row 5", "two visits"),),
            rejected=(Unsettled("row 7", "no date"),),
        )
        assert str(outcome) == (
            "4 rows read: 1 taken, 0 unchanged, 1 corrected, 1 ambiguous, 1 rejected\n"
            "  ambiguous row 5: two visits\n"
            "  rejected row 7: no date\n"
            f"{NEXT}"
        )
        assert json.loads(outcome.to_json()) == {
            "read": 4,
            "taken": 1,
            "unchanged": 0,
            "corrected": 1,
            "ambiguous": [{"place": "row 5", "reason": "two visits"}],
            "rejected": [{"place": "row 7", "reason": "no date"}],
            "passed_over": [],
            "noted": [],
        }

    def test_rows_with_the_same_reason_are_told_together_the_commonest_first(self) -> None:
        rows = [Unsettled("row 1", "no date"), *(Unsettled(f"row {row}", "no name") for row in range(2, 7))]
        outcome = Outcome(
            read=7,
            rejected=tuple(rows),
            passed_over=(Unsettled("row 7", "a heading"),),
            noted=(Unsettled("sheet", "has no last line"),),
        )
        assert str(outcome).splitlines()[1:] == [
            "  rejected row 2, row 3, row 4 and 2 others: no name",
            "  rejected row 1: no date",
            "  passed over row 7: a heading",
            "  noted sheet: has no last line",
            NEXT,
        ]

    def test_what_rows_have_said_does_not_part_those_with_the_same_reason(self) -> None:
        said = ["tea", "it's", "chat", "tea", "lunch"]
        rows = [Unsettled(f"row {number}", f"kind is {text!r}: expected a kind") for number, text in enumerate(said)]
        assert str(Outcome(read=5, rejected=tuple(rows))).splitlines()[1:] == [
            "  rejected row 0, row 1, row 2 and 2 others: kind is 'tea', \"it's\", 'chat' ...: expected a kind",
            NEXT,
        ]

    def test_of_very_many_reasons_the_rest_are_counted(self) -> None:
        rows = tuple(Unsettled(f"row {number}", f"reason {number}") for number in range(100))
        *_, last, _ = str(Outcome(read=100, rejected=rows)).splitlines()
        assert last.startswith("  rejected 85 rows more, for 85 other reasons: ")

    @given(st.lists(st.text()))
    def test_any_reason_whatever_is_told(self, reasons: list[str]) -> None:
        rows = tuple(Unsettled("row 1", f"who is {text!r}: expected {text}") for text in reasons)
        told = str(Outcome(read=len(rows), rejected=rows))
        assert all(repr(text) in told for text in list(dict.fromkeys(reasons))[:1])


def test_what_is_public_in_the_lines_is_marked_for_the_audience_that_is_named() -> None:
    origin, store = MemoryStore(), MemoryStore()
    event = VisitAnnounced(engagement="visit", visitors=(State("CN"),), host=State("RU"))
    origin.append(event, Envelope(event.evolve(engagement="other"), audience="restricted"))
    import_jsonl(export(origin), store, audience="internal")
    assert [record.audience for record in store.read()] == ["internal", "restricted"]


@pytest.mark.parametrize(("event", "near"), [("confrimed", "confirmed"), ("canceled", "cancelled"), ("held", "")])
def test_a_type_that_nobody_knows_is_kept_and_noted_with_what_comes_near(event: str, near: str) -> None:
    outcome = import_jsonl([line_of(), line_of(event, subject="gala")], MemoryStore())
    (noted,) = outcome.noted
    assert (outcome.taken, noted.place) == (2, "line 2")
    assert noted.reason.startswith(f"type is 'diplocal.{event}': ")
    assert f"did you mean 'diplocal.{near}'" in noted.reason or not near


@pytest.mark.parametrize("line", ["Sergei Lavrov", "3", "[1, 2]", '"text"', '{"type": "diplocal.cancelled"}', "null"])
def test_a_line_that_is_no_event_is_in_its_refusal(line: str) -> None:
    (refused,) = import_jsonl([line], MemoryStore()).rejected
    assert repr(line) in refused.reason


@pytest.mark.parametrize("data", ["Narnia", 7, None, ["x"]])
def test_data_that_is_no_object_is_in_its_refusal(data: object) -> None:
    line = {"specversion": "1.0", "type": "diplocal.cancelled", "data": data}
    (refused,) = import_jsonl([json.dumps(line)], MemoryStore()).rejected
    assert f"data is {data!r}" in refused.reason
