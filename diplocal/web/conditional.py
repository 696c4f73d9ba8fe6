"""Whether a reader needs the whole answer or has it already: HTTP's conditional requests, free of any framework.

Strong entity tags are made of the bytes that are sent, so that a changed byte changes the tag and nothing else does.
The rules are those of RFC 9110: 8.8 (validators), 12.5.3 (Accept-Encoding), 13 (conditional requests).
"""

import gzip
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from hashlib import sha256

import attrs
import pendulum

from diplocal.checks import expect

REVALIDATED = "public, no-cache"
"""Cache-Control of what everybody may keep and must ask about each time: a new event shows at the next request."""
REVALIDATED_PRIVATELY = "private, no-cache"
"""The same, of what only the reader's own cache may keep."""
SETTLED_AFTER = 2
"""Seconds. Younger changes have no Last-Modified: another one in the same second would not show (RFC 9110, 8.8.2.2)."""
WORTH_COMPRESSING = 512
"""Bytes from which on a body is compressed for those who ask."""
WORTH_PACKING = 4 * 2**20
"""Bytes from which on a body is kept as gzip alone."""

_OK, _NOT_MODIFIED = 200, 304
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_OPAQUE = r'"[\x21\x23-\x7e\x80-\xff]*"'
_TAG_LIST = re.compile(rf"[ \t]*(?:,[ \t]*)*(?:W/)?{_OPAQUE}(?:[ \t]*,(?:[ \t]*(?:W/)?{_OPAQUE})?)*[ \t]*")
_TAG = re.compile(_OPAQUE)
_TIME = r"(?P<h>[01]\d|2[0-3]):(?P<m>[0-5]\d):(?P<s>[0-5]\d)"
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})"
_DATE_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        rf"(?:{'|'.join(_DAYS)}), (?P<day>\d\d) {_MONTH} (?P<year>\d{{4}}) {_TIME} GMT",
        rf"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?P<day>\d\d)-{_MONTH}-(?P<year>\d\d) {_TIME} GMT",
        rf"(?:{'|'.join(_DAYS)}) {_MONTH} (?P<day>[ \d]\d) {_TIME} (?P<year>\d{{4}})",
    )
)
_WEIGHT = re.compile(r"q=(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.ASCII | re.IGNORECASE)


@attrs.frozen
class Body:
    """Bytes to send, and what is made of them once however often they are sent."""

    plain: bytes

    def __len__(self) -> int:
        return len(self.plain)

    def prepare(self) -> None:
        """Make now what most readers ask for, so that answering takes no time."""
        if len(self) >= WORTH_COMPRESSING:
            _ = self.etag, self.compressed_etag

    @cached_property
    def compressed(self) -> bytes:
        """The bytes as gzip (RFC 1952); the same bytes always give the same ones."""
        return gzip.compress(self.plain, compresslevel=6, mtime=0)

    @cached_property
    def etag(self) -> str:
        """Entity tag of the bytes as they are."""
        return _tag_of(self.plain)

    @cached_property
    def compressed_etag(self) -> str:
        """Entity tag of the bytes as gzip: other bytes, another tag (RFC 9110, 8.8.3.3)."""
        return _tag_of(self.compressed)

    def packed(self) -> "Packed":
        """Return the same body, kept as gzip alone."""
        return Packed(self.compressed, len(self), self.etag, self.compressed_etag)

    @property
    def kept_bytes(self) -> int:
        """How many bytes it holds."""
        return len(self) + (len(self.compressed) if len(self) >= WORTH_COMPRESSING else 0)


@attrs.frozen
class Packed:
    """A large body that is kept as gzip alone, a tenth of the bytes: it is unpacked for who asks for it plain."""

    compressed: bytes
    length: int
    """Bytes, when it is not compressed."""
    etag: str
    compressed_etag: str

    def __len__(self) -> int:
        return self.length

    @property
    def plain(self) -> bytes:
        """The bytes as they are."""
        return gzip.decompress(self.compressed)

    @property
    def kept_bytes(self) -> int:
        """How many bytes it holds."""
        return len(self.compressed)


def _body(given: bytes | Body | Packed) -> Body | Packed:
    """Take bytes; what is a body already stays the one it is."""
    return Body(given) if isinstance(given, bytes) else given


@attrs.frozen
class Content:
    """What an address has to give, and since when it is so."""

    body: Body | Packed = attrs.field(converter=_body)
    media_type: str
    """'text/calendar; charset=utf-8'."""
    modified: pendulum.DateTime | None = None
    """When it last changed, in UTC; None where that cannot be said to the second."""
    cache_control: str = REVALIDATED
    vary: tuple[str, ...] = ()
    """Request headers that it depends on, beside Accept-Encoding."""
    extra: tuple[tuple[str, str], ...] = ()
    """More headers of the full answer, such as Content-Disposition."""

    def ready(self) -> "Content":
        """Return the same content, with all made that answering needs; what is large is kept packed."""
        if isinstance(self.body, Packed):
            return self
        self.body.prepare()
        return self if len(self.body) < WORTH_PACKING else attrs.evolve(self, body=self.body.packed())

    def settled(self, now: pendulum.DateTime) -> "Content":
        """Return the same content, without the date if it changed just now."""
        if self.modified is None or now.timestamp() - self.modified.timestamp() >= SETTLED_AFTER:
            return self
        return attrs.evolve(self, modified=None)

    @cached_property
    def last_modified(self) -> str | None:
        """When it last changed, as HTTP writes it."""
        return None if self.modified is None else http_date(self.modified)


@attrs.frozen
class Response:
    """An answer, ready for any server."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


def respond(content: Content, request_headers: Mapping[str, str], method: str = "GET") -> Response:
    """Answer a GET or HEAD request: 200 with the content, or 304 when the reader has it already.

    ``request_headers`` have names in lower case; a header that came several times is joined by commas. A header that
    is malformed is ignored, which costs a full answer and never a stale one.

    >>> calendar = Content(b"BEGIN:VCALENDAR", "text/calendar")
    >>> first = respond(calendar, {})
    >>> respond(calendar, {"if-none-match": first.headers["etag"]}).status
    304
    """
    expect("content", content, "Content", Content)
    zipped = len(content.body) >= WORTH_COMPRESSING and _asks_for_gzip(request_headers.get("accept-encoding", ""))
    etag = content.body.compressed_etag if zipped else content.body.etag
    headers = {
        "etag": etag,
        "cache-control": content.cache_control,
        "vary": ", ".join(("Accept-Encoding", *content.vary)),
    }
    if content.last_modified is not None:
        headers["last-modified"] = content.last_modified
    if _has_it(request_headers, etag, content.modified):
        return Response(_NOT_MODIFIED, headers, b"")
    body = content.body.compressed if zipped else content.body.plain
    headers |= {"content-type": content.media_type, "content-length": str(len(body)), **dict(content.extra)}
    if zipped:
        headers["content-encoding"] = "gzip"
    return Response(_OK, headers, b"" if method == "HEAD" else body)


def http_date(moment: pendulum.DateTime) -> str:
    """Write an instant as HTTP does (IMF-fixdate, RFC 9110, 5.6.7), to the second below.

    >>> http_date(pendulum.datetime(2023, 9, 18, 8, 5, 9))
    'Mon, 18 Sep 2023 08:05:09 GMT'
    """
    at = moment.in_timezone("UTC")
    return (
        f"{_DAYS[at.weekday()]}, {at.day:02} {_MONTHS[at.month - 1]} {at.year:04} "
        f"{at.hour:02}:{at.minute:02}:{at.second:02} GMT"
    )


def read_http_date(text: str) -> pendulum.DateTime | None:
    """Read an HTTP date in any of its three forms (RFC 9110, 5.6.7); None when it is none of them.

    A year of two digits is taken as 1970 to 2069.
    """
    found = next((match for form in _DATE_FORMS if (match := form.fullmatch(text.strip(" \t")))), None)
    if found is None:
        return None
    year = int(found["year"])
    if len(found["year"]) == len("70"):
        year += 1900 if year >= 70 else 2000  # noqa: PLR2004 - see above
    month = _MONTHS.index(found["month"]) + 1
    try:
        return pendulum.datetime(year, month, int(found["day"]), int(found["h"]), int(found["m"]), int(found["s"]))
    except ValueError:
        return None


def _tag_of(body: bytes) -> str:
    return f'"{sha256(body).hexdigest()[:32]}"'


def _has_it(headers: Mapping[str, str], etag: str, modified: pendulum.DateTime | None) -> bool:
    """Decide by If-None-Match where it is sent, and only else by If-Modified-Since (RFC 9110, 13.2.2)."""
    tags = headers.get("if-none-match")
    if tags is not None:
        return tags.strip(" \t") == "*" or etag in _tags(tags)
    since = read_http_date(headers.get("if-modified-since", ""))
    return since is not None and modified is not None and modified.replace(microsecond=0) <= since


def _tags(text: str) -> list[str]:
    """Read a list of entity tags; the comparison is weak, so W/ says nothing (RFC 9110, 8.8.3.2)."""
    return _TAG.findall(text) if _TAG_LIST.fullmatch(text) else []


def _asks_for_gzip(accepted: str) -> bool:
    """Tell whether gzip is asked for by its name, and not less than the plain bytes are."""
    weights = dict(_weights(accepted))
    wanted = max(weights.get("gzip", 0.0), weights.get("x-gzip", 0.0))
    return wanted > 0 and wanted >= weights.get("identity", 0.0)


def _weights(accepted: str) -> Iterator[tuple[str, float]]:
    for member in accepted.split(","):
        coding, *parameters = (part.strip(" \t") for part in member.split(";"))
        if not parameters:
            yield coding.lower(), 1.0
        elif len(parameters) == 1 and _WEIGHT.fullmatch(parameters[0]):
            yield coding.lower(), float(parameters[0][2:])
