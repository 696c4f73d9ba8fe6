"""Who meets whom: parties or persons and the contacts between them, weighted, and ready for networkx."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import attrs
import msgspec

from diplocal.checks import Choice
from diplocal.dates import intern_when
from diplocal.engagements import KINDS, Engagement, Kind, Visit
from diplocal.engagements.fold import how_many, tells_alias
from diplocal.names.parties import labelled
from diplocal.names.people import Identity, identity_of, known_as
from diplocal.parties import Participant, Person, Rank, party_of
from diplocal.projections.aliases import Aliases
from diplocal.projections.contacts import TOOK_PLACE, OfSides, Period, told_by_key
from diplocal.projections.filters import Filter, Sides, sides_named, sides_of
from diplocal.projections.listing import Listing, Shown
from diplocal.projections.selection import Selection, code_of
from diplocal.projections.tally import Contributions, Tally

if TYPE_CHECKING:
    import networkx as nx

_ALIAS = Kind.ALIAS.value
_PLACES = {rank.value: place for place, rank in enumerate(Rank)}


class Nodes(Choice):
    """Between whom to draw edges."""

    PARTIES = "parties"
    """States and organisations."""
    PERSONS = "persons"


class Weight(Choice):
    """What an edge weighs."""

    CONTACTS = "contacts"
    """Each contact 1."""
    SHARED = "shared"
    """A contact of n sides 1/(n-1) for each tie in it: who meets many at once meets each the less (Newman, 2001)."""


class End(NamedTuple):
    """Who is at one end of a tie. Plain texts, so that counting is quick."""

    party: str
    """Code; empty where the source did not say."""
    name: str = ""
    """Of a person, as printed; empty for a party."""
    wikidata: str = ""
    """Of a person, where it is known."""
    rank: str = ""
    """A value of Rank: of the person, or of the most senior one that the party sent; empty when not known."""


class Tie(NamedTuple):
    """One contact between two ends, as counted."""

    first: End
    second: End
    kind: str
    """A value of Kind."""
    sides: int
    """How many ends took part in the contact: states and organisations, or persons."""
    when: str
    """EDTF."""
    parties: int
    """How many states and organisations took part: 2, or more for a multilateral one."""


@attrs.frozen(order=True)
class Node:
    """A party, or a person."""

    id: str
    """Of a party its code; of a person their Wikidata id, or else folded name and party, 'wang yi / CN'."""
    label: str
    """The code, or the name as printed."""
    party: str
    """Code; empty where no source said."""


class Edge(msgspec.Struct, frozen=True):
    """How much two nodes had to do with each other. It has no direction."""

    period: str | None
    """'2023', '2023-Q3', '2023-09' or 'all'; None for contacts whose date is too vague for the period."""
    first: Node
    second: Node
    """In alphabetical order of their ids."""
    weight: Fraction
    contacts: int
    kinds: tuple[Kind, ...]


class Asymmetry(msgspec.Struct, frozen=True):
    """At which offices two parties met."""

    higher: Mapping[str, int]
    """By code: how many contacts in which this party sent the higher office."""
    equal: int
    """Contacts at the same office."""
    unknown: int
    """Contacts in which nobody says which office one of them sent."""


@attrs.frozen
class Ties(Shown):
    """All ties of a log, to be drawn as a network in any way."""

    ties: Mapping[Tie, int] = attrs.field(repr=how_many)
    aliases: Mapping[Tie, int] = attrs.field(factory=dict, repr=False)
    """Two names each that somebody said to be one person's."""

    def edges(
        self,
        period: Period | str = Period.ALL,
        *,
        nodes: Nodes | str = Nodes.PARTIES,
        weight: Weight | str = Weight.CONTACTS,
        kinds: Collection[Kind] = KINDS,
        at_least: Rank | None = None,
        state: str | None = None,
    ) -> list[Edge]:
        """List who met whom, by period, the heaviest edge first; a period of None comes last.

        ``kinds`` chooses the contacts that count, ``at_least`` those in which both ends held that office or a higher
        one: a contact in which the office of one is not known then does not count. Of a visit the visitor's office is
        enough where nobody says who received them. ``state``, a code or a name, chooses the edges of a party, or of its
        persons.
        """
        unit, is_of_persons, weighing = Period(period), Nodes(nodes) is Nodes.PERSONS, Weight(weight)
        code = None if state is None else code_of(state)
        wanted = {kind.value for kind in kinds}
        ties = {tie: count for tie, count in self.ties.items() if bool(tie[0][1]) is is_of_persons}
        ends = {end for tie in ties for end in tie[:2]}
        nodes_of = _Nodes(ends, Aliases(tuple(tuple(map(_person, alias[:2])) for alias in self.aliases)))
        ordered = sorted({nodes_of[end] for end in ends})
        places = {node: place for place, node in enumerate(ordered)}
        place_of = {end: places[nodes_of[end]] for end in ends}  # of very many ties there are few nodes
        label_of = cache(lambda when: unit.label(intern_when(when)))
        groups: dict[tuple[str | None, int, int], dict[tuple[str, int], int]] = {}
        for tie, count in ties.items():
            first, second, kind, sides, when, _ = tie
            one, other = place_of[first], place_of[second]
            if one == other or kind not in wanted or not (at_least is None or _is_high_enough(tie, at_least)):
                continue
            sums = groups.setdefault((label_of(when), *((one, other) if one < other else (other, one))), {})
            sums[kind, sides] = sums.get((kind, sides), 0) + count
        rows = [
            _edge(label, ordered[one], ordered[other], sums, weighing)
            for (label, one, other), sums in groups.items()
            if code is None or code in (ordered[one].party, ordered[other].party)
        ]
        rows.sort(key=lambda row: (row.period is None, row.period or "", -row.weight, row.first, row.second))
        return Listing(rows)

    def asymmetry(self, pair: tuple[str, str], *, kinds: Collection[Kind] = KINDS) -> "Asymmetry":
        """Compare the offices at which a pair of parties, by their codes, met: whether one is received above its rank.

        Compared is the most senior of each side in each contact. Of a visit, that is of the visitors and of those who
        received them. Ranks have an order and no distance, so contacts are counted, and no steps.
        """
        parties = Selection.of(pair=pair).parties
        wanted = {kind.value for kind in kinds}
        higher: Counter[str] = Counter(dict.fromkeys(parties, 0))
        equal = unknown = 0
        for tie, count in self.ties.items():
            if {tie.first.party, tie.second.party} != parties or tie.first.name or tie.kind not in wanted:
                continue
            if not (tie.first.rank and tie.second.rank):
                unknown += count
            elif tie.first.rank == tie.second.rank:
                equal += count
            else:
                higher[min(tie[:2], key=lambda end: _PLACES[end.rank]).party] += count
        return Asymmetry(dict(sorted(higher.items())), equal, unknown)

    def to_networkx(
        self,
        *,
        nodes: Nodes | str = Nodes.PARTIES,
        weight: Weight | str = Weight.CONTACTS,
        kinds: Collection[Kind] = KINDS,
        at_least: Rank | None = None,
    ) -> "nx.Graph[str]":
        """Return the network over all time as an undirected graph of networkx, which the extra ``network`` installs.

        Nodes are ids with ``label`` and ``party``; edges have ``weight`` (float), ``contacts`` and ``kinds``.
        """
        import networkx as nx  # noqa: PLC0415 - needs the extra 'network'

        graph: nx.Graph[str] = nx.Graph()
        for edge in self.edges(nodes=nodes, weight=weight, kinds=kinds, at_least=at_least):
            for node in (edge.first, edge.second):
                graph.add_node(node.id, label=node.label, party=node.party)
            graph.add_edge(
                edge.first.id,
                edge.second.id,
                weight=float(edge.weight),
                contacts=edge.contacts,
                kinds=[kind.value for kind in edge.kinds],
            )
        return graph


