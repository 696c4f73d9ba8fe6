"""What RFC 8984 asks of a Group of Events, as JSON Schema: of what we write, each property and nothing else."""

from typing import Any

import jsonschema

ID = "^[A-Za-z0-9_-]{1,255}$"
OURS = {r"^diplocal\.org:[a-z]+$": {"type": ["string", "integer", "boolean"]}}
UTC = {"type": "string", "pattern": r"^\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$"}
LOCAL = {"type": "string", "pattern": r"^\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d$"}
DURATION = {"type": "string", "pattern": r"^P(\d+W|\d+D|(\d+D)?T(\d+H(\d+M(\d+S)?|(?!\d+S))|\d+M(\d+S)?|\d+S))$"}
"""1.4.6: weeks, days and exact time; no months or years, no sign, minutes between hours and seconds."""
TEXT = {"type": "string"}


def _object(kind: str, needed: list[str], properties: dict[str, Any], patterns: dict[str, Any] | None = None) -> Any:
    return {
        "type": "object",
        "required": ["@type", *needed],
        "properties": {"@type": {"const": kind}, **properties},
        "patternProperties": patterns or {},
        "additionalProperties": False,
    }


def _by_id(of: Any) -> Any:
    return {"type": "object", "patternProperties": {ID: of}, "additionalProperties": False, "minProperties": 1}


SET = {"type": "object", "additionalProperties": {"const": True}, "minProperties": 1}
LINK = _object("Link", ["href"], {"href": {"type": "string", "pattern": "^https?://"}, "rel": TEXT, "title": TEXT})
RELATION = _object("Relation", [], {"relation": SET})
LOCATION = _object("Location", [], {"name": TEXT})
PARTICIPANT = _object(
    "Participant",
    ["roles"],
    {
        "name": TEXT,
        "description": TEXT,
        "kind": {"enum": ["individual", "group", "location", "resource"]},
        "roles": {
            "type": "object",
            "minProperties": 1,
            "patternProperties": {r"^diplocal\.org:[a-z]+$": {"const": True}},
            "properties": {"attendee": {"const": True}},
            "additionalProperties": False,
        },
        "links": _by_id(LINK),
    },
)
EVENT = _object(
    "Event",
    ["uid", "updated", "start"],
    {
        "uid": {"type": "string", "minLength": 1},
        "prodId": TEXT,
        "created": UTC,
        "updated": UTC,
        "sequence": {"type": "integer", "minimum": 0, "maximum": 2**53 - 1},
        "title": TEXT,
        "description": TEXT,
        "locale": {"type": "string", "pattern": "^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$"},
        "start": LOCAL,
        "duration": DURATION,
        "timeZone": {"type": "string", "pattern": "^[A-Za-z_]+/[A-Za-z0-9_+/-]+$"},
        "showWithoutTime": {"const": True},
        "status": {"enum": ["confirmed", "cancelled", "tentative"]},
        "freeBusyStatus": {"const": "free"},
        "color": {"type": "string", "pattern": "^[a-z]+$"},
        "keywords": SET,
        "locations": _by_id(LOCATION),
        "participants": _by_id(PARTICIPANT),
        "links": _by_id(LINK),
        "relatedTo": {"type": "object", "additionalProperties": RELATION, "minProperties": 1},
    },
    OURS,
)
GROUP = _object(
    "Group",
    ["uid", "updated", "entries"],
    {"uid": TEXT, "prodId": TEXT, "updated": UTC, "title": TEXT, "entries": {"type": "array", "items": EVENT}},
)
RULES = jsonschema.Draft202012Validator(GROUP)


def broken_rules(group: Any) -> list[str]:
    """List what RFC 8984 forbids in a group."""
    return [f"{error.json_path}: {error.message}" for error in RULES.iter_errors(group)]
