"""Which engagement an entry is about, where its UID alone does not say.

UIDs should persist (RFC 5545, 3.8.4.7; RFC 7986, 5.3), and there are publishers that make them anew for each answer. So
when a file is a whole calendar, an entry that nobody has seen is compared with those that vanished in the same file.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo

import attrs
import pendulum

from diplocal.dates import When
from diplocal.events import EntryListed, NoLongerListed
from diplocal.importers.ical_entries import OCCURRENCE, Feed, Listed
from diplocal.importers.outcome import Ledger
from diplocal.importers.sheet_changes import Told

KNOWN_AGAIN = "its UID is new: it is known again by {}, as the entry of another UID that is gone"
TWO_ALIKE = "its UID is new, and {} are those of several entries: which of them it was before, nobody can tell"

Facts = tuple[str, When, str | None]
"""Title, date and place."""
Dates = Mapping[str, When]
"""When engagements are, by their names."""


class KnownSeries:
    """The occurrences of series that a log knows from one feed, by what their names and first reports say."""

    def __init__(self, told: Mapping[str, Told]) -> None:
        self._series: dict[str, list[str]] = {}
        self._days: dict[str, list[str]] = {}
        self._clocks: dict[str, set[tzinfo]] = {}
        self._instants: dict[tuple[str, datetime], str] = {}
        self._names = told.keys()
        for slug, reports in told.items():
            if occurrence := OCCURRENCE.fullmatch(slug):
                self._take(slug, occurrence["series"], occurrence["day"], reports)

    def of(self, series: str) -> Sequence[str]:
        """Return the names of the occurrences of a series."""
        return self._series.get(series, ())

    def name_of(self, series: str, number: date) -> str | None:
        """Return the name of the occurrence that a RECURRENCE-ID means: names are by the clock of the series."""
        if not isinstance(number, datetime):
            found = self._days.get(f"{series}-{number:%Y%m%d}", [])
            return found[0] if len(found) == 1 else None
        clocks = self._clocks.get(series, ()) if number.tzinfo else ()
        names = (f"{series}-{local:%Y%m%dt%H%M}" for local in (number, *map(number.astimezone, clocks)))
        known = next((name for name in names if name in self._names), None)
        return known or (self._instants.get((series, number)) if number.tzinfo else None)

    def _take(self, slug: str, series: str, day: str, reports: Told) -> None:
        self._series.setdefault(series, []).append(slug)
        self._days.setdefault(f"{series}-{day}", []).append(slug)
        when = getattr(reports.bases[0].event, "when", None) if reports.bases else None
        began = when.begins_at if when else None
        if began is not None and began.tzinfo is not None:
            self._clocks.setdefault(series, set()).add(began.tzinfo)
            self._instants[series, began] = slug


def with_known_names(feed: Feed, known: KnownSeries) -> Feed:
    """Return a feed in which an occurrence whose series is not there has the name under which it is known."""
    return attrs.evolve(feed, entries=tuple(_with_known_name(entry, known) for entry in feed.entries))


def with_moved_occurrences(feed: Feed, told: Mapping[str, Told]) -> Feed:
    """Return a feed in which the occurrences of a series that moved have the names under which they are known.

    They are named by when they would start; so a series at another hour, on another day of the week, or with its zone
    spelt otherwise has other names.
    """
    gone, new = defaultdict[str, dict[str, When]](dict), defaultdict[str, dict[str, When]](dict)
    for slug, known in told.items():
        if known.when and not feed.may_have(slug) and not isinstance(known.reports[-1].event, NoLongerListed):
            gone[series_of(slug)][slug] = known.when
    for entry in feed.entries:
        if entry.slug not in told and entry.row and entry.row.when and not entry.cancels and entry.number is None:
            new[series_of(entry.slug)][entry.slug] = entry.row.when
    kept = {series_of(entry.slug) for entry in feed.entries if entry.slug in told}
    names: dict[str, str] = {}
    for series in gone.keys() & new.keys():
        names |= _paired(gone[series], new[series], all_moved=series not in kept)
    return attrs.evolve(feed, entries=tuple(_renamed(one, names.get(one.slug, one.slug)) for one in feed.entries))


def _paired(before: Dates, now: Dates, *, all_moved: bool) -> dict[str, str]:
    """Pair occurrences of one series, those of now with those of before: by time, else by day, else by week.

    Where all of them moved, and there are as many as before, the first is the first.
    """
    names: dict[str, str] = {}
    for alike in (times_of, _first_day):
        names |= _one_to_one(*_left(before, now, names), alike)
    old, new = _left(before, now, names)
    if all_moved and len(old) == len(new):
        return names | dict(zip(_in_order(new), _in_order(old), strict=True))
    return names | _one_to_one(old, new, _week)


def _left(before: Dates, now: Dates, names: Mapping[str, str]) -> tuple[Dates, Dates]:
    """Return what is not paired yet."""
    taken = set(names.values())
    return (
        {slug: when for slug, when in before.items() if slug not in taken},
        {slug: when for slug, when in now.items() if slug not in names},
    )


def _one_to_one(before: Dates, now: Dates, alike: Callable[[When], object]) -> dict[str, str]:
    old, new = (_grouped((alike(when), slug) for slug, when in dates.items()) for dates in (before, now))
    return {new[key][0]: old[key][0] for key in new if len(new[key]) == len(old.get(key, ())) == 1}


def times_of(when: When) -> object:
    """Return what two dates share that name the same times, whatever the zones they are said in."""
    return when.begins_at or when.edtf, when.ends_at


def _first_day(when: When) -> object:
    return when.edtf[: len("2026-10-01")]


def _week(when: When) -> object:
    return when.earliest and when.earliest.isocalendar()[:2]


def _in_order(dates: Dates) -> list[str]:
    days = {slug: when.earliest.toordinal() if when.earliest else 0 for slug, when in dates.items()}
    return sorted(dates, key=lambda slug: (days[slug], dates[slug].edtf))


def series_of(slug: str) -> str:
    """Name the series of an occurrence's engagement; an entry that stands alone is its own."""
    occurrence = OCCURRENCE.fullmatch(slug)
    return occurrence["series"] if occurrence else slug


