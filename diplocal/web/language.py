"""The languages of the pages: our own words from a catalogue for each, names of states and dates from CLDR."""

import re
from collections.abc import Iterable, Mapping
from functools import cache

import attrs
import pendulum
from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton, format_time
from babel.lists import format_list
from babel.numbers import format_decimal

from diplocal.dates import Precision, When
from diplocal.web.catalogue import TEMPLATE, Catalogue, catalogue

LANGUAGES: Mapping[str, str] = {
    "en": "en_GB",
    "id": "id",
    "zh": "zh",
    "ru": "ru",
    "es": "es",
    "fr": "fr",
    "ar": "ar",
}
"""Language tags, each with its locale in CLDR."""
FIRST = "en"
"""The language of what does not say in which it is."""
TAG = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*")
WEIGHT = re.compile(r"q=(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.ASCII | re.IGNORECASE)
ISOLATE, END_OF_ISOLATE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
"""Unicode's marks around text whose direction is its own (UAX #9, 2.4)."""
COMMAS = {"ar": "، ", "zh": "，"}
"""What stands between things told one after another, where it is no comma and space."""
OWN_NAMES = {"id": "Bahasa Indonesia"}
"""Names of languages in themselves, where CLDR gives the country's name alone."""
MOST_TAGS = 32
"""Tags of an Accept-Language header that are read."""


@attrs.frozen(eq=False)
class Words:
    """How one language says things."""

    tag: str
    """A key of ``LANGUAGES``."""
    locale: Locale
    catalogue: Catalogue

    def __call__(self, key: str, **values: object) -> str:
        """Give a phrase with its gaps filled."""
        return self.catalogue.phrase(key).format(**values)

    def counted(self, key: str, number: int, **values: object) -> str:
        """Give a phrase in the form that goes with a number, with its gaps filled."""
        return self.catalogue.counted(key, number).format(**values)

    def __contains__(self, key: str) -> bool:
        return key in self.catalogue.phrases

    @property
    def direction(self) -> str:
        """'rtl' where it is written from right to left, else 'ltr'."""
        return str(self.locale.text_direction)

    @property
    def comma(self) -> str:
        """What stands between things told one after another."""
        return COMMAS.get(self.tag, ", ")

    @property
    def own_name(self) -> str:
        """Its name in itself."""
        name = OWN_NAMES.get(self.tag) or Locale.parse(self.tag).get_language_name(self.tag) or self.tag
        return name[:1].upper() + name[1:]

    def party(self, code: str, label: str | None) -> str:
        """Name a state or organisation: in English as it was printed, else as CLDR does, else by its code."""
        if label and label != code and self.tag == "en":
            return label
        former = f"former.{code}"
        named = self(former) if former in self else self.locale.territories.get(code)
        return named or self.printed(label or code)

    def printed(self, text: str) -> str:
        """Set off what is printed in another script, so that it does not upset what is written around it."""
        return f"{ISOLATE}{text}{END_OF_ISOLATE}" if self.direction == "rtl" else text

    def number(self, value: int) -> str:
        """Write a number."""
        return str(format_decimal(value, locale=self.locale))

    def listed(self, items: Iterable[str]) -> str:
        """Join by commas and an 'and'."""
        return str(format_list(list(items), locale=self.locale))

    def day(self, day: pendulum.Date) -> str:
        """Write a day."""
        return str(format_date(day, "long", locale=self.locale))

    def month(self, day: pendulum.Date) -> str:
        """Write the month of a day, with its year."""
        said = str(format_skeleton("yMMMM", day, locale=self.locale))
        return said[:1].upper() + said[1:]

    def weekday_name(self, weekday: int) -> str:
        """Name a day of the week in short, 0 for Monday."""
        return str(format_skeleton("E", pendulum.date(2024, 1, 1 + weekday), locale=self.locale))

    def month_name(self, month: int) -> str:
        """Name a month in short, 1 for January."""
        return str(format_skeleton("MMM", pendulum.date(2000, month, 1), locale=self.locale))

    def date(self, when: When | None, *, is_over: bool = False) -> str:
        """Say when something is, as precisely as it is known."""
        if when is None:
            return self("date.none")
        if self.tag == "en":
            return when.past if is_over else str(when)
        said = self._interval(when) if when.is_interval else self._single(when)
        said = self("date.about", date=said) if when.is_approximate else said
        said = self("date.uncertain", date=said) if when.is_uncertain else said
        is_open = not (when.is_dated or when.is_interval or when.edtf.startswith("[") or "X" in when.edtf)
        return self("date.pending", date=said) if is_open and not is_over else said

    def _interval(self, when: When) -> str:
        start, end = when.start, when.end
        if start is None or end is None:
            return self("date.from", date=self._single(start)) if start else self("date.until", date=self._single(end))
        if start.precision is end.precision is Precision.DAY and when.is_dated:
            return str(format_interval(when.nominal[0], when.nominal[1], "yMMMMd", locale=self.locale))
        return f"{self._single(start)} – {self._single(end)}"

    def _single(self, when: When | None) -> str:
        first, last = when.nominal if when else (None, None)
        if when is None or first is None or last is None:
            return self("date.none")
        if when.begins_at is not None:
            return (
                f"{self.day(first)}, {format_time(when.begins_at, 'short', locale=self.locale)} {_zone(when.begins_at)}"
            )
        if first == last:
            return self.day(first)
        if (first.day, last) == (1, first.end_of("month")):
            return str(format_skeleton("yMMMM", first, locale=self.locale))
        if (first.month, first.day, last.month, last.day, first.year) == (1, 1, 12, 31, last.year):
            return str(format_skeleton("y", first, locale=self.locale))
        return self("date.between", first=self.day(first), last=self.day(last))


@cache
def words(tag: str) -> Words:
    """Give the words of a language, a key of ``LANGUAGES``."""
    return Words(tag, Locale.parse(LANGUAGES[tag]), catalogue(TEMPLATE if tag == FIRST else f"{tag}.po"))


def negotiated(asked: str | None, accepted: str) -> str:
    """Choose a language: the one asked for by its tag, else by Accept-Language (RFC 9110, 12.5.4), else English.

    >>> negotiated(None, "de, fr;q=0.8, en;q=0.5")
    'fr'
    >>> negotiated("zh-Hant", "fr")
    'zh'
    """
    if asked is not None and (found := _known(asked)):
        return found
    ranked = sorted(_weighted(accepted), key=lambda item: -item[0])
    return next((known for weight, tag in ranked if weight > 0 and (known := _known(tag))), FIRST)


def _known(tag: str) -> str | None:
    base = tag.split("-", maxsplit=1)[0].lower()
    return base if base in LANGUAGES else None


def _weighted(accepted: str) -> list[tuple[float, str]]:
    found = []
    for member in accepted.split(",")[:MOST_TAGS]:
        tag, _, weight = (part.strip(" \t") for part in member.partition(";"))
        if TAG.fullmatch(tag) and (not weight or WEIGHT.fullmatch(weight)):
            found.append((float(weight[2:]) if weight else 1.0, tag))
    return found


def _zone(moment: pendulum.DateTime) -> str:
    return moment.timezone_name or moment.format("Z")
