"""FollowTheMoney: entities of its published model, and nothing surer than what is known."""

import io
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from typer.testing import CliRunner

from diplocal.cli.program import app
from diplocal.dates import When
from diplocal.demo import article
from diplocal.diary import Diary
from diplocal.events import MeetingHeld
from diplocal.parties import Office, Organisation, Person, State
from diplocal.store import MemoryStore, open_store
from diplocal.tabular import entities, to_csv, to_followthemoney, to_parquet
from diplocal.testing import histories
from diplocal.testing.history import History

PROPERTIES = {
    "Event": {
        *("name", "summary", "keywords", "recordId", "location", "country", "publisher", "sourceUrl", "involved"),
        *("startDate", "endDate", "date"),
    },
    "Person": {"name", "position", "country", "wikidataId"},
    "PublicBody": {"name", "country"},
    "Organization": {"name"},
}
"""Of each schema, what we fill in, as version 4.11 of the model names it."""
WANG = Person("Wang Yi", State("CN"), Office("Foreign Minister"), wikidata="Q704459")


def met(when: str, *others: Person | State | Organisation) -> list[dict[str, Any]]:
    log = MemoryStore()
    log.append(MeetingHeld(engagement="met", participants=(WANG, State("RU"), *others), when=When(when)))
    return entities(Diary(log).find(), log_id=log.log_id)


@settings(max_examples=20)
@given(history=histories())
def test_every_entity_is_of_the_model_and_nobody_is_missing(history: History) -> None:
    log = MemoryStore()
    log.append(*history.events)
    found = entities(Diary(log).find(), log_id=log.log_id)
    ids = {one["id"] for one in found}
    assert len(ids) == len(found)
    for one in found:
        assert one["properties"].keys() <= PROPERTIES[one["schema"]]
        assert all(isinstance(value, str) and value for values in one["properties"].values() for value in values)
        assert one["properties"]["name"]
        assert set(one["properties"].get("involved", ())) <= ids


@pytest.mark.parametrize(
    ("when", "dates"),
    [
        ("2023-09-18", {"startDate": ["2023-09-18"], "endDate": ["2023-09-18"]}),
        ("2023-09-18/2023-09-21", {"startDate": ["2023-09-18"], "endDate": ["2023-09-21"]}),
        ("2023-09", {"date": ["2023-09"]}),
        ("2023", {"date": ["2023"]}),
        ("2023-09~", {}),
        ("2023?", {}),
        ("[2023-09-18..2023-10-21]", {"date": ["2023"]}),
    ],
)
def test_a_date_is_no_surer_than_it_is_known(when: str, dates: dict[str, list[str]]) -> None:
    event = met(when)[-1]["properties"]
    assert {name: event[name] for name in ("startDate", "endDate", "date") if name in event} == dates


def test_somebody_is_one_entity_with_all_offices_and_events_of_logs_are_apart() -> None:
    first, second = (met("2023", Person("Wang Yi", State("CN"), Office("Director"), wikidata="Q704459")) for _ in "ab")
    (wang,) = (one for one in first if one["schema"] == "Person")
    assert wang["id"] == "Q704459"
    assert wang["properties"]["position"] == ["Foreign Minister", "Director"]
    assert first[:-1] == second[:-1]
    assert first[-1]["id"] != second[-1]["id"]


def test_commands_write_entities_and_parquet(tmp_path: Path) -> None:
    path = tmp_path / "visits.db"
    with open_store(path) as store:
        store.append(*article.as_reported())
        found = Diary(store).find(pair=("CN", "RU"))
        expected, log_id = to_followthemoney(found, log_id=store.log_id), store.log_id
    command = ["list", "--pair", "CN", "RU", "--log", str(path), "--format"]
    written = CliRunner().invoke(app, [*command, "ftm"]).stdout_bytes
    assert log_id
    assert written == expected
    assert [json.loads(line)["schema"] for line in written.splitlines()].count("Event") == len(found)
    for form, columns in (("parquet", ["engagement", "when.edtf"]),):
        frame = pl.read_parquet(io.BytesIO(CliRunner().invoke(app, [*command, form]).stdout_bytes))
        assert set(columns) <= set(frame.columns)
        assert len(frame) == len(found)
    refused = CliRunner().invoke(app, ["frequency", "--log", str(path), "--format", "ftm"])
    assert "this answer counts" in refused.output


def test_parquet_has_the_columns_of_the_sheet_and_days_are_days() -> None:
    log = MemoryStore()
    log.append(*article.as_reported())
    found = Diary(log).find()
    frame = pl.read_parquet(io.BytesIO(to_parquet(found)))
    assert frame.columns == to_csv(found).split("\r\n")[0].split(",")
    assert frame.schema["when.earliest"] == pl.Date