def known_by_content(feed: Feed, told: Mapping[str, Told], today: pendulum.Date, ledger: Ledger) -> Feed:
    """Return a feed, which is a whole calendar, with its entries of new UIDs under the names by which they are known.

    What may be one of several is entered into the ledger as ambiguous, and none of them counts as gone.
    """
    match = _Match(feed, told, ledger)
    match.by("title, time and place", lambda facts: (facts[0], times_of(facts[1]), facts[2]))
    match.by("title and time", lambda facts: (facts[0], times_of(facts[1])))
    if not any(entry.slug in told for entry in feed.entries):
        match.by_title(today)
    return match.feed()


class _Match:
    """Compares what appeared with what vanished."""

    def __init__(self, feed: Feed, told: Mapping[str, Told], ledger: Ledger) -> None:
        self._feed, self._told, self._ledger = feed, told, ledger
        self._vanished = {
            slug: facts
            for slug, reports in told.items()
            if not feed.may_have(slug) and (facts := _last_facts(reports)) is not None
        }
        self._appeared = {
            entry.slug: (entry, _facts(entry.row.facts))
            for entry in feed.entries
            if entry.slug not in told and entry.row and isinstance(entry.row.facts, EntryListed) and not entry.cancels
        }
        self._names: dict[str, str] = {}
        self._unclear: set[str] = set()
        self._held_back: set[str] = set()

    def by(self, what: str, key: Callable[[Facts], object]) -> None:
        """Match those that are alike in something, and in it like no others."""
        before = _grouped((key(facts), slug) for slug, facts in self._vanished.items())
        now = _grouped((key(facts), slug) for slug, (_, facts) in self._appeared.items())
        for said in [said for said in now if said in before]:
            if len(before[said]) == len(now[said]) == 1:
                self._same(before[said][0], now[said][0], what)
            else:
                self._undecided(before[said], now[said], what)

    def by_title(self, today: pendulum.Date) -> None:
        """Match what moved, in a calendar of which no UID is left: titles of one entry or series, then and now."""
        now = self._by_title((slug, facts) for slug, (_, facts) in self._appeared.items())
        every = self._by_title((slug, facts) for slug, told in self._told.items() if (facts := _last_facts(told)))
        for title, dates in now.items():
            if len({*map(series_of, dates)}) == len({*map(series_of, every.get(title, ()))}) == 1:
                ahead = {slug: when for slug, when in every[title].items() if _lies_ahead(self._told[slug], today)}
                before = {slug: when for slug, when in ahead.items() if slug in self._vanished}
                pairs = _paired(before, dates, all_moved=len(before) == len(ahead))
                for slug, known in pairs.items():
                    self._same(known, slug, "title")

    def feed(self) -> Feed:
        """Return the feed with the names that were found."""
        entries = tuple(
            _known_again(entry, self._names[entry.slug]) if entry.slug in self._names else entry
            for entry in self._feed.entries
            if entry.slug not in self._unclear
        )
        return attrs.evolve(self._feed, entries=entries, unread=self._feed.unread | self._held_back)

    def _by_title(self, facts: Iterable[tuple[str, Facts]]) -> dict[str, dict[str, When]]:
        """Group names and dates by title."""
        groups: dict[str, dict[str, When]] = {}
        for slug, (title, when, _) in facts:
            groups.setdefault(title, {})[slug] = when
        return groups

    def _same(self, before: str, now: str, what: str) -> None:
        if before not in self._vanished:
            return
        entry, _ = self._appeared.pop(now)
        del self._vanished[before]
        self._names[now] = before
        self._ledger.noted(entry.place, KNOWN_AGAIN.format(f"its {what}"))

    def _undecided(self, before: Iterable[str], now: Iterable[str], what: str) -> None:
        for slug in now:
            entry, _ = self._appeared.pop(slug)
            self._unclear.add(slug)
            self._ledger.ambiguous(entry.place, TWO_ALIKE.format(f"its {what}"))
        for slug in before:
            self._held_back.add(slug)
            self._vanished.pop(slug)


