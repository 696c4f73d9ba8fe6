"""How every reader tells what it shows: one row for each entry, as JSON."""

import datetime as dt
import json
import sys
from collections.abc import Iterable


def row(
    *,
    uid: object,
    starts: dt.date,
    ends: dt.date | None,
    summary: object,
    status: object,
    description: object,
    location: object,
) -> dict[str, str | None]:
    """Give an entry: all-day ones by first and last day, others by their instants in UTC."""
    return {
        "uid": _text(uid),
        "starts": _moment(starts),
        "ends": _moment(ends if isinstance(ends, dt.datetime) else _last_day(ends)),
        "summary": str(summary),
        "status": _text(status),
        "description": _text(description),
        "location": _text(location),
    }


def tell(rows: Iterable[dict[str, str | None]]) -> None:
    """Write the rows for the test."""
    json.dump(list(rows), sys.stdout)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _last_day(ends: dt.date | None) -> dt.date | None:
    return None if ends is None else ends - dt.timedelta(days=1)


def _moment(when: dt.date | None) -> str | None:
    if isinstance(when, dt.datetime):
        return when.astimezone(dt.UTC).isoformat()
    return None if when is None else when.isoformat()
