"""What is found that does not fit together, of which engagements, and how it is said to people."""

from enum import Enum
from typing import assert_never

import msgspec
import pendulum

from diplocal import wording
from diplocal.briefly import in_a_line
from diplocal.dates import When
from diplocal.dates.instants import in_utc
from diplocal.engagements import Conflict, Engagement, Pointer
from diplocal.names.people import Alike
from diplocal.parties import Participant, Party, Person
from diplocal.wording import ENGLISH, Language


class Discrepancy(Enum):
    """What does not fit."""

    CONTRADICTION = "contradicting reports"
    TWO_PLACES = "one person in two places"
    OUT_OF_OFFICE = "an office-holder out of office"
    DANGLING = "a report that points at nothing"
    """It names something that the log does not hold: it goes when that comes in."""
    POSSIBLE_DUPLICATE = "perhaps the same"
    """Two engagements look like one: it goes when a person merges them, or they are reported otherwise."""
    ONE_PERSON = "perhaps one person"
    """Two names look like one person's: it goes when a person corrects the reports."""
    LAPSED = "lapsed"
    """A plan whose time has passed without a word, as of the day that is asked for."""


class Contradiction(msgspec.Struct, frozen=True):
    """Reports about one engagement contradict each other."""

    conflict: Conflict


class Presence(msgspec.Struct, frozen=True):
    """Somebody in a place, for days or from one instant to another."""

    slug: str
    name: str
    """As printed."""
    country: Party
    when: When

    first: pendulum.Date
    last: pendulum.Date

    def lasts_until(self, other: "Presence") -> bool:
        """Tell whether another begins while this one lasts."""
        return other.first <= self.last

    def shares_time_with(self, other: "Presence") -> bool:
        """Tell whether nobody can have been at both: an instant is shared, or more than a day of departure."""
        one, two = self.when, other.when
        if one.begins_at and one.ends_at and two.begins_at and two.ends_at:
            return in_utc(one.begins_at) < in_utc(two.ends_at) and in_utc(two.begins_at) < in_utc(one.ends_at)
        return self.first < other.last and other.first < self.last


class TwoPlaces(msgspec.Struct, frozen=True):
    """One person in two places on the same days."""

    one: Presence
    other: Presence


class OutOfOffice(msgspec.Struct, frozen=True):
    """Somebody takes part from an office outside of every term that is known."""

    person: Person


class Dangling(msgspec.Struct, frozen=True):
    """A report names something that the log does not hold."""

    pointer: Pointer


class Misfit(Enum):
    """Why one engagement can be no part of another."""

    ITSELF = "itself"
    KIND = "kind"
    """Nothing is part of a call, a patrol, an agreement or a statement."""
    DATES = "dates"
    """The two share no day."""


class NoPart(msgspec.Struct, frozen=True):
    """An engagement is said to be part of one that it can be no part of."""

    whole: str
    """Its slug."""
    misfit: Misfit


class Slip(Enum):
    """What is wrong with the sides of one engagement."""

    TWICE = "twice"
    """Somebody, or a party, is named twice."""
    AT_HOME = "at_home"
    """All visitors are the host's own."""


class Misnamed(msgspec.Struct, frozen=True):
    """An engagement has sides that it cannot have."""

    slip: Slip
    who: Participant
    """Who is named twice, or the host who visits itself."""


class Likeness(Enum):
    """What two engagements have in common that may be one."""

    SIDES = "sides"
    """The same sides on the same day."""
    TALKS = "talks"
    """A visit and a meeting of the same sides on one of its days."""
    PEOPLE = "people"
    NAMES = "names"
    """People whose names may be one person's: a surname alone, another spelling or script."""
    PLACE = "place"
    DATES = "dates"


class Resemblance(msgspec.Struct, frozen=True):
    """Two engagements look like one."""

    score: int
    """How much: from 50, alike in no more than sides and day, to 100."""
    reasons: tuple[Likeness, ...]


