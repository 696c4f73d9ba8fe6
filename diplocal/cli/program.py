"""Puts the commands together, and turns errors into one line and an exit code."""

import gc
import io
import sys
import warnings
from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from diplocal import __version__
from diplocal.cli.exit_codes import FAILED, MISUSED
from diplocal.cli.parameters import read_plainly
from diplocal.cli.terminal import complain, warn
from diplocal.errors import DiplocalError, LogDamaged, LogTampered, NotProven

COMMANDS = {
    "demonstrating": ("demo",),
    "importing": ("import",),
    "recording": ("record", "correct", "retract", "merge"),
    "queries": ("upcoming", "frequency", "discrepancies", "show"),
    "finding": ("list", "find", "diff", "last-met"),
    "measuring": ("patrols", "rounds", "itinerary", "punctuality", "network"),
    "output": ("feed", "export", "verify", "reindex", "check"),
    "backing_up": ("backup", "restore"),
    "preparing": ("init-db",),
    "syncing": ("sync",),
    "erasing": ("seal", "erase"),
    "proving": ("key", "checkpoint", "prove", "verify-proof"),
    "publishing": ("publish",),
    "notifying": ("watch", "digest"),
    "serving": ("serve", "access"),
}
"""The commands of each module, in the order in which help lists them."""


ALLOCATIONS = 100_000
"""Objects made between two searches for garbage: most commands make hardly more, nearly all of it while importing."""


class LoadedWhenAsked(MutableMapping[str, Any]):
    """Commands by name. The module of a command is imported when the command is first asked for."""

    def __init__(self) -> None:
        self._modules = {name: module for module, names in COMMANDS.items() for name in names}
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            command = self._loaded[name] = _command(self._modules[name], name)
            read_plainly(command)
        return self._loaded[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._modules[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)


def _command(module: str, name: str) -> Any:
    """Return the command that a function is, or a group of commands; its name ends in _ where Python has that name."""
    room, attribute, alone = vars(import_module(f"diplocal.cli.{module}")), name.replace("-", "_"), typer.Typer()
    found = room.get(f"{attribute}_") or room[attribute]
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=name)
    else:
        alone.command(name)(found)
    return get_group(alone).commands[name]


class Program(TyperGroup):
    """All commands. So that each starts fast, it imports only what it needs itself."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = LoadedWhenAsked()
        read_plainly(self)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - as click calls it
        """Return the names of the commands, without loading them."""
        return list(self.commands)


app = typer.Typer(
    cls=Program,
    help="An event-sourced diplomatic calendar.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def _version(
    *, version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False
) -> None:
    if version:
        typer.echo(f"diplocal {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command line."""
    gc.set_threshold(ALLOCATIONS)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot show a letter still shows the rest
    warnings.filterwarnings("ignore", "nothing here names")  # commands say it of all that a log holds
    warnings.showwarning = lambda message, *_, **__: warn(str(message))
    try:
        app()
    except (LogDamaged, LogTampered, NotProven) as found:
        complain(found)
        sys.exit(FAILED)
    except DiplocalError as error:
        complain(error)
        sys.exit(MISUSED)
    except UnicodeEncodeError as error:
        complain(f"{error.object!r} is no text: expected UTF-8")
        sys.exit(MISUSED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        complain(f"{error.filename}: {error.strerror}" if error.filename else error)
        sys.exit(MISUSED)
