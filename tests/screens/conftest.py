"""One browser for all tests of a module."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from .serving import CHROMIUM, chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium belongs on this machine: CI must not pass it over")
        pytest.skip("without chromium (Debian's package 'chromium' brings it)")
    with chromium() as running:
        yield running
