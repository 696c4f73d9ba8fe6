"""A language: our own phrases from its catalogue, and its ways to write dates, numbers, lists and names of states.

English needs nothing beside the core. The others take dates and names from the CLDR by way of Babel.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from functools import cache, cached_property, partial
from types import MappingProxyType

import pendulum

from diplocal.dates import When
from diplocal.dates.phrases import MONTHS
from diplocal.errors import ExtraMissing, InvalidValue
from diplocal.names.withheld import in_words
from diplocal.parties import Party
from diplocal.wording.catalogue import TEMPLATE, Catalogue, read_catalogue

FIRST = "en"
"""The language of what does not say in which it is."""
LANGUAGES: Mapping[str, str] = MappingProxyType(
    {
        FIRST: "en_GB",
        "id": "id",
        "zh": "zh",
        "ru": "ru",
        "es": "es",
        "fr": "fr",
        "ar": "ar",
    }
)
"""Language tags (RFC 5646), each with its locale in the CLDR. Each but English has a catalogue of its own."""
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
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
        """A key of ``LANGUAGES``."""

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

    def __contains__(self, key: str) -> bool:
        return key in self.catalogue.phrases

    @property
    def own_name(self) -> str:
        """Its name in itself."""
        return self("language.name")

    def series(self, items: Iterable[str]) -> str:
        """Join by commas, without an 'and'."""
        return self("list.comma").join(items)

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


class English(Language):
    """English, with all names as their source printed them."""

    def party(self, party: Party) -> str:
        """Name a state or an organisation as it was printed."""
        return str(party)

    def number(self, value: int) -> str:
        """Write a number: '1,234'."""
        return f"{value:,}"

    def listed(self, items: Iterable[str]) -> str:
        """Join by commas and an 'and': 'A, B and C'."""
        *first, last = tuple(items) or ("",)
        return f"{', '.join(first)} and {last}" if first else last

    def day(self, day: pendulum.Date) -> str:
        """Write a day: '18 September 2023'."""
        return f"{day.day} {self.month(day)}"

    def month(self, day: pendulum.Date) -> str:
        """Write a month: 'September 2023'."""
        return f"{MONTHS[day.month - 1]} {day.year}"

    def weekday_name(self, weekday: int) -> str:
        """Name a day of the week in short: 'Mon'."""
        return WEEKDAYS[weekday]

    def month_name(self, month: int) -> str:
        """Name a month in short: 'Sep'."""
        return MONTHS[month - 1][:3]

    def date(self, when: When | None, *, is_over: bool = False) -> str:
        """Say when something is: 'October 2023, date to be confirmed'."""
        if when is None:
            return self("date.none")
        return when.past if is_over else str(when)


def language(tag: str) -> Language:
    """Return a language by its tag; a region or a script after it is passed over.

    >>> language("en-GB").date(When("2023-10"))
    'October 2023, date to be confirmed'

    Raises InvalidValue for a language that has no catalogue, and ExtraMissing for another than English without the
    extra ``languages``.
    """
    known = known_tag(tag)
    if known is None:
        raise InvalidValue("language", tag, f"one of {', '.join(LANGUAGES)}")
    return _language(known)


def nearest_language(tag: str) -> Language:
    """Return the language that a tag means, or English where that has no catalogue: 'x-desk' is of a user's making."""
    return language(tag) if known_tag(tag) else ENGLISH


def known_tag(tag: str) -> str | None:
    """Return the language that a tag means, None where it has no catalogue.

    >>> known_tag("zh-Hant"), known_tag("xx")
    ('zh', None)
    """
    base = tag.split("-", maxsplit=1)[0].lower()
    return base if base in LANGUAGES else None


@cache
def _language(tag: str) -> Language:
    if tag == FIRST:
        return English(tag)
    try:
        from diplocal.wording.cldr import Localized  # noqa: PLC0415 - Babel is an extra, and slow to load
    except ModuleNotFoundError as missing:
        raise ExtraMissing("languages", needed_for=f"any language but English, such as {tag},") from missing
    return Localized(tag, LANGUAGES[tag])


ENGLISH: Language = language(FIRST)
