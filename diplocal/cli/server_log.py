"""What the server says while it runs: a line for each request, and what went wrong."""

import json
import logging
from datetime import UTC, datetime
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


class TimedLines(PrintableLines):
    """Begins each line with the instant, in UTC to the millisecond (RFC 3339)."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802
        """Return when it was."""
        return _instant(record)


class JsonLines(logging.Formatter):
    """Lays out each record as a JSON object on a line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "time": _instant(record),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)


def _instant(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _to(stream: str) -> dict[str, Any]:
    return {
        "class": "logging.StreamHandler",
        "stream": f"ext://sys.{stream}",
        "formatter": "printable",
        "filters": ["secrets"],
    }


def server_log(*, as_json: bool = False) -> dict[str, Any]:
    """Return what the server says and where, as ``logging.config.dictConfig`` takes it."""
    lines = {"()": JsonLines} if as_json else {"()": TimedLines, "fmt": "%(asctime)s %(levelname)s: %(message)s"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"printable": lines},
        "filters": {"secrets": {"()": WithoutSecrets}},
        "handlers": {"requests": _to("stdout"), "events": _to("stderr")},
        "loggers": {
            "diplocal": {"handlers": ["events"], "propagate": False},
            "uvicorn": {"handlers": ["events"], "level": "INFO", "propagate": False},
            "uvicorn.access": {"handlers": ["requests"], "level": "INFO", "propagate": False},
        },
    }
