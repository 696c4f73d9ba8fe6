"""RFC 5545 as its users write it: what a calendar means is read, whatever form it is in, or it is refused by name."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diplocal import wording
from diplocal.engagements import Status
from diplocal.importers.covers import Covers
from diplocal.importers.outcome import Outcome
from diplocal.store import MemoryStore

from .calendars import OSLO, calendar, day, entry, said, take, told, understood, zone


class TestExclusionsAndChanges:
    """RFC 5545, 3.8.5.1 and 3.8.4.4: whatever form they are said in, they mean an occurrence."""

    WEEKLY = ("DTSTART;TZID=Europe/Oslo:20260907T100000", "DTEND;TZID=Europe/Oslo:20260907T110000")
    RULE = "RRULE:FREQ=WEEKLY;COUNT=3"

    def begin(self, *lines: str, more: tuple[str, ...] = ()) -> list[str]:
        store = MemoryStore()
        outcome = take(calendar(entry(*lines), *more), store)
        assert outcome.rejected == outcome.ambiguous == ()
        return sorted(one.when.edtf[:16] for one in understood(store) if one.when)

    @pytest.mark.parametrize(
        "excluded",
        [
            *("EXDATE;TZID=Europe/Oslo:20260914T100000", "EXDATE:20260914T100000", "EXDATE:20260914T080000Z"),
            *("EXDATE;VALUE=DATE:20260914", "EXDATE:20260914", "EXDATE;TZID=Asia/Tokyo:20260914T170000"),
            *("EXDATE:20260101T000000Z,20260914T100000,20270101", "EXDATE;TZID=Europe/Oslo;VALUE=DATE:20260914"),
        ],
    )
    def test_an_occurrence_of_a_time_is_excluded_in_any_form(self, excluded: str) -> None:
        found = self.begin(*self.WEEKLY, self.RULE, excluded)
        assert found == ["2026-09-07T10:00", "2026-09-21T10:00"]

    @pytest.mark.parametrize(
        "excluded",
        [
            *("EXDATE;VALUE=DATE:20261012", "EXDATE:20261012", "EXDATE:20261012T000000Z", "EXDATE:20261012T000000"),
            *("EXDATE;TZID=Europe/Oslo:20261012T000000", "EXDATE;TZID=Europe/Oslo:20261012T100000"),
        ],
    )
    def test_an_occurrence_of_a_day_is_excluded_in_any_form(self, excluded: str) -> None:
        found = self.begin("DTSTART;VALUE=DATE:20261005", self.RULE, excluded)
        assert found == ["2026-10-05", "2026-10-19"]

    def test_a_time_in_utc_that_is_no_midnight_excludes_no_day_for_sure(self) -> None:
        (row,) = take(calendar(day("20261005", self.RULE, "EXDATE:20261011T220000Z"))).rejected
        assert "EXDATE" in row.reason
        assert "3.8.5.1" in row.reason

    def test_what_excludes_nothing_is_noted(self) -> None:
        outcome = take(calendar(entry(*self.WEEKLY, self.RULE, "EXDATE:20260915T100000")))
        assert outcome.taken == 3
        (row,) = outcome.noted
        assert row.reason == "EXDATE names no occurrence of its series (RFC 5545, 3.8.5.1)"

    @pytest.mark.parametrize("offset", [1, 2])
    def test_an_exclusion_reckoned_by_the_offset_of_the_other_season_is_understood(self, offset: int) -> None:
        weekly = ("DTSTART;TZID=Europe/Oslo:20261019T100000", self.RULE)
        excluded = f"EXDATE:20261026T{10 - offset:02}0000Z"
        assert len(self.begin(*weekly, excluded)) == 2
        noted = [row.reason for row in take(calendar(entry(*weekly, excluded))).noted]
        assert len(noted) == (offset == 2)
        assert all("it is taken for 10:00" in reason for reason in noted)

    @pytest.mark.parametrize("unread", ["STATUS:CALLED OFF", "DTSTART:2026-09-15", "DURATION:soon"])
    def test_an_occurrence_whose_change_cannot_be_read_is_not_as_it_was(self, unread: str) -> None:
        start = () if unread.startswith("DTSTART") else ("DTSTART;TZID=Europe/Oslo:20260914T120000",)
        changed = entry("RECURRENCE-ID;TZID=Europe/Oslo:20260914T100000", *start, unread)
        outcome = take(calendar(entry(*self.WEEKLY, self.RULE), changed))
        assert (outcome.taken, len(outcome.rejected)) == (2, 1)

    @pytest.mark.parametrize("sequence", [1, 2, 3])
    def test_an_edition_before_one_that_cannot_be_read_counts_no_more(self, sequence: int) -> None:
        later = entry("DTSTART:20261020T100000Z", "SEQUENCE:2", "STATUS:CALLED OFF")
        outcome = take(calendar(entry("DTSTART:20261019T100000Z", f"SEQUENCE:{sequence}"), later))
        assert (outcome.taken, len(outcome.ambiguous), len(outcome.rejected)) == (sequence == 3, sequence < 3, 1)

    @given(st.integers(0, 51), st.sampled_from(("UTC", "Asia/Kolkata", "America/New_York", "", "day")))
    def test_any_occurrence_of_a_year_is_found_in_any_zone(self, week: int, form: str) -> None:
        start = datetime(2026, 1, 5, 10, tzinfo=OSLO) + timedelta(weeks=week)
        there = start.astimezone(ZoneInfo(form or "UTC")) if form not in ("", "day") else start
        written = {
            "UTC": f":{there:%Y%m%dT%H%M%S}Z",
            "": f":{there:%Y%m%dT%H%M%S}",
            "day": f";VALUE=DATE:{there:%Y%m%d}",
        }
        excluded = written.get(form, f";TZID={form}:{there:%Y%m%dT%H%M%S}")
        lines = ("DTSTART;TZID=Europe/Oslo:20260105T100000", "RRULE:FREQ=WEEKLY;COUNT=52", f"EXDATE{excluded}")
        found = self.begin(*lines)
        assert len(found) == 51
        assert f"{start:%Y-%m-%dT%H:%M}" not in found

    @pytest.mark.parametrize(
        "named",
        [
            *("RECURRENCE-ID;VALUE=DATE:20260914", "RECURRENCE-ID:20260914", "RECURRENCE-ID:20260914T080000Z"),
            *("RECURRENCE-ID:20260914T100000", "RECURRENCE-ID;TZID=Europe/Oslo:20260914T100000"),
        ],
    )
    def test_a_changed_occurrence_is_found_in_any_form(self, named: str) -> None:
        moved = entry(named, "DTSTART;TZID=Europe/Oslo:20260916T150000")
        found = self.begin(*self.WEEKLY, self.RULE, more=(moved,))
        assert found == ["2026-09-07T10:00", "2026-09-16T15:00", "2026-09-21T10:00"]

    @pytest.mark.parametrize("named", ["VALUE=DATE:20260914", "X-A=b:20260914T100000", "X-A=b:20260914T080000Z"])
    def test_this_and_future_is_found_in_any_form(self, named: str) -> None:
        moved = entry(f"RECURRENCE-ID;RANGE=THISANDFUTURE;{named}", "DTSTART;TZID=Europe/Oslo:20260915T120000")
        found = self.begin(*self.WEEKLY, self.RULE, more=(moved,))
        assert found == ["2026-09-07T10:00", "2026-09-15T12:00", "2026-09-22T12:00"]

    def test_the_same_series_again_with_all_that_follow_moved_tells_nothing_new(self) -> None:
        moved = entry("RECURRENCE-ID;RANGE=THISANDFUTURE:20260914T080000Z", "DTSTART;TZID=Europe/Oslo:20260915T120000")
        store, feed = MemoryStore(), calendar(entry(*self.WEEKLY, self.RULE), moved)
        take(feed, store)
        assert take(feed, store, on=2) == Outcome(read=3, unchanged=3)

    def test_a_day_on_which_a_series_comes_twice_names_neither(self) -> None:
        twice = entry("DTSTART:20260907T080000Z", "RDATE:20260914T080000Z,20260914T120000Z")
        moved = entry("RECURRENCE-ID;VALUE=DATE:20260914", "DTSTART:20260916T080000Z")
        outcome = take(calendar(twice, moved))
        assert [row.reason.split()[0] for row in outcome.rejected] == ["RECURRENCE-ID"] * 2

    def test_a_change_of_no_occurrence_is_one_more_and_noted(self) -> None:
        moved = entry("RECURRENCE-ID:20260915T080000Z", "DTSTART:20260916T080000Z")
        outcome = take(calendar(entry(*self.WEEKLY, self.RULE), moved))
        assert (outcome.taken, len(outcome.noted)) == (4, 1)

    def test_two_changes_of_one_occurrence_in_two_forms_are_two_editions(self) -> None:
        first = entry("RECURRENCE-ID:20260914T080000Z", "SEQUENCE:1", "DTSTART:20260916T080000Z")
        second = entry("RECURRENCE-ID;VALUE=DATE:20260914", "SEQUENCE:2", "DTSTART:20260917T080000Z")
        outcome_days = self.begin(*self.WEEKLY, self.RULE, more=(second, first))
        assert outcome_days == ["2026-09-07T10:00", "2026-09-17T08:00", "2026-09-21T10:00"]


class TestMethods:
    """RFC 5546: the METHOD of a calendar says what its entries are."""

    def test_cancel_cancels_what_is_known_and_what_is_not(self) -> None:
        store = MemoryStore()
        take(calendar(day(), day("20260908", uid="other")), store)
        take(calendar(day("20260907", "SEQUENCE:1"), method="CANCEL"), store, on=2)
        assert said(store) == ["cancelled 2026-09-07", "planned 2026-09-08"]
        assert told(day(), method="cancel") == ["cancelled 2026-09-07"]

    def test_a_cancellation_need_not_say_what_or_when(self) -> None:
        letter = "BEGIN:VEVENT\r\nUID:talks\r\nDTSTAMP:20260101T080000Z\r\nEND:VEVENT\r\n"
        store = MemoryStore()
        take(calendar(day()), store)
        assert take(calendar(letter, method="CANCEL"), store, on=2).taken == 1
        assert said(store) == ["cancelled 2026-09-07"]
        assert take(calendar(letter, method="CANCEL"), store, on=3).unchanged == 1
        assert len(take(calendar(letter, method="CANCEL")).passed_over) == 1

    SERIES = ("DTSTART;TZID=Europe/Oslo:20260907T100000", "RRULE:FREQ=WEEKLY;COUNT=3")

    @pytest.mark.parametrize(
        ("named", "cancelled"),
        [
            ("", 3),
            ("RECURRENCE-ID:20260914T080000Z", 1),
            ("RECURRENCE-ID;VALUE=DATE:20260914", 1),
            ("RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Oslo:20260914T100000", 2),
        ],
    )
    def test_cancel_takes_back_a_series_or_some_of_it(self, named: str, cancelled: int) -> None:
        store = MemoryStore()
        take(calendar(entry(*self.SERIES)), store)
        lines = [named] if named else []
        take(calendar(entry("DTSTART;TZID=Europe/Oslo:20260914T100000", *lines), method="CANCEL"), store, on=2)
        assert [one.status for one in understood(store)].count(Status.CANCELLED) == cancelled
        assert len(understood(store)) == 3

    @pytest.mark.parametrize("method", ["REPLY", "COUNTER", "REFRESH", "DECLINECOUNTER", "X-OWN"])
    def test_letters_about_an_entry_announce_nothing_and_are_refused_by_name(self, method: str) -> None:
        store = MemoryStore()
        outcome = take(calendar(day(), method=method), store)
        assert understood(store) == []
        assert method in outcome.rejected[0].reason

    def test_add_adds_an_occurrence_to_a_series(self) -> None:
        store = MemoryStore()
        take(calendar(entry(*self.SERIES)), store)
        more = entry("DTSTART;TZID=Europe/Oslo:20260930T100000", "SEQUENCE:1")
        assert take(calendar(more, method="ADD"), store, on=2).taken == 1
        assert len(understood(store)) == 4
        assert all(one.listed for one in understood(store))

    @pytest.mark.parametrize(("method", "listed"), [("", 1), ("PUBLISH", 1), ("REQUEST", 2), ("ADD", 3), ("CANCEL", 2)])
    def test_only_a_whole_calendar_drops_what_it_lacks(self, method: str, listed: int) -> None:
        store = MemoryStore()
        take(calendar(day(), day("20260908", uid="other")), store)
        take(calendar(day("20260908", uid="other"), method=method), store, on=2)
        assert sum(one.listed for one in understood(store)) == listed

    def test_whoever_imports_may_say_that_a_file_is_a_part_or_the_whole(self) -> None:
        store = MemoryStore()
        take(calendar(day(), day("20260908", uid="other")), store)
        take(calendar(day("20260908", uid="other")), store, on=2, covers=Covers.PART)
        assert all(one.listed for one in understood(store))
        take(calendar(day("20260908", uid="other"), method="REQUEST"), store, on=3, covers=Covers.WHOLE)
        assert sum(one.listed for one in understood(store)) == 1

    def test_nothing_is_gone_while_an_entry_has_no_name(self) -> None:
        store = MemoryStore()
        take(calendar(day()), store)
        take(calendar(day().replace("UID:talks\r\n", "")), store, on=2)
        assert all(one.listed for one in understood(store))


class TestEditions:
    """RFC 5545, 3.8.7.4; RFC 5546, 2.1.5: the later edition counts, in whatever order they stand."""

    @given(
        st.permutations(
            [
                day("20260901", "SEQUENCE:1"),
                day("20260902", "SEQUENCE:2"),
                day("20260903", "SEQUENCE:10", "STATUS:CONFIRMED"),
            ]
        )
    )
    def test_the_highest_sequence_counts(self, editions: list[str]) -> None:
        assert told(*editions) == ["confirmed 2026-09-03"]

    @pytest.mark.parametrize("stamp", ["DTSTAMP", "LAST-MODIFIED"])
    def test_the_later_stamp_counts_among_equals(self, stamp: str) -> None:
        older, newer = (
            f"BEGIN:VEVENT\r\nUID:talks\r\n{stamp}:2026010{number}T080000Z\r\nSUMMARY:Talks\r\n"
            f"DTSTART;VALUE=DATE:2026090{number}\r\nEND:VEVENT\r\n"
            for number in (1, 2)
        )
        assert told(older, newer) == told(newer, older) == ["planned 2026-09-02"]

    def test_a_cancelled_edition_supersedes(self) -> None:
        store = MemoryStore()
        outcome = take(
            calendar(day("20260901", "SEQUENCE:2", "STATUS:CANCELLED"), day("20260901", "SEQUENCE:1")), store
        )
        assert said(store) == ["cancelled 2026-09-01"]
        assert (outcome.read, outcome.taken, len(outcome.passed_over)) == (2, 1, 1)

    def test_where_nothing_tells_them_apart_neither_is_recorded(self) -> None:
        store = MemoryStore()
        outcome = take(calendar(day("20260901"), day("20260902")), store)
        assert understood(store) == []
        assert len(outcome.ambiguous) == 2

    def test_the_same_twice_is_one(self) -> None:
        outcome = take(calendar(day(), day()))
        assert (outcome.taken, len(outcome.passed_over)) == (1, 1)


class TestEnds:
    """RFC 5545, 3.8.2.2 and 3.8.2.5: an end is after the start, in whatever way it is said."""

    @pytest.mark.parametrize(
        "lines",
        [
            ("DTSTART:20260907T100000Z", "DURATION:-PT1H"),
            ("DTSTART;VALUE=DATE:20260907", "DURATION:-P1D"),
            ("DTSTART:20260907T100000Z", "DTEND:20260907T095959Z"),
            ("DTSTART;TZID=Europe/Oslo:20260907T100000", "DTEND;TZID=Asia/Tokyo:20260907T100000"),
            ("DTSTART:20260907T100000Z", "RDATE;VALUE=PERIOD:20260908T100000Z/20260908T090000Z"),
            ("DTSTART:20260907T100000Z", "RDATE;VALUE=PERIOD:20260908T100000Z/-PT1H"),
            ("DTSTART:20260907T100000Z", "DTEND;VALUE=DATE:20260908"),
            ("DTSTART:20260907T100000Z", "DURATION:an hour"),
            ("DTSTART:20260907T100000Z", "DURATION:PT1H", "DTEND:20260907T110000Z"),
        ],
        ids=lambda lines: lines[-1],
    )
    def test_one_that_cannot_be_is_refused_with_its_property(self, lines: tuple[str, ...]) -> None:
        (row,) = take(calendar(entry(*lines))).rejected
        assert row.reason.startswith(("DURATION", "DTEND", "RDATE"))
        assert "RFC 5545, 3." in row.reason

    @pytest.mark.parametrize(
        ("lines", "expected"),
        [
            (("DTSTART:20260907T100000Z", "DURATION:PT0S"), "planned 2026-09-07T10:00:00Z"),
            (("DTSTART:20260907T100000Z", "DTEND:20260907T100000Z"), "planned 2026-09-07T10:00:00Z"),
            (("DTSTART;VALUE=DATE:20260907", "DTEND;VALUE=DATE:20260907"), "planned 2026-09-07"),
            (("DTSTART;VALUE=DATE:20260907", "DURATION:P0D"), "planned 2026-09-07"),
            (
                ("DTSTART:20260907T100000Z", "RDATE;VALUE=PERIOD:20260907T100000Z/PT0S"),
                "planned 2026-09-07T10:00:00Z",
            ),
        ],
    )
    def test_one_at_the_start_says_nothing_and_is_noted(self, lines: tuple[str, ...], expected: str) -> None:
        store = MemoryStore()
        (row,) = take(calendar(entry(*lines)), store).noted
        assert row.reason.split()[0] == lines[1].split(";")[0].split(":")[0]
        assert said(store) == [expected]

    def test_the_last_day_that_can_be_written_is_read(self) -> None:
        assert told(day("99991231")) == ["planned 9999-12-31"]


class TestStatus:
    """RFC 5545, 3.8.1.11: a status that nobody knows is never a plan."""

    @pytest.mark.parametrize(
        ("stated", "status"),
        [
            *(("CANCELLED", "cancelled"), ("CANCELED", "cancelled"), ("canceled ", "cancelled")),
            *(("TENTATIVE", "planned"), ("Confirmed", "confirmed"), ("POSTPONED", "postponed")),
        ],
    )
    def test_spellings_of_which_it_is_plain_what_they_mean(self, stated: str, status: str) -> None:
        assert told(day("20260907", f"STATUS:{stated}"))[0].split()[0] == status

    @pytest.mark.parametrize("stated", ["CALLED OFF", "abgesagt", "NO-SHOW", "CANCELLED,CONFIRMED"])
    def test_any_other_is_refused_with_its_value(self, stated: str) -> None:
        store = MemoryStore()
        take(calendar(day()), store)
        (row,) = take(calendar(day("20260907", f"STATUS:{stated}")), store, on=2).rejected
        assert f"STATUS is {stated!r}" in row.reason
        assert all(one.listed for one in understood(store))

    def test_an_occurrence_with_one_is_refused_with_its_series_left(self) -> None:
        series = day("20260907", "RRULE:FREQ=DAILY;COUNT=3")
        changed = day("20260908", "RECURRENCE-ID;VALUE=DATE:20260908", "STATUS:CALLED OFF")
        assert len(take(calendar(series, changed)).rejected) == 1

    @pytest.mark.parametrize("line", ["STATUS", "STATUS;X:CANCELLED", "STATUS CANCELLED"])
    def test_a_line_that_may_say_it_and_cannot_be_read_is_refused(self, line: str) -> None:
        assert len(take(calendar(day("20260907", line))).rejected) == 1

    def test_two_that_differ_are_refused(self) -> None:
        assert len(take(calendar(day("20260907", "STATUS:TENTATIVE", "STATUS:CANCELLED"))).rejected) == 1


class TestCounts:
    """What a file has is counted: taken, or not taken with the reason."""

    def test_a_series_before_the_years_that_are_read_is_passed_over(self) -> None:
        outcome = take(calendar(day("20200301", "RRULE:FREQ=WEEKLY;COUNT=5")))
        assert (outcome.read, len(outcome.passed_over)) == (1, 1)
        assert "2025-01-01" in outcome.passed_over[0].reason

    def test_components_of_other_kinds_are_passed_over(self) -> None:
        others = "".join(f"BEGIN:{name}\r\nUID:x\r\nEND:{name}\r\n" for name in ("VTODO", "VJOURNAL", "X-ODD"))
        outcome = take(calendar(zone("Ours"), day(), others))
        assert (outcome.read, outcome.taken, len(outcome.passed_over)) == (4, 1, 3)

    def test_a_change_that_its_series_excludes_is_passed_over(self) -> None:
        series = day("20260907", "RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20260908")
        changed = day("20260910", "RECURRENCE-ID;VALUE=DATE:20260908")
        outcome = take(calendar(series, changed))
        assert (outcome.read, outcome.taken, len(outcome.passed_over)) == (3, 2, 1)


class TestNewIdentifiers:
    """RFC 7986, 5.3: UIDs persist. Where they do not, what an entry says tells which it is."""

    def twice(self, before: list[str], after: list[str]) -> tuple[MemoryStore, Outcome]:
        store = MemoryStore()
        take(calendar(*before), store)
        return store, take(calendar(*after), store, on=2)

    def test_an_entry_with_a_new_uid_is_known_again_by_what_it_says(self) -> None:
        before = [day("20260907", uid="a1", title="Fisheries"), day("20260908", uid="b1", title="Trade")]
        store, outcome = self.twice(before, [day("20260907", uid="a2", title="fisheries ")])
        assert len(understood(store)) == 2
        assert (outcome.taken, len(outcome.noted)) == (0, 2)
        assert [one.listed for one in understood(store) if wording.title(one) == "Trade"] == [False]

    def test_each_fetch_may_bring_new_ones(self) -> None:
        store = MemoryStore()
        for number in range(1, 6):
            take(calendar(*(day(f"2026090{n}", uid=f"{n}-{number}") for n in range(1, 4))), store, on=number)
        assert len(understood(store)) == 3

    def test_the_same_instant_in_another_zone_is_the_same_time(self) -> None:
        there = entry("DTSTART;TZID=Europe/Oslo:20260907T120000", uid="new")
        store, outcome = self.twice([entry("DTSTART:20260907T100000Z")], [there])
        assert (outcome.taken, len(understood(store))) == (0, 1)

    def test_another_place_corrects(self) -> None:
        store, outcome = self.twice([day("20260907", "LOCATION:Oslo")], [day("20260907", "LOCATION:Bergen", uid="new")])
        assert outcome.corrected == 1
        assert [one.place for one in understood(store)] == ["Bergen"]

    def test_another_day_moves_a_title_that_stands_once(self) -> None:
        store, outcome = self.twice([day("20260907")], [day("20260909", uid="new")])
        assert outcome.taken == 1
        assert said(store) == ["planned 2026-09-09"]

    def test_another_day_moves_nothing_while_another_uid_persists(self) -> None:
        kept = day("20261001", uid="kept", title="Other")
        store, _ = self.twice([day("20260907"), kept], [day("20260909", uid="new"), kept])
        assert len(understood(store)) == 3

    def test_two_that_are_alike_are_ambiguous_and_neither_is_gone_or_doubled(self) -> None:
        store, outcome = self.twice([day(uid="a1"), day(uid="b1")], [day(uid="a2"), day(uid="b2")])
        assert len(outcome.ambiguous) == 2
        assert [one.listed for one in understood(store)] == [True, True]

    def test_the_occurrences_of_a_series_are_known_again(self) -> None:
        rule = "RRULE:FREQ=WEEKLY;COUNT=4"
        store, outcome = self.twice([day("20260907", rule, uid="a1")], [day("20260907", rule, uid="a2")])
        assert len(understood(store)) == 4
        assert outcome.unchanged == 4

    def test_a_part_of_a_calendar_is_compared_with_nothing(self) -> None:
        store = MemoryStore()
        take(calendar(day(uid="a1")), store)
        take(calendar(day(uid="a2"), method="REQUEST"), store, on=2)
        assert len(understood(store)) == 2

    @settings(deadline=None)
    @given(
        st.lists(
            st.tuples(st.sampled_from("abc"), st.integers(1, 9), st.booleans()),
            max_size=6,
            unique_by=lambda one: one[:2],
        )
    )
    def test_what_stays_the_same_under_new_uids_is_never_doubled(self, entries: list[tuple[str, int, bool]]) -> None:
        def parts(edition: int) -> list[str]:
            return [
                day(f"2026090{number}", uid=f"{title}{number}{edition if is_new else ''}", title=title)
                for title, number, is_new in entries
            ]

        store, outcome = self.twice(parts(1), parts(2))
        assert len(understood(store)) == len(entries)
        assert outcome.unchanged == len(entries)
        assert all(one.listed for one in understood(store))
