"""Requests that no program should send, as bytes on a connection; drawn at random, the same by the same seed."""

from collections.abc import Callable, Iterator
from random import Random

from diplocal.web.app import ENDINGS

EVIL = "evil.example"
"""A host that must not stand in the answer to anybody else."""
ODD = (
    *("\x00", "%00", "%2e%2e/", "..;/", "%c0%af", "%ff", "\u202e", "'", '"', "<script>", "{{7*7}}", "%0d%0aX: y"),
    "A" * 600,
)
PATHS = (
    *("/", "/health", "/ready", "/feeds/all", "/feed", "/feeds/pair-cn_ru", "/entries/putin-to-china-2023-10", "*"),
    *("/style.css", "/private/x/feeds/all.ics", "/private//", "//", "/feeds/", "/feeds/..%2f..%2fetc%2fpasswd"),
    *("/feeds/all/map", "/feeds/all/timeline", "/static/../app.py"),
)
NAMES = (
    *("with", "any", "kind", "status", "level", "words", "person", "place", "since", "until", "undated", "plans", "x"),
    *("lang", "month", "from", "to", "year", "page", "ahead", "download", "sides", "known", "on"),
)
VALUES = (
    *(
        "",
        "CN",
        "XX",
        "visit",
        "2023-10",
        "9999-12-31",
        "0000",
        "-1",
        "1e9",
        "9" * 20,
        "2023-02-30",
        "ar",
        "2023-09-18",
    ),
)
HEADERS: tuple[Callable[[Random], str], ...] = (
    lambda r: f"Host: {r.choice(('desk.example', EVIL, '', 'a b', '[::1]:99999', '../..', 'x' * 300))}",
    lambda _: f"X-Forwarded-Host: {EVIL}",
    lambda r: f"X-Forwarded-Prefix: {r.choice(('/x', '//' + EVIL, '/../..', 'x'))}",
    lambda r: f"X-Forwarded-Proto: {r.choice(('https', 'javascript', ''))}",
    lambda _: f"Forwarded: for={EVIL};host={EVIL}",
    lambda r: f"Range: bytes={r.choice(('0-', '-1', '0-0,1-1,2-2', '9-1', 'x'))}",
    lambda r: f"If-None-Match: {r.choice(('*', 'W/', chr(34) * 3, chr(34) + 'x' * 500, ','))}",
    lambda r: f"If-Modified-Since: {r.choice(('Mon', 'Mon, 99 Foo 2023 25:61:61 GMT', '9' * 90))}",
    lambda r: f"Accept-Encoding: {r.choice(('gzip;q=0', '*;q=9', 'gzip' * 300, ';;;', 'br'))}",
    lambda r: f"Accept-Language: {r.choice(('xx', 'ar;q=x', '*' * 900, 'zh-Hant-' + 'x' * 80))}",
    lambda r: f"Content-Length: {r.choice(('5', '-1', '99999999999', 'x'))}",
    lambda _: "Transfer-Encoding: chunked",
    lambda _: "Content-Encoding: gzip",
    lambda _: "Connection: Upgrade\r\nUpgrade: websocket",
    lambda r: "X: " + "y" * r.choice((10, 9_000, 40_000)),
    lambda _: "\r\n".join(f"X-{n}: y" for n in range(80)),
)


def requests(seed: int) -> Iterator[bytes]:
    """Yield requests without end; one in twenty ends halfway."""
    random = Random(seed)  # noqa: S311 - no secret
    while True:
        whole = _request(random)
        yield whole[: random.randrange(len(whole))] if random.random() < 0.05 else whole


def _request(random: Random) -> bytes:
    method = random.choice(("GET", "GET", "GET", "HEAD", "POST", "TRACE", "OPTIONS", "get", "G\x00T"))
    version = random.choice(("HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/9.9", ""))
    headers = [head(random) for head in random.sample(HEADERS, random.randrange(4))]
    usual = [] if random.random() < 0.1 else ["Host: desk.example"]
    lines = [f"{method} {_address(random)} {version}", *usual, *headers, "Connection: close", "", ""]
    return "\r\n".join(lines).encode("utf-8", "replace")


def _address(random: Random) -> str:
    path = random.choice(PATHS)
    if random.random() < 0.3:
        path += random.choice(ENDINGS)
    if random.random() < 0.3:
        place = random.randrange(len(path) + 1)
        path = path[:place] + random.choice(ODD) + path[place:]
    if random.random() < 0.5:
        pairs = (f"{random.choice(NAMES)}={random.choice((*VALUES, *ODD))}" for _ in range(random.randrange(1, 4)))
        path += "?" + "&".join(pairs)
    return path.replace(" ", "%20").replace("\r", "").replace("\n", "")
