"""How much of a list a file holds: what is not in it is gone only where it holds all."""

from enum import Enum


class Covers(Enum):
    """How much of a calendar a file holds."""

    WHOLE = "whole"
    """All of it: what is not in the file any more is no longer listed."""
    PART = "part"
    """Some entries of it: what is not in the file stays as it is."""
