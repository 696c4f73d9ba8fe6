"""Which feeds there are: everything, a state, a pair, a person, a kind, and those that a publisher names."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

import attrs
import msgspec

from diplocal.calendars import GOOGLE, STANDARD, Policy
from diplocal.engagements import Kind
from diplocal.errors import InvalidValue
from diplocal.names.people import known_as
from diplocal.projections.filters import Filter
from diplocal.projections.selection import Selection, code_of
from diplocal.web.index import EVERYTHING_SHOWN, SHOWN_KINDS, Index, person_address, shown

LONGEST_NAME = 400
"""Octets in the name of a feed, as an address has it: a private one has room for it too."""
Query = tuple[tuple[str, str], ...]
"""The parameters of an address, in order."""
_WIKIDATA = re.compile(r"q[1-9][0-9]*", re.ASCII)
RESERVED = re.compile(r"all|(?:state|pair|person|kind)-.*", re.DOTALL)
"""Names of the feeds that are always there."""


@attrs.frozen(kw_only=True)
class FeedSpec:
    """One feed: which engagements are in it, and how it is published."""

    name: str
    """In addresses: 'pair-cn_ru'."""
    title: str | None = None
    """As its publisher named it; None for those that are always there."""
    filter: Filter = EVERYTHING_SHOWN
    """The engagements that are in it."""
    policy: Policy = STANDARD
    language: str | None = None
    """Of its own words; None for the reader's."""
    audience: str = "public"
    needs_token: bool = False
    query: Query = ()
    """What its address asks for, where that composes it: ("kind", "visit")."""

    @property
    def for_google(self) -> Policy:
        """Its policy, for subscribers who read with Google Calendar."""
        return msgspec.structs.replace(self.policy, cancelled_stay_confirmed=GOOGLE.cancelled_stay_confirmed)

    @property
    def path(self) -> str:
        """The path of its page, to which the ending of a file may be added; not quoted."""
        return "/feed" if self.query else f"/feeds/{self.name}"


EVERYTHING = FeedSpec(name="all")


def of_state(code: str) -> FeedSpec:
    """Return the feed of a state or an organisation."""
    return FeedSpec(name=f"state-{code.lower()}", filter=shown(Selection(frozenset({code}))))


def of_pair(first: str, second: str) -> FeedSpec:
    """Return the feed of what two have with each other."""
    first, second = sorted((first, second))
    return FeedSpec(name=f"pair-{first.lower()}_{second.lower()}", filter=shown(Selection(frozenset({first, second}))))


def of_person(address: str, name: str) -> FeedSpec:
    """Return the feed of a person; the name may be a Wikidata id."""
    return FeedSpec(name=f"person-{address}", filter=shown(Selection(person=known_as(name))))


def of_kind(kind: Kind) -> FeedSpec:
    """Return the feed of one kind of engagement."""
    return FeedSpec(name=f"kind-{kind.value}", filter=shown(kinds=frozenset({kind})))


def is_too_long(name: str) -> bool:
    """Tell whether no address has room for the name of a feed: then there is none of that name."""
    return len(quote(name)) > LONGEST_NAME


def find(name: str, index: Index, named: Mapping[str, FeedSpec]) -> FeedSpec | None:
    """Return the feed of a name; None when there is none.

    States, organisations and persons have feeds when the log knows of them; so have two of them that never met yet.
    The name that is found may differ from the one that was asked for, which then leads to it.
    """
    if name == EVERYTHING.name:
        return EVERYTHING
    kind, _, rest = name.partition("-")
    known = None if is_too_long(name) else _FINDERS.get(kind)
    return named.get(name) or (known(rest, index) if known else None)


def names(index: Index, named: Mapping[str, FeedSpec]) -> list[str]:
    """List the names of the feeds that there are, but for those of pairs that never met."""
    of_parties = (*map(of_state, index.parties), *(of_pair(*pair) for pair in index.pairs))
    of_people = (of_person(address, address) for address in (*index.people, *index.wikidata))
    found = [one.name for one in (*of_parties, *of_people, *map(of_kind, SHOWN_KINDS))]
    return [EVERYTHING.name, *named, *(name for name in found if not is_too_long(name))]


def known_code(text: str, index: Index) -> str | None:
    """Return the code that a text in an address means; None for a party that the log does not know."""
    try:
        code = code_of(text)
    except InvalidValue:
        code = text.upper()
    return code if code in index.parties else None


def _state(rest: str, index: Index) -> FeedSpec | None:
    code = known_code(rest, index)
    return of_state(code) if code else None


def _pair(rest: str, index: Index) -> FeedSpec | None:
    match [known_code(part, index) for part in rest.split("_")]:
        case [str(first), str(second)] if first != second:
            return of_pair(first, second)
    return None


def _person(rest: str, index: Index) -> FeedSpec | None:
    """Find by a name, its words in any order, or by Wikidata id."""
    address = person_address(rest)
    if _WIKIDATA.fullmatch(address):
        return of_person(address, address) if address in index.wikidata else None
    found = index.person(address)
    return of_person(found, index.label_of[found]) if found else None


def _kind(rest: str, _index: Index) -> FeedSpec | None:
    return next((of_kind(kind) for kind in SHOWN_KINDS if kind.value == rest.lower()), None)


_FINDERS: Mapping[str, Callable[[str, Index], FeedSpec | None]] = {
    "state": _state,
    "pair": _pair,
    "person": _person,
    "kind": _kind,
}
