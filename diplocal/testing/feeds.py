"""Feeds held to what their subscribers rely on: the same log gives the same bytes, and readers see every change."""

import unittest
from collections.abc import Mapping
from typing import Any

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from diplocal.testing.checking import NOTHING_WAIVED, Report, report_on, tests_of
from diplocal.testing.history import History
from diplocal.testing.lawbook import LAWS, LAWS_OF_FEEDS
from diplocal.testing.subjects import Ask, Subject


def as_ical(answer: Any) -> bytes:
    """Ask a calendar for its bytes."""
    ical: bytes = answer.to_ical()
    return ical


_HEALING = frozenset({"retraction", "correction"})
"""What no feed can do: its SEQUENCE counts what was taken back, too."""
_BOOK = (*(law for law in LAWS if not law.opt_in and law.name not in _HEALING), *LAWS_OF_FEEDS)


def feed_laws(
    feed: Any,
    *,
    waive: Mapping[str, str] = NOTHING_WAIVED,
    ask: Ask = as_ical,
    histories: st.SearchStrategy[History] | None = None,
    settings: hypothesis_settings | None = None,
) -> type[unittest.TestCase]:
    """Make a class of tests, one for each law of feeds, for pytest and unittest alike.

    >>> from diplocal.calendars import Feed
    >>> TestFeed = feed_laws(Feed)

    ``feed`` is a projection whose answer has ``to_ical()``, as ``diplocal.Feed`` is, or whatever ``ask`` reads the
    bytes from. The laws are those of projections, for its bytes, and four of feeds: 'readable', 'apart', 'identity' and
    'sequence'. The other arguments are those of ``laws``.
    """
    return tests_of(_BOOK, Subject.of(feed, ask=ask), (), waive, histories, settings)


def check_feed(
    feed: Any,
    *,
    waive: Mapping[str, str] = NOTHING_WAIVED,
    ask: Ask = as_ical,
    histories: st.SearchStrategy[History] | None = None,
    settings: hypothesis_settings | None = None,
) -> Report:
    """Hold a feed to the laws of feeds, and report. The arguments are those of ``feed_laws``.

    >>> from diplocal.calendars import Feed
    >>> from hypothesis import settings
    >>> print(check_feed(Feed, settings=settings(max_examples=1)).broken)
    ()

    Raises LawsBroken, which has the report.
    """
    return report_on(_BOOK, Subject.of(feed, ask=ask), (), waive, histories, settings)
