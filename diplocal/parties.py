"""Who takes part: states, organisations, and people with the offices they speak from.

A code identifies and takes no position. ISO 3166-1 alpha-2 names today's states; ISO 3166-3 alpha-4 those that were
dissolved (``SUHH`` for the Soviet Union); ``XK`` is Kosovo, as in CLDR; a code with a hyphen is the user's own
(``X-HAWAII`` for the Kingdom of Hawaii). The label as printed is kept beside the code; who meets whom is decided by
the code alone. A state of which no label was printed is called by the short English name of CLDR when it is shown.
"""

import re
from typing import TypeVar

import attrs

from diplocal.briefly import shown
from diplocal.checks import Choice, instance_of, matches, not_blank, optional
from diplocal.errors import InvalidValue, Unresolved
from diplocal.state_names import MEANT, STATES, name_of

STATE_CODE = re.compile(r"[A-Z]{2}|[A-Z]{4}|X-[A-Z0-9]+(?:-[A-Z0-9]+)*")
ORGANISATION_CODE = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*")
WIKIDATA_ID = re.compile(r"Q[1-9][0-9]*")


P = TypeVar("P", "State", "Organisation")


def _as_stored(cls: type[P], code: str, label: str | None) -> P:
    """Make a party from what was stored: of the right form, and past the check whose code that is today."""
    try:
        return cls(code, label)
    except Unresolved:
        made = cls.__new__(cls)
        made.__setstate__({"code": code, "label": label})  # type: ignore[attr-defined] # which attrs makes
        return made


def _of_a_state(owner: object, field: "attrs.Attribute[str]", code: object) -> None:
    """Require the code of a state that is or was, or of the user's own."""
    text = code if isinstance(code, str) else ""
    has_form = STATE_CODE.fullmatch(text)
    if not (has_form and (text in STATES or text.startswith("X-"))):
        meant = MEANT.get(text)
        expected = f"{meant!r} ({name_of(meant)})" if meant else "an ISO 3166 code such as 'RU', 'SUHH' or 'X-HAWAII'"
        error = Unresolved if has_form else InvalidValue
        raise error(f"{type(owner).__name__}.{field.name}", code, expected)


def _of_no_state(owner: object, field: "attrs.Attribute[str]", code: str) -> None:
    """Require letters that are not the code of a state: who takes part is told apart by the code alone."""
    if code in STATES:
        expected = f"a code that is no state's, such as 'AFRICAN-UNION': {code!r} is {name_of(code)}"
        raise Unresolved(f"{type(owner).__name__}.{field.name}", code, expected)


class Rank(Choice):
    """How high an office stands, highest first: the order is that of protocol."""

    HEAD_OF_STATE = "head of state"
    HEAD_OF_GOVERNMENT = "head of government"
    HEAD_OF_ORGANISATION = "head of organisation"
    """Of the Secretary-General of the United Nations, or the President of the European Commission."""
    FOREIGN_MINISTER = "foreign minister"
    DEFENCE_MINISTER = "defence minister"
    SECURITY_COUNCIL_SECRETARY = "security council secretary"
    MINISTER = "minister"
    DEPUTY = "deputy"
    AMBASSADOR = "ambassador"
    ENVOY = "envoy"
    OTHER = "other"


class Tenure(Choice):
    """On what footing somebody holds an office."""

    FULL = "full"
    ACTING = "acting"
    INTERIM = "interim"
    ELECT = "elect"
    IN_EXILE = "in exile"


@attrs.frozen(cache_hash=True)
class State:
    """A state, past or present, or a territory that sends and receives visitors.

    >>> State("RU", "Russia")
    State(code='RU', label='Russia')
    >>> print(State("SUHH", "U.S.S.R."), "|", State("RU"))
    U.S.S.R. | Russia

    Raises InvalidValue for a code that is none of the forms above, or that no state has.
    """

    code: str = attrs.field(validator=_of_a_state)
    """ISO 3166-1 alpha-2, ISO 3166-3 alpha-4, or the user's own after ``X-``."""
    label: str | None = attrs.field(default=None, validator=optional(not_blank))
    """The name as the source printed it, 'U.S.S.R.'."""

    def __brief__(self) -> str:
        return self.code

    def __str__(self) -> str:
        return self.label or name_of(self.code)

    @classmethod
    def stored(cls, code: str, label: str | None = None) -> "State":
        """Return a state as it was stored: its code was right then, whatever ISO has changed since."""
        return _as_stored(cls, code, label)


