"""The pages: the catalogue, a page for each feed and for each entry, and what is said when there is none."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import attrs
import jinja2
import segno
from markupsafe import Markup

from diplocal.engagements import Engagement, Kind, Report
from diplocal.projections import Ahead
from diplocal.web import choices, saying
from diplocal.web.charts import bars, heat_map
from diplocal.web.choices import Choice
from diplocal.web.feeds import Chosen
from diplocal.web.formats import newest
from diplocal.web.language import LANGUAGES, words
from diplocal.web.live import is_shown
from diplocal.web.summary import Summary, summary
from diplocal.web.visitor import Visitor

SHOWN = 12
"""How many changes, pairs and people are listed before 'all'."""
MOST = 400
"""How many of anything a page lists at the most."""
PROGRAMS = ("apple", "google", "outlook", "thunderbird", "nextcloud")


@attrs.frozen
class Line:
    """An engagement in a list."""

    slug: str
    title: str
    date: str
    status: str
    status_class: str
    kind: str
    inside: bool = False
    """Part of the visit before it."""


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
    index = visitor.known().index
    everything = Choice(name=choices.EVERYTHING)
    chosen = visitor.chosen(everything)
    states = sorted(
        ((visitor.party(code, index), choices.of_state(code), count) for code, count in index.parties.items()),
        key=lambda item: (item[0].casefold(), item[1].name),
    )
    return _page(
        "home.html",
        visitor,
        path="/",
        everything=everything,
        total=len(chosen.engagements),
        named=visitor.named(),
        kinds=[(choices.of_kind(kind), index.kinds[kind]) for kind in choices.SHOWN_KINDS if index.kinds[kind]],
        states=states[:MOST],
        pairs=[(choices.of_pair(*pair), count) for pair, count in _busiest(index.pairs)],
        people=[
            (choices.of_person(key, index.label_of[key]), index.label_of[key], count)
            for key, count in _busiest({key: n for key, n in index.people.items() if not _is_wikidata(key)})
        ],
        ahead=_ahead(summary(chosen), chosen, visitor)[:SHOWN],
        changes=_changes(chosen, visitor),
    )


def feed(visitor: Visitor, choice: Choice, year: int | None = None) -> bytes:
    """Write the page of one feed; ``year`` is the one whose days are drawn."""
    chosen = visitor.chosen(choice)
    counted = summary(chosen)
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
        ahead=_ahead(counted, chosen, visitor)[:MOST],
        changes=_changes(chosen, visitor),
        frequency=_frequency(counted, visitor),
        years=sorted(counted.by_year.items()),
        kinds=[kind for kind in choices.SHOWN_KINDS if any(kind in by_kind for by_kind in counted.by_year.values())],
        heat=_heat(counted, year, visitor),
        publishers=counted.publishers[:SHOWN],
        counted=counted,
        total=len(chosen.engagements),
        recorded=visitor.words.day(recorded.date()) if recorded else visitor.words("date.none"),
        set_aside=len(visitor.known().set_aside),
    )


def entry(visitor: Visitor, engagement: Engagement, reports: Iterable[Report]) -> bytes:
    """Write the page of one engagement: what we know, who said so, how it changed."""
    during = visitor.engagement(engagement.during) if engagement.during else None
    return _page(
        "entry.html",
        visitor,
        path=f"/entries/{engagement.slug}",
        engagement=engagement,
        heading=saying.title(engagement, visitor.words),
        facts=list(saying.facts(engagement, visitor.words)),
        during=during and _line(during, visitor),
        feeds=_feeds_of(engagement, visitor),
        steps=list(saying.steps(engagement.slug, tuple(reports), visitor.words)),
    )


def failure(visitor: Visitor, status: int) -> bytes:
    """Write what is said instead of a page."""
    key = "error.missing" if status == 404 else "error.malformed"  # noqa: PLR2004 - Not Found (RFC 9110, 15.5.5)
    return _page("failure.html", visitor, path="/", heading=visitor.words(key), status=status)


def _page(template: str, visitor: Visitor, *, path: str, **context: Any) -> bytes:
    languages = [(words(tag), visitor.link(path, lang=tag)) for tag in LANGUAGES]
    said = environment().get_template(template)
    page = said.render(
        visitor=visitor,
        w=visitor.words,
        link=visitor.link,
        say=saying,
        languages=languages,
        assets=visitor.assets,
        **context,
    )
    return page.encode("utf-8", "replace")


def _line(one: Engagement, visitor: Visitor, *, inside: bool = False) -> Line:
    said = visitor.words
    return Line(
        slug=one.slug,
        title=saying.title(one, said),
        date=saying.date(one, said),
        status=said(f"status.{one.status.value}"),
        status_class=one.status.value.replace(" ", "-"),
        kind=one.kind.value,
        inside=inside,
    )


def _ahead(counted: Summary, chosen: Chosen, visitor: Visitor) -> list[Line]:
    found: list[Ahead] = counted.ahead(visitor.on)
    shown = {one.slug for one in found}
    return [_line(chosen.engagements[one.slug], visitor, inside=one.during in shown) for one in found]


def _changes(chosen: Chosen, visitor: Visitor) -> list[tuple[str, Line]]:
    latest = newest(chosen.engagements.values(), SHOWN)
    return [(visitor.words.day(saying.recorded_on(one)), _line(one, visitor)) for one in latest]


def _frequency(counted: Summary, visitor: Visitor) -> Markup | None:
    if not counted.by_year:
        return None
    said = visitor.words
    sums = {year: sum(by_kind.values()) for year, by_kind in counted.by_year.items()}
    total, peak = sum(sums.values()), max(sorted(sums), key=sums.__getitem__)
    return bars(
        counted.by_year,
        title=said("frequency.title"),
        description=said.counted(
            "frequency.text",
            total,
            first=min(sums),
            last=max(sums),
            total=said.number(total),
            peak=peak,
            most=said.number(sums[peak]),
        ),
        kind_names=_kind_names(visitor),
        number=said.number,
    )


def _heat(counted: Summary, year: int | None, visitor: Visitor) -> dict[str, Any] | None:
    years = sorted(counted.by_year)
    if not years:
        return None
    drawn = sorted({day.year for day in counted.by_day})
    shown = year if year is not None else (drawn or years)[-1]
    said = visitor.words
    days = sorted((day, count) for day, count in counted.by_day.items() if day.year == shown)
    busiest = max(days, key=lambda item: item[1], default=None)
    text = said("heat.text", days=said.number(len(days))) if busiest else said("heat.none")
    return {
        "year": shown,
        "svg": heat_map(
            shown,
            dict(days),
            title=said("heat.title", year=shown),
            description=text,
            month_names=[said.month_name(month) for month in range(1, 13)],
            label=lambda day, count: f"{said.day(day)}: {said.number(count)}",
        ),
        "days": [(said.day(day), said.number(count)) for day, count in days],
        "text": text,
        "vague": counted.vague_in.get(shown, 0),
        "before": max((one for one in years if one < shown), default=None),
        "after": min((one for one in years if one > shown), default=None),
    }


def _kind_names(visitor: Visitor) -> dict[Kind, str]:
    return {kind: visitor.words(f"kinds.{kind.value}") for kind in choices.SHOWN_KINDS}


def _feeds_of(engagement: Engagement, visitor: Visitor) -> list[Choice]:
    codes = sorted(party.code for party in engagement.parties)
    pair = [choices.of_pair(*codes)] if len(codes) == 2 else []  # noqa: PLR2004 - a pair is two
    found = [*pair, *map(choices.of_state, codes), choices.of_kind(engagement.kind)]
    if not is_shown(engagement):
        return []
    return [choice for choice in found if visitor.find(choice.name)]


def _busiest(counts: Mapping[Any, int]) -> list[tuple[Any, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST]


def _is_wikidata(key: str) -> bool:
    return key[:1] == "q" and key[1:].isdecimal()


def _qr(address: str, name: str) -> Markup:
    drawn = segno.make(address, error="m", micro=False)
    return Markup(drawn.svg_inline(border=2, omitsize=True, light="#fff", title=name, svgclass="qr", lineclass=None))  # noqa: S704 - segno escapes the title and draws the rest
