"""Which state or organisation a name in English means, where people write names in the place of codes.

Known are the names of CLDR, those of ISO 3166-1 in the order of speech, and a few that are still in use. Case, accents,
full stops and a leading "the" do not matter. Any other name is a question, never a guess.
"""

import re
import unicodedata
from difflib import get_close_matches

from diplocal.state_names import NAMES

_OTHER_NAMES = """
    AE UAE; BA Bosnia; BN Brunei Darussalam; BO Plurinational State of Bolivia; CD Congo-Kinshasa; CD DR Congo;
    CD Democratic Republic of the Congo; CG Congo-Brazzaville; CG Republic of the Congo; CI Ivory Coast; CN PR China;
    CN People's Republic of China; CV Cabo Verde; CZ Czech Republic; DE Federal Republic of Germany;
    DDDE German Democratic Republic; FM Federated States of Micronesia; GB Britain; GB Great Britain; GB U.K.;
    GB United Kingdom of Great Britain and Northern Ireland; HK Hong Kong; IR Islamic Republic of Iran;
    KP Democratic People's Republic of Korea; KR Republic of Korea; LA Lao People's Democratic Republic; MD Republic of
    Moldova; MK Macedonia; MM Burma; MM Myanmar; MO Macao; MO Macau; PS Palestine; PS State of Palestine;
    RU Russian Federation; SA Kingdom of Saudi Arabia; SUHH USSR; SUHH Union of Soviet Socialist Republics;
    SY Syrian Arab Republic; SZ Swaziland; TL East Timor; TR Turkey; TW Taiwan; TZ United Republic of Tanzania; US USA;
    US U.S.; US United States of America; VA Holy See; VA Vatican; VE Bolivarian Republic of Venezuela; VN Viet Nam;
    EU European Union; UN United Nations; ASEAN Association of Southeast Asian Nations;
    NATO North Atlantic Treaty Organization; NATO North Atlantic Treaty Organisation
"""
"""A code and a name that is not CLDR's, of states and of organisations."""

_NOT_IN_NAME = re.compile(r"[^\w']+")
_REALM = re.compile(
    "(?:the )?(?:Emirate|Empire|Government|Kingdom|Principality|Republic|State|Sultanate) of ", re.IGNORECASE
)
_SEVERAL = {"congo": ("CD", "CG"), "korea": ("KR", "KP"), "saint martin": ("MF", "SX")}
"""Names that more than one state has."""


def _plain(name: str) -> str:
    """Give a name as it is compared."""
    spelt = unicodedata.normalize("NFKD", name.replace("’", "'").replace("&", " and "))
    letters = "".join(c for c in spelt if not unicodedata.combining(c)).casefold().replace(".", "")
    words = _NOT_IN_NAME.sub(" ", letters).removeprefix("the ").split()
    return " ".join("saint" if word == "st" else word for word in words)


_ROWS = [row.split(" ", maxsplit=1) for row in " ".join(_OTHER_NAMES.split()).split("; ")]
_CODES = {_plain(name): code for code, name in (*_ROWS, *NAMES.items())}


def code_named(name: str) -> str | None:
    """Give the code of the state or organisation that has a name, None when none has it, or several have.

    >>> code_named("South Korea"), code_named("the Russian Federation"), code_named("Cote d'Ivoire")
    ('KR', 'RU', 'CI')
    >>> code_named("Korea")
    """
    return _CODES.get(_plain(name))


def codes_near(name: str) -> tuple[str, ...]:
    """Give the codes of those that may have been meant by a name that is of none.

    >>> codes_near("Korea"), codes_near("Germny")
    (('KR', 'KP'), ('DE',))
    """
    plain = _plain(name)
    return _SEVERAL.get(plain) or tuple(_CODES[near] for near in get_close_matches(plain, _CODES, n=1, cutoff=0.8))


def is_no_person(name: str, code: str) -> bool:
    """Tell whether a name says itself what it is of: 'Kingdom of ...', or the words whose initials are the code.

    >>> is_no_person("Gulf Cooperation Council", "GCC"), is_no_person("Kingdom of Hawaii", "X-HAWAII")
    (True, True)
    >>> is_no_person("Wang Yi", "CN")
    False
    """
    if _REALM.match(name):
        return True
    initials = "".join(word[0] for word in re.findall(r"\w+", name) if word[0].isupper())
    return len(code) >= len("SCO") and initials == code
