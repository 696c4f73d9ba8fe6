"""Calendar entries in the language of a feed."""

from collections.abc import Iterator

from diplocal.calendars import ENGLISH, Wording
from diplocal.engagements import Engagement, Status
from diplocal.web import saying
from diplocal.web.language import FIRST, Words


class Translated:
    """Tells entries in another language; names and offices stay as they were printed."""

    def __init__(self, words: Words) -> None:
        self._words = words

    @property
    def language(self) -> str:
        """Its tag, 'id' (RFC 5646)."""
        return self._words.tag

    def summary(self, engagement: Engagement, *, is_vague: bool) -> str:
        """Give the entry's title."""
        words = self._words
        prefix = f"{words('status.cancelled').capitalize()}: " if engagement.status is Status.CANCELLED else ""
        doubt = f" ({saying.date(engagement, words)})" if is_vague else ""
        return f"{prefix}{saying.title(engagement, words)}{doubt}"

    def description(self, engagement: Engagement) -> Iterator[str]:
        """Give what is known and who said so, line by line."""
        for fact in saying.facts(engagement, self._words):
            yield f"{fact.name}: {fact.value}"
        for source in engagement.sources:
            told = saying.source(source, self._words)
            yield f"{self._words('sources.title')}: {told} {source.url or ''}".rstrip()

    def location(self, engagement: Engagement) -> str | None:
        """Say where it takes place."""
        host = engagement.host and saying.participant(engagement.host, self._words)
        place = engagement.place and self._words.printed(engagement.place)
        return ", ".join(dict.fromkeys(one for one in (place, host) if one)) or None

    def categories(self, engagement: Engagement) -> Iterator[str]:
        """Name its kind, then who takes part."""
        yield self._words(f"kind.{engagement.kind.value}")
        yield from (saying.participant(party, self._words) for party in engagement.parties)


def wording(words: Words) -> Wording:
    """Give a language's way to tell entries; in English, as any feed does."""
    return ENGLISH if words.tag == FIRST else Translated(words)
