"""Reads events that somebody wrote down in TOML, for ``diplocal record``.

.. code-block:: toml

    [[event]]
    type = "visit-announced"
    engagement = "wang-to-russia-2023-09"
    visitors = ["Foreign Minister Wang Yi (CN)"]
    host = "RU"
    when = "2023-09-18/2023-09-21"
    reported = 2023-09-18
    sources = ["TASS", { publisher = "MFA of China", attribution = "ministry" }]

Each ``[[event]]`` has its ``type``, whose prefix ``diplocal.`` may be left out, if need be an ``id`` and an
``audience``, and the fields of that event in their wire form. Beside that form,

- who takes part may be a text: a code, or title and name before a code in brackets (see ``names.participants``);
- an office may be a text, its title;
- a source may be a text, its publisher, and so may a series, its name;
- a date may be one of TOML's, and an instant too when it has an offset;
- an event inside another is a table like any other event's.
"""

import re
import tomllib
import types
import warnings
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from enum import Enum
from io import BytesIO
from math import isfinite
from pathlib import Path
from typing import Any, Union, get_args, get_origin

import attrs
import msgspec
import pendulum

from diplocal.checks import fault_of, without_faults
from diplocal.dates import When
from diplocal.dates.words import said
from diplocal.errors import DiplocalError, InvalidValue, MalformedEvent, UnreadableInput, Unresolved, together
from diplocal.events import Corrected, EngagementEvent, Event, event_type
from diplocal.events.registry import fields_of
from diplocal.events.wire import Encoded, decode, encode
from diplocal.events.wirevalues import day_or_instant, part_of
from diplocal.importers.intake import check_sides, import_id, read_input
from diplocal.names.offices import office
from diplocal.names.participants import read_party, reading
from diplocal.names.spelling import spellings_near
from diplocal.parties import Office, Organisation, Participant, Person, State
from diplocal.records import Envelope
from diplocal.series import Series
from diplocal.sources import Source


class CharactersLeftOut(UserWarning):
    """A text had characters that no text may hold, and was read without them."""


RECORDED_BY = "diplocal record"
PREFIX = "diplocal."
EVENTS = "[[event]] tables, each with its type"

FIRST_FIELD = {Source: "publisher", Series: "name"}
"""What a text stands for where one of these is expected."""


def read_toml(path: str | Path, *, audience: str = "public") -> list[Envelope]:
    """Read all events of a file, in order, ready to be appended: for this audience, where they do not name one.

    Warns with CharactersLeftOut of what nobody can read, such as control characters: it is left out. Raises
    UnreadableInput, which names each event at fault by its number, the field, and what was expected: all events are
    read, or none.
    """
    return read_events(str(path), read_input(path), audience=audience)


def read_events(path: str, content: bytes, *, audience: str = "public") -> list[Envelope]:
    """Read all events of what a file holds, as ``read_toml`` does; ``path`` is what errors call it."""
    name = import_id(BytesIO(content))
    tables, faults = _tables(path, content)
    envelopes: list[Envelope] = []
    for number, table in enumerate(tables, start=1):
        try:
            envelopes.append(_envelope(path, f"event {number}", table, name, audience))
        except UnreadableInput as error:
            faults.append(error)
    if len(faults) > 1:
        reasons = "".join(f"\n  {error.reason}" for error in faults)
        raise UnreadableInput(path, f"there are {len(faults)} faults:{reasons}\n")
    if faults:
        raise faults[0]
    return envelopes


def with_fields(event: EngagementEvent, fields: Mapping[str, Any]) -> EngagementEvent:
    """Return an event with other values in some fields, each as a file has it; None takes the value out.

    Raises InvalidValue for a field that the event does not have, and for a value that cannot be.
    """
    defaults = {field.name: field.default for field in fields_of(type(event))}
    for name, value in fields.items():
        _expect_among("field", name, [*defaults])
        if name == "engagement" and value != event.engagement:
            expected = f"{event.engagement!r}: a report stays where it is; retract it, and record it of the other"
            raise InvalidValue(name, value, expected)
        if value is None and defaults[name] is attrs.NOTHING:
            raise InvalidValue(name, "", f"a value: a report of this kind ({type(event).__name__}) is none without it")
    encoded = encode(event)
    data = {**msgspec.json.decode(encoded.data), **_wire_fields(type(event), fields)}
    said = {name: value for name, value in data.items() if value is not None}
    changed = decode(Encoded(encoded.type, encoded.version, msgspec.json.encode(said)))
    if not isinstance(changed, EngagementEvent):
        raise InvalidValue("event", changed, "a report about an engagement")
    return changed


