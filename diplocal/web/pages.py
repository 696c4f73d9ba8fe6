"""The pages: the catalogue, a page for each feed and for each entry, and what is said when there is none."""

from collections.abc import Sequence
from functools import cache, partial
from typing import Any, NamedTuple

import jinja2
import pendulum
import segno
from markupsafe import Markup

from diplocal import wording
from diplocal.calendars import STANDARD, Calendar, Feed
from diplocal.engagements import Engagement, Kind
from diplocal.names.spelling import plain
from diplocal.names.withheld import in_words
from diplocal.projections.lines import of_sides
from diplocal.records import instant
from diplocal.web import feed_spec, linked_data, lists
from diplocal.web.between import Between, became
from diplocal.web.catalogue import catalogue, parties
from diplocal.web.charts import bars, heat_map, shade, steps
from diplocal.web.composed import narrowed
from diplocal.web.counted import counted as list_counted
from diplocal.web.counted import heading_of, name_of
from diplocal.web.feed_spec import FeedSpec, Query
from diplocal.web.formats import by_date
from diplocal.web.guard import SLIDER
from diplocal.web.index import EVERYTHING_SHOWN, SHOWN_KINDS, person_address
from diplocal.web.known import days_nearby, known_on
from diplocal.web.lists import Line, Page
from diplocal.web.measured import MOST, measured, there_are
from diplocal.web.monthly import month_of
from diplocal.web.summary import TOO_VAGUE, FeedSummary, Key, Summary
from diplocal.web.timeline import timeline_of
from diplocal.web.visitor import Visitor
from diplocal.web.world import world_of
from diplocal.wording.describe import NOT_JUDGED
from diplocal.wording.history import steps as history_of
from diplocal.wording.language import LANGUAGES

SHOWN = 12
"""How many engagements the catalogue lists, and publishers a feed's page."""
FIRST = 24
"""How many states a map lists at first."""
CHANGES = 8
"""How many of the last changes are told."""
IN_HEAD = frozenset({"status", "kind"})
"""What an entry's page says in its head, not among what is known."""
FAILURES = {404: "error.missing", 503: "error.unreadable"}
"""What is said, by status (RFC 9110, 15); else the address cannot be understood."""
EPOCH = pendulum.Date(1970, 1, 1)
"""From which a slider counts days, as browsers do."""
PAIR = 2
PROGRAMS = ("apple", "google", "outlook", "thunderbird", "nextcloud")