def _with_known_name(entry: Listed, known: KnownSeries) -> Listed:
    occurrence = OCCURRENCE.fullmatch(entry.slug) if entry.number is not None else None
    name = known.name_of(occurrence["series"], entry.number) if occurrence and entry.number else None
    return _renamed(entry, name or entry.slug)


def _renamed(entry: Listed, slug: str) -> Listed:
    if slug == entry.slug:
        return entry
    row = entry.row and attrs.evolve(entry.row, facts=entry.row.facts.evolve(engagement=slug))
    return attrs.evolve(entry, slug=slug, row=row)


def _known_again(entry: Listed, slug: str) -> Listed:
    """Return an entry of a new UID under its known name: the SEQUENCE of one UID says nothing of another's."""
    return attrs.evolve(_renamed(entry, slug), sequence=None)


def _last_facts(told: Told) -> Facts | None:
    """Return what a calendar said last of an entry, None of one that has reports of its own."""
    base = told.bases[-1].event if told.bases else None
    if not isinstance(base, EntryListed):
        return None
    title, when, place = _facts(base)
    return title, told.when or when, place


def _facts(listed: EntryListed) -> Facts:
    return " ".join(listed.title.casefold().split()), listed.when, listed.place


def _lies_ahead(told: Told, today: pendulum.Date) -> bool:
    last = told.when and told.when.latest
    return bool(last and today <= last) and not isinstance(told.reports[-1].event, NoLongerListed)


def _grouped(pairs: "Iterable[tuple[object, str]]") -> dict[object, list[str]]:
    groups: dict[object, list[str]] = {}
    for key, slug in pairs:
        groups.setdefault(key, []).append(slug)
    return groups
