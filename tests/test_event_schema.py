"""JSON Schema for every event, generated from the layout on the wire."""

import json
from pathlib import Path
from typing import Any

import attrs
import pytest
from jsonschema import Draft202012Validator

from diplocal.dates import When
from diplocal.errors import UnknownEventType
from diplocal.events import EngagementEvent, event, event_types
from diplocal.events.registry import fields_of
from diplocal.events.schema import event_schema, schemas
from diplocal.events.wire import encode
from diplocal.parties import Person, State

GOLDEN = Path(__file__).parent / "golden"
EXAMPLES = [
    (path.name.split(".v1.")[0], json.loads(line))
    for path in sorted(GOLDEN.glob("diplocal.*.v1.json"))
    for line in path.read_bytes().splitlines()
]

CHINA = State("CN")


@attrs.frozen
class BillOfFare:
    """What there was to eat.

    Not the drinks.
    """

    courses: tuple[str, ...] = ("soup", "fish")
    """In the order in which they came."""
    cook: State = CHINA


@event("schematest.banquet-given", version=2, upcasters={1: dict})
class BanquetGiven(EngagementEvent):
    """A banquet."""

    host: State
    """Who gave it."""
    guests: tuple[Person | State, ...] = ()
    when: When | None = None
    menu: BillOfFare | None = None
    seats: int = 12


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """Give what checks JSON against a schema that is itself one of draft 2020-12."""
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


NAMES = [kind.name for kind in event_types() if kind.name.startswith(("diplocal.", "schematest.banquet"))]


@pytest.mark.parametrize(("name", "data"), EXAMPLES)
def test_what_is_written_fits_its_schema(name: str, data: dict[str, Any]) -> None:
    validator(event_schema(name)).validate(data)


@pytest.mark.parametrize(("name", "data"), EXAMPLES)
def test_what_lacks_a_required_field_does_not_fit(name: str, data: dict[str, Any]) -> None:
    schema = event_schema(name)
    for missing in schema["required"]:
        rest = {field: value for field, value in data.items() if field != missing}
        assert not validator(schema).is_valid(rest)


@pytest.mark.parametrize(("name", "data"), EXAMPLES)
def test_what_has_a_field_of_another_type_or_name_does_not_fit(name: str, data: dict[str, Any]) -> None:
    checks = validator(event_schema(name))
    assert not checks.is_valid({**data, "colour": "red"})
    for field in data:
        assert not checks.is_valid({**data, field: 3.5})
        assert not checks.is_valid({**data, field: {"colour": "red"}})


@pytest.mark.parametrize("name", NAMES)
def test_exactly_the_fields_without_a_default_are_required(name: str) -> None:
    cls = next(kind.cls for kind in event_types() if kind.name == name)
    schema = event_schema(name)
    assert list(schema["properties"]) == [field.name for field in fields_of(cls)]
    assert schema["required"] == [field.name for field in fields_of(cls) if field.default is attrs.NOTHING]


@pytest.mark.parametrize("name", NAMES)
def test_one_document_has_them_all(name: str) -> None:
    whole, alone = schemas(), event_schema(name)
    assert whole["$defs"][name] == {key: value for key, value in alone.items() if key not in ("$schema", "$defs")}
    assert all(name in whole["$defs"] for name in alone["$defs"])


def test_the_one_document_can_be_referred_to_by_name() -> None:
    whole = schemas()
    Draft202012Validator.check_schema(whole)
    for name, data in EXAMPLES:
        Draft202012Validator({**whole, "$ref": f"#/$defs/{name}"}).validate(data)


class TestUsersOwn:
    def test_an_event_of_the_users_has_a_schema_like_ours(self) -> None:
        banquet = BanquetGiven(
            engagement="gala",
            host=CHINA,
            guests=(Person("Ann"), State("RU")),
            when=When("2023-10"),
            menu=BillOfFare(("tea",)),
            seats=2,
        )
        checks = validator(event_schema("schematest.banquet-given"))
        checks.validate(json.loads(encode(banquet).data))
        checks.validate(json.loads(encode(BanquetGiven(engagement="gala", host=CHINA)).data))
        assert not checks.is_valid({"engagement": "gala", "host": {"code": "CN"}, "seats": "many"})

    def test_a_state_alone_and_a_state_among_others_are_told_apart(self) -> None:
        checks = validator(event_schema("schematest.banquet-given"))
        assert checks.is_valid(
            {"engagement": "gala", "host": {"code": "CN"}, "guests": [{"kind": "state", "code": "RU"}]}
        )
        assert not checks.is_valid({"engagement": "gala", "host": {"kind": "state", "code": "CN"}})
        assert not checks.is_valid({"engagement": "gala", "host": {"code": "CN"}, "guests": [{"code": "RU"}]})

    def test_descriptions_come_from_docstrings(self) -> None:
        schema = event_schema("schematest.banquet-given")
        properties = schema["properties"]
        assert (schema["title"], schema["$comment"]) == ("schematest.banquet-given", "version 2")
        assert schema["description"] == "A banquet."
        assert properties["host"]["description"] == "Who gave it."
        assert properties["engagement"]["description"] == "'wang-to-russia-2023-09'."
        assert properties["when"]["description"].startswith("EDTF (ISO 8601-2)")
        assert schema["$defs"]["BillOfFare"]["description"] == "What there was to eat."
        assert (
            schema["$defs"]["BillOfFare"]["properties"]["courses"]["description"] == "In the order in which they came."
        )

    def test_a_class_whose_source_is_nowhere_has_a_schema_all_the_same(self) -> None:
        space: dict[str, Any] = {"EngagementEvent": EngagementEvent, "__name__": "prompt"}
        exec("class Typed(EngagementEvent):\n    cups: int\n", space)  # noqa: S102 - as if typed in at a prompt
        event("schematest.typed")(space["Typed"])
        assert event_schema("schematest.typed")["properties"]["cups"] == {"type": "integer"}


def test_a_name_that_nobody_registered_has_no_schema() -> None:
    with pytest.raises(UnknownEventType, match=r"acme\.tea-held"):
        event_schema("acme.tea-held")


def test_classes_of_one_name_are_two_events() -> None:
    """A function that makes event classes makes several of one name, in one module."""

    def made(name: str, field: type) -> None:
        class Gathering(EngagementEvent):
            guests: field  # type: ignore[valid-type] # that is what differs

        event(f"schematest.{name}")(Gathering)

    made("small", int)
    made("large", str)
    whole = schemas()["$defs"]
    kinds = [whole[f"schematest.{name}"]["properties"]["guests"]["type"] for name in ("small", "large")]
    assert kinds == ["integer", "string"]
