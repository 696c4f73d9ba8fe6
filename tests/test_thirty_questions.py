"""Thirty questions of analysts: each command of the document gives what a count over the source rows gives."""

# ruff: noqa: S608 - its SQL is made of its own texts

import asyncio
import csv
import html
import json
import re
import shlex
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pendulum
import pytest
from typer.testing import CliRunner

from diplocal.cli.program import app
from diplocal.dates import When
from diplocal.demo import article
from diplocal.events import (
    CallHeld,
    Cancelled,
    EngagementEvent,
    MeetingHeld,
    Postponed,
    Retracted,
    VisitAnnounced,
    VisitConcluded,
)
from diplocal.events.wire import identify
from diplocal.importers.csv_sheet import import_csv
from diplocal.parties import Person, State
from diplocal.store import open_store
from diplocal.web.app import feed_app

PAGE = Path(__file__).parents[1] / "docs" / "how-to" / "thirty-questions.md"
LINE = re.compile(r"^\| (\d+) \|.*\| `diplocal (.*)` \| (?:`(/.*)`|none: .*) \|$", re.MULTILINE)
ASKED = LINE.findall(PAGE.read_text(encoding="utf-8"))
QUESTIONS = {int(number): command for number, command, _ in ASKED}
ADDRESSES = {int(number): address for number, _, address in ASKED if address}
SHEET = files("diplocal.demo") / "visits-to-the-united-states.csv"
CN, RU, US, ID, FR = (State(code) for code in ("CN", "RU", "US", "ID", "FR"))
THEN = pendulum.date(2023, 11, 2)


def planned(slug: str, visitor: State, host: State, when: str | None) -> VisitAnnounced:
    date = When(when) if when else None
    return VisitAnnounced(engagement=slug, visitors=(visitor,), host=host, when=date, reported=THEN)


ERROR = planned("never-was", CN, RU, "2024-02")
MORE: tuple[EngagementEvent, ...] = (
    planned("no-date", ID, FR, None),
    planned("silent", FR, ID, "2024-03"),
    planned("ahead", RU, ID, "2024-09"),
    planned("called-off", FR, RU, "2024-01-15"),
    Cancelled(engagement="called-off", reported=THEN),
    planned("put-off", US, FR, "2024-01-20"),
    Postponed(engagement="put-off", reported=THEN),
    ERROR,
    Retracted(engagement="never-was", of=identify(ERROR), reported=THEN),
    MeetingHeld(
        engagement="four", participants=(CN, RU, US, FR), name="Some Summit", when=When("2023-08-22"), reported=THEN
    ),
    CallHeld(engagement="call", participants=(Person("Xi Jinping", CN), FR), when=When("2023-07-03"), reported=THEN),
    VisitConcluded(engagement="paris", visitors=(ID,), host=FR, when=When("2023-08-30"), place="Paris", reported=THEN),
)


class Row(NamedTuple):
    """A source row as somebody would type it who counts by hand; codes and names are parted by a blank, or a comma."""

    slug: str
    kind: str
    status: str
    first: str | None
    last: str | None
    codes: str
    host: str = ""
    level: str = ""
    place: str = ""
    people: str = ""


