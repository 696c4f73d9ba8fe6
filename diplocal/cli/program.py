"""Puts the commands together, and turns errors into one line and an exit code."""

import io
import sys
from typing import Annotated

import typer

from diplocal import __version__
from diplocal.cli import demonstrating, importing, measuring, output, publishing, queries, serving
from diplocal.cli.options import FAILED
from diplocal.errors import DiplocalError, LogTampered

MISUSED = 2
"""Exit code when the command could not be carried out: bad input, a missing file."""

app = typer.Typer(
    help="An event-sourced diplomatic calendar.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
demonstrating.add_to(app)
importing.add_to(app)
queries.add_to(app)
measuring.add_to(app)
output.add_to(app)
publishing.add_to(app)
serving.add_to(app)


@app.callback(invoke_without_command=True)
def _version(
    *, version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False
) -> None:
    if version:
        typer.echo(f"diplocal {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot show a letter still shows the rest
    try:
        app()
    except LogTampered as found:
        typer.secho(f"diplocal: {found}", err=True, fg=typer.colors.RED)
        sys.exit(FAILED)
    except DiplocalError as wrong:
        typer.secho(f"diplocal: {wrong}", err=True, fg=typer.colors.RED)
        sys.exit(MISUSED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as wrong:
        said = f"{wrong.filename}: {wrong.strerror}" if wrong.filename else str(wrong)
        typer.secho(f"diplocal: {said}", err=True, fg=typer.colors.RED)
        sys.exit(MISUSED)
