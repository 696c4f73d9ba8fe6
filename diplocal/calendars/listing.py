"""What a calendar file lists: each VEVENT is read, set aside, or cannot be read, and nothing goes uncounted.

This is the rule book that the import and the check share: what the import does not take is a remark here, and each
remark on what stands in the file is a finding of the check.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import tzinfo
from enum import Enum
from functools import partial

import msgspec

from diplocal.calendars.occurrences import Occurrence, Window, alone, expand
from diplocal.calendars.reading import Component, Faulty, Finding, Parsed, Severity, shown
from diplocal.calendars.recurrence import Work
from diplocal.calendars.vevents import Entry, read_event, read_name
from diplocal.calendars.zones import ZONE, Zones, place_named

METHOD = "RFC 5546, 1.4"
EDITIONS = "RFC 5545, 3.8.4.7"
ANNOUNCING = ("", "PUBLISH", "REQUEST", "ADD", "CANCEL")
"""Values of METHOD under which entries say what is planned, or no longer is."""
LATER = "a later edition of it"
PUBLIC = "public"
"""The audience of what everybody may see."""
OF_THE_WHOLE = ("", "PUBLISH")
"""Those of files that may hold a whole calendar: the others are letters about single entries."""


class Fate(Enum):
    """What becomes of what a remark is about."""

    REJECTED = "cannot be read"
    AMBIGUOUS = "can be read in more than one way"
    PASSED_OVER = "says nothing that counts"
    NOTED = "is read all the same"


class Remark(msgspec.Struct, frozen=True):
    """Something to say about an entry."""

    fate: Fate
    place: str
    """'entry 7 (weekly@example.org), line 45'."""
    reason: str
    finding: Finding | None = None
    """What is wrong with the file; None where nothing is."""

    @classmethod
    def of(cls, fate: Fate, place: str, finding: Finding) -> "Remark":
        """Remark that something is wrong."""
        return cls(fate, f"{place}, line {finding.line}", finding.reason(), finding)


class Listing(msgspec.Struct, frozen=True):
    """What a calendar file lists."""

    occurrences: tuple[Occurrence, ...]
    remarks: tuple[Remark, ...]
    unread: frozenset[str]
    """The UIDs of entries that are there, and of which something was not read."""
    recurring: frozenset[str]
    """The UIDs of entries of which there are more than the window shows."""
    is_nameless: bool
    """Whether there is an entry whose UID cannot be read: it may be any."""
    is_whole: bool
    """Whether its METHODs are those of a whole calendar, rather than of letters about single entries."""


def list_entries(parsed: Parsed, window: Window, floating: tzinfo | None = None, *, audience: str = PUBLIC) -> Listing:
    """Read what a calendar lists for an audience; ``floating`` is the zone in which entries are that name none.

    What is not for the public is listed for any other audience that is named.
    """
    zones = Zones((one for top in parsed.components for one in top.walk()), floating)
    reader = _Reader(zones, window, is_public=audience == PUBLIC)
    for top in parsed.components:
        for component, method in _with_methods(top):
            reader.take(component, method)
    for calendar in calendars(parsed):
        reader.note_zones(calendar)
    return reader.listing()


def calendars(parsed: Parsed) -> Iterator[Component]:
    """Yield every VCALENDAR."""
    return (one for top in parsed.components for one in top.walk() if one.name == "VCALENDAR")


def _method_of(calendar: Component) -> str:
    """Return a calendar's METHOD in upper case, an empty text for none; several that differ, each beside the others."""
    return " and ".join(dict.fromkeys(line.value.strip().upper() for line in calendar.all("METHOD")))


def _with_methods(top: Component) -> Iterator[tuple[Component, str | None]]:
    """Yield what a file lists, each with the METHOD of its calendar, None outside of one.

    An entry that is not ended holds what stands after it, and that is read by itself.
    """
    waiting: list[tuple[Component, str | None, bool]] = [(top, None, True)]
    while waiting:
        component, method, is_listed = waiting.pop()
        is_calendar = component.name == "VCALENDAR"
        within = _method_of(component) if is_calendar else method
        if component.name == "VEVENT" or (is_listed and not is_calendar and component.name != "VTIMEZONE"):
            yield component, method
        waiting += reversed([(inner, within, is_calendar) for inner in component.components])


