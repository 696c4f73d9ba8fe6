"""What a test is about: some of the laws. The others are tested elsewhere, and each costs time."""

from hypothesis import Phase, settings

from diplocal.testing.lawbook import LAWS, LAWS_OF_FEEDS


def all_but(*laws: str) -> dict[str, str]:
    """Give waivers for all other laws."""
    return {each.name: "tested elsewhere" for each in (*LAWS, *LAWS_OF_FEEDS) if each.name not in laws}


def uncut(examples: int) -> settings:
    """Draw the same histories each time, and make none shorter: what breaks a law is not shown."""
    return settings(max_examples=examples, database=None, derandomize=True, phases=[Phase.generate])
