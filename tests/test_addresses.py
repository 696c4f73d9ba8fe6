"""Addresses of other machines: one that is refused is told without the password that it may hold."""

from collections.abc import Callable

import pytest

from diplocal.errors import DiplocalError
from diplocal.importers.server import PublishedLog
from diplocal.notifying import MailServer
from diplocal.notifying.webhook import Webhook
from diplocal.publishing import Collection
from diplocal.store import open_store

REFUSED: dict[str, Callable[[str], object]] = {
    "caldav": Collection,
    "ftp": Collection,
    "https": PublishedLog,
    "http": PublishedLog,
    "smtp": MailServer.at,
    "smtps": MailServer.at,
    "hook": lambda address: Webhook(address.replace("hook", "https", 1), "log"),
    "mysql": open_store,
}


@pytest.mark.parametrize("scheme", REFUSED)
@pytest.mark.parametrize("rest", ["desk:secret@example.org/x", "desk:se@cret:secret@[::1]:99999/x", ":secret@/"])
def test_no_password_is_told_of_an_address_that_is_refused(scheme: str, rest: str) -> None:
    with pytest.raises(DiplocalError) as refused:
        REFUSED[scheme](f"{scheme}://{rest}")
    assert "secret" not in str(refused.value)
    assert "***" in str(refused.value)
