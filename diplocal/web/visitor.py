"""Who asks, and how: the language, the addresses that lead on, and what may be seen."""

from functools import cached_property
from urllib.parse import quote, urlencode

import attrs
import pendulum

from diplocal.engagements import Engagement
from diplocal.names.parties import labelled
from diplocal.web.config import Config
from diplocal.web.feed_spec import FeedSpec, find
from diplocal.web.feeds import Feeds
from diplocal.web.index import EVERYTHING_SHOWN, Index, person_address
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

    @cached_property
    def index(self) -> Index:
        """Who and what there is now."""
        return self.feeds.index()

    def find(self, name: str) -> FeedSpec | None:
        """Return a feed that the visitor may see."""
        spec = find(name, self.index, self.config.feeds)
        if spec is None or (spec.needs_token and not self.has_token):
            return None
        return spec if self.only in (None, spec.name) else None

    def engagement(self, slug: str) -> Engagement | None:
        """Return an engagement that the visitor may see."""
        found = self.feeds.diary.get(slug)
        return found if found is not None and self._sees(found) else None

    def parts_of(self, visit: Engagement) -> list[Engagement]:
        """List the engagements that are part of a visit."""
        parts = self.feeds.diary.parts_of(visit.slug)
        return [one for one in parts if EVERYTHING_SHOWN.takes(one) and self._sees(one)]

    def _sees(self, engagement: Engagement) -> bool:
        if self.only is None:
            return True
        spec = self.find(self.only)
        return spec is not None and spec.filter.takes(engagement)

    def named(self) -> list[FeedSpec]:
        """List the publisher's own feeds that the visitor may see."""
        return [spec for name in self.config.feeds if (spec := self.find(name))]

    def heading(self, spec: FeedSpec) -> str:
        """Return a feed's title."""
        who, kinds = spec.filter.who, spec.filter.kinds
        if spec.title is not None:
            return spec.title
        if who.parties:
            return " – ".join(self.party(code) for code in sorted(who.parties))
        if who.person:
            return self.index.label_of.get(person_address(who.person), who.person)
        if kinds != EVERYTHING_SHOWN.kinds:
            return ", ".join(self.words(f"kinds.{kind.value}") for kind in sorted(kinds, key=lambda k: k.value))
        return self.words("feed.everything")

    def party(self, code: str) -> str:
        """Name a state or organisation."""
        return self.words.party(labelled(code, self.index.label_of.get(code)))

    def site_title(self) -> str:
        """Give the title of the site."""
        return self.config.title or self.words("site.title")
