"""What organisations are called: by name in the usual languages, and by their usual letters.

The code of an organisation is its usual letters, but where these are the code of a state (AU is Australia, AL Albania,
CAN Canada) or are too short: then its name in capitals, with hyphens, is the code (``AFRICAN-UNION``). Such letters
mean the organisation only beside its name. A body that acts for an organisation is among its names.
"""

from collections.abc import Iterator, Mapping
from functools import cache

from diplocal.names.tables import listed
from diplocal.state_names import MEANT, STATES


def codes() -> frozenset[str]:
    """Return the codes of the organisations that are known by name."""
    return frozenset(listed("organisations"))


def names() -> Iterator[tuple[str, str]]:
    """Yield a code and a name, for all names of all organisations, and for the letters that mean nothing else."""
    for code, said in listed("organisations").items():
        yield code, code
        for name in said:
            is_anothers = name in STATES or name in MEANT or len(name) <= len("AC")
            if not (name.isascii() and is_anothers):
                yield code, name


def letters_of(code: str) -> frozenset[str]:
    """Return the letters by which an organisation goes beside its name.

    >>> sorted(letters_of("AFRICAN-UNION"))
    ['AFRICAN-UNION', 'AU', 'AUC', 'UA']
    """
    said = listed("organisations").get(code, ())
    return frozenset({code, *(name for name in said if name.isupper() and " " not in name)})


@cache
def with_letters_of_a_state() -> Mapping[str, tuple[str, ...]]:
    """Return the organisations that go by each letters which mean a state elsewhere.

    >>> with_letters_of_a_state()["AU"]
    ('AFRICAN-UNION',)
    """
    found: dict[str, tuple[str, ...]] = {}
    for code in listed("organisations"):
        for letters in letters_of(code) & (STATES | MEANT.keys()):
            found[letters] = (*found.get(letters, ()), code)
    return found


@cache
def spelt(code: str) -> tuple[str, ...]:
    """Return the names of an organisation that are more than letters, in small letters."""
    return tuple(name.casefold() for name in listed("organisations")[code] if " " in name)
