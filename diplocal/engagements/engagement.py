"""What is understood of one engagement: the best current reading of all reports about it."""

from collections.abc import Callable
from enum import Enum

import attrs

from diplocal.dates import When
from diplocal.events.shapes import Domain, Medium
from diplocal.levels import Level, Purpose
from diplocal.parties import Organisation, Participant, Party, Person, State, party_of
from diplocal.series import Round
from diplocal.sources import Source


class Kind(Enum):
    """What an engagement is."""

    VISIT = "visit"
    MEETING = "meeting"
    CALL = "call"
    PATROL = "patrol"
    EXERCISE = "exercise"
    AGREEMENT = "agreement"
    STATEMENT = "statement"
    TENURE = "tenure"
    """Somebody in an office: never a contact."""
    UNKNOWN = "unknown"


class Status(Enum):
    """How far an engagement has come."""

    INVITED = "invited"
    PLANNED = "planned"
    CONFIRMED = "confirmed"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    UNDER_WAY = "under way"
    HELD = "held"
    UNKNOWN = "unknown"
    RETRACTED = "retracted"
    """Every report about it was retracted."""
    ABSORBED = "absorbed"
    """It is a duplicate of another engagement, which goes on."""


class Conflict(Enum):
    """How reports about one engagement contradict each other."""

    DATES_DISAGREE = "dates disagree"
    """Two reports give dates that cannot both be right, and neither is a reschedule."""
    HELD_THOUGH_CANCELLED = "held though cancelled"
    KINDS_DISAGREE = "kinds disagree"
    """One report says visit, say, and another meeting."""
    HELD_BEFORE_ITS_DATE = "held before its date"
    """A report that it happened was out before it can have happened."""
    CHANGE_WITHOUT_PLAN = "change without plan"
    """A plan was changed that no report had announced."""


@attrs.frozen
class Reaction:
    """Somebody's forces were sent up in response."""

    by: Party
    when: When | None
    craft: tuple[str, ...] = ()


@attrs.frozen
class Outcome:
    """What was signed or stated at an engagement."""

    kind: Kind
    """AGREEMENT or STATEMENT."""
    title: str
    when: When
    participants: tuple[Participant, ...]
    """Who signed, or issued it."""
    place: str | None = None
    """Where it was signed, as printed."""


@attrs.frozen
class Stamp:
    """Where in the log something was learnt."""

    position: int
    """Place in the log, from 1."""
    recorded_micros: int
    """Microseconds since 1970-01-01 UTC."""


