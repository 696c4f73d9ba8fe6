"""What another server answers is read up to a limit."""

import zlib
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from diplocal.calendars import Calendar, Feed
from diplocal.demo import article
from diplocal.diary import Diary
from diplocal.errors import PublishingFailed
from diplocal.notifying.notices import notices
from diplocal.notifying.webhook import Webhook
from diplocal.publishing import Collection, publish
from diplocal.publishing.caldav import ANSWER_UP_TO
from diplocal.store import MemoryStore

_packer = zlib.compressobj(level=1, wbits=31)  # gzip
BOMB = b"".join([*(_packer.compress(bytes(2**20)) for _ in range(ANSWER_UP_TO // 2**20 + 1)), _packer.flush()])
"""A megabyte, hundreds of times as much when it is unpacked."""
ENTITIES = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><multistatus xmlns="DAV:">&b;</multistatus>'
ANSWERS = {"/bomb/": (BOMB, "gzip"), "/entities/": (ENTITIES, "identity"), "/text/": (b"tea", "identity")}


class Hostile(BaseHTTPRequestHandler):
    """Answers whatever is asked with something made to harm; to /endless/ without an end."""

    def do_REPORT(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        body, coding = ANSWERS.get(self.path, (b"", "identity"))
        self.send_response(207)
        self.send_header("content-encoding", coding)
        self.end_headers()
        with suppress(ConnectionError):
            self.wfile.write(body)
            while self.path == "/endless/":
                self.wfile.write(bytes(2**20))

    do_POST = do_REPORT  # noqa: N815 - as the library has it

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Hostile) as hostile:
        Thread(target=hostile.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{hostile.server_port}"
        hostile.shutdown()


@pytest.fixture(scope="module")
def diary() -> Iterator[Diary]:
    store = MemoryStore()
    store.append(*article.as_reported())
    with Diary(store) as asked:
        yield asked


@pytest.mark.parametrize(
    ("path", "said"),
    [("bomb", "more than 256 MiB"), ("endless", "more than 256 MiB"), ("entities", "no XML"), ("text", "no XML")],
)
def test_a_calendar_server_that_answers_to_harm_is_told_off(path: str, said: str, server: str, diary: Diary) -> None:
    calendar: Calendar = diary.answer(Feed())
    with Collection(f"{server}/{path}/") as collection, pytest.raises(PublishingFailed, match=said):
        publish(calendar, collection, log_id=diary.log.log_id)


@pytest.mark.parametrize("path", ["bomb", "endless"])
def test_a_webhook_is_told_whatever_more_it_answers(path: str, server: str, diary: Diary) -> None:
    notice, *_ = notices(diary, 0, diary.position)
    with Webhook(f"{server}/{path}/", diary.log.log_id) as hook:
        hook.deliver(notice, at=0)
        hook.deliver(notice, at=1)
