"""The one describer: whatever an engagement is, it is said in every language, and laid out alike in all of them."""

import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal.calendars import InLanguage
from diplocal.calendars.entry import entry_of
from diplocal.dates import When
from diplocal.engagements import Engagement
from diplocal.events import (
    AgreementSigned,
    CallHeld,
    Cancelled,
    EngagementEvent,
    EntryListed,
    ExerciseConducted,
    ForcesScrambled,
    MeetingHeld,
    NoLongerListed,
    OfficeAssumed,
    PatrolConducted,
    StatementIssued,
    VisitAnnounced,
)
from diplocal.events.shapes import Domain, Medium
from diplocal.levels import Level, Purpose
from diplocal.parties import Office, Organisation, Participant, Person, Rank, State, Tenure
from diplocal.projections import AllEngagements
from diplocal.replaying import replay
from diplocal.series import Round, Series
from diplocal.sources import Attribution, Source
from diplocal.store import MemoryStore
from diplocal.testing import History, histories
from diplocal.wording import facts, full_office, language, office, participant, place, source, title
from diplocal.wording.language import LANGUAGES

CHINA, RUSSIA = State("CN", "China"), State("RU", "Russia")
WANG = Person("Wang Yi", CHINA, Office("Foreign Minister", Rank.FOREIGN_MINISTER))
LAVROV = Person("Sergei Lavrov", RUSSIA, Office("Foreign Minister", Rank.FOREIGN_MINISTER))
TAGS = list(LANGUAGES)
OTHERS = TAGS[1:]


def understood(*events: EngagementEvent) -> Engagement:
    store = MemoryStore()
    store.append(*events)
    [engagement] = replay(AllEngagements(), store)
    return engagement


def visit(*visitors: Participant, level: Level = Level.UNKNOWN) -> VisitAnnounced:
    return VisitAnnounced(engagement="v", visitors=visitors, host=RUSSIA, when=When("2023-10"), level=level)


def controls(text: str) -> list[str]:
    return [char for char in text if unicodedata.category(char) == "Cc" or char in "\u2028\u2029"]


def ranked_titles(engagement: Engagement) -> Iterator[str]:
    """Yield the titles of offices whose rank is known, where they are no part of anything else that was printed."""
    printed = [one.name for one in engagement.people] + [
        getattr(engagement.subject, "name", None) or "",
        engagement.slug,
    ]
    printed += [engagement.round.series.name if engagement.round else ""]
    printed += [one.office.title for one in engagement.people if one.office and one.office.rank is Rank.OTHER]
    for one in engagement.people:
        if one.office and one.office.rank is not Rank.OTHER and not any(one.office.title in text for text in printed):
            yield one.office.title


class TestWhateverIsKnown:
    @given(histories(min_events=1), st.sampled_from(TAGS))
    def test_every_engagement_is_said_in_every_language(self, history: History, tag: str) -> None:
        for engagement in replay(AllEngagements(), history.records()):
            said = title(engagement, language(tag))
            assert said.strip()
            assert controls(said) == []
            assert "{" not in said
            assert all(
                fact.name and fact.value.strip() and "{" not in fact.value for fact in facts(engagement, language(tag))
            )

    @given(histories(min_events=1), st.sampled_from(OTHERS))
    def test_no_office_whose_rank_is_known_is_said_as_it_was_printed(self, history: History, tag: str) -> None:
        for engagement in replay(AllEngagements(), history.records()):
            said = title(engagement, language(tag))
            assert [one for one in ranked_titles(engagement) if one in said] == []

    @given(histories(min_events=1))
    def test_all_languages_know_the_same(self, history: History) -> None:
        for engagement in replay(AllEngagements(), history.records()):
            english = [fact.key for fact in facts(engagement, language("en"))]
            for tag in OTHERS:
                known = [fact.key for fact in facts(engagement, language(tag)) if fact.key != "printed"]
                assert known == english

    @given(histories(min_events=1))
    def test_entries_are_laid_out_alike_in_all_languages(self, history: History) -> None:
        for engagement in replay(AllEngagements(), history.records()):
            entries = [entry_of(engagement, InLanguage(tag)) for tag in TAGS]
            assert len({entry is None for entry in entries}) == 1
            for entry in entries:
                assert entry is None or entry.summary.strip()

    @pytest.mark.parametrize("tag", TAGS)
    @pytest.mark.parametrize("name", ["On\nfriendship", "On\r\n\r\nfriendship", "On\u2028friendship", "{name}", "%s"])
    def test_a_title_is_one_line_whatever_a_source_printed(self, tag: str, name: str) -> None:
        signed = AgreementSigned(engagement="a", participants=(CHINA, RUSSIA), when=When("2023"), title=name)
        said = title(understood(signed), language(tag))
        assert controls(said) == []
        assert all(word in said for word in name.split())


