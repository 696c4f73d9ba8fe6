"""What is said before a name or a title out of courtesy, in the languages of those who print them."""

import re

_COURTESY = re.compile(
    r"(?:[Tt]he(?! (?:Right |Hon))|H\.\s?E\.|HRH|HH|HM|(?:The )?(?:(?:Right )?Hon(?:ourable|\.)|Rt\.? Hon\.?)|"
    r"Mrs?\.?|Ms\.?|Miss|Dr\.?|Prof\.?|Sir|Dame|Lady|Dato['’]?(?: Seri| Sri)?|Datuk(?: Seri)?|Tan Sri|Shri|Smt\.?|"
    r"Hajj?i|Bapak|Bpk\.|Ibu|Сэр|[Гг]-н|[Гг]-жа|[Гг]осподин|[Гг]оспожа|(?:Grand )?Ayatollah|السيدة?|الدكتورة?|معالي|"
    r"سعادة|فخامة|S\.\s?E\. M\.|M\.(?= l[ea] )|Mme|Madame|Monsieur|Herr|Frau|Señora?|Sra?\.|Excm[oa]\.|"
    r"H\.\s?M\.(?= (?:the|King|Queen|Sultan) )|S\.\s?[EM]\.(?= (?:Mme|Sra?\.|el|la|le) )|"
    r"(?:His|Her|Their) (?:Royal |Serene )?(?:Excellency|Majesty|Highness|Holiness)) "
)
"""What says nothing of a name or an office, before either; letters that may be initials only where they are none."""
_COURTESY_BEHIND = re.compile(r"(?<=[\u3400-\u9fff])(?:先生|女士|阁下)$")


def without_courtesies(text: str) -> str:
    """Return a text without what says nothing of a name or an office, before either: 'H.E. the President'."""
    while courtesy := _COURTESY.match(text):
        text = text[courtesy.end() :]
    return _COURTESY_BEHIND.sub("", text)
