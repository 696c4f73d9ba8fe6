"""The languages that there are.

English needs nothing beside the core. The others take dates and names from the CLDR by way of Babel.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

import pendulum

from diplocal.checks import expect
from diplocal.dates import When
from diplocal.dates.phrases import MONTHS
from diplocal.errors import ExtraMissing, InvalidValue
from diplocal.parties import Party
from diplocal.wording.contract import FIRST, Language

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
    expect("language", tag, "the tag of a language, such as 'en'", str)
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
