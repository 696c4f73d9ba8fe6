"""The rows of the file: each is a track that was understood, or is set aside with its reason."""

import ast
import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import attrs
import pendulum

from diplocal.dates import When
from diplocal.errors import InvalidValue, UnreadableInput
from diplocal.events import Domain
from diplocal.importers.intake import check_cell, check_readable, read_input
from diplocal.importers.outcome import Unsettled
from diplocal.parties import State
from diplocal.sources import Source

T = TypeVar("T")
CHINA, RUSSIA = State("CN", "China"), State("RU", "Russia")
BOTH = (CHINA, RUSSIA)
MIYAKO = "Miyako Strait"

_ACTORS = {"china": (CHINA,), "russia": (RUSSIA,), "both": BOTH}
_DOMAINS = {"ship": Domain.SEA, "flight": Domain.AIR}
_COLUMNS = frozenset({
    *("src", "country", "id_num", "id_content", "data", "unique_labels"),
    *("file_name", "urls", "first_page_content", "if_宮古海峽"),
})  # fmt: skip
MORE = "more than columns"
_RELEASE = re.compile(r"(?P<name>[a-z](?P<day>[0-9]{8})_[0-9a-z_]+)\.pdf")
_JOINT_FLIGHT, _SCRAMBLED = "共同飛行", "緊急発進"
"""'Joint flight' and 'scrambled', in the words of a release."""
_FLEETS = {RUSSIA: "俄國", CHINA: "中國"}
"""How a row names the ships of each, where it names those of both."""
_DAY = re.compile(r"(?P<month>[0-9]{1,2})(?:/|月)(?P<day>[0-9]{1,2})日?(?:[-~、](?P<last>[0-9]{1,2})(?=[_(。]))?")
"""'7/31', '12月17日', '5/5~6', '10/3、4'."""
_TOLD_DAY = re.compile(r"([0-9]{1,2})月([0-9]{1,2})日\([月火水木金土日]\)")
"""A day of the week goes with each day that a release tells of, and with none that it is dated."""
_CIRCLED = re.compile("[①-⑳]")
"""Numbers of positions, which plain digits would run into the day that follows: '①4月7日'."""
_ADDRESS = re.compile(r"https?://[!-~]+")
"""An earlier release, whose digits are no hull numbers and no days."""
_NUMBERED = re.compile(r"\(([^()0-9]*+[0-9][^()]*+)\)")
_HULL = re.compile(r"(?<![0-9])[0-9]{2,4}(?![0-9型])")


@attrs.frozen(kw_only=True)
class Release:
    """One press release of the Joint Staff."""

    name: str
    """'p20220801_02'."""
    published: pendulum.Date
    url: str | None
    tells_of_a_joint_flight: bool
    tells_of_scrambles: bool


@attrs.frozen(kw_only=True)
class Track:
    """One line or shape on the map of a release."""

    place: str
    """Where it stands in the file: 'row 12', the header being row 1."""
    release: Release
    number: str
    """The track's number in the file, '$1$': shapes of one track share it."""
    actors: tuple[State, ...]
    domain: Domain
    first: pendulum.Date
    last: pendulum.Date
    """The days on which it was observed."""
    ships: frozenset[str]
    """Hull numbers, '599'; aircraft have none."""
    craft: tuple[str, ...]
    """Classes and types, as printed."""
    area: str | None

    @property
    def key(self) -> str:
        """What names it in the file."""
        return f"{self.release.name} {self.number}"

    @property
    def line(self) -> str:
        """What the file says of it, in short."""
        ships = f" ships {' '.join(sorted(self.ships))}" if self.ships else ""
        codes = "+".join(actor.code for actor in self.actors)
        return f"{self.key}: {codes} {When.between(self.first, self.last).edtf}{ships}"


@attrs.frozen
class Reading:
    """The file, row by row."""

    tracks: tuple[Track, ...]
    ambiguous: tuple[Unsettled, ...]
    rejected: tuple[Unsettled, ...]
    keys_left: frozenset[str] = frozenset()
    """What names, in the file, the tracks of the rows that were left: ambiguous or rejected."""


class TwoReadings(InvalidValue):
    """A row says two things that cannot both be right."""


def read_tracks(file: str | Path) -> Reading:
    """Read the file.

    Raises UnreadableInput when it is no CSV in UTF-8, or lacks a column.
    """
    tracks: list[Track] = []
    ambiguous: list[Unsettled] = []
    rejected: list[Unsettled] = []
    left: set[str] = set()
    for place, row in _rows(file):
        try:
            tracks.append(track_of(place, row))
        except InvalidValue as error:
            (ambiguous if isinstance(error, TwoReadings) else rejected).append(Unsettled(place, str(error)))
            left.add(f"{row['file_name'].strip().removesuffix('.pdf')} {_number(row)}")
    return Reading(tuple(tracks), tuple(ambiguous), tuple(rejected), frozenset(left))


