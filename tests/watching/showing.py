"""What a server shows of a log, without a server between."""

import httpx

from diplocal.importers.server import PublishedLog
from diplocal.store import EventStore
from diplocal.web import records


class Shown(PublishedLog):
    """What a server shows of a log to an audience."""

    def __init__(self, log: EventStore, audience: str) -> None:
        transport = httpx.MockTransport(self._answer)
        super().__init__(f"https://{log.log_id}.example/private/{audience}", transport=transport)
        self.pages, self.audience = records.Pages(log), audience
        self.asked: list[int] = []
        """Behind which records it was asked for more."""

    def _answer(self, request: httpx.Request) -> httpx.Response:
        asked = request.url.params
        self.asked.append(int(asked.get("after", 0)))
        body = self.pages.page(self.audience, self.asked[-1], int(asked.get("most", records.MOST)))
        return httpx.Response(200, content=body)
