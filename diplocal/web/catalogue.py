"""Our own words: a gettext catalogue for each language, in which each phrase is named by its context.

``words/diplocal.pot`` has the English phrases and is the template for translators; ``words/ru.po`` and its like have
the translations, with as many plural forms as the language has (GNU gettext manual, "Plural forms").
"""

from collections.abc import Callable, Iterable, Mapping
from gettext import c2py
from importlib.resources import files

import attrs
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

TEMPLATE = "diplocal.pot"
"""The catalogue of English, in which nothing needs to be translated."""


@attrs.frozen(eq=False)
class Catalogue:
    """The phrases of one language."""

    phrases: Mapping[str, tuple[str, ...]]
    """By name: the forms of a phrase, several for one that counts something."""
    form_for: Callable[[int], int]
    """Tells which form goes with a number."""

    def phrase(self, key: str) -> str:
        """Give a phrase that counts nothing."""
        return self.phrases[key][0]

    def counted(self, key: str, number: int) -> str:
        """Give the form of a phrase that goes with a number."""
        return self.phrases[key][self.form_for(number)]


def catalogue(name: str) -> Catalogue:
    """Read a catalogue by its file's name: 'ru.po'."""
    with files("diplocal.web").joinpath("words", name).open("rb") as file:
        messages = read_po(file)
    phrases = {str(message.context): _forms(message) for message in messages if message.id}
    return Catalogue(phrases, c2py(messages.plural_expr))


def _forms(message: Message) -> tuple[str, ...]:
    """Give what was translated, or the English where nothing was."""
    translated = _texts(message.string)
    return translated if all(translated) else _texts(message.id)


def _texts(forms: str | Iterable[str] | None) -> tuple[str, ...]:
    return (forms or "",) if isinstance(forms, str | None) else tuple(forms)
