"""The shapes of rows: what each answer holds as plain dictionaries, and as JSON. Fields may be added to them."""

from typing import Any, TypedDict


class WhenRow(TypedDict):
    """A date as it is known."""

    edtf: str
    words: str
    earliest: str | None
    latest: str | None
    exact: bool


class DaysRow(TypedDict):
    """A number of days by its bounds, both included; ``at_most`` is null where nothing bounds it."""

    at_least: int
    at_most: int | None


class EngagementRow(TypedDict):
    """An engagement, as upcoming, list and find give it."""

    engagement: str
    kind: str
    status: str
    title: str
    when: WhenRow | None
    undated_since: str | None
    listed: bool
    parties: list[str]
    visitors: list[dict[str, Any]]
    people: list[dict[str, Any]]
    host: str | None
    place: str | None
    level: str
    name: str | None
    medium: str | None
    series: str | None
    round: int | None
    during: str | None
    conflicts: list[str]
    sources: list[dict[str, Any]]
    denials: list["DenialRow"]


class DenialRow(TypedDict):
    """Who denied a plan, and what was said."""

    sources: list[dict[str, Any]]
    reason: str | None


class DifferenceRow(TypedDict):
    """One fact, before and after, in the language of the answer."""

    fact: str
    was: str | None
    now: str | None


class ChangeRow(EngagementRow):
    """An engagement that became known, changed or is gone, as diff gives it."""

    change: str
    differences: list[DifferenceRow]


class LastRow(EngagementRow):
    """An engagement, and how many days before the day that is asked of."""

    days_ago: DaysRow | None


class AskedRow(TypedDict):
    """Somebody as written, and as understood: a state or an organisation by code, or a person."""

    written: str
    party: str | None
    person: str | None


class LastMetDocument(TypedDict):
    """When two last met: each other, and among others; null is never."""

    asked: list[AskedRow]
    on: str
    last: LastRow | None
    last_among_others: LastRow | None


class ReportRow(TypedDict):
    """A report about an engagement."""

    position: int
    id: str
    engagement: str
    """What it is about: another than what is shown, where that was merged into it."""
    type: str
    known_from: str
    recorded_at: str
    data: Any


class EngagementDocument(TypedDict):
    """One engagement with its reports, as show gives it."""

    engagement: str
    title: str
    kind: str
    status: str
    when: WhenRow | None
    parties: list[str]
    people: list[dict[str, Any]]
    host: str | None
    place: str | None
    level: str
    name: str | None
    medium: str | None
    round: dict[str, Any] | None
    during: str | None
    absorbed_into: str | None
    conflicts: list[str]
    revisions: int
    reports: list[ReportRow]


class FrequencyRow(TypedDict):
    """How often two sides met. A period of null: the date is too vague for it."""

    period: str | None
    pair: list[str]
    kind: str
    count: int


class FindingRow(TypedDict):
    """What does not fit together."""

    discrepancy: str
    engagements: list[str]
    message: str
    target: str | None
    score: float | None
    reasons: list[str]


class PatrolCountRow(TypedDict):
    """How many patrols there were, and to how many somebody reacted."""

    period: str | None
    actors: list[str]
    area: str | None
    count: int
    answered: int


class ReactionRow(TypedDict):
    """Somebody's forces were sent up."""

    by: str
    when: WhenRow | None
    craft: list[str]


class PatrolRow(TypedDict):
    """One patrol."""

    engagement: str
    actors: list[str]
    when: WhenRow | None
    area: str | None
    domains: list[str]
    craft: list[str]
    reactions: list[ReactionRow]


class PatrolsDocument(TypedDict):
    """Patrols, counted and one by one."""

    counts: list[PatrolCountRow]
    total: int
    dated: int
    median_interval: DaysRow | None
    answered_by: dict[str, int]
    patrols: list[PatrolRow]


class RoundRow(TypedDict):
    """A round of a series, as one engagement claims it."""

    number: int
    engagement: str
    status: str
    when: WhenRow | None
    place: str | None
    parties: list[str]


IntervalRow = TypedDict("IntervalRow", {"from": int, "to": int, "days": DaysRow})
"""The days between the beginnings of two rounds."""


class DueRow(TypedDict):
    """When the next round is due, and the number of intervals that this rests on."""

    number: int
    earliest: str
    latest: str
    basis: int


class SeriesRow(TypedDict):
    """A series with its rounds."""

    series: str
    rounds: list[RoundRow]
    intervals: list[IntervalRow]
    missing: list[int]
    contested: dict[str, list[str]]
    next_due: DueRow | None
    overdue: bool | None


class LegRow(TypedDict):
    """A leg of a journey."""

    engagement: str
    kind: str
    status: str
    when: WhenRow | None
    country: str
    place: str | None
    during: str | None
    days: DaysRow | None


class OverlapRow(TypedDict):
    """Two legs at one time."""

    first: str
    second: str
    one_country: bool


class GapRow(TypedDict):
    """Days between two legs of which nothing is known."""

    after: str
    before: str
    days: DaysRow


class ItineraryDocument(TypedDict):
    """A person's journeys."""

    legs: list[LegRow]
    overlaps: list[OverlapRow]
    gaps: list[GapRow]
    destinations: dict[str, int]
    diversity: float | None
    median_stay: DaysRow | None


class PlannedRow(TypedDict):
    """How one visit kept to what was announced; ``announced`` is the day on which the public could first know of it."""

    engagement: str
    status: str
    visiting: list[str]
    host: str
    when: WhenRow | None
    announced: str | None
    lead: DaysRow | None
    slips: int
    narrowings: int
    postponements: int
    cancellations: int


class PerformanceRow(TypedDict):
    """How visits kept to what was announced."""

    whose: list[str]
    plans: int
    held: int
    cancelled: int
    cancellation_rate: float | None
    median_lead: DaysRow | None
    slipped: int
    slips: int
    median_slip: DaysRow | None
    narrowings: int
    postponements: int


class NodeRow(TypedDict):
    """A party or a person in a network."""

    id: str
    label: str
    party: str


class EdgeRow(TypedDict):
    """Two who met, and how often. A period of null: the date is too vague for it."""

    period: str | None
    first: NodeRow
    second: NodeRow
    weight: float
    contacts: int
    kinds: list[str]


class ContactRow(TypedDict):
    """Contacts that are alike, and how many there were."""

    first: str
    second: str
    kind: str
    traveller: str
    rank: str
    when: str
    sides: int
    count: int
