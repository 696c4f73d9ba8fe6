"""Where a person was and will be: legs in order, which of them overlap, and what nobody knows between them."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

import attrs
import msgspec
import pendulum

from diplocal.briefly import in_a_line
from diplocal.dates import When
from diplocal.engagements import Alias, Engagement, Kind, Meeting, Status, Visit
from diplocal.engagements.fold import how_many
from diplocal.names.people import also_known_as, is_called, is_one, known_as, person_key
from diplocal.parties import Party, Person
from diplocal.projections.aliases import Aliases, look_for, split_off
from diplocal.projections.contacts import TOOK_PLACE
from diplocal.projections.days import Days, apart, ends, median, starts
from diplocal.projections.filters import expect_day
from diplocal.projections.listing import Listing, Shown
from diplocal.projections.selection import code_of
from diplocal.projections.soonest import soonest
from diplocal.projections.view import View

STANDS = frozenset({Status.PLANNED, Status.CONFIRMED, Status.POSTPONED, Status.UNDER_WAY, Status.HELD})
BEGUN, OPEN = pendulum.Date(1, 1, 1), pendulum.Date(9999, 12, 31)
"""Stand for open ends in sorting."""


class Leg(msgspec.Struct, frozen=True, kw_only=True):
    """A stay of somebody in a country: a visit, or a meeting in a country that is named."""

    __repr__ = in_a_line

    slug: str
    kind: Kind
    """VISIT or MEETING."""
    status: Status
    when: When | None
    """None while no date is known."""
    country: Party
    """Where it is."""
    place: str | None
    """Town, as printed."""
    travellers: tuple[Person, ...]
    during: str | None
    """Of a meeting: the visit that it is part of."""

    @property
    def days(self) -> Days | None:
        """How many days it takes, the first and the last included; None when its dates bound neither."""
        if self.when is None:
            return None
        first, last = starts(self.when), ends(self.when)
        if first is None or last is None:
            return None
        shortest = max(0, apart(first[1], last[0])) if self.when.is_interval else 0
        return Days(1 + shortest, 1 + apart(first[0], last[1]))

    def covers(self, day: pendulum.Date) -> bool:
        """Whether it certainly takes up a day."""
        expect_day("day", day)
        return self.certain is not None and self.certain[0] <= day <= self.certain[1]

    def may_cover(self, day: pendulum.Date) -> bool:
        """Whether it can take up a day, as far as its date is known; not while it has none."""
        if self.when is None:
            return False
        first, last = self.when.earliest, self.when.latest
        return (first is None or first <= day) and (last is None or day <= last)

    @property
    def certain(self) -> tuple[pendulum.Date, pendulum.Date] | None:
        """The days that it takes up whatever its vague ends mean: none of 'October', all of '18–21 September'."""
        if self.when is None:
            return None
        first, last = starts(self.when), ends(self.when)
        return (first[1], last[0]) if first and last and first[1] <= last[0] else None


class Overlap(msgspec.Struct, frozen=True):
    """Two legs that certainly share days."""

    __repr__ = in_a_line

    first: Leg
    second: Leg

    @property
    def is_one_country(self) -> bool:
        """Both are in one country: perhaps one stay that is listed twice."""
        return self.first.country.code == self.second.country.code


class Gap(msgspec.Struct, frozen=True):
    """Days between two legs of which nothing is known."""

    __repr__ = in_a_line

    after: str
    """Slug of the leg before."""
    before: str
    """Slug of the leg after."""
    days: Days
    """Whole days between them."""


class Itinerary(Shown, msgspec.Struct, frozen=True):
    """The legs of one person, earliest first, what has no date last."""

    __repr__ = in_a_line

    legs: tuple[Leg, ...]

    @property
    def stays(self) -> tuple[Leg, ...]:
        """The legs that are not part of another one here: without the meetings inside visits."""
        slugs = {leg.slug for leg in self.legs if leg.kind is Kind.VISIT}
        return tuple(leg for leg in self.legs if leg.during not in slugs)

    @property
    def overlaps(self) -> tuple[Overlap, ...]:
        """The stays that certainly share days.

        Two stays of which one begins on the day on which the other ends are legs of one journey, and overlap only in
        one country. Of a vague date nothing is certain.
        """
        return tuple(_overlaps(self.stays))

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """The days between one stay and the next, where there can be any."""
        return tuple(_gaps(leg for leg in self.stays if leg.when is not None))

    def on(self, day: pendulum.Date) -> tuple[Leg, ...]:
        """List the legs that certainly take up a day."""
        return tuple(leg for leg in self.legs if leg.covers(day))

    def perhaps_on(self, day: pendulum.Date) -> tuple[Leg, ...]:
        """List the legs that may take up a day, and do not certainly."""
        expect_day("day", day)
        return tuple(leg for leg in self.legs if leg.may_cover(day) and not leg.covers(day))

    def ahead(self, on: pendulum.Date) -> "Itinerary":
        """Return the legs that are not over by a day, undated ones among them."""
        expect_day("on", on)
        return Itinerary(tuple(leg for leg in self.legs if leg.when is None or (leg.when.latest or OPEN) >= on))

    @property
    def destinations(self) -> dict[str, int]:
        """How many visits took this person where, by code of the country; most visited first. Only those held count."""
        visits = Counter(leg.country.code for leg in self.legs if leg.kind is Kind.VISIT and leg.status in TOOK_PLACE)
        return dict(sorted(visits.items(), key=lambda item: (-item[1], item[0])))

    @property
    def diversity(self) -> float | None:
        """How many countries the visits would go to if they went to each equally often; None of no visit.

        That is the inverse of the sum of squared shares (Simpson): 2.0 for two countries visited alike, near 1 when
        nearly all go to one.
        """
        visits = self.destinations.values()
        return sum(visits) ** 2 / sum(count**2 for count in visits) if visits else None

    @property
    def stay(self) -> Days | None:
        """The median of how many days a visit takes, of those that were held and that their dates bound."""
        visits = (leg for leg in self.legs if leg.kind is Kind.VISIT and leg.status in TOOK_PLACE)
        return median(leg.days for leg in visits if leg.days)

    def __iter__(self) -> Iterator[Leg]:
        return iter(self.legs)

    def __len__(self) -> int:
        return len(self.legs)


_Identity = tuple[str, str, str]


@attrs.frozen
class Journeys(Shown):
    """The journeys of everybody."""

    legs: Mapping[str, Leg] = attrs.field(repr=how_many)
    """By the engagement's slug."""
    aliases: Aliases = attrs.field(default=Aliases(), repr=False)
    """Whose names are one person's."""

    def of(self, person: str, *, state: str | None = None) -> Itinerary:
        """Return the itinerary of a person: a name, in any case and order, accents or not, or a Wikidata id.

        Everybody of that name is meant; ``state``, a code or a name, tells namesakes apart. Chosen by Wikidata id,
        reports that give no id count too when another one has this id beside the same name and party. So do those that
        name the person as an alias does.

        Raises Unresolved for what names no state, and warns of somebody of whom no report says that they travel.
        """
        self._look_for(person)
        who = self._meant(person, state)
        chosen = (leg for leg in self.legs.values() if any(_identity(one) in who for one in leg.travellers))
        return Itinerary(tuple(sorted(chosen, key=soonest)))

    def parties_of(self, person: str) -> tuple[str, ...]:
        """List the codes of those for whom somebody of a name travels, in alphabetical order."""
        self._look_for(person)
        wanted = person_key(person)
        people = (one for leg in self.legs.values() for one in leg.travellers if is_called(one, wanted))
        return tuple(sorted({one.party.code for one in people if one.party}))

    def _look_for(self, person: str) -> None:
        look_for("traveller", person, (one for leg in self.legs.values() for one in leg.travellers), self.aliases)

    def _meant(self, person: str, state: str | None) -> Collection[_Identity]:
        wanted, code = person_key(person), None if state is None else code_of(state)
        everybody = {_identity(one): one for leg in self.legs.values() for one in leg.travellers}
        said = (one for names in self.aliases.having(wanted) for one in names)
        known = everybody | {_identity(one): one for one in said}
        found = {identity for identity, one in known.items() if is_called(one, wanted)}
        found |= {(name, party, "") for name, party, _ in found} & set(known)
        meant = [one for identity, one in known.items() if identity in found and code in (None, identity[1])]
        names = also_known_as(meant, self.aliases.having) - set(meant)
        others = (identity for identity, one in everybody.items() if any(is_one(one, name) for name in names))
        return {*map(_identity, meant), *others}

    def people(self) -> list[str]:
        """Name everybody who travels, as printed, in alphabetical order; of spellings, the least in capitals."""
        spellings: dict[str, str] = {}
        for leg in self.legs.values():
            for one in leg.travellers:
                name = known_as(one.name)
                spellings[name] = max(one.name, spellings.get(name, ""))
        return sorted(spellings.values())

    def on(self, day: pendulum.Date) -> list[Leg]:
        """List who certainly is where on a day."""
        expect_day("day", day)
        return Listing[Leg](sorted((leg for leg in self.legs.values() if leg.covers(day)), key=soonest))


