"""Itineraries, patrols, rounds of consultations, punctuality and the network keep the laws."""

from collections.abc import Mapping
from typing import Any

from diplocal.engagements import Engagement, Status
from diplocal.projections import ConsultationRounds, Itineraries, Network, Patrols, Punctuality, tally
from diplocal.projections.network import Tie
from diplocal.projections.tally import Contributions
from diplocal.testing import laws

RETOLD = ("renaming", "shifting", "echo", "recording", "respelling")


class EdgesBetweenPersons(Network):
    """What is read of the network: a person is one node, however they are spelt."""

    def read(self, value: Mapping[Tie, int]) -> Any:
        return super().read(value).edges("year", nodes="persons", weight="shared")


@tally("test.held", key_type=str)
def all_that_was_held(engagement: Engagement) -> Contributions[str]:
    """Count what took place, a term of office and a posting among it."""
    if engagement.status is Status.HELD:
        yield engagement.kind.value, 1


TestHeld = laws(all_that_was_held, also=["plans"])
TestItineraries = laws(Itineraries, also=RETOLD)
TestPatrols = laws(Patrols, also=(*RETOLD, "plans"))
TestConsultationRounds = laws(ConsultationRounds, also=RETOLD)
TestPunctuality = laws(Punctuality, also=RETOLD)
TestNetwork = laws(EdgesBetweenPersons, also=(*RETOLD, "plans"))
