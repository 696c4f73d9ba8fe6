"""A feed in other forms: rich iCalendar (RFC 9073, RFC 9253) and JSCalendar (RFC 8984) agree with the flat one."""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diplocal.calendars import GOOGLE, STANDARD, Feed, JSCalendarFeed, Policy, RichFeed
from diplocal.calendars.check import check
from diplocal.dates import When
from diplocal.demo import article
from diplocal.events import Cancelled, EngagementEvent, MeetingHeld, VisitAnnounced
from diplocal.importers.statedept.importer import import_visits
from diplocal.parties import Office, Person, Rank, State
from diplocal.replaying import catch_up, replay
from diplocal.series import Round, Series
from diplocal.sources import Source
from diplocal.store import MemoryStore
from diplocal.testing import History, histories

from .jscalendar_rules import broken_rules

LOG = "7f8d5c1e-0000-4000-8000-000000000001"
CHINA, RUSSIA = State("CN", "China"), State("RU", "Russia")
WANG = Person("Wang Yi", CHINA, Office("Foreign Minister", Rank.FOREIGN_MINISTER), wikidata="Q701128")
VISIT = VisitAnnounced(
    engagement="visit",
    visitors=(WANG,),
    host=RUSSIA,
    when=When("2023-09-18/2023-09-21"),
    place="Moscow",
    round=Round(Series("Strategic Security Consultation"), 18),
    sources=(Source("TASS; Moscow", url="https://tass.example/a,b"), Source("Agency without an address")),
)
MEETING = MeetingHeld(
    engagement="met",
    participants=(WANG, RUSSIA),
    when=When("2023-10-28T23:00:00+02:00[Europe/Berlin]/2023-10-30T00:30:00+01:00[Europe/Berlin]"),
    during="visit",
)


def log(*events: EngagementEvent) -> MemoryStore:
    store = MemoryStore(log_id=LOG, clock=lambda: pendulum.datetime(2023, 9, 18, 12))
    store.append(*events)
    return store


def rich(*events: EngagementEvent) -> Any:
    (entry,) = icalendar.Calendar.from_ical(replay(RichFeed(), log(*events)).to_ical()).walk("VEVENT")
    return entry


def group(*events: EngagementEvent) -> Any:
    return json.loads(replay(JSCalendarFeed(), log(*events)).to_json())


def inside(entry: Any, name: str) -> list[Any]:
    return [part for part in entry.subcomponents if part.name == name]