class OnePerson(msgspec.Struct, frozen=True):
    """Two names of one party's people look like one person's."""

    one: str
    """As printed."""
    other: str
    party: Party
    alike: Alike
    """Why."""


class Lapsed(msgspec.Struct, frozen=True):
    """A plan is over, and no report says what became of it."""

    plan: Engagement


About = Contradiction | TwoPlaces | OutOfOffice | Dangling | NoPart | Misnamed | Resemblance | OnePerson | Lapsed

_DISCREPANCIES: dict[type[About], Discrepancy] = {
    Contradiction: Discrepancy.CONTRADICTION,
    TwoPlaces: Discrepancy.TWO_PLACES,
    OutOfOffice: Discrepancy.OUT_OF_OFFICE,
    Dangling: Discrepancy.DANGLING,
    NoPart: Discrepancy.CONTRADICTION,
    Misnamed: Discrepancy.CONTRADICTION,
    Resemblance: Discrepancy.POSSIBLE_DUPLICATE,
    OnePerson: Discrepancy.ONE_PERSON,
    Lapsed: Discrepancy.LAPSED,
}


class Finding(msgspec.Struct, frozen=True):
    """One thing that does not fit."""

    __repr__ = in_a_line

    engagements: tuple[str, ...]
    """The slugs of those that it is about, in alphabetical order."""
    about: About
    """What does not fit."""

    @property
    def discrepancy(self) -> Discrepancy:
        """Which kind of finding it is."""
        return _DISCREPANCIES[type(self.about)]

    @property
    def target(self) -> str | None:
        """What a report names that the log does not hold: the id of a report, or the slug of an engagement."""
        return self.about.pointer.target if isinstance(self.about, Dangling) else None

    @property
    def score(self) -> int | None:
        """How much two engagements look like one, from 50 to 100."""
        return self.about.score if isinstance(self.about, Resemblance) else None

    @property
    def reasons(self) -> tuple[Likeness, ...]:
        """What two engagements have in common that look like one."""
        return self.about.reasons if isinstance(self.about, Resemblance) else ()

    @property
    def message(self) -> str:
        """The same in English."""
        return self.in_words()

    def in_words(self, language: Language = ENGLISH) -> str:
        """Return it for people: 'Wang Yi in France (18–20 September 2023) and in China (19 September 2023)'."""
        about, slug = self.about, self.engagements[0]
        match about:
            case Contradiction(conflict=conflict):
                return language("line", name=slug, value=language(f"conflict.{conflict.value}"))
            case TwoPlaces(one=one, other=other):
                return language(
                    "finding.two_places",
                    person=language.printed(one.name),
                    one=language.party(one.country),
                    days=language.date(one.when),
                    other=language.party(other.country),
                    other_days=language.date(other.when),
                )
            case OutOfOffice(person=person):
                return language("finding.out_of_office", person=wording.person(person, language), engagement=slug)
            case Dangling(pointer=pointer):
                return language(f"finding.dangling.{pointer.kind.value}", engagement=slug, target=pointer.target)
            case NoPart(whole=whole, misfit=misfit):
                return language(f"finding.part.{misfit.value}", engagement=slug, target=whole)
            case Misnamed(slip=slip, who=who):
                return language(f"finding.sides.{slip.value}", engagement=slug, who=wording.participant(who, language))
            case Resemblance(score=score, reasons=reasons):
                said = language.listed(language(f"likeness.{reason.value}") for reason in reasons)
                one_slug, other_slug = self.engagements
                return language("finding.resemblance", one=one_slug, other=other_slug, reasons=said, score=score)
            case OnePerson(one=first, other=second, party=party, alike=alike):
                return language(
                    "finding.one_person",
                    one=language.printed(first),
                    other=language.printed(second),
                    party=language.party(party),
                    reason=language(f"alike.{alike.name.lower()}"),
                )
            case Lapsed(plan=plan):
                when = language.date(plan.when, is_over=True)
                status = wording.status(plan.status, language)
                return language("finding.lapsed", title=wording.title(plan, language), status=status, when=when)
        assert_never(about)
