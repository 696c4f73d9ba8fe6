"""Where a log lies on a PostgreSQL server, and how to say so without its password."""

import re
from typing import Self
from urllib.parse import unquote

import attrs

from diplocal.errors import InvalidValue

SCHEMES = ("postgresql://", "postgres://")
SCHEMA = "diplocal"
"""The schema that the tables lie in unless the address names another."""

LONGEST_NAME = 63
"""Octets of a schema's name, and of a role's: PostgreSQL cuts off what is longer."""
_NAME = re.compile(f"[a-z_][a-z0-9_]{{,{LONGEST_NAME - 1}}}")
_OF_POSTGRESQL = re.compile("pg_.*|information_schema")
_OF_OTHERS = re.compile("(.*)(_keys|_for|_diary_[0-9a-f]{12})")
"""Names of schemas that lie beside that of a log, or of roles that would be those of another."""
_PASSWORD = re.compile(r"^(\s*[\w+.-]+:/*[^:/@?]*):.*@", re.DOTALL)
_PASSWORD_OPTION = re.compile(r"(?<=password=)[^&]*")


def masked(address: str) -> str:
    """Return an address as it may be shown: without a password.

    >>> masked("postgresql://desk:secret@db.example/calendar")
    'postgresql://desk:***@db.example/calendar'
    """
    return _PASSWORD_OPTION.sub("***", _PASSWORD.sub(r"\1:***@", address))


@attrs.frozen
class PostgresAddress:
    """A database, and the schema in it that a log's tables lie in."""

    conninfo: str = attrs.field(repr=False)
    """What libpq takes: a URI, with the password that it may hold."""
    schema: str
    shown: str
    """The whole address, as it may be shown."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a libpq URI that may name a schema besides: ``postgresql://desk@db.example/calendar?schema=asia``.

        Raises InvalidValue.

        >>> PostgresAddress.parse("postgresql://desk@db.example/calendar?schema=asia")
        PostgresAddress(schema='asia', shown='postgresql://desk@db.example/calendar?schema=asia')
        """
        place, _, query = text.partition("?")
        if "@" in place.removeprefix("postgres").partition("://")[2].partition("/")[2]:
            raise unreadable(text)
        options = [(unquote(one.partition("=")[0]) == "schema", one) for one in query.split("&")]
        schema, *others = [unquote(one.partition("=")[2]) for is_schema, one in options if is_schema] or [SCHEMA]
        if others:
            raise InvalidValue("schema", ", ".join((schema, *others)), "one")
        if not _NAME.fullmatch(schema):
            raise InvalidValue("schema", schema, f"small letters, digits and underscores, up to {LONGEST_NAME}")
        if _OF_POSTGRESQL.fullmatch(schema):
            raise InvalidValue("schema", schema, f"one for the log alone, such as {SCHEMA!r}: this is PostgreSQL's own")
        rest = "&".join(one for is_schema, one in options if not is_schema)  # as it is: a plus sign is one for libpq
        return cls(f"{place}?{rest}" if rest else place, schema, masked(text))


def see_that_it_can_be_made(schema: str) -> None:
    """Raise InvalidValue for the name of a schema in which something else of another log would lie."""
    if found := _OF_OTHERS.fullmatch(schema):
        raise InvalidValue(
            "schema",
            schema,
            f"a name that does not end in {found[2]!r}, which belongs to a log in the schema {found[1]!r}",
        )


def unreadable(address: str) -> InvalidValue:
    """Make the error for an address that is no URI, which does not show what may be its password."""
    return InvalidValue(
        "address",
        masked(address),
        "a URI such as postgresql://user@host/database?schema=diplocal, with what is special in it percent-encoded",
    )
