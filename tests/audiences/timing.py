"""Measures whether the time of an answer tells what it does not say: ``python -m tests.audiences.timing``.

Of each two addresses that are answered alike, it asks in turns, and prints the medians of the time and how
often the first takes longer than the second: 0.5 when they cannot be told apart.
"""

import argparse
import asyncio
from itertools import product
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import httpx

from diplocal.demo import article
from diplocal.store import MemoryStore
from diplocal.web.access import AccessList
from diplocal.web.app import feed_app
from diplocal.web.config import read_config_text

from .doors import FEEDS, NOON

WRONG = "A" * 43
"""As long as a token."""


def main() -> None:
    """Measure, and print a line for each pair."""
    parser = argparse.ArgumentParser(prog="python -m tests.audiences.timing", description=__doc__)
    parser.add_argument("--requests", type=int, default=1_000, help="to each address")
    parser.add_argument("--access", type=Path, required=True, help="a file for the tokens, which is made")
    given = parser.parse_args()
    access = AccessList(given.access)
    _, token = access.grant(feed="china", audience="public", note="one feed", granted="2026-03-01")
    one_feed, near = f"/private/{token}", token[:-1] + ("A" if token[-1] != "A" else "B")
    store = MemoryStore()
    store.append(*article.as_reported())
    app = feed_app(store, read_config_text(FEEDS), access=access, clock=lambda: NOON)
    pairs = {
        "a feed that needs a token, one that is not there": ("/feeds/desk.ics", "/feeds/none.ics"),
        "beside one's feed: one that is there, one that is not": (
            f"{one_feed}/feeds/desk.ics",
            f"{one_feed}/feeds/none.ics",
        ),
        "beside one's feed: a state's, an unknown one's": (
            f"{one_feed}/feeds/state-ru.ics",
            f"{one_feed}/feeds/none.ics",
        ),
        "a token wrong in its last letter, in all": (f"/private/{near}/", f"/private/{WRONG}/"),
        "the same address, twice": ("/feeds/none.ics", "/feeds/none.ics"),
    }
    for name, addresses in pairs.items():
        first, second = asyncio.run(_times(app, addresses, given.requests))
        longer = sum(one > other for one, other in product(first[::3], second[::3]))
        share = longer / len(first[::3]) / len(second[::3])
        shown = " and ".join(f"{1e6 * median(one):.0f}" for one in (first, second))
        print(f"{name}: {shown} µs, the first longer in {share:.2f}", flush=True)  # noqa: T201


async def _times(app: Any, addresses: tuple[str, str], count: int) -> tuple[list[float], list[float]]:
    times: tuple[list[float], list[float]] = ([], [])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk.example") as client:
        for turn in range(count + 20):
            statuses = set()
            for place in (0, 1) if turn % 2 else (1, 0):
                begun = perf_counter()
                answer = await client.get(addresses[place])
                taken = perf_counter() - begun
                statuses.add((answer.status_code, len(answer.content)))
                if turn >= 20:
                    times[place].append(taken)
            assert len({status for status, _ in statuses}) == 1, statuses
    return times


if __name__ == "__main__":
    main()
