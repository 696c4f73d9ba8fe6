"""What the log tells of names: that it seals them, and whose keys were destroyed."""

import attrs

from diplocal.checks import tuple_of
from diplocal.events.registry import Event, event

NAMES_OF_PEOPLE = "names-of-people"
"""The stream of what is told of names."""


@event("diplocal.names-sealed")
class NamesSealed(Event):
    """From here on the log keeps names under keys: without these it reads that they are withheld."""

    @property
    def stream(self) -> str:
        """The stream of what is told of names."""
        return NAMES_OF_PEOPLE


@event("diplocal.name-erased")
class NameErased(Event):
    """The keys of somebody's name were destroyed: whoever keeps them too destroys them, and makes anew what was kept.

    It is about no engagement, and names nobody: the ids of keys tell nothing without them.
    """

    keys: tuple[str, ...] = attrs.field(validator=tuple_of(str))
    """The ids of the keys, 16 hexadecimal digits each."""

    @property
    def stream(self) -> str:
        """The stream of what is told of names."""
        return NAMES_OF_PEOPLE
