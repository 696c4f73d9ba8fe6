"""Which state or organisation a code means, where people write codes by hand and slip.

Two letters are a state of ISO 3166-1, or XK; four letters are a dissolved state of ISO 3166-3; what begins with X- is a
code of the user's own; EU and UN are organisations, and so is everything else in capitals.
"""

import re

from diplocal.errors import InvalidValue
from diplocal.parties import ORGANISATION_CODE, STATE_CODE, Organisation, Party, State
from diplocal.state_names import NAMES, THREE_LETTERS

_ISO_3166_3 = """
    AIDJ ANHH BQAQ BUMM BYAA CSHH CSXX CTKI DDDE DYBJ FQHH FXFR GEHH HVBF JTUM MIUM NHVU NQAQ NTHH PCHH PUUM PZPA RHZW
    SKIN SUHH TPTL VDVN WKUM YDYE YUCS ZRCD
"""
"""The four letters of each state that was dissolved or renamed."""

STATES = {*NAMES, *_ISO_3166_3.split()}
"""States past and present, and Kosovo as CLDR has it."""

MEANT = THREE_LETTERS | {
    "UK": "GB",
    "EL": "GR",
    "PRC": "CN",
    "ROK": "KR",
    "DPRK": "KP",
    "UAE": "AE",
    "USSR": "SUHH",
    "DRC": "CD",
    "KSA": "SA",
    "GDR": "DDDE",
    "FRG": "DE",
    "RSA": "ZA",
}
"""Codes that people write, and those that they mean: ISO 3166-1 alpha-3, and abbreviations in use."""

ORGANISATION = re.compile(rf"EU|UN|(?![A-Z]{{2}}$){ORGANISATION_CODE.pattern}")
"""Two letters are a state's, but for these."""

ANY_CODE = "the code of a state, such as 'RU' (ISO 3166-1), or of an organisation, such as 'ASEAN'"


def read_code(code: str) -> Party:
    """Give the state or organisation that a code means.

    >>> read_code("RU"), read_code("SUHH"), read_code("NATO")
    (State(code='RU', label=None), State(code='SUHH', label=None), Organisation(code='NATO', label=None))

    Raises InvalidValue for a code that means neither, and names the one that is meant where that is plain.
    """
    if code in STATES or (code.startswith("X-") and STATE_CODE.fullmatch(code)):
        return State(code)
    meant = MEANT.get(code.upper()) or code.upper()
    if meant != code and meant in STATES:
        raise InvalidValue("code", code, f"{meant!r}, its code in ISO 3166-1 alpha-2")
    if len(parts := re.split(r"[-/+&]", code)) > 1 and STATES.issuperset(parts):
        raise InvalidValue("code", code, f"{'; '.join(parts)!r}, with semicolons between them")
    if ORGANISATION.fullmatch(code):
        return Organisation(code)
    raise InvalidValue("code", code, ANY_CODE)