def _expect_among(what: str, text: str, known: Sequence[str]) -> None:
    """Raise Unresolved, with what comes near, for a text that is none of those that are known."""
    if text not in known:
        raise Unresolved.among(what, text, known, near=spellings_near(text, known))


_DEEP_KEY = re.compile(r"""(?:(?:(?<![\w-])[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){50}""")
"""Begins a dotted key that makes as many tables in each other as it has dots."""


def _tables(path: str, content: bytes) -> tuple[list[Any], list[UnreadableInput]]:
    """Return the tables of events, and what is wrong with what stands beside them."""
    too_deep = UnreadableInput(path, "it has lists or tables in each other that go too deep")
    try:
        text = content.decode("utf-8-sig")
        if _DEEP_KEY.search(text):
            raise too_deep
        document = tomllib.loads(text)
    except RecursionError as error:
        raise too_deep from error
    except ValueError as wrong:  # of TOML, of UTF-8, of a number with thousands of digits
        raise UnreadableInput(path, f"it is not TOML in UTF-8: {wrong}") from wrong
    tables = document.pop("event", None)
    stray = [UnreadableInput(path, f"{one} stands outside of an event: expected {EVENTS}") for one in document]
    if not isinstance(tables, list):
        raise stray[0] if stray else UnreadableInput(path, f"it has no events: expected {EVENTS}")
    return [_cleaned(table, f"{path}, event {number}") for number, table in enumerate(tables, start=1)], stray


def _cleaned(said: Any, place: str) -> Any:
    """Return the same without the characters that no text may hold, and warn of them."""
    match said:
        case str() if (fault := fault_of(said)) is not None:
            warnings.warn(f"{place}: {said!r} was recorded without {fault}", CharactersLeftOut, stacklevel=2)
            return without_faults(said)
        case list():
            return [_cleaned(one, place) for one in said]
        case dict():
            return {name: _cleaned(one, place) for name, one in said.items()}
        case _:
            return said


def _envelope(path: str, place: str, table: Any, name: str, audience: str) -> Envelope:
    try:
        if not isinstance(table, dict):
            raise InvalidValue("event", table, EVENTS)
        said = dict(table)
        event_id, audience = said.pop("id", None), said.pop("audience", audience)
        place = f"{place} ({said.get('type', 'without a type')})"
        event = _event(said)
        check_sides(event.right if isinstance(event, Corrected) else event)
        return Envelope(event, id=event_id, audience=audience, correlation_id=name, recorded_by=RECORDED_BY)
    except MalformedEvent as wrong:
        raise UnreadableInput(path, f"{place}: {wrong.reason}") from wrong
    except (DiplocalError, msgspec.MsgspecError, TypeError, ValueError) as wrong:
        raise UnreadableInput(path, f"{place}: {wrong}") from wrong


def _event(table: Mapping[str, Any]) -> Event:
    wire = _wire_event(table)
    return decode(Encoded(wire["type"], wire["version"], msgspec.json.encode(wire["data"])))


