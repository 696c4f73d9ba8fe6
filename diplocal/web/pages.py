"""The pages: the catalogue, a page for each feed and for each entry, and what is said when there is none."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import jinja2
import segno
from markupsafe import Markup

from diplocal import wording
from diplocal.engagements import Engagement, Kind, Report
from diplocal.web import choices, lists
from diplocal.web.charts import bars, heat_map
from diplocal.web.choices import Choice
from diplocal.web.live import is_shown, person_address
from diplocal.web.shelves import parties, shelves
from diplocal.web.summary import Summary, summary
from diplocal.web.visitor import Visitor
from diplocal.wording.describe import NOT_JUDGED
from diplocal.wording.history import steps
from diplocal.wording.language import LANGUAGES

SHOWN = 12
"""How many engagements the catalogue lists, and publishers a feed's page."""
CHANGES = 8
"""How many of the last changes are told."""
MOST = 400
"""How many engagements a list has at the most."""
IN_HEAD = frozenset({"status", "kind"})
"""What an entry's page says in its head, not among what is known."""
FAILURES = {404: "error.missing", 503: "error.unreadable"}
"""What is said, by status (RFC 9110, 15); else the address cannot be understood."""
PROGRAMS = ("apple", "google", "outlook", "thunderbird", "nextcloud")


@cache
def environment() -> jinja2.Environment:
    """Give the templates; everything put into them is escaped."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("diplocal.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def home(visitor: Visitor) -> bytes:
    """Write the catalogue of feeds, and what lies ahead in all of them."""
    everything = Choice(name=choices.EVERYTHING)
    chosen = visitor.chosen(everything)
    return _page(
        "home.html",
        visitor,
        path="/",
        parties=parties(visitor),
        shelves=list(shelves(visitor)),
        everything=everything,
        ahead=lists.ahead(summary(chosen).ahead(visitor.on)[:SHOWN], chosen, visitor),
        changes=lists.latest(chosen, visitor, CHANGES),
    )


def feed(visitor: Visitor, choice: Choice, year: int | None = None) -> bytes:
    """Write the page of one feed; ``year`` is the one whose days are drawn."""
    chosen = visitor.chosen(choice)
    counted = summary(chosen)
    ahead = counted.ahead(visitor.on)
    base = f"{visitor.site}/feeds/{choice.path}"
    told = visitor.file_language(choice.language)
    asked = f"?lang={told}" if told else ""
    recorded = visitor.known().recorded_at
    return _page(
        "feed.html",
        visitor,
        path=f"/feeds/{choice.name}",
        choice=choice,
        heading=visitor.heading(choice),
        address=f"{base}.ics{asked}",
        told=told,
        google_address=f"{base}.google.ics{asked}",
        webcal=f"webcal://{base.split('://', 1)[-1]}.ics{asked}",
        qr=_qr(f"{base}.ics{asked}", visitor.words("subscribe.qr")),
        programs=PROGRAMS,
        ahead=lists.ahead(ahead[:MOST], chosen, visitor),
        ahead_cut=(MOST, len(ahead)) if len(ahead) > MOST else None,
        changes=lists.latest(chosen, visitor, CHANGES),
        frequency=_frequency(counted, visitor),
        years=sorted(counted.by_year.items()),
        kinds=[kind for kind in choices.SHOWN_KINDS if any(kind in by_kind for by_kind in counted.by_year.values())],
        annual=_year(counted, year, visitor),
        publishers=counted.publishers[:SHOWN],
        counted=counted,
        total=len(chosen.engagements),
        recorded=visitor.words.day(recorded.date()) if recorded else visitor.words("date.none"),
        set_aside=len(visitor.known().set_aside),
    )


def entry(visitor: Visitor, engagement: Engagement, reports: Iterable[Report]) -> bytes:
    """Write the page of one engagement: what we know, who said so, how it changed."""
    during = visitor.engagements().get(engagement.during) if engagement.during else None
    return _page(
        "entry.html",
        visitor,
        path=f"/entries/{engagement.slug}",
        engagement=engagement,
        heading=wording.title(engagement, visitor.words),
        facts=[fact for fact in wording.facts(engagement, visitor.words) if fact.key not in IN_HEAD],
        status=lists.line(engagement, visitor),
        during=during and lists.line(during, visitor),
        parts=lists.dated(visitor.parts_of(engagement), visitor, MOST),
        feeds=_feeds_of(engagement, visitor),
        judged={one: grade for one in engagement.sources if (grade := wording.grade(one)) != NOT_JUDGED},
        steps=list(steps(engagement.slug, tuple(reports), visitor.words)),
    )


def failure(visitor: Visitor, status: int) -> bytes:
    """Write what is said instead of a page."""
    heading = visitor.words(FAILURES.get(status, "error.malformed"))
    return _page("failure.html", visitor, path="/", heading=heading, status=status)


def _page(template: str, visitor: Visitor, *, path: str, **context: Any) -> bytes:
    languages = [(wording.language(tag), visitor.link(path, lang=tag)) for tag in LANGUAGES]
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
    return page.encode("utf-8", "replace")


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


def _year(counted: Summary, year: int | None, visitor: Visitor) -> dict[str, Any] | None:
    """Give what a year has: the one asked for, or the last one that is not ahead."""
    years = list(counted.of_year)
    if not years:
        return None
    shown = year if year is not None else max((one for one in years if one <= visitor.on.year), default=years[0])
    entries = counted.of_year.get(shown, ())
    return {
        "year": shown,
        "years": years,
        "before": max((one for one in years if one < shown), default=None),
        "after": min((one for one in years if one > shown), default=None),
        "heat": _heat(counted, shown, visitor),
        "lines": lists.dated(entries, visitor, MOST),
        "total": len(entries),
    }


def _heat(counted: Summary, year: int, visitor: Visitor) -> dict[str, Any] | None:
    """Draw the days of contact in a year, if any are known to the day."""
    said = visitor.words
    days = sorted((day, count) for day, count in counted.by_day.items() if day.year == year)
    if not days:
        return None
    text = said("heat.text", days=said.number(len(days)))
    return {
        "svg": heat_map(
            year,
            dict(days),
            title=said("heat.title", year=year),
            description=text,
            month_names=[said.month_name(month) for month in range(1, 13)],
            day_names=[said.weekday_name(day) for day in range(7)],
            label=lambda day, count: f"{said.day(day)}: {said.number(count)}",
        ),
        "days": [(said.day(day), said.number(count)) for day, count in days],
        "text": text,
        "vague": counted.vague_in.get(year, 0),
    }


def _kind_names(visitor: Visitor) -> dict[Kind, str]:
    return {kind: visitor.words(f"kinds.{kind.value}") for kind in choices.SHOWN_KINDS}


def _feeds_of(engagement: Engagement, visitor: Visitor) -> list[Choice]:
    """List the feeds that an engagement is in, as far as the visitor may see them: the narrowest first."""
    if not is_shown(engagement):
        return []
    codes = sorted(party.code for party in engagement.parties)
    pair = [choices.of_pair(*codes)] if len(codes) == 2 else []  # noqa: PLR2004 - a pair is two
    people = (choices.of_person(person_address(one.name), one.name) for one in engagement.people)
    found = [*pair, *map(choices.of_state, codes), *people, choices.of_kind(engagement.kind)]
    return [choice for choice in found if visitor.find(choice.name)]


def _qr(address: str, name: str) -> Markup:
    drawn = segno.make(address, error="m", micro=False)
    return Markup(drawn.svg_inline(border=2, omitsize=True, light="#fff", title=name, svgclass="qr", lineclass=None))  # noqa: S704 - segno escapes the title and draws the rest