@cache
def environment() -> jinja2.Environment:
    """Return the templates; everything put into them is escaped."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("diplocal.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def home(visitor: Visitor) -> bytes:
    """Write the catalogue of feeds, and what lies ahead in all of them."""
    return _page(
        "home.html",
        visitor,
        path="/",
        form=_form(feed_spec.EVERYTHING, visitor),
        catalogue=list(catalogue(visitor)),
        everything=feed_spec.EVERYTHING,
        ahead=lists.ahead(lists.lying_ahead(EVERYTHING_SHOWN, visitor)[:SHOWN], visitor),
        changes=lists.latest(EVERYTHING_SHOWN, visitor, CHANGES),
    )


class Shown(NamedTuple):
    """What is shown of a feed, where its address says so."""

    year: int | None = None
    """Whose days are drawn."""
    page: int | None = None
    """Of the list of a year, or of all that was found."""
    ahead: int | None = None
    """Of the list of what lies ahead: its page."""


def feed(visitor: Visitor, spec: FeedSpec, shown: Shown) -> bytes:
    """Write the page of one feed."""
    diary = visitor.feeds.diary
    counted: Summary = diary.answer(FeedSummary(spec.filter))
    ahead, lapsed = lists.lying_ahead(spec.filter, visitor), lists.lapsed(spec.filter, visitor)
    told = visitor.file_language(spec.language)
    address = visitor.feed_address(spec, ".ics", lang=told)
    of_ahead = Page.of(ahead, shown.ahead)
    last = next(iter(diary.latest(spec.filter, 1)), None)
    context = {
        "spec": spec,
        "heading": visitor.heading(spec),
        "address": address,
        "told": told,
        "google_address": visitor.feed_address(spec, ".google.ics", lang=told),
        "webcal": f"webcal://{address.split('://', 1)[-1]}",
        "qr": _qr(address, visitor.words("subscribe.qr")),
        "programs": PROGRAMS,
        "ahead": lists.ahead(of_ahead.shown, visitor),
        "of_ahead": of_ahead,
        "a_week": {"from": visitor.on.subtract(days=7), "to": visitor.on},
        "this_month": visitor.on.strftime("%Y-%m"),
        "found": _in_lines(lists.found(spec.filter, shown.page, visitor), visitor) if spec.query else None,
        "form": _form(spec, visitor) if spec.query else None,
        "lapsed": lists.lines(lapsed[:SHOWN], visitor),
        "lapsed_cut": (SHOWN, len(lapsed)) if len(lapsed) > SHOWN else None,
        "changes": lists.latest(spec.filter, visitor, CHANGES),
        "frequency": _frequency(counted, visitor),
        "contacts": of_sides(visitor.words("frequency.title"), spec.filter.sides, visitor.words),
        "years": [*sorted(counted.by_year.items()), *([(TOO_VAGUE, counted.too_vague)] if counted.too_vague else [])],
        "kinds": [
            kind
            for kind in SHOWN_KINDS
            if any(kind in by_kind for by_kind in (*counted.by_year.values(), counted.too_vague))
        ],
        "annual": _year(counted, spec, shown, visitor),
        "publishers": [_publisher(name, count, spec, visitor) for name, count in counted.publishers[:SHOWN]],
        "counted": counted,
        "measures": there_are(spec, visitor),
        "recorded": _recorded(last, visitor),
        "set_aside": 0 if visitor.only else len(diary.set_aside),  # they may be about anything
        "left_out": visitor.feeds.left_out_of(spec.filter),
    }
    return _page("feed.html", visitor, path=spec.path, asked=spec.query, **context)


def _recorded(last: Engagement | None, visitor: Visitor) -> str:
    return visitor.words("date.none") if last is None else visitor.words.day(instant(last.last.recorded_micros).date())


def month(visitor: Visitor, spec: FeedSpec, first: pendulum.Date) -> bytes:
    """Write a month of one feed as a grid of days, given its first day."""
    found = month_of(spec.filter, first, visitor)
    feed_heading = visitor.heading(spec)
    return _page(
        "month.html",
        visitor,
        path=spec.path,
        asked=(*spec.query, ("month", first.strftime("%Y-%m"))),
        spec=spec,
        month=found,
        feed_heading=feed_heading,
        heading=f"{found.label} · {feed_heading}",
        weekdays=[visitor.words.weekday_name(day) for day in range(7)],
    )


def between(visitor: Visitor, spec: FeedSpec, days: Between, asked: Shown) -> bytes:
    """Write what became known or changed in one feed between two days."""
    said = visitor.words
    return _page(
        "between.html",
        visitor,
        path=spec.path,
        asked=(*spec.query, ("from", str(days.start)), ("to", str(days.end)), *([("by", days.by)] if days.by else [])),
        spec=spec,
        between=days,
        became=became(spec.filter, days, asked.page, visitor),
        feed_heading=visitor.heading(spec),
        heading=said("answer.changes", start=_whole(said.day(days.start)), end=_whole(said.day(days.end))),
    )


def _whole(day: str) -> str:
    """Return a day that is not broken over lines."""
    return day.replace(" ", "\u00a0")


def world(visitor: Visitor, spec: FeedSpec) -> bytes:
    """Write a map of who takes part in the engagements of one feed."""
    feed_heading, shown = visitor.heading(spec), world_of(spec, visitor)
    heading = f"{visitor.words('map.title')} · {feed_heading}"
    asked = (*spec.query, ("view", "map"))
    return _page(
        "map.html",
        visitor,
        path=spec.path,
        asked=asked,
        spec=spec,
        first=FIRST,
        world=shown,
        feed_heading=feed_heading,
        heading=heading,
    )


def timeline(visitor: Visitor, spec: FeedSpec, shown: Shown) -> bytes:
    """Write a year of one feed as a timeline, and as a list."""
    years = list(visitor.feeds.diary.answer(FeedSummary(spec.filter)).of_year)
    year = _year_shown(years, shown, visitor)
    feed_heading = visitor.heading(spec)
    listed = Page.of(lists.of_year(spec.filter, year, visitor), shown.page)
    return _page(
        "timeline.html",
        visitor,
        path=spec.path,
        asked=(*spec.query, ("view", "timeline"), ("year", str(year))),
        spec=spec,
        year=year,
        before=_before(years, year),
        after=_after(years, year),
        timeline=timeline_of(spec, year, visitor),
        list=listed,
        by_month=lists.by_month(listed.shown, visitor),
        feed_heading=feed_heading,
        heading=f"{visitor.words('timeline.title', year=year)} · {feed_heading}",
    )


def known(visitor: Visitor, spec: FeedSpec, day: pendulum.Date) -> bytes:
    """Write what the public could know on a day of what one feed has ahead."""
    earlier, later = days_nearby(day, visitor.on)
    return _page(
        "known.html",
        visitor,
        path=spec.path,
        asked=(*spec.query, ("known", str(day))),
        spec=spec,
        day=day,
        earlier=earlier,
        later=later,
        known=known_on(spec.filter, day, visitor),
        slider=_slider(spec, day, visitor),
        feed_heading=visitor.heading(spec),
        heading=visitor.words("known.title", day=visitor.words.day(day)),
    )


def _slider(spec: FeedSpec, day: pendulum.Date, visitor: Visitor) -> dict[str, Any] | None:
    """Return a slider of days, counted from 1970-01-01: from the first year that a feed has anything in, to today."""
    years = visitor.feeds.diary.answer(FeedSummary(spec.filter)).of_year
    first = min(pendulum.Date(min(years, default=visitor.on.year), 1, 1), day)
    if first >= visitor.on:
        return None
    said, numbers = visitor.words, [one.toordinal() - EPOCH.toordinal() for one in (first, day, visitor.on)]
    return {
        **dict(zip(("first", "at", "last"), numbers, strict=True)),
        "begins": said.day(first),
        "ends": said.day(visitor.on),
        "script": Markup(SLIDER),  # noqa: S704 - our own file, as the policy of every answer has it
    }


def measure(visitor: Visitor, spec: FeedSpec, name: str) -> bytes:
    """Write a measure of a feed as a table."""
    (title, lines), said = measured(name, spec, visitor), visitor.words
    return _page(
        "measured.html",
        visitor,
        path=spec.path,
        asked=(*spec.query, ("view", name)),
        spec=spec,
        feed_heading=visitor.heading(spec),
        heading=title,
        columns=lines.columns,
        numbers=lines.numbers,
        rows=list(lines.first(MOST)),
        cut=said("chart.cut", shown=said.number(MOST), count=said.number(lines.total)) if lines.total > MOST else "",
    )


def counted(visitor: Visitor, spec: FeedSpec, key: Key, shown: Shown) -> bytes:
    """Write a list of exactly what a count on a feed's page counts."""
    name = name_of(key)
    return _page(
        "counted.html",
        visitor,
        path=spec.path,
        asked=(*spec.query, ("counted", name)),
        spec=spec,
        counted=name,
        list=_listed(list_counted(spec.filter, key, visitor), shown.page, visitor),
        feed_heading=visitor.heading(spec),
        heading=heading_of(key, visitor),
    )


