"""Commands that write to a log by hand: record, correct, retract, merge. Each tells what it changes in the diary."""

import sys
import tomllib
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import attrs
import pendulum
import typer

from diplocal.cli import options, tables
from diplocal.cli.run import numbered, writing
from diplocal.cli.sharing import Options, own_of, sharing
from diplocal.cli.terminal import say, warn
from diplocal.cli.writing import write_rows
from diplocal.diary import Diary
from diplocal.engagements import Change, Engagement, Kind, Report
from diplocal.engagements.fold import targets
from diplocal.engagements.reports import day_of, known_since
from diplocal.errors import InvalidValue, UnknownEngagement
from diplocal.events import Corrected, EngagementEvent, Event, MergedAsDuplicate, Retracted
from diplocal.importers.intake import check_sides, held, read_input
from diplocal.importers.toml_events import RECORDED_BY, read_events, with_fields
from diplocal.names.spelling import spellings_near
from diplocal.projections import lines
from diplocal.records import Envelope
from diplocal.sources import Source
from diplocal.store import EventStore, MemoryStore, open_existing, visible_to
from diplocal.tabular import engagements
from diplocal.wording import Language, language

STANDARD_INPUT = "-"
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would become different, and record nothing.")]
Slug = Annotated[str, typer.Argument(metavar="ENGAGEMENT", help="Its slug, as list --json gives it.")]
ReportSaid = Annotated[
    str, typer.Argument(metavar="REPORT", help="The number of the report, as show gives it, or its id.")
]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why.")]
Sources = Annotated[list[str] | None, typer.Option("--source", metavar="NAME", help="Who says so.")]
Reported = Annotated[
    pendulum.Date | None, options.day_option("--reported", help="When the public could know; now unless given.")
]


@attrs.frozen
class Desk:
    """Where somebody records, and what the shared options say of what is recorded."""

    store: EventStore
    audience: str
    said: Mapping[str, Any]
    """Fields that any report may have: sources, and when the public could know."""

    def envelope(self, kind: Callable[..., EngagementEvent], **fields: Any) -> Envelope:
        """Return an event, ready to be recorded: a further one, where it was said before and is so no more."""
        said = Envelope(kind(**fields, **self.said), audience=self.audience, recorded_by=RECORDED_BY)
        if _changes(self.store, [said], self.audience):
            return said
        further = attrs.evolve(said, id=str(uuid4()))  # by what it says it would be the one that is known already
        return further if _changes(self.store, [further], self.audience) else said

    def slug(self, text: str) -> str:
        """Return the slug of an engagement that is there. Raises UnknownEngagement, with what comes near."""
        return self.find(text).slug

    def find(self, slug: str) -> Engagement:
        """Return an engagement that is there. Raises UnknownEngagement, with what comes near."""
        with Diary(self.store, audience=self.audience) as diary:
            found = diary.get(slug)
            if found is None:
                raise UnknownEngagement(slug, near=tuple(spellings_near(slug, diary.slugs())))
        return found


def _writing(
    *,
    log: options.LogPath,
    audience: options.ShownTo = options.PUBLIC,
    dry_run: DryRun = False,
    lang: options.Lang = options.ENGLISH,
    as_json: options.AsJson = False,
) -> None:
    """Stand for the options of whatever writes to a log."""


def _saying(*, source: Sources = None, reported: Reported = None) -> None:
    """Stand for the options that say who says so."""


def records(command: Callable[..., Sequence[Envelope]]) -> Callable[..., None]:
    """Return the command that appends what a function makes, unless it is a dry run, and tells what is different."""
    return _recording(command, _writing)


def reports(command: Callable[..., Sequence[Envelope]]) -> Callable[..., None]:
    """Return such a command whose options also say who says so."""
    return _recording(command, _writing, _saying)


