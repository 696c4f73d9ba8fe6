"""Test a projection, a store or event classes of your own: generated histories, and the laws that hold on them."""

import hypothesis as _first  # noqa: F401 - it calls our entry point, which must find none of these modules half-way

from diplocal.testing.checking import LawsBroken, Report, SaidNothing, Verdict, check_law, check_projection, laws
from diplocal.testing.diaries import DiaryBroken, check_diary
from diplocal.testing.event_types import EventTypeBroken, check_event_type
from diplocal.testing.failures import LawBroken
from diplocal.testing.feeds import check_feed, feed_laws
from diplocal.testing.foreign import eventsourced, folding, histories_of
from diplocal.testing.given import NotTaken, Story, Unexpected, given
from diplocal.testing.histories import engagement_histories, histories, long_histories
from diplocal.testing.history import History
from diplocal.testing.history_entry import HistoryEntry
from diplocal.testing.importing import ImporterBroken, check_importer
from diplocal.testing.stores import StoreContractBroken, StoreMachine, check_store, store_laws, store_machine
from diplocal.testing.values import any_event, days, events, instants, slugs, whens

__all__ = [
    "DiaryBroken",
    "EventTypeBroken",
    "History",
    "HistoryEntry",
    "ImporterBroken",
    "LawBroken",
    "LawsBroken",
    "NotTaken",
    "Report",
    "SaidNothing",
    "StoreContractBroken",
    "StoreMachine",
    "Story",
    "Unexpected",
    "Verdict",
    "any_event",
    "check_diary",
    "check_event_type",
    "check_feed",
    "check_importer",
    "check_law",
    "check_projection",
    "check_store",
    "days",
    "engagement_histories",
    "events",
    "eventsourced",
    "feed_laws",
    "folding",
    "given",
    "histories",
    "histories_of",
    "instants",
    "laws",
    "long_histories",
    "slugs",
    "store_laws",
    "store_machine",
    "whens",
]
