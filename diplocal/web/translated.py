"""Calendar entries in the language of a feed."""

from collections.abc import Iterator

import attrs

from diplocal.calendars import Feed, Policy
from diplocal.calendars.entry import Entry, entry_of
from diplocal.calendars.feed import Rendered
from diplocal.engagements import Engagement
from diplocal.web import saying
from diplocal.web.language import Words


class TranslatedFeed(Feed):
    """A feed of everything whose entries are told in one language; dates, status and identity are any feed's."""

    def __init__(self, words: Words, *, policy: Policy, log_id: str) -> None:
        super().__init__(policy=policy, log_id=log_id)
        self._words = words

    def row(self, engagement: Engagement) -> Rendered | None:
        """Render an engagement; in English, as any feed does."""
        if self._words.tag == "en":
            return super().row(engagement)
        entry = entry_of(engagement)
        if entry is None or (entry.is_vague and entry.days > self.policy.vague_up_to_days):
            return None
        return self._rendered(translated(entry, engagement, self._words))


def translated(entry: Entry, engagement: Engagement, words: Words) -> Entry:
    """Tell an entry in another language; names and offices stay as they were printed."""
    return attrs.evolve(
        entry,
        summary=" ".join(_summary(entry, engagement, words).split()),
        description="\n".join(dict.fromkeys(_description(engagement, words))),
    )


def _summary(entry: Entry, engagement: Engagement, words: Words) -> str:
    prefix = f"{words('status.cancelled').capitalize()}: " if entry.is_cancelled else ""
    doubt = f" ({saying.date(engagement, words)})" if entry.is_vague else ""
    return f"{prefix}{saying.title(engagement, words)}{doubt}"


def _description(engagement: Engagement, words: Words) -> Iterator[str]:
    for name, value in saying.facts(engagement, words):
        yield f"{name}: {value}"
    for source in engagement.sources:
        yield f"{words('sources.title')}: {saying.source(source, words)} {source.url or ''}".rstrip()
