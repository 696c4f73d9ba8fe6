"""Records as CloudEvents 1.0 lines and back."""

import json
import re
from contextlib import suppress
from typing import Any

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal.checks import UNSEEN
from diplocal.cloudevents import export, from_line, to_line
from diplocal.dates import When
from diplocal.errors import EventIdReused, MalformedEvent, NewerSchema
from diplocal.events import Cancelled, Confirmed, EngagementEvent, VisitAnnounced, event
from diplocal.events.wire import UnknownEvent, encode, identify
from diplocal.parties import State
from diplocal.records import Envelope
from diplocal.store import MemoryStore
from diplocal.testing import events

LOG_ID = "0b34b5d8-63a4-4a5e-8d0e-5f2a3c1f9e77"
NOON = pendulum.datetime(2023, 9, 18, 12, 0, 0)

VISIT = VisitAnnounced(
    engagement="putin-to-china-2023-10",
    visitors=(State("RU"),),
    host=State("CN"),
    when=When("2023-10"),
    note="é\u2028x",
)
TEA = UnknownEvent(type="nobody.tea-held", version=3, data=b'{"cups": 2.0, "with" : ["\\u00e9"]}', in_stream="tea")


@event("cloudtest.dinner-held")
class DinnerHeld(EngagementEvent):
    """A dinner, of users who check in their own way."""

    courses: int = 1

    def __attrs_post_init__(self) -> None:
        if self.courses < 1:
            raise TypeError("nobody was served")


st.register_type_strategy(DinnerHeld, events(DinnerHeld, courses=st.integers(1, 9)))


def log_of(*envelopes: EngagementEvent | UnknownEvent | Envelope) -> MemoryStore:
    """Record events in a log of a known identity at a known time."""
    store = MemoryStore(log_id=LOG_ID, clock=lambda: NOON)
    store.append(*envelopes)
    return store


def line_of(**changes: Any) -> bytes:
    """Give a foreign line: None takes an attribute away."""
    attributes = {"specversion": "1.0", "type": "diplocal.cancelled", "data": {"engagement": "gala"}} | changes
    return json.dumps({name: value for name, value in attributes.items() if value is not None}).encode()


audiences = st.sampled_from(["public", "internal", "restricted", "asia-desk"])
lines = (
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]))
    .map(str.strip)
    .filter(lambda text: UNSEEN.sub("", text).strip())
)
marks = st.none() | lines
sent = st.sampled_from([VISIT, Cancelled(engagement="gala", reason="snow"), TEA, DinnerHeld(engagement="gala")])
envelopes = st.builds(
    Envelope,
    sent,
    id=st.none() | st.from_regex(r"[!-~]{1,60}", fullmatch=True),
    audience=audiences,
    causation_id=marks,
    correlation_id=marks,
    recorded_by=marks,
)


class TestOurLines:
    def test_a_line_has_the_attributes_of_a_cloudevent(self) -> None:
        (line,) = export(
            log_of(Envelope(VISIT, audience="internal", causation_id="a", correlation_id="b", recorded_by="c"))
        )
        assert json.loads(line) == {
            "specversion": "1.0",
            "id": identify(VISIT),
            "source": f"urn:uuid:{LOG_ID}",
            "type": "diplocal.visit-announced",
            "subject": "putin-to-china-2023-10",
            "time": "2023-09-18T12:00:00.000000Z",
            "datacontenttype": "application/json",
            "dataversion": 2,
            "audience": "internal",
            "causationid": "a",
            "correlationid": "b",
            "recordedby": "c",
            "position": 1,
            "data": json.loads(encode(VISIT).data),
        }

    def test_what_is_public_or_unknown_is_left_out(self) -> None:
        (line,) = export(log_of(VISIT))
        assert {"audience", "causationid", "correlationid", "recordedby"}.isdisjoint(json.loads(line))

    @given(envelopes)
    def test_attribute_names_are_lower_case_letters_and_digits(self, envelope: Envelope) -> None:
        """CloudEvents 1.0.2, 3.1."""
        (line,) = export(log_of(envelope))
        assert all(re.fullmatch(r"[a-z0-9]{1,20}", name) for name in json.loads(line))

    @given(envelopes)
    def test_a_line_is_one_line_that_holds_the_event_as_it_is_stored(self, envelope: Envelope) -> None:
        (line,) = export(log_of(envelope))
        assert b"\n" not in line
        assert line.endswith(b'"data":%s}' % encode(envelope.event).data)

    @given(st.lists(envelopes, max_size=4, unique_by=lambda envelope: (envelope.id, envelope.event.stream)))
    def test_a_record_comes_back_with_all_but_its_place_and_time(self, recorded: list[Envelope]) -> None:
        store = MemoryStore(log_id=LOG_ID)
        for envelope in recorded:
            with suppress(EventIdReused):
                store.append(envelope)
        for record in store.read():
            assert from_line(to_line(record, LOG_ID)) == Envelope(
                record.event,
                id=record.id,
                audience=record.audience,
                causation_id=record.causation_id,
                correlation_id=record.correlation_id,
                recorded_by=record.recorded_by,
            )

    def test_an_export_for_an_audience_has_what_that_audience_may_see(self) -> None:
        log = log_of(VISIT, Envelope(Cancelled(engagement="gala"), audience="restricted"))
        assert [json.loads(line)["position"] for line in export(log, audience="internal")] == [1]
        assert [json.loads(line)["position"] for line in export(log, "restricted")] == [1, 2]
        assert [json.loads(line)["position"] for line in export(log)] == [1, 2]