BY_HAND = (
    Row("wang-to-russia-2023-09", "visit", "held", "2023-09-18", "2023-09-21", "CN RU", "RU", people="Wang Yi"),
    Row(
        "wang-meets-lavrov-2023-09",
        "meeting",
        "held",
        "2023-09-18",
        "2023-09-18",
        "CN RU",
        "RU",
        "",
        "Moscow",
        "Wang Yi",
    ),
    Row(
        "security-consultation-18",
        "meeting",
        "held",
        "2023-09-19",
        "2023-09-19",
        "CN RU",
        "RU",
        "",
        "Moscow",
        "Wang Yi",
    ),
    Row(
        "putin-receives-wang-2023-09",
        "meeting",
        "held",
        "2023-09-20",
        "2023-09-20",
        "CN RU",
        "RU",
        "",
        "Saint Petersburg",
    ),
    Row("putin-to-china-2023-10", "visit", "held", "2023-10-17", "2023-10-18", "RU CN", "CN", "", "Beijing"),
    Row("xi-to-russia-2023-03", "visit", "held", "2023-03-01", "2023-03-31", "CN RU", "RU", "state", "Moscow"),
    Row("li-to-russia-2023-08", "visit", "held", "2023-08-01", "2023-08-31", "CN RU", "RU"),
    Row("li-to-belarus-2023-08", "visit", "held", "2023-08-01", "2023-08-31", "CN BY", "BY"),
    Row("china-russia-patrols-2023", "patrol", "held", "2023-06-01", "2023-09-30", "CN RU"),
    Row("no-date", "visit", "planned", None, None, "ID FR", "FR"),
    Row("silent", "visit", "planned", "2024-03-01", "2024-03-31", "FR ID", "ID"),
    Row("ahead", "visit", "planned", "2024-09-01", "2024-09-30", "RU ID", "ID"),
    Row("called-off", "visit", "cancelled", "2024-01-15", "2024-01-15", "FR RU", "RU"),
    Row("put-off", "visit", "postponed", None, None, "US FR", "FR"),
    Row("four", "meeting", "held", "2023-08-22", "2023-08-22", "CN RU US FR"),
    Row("call", "call", "held", "2023-07-03", "2023-07-03", "CN FR"),
    Row("paris", "visit", "held", "2023-08-30", "2023-08-30", "ID FR", "FR", "", "Paris"),
)


def sheet_rows() -> Iterator[Row]:
    for row in csv.DictReader(SHEET.read_text(encoding="utf-8").splitlines()):
        first, _, last = row["when"].partition("/")
        codes = re.findall(r"\(([A-Z]+)\)", row["who"])
        name = re.sub(r"\s*\(.*", "", row["who"])
        yield Row(
            *(row["engagement"], row["kind"], row["status"], first, last or first),
            *(f"{' '.join(codes)} {row['with']}", row["with"], row["level"], "", name),
        )


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("thirty") / "log.db"
    with open_store(path) as store:
        store.append(*article.as_reported(), *article.what_followed(), *MORE)
        import_csv(Path(str(SHEET)), store)
    return path


@pytest.fixture(scope="module")
def sources() -> Iterator[sqlite3.Connection]:
    every = [*BY_HAND, *sheet_rows()]
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(f"CREATE TABLE rows ({', '.join(Row._fields)})")
        database.execute("CREATE TABLE sides (slug, code)")
        database.executemany(f"INSERT INTO rows VALUES ({', '.join('?' * len(Row._fields))})", every)
        database.executemany(
            "INSERT INTO sides VALUES (?, ?)", {(row.slug, code) for row in every for code in row.codes.split()}
        )
        yield database


def asked(log: Path, number: int) -> Any:
    command = [*shlex.split(QUESTIONS[number]), "--json", "--log", str(log)]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, (command, done.output, done.exception)
    return json.loads(done.stdout)


def with_both(first: str, second: str) -> str:
    return " AND ".join(f"slug IN (SELECT slug FROM sides WHERE code = '{code}')" for code in (first, second))


COUNT = "(SELECT count(*) FROM sides WHERE sides.slug = rows.slug)"
PLANS = "status IN ('planned', 'postponed')"