class TestTitles:
    @pytest.mark.parametrize(
        ("event", "english", "chinese"),
        [
            (visit(WANG), "Foreign Minister Wang Yi (China) to Russia", "外交部长 Wang Yi（中国）访问俄罗斯"),
            (visit(CHINA, level=Level.STATE), "China to Russia (state visit)", "中国访问俄罗斯（国事访问）"),
            (
                visit(CHINA, State("MN"), Organisation("EU")),
                "China, Mongolia and EU to Russia",
                "中国、蒙古和欧盟访问俄罗斯",
            ),
            (
                MeetingHeld(engagement="m", participants=(WANG, RUSSIA), when=When("2023")),
                "Meeting: Foreign Minister Wang Yi (China) – Russia",
                "会晤：外交部长 Wang Yi（中国） – 俄罗斯",
            ),
            (
                MeetingHeld(
                    engagement="m",
                    participants=(CHINA, RUSSIA),
                    when=When("2023"),
                    round=Round(Series("Security Consultation"), 18),
                ),
                "Security Consultation, round 18: China – Russia",
                "Security Consultation 第 18 轮：中国 – 俄罗斯",
            ),
            (
                CallHeld(engagement="c", participants=(CHINA, RUSSIA), when=When("2023"), medium=Medium.VIDEO),
                "Video call: China – Russia",
                "视频通话：中国 – 俄罗斯",
            ),
            (
                CallHeld(engagement="c", participants=(CHINA, RUSSIA), when=When("2023")),
                "Call: China – Russia",
                "通话：中国 – 俄罗斯",
            ),
            (
                PatrolConducted(engagement="p", actors=(CHINA, RUSSIA), when=When("2023"), domains=(Domain.AIR,)),
                "Patrol: China – Russia (air)",
                "巡航：中国 – 俄罗斯（空中）",
            ),
            (
                ExerciseConducted(engagement="e", actors=(CHINA,), when=When("2023"), name="Joint Sword"),
                "Exercise Joint Sword: China",
                "演习“Joint Sword”：中国",
            ),
            (
                AgreementSigned(engagement="a", participants=(CHINA, RUSSIA), when=When("2023"), title="Treaty"),
                "Agreement: Treaty (China – Russia)",
                "协议：Treaty（中国 – 俄罗斯）",
            ),
            (
                StatementIssued(engagement="s", by=(CHINA, RUSSIA), when=When("2023"), title="On Friendship"),
                "Statement: On Friendship (China – Russia)",
                "声明：On Friendship（中国 – 俄罗斯）",
            ),
            (EntryListed(engagement="l", title="Talks", when=When("2023")), "Talks", "Talks"),
        ],
    )
    def test_every_kind_of_engagement_has_its_title(self, event: EngagementEvent, english: str, chinese: str) -> None:
        assert title(understood(event), language("en")) == english
        assert title(understood(event), language("zh")) == chinese

    def test_a_tenure_is_said_with_its_holder(self) -> None:
        tenure = understood(OfficeAssumed(engagement="o", person=WANG, when=When("2023-07-25")))
        assert title(tenure, language("en")) == "Tenure: Foreign Minister Wang Yi (China)"
        assert title(tenure, language("fr")) == "Mandat\u00a0: ministre des Affaires étrangères Wang Yi (Chine)"

    @pytest.mark.parametrize("tag", TAGS)
    @pytest.mark.parametrize("office_held", [None, Office("foreign minister", Rank.FOREIGN_MINISTER), Office("aide")])
    def test_a_name_stays_as_it_was_printed_at_the_beginning_too(self, tag: str, office_held: Office | None) -> None:
        said = title(understood(visit(Person("al-Sisi", State("EG"), office_held))), language(tag))
        assert "al-Sisi" in said
        assert "Aide" not in said

    def test_a_title_that_begins_with_an_office_begins_with_a_capital(self) -> None:
        assert (
            title(understood(visit(WANG)), language("ru")) == "Министр иностранных дел Wang Yi (Китай) – визит: Россия"
        )