class TestForeignLines:
    @pytest.mark.parametrize(
        "line", [line_of(), line_of().decode(), line_of(id=None, source="//example.org", traceparent="00")]
    )
    def test_a_line_needs_no_more_than_its_type_and_data(self, line: bytes | str) -> None:
        assert from_line(line) == Envelope(Cancelled(engagement="gala"))

    @pytest.mark.parametrize(
        "kind", ["application/json; charset=utf-8", "application/cloudevents+json", "APPLICATION/JSON"]
    )
    def test_data_is_json_under_any_of_its_names(self, kind: str) -> None:
        assert from_line(line_of(datacontenttype=kind)).event == Cancelled(engagement="gala")

    def test_an_event_of_a_type_that_nobody_registered_is_kept_in_the_stream_of_its_subject(self) -> None:
        envelope = from_line(b'{"specversion":"1.0","type":"com.example.tea","subject":"tea","data":{"cups" : 2}}')
        assert envelope.event == UnknownEvent(type="com.example.tea", version=1, data=b'{"cups" : 2}', in_stream="tea")

    def test_so_is_a_correction_to_one(self) -> None:
        data = {"engagement": "gala", "of": "e1", "right": {"type": "com.example.tea", "version": 1, "data": {}}}
        envelope = from_line(line_of(type="diplocal.corrected", subject="gala", data=data))
        assert isinstance(envelope.event, UnknownEvent)

    def test_an_unknown_event_over_several_lines_goes_out_on_one(self) -> None:
        envelope = from_line('{"specversion":"1.0",\n"type":"com.example.tea","subject":"tea",\n"data":{\n"cups": 2}}')
        (line,) = export(log_of(envelope))
        assert line.endswith(b'"data":{"cups":2}}')

    @pytest.mark.parametrize(
        ("line", "named"),
        [
            (b"", "expected a CloudEvent in JSON"),
            (b"{", "expected a CloudEvent in JSON"),
            (b"[1]", "expected a CloudEvent in JSON"),
            (b"\xff\xfe", "expected a CloudEvent in JSON"),
            (b'{"specversion":"1.0","type":"a.b","subject":"c","data":"\xff"}', "expected a CloudEvent in JSON"),
            (b'{"data":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "expected a CloudEvent in JSON"),
            (line_of(specversion=None), "specversion"),
            (line_of(specversion="0.3"), r"specversion is '0\.3': expected '1\.0'"),
            (line_of(type=None), "type"),
            (line_of(type=7), "type"),
            (line_of(data=None), "data"),
            (line_of(data=None, data_base64="e30="), "data"),
            (line_of(data={}), "diplocal.cancelled.*engagement"),
            (line_of(data={"engagement": "gala", "colour": "red"}), "colour"),
            (line_of(data={"engagement": "The Gala"}), r"Cancelled\.engagement"),
            (line_of(type="cloudtest.dinner-held", data={"engagement": "gala", "courses": 0}), "nobody was served"),
            (line_of(datacontenttype="text/xml"), "datacontenttype is 'text/xml'"),
            (line_of(dataversion="1"), "dataversion"),
            (line_of(dataversion=0), "version"),
            (line_of(subject="other"), "subject is 'other': expected its stream, 'gala'"),
            (line_of(audience="Everybody!"), "audience"),
            (line_of(id="two words"), "id"),
            (line_of(id=""), "id"),
            (line_of(correlationid=" "), "correlation_id"),
            (line_of(type="com.example.tea"), "com.example.tea here: import its module, or name its stream as subject"),
        ],
    )
    def test_what_is_no_such_event_is_refused_with_the_reason(self, line: bytes, named: str) -> None:
        with pytest.raises(MalformedEvent, match=named):
            from_line(line)

    def test_an_event_from_a_later_version_is_refused_as_that(self) -> None:
        with pytest.raises(NewerSchema):
            from_line(line_of(dataversion=2))

    @given(
        st.binary()
        | st.text()
        | st.dictionaries(st.sampled_from(sorted(json.loads(line_of()))), st.text()).map(json.dumps)
    )
    def test_whatever_comes_is_read_or_refused_as_malformed(self, line: bytes | str) -> None:
        try:
            found: Envelope | None = from_line(line)
        except MalformedEvent:
            found = None
        assert found is None or isinstance(found.event, UnknownEvent | EngagementEvent)


def test_a_line_that_was_read_can_be_appended_and_is_the_same_line_again() -> None:
    first = log_of(
        VISIT, TEA, Envelope(Confirmed(engagement="gala"), audience="internal", causation_id=identify(VISIT))
    )
    again = log_of(*map(from_line, export(first)))
    assert list(export(again)) == list(export(first))
