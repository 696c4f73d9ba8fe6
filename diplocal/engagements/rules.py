"""The rules that decide between reports. All of them are here.

1. A retracted report counts for nothing, and a corrected one as if it had been right from the start; of two
   corrections, that of the later day wins.
2. What happened outranks what was planned: a visit that took place took place, whoever had cancelled it.
3. Among equals, the report of the later day wins, field by field, and of one day the one that was recorded later;
   silence erases nothing.
4. A vaguer date never replaces a better one that begins in it, nor the hour of a beginning one that has the end too.
   How long something lasts is no vagueness: of two exact extents the later report's wins. Only a reschedule moves a
   date on purpose.
5. A postponement takes the date away; a later date, or a cancellation, replaces it.
6. A plan that was dropped is a plan again when a later report announces, confirms or reschedules it; then why it was
   dropped no longer matters.
7. A denial that there is a plan is no cancellation: it is kept as a conflict, and the plan stands. Whoever denied it is
   no source for it, until they announce it themselves.
8. Contradictions are kept as conflicts. Nothing is refused.
"""

from typing import Any

import attrs

from diplocal.dates import When
from diplocal.engagements.engagement import Conflict, Outcome, Reaction, Status
from diplocal.engagements.kinds import KINDS, Kind
from diplocal.parties import Participant, Party, party_of

DROPPED = (Status.CANCELLED, Status.POSTPONED)
"""What a plan is that was dropped."""


@attrs.define
class Draft:
    """An understanding in the making: reports are taken one by one, by precedence."""

    kind: Kind = Kind.UNKNOWN
    sides: str = ""
    """The fact that says who takes part."""
    status: Status = Status.UNKNOWN
    when: When | None = None
    dates: list[When] = attrs.field(factory=list)
    """What was taken over for its date since it was last moved: a vague date between two hides no contradiction."""
    listed: bool = True
    facts: dict[str, Any] = attrs.field(factory=dict)
    """The other fields of the engagement and of its subject, as far as reports have said them."""
    reactions: dict[Reaction, None] = attrs.field(factory=dict)
    outcomes: dict[tuple[Kind, str, When], Outcome] = attrs.field(factory=dict)
    """What was signed or stated, by what tells it apart."""
    conflicts: set[Conflict] = attrs.field(factory=set)
    alone: Outcome | None = None
    """The first act that was reported, which is the engagement itself when no visit or meeting surrounds it."""

    def say(self, **fields: Any) -> None:
        """Take over fields that the report filled in."""
        facts = self.facts
        for name, value in fields.items():
            if value:
                facts[name] = value

    def step(self, **dated: When) -> None:
        """Take over the date of a step of something that lasts, unless a better one is known already."""
        for name, when in dated.items():
            known = self.facts.get(name)
            if known is None or not _is_vaguer(when, known):
                self.facts[name] = when

    def date(self, when: When | None) -> None:
        """Take over a date, unless a better one is known already."""
        known = self.when
        if when is None or when is known or (known is not None and _is_vaguer(when, known)):
            return
        if not all(map(when.overlaps, self.dates)):
            self.conflicts.add(Conflict.DATES_DISAGREE)
        self.dates.append(when)
        self.when = when

    def move(self, when: When | None) -> None:
        """Take a date, or none, in place of all that were said before."""
        self.when, self.dates = when, [when] if when else []

    def of_kind(self, kind: Kind) -> None:
        """Settle what the engagement is."""
        if self.kind is not kind:
            if self.kind is not Kind.UNKNOWN:
                self.conflicts.add(Conflict.KINDS_DISAGREE)
            self.kind, self.sides = kind, KINDS[kind].sides

    def meet(self, sides: tuple[Participant, ...], host: Party | None = None) -> None:
        """Take over who takes part, and who is visited; others than were named before are a contradiction."""
        facts = self.facts
        known, known_host = facts.get(self.sides, sides), facts.get("host", host) if host else host
        if (known is not sides and known != sides and _are_others(known, sides)) or (
            known_host and host and known_host.code != host.code
        ):
            self.conflicts.add(Conflict.PARTIES_DISAGREE)
        facts[self.sides] = sides
        if host:
            facts["host"] = host

    def plan(self, when: When | None) -> None:
        """Learn that it is planned."""
        if self.status is Status.POSTPONED and when is None:
            return
        self.revive()
        if self.status is not Status.CONFIRMED:
            self.status = Status.PLANNED
        self.listed = True

    def revive(self) -> None:
        """Learn that it stands, if it was dropped: why it was no longer matters."""
        if self.status in DROPPED:
            self.facts.pop("reason", None)

    def change(self) -> None:
        """Learn that a plan changed."""
        if self.status is Status.UNKNOWN:
            self.conflicts.add(Conflict.CHANGE_WITHOUT_PLAN)

    def occur(self, status: Status) -> None:
        """Learn that it happened, or is happening."""
        if self.status is Status.CANCELLED:
            self.conflicts.add(Conflict.HELD_THOUGH_CANCELLED)
        self.revive()
        if self.status is not Status.HELD:
            self.status = status
        self.listed = True

    @property
    def stands_alone(self) -> bool:
        """Tell whether it is an act that nothing surrounds."""
        return self.alone is not None and self.kind is Kind.UNKNOWN

    def settle(self) -> None:
        """Let an act stand for the whole engagement when nothing surrounds it."""
        if self.alone and self.stands_alone:
            act = self.alone
            self.of_kind(act.kind)
            self.occur(Status.HELD)
            self.date(act.when)
            self.say(participants=act.participants, title=act.title, place=act.place)


def _are_others(known: tuple[Participant, ...], sides: tuple[Participant, ...]) -> bool:
    """Tell whether each names states or organisations that the other does not."""
    codes, others = ({party.code for party in map(party_of, several) if party} for several in (known, sides))
    return not (codes <= others or others <= codes)


def _is_vaguer(when: When, known: When) -> bool:
    """Tell whether a date says of the same days no more than a better one that is known, only less exactly."""
    if when.begins_at and known.ends_at and known.is_interval and not when.is_interval:
        return when.begins_at == known.begins_at
    if known.is_exact and known.start and not when.is_exact and not when.is_interval:
        return when.contains(known.start)
    if not when.contains(known):
        return False
    if when.is_exact:
        days_agree = (when.earliest, when.latest) == (known.earliest, known.latest)
        return known.is_exact and days_agree and when.precision.rank > known.precision.rank
    return known.is_exact or known.narrows(when) or (when.is_uncertain and not known.is_uncertain)
