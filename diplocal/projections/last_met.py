"""When two last met: states, organisations or people, whichever two."""

from collections.abc import Iterable

import msgspec
import pendulum

from diplocal.engagements import Engagement, Kind
from diplocal.engagements.kinds import KINDS
from diplocal.errors import Ambiguous, Unresolved
from diplocal.names.parties import party
from diplocal.projections.contacts import TOOK_PLACE, contacts_of
from diplocal.projections.days import Days
from diplocal.projections.filters import Sides, sides_of
from diplocal.projections.selection import Selection


class Counterpart(msgspec.Struct, frozen=True):
    """A state, an organisation or a person, as somebody wrote them and as they are understood."""

    written: str
    who: Selection
    """One code, or one person."""
    near: tuple[str, ...] = ()
    """Of what is taken for a person: the codes of states and organisations whose names come near."""

    @classmethod
    def of(cls, text: str) -> "Counterpart":
        """Read a text: a state or an organisation where it means one, else a person.

        >>> Counterpart.of("Russia").code, Counterpart.of("Wang Yi").code
        ('RU', None)

        Raises Unresolved for a text that can be no name, and Ambiguous for one that means several states.
        """
        try:
            return cls(text, Selection(frozenset({party(text).code})))
        except Ambiguous:
            raise
        except Unresolved as error:
            return cls(text, Selection.of(person=text), error.near)

    @property
    def code(self) -> str | None:
        """The code of a state or an organisation, None of a person."""
        return next(iter(self.who.parties), None)


def met(engagement: Engagement, first: Counterpart, second: Counterpart) -> bool:
    """Return whether two sides met at an engagement that took place.

    A visit is a contact between each visiting side and the host, not among the visitors; whatever else is a contact is
    one between each two who take part. A person meets whoever takes part in what the person takes part in.
    """
    if engagement.status not in TOOK_PLACE or not _is_contact(engagement):
        return False
    if not all(side.who.takes(engagement.parties, engagement.people) for side in (first, second)):
        return False
    if first.code is None or second.code is None:
        return True
    return any({first.code, second.code} == set(contact[:2]) for contact in contacts_of(engagement))


def _is_contact(engagement: Engagement) -> bool:
    return engagement.kind is Kind.VISIT or KINDS[engagement.kind].is_contact


class LastMet(msgspec.Struct, frozen=True):
    """The last contacts of two sides."""

    alone: Engagement | None
    """The last one that was between two; None where there was none."""
    among_others: Engagement | None
    """The last occasion of three or more at which both took part."""

    @classmethod
    def of(cls, found: Iterable[Engagement], first: Counterpart, second: Counterpart) -> "LastMet":
        """Find the last of some engagements at which two sides met; a vague date stands where its span begins."""
        ordered = sorted((one for one in found if met(one, first, second)), key=_begins)
        among = [one for one in ordered if Sides.MULTILATERAL.takes(len(sides_of(one)))]
        alone = [one for one in ordered if one not in among]
        return cls(alone[-1] if alone else None, among[-1] if among else None)


def days_before(engagement: Engagement, day: pendulum.Date) -> Days | None:
    """Return how many days before a day something took place, by the bounds of its date; None without a date."""
    when = engagement.when
    if when is None or when.earliest is None:
        return None
    first, last = when.earliest.toordinal(), (when.latest or day).toordinal()
    return Days(max(0, day.toordinal() - last), max(0, day.toordinal() - first))


def _begins(engagement: Engagement) -> tuple[int, int, str]:
    when = engagement.when
    first = when.earliest.toordinal() if when and when.earliest else 0
    last = when.latest.toordinal() if when and when.latest else 0
    return first, last, engagement.slug
