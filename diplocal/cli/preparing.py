"""The command that prepares a database for a log: init-db."""

from typing import Annotated

import typer

from diplocal.cli.terminal import say, warn
from diplocal.errors import InvalidValue
from diplocal.store.address import on_a_server
from diplocal.store.postgres_address import SCHEMES, masked


def init_db(
    log: Annotated[str, typer.Argument(metavar="LOG", help="postgresql://owner@host/database, with ?schema= if any.")],
    *,
    audience: Annotated[
        list[str],
        typer.Option(
            "--audience",
            metavar="NAME",
            help="Make a log of what this audience may see, and a role that can read nothing else.",
        ),
    ] = [],  # noqa: B006 - typer reads it, and nobody changes it
) -> None:
    """Make a log on a PostgreSQL server, and roles to append to it and to read it; print these as SQL takes them.

    Who runs it owns the log. It may be run again. Grant a role to whoever logs in: GRANT diplocal_writer TO desk.
    """
    if not log.startswith(SCHEMES):
        raise InvalidValue("LOG", masked(log), "an address such as postgresql://owner@host/database")
    on_a_server()
    from diplocal.store.postgres_roles import in_sql, make_roles, tells_sizes  # noqa: PLC0415 - needs the extra

    for role in make_roles(log, audience):
        say(in_sql(role))
    if audience and tells_sizes(log):
        warn(
            "the server tells everybody in the database how many rows each table has, and so how much is hidden:"
            " have an administrator of the server run the same command"
        )
