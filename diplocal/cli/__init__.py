"""The command line: tables for people, JSON for programs, no traceback on bad input."""

from diplocal.cli.program import main

__all__ = ["main"]
