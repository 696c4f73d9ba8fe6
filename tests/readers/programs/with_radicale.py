"""Puts each entry of a feed into a Radicale server and reads the collection back over CalDAV (RFC 4791)."""

import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import defusedxml.ElementTree
import httpx
from icalendar import Calendar

from .shown import row, tell

COMPONENT = re.compile(rb"BEGIN:(VEVENT|VTIMEZONE)\r\n.*?END:\1\r\n", re.DOTALL)
REPORT = b"""<?xml version="1.0"?>
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
  <D:prop><C:calendar-data/></D:prop>
  <C:filter><C:comp-filter name="VCALENDAR"/></C:filter>
</C:calendar-query>"""


def request(method: str, address: str, body: bytes | None = None) -> bytes:
    """Ask the server; an answer of 400 and above is an error."""
    answer = httpx.request(method, address, content=body, headers={"Depth": "1"}, trust_env=False, timeout=30)
    return answer.raise_for_status().content


@contextmanager
def server(folder: str) -> Iterator[str]:
    """Run Radicale on the loopback interface."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {"server-hosts": f"127.0.0.1:{port}", "storage-filesystem-folder": folder, "auth-type": "none"}
    options = [f"--{name}={value}" for name, value in settings.items()]
    radicale = subprocess.Popen([sys.executable, "-m", "radicale", *options], stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        radicale.terminate()
        radicale.wait()


def items(feed: bytes) -> Iterator[bytes]:
    """Part a feed into calendars of one entry, as a calendar collection keeps them (RFC 4791, 4.1)."""
    header = feed[: COMPONENT.search(feed).start()]  # type: ignore[union-attr] # a feed of the test has entries
    parts = {kind: [m[0] for m in COMPONENT.finditer(feed) if m[1] == kind] for kind in (b"VTIMEZONE", b"VEVENT")}
    for event in parts[b"VEVENT"]:
        needed = [zone for zone in parts[b"VTIMEZONE"] if b";TZID=" + zone.split(b"\r\n")[1][5:] + b":" in event]
        yield b"".join((header, *needed, event, b"END:VCALENDAR\r\n"))


with tempfile.TemporaryDirectory() as folder, server(folder) as root:
    collection = f"{root}/reader/visits/"
    request("MKCOL", f"{root}/reader/")
    request("MKCALENDAR", collection)
    for number, item in enumerate(items(sys.stdin.buffer.read())):
        request("PUT", f"{collection}{number}.ics", item)
    answer = defusedxml.ElementTree.fromstring(request("REPORT", collection, REPORT))
    texts = [data.text or "" for data in answer.iter("{urn:ietf:params:xml:ns:caldav}calendar-data")]
    tell(
        row(
            uid=entry["UID"],
            starts=entry.start,
            ends=entry.decoded("DTEND", None),
            summary=entry["SUMMARY"],
            status=entry["STATUS"],
            description=entry["DESCRIPTION"],
            location=entry.get("LOCATION"),
        )
        for text in texts
        for entry in Calendar.from_ical(text).events
    )
