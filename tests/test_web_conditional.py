"""Who has the answer already gets none: RFC 9110 on validators, conditions and codings."""

import gzip
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime

import attrs
import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal.web.conditional import WORTH_PACKING, Body, Content, Packed, http_date, read_http_date, respond

BODY = b"BEGIN:VCALENDAR\r\n" * 60
CHANGED = pendulum.datetime(2023, 9, 18, 8, 5, 9)
FEED = Content(BODY, "text/calendar; charset=utf-8", CHANGED)

bodies = st.binary(max_size=2000)
encodings = st.sampled_from(["", "gzip", "gzip, deflate, br", "identity", "gzip;q=0"])
moments = st.datetimes(min_value=pendulum.naive(1970, 1, 1), max_value=pendulum.naive(9999, 12, 31)).map(
    lambda at: pendulum.instance(at, tz="UTC").replace(microsecond=0)
)


class TestEntityTags:
    """RFC 9110, 8.8.3: a strong validator changes whenever the bytes that are sent do."""

    @given(bodies, bodies, encodings)
    def test_equal_bytes_have_equal_tags_and_other_bytes_other_tags(self, one: bytes, other: bytes, ask: str) -> None:
        tags = [respond(Content(body, "text/plain"), {"accept-encoding": ask}).headers["etag"] for body in (one, other)]
        assert (tags[0] == tags[1]) == (one == other)

    @given(st.binary(min_size=1, max_size=2000), st.data())
    def test_one_changed_byte_changes_the_tag(self, body: bytes, data: st.DataObject) -> None:
        place = data.draw(st.integers(0, len(body) - 1))
        changed = bytearray(body)
        changed[place] ^= data.draw(st.integers(1, 255))
        before, after = Content(body, "text/plain"), Content(bytes(changed), "text/plain")
        assert respond(after, {"if-none-match": respond(before, {}).headers["etag"]}).status == 200

    def test_each_coding_has_a_tag_of_its_own(self) -> None:
        plain, zipped = respond(FEED, {}), respond(FEED, {"accept-encoding": "gzip"})
        assert plain.headers["etag"] != zipped.headers["etag"]
        assert not plain.headers["etag"].startswith("W/")


class TestNotModified:
    """RFC 9110, 13: conditions, and which of them goes first."""

    @given(bodies, encodings, st.sampled_from(["{}", "W/{}", '"other", {}', '{} , "x"', ', {},, "y"', "*", " {} "]))
    def test_who_names_the_tag_gets_304_without_a_body(self, body: bytes, ask: str, shape: str) -> None:
        content, headers = Content(body, "text/plain"), {"accept-encoding": ask}
        etag = respond(content, headers).headers["etag"]
        again = respond(content, {**headers, "if-none-match": shape.format(etag)})
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == etag
        assert not {"content-length", "content-type", "content-encoding"} & set(again.headers)

    @pytest.mark.parametrize("tags", ["", "{}x", "x{}", '"open', "{} {}", "w/{}", "*, {}", "bare"])
    def test_a_malformed_list_of_tags_is_ignored(self, tags: str) -> None:
        assert respond(FEED, {"if-none-match": tags.replace("{}", FEED.body.etag)}).status == 200

    @given(moments, moments)
    def test_who_has_it_since_it_changed_gets_304(self, changed: pendulum.DateTime, since: pendulum.DateTime) -> None:
        answer = respond(Content(BODY, "text/plain", changed), {"if-modified-since": http_date(since)})
        assert (answer.status == 304) == (changed <= since)

    def test_a_tag_that_differs_outweighs_a_date_that_matches(self) -> None:
        headers = {"if-none-match": '"other"', "if-modified-since": http_date(CHANGED)}
        assert respond(FEED, headers).status == 200

    def test_a_malformed_tag_does_not_let_the_date_decide(self) -> None:
        assert respond(FEED, {"if-none-match": "other", "if-modified-since": http_date(CHANGED)}).status == 200

    @pytest.mark.parametrize(
        "date",
        ["", "tomorrow", "2030-01-01", "Mon, 31 Feb 2030 00:00:00 GMT", "Mon, 18 Sep 2030 08:05:09 UTC", "9" * 500],
    )
    def test_a_malformed_date_is_ignored(self, date: str) -> None:
        assert respond(FEED, {"if-modified-since": date}).status == 200

    @given(st.dictionaries(st.sampled_from(["if-none-match", "if-modified-since", "accept-encoding"]), st.text()))
    def test_whatever_the_headers_say_the_body_is_whole_or_not_there(self, headers: dict[str, str]) -> None:
        answer = respond(FEED, headers)
        body = gzip.decompress(answer.body) if "content-encoding" in answer.headers else answer.body
        assert (answer.status, body) in [(200, BODY), (304, b"")]


