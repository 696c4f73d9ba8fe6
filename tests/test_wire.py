"""Events on the wire: names, versions, upcasters, and every event there and back."""

import json
from typing import Any, cast

import attrs
import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from diplocal.checks import UNSEEN
from diplocal.dates import When
from diplocal.errors import InvalidValue, MalformedEvent, NewerSchema, UnknownEventType
from diplocal.events import (
    CallHeld,
    Confirmed,
    Corrected,
    EngagementEvent,
    Event,
    SamePerson,
    VisitAnnounced,
    event,
    event_type,
    event_types,
)
from diplocal.events.registry import Fields, fields_of, shape
from diplocal.events.schema import schemas
from diplocal.events.wire import Encoded, UnknownEvent, decode, encode, identify, reader
from diplocal.parties import Office, Organisation, Person, Rank, State, Tenure
from diplocal.records import Envelope
from diplocal.series import Round, Series
from diplocal.sources import Attribution, Credibility, Reliability, Source
from diplocal.store import MemoryStore
from diplocal.testing import events

CHINA, RUSSIA = State("CN"), State("RU")

slugs = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+){0,3}", fullmatch=True)
texts = (
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]))
    .map(str.strip)
    .filter(lambda text: UNSEEN.sub("", text).strip())
)
days = st.dates().map(lambda day: pendulum.Date(day.year, day.month, day.day))
instants = st.datetimes(
    min_value=pendulum.naive(1900, 1, 2),
    max_value=pendulum.naive(2100, 1, 1),
    timezones=st.sampled_from([pendulum.UTC, pendulum.timezone("Asia/Jakarta"), pendulum.timezone("Europe/Moscow")]),
    allow_imaginary=False,
).map(pendulum.instance)
whens = st.one_of(
    st.sampled_from(
        ["2023", "2023-10", "2023-23", "2023-10-1X", "2023-10~", "2023-10?", "2023-09-18/..", "../2023"]
    ).map(When),
    days.map(When.on),
    instants.map(When.at),
    st.tuples(days, days).map(lambda ends: When.between(min(ends), max(ends))),
)
states = st.builds(State, st.sampled_from(["CN", "RU", "SUHH", "XK", "X-HAWAII"]), st.none() | texts)
organisations = st.builds(Organisation, st.sampled_from(["ASEAN", "EU", "UN", "NATO"]), st.none() | texts)
parties = states | organisations
offices = st.builds(Office, texts, st.sampled_from(Rank), st.sampled_from(Tenure))
people = st.builds(Person, texts, st.none() | parties, st.none() | offices, st.none() | st.just("Q7747"))
office_holders = st.builds(Person, texts, parties, offices)
two_sides = st.tuples(people | states, st.builds(Organisation, st.just("OPPOSITE"))).map(tuple)
sources = st.builds(
    Source,
    texts,
    st.none() | st.just("https://example.org/a?b=c"),
    st.none() | days | instants,
    st.sampled_from(Attribution),
    st.none() | texts,
    st.sampled_from(Reliability),
    st.sampled_from(Credibility),
)

BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "engagement": slugs,
    "during": st.none() | slugs,
    "into": slugs.map("another-{}".format),
    "other": slugs.map("another-{}".format),
    "of": st.from_regex(r"[!-~]{1,40}", fullmatch=True),
    "title": texts,
    "upstream": texts,
    "sequence": st.none() | st.integers(0, 10**10 - 1),
    "craft": st.lists(st.text()).map(tuple),
    "participants": two_sides,
    "person": office_holders,
}
"""Fields that may not hold just any value of their type."""

BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    str: texts,
    str | None: st.none() | texts,
    When: whens,
    When | None: st.none() | whens,
    pendulum.Date | None: st.none() | days | instants,
    State | Organisation: parties,
    State | Organisation | None: st.none() | parties,
    Round | None: st.none() | st.builds(Round, st.builds(Series, texts), st.integers(min_value=1)),
    tuple[Source, ...]: st.lists(sources, max_size=2).map(tuple),
    tuple[State | Organisation, ...]: st.lists(parties, min_size=1, max_size=3).map(tuple),
    tuple[Person | State | Organisation, ...]: st.lists(people | parties, min_size=1, max_size=3).map(tuple),
}


def any_of(field: "attrs.Attribute[Any]") -> st.SearchStrategy[Any]:
    """Give values for a field."""
    if field.name in BY_NAME:
        return BY_NAME[field.name]
    return BY_TYPE[field.type] if field.type in BY_TYPE else st.from_type(cast("type[Any]", field.type))


