"""Private addresses: nobody can guess them, whoever reads the file cannot use it, and they can be taken back."""

import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen
from threading import Barrier, Thread

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from diplocal.errors import NotWritable
from diplocal.web.access import AccessList, UnknownGrant, UnusableAccessList, beside
from diplocal.web.guard import WithoutSecrets

DAY = "2023-09-18"


@pytest.fixture
def access(tmp_path: Path) -> AccessList:
    return AccessList(tmp_path / "log.db.access.json")


def test_a_token_opens_what_was_granted(access: AccessList) -> None:
    given_one, token = access.grant(feed="pair-cn_ru", audience="internal", note="Asia desk", granted=DAY)
    found = access.holder(token)
    assert found == given_one
    assert (found.feed, found.audience) == ("pair-cn_ru", "internal")


def test_another_process_sees_a_grant_and_its_end_at_once(access: AccessList) -> None:
    other = AccessList(access.path)
    assert other.grants() == ()
    given_one, token = access.grant(feed=None, audience="public", note="n", granted=DAY)
    assert other.holder(token) == given_one
    access.revoke(given_one.id)
    assert other.holder(token) is None


def test_tokens_are_long_and_never_the_same(access: AccessList) -> None:
    tokens = {access.grant(feed=None, audience="public", note="n", granted=DAY)[1] for _ in range(20)}
    assert len(tokens) == 20
    assert all(len(token) >= 43 for token in tokens)


def test_the_file_holds_no_token_and_is_its_owner_s_alone(access: AccessList) -> None:
    _, token = access.grant(feed=None, audience="public", note="n", granted=DAY)
    assert token not in access.path.read_text()
    assert access.path.stat().st_mode & 0o777 == 0o600


@given(st.text(max_size=300))
def test_no_guess_opens_anything(guess: str) -> None:
    access = AccessList(Path("/nonexistent/access.json"))
    assert access.holder(guess) is None


def test_neither_the_digest_nor_a_longer_token_opens_anything(access: AccessList) -> None:
    given_one, token = access.grant(feed=None, audience="public", note="n", granted=DAY)
    assert access.holder(given_one.sha256) is None
    assert access.holder(f"{token}x") is None
    assert access.holder(token[:-1]) is None


def test_revoking_what_was_not_granted_is_refused(access: AccessList) -> None:
    with pytest.raises(UnknownGrant, match="access list"):
        access.revoke("00000000")


DAMAGES = pytest.mark.parametrize("content", [b"{", b"{}", b"[1]", b'[{"id": "x"}]', b"\xff"])


@DAMAGES
def test_a_file_that_is_something_else_is_told_of_and_lets_nobody_in(access: AccessList, content: bytes) -> None:
    access.path.write_bytes(content)
    with pytest.raises(UnusableAccessList):
        access.grants()
    assert access.holder("token") is None


@DAMAGES
def test_a_file_damaged_while_it_is_read_says_what_it_said_before(access: AccessList, content: bytes) -> None:
    kept, token = access.grant(feed=None, audience="public", note="n", granted=DAY)
    before = access.path.read_bytes()
    assert access.holder(token) == kept
    access.path.write_bytes(content)
    assert access.holder(token) == kept
    assert access.holder("another") is None
    access.path.write_bytes(before)
    access.revoke(kept.id)
    assert access.holder(token) is None


def test_a_damage_is_logged_once_and_again_when_it_comes_back(
    access: AccessList, caplog: pytest.LogCaptureFixture
) -> None:
    for content in (b"{", b"{", b"[]", b"{"):
        access.path.write_bytes(content)
        access.holder("token")
        access.holder("token")
    told = [record for record in caplog.records if "still holds" in record.getMessage()]
    assert len(told) == 2


def test_grants_survive_in_plain_json(access: AccessList) -> None:
    access.grant(feed=None, audience="asia-desk", note="Ärzte – 外交", granted=DAY)
    (kept,) = json.loads(access.path.read_text(encoding="utf-8"))
    assert (kept["audience"], kept["note"], kept["granted"]) == ("asia-desk", "Ärzte – 外交", DAY)


@pytest.mark.parametrize("address", ["visits.db", "sqlite:///visits.db"])
def test_the_list_lies_beside_the_log(address: str) -> None:
    assert beside(address) == Path("visits.db.access.json")


@given(st.from_regex(r"[A-Za-z0-9_-]{43}", fullmatch=True))
def test_tokens_do_not_get_into_logs(token: str) -> None:
    arguments = ("1.2.3.4", "GET", f"/private/{token}/feeds/a.ics")
    record = logging.LogRecord("uvicorn.access", logging.INFO, "x.py", 1, '%s - "%s %s"', arguments, None)
    assert WithoutSecrets().filter(record)
    assert record.getMessage() == '1.2.3.4 - "GET /private/…/feeds/a.ics"'


def at_once(count: int, act: Callable[[int], object]) -> list[Exception]:
    """Do something in so many threads that begin together, and give what they raise."""
    start, raised = Barrier(count), []

    def run(number: int) -> None:
        start.wait()
        try:
            act(number)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            raised.append(error)

    threads = [Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


class TestAtOnce:
    """What a command reported holds, whatever ran beside it."""

    def grant(self, path: Path, note: str) -> tuple[str, str]:
        given, token = AccessList(path).grant(feed=None, audience="public", note=note, granted=DAY)
        return given.id, token

    def test_every_address_that_was_given_out_opens(self, access: AccessList) -> None:
        tokens: list[str] = []
        raised = at_once(12, lambda number: tokens.append(self.grant(access.path, f"reader {number}")[1]))
        assert raised == []
        assert all(access.holder(token) for token in tokens)
        assert len(access.grants()) == 12

    def test_what_was_revoked_stays_revoked_while_others_are_granted(self, access: AccessList) -> None:
        old = [self.grant(access.path, f"old {number}") for number in range(6)]

        def act(number: int) -> None:
            if number % 2:
                AccessList(access.path).revoke(old[number // 2][0])
            else:
                self.grant(access.path, f"new {number}")

        assert at_once(12, act) == []
        assert [access.holder(token) for _, token in old] == [None] * 6
        assert {one.note for one in access.grants()} == {f"new {number}" for number in range(0, 12, 2)}

    def test_of_many_who_revoke_the_same_one_does(self, access: AccessList) -> None:
        grant_id, _ = self.grant(access.path, "reader")
        raised = at_once(5, lambda _: AccessList(access.path).revoke(grant_id))
        assert [type(error) for error in raised] == [UnknownGrant] * 4

    def test_processes_side_by_side_lose_nothing(self, access: AccessList) -> None:
        script = (
            "import sys; from pathlib import Path; from diplocal.web.access import AccessList\n"
            "for n in range(10):\n"
            " AccessList(Path(sys.argv[1])).grant(feed=None, audience='public', note='n', granted='d')"
        )
        running = [Popen([sys.executable, "-c", script, access.path]) for _ in range(3)]
        assert [one.wait(60) for one in running] == [0, 0, 0]
        assert len(access.grants()) == 30

    def test_whoever_waits_too_long_is_told(self, access: AccessList, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("diplocal.web.access.PATIENCE", 0.05)
        with (
            FileLock(access.path.with_name(f"{access.path.name}.lock")),
            pytest.raises(NotWritable, match="changing it"),
        ):
            AccessList(access.path).grant(feed=None, audience="public", note="n", granted=DAY)
