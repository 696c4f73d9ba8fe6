"""What the exit code of a command says, beside 0: all is well."""

FAILED = 1
"""Something was found wrong: a log that does not verify, a calendar with errors, rows not taken."""
MISUSED = 2
"""The command could not be carried out: bad input, a missing file."""
