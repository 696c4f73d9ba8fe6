"""Who meets whom: parties or persons and the contacts between them, weighted, and ready for networkx."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

import attrs
import msgspec

from diplocal.briefly import in_a_line
from diplocal.checks import Choice, expect
from diplocal.dates import intern_when
from diplocal.engagements import KINDS, Engagement, Kind, Visit
from diplocal.engagements.fold import how_many, tells_alias
from diplocal.errors import InvalidValue
from diplocal.names.parties import labelled
from diplocal.names.people import Identity, identity_of, known_as
from diplocal.parties import Participant, Person, Rank, party_of
from diplocal.projections.aliases import Aliases
from diplocal.projections.contacts import (
    TOOK_PLACE,
    OfSides,
    Period,
    coarse,
    expect_by_years,
    is_of_years,
    told_by_key,
    years_of,
)
from diplocal.projections.filters import Filter, Sides, kinds_meant, sides_named, sides_of
from diplocal.projections.listing import Listing, Shown
from diplocal.projections.selection import Selection, code_of
from diplocal.projections.tally import Contributions, Tally

if TYPE_CHECKING:
    import networkx as nx

_ALIAS = Kind.ALIAS.value
PAIR = 2
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

    def of(self, sums: Mapping[tuple[str, int], int]) -> int | Fraction:
        """Return what contacts weigh together, by their kinds and by how many ends took part."""
        if self is Weight.CONTACTS:
            return sum(sums.values())
        return sum((Fraction(count, max(1, sides - 1)) for (_, sides), count in sums.items()), Fraction())


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
    """All who were tied by one contact, as counted: of parties, or of persons."""

    first: tuple[End, ...]
    """Of a visit, who came. Of anything else all who took part: each two of them are tied."""
    second: tuple[End, ...]
    """Of a visit, who received them."""
    kind: str
    """A value of Kind."""
    when: str
    """EDTF."""
    parties: int
    """How many states and organisations took part: 2, or more for a multilateral one."""

    @property
    def nodes(self) -> Nodes:
        """Between whom it is."""
        return Nodes.PERSONS if self[0][0][1] else Nodes.PARTIES

    def pairs(self) -> Iterator[tuple[End, End]]:
        """Yield each two who had to do with each other."""
        first, second = self.first, self.second
        pairs = itertools.product(first, second) if second else itertools.combinations(first, 2)
        return pairs if not first[0].name else ((one, other) for one, other in pairs if _are_two(one, other))

    def __repr__(self) -> str:
        return in_a_line(self)


@attrs.frozen(order=True)
class Node:
    """A party, or a person."""

    id: str
    """Of a party its code; of a person their Wikidata id, or else folded name and party, 'wang yi / CN'."""
    label: str
    """The code, or the name as printed."""
    party: str
    """Code; empty where no source said."""

    def __brief__(self) -> str:
        return repr(self.id)


class Edge(msgspec.Struct, frozen=True):
    """How much two nodes had to do with each other. It has no direction."""

    __repr__ = in_a_line

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
    finest: Period | None = attrs.field(default=None, repr=False)
    """The shortest stretch that they can be counted by; None where they have their days and offices."""
    between: Nodes | None = attrs.field(default=None, repr=False)
    """Between whom they are; None where they are between parties and between persons."""

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
        expect("at_least", at_least, "a Rank, such as Rank.FOREIGN_MINISTER", Rank, type(None))
        expect_by_years(unit, self.finest, at_least=at_least)
        self._expect_between(Nodes(nodes))
        code = None if state is None else code_of(state)
        wanted = {kind.value for kind in kinds_meant(kinds)}
        ties = {tie: count for tie, count in self.ties.items() if bool(tie[0][0][1]) is is_of_persons}
        ends = {end for first, second, *_ in ties for end in (*first, *second)}
        nodes_of = _Nodes(ends, Aliases(tuple(tuple(map(_person, alias[0])) for alias in self.aliases)))
        ordered = sorted({nodes_of[end] for end in ends})
        places = {node: place for place, node in enumerate(ordered)}
        place_of = {end: places[nodes_of[end]] for end in ends}  # of very many ties there are few nodes
        label_of = cache(lambda when: unit.label(intern_when(when)))
        groups = defaultdict[tuple[str | None, int, int], Counter[tuple[str, int]]](Counter)
        for tie, count in ties.items():
            _, _, kind, when, _ = tie
            if kind in wanted:
                label, (many, pairs) = label_of(when), _tied(tie, place_of, at_least)
                for one, other in pairs:
                    groups[label, one, other][kind, many] += count
        rows = [
            (label is None, label or "", -weighing.of(sums), one, other, label, sums)
            for (label, one, other), sums in groups.items()
            if code is None or code in (ordered[one].party, ordered[other].party)
        ]
        rows.sort(key=itemgetter(slice(5)))  # by place, which is quicker than by node
        return Listing[Edge](
            _edge(label, ordered[one], ordered[other], -weight, sums) for _, _, weight, one, other, label, sums in rows
        )

    def asymmetry(self, pair: tuple[str, str], *, kinds: Collection[Kind] = KINDS) -> "Asymmetry":
        """Compare the offices at which a pair of parties, by their codes, met: whether one is received above its rank.

        Compared is the most senior of each side in each contact. Of a visit, that is of the visitors and of those who
        received them. Ranks have an order and no distance, so contacts are counted, and no steps.
        """
        expect_by_years("days", self.finest)
        self._expect_between(Nodes.PARTIES)
        parties = Selection.of(pair=pair).parties
        wanted = {kind.value for kind in kinds_meant(kinds)}
        higher: Counter[str] = Counter(dict.fromkeys(parties, 0))
        equal = unknown = 0
        for tie, count in self.ties.items():
            if tie.first[0].name or tie.kind not in wanted:
                continue
            for ends in tie.pairs():
                if {end.party for end in ends} != parties:
                    continue
                if not all(end.rank for end in ends):
                    unknown += count
                elif len({end.rank for end in ends}) == 1:
                    equal += count
                else:
                    higher[min(ends, key=lambda end: _PLACES[end.rank]).party] += count
        return Asymmetry(dict(sorted(higher.items())), equal, unknown)

    def _expect_between(self, nodes: Nodes) -> None:
        if self.between not in (None, nodes):
            raise InvalidValue("nodes", nodes.value, f"{self.between.value}: the others were left out")

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

    ``by`` "year" or "all" is for those who ask for no shorter stretch and no office, ``nodes`` for those who ask for
    ties between these alone: what is counted then is less, and told sooner.
    """

    name = "diplocal.network"
    version = 3
    key_type = Tie
    needs_aliases = True

    def __init__(
        self,
        *,
        sides: Sides | str = Sides.BILATERAL,
        by: Period | str | None = None,
        nodes: Nodes | str | None = None,
    ) -> None:
        self.sides, self.by_years = sides_named(sides), coarse(by)
        self.nodes = None if nodes is None else Nodes(nodes)

    @property
    def parameters(self) -> str:
        """Whether no more than the years are kept, and between whom."""
        nodes = self.nodes.value if self.nodes else None
        return msgspec.json.encode({"by_years": self.by_years, "nodes": nodes}).decode()

    def finest(self) -> "Network":
        """Return the measure that keeps days and offices, of parties and of persons."""
        return self if not self.by_years and self.nodes is None else Network(sides=self.sides)

    def contributions(self, engagement: Engagement) -> Contributions[Tie]:
        """Contribute who was tied, when it was held: the parties, and the persons; of an alias, its names."""
        return ((tie, 1) for each in self._ties(engagement) if (tie := self.coarser(each)) is not None)

    def _ties(self, engagement: Engagement) -> Iterator[Tie]:
        kind = engagement.kind.value
        if tells_alias(engagement):
            yield Tie(tuple(sorted(_persons(engagement.people))), (), kind, "", 0)
        if engagement.status not in TOOK_PLACE or engagement.when is None or not KINDS[engagement.kind].is_contact:
            return
        parties, is_visit = len(sides_of(engagement)), isinstance(engagement.subject, Visit)
        for nodes in (self.nodes,) if self.nodes else Nodes:
            first, second = (tuple(sorted(ends)) for ends in _ends(engagement, nodes))
            if (first and second) if is_visit else len(first) > 1:
                yield Tie(first, second, kind, engagement.when.edtf, parties)

    def coarser(self, key: Tie) -> Tie | None:
        """Leave days and offices out, where only years are counted by, and the nodes between which nobody asks."""
        if self.nodes is not None and self.nodes is not key.nodes:
            return None
        return Tie(_alike(key[0]), _alike(key[1]), key[2], years_of(key[3]), key[4]) if self.by_years else key

    def read(self, value: Mapping[Tie, int]) -> Ties:
        """Return the ties between as many parties as are asked for."""
        aliases = {tie: count for tie, count in value.items() if tie[2] == _ALIAS}
        takes = cache(self.sides.takes)
        ties = {tie: count for tie, count in value.items() if takes(tie[4]) and tie[2] != _ALIAS}
        return Ties(ties, aliases, Period.YEAR if self.by_years else None, self.nodes)

    def tells(self, chosen: Filter) -> Callable[[Tie], bool] | None:
        """Tell by a tie whether a filter takes the contact; the ties of aliases are always taken."""
        takes = None if self.by_years and not is_of_years(chosen) else told_by_key(chosen, _kind_and_when)
        return None if takes is None else (lambda tie: tie[2] == _ALIAS or takes(tie))