class TestRichFeed:
    def test_it_says_who_takes_part_and_as_what(self) -> None:
        """RFC 9073, 7.1."""
        wang, russia = inside(rich(VISIT), "PARTICIPANT")
        assert (wang["SUMMARY"], wang["DESCRIPTION"]) == ("Wang Yi", "Foreign Minister, China")
        assert wang["URL"] == "https://www.wikidata.org/entity/Q701128"
        assert [wang["CATEGORIES"].to_ical(), russia["CATEGORIES"].to_ical()] == [b"visitor", b"host"]
        assert {wang["PARTICIPANT-TYPE"], russia["PARTICIPANT-TYPE"]} == {"ACTIVE"}
        assert json.loads(wang["STRUCTURED-DATA"]) == {
            "@context": "https://schema.org",
            "@type": "Person",
            "name": "Wang Yi",
            "jobTitle": "Foreign Minister",
            "affiliation": {"@type": "Organization", "name": "China"},
            "sameAs": "https://www.wikidata.org/entity/Q701128",
        }

    def test_it_says_where(self) -> None:
        """RFC 9073, 7.2."""
        (place,) = inside(rich(VISIT), "VLOCATION")
        assert place["NAME"].to_ical() == b"Moscow\\, Russia"
        assert json.loads(place["STRUCTURED-DATA"])["address"]["addressCountry"] == "RU"

    def test_it_links_to_the_sources_that_have_an_address(self) -> None:
        """RFC 9253, 8.2."""
        link = rich(VISIT)["LINK"]
        assert (str(link), link.params["LABEL"]) == ("https://tass.example/a,b", "TASS; Moscow")
        assert (link.params["LINKREL"], link.params["VALUE"]) == ("describedby", "URI")

    def test_rounds_of_a_series_share_an_identifier(self) -> None:
        """RFC 9253, 8.3."""
        assert rich(VISIT)["REFID"] == "Strategic Security Consultation"

    def test_somebody_who_is_in_it_twice_is_one_participant_in_both_roles(self) -> None:
        both = VisitAnnounced(engagement="visit", visitors=(WANG,), received_by=(WANG,), host=RUSSIA, when=VISIT.when)
        wang, _ = inside(rich(both), "PARTICIPANT")
        assert wang["CATEGORIES"].cats == ["visitor", "receives"]

    def test_a_revision_keeps_the_names_of_participants_and_places(self) -> None:
        def uids(*events: EngagementEvent) -> list[str]:
            return [str(part["UID"]) for part in rich(*events).subcomponents]

        assert uids(VISIT) == uids(VISIT, Cancelled(engagement="visit"))
        assert len(set(uids(VISIT))) == 3

    @given(histories())
    @settings(max_examples=40, deadline=None)
    def test_without_what_it_adds_it_is_the_flat_feed_byte_for_byte(self, history: History) -> None:
        records = history.records()
        assert flattened(replay(RichFeed(log_id=LOG), records).to_ical()) == replay(Feed(log_id=LOG), records).to_ical()

    @given(histories())
    @settings(max_examples=40, deadline=None)
    def test_whatever_a_log_says_it_is_legal_and_no_two_parts_share_a_uid(self, history: History) -> None:
        """RFC 9073, 7.1 and 7.2: UIDs are globally unique."""
        ical = replay(RichFeed(log_id=LOG), history.records()).to_ical()
        entries = icalendar.Calendar.from_ical(ical).walk("VEVENT")
        uids = [str(part["UID"]) for entry in entries for part in (entry, *entry.subcomponents)]
        assert check(ical) == []
        assert len(uids) == len(set(uids))

    def test_our_check_finds_nothing_in_it(self) -> None:
        everything = log(*article.as_reported(), *article.what_followed(), VISIT, MEETING)
        assert check(replay(RichFeed(), everything).to_ical()) == []


def flattened(ical: bytes) -> bytes:
    """Leave out the components that are inside entries, and the properties of RFC 9253."""
    kept: list[bytes] = []
    inner = False
    for line in ical.replace(b"\r\n ", b"\0").split(b"\r\n"):
        inner = inner or line in (b"BEGIN:PARTICIPANT", b"BEGIN:VLOCATION")
        if not inner and not line.startswith((b"LINK;", b"REFID:")):
            kept.append(line)
        inner = inner and line not in (b"END:PARTICIPANT", b"END:VLOCATION")
    return b"\r\n".join(kept).replace(b"\0", b"\r\n ")


class TestJSCalendar:
    def test_days_are_shown_without_a_time_and_last_as_many(self) -> None:
        (event,) = group(VISIT)["entries"]
        assert (event["start"], event["duration"], event["showWithoutTime"]) == ("2023-09-18T00:00:00", "P4D", True)
        assert "timeZone" not in event

    def test_an_instant_keeps_its_zone_and_lasts_as_long_as_it_does(self) -> None:
        """RFC 8984, 1.4.6: 25 and a half hours, and one more for the night on which clocks went back."""
        _, event = group(VISIT, MEETING)["entries"]
        assert (event["start"], event["timeZone"], event["duration"]) == (
            "2023-10-28T23:00:00",
            "Europe/Berlin",
            "PT26H30M",
        )

    def test_a_meeting_points_to_its_visit(self) -> None:
        visit, met = group(VISIT, MEETING)["entries"]
        assert met["relatedTo"] == {visit["uid"]: {"@type": "Relation", "relation": {"parent": True}}}

    def test_it_says_who_takes_part_by_whose_word_and_in_which_series(self) -> None:
        (event,) = group(VISIT)["entries"]
        wang, russia = event["participants"].values()
        assert (wang["name"], wang["kind"], russia["kind"]) == ("Wang Yi", "individual", "group")
        assert wang["roles"] == {"attendee": True, "diplocal.org:visitor": True}
        assert [link["href"] for link in event["links"].values()] == ["https://tass.example/a,b"]
        assert (event["diplocal.org:series"], event["diplocal.org:round"]) == ("Strategic Security Consultation", 18)

    def test_a_feed_without_entries_is_a_group_too(self) -> None:
        empty = group()
        assert (empty["entries"], broken_rules(empty)) == ([], [])

    def test_the_rules_find_what_is_wrong(self) -> None:
        event = {**group(VISIT)["entries"][0], "duration": "P1M", "start": "2023-09-18", "status": "CONFIRMED"}
        wrong = broken_rules({**group(), "entries": [event]})
        assert sorted(rule.split(":")[0] for rule in wrong) == [
            "$.entries[0].duration",
            "$.entries[0].start",
            "$.entries[0].status",
        ]

    @given(histories(), st.sampled_from([STANDARD, GOOGLE, Policy(vague_up_to_days=400)]))
    @settings(max_examples=60, deadline=None)
    def test_it_agrees_with_the_calendar_and_keeps_the_rules(self, history: History, policy: Policy) -> None:
        records = history.records()
        calendar = icalendar.Calendar.from_ical(replay(Feed(log_id=LOG, policy=policy), records).to_ical())
        written = json.loads(replay(JSCalendarFeed(log_id=LOG, policy=policy), records).to_json())
        assert broken_rules(written) == []
        assert [told_by_jscalendar(event) for event in written["entries"]] == [
            told_by_icalendar(entry) for entry in calendar.walk("VEVENT")
        ]


