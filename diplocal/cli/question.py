"""What every command that answers takes: which engagements, as of when, for whom, in which language and form.

A command is a function of a Question, and of options of its own; ``asks`` gives it the options that all share.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import msgspec
import pendulum
import typer

from diplocal.checks import without_faults
from diplocal.cli import options
from diplocal.cli.chosen import in_words
from diplocal.cli.run import asked, position_or_moment
from diplocal.cli.sharing import Options, own_of, sharing, taken
from diplocal.cli.terminal import MOST_LINES, printable, warn
from diplocal.cli.writing import write_bytes, write_rows
from diplocal.diary import Diary, Some
from diplocal.engagements import Change, Engagement
from diplocal.errors import InvalidValue
from diplocal.projections.filters import Filter, Sides
from diplocal.projections.lines import Lines
from diplocal.state_names import name_of
from diplocal.wording import Language, language

MOST_NAMES = 5
"""Spellings of a name that are told."""


class Form(Enum):
    """How an answer is written."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    SHEET = "sheet"
    ICS = "ics"
    PARQUET = "parquet"
    FTM = "ftm"


class Answer(msgspec.Struct, frozen=True):
    """An answer, ready to be written in any form."""

    document: Callable[[], Any]
    """Makes what JSON holds."""
    table: Callable[[], Any]
    """Makes what people read: lines, or what rich prints, which takes long to import."""
    rows_of: Callable[[Any], Sequence[Mapping[str, Any]]] = lambda document: document
    """Returns the lines of JSON Lines and CSV, given the document: most are the list of them."""
    engagements: Sequence[Engagement] | None = None
    """What a calendar of the answer holds; None of an answer that has no dates of its own."""
    title: str = ""
    """What stands above a chart of it."""
    items: Sequence[Any] = ()
    """What it lists, of an answer that is a list of a measure: where it is empty, its columns are known by that."""

    @property
    def item_type(self) -> Any:
        """The type of what it lists; None where it is no list."""
        return Engagement if self.engagements is not None else getattr(self.items, "item_type", None)


def alone(document: Any) -> list[Any]:
    """Return the one line of a document that is none of several."""
    return [document]


class Question(msgspec.Struct, frozen=True):
    """What the options say that every command shares."""

    diary: Diary
    """As of the moment, and for the audience, that is asked."""
    criteria: Mapping[str, Any]
    """Which engagements: what ``Diary.find`` takes, without what was not said."""
    said: Language
    known_at: options.Known | None = None
    reported_by: pendulum.Date | None = None
    is_table: bool = False
    """Whether only the lines that a table shows are wanted, and how many there are."""

    def listed(self, chosen: Filter) -> Some:
        """Return the engagements that a filter takes, soonest first: as many as are wanted."""
        if self.is_table:
            return self.diary.some(chosen, MOST_LINES)
        found = self.diary.select(chosen)
        return Some(found, len(found))

    def as_of(self, *, known_at: options.Known | None = None, reported_by: options.Known | None = None) -> Diary:
        """Return the diary as of other moments; what is None is as the options say."""
        known, public = known_at or self.known_at, self.reported_by
        if reported_by is not None:
            if isinstance(reported_by.at, int):
                raise no_position(reported_by.at)
            public = reported_by.at
        return self.diary.as_of(known_at=position_or_moment(known, self.diary), reported_by=public)

    @property
    def sides(self) -> Sides:
        """Between how many sides contacts are counted."""
        return Sides(self.criteria.get("sides", Sides.BILATERAL))

    def about(self, *names: str) -> dict[str, Any]:
        """Return those of some criteria that were said."""
        return {name: self.criteria[name] for name in names if name in self.criteria}

    def answer(self, *views: Any, **criteria: Any) -> Any:
        """Return the answer of views over the engagements that are asked for."""
        return self.diary.answer(*views, **{**self.criteria, **criteria})


def no_position(position: int) -> InvalidValue:
    """Return what is said where a position stands for what the public knew."""
    return InvalidValue("moment", position, "a day or an instant: the public knows no positions")


def _log(*, log: options.LogPath) -> None:
    """Stand for the log, which is named first."""


def _reading(
    *,
    known_at: options.KnownAt = None,
    reported_by: options.ReportedBy = None,
    audience: options.Audience = options.PUBLIC,
    lang: options.Lang = options.ENGLISH,
) -> None:
    """Stand for the options by which a log is read."""


def _seeing(*, audience: options.Audience = options.PUBLIC, lang: options.Lang = options.ENGLISH) -> None:
    """Stand for the options by which the end of a log is read."""


