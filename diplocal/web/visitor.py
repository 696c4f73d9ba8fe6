"""Who asks, and how: the language, the addresses that lead on, and what may be seen."""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

import attrs
import pendulum

from diplocal import wording
from diplocal.engagements import Engagement
from diplocal.names.parties import is_known, labelled
from diplocal.projections.filters import Filter, Sides
from diplocal.web.config import Config
from diplocal.web.feed_spec import FeedSpec, Query, find
from diplocal.web.feeds import Feeds
from diplocal.web.index import EVERYTHING_SHOWN, Index, person_address
from diplocal.wording import Language
from diplocal.wording import language as language_of
from diplocal.wording.contract import FIRST


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
    audience: str = "public"
    """What the visitor may see."""
    only: str | None = None
    """The one feed that the visitor may see; None for all."""
    has_token: bool = False

    @property
    def on(self) -> pendulum.Date:
        """Today, in UTC."""
        return self.now.date()

    def link(self, path: str = "/", asked: Query = (), **query: object) -> str:
        """Return a link that keeps to the language."""
        beside = {"lang": self.asked_language} if self.asked_language else {}
        return f"{self.prefix}{quote(path)}{_asking(asked, beside | query)}"

    def feed_link(self, spec: FeedSpec, ending: str = "", **query: object) -> str:
        """Return a link to a feed's page, or to its file of an ending, that keeps to the language."""
        return self.link(f"{spec.path}{ending}", spec.query, **query)

    def feed_address(self, spec: FeedSpec, ending: str, **query: object) -> str:
        """Return the whole address of a feed's file, as calendar programs are told it."""
        return f"{self.site}{quote(spec.path)}{ending}{_asking(spec.query, query)}"

    def told_in(self, language: str | None) -> "Visitor":
        """Return the same visitor for a file: it is told in its own language, else in the one that its address names.

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
        return spec is not None and self.feeds.diary.knowing(spec.filter).takes(engagement)

    def named(self) -> list[FeedSpec]:
        """List the publisher's own feeds that the visitor may see."""
        return [spec for name in self.config.feeds if (spec := self.find(name))]

    def heading(self, spec: FeedSpec) -> str:
        """Return a feed's title."""
        return spec.title or " · ".join(self._said(spec)) or self.words("feed.everything")

    def _said(self, spec: FeedSpec) -> Iterator[str]:
        """Say what a feed's filter asks for, demand by demand."""
        chosen, who = spec.filter, spec.filter.who
        yield from (f"“{text}”" for name, text in spec.query if name == "words")
        if who.parties:
            yield " – ".join(self.party(code) for code in sorted(who.parties))
        if chosen.any_of:
            yield " / ".join(self.party(code) for code in sorted(chosen.any_of))
        if who.person:
            yield self.person(who.person)
        for several, usual, said in self._alternatives(chosen):
            if several != usual:
                yield ", ".join(sorted(map(said, several)))
        yield from self._ways(chosen)

    def _alternatives(self, chosen: Filter) -> Iterator[tuple[Collection[Any], Collection[Any], Callable[[Any], str]]]:
        """Yield what one of several is asked for of, what is asked for unless said, and how each is called."""
        words = self.words
        yield chosen.kinds, EVERYTHING_SHOWN.kinds, lambda kind: words(f"kinds.{kind.value}")
        yield chosen.statuses, EVERYTHING_SHOWN.statuses, lambda status: wording.status(status, words)
        yield chosen.levels, EVERYTHING_SHOWN.levels, lambda level: words(f"level.{level.value}")

    def _ways(self, chosen: Filter) -> Iterator[str]:
        """Say between how many it is, who goes where, and when."""
        words = self.words
        if chosen.sides not in (None, Sides.ANY):
            yield words(f"sides.{chosen.sides.value}")
        named = {
            "field.traveller": chosen.traveller and self.party(chosen.traveller),
            "field.host": chosen.host and self.party(chosen.host),
            "field.where": chosen.place,
            "column.according": chosen.source,
            "find.since": chosen.since and words.day(chosen.since),
            "find.until": chosen.until and words.day(chosen.until),
        }
        yield from (words("line", name=words(key), value=value) for key, value in named.items() if value)

    def person(self, key: str) -> str:
        """Name a person as reports print the name."""
        return self.index.label_of.get(person_address(key), key)

    def party(self, code: str) -> str:
        """Name a state or organisation, as no other is: names that sources print may be those of several states."""
        return self.words.party(labelled(code, None if is_known(code) else self.index.label_of.get(code)))

    def site_title(self) -> str:
        """Return the title of the site."""
        return self.config.title or self.words("site.title")


def _asking(asked: Query, beside: Mapping[str, object]) -> str:
    query = [*asked, *((name, value) for name, value in beside.items() if value is not None)]
    return f"{'?' if query else ''}{urlencode(query)}"
