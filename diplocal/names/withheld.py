"""How a name reads that was erased, or whose key is not at hand."""

import re
from collections.abc import Callable

_WITHHELD = re.compile(r"name withheld \([0-9a-f]{8}\)")
GROUP = 8
"""First digits of a key's id, by which a name reads that is withheld: the keys of one person have them in common."""
_SIGN = "name withheld ("
"""What all such names begin with."""


def withheld(key_id: str) -> str:
    """Return what stands for a name, given the id of its key: two people stay two, and one stays one.

    >>> withheld("5a31f00c9d2b7e64")
    'name withheld (5a31f00c)'
    """
    return f"{_SIGN}{key_id[:GROUP]})"


def is_withheld(name: str) -> bool:
    """Tell whether a text stands for a name.

    >>> is_withheld("name withheld (5a31f00c)"), is_withheld("Wang Yi")
    (True, False)
    """
    return _WITHHELD.fullmatch(name) is not None


def withholds(text: str, whole: str) -> bool:
    """Tell whether a text is another one with some names withheld, or with none.

    >>> withholds("name withheld (5a31f00c) meets Sergei Lavrov", "Ilmar Tamm meets Sergei Lavrov")
    True
    >>> withholds("name withheld (5a31f00c) meets Sergei Lavrov", "Ilmar Tamm meets nobody")
    False
    """
    first, *rest = _WITHHELD.split(text)
    if not rest:
        return text == whole
    *middle, last = rest
    place, end = len(first), len(whole) - len(last)
    if place > end or not whole.startswith(first) or not whole.endswith(last):
        return False
    for part in middle:
        found = whole.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True


def in_words(text: str, say: Callable[[], str]) -> str:
    """Return a text with what ``say`` says in the place of each name that is withheld.

    >>> in_words("name withheld (5a31f00c) meets Sergei Lavrov", lambda: "nom non communiqué")
    'nom non communiqué meets Sergei Lavrov'
    """
    return _WITHHELD.sub(lambda _: say(), text) if _SIGN in text else text
