"""What was asked for, in a few words: a chart that is taken away says what it is of."""

from collections.abc import Iterator, Mapping
from typing import Any

from diplocal import names
from diplocal.projections.lines import between, party
from diplocal.wording import Language

_PARTIES = frozenset({"state", "traveller", "host"})


def in_words(criteria: Mapping[str, Any], said: Language) -> str:
    """Return criteria as ``Diary.find`` takes them: 'China – Russia · visit · 2015 –'; what is yes or no aside."""
    return " · ".join(_each(criteria, said))


def _each(criteria: Mapping[str, Any], said: Language) -> Iterator[str]:
    for name, value in criteria.items():
        if name == "pair":
            yield between((names.party(one).code for one in value), said)
        elif name in _PARTIES:
            yield party(names.party(value).code, said)
        elif name in ("since", "until", "sides"):  # which the title says, or what stands below
            continue
        elif isinstance(value, list | tuple):
            yield ", ".join(map(str, value))
        elif not isinstance(value, bool):
            yield str(value)
    since, until = (str(criteria.get(name, "")) for name in ("since", "until"))
    if since or until:
        yield f"{since} – {until}".strip()
