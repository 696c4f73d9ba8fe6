"""Who meets whom: parties or persons, each contact once for each two of them, weighed as asked."""

from fractions import Fraction

import networkx as nx
import pytest

from diplocal.dates import When
from diplocal.demo import article
from diplocal.diary import Diary
from diplocal.events import EngagementEvent, MeetingAnnounced, MeetingHeld, VisitConcluded
from diplocal.parties import Office, Person, Rank, State
from diplocal.projections import Asymmetry, ContactFrequency, Network, Ties
from diplocal.projections.filters import Sides
from diplocal.replaying import replay
from diplocal.store import MemoryStore
from diplocal.testing import given

CHINA, RUSSIA, FRANCE = State("CN"), State("RU"), State("FR")
MINISTER = Office("Foreign Minister", Rank.FOREIGN_MINISTER)
WANG = Person("Wang Yi", CHINA, MINISTER, "Q701128")
LAVROV = Person("Sergei Lavrov", RUSSIA, MINISTER)
ENVOY = Person("Li Hui", CHINA, Office("Special Representative", Rank.ENVOY))


def met(slug: str, *participants: Person | State, when: str = "2023-09-18") -> EngagementEvent:
    return MeetingHeld(engagement=slug, participants=participants, when=When(when))


def drawn(ties: Ties, **asked: object) -> list[tuple[str, str, Fraction]]:
    return [(edge.first.id, edge.second.id, edge.weight) for edge in ties.edges(**asked)]  # type: ignore[arg-type] # passed on


def test_of_three_who_meet_each_two_are_tied_on_request_and_each_tie_can_weigh_half() -> None:
    story, everyone = given(met("summit", CHINA, RUSSIA, FRANCE)), Network(sides="any")
    three = [("CN", "FR"), ("CN", "RU"), ("FR", "RU")]
    story.then(Network, [], ask=drawn)
    story.then(everyone, [(*pair, Fraction(1)) for pair in three], ask=drawn)
    story.then(everyone, [(*pair, Fraction(1, 2)) for pair in three], ask=lambda ties: drawn(ties, weight="shared"))


SUMMIT = met("summit", WANG, LAVROV, FRANCE)
TALKS = MeetingHeld(engagement="talks", participants=(WANG, LAVROV), host=State("CH"), when=When("2023-09-19"))
JOINT = VisitConcluded(engagement="joint", visitors=(CHINA, RUSSIA), host=FRANCE, when=When("2023-09-20"))


@pytest.mark.parametrize(
    ("sides", "counted"), [(None, 1), ("bilateral", 1), ("multilateral", 1), ("any", 2), (Sides.ANY, 2)]
)
def test_an_occasion_of_three_is_a_contact_of_two_only_where_it_is_asked_for(sides: str | None, counted: int) -> None:
    store = MemoryStore()
    store.append(SUMMIT, TALKS, JOINT)
    diary, asked = Diary(store), {"sides": sides} if sides else {}
    contacts, ties = diary.answer(ContactFrequency(**asked), Network(**asked))
    assert sum(row.count for row in contacts.by("all", pair=("CN", "RU"))) == counted
    assert [edge.contacts for edge in ties.edges() if (edge.first.id, edge.second.id) == ("CN", "RU")] == [counted]
    (edge,) = [edge for edge in ties.edges(nodes="persons") if edge.second.party == "RU"]
    assert edge.contacts == counted
    assert (contacts.reciprocity(("CN", "FR"))["CN"] == 1) is (sides in ("multilateral", "any", Sides.ANY))
    assert diary.answer(ContactFrequency(), Network(), **asked) == (contacts, ties)
    assert replay(ContactFrequency(**asked), store) == contacts


def test_a_host_who_only_lends_the_place_makes_a_meeting_of_two_no_occasion_of_three() -> None:
    store = MemoryStore()
    store.append(SUMMIT, TALKS, JOINT)
    found = {
        sides: [one.slug for one in Diary(store).find(sides=sides)] for sides in ("bilateral", "multilateral", "any")
    }
    assert found == {"bilateral": ["talks"], "multilateral": ["summit", "joint"], "any": ["summit", "talks", "joint"]}


def test_a_delegation_is_one_party_and_its_members_do_not_meet_each_other() -> None:
    story = given(met("talks", WANG, ENVOY, LAVROV))
    story.then(Network, [("CN", "RU", Fraction(1))], ask=drawn)
    persons = [("Q701128", "sergei lavrov / RU", Fraction(1)), ("li hui / CN", "sergei lavrov / RU", Fraction(1))]
    story.then(Network, persons, ask=lambda ties: drawn(ties, nodes="persons"))


