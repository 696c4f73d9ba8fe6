"""Instants and the nights on which clocks change."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pendulum
import pytest

from diplocal.dates import When, stored_when
from diplocal.errors import InvalidValue, UnreadableInput
from diplocal.events import CallAnnounced
from diplocal.events.wire import decode, encode
from diplocal.importers.toml_events import read_toml
from diplocal.parties import State


def transitions(zone: str, year: int) -> Iterator[tuple[datetime, timedelta]]:
    """Give the instants in a year at which a zone's clocks change, and by how much they jump."""
    here, quarter = ZoneInfo(zone), timedelta(minutes=15)

    def offset(moment: datetime) -> timedelta:
        return moment.astimezone(here).utcoffset() or timedelta()

    for day, next_day in pairwise(datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(367)):
        if offset(day) != offset(next_day):
            moments = (day + quarter * n for n in range(97))
            yield next((moment, jump) for moment in moments if (jump := offset(moment) - offset(moment - quarter)))


CHANGES = [
    (zone, moment, jump)
    for zone, year in [
        *(("Europe/Paris", 2023), ("America/New_York", 2023), ("America/St_Johns", 2006), ("Europe/Moscow", 2011)),
        *(("Australia/Lord_Howe", 2023), ("Africa/Casablanca", 2023), ("Antarctica/Troll", 2023)),
        *(("Europe/Moscow", 2014), ("Pacific/Auckland", 2023), ("Asia/Tehran", 2022), ("Pacific/Apia", 2011)),
    ]
    for moment, jump in transitions(zone, year)
]


class TestClocks:
    """The nights on which clocks change, in zones that go by an hour, half an hour, two hours, a whole day."""

    def test_there_are_changes_both_ways_and_of_several_sizes(self) -> None:
        assert {jump > timedelta() for _, _, jump in CHANGES} == {True, False}
        assert {abs(jump) for _, _, jump in CHANGES} >= {timedelta(minutes=30), timedelta(hours=1), timedelta(hours=2)}

    @pytest.mark.parametrize(("zone", "change", "jump"), CHANGES)
    def test_every_instant_around_a_change_is_kept(self, zone: str, change: datetime, jump: timedelta) -> None:
        for minutes in range(-180, 181, 15):
            moment = (change + timedelta(minutes=minutes)).astimezone(ZoneInfo(zone))
            when = When(f"{moment.isoformat()}[{zone}]")
            assert when.begins_at
            assert when.begins_at.astimezone(UTC) == change + timedelta(minutes=minutes)
            assert when.begins_at.fold == moment.fold
            assert When.at(when.begins_at) == when
            assert jump

    @pytest.mark.parametrize(("zone", "change", "jump"), [change for change in CHANGES if change[2] > timedelta()])
    def test_a_time_that_the_clocks_skip_is_refused(self, zone: str, change: datetime, jump: timedelta) -> None:
        after = change.astimezone(ZoneInfo(zone))
        skipped = after.replace(tzinfo=None) - jump / 2
        for offset in (after, change - timedelta(minutes=1)):
            stated = offset.astimezone(ZoneInfo(zone)).isoformat()[19:]
            with pytest.raises(InvalidValue, match=f"the clocks of {zone} skip"):
                When(f"{skipped.isoformat()}{stated}[{zone}]")
        with pytest.raises(InvalidValue, match=f"the clocks of {zone} skip"):
            When.at(pendulum.DateTime(*skipped.timetuple()[:6], tzinfo=pendulum.timezone(zone)))

    @pytest.mark.parametrize("fold", [0, 1])
    def test_a_time_that_comes_twice_is_the_one_that_its_offset_says(self, fold: int) -> None:
        moment = pendulum.DateTime(2023, 10, 29, 2, 30, tzinfo=pendulum.timezone("Europe/Paris"), fold=fold)
        when = When.at(moment)
        assert when.edtf == f"2023-10-29T02:30:00+0{2 - fold}:00[Europe/Paris]"
        assert when.begins_at is not None
        assert when.begins_at.fold == fold
        assert str(when) == f"29 October 2023, 02:30 (+0{2 - fold}:00) Europe/Paris"

    def test_a_meeting_may_begin_before_and_end_after_the_clocks_go_back(self) -> None:
        meeting = When("2023-10-29T02:45+02:00[Europe/Paris]/2023-10-29T02:15+01:00[Europe/Paris]")
        assert meeting.begins_at is not None
        assert meeting.ends_at is not None
        assert meeting.ends_at.astimezone(UTC) - meeting.begins_at.astimezone(UTC) == timedelta(minutes=30)
        assert meeting.contains(meeting)
        with pytest.raises(InvalidValue, match="not before its start"):
            When("2023-10-29T02:15+01:00[Europe/Paris]/2023-10-29T02:45+02:00[Europe/Paris]")


