"""What is understood of one engagement: the best current reading of all reports about it."""

from datetime import date
from enum import Enum

import attrs
import msgspec

from diplocal.checks import Choice
from diplocal.dates import When
from diplocal.engagements.kinds import KIND_OF, KINDS, Kind
from diplocal.engagements.notebooks import InNotebooks
from diplocal.engagements.reports import Pointer
from diplocal.engagements.subjects import (
    Listed,
    Meeting,
    Posting,
    Subject,
    Visit,
    hosts_of,
    participants_of,
    parties_of,
)
from diplocal.levels import Level, Purpose
from diplocal.parties import Participant, Party, Person
from diplocal.series import Round
from diplocal.sources import Source


class Status(Choice):
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


COUNTED = frozenset(Status) - {Status.RETRACTED, Status.ABSORBED}
"""Of what stands for itself."""
OPEN = frozenset({Status.INVITED, Status.PLANNED, Status.CONFIRMED, Status.UNDER_WAY})
"""Of these, a report is still to say that it took place or was dropped."""


class Conflict(Enum):
    """How reports about one engagement contradict each other."""

    DATES_DISAGREE = "dates disagree"
    """Two reports give dates that cannot both be right, and neither is a reschedule."""
    HELD_THOUGH_CANCELLED = "held though cancelled"
    KINDS_DISAGREE = "kinds disagree"
    """One report says visit, say, and another meeting."""
    PARTIES_DISAGREE = "parties disagree"
    """Two reports name another host, or states and organisations of which neither holds the other's."""
    HELD_BEFORE_ITS_DATE = "held before its date"
    """A report that it happened was out before it can have happened."""
    DENIED = "denied"
    """Somebody denied that it is planned: it is no cancellation."""
    CHANGE_WITHOUT_PLAN = "change without plan"
    """A plan was changed that no report had announced."""
    CORRECTIONS_DISAGREE = "corrections disagree"
    """Two sources put one report right in different ways, and neither corrects the other: the later one wins."""
    MERGED_IN_A_CIRCLE = "merged in a circle"
    """Each is said to be a duplicate of another: the first in alphabetical order goes on."""


class Reaction(msgspec.Struct, frozen=True):
    """Somebody's forces were sent up in response."""

    by: Party
    when: When | None
    craft: tuple[str, ...] = ()


class Outcome(msgspec.Struct, frozen=True):
    """What was signed or stated at an engagement."""

    kind: Kind
    """AGREEMENT or STATEMENT."""
    title: str
    when: When
    participants: tuple[Participant, ...]
    """Who signed, or issued it."""
    place: str | None = None
    """Where it was signed, as printed."""


class Denial(msgspec.Struct, frozen=True):
    """Somebody said that there is no such plan."""

    sources: tuple[Source, ...]
    """Who denied it; empty when no report says."""
    reason: str | None = None
    """What was said: 'no such visit is on the agenda'."""


class Stamp(msgspec.Struct, frozen=True):
    """When something was learnt, and where in the log that is."""

    position: int
    """Place in the log, from 1."""
    recorded_micros: int
    """When a log first learnt it, in microseconds since 1970-01-01 UTC."""


@attrs.frozen(kw_only=True)
class Engagement(InNotebooks):
    """One diplomatic contact or act, as best understood from all reports about it."""

    slug: str
    """Its name in the log, and its stream."""
    subject: Subject
    """What it is, with what only engagements of its kind have."""
    status: Status
    when: When | None
    """When it is or was, None while no date is known."""
    place: str | None = None
    """Town or area, as printed."""
    during: str | None = None
    """The engagement that it is part of: of a meeting, the visit; of a visit, the trip."""
    purposes: tuple[Purpose, ...] = ()
    round: Round | None = None
    reactions: tuple[Reaction, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    reason: str | None = None
    """Why it was postponed, moved or cancelled."""
    absorbed_into: str | None = None
    """Of an absorbed engagement: the one that goes on."""
    apart_from: tuple[str, ...] = ()
    """Engagements that it looks like, and that it is not, in alphabetical order."""
    listed: bool = True
    """False when an upstream list dropped it, and no later report brought it back."""
    conflicts: tuple[Conflict, ...] = ()
    dangling: tuple[Pointer, ...] = ()
    """What its reports name and the log does not hold (yet)."""
    sources: tuple[Source, ...] = ()
    """Everything that it rests on, in the order in which the public could know: nobody who denies it."""
    denials: tuple[Denial, ...] = ()
    """Who denied that it is planned, each with what was said."""
    revisions: int = attrs.field(default=0, eq=False)
    """How often its date, place, host, cancellation or who takes part changed, counted along the log."""
    origin: str = attrs.field(default="", eq=False)
    """The identity of the log that first recorded a report of it: by this, and by its slug, calendars know it."""
    first: Stamp = attrs.field(default=Stamp(0, 0), eq=False)
    """Its first record, in whatever log that was; the position is in this one."""
    last: Stamp = attrs.field(default=Stamp(0, 0), eq=False)
    """Its last record; the position is that of the last that came to this log."""

    def __repr__(self) -> str:
        when = self.when.edtf if self.when else None
        return f"Engagement({self.slug!r}, {self.kind.value}, {self.status.value}, when={when!r})"

    @property
    def kind(self) -> Kind:
        """What it is, by name."""
        return KIND_OF[type(self.subject)]

    @property
    def participants(self) -> tuple[Participant, ...]:
        """Who takes part, hosts aside: visitors, participants, forces, signatories, or who holds the office."""
        return participants_of(self.subject)

    @property
    def host(self) -> Party | None:
        """In whose country it is, None where no report says it, and for kinds that nobody hosts."""
        return self.subject.host if isinstance(self.subject, Visit | Meeting | Posting) else None

    @property
    def received_by(self) -> tuple[Participant, ...]:
        """Who invites or receives the visitors of a visit; nobody for other kinds."""
        return self.subject.received_by if isinstance(self.subject, Visit) else ()

    @property
    def level(self) -> Level:
        """How high a visit ranks, UNKNOWN for other kinds."""
        return self.subject.level if isinstance(self.subject, Visit) else Level.UNKNOWN

    @property
    def everyone(self) -> tuple[Participant, ...]:
        """All who take part, visitors first, the host last."""
        return (*participants_of(self.subject), *hosts_of(self.subject))

    @property
    def parties(self) -> tuple[Party, ...]:
        """The states and organisations that take part, each once, visitors first."""
        return parties_of(self.everyone)

    @property
    def people(self) -> tuple[Person, ...]:
        """The persons who are named."""
        return tuple(one for one in self.everyone if isinstance(one, Person))

    @property
    def quoted(self) -> tuple[Source, ...]:
        """All who are quoted about it: those that it rests on, and those that denied it."""
        return (*self.sources, *(source for denial in self.denials for source in denial.sources))

    @property
    def is_known(self) -> bool:
        """Whether a report says what it is, or at least its title."""
        return not isinstance(self.subject, Listed) or self.subject.title is not None

    def is_lapsed(self, on: date) -> bool:
        """Tell whether it is a plan whose time had passed by a day without a word of what became of it.

        That is: it is invited, planned, confirmed or under way, and the last day on which it may be is before ``on``.
        No report says that it did not take place: this is a finding, and no status.
        """
        is_open = self.status in OPEN and KINDS[self.kind].plan is not None
        return is_open and self.when is not None and self.when.latest is not None and self.when.latest < on

    @property
    def counts(self) -> bool:
        """Whether it stands for itself: neither retracted nor a duplicate."""
        return self.status in COUNTED
