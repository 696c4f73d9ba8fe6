"""The command line: tables for people, JSON for programs, no traceback on bad input."""

import signal
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line."""
    if sys.argv[1:2] == ["serve"] and hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until there is something that reads the configuration again
    from diplocal.cli.program import main as run  # noqa: PLC0415 - it takes a while

    run()
