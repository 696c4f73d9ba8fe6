"""What the server says while it runs: a line for each request, and what went wrong."""

import logging
from typing import Any

from diplocal.cli.terminal import printable
from diplocal.web.guard import WithoutSecrets


class PrintableLines(logging.Formatter):
    """Lays out lines of a log: a message stays on its line, and has no control characters."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - as logging calls it
        r"""Return the line, with '\n' for a line break."""
        return printable(super().formatMessage(record)).replace("\n", r"\n")

    def formatException(self, ei: Any) -> str:  # noqa: N802
        """Return the traceback."""
        return printable(super().formatException(ei))


def _to(stream: str) -> dict[str, Any]:
    return {
        "class": "logging.StreamHandler",
        "stream": f"ext://sys.{stream}",
        "formatter": "printable",
        "filters": ["secrets"],
    }


SERVER_LOG: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"printable": {"()": PrintableLines, "fmt": "%(levelname)s: %(message)s"}},
    "filters": {"secrets": {"()": WithoutSecrets}},
    "handlers": {"requests": _to("stdout"), "events": _to("stderr")},
    "loggers": {
        "diplocal": {"handlers": ["events"], "propagate": False},
        "uvicorn": {"handlers": ["events"], "level": "INFO", "propagate": False},
        "uvicorn.access": {"handlers": ["requests"], "level": "INFO", "propagate": False},
    },
}
"""As ``logging.config.dictConfig`` takes it."""