class Network(OfSides, Tally[Tie, Ties]):
    """Who meets whom, weighted.

    Edges have no direction. Of a visit, each visiting party is tied to the host, and each visitor to each person who
    received them; of a meeting, a call, an exercise or a patrol, each two parties, and each two persons of different
    parties. One contact is one tie for each two ends, however many reports there are of it, merged duplicates among
    them. What three parties or more take part in, such as a summit, ties nobody unless ``sides`` is "any" or
    "multilateral": then it ties each two, and weighs less on request. A minimum office is on request too. Plans,
    statements and reactions tie nobody.
    """

    name = "diplocal.network"
    version = 2
    key_type = Tie
    needs_aliases = True

    def __init__(self, *, sides: Sides | str = Sides.BILATERAL) -> None:
        self.sides = sides_named(sides)

    @property
    def parameters(self) -> str:
        """Nothing: how many sides there were is told apart when it is read."""
        return "{}"

    def contributions(self, engagement: Engagement) -> Contributions[Tie]:
        """Contribute a tie for each two who had to do with each other, when it was held; of an alias, for its names."""
        if tells_alias(engagement):
            for one, other in itertools.pairwise(sorted(_persons(engagement.people))):
                yield Tie(one, other, engagement.kind.value, 0, "", 0), 1
        if engagement.status not in TOOK_PLACE or engagement.when is None or not KINDS[engagement.kind].is_contact:
            return
        subject, parties = engagement.subject, len(sides_of(engagement))
        ways = _of_visit(subject) if isinstance(subject, Visit) else _of_gathering(engagement.participants)
        for ties, sides in ways:
            for first, second in dict.fromkeys(ties):
                one, other = sorted((first, second))
                yield Tie(one, other, engagement.kind.value, sides, engagement.when.edtf, parties), 1

    def read(self, value: Mapping[Tie, int]) -> Ties:
        """Return the ties between as many parties as are asked for."""
        aliases = {tie: count for tie, count in value.items() if tie[2] == _ALIAS}
        takes = cache(self.sides.takes)
        return Ties({tie: count for tie, count in value.items() if takes(tie[5]) and tie[2] != _ALIAS}, aliases)

    def tells(self, chosen: Filter) -> Callable[[Tie], bool] | None:
        """Tell by a tie whether a filter takes the contact; the ties of aliases are always taken."""
        takes = told_by_key(chosen, _kind_and_when)
        return None if takes is None else (lambda tie: tie[2] == _ALIAS or takes(tie))


