"""Reports about reports: what the record itself got wrong, learnt again or found twice."""

from typing import Any

import attrs

from diplocal.checks import event_id, not_blank, optional, paragraphs, slug, tuple_of, whole_number
from diplocal.errors import InvalidValue
from diplocal.events.registry import EngagementEvent, event
from diplocal.parties import Person


def _about_the_same(owner: Any, _field: "attrs.Attribute[Any]", value: object) -> None:
    if not isinstance(value, EngagementEvent) or isinstance(value, Corrected | Retracted):
        raise InvalidValue("Corrected.right", value, "the event as it should have been")
    if value.engagement != owner.engagement:
        expected = f"{owner.engagement!r}: a correction is of the same engagement"
        raise InvalidValue("Corrected.right.engagement", value.engagement, expected)


def _another(owner: Any, field: "attrs.Attribute[Any]", value: object) -> None:
    slug(owner, field, value)
    if value == owner.engagement:
        raise InvalidValue(f"{type(owner).__name__}.{field.name}", value, "another engagement than itself")


def _of_one_party(people: Any) -> Any:
    """Return names, those without a party with that of the others, where these have one party."""
    if not isinstance(people, tuple) or not all(isinstance(one, Person) for one in people):
        return people  # the validator refuses it
    parties = {one.party.code: one.party for one in people if one.party}
    if len(parties) != 1:
        return people
    (party,) = parties.values()
    return tuple(one if one.party else attrs.evolve(one, party=party) for one in people)


def _several_names(owner: Any, field: "attrs.Attribute[Any]", value: tuple[Person, ...]) -> None:
    tuple_of(Person, at_least=2)(owner, field, value)
    if not all(one.party for one in value):
        raise InvalidValue(
            f"{type(owner).__name__}.{field.name}",
            value,
            "names with their party, one at least: others have namesakes",
        )
    if len({(one.name, one.party and one.party.code, one.wikidata) for one in value}) == 1:
        raise InvalidValue(f"{type(owner).__name__}.{field.name}", value, "at least two names of the person")


@event("diplocal.report-attached")
class ReportAttached(EngagementEvent):
    """One more source says the same of the engagement."""

    sequence: int | None = attrs.field(default=None, validator=optional(whole_number))
    """SEQUENCE of the edition of a calendar's entry that the log has learnt (RFC 5545, 3.8.7.4)."""


@event("diplocal.retracted")
class Retracted(EngagementEvent):
    """An earlier event should not have been recorded: all answers are as if it never was.

    ``identify(event)`` or ``record.id`` gives the id. It may be recorded before the event that it names: then it acts
    when that comes in. Until then ``Discrepancies`` finds it.
    """

    of: str = attrs.field(validator=event_id)
    """The id of that event, in the same stream. The id of a Retracted takes the retraction back."""
    reason: str | None = attrs.field(default=None, validator=optional(paragraphs))


@event("diplocal.corrected", version=2, upcasters={1: dict})
class Corrected(EngagementEvent):
    """An earlier event's fields were wrong: all answers are as if it had been recorded right.

    For a mistake in the record; a date that moved in the world is a Rescheduled. Of two corrections the later one wins.

    >>> from diplocal.events.plans import VisitAnnounced
    >>> from diplocal.events.wire import identify
    >>> from diplocal.parties import State
    >>> wrong = VisitAnnounced(engagement="visit", visitors=(State("CN"),), host=State("RU"))
    >>> Corrected(engagement="visit", of=identify(wrong), right=wrong.evolve(host=State("BY"))).right.host.code
    'BY'
    """

    of: str = attrs.field(validator=event_id)
    """The id of that event, in the same stream."""
    right: EngagementEvent = attrs.field(validator=_about_the_same)
    """The event as it should have been."""
    reason: str | None = attrs.field(default=None, validator=optional(paragraphs))


@event("diplocal.merged-as-duplicate")
class MergedAsDuplicate(EngagementEvent):
    """This engagement is that one: its reports are reports about the other.

    Both count once from then on, under the name of the other. Retract it to take them apart again.
    """

    into: str = attrs.field(validator=_another)
    """The engagement that goes on."""


@event("diplocal.not-a-duplicate")
class NotADuplicate(EngagementEvent):
    """This engagement is not that one, however alike the two look: nobody is asked about the pair again."""

    other: str = attrs.field(validator=_another)
    """The engagement that it is told apart from."""


@event("diplocal.same-person")
class SamePerson(EngagementEvent):
    """Names that reports use are one person's: whoever asks for one of them is answered for all.

    Its slug is one of your own, such as 'lavrov': what it says is corrected and retracted like what is said of an
    engagement, and may be told before or after the reports that use the names.

    >>> from diplocal.parties import State
    >>> RUSSIA = State("RU")
    >>> len(SamePerson(engagement="lavrov", people=(Person("S. Lavrov", RUSSIA), Person("Lavrow", RUSSIA))).people)
    2
    """

    people: tuple[Person, ...] = attrs.field(converter=_of_one_party, validator=_several_names)
    """The person under each name, with the party, and with the Wikidata id where it is known. One party that is
    said is that of all names."""


@event("diplocal.no-longer-listed")
class NoLongerListed(EngagementEvent):
    """An upstream list dropped the engagement. Not a cancellation: the list does not say why."""

    upstream: str = attrs.field(validator=not_blank)
    """The list, by name."""
