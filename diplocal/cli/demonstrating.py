"""The command that shows what diplocal does: demo."""

from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated

import pendulum
import typer
from rich.console import RenderableType

from diplocal.calendars import Feed
from diplocal.cli import measure_tables, serving, tables
from diplocal.cli.writing import write_bytes
from diplocal.demo import article
from diplocal.diary import Diary
from diplocal.importers.csv_sheet import import_csv
from diplocal.projections import ConsultationRounds, ContactFrequency, Patrols, UpcomingVisits
from diplocal.projections.measure_lines import lines_of
from diplocal.store import EventStore, open_store
from diplocal.wording import ENGLISH

THEN = article.THE_REPORT
LATER = pendulum.Date(2023, 11, 1)


def demo(
    folder: Annotated[
        Path, typer.Option("--dir", metavar="FOLDER", help="Where to leave the log and the calendar.")
    ] = Path(),
    *,
    serve: Annotated[bool, typer.Option("--serve", help="Then serve its pages, as of the day of that report.")] = False,
    port: serving.Port = serving.PORT,
) -> None:
    """Write a log to play with, and show what it answers. Running it again changes nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    log, calendar = folder / "diplocal-demo.db", folder / "china-russia.ics"
    out = tables.console()
    with open_store(log) as store:
        _fill(store)
        with Diary(store) as diary:
            write_bytes(diary.answer(Feed(pair=("CN", "RU"), title="China–Russia")).to_ical(), calendar)
            for answer in _answers(diary):
                out.print(answer)
    out.print(
        f"The log is in {log}, the calendar in {calendar}. Try:\n  diplocal show putin-to-china-2023-10 --log {log}"
    )
    if serve:
        from diplocal.cli.listening import Listening  # noqa: PLC0415 - needs the extra 'web'
        from diplocal.cli.worker import serve_as_of  # noqa: PLC0415 - needs the extra 'web'

        with open_store(log) as store:
            serve_as_of(THEN, store, Listening(serving.HOST, port))


def _fill(store: EventStore) -> None:
    store.append(*article.as_reported(), *article.what_followed())
    with as_file(files("diplocal.demo") / "visits-to-the-united-states.csv") as sheet:
        import_csv(sheet, store)


def _answers(diary: Diary) -> Iterator[RenderableType]:
    for day in (THEN, LATER):
        entries = diary.as_of(reported_by=day).answer(UpcomingVisits(), on=THEN).on(THEN, state="RU")
        yield _table(f"Upcoming for Russia on {THEN}, as reported by {day}", entries)
    contacts, seen, series = diary.as_of(reported_by=LATER).answer(ContactFrequency(), Patrols(), ConsultationRounds())
    yield _table("China and Russia, contacts by year", contacts.by("year", pair=("CN", "RU")))
    yield _table("China and the United States, lately", contacts.by("year", pair=("CN", "US"))[-8:])
    yield measure_tables.patrols(seen.by("month"), seen.tempo(), seen.answered_by(), "Patrols by month", ENGLISH)
    yield measure_tables.rounds(series.chosen(), LATER, ENGLISH)


def _table(title: str, answer: object) -> RenderableType:
    return tables.laid_out(title, lines_of(answer), ENGLISH)
