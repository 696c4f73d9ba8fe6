"""What a person has to say beside a calendar file before it can be imported: all of it at once."""

from datetime import date

import attrs

from diplocal.calendars.listing import calendars, list_entries
from diplocal.calendars.occurrences import window_around
from diplocal.calendars.zones import no_zone
from diplocal.errors import UnreadableInput
from diplocal.importers.ical_feed import GUESSES_SHOWN, parse_calendar, zone_of_all


@attrs.frozen
class Needs:
    """What a calendar file says of itself, and what it leaves open."""

    name: str | None
    """The calendar's own name (NAME, RFC 7986, 5.1, or X-WR-CALNAME)."""
    times_without_zone: int
    """How many entries name no time zone, where the calendar names none for them all."""
    encodings: tuple[str, ...]
    """Which encodings it may be in, the likeliest first, where that is not certain."""

    def options(self, *, log: str | None, upstream: str | None, zone: str | None) -> list[str]:
        """List what is still to be said, as options of the command with their reasons."""
        entries = "1 entry names" if self.times_without_zone == 1 else f"{self.times_without_zone} entries name"
        return [
            said
            for is_open, said in (
                (log is None, "--log PATH_OR_URL, or DIPLOCAL_LOG: where to record it"),
                ((upstream or self.name) is None, "--upstream NAME: whose calendar it is, the same name each time"),
                (zone is None and self.times_without_zone, f"--zone NAME: {entries} no time zone"),
                (self.encodings, f"--encoding NAME: it is not in UTF-8, and may be in {', '.join(self.encodings)}"),
            )
            if is_open
        ]


def needs_of(content: bytes, *, on: date, encoding: str | None = None) -> Needs:
    """Read a calendar, on the day of its import, for what has to be said beside it.

    Raises UnreadableInput and InvalidValue as the import does.
    """
    parsed = parse_calendar(content, encoding)
    if parsed.refusal is not None:
        raise UnreadableInput("the calendar", parsed.refusal)
    names = {line.text for one in calendars(parsed) for name in ("NAME", "X-WR-CALNAME") for line in one.all(name)}
    listing = list_entries(parsed, window_around(on))
    floating = {id(one.entry) for one in listing.occurrences if no_zone(one.starts)}
    return Needs(
        next(iter(names - {""}), None) if len(names) == 1 else None,
        0 if zone_of_all(parsed) else len(floating),
        parsed.source.guesses[:GUESSES_SHOWN],
    )
