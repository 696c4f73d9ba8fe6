"""watch, digest and webhooks: each change is told once, in one form of words, also when the teller is killed."""

import base64
import email
import email.policy
import hashlib
import hmac
import json
import re
import signal
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner
from watchers import receiver, run

from diplocal.cli.program import app
from diplocal.dates import When
from diplocal.diary import Diary
from diplocal.errors import InvalidValue, NotDelivered
from diplocal.events import Cancelled, Event, MergedAsDuplicate, Retracted, VisitAnnounced
from diplocal.events.wire import identify
from diplocal.notifying import Digest, MailServer, Notice, Outbox, notices, tell
from diplocal.notifying.webhook import Webhook
from diplocal.parties import Person, State
from diplocal.records import Envelope
from diplocal.store import MemoryStore, Readable, open_store
from diplocal.testing import histories
from diplocal.testing.history import History
from diplocal.wording import ENGLISH, language
from diplocal.wording.language import LANGUAGES

SECRET = "swordfish"  # noqa: S105 - of a test
WANG = Person("Wang Yi", State("CN"))
DIPLOCAL = Path(sys.executable).parent / "diplocal"


def planned(slug: str, when: str = "2023-09-18", host: str = "RU") -> VisitAnnounced:
    day = pendulum.date(2023, 9, 1)
    return VisitAnnounced(engagement=slug, visitors=(WANG,), host=State(host), when=When(when), reported=day)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


def recorded(path: Path, *events: Event | Envelope) -> None:
    with open_store(path) as store:
        store.append(*events)


def asked(path: Path, *arguments: str, code: int = 0, **environment: str) -> str:
    done = CliRunner().invoke(app, [*arguments, "--log", str(path)], env=environment)
    assert done.exit_code == code or isinstance(done.exception, InvalidValue | NotDelivered), done.exception
    if done.exception is not None and code:
        return str(done.exception)
    return done.stdout


def watched(path: Path, *arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in asked(path, "watch", "--once", "--json", *arguments).splitlines()]


class TestWatch:
    def test_what_is_new_is_told_once(self, path: Path, tmp_path: Path) -> None:
        recorded(path, planned("before"))
        kept = "--outbox", str(tmp_path / "told")
        assert watched(path, *kept) == []
        recorded(path, planned("visit"))
        assert [(one["engagement"], one["change"]) for one in watched(path, *kept)] == [("visit", "new")]
        assert watched(path, *kept) == []

    def test_a_correction_of_what_was_told_is_told(self, path: Path, tmp_path: Path) -> None:
        kept = "--outbox", str(tmp_path / "told"), "--state", "RU"
        recorded(path, first := planned("visit"), planned("other", host="FR"), planned("twin"))
        watched(path, *kept, "--from", "0")
        recorded(path, Retracted(engagement="visit", of=identify(first)), planned("visit", host="FR"))
        (told,) = watched(path, *kept)
        assert told["differences"] == [{"fact": "Host", "was": "Russia", "now": "France"}]
        recorded(path, MergedAsDuplicate(engagement="twin", into="other"))
        assert ("twin", "gone") in [(one["engagement"], one["change"]) for one in watched(path, *kept)]

    def test_people_read_a_line_for_each_change(self, path: Path) -> None:
        recorded(path, planned("visit"), Cancelled(engagement="visit"))
        assert (
            asked(path, "watch", "--once", "--from", "1") == "Wang Yi (China) to Russia: Status: planned → cancelled\n"
        )

    def test_a_report_that_changes_no_fact_is_told_as_that_in_every_language(self, path: Path) -> None:
        recorded(path, planned("visit"), Retracted(engagement="visit", of="slipped"))
        assert asked(path, "watch", "--once", "--from", "1") == (
            "Wang Yi (China) to Russia: a report that changes no fact\n"
        )
        for lang in LANGUAGES:
            assert asked(path, "digest", "--from", "1", "--lang", lang)

    def test_it_follows_the_log_until_interrupted(self, path: Path) -> None:
        recorded(path, planned("before"))
        command = [str(DIPLOCAL), "watch", "--log", str(path), "--every", "0.1", "--from", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watching:
            assert watching.stdout is not None
            assert "Wang Yi" in watching.stdout.readline()
            recorded(path, Cancelled(engagement="before"))
            assert "cancelled" in watching.stdout.readline()
            watching.send_signal(signal.SIGINT)
            assert watching.wait(20) == 0

    def test_what_is_hidden_shows_neither_in_notices_nor_in_their_ids(self, path: Path, tmp_path: Path) -> None:
        open_log, other = path, tmp_path / "other.db"
        recorded(open_log, planned("visit"))
        with open_store(open_log) as store, open_store(f"sqlite:///{other}") as hidden:
            hidden.append(Envelope(planned("secret"), audience="internal"), planned("visit"))
            ids = [[one.change.slug for one in notices(Diary(log), 0, log.position())] for log in (store, hidden)]
            assert ids == [["visit"], ["visit"]]

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            (("--state", "CN"), "the file of"),
            (("--lang", "fr"), "the file of"),
        ],
    )
    def test_a_file_of_another_question_is_refused(
        self, path: Path, tmp_path: Path, arguments: tuple[str, ...], sentence: str
    ) -> None:
        recorded(path, planned("visit"))
        kept = "--outbox", str(tmp_path / "told")
        watched(path, *kept)
        assert sentence in asked(path, "watch", "--once", *kept, *arguments, code=1)

    def test_a_file_of_another_log_or_of_nothing_of_ours_is_refused(self, path: Path, tmp_path: Path) -> None:
        recorded(path, planned("visit"))
        other = tmp_path / "other.db"
        recorded(other, planned("visit"))
        kept = "--outbox", str(tmp_path / "told")
        watched(path, *kept)
        assert "it is of another" in asked(other, "watch", "--once", *kept, code=1)
        strange = tmp_path / "strange"
        strange.write_text("not what was told" * 99)
        assert "no file" in asked(path, "watch", "--once", "--outbox", str(strange), code=1)
        nowhere = str(tmp_path / "nowhere" / "told")
        assert "can be written" in asked(path, "watch", "--once", "--outbox", nowhere, code=1)

    def test_two_programs_do_not_tell_from_one_file(self, path: Path, tmp_path: Path) -> None:
        recorded(path, planned("visit"))
        told = tmp_path / "told"
        with open_store(path) as store, Outbox(told, store, question="all", start=0):
            self._refused(told, store)

    def _refused(self, told: Path, store: Readable) -> None:
        with pytest.raises(InvalidValue, match="no other program"):
            Outbox(told, store, question="all", start=0)


