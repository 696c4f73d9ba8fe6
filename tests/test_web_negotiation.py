"""In which language a page is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal.web.negotiation import negotiated
from diplocal.wording.language import LANGUAGES


class TestNegotiation:
    """RFC 9110, 12.5.4, and an address that names a language before it."""

    @pytest.mark.parametrize(
        ("asked", "accepted", "tag"),
        [
            (None, "", "en"),
            (None, "id", "id"),
            (None, "tlh, ru;q=0.5, fr;q=0.9", "fr"),
            (None, "zh-Hant-TW, en;q=0.1", "zh"),
            (None, "fr;q=0, es;q=0.1", "es"),
            (None, "fr;q=2, es", "es"),
            (None, "*", "en"),
            ("ar", "fr", "ar"),
            ("AR-eg", "fr", "ar"),
            ("xx", "fr", "fr"),
        ],
    )
    def test_the_best_language_is_chosen(self, asked: str | None, accepted: str, tag: str) -> None:
        assert negotiated(asked, accepted) == tag

    @given(st.text(), st.text())
    def test_whatever_is_asked_there_is_a_language(self, asked: str, accepted: str) -> None:
        assert negotiated(asked, accepted) in LANGUAGES
