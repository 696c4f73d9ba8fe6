import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from diplocal.names.spelling import nearest_spelling, plain, slips

WORDS = st.text(alphabet="abcd", max_size=6)


class TestPlain:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("President O'Kelly", "president o’kelly"),
            ("Shinzō Abe", "Shinzo Abe"),
            ("Recep Tayyip Erdoğan", "Recep  Tayyip Erdogan"),
            ("Moon-Jae-in", "Moon Jae-in"),
            ("Haidar al- Abadi", "Haidar Al-Abadi"),
            ("President O´Kelly", "President OKelly"),
            ("P.V. Narasimha Rao", "P. V. Narasimha Rao"),
            ("In U.S. June 2-9", "In U.S. June 2–9"),
            ("Lech Wałęsa", "Lech Walesa"),
            ("Jens Gjørv Đukanović", "Jens Gjorv Dukanovic"),
        ],
    )
    def test_is_one_for_texts_that_differ_in_typography_and_diacritics(self, one: str, other: str) -> None:
        assert plain(one) == plain(other)

    def test_keeps_apart_what_letters_keep_apart(self) -> None:
        assert plain("Petr Cecas") != plain("Petr Necas")

    @given(st.text())
    @example("𝕬")
    @example("ŉ")
    @example("ϓ")
    def test_of_the_plain_is_the_plain(self, text: str) -> None:
        assert plain(plain(text)) == plain(text)

    @given(st.text())
    def test_has_no_white_space_around_and_single_spaces_within(self, text: str) -> None:
        assert plain(text) == " ".join(plain(text).split())


class TestSlips:
    @pytest.mark.parametrize(
        ("one", "other", "count"),
        [
            ("cecas", "necas", 1),
            ("matterella", "mattarella", 1),
            ("presidetn", "president", 1),
            ("mininster", "minister", 1),
            ("", "abc", 3),
            ("sobotkin", "sobotka", 2),
        ],
    )
    def test_are_letters_added_dropped_replaced_or_swapped(self, one: str, other: str, count: int) -> None:
        assert slips(one, other) == count

    @given(WORDS, WORDS)
    def test_are_as_many_both_ways_and_none_between_equals(self, one: str, other: str) -> None:
        assert slips(one, other) == slips(other, one)
        assert (slips(one, other) == 0) == (one == other)

    @given(WORDS, WORDS)
    def test_are_at_least_the_difference_in_length_and_at_most_the_longer(self, one: str, other: str) -> None:
        assert abs(len(one) - len(other)) <= slips(one, other) <= max(len(one), len(other))

    @given(WORDS, st.data())
    def test_are_one_for_one_letter_dropped(self, word: str, data: st.DataObject) -> None:
        longer = word + "x"
        place = data.draw(st.integers(0, len(word)))
        assert slips(longer, longer[:place] + longer[place + 1 :]) == 1


class TestNearestSpelling:
    @given(WORDS, st.lists(WORDS), st.integers(0, 3))
    def test_is_the_first_of_those_with_the_fewest_slips(self, text: str, known: list[str], limit: int) -> None:
        near = [word for word in known if slips(text, word) <= limit]
        assert nearest_spelling(text, known, at_most=limit) == min(
            near, key=lambda word: slips(text, word), default=None
        )
