"""What kind of engagement people mean, and how far it has come."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal.engagements import Kind, Status
from diplocal.errors import Unresolved
from diplocal.levels import Level, Purpose
from diplocal.names.kinds import DENIED, Sort, kind, status
from diplocal.names.tables import listed
from diplocal.projections.filters import Filter, kind_meant
from diplocal.web.index import SHOWN_KINDS


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("phone call", Sort("call")),
        ("VIDEO CALL", Sort("call")),
        ("State Visit", Sort("visit", Level.STATE)),
        ("visite d’État", Sort("visit", Level.STATE)),
        ("рабочий визит", Sort("visit", Level.WORKING)),
        ("Summit", Sort("meeting", purpose=Purpose.SUMMIT)),
        ("会晤", Sort("meeting")),
        ("joint exercise", Sort("exercise")),
        ("Tour", Sort("trip")),
        ("посол", Sort("posting")),
        ("latihan militer", Sort("exercise")),
    ],
)
def test_a_kind_is_known_by_what_people_call_it(text: str, meant: Sort) -> None:
    assert kind(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("called off", Status.CANCELLED),
        ("canceled", Status.CANCELLED),
        ("took place", Status.HELD),
        ("отложено", Status.POSTPONED),
        ("не состоялся", Status.CANCELLED),
        ("n’a pas eu lieu", Status.CANCELLED),
        ("未举行", Status.CANCELLED),
        ("annulée", Status.CANCELLED),
        ("已确认", Status.CONFIRMED),
        ("Announced", Status.PLANNED),
        ("ongoing", Status.UNDER_WAY),
        ("受邀", Status.INVITED),
    ],
)
def test_a_status_is_known_by_what_people_call_it(text: str, meant: Status) -> None:
    assert Status(status(text)) is meant


def test_no_word_means_two_things() -> None:
    in_a_sheet = partial(status, among=listed("statuses").keys())
    for table, read in (("kinds", kind), ("statuses", in_a_sheet)):
        for name, words in listed(table).items():
            first = name.partition(",")[0]
            for word in words:
                found = read(word)
                assert (found.kind if isinstance(found, Sort) else found) == first
                assert first in {DENIED, *(one.value for one in (Kind if isinstance(found, Sort) else Status))}


@pytest.mark.parametrize("text", ["не завершён", "unconfirmed", "not cancelled", "не отменено", "unscheduled"])
def test_the_opposite_of_a_status_does_not_come_near_it(text: str) -> None:
    with pytest.raises(Unresolved) as refused:
        status(text)
    assert not refused.value.near


def test_a_denial_is_no_status_of_an_engagement() -> None:
    with pytest.raises(Unresolved, match="'denied' is read in a sheet's column of status alone"):
        status("démenti")
    with pytest.raises(Unresolved, match="denied"):
        Filter.of(status="denied")


@pytest.mark.parametrize(("read", "text", "near"), [(kind, "vist", "visit"), (status, "cancelld", "cancelled")])
def test_a_slip_is_refused_with_what_comes_near(read: object, text: str, near: str) -> None:
    assert callable(read)
    with pytest.raises(Unresolved) as refused:
        read(text)
    assert refused.value.near[0] == near
    assert repr(text) in str(refused.value)


@pytest.mark.parametrize("text", ["held?", "cancelled ?", "held (?)", "~held", "举行？", "held*", "ملغى؟", "held/?"])
def test_a_status_in_doubt_is_none(text: str) -> None:
    with pytest.raises(Unresolved, match="without"):
        status(text)


def test_a_kind_in_doubt_is_none() -> None:
    for text in ("visit?", "state visit (?)", "会晤？"):
        with pytest.raises(Unresolved, match="without"):
            kind(text)


@given(st.text(max_size=600))
def test_any_text_is_a_kind_and_a_status_or_refused_with_the_text(text: str) -> None:
    for read in (kind, status):
        try:
            read(text)
        except Unresolved as error:
            assert repr(text[:100])[1:-1] in str(error)  # noqa: PT017 - it need not raise


@pytest.mark.parametrize("among", [tuple(Kind), SHOWN_KINDS])
@pytest.mark.parametrize("text", ["dinner", "vist", "statment", "visit?", "", "stat visit"])
def test_who_asks_for_no_kind_is_told_the_kinds_that_can_be_asked_for(text: str, among: tuple[Kind, ...]) -> None:
    with pytest.raises(Unresolved) as error:
        kind_meant(text, among)
    assert f"one of {', '.join(one.value for one in among)}" in str(error.value)
    assert set(error.value.near) <= {one.value for one in among}
    assert {kind_meant(form, among) for one in among for form in (one.value, one.value.title())} == set(among)


def test_a_kind_that_is_known_but_cannot_be_asked_for_is_none() -> None:
    for text in ("alias", "tenure", "unknown"):
        assert kind_meant(text).value == text
        with pytest.raises(Unresolved, match="agreement, statement"):
            kind_meant(text, SHOWN_KINDS)
    with pytest.raises(Unresolved, match="'visit': a filter by kind has no level"):
        kind_meant("state visit", SHOWN_KINDS)
