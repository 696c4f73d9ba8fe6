"""How an entry is told to people: its summary, description, place and categories, in one language.

Everything else in an entry is the same in any language.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol

import attrs

from diplocal.engagements import Engagement, Kind, Status
from diplocal.levels import Level


class Wording(Protocol):
    """One language's way to tell an entry. What it says depends on the engagement only."""

    @property
    def language(self) -> str:
        """Its tag, 'en' (RFC 5646)."""
        ...

    def summary(self, engagement: Engagement, *, is_vague: bool) -> str:
        """Give the entry's title; ``is_vague`` when it is drawn as a span because its date is not known better."""
        ...

    def description(self, engagement: Engagement) -> Iterable[str]:
        """Give what is known and who said so, line by line."""
        ...

    def location(self, engagement: Engagement) -> str | None:
        """Say where it takes place, None when that is not known."""
        ...

    def categories(self, engagement: Engagement) -> Iterable[str]:
        """Name its kind, then who takes part."""
        ...


@attrs.frozen
class English:
    """English, with all names as their source printed them."""

    language: str = attrs.field(default="en", init=False)

    def summary(self, engagement: Engagement, *, is_vague: bool) -> str:
        """Give the entry's title."""
        prefix = "CANCELLED: " if engagement.status is Status.CANCELLED else ""
        doubt = f" ({engagement.date_words})" if is_vague else ""
        return f"{prefix}{engagement.title}{doubt}"

    def description(self, engagement: Engagement) -> Iterator[str]:
        """Give what is known and who said so, line by line."""
        yield f"{engagement.status.value.capitalize()}: {engagement.date_words}"
        if engagement.level is not Level.UNKNOWN:
            yield f"Level: {engagement.level.value} visit"
        if engagement.purposes:
            yield f"Purpose: {', '.join(purpose.value for purpose in engagement.purposes)}"
        if engagement.round:
            yield str(engagement.round)
        if engagement.received_by:
            yield f"Received by: {', '.join(map(str, engagement.received_by))}"
        yield from (f"Reaction: {reaction.by} scrambled forces" for reaction in engagement.reactions)
        yield from (f"Outcome: {outcome.title}" for outcome in engagement.outcomes)
        if engagement.reason:
            yield f"Reason: {engagement.reason}"
        if not engagement.listed:
            yield "No longer on the list that announced it"
        yield from (f"Contradiction: {conflict.value}" for conflict in engagement.conflicts)
        yield from (f"Source: {source}{f' {source.url}' if source.url else ''}" for source in engagement.sources)

    def location(self, engagement: Engagement) -> str | None:
        """Say where it takes place."""
        places = [place for place in (engagement.place, engagement.host and str(engagement.host)) if place]
        return ", ".join(dict.fromkeys(places)) or None

    def categories(self, engagement: Engagement) -> Iterator[str]:
        """Name its kind, then who takes part."""
        yield "Entry" if engagement.kind is Kind.UNKNOWN else engagement.kind.value.title()
        yield from map(str, engagement.parties)


ENGLISH = English()