class TestDates:
    """RFC 9110, 5.6.7: one form to write, three to read."""

    @given(moments)
    def test_dates_are_written_as_the_standard_library_does(self, moment: pendulum.DateTime) -> None:
        written = http_date(moment)
        assert parsedate_to_datetime(written) == moment
        assert written == format_datetime(moment.astimezone(UTC), usegmt=True)

    @given(moments)
    def test_what_is_written_is_read_back(self, moment: pendulum.DateTime) -> None:
        assert read_http_date(http_date(moment)) == moment

    @pytest.mark.parametrize(
        "text",
        ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"],
    )
    def test_all_three_forms_are_read(self, text: str) -> None:
        assert read_http_date(text) == pendulum.datetime(1994, 11, 6, 8, 49, 37)


class TestCompression:
    """RFC 9110, 12.5.3. One calendar program fails on gzip that it did not ask for."""

    @pytest.mark.parametrize(
        ("ask", "zipped"),
        [
            ("", False),
            ("gzip", True),
            ("GZIP;Q=0.5", True),
            ("deflate, x-gzip", True),
            ("gzip;q=0", False),
            ("gzip;q=0.000", False),
            ("gzip;q=0.2, identity;q=0.5", False),
            ("*", False),
            ("gzip;q=many", False),
            ("gzip;level=9", False),
        ],
    )
    def test_gzip_is_sent_only_when_asked_for(self, ask: str, zipped: bool) -> None:  # noqa: FBT001 - a table's column
        answer = respond(FEED, {"accept-encoding": ask})
        assert ("content-encoding" in answer.headers) == zipped
        assert (gzip.decompress(answer.body) if zipped else answer.body) == BODY

    def test_the_same_body_is_always_compressed_to_the_same_bytes(self) -> None:
        assert Body(BODY).compressed == Body(bytes(BODY)).compressed

    def test_caches_are_told_what_the_answer_depends_on(self) -> None:
        page = Content(BODY, "text/html", vary=("Accept-Language",))
        assert respond(page, {}).headers["vary"] == "Accept-Encoding, Accept-Language"


def test_head_has_the_headers_of_get_and_no_body() -> None:
    get, head = respond(FEED, {}), respond(FEED, {}, "HEAD")
    assert head.headers == get.headers
    assert head.headers["content-length"] == str(len(BODY))
    assert (head.status, head.body) == (200, b"")


class TestPacking:
    """A large body is kept as gzip alone, and answers as before."""

    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    @given(asked=encodings, has=st.sampled_from(["", "*", "plain", "gzip"]))
    def test_answers_are_the_same(self, method: str, asked: str, has: str) -> None:
        tags = {"plain": FEED.body.etag, "gzip": FEED.body.compressed_etag}
        headers = {"accept-encoding": asked} | ({"if-none-match": tags.get(has, has)} if has else {})
        packed = attrs.evolve(FEED, body=Body(BODY).packed())
        assert respond(packed, headers, method) == respond(FEED, headers, method)

    def test_only_what_is_large_is_packed(self) -> None:
        large = Content(b"x" * WORTH_PACKING, "text/plain").ready()
        assert (type(FEED.ready().body), type(large.body)) == (Body, Packed)
        assert large.body.kept_bytes < WORTH_PACKING / 100
        assert large.ready() is large
