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
        "annullat[oa]|cancellat[oa]|geannuleerd|afgelast|inställ[td]|avbokad|avlyst|kansellert|aflyst|peru(?:u?te)?ttu|"
        "tühistatud|atcelts|atšaukta|odwołan[eyao]|anulowan[eyao]|zrušen[oaý]|elmarad|törölve|anulat[ăa]?|отмен[её]н[оаы]?|"
        "скасован[оаий]+|iptal(?: edildi)?|dibatalkan|batal|đã hủy|ملغ[ىيا]ة?|أ?لغيت?|בוטל|ακυρώθηκε|已?取消了?|"
        "キャンセル(?:済み)?|中止|취소(?:됨)?|रद्द"
    ),
    Status.POSTPONED: (
        "postponed|verschoben|vertagt|reportée?s?|aplazad[oa]s?|pospuest[oa]s?|adiad[oa]s?|rinviat[oa]|uitgesteld|uppskjut[en]n?|"
        "utsatt|udsat|lykätty|przełożon[eyao]|отложен[оаы]?|ditunda|مؤجلة?|推迟|延期|연기(?:됨)?"
    ),
}
_FORMS = (
    r"[\[(（【]\s*(?:{words})\s*[\])）】]\s*[:：]?(?P<title>.*)",
    r"(?:{words})\s*[:：](?P<title>.*)",
    r"(?:{words})\s+[-–—]\s(?P<title>.*)",
    r"(?P<title>.*?)[\[(（【]\s*(?:{words})\s*[\])）】]",
    r"(?P<title>.*?)\s[-–—]\s+(?:{words})",
    r"(?P<title>)(?:{words})",
)
"""How a word stands apart from the title; where it does not, it is of the title: 'Cancelled debts'."""
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
        for status, form in _SAID:
            if said := form.fullmatch(text):
                return cls(said["title"].strip() or text, status)
        return cls(text, None)
