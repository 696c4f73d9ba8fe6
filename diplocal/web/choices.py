"""Which feeds there are: everything, a state, a pair, a person, a kind, and those that a publisher names."""

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from urllib.parse import quote

import attrs

from diplocal.calendars import GOOGLE, STANDARD, Policy
from diplocal.engagements import KINDS, Engagement, Kind
from diplocal.errors import InvalidValue
from diplocal.names.people import known_as
from diplocal.projections.selection import Selection, code_of
from diplocal.web.live import Index, is_shown, person_address

EVERYTHING = "all"
SHOWN_KINDS = tuple(kind for kind, row in KINDS.items() if row.is_counted)
LONGEST_NAME = 200
"""Characters in the name of a feed."""
_WIKIDATA = re.compile(r"q[1-9][0-9]*", re.ASCII)
RESERVED = re.compile(r"all|(?:state|pair|person|kind)-.*", re.DOTALL)
"""Names of the feeds that are always there."""


@attrs.frozen(kw_only=True)
class Choice:
    """One feed: which engagements are in it, and how it is published."""

    name: str
    """In addresses: 'pair-cn_ru'."""
    title: str | None = None
    """As its publisher named it; None for those that are always there."""
    state: str | None = None
    pair: tuple[str, str] | None = None
    """Two codes in alphabetical order."""
    person: str | None = None
    """A name or a Wikidata id."""
    any_of: frozenset[str] = frozenset()
    """Codes of which one must take part; empty for no such demand."""
    kinds: frozenset[Kind] = frozenset()
    """Empty for every kind."""
    policy: Policy = STANDARD
    language: str | None = None
    """Of its own words; None for the reader's."""
    audience: str = "public"
    needs_token: bool = False

    def takes(self, engagement: Engagement) -> bool:
        """Tell whether an engagement belongs to it."""
        if not is_shown(engagement) or (self.kinds and engagement.kind not in self.kinds):
            return False
        if self.any_of and self.any_of.isdisjoint(party.code for party in engagement.parties):
            return False
        return self.selection.takes(engagement.parties, engagement.people)

    @cached_property
    def selection(self) -> Selection:
        """Who must take part."""
        codes = frozenset(filter(None, (self.state, *(self.pair or ()))))
        return Selection(codes, self.person and known_as(self.person))

    @property
    def for_google(self) -> Policy:
        """Its policy, for subscribers who read with Google Calendar."""
        return attrs.evolve(self.policy, cancelled_stay_confirmed=GOOGLE.cancelled_stay_confirmed)

    @property
    def path(self) -> str:
        """Its name as part of an address."""
        return quote(self.name)


def of_state(code: str) -> Choice:
    """Give the feed of a state or an organisation."""
    return Choice(name=f"state-{code.lower()}", state=code)


def of_pair(first: str, second: str) -> Choice:
    """Give the feed of what two have with each other."""
    first, second = sorted((first, second))
    return Choice(name=f"pair-{first.lower()}_{second.lower()}", pair=(first, second))


def of_person(key: str, name: str) -> Choice:
    """Give the feed of a person."""
    return Choice(name=f"person-{key}", person=name)


def of_kind(kind: Kind) -> Choice:
    """Give the feed of one kind of engagement."""
    return Choice(name=f"kind-{kind.value}", kinds=frozenset({kind}))


def find(name: str, index: Index, named: Mapping[str, Choice]) -> Choice | None:
    """Find a feed by its name; None when there is none.

    States, organisations and persons have feeds when the log knows of them; so have two of them that never met yet.
    The name that is found may differ from the one that was asked for, which then leads to it.
    """
    if name == EVERYTHING:
        return Choice(name=EVERYTHING)
    kind, _, rest = name[:LONGEST_NAME].partition("-")
    known = _FINDERS.get(kind)
    return named.get(name) or (known(rest, index) if known else None)


def names(index: Index, named: Mapping[str, Choice]) -> list[str]:
    """List the names of the feeds that there are, but for those of pairs that never met."""
    of_parties = (*map(of_state, index.parties), *(of_pair(*pair) for pair in index.pairs))
    of_people = (of_person(key, key) for key in index.people)
    return [EVERYTHING, *named, *(one.name for one in (*of_parties, *of_people, *map(of_kind, SHOWN_KINDS)))]


def known_code(text: str, index: Index) -> str | None:
    """Return the code that a text in an address means; None for a party that the log does not know."""
    try:
        code = code_of(text)
    except InvalidValue:
        code = text.upper()
    return code if code in index.parties else None


def _state(rest: str, index: Index) -> Choice | None:
    code = known_code(rest, index)
    return of_state(code) if code else None


def _pair(rest: str, index: Index) -> Choice | None:
    match [known_code(part, index) for part in rest.split("_")]:
        case [str(first), str(second)] if first != second:
            return of_pair(first, second)
    return None


def _person(rest: str, index: Index) -> Choice | None:
    """Find by name or by Wikidata id."""
    key = person_address(rest)
    if key not in index.people:
        return None
    return of_person(key, key.upper() if is_wikidata(key) else index.label_of[key])


def is_wikidata(key: str) -> bool:
    """Tell whether a person's key in addresses is a Wikidata id, such as 'q701128'."""
    return _WIKIDATA.fullmatch(key) is not None


def _kind(rest: str, _index: Index) -> Choice | None:
    return next((of_kind(kind) for kind in SHOWN_KINDS if kind.value == rest.lower()), None)


_FINDERS: Mapping[str, Callable[[str, Index], Choice | None]] = {
    "state": _state,
    "pair": _pair,
    "person": _person,
    "kind": _kind,
}