def track_of(place: str, row: dict[str, str]) -> Track:
    """Understand one row.

    Raises TwoReadings when it says that one state sailed and names ships of two, InvalidValue for anything that is not
    as expected.
    """
    if more := row.get(MORE):
        raise InvalidValue("row", more, "no more cells than the first row has columns")
    for column in ("id_num", "src"):
        check_cell(column, row[column])
    release = _release(row["file_name"], row["urls"], row["first_page_content"])
    text = _plain(_CIRCLED.sub("", _ADDRESS.sub("", row["id_content"])))
    domain = _chosen("data", row["data"], _DOMAINS)
    actors = _chosen("country", row["country"], _ACTORS)
    if len(actors) == 1 and all(word in text for word in _FLEETS.values()):
        raise TwoReadings("country", row["country"], "'both', for the row names ships of China and of Russia")
    first, last = _days(row, text, release.published)
    return Track(
        place=place,
        release=release,
        number=_number(row),
        actors=BOTH if domain is Domain.AIR and release.tells_of_a_joint_flight else actors,
        domain=domain,
        first=first,
        last=last,
        ships=_ships(text) if domain is Domain.SEA else frozenset(),
        craft=_labels(row["unique_labels"]),
        area=MIYAKO if row["if_宮古海峽"].strip() else None,
    )


def _number(row: dict[str, str]) -> str:
    return row["id_num"].strip() or row["src"]


def _rows(file: str | Path) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        text = read_input(file).decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text), restkey=MORE, restval="", strict=True)
        missing = _COLUMNS - set(reader.fieldnames or ())
        if missing:
            raise UnreadableInput(str(file), f"line 1: expected the columns {', '.join(sorted(missing))} as well")
        for number, row in enumerate(reader, start=2):
            yield f"row {number}", row
    except (UnicodeDecodeError, csv.Error) as wrong:
        raise UnreadableInput(str(file), f"expected CSV in UTF-8: {wrong}") from wrong


@lru_cache(maxsize=1024)
def _release(file_name: str, url: str, text: str) -> Release:
    match = _RELEASE.fullmatch(file_name.strip())
    if match is None:
        raise InvalidValue("file_name", file_name, "the name of a release with its day, such as 'p20220801_02.pdf'")
    year, month, day = int(match["day"][:4]), int(match["day"][4:6]), int(match["day"][6:])
    return Release(
        name=match["name"],
        published=_date("file_name", file_name, year, month, day),
        url=_address(url.strip()),
        tells_of_a_joint_flight=_JOINT_FLIGHT in text,
        tells_of_scrambles=_SCRAMBLED in text,
    )


def _address(printed: str) -> str | None:
    try:
        return Source("-", printed).url if printed else None
    except InvalidValue as error:
        raise InvalidValue("urls", printed, error.expected) from error


def _days(row: dict[str, str], text: str, published: pendulum.Date) -> tuple[pendulum.Date, pendulum.Date]:
    """Return the first and the last day that a row names, or else the first day that its release tells of."""
    found = [
        _last_before(published, int(match["month"]), int(day))
        for match in _DAY.finditer(text)
        for day in (match["day"], match["last"])
        if day
    ]
    if not found:
        told = _TOLD_DAY.search(_plain(row["first_page_content"]))
        if told is None:
            raise InvalidValue(
                "id_content", row["id_content"], "a day such as 7/31, there or in the text of the release"
            )
        found = [_last_before(published, int(told[1]), int(told[2]))]
    return min(found), max(found)


def _last_before(published: pendulum.Date, month: int, day: int) -> pendulum.Date:
    """Return the last day of that name up to the day of publication: a release of January tells of December."""
    same_year = _date("id_content", f"{month}/{day}", published.year, month, day)
    if same_year <= published:
        return same_year
    year_before = _date("id_content", f"{month}/{day}", published.year - 1, month, day)
    if published.subtract(days=MOST_DAYS_LATE) > year_before:
        raise InvalidValue("id_content", f"{month}/{day}", f"a day that is not after the release on {published}")
    return year_before


MOST_DAYS_LATE = 60
"""A release tells of days so long before it at most: it may be of January, and tell of December."""


def _date(field: str, printed: str, year: int, month: int, day: int) -> pendulum.Date:
    try:
        return pendulum.Date(year, month, day)
    except ValueError:
        raise InvalidValue(field, printed, "a day of the calendar") from None


def _ships(text: str) -> frozenset[str]:
    """Gather hull numbers: '(333、335、339)', '(舷號「119」及「121」)'."""
    return frozenset(hull for group in _NUMBERED.findall(text) for hull in _HULL.findall(group))


def _plain(text: str) -> str:
    """Return full-width digits and brackets as plain ones."""
    return unicodedata.normalize("NFKC", text).replace("～", "~")


def _labels(printed: str) -> tuple[str, ...]:
    try:
        labels = ast.literal_eval(printed)
    except (ValueError, SyntaxError):
        labels = None
    if not isinstance(labels, list) or not all(isinstance(label, str) and label.strip() for label in labels):
        raise InvalidValue("unique_labels", printed, "a list of types, such as ['H-6']")
    for label in labels:
        check_readable("unique_labels", label)
    return tuple(label.strip() for label in labels)


def _chosen(field: str, printed: str, known: dict[str, T]) -> T:
    if printed not in known:
        raise InvalidValue(field, printed, f"one of {', '.join(known)}")
    return known[printed]