def _kind_and_when(tie: Tie) -> tuple[str, str]:
    return tie[2], tie[3]


def _alike(ends: Iterable[End]) -> tuple[End, ...]:
    """Return ends without their offices."""
    return tuple(sorted({End(*end[:3]) for end in ends}))


def _ends(engagement: Engagement, nodes: Nodes) -> tuple[Iterable[End], Iterable[End]]:
    """Return who came and who received them; of anything but a visit, all who took part, and nobody."""
    visit, ends = engagement.subject, _parties if nodes is Nodes.PARTIES else _persons
    if not isinstance(visit, Visit):
        return ends(engagement.participants), ()
    if nodes is Nodes.PERSONS:
        return ends(visit.visitors), ends(visit.received_by)
    host = visit.host.code
    came = (end for end in ends(visit.visitors) if end[0] != host)
    return came, (end for end in ends((visit.host, *visit.received_by)) if end[0] == host)


def _parties(participants: Iterable[Participant]) -> Iterable[End]:
    """Return each party once, with the rank of the most senior person that it sent."""
    ranks: dict[str, str] = {}
    for one in participants:
        party = party_of(one)
        if party is not None:
            ranks[party.code] = _higher(ranks.get(party.code, ""), _rank(one))
    return [End(code, rank=rank) for code, rank in ranks.items()]


