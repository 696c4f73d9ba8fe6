"""How a plan went: what each report made of it, one after the other."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from diplocal.dates import When
from diplocal.engagements.engagement import Status
from diplocal.engagements.reports import Report
from diplocal.engagements.understanding import Draft


class Step(NamedTuple):
    """One report, and what it made of status and date."""

    report: Report
    status_before: Status
    when_before: When | None
    status: Status
    when: When | None


def course(told: Sequence[Report]) -> Iterator[Step]:
    """Follow reports in the order in which they speak, as ``Engagements.told`` gives them."""
    draft = Draft()
    for report in told:
        status, when = draft.status, draft.when
        draft.take(report)
        yield Step(report, status, when, draft.status, draft.when)