def _wire_event(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event as it is laid out inside another: its fields stand beside its type, or in ``data``."""
    said = dict(table)
    name, version = said.pop("type", None), said.pop("version", None)
    if not isinstance(name, str):
        raise InvalidValue("type", name, "the name of an event, such as 'visit-announced'")
    kind = event_type(name if "." in name else f"{PREFIX}{name}")
    fields = said.pop("data") if "data" in said else said
    if not isinstance(fields, dict) or (said and fields is not said):
        raise InvalidValue("data", fields, "a table of all fields, or none and the fields beside the type")
    known = None if version is not None else [each.name for each in fields_of(kind.cls)]
    data = _wire_fields(kind.cls, fields, known)
    return {"type": kind.name, "version": kind.version if version is None else version, "data": data}


def _wire_fields(cls: Any, said: Mapping[str, Any], known: Sequence[str] | None = None) -> dict[str, Any]:
    """Return the fields of an event, or of a value in one, in their wire form.

    What is not among those that are ``known`` is a fault; without these it is as it is. All faults are told at once, by
    the error of the first.
    """
    kinds = {field.name: field.type for field in fields_of(cls)}
    fields, faults = dict[str, Any](), list[InvalidValue]()
    for name, value in said.items():
        try:
            if known is not None:
                _expect_among("field", name, known)
            fields[name] = _wire_field(name, value, kinds.get(name))
        except InvalidValue as error:
            faults.append(error)
    if faults:
        raise together(faults) from faults[0]
    return fields


def _wire_field(name: str, value: Any, annotation: Any) -> Any:
    try:
        return _wire(value, annotation)
    except InvalidValue as wrong:
        raise InvalidValue(name, wrong.value, wrong.expected) from wrong


def _wire(value: Any, annotation: Any) -> Any:
    match value:
        case datetime():
            return _instant(value)
        case date():
            return value.isoformat()
        case float() if not isfinite(value):
            raise InvalidValue("number", value, "a number, and no nan or inf")
        case time():
            raise InvalidValue("time", value, "a date, or an instant with its offset")
        case str():
            return _wire_text(value, annotation)
        case list() if get_origin(annotation) is tuple:
            return [_wire(item, get_args(annotation)[0]) for item in value]
        case dict():
            return _wire_table(value, annotation)
        case _:
            return value


def _instant(value: datetime) -> str:
    if value.tzinfo is None:
        raise InvalidValue("time", value, "an offset behind it, as in 2023-09-18T10:00:00+03:00, or a day alone")
    return When.at(pendulum.instance(value)).edtf


def _wire_text(text: str, annotation: Any) -> Any:
    """Return a text in its wire form; a date by hand is read strictly, since its offset may be a slip."""
    if When in _options(annotation):
        return _date(text)
    if any(isinstance(option, type) and issubclass(option, date) for option in _options(annotation)):
        day_or_instant(text)
    classes = _classes(annotation)
    for cls, field in FIRST_FIELD.items():
        if cls in classes:
            return {field: text}
    if Office in classes:
        return _office(text)
    if not classes & {Person, State, Organisation}:
        _expect_text(text, annotation)
        return text
    meant = _participant(text) if Person in classes else read_party(text)
    if type(meant) not in classes:
        raise InvalidValue("text", text, " or ".join(sorted(f"a {cls.__name__.lower()}" for cls in classes)))
    out = part_of(annotation).out
    return out(meant) if out else meant


def _expect_text(text: str, annotation: Any) -> None:
    for option in _options(annotation):
        if isinstance(option, type) and issubclass(option, Enum):
            _expect_among("text", text, [str(member.value) for member in option])
    if expected := _no_text(annotation):
        raise InvalidValue("text", text, expected)


def _no_text(annotation: Any) -> str | None:
    """Return what a field expects that no text can be, None where it may be one, or is no field that is known."""
    for option in _options(annotation):
        if get_origin(option) is tuple:
            return "a list, such as ['CN', 'RU']"
        if option in (int, bool):
            return "a number, without quotation marks" if option is int else "true or false, without quotation marks"
        if isinstance(option, type) and attrs.has(option):
            return f"a table, such as {{ {', '.join(f'{field.name} = ...' for field in fields_of(option))} }}"
    return None


def _date(text: str) -> str:
    when = said(text)
    if when is None:
        raise InvalidValue("date", text, "a date; leave the field out while none is set")
    return when.edtf


def _office(text: str) -> dict[str, str]:
    """Return an office by its title; one that nobody knows ranks as other."""
    try:
        held = office(text)
    except Unresolved:
        return {"title": text}
    return {"title": held.title, "rank": held.rank.value, "tenure": held.tenure.value}


def _participant(text: str) -> Participant:
    """Read one who takes part; what would have to be guessed is written out by the person who knows."""
    found = reading(text)
    if found.guess and isinstance(found.participant, Person):
        name, of = found.participant.name, found.participant.office
        held = f", office = {of.title!r}" if of else ""
        expected = f"title and name apart, such as {{ kind = 'person', name = {name!r}{held}, party = ... }}"
        raise InvalidValue("participant", text, f"{expected}: it would be a guess that {found.guess}")
    return found.participant


def _wire_table(table: dict[str, Any], annotation: Any) -> Any:
    classes = _classes(annotation)
    if EngagementEvent in classes:
        return _wire_event(table)
    named = [cls for cls in classes if len(classes) == 1 or cls.__name__.lower() == table.get("kind")]
    if named and named[0] in {State, Organisation}:
        named[0](**{name: value for name, value in table.items() if name != "kind"})
    return _wire_fields(named[0], table) if named else table


def _classes(annotation: Any) -> set[Any]:
    """Return the attrs classes that a field may hold."""
    return {option for option in _options(annotation) if isinstance(option, type) and attrs.has(option)}


def _options(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else (annotation,)
