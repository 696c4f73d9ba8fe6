"""Events written down in TOML: read in people's words, all or none."""

import json
from pathlib import Path
from typing import Any

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal.dates import When
from diplocal.errors import UnreadableInput
from diplocal.events import (
    Corrected,
    EngagementEvent,
    ForcesScrambled,
    MeetingHeld,
    OfficeAssumed,
    PatrolConducted,
    VisitAnnounced,
    event,
)
from diplocal.events.registry import fields_of
from diplocal.importers.toml_events import read_toml
from diplocal.levels import Level, Purpose
from diplocal.parties import Office, Organisation, Person, Rank, State
from diplocal.series import Round, Series
from diplocal.sources import Attribution, Source
from diplocal.store import MemoryStore

CHINA, RUSSIA = State("CN"), State("RU")
WANG = Person("Wang Yi", CHINA, Office("Foreign Minister", Rank.FOREIGN_MINISTER))
GOLDEN = sorted((Path(__file__).parent / "golden").glob("diplocal.*.v1.json"))


@event("tomltest.dinner-held", version=2, upcasters={1: dict})
class DinnerHeld(EngagementEvent):
    """A dinner."""

    host: State
    when: When
    courses: int = 3


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file to write events in."""
    return tmp_path / "events.toml"


def toml(value: Any) -> str:
    """Write a value as TOML has it, on one line."""
    match value:
        case dict():
            return f"{{{', '.join(f'{toml(name)} = {toml(item)}' for name, item in value.items())}}}"
        case list():
            return f"[{', '.join(map(toml, value))}]"
        case str():
            return '"' + "".join(f"\\U{ord(letter):08X}" for letter in value) + '"'
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case _:
            return str(value.isoformat())


def read(file: Path, text: str) -> list[Any]:
    """Write a text down and read its events."""
    file.write_text(text, encoding="utf-8")
    return [envelope.event for envelope in read_toml(file)]


def test_an_event_reads_as_people_write_it(file: Path) -> None:
    (visit,) = read(
        file,
        """
        [[event]]
        type = "visit-announced"
        engagement = "wang-to-russia-2023-09"
        visitors = ["Foreign Minister Wang Yi (CN)", "CN"]
        host = "RU"
        when = "2023-09-18/2023-09-21"
        received_by = ["Sergei Lavrov (RU)"]
        level = "working"
        purposes = ["consultation"]
        round = { series = "Strategic Security Consultation", number = 18 }
        reported = 2023-09-18
        sources = ["TASS", { publisher = "MFA of China", attribution = "ministry", published = 2023-09-17 }]
        """,
    )
    assert visit == VisitAnnounced(
        engagement="wang-to-russia-2023-09",
        visitors=(WANG, CHINA),
        host=RUSSIA,
        when=When("2023-09-18/2023-09-21"),
        received_by=(Person("Sergei Lavrov", RUSSIA),),
        level=Level.WORKING,
        purposes=(Purpose.CONSULTATION,),
        round=Round(Series("Strategic Security Consultation"), 18),
        reported=pendulum.Date(2023, 9, 18),
        sources=(
            Source("TASS"),
            Source("MFA of China", attribution=Attribution.MINISTRY, published=pendulum.Date(2023, 9, 17)),
        ),
    )


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.name)
def test_the_wire_form_is_read_as_it_is(path: Path, file: Path) -> None:
    name = path.name.removesuffix(".v1.json")
    tables = [{"type": name, **json.loads(line)} for line in path.read_bytes().splitlines()]
    whole = [{"type": name, "version": 1, "data": json.loads(line)} for line in path.read_bytes().splitlines()]
    assert read(file, f"event = {toml(tables)}") == read(file, f"event = {toml(whole)}")
    assert len(tables) == len(read_toml(file))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2023-09-18", "2023-09-18"),
        ('"2023-10~"', "2023-10~"),
        ("2023-09-18T10:00:00+03:00", "2023-09-18T07:00:00Z"),
        ("2023-09-18 10:00:00.25Z", "2023-09-18T10:00:00.250000Z"),
        ('"2023-09-18T10:00:00+03:00[Europe/Moscow]"', "2023-09-18T10:00:00+03:00[Europe/Moscow]"),
    ],
)
def test_a_date_is_tomls_or_a_text(written: str, meant: str, file: Path) -> None:
    (scramble,) = read(file, f'[[event]]\ntype="forces-scrambled"\nengagement="patrol"\nby="KR"\nwhen={written}\n')
    assert scramble == ForcesScrambled(engagement="patrol", by=State("KR"), when=When(meant))


def test_the_side_of_a_person_and_of_forces_may_be_a_code(file: Path) -> None:
    meeting, patrol, office = read(
        file,
        """
        [[event]]
        type = "diplocal.meeting-held"
        engagement = "wang-guterres"
        participants = [{ kind = "person", name = "Wang Yi", party = "CN" }, "Secretary-General António Guterres (UN)"]
        when = 2023-09-18
        [[event]]
        type = "patrol-conducted"
        engagement = "patrol"
        actors = ["CN", "NATO"]
        when = "2023"
        craft = ["H-6"]
        [[event]]
        type = "office-assumed"
        engagement = "wang-yi-minister"
        person = "Foreign Minister Wang Yi (CN)"
        when = 2023-07-25
        """,
    )
    guterres = Person("António Guterres", Organisation("UN"), Office("Secretary-General", Rank.HEAD_OF_ORGANISATION))
    assert meeting == MeetingHeld(
        engagement="wang-guterres", participants=(Person("Wang Yi", CHINA), guterres), when=When("2023-09-18")
    )
    assert patrol == PatrolConducted(
        engagement="patrol", actors=(CHINA, Organisation("NATO")), when=When("2023"), craft=("H-6",)
    )
    assert office == OfficeAssumed(engagement="wang-yi-minister", person=WANG, when=When("2023-07-25"))


def test_an_event_inside_another_is_a_table_like_any_other(file: Path) -> None:
    (correction,) = read(
        file,
        """
        [[event]]
        type = "corrected"
        engagement = "gala"
        of = "e1"
        [event.right]
        type = "tomltest.dinner-held"
        engagement = "gala"
        host = "CN"
        when = 2023-09-18
        """,
    )
    right = DinnerHeld(engagement="gala", host=CHINA, when=When("2023-09-18"))
    assert correction == Corrected(engagement="gala", of="e1", right=right)


def test_an_event_has_the_id_and_audience_that_are_written_and_says_where_it_came_from(file: Path) -> None:
    text = '[[event]]\ntype="cancelled"\nengagement="gala"\n'
    file.write_text(f'{text}id="e1"\naudience="internal"\n{text}')
    first, second = read_toml(file)
    assert (first.id, first.audience, second.id, second.audience) == ("e1", "internal", None, "public")
    assert first.recorded_by == second.recorded_by == "diplocal record"
    assert first.correlation_id == second.correlation_id == read_toml(str(file))[0].correlation_id


def test_recording_a_file_twice_adds_nothing(file: Path) -> None:
    file.write_text('[[event]]\ntype="cancelled"\nengagement="gala"\n[[event]]\ntype="postponed"\nengagement="gala"\n')
    store = MemoryStore()
    store.append(*read_toml(file))
    store.append(*read_toml(file))
    assert store.position() == 2


GALA = '[[event]]\ntype="cancelled"\nengagement="gala"\n'


VISIT = '[[event]]\ntype="visit-announced"\nengagement="a"\n'
PATROL = '[[event]]\ntype="patrol-conducted"\nengagement="a"\n'
DINNER = '[[event]]\ntype="tomltest.dinner-held"\nengagement="a"\n'
CORRECTED = '[[event]]\ntype="corrected"\nengagement="a"\nof="e"\n'


@pytest.mark.parametrize(
    ("office", "rank"), [("Foreign Minister", Rank.FOREIGN_MINISTER), ("Keeper of the Seal", Rank.OTHER)]
)
def test_an_office_may_be_its_title(office: str, rank: Rank, file: Path) -> None:
    person = f"{{kind='person', name='Tom Hill', party={{kind='state', code='US'}}, office='{office}'}}"
    file.write_text(f"{VISIT}visitors=[{person}]\nhost='RU'\n")
    (envelope,) = read_toml(file)
    assert isinstance(envelope.event, VisitAnnounced)
    (visitor,) = envelope.event.visitors
    assert isinstance(visitor, Person)
    assert visitor.office == Office(office, rank)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "it has no events"),
        ("[event]\n", "it has no events"),
        ("event = 3\n", "it has no events"),
        ("event = [3]\n", "event 1: event is 3"),
        ("[[events]]\n", "events stands outside of an event"),
        ("[[event]\n", "it is not TOML in UTF-8.*line 1"),
        (GALA + "[[event]]\nengagement='gala'\n", r"event 2 \(without a type\): type is None"),
        (GALA + "[[event]]\ntype='canceled'\n", r"event 2 \(canceled\): no event type .* 'diplocal\.canceled'"),
        (GALA + "[[event]]\ntype='cancelled'\n", "event 2 .*engagement"),
        (GALA + "colour='red'\n", "event 1 .*colour"),
        (GALA + "reason=3\n", r"event 1 \(cancelled\): .*reason"),
        (GALA + "reason='  '\n", r"Cancelled\.reason is '  '"),
        (GALA + "id='two words'\n", r"Envelope\.id"),
        (GALA + "audience='All of us'\n", "audience"),
        (GALA + "reported=2023-09-18T10:00:00\n", "reported is .*expected an offset"),
        (GALA + "reported=10:00:00\n", "reported is .*expected a date"),
        (GALA + "reported='yesterday'\n", "reported"),
        (GALA + "data={}\n", "data is {}: expected a table of all fields"),
        ("[[event]]\ntype='cancelled'\ndata=3\n", "data is 3"),
        ("[[event]]\ntype='cancelled'\nversion=2\ndata={}\n", "version 2"),
        ("[[event]]\ntype='cancelled'\nversion=0\ndata={}\n", "version"),
        (VISIT + "visitors=['Wang Yi (Chna)']\nhost='RU'\n", "visitors is .*'CN'"),
        (VISIT + "visitors=['CN']\nhost='Ann (RU)'\n", "host is 'Ann"),
        (VISIT + "visitors='CN'\nhost='RU'\n", "visitors"),
        (VISIT + "visitors=[]\nhost='RU'\n", "visitors.*at least 1"),
        (PATROL + "actors=['Ann (CN)']\nwhen='2023'\n", "actors is 'Ann"),
        (PATROL + "actors=['CN']\nwhen='8/9/2023'\n", "when"),
        (PATROL + "actors=['CN']\nwhen='TBD'\n", "when is 'TBD'"),
        (PATROL + "actors=[{kind='state', code='UK'}]\nwhen='2023'\n", "'GB'"),
        (PATROL + "actors=[{kind='organisation', code='AU'}]\nwhen='2023'\n", "AFRICAN-UNION"),
        (VISIT + "visitors=['Deputy Undersecretary Tom Hill (US)']\nhost='RU'\n", "name = 'Tom Hill'"),
        (VISIT + "visitors=['Kowalczyk, Marek (PL)']\nhost='RU'\n", "name = 'Marek Kowalczyk'"),
        (DINNER + "host='NATO'\nwhen='2023'\n", "host is 'NATO': expected a state"),
        (CORRECTED + "right={type='cancelled', engagement='b'}\n", "same engagement"),
        (CORRECTED + "right={type='cancelled', engagement='A b'}\n", r"Cancelled\.engagement"),
        (CORRECTED + "right={engagement='a'}\n", "right is None"),
        (VISIT + "visitors=['CN']\nhost='RU'\nlevel='stat'\n", "level is 'stat': expected 'state', if .*working"),
        (VISIT + "visitor=['CN']\nhost='RU'\n", "field is 'visitor': expected 'visitors', if that is meant; one of"),
        (VISIT + "visitors=['Narnia']\nhost='Mordor'\nwhen='zz'\n", "(?s)Narnia.*Mordor.*zz"),
        ("[[event]]\ntype='visit-anounced'\n", "did you mean 'diplocal.visit-announced'"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_read(text: str, named: str, file: Path) -> None:
    file.write_text(text)
    with pytest.raises(UnreadableInput, match=f"(?s){named}.*nothing was imported") as refused:
        read_toml(file)
    assert refused.value.path == str(file)


@pytest.mark.parametrize("content", [b"\xff", b"\xfe\xff\x00a"])
def test_what_is_not_text_is_refused(content: bytes, file: Path) -> None:
    file.write_bytes(content)
    with pytest.raises(UnreadableInput, match="UTF-8"):
        read_toml(file)


def test_a_file_that_is_not_there_is_refused(file: Path) -> None:
    with pytest.raises(UnreadableInput, match="No such file"):
        read_toml(file)


anything = st.recursive(
    st.booleans() | st.integers() | st.text() | st.dates() | st.datetimes() | st.times(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
FIELDS = [field.name for field in fields_of(VisitAnnounced)]


@pytest.mark.filterwarnings("ignore::diplocal.importers.toml_events.CharactersLeftOut")
@given(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["visit-announced", "corrected", "tomltest.dinner-held"])},
        optional=dict.fromkeys((*FIELDS, "id", "audience", "version", "data", "right", "of"), anything),
    )
)
def test_whatever_is_written_is_read_or_refused_as_unreadable(
    tmp_path_factory: pytest.TempPathFactory, table: dict[str, Any]
) -> None:
    file = tmp_path_factory.getbasetemp() / "anything.toml"
    file.write_text(f"event = {toml([table])}", encoding="utf-8")
    try:
        (envelope,) = read_toml(file)
    except UnreadableInput as refused:
        assert "event 1 (" in refused.reason  # noqa: PT017 - either way is right
    else:
        assert isinstance(envelope.event, EngagementEvent)
