"""What a calendar withholds, takes out or says twice: never passed over, by the import nor by the check."""

from typing import Any

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal import wording
from diplocal.calendars.called_off import Title
from diplocal.calendars.check import check
from diplocal.engagements import Engagement, Engagements, Status
from diplocal.importers.ical_feed import import_ical
from diplocal.importers.outcome import Outcome
from diplocal.store import MemoryStore
from diplocal.wording.language import LANGUAGES

DAY = "DTSTART;VALUE=DATE:20261001"


def event(*lines: str, uid: str = "talks") -> str:
    summary = () if any(line.startswith("SUMMARY") for line in lines) else ("SUMMARY:Talks",)
    return "\r\n".join(("BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260901T080000Z", *summary, *lines, "END:VEVENT", ""))


def calendar(*parts: str, head: tuple[str, ...] = ()) -> bytes:
    opening = "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Quay//Desk//EN", *head, ""))
    return (opening + "".join(parts) + "END:VCALENDAR\r\n").encode()


def take(content: bytes, store: MemoryStore | None = None, *, on: int = 2, **options: Any) -> Outcome:
    into = MemoryStore() if store is None else store
    return import_ical(content, into, reported=pendulum.Date(2026, 9, on), upstream="Quay", **options)


def understood(store: MemoryStore, audience: str | None = None) -> list[Engagement]:
    return list(Engagements().take(store.read(audience=audience))[0])


def days(store: MemoryStore) -> list[str]:
    return sorted(one.when.edtf for one in understood(store) if one.when)


def found(content: bytes) -> set[str]:
    return {finding.property for finding in check(content)}


