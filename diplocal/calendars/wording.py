"""The words of an entry: its summary, description, place and categories, in one language.

Everything else in an entry is the same in any language.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol

import attrs

from diplocal import wording
from diplocal.engagements import Engagement, Status
from diplocal.wording import Language


class Wording(Protocol):
    """The words that entries are given. What they are depends on the engagement only."""

    @property
    def language(self) -> str:
        """The tag of the language, 'en' (RFC 5646)."""
        ...

    def summary(self, engagement: Engagement, *, is_vague: bool) -> str:
        """Return the entry's title; ``is_vague`` when it is drawn as a span because its date is not known better."""
        ...

    def description(self, engagement: Engagement) -> Iterable[str]:
        """Return what is known and who said so, line by line."""
        ...

    def location(self, engagement: Engagement) -> str | None:
        """Say where it takes place, None when that is not known."""
        ...

    def categories(self, engagement: Engagement) -> Iterable[str]:
        """Return its kind, then who takes part."""
        ...


@attrs.frozen(repr=False)
class InLanguage:
    """The words of an entry in a language that has a catalogue; they are laid out alike in all of them.

    >>> InLanguage("en-GB")
    InLanguage('en')

    Raises what ``wording.language`` raises.
    """

    _said: Language = attrs.field(converter=wording.language, alias="language")

    def __repr__(self) -> str:
        return f"InLanguage({self.language!r})"

    @property
    def language(self) -> str:
        """The tag of the language, 'id' (RFC 5646)."""
        return self._said.tag

    def summary(self, engagement: Engagement, *, is_vague: bool) -> str:
        """Return the entry's title, with the date where a calendar cannot show how vague it is."""
        said, title = self._said, wording.title(engagement, self._said)
        if is_vague:
            title = said("title.detail", title=title, detail=wording.date(engagement, said))
        return said("title.cancelled", title=title) if engagement.status is Status.CANCELLED else title

    def description(self, engagement: Engagement) -> Iterator[str]:
        """Yield what is known and who said so, line by line: first the status and the date."""
        said = self._said
        status = wording.status(engagement.status, said)
        yield said("line", name=f"{status[:1].upper()}{status[1:]}", value=wording.date(engagement, said))
        for fact in wording.details(engagement, said):
            yield said("line", name=fact.name, value=fact.value)
        for source in engagement.sources:
            line = said("line", name=said("field.source"), value=wording.source(source, said))
            yield f"{line} {source.url}" if source.url else line

    def location(self, engagement: Engagement) -> str | None:
        """Say where it takes place: 'Moscow, Russia'."""
        return wording.place(engagement, self._said)

    def categories(self, engagement: Engagement) -> Iterator[str]:
        """Yield its kind, then who takes part."""
        yield wording.kind(engagement.kind, self._said)
        yield from (wording.participant(party, self._said) for party in engagement.parties)


ENGLISH = InLanguage("en")
