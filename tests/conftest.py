"""What all tests share."""

import os
from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The full published data sets, where they lie beside the checkout."""
    if not SHARED_DATA.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"the full data sets belong at {SHARED_DATA}: CI must not pass them over")
        pytest.skip(f"the full data sets are not at {SHARED_DATA}; the bundled excerpt is tested all the same")
    return SHARED_DATA