def _recording(command: Callable[..., Sequence[Envelope]], *groups: Options) -> Callable[..., None]:
    def run(**given: Any) -> None:
        said = {"sources": tuple(map(Source, given.get("source") or ())), "reported": given.get("reported")}
        with _opened(given["log"], dry_run=given["dry_run"]) as store:
            desk = Desk(store, given["audience"], said)
            envelopes = command(desk, **own_of(command, given))
            changes = _changes(store, envelopes, desk.audience)
            if others := sorted({one.audience for one in envelopes} - visible_to(desk.audience)):
                unseen = ", ".join(map(repr, others))
                warn(f"what is marked for {unseen} is not shown to the audience {desk.audience!r}: ask with --audience")
            _tell_of_strangers(store, changes, desk.audience)
            for day in sorted({str(one.event.reported) for one in envelopes if _is_to_come(one.event)}):
                warn(f"a report is of {day}, which is to come: was another day meant?")
            if not given["dry_run"]:
                counts = _append(store, envelopes)
                if not given["as_json"]:
                    say(counts)
        _tell(changes, language(given["lang"]), as_json=given["as_json"])

    return sharing(command, run, *groups)


@records
def record(
    desk: Desk,
    events: Annotated[Path, typer.Argument(metavar="FILE", help="[[event]] tables in TOML; - is standard input.")],
) -> Sequence[Envelope]:
    """Record events that you wrote down in TOML: all of them, or none. All faults of a file are told at once."""
    is_typed = str(events) == STANDARD_INPUT
    content = held("standard input", sys.stdin.buffer) if is_typed else read_input(events)
    with warnings.catch_warnings(record=True) as noticed:
        warnings.simplefilter("always")
        envelopes = read_events("standard input" if is_typed else str(events), content, audience=desk.audience)
    for one in noticed:
        warn(str(one.message))
    return envelopes


@reports
def correct(
    desk: Desk,
    engagement: Slug,
    report: ReportSaid,
    fields: Annotated[
        list[str],
        typer.Argument(
            metavar="FIELD=VALUE...", help="What it should have said: when=2023-10-17, or place= for no place."
        ),
    ],
    *,
    reason: Reason = None,
) -> Sequence[Envelope]:
    """Correct a report that was recorded wrong: answers are as if it had been recorded right; the log keeps both."""
    wrong, said = _report(desk, engagement, report)
    better = list(map(_field, fields))
    if twice := next((name for name in dict(better) if [one for one, _ in better].count(name) > 1), None):
        raise InvalidValue("field", twice, "each field once: only one of its values can be right")
    right = with_fields(said, dict(better))
    check_sides(right)
    return [desk.envelope(Corrected, engagement=engagement, of=wrong, right=right, reason=reason)]


@reports
def retract(desk: Desk, engagement: Slug, report: ReportSaid, *, reason: Reason = None) -> Sequence[Envelope]:
    """Take a report back: answers are then as if it never was. A retraction can itself be retracted."""
    wrong, _ = _report(desk, engagement, report)
    return [desk.envelope(Retracted, engagement=engagement, of=wrong, reason=reason)]


@reports
def merge(
    desk: Desk,
    engagement: Slug,
    into: Annotated[str, typer.Argument(metavar="INTO", help="The engagement that it is, which goes on.")],
) -> Sequence[Envelope]:
    """Say that one engagement is another: both count once from then on. Retract that report to take them apart."""
    if desk.find(into).absorbed_into == desk.find(engagement).slug:
        raise InvalidValue(
            "INTO",
            into,
            f"another engagement: it is {engagement} already, and goes on under that name. To have it go on as {into},"
            f" retract the report that merged them ('diplocal show {into}'), and merge again",
        )
    return [desk.envelope(MergedAsDuplicate, engagement=desk.slug(engagement), into=desk.slug(into))]


