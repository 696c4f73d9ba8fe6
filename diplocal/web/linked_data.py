"""An entry's page for programs: schema.org's Event as JSON-LD, which search engines and archives read."""

from typing import Any

import msgspec
from markupsafe import Markup

from diplocal import wording
from diplocal.engagements import Engagement, Status
from diplocal.parties import Party, State
from diplocal.wording import Language

STATUSES = {Status.CANCELLED: "EventCancelled", Status.POSTPONED: "EventPostponed"}
"""By status; whatever else is scheduled, or was (schema.org, EventStatusType)."""


def event(engagement: Engagement, address: str, said: Language) -> Markup:
    """Return an engagement as JSON-LD that can stand inside an HTML element; dates are as precise as they are known."""
    when = engagement.when
    first, last = when.nominal if when and when.is_dated else (None, None)
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": address,
        "url": address,
        "name": wording.title(engagement, said),
        "description": said("line", name=wording.standing(engagement, said), value=wording.date(engagement, said)),
        "inLanguage": said.tag,
        "eventStatus": f"https://schema.org/{STATUSES.get(engagement.status, 'EventScheduled')}",
        "startDate": first and first.isoformat(),
        "endDate": last and last.isoformat(),
        "temporalCoverage": when and when.edtf,
        "location": engagement.place and {"@type": "Place", "name": engagement.place},
        "organizer": engagement.host and _party(engagement.host, said),
        "attendee": [
            *({"@type": "Person", "name": one.name} for one in engagement.people),
            *(_party(party, said) for party in engagement.parties),
        ],
        "citation": [one.url for one in engagement.sources if one.url],
    }
    written = msgspec.json.encode({name: value for name, value in found.items() if value}).decode()
    for sign in "<>&":
        written = written.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(written)  # noqa: S704 - no sign is left in it that HTML knows


def _party(party: Party, said: Language) -> dict[str, str]:
    return {"@type": "Country" if isinstance(party, State) else "Organization", "name": said.party(party)}