def events_of(cls: type[Event]) -> st.SearchStrategy[Event]:
    """Give events of a class."""
    if cls is Corrected:
        return st.builds(_corrected, events_of(VisitAnnounced) | events_of(CallHeld), BY_NAME["of"])
    if cls is SamePerson:
        return events(SamePerson)
    return st.builds(cls, **{field.name: any_of(field) for field in fields_of(cls)})


def _corrected(right: EngagementEvent, of: str) -> Corrected:
    return Corrected(engagement=right.engagement, right=right, of=of)


BUILT_IN = [kind.cls for kind in event_types() if kind.name.startswith("diplocal.")]
SCHEMAS = schemas()


@pytest.mark.parametrize("cls", BUILT_IN, ids=lambda cls: cls.__name__)
@given(data=st.data())
def test_every_event_comes_back_from_the_wire_as_it_was(cls: type[Event], data: st.DataObject) -> None:
    original = data.draw(events_of(cls))
    encoded = encode(original)
    assert decode(encoded) == original
    assert reader(encoded.type, encoded.version)(encoded.data) == original
    assert encode(decode(encoded)) == encoded
    assert identify(decode(encoded)) == identify(original)


@given(st.one_of(*map(events_of, BUILT_IN)))
def test_every_event_fits_its_schema(original: Event) -> None:
    encoded = encode(original)
    Draft202012Validator({**SCHEMAS, "$ref": f"#/$defs/{encoded.type}"}).validate(json.loads(encoded.data))


def test_an_id_is_a_name_based_uuid() -> None:
    """RFC 9562: version 8, variant 10."""
    found = identify(Confirmed(engagement="gala"))
    assert (found[14], found[19] in "89ab") == ("8", True)


class TestVersions:
    """A class that changed its shape twice: 1 had a number of guests, 2 named them, 3 says who gave the dinner."""

    @pytest.mark.parametrize(
        ("version", "data"),
        [
            (1, b'{"engagement":"gala","guests":2}'),
            (2, b'{"engagement":"gala","guests":["guest 1","guest 2"]}'),
            (3, b'{"engagement":"gala","guests":["guest 1","guest 2"],"given_by":{"code":"CN"}}'),
        ],
    )
    def test_every_version_ever_written_is_read_as_todays(self, version: int, data: bytes) -> None:
        dinner = DinnerHeld(engagement="gala", guests=("guest 1", "guest 2"), given_by=CHINA)
        assert decode(Encoded("wiretest.dinner-held", version, data)) == dinner

    def test_what_is_written_is_todays_version(self) -> None:
        assert encode(DinnerHeld(engagement="gala", guests=("Ann",), given_by=CHINA)) == Encoded(
            "wiretest.dinner-held", 3, b'{"engagement":"gala","guests":["Ann"],"given_by":{"code":"CN"}}'
        )

    def test_an_upcaster_may_change_the_data_that_it_is_given_and_the_callers_stay(self) -> None:
        data: Fields = {"engagement": "gala", "guests": 1}
        event_type(DinnerHeld).upcast(data, 1)
        assert data == {"engagement": "gala", "guests": 1}

    def test_a_version_that_is_yet_to_come_is_refused_by_name(self) -> None:
        with pytest.raises(NewerSchema) as refused:
            decode(Encoded("wiretest.dinner-held", 4, b"{}"))
        assert (refused.value.what, refused.value.found, refused.value.known) == ("wiretest.dinner-held", 4, 3)

    @pytest.mark.parametrize("version", [0, -1])
    def test_a_version_before_the_first_is_refused(self, version: int) -> None:
        with pytest.raises(MalformedEvent, match="version"):
            decode(Encoded("wiretest.dinner-held", version, b'{"engagement":"gala","guests":1}'))

    @pytest.mark.parametrize("data", [b"{}", b"[]", b'{"guests":"many"}', b'"gala"', b"{", b"\xff"])
    def test_data_that_an_upcaster_cannot_take_is_malformed(self, data: bytes) -> None:
        with pytest.raises(MalformedEvent, match=r"wiretest\.dinner-held"):
            decode(Encoded("wiretest.dinner-held", 1, data))

    def test_a_correction_to_an_earlier_version_is_read_as_todays(self) -> None:
        data = b'{"engagement":"gala","of":"e1","right":{"type":"wiretest.dinner-held","version":1,"data":%s}}'
        read = decode(Encoded("diplocal.corrected", 1, data % b'{"engagement":"gala","guests":1}'))
        assert isinstance(read, Corrected)
        assert read.right == DinnerHeld(engagement="gala", guests=("guest 1",), given_by=CHINA)


