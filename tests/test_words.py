"""What is written about an engagement finds it: in any script, with and without diacritics, by how words begin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal.dates import When
from diplocal.diary import Diary
from diplocal.errors import InvalidValue
from diplocal.events import Corrected, MeetingHeld, PlanDenied, TripAnnounced, VisitAnnounced
from diplocal.events.wire import identify
from diplocal.levels import Level, Purpose
from diplocal.names.spelling import plain
from diplocal.names.words import index_words, words_sought
from diplocal.parties import Office, Person, Rank, State
from diplocal.projections.words import have_all
from diplocal.series import Round, Series
from diplocal.sources import Source
from diplocal.store import MemoryStore

CHINA, RUSSIA, KOREA = State("CN", "PRC"), State("RU"), State("KR")


def found(text: str, words: str) -> bool:
    return have_all(index_words(text), words_sought(words))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Recep Tayyip ERDOĞAN", "erdogan"),
        ("Recep Tayyip Erdogan", "Erdoğan"),
        ("Đà Nẵng", "da nang"),
        ("Łódź", "lodz"),
        ("Straße in Tromsø", "strasse tromso"),
        ("Côte d'Ivoire", "cote ivoire"),
        ("Côte d’Ivoire", "d'Ivoire"),
        ("Xi’an", "xian"),
        ("Xian", "Xi'an"),
        ("Guinea-Bissau", "bissau"),
        ("Abdel Fattah el-Sisi", "elsisi"),
        ("Abdel Fattah el-Sisi", "el sisi"),
        ("Сергей ЛАВРОВ", "лавров"),
        ("Йошкар-Ола", "йошкар"),
        ("习近平会见普京", "习近平"),
        ("习近平会见普京", "普京"),
        ("习近平会见普京", "京"),
        ("東京サミット", "サミット"),
        ("윤석열 대통령", "대통령"),
        ("الرِّيَاض", "الرياض"),
        ("الرياض", "الرِّيَاض"),
        ("أبو ظبي", "ابو ظبي"),
        ("القاهرة", "القاهره"),
        ("کابل", "كابل"),
        ("יְרוּשָׁלַיִם", "ירושלים"),
        ("नई दिल्ली", "दिल्ली"),
        ("ธนาคารโลก กรุงเทพ", "กรุงเทพ"),
        ("Foreign Ministry", "foreign minist"),
        ("G20 Summit, round 18", "g20 18"),
    ],
)
def test_a_text_is_found_however_it_is_spelt(text: str, words: str) -> None:
    assert found(text, words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Foreign Ministry", "reign"),
        ("Foreign Ministry", "foreign office"),
        ("习近平", "近习"),
        ("习近平", "平近"),
        ("北京", "京都"),
        ("الرياض", "الدوحة"),
        ("Da Nang", "Danang Bay"),
    ],
)
def test_and_not_by_what_is_not_there(text: str, words: str) -> None:
    assert not found(text, words)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30))
def test_every_text_with_a_word_in_it_is_found_by_itself(text: str) -> None:
    try:
        sought = words_sought(text)
    except InvalidValue:
        return
    assert have_all(index_words(text), sought)


@pytest.mark.parametrize("words", ["", "  ", "…!?", "'", "x" * 501])
def test_what_has_no_word_asks_nothing(words: str) -> None:
    with pytest.raises(InvalidValue, match="words"):
        Diary(MemoryStore()).find(words=words)


def test_names_offices_places_purposes_titles_and_sources_are_found() -> None:
    store = MemoryStore()
    wang = Person("Wang Yi", CHINA, Office("State Councillor", Rank.FOREIGN_MINISTER))
    store.append(
        VisitAnnounced(engagement="visit", visitors=(wang,), host=RUSSIA, when=When("2023-09-18"), level=Level.STATE),
        MeetingHeld(
            engagement="talks",
            participants=(wang, RUSSIA),
            when=When("2023-09-18"),
            place="Санкт-Петербург",
            purposes=(Purpose.MARGINS,),
            round=Round(Series("Strategic Security Consultation"), 18),
            sources=(Source("Xinhua", speaker="Mao Ning"),),
        ),
    )
    store.append(
        TripAnnounced(engagement="tour", travellers=(KOREA,), name="Africa tour"),
        PlanDenied(engagement="tour", reason="nothing of the kind is scheduled"),
    )
    diary = Diary(store)
    for words in ("africa tour", "scheduled"):
        assert [one.slug for one in diary.find(words=words)] == ["tour"], words
    for words in ("wang", "councillor", "russia", "china", "prc"):
        assert [one.slug for one in diary.find(words=words)] == ["talks", "visit"], words
    for words in ("петербург", "margins", "security consultation", "xinhua", "mao ning", "wang xinhua"):
        assert [one.slug for one in diary.find(words=words)] == ["talks"], words
    for words in ("state visit", "visit wang", "wang visi"):
        assert [one.slug for one in diary.find(words=words)] == ["visit"], words
    assert [one.slug for one in diary.find(words="wang", kind="visit")] == ["visit"]
    assert not diary.find(words="wang london")


def test_what_was_corrected_is_found_by_what_is_right_and_as_of_then_by_what_was_written() -> None:
    store = MemoryStore()
    wrong = MeetingHeld(engagement="a", participants=(CHINA, RUSSIA), when=When("2023-09-18"), place="Minsk")
    store.append(wrong)
    diary = Diary(store)
    assert diary.find(words="minsk")
    right = MeetingHeld(engagement="a", participants=(CHINA, RUSSIA), when=When("2023-09-18"), place="Moscow")
    store.append(Corrected(engagement="a", of=identify(wrong), right=right))
    assert [bool(diary.find(words=place)) for place in ("minsk", "moscow")] == [False, True]
    then = diary.as_of(known_at=1)
    assert [bool(then.find(words=place)) for place in ("minsk", "moscow")] == [True, False]


def test_words_find_across_more_engagements_than_a_row_has() -> None:
    store = MemoryStore()
    store.append(
        *(
            MeetingHeld(
                engagement=f"m-{number}",
                participants=(CHINA, RUSSIA),
                when=When("2023"),
                place="Kazan" if number % 2 else None,
            )
            for number in range(9000)
        )
    )
    diary = Diary(store)
    assert len(diary.find(words="kazan")) == 4500
    assert len(diary.find(words="russia kaz")) == 4500


SIGNS = "ab é'’-_.ʼ\u200b\u00ad\u0640ية北京市ไทยßı1"


@given(
    text=st.text(SIGNS, min_size=1, max_size=12).map(str.strip).filter(plain),
    span=st.tuples(st.integers(0, 5), st.integers(1, 5)),
)
def test_places_and_publishers_are_found_by_any_words_that_a_filter_takes_them_for(
    text: str, span: tuple[int, int]
) -> None:
    """The index that finds them leaves out nothing, whatever signs stand in a name."""
    log = MemoryStore()
    source, when = Source(text), When("2023")
    log.append(MeetingHeld(engagement="m", participants=(CHINA, RUSSIA), place=text, when=when, sources=(source,)))
    words = plain(text).split()
    part = " ".join(words[min(span[0], len(words) - 1) :][: span[1]])
    diary = Diary(log)
    assert [one.slug for one in diary.find(place=part)] == ["m"]
    assert [one.slug for one in diary.find(source=text)] == ["m"]