def _persons(participants: Iterable[Participant]) -> Iterable[End]:
    return {
        End(one.party.code if one.party else "", one.name, one.wikidata or "", _rank(one))
        for one in participants
        if isinstance(one, Person)
    }


def _are_two(one: End, other: End) -> bool:
    """Tell whether they come from different sides; of whom no source said it, nobody knows that they do not."""
    return one.party != other.party or not one.party


def _rank(one: Participant) -> str:
    return one.office.rank.value if isinstance(one, Person) and one.office else ""


def _higher(one: str, other: str) -> str:
    return min(one, other, key=_PLACES.__getitem__) if one and other else one or other


def _tied(tie: Tie, place_of: Mapping[End, int], at_least: Rank | None) -> tuple[int, Iterable[tuple[int, int]]]:
    """Return how many nodes a contact has, and which two it ties, by their places: under however many names, once."""
    ends = (*tie[0], *tie[1])
    nodes = {place_of[end] for end in ends}
    if len(ends) == PAIR and at_least is None:  # as most are
        is_tie = len(nodes) == PAIR and (not ends[0].name or _are_two(*ends))
        return len(nodes), [(min(nodes), max(nodes))] if is_tie else []
    pairs = tie.pairs() if at_least is None else (pair for pair in tie.pairs() if _is_high_enough(pair, tie, at_least))
    places = ((place_of[one], place_of[other]) for one, other in pairs)
    return len(nodes), {(one, other) if one < other else (other, one) for one, other in places if one != other}


def _is_high_enough(pair: tuple[End, End], tie: Tie, at_least: Rank) -> bool:
    known = [end.rank for end in pair if end.rank]
    needed = 1 if tie.kind == Kind.VISIT.value else 2
    return len(known) >= needed and all(_PLACES[rank] <= _PLACES[at_least.value] for rank in known)


def _edge(
    label: str | None, one: Node, other: Node, weight: int | Fraction, sums: Mapping[tuple[str, int], int]
) -> Edge:
    """Make an edge of its contacts, which are summed by kind and by how many ends took part."""
    return Edge(label, one, other, Fraction(weight), sum(sums.values()), _in_order(frozenset(kind for kind, _ in sums)))


@cache
def _in_order(kinds: frozenset[str]) -> tuple[Kind, ...]:
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