class _Reader:
    """Goes through the components of a file."""

    def __init__(self, zones: Zones, window: Window, *, is_public: bool) -> None:
        self._zones, self._window, self._is_public = zones, window, is_public
        self._count = 0
        self._groups: dict[str, list[Entry]] = {}
        self._remarks: list[Remark] = []
        self._accounted: set[int] = set()
        self._unread: set[str] = set()
        self._recurring: set[str] = set()
        self._is_nameless = False
        self._is_whole = True

    def take(self, component: Component, method: str | None) -> None:
        """Read a component, if it is an entry."""
        if component.name != "VEVENT":
            self._pass_over(component)
            return
        self._count += 1
        self._is_whole &= method in OF_THE_WHOLE
        uid = component.first("UID")
        name = uid.value.strip() if uid else ""
        place = f"entry {self._count}{f' ({name})' if name else ''}"
        try:
            entry = read_event(_announced(component, method), self._count, method or "", self._zones)
        except Faulty as fault:
            self._remark(Fate.REJECTED, place, fault.finding)
            self._unread.add(name)
            self._is_nameless |= not name or (uid is not None and not uid.is_decoded)
            with suppress(Faulty):  # an earlier edition of it counts no more
                entry = read_name(_announced(component, method), self._count, method or "", self._zones)
                self._groups.setdefault(entry.uid, []).append(entry)
            return
        self._groups.setdefault(entry.uid, []).append(entry)

    def note_zones(self, calendar: Component) -> None:
        """Note where a calendar says in which zone it is to be shown, and there is none of that name."""
        for line in calendar.all("X-WR-TIMEZONE"):
            if place_named(line.text) is None:
                fault = f"is {shown(line.text)}: expected the name of a zone in the IANA database, such as Europe/Oslo"
                self._remark(Fate.NOTED, "the calendar", line.finding(ZONE, fault, Severity.WARNING))

    def listing(self) -> Listing:
        """Return what was read."""
        work = Work()
        found = tuple(
            one
            for uid, group in self._groups.items()
            for one in self._shown(uid, self._occurrences(uid, group, work), group)
        )
        for entry in {id(one.entry): one.entry for one in found}.values():
            for finding in entry.noticed:
                self._remark(Fate.NOTED, entry.place, finding)
        return Listing(
            found,
            tuple(self._remarks),
            frozenset(self._unread),
            frozenset(self._recurring),
            self._is_nameless,
            self._is_whole,
        )

    def _shown(self, uid: str, found: Sequence[Occurrence], group: Sequence[Entry]) -> Sequence[Occurrence]:
        """Return the occurrences that the audience may see: none of a series that is not for it."""
        if not self._is_public:
            return found
        cores = (one for one in group if one.of_series is None)
        core = max(cores, key=lambda one: one.edition, default=None)
        of_series = core.withheld if core else None
        withheld = {
            id(one.entry): (one.entry, fault) for one in found if (fault := one.entry.withheld or of_series) is not None
        }
        for entry, fault in withheld.values():
            remark = Remark.of(Fate.REJECTED, entry.place, fault)
            is_own = fault.message.upper().startswith("IS 'X-")  # the file is right: names of one's own may be anything
            self._remarks.append(msgspec.structs.replace(remark, finding=None) if is_own else remark)
            self._unread.add(uid)
        return [one for one in found if id(one.entry) not in withheld]

    def _occurrences(self, uid: str, group: Sequence[Entry], work: Work) -> Sequence[Occurrence]:
        """Return the occurrences of the entries of one UID."""
        latest = partial(self._latest, uid)
        cores = latest([one for one in group if one.of_series is None])
        changed = [one for one in group if one.of_series is not None]
        core = cores[0] if cores else None
        if core is None or core.starts is None or not (core.recurs or changed):
            same: dict[object, list[Entry]] = {}
            for one in changed:
                same.setdefault(one.of_series and one.of_series.moment, []).append(one)
            return [alone(one) for one in (*cores, *(one for found in same.values() for one in latest(found)))]
        self._recurring.add(uid)
        try:
            series = expand(core, changed, self._window, work, latest)
        except Faulty as fault:
            for one in (core, *changed):
                self._remark(Fate.REJECTED, one.place, fault.finding)
            self._unread.add(uid)
            return []
        for one, finding in series.noticed:
            self._remark(Fate.NOTED, one.place, finding)
        shown_of = {id(one.entry) for one in series.occurrences}
        for one in (core, *changed):
            if one.is_read and id(one) not in shown_of and id(one) not in self._accounted:
                self._account_for(one)
        return series.occurrences

    def _latest(self, uid: str, editions: Sequence[Entry]) -> Sequence[Entry]:
        """Return the edition that counts; none where nothing tells which one it is."""
        readable = [one for one in editions if one.is_read]
        last = max((one.edition for one in editions), default=None)
        if any(one.edition == last for one in editions if not one.is_read):
            for one in readable:
                line = one.component.first("UID") or one.component.begin
                self._remark(
                    Fate.AMBIGUOUS, one.place, line.finding(EDITIONS, "is that of an edition that cannot be read")
                )
                self._accounted.add(id(one))
            return []
        editions = readable
        if len(editions) < 2:  # noqa: PLR2004 - two to choose from
            return editions
        found = [one for one in editions if one.edition == last]
        is_clear = len(set(map(_said, found))) == 1
        for one in editions:
            if is_clear and one is found[0]:
                continue
            other = found[1] if one is found[0] else found[0]
            is_copy = is_clear and one.edition == last
            later = "which says the same" if is_copy else LATER if is_clear else "and nothing says which one is later"
            line = one.component.first("UID") or one.component.begin
            fault = line.finding(EDITIONS, f"is that of the VEVENT on line {other.component.begin.number} too, {later}")
            is_ambiguous = not is_clear and one.edition == last
            self._remark(Fate.AMBIGUOUS if is_ambiguous else Fate.PASSED_OVER, one.place, fault)
            self._accounted.add(id(one))
        if not is_clear:
            self._unread.add(uid)
        return found[:1] if is_clear else []

    def _account_for(self, entry: Entry) -> None:
        """Remark that nothing came of an entry."""
        first, last = self._window
        years = f"from {first} to {last}, the years for which recurring entries are read"
        excludes = entry.without or entry.without_rules
        left = "has no occurrence left after what it excludes" if excludes else "has no occurrence of its own"
        reason = f"{left} {years}" if entry.of_series is None else "is of an occurrence that its series excludes"
        self._remarks.append(Remark(Fate.PASSED_OVER, entry.place, reason))

    def _pass_over(self, component: Component) -> None:
        place = f"line {component.begin.number}"
        reason = f"is a {component.name[:40]}: only VEVENTs say when something is"
        self._remarks.append(Remark(Fate.PASSED_OVER, place, reason))

    def _remark(self, fate: Fate, place: str, finding: Finding) -> None:
        self._remarks.append(Remark.of(fate, place, finding))


def _announced(component: Component, method: str | None) -> Component:
    """Return a component whose calendar says what is planned.

    Raises Faulty for letters about an entry, such as a REPLY, and for an entry outside of a calendar.
    """
    if method is None:
        raise Faulty(component.begin.finding("RFC 5545, 3.4", "opens 'VEVENT' outside of a VCALENDAR"))
    if method not in ANNOUNCING:
        expected = "PUBLISH, REQUEST, ADD or CANCEL"
        fault = f"opens a VEVENT under METHOD {shown(method)}, which announces nothing: expected {expected}"
        raise Faulty(component.begin.finding(METHOD, fault, Severity.WARNING))
    return component


def _said(entry: Entry) -> frozenset[tuple[object, ...]]:
    lines = entry.component.properties
    return frozenset((line.name, line.value, *sorted(line.parameters.items())) for line in lines)
