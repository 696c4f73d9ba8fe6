"""When two engagements may be one: the same contact from two sources, under two names."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import product

import msgspec

from diplocal.dates import When
from diplocal.dates.instants import in_utc
from diplocal.engagements import KINDS, Engagement, Kind, Status, Visit
from diplocal.names.people import could_be_one, identity_of, known_as
from diplocal.parties import Person
from diplocal.projections.findings import Finding, Likeness, Resemblance
from diplocal.projections.grouped import Grouped, Groups, Key
from diplocal.projections.listing import Listing
from diplocal.series import Round

STATUSES = frozenset({Status.INVITED, Status.PLANNED, Status.CONFIRMED, Status.UNDER_WAY, Status.HELD})
DAYS_COMPARED = 7
"""A visit is compared with visits and meetings on so many of its days, from the first."""
TWO = 2
"""Sides that it takes for a contact."""
COMPARED = 20
"""In a larger group, each engagement is compared with so many of those that follow."""
ANOTHER_PLACE, ANOTHER_ITEM = 20, 20
"""What it costs to be in different places, or two items of one visit."""
LEAST = 50
"""The score from which two engagements are suspected to be one."""


class Contact(msgspec.Struct, frozen=True):
    """What is compared of an engagement."""

    slug: str
    kind: Kind
    when: When
    host: str | None
    """The code of a visit's host: visits have a direction."""
    people: tuple[tuple[str, str], ...]
    """Codes of parties, and names and Wikidata ids of those who are named for them."""
    names: tuple[tuple[str, str], ...]
    """Codes of parties, and the names as printed of those who are named for them."""
    place: str | None
    """As places are compared."""
    during: str | None
    round: Round | None
    apart_from: tuple[str, ...] = ()
    """Slugs of those that it was told apart from."""


class PossibleDuplicates(Grouped[Contact, Finding, list[Finding]]):
    """Engagements that may be one: the same contact from two sources, under two names.

    Contacts of the same sides that begin on the same day are compared, visits of the same people that have one of
    their first seven days in common, and a visit with meetings on those of its own. What both say of people, host, time
    and round must not differ; names may be spelt otherwise. Nothing is merged: a person decides, and records a
    MergedAsDuplicate or a NotADuplicate. Its answer is a list of Finding, each with two slugs, a score from 50 to 100,
    and the reasons.
    """

    name = "diplocal.possible-duplicates"
    version = 5
    by_person = True
    finding_type = Finding
    finds_alone = False

    def evidence(self, engagement: Engagement) -> Iterator[tuple[Key, Contact]]:
        """Yield what is compared of a contact, under its sides and each of its days."""
        when, sides = engagement.when, sorted({party.code for party in engagement.parties})
        if not KINDS[engagement.kind].is_contact or engagement.status not in STATUSES or len(sides) < TWO:
            return
        if when is None or not when.is_dated or when.is_approximate or when.earliest is None or when.latest is None:
            return
        contact = Contact(
            slug=engagement.slug,
            kind=engagement.kind,
            when=when,
            host=engagement.subject.host.code if isinstance(engagement.subject, Visit) else None,
            people=tuple(sorted({key for one in engagement.people for key in self._keys(one)})),
            names=tuple((one.party.code, one.name) for one in engagement.people if one.party),
            place=known_as(engagement.place) if engagement.place else None,
            during=engagement.during,
            round=engagement.round,
            apart_from=engagement.apart_from,
        )
        lasts = DAYS_COMPARED if engagement.kind is Kind.VISIT else 1
        first = when.earliest.toordinal()
        days = range(first, min(when.latest.toordinal(), first + lasts - 1) + 1)
        for day in sorted({*(str(date.fromordinal(each)) for each in days), *_begins_on(when)}):
            yield (*sides, day), contact

    def _keys(self, person: Person) -> Iterator[tuple[str, str]]:
        """Yield what two have in common who are one: the name, or the Wikidata id."""
        name, party = identity_of(person, self.aliases_with)
        yield from ((party, key) for key in (name, person.wikidata) if key)

    def findings(self, key: Key, items: Sequence[Contact]) -> Iterator[Finding]:
        """Yield the pairs among contacts of the same sides on one day that may be one."""
        for place, one in enumerate(items):
            for other in items[place + 1 : place + 1 + COMPARED]:
                found = compare(one, other, key[-1])
                if found is not None:
                    yield Finding((one.slug, other.slug), found)

    def read(self, value: Groups[Contact, Finding]) -> list[Finding]:
        """List what may be one, the most alike first."""
        return Listing[Finding](sorted(self.all_found(value), key=lambda one: (-(one.score or 0), one.engagements)))


