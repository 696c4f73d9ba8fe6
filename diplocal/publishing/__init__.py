"""Feeds brought to where people keep their calendars: a CalDAV server.

Publishing needs the extra ``publishing``: ``pip install "diplocal[publishing]"``.
"""

from diplocal.publishing.caldav import Collection, Published, publish

__all__ = ["Collection", "Published", "publish"]
