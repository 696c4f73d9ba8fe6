"""Texts that people, programs and enemies write: real names, real names that were changed, and noise."""

from collections.abc import Callable, Sequence
from functools import cache
from itertools import chain
from random import Random

from diplocal.names import organisations, states
from diplocal.names.tables import listed

INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\ufeff\u00ad\u034f\u3164\u180e\ufe0f\U000e0041"
MARKS = "\u0301\u0308\u0327\u0338\u20dd\u064b\u093c"
SIGNS = "()[]{};,/|'\"`\\<>&%#?*~=+-_:.!@$^ \t\n\r\0\x1b\x7f؟；（）、。–—"
DIGITS = "0123456789٠١٢٣٤٥٦٧٨٩०१२²½Ⅳ①"
LETTERS = "abcxyzABCXYZäßøłıİşđœÆþ你好王中美日韩абвгжЯЁїاأبةنשαωガ한गক"
PEOPLE = (
    *("Wang Yi", "Sergei Lavrov", "Vladimir Putin", "Nikolai Patrushev", "Q701128", "Xi Jinping", "Yi Wang"),
    *("Foreign Minister Wang Yi", "王毅", "Сергей Лавров", "Halonen, Tarja", "Dr. Olga Novak", "Lavrov"),
)
DAYS = (
    *("2023-09-18", "2023-10", "2023", "2023-09-18/2023-09-21", "[2023-09-18..2023-09-21]", "2023-22", "2023-10-1X"),
    *("early November 2025", "second half of 2025", "Dec 2024", "TBD", "17-18 October 2023", "17 octobre 2023"),
    *("2023年10月17日", "18.09.2023", "3/4/2024", "13/4/2024", "45187", "2023-02-30", "9999-12-31", "0000", "2023~"),
    *("осенью 2024", "أكتوبر 2023", "17 de octubre de 2023", "mid-2024", "tomorrow", "5 and 9 May 2023", "../2023"),
)
NOISE = (
    *(
        "Narnia",
        "none",
        "null",
        "nil",
        "NaN",
        "no",
        "NO",
        "true",
        "0",
        "-1",
        "N/A",
        "-",
        "..",
        "Robert'); DROP TABLE--",
    ),
    *("<script>alert(1)</script>", "=1+1", "%00", "%2e%2e", "../../etc/passwd", "{{7*7}}", "http://example.org", "CN"),
    *(
        "CN; RU",
        "CN-RU",
        "China and Russia",
        "African Union (AU)",
        "Wang Yi (CN)",
        "Wang Yi (Narnia)",
        "EU",
        "UN",
        "G7",
    ),
)


@cache
def pools() -> tuple[Sequence[str], ...]:
    """Return the real texts, by what they are said for."""
    parties = sorted({name for _, name in chain(states.names(), organisations.names())})
    codes = sorted({code for code, _ in chain(states.names(), organisations.names())})
    said = ("kinds", "statuses", "titles", "words")
    words = sorted({word for name in said for several in listed(name).values() for word in several})
    return parties, codes, words, PEOPLE, DAYS, NOISE


def text(random: Random) -> str:
    """Return any text."""
    made = random.choice(_WAYS)(random)
    return made * random.randrange(100, 2_000) if random.random() < 0.0005 else made


def _real(random: Random) -> str:
    return random.choice(random.choice(pools()))


def _changed(random: Random) -> str:
    said = _real(random)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        said = random.choice(_CHANGES)(said, random)
    return said


def _noise(random: Random) -> str:
    letters = random.choice((INVISIBLE, MARKS, SIGNS, DIGITS, LETTERS, LETTERS + SIGNS + INVISIBLE + MARKS + DIGITS))
    return "".join(random.choice(letters) for _ in range(random.randrange(24)))


def _unseen(random: Random) -> str:
    return "".join(random.choice(INVISIBLE) for _ in range(random.randrange(1, 6)))


def _anything(random: Random) -> str:
    return "".join(chr(random.randrange(random.choice((0x80, 0x3000, 0x110000)))) for _ in range(random.randrange(20)))


def _number(random: Random) -> str:
    return str(random.choice((random.randrange(10), random.randrange(10**6), 10**30, -random.randrange(99), 1.5)))


_WAYS = (_real, _changed, _changed, _changed, _noise, _noise, _anything, _number, _unseen)


def _inserted(said: str, random: Random) -> str:
    at = random.randrange(len(said) + 1)
    return said[:at] + random.choice(random.choice((INVISIBLE, MARKS, SIGNS, DIGITS, LETTERS))) + said[at:]


def _dropped(said: str, random: Random) -> str:
    at = random.randrange(len(said) + 1)
    return said[:at] + said[at + 1 :]


def _swapped(said: str, random: Random) -> str:
    at = random.randrange(len(said) + 1)
    return said[:at] + said[at + 1 : at + 2] + said[at : at + 1] + said[at + 2 :]


def _replaced(said: str, random: Random) -> str:
    at = random.randrange(len(said) + 1)
    return said[:at] + random.choice(LETTERS) + said[at + 1 :]


def _recased(said: str, random: Random) -> str:
    return random.choice((str.upper, str.lower, str.title, str.swapcase))(said)


def _turned(said: str, random: Random) -> str:
    words = said.split()
    random.shuffle(words)
    return random.choice((" ", ", ", "  ", "-", "\N{NO-BREAK SPACE}")).join(words)


def _joined(said: str, random: Random) -> str:
    return random.choice(("; ", " and ", ", ", " (", " ", "/")).join((said, _real(random)))


def _inside(said: str, random: Random) -> str:
    before, after = random.choice(
        (("", "?"), ("(", ")"), (" ", " "), ("the ", ""), ("~", ""), ("", " (CN)"), ('"', '"'))
    )
    return f"{before}{said}{after}"


_CHANGES: Sequence[Callable[[str, Random], str]] = (
    *(_inserted, _dropped, _swapped, _replaced, _recased, _turned, _joined, _inside),
)