class TestOffices:
    """An office whose rank is known is said in the language; what was printed is said beside it."""

    @pytest.mark.parametrize(
        ("one", "tag", "said"),
        [
            (Office("Foreign Minister", Rank.FOREIGN_MINISTER), "en", "Foreign Minister"),
            (Office("Foreign Minister", Rank.FOREIGN_MINISTER), "zh", "外交部长"),
            (Office("Bundespräsident", Rank.HEAD_OF_STATE), "zh", "国家元首"),
            (Office("King", Rank.HEAD_OF_STATE), "id", "kepala negara"),
            (Office("Colonel"), "fr", "Colonel"),
            (Office("Colonel"), "ar", "\u2068Colonel\u2069"),
            (Office("President", Rank.HEAD_OF_STATE, Tenure.INTERIM), "en", "interim President"),
            (Office("President", Rank.HEAD_OF_STATE, Tenure.ELECT), "en", "President-elect"),
            (Office("President", Rank.HEAD_OF_STATE, Tenure.ACTING), "zh", "代理国家元首"),
            (Office("President", Rank.HEAD_OF_STATE, Tenure.IN_EXILE), "fr", "chef de l’État en exil"),
        ],
    )
    def test_an_office_is_said_by_its_rank(self, one: Office, tag: str, said: str) -> None:
        assert office(one, language(tag)) == said

    def test_how_it_was_printed_stands_beside_it(self) -> None:
        assert full_office(Office("Taoiseach", Rank.HEAD_OF_GOVERNMENT), language("zh")) == "政府首脑（Taoiseach）"
        assert full_office(Office("Taoiseach", Rank.HEAD_OF_GOVERNMENT), language("en")) == "Taoiseach"
        assert full_office(Office("Colonel"), language("zh")) == "Colonel"

    def test_somebody_who_is_named_by_the_office_alone_is_said_by_it_alone(self) -> None:
        unnamed = Person("Foreign Minister", CHINA, Office("Foreign Minister", Rank.FOREIGN_MINISTER))
        assert participant(unnamed, language("en")) == "Foreign Minister (China)"
        assert participant(unnamed, language("zh")) == "外交部长（中国）"

    def test_titles_as_printed_are_a_fact_of_their_own(self) -> None:
        event = MeetingHeld(engagement="m", participants=(WANG, LAVROV), when=When("2023"))
        known = {fact.key: fact.value for fact in facts(understood(event), language("zh"))}
        assert known["printed"] == "Foreign Minister Wang Yi，Foreign Minister Sergei Lavrov"
        assert "printed" not in {fact.key for fact in facts(understood(event), language("en"))}


class TestEntries:
    """The same lines in the same order, in every language."""

    EVENTS = (
        VisitAnnounced(
            engagement="v",
            visitors=(WANG,),
            host=RUSSIA,
            place="Moscow",
            when=When("2023-10"),
            level=Level.OFFICIAL,
            purposes=(Purpose.TALKS,),
            received_by=(LAVROV,),
            sources=(Source("TASS", "https://tass.com/1", attribution=Attribution.AIDE, speaker="Yuri Ushakov"),),
        ),
        ForcesScrambled(engagement="v", by=State("KR", "South Korea"), craft=("F-15K",)),
        NoLongerListed(engagement="v", upstream="Agenda"),
        Cancelled(engagement="v", reason="Illness"),
    )

    def test_in_english(self) -> None:
        entry = entry_of(understood(*self.EVENTS))
        assert entry is not None
        assert entry.summary == (
            "CANCELLED: Foreign Minister Wang Yi (China) to Russia (official visit) "
            "(October 2023, date to be confirmed)"
        )
        assert entry.description.splitlines() == [
            "Cancelled: October 2023, date to be confirmed",
            "Received by: Foreign Minister Sergei Lavrov (Russia)",
            "Level: official visit",
            "Purpose: talks",
            "Reaction: South Korea scrambled F-15K",
            "Reason: Illness",
            "List: No longer on the list that announced it",
            "Source: TASS (aide, Yuri Ushakov) https://tass.com/1",
        ]
        assert (entry.location, entry.categories) == ("Moscow, Russia", ("Visit", "China", "Russia"))

    def test_in_chinese(self) -> None:
        entry = entry_of(understood(*self.EVENTS), InLanguage("zh"))
        assert entry is not None
        assert entry.summary == "已取消：外交部长 Wang Yi（中国）访问俄罗斯（正式访问）（2023年10月，日期待确认）"
        assert entry.description.splitlines() == [
            "已取消：2023年10月，日期待确认",
            "接待方：外交部长 Sergei Lavrov（俄罗斯）",
            "原文职衔：Foreign Minister Wang Yi，Foreign Minister Sergei Lavrov",
            "级别：正式访问",
            "目的：会谈",
            "反应：韩国出动：F-15K",
            "原因：Illness",
            "名单：不再列于宣布该事项的名单",
            "来源：TASS（助手，Yuri Ushakov） https://tass.com/1",
        ]
        assert (entry.location, entry.categories) == ("Moscow，俄罗斯", ("访问", "中国", "俄罗斯"))


class TestPlacesAndSources:
    def test_a_place_that_is_the_state_is_said_once(self) -> None:
        event = VisitAnnounced(engagement="v", visitors=(CHINA,), host=State("SG", "Singapore"), place="Singapore")
        assert place(understood(event), language("en")) == "Singapore"

    @pytest.mark.parametrize(
        ("one", "said"),
        [
            (Source("TASS"), "TASS"),
            (Source("TASS", attribution=Attribution.AIDE), "TASS (aide)"),
            (Source("TASS", speaker="Yuri Ushakov"), "TASS (Yuri Ushakov)"),
        ],
    )
    def test_a_source_is_said_with_whom_it_quotes(self, one: Source, said: str) -> None:
        assert source(one, language("en")) == said
