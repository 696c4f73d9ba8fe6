"""A day or a span of days in people's words, read to EDTF: 'early November 2025', '17-18 October 2023', 'TBD'.

Months are known in seven languages (CLDR), and so are the commonest words around them. Nothing is made more exact than
it was said: a part of a month is one of its days in a row, not a stay of ten. What cannot be told for sure is an error:
a day without its year, and 3/4/2024, which is in March or in April.
"""

import calendar
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

import attrs
import pendulum

from diplocal.dates.when import When
from diplocal.errors import Ambiguous, InvalidValue, Unresolved

LONGEST = 200
"""Characters of the longest date in words."""
EXPECTED = "a date with its year, such as '2023-10', '17 October 2023', 'early November 2025' or 'TBD'"

_TOKEN = re.compile(r"s/d|[0-9]+|[^\W\d_]+|[-/.,?~%]")
_ORDINAL = re.compile(r"(?<=[0-9])(?:st|nd|rd|th|er|º|ª)\b")
_CHINESE = (
    (re.compile(r"([0-9]{4})年"), r" \1 "),
    (re.compile(r"([0-9]{1,2})月"), r" m\1 "),
    (re.compile("[日号]"), " "),
)
_CHINESE_PARTS = {
    "上旬": " early ",
    "初": " early ",
    "中旬": " mid ",
    "下旬": " late ",
    "底": " late ",
    "末": " late ",
    "上半年": " h1 ",
    "下半年": " h2 ",
    "春": " spring ",
    "夏": " summer ",
    "秋": " autumn ",
    "冬": " winter ",
    "至": " to ",
    "到": " to ",
    "年": " ",
    "季": " ",
}
_NUMERIC = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")
_EDTF = re.compile(r"[0-9]{4}-[0-9x]|\.\.|\[")
"""How EDTF begins, unlike words."""
_DECADE = re.compile(r"(?:the )?([0-9]{3})0s")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{2}")
_YEAR_FIRST = re.compile(r"([0-9]{4})([/.])([0-9]{1,2})\2([0-9]{1,2})")
_THIRDS = {"early": (1, 10, 1, 4), "middle": (11, 20, 5, 8), "late": (21, 31, 9, 12)}
"""For a part of a month or year, its first and last day, and its first and last month."""
_PARTS = {*_THIRDS, "season", "quarter", "half", "week"}
_SIGNS = {"approximate": "~", "uncertain": "?", "both": "~?"}
_BETWEEN = frozenset({"range", "and", "until", "-", "/"})
_HALVES = {"1": (1, 15), "2": (16, 31)}
_LAST = {"half": "2", "quarter": "4", "week": "last"}
_WEEKS_OF_A_MONTH = 6
_DAYS_IN_A_WEEK = 7


def said(text: str) -> When | None:
    """Return the date that a text says, in EDTF or in words; None for one that says that no date is set.

    >>> said("Dec 2024"), said("17-18 October 2023"), said("TBD")
    (When('2024-12'), When('2023-10-17/2023-10-18'), None)
    >>> said("early November 2025"), said("second half of 2025"), said("2023年10月17日")
    (When('[2025-11-01..2025-11-10]'), When('2025-41'), When('2023-10-17'))

    Raises Ambiguous for a text that may be several dates, and Unresolved for one that is none.
    """
    if len(text) > LONGEST:
        raise Unresolved("date", text, f"a date of at most {LONGEST} characters")
    try:
        edtf = _said(" ".join(unicodedata.normalize("NFKC", text).split()))
    except Unresolved as error:
        raise type(error)("date", text, error.expected, near=error.near) from error
    return None if edtf is None else When(edtf)


@lru_cache(maxsize=4096)
def _said(text: str) -> str | None:
    try:
        return When(text).edtf
    except InvalidValue as error:
        edtf_expected = error.expected
    plain = _folded(text)
    if plain in _roles("not set"):
        return None
    try:
        return When(_numeric(text, plain) or _worded(plain)).edtf
    except Ambiguous:
        raise
    except InvalidValue as error:
        word = f", without {error.value!r}" if error.field == "word" else ""
        is_edtf = _EDTF.match(plain) or (plain and not any(letter.isalpha() for letter in plain))
        raise Unresolved("date", text, edtf_expected if is_edtf else f"{EXPECTED}{word}") from error
    except ValueError as error:
        raise Unresolved("date", text, f"{EXPECTED}, and a day that there is: {error}") from error


