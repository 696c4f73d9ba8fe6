"""Our feeds keep the laws of feeds, and a feed that does not is found out."""

import json
from collections.abc import Mapping
from typing import Any
from zlib import crc32

import pytest
from hypothesis import settings
from waivers import all_but, uncut

from diplocal.calendars import GOOGLE, Calendar, Feed, Group, JSCalendarFeed, Policy, RichFeed
from diplocal.calendars.feed import Rendered
from diplocal.dates import When
from diplocal.engagements import Engagements
from diplocal.events import AgreementSigned, Corrected
from diplocal.testing import History, LawsBroken, check_feed, feed_laws, laws
from diplocal.testing.feeds import as_ical
from diplocal.testing.history import LOG_ID, OTHER_LOG_ID
from diplocal.testing.pools import CHINA, RUSSIA

QUICK = settings(max_examples=5)

TestFeed = feed_laws(Feed)
TestFeedForGoogle = feed_laws(Feed(policy=GOOGLE), settings=QUICK)
TestFeedOfAPairWithVagueDates = feed_laws(Feed(pair=("CN", "RU"), policy=Policy(vague_up_to_days=400)), settings=QUICK)


def told(calendar: Calendar) -> list[str]:
    """Read what a feed tells of engagements, and not how often it was revised, nor which log had each first."""
    lines = as_ical(calendar).decode().replace("\r\n ", "").replace(OTHER_LOG_ID, LOG_ID).splitlines()
    return [line for line in lines if line.partition(":")[0] not in ("SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "CREATED")]


TestWhatAFeedTells = laws(Feed, ask=told, settings=QUICK)


def events_of(group: Group) -> list[dict[str, Any]]:
    """Read what a feed in JSCalendar tells of engagements, and not how often it was revised, nor what its ids are."""
    passing = {"sequence", "created", "updated"}
    events = json.loads(group.to_json().decode().replace(OTHER_LOG_ID, LOG_ID))["entries"]
    told = [{name: value for name, value in event.items() if name not in passing} for event in events]
    for event in told:
        for name in {"participants", "locations", "links", "relatedTo"} & set(event):
            event[name] = sorted(map(str, event[name].values()))
    return told


TestWhatAFeedInJSCalendarTells = laws(JSCalendarFeed, ask=events_of, settings=QUICK)
TestRichFeed = feed_laws(RichFeed, settings=QUICK)


class Rewritten:
    """A calendar whose bytes somebody changes on their way out."""

    def __init__(self, calendar: Calendar, *, old: bytes, new: bytes) -> None:
        self.calendar, self.old, self.new = calendar, old, new

    def to_ical(self) -> bytes:
        return self.calendar.to_ical().replace(self.old, self.new)


class NumbersItsEntries(Feed):
    """It makes the UID of an entry from its place in the feed."""

    def read(self, value: Mapping[str, Rendered]) -> Any:
        calendar = super().read(value)
        for place, slug in enumerate(sorted(value)):
            one = value[slug]
            numbered = one.ical.replace(f"UID:{slug}@".encode(), f"UID:{place}@".encode())
            calendar = Calendar(calendar.title, {**calendar.entries, slug: one._replace(ical=numbered)})
        return calendar


class ForgetsSequence(Feed):
    """It never tells that an entry was revised."""

    def read(self, value: Mapping[str, Rendered]) -> Any:
        return Rewritten(super().read(value), old=b"SEQUENCE:1", new=b"SEQUENCE:0")


class NamesEntriesByDate(Feed):
    """It makes the UID of an entry from its date."""

    def read(self, value: Mapping[str, Rendered]) -> Any:
        named = {
            slug: one._replace(ical=one.ical.replace(b"UID:", f"UID:{one.starts}-".encode()))
            for slug, one in value.items()
        }
        return super().read(named)


class NamesEntriesByLevel(Feed):
    """It puts the level of a visit into the UID of its entry."""

    def read(self, value: Mapping[str, Rendered]) -> Any:
        return super().read({slug: one._replace(ical=_with_its_level(one.ical)) for slug, one in value.items()})


def _with_its_level(ical: bytes) -> bytes:
    level = next((word for word in (b"official", b"working", b"state") if word in ical.lower()), b"")
    return ical.replace(b"UID:", b"UID:" + level, 1)


class NamesEntriesByTitle(Feed):
    """It puts the title of an entry into its UID."""

    def read(self, value: Mapping[str, Rendered]) -> Any:
        return super().read({slug: one._replace(ical=_with_its_title(one.ical)) for slug, one in value.items()})


def _with_its_title(ical: bytes) -> bytes:
    (title,) = (line for line in ical.split(b"\r\n") if line.startswith(b"SUMMARY"))
    return ical.replace(b"UID:", b"UID:%x-" % crc32(title), 1)


class BreaksLines(Feed):
    """It ends lines as Unix does."""

    def read(self, value: Mapping[str, Rendered]) -> Any:
        return Rewritten(super().read(value), old=b"\r\n", new=b"\n")


@pytest.mark.parametrize(
    ("feed", "law"),
    [
        (NumbersItsEntries, "apart"),
        (ForgetsSequence, "sequence"),
        (NamesEntriesByDate, "identity"),
        (NamesEntriesByLevel, "identity"),
        (NamesEntriesByTitle, "identity"),
        (BreaksLines, "readable"),
    ],
)
def test_a_feed_that_breaks_a_law_is_found_out(feed: type[Feed], law: str) -> None:
    with pytest.raises(LawsBroken, match=f"breaks the law of {law}"):
        check_feed(feed, waive=all_but(law), settings=uncut(100))


def test_an_agreement_that_stands_alone_is_revised_when_its_date_is_put_right() -> None:
    def signed(day: str) -> AgreementSigned:
        return AgreementSigned(engagement="pact", participants=(CHINA, RUSSIA), title="Pact", when=When(day))

    corrected = Corrected(engagement="pact", of="pact/1", right=signed("2023-10-31"))
    engagements, _ = Engagements().take(History.of(signed("2023-10-29"), corrected).records())
    assert [one.revisions for one in engagements] == [1]