def _forms(
    *,
    form: Annotated[
        Form,
        typer.Option(
            "--format",
            help="For people, programs, sheets (one to edit), data frames, as a calendar, or FollowTheMoney.",
        ),
    ] = Form.TABLE,
    as_json: options.AsJson = False,
    chart: Annotated[
        Path | None,
        typer.Option("--chart", metavar="FILE", help="Also draw it, to a file that ends in .svg, .png or .pdf."),
    ] = None,
) -> None:
    """Stand for the options that say how an answer is written."""


def _criteria(
    *,
    state: options.StateCode = None,
    pair: options.Pair = None,
    person: options.PersonName = None,
    words: Annotated[
        str | None,
        typer.Option(
            "--words", metavar="TEXT", help="Only about which these words are written: names, places, sources."
        ),
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", metavar="KIND", help="Only this kind: visit, meeting, phone call ...")
    ] = None,
    status: Annotated[
        list[str] | None, typer.Option("--status", metavar="STATUS", help="Only with this status: planned, held ...")
    ] = None,
    level: Annotated[
        list[str] | None,
        typer.Option("--level", metavar="LEVEL", help="Only visits of this level: state, official, working ..."),
    ] = None,
    place: Annotated[
        str | None, typer.Option("--place", metavar="WORDS", help="Only where the place has these words: Camp David.")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar="NAME", help="Only what this publisher reported on: Xinhua.")
    ] = None,
    sides: Annotated[
        Sides | None, typer.Option("--sides", help="Only between two sides, only between three or more, or any.")
    ] = None,
    traveller: Annotated[
        str | None, typer.Option("--traveller", metavar="CODE", help="Only visits that this side makes.")
    ] = None,
    host: Annotated[str | None, typer.Option("--host", metavar="CODE", help="Only what this side is host of.")] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DAY", help="Only what may not be over before it: 2023-09-18, 2023-09, 2023."),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DAY", help="Only what may begin by its end: 2023-09-18, 2023.")
    ] = None,
    undated: Annotated[
        bool | None,
        typer.Option(
            "--undated/--dated", help="Also, or not, what has no date; if days are given, not.", show_default=False
        ),
    ] = None,
    plans: Annotated[
        bool | None,
        typer.Option("--plans/--no-plans", help="Only what is planned, or only what is no plan.", show_default=False),
    ] = None,
    lapsed: Annotated[
        bool | None,
        typer.Option(
            "--lapsed",
            help="Only plans that are over by the day (--on, or today), and what became of them nobody said.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Stand for the options that choose engagements, by the names that ``Filter.of`` has for them."""


def tell_of_other_names(diary: Diary, chosen: Filter) -> None:
    """Say on standard error what has something to answer too: states before those asked for, a name spelt otherwise."""
    for code in diary.earlier_names(chosen):
        warn(f"what was reported of {name_of(code)} is not among this: {code!r} stands for it")
    tell_of_spellings(diary, chosen)


def tell_of_spellings(diary: Diary, chosen: Filter) -> None:
    """Say on standard error which other spellings of a person have something to answer too."""
    if others := diary.spelt_otherwise(chosen):
        names = ", ".join(f"{name} ({count})" for name, count in others[:MOST_NAMES])
        warn(f"perhaps the same person, and not among this: {names}")


def asks(command: Callable[..., Answer]) -> Callable[..., None]:
    """Return the command that answers a Question about the engagements which its options choose."""
    return _command(command, _log, _criteria, _reading, _forms)


def looks_ahead(command: Callable[..., Answer]) -> Callable[..., None]:
    """Return such a command about what lies ahead, in which states of before have no part."""
    return _command(command, _log, _criteria, _reading, _forms, told=tell_of_spellings)


def reads(command: Callable[..., Answer]) -> Callable[..., None]:
    """Return the command that answers a Question, and chooses what it is about by itself."""
    return _command(command, _log, _reading, _forms)


def sends(command: Callable[..., None]) -> Callable[..., None]:
    """Return the command that takes the engagements which its options choose elsewhere."""
    return _command(command, _log, _criteria, _reading)


def tells(command: Callable[..., None]) -> Callable[..., None]:
    """Return the command that tells what becomes different among the engagements which its options choose."""
    return _command(command, _log, _criteria, _seeing)


def _command(
    command: Callable[..., Answer | None], *groups: Options, told: Callable[[Diary, Filter], None] = tell_of_other_names
) -> Callable[..., None]:
    def run(**given: Any) -> None:
        reading, forms = taken(given, _reading), taken(given, _forms)
        tag = reading.pop("lang")
        criteria = {name: one for name, one in taken(given, _criteria).items() if one not in (None, [])}
        if criteria.get("lapsed"):
            criteria["lapsed"] = given.get("on") or options.today()
        Filter.of(**criteria)  # what names nothing is told of before any log is opened
        with asked(given["log"], **reading) as diary:
            form = Form.JSON if forms["as_json"] else forms["form"]
            is_table = form is Form.TABLE and not forms["chart"]
            question = Question(diary, criteria, language(tag), reading["known_at"], reading["reported_by"], is_table)
            told(diary, diary.filter_of(**criteria))
            answer = command(question, **own_of(command, given))
            if answer is not None:
                if forms["chart"]:
                    _draw(answer, forms["chart"], question, source=given["log"])
                _write(answer, form, question)

    return sharing(command, run, *groups)


def _draw(answer: Answer, path: Path, question: Question, *, source: str) -> None:
    """Draw an answer: its source is the log, as of the moment that is asked, or of the last record."""
    from diplocal.plots import chart, written  # noqa: PLC0415 - needs the extra 'plots'

    moments = (question.known_at.at if question.known_at else None, question.reported_by, question.diary.recorded_at)
    as_of = next((one for one in moments if isinstance(one, pendulum.Date)), None)
    rows = answer.rows_of(answer.document())
    name = source.rpartition("/")[2].partition("?")[0]  # and no more of an address, which may have a password
    title = "\n".join(filter(None, (answer.title, in_words(question.criteria, question.said))))
    drawn = chart(rows, title=title, source=name, as_of=as_of, lang=question.said.tag)
    write_bytes(written(drawn, path.suffix.removeprefix(".").lower()), path)


def _write(answer: Answer, form: Form, question: Question) -> None:
    if form is Form.TABLE:
        from diplocal.cli.tables import console, laid_out  # noqa: PLC0415 - programs need no tables

        made = answer.table()
        console().print(laid_out(answer.title, made, question.said) if isinstance(made, Lines) else made)
    elif form in _OF_ENGAGEMENTS:
        if answer.engagements is None:
            raise typer.BadParameter(f"--format {form.value}: this answer counts, and has no dates: expected table ...")
        write_bytes(_OF_ENGAGEMENTS[form](answer.engagements, question), None)
    elif form is Form.PARQUET:
        from diplocal.tabular.answers import parquet  # noqa: PLC0415 - needs the extra 'frames'

        write_bytes(parquet(answer.rows_of(answer.document()), answer.item_type), None)
    else:
        document = answer.document()
        write_rows(document if form is Form.JSON else answer.rows_of(document), form.value, answer.item_type)


def _as_calendar(found: Sequence[Engagement], question: Question) -> bytes:
    """Write those that a feed shows as iCalendar (RFC 5545): without a date none."""
    from diplocal.calendars import Feed, InLanguage  # noqa: PLC0415 - few answers are calendars

    feed = Feed(wording=InLanguage(question.said.tag), log_id=question.diary.log.log_id)
    changes = [Change(one.slug, None, one) for one in found]
    reports = question.diary.about(*(one.slug for one in found))
    return feed.read(feed.moved(feed.begin(), changes, reports.effective_reports)).to_ical()


def _as_entities(found: Sequence[Engagement], question: Question) -> bytes:
    from diplocal.tabular.followthemoney import to_followthemoney  # noqa: PLC0415 - few answers are entities

    return to_followthemoney(found, log_id=question.diary.log.log_id, lang=question.said.tag)


def _as_sheet(found: Sequence[Engagement], _: Question) -> bytes:
    """Write what ``import csv`` reads again, and say on standard error what no row can say."""
    from diplocal.tabular.sheets import to_sheet  # noqa: PLC0415 - few answers are sheets

    sheet = to_sheet(found)
    for slug, reason in sheet.left_out.items():
        typer.echo(printable(f"left out {slug}: {reason}"), err=True)
    return without_faults(sheet.csv).encode("utf-8-sig")  # a text that is shown otherwise would be read as edited


_OF_ENGAGEMENTS: Mapping[Form, Callable[[Sequence[Engagement], Question], bytes]] = {
    Form.ICS: _as_calendar,
    Form.FTM: _as_entities,
    Form.SHEET: _as_sheet,
}
"""What writes the engagements that an answer names, and none that counts."""