def _folded(text: str) -> str:
    spelt = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(
        str(unicodedata.digit(letter)) if letter.isdigit() else letter
        for letter in spelt
        if not unicodedata.combining(letter)
    )
    return re.sub("[‐‑‒–—−]", "-", bare).strip()


def _numeric(text: str, plain: str) -> str | None:
    """Return a date in numbers, where it is plain which is the month."""
    if found := _DECADE.fullmatch(plain):
        return f"{found[1]}X"
    if found := _YEAR_FIRST.fullmatch(plain):
        return f"{found[1]}-{found[3]:0>2}-{found[4]:0>2}"
    if _SHORT_YEAR.fullmatch(plain):
        raise Ambiguous("date", text, "the year first and in four digits, such as '2026-11-26'", near=())
    found = _NUMERIC.fullmatch(plain)
    if found is None:
        return None
    first, second, year = f"{found[1]:0>2}", f"{found[3]:0>2}", found[4]
    day_first, month_first = f"{year}-{second}-{first}", f"{year}-{first}-{second}"
    if found[2] == "." or first > "12" or first == second:
        return day_first
    if second > "12":
        return month_first
    near = (day_first, month_first)
    raise Ambiguous("date", text, f"the year first, {day_first!r} or {month_first!r}, whichever is meant", near=near)