def test_a_visitor_meets_those_who_receive_them() -> None:
    visit = VisitConcluded(
        engagement="visit", visitors=(WANG,), host=RUSSIA, received_by=(LAVROV,), when=When("2023-09-18")
    )
    story = given(visit)
    story.then(Network, [("CN", "RU", Fraction(1))], ask=drawn)
    story.then(Network, [("Q701128", "sergei lavrov / RU", Fraction(1))], ask=lambda ties: drawn(ties, nodes="persons"))


def test_a_person_is_one_node_with_and_without_their_wikidata_id() -> None:
    shouted = Person("WANG YI", CHINA, MINISTER)
    story = given(met("one", WANG, LAVROV), met("two", shouted, LAVROV, when="2023-09-19"))
    story.then(Network, [("Q701128", "sergei lavrov / RU", Fraction(2))], ask=lambda ties: drawn(ties, nodes="persons"))
    story.then(Network, "Wang Yi", ask=lambda ties: ties.edges(nodes="persons")[0].first.label)


def test_a_minimum_office_leaves_out_who_stands_lower_and_whose_office_nobody_knows() -> None:
    story = given(met("ministers", WANG, LAVROV), met("envoy", ENVOY, LAVROV), met("states", CHINA, RUSSIA))
    story.then(Network, [("CN", "RU", Fraction(3))], ask=drawn)
    story.then(Network, [("CN", "RU", Fraction(1))], ask=lambda t: drawn(t, at_least=Rank.FOREIGN_MINISTER))
    story.then(Network, [], ask=lambda t: drawn(t, at_least=Rank.HEAD_OF_STATE))


def test_of_a_visit_the_visitors_office_is_enough_where_nobody_says_who_received_them() -> None:
    alone = VisitConcluded(engagement="alone", visitors=(WANG,), host=RUSSIA, when=When("2023-09-18"))
    by_envoy = alone.evolve(engagement="by-an-envoy", received_by=(Person("An Envoy", RUSSIA, ENVOY.office),))
    for visit, edges in ((alone, [("CN", "RU", Fraction(1))]), (by_envoy, [])):
        given(visit).then(Network, edges, ask=lambda ties: drawn(ties, at_least=Rank.FOREIGN_MINISTER))


def test_plans_tie_nobody() -> None:
    plan = MeetingAnnounced(engagement="plan", participants=(CHINA, RUSSIA), when=When("2023-10"))
    given(plan).then(Network, [], ask=drawn)


def test_edges_by_month_leave_what_is_too_vague_for_last() -> None:
    story = given(met("vague", CHINA, RUSSIA, when="2023"), met("exact", CHINA, RUSSIA))
    story.then(Network, ["2023-09", None], ask=lambda ties: [edge.period for edge in ties.edges("month")])


def test_networkx_takes_the_network_over() -> None:
    store = MemoryStore()
    store.append(*article.as_reported(), *article.what_followed())
    graph = replay(Network(), store).to_networkx()
    assert isinstance(graph, nx.Graph)
    assert {frozenset(edge) for edge in graph.edges} == {frozenset({"CN", "RU"}), frozenset({"BY", "CN"})}
    assert graph["CN"]["RU"]["weight"] == pytest.approx(8.0)
    assert graph["CN"]["RU"]["kinds"] == ["visit", "meeting", "patrol"]
    assert nx.degree_centrality(graph)["CN"] == pytest.approx(1.0)


def test_between_parties_it_counts_the_contacts_that_contact_frequency_counts() -> None:
    store = MemoryStore()
    store.append(*article.as_reported(), *article.what_followed())
    counted = sum(row.count for row in replay(ContactFrequency(), store).by("all", pair=("CN", "RU")))
    (edge,) = [edge for edge in replay(Network(), store).edges() if edge.second.id == "RU"]
    assert edge.contacts == counted


def test_a_foreign_minister_whom_a_president_receives_is_received_above_their_rank() -> None:
    putin = Person("Vladimir Putin", RUSSIA, Office("President", Rank.HEAD_OF_STATE))
    story = given(met("received", WANG, putin), met("equals", WANG, LAVROV), met("states", CHINA, RUSSIA))
    story.then(Network, Asymmetry({"CN": 0, "RU": 1}, 1, 1), ask=lambda ties: ties.asymmetry(("RU", "CN")))
    story.then(Network, Asymmetry({"CN": 0, "FR": 0}, 0, 0), ask=lambda ties: ties.asymmetry(("CN", "FR")))
