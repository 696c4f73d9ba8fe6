"""A language: our own phrases from its catalogue, and its ways to write dates, numbers, lists and names of states."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from functools import cached_property, partial

import pendulum

from diplocal.dates import When
from diplocal.names.withheld import in_words
from diplocal.parties import Party
from diplocal.wording.catalogue import TEMPLATE, Catalogue, read_catalogue

FIRST = "en"
"""The language of what does not say in which it is."""
ISOLATE, END_OF_ISOLATE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
"""Unicode's marks around text whose direction is its own (UAX #9, 2.4)."""
ISOLATES = re.compile("[\u2066-\u2069]")
"""All such marks: those that a source printed would end ours too early."""


class Language(ABC):
    """How one language says things. ``language`` returns the same object for the same tag."""

    direction: str = "ltr"
    """'rtl' where it is written from right to left."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        """Its tag (RFC 5646), 'fr'."""

    @cached_property
    def catalogue(self) -> Catalogue:
        """Its phrases, read when the first one is asked for."""
        return read_catalogue(TEMPLATE if self.tag == FIRST else f"{self.tag}.po")

    def __call__(self, key: str, **values: object) -> str:
        """Return a phrase with its gaps filled."""
        phrase = self.catalogue.phrases[key][0]
        return phrase.format_map(values) if values else phrase

    def counted(self, key: str, number: int, **values: object) -> str:
        """Return a phrase in the form that goes with a number, with its gaps filled."""
        return self.catalogue.counted(key, number).format_map(values)

    def __repr__(self) -> str:
        return f"language({self.tag!r})"

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """Pickle it by its tag: the function that tells its plurals is none that could be named."""
        from diplocal.wording.language import language  # noqa: PLC0415 - it knows all languages, which are made of this

        return language, (self.tag,)

    def __contains__(self, key: str) -> bool:
        return key in self.catalogue.phrases

    @property
    def own_name(self) -> str:
        """Its name in itself."""
        return self("language.name")

    def series(self, items: Iterable[str]) -> str:
        """Join by commas, without an 'and'."""
        return self("list.comma").join(items)

    def apart(self, items: Iterable[str]) -> str:
        """Join by semicolons, each but once: what may have commas of its own."""
        return self("list.semicolon").join(dict.fromkeys(items))

    def printed(self, text: str) -> str:
        """Set off what a source printed, in whatever script, so that it does not upset what is written around it."""
        text = in_words(text, partial(self, "person.withheld"))
        return f"{ISOLATE}{ISOLATES.sub('', text)}{END_OF_ISOLATE}" if self.direction == "rtl" else text

    @abstractmethod
    def party(self, party: Party) -> str:
        """Name a state or an organisation."""

    @abstractmethod
    def number(self, value: int) -> str:
        """Write a number."""

    @abstractmethod
    def listed(self, items: Iterable[str]) -> str:
        """Join by commas and an 'and'."""

    @abstractmethod
    def day(self, day: pendulum.Date) -> str:
        """Write a day."""

    @abstractmethod
    def month(self, day: pendulum.Date) -> str:
        """Write the month of a day, with its year."""

    @abstractmethod
    def weekday_name(self, weekday: int) -> str:
        """Name a day of the week in short, 0 for Monday."""

    @abstractmethod
    def month_name(self, month: int) -> str:
        """Name a month in short, 1 for January."""

    @abstractmethod
    def date(self, when: When | None, *, is_over: bool = False) -> str:
        """Say when something is, as precisely as it is known; of what is over, nothing is to be confirmed."""
