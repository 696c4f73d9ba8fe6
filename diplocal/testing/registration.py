"""Tells Hypothesis how to draw our types, so that ``st.from_type(VisitAnnounced)`` just works.

Hypothesis calls ``register`` by entry point when it is imported. Only types of our own are registered, and event
classes that users make with ``@event``.
"""

from hypothesis import strategies as st

from diplocal.dates import When
from diplocal.events import (
    CallEvent,
    EngagementEvent,
    Event,
    ExerciseEvent,
    MeetingEvent,
    TenureChange,
    VisitEvent,
    event_types,
)
from diplocal.events.registry import before_registered
from diplocal.parties import Office, Organisation, Person, State
from diplocal.series import Round, Series
from diplocal.sources import Source
from diplocal.testing.histories import histories
from diplocal.testing.history import History
from diplocal.testing.values import any_event, events, of_type

VALUES = (When, State, Organisation, Person, Office, Series, Round, Source)
SHAPES = (Event, EngagementEvent, VisitEvent, MeetingEvent, CallEvent, ExerciseEvent, TenureChange)
"""Classes that events derive from: one of them means any event that does."""


def register() -> None:
    """Register the strategies for all values, all events, and histories."""
    for value in VALUES:
        st.register_type_strategy(value, of_type(value))
    for shape in SHAPES:
        st.register_type_strategy(shape, any_event(shape))
    st.register_type_strategy(History, histories())
    for kind in event_types():
        st.register_type_strategy(kind.cls, events)
    before_registered.append(lambda cls: st.register_type_strategy(cls, events))