def compare(one: Contact, other: Contact, day: str) -> Resemblance | None:
    """Return how much two contacts of the same sides look like one, None when they do not; ``day`` is one of both."""
    if other.slug in one.apart_from or one.slug in other.apart_from:
        return None
    has_people = bool(set(one.people) & set(other.people))
    if not _may_meet(one, other, day, are_one=has_people) or _differ(one, other):
        return None
    likenesses = {
        (50, Likeness.SIDES): one.kind is other.kind,
        (30, Likeness.TALKS): one.kind is not other.kind,
        (30, Likeness.PEOPLE): has_people,
        (15, Likeness.NAMES): not has_people and bool(_parties_of(one) & _parties_of(other)),
        (10, Likeness.PLACE): one.place is not None and one.place == other.place,
        (10 if one.kind is other.kind else 20, Likeness.DATES): one.when == other.when,
    }
    score = sum(weight for (weight, _), holds in likenesses.items() if holds)
    score -= ANOTHER_PLACE if one.place and other.place and one.place != other.place else 0
    score -= ANOTHER_ITEM if one.during and one.during == other.during else 0
    reasons = tuple(likeness for (_, likeness), holds in likenesses.items() if holds)
    return Resemblance(score, reasons) if score >= LEAST else None


def _may_meet(one: Contact, other: Contact, day: str, *, are_one: bool) -> bool:
    """Tell whether a day is the first that two have in common, of which neither is known to be another kind of thing.

    Two of one kind begin on one day, or are visits of the same people; of two kinds, one is a visit and one may be its
    talks.
    """
    if one.kind is other.kind:
        begin = _begins_on(one.when), _begins_on(other.when)
        if shared := begin[0] & begin[1]:
            return max(shared) == day
        return are_one and one.kind is Kind.VISIT and max(str(each.when.earliest) for each in (one, other)) == day
    is_inside = one.slug == other.during or other.slug == one.during
    return not is_inside and {one.kind, other.kind} == {Kind.VISIT, Kind.MEETING}


def _begins_on(when: When) -> set[str]:
    """Return the first day, and of a time also the day in UTC: the same time may be said in another zone."""
    days = {str(when.earliest)}
    return days if when.begins_at is None else {*days, str(in_utc(when.begins_at).date())}


def _differ(one: Contact, other: Contact) -> bool:
    """Tell whether both say something that cannot be said of one contact."""
    named, other_named = _by_party(one.people), _by_party(other.people)
    spelt, other_spelt = _by_party(one.names), _by_party(other.names)
    return (
        bool(one.host and other.host and one.host != other.host)
        or bool(one.round and other.round and one.round != other.round)
        or any(
            not named[party] & other_named[party] and not _any_could_be_one(spelt[party], other_spelt[party])
            for party in spelt.keys() & other_spelt
        )
        or _are_apart(one.when, other.when)
    )


def _are_apart(one: When, other: When) -> bool:
    """Tell whether the two are known to the minute, and share none."""
    if not (one.begins_at and one.ends_at and other.begins_at and other.ends_at):
        return False
    return in_utc(one.ends_at) < in_utc(other.begins_at) or in_utc(other.ends_at) < in_utc(one.begins_at)


def _any_could_be_one(names: Iterable[str], others: Iterable[str]) -> bool:
    return any(could_be_one(one, other) for one, other in product(names, others))


def _parties_of(contact: Contact) -> set[str]:
    return {party for party, _ in contact.names}


def _by_party(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    named: dict[str, set[str]] = {}
    for party, name in pairs:
        named.setdefault(party, set()).add(name)
    return named
