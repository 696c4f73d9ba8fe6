"""What was ever written must be read for good: one file for each event type and version, an example on each line.

A golden file is never changed once its version was released. When the shape of an event changes, its version grows, a
new file joins, and the old file must decode to the same event by way of the upcaster.
"""

from pathlib import Path

import pendulum
import pytest

from diplocal.dates import When
from diplocal.events import (
    Accreditation,
    AgreementSigned,
    AmbassadorAccredited,
    AmbassadorExpelled,
    AmbassadorRecalled,
    CallAnnounced,
    CallHeld,
    Cancelled,
    Confirmed,
    Corrected,
    DateNarrowed,
    Domain,
    EntryListed,
    Event,
    ExerciseAnnounced,
    ExerciseConducted,
    ForcesScrambled,
    Medium,
    MeetingAnnounced,
    MeetingHeld,
    MergedAsDuplicate,
    NameErased,
    NamesSealed,
    NoLongerListed,
    NotADuplicate,
    OfficeAssumed,
    OfficeLeft,
    PatrolConducted,
    PlanDenied,
    Postponed,
    Recall,
    ReportAttached,
    Rescheduled,
    Retracted,
    SamePerson,
    StatementIssued,
    TripAnnounced,
    TripConcluded,
    VisitAnnounced,
    VisitBegan,
    VisitConcluded,
    VisitInvited,
    event_type,
    event_types,
)
from diplocal.events.registry import fields_of
from diplocal.events.wire import Encoded, decode, encode
from diplocal.levels import Level, Purpose
from diplocal.parties import Office, Organisation, Person, Rank, State, Tenure
from diplocal.series import Round, Series
from diplocal.sources import Attribution, Credibility, Reliability, Source

HERE = Path(__file__).parent

CHINA = State("CN", "China")
RUSSIA = State("RU", "Russia")
WANG = Person("Wang Yi", CHINA, Office("Foreign Minister", Rank.FOREIGN_MINISTER))
LAVROV = Person("Sergei Lavrov", RUSSIA, Office("Foreign Minister", Rank.FOREIGN_MINISTER))
MORGULOV = Person("Igor Morgulov", RUSSIA, Office("Ambassador", Rank.AMBASSADOR))
PATRUSHEV = Person("Nikolai Patrushev", RUSSIA, Office("Security Council Secretary", Rank.SECURITY_COUNCIL_SECRETARY))
ROUND = Round(Series("China-Russia Strategic Security Consultation"), 18)
MINISTRY = Source(
    "Ministry of Foreign Affairs of China",
    "https://www.example.org/wang-to-russia",
    pendulum.Date(2023, 9, 18),
    Attribution.SPOKESPERSON,
    "Mao Ning",
    Reliability.USUALLY_RELIABLE,
    Credibility.CONFIRMED,
)
DAY = pendulum.Date(2023, 9, 18)
WANG_VISIT = "wang-to-russia-2023-09"
PUTIN_VISIT = "putin-to-china-2023-10"
TRIP = "lavrov-to-africa-2023"
PATROL = "cn-ru-air-patrol-2023-06"

