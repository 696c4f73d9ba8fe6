"""What was acknowledged outlives the primary: any one of two standbys has it, and takes its place."""

from pathlib import Path
from tempfile import TemporaryDirectory

from .failing_over import fail_over
from .programs import programs


def test_a_primary_is_killed_under_load_and_nothing_acknowledged_is_lost(postgres_server: str) -> None:
    del postgres_server  # which says what is missing where there is none
    with TemporaryDirectory(dir="/tmp") as folder:  # pytest's own may be closed to others at any time
        Path(folder).chmod(0o755)
        found = fail_over(Path(folder) / "cluster", programs(), seconds=2, writers=2)
    assert (found.lost, found.went_back, found.fenced) == (0, 0, True)
    assert 0 < found.before < found.acknowledged
    assert found.readings > 0