def entry(visitor: Visitor, engagement: Engagement) -> bytes:
    """Write the page of one engagement: what we know, who said so, how it changed."""
    during = visitor.engagement(engagement.during) if engagement.during else None
    feeds = _feeds_of(engagement, visitor)
    reports = visitor.feeds.reports([engagement.slug])[engagement.slug]
    return _page(
        "entry.html",
        visitor,
        path=f"/entries/{engagement.slug}",
        engagement=engagement,
        address=f"{visitor.site}/entries/{engagement.slug}",
        linked_data=linked_data.event(engagement, f"{visitor.site}/entries/{engagement.slug}", visitor.words),
        heading=wording.title(engagement, visitor.words),
        facts=[fact for fact in wording.facts(engagement, visitor.words) if fact.key not in IN_HEAD],
        status=lists.line(engagement, visitor),
        during=next(iter(lists.lines([during] if during else [], visitor)), None),
        parts=lists.lines(by_date(visitor.parts_of(engagement)), visitor),
        feeds=feeds,
        widest=next(iter(feeds[:1] if len(engagement.parties) <= PAIR else feeds[-1:]), None),
        has_file=bool(calendar_of(engagement, visitor).entries),
        judged={one: grade for one in engagement.sources if (grade := wording.grade(one)) != NOT_JUDGED},
        steps=list(history_of(engagement.slug, reports, visitor.words)),
    )


