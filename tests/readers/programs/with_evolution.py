"""Subscribes Evolution's data server to a feed over HTTP, and lets it poll while the feed changes.

Standard input has the feeds that the address serves, one after the other. The first line of standard output is what the
data server shows in the end; the second is how it came to that: the answers to its requests, and what it showed after
each feed. It runs on Debian's Python, which has the bindings, under dbus-run-session.
"""

import datetime as dt
import hashlib
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import gi

gi.require_version("EDataServer", "1.2")
gi.require_version("ECal", "2.0")
gi.require_version("ICalGLib", "3.0")

from gi.repository import ECal, EDataServer, GLib, ICalGLib  # noqa: E402 - their versions must be required first

from .shown import row  # noqa: E402

END = b"END:VCALENDAR\r\n"
FEEDS = [feed + END for feed in sys.stdin.buffer.read().split(END)[:-1]]
served = [FEEDS[0]]
answers: list[int] = []


class Publisher(BaseHTTPRequestHandler):
    """Serves the feed as it is at the time, and 304 to whoever has it (RFC 9110, 13.1.2)."""

    def do_GET(self) -> None:
        """Answer with the feed, or that it has not changed."""
        tag = f'"{hashlib.sha256(served[0]).hexdigest()}"'
        answers.append(304 if self.headers["If-None-Match"] == tag else 200)
        self.send_response(answers[-1])
        self.send_header("ETag", tag)
        if answers[-1] == 200:
            self.send_header("Content-Type", "text/calendar; charset=utf-8")
            self.send_header("Content-Length", str(len(served[0])))
        self.end_headers()
        if answers[-1] == 200:
            self.wfile.write(served[0])


def subscribe(port: int) -> ECal.Client:
    """Add the calendar, as a user does with "On the Web"."""
    registry = EDataServer.SourceRegistry.new_sync(None)
    source = EDataServer.Source.new_with_uid("visits", None)
    source.set_display_name("visits")
    source.set_parent("webcal-stub")
    source.get_extension(EDataServer.SOURCE_EXTENSION_CALENDAR).set_backend_name("webcal")
    address = GLib.Uri.parse(f"http://127.0.0.1:{port}/feed.ics", GLib.UriFlags.NONE)
    source.get_extension(EDataServer.SOURCE_EXTENSION_WEBDAV_BACKEND).set_uri(address)
    registry.commit_source_sync(source, None)
    return ECal.Client.connect_sync(registry.ref_source("visits"), ECal.ClientSourceType.EVENTS, 1, None)


def moment(client: ECal.Client, at: ECal.ComponentDateTime) -> dt.date:
    """Give a day, or an instant in UTC."""
    time, name = at.get_value(), at.get_tzid()
    if time.is_date():
        return dt.date(time.get_year(), time.get_month(), time.get_day())
    zone = client.get_timezone_sync(name, None)[1] if name else ICalGLib.Timezone.get_utc_timezone()
    return dt.datetime.fromtimestamp(time.as_timet_with_zone(zone), dt.UTC)


def shown(client: ECal.Client) -> list[dict[str, str | None]]:
    """List the entries that the data server offers to calendar programs."""
    _, entries = client.get_object_list_as_comps_sync("#t", None)
    rows = []
    for entry in entries:
        component = entry.get_icalcomponent()
        ends = component.get_first_property(ICalGLib.PropertyKind.DTEND_PROPERTY)
        rows.append(
            row(
                uid=component.get_uid(),
                starts=moment(client, entry.get_dtstart()),
                ends=moment(client, entry.get_dtend()) if ends else None,
                summary=component.get_summary(),
                status=ICalGLib.Property.status_to_string(component.get_status()),
                description=component.get_description(),
                location=component.get_location(),
            )
        )
    return rows


with ThreadingHTTPServer(("127.0.0.1", 0), Publisher) as server:
    Thread(target=server.serve_forever, daemon=True).start()
    client = subscribe(server.server_port)
    views = []
    for feed in FEEDS:
        served[0] = feed
        client.refresh_sync(None)
        client.refresh_sync(None)
        views.append(shown(client))
    for told in (views[-1], {"answers": answers, "shown": views}):
        sys.stdout.write(f"{json.dumps(told)}\n")
    server.shutdown()