LISTED: dict[int, str] = {
    10: f"{PLANS} AND (last IS NULL OR last >= '2023-12-01') AND slug IN (SELECT slug FROM sides WHERE code = 'ID')",
    11: PLANS,
    12: "status = 'planned' AND last < '2024-06-01'",
    13: "status = 'cancelled'",
    14: "status = 'postponed'",
    16: "kind = 'visit' AND codes = 'CN US' AND last >= '2000' AND first < '2016'",
    17: "level = 'state' AND host = 'US'",
    18: "last >= '2023-08-01' AND first <= '2023-08-31'",
    19: f"{with_both('CN', 'RU')} AND {COUNT} = 2 AND NOT {PLANS}",
    20: f"{with_both('CN', 'RU')} AND {COUNT} > 2",
    21: "kind = 'call'",
    22: f"place = 'Moscow' AND NOT {PLANS}",
    24: "people LIKE '%Sukarno'",
}
"""What SQL finds for each question that is answered by a list of engagements."""


@pytest.mark.parametrize("number", LISTED)
def test_a_list_holds_what_sql_finds(log: Path, sources: sqlite3.Connection, number: int) -> None:
    expected = {slug for (slug,) in sources.execute(f"SELECT slug FROM rows WHERE {LISTED[number]}")}
    assert expected
    assert sorted(one["engagement"] for one in asked(log, number)) == sorted(expected)


def last_of_sql(sources: sqlite3.Connection, condition: str) -> str:
    query = f"SELECT slug FROM rows WHERE status = 'held' AND {condition} ORDER BY first DESC LIMIT 1"
    (slug,) = sources.execute(query).fetchone()
    return str(slug)


def frequency(sources: sqlite3.Connection) -> dict[tuple[str, str], int]:
    query = (
        f"SELECT substr(first, 1, 4), kind, count(*) FROM rows WHERE status = 'held' AND {with_both('CN', 'US')}"
        f" AND {COUNT} = 2 GROUP BY 1, 2"
    )
    return {(year, kind): count for year, kind, count in sources.execute(query)}


def network(sources: sqlite3.Connection) -> dict[frozenset[str], int]:
    query = "SELECT a.code, b.code, count(*) FROM rows JOIN sides a USING (slug) JOIN sides b USING (slug)"
    until = f" WHERE status = 'held' AND first <= '2000-12-31' AND a.code < b.code AND {COUNT} = 2 GROUP BY 1, 2"
    return {frozenset((one, other)): count for one, other, count in sources.execute(query + until)}


def slugs_reported(first: str, last: str) -> set[str]:
    """Name what reports of these days are about, of the events themselves."""
    events = (*article.as_reported(), *article.what_followed(), *MORE)
    return {one.engagement for one in events if one.reported and first < one.reported.isoformat()[:10] <= last}


ANSWERED: dict[int, Callable[[Any, sqlite3.Connection], bool]] = {
    1: lambda found, sources: (
        found["last"]["engagement"] == last_of_sql(sources, f"{with_both('CN', 'RU')} AND {COUNT} = 2")
        and found["last_among_others"]["engagement"] == "four"
    ),
    2: lambda found, _: found["last"]["engagement"] == "wang-meets-lavrov-2023-09",
    3: lambda found, _: (found["last"], found["last_among_others"]) == (None, None),
    4: lambda found, _: found["last"]["engagement"] == "putin-receives-wang-2023-09",
    5: lambda found, _: {one["engagement"] for one in found} == slugs_reported("2023-09-18", "2023-09-25"),
    6: lambda found, _: [one["engagement"] for one in found] == ["putin-to-china-2023-10"],
    7: lambda found, _: {one["engagement"] for one in found} == slugs_reported("", "2023-09-18"),
    8: lambda found, _: {one["engagement"] for one in found} == {one.engagement for one in article.as_reported()[:4]},
    9: lambda found, _: (
        [one["engagement"] for one in found]
        == ["wang-to-russia-2023-09", "security-consultation-18", "wang-meets-lavrov-2023-09", "putin-to-china-2023-10"]
    ),
    15: lambda found, sources: {(row["period"], row["kind"]): row["count"] for row in found} == frequency(sources),
    23: lambda found, _: [one["engagement"] for one in found] == ["four", "putin-to-china-2023-10"],
    25: lambda found, _: found["destinations"] == {"BY": 1, "RU": 1},
    26: lambda found, _: (found["total"], found["answered_by"]) == (1, {"KR": 1}),
    27: lambda found, _: [one["number"] for one in found[0]["rounds"]] == [18],
    28: lambda found, _: (found[0]["plans"], found[0]["held"], found[0]["narrowings"]) == (2, 2, 1),
    29: lambda found, sources: (
        {frozenset((one["first"]["id"], one["second"]["id"])): one["contacts"] for one in found} == network(sources)
    ),
    30: lambda found, _: {one["discrepancy"] for one in found} <= {"perhaps one person"},
}
"""Whether the answer to a question is what the source rows say."""