class TestSuffixes:
    """What is said beside instant and zone is passed over, unless it is critical (RFC 9557, 3.3 and 4.1)."""

    @pytest.mark.parametrize("tags", ["[u-ca=hebrew]", "[u-ca=islamic-umalqura]", "[_x=1]", "[a-1=b][c=d-e]", ""])
    @pytest.mark.parametrize("instant", ["2024-01-01T10:00:00+01:00[Europe/Berlin]", "2024-01-01T10:00:00Z"])
    def test_what_is_elective_is_passed_over(self, instant: str, tags: str) -> None:
        assert When(instant + tags) == When(instant)
        assert When(f"{instant}{tags}/2024-01-02T10:00Z{tags}") == When(f"{instant}/2024-01-02T10:00Z")
        assert stored_when(instant + tags) == When(instant)

    @pytest.mark.parametrize("tags", ["[!u-ca=hebrew]", "[u-ca=hebrew][!_x=1]", "[!a=b][c=d]"])
    def test_what_is_critical_is_refused(self, tags: str) -> None:
        for instant in ("2024-01-01T10:00+01:00[Europe/Berlin]", "2024-01-01T10:00Z", "2024-01-01T10:00+01:00"):
            with pytest.raises(InvalidValue, match="no suffix beside the time zone that is critical"):
                When(instant + tags)
            with pytest.raises(InvalidValue, match="critical"):
                stored_when(instant + tags)

    @pytest.mark.parametrize("tags", ["[u-ca=]", "[=hebrew]", "[U-CA=hebrew]", "[u-ca=he_brew]", "[a=b-]"])
    def test_what_is_no_suffix_is_refused(self, tags: str) -> None:
        with pytest.raises(InvalidValue, match="expected a date, a time and its offset"):
            When(f"2024-01-01T10:00Z{tags}")

    def test_the_first_year_is_told_in_four_digits(self) -> None:
        with pytest.raises(InvalidValue, match="an instant from 0001-01-02 to 9999-12-30"):
            When("0001-01-01T00:00+01:00")


class TestStoredInstants:
    """What was right when it was stored is read whatever became of its zone: the local time stays (RFC 9557, 3.4)."""

    @pytest.mark.parametrize(
        ("stored", "read"),
        [
            # the offset no longer fits: ten o'clock is ten o'clock
            ("2050-07-01T10:00:00+07:00[Europe/Moscow]", "2050-07-01T10:00:00+03:00[Europe/Moscow]"),
            # the clocks now skip that time: the instant stays
            ("2023-03-26T02:30:00+00:00[Europe/Paris]", "2023-03-26T04:30:00+02:00[Europe/Paris]"),
            # it now comes twice, and the offset is of neither: the first
            ("2023-10-29T02:30:00+05:00[Europe/Paris]", "2023-10-29T02:30:00+02:00[Europe/Paris]"),
            # this machine does not know the zone: the instant stays
            ("2050-07-01T10:00:00+03:00[Europe/Atlantis]", "2050-07-01T07:00:00Z"),
            # an interval keeps its order, or else its instants
            (
                "2050-07-01T10:00:00+07:00[Europe/Moscow]/2050-07-01T12:00:00+07:00[Europe/Moscow]",
                "2050-07-01T10:00:00+03:00[Europe/Moscow]/2050-07-01T12:00:00+03:00[Europe/Moscow]",
            ),
            (
                "2050-07-01T10:00:00+07:00[Europe/Moscow]/2050-07-01T03:30:00Z",
                "2050-07-01T03:00:00Z/2050-07-01T03:30:00Z",
            ),
        ],
    )
    def test_a_zone_that_changed_its_rules(self, stored: str, read: str) -> None:
        assert stored_when(stored) == When(read)
        with pytest.raises(InvalidValue):
            When(stored)

    @pytest.mark.parametrize(
        "text",
        [
            "2050-07-01T10:00:00+07:00[!Europe/Moscow]",
            "2050-07-01T10:00:00[Europe/Moscow]",
            "2050-02-30T10:00:00+07:00[Europe/Moscow]",
            "0001-01-01T00:00:00+14:00[Europe/Moscow]",
            "2050-07-01T10:00:00+07:00[Europe/Moscow]/soon",
            "soon",
        ],
    )
    def test_what_could_never_be_stored_is_refused(self, text: str) -> None:
        with pytest.raises(InvalidValue):
            stored_when(text)

    def test_an_event_of_such_a_time_is_understood(self) -> None:
        call = CallAnnounced(
            engagement="call",
            participants=(State("CN"), State("RU")),
            when=When("2050-07-01T10:00+03:00[Europe/Moscow]"),
        )
        wire = encode(call)
        before = msgspec.structs.replace(wire, data=wire.data.replace(b"+03:00", b"+07:00"))
        assert decode(before) == call

    @pytest.mark.parametrize("stated", ["reported", "when"])
    def test_a_time_by_hand_whose_offset_does_not_fit_is_a_slip(self, stated: str, tmp_path: Path) -> None:
        path = tmp_path / "events.toml"
        path.write_text(
            f'[[event]]\ntype = "call-announced"\nengagement = "call"\nparticipants = ["CN", "RU"]\n'
            f'{stated} = "2050-07-01T10:00+07:00[Europe/Moscow]"\n'
        )
        with pytest.raises(UnreadableInput, match="the offset that Europe/Moscow has at that time"):
            read_toml(path)
