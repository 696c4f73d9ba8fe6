"""Puts a feed into a Radicale server and reads the collection back over CalDAV (RFC 4791)."""

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

REPORT = b"""<?xml version="1.0"?>
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
  <D:prop><C:calendar-data/></D:prop>
  <C:filter><C:comp-filter name="VCALENDAR"/></C:filter>
</C:calendar-query>"""


def request(client: httpx.Client, method: str, path: str, body: bytes | None = None) -> bytes:
    """Ask the server; an answer of 400 and above is an error."""
    return client.request(method, path, content=body).raise_for_status().content


@contextmanager
def server(folder: str) -> Iterator[httpx.Client]:
    """Run Radicale on the loopback interface, and speak to it over one connection."""
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
        address = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=address, headers={"Depth": "1"}, trust_env=False, timeout=30) as client:
            yield client
    finally:
        radicale.terminate()
        radicale.wait()


with tempfile.TemporaryDirectory() as folder, server(folder) as radicale:
    request(radicale, "MKCOL", "/reader/")
    request(radicale, "PUT", "/reader/visits/", sys.stdin.buffer.read())
    answer = defusedxml.ElementTree.fromstring(request(radicale, "REPORT", "/reader/visits/", REPORT))
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
