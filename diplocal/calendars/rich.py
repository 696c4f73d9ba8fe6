"""Entries for programs that read more than dates: participants and places (RFC 9073), links and series (RFC 9253).

An entry has all that a flat one has, in the same order, and after that what only these two have a place for.
"""

from collections.abc import Iterator

import msgspec

from diplocal import wording
from diplocal.calendars.entry import Entry
from diplocal.calendars.guests import Guest, guests, inner_uid
from diplocal.calendars.lines import Property, component, parameters, text, uri, writable
from diplocal.calendars.policy import Policy
from diplocal.calendars.render import properties, uid
from diplocal.parties import State

ISO_3166_1 = 2
"""Letters of a code that other programs know."""


def render_rich_entry(entry: Entry, log_id: str, policy: Policy) -> bytes:
    """Render an entry as a VEVENT that has its participants and its place inside."""
    inside = [*_participants(entry, log_id), *_places(entry, log_id)]
    return component("VEVENT", [*properties(entry, log_id, policy), *_relations(entry)], inside)


def _relations(entry: Entry) -> Iterator[Property]:
    """Yield the sources as links, and what series it is of as the identifier that its rounds share (RFC 9253, 8)."""
    engagement, language = entry.engagement, entry.names_in
    yield from dict.fromkeys(_link(wording.source(one, language), one.url) for one in engagement.sources if one.url)
    if engagement.round:
        yield "REFID", "", text(engagement.round.series.name)


def _link(label: str, address: str) -> Property:
    # A registered relation is a token: in quotation marks it would be an address (RFC 9253, 6.1).
    return "LINK", f"{parameters({'LABEL': label, 'VALUE': 'URI'})};LINKREL=describedby", uri(address)


def _participants(entry: Entry, log_id: str) -> Iterator[bytes]:
    of = uid(entry.slug, log_id)
    return (component("PARTICIPANT", _participant(guest, of)) for guest in guests(entry))


def _participant(guest: Guest, of: str) -> Iterator[Property]:
    """Yield the properties of a participant (RFC 9073, 7.1)."""
    yield "UID", "", inner_uid(of, f"participant/{guest.key}")
    yield "PARTICIPANT-TYPE", "", "ACTIVE"
    yield "SUMMARY", "", text(guest.name)
    yield "CATEGORIES", "", ",".join(map(text, guest.roles))
    told = ", ".join(part for part in (guest.office, guest.party) if part)
    if guest.is_person and told:
        yield "DESCRIPTION", "", text(told)
    if guest.address:
        yield "URL", "", uri(guest.address)
    if guest.is_person:
        yield _structured("Person", _person(guest))


def _places(entry: Entry, log_id: str) -> Iterator[bytes]:
    if entry.location:
        yield component("VLOCATION", _place(entry, entry.location, uid(entry.slug, log_id)))


def _place(entry: Entry, location: str, of: str) -> Iterator[Property]:
    """Yield the properties of a place (RFC 9073, 7.2). Of what type it is, LOCATION-TYPE, no report says."""
    yield "UID", "", inner_uid(of, "place")
    yield "NAME", "", text(location)
    host = entry.engagement.host
    if isinstance(host, State) and len(host.code) == ISO_3166_1:
        address = {"@type": "PostalAddress", "addressCountry": host.code}
        yield _structured("Place", {"name": writable(location), "address": address})


def _person(guest: Guest) -> dict[str, object]:
    party = guest.party and {"@type": "Organization", "name": writable(guest.party)}
    known = {
        "name": writable(guest.name),
        "jobTitle": guest.office and writable(guest.office),
        "affiliation": party,
        "sameAs": guest.address,
    }
    return {name: value for name, value in known.items() if value}


def _structured(kind: str, known: dict[str, object]) -> Property:
    """Say it to programs, in schema.org's words (RFC 9073, 6.6)."""
    data = msgspec.json.encode({"@context": "https://schema.org", "@type": kind, **known}).decode()
    params = f';VALUE=TEXT;FMTTYPE=application/ld+json;SCHEMA="https://schema.org/{kind}"'
    return "STRUCTURED-DATA", params, text(data)
