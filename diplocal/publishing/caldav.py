"""Publishes a feed into a calendar collection of a CalDAV server (RFC 4791), and sends only what changed.

Each entry is a resource of its own, named for its engagement and its log, and carries a digest of what was sent. What
the server has is asked for each time, so nothing is remembered between two times, and an interrupted one is finished by
the next. Resources of other names, which people or other logs put there, are left alone.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Self
from urllib.parse import unquote
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

import attrs
import httpx
import pendulum
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from diplocal.calendars import Calendar
from diplocal.checks import LOOPBACK, expect
from diplocal.errors import InvalidValue, PublishingFailed
from diplocal.store.postgres_address import masked

TIMEOUT = 60
"""Seconds to wait for an answer."""
MULTI_STATUS, NOT_FOUND, UNAUTHORISED, CHANGED_MEANWHILE = 207, 404, (401, 403), 412
ANSWER_UP_TO = 256 * 2**20
"""Bytes of an answer, unpacked: a collection of some 150,000 entries."""
NAME_UP_TO = 100
"""Characters of an engagement's name that a resource is named for; a longer one goes by its digest."""

_DIGEST = re.compile(r"X-DIPLOCAL-DIGEST:([0-9a-f]+)")
_DAV, _CALDAV = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
_WHAT_IS_THERE = b"""<?xml version="1.0" encoding="utf-8"?>
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
  <D:prop><D:getetag/><C:calendar-data/></D:prop>
  <C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"/></C:comp-filter></C:filter>
</C:calendar-query>"""
_NEW_CALENDAR = """<?xml version="1.0" encoding="utf-8"?>
<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
  <D:set><D:prop><D:displayname>{title}</D:displayname></D:prop></D:set>
</C:mkcalendar>"""


@attrs.frozen(kw_only=True)
class Published:
    """What publishing changed on the server."""

    created: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0

    def __str__(self) -> str:
        return f"{self.created} created, {self.changed} changed, {self.removed} removed, {self.unchanged} as they were"


@attrs.frozen
class Resource:
    """An entry on the server."""

    etag: str | None
    digest: str | None
    """Of the entry as it was sent."""


def publish(calendar: Calendar, collection: "Collection", *, log_id: str, on: pendulum.Date | None = None) -> Published:
    """Bring a collection up to a feed of the log of this identity, as the feed is on a day.

    The collection is made if it is not there. One collection takes one feed of a log: entries of the same log that are
    not in the feed are removed.

    Raises PublishingFailed, and what was done until then stays done.
    """
    expect("calendar", calendar, "a calendar, as replay(Feed(), log) gives it", Calendar)
    expect("collection", collection, "a Collection", Collection)
    expect("log_id", log_id, "the id of a log", str)
    suffix = f".{log_id}.ics"
    there = {name: one for name, one in collection.resources(calendar.title).items() if name.endswith(suffix)}
    entries = {f"{_name(entry.slug)}{suffix}": calendar.item(entry) for entry in calendar.shown(on=on)}
    created = changed = 0
    for name, ical in entries.items():
        old, digest = there.get(name), _digest(ical)
        if old is None:
            created += 1
            collection.create(name, _signed(ical, digest))
        elif old.digest != digest:
            changed += 1
            collection.replace(name, _signed(ical, digest), old)
    gone = there.keys() - entries.keys()
    for name in sorted(gone):
        collection.remove(name, there[name])
    return Published(created=created, changed=changed, removed=len(gone), unchanged=len(entries) - created - changed)