EXPECTED: dict[str, tuple[Event, ...]] = {
    "diplocal.visit-invited": (
        VisitInvited(engagement=PUTIN_VISIT, visitors=(RUSSIA,), host=CHINA),
        VisitInvited(
            reported=pendulum.Date(2023, 3, 21),
            engagement=PUTIN_VISIT,
            visitors=(Person("Vladimir Putin", RUSSIA, Office("President", Rank.HEAD_OF_STATE), "Q7747"),),
            host=CHINA,
            when=When("2023"),
            place="Beijing",
            received_by=(Person("Xi Jinping", CHINA, Office("President", Rank.HEAD_OF_STATE)),),
            level=Level.STATE,
            purposes=(Purpose.CEREMONY,),
            round=Round(Series("Belt and Road Forum for International Cooperation"), 3),
        ),
        VisitInvited(engagement="lavrov-to-angola", visitors=(LAVROV,), host=State("AO"), during=TRIP),
    ),
    "diplocal.visit-announced": (
        VisitAnnounced(engagement=PUTIN_VISIT, visitors=(RUSSIA,), host=CHINA, when=When("2023-10")),
        VisitAnnounced(
            reported=DAY,
            sources=(MINISTRY,),
            note="at the invitation of Patrushev",
            engagement=WANG_VISIT,
            visitors=(WANG,),
            host=RUSSIA,
            when=When("2023-09-18/2023-09-21"),
            place="Moscow",
            received_by=(PATRUSHEV,),
            level=Level.OFFICIAL_WORKING,
            purposes=(Purpose.CONSULTATION, Purpose.TALKS),
            round=ROUND,
        ),
        VisitAnnounced(
            engagement="un-secretary-general-to-kosovo",
            visitors=(Organisation("UN", "United Nations"), Person("The interpreter")),
            host=State("XK"),
        ),
        VisitAnnounced(engagement="lavrov-to-angola", visitors=(LAVROV,), host=State("AO"), during=TRIP),
    ),
    "diplocal.meeting-announced": (
        MeetingAnnounced(engagement="wang-lavrov-2023-09", participants=(WANG, LAVROV), during=WANG_VISIT),
        MeetingAnnounced(
            engagement="asean-china-summit-2024",
            participants=(Organisation("ASEAN"), CHINA),
            when=When("2024-10?"),
            place="Vientiane",
            host=State("LA", "Laos"),
            purposes=(Purpose.SUMMIT,),
            round=Round(Series("ASEAN-China Summit"), 27),
        ),
        MeetingAnnounced(
            engagement="g20-2024", participants=(CHINA, RUSSIA), name="G20 Leaders' Summit", medium=Medium.VIDEO
        ),
    ),
    "diplocal.call-announced": (
        CallAnnounced(engagement="xi-putin-call", participants=(CHINA, RUSSIA)),
        CallAnnounced(
            engagement="xi-putin-call",
            participants=(CHINA, RUSSIA),
            when=When("2024-02-08T09:00:00+08:00[Asia/Shanghai]"),
            medium=Medium.VIDEO,
        ),
    ),
    "diplocal.exercise-announced": (
        ExerciseAnnounced(engagement="northern-interaction-2023", actors=(CHINA, RUSSIA)),
        ExerciseAnnounced(
            engagement="northern-interaction-2023",
            actors=(CHINA, RUSSIA),
            when=When("2023-07~"),
            name="Northern/Interaction-2023",
            domains=(Domain.SEA, Domain.AIR),
            area="Sea of Japan",
        ),
    ),
    "diplocal.confirmed": (
        Confirmed(engagement=PUTIN_VISIT),
        Confirmed(reported=pendulum.Date(2023, 10, 14), engagement=PUTIN_VISIT, when=When("2023-10-17/2023-10-18")),
    ),
    "diplocal.rescheduled": (
        Rescheduled(engagement=PUTIN_VISIT, when=When("2023-11")),
        Rescheduled(engagement=PUTIN_VISIT, when=When("2023-11"), reason="the forum was moved"),
    ),
    "diplocal.postponed": (
        Postponed(engagement=PUTIN_VISIT),
        Postponed(engagement=PUTIN_VISIT, reason="weather"),
    ),
    "diplocal.plan-denied": (
        PlanDenied(engagement=PUTIN_VISIT),
        PlanDenied(engagement=PUTIN_VISIT, reason="no such visit is on the agenda"),
    ),
    "diplocal.date-narrowed": (
        DateNarrowed(engagement=PUTIN_VISIT, when=When("2023-10-17/2023-10-18")),
        DateNarrowed(
            reported=pendulum.datetime(2023, 10, 14, 12, 30, 0, 250_000),
            engagement=PUTIN_VISIT,
            when=When("2023-10-17/.."),
        ),
    ),
    "diplocal.cancelled": (
        Cancelled(engagement=PUTIN_VISIT),
        Cancelled(engagement=PUTIN_VISIT, reason="no reason was given"),
    ),
    "diplocal.visit-began": (
        VisitBegan(engagement=WANG_VISIT, visitors=(WANG,), host=RUSSIA, when=When("2023-09-18/..")),
        VisitBegan(
            engagement=WANG_VISIT,
            visitors=(WANG,),
            host=RUSSIA,
            when=When("2023-09-18/2023-09-21"),
            place="Moscow",
            received_by=(PATRUSHEV,),
            level=Level.WORKING,
            purposes=(Purpose.CONSULTATION,),
            round=ROUND,
        ),
        VisitBegan(
            engagement="lavrov-to-angola", visitors=(LAVROV,), host=State("AO"), during=TRIP, when=When("2023-01-25/..")
        ),
    ),
    "diplocal.visit-concluded": (
        VisitConcluded(engagement=WANG_VISIT, visitors=(CHINA,), host=RUSSIA, when=When("2023-09-18/2023-09-21")),
        VisitConcluded(
            engagement=WANG_VISIT,
            visitors=(WANG,),
            host=RUSSIA,
            when=When("2023-09-18/2023-09-21"),
            place="Moscow",
            received_by=(PATRUSHEV, LAVROV),
            level=Level.OFFICIAL,
            purposes=(Purpose.CONSULTATION, Purpose.OTHER),
            round=ROUND,
        ),
        VisitConcluded(
            engagement="kalakaua-to-the-united-states-1874",
            visitors=(Person("Kalakaua", State("X-HAWAII", "Kingdom of Hawaii"), Office("King", Rank.HEAD_OF_STATE)),),
            host=State("US", "United States"),
            when=When("1874-12-12/1874-12-23"),
            level=Level.STATE,
        ),
        VisitConcluded(
            engagement="president-elect-to-brazil",
            visitors=(Person("Ana Pérez", State("PE"), Office("President", Rank.HEAD_OF_STATE, Tenure.ELECT)),),
            host=State("BR"),
            when=When("2011-06-09"),
        ),
        VisitConcluded(
            engagement="lavrov-to-angola", visitors=(LAVROV,), host=State("AO"), during=TRIP, when=When("2023-01-25")
        ),
    ),
    "diplocal.meeting-held": (
        MeetingHeld(
            engagement="wang-lavrov-2023-09",
            participants=(WANG, LAVROV),
            when=When("2023-09-18T15:00:00+03:00[Europe/Moscow]"),
            place="Moscow",
            host=RUSSIA,
            during=WANG_VISIT,
            purposes=(Purpose.TALKS,),
            round=ROUND,
        ),
        MeetingHeld(
            engagement="g20-2024",
            participants=(CHINA, RUSSIA),
            when=When("2024-11-18/2024-11-19"),
            name="G20 Leaders' Summit",
            medium=Medium.VIDEO,
        ),
    ),
    "diplocal.call-held": (
        CallHeld(engagement="xi-putin-call", participants=(CHINA, RUSSIA), when=When("2024-02-08")),
        CallHeld(
            engagement="xi-putin-call", participants=(CHINA, RUSSIA), when=When("2024-02-08"), medium=Medium.PHONE
        ),
    ),
    "diplocal.patrol-conducted": (
        PatrolConducted(engagement=PATROL, actors=(CHINA, RUSSIA), when=When("2023-06/2023-09~")),
        PatrolConducted(
            engagement=PATROL,
            actors=(CHINA, RUSSIA),
            when=When("2023-06-06"),
            domains=(Domain.AIR,),
            area="Sea of Japan, East China Sea",
            craft=("H-6K bomber", "Tu-95MS"),
        ),
    ),
    "diplocal.exercise-conducted": (
        ExerciseConducted(
            engagement="northern-interaction-2023",
            actors=(CHINA, RUSSIA),
            when=When("2023-07-20/2023-07-23"),
            name="Northern/Interaction-2023",
            domains=(Domain.LAND,),
            area="Sea of Japan",
        ),
    ),
    "diplocal.entry-listed": (
        EntryListed(
            engagement="ministry-3f2a9c",
            title="Arrivée de M. Wang; point presse",
            when=When("2023-10-04T11:00:00+02:00[Europe/Paris]"),
            place="Quai d'Orsay, Paris",
            description="Arrivée par la cour.\nAccréditation obligatoire.",
        ),
        EntryListed(engagement="ministry-3f2a9c", title="Point presse", when=When("2023-10-04"), sequence=2),
    ),
    "diplocal.forces-scrambled": (
        ForcesScrambled(engagement=PATROL, by=State("KR", "South Korea")),
        ForcesScrambled(engagement=PATROL, by=Organisation("NATO"), when=When("2023-06-06"), craft=("F-15K", "F-16")),
    ),
    "diplocal.agreement-signed": (
        AgreementSigned(
            engagement=PUTIN_VISIT,
            participants=(CHINA, RUSSIA),
            title="Joint Statement on Deepening the Partnership",
            when=When("2023-10-18"),
            place="Beijing",
        ),
    ),
    "diplocal.statement-issued": (
        StatementIssued(engagement=WANG_VISIT, by=(CHINA,), title='On "regional stability"', when=When("2023-09-19")),
    ),
    "diplocal.report-attached": (
        ReportAttached(sources=(Source("TASS"), Source("Антара", attribution=Attribution.AIDE)), engagement=WANG_VISIT),
        ReportAttached(engagement="ministry-3f2a9c", sequence=3),
    ),
    "diplocal.corrected": (
        Corrected(
            engagement=PUTIN_VISIT,
            of="f6a8f2f0-8d28-8d5e-9d3c-5b6f0f1b8a11",
            right=VisitAnnounced(engagement=PUTIN_VISIT, visitors=(RUSSIA,), host=CHINA, when=When("2023-10-17")),
            reason="the day was known",
        ),
    ),
    "diplocal.retracted": (
        Retracted(engagement=PUTIN_VISIT, of="f6a8f2f0-8d28-8d5e-9d3c-5b6f0f1b8a11"),
        Retracted(engagement=PUTIN_VISIT, of="report-7", reason="another Putin"),
    ),
    "diplocal.merged-as-duplicate": (MergedAsDuplicate(engagement=PUTIN_VISIT, into="belt-and-road-forum-2023"),),
    "diplocal.no-longer-listed": (NoLongerListed(engagement=WANG_VISIT, upstream="Visits by foreign leaders"),),
    "diplocal.not-a-duplicate": (NotADuplicate(engagement=PUTIN_VISIT, other="putin-to-china-2024-05"),),
    "diplocal.same-person": (
        SamePerson(engagement="lavrov", people=(LAVROV, Person("Sergej Lawrow", RUSSIA, wikidata="Q58217"))),
    ),
    "diplocal.ambassador-accredited": (
        AmbassadorAccredited(engagement="morgulov-in-china", person=MORGULOV, host=CHINA, when=When("2022-10-12")),
        AmbassadorAccredited(
            engagement="morgulov-in-china",
            person=MORGULOV,
            host=CHINA,
            when=When("2022-09"),
            stage=Accreditation.AGREMENT,
        ),
    ),
    "diplocal.ambassador-recalled": (
        AmbassadorRecalled(engagement="morgulov-in-china", person=MORGULOV, host=CHINA, when=When("2025")),
        AmbassadorRecalled(
            engagement="morgulov-in-china",
            person=MORGULOV,
            host=CHINA,
            when=When("2025-03-02"),
            recall=Recall.CONSULTATIONS,
            reason="after the vote",
        ),
    ),
    "diplocal.ambassador-expelled": (
        AmbassadorExpelled(engagement="morgulov-in-china", person=MORGULOV, host=CHINA, when=When("2025-03-05")),
        AmbassadorExpelled(
            engagement="morgulov-in-china", person=MORGULOV, host=CHINA, when=When("2025-03-05"), reason="espionage"
        ),
    ),
    "diplocal.trip-announced": (
        TripAnnounced(engagement=TRIP, travellers=(LAVROV,)),
        TripAnnounced(engagement=TRIP, travellers=(LAVROV,), when=When("2023-01-23/2023-01-27"), name="Africa tour"),
    ),
    "diplocal.names-sealed": (NamesSealed(),),
    "diplocal.name-erased": (NameErased(keys=("5a31f00c9d2b7e64", "0c88f1d2aa90b3e7")),),
    "diplocal.trip-concluded": (
        TripConcluded(engagement=TRIP, travellers=(LAVROV, RUSSIA), when=When("2023-01-23/2023-01-27"), name="Tour"),
    ),
    "diplocal.office-assumed": (OfficeAssumed(engagement="wang-yi-minister", person=WANG, when=When("2023-07-25")),),
    "diplocal.office-left": (OfficeLeft(engagement="wang-yi-minister", person=WANG, when=When("2022-12-30")),),
}
"""For each type, what the lines of its golden file say, in order."""