def _kind_and_when(tie: Tie) -> tuple[str, str]:
    return tie[2], tie[4]


_Ends = tuple[End, End]


def _of_visit(visit: Visit) -> Iterator[tuple[list[_Ends], int]]:
    host = visit.host
    sent = _parties(visit.visitors)
    received = _parties((host, *visit.received_by))
    sides = {host.code: received[host.code]}
    parties = [(end, sides[host.code]) for code, end in sent.items() if code != host.code]
    yield parties, len(parties) + 1
    visitors, hosts = list(_persons(visit.visitors)), list(_persons(visit.received_by))
    persons = [(one, other) for one in visitors for other in hosts if _are_two(one, other)]
    yield persons, len(visitors) + len(hosts)


def _of_gathering(participants: Iterable[Participant]) -> Iterator[tuple[list[_Ends], int]]:
    parties, persons = list(_parties(participants).values()), list(_persons(participants))
    yield list(itertools.combinations(parties, 2)), len(parties)
    yield [pair for pair in itertools.combinations(persons, 2) if _are_two(*pair)], len(persons)


def _parties(participants: Iterable[Participant]) -> dict[str, End]:
    """Return each party once, with the rank of the most senior person that it sent."""
    ends: dict[str, End] = {}
    for one in participants:
        party = party_of(one)
        if party is not None:
            known = ends.get(party.code, End(party.code))
            ends[party.code] = known._replace(rank=_higher(known.rank, _rank(one)))
    return ends


def _persons(participants: Iterable[Participant]) -> Iterator[End]:
    for one in dict.fromkeys(participants):
        if isinstance(one, Person):
            yield End(one.party.code if one.party else "", one.name, one.wikidata or "", _rank(one))


def _are_two(one: End, other: End) -> bool:
    """Tell whether they come from different sides; of whom no source said it, nobody knows that they do not."""
    return one.party != other.party or not one.party


def _rank(one: Participant) -> str:
    return one.office.rank.value if isinstance(one, Person) and one.office else ""


def _higher(one: str, other: str) -> str:
    return min(filter(None, (one, other)), key=_PLACES.__getitem__, default="")


def _is_high_enough(tie: Tie, at_least: Rank) -> bool:
    known = [end.rank for end in tie[:2] if end.rank]
    needed = 1 if tie.kind == Kind.VISIT.value else 2
    return len(known) >= needed and all(_PLACES[rank] <= _PLACES[at_least.value] for rank in known)


def _edge(label: str | None, one: Node, other: Node, sums: Mapping[tuple[str, int], int], weighing: Weight) -> Edge:
    """Make an edge of its contacts, which are summed by kind and by how many ends took part."""
    is_shared = weighing is Weight.SHARED
    weights = (Fraction(count, max(1, sides - 1) if is_shared else 1) for (_, sides), count in sums.items())
    kinds = {kind for kind, _ in sums}
    return Edge(label, one, other, sum(weights, Fraction()), sum(sums.values()), _in_order(kinds))


def _in_order(kinds: Collection[str]) -> tuple[Kind, ...]:
    return tuple(kind for kind in Kind if kind.value in kinds)


class _Nodes:
    """Which ends are one node: a person by their Wikidata id, also where a report gives only name and party.

    Names that aliases say to be one person's are one node too: by a Wikidata id, or else by the first of the names.
    """

    def __init__(self, ends: Iterable[End], aliases: Aliases) -> None:
        everybody, aliases_with = set(ends), cache(aliases.having)
        self._who = {end: identity_of(_person(end), aliases_with) for end in everybody if end.name}
        ids, names = defaultdict[Identity, set[str]](set), defaultdict[Identity, set[str]](set)
        for end, who in self._who.items():
            names[who].add(known_as(end.name))
            ids[who] |= {end.wikidata} - {""}
        for one in itertools.chain.from_iterable(aliases.said):
            ids[identity_of(one, aliases_with)] |= {one.wikidata or ""} - {""}
        self._ids = {
            who: min(ids[who]) if len(ids[who]) == 1 else f"{min(said)} / {who[1]}" for who, said in names.items()
        }
        spelt: defaultdict[str, set[End]] = defaultdict(set)
        for end in everybody:
            spelt[self._id(end)].add(end)
        self._nodes = {
            node: Node(node, max(end.name or end.party for end in several), max(end.party for end in several))
            for node, several in spelt.items()
        }

    def __getitem__(self, end: End) -> Node:
        return self._nodes[self._id(end)]

    def _id(self, end: End) -> str:
        if not end.name:
            return end.party
        return end.wikidata or self._ids[self._who[end]]


def _person(end: End) -> Person:
    return Person(end.name, labelled(end.party, None) if end.party else None, wikidata=end.wikidata or None)
