"""An engagement's title in English, with all names as their sources printed them."""

from typing import assert_never

from diplocal.engagements.subjects import (
    Agreement,
    Call,
    Exercise,
    Listed,
    Meeting,
    Patrol,
    Statement,
    Subject,
    TermOfOffice,
    Visit,
    parties_of,
)
from diplocal.events.shapes import Domain, Medium
from diplocal.levels import Level
from diplocal.parties import Organisation, Participant, Party, Person, State
from diplocal.series import Round


def title(subject: Subject, round_of: Round | None, slug: str) -> str:
    """Return a line in people's words: 'Foreign Minister Wang Yi (China) to Russia'."""
    match subject:
        case Visit():
            sides = ", ".join(_with_party(one) for one in subject.visitors)
            level = "" if subject.level is Level.UNKNOWN else f" ({subject.level.value} visit)"
            return f"{sides} to {subject.host}{level}"
        case Meeting():
            return _between(str(round_of) if round_of else "Meeting", subject.participants)
        case Call():
            what = "Call" if subject.medium is Medium.UNKNOWN else f"{subject.medium.value.title()} call"
            return _between(what, subject.participants)
        case Patrol():
            return _forces("patrol", subject.actors, subject.domains)
        case Exercise():
            named = f" {subject.name}" if subject.name else ""
            return f"{_forces('exercise', subject.actors, subject.domains)}{named}"
        case Agreement():
            return _titled("Agreement", subject.title, subject.participants)
        case Statement():
            return _titled("Statement", subject.title, subject.participants)
        case TermOfOffice():
            return f"Office: {_with_party(subject.person)}"
        case Listed():
            return subject.title or slug
    assert_never(subject)


def _between(what: str, participants: tuple[Participant, ...]) -> str:
    return f"{what}: {' – '.join(_with_party(one) for one in participants)}"


def _forces(what: str, actors: tuple[Party, ...], domains: tuple[Domain, ...]) -> str:
    where = " and ".join(domain.value for domain in domains)
    joint = "joint " if len(actors) > 1 else ""
    return f"{'–'.join(map(str, actors))} {joint}{where + ' ' if where else ''}{what}"


def _titled(what: str, title: str, participants: tuple[Participant, ...]) -> str:
    return f"{what}: {title} ({', '.join(map(str, parties_of(participants)))})"


def _with_party(one: Person | State | Organisation) -> str:
    return f"{one} ({one.party})" if isinstance(one, Person) and one.party else str(one)
