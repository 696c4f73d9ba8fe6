"""Who asks, and how: the language, the addresses that lead on, and what may be seen."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

import attrs
import pendulum

from diplocal.engagements import Engagement
from diplocal.names.parties import labelled
from diplocal.web.choices import Choice, find
from diplocal.web.config import Config
from diplocal.web.feeds import Chosen, Feeds
from diplocal.web.live import Index, Known, is_shown
from diplocal.wording import Language
from diplocal.wording import language as language_of
from diplocal.wording.language import FIRST


@attrs.frozen(kw_only=True, eq=False)
class Visitor:
    """One request, as far as the answer depends on it."""

    feeds: Feeds
    """Of the audience that the visitor belongs to."""
    config: Config
    words: Language
    asked_language: str | None
    """Where the address names a language: links keep it."""
    site: str
    """What every address here begins with, 'https://calendar.example.org/private/…'; no slash at its end."""
    prefix: str
    """The path in it."""
    assets: str
    """The path under which the style sheet is."""
    now: pendulum.DateTime
    """The time, in UTC."""
    only: str | None = None
    """The one feed that the visitor may see; None for all."""
    has_token: bool = False

    @property
    def on(self) -> pendulum.Date:
        """Today, in UTC."""
        return self.now.date()

    def link(self, path: str = "/", **query: object) -> str:
        """Give a link that keeps to the language."""
        asked = {"lang": self.asked_language} if self.asked_language else {}
        chosen = {name: value for name, value in (asked | query).items() if value is not None}
        return f"{self.prefix}{quote(path)}{'?' if chosen else ''}{urlencode(chosen)}"

    def told_in(self, language: str | None) -> "Visitor":
        """Give the same visitor for a file: it is told in its own language, else in the one that its address names.

        Calendar programs ask in any language, so that what they ask in decides nothing.
        """
        return attrs.evolve(self, words=language_of(language or self.asked_language or FIRST))

    def file_language(self, language: str | None = None) -> str | None:
        """Name the language that the address of a file must name, so that it is told as the page is."""
        return None if language or self.words.tag == FIRST else self.words.tag

    def known(self) -> Known:
        """Give what is known now."""
        return self.feeds.live.known()

    def find(self, name: str) -> Choice | None:
        """Find a feed that the visitor may see."""
        choice = find(name, self.known().index, self.config.feeds)
        if choice is None or (choice.needs_token and not self.has_token):
            return None
        return choice if self.only in (None, choice.name) else None

    def chosen(self, choice: Choice) -> Chosen:
        """Give a feed's engagements."""
        return self.feeds.chosen(choice)

    def engagements(self) -> Mapping[str, Engagement]:
        """Give all engagements that the visitor may see, by slug."""
        if self.only is None:
            return self.known().engagements
        choice = self.find(self.only)
        return self.chosen(choice).engagements if choice else {}

    def parts_of(self, visit: Engagement) -> list[Engagement]:
        """List the engagements that are part of a visit."""
        return [one for one in self.engagements().values() if one.during == visit.slug and is_shown(one)]

    def named(self) -> list[Choice]:
        """List the publisher's own feeds that the visitor may see."""
        return [choice for name in self.config.feeds if (choice := self.find(name))]

    def heading(self, choice: Choice) -> str:
        """Give a feed's title."""
        index = self.known().index
        if choice.title is not None:
            return choice.title
        if choice.pair:
            return " – ".join(self.party(code, index) for code in choice.pair)
        if choice.state:
            return self.party(choice.state, index)
        if choice.person:
            return index.label_of.get(choice.person.lower(), choice.person)
        if choice.kinds:
            return ", ".join(self.words(f"kinds.{kind.value}") for kind in sorted(choice.kinds, key=lambda k: k.value))
        return self.words("feed.everything")

    def party(self, code: str, index: Index) -> str:
        """Name a state or organisation."""
        return self.words.party(labelled(code, index.label_of.get(code)))

    def site_title(self) -> str:
        """Give the title of the site."""
        return self.config.title or self.words("site.title")
