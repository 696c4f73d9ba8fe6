"""How an event that is none of ours stands in a history."""

from typing import Any

from diplocal.events import Event
from diplocal.events.registry import shape


@shape
class Carried(Event):
    """An event that is none of ours, in a history of ours."""

    event: Any
    in_stream: str

    @property
    def stream(self) -> str:
        """The stream that it belongs to there, whatever that is called."""
        return self.in_stream
