"""Feeds for programs that read no calendars: JSON, CSV for spreadsheets, Atom for news readers (RFC 4287)."""

import csv
import io
import re
import uuid
from collections.abc import Iterable, Iterator
from heapq import nsmallest
from xml.etree import ElementTree as ET

import attrs
import msgspec

from diplocal.engagements import Change, Engagement
from diplocal.projections.soonest import soonest
from diplocal.records import instant
from diplocal.tabular.answers import MAY_BE_A_FORMULA
from diplocal.tabular.sheets import row_of, sheet_of
from diplocal.web.left_out import LeftOut
from diplocal.wording import Language, date, denials, person, source, standing, title
from diplocal.wording.changes import differences_of, lines_of, shown, what_changed

NEWEST = 100
"""Entries of an Atom feed: the last ones that changed."""
ATOM = "http://www.w3.org/2005/Atom"
COLUMNS = (
    *("engagement", "kind", "status", "listed", "title", "when", "first day", "last day", "date in words"),
    *("parties", "people", "place", "sources", "addresses", "denials"),
)
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def by_date(engagements: Iterable[Engagement]) -> list[Engagement]:
    """Put engagements in the order in which lists have them: soonest first, those without a date last."""
    return sorted(engagements, key=soonest)


def newest(engagements: Iterable[Engagement], count: int) -> list[Engagement]:
    """Return so many engagements about which something was learnt last, the newest first."""
    return nsmallest(count, engagements, key=lambda one: (-one.last.position, one.slug))


def as_json(heading: str, engagements: Iterable[Engagement], words: Language, left_out: LeftOut) -> bytes:
    """Write a feed as JSON: one object with the heading and the entries, soonest first."""
    entries = [made for _, made in left_out.each(by_date(engagements), lambda one: _object(one, words))]
    return msgspec.json.encode({"title": heading, "language": words.tag, "entries": entries})


def as_csv(engagements: Iterable[Engagement], words: Language, left_out: LeftOut) -> bytes:
    """Write a feed as CSV (RFC 4180), UTF-8 with a byte order mark, so that spreadsheets read every script.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for _, cells in left_out.each(by_date(engagements), lambda one: [*map(_harmless, _cells(one, words))]):
        writer.writerow(cells)
    return text.getvalue().encode("utf-8-sig", "replace")


def as_sheet(engagements: Iterable[Engagement], left_out: LeftOut) -> bytes:
    """Write a feed as a sheet that ``diplocal import csv`` reads again, UTF-8 with a byte order mark."""
    made = left_out.each(by_date(engagements), row_of)
    return sheet_of(row for _, row in made).csv.encode("utf-8-sig", "replace")


@attrs.frozen
class Atom:
    """Where a feed is to be had as Atom, and what its entries are under."""

    log_id: str
    address: str
    site: str

    def written(self, heading: str, changes: Iterable[Change], words: Language, left_out: LeftOut) -> bytes:
        """Write a feed's last changes, the newest first."""
        by_name = {one.slug: one for one in changes}
        now = [one.after for one in by_name.values() if one.after is not None]
        entries = list(left_out.each(now, lambda one: self._entry(by_name[one.slug], one, words)))
        feed = ET.Element("feed", {"xmlns": ATOM, "xml:lang": words.tag})
        _add(feed, "id", _urn(self.log_id, self.address.removeprefix(self.site)))
        _add(feed, "title", heading)
        _add(feed, "updated", _updated(entries[0][0]) if entries else "1970-01-01T00:00:00Z")
        _add(_add(feed, "author"), "name", "diplocal")
        _add(feed, "link", rel="self", type="application/atom+xml", href=self.address)
        feed.extend(entry for _, entry in entries)
        written: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
        return written

    def _entry(self, change: Change, now: Engagement, words: Language) -> ET.Element:
        entry, engagement = ET.Element("entry"), shown(change) or now
        _add(entry, "id", _urn(engagement.origin or self.log_id, engagement.slug))
        _add(entry, "title", title(engagement, words))
        _add(entry, "updated", _updated(now))
        _add(entry, "published", _time(engagement.first.recorded_micros))
        _add(entry, "link", rel="alternate", type="text/html", href=f"{self.site}/entries/{engagement.slug}")
        _add(entry, "category", term=engagement.kind.value)
        _add(entry, "summary", "\n".join(_told(change, engagement, words)))
        return entry


def _told(change: Change, engagement: Engagement, words: Language) -> Iterator[str]:
    """Yield what an entry says: what is, and what was otherwise; of what is gone, that and why."""
    if what_changed(change) != "gone":
        yield words("line", name=standing(engagement, words), value=date(engagement, words))
    if what_changed(change) == "gone" or differences_of(change, words):
        yield from lines_of(change, words)


def _object(engagement: Engagement, words: Language) -> dict[str, object]:
    when = engagement.when
    first, last = _bounds(engagement)
    return {
        "engagement": engagement.slug,
        "kind": engagement.kind.value,
        "status": engagement.status.value,
        "listed": engagement.listed,
        "title": title(engagement, words),
        "when": when
        and {
            "edtf": when.edtf,
            "words": date(engagement, words),
            "earliest": first or None,
            "latest": last or None,
            "exact": when.is_exact,
        },
        "parties": [party.code for party in engagement.parties],
        "people": [
            {
                "name": one.name,
                "office": person(one, words),
                "printed": one.office and one.office.title,
                "wikidata": one.wikidata,
            }
            for one in engagement.people
        ],
        "host": engagement.host and engagement.host.code,
        "place": engagement.place,
        "level": engagement.level.value,
        "during": engagement.during,
        "revisions": engagement.revisions,
        "updated": _updated(engagement),
        "sources": [
            {"publisher": one.publisher, "said": source(one, words), "url": one.url} for one in engagement.sources
        ],
        "denials": list(denials(engagement, words)),
    }


def _cells(engagement: Engagement, words: Language) -> Iterable[str]:
    yield engagement.slug
    yield engagement.kind.value
    yield engagement.status.value
    yield "yes" if engagement.listed else "no"
    yield title(engagement, words)
    yield engagement.when.edtf if engagement.when else ""
    yield from _bounds(engagement)
    yield date(engagement, words)
    yield "; ".join(party.code for party in engagement.parties)
    yield "; ".join(person(one, words) for one in engagement.people)
    yield engagement.place or ""
    yield "; ".join(source(one, words) for one in engagement.sources)
    yield " ".join(one.url for one in engagement.sources if one.url)
    yield "; ".join(denials(engagement, words))


def _harmless(cell: str) -> str:
    plain = cell.replace("\0", "")
    return f"'{plain}" if plain.startswith(MAY_BE_A_FORMULA) else plain


def _bounds(engagement: Engagement) -> tuple[str, str]:
    when = engagement.when
    if when is None:
        return "", ""
    return tuple(day.isoformat() if day else "" for day in (when.earliest, when.latest))  # type: ignore[return-value] # of two


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, name, {key: _NOT_XML.sub("", value) for key, value in attributes.items()})
    child.text = _NOT_XML.sub("", text) or None
    return child


def _urn(log_id: str, name: str) -> str:
    return uuid.uuid5(uuid.UUID(log_id), name).urn


def _updated(engagement: Engagement) -> str:
    return _time(engagement.last.recorded_micros)


def _time(micros: int) -> str:
    return instant(micros).replace(microsecond=0).format("YYYY-MM-DD[T]HH:mm:ss[Z]")
