"""What states are called: by CLDR in seven languages, by ISO 3166 and by the United Nations, today and formerly."""

from collections.abc import Iterator
from types import MappingProxyType

from diplocal.names.tables import listed, territories
from diplocal.state_names import NAMES

SEVERAL = MappingProxyType(
    {
        "congo": ("CD", "CG"),
        "korea": ("KR", "KP"),
        "virgin islands": ("VG", "VI"),
        "cs": ("CSHH", "CSXX"),
    }
)
"""Names, as they are compared, that more than one state has or had."""


def names() -> Iterator[tuple[str, str]]:
    """Yield a code and a name, for all names of all states."""
    yield from NAMES.items()
    for language in territories().values():
        yield from language.items()
    for code, said in listed("states").items():
        yield from ((code, name) for name in said)
