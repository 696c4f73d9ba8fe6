"""How an engagement changed over its reports: what each one made of status and date."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from diplocal.dates import When
from diplocal.engagements.engagement import Status
from diplocal.engagements.handlers import take
from diplocal.engagements.reports import Report
from diplocal.engagements.rules import Draft


class Step(NamedTuple):
    """One report, and what it made of status and date."""

    report: Report
    status_before: Status
    when_before: When | None
    status: Status
    when: When | None


def timeline(reports: Sequence[Report]) -> Iterator[Step]:
    """Yield what each report made of status and date; reports come as ``Engagements.effective_reports`` gives them."""
    draft = Draft()
    for report in reports:
        status, when = draft.status, draft.when
        take(draft, report)
        yield Step(report, status, when, draft.status, draft.when)