class TestNotices:
    @settings(max_examples=15)
    @given(history=histories(), share=st.floats(0, 1))
    def test_what_is_told_of_a_stretch_stays_the_same_however_the_log_grows(
        self, history: History, share: float
    ) -> None:
        """So that after a kill the same words go out under the same ids."""
        log, end = MemoryStore(), int(len(history.events) * share)
        log.append(*history.events[:end])
        diary = Diary(log)
        stop = log.position()
        before = [notices(diary, start, stop) for start in (0, stop // 2)]
        log.append(*history.events[end:])
        assert [notices(diary, start, stop) for start in (0, stop // 2)] == before

    @settings(max_examples=15)
    @given(history=histories())
    def test_stretch_after_stretch_each_change_is_told_that_is_told_at_once(self, history: History) -> None:
        log = MemoryStore()
        log.append(*history.events)
        diary, end = Diary(log), log.position()
        told: dict[str, list[Notice]] = {}
        for start in range(end):
            for one in notices(diary, start, start + 1):
                told.setdefault(one.change.slug, []).append(one)
        for several in told.values():
            for earlier, later in pairwise(several):
                assert earlier.change.after == later.change.before
        for one in notices(diary, 0, end):
            assert told[one.change.slug][-1].change.after == one.change.after
        ids = [one.id for several in told.values() for one in several]
        assert len(ids) == len(set(ids))


class TestOutbox:
    def test_what_was_not_delivered_is_the_first_of_the_next_time(self, tmp_path: Path) -> None:
        log, told = MemoryStore(), list[str]()
        log.append(planned("a", "2023-10-01"), planned("b", "2023-10-02"), planned("c", "2023-10-03"))
        diary = Diary(log)

        def deliver(notice: Notice) -> None:
            if notice.change.slug == "b" and "a" in told and len(told) == 1:
                raise OSError("away")
            told.append(notice.change.slug)

        with Outbox(tmp_path / "told", log, question="all", start=0) as outbox, pytest.raises(OSError, match="away"):
            tell(diary, outbox, deliver)
        log.append(Cancelled(engagement="a"), planned("d", "2023-10-04"))
        told.append("again")
        with Outbox(tmp_path / "told", log, question="all", start=99) as outbox:
            assert tell(diary, outbox, deliver) == 4
            assert tell(diary, outbox, deliver) == 0
        assert told == ["a", "again", "b", "c", "a", "d"]

    @pytest.mark.parametrize("teller", ["watch", "digest"])
    def test_whoever_is_killed_tells_every_change_once(self, tmp_path: Path, teller: str) -> None:
        """``python tests/watching/watchers.py`` kills a thousand."""
        assert run(tmp_path, kills=8, seed=7, teller=teller).startswith(f"{teller}: 8 kills")


class TestWebhook:
    def test_each_change_is_a_signed_cloud_event(self, path: Path) -> None:
        recorded(path, planned("visit"))
        with receiver() as (address, received):
            command = "watch", "--once", "--from", "0", "--webhook", address
            asked(path, *command, DIPLOCAL_WEBHOOK_SECRET=SECRET)
        (event,) = received
        headers = {name.lower(): value for name, value in event["headers"].items()}
        assert headers["content-type"] == "application/cloudevents+json"
        assert headers["webhook-id"] == event["id"]
        signed = b".".join((event["id"].encode(), headers["webhook-timestamp"].encode(), event["raw"]))
        expected = base64.b64encode(hmac.digest(SECRET.encode(), signed, hashlib.sha256)).decode()
        assert headers["webhook-signature"] == f"v1,{expected}"
        assert (event["specversion"], event["type"], event["subject"]) == ("1.0", "diplocal.change", "visit")
        assert event["data"]["change"] == "new"

    def test_what_is_refused_goes_again_under_the_same_id(self, path: Path, tmp_path: Path) -> None:
        recorded(path, planned("a", "2023-10-01"), planned("b", "2023-10-02"))
        command = "watch", "--once", "--from", "0", "--outbox", str(tmp_path / "told"), "--webhook"
        with receiver([204, 503]) as (address, received):
            assert "it answered 503" in asked(path, *command, address, code=1)
            asked(path, *command, address)
        assert [one["subject"] for one in received] == ["a", "b", "b"]
        assert received[1]["id"] == received[2]["id"]

    @pytest.mark.parametrize(("status", "may_pass"), [(503, True), (429, True), (404, False), (302, False)])
    def test_only_what_may_pass_is_tried_again(self, *, status: int, may_pass: bool) -> None:
        log = MemoryStore()
        log.append(planned("visit"))
        (notice,) = notices(Diary(log), 0, 1)
        with (
            receiver([status]) as (address, _),
            Webhook(address, log.log_id) as hook,
            pytest.raises(NotDelivered) as failed,
        ):
            hook.deliver(notice, at=0)
        assert failed.value.may_pass is may_pass

    @pytest.mark.parametrize(
        "address", ["http://example.org/", "ftp://localhost/", "example.org", "https://a:b@c.org/"]
    )
    def test_what_is_said_goes_encrypted_or_not_at_all(self, address: str) -> None:
        with pytest.raises(InvalidValue, match="https"):
            Webhook(address, "log")


class Mailbox(socketserver.StreamRequestHandler):
    """Takes e-mail as a server does (RFC 5321), but for those whose name is nobody."""

    def handle(self) -> None:
        self._say("220 ready")
        for line in self.rfile:
            command = line.decode().strip()
            if command.upper() == "DATA":
                self._say("354 go on")
                body = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.received.append(body)  # type: ignore[attr-defined] # of this test
                self._say("250 taken")
            elif command.upper().startswith("QUIT"):
                return self._say("221 bye")
            else:
                self._say("550 nobody is here" if "nobody" in command else "250 well")
        return None

    def _say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())


@pytest.fixture
def mail_server() -> Iterator[tuple[str, list[bytes]]]:
    """The address of a mail server, and what it has taken."""
    with socketserver.TCPServer(("127.0.0.1", 0), Mailbox) as server:
        server.received = []  # type: ignore[attr-defined] # what it has taken
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"smtp://127.0.0.1:{server.server_address[1]}", server.received  # type: ignore[attr-defined] # as above
        server.shutdown()


class TestDigest:
    def test_it_says_what_changed_as_text(self, path: Path) -> None:
        recorded(path, planned("visit"), planned("other", host="FR"), Cancelled(engagement="visit"))
        assert asked(path, "digest", "--from", "1", "--state", "RU", "--site", "https://example.org/") == (
            "Changes: record 1 – now\n\nWang Yi (China) to Russia\n"
            "  cancelled: 18 September 2023\n  Status: planned → cancelled\n  https://example.org/entries/visit\n"
        )

    def test_a_page_escapes_what_a_log_says(self) -> None:
        log = MemoryStore()
        log.append(planned("visit").evolve(visitors=(Person("<script>alert(1)</script>", State("CN")),)))
        for tag, direction in ("en", "ltr"), ("ar", "rtl"):
            changes = [one.change for one in notices(Diary(log), 0, 1)]
            page = Digest("<b>", changes, language(tag), "https://example.org/?a=1&b=2").html()
            assert "<script" not in page
            assert "<b>" not in page
            assert f'<html lang="{tag}" dir="{direction}">' in page

    def test_nothing_new_is_said(self, path: Path) -> None:
        recorded(path, planned("visit"))
        assert "No change was reported." in asked(path, "digest", "--from", "1")
        assert "No change was reported." in asked(path, "digest", "--from", "1", "--form", "html")

    def test_an_end_before_the_beginning_is_refused(self, path: Path) -> None:
        recorded(path, planned("visit"), planned("other"))
        done = CliRunner().invoke(app, ["digest", "--from", "2", "--to", "1", "--log", str(path)])
        assert str(done.exception) == "to is '1': expected a moment that is not before 2"

    def test_one_digest_is_one_message(self, path: Path) -> None:
        recorded(path, planned("visit"))
        command = "digest", "--from", "0", "--form", "eml", "--mail-to", "desk@example.org", "--mail-from"
        first, second = (asked(path, *command, f"news@{name}.org") for name in ("a", "a"))
        message = email.message_from_string(first, policy=email.policy.default)
        assert message["message-id"] == email.message_from_string(second)["message-id"]
        assert message["message-id"].endswith("@a.org>")
        assert message["to"] == "desk@example.org"
        body = message.get_body(("html",))
        assert body is not None
        assert "Wang Yi (China) to Russia" in body.get_content()

    def test_a_message_to_nobody_has_no_empty_list_of_addresses(self, path: Path) -> None:
        recorded(path, planned("visit"))
        message = asked(path, "digest", "--from", "0", "--form", "eml", "--mail-from", "diary@example.org")
        assert "\nFrom: diary@example.org" in f"\n{message}"
        assert not re.search(r"^To:", message, re.MULTILINE)

    def test_it_is_sent_once_by_a_mail_server(
        self, path: Path, tmp_path: Path, mail_server: tuple[str, list[bytes]]
    ) -> None:
        address, received = mail_server
        recorded(path, planned("visit"))
        kept = "digest", "--outbox", str(tmp_path / "told"), "--from", "0", "--smtp", address, "--mail-to"
        assert "nobody" in asked(path, *kept, "nobody@example.org", code=1)
        for _ in range(2):
            asked(path, *kept, "desk@example.org")
        recorded(path, Cancelled(engagement="visit"))
        asked(path, *kept, "desk@example.org")
        texts = [email.message_from_bytes(one, policy=email.policy.default).get_body(("plain",)) for one in received]
        assert ["cancelled" in one.get_content() for one in texts if one] == [False, True]

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            ((), "from is None"),
            *(
                ((*("--from", "0", "--form", "eml"), option, text), f"{option[2:]} is ")
                for option in ("--mail-to", "--mail-from")
                for text in ("desk", "", "a@b.org, c@d.org", "a@b.org\nBcc: x@y.z", "not an address")
            ),
            (("--from", "0", "--site", "javascript:alert(1)"), "site is"),
            (("--from", "0", "--mail-to", "a@b.org"), "smtp is None"),
            (("--from", "0", "--mail-to", "a@b.org", "--smtp", "mail.example.org"), "smtp is 'mail.example.org'"),
            (("--outbox", "told", "--output", "digest.txt"), "none with --outbox"),
        ],
    )
    def test_what_cannot_be_done_is_said(self, path: Path, arguments: tuple[str, ...], sentence: str) -> None:
        recorded(path, planned("visit"))
        assert sentence in asked(path, "digest", *arguments, code=1)

    @pytest.mark.parametrize(
        "address", ["mail.example.org", "smtp://a:b@mail.example.org", "smtp://a:x", "http://a", "smtp://a/b"]
    )
    def test_no_mail_server_is_refused(self, address: str) -> None:
        with pytest.raises(InvalidValue, match="mail server"):
            MailServer.at(address)

    def test_a_server_that_is_not_there_is_said(self) -> None:
        message = Digest("Title", (), ENGLISH).message(
            uuid4(), sender="a@b.org", recipients=["c@d.org"], at=pendulum.datetime(2023, 9, 18)
        )
        with pytest.raises(NotDelivered, match=r"127\.0\.0\.1 was not told"):
            MailServer.at("smtp://127.0.0.1:1").send(message)