VERSIONS = [
    (kind.name, version)
    for kind in event_types()
    if kind.name.startswith("diplocal.")
    for version in range(1, kind.version + 1)
]


def lines_of(name: str, version: int) -> list[bytes]:
    """Read a golden file."""
    return (HERE / f"{name}.v{version}.json").read_bytes().splitlines()


def test_every_version_of_every_type_has_its_golden_file() -> None:
    kept = {path.name for path in HERE.glob("diplocal.*.json")}
    assert kept == {f"{name}.v{version}.json" for name, version in VERSIONS}


@pytest.mark.parametrize(("name", "version"), VERSIONS)
def test_what_was_written_is_read_as_what_it_said(name: str, version: int) -> None:
    read = tuple(decode(Encoded(name, version, line)) for line in lines_of(name, version))
    assert read == EXPECTED[name][: len(read)]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_what_is_written_today_is_the_same_to_the_byte(name: str) -> None:
    today = event_type(name).version
    written = [encode(event) for event in EXPECTED[name]]
    assert written == [Encoded(name, today, line) for line in lines_of(name, today)]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_field_of_its_own_is_filled_in_some_example(name: str) -> None:
    fields = {field.name: field.default for field in fields_of(event_type(name).cls)}
    filled = {one for event in EXPECTED[name] for one, default in fields.items() if getattr(event, one) != default}
    assert fields.keys() - filled <= {"reported", "sources", "note"}