@attrs.define
class _Date:
    """What is said of one date; None for what is not."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    part: str | None = None
    """'early', 'middle', 'late', 'half 1', 'quarter 3', 'season 21', 'week', 'week 3', 'week last'."""
    qualifiers: str = ""
    """``~``, ``?`` or both."""
    weekday: int | None = None

    def fill_in(self, other: "_Date") -> None:
        """Take over what the other end of a span says and this one does not."""
        self.year = self.year or other.year
        self.month = self.month or (None if self.part else other.month)

    def edtf(self) -> str:
        """Return it as EDTF, the days that it may mean where a part of a month or year is said."""
        if self.year is None or (self.day is not None and self.month is None):
            raise InvalidValue("date", self, "a year")
        year = f"{self.year:04}"
        if self.part and (self.day is None or self.part != "week"):
            if self.day is not None:
                raise InvalidValue("date", self.part, "a day, or a part of a month or year")
            return _part(self.year, self.month, self.part)
        if self.day is None:
            return f"{year}-{self.month:02}" if self.month else year
        day = pendulum.Date(self.year, self.month or 0, self.day)
        if self.weekday not in (None, day.weekday()):
            raise InvalidValue("weekday", self.weekday, "the weekday of that day")
        if self.part == "week":
            monday = day.subtract(days=day.weekday())
            return f"[{monday}..{monday.add(days=_DAYS_IN_A_WEEK - 1)}]"
        return str(day)


def _part(year: int, month: int | None, part: str) -> str:
    name, _, number = part.partition(" ")
    if month is None:
        return _part_of_year(year, name, number)
    if name in _THIRDS:
        return _days(year, month, *_THIRDS[name][:2])
    if name == "half" and number in _HALVES:
        return _days(year, month, *_HALVES[number])
    if name == "week" and number:
        return _days(year, month, *_week(year, month, number))
    raise InvalidValue("date", part, EXPECTED)


def _part_of_year(year: int, name: str, number: str) -> str:
    match name:
        case "season":
            return f"{year:04}-{number}"
        case "quarter" if number in {"1", "2", "3", "4"}:
            return f"{year:04}-{32 + int(number)}"
        case "half" if number in _HALVES:
            return f"{year:04}-{39 + int(number)}"
        case "early" | "middle" | "late":
            first, last = _THIRDS[name][2:]
            return f"[{year:04}-{first:02}-01..{year:04}-{last:02}-{calendar.monthrange(year, last)[1]}]"
    raise InvalidValue("date", f"{name} {number}", EXPECTED)


def _week(year: int, month: int, number: str) -> tuple[int, int]:
    """Return the first and the last day of the month on which its nth week may be.

    Some count from the week in which the month begins, some from its first whole week; weeks begin on Monday.
    """
    before, length = calendar.monthrange(year, month)
    if number == "last":
        after = (before + length) % _DAYS_IN_A_WEEK
        return length - after - _DAYS_IN_A_WEEK + 1, length
    first = _DAYS_IN_A_WEEK * (int(number) - 1) + 1 - before
    if not 1 <= int(number) <= _WEEKS_OF_A_MONTH or first > length:
        raise InvalidValue("week", number, "a week of the month")
    return max(first, 1), first + _DAYS_IN_A_WEEK * (2 if before else 1) - 1


def _days(year: int, month: int, first: int, last: int) -> str:
    last = min(last, calendar.monthrange(year, month)[1])
    return f"[{year:04}-{month:02}-{first:02}..{year:04}-{month:02}-{last:02}]"


def _worded(plain: str) -> str:
    """Return the EDTF of a date in words."""
    roles = _roles_of(plain)
    around = roles[0] if roles and roles[0] in ("from", "until", "between") else None
    roles = roles[1:] if around else roles
    is_open = bool(roles) and roles[-1] == "onwards"
    dates = [_date(end) for end in _split([role for role in roles if role != "onwards"])]
    if len(dates) == 1:
        edtf = _qualified(dates[0])
        before, after = ("../" if around == "until" else ""), ("/.." if is_open or around == "from" else "")
        return f"{before}{edtf}{after}"
    start, end = dates
    if _is_lone_day(start, end) or _is_lone_day(end, start):
        raise InvalidValue("date", plain, EXPECTED)
    start.fill_in(end)
    end.fill_in(start)
    if start.part or end.part:
        start.part = end.part = None
    if "and" in roles and around != "between":
        _see_that_they_follow(start, end)
    if around == "between" and start.day and end.day:
        return f"[{start.edtf()}..{end.edtf()}]"
    return f"{_qualified(start)}/{_qualified(end)}"


def _is_lone_day(one: _Date, other: _Date) -> bool:
    """Tell whether a day has its month at the other end only, which has no day: '17 to October' is no span."""
    return bool(one.day and not one.month and other.month and not other.day)


def _see_that_they_follow(start: _Date, end: _Date) -> None:
    """Raise InvalidValue for 'the 5th and the 9th', which is no stay of five days: two days are two engagements."""
    last, first = When(start.edtf()).latest, When(end.edtf()).earliest
    if last is None or first is None or first.toordinal() - last.toordinal() != 1:
        raise InvalidValue("word", "and", "one date, or a span of days")


def _qualified(date: _Date) -> str:
    edtf = date.edtf()
    sign = "%" if len(set(date.qualifiers)) > 1 else date.qualifiers[:1]
    return edtf if edtf.startswith("[") else f"{edtf}{sign}"


def _roles_of(plain: str) -> list[str]:
    """Return the roles of the words, and the numbers, of a date."""
    for pattern, instead in _CHINESE:
        plain = pattern.sub(instead, plain)
    for sign, instead_of_it in _CHINESE_PARTS.items():
        plain = plain.replace(sign, instead_of_it)
    words = _TOKEN.findall(_ORDINAL.sub("", plain.replace("'", " ").replace("’", " ")))
    return [role for word in _joined(words) if (role := _role(word)) != "passed over"]


def _joined(words: Sequence[str]) -> list[str]:
    """Put together 'm' and its number, 'q' and its number, which a pattern took apart."""
    joined: list[str] = []
    for word in words:
        if word.isdigit() and joined and joined[-1] in {"m", "q", "h", "t", "s"}:
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def _role(word: str) -> str:
    if word.isdigit() or word in "-/":
        return word
    if word in {"?", "~", "%"}:
        return {"?": "uncertain", "~": "approximate", "%": "both"}[word]
    if word in {".", ","}:
        return "passed over"
    if re.fullmatch(r"m(?:[1-9]|1[0-2])", word):
        return f"month {word[1:]}"
    role = _by_word().get(word)
    if role is None:
        raise InvalidValue("word", word, EXPECTED)
    return role


def _split(roles: Sequence[str]) -> list[list[str]]:
    """Return the ends of a span: one, or two where a dash or a word stands between dates."""
    if roles and not _BETWEEN.isdisjoint((roles[0], roles[-1])):
        raise InvalidValue("word", roles[0] if roles[0] in _BETWEEN else roles[-1], EXPECTED)
    for place, role in enumerate(roles):
        if role in _BETWEEN and _is_between(roles, place):
            return [_without_signs(roles[:place]), _without_signs(roles[place + 1 :])]
    return [_without_signs(roles)]


def _without_signs(roles: Sequence[str]) -> list[str]:
    return [role for role in roles if role not in _BETWEEN]


def _is_between(roles: Sequence[str], place: int) -> bool:
    """Tell whether a sign or word parts two dates: it does not in 'mid-March', '2025-Q3' and '17-May-2024'."""
    before, after = roles[:place], roles[place + 1 :]
    if before[-1] in _THIRDS:
        return False
    is_word = roles[place] in {"range", "and", "until"}
    is_year_alone = len(before) == 1 and _is_year(before[0]) and not any(map(_is_year, after))
    is_part_of_year = len(after) == 1 and _is_year(after[0]) and not any(map(_is_year, before))
    return is_word or not (is_year_alone or is_part_of_year or _is_one_date(roles))


def _is_one_date(roles: Sequence[str]) -> bool:
    """Tell whether a day, a month and perhaps a year are said, each of them once: '17-Oct-2023'."""
    said_once = sorted(_what(role) for role in roles if role not in {"-", "/"})
    return said_once in (["day", "month"], ["day", "month", "year"])


def _what(role: str) -> str:
    return role.partition(" ")[0] if not role.isdigit() else "year" if _is_year(role) else "day"


def _is_year(role: str) -> bool:
    return role.isdigit() and len(role) == len("2023")


def _date(roles: Sequence[str]) -> _Date:
    """Return what the roles of the words of one date say."""
    date = _Date()
    ordinal = ""
    for role in roles:
        match role.partition(" "):
            case (digits, "", "") if digits.isdigit():
                _take_number(date, digits)
            case ("month", _, number) if date.month is None:
                date.month = int(number)
            case ("weekday", _, number):
                date.weekday = int(number)
            case ("ordinal", _, number):
                ordinal = number
            case (("half" | "quarter" | "week") as name, "", _) if ordinal or (date.day and not date.month):
                nth = _LAST[name] if ordinal == "last" else ordinal or date.day
                date.part, date.day, ordinal = f"{name} {nth}", (date.day if ordinal else None), ""
            case (name, _, _) if name in _PARTS and date.part is None:
                date.part = role
            case (name, _, _) if name in _SIGNS:
                date.qualifiers += _SIGNS[name]
            case _:
                raise InvalidValue("date", role, EXPECTED)
    if ordinal or date.part in {"half", "quarter"}:
        raise InvalidValue("date", roles, EXPECTED)
    return date


def _take_number(date: _Date, digits: str) -> None:
    if _is_year(digits) and date.year is None:
        date.year = int(digits)
    elif len(digits) <= len("31") and date.day is None:
        date.day = int(digits)
    else:
        raise InvalidValue("date", digits, EXPECTED)


@cache
def _listed() -> Mapping[str, frozenset[str]]:
    text = Path(__file__).with_name("words.txt").read_text(encoding="utf-8")
    rows = (line.partition(":") for line in text.splitlines())
    return {role: frozenset(map(str.strip, words.split(";"))) for role, _, words in rows}


@cache
def _by_word() -> Mapping[str, str]:
    return {
        _folded(word): f"ordinal {role}" if role.isdigit() or role == "last" else role
        for role, words in _listed().items()
        for word in words
        if role != "not set"
    }


def _roles(role: str) -> frozenset[str]:
    return frozenset(map(_folded, _listed()[role]))
