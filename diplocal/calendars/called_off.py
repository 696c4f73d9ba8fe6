"""Titles that say that an entry is called off, 'Canceled: Talks': many programs write so, and leave STATUS as it was.

Exchange and Google do when an organizer cancels, people do by hand, and so do our feeds for programs that would hide
what is cancelled.
"""

import re

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
_FORMS = (
    r"[\[(（【]\s*(?:{words})\s*[\])）】]\s*[:：]?(?P<title>.*)",
    r"(?:{words})(?: (?:call|event|invitation|meeting|visit))?\s*[:：](?P<title>.*)",
    r"(?:{words})\s+[-–—]\s(?P<title>.*)",
    r"(?P<title>.*?)[\[(（【]\s*(?:{words})\s*[\])）】]",
    r"(?P<title>.*?)\s[-–—]\s+(?:{words})",
    r"(?P<title>)(?:{words})",
    r"(?P<loud>{words})\s(?P<title>.+)",
    r"(?P<title>.+)\s(?P<loud>{words})",
)
"""How a word stands apart from the title; what does not is of it, 'Cancelled debts', unless it alone is in capitals."""
_VOWEL_SIGNS = re.compile("[\u0591-\u05bd\u05bf\u05c1\u05c2\u0640\u064b-\u0652\u0670]")
"""What Arabic and Hebrew may be written with or without."""
_SAID = tuple(
    (status, re.compile(form.format(words=words), re.IGNORECASE | re.DOTALL))
    for status, words in _WORDS.items()
    for form in _FORMS
)


class Title(msgspec.Struct, frozen=True):
    """What an entry is called, and whether its title says that it does not take place, or not then."""

    text: str
    """Without the word for it; with it where nothing else stands there."""
    status: Status | None
    """Cancelled or postponed, where the title says so."""

    @classmethod
    def read(cls, text: str) -> "Title":
        """Take a title apart.

        >>> Title.read("Canceled: Talks in Oslo").text
        'Talks in Oslo'
        >>> Title.read("Cancelled debts: talks").status
        """
        places = [at for at, letter in enumerate(text) if not _VOWEL_SIGNS.match(letter)]
        bare = "".join(text[at] for at in places)
        for status, form in _SAID:
            said = form.fullmatch(bare)
            if said and _stands_apart(said):
                start, end = ([*places, len(text)][at] for at in said.span("title"))
                return cls(text[start:end].strip() or text, status)
        return cls(text, None)


def _stands_apart(said: re.Match[str]) -> bool:
    """Tell whether a word that no mark parts from the title is in capitals, and the title is not."""
    loud = said.groupdict().get("loud")
    return loud is None or (loud.isupper() and not said["title"].isupper())