class Row(msgspec.Struct, frozen=True):
    """What an engagement tells of journeys."""

    leg: Leg | None = None
    alias: Alias | None = None


class Itineraries(View[Row, Journeys]):
    """Where a person was and will be: legs in order, overlaps and gaps.

    Each person counts by themselves, and only those who are named: a delegation that is known by its state alone goes
    nowhere. Visits are directed, from the visitor to the host; of a meeting, those who came to its host's country are
    there. Merged duplicates are one leg; there is no minimum of office. What is planned is listed with its status, what
    was cancelled is not.
    """

    name = "diplocal.itineraries"
    version = 2
    row_type = Row
    needs_aliases = True

    def row(self, engagement: Engagement) -> Row | None:
        """Return the leg, when somebody who is named goes somewhere that is known; of an alias, the names."""
        if isinstance(engagement.subject, Alias):
            return Row(alias=engagement.subject) if engagement.counts else None
        leg = self._leg(engagement)
        return Row(leg) if leg else None

    def _leg(self, engagement: Engagement) -> Leg | None:
        country, travellers = engagement.host, tuple(_travellers(engagement))
        if country is None or not travellers or engagement.status not in STANDS:
            return None
        return Leg(
            slug=engagement.slug,
            kind=engagement.kind,
            status=engagement.status,
            when=engagement.when,
            country=country,
            place=engagement.place,
            travellers=travellers,
            during=engagement.during,
        )

    def read(self, value: Mapping[str, Row]) -> Journeys:
        """Return the journeys."""
        legs, aliases = split_off({slug: row.alias or row.leg for slug, row in value.items()})
        return Journeys(legs, aliases)