def told_by_icalendar(entry: Any) -> Mapping[str, object]:
    return {
        "uid": str(entry["UID"]),
        "starts": comparable(entry["DTSTART"].dt),
        "ends": comparable(entry["DTEND"].dt if "DTEND" in entry else entry["DTSTART"].dt),
        "status": str(entry["STATUS"]).lower(),
        "sequence": entry["SEQUENCE"],
        "edtf": str(entry["X-DIPLOCAL-EDTF"]),
        "title": str(entry["SUMMARY"]),
        "description": str(entry["DESCRIPTION"]),
        "place": str(entry["LOCATION"]) if "LOCATION" in entry else None,
        "updated": entry["LAST-MODIFIED"].dt.strftime("%Y%m%d%H%M%S"),
    }


def told_by_jscalendar(event: Any) -> Mapping[str, object]:
    starts, ends = span(event)
    return {
        "uid": event["uid"],
        "starts": starts,
        "ends": ends,
        "status": event["status"],
        "sequence": event["sequence"],
        "edtf": event["diplocal.org:edtf"],
        "title": event["title"],
        "description": event["description"],
        "place": next((place["name"] for place in event.get("locations", {}).values()), None),
        "updated": "".join(filter(str.isdigit, event["updated"])),
    }


def comparable(at: date) -> float | str:
    return at.timestamp() if isinstance(at, datetime) else at.isoformat()


def span(event: Any) -> tuple[float | str, float | str]:
    """Read when an event begins and ends, as RFC 8984 says it: a day is nominal, an hour is exact."""
    lasts = pendulum.parse(event["duration"])
    assert isinstance(lasts, pendulum.Duration)
    local = datetime.fromisoformat(event["start"])  # a local time, in the zone that comes beside it
    if event.get("showWithoutTime"):
        return local.date().isoformat(), (local.date() + timedelta(days=lasts.days)).isoformat()
    begins = local.replace(tzinfo=ZoneInfo(event["timeZone"])).timestamp()
    return begins, begins + lasts.total_seconds()


@pytest.mark.parametrize("feed", [RichFeed, JSCalendarFeed])
def test_one_more_event_renders_its_entry_only(feed: type[RichFeed | JSCalendarFeed]) -> None:
    store = log(VISIT, MEETING)
    before: Any = catch_up(feed(), store)
    store.append(Cancelled(engagement="visit"))
    after: Any = catch_up(feed(), store, since=before)
    changed = {slug for slug, one in after.state.value.items() if one is not before.state.value[slug]}
    assert changed == {"visit"}


def test_every_visit_that_was_ever_listed_has_its_entry_in_each_form(shared_data: Path) -> None:
    newest = max((shared_data / "statedept" / "visits").iterdir())
    store = MemoryStore(log_id=LOG)
    import_visits(newest, store, reported=pendulum.Date.fromisoformat(newest.name))
    calendar = replay(RichFeed(), store)
    written = json.loads(replay(JSCalendarFeed(), store).to_json())
    assert len(calendar) == len(written["entries"]) == len(replay(Feed(), store))
    assert broken_rules(written) == []
    assert calendar.to_ical().count(b"BEGIN:PARTICIPANT") >= 2 * len(calendar)