class TestClass:
    """RFC 5545, 3.8.1.3: what is not PUBLIC is not for the public; what nobody knows is PRIVATE."""

    @pytest.mark.parametrize("value", ["PRIVATE", "CONFIDENTIAL", "confidential", "X-EYES-ONLY", "SECRET", ""])
    def test_what_is_not_public_is_not_told_to_the_public(self, value: str) -> None:
        store, content = MemoryStore(), calendar(event(DAY, f"CLASS:{value}"))
        (rejected,) = take(content, store).rejected
        assert rejected.place == "entry 1 (talks), line 9"
        assert rejected.reason.startswith(f"CLASS is {value!r}, not for the public")
        assert store.position() == 0
        assert ("CLASS" in found(content)) is not value.startswith("X-")

    @given(value=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ-", min_size=1, max_size=12))
    def test_only_what_is_public_reaches_the_public(self, value: str) -> None:
        store = MemoryStore()
        take(calendar(event(DAY, f"CLASS:{value}")), store)
        assert bool(store.position()) is (value == "PUBLIC")

    @pytest.mark.parametrize("value", ["PUBLIC", "public", " Public "])
    def test_what_is_public_is_taken_as_ever(self, value: str) -> None:
        content = calendar(event(DAY, f"CLASS:{value}"))
        assert take(content).taken == 1

    def test_an_audience_that_is_named_may_see_it(self) -> None:
        store = MemoryStore()
        assert take(calendar(event(DAY, "CLASS:PRIVATE")), store, audience="internal").taken == 1
        assert understood(store, "internal")
        assert not understood(store, "public")

    def test_an_occurrence_that_is_not_public_goes_and_the_others_stay(self) -> None:
        series = event("DTSTART:20261001T100000Z", "RRULE:FREQ=WEEKLY;COUNT=3")
        change = event("RECURRENCE-ID:20261008T100000Z", "DTSTART:20261009T100000Z", "CLASS:PRIVATE")
        store = MemoryStore()
        outcome = take(calendar(series, change), store)
        assert days(store) == ["2026-10-01T10:00:00Z", "2026-10-15T10:00:00Z"]
        assert [one.place for one in outcome.rejected] == ["entry 2 (talks), line 17"]

    def test_a_change_tells_nothing_of_a_series_that_is_not_public(self) -> None:
        series = event("DTSTART:20261001T100000Z", "RRULE:FREQ=WEEKLY;COUNT=3", "CLASS:CONFIDENTIAL")
        change = event("RECURRENCE-ID:20261008T100000Z", "DTSTART:20261009T100000Z")
        store = MemoryStore()
        assert len(take(calendar(series, change), store).rejected) == 2
        assert store.position() == 0

    def test_the_edition_that_counts_says_who_may_see_it(self) -> None:
        before, after = event(DAY, "CLASS:PRIVATE"), event(DAY, "CLASS:PUBLIC", "SEQUENCE:1")
        assert take(calendar(before, after)).taken == 1
        before, after = event(DAY), event(DAY, "CLASS:PRIVATE", "SEQUENCE:1")
        assert take(calendar(before, after)).taken == 0

    def test_what_was_public_and_is_not_any_more_does_not_count_as_gone(self) -> None:
        store = MemoryStore()
        take(calendar(event(DAY)), store)
        take(calendar(event("DTSTART;VALUE=DATE:20261005", "CLASS:PRIVATE")), store, on=3)
        assert days(store) == ["2026-10-01"]


class TestExrule:
    """RFC 2445, 4.8.5.2: EXRULE takes out what its rule gives; RFC 5545, A.3 has dropped it."""

    @pytest.mark.parametrize(
        ("rule", "without", "left"),
        [
            ("FREQ=DAILY;COUNT=4", "FREQ=DAILY;INTERVAL=2;COUNT=2", ["2026-10-02", "2026-10-04"]),
            ("FREQ=DAILY;COUNT=4", "FREQ=DAILY;UNTIL=20261002", ["2026-10-03", "2026-10-04"]),
            ("FREQ=DAILY;COUNT=5", "FREQ=WEEKLY;BYDAY=SA,SU", ["2026-10-01", "2026-10-02", "2026-10-05"]),
            ("FREQ=WEEKLY;COUNT=2", "FREQ=YEARLY;BYMONTH=12", ["2026-10-01", "2026-10-08"]),
        ],
    )
    def test_what_it_takes_out_is_not_planned(self, rule: str, without: str, left: list[str]) -> None:
        store, content = MemoryStore(), calendar(event(DAY, f"RRULE:{rule}", f"EXRULE:{without}"))
        outcome = take(content, store)
        assert days(store) == left
        assert [one.reason.split()[0] for one in outcome.noted] == ["EXRULE"]
        assert "EXRULE" in found(content)

    @pytest.mark.parametrize("rule", ["FREQ=SOMETIMES", "FREQ=HOURLY", "", "FREQ=DAILY;COUNT=0"])
    def test_one_that_cannot_be_read_is_not_passed_over(self, rule: str) -> None:
        content = calendar(event(DAY, "RRULE:FREQ=DAILY;COUNT=4", f"EXRULE:{rule}"))
        assert [one.reason.split()[0] for one in take(content).rejected] == ["EXRULE"]
        assert "EXRULE" in found(content)


class TestSaidTwice:
    """RFC 5545, 3.6.1: what may come once, and comes twice, says nothing that anybody can rely on."""

    @pytest.mark.parametrize(
        "lines",
        [
            ("SUMMARY:Talks", "SUMMARY:Talks called off"),
            ("LOCATION:Oslo", "LOCATION:Bergen"),
            ("DESCRIPTION:Press at ten", "DESCRIPTION:No press"),
            ("SEQUENCE:1", "SEQUENCE:4"),
            ("URL:https://example.org/1", "URL:https://example.org/2"),
            ("STATUS:CONFIRMED", "STATUS:CANCELLED"),
        ],
    )
    def test_two_that_differ_are_refused(self, lines: tuple[str, str]) -> None:
        content = calendar(event(DAY, *lines))
        (rejected,) = take(content).rejected
        assert rejected.reason.split()[0] in found(content)

    def test_the_same_twice_leaves_no_doubt(self) -> None:
        assert take(calendar(event(DAY, "LOCATION:Oslo", "LOCATION:Oslo"))).taken == 1

    @pytest.mark.parametrize("methods", [("PUBLISH", "CANCEL"), ("CANCEL", "PUBLISH"), ("REQUEST", "ADD")])
    def test_a_calendar_of_two_methods_is_refused(self, methods: tuple[str, str]) -> None:
        store, content = MemoryStore(), calendar(event(DAY), head=tuple(f"METHOD:{one}" for one in methods))
        assert len(take(content, store).rejected) == 1
        assert store.position() == 0
        assert "METHOD" in found(content)

    def test_the_same_method_twice_is_one(self) -> None:
        assert take(calendar(event(DAY), head=("METHOD:PUBLISH", "METHOD:publish"))).taken == 1


@pytest.mark.parametrize("status", ["STATUS:", "STATUS: ", "STATUS;X-OWN=1:"])
def test_a_status_that_says_nothing_is_no_plan(status: str) -> None:
    content = calendar(event(DAY, status))
    assert [one.reason.split()[0] for one in take(content).rejected] == ["STATUS"]
    assert "STATUS" in found(content)


@pytest.mark.parametrize("value", ["THISANDPRIOR", "thisandprior", "ALL", ""])
def test_a_change_of_more_than_an_occurrence_is_refused_where_it_does_not_look_ahead(value: str) -> None:
    series = event("DTSTART:20261001T100000Z", "RRULE:FREQ=WEEKLY;COUNT=3")
    change = event(f"RECURRENCE-ID;RANGE={value}:20261008T100000Z", "DTSTART:20261008T120000Z")
    content = calendar(series, change)
    assert [one.reason.split()[0] for one in take(content).rejected] == ["RECURRENCE-ID"]
    assert "RECURRENCE-ID" in found(content)


class TestCalledOffByTitle:
    """Programs write 'Canceled: Talks', and leave STATUS as it was: that is no plan."""

    CALLED_OFF = (
        *("Canceled: Talks", "CANCELLED: Talks", "cancelled : Talks", "[Cancelled] Talks", "(CANCELED) Talks"),
        *("ABGESAGT: Talks", "Annulé : Talks", "Geannuleerd: Talks", "Отменено: Talks", "已取消：Talks", "中止：Talks"),
        *("Talks (cancelled)", "Talks - CANCELLED", "Talks [abgesagt]", "Cancelled - Talks", "【中止】Talks"),
    )
    WORDS = (
        *("CANX: Talks", "ABGESAGT Talks", "CANCELLED Talks", "Talks CANCELED", "Canceled event: Talks"),
        *("Cancelled meeting: Talks", "Annulation : Talks", "Suspendido: Talks", "Suspendida: Talks"),
        *("Отменяется: Talks", "إلغاء: Talks", "أُلغي: Talks", "أُلْغِيَت: Talks", "בּוּטַל: Talks"),
    )
    POSTPONED = (
        *("Postponed: Talks", "Verschoben: Talks", "Talks (postponed)", "Verlegt: Talks", "POSTPONED Talks"),
        *("Перенесено: Talks", "Перенесён: Talks", "Перенос: Talks", "تأجيل: Talks", "مُؤَجَّل: Talks", "أُجِّل: Talks"),
    )

    @pytest.mark.parametrize("title", CALLED_OFF)
    @pytest.mark.parametrize("status", [(), ("STATUS:CONFIRMED",), ("STATUS:TENTATIVE",)])
    def test_it_is_cancelled_and_that_is_noted(self, title: str, status: tuple[str, ...]) -> None:
        store, content = MemoryStore(), calendar(event(DAY, f"SUMMARY:{title}", *status))
        (noted,) = take(content, store).noted
        assert noted.reason.endswith("it is taken for cancelled (RFC 5545, 3.8.1.11)")
        (one,) = understood(store)
        assert (one.status, wording.title(one)) == (Status.CANCELLED, "Talks")
        assert "SUMMARY" in found(content)

    def test_a_plan_that_is_called_off_keeps_its_title(self) -> None:
        store = MemoryStore()
        take(calendar(event(DAY)), store)
        outcome = take(calendar(event(DAY, "SUMMARY:Canceled: Talks")), store, on=3)
        assert (outcome.taken, outcome.corrected) == (1, 0)
        assert [one.status for one in understood(store)] == [Status.CANCELLED]

    def test_what_status_says_too_is_no_remark(self) -> None:
        content = calendar(event(DAY, "SUMMARY:Canceled: Talks", "STATUS:CANCELLED"))
        assert not take(content).noted
        assert "SUMMARY" not in found(content)

    @pytest.mark.parametrize("title", WORDS)
    def test_its_words_are_known(self, title: str) -> None:
        assert Title.read(title) == Title("Talks", Status.CANCELLED)

    def test_a_title_keeps_its_vowel_signs(self) -> None:
        assert Title.read("أُلغي: مُحادَثات") == Title("مُحادَثات", Status.CANCELLED)

    @pytest.mark.parametrize("title", POSTPONED)
    def test_what_is_postponed_is_no_plan_either(self, title: str) -> None:
        store = MemoryStore()
        take(calendar(event(DAY, f"SUMMARY:{title}")), store)
        assert [one.status for one in understood(store)] == [Status.POSTPONED]

    @pytest.mark.parametrize(
        "title", ["Cancelled debts: talks", "CANCELLED DEBTS", "Talks on cancelled debts", "Cancel: Talks"]
    )
    def test_a_word_of_the_title_calls_nothing_off(self, title: str) -> None:
        store = MemoryStore()
        take(calendar(event(DAY, f"SUMMARY:{title}")), store)
        assert [one.status for one in understood(store)] == [Status.PLANNED]

    @pytest.mark.parametrize("tag", LANGUAGES)
    def test_our_own_feeds_are_read_as_they_are_meant_in_any_language(self, tag: str) -> None:
        title = wording.language(tag)("title.cancelled", title="Talks")
        assert Title.read(title) == Title("Talks", Status.CANCELLED)

    @given(st.text(max_size=40))
    def test_any_title_is_read(self, text: str) -> None:
        assert Title.read(text).text in text


class TestWhatIsGone:
    """What a calendar drops although it lies ahead is told as no longer listed, and the outcome says so."""

    @pytest.mark.parametrize(
        ("after", "gone"),
        [
            ((), ["Talks, 1 October 2026", "Talks, 2 October 2026"]),
            ((event(DAY, "RRULE:FREQ=DAILY;COUNT=2", "EXDATE;VALUE=DATE:20261002"),), ["Talks, 2 October 2026"]),
            ((event("DTSTART;VALUE=DATE:20261120", "SUMMARY:Gala", uid="x"),), ["Talks, 1 October 2026"]),
        ],
    )
    def test_it_is_noted(self, after: tuple[str, ...], gone: list[str]) -> None:
        store = MemoryStore()
        take(calendar(event(DAY, "RRULE:FREQ=DAILY;COUNT=2")), store)
        noted = [one.place for one in take(calendar(*after), store, on=3).noted]
        assert noted[: len(gone)] == gone

    def test_it_is_noted_once(self) -> None:
        store = MemoryStore()
        take(calendar(event(DAY)), store)
        assert [len(take(calendar(), store, on=day).noted) for day in (3, 4)] == [1, 0]


@pytest.mark.parametrize(
    ("encoding", "title"),
    [
        ("iso2022_jp", "日中首脳会談"),
        ("iso2022_jp", "外相会談（東京）"),
        ("iso2022_kr", "한중 정상회담"),
        ("iso2022_jp_2", "会談"),
    ],
)
def test_an_encoding_of_seven_bits_is_read_and_not_taken_for_ascii(encoding: str, title: str) -> None:
    store = MemoryStore()
    outcome = take(calendar(event(DAY, f"SUMMARY:{title}")).decode().encode(encoding), store)
    assert [wording.title(one) for one in understood(store)] == [title]
    assert outcome.noted[0].reason.startswith("was read in ISO-2022-")


@pytest.mark.parametrize("line", ["EXDATE;VALUE=DATE:20261001,20261002", "EXRULE:FREQ=DAILY"])
def test_a_series_that_excludes_all_of_itself_is_told_so(line: str) -> None:
    (one,) = take(calendar(event(DAY, "RRULE:FREQ=DAILY;COUNT=2", line))).passed_over
    assert one.reason.startswith("has no occurrence left after what it excludes")


@pytest.mark.parametrize(
    ("written", "title", "status"),
    [
        *(
            (form, "Talks", Status.CANCELLED)
            for form in ("*** CANCELLED *** Talks", "<Cancelled> Talks", "Talks: cancelled")
        ),
        *(
            (form, "Talks", Status.CANCELLED)
            for form in ("Talks *annulé*", "Talks has been cancelled", "[Cancelled by us] Talks")
        ),
        ("Talks - POSTPONED SINE DIE", "Talks", Status.POSTPONED),
        ("POSTPONED TO 2027: Talks", "Talks", Status.POSTPONED),
    ],
)
def test_a_title_that_marks_off_that_it_is_called_off_says_so(written: str, title: str, status: Status) -> None:
    assert (Title.read(written).text, Title.read(written).status) == (title, status)


@pytest.mark.parametrize("title", ["Cancelled talks in Oslo", "Talks (not cancelled)", "Talks on postponed elections"])
def test_a_title_with_a_word_that_may_be_of_it_is_noted_and_found(title: str) -> None:
    content = calendar(event(DAY, f"SUMMARY:{title}"))
    assert [row.reason.split()[0] for row in take(content).noted] == ["SUMMARY"]
    assert "SUMMARY" in found(content)


def test_an_entry_without_a_title_is_refused_and_found() -> None:
    content = calendar(event(DAY).replace("SUMMARY:Talks\r\n", ""))
    assert [row.reason.split()[0] for row in take(content).rejected] == ["SUMMARY"]
    assert "SUMMARY" in found(content)
