"""Test a projection, a store or event classes of your own: generated histories, and the laws that hold on them."""

import hypothesis as _first  # noqa: F401 - it calls our entry point, which must find none of these modules half-way

from diplocal.testing.checking import LawsBroken, Report, Verdict, check_law, check_projection, laws
from diplocal.testing.failures import LawBroken
from diplocal.testing.histories import engagement_histories, histories
from diplocal.testing.history import History, Told
from diplocal.testing.values import any_event, days, events, instants, slugs, whens

__all__ = [
    "History",
    "LawBroken",
    "LawsBroken",
    "Report",
    "Told",
    "Verdict",
    "any_event",
    "check_law",
    "check_projection",
    "days",
    "engagement_histories",
    "events",
    "histories",
    "instants",
    "laws",
    "slugs",
    "whens",
]