@attrs.frozen(kw_only=True)
class Engagement:
    """One diplomatic contact or act, as best understood from all reports about it."""

    slug: str
    """Its name in the log, and its stream."""
    kind: Kind
    status: Status
    when: When | None
    """When it is or was, None while no date is known."""
    visitors: tuple[Participant, ...] = ()
    """Of a visit: who travels."""
    host: Party | None = None
    """Of a visit: where to. Of a meeting: in whose country."""
    received_by: tuple[Participant, ...] = ()
    """Of a visit: who invites or receives."""
    participants: tuple[Participant, ...] = ()
    """Of a meeting, a call, an agreement, a statement: who takes part."""
    actors: tuple[Party, ...] = ()
    """Of a patrol or an exercise: whose forces."""
    place: str | None = None
    """Town or area, as printed."""
    name: str | None = None
    """Of an exercise, an agreement, a statement or an entry in somebody's calendar: its title."""
    level: Level = Level.UNKNOWN
    purposes: tuple[Purpose, ...] = ()
    round: Round | None = None
    during: str | None = None
    """The engagement of the visit that it is part of."""
    medium: Medium = Medium.UNKNOWN
    domains: tuple[Domain, ...] = ()
    craft: tuple[str, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    reason: str | None = None
    """Why it was postponed, moved or cancelled."""
    absorbed_into: str | None = None
    """Of an absorbed engagement: the one that goes on."""
    assumed: When | None = None
    """Of a tenure: when the office was taken."""
    left: When | None = None
    """Of a tenure: when the office was left."""
    listed: bool = True
    """False when an upstream list dropped it, and no later report brought it back."""
    conflicts: tuple[Conflict, ...] = ()
    sources: tuple[Source, ...] = ()
    """Everything that it rests on, in the order in which the public could know."""
    revisions: int = attrs.field(default=0, eq=False)
    """How often its date, its place or its cancellation changed, counted along the log."""
    first: Stamp = attrs.field(default=Stamp(0, 0), eq=False)
    """Its first record."""
    last: Stamp = attrs.field(default=Stamp(0, 0), eq=False)
    """Its last record."""

    @property
    def everyone(self) -> tuple[Participant, ...]:
        """All who take part, visitors first, the host last."""
        hosts = (self.host,) if self.host else ()
        return (*self.visitors, *self.participants, *self.actors, *self.received_by, *hosts)

    @property
    def parties(self) -> tuple[Party, ...]:
        """The states and organisations that take part, each once, visitors first."""
        by_code: dict[str, Party] = {}
        for party in map(party_of, self.everyone):
            if party is not None:
                by_code.setdefault(party.code, party)
        return tuple(by_code.values())

    @property
    def people(self) -> tuple[Person, ...]:
        """The persons who are named."""
        return tuple(one for one in self.everyone if isinstance(one, Person))

    @property
    def counts(self) -> bool:
        """Whether it stands for itself: neither retracted nor a duplicate."""
        return self.status not in (Status.RETRACTED, Status.ABSORBED)

    @property
    def date_words(self) -> str:
        """Its date in words: of a plan 'October 2023, date to be confirmed', of what is over 'October 2023'."""
        if self.when is None:
            return "no date"
        return self.when.past if self.status is Status.HELD else str(self.when)

    @property
    def title(self) -> str:
        """A line in people's words: 'Foreign Minister Wang Yi (China) to Russia'."""
        return _TITLES[self.kind](self)


def _visit(engagement: Engagement) -> str:
    sides = ", ".join(_with_party(one) for one in engagement.visitors)
    level = "" if engagement.level is Level.UNKNOWN else f" ({engagement.level.value} visit)"
    return f"{sides} to {engagement.host}{level}"


def _between(what: str, engagement: Engagement) -> str:
    return f"{what}: {' – '.join(_with_party(one) for one in engagement.participants)}"


def _forces(what: str, engagement: Engagement) -> str:
    domains = " and ".join(domain.value for domain in engagement.domains)
    joint = "joint " if len(engagement.actors) > 1 else ""
    named = f" {engagement.name}" if engagement.name else ""
    return f"{'–'.join(map(str, engagement.actors))} {joint}{domains + ' ' if domains else ''}{what}{named}"


def _titled(what: str, engagement: Engagement) -> str:
    return f"{what}: {engagement.name} ({', '.join(map(str, engagement.parties))})"


_TITLES: dict[Kind, Callable[[Engagement], str]] = {
    Kind.VISIT: _visit,
    Kind.MEETING: lambda e: _between(str(e.round) if e.round else "Meeting", e),
    Kind.CALL: lambda e: _between("Call" if e.medium is Medium.UNKNOWN else f"{e.medium.value.title()} call", e),
    Kind.PATROL: lambda e: _forces("patrol", e),
    Kind.EXERCISE: lambda e: _forces("exercise", e),
    Kind.AGREEMENT: lambda e: _titled("Agreement", e),
    Kind.STATEMENT: lambda e: _titled("Statement", e),
    Kind.TENURE: lambda e: _between("Office", e),
    Kind.UNKNOWN: lambda e: e.name or e.slug,
}


def _with_party(one: Person | State | Organisation) -> str:
    return f"{one} ({one.party})" if isinstance(one, Person) and one.party else str(one)