def _name_the_guests(data: Fields) -> Fields:
    data["guests"] = [f"guest {number}" for number in range(1, data["guests"] + 1)]
    return data


def _add_the_host(data: Fields) -> Fields:
    return {**data, "given_by": {"code": "CN"}}


@event("wiretest.dinner-held", version=3, upcasters={1: _name_the_guests, 2: _add_the_host})
class DinnerHeld(EngagementEvent):
    """A dinner."""

    guests: tuple[str, ...]
    given_by: State


HOST = b'{"kind":"state","code":"RU"}'


class TestMalformed:
    @pytest.mark.parametrize(
        ("data", "named"),
        [
            (b"", "truncated"),
            (b"[]", "object"),
            (b'{"engagement":"gala"}', "visitors"),
            (b'{"engagement":"gala","visitors":[{"kind":"state","code":"CN"}],"host":{"code":"RU"}}', "host"),
            (b'{"engagement":"gala","visitors":[{"kind":"person","name":3}],"host":%s}' % HOST, "visitors"),
            (b'{"engagement":"gala","visitors":[{"kind":"state","code":"cn"}],"host":%s}' % HOST, "visitors"),
            (b'{"engagement":"gala","visitors":[],"host":%s,"when":"18/9"}' % HOST, "when"),
            (b'{"engagement":"gala","visitors":[],"host":%s,"colour":"red"}' % HOST, "colour"),
            (b'{"engagement":"gala","visitors":[],"host":%s,"place":"\xff"}' % HOST, "utf-8"),
        ],
    )
    def test_what_does_not_decode_names_its_field(self, data: bytes, named: str) -> None:
        with pytest.raises(MalformedEvent, match=named):
            decode(Encoded("diplocal.visit-announced", 1, data))

    def test_what_decodes_is_checked_like_an_event_that_was_made_by_hand(self) -> None:
        data = b'{"engagement":"gala","visitors":[],"host":{"kind":"state","code":"RU"}}'
        with pytest.raises(InvalidValue, match=r"VisitAnnounced\.visitors"):
            decode(Encoded("diplocal.visit-announced", 1, data))

    def test_so_is_the_event_inside_a_correction(self) -> None:
        inner = b'{"engagement":"gala","visitors":[],"host":{"kind":"state","code":"RU"}}'
        data = b'{"engagement":"gala","of":"e1","right":{"type":"diplocal.visit-announced","version":1,"data":%s}}'
        with pytest.raises(InvalidValue, match=r"VisitAnnounced\.visitors"):
            decode(Encoded("diplocal.corrected", 1, data % inner))


class TestUnknown:
    """A log may hold events whose classes are registered elsewhere: nothing is lost, nothing stops."""

    def test_a_name_that_nobody_registered_is_refused_with_the_known_ones(self) -> None:
        with pytest.raises(UnknownEventType) as refused:
            decode(Encoded("acme.tea-held", 1, b"{}"))
        assert refused.value.name == "acme.tea-held"
        assert "diplocal.visit-announced" in refused.value.known

    def test_an_unknown_event_is_kept_to_the_byte(self) -> None:
        tea = UnknownEvent(type="acme.tea-held", version=7, data=b'{"cups" : 2}', in_stream="gala")
        assert encode(tea) == Encoded("acme.tea-held", 7, b'{"cups" : 2}')

    def test_a_correction_to_an_unknown_event_is_unknown_too_and_does_not_stop_the_reading(self) -> None:
        right = b'{"type":"acme.tea-held","version":1,"data":{"engagement":"gala"}}'
        data = b'{"engagement":"gala","of":"e1","right":%s}' % right
        store = MemoryStore()
        store.append(
            Envelope(UnknownEvent(type="diplocal.corrected", version=1, data=data, in_stream="gala")),
            Confirmed(engagement="gala"),
        )
        first, second = store.read()
        assert encode(first.event) == Encoded("diplocal.corrected", 1, data)
        assert second.event == Confirmed(engagement="gala")

    def test_a_correction_to_a_version_that_is_yet_to_come_says_so(self) -> None:
        data = b'{"engagement":"gala","of":"e1","right":{"type":"diplocal.confirmed","version":9,"data":{}}}'
        with pytest.raises(NewerSchema, match=r"diplocal\.confirmed has version 9"):
            decode(Encoded("diplocal.corrected", 1, data))