@pytest.mark.parametrize("number", ANSWERED)
def test_an_answer_is_what_the_source_rows_say(log: Path, sources: sqlite3.Connection, number: int) -> None:
    found = asked(log, number)
    assert found
    assert ANSWERED[number](found, sources), found


def test_a_plan_without_a_date_has_its_age(log: Path) -> None:
    ages = {one["engagement"]: one["undated_since"] for one in asked(log, 11)}
    assert ages["no-date"] == "2023-11-02"
    assert ages["ahead"] is None


def test_there_are_thirty_and_each_is_tried() -> None:
    assert sorted(QUESTIONS) == list(range(1, 31))
    assert LISTED.keys() | ANSWERED.keys() == QUESTIONS.keys()


MEASURED = {number for number, address in ADDRESSES.items() if "view=" in address}
AHEAD = {7: "by-2023-09-18", 9: "by-2023-09-18", 10: ""}
"""Questions about a day, and whose page shows what lay ahead then."""


@pytest.fixture(scope="module")
def read(log: Path) -> Iterator[Callable[[str], str]]:
    with open_store(log) as store:
        server = feed_app(store, clock=lambda: pendulum.datetime(2024, 6, 1, 12))

        async def answered(address: str) -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(server), base_url="http://test") as client:
                return await client.get(address, follow_redirects=True)

        def read(address: str) -> str:
            answer = asyncio.run(answered(address))
            assert answer.status_code == 200, answer.text
            return html.unescape(answer.text)

        yield read


@pytest.mark.parametrize("number", sorted(MEASURED - {28}))
def test_a_page_measures_in_the_words_of_the_command(log: Path, read: Callable[[str], str], number: int) -> None:
    rows = re.findall(r"<tr>(<td.*?)</tr>", read(ADDRESSES[number]), re.DOTALL)
    shown = 2 if "last-met" in QUESTIONS[number] else None  # the command tells a date and a title, and how long ago
    cells = [cell for row in rows for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)[:shown]]
    command = [*shlex.split(QUESTIONS[number]), "--log", str(log)]
    table = CliRunner().invoke(app, command, env={"COLUMNS": "400"}).stdout
    words = " ".join(table.split())
    assert cells or "never" in words or "none" in words.lower()
    assert [cell for cell in cells if any(" ".join(line.split()) not in words for line in cell.splitlines())] == []


@pytest.mark.parametrize("number", sorted(ADDRESSES.keys() - MEASURED - AHEAD.keys()))
def test_a_page_lists_what_the_command_lists(log: Path, read: Callable[[str], str], number: int) -> None:
    answer = asked(log, number)
    there = {one["engagement"] for one in (answer if isinstance(answer, list) else [answer["last"]])}
    address, found, page = ADDRESSES[number], set[str](), 1
    while True:
        text = read(f"{address}{'&' if '?' in address else '?'}page={page}" if page > 1 else address)
        main = text.partition("<main")[2]
        section = main.partition('id="found"')[2] or main
        listed = set(re.findall(r"/entries/([a-z0-9-]+)", section))
        if listed <= found:
            break
        found |= listed
        if "month=" in address:  # is one page
            break
        page += 1
    assert there <= found
    if number not in (2, 12):  # whose pages list more: all contacts, and all of a feed beside what lapsed
        assert found == there
