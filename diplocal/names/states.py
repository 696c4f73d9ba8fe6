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

_BEFORE = """
BF HVBF, BJ DYBJ, BY BYAA, CD ZRCD, CZ CSHH, DE DDDE, DJ AIDJ, KI GEHH, ME CSXX YUCS, MM BUMM, RS CSXX YUCS, RU SUHH,
SK CSHH, TL TPTL, TV GEHH, TZ X-TANGANYIKA, VN VDVN X-VIETNAM-SOUTH, VU NHVU, YE YDYE, ZW RHZW
"""
BEFORE = MappingProxyType({today: tuple(before) for today, *before in map(str.split, _BEFORE.split(","))})
"""States of today, and those that had their name or their seat before: whoever asks for one may mean the other."""


def names() -> Iterator[tuple[str, str]]:
    """Yield a code and a name, for all names of all states."""
    yield from NAMES.items()
    for language in territories().values():
        yield from language.items()
    for code, said in listed("states").items():
        yield from ((code, name) for name in said)