class TestRegistration:
    @pytest.mark.parametrize("name", ["dinner", "Acme.Dinner", "acme.", ".dinner", "acme.dinner_held", "acme.a.b", ""])
    def test_a_name_needs_a_prefix_and_lower_case(self, name: str) -> None:
        with pytest.raises(InvalidValue, match="event name"):
            event(name)

    @pytest.mark.parametrize(
        ("version", "given"), [(0, ()), (1, (1,)), (2, ()), (3, (1,)), (3, (2,)), (3, (1, 2, 3)), (2, (0, 1))]
    )
    def test_every_earlier_version_needs_its_upcaster_and_no_other(self, version: int, given: tuple[int, ...]) -> None:
        with pytest.raises(InvalidValue, match=r"upcasters|version"):
            event("wiretest.lunch-held", version=version, upcasters=dict.fromkeys(given, dict))

    def test_a_name_that_another_class_has_is_refused(self) -> None:
        with pytest.raises(InvalidValue, match="VisitAnnounced"):

            @event("diplocal.visit-announced")
            class Mine(EngagementEvent):
                """Not ours."""

        assert event_type("diplocal.visit-announced").cls is VisitAnnounced

    def test_a_class_that_is_no_event_is_refused(self) -> None:
        with pytest.raises(InvalidValue, match="derives from EngagementEvent or Event"):

            @event("wiretest.lunch-held")
            class Lunch:
                """No event."""

    def test_a_class_that_is_not_registered_cannot_be_written(self) -> None:
        @shape
        class Secret(EngagementEvent):
            """Nobody registered it."""

        with pytest.raises(UnknownEventType, match="Secret"):
            encode(Secret(engagement="gala"))

    @pytest.mark.parametrize("kind", [list[str], dict[str, str], tuple[str, State], State | str, object])
    def test_a_field_that_has_no_form_on_the_wire_is_refused_by_its_type(self, kind: Any) -> None:
        def define() -> None:
            @event("wiretest.list-kept")
            class ListKept(EngagementEvent):
                """Holds what no JSON can, or what can be changed."""

                names: kind

        with pytest.raises(InvalidValue, match="field type"):
            define()
        with pytest.raises(UnknownEventType):
            event_type("wiretest.list-kept")

    def test_a_class_that_is_defined_anew_takes_over(self) -> None:
        """As when a cell of a notebook runs again."""

        def define() -> type[EngagementEvent]:
            @event("wiretest.toast-given")
            class ToastGiven(EngagementEvent):
                """A toast."""

                to: str

            return ToastGiven

        first = define()
        written = Encoded("wiretest.toast-given", 1, b'{"engagement":"gala","to":"peace"}')
        assert type(decode(written)) is first
        again = define()
        assert type(decode(written)) is again

    def test_events_that_are_equal_are_the_same_bytes_whatever_their_defaults(self) -> None:
        @attrs.frozen
        class Menu:
            courses: tuple[str, ...] = ("soup", "fish")
            by: State = CHINA
            language: str = "zh Hans"

        @event("wiretest.banquet-given")
        class BanquetGiven(EngagementEvent):
            """A banquet."""

            toasts: tuple[str, ...] = ("peace", "trade")
            guests: int = 1000
            menu: Menu = Menu()

        usual = BanquetGiven(engagement="gala")
        spelt_out = BanquetGiven(
            engagement="gala",
            toasts=(*list(usual.toasts),),
            guests=int("1000"),
            menu=Menu((*list(usual.menu.courses),), State("CN"), f"{'zh'} Hans"),
        )
        assert spelt_out == usual
        assert encode(spelt_out).data == encode(usual).data == b'{"engagement":"gala"}'
        other = BanquetGiven(engagement="gala", menu=Menu(by=RUSSIA))
        assert encode(other).data == b'{"engagement":"gala","menu":{"by":{"code":"RU"}}}'
        assert decode(encode(other)) == other

    def test_a_default_that_is_made_anew_for_each_event_is_left_out_and_comes_back(self) -> None:
        @event("wiretest.speech-given")
        class SpeechGiven(EngagementEvent):
            """A speech."""

            topics: tuple[str, ...] = attrs.field(factory=tuple)
            by: State | None = attrs.field(factory=lambda: CHINA)
            heard_by: tuple[State, ...] = attrs.field(factory=lambda: (RUSSIA,))

        plain = SpeechGiven(engagement="gala")
        assert encode(plain).data == b'{"engagement":"gala"}'
        assert decode(encode(plain)) == plain
        nobody = SpeechGiven(engagement="gala", topics=("peace",), by=None, heard_by=())
        assert decode(encode(nobody)) == nobody
