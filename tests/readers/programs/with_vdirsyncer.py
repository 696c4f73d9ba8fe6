"""Subscribes to a feed over HTTP with vdirsyncer and reads the files that it leaves, one for each entry.

vdirsyncer names what it subscribes to by its contents and passes the UID over: its rows have none.
"""

import os
import subprocess
import sys
import tempfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from icalendar import Calendar

from .shown import row, tell

CONFIGURATION = """
[general]
status_path = "{folder}/status/"
[pair visits]
a = "here"
b = "there"
collections = null
[storage here]
type = "filesystem"
path = "{folder}/visits/"
fileext = ".ics"
[storage there]
type = "http"
url = "http://127.0.0.1:{port}/feed.ics"
"""
FEED = sys.stdin.buffer.read()


class Publisher(BaseHTTPRequestHandler):
    """Serves the feed."""

    def do_GET(self) -> None:
        """Answer with the feed."""
        self.send_response(200)
        self.send_header("Content-Type", "text/calendar; charset=utf-8")
        self.send_header("Content-Length", str(len(FEED)))
        self.end_headers()
        self.wfile.write(FEED)


with tempfile.TemporaryDirectory() as name, ThreadingHTTPServer(("127.0.0.1", 0), Publisher) as server:
    Thread(target=server.serve_forever, daemon=True).start()
    folder = Path(name)
    (folder / "visits").mkdir()
    (folder / "config").write_text(CONFIGURATION.format(folder=folder, port=server.server_port))
    environment = {"PATH": os.environ["PATH"], "HOME": name, "LANG": "C.UTF-8", "NO_PROXY": "127.0.0.1"}
    for action in ("discover", "sync"):
        command = ["vdirsyncer", "-c", str(folder / "config"), action]
        subprocess.run(command, env=environment, stdout=sys.stderr, check=True)
    server.shutdown()
    tell(
        row(
            uid=None,
            starts=entry.start,
            ends=entry.decoded("DTEND", None),
            summary=entry["SUMMARY"],
            status=entry["STATUS"],
            description=entry["DESCRIPTION"],
            location=entry.get("LOCATION"),
        )
        for file in (folder / "visits").glob("*.ics")
        for entry in Calendar.from_ical(file.read_bytes()).events
    )