class Collection:
    """A calendar collection on a CalDAV server.

    ``address`` is that of the collection: ``caldav://calendar.example.org/desk/visits/``. It is reached by HTTPS,
    except on this machine itself; ``http://`` asks for no encryption, and then there can be no password either.

    Raises InvalidValue for any other address.
    """

    def __init__(self, address: str, *, user: str | None = None, password: str | None = None) -> None:
        expect("address", address, "the address of a collection, such as https://example.org/dav/visits/", str)
        self.address = _web_address(address, is_secret=password is not None)
        login = httpx.BasicAuth(user or "", password or "") if user or password else None
        here = httpx.URL(self.address).host in LOOPBACK
        self._client = httpx.Client(auth=login, timeout=TIMEOUT, trust_env=not here)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def resources(self, title: str) -> Mapping[str, Resource]:
        """List what is in the collection, by name; a collection that is not there is made, under this title."""
        status, told = self._ask("REPORT", "", _WHAT_IS_THERE, {"Depth": "1"}, also=(NOT_FOUND,))
        if status == NOT_FOUND:
            self._ask("MKCALENDAR", "", _NEW_CALENDAR.format(title=escape(title)).encode())
            return {}
        if status != MULTI_STATUS:
            raise PublishingFailed(self.address, "it is no calendar collection: it does not answer a REPORT")
        try:
            responses = fromstring(told).findall(f"{_DAV}response")
        except (ParseError, DefusedXmlException) as wrong:
            raise PublishingFailed(self.address, f"its answer is no XML that can be read: {wrong}") from wrong
        return dict(map(_resource, responses))

    def create(self, name: str, ical: bytes) -> None:
        """Add an entry that is not there yet."""
        self._put(name, ical, {"If-None-Match": "*"})

    def replace(self, name: str, ical: bytes, old: Resource) -> None:
        """Put an entry in the place of an older one, unless that changed meanwhile."""
        self._put(name, ical, _unless_changed(old))

    def remove(self, name: str, old: Resource) -> None:
        """Remove an entry, unless it changed meanwhile; one that is gone already is gone."""
        self._ask("DELETE", name, b"", _unless_changed(old), also=(NOT_FOUND,))

    def _put(self, name: str, ical: bytes, condition: Mapping[str, str]) -> None:
        self._ask("PUT", name, ical, {"Content-Type": "text/calendar; charset=utf-8", **condition})

    def _ask(
        self,
        method: str,
        name: str,
        content: bytes,
        headers: Mapping[str, str] | None = None,
        also: tuple[int, ...] = (),
    ) -> tuple[int, bytes]:
        """Return the status and the body of an answer, of which no more than `ANSWER_UP_TO` is taken."""
        address, told = f"{self.address}{name}", bytearray()
        sent = {"Content-Type": "application/xml", **(headers or {})}
        try:
            with self._client.stream(method, address, content=content, headers=sent) as answer:
                for part in answer.iter_bytes():
                    told += part
                    if len(told) > ANSWER_UP_TO:
                        raise PublishingFailed(address, f"its answer has more than {ANSWER_UP_TO // 2**20} MiB")
        except httpx.HTTPError as wrong:
            raise PublishingFailed(address, f"{type(wrong).__name__}: {wrong}") from wrong
        if answer.is_success or answer.status_code in also:
            return answer.status_code, bytes(told)
        raise PublishingFailed(address, _refusal(method, answer))


def _refusal(method: str, answer: httpx.Response) -> str:
    said = f"it answered {method} with {answer.status_code} {answer.reason_phrase}"
    if answer.status_code in UNAUTHORISED:
        return f"{said}: it takes another user or password"
    if answer.status_code == CHANGED_MEANWHILE:
        return f"{said}: somebody changed the entry meanwhile; publish again"
    return said


def _resource(response: Element) -> tuple[str, Resource]:
    href = response.findtext(f"{_DAV}href", "")
    etag = response.findtext(f".//{_DAV}getetag")
    data = response.findtext(f".//{_CALDAV}calendar-data", "")
    digest = _DIGEST.search(data)
    return unquote(href).rpartition("/")[2], Resource(etag, digest and digest[1])


def _unless_changed(old: Resource) -> dict[str, str]:
    return {"If-Match": old.etag} if old.etag else {}


def _name(slug: str) -> str:
    return slug if len(slug) <= NAME_UP_TO else hashlib.sha256(slug.encode()).hexdigest()


def _digest(ical: bytes) -> str:
    return hashlib.sha256(ical).hexdigest()[:32]


def _signed(ical: bytes, digest: str) -> bytes:
    """Write the digest into the entry: the server keeps it, however else it rewrites what it is given."""
    end = b"END:VEVENT\r\n"
    return ical.replace(end, f"X-DIPLOCAL-DIGEST:{digest}\r\n".encode() + end)


def _web_address(address: str, *, is_secret: bool) -> str:
    expected = "a calendar collection without user or password, 'caldav://example.org/desk/visits/'"
    try:
        parts = httpx.URL(address)
        here = parts.host in LOOPBACK
    except (httpx.InvalidURL, ValueError) as error:
        raise InvalidValue("address", masked(address), expected) from error
    schemes = {"caldav": "http" if here else "https", "caldavs": "https", "https": "https", "http": "http"}
    scheme = schemes.get(parts.scheme)
    if scheme is None or not parts.host or parts.query or parts.fragment or parts.userinfo:
        raise InvalidValue("address", masked(address), expected)
    if scheme == "http" and is_secret and not here:
        raise InvalidValue("address", address, "https:// or caldav://, so that nobody reads the password on its way")
    return f"{scheme}://{parts.netloc.decode()}{parts.raw_path.decode().rstrip('/?')}/"