def calendar_of(engagement: Engagement, visitor: Visitor) -> Calendar:
    """Return the calendar that one engagement is alone in; an engagement that no calendar can show is not in it."""
    said = visitor.told_in(None).words
    return visitor.feeds.rendered(Feed, [engagement], wording.title(engagement, said), STANDARD, said)


def failure(visitor: Visitor, status: int, reason: str | None = None) -> bytes:
    """Write what is said instead of a page; ``reason`` in English, where there is more to say."""
    heading = visitor.words(FAILURES.get(status, "error.malformed"))
    return _page("failure.html", visitor, path="/", heading=heading, reason=reason)


def _page(template: str, visitor: Visitor, *, path: str, asked: Query = (), **context: Any) -> bytes:
    languages = [(wording.language(tag), visitor.link(path, asked, lang=tag)) for tag in LANGUAGES]
    said = environment().get_template(template)
    page = said.render(
        visitor=visitor,
        w=visitor.words,
        link=visitor.link,
        say=wording,
        languages=languages,
        assets=visitor.assets,
        **context,
    )
    return in_words(page, partial(visitor.words, "person.withheld")).encode("utf-8", "replace")


def _frequency(counted: Summary, visitor: Visitor) -> dict[str, Any] | None:
    """Draw contacts by year, and tell what is seen; one year alone makes no picture."""
    if len(counted.by_year) <= 1:
        return None
    said = visitor.words
    sums = {year: sum(by_kind.values()) for year, by_kind in counted.by_year.items()}
    total, peak = sum(sums.values()), max(sorted(sums), key=sums.__getitem__)
    text = said.counted(
        "frequency.text",
        total,
        first=min(sums),
        last=max(sums),
        total=said.number(total),
        peak=peak,
        most=said.number(sums[peak]),
    )
    title, names = said("frequency.title"), _kind_names(visitor)
    return {
        "text": text,
        "svg": bars(counted.by_year, title=title, description=text, kind_names=names, number=said.number),
    }


def _form(spec: FeedSpec, visitor: Visitor) -> dict[str, Any]:
    """Return what the form has in it from which a feed is composed."""
    chosen = dict.fromkeys(("words", "with", "second", "kind", "person", "since", "until"), "")
    rest = []
    for name, value in spec.query:
        field = "second" if name == "with" and chosen["with"] else name
        if chosen.get(field) == "":
            chosen[field] = value
        else:
            rest.append((name, value))
    kinds = [(kind.value, name) for kind, name in _kind_names(visitor).items()]
    return {"parties": parties(visitor), "kinds": kinds, "chosen": chosen, "rest": rest}


