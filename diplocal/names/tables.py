"""The lists of names that ship with the package: facts, in text files, each read when it is first needed."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType


@cache
def listed(name: str) -> Mapping[str, tuple[str, ...]]:
    """Return a list whose lines are ``CODE: this; that``: what is said of each code, in the order of the file.

    >>> listed("states")["VA"][:3]
    ('Holy See', 'Vatican', 'Vatican City State')
    """
    rows = (line.partition(":") for line in _text(f"{name}.txt").splitlines())
    return MappingProxyType({key: tuple(filter(None, map(str.strip, said.split(";")))) for key, _, said in rows})


@cache
def territories() -> Mapping[str, Mapping[str, str]]:
    """Return, for ``official`` and each language but English, the name for each code.

    >>> territories()["ru"]["FI"], territories()["official"]["FI"]
    ('Финляндия', 'Republic of Finland')

    The names are those of CLDR, as Babel 2.19 has them; the official ones, in English, those of ISO 3166.
    """
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    header, *rows = (line.split("\t") for line in _text("territories.tsv").splitlines())
    for code, *names in rows:
        for language, name in zip(header[1:], names, strict=True):
            found[language][code] = name
    return MappingProxyType(dict(found))


def _text(name: str) -> str:
    return (Path(__file__).parent / "data" / name).read_text(encoding="utf-8")