def _travellers(engagement: Engagement) -> Iterator[Person]:
    match engagement.subject:
        case Visit(visitors=visitors):
            yield from (one for one in visitors if isinstance(one, Person))
        case Meeting(participants=participants, host=host):
            people = (one for one in participants if isinstance(one, Person))
            yield from (one for one in people if not (host and one.party and one.party.code == host.code))


def _identity(person: Person) -> _Identity:
    """Tell people apart: name as it is compared, code of the party, Wikidata id."""
    return known_as(person.name), person.party.code if person.party else "", person.wikidata or ""


def _overlaps(legs: Iterable[Leg]) -> Iterator[Overlap]:
    """Lay legs side by side by the days that they certainly take up."""
    dated = sorted(((leg.certain, leg) for leg in legs if leg.certain), key=lambda one: (*one[0], one[1].slug))
    for place, ((first, last), one) in enumerate(dated):
        for (begins, ends_on), other in dated[place + 1 :]:
            if begins > last:
                break
            shares_more = first < ends_on and begins < last
            if shares_more or one.country.code == other.country.code:
                yield Overlap(one, other)


def _gaps(legs: Iterable[Leg]) -> Iterator[Gap]:
    """Follow the legs in order, from the one that reaches furthest so far to the next."""
    furthest: Leg | None = None
    ended: pendulum.Date | None = None
    for leg in legs:
        if leg.when is None:
            continue
        begins, over = starts(leg.when), ends(leg.when)
        if furthest and furthest.when and furthest.when.latest and ended and begins:
            at_most = apart(ended, begins[1]) - 1
            if at_most > 0:
                at_least = max(0, apart(furthest.when.latest, begins[0]) - 1)
                yield Gap(furthest.slug, leg.slug, Days(at_least, at_most))
        if furthest is None or (leg.when.latest or OPEN) >= ((furthest.when and furthest.when.latest) or OPEN):
            furthest = leg
        ended = max(filter(None, (ended, over and over[0])), default=None)