@attrs.frozen(cache_hash=True)
class Organisation:
    """An international organisation: ASEAN, EU, UN, NATO.

    >>> print(Organisation("ASEAN"))
    ASEAN

    Its code is its customary abbreviation, but where that is the code of a state: the African Union's is
    ``AFRICAN-UNION``, for ``AU`` is Australia.

    Raises InvalidValue for a code that is not capitals, or that a state has.
    """

    code: str = attrs.field(
        validator=[matches(ORGANISATION_CODE, "capitals and digits, such as 'ASEAN'"), _of_no_state]
    )
    """Its customary abbreviation, or its name in capitals with hyphens."""
    label: str | None = attrs.field(default=None, validator=optional(not_blank))
    """The name as the source printed it."""

    def __brief__(self) -> str:
        return self.code

    def __str__(self) -> str:
        return self.label or name_of(self.code)

    @classmethod
    def stored(cls, code: str, label: str | None = None) -> "Organisation":
        """Return an organisation as it was stored, whatever states have its code by now."""
        return _as_stored(cls, code, label)


Party = State | Organisation
"""Whom somebody represents."""


@attrs.frozen(cache_hash=True)
class Office:
    """An office as printed, and how high it stands.

    >>> print(Office("Foreign Minister", Rank.FOREIGN_MINISTER))
    Foreign Minister
    >>> print(Office("President", Rank.HEAD_OF_STATE, Tenure.INTERIM))
    President (interim)
    """

    title: str = attrs.field(validator=not_blank)
    """As the source printed it."""
    rank: Rank = attrs.field(default=Rank.OTHER, validator=instance_of(Rank))
    tenure: Tenure = attrs.field(default=Tenure.FULL, validator=instance_of(Tenure))

    def __str__(self) -> str:
        return self.title if self.tenure is Tenure.FULL else f"{self.title} ({self.tenure.value})"


@attrs.frozen(cache_hash=True)
class Person:
    """Somebody, as a report names them: who, for whom, and in which office at the time.

    >>> print(Person("Wang Yi", State("CN", "China"), Office("Foreign Minister", Rank.FOREIGN_MINISTER)))
    Foreign Minister Wang Yi

    Raises InvalidValue for a blank name or an identifier that is none of Wikidata's.
    """

    name: str = attrs.field(validator=not_blank)
    """As the source printed it, without the title."""
    party: State | Organisation | None = attrs.field(default=None, validator=optional(instance_of(State, Organisation)))
    """The state or organisation that they represent."""
    office: Office | None = attrs.field(default=None, validator=optional(instance_of(Office)))
    wikidata: str | None = attrs.field(
        default=None, validator=optional(matches(WIKIDATA_ID, "a Wikidata id such as 'Q15031'"))
    )
    """Wikidata identifier, 'Q7747' for Vladimir Putin."""

    def __repr__(self) -> str:
        office = self.office and (self.office.title if self.office.tenure is Tenure.FULL else str(self.office))
        return shown(self, repr(self.name), party=self.party, office=office, wikidata=self.wikidata)

    def __brief__(self) -> str:
        return repr(self.name)

    def __str__(self) -> str:
        if self.office is None or self.office.tenure is not Tenure.FULL or self.name == self.office.title:
            return self.name
        return f"{self.office} {self.name}"


Participant = Person | State | Organisation
"""Somebody who takes part: a named person, or a delegation known only by whom it represents."""


def party_of(participant: Participant) -> Party | None:
    """Return the state or organisation that a participant stands for, None where the source did not say."""
    return participant.party if isinstance(participant, Person) else participant