def _opened(log: str, *, dry_run: bool) -> AbstractContextManager[EventStore]:
    """Open a log to write to; what only looks makes none where none is."""
    if not dry_run:
        return writing(log)
    is_new = "://" not in log and not Path(log).exists()
    return MemoryStore() if is_new else open_existing(log)


def _append(store: EventStore, envelopes: Sequence[Envelope]) -> str:
    before = store.position()
    records = store.append(*envelopes)
    new = sum(record.position > before for record in records)
    return f"{new} recorded, {len(records) - new} known already"


def _tell(changes: Sequence[Change], said: Language, *, as_json: bool) -> None:
    if as_json:
        write_rows(engagements.changes(changes, said), "json")
    elif changes:
        tables.console().print(tables.laid_out(said("column.change"), lines.changes(changes, said), said))
    else:
        say(said("change.none"))


def _changes(store: EventStore, envelopes: Sequence[Envelope], audience: str) -> list[Change]:
    """Return what events would change in the diary of an audience, without recording them."""
    slugs = {one.event.stream for one in envelopes} | {slug for one in envelopes for slug in targets(one.event)}
    with Diary(store, audience=audience) as diary:
        engagements = diary.about(*slugs)
    scratch = MemoryStore()
    scratch.append(*(_again(one) for one in store.read(streams=slugs)))
    known, end = scratch.position(), store.position()
    scratch.append(*envelopes)
    new = scratch.read(after=known, audience=audience)
    found = engagements.take(one.evolve(position=end + one.position - known) for one in new)[1]
    return [one for one in found if one.before != one.after]


def _tell_of_strangers(store: EventStore, changes: Sequence[Change], audience: str) -> None:
    """Say on standard error of which engagements no report says what they are: one is misspelt, or will be told of."""
    new = [one.after.slug for one in changes if one.before is None and one.after and one.after.kind is Kind.UNKNOWN]
    if new:
        with Diary(store, audience=audience) as diary:
            slugs = diary.slugs()
        for slug in new:
            near = ", ".join(map(repr, spellings_near(slug, [one for one in slugs if one != slug])))
            warn(f"no report says what {slug!r} is" + (f"; in the log there is {near}" if near else ""))


def _is_to_come(event: Event) -> bool:
    """Tell whether a report is of a day that has begun nowhere yet: east of Greenwich it may be tomorrow already."""
    return event.reported is not None and day_of(known_since(event, 0)) > options.today().toordinal() + 1


def _again(record: Any) -> Envelope:
    return Envelope(record.event, id=record.id, audience=record.audience)


def _report(desk: Desk, engagement: str, report: str) -> tuple[str, EngagementEvent]:
    """Return the id of a report by its number or its id, and what it says as it was corrected last."""
    with Diary(desk.store, audience=desk.audience) as diary:
        all_of_them = diary.about(desk.slug(engagement)).reports(engagement)
        numbers = [str(one.position) for one in numbered(all_of_them, diary)]
    for number, one in zip(numbers, all_of_them, strict=True):
        if report in (number, one.id):
            return one.id, _as_corrected(one, all_of_them)
    raise InvalidValue("report", report, f"the number of a report, one of {', '.join(numbers)}, or its id")


def _as_corrected(report: Report, reports: Iterable[Report]) -> EngagementEvent:
    rights = [one.event.right for one in reports if isinstance(one.event, Corrected) and one.event.of == report.id]
    return rights[-1] if rights else report.event


def _field(text: str) -> tuple[str, Any]:
    """Read FIELD=VALUE: a list, a table or a quoted text as TOML has it, else a text; nothing takes the value out."""
    name, equals, value = text.partition("=")
    if not equals:
        raise InvalidValue("field", text, "FIELD=VALUE, such as when=2023-10-17")
    if not value.startswith(("[", "{", '"')):
        return name, value or None
    try:
        return name, tomllib.loads(f"value = {value}")["value"]
    except (ValueError, RecursionError) as error:
        raise InvalidValue(name, value, f"a value of TOML: {error}") from error
