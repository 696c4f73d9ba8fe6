"""Titles that say that an entry is called off, 'Canceled: Talks': many programs write so, and leave STATUS as it was.

Exchange and Google do when an organizer cancels, people do by hand, and so do our feeds for programs that would hide
what is cancelled.
"""

import re
from functools import cache

import msgspec

from diplocal.engagements import Status

_WORDS = {
    Status.CANCELLED: (
        "cancell?ed|called off|abgesagt|entfällt|storniert|annulée?s?|cancelad[oa]s?|anulad[oa]s?|"
        "annulation|canx|suspendid[oa]s?|отмен(?:[её]н[оаы]?|яется|а)|[إا]لغاء|[أا]?لغيت?|"
        "annullat[oa]|cancellat[oa]|geannuleerd|afgelast|inställ[td]|avbokad|avlyst|kansellert|aflyst|peru(?:u?te)?ttu|"
        "tühistatud|atcelts|atšaukta|odwołan[eyao]|anulowan[eyao]|zrušen[oaý]|elmarad|törölve|anulat[ăa]?|"
        "скасован[оаий]+|iptal(?: edildi)?|dibatalkan|batal|đã hủy|ملغ[ىيا]ة?|בוטל|ακυρώθηκε|已?取消了?|"
        "キャンセル(?:済み)?|中止|취소(?:됨)?|रद्द"
    ),
    Status.POSTPONED: (
        "postponed|verschoben|verlegt|vertagt|reportée?s?|aplazad[oa]s?|pospuest[oa]s?|adiad[oa]s?|rinviat[oa]|uitgesteld|uppskjut[en]n?|"
        "utsatt|udsat|lykätty|przełożon[eyao]|отложен[оаы]?|перенес[её]н[оаы]?|перенос(?:ится)?|откладывается|ditunda|مؤجلة?|ت[أا]جيل|[أا]جلت?|ت[أا]جلت?|推迟|延期|연기(?:됨)?"
    ),
}
_MARKS = r"[^\w\s]+"
_MORE = r"(?: (?:sine die|until further notice|indefinitely|by [^\])）】}>]*(?<!\s)))?"
_IS = "(?:has been|have been|is|are|was|were|est|sont|a été|ont été|ha sido|han sido|ist|wurde)"
_UNTIL = "(?:to|until|till|auf|au|à|hasta|para|до|на|hingga|至)"
_FORMS = (
    rf"{_MARKS}\s*WORD{_MORE}\s*{_MARKS}\s*[:：]?(?P<title>.*)",
    r"WORD(?: (?:call|event|invitation|meeting|visit))?\s*[:：](?P<title>.*)",
    rf"WORD {_UNTIL} [^:：]*[:：](?P<title>.*)",
    r"WORD\s+[-–—]\s(?P<title>.*)",
    rf"(?P<title>.*?)[\[(（【{{<*~!_]\s*WORD{_MORE}\s*[\])）】}}>*~!_]+",
    rf"(?P<title>.*?)(?:\s[-–—]|[,;:，；：])\s*WORD{_MORE}[.!]*",
    rf"(?P<title>.*?)\s{_IS} WORD{_MORE}[.!]*",
    rf"(?P<title>)WORD{_MORE}[.!]*",
    r"(?P<loud>WORD)\s(?P<title>.+)",
    r"(?P<title>.+)\s(?P<loud>WORD)",
)
"""How a word stands apart from the title; what does not is of it, 'Cancelled debts', unless it alone is in capitals."""
_VOWEL_SIGNS = re.compile("[\u0591-\u05bd\u05bf\u05c1\u05c2\u0640\u064b-\u0652\u0670]")
"""What Arabic and Hebrew may be written with or without."""


@cache
def _said() -> tuple[tuple[Status, re.Pattern[str]], ...]:
    """Compile the forms when a title is first read: they take longer than all else that is imported here."""
    return tuple(
        (status, re.compile(form.replace("WORD", f"(?:{words})"), re.IGNORECASE | re.DOTALL))
        for status, words in _WORDS.items()
        for form in _FORMS
    )


_HOLDS = tuple((status, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for status, words in _WORDS.items())


class Title(msgspec.Struct, frozen=True):
    """What an entry is called, and whether its title says that it does not take place, or not then."""

    text: str
    """Without the word for it; with it where nothing else stands there."""
    status: Status | None
    """Cancelled or postponed, where the title says so."""
    doubt: str | None = None
    """A word for it that stands in the title and may be of it, 'Cancelled talks in Oslo'."""

    @classmethod
    def read(cls, text: str) -> "Title":
        """Take a title apart.

        >>> Title.read("Canceled: Talks in Oslo").text
        'Talks in Oslo'
        >>> Title.read("Cancelled debts: talks")
        Title(text='Cancelled debts: talks', status=None, doubt='Cancelled')
        """
        places = [at for at, letter in enumerate(text) if not _VOWEL_SIGNS.match(letter)]
        bare = "".join(text[at] for at in places)
        for status, form in _said():
            said = form.fullmatch(bare)
            if said and _stands_apart(said):
                start, end = ([*places, len(text)][at] for at in said.span("title"))
                return cls(text[start:end].strip() or text, status)
        held = (found for _, word in _HOLDS if (found := word.search(bare)))
        return cls(text, None, next((found[0] for found in held), None))


def _stands_apart(said: re.Match[str]) -> bool:
    """Tell whether a word that no mark parts from the title is in capitals, and the title is not."""
    loud = said.groupdict().get("loud")
    return loud is None or (loud.isupper() and not said["title"].isupper())
