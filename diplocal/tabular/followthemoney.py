"""Engagements as entities of FollowTheMoney, the data model of Aleph and OpenSanctions: one JSON object for each.

An engagement is an ``Event``; who takes part is a ``Person``, a state a ``PublicBody``, and an organisation an
``Organization``, which the event's ``involved`` names. The model (https://followthemoney.tech) has no vague dates: a
day or a stay is told as it is, a month or a year as far as it is certain, and whatever is vaguer in words alone.
"""

from collections.abc import Iterable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

from diplocal import wording
from diplocal.checks import expect
from diplocal.engagements import Engagement
from diplocal.errors import InvalidValue
from diplocal.names.people import known_as
from diplocal.parties import Organisation, Party, Person, State
from diplocal.wording import Language, language

Entity = dict[str, Any]


def entities(engagements: Iterable[Engagement], *, log_id: str = "", lang: str = "en") -> list[Entity]:
    """Return engagements, and all who take part in them, each once: people and parties before the events.

    States, organisations and people have the same id wherever they come from; events of several logs are told apart
    by ``log_id``, the identity of the log.

    >>> from diplocal.diary import Diary
    >>> from diplocal.events import CallHeld
    >>> from diplocal.dates import When
    >>> from diplocal.store import MemoryStore
    >>> log = MemoryStore()
    >>> _ = log.append(CallHeld(engagement="call", participants=(State("CN"), State("RU")), when=When("2023-10")))
    >>> [(one["schema"], one["properties"]["name"]) for one in entities(Diary(log).find())]
    [('PublicBody', ['China']), ('PublicBody', ['Russia']), ('Event', ['Call: China – Russia'])]
    """
    expect("engagements", engagements, "engagements, as Diary.find() gives them", Iterable)
    said, found = language(lang), list(engagements)
    for one in found:
        if not isinstance(one, Engagement):
            raise InvalidValue("engagement", one, "an engagement, as Diary.find gives them")
    parties: dict[str, Entity] = {}
    for one in found:
        for each in (*one.parties, *one.people):
            made = _entity(each, said)
            _add(parties.setdefault(made["id"], made), made)
    return [*parties.values(), *(_event(one, log_id, said) for one in found)]


def to_followthemoney(engagements: Iterable[Engagement], *, log_id: str = "", lang: str = "en") -> bytes:
    """Return the same as JSON Lines, as ``ftm`` and Aleph read them."""
    return b"".join(msgspec.json.encode(one) + b"\n" for one in entities(engagements, log_id=log_id, lang=lang))


def _event(one: Engagement, log_id: str, said: Language) -> Entity:
    status = said("line", name=wording.standing(one, said), value=wording.date(one, said))
    properties = {
        "name": [wording.title(one, said)],
        "summary": [status],
        "keywords": [one.kind.value],
        "recordId": [one.slug],
        "location": [one.place] if one.place else [],
        "country": [one.host.code.lower()] if isinstance(one.host, State) else [],
        "publisher": _each_once(source.publisher for source in one.sources),
        "sourceUrl": _each_once(source.url for source in one.sources if source.url),
        "involved": _each_once(_id(each) for each in (*one.parties, *one.people)),
        **_dates(one),
    }
    own = uuid5(NAMESPACE_URL, f"{one.origin or log_id} {one.slug}")
    return _made(f"diplocal-{own}", "Event", properties)


def _dates(one: Engagement) -> dict[str, list[str]]:
    when = one.when
    if when is None or when.is_approximate or when.is_uncertain:
        return {}
    first, last = when.nominal
    if when.is_dated and first is not None and last is not None:
        return {"startDate": [first.isoformat()], "endDate": [last.isoformat()]}
    if when.month is not None:
        return {"date": ["{:04}-{:02}".format(*when.month)]}
    return {"date": [f"{when.year:04}"]} if when.year is not None else {}


def _entity(one: Party | Person, said: Language) -> Entity:
    match one:
        case Person():
            office = [one.office.title] if one.office else []
            of = [one.party.code.lower()] if isinstance(one.party, State) else []
            wikidata = [one.wikidata] if one.wikidata else []
            properties = {"name": [one.name], "position": office, "country": of, "wikidataId": wikidata}
            return _made(_id(one), "Person", properties)
        case State():
            return _made(_id(one), "PublicBody", {"name": [said.party(one)], "country": [one.code.lower()]})
        case Organisation():
            return _made(_id(one), "Organization", {"name": [said.party(one)]})


def _id(one: Party | Person) -> str:
    """Return the same id for the same state, organisation or person, in any log."""
    if isinstance(one, Person):
        named = one.wikidata or f"{known_as(one.name)} {one.party.code if one.party else ''}"
        return one.wikidata or f"diplocal-{uuid5(NAMESPACE_URL, named)}"
    return f"diplocal-{'state' if isinstance(one, State) else 'organisation'}-{one.code.lower()}"


def _made(id: str, schema: str, properties: dict[str, list[str]]) -> Entity:  # noqa: A002 - as the model has it
    return {"id": id, "schema": schema, "properties": {name: values for name, values in properties.items() if values}}


def _add(entity: Entity, other: Entity) -> None:
    """Take what is said of somebody elsewhere: another spelling, another office."""
    for name, values in other["properties"].items():
        entity["properties"][name] = _each_once((*entity["properties"].get(name, ()), *values))


def _each_once(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
