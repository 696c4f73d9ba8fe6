"""How engagements that are one are read: as the one that goes on, and as duplicates of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from diplocal.engagements.duplicates import Duplicates
from diplocal.engagements.engagement import Conflict, Engagement, Status
from diplocal.engagements.reports import Pointer, PointerKind, Report, effective_reports
from diplocal.engagements.understanding import Material, is_change, material, understand
from diplocal.events import Corrected, MergedAsDuplicate, Retracted

POINTING = (MergedAsDuplicate, Corrected, Retracted)
"""Events that may change what an engagement is a duplicate of."""


def may_point(reports: Iterable[Report]) -> bool:
    """Tell whether an engagement's own reports may make it a duplicate, or no duplicate any more."""
    for report in reports:  # noqa: SIM110 - asked of every engagement: a loop takes half the time
        if isinstance(report.event, POINTING):
            return True
    return False


def target(reports: tuple[Report, ...]) -> str | None:
    """Tell what an engagement is a duplicate of, by its own reports; None when it stands for itself."""
    merges = [report.event.into for report in effective_reports(reports) if isinstance(report.event, MergedAsDuplicate)]
    return merges[-1] if merges else None


def understand_joined(
    slug: str, duplicates: Duplicates, reports: Mapping[str, tuple[Report, ...]]
) -> Engagement | None:
    """Read the reports of all that are one: as the engagement that goes on, or as a duplicate of it."""
    root = duplicates.root(slug)
    if root != slug:
        own = understand(slug, reports[slug]) if reports[slug] else None
        return own and attrs.evolve(
            own, status=Status.ABSORBED, absorbed_into=root, dangling=(*own.dangling, *_merger(root, reports[root]))
        )
    members = duplicates.around(slug)
    joined = sorted(report for member in members for report in reports[member])
    if not joined:
        return None
    understood = understand(slug, joined)
    if slug in duplicates.into:
        conflicts = sorted({*understood.conflicts, Conflict.MERGED_IN_A_CIRCLE}, key=lambda conflict: conflict.value)
        understood = attrs.evolve(understood, conflicts=tuple(conflicts))
    alone = len(members) == 1  # a merge that was taken back is as if it had never been
    return understood if alone else attrs.evolve(understood, revisions=_revisions(slug, joined))


def _merger(root: str, own: Sequence[Report]) -> Iterator[Pointer]:
    """Yield what a duplicate was merged into, when the log has no report of that itself."""
    if not effective_reports(own):
        yield Pointer(PointerKind.MERGER, root)


def _revisions(slug: str, joined: Iterable[Report]) -> int:
    """Count each time that something material changed: by its own reports at first, by all since they are one."""
    counted = -1
    known: Material | None = None
    for shown in _as_the_log_grew(slug, joined):
        if is_change(known, known := material(shown)):
            counted += 1
    return counted


def _as_the_log_grew(slug: str, joined: Iterable[Report]) -> Iterator[list[Report]]:
    """Return the reports that spoke for an engagement after each one, while it was no duplicate itself."""
    duplicates = Duplicates()
    own: dict[str, tuple[Report, ...]] = {}
    for report in joined:
        stream = report.event.engagement
        own[stream] = (*own.get(stream, ()), report)
        if may_point(own[stream]):
            duplicates = duplicates.pointed(stream, target(own[stream]))
        shown = sorted(one for member in duplicates.around(slug) for one in own.get(member, ()))
        if shown and duplicates.root(slug) == slug:
            yield shown