def _listed(found: Sequence[Engagement], number: int | None, visitor: Visitor) -> Page[Line]:
    """Return a page of a list, told in lines."""
    return _in_lines(Page.of(found, number), visitor)


def _in_lines(page: Page[Engagement], visitor: Visitor) -> Page[Line]:
    return Page(lists.lines(page.shown, visitor), page.number, page.pages, page.total)


def _year(counted: Summary, spec: FeedSpec, asked: Shown, visitor: Visitor) -> dict[str, Any] | None:
    """Return what a year has: the one asked for, or the last one that is not ahead."""
    years = list(counted.of_year)
    if not years:
        return None
    shown = _year_shown(years, asked, visitor)
    listed = Page.of([] if spec.query else lists.of_year(spec.filter, shown, visitor), asked.page)
    return {
        "year": shown,
        "years": years,
        "before": _before(years, shown),
        "after": _after(years, shown),
        "heat": _heat(counted, spec, shown, visitor),
        "list": listed,
        "by_month": lists.by_month(listed.shown, visitor),
    }


def _publisher(name: str, count: int, spec: FeedSpec, visitor: Visitor) -> tuple[str, str, str | None]:
    """Return a publisher, the number of engagements that they reported on, and the address of these."""
    can_narrow = not (visitor.only or spec.filter.source) and plain(name)
    address = visitor.feed_link(narrowed(spec, "source", name, visitor.index)) if can_narrow else None
    return name, visitor.words.number(count), address


def _year_shown(years: Sequence[int], asked: Shown, visitor: Visitor) -> int:
    """Return the year that is asked for, else the last one that is not ahead."""
    today = visitor.on.year
    return asked.year or max((one for one in years if one <= today), default=min(years, default=today))


def _before(years: Sequence[int], year: int) -> int | None:
    return max((one for one in years if one < year), default=None)


def _after(years: Sequence[int], year: int) -> int | None:
    return min((one for one in years if one > year), default=None)


def _heat(counted: Summary, spec: FeedSpec, year: int, visitor: Visitor) -> dict[str, Any] | None:
    """Draw the days of contact in a year, if any are known to the day."""
    said = visitor.words
    days = counted.by_day(year)
    if not days:
        return None
    text = said("heat.text", days=said.number(len(days)))
    return {
        "svg": heat_map(
            year,
            days,
            title=said("heat.title", year=year),
            description=text,
            month_names=[said.month_name(month) for month in range(1, 13)],
            day_names=[said.weekday_name(day) for day in range(7)],
            label=lambda day, count: f"{said.day(day)}: {said.number(count)}",
        ),
        "days": [
            (visitor.feed_link(spec, counted=f"day-{day}"), said.day(day), said.number(count))
            for day, count in days.items()
        ],
        "text": text,
        "scale": steps(max(days.values()), shade, said.number),
        "vague": counted.vague_in(year),
    }


def _kind_names(visitor: Visitor) -> dict[Kind, str]:
    return {kind: visitor.words(f"kinds.{kind.value}") for kind in SHOWN_KINDS}


def _feeds_of(engagement: Engagement, visitor: Visitor) -> list[FeedSpec]:
    """List the feeds that an engagement is in, as far as the visitor may see them: the narrowest first."""
    if not EVERYTHING_SHOWN.takes(engagement):
        return []
    codes = sorted(party.code for party in engagement.parties)
    pair = [feed_spec.of_pair(*codes)] if len(codes) == PAIR else []
    people = (feed_spec.of_person(person_address(one.name), one.name) for one in engagement.people)
    found = [*pair, *map(feed_spec.of_state, codes), *people, feed_spec.of_kind(engagement.kind)]
    return [spec for spec in found if visitor.find(spec.name)]


def _qr(address: str, name: str) -> Markup:
    drawn = segno.make(address, error="m", micro=False)
    return Markup(drawn.svg_inline(border=2, omitsize=True, light="#fff", title=name, svgclass="qr", lineclass=None))  # noqa: S704 - segno escapes the title and draws the rest
