"""Values that people look at in a program are shown in a line, and tell what they are."""

from collections.abc import Iterator
from typing import Any

import attrs
import msgspec
import pytest

import diplocal
from diplocal import projections
from diplocal.dates import When
from diplocal.demo import article
from diplocal.diary import Diary
from diplocal.errors import UnknownEngagement
from diplocal.events import VisitAnnounced
from diplocal.parties import Office, Person, Rank, State
from diplocal.sources import Attribution, Source
from diplocal.store import MemoryStore

LONGEST = 201
WANG = Person("Wang Yi", State("CN"), Office("Foreign Minister", Rank.FOREIGN_MINISTER))


@pytest.fixture(scope="module")
def diary() -> Diary:
    log = MemoryStore()
    log.append(*article.as_reported(), *article.what_followed())
    return Diary(log)


def inside(value: Any, depth: int = 8) -> Iterator[Any]:
    """Yield a value and all that it holds."""
    if type(value).__module__.startswith("diplocal"):
        yield value
    if attrs.has(type(value)):
        parts = [getattr(value, field.name) for field in attrs.fields(type(value))]
    elif isinstance(value, msgspec.Struct):
        parts = [getattr(value, name) for name in value.__struct_fields__]
    else:
        several = [*value, *value.values()] if isinstance(value, dict) else value
        parts = list(several) if isinstance(several, list | tuple) else []
    for one in parts if depth else ():
        yield from inside(one, depth - 1)


def looked_at(diary: Diary) -> Iterator[Any]:
    for view in (getattr(projections, name) for name in dir(projections)):
        if hasattr(view, "read") and isinstance(getattr(view, "name", None), str):
            yield from inside(diary.answer(view()))
    ties, itineraries = diary.answer(projections.Network()), diary.answer(projections.Itineraries())
    yield from inside(ties.edges(nodes="persons"))
    yield from inside(itineraries.of("Wang Yi"))
    yield from inside([diary, diary.log, diary.checkpoint, diary.filter_of(state="CN", kind="visit", words="talks")])
    yield from inside([*diary.log.read(), *diary.changes(0), *diary.find(), diary.about("wang-to-russia-2023-09")])


def test_each_is_short_and_begins_with_its_class(diary: Diary) -> None:
    seen: dict[type, str] = {}
    for one in looked_at(diary):
        if not isinstance(one, list):
            seen[type(one)] = max(seen.get(type(one), ""), repr(one), key=len)
    assert {text for text in seen.values() if len(text) > LONGEST} == set()
    assert [cls.__name__ for cls, text in seen.items() if cls.__name__ not in text] == []
    assert {"Record", "Leg", "Edge", "Change", "Engagement", "VisitConcluded", "Person"} <= {c.__name__ for c in seen}


def test_they_say_what_tells_them_apart() -> None:
    source = Source("TASS", url="https://tass.example/1", attribution=Attribution.AIDE)
    visit = VisitAnnounced(
        engagement="visit", visitors=(WANG,), host=State("RU", "Russia"), when=When("2023-10"), sources=(source,)
    )
    assert repr(visit) == "VisitAnnounced('visit', visitors=('Wang Yi'), host=RU, when='2023-10', sources=('TASS'))"
    assert repr(WANG) == "Person('Wang Yi', party=CN, office='Foreign Minister')"
    assert repr(source) == "Source('TASS', url='https://tass.example/1', attribution='aide')"
    (record,) = MemoryStore().append(visit)
    assert repr(record) == f"Record(1, {visit!r})"


def test_a_change_is_a_table_in_a_notebook(diary: Diary) -> None:
    change = diary.changes(0)[0]
    assert change._repr_html_() == diplocal.projections.listing.shown([change])
    assert "<table>" in (change._repr_html_() or "")


def test_an_engagement_by_its_name_is_there_or_said_not_to_be(diary: Diary) -> None:
    folded = diplocal.replay(projections.AllEngagements(), diary.log)
    for asked in (diary, folded, diary.as_of(known_at=3)):
        assert asked["wang-to-russia-2023-09"].slug == "wang-to-russia-2023-09"
        with pytest.raises(UnknownEngagement, match="wang-to-russia-2023-09"):
            asked["wang-to-russia-2023"]
