"""Word of what became known, changed or is gone: digests, e-mail, webhooks, and up to where somebody was told.

Webhooks need the extra ``publishing``: ``pip install "diplocal[publishing]"``.
"""

from diplocal.notifying.digest import Digest
from diplocal.notifying.mail import MailServer
from diplocal.notifying.notices import Notice, notices
from diplocal.notifying.outbox import Outbox, Stretch, tell

__all__ = ["Digest", "MailServer", "Notice", "Outbox", "Stretch", "notices", "tell"]
