"""The titles that are known, how high they rank, and on what footing they are held.

Rank is that of the title, not of the power behind it, with these choices:

- The leader of the ruling party in a one-party state (General Secretary, First Secretary) ranks as a head of state:
  that is how he was received. So do a regent and a governor-general, who act for one.
- A chairman of whatever council rules ranks as a head of state, but for those in `RANK_IN_STATE`.
- A prince is a head of state where the state is a principality (and Sihanouk, who was Cambodia's); elsewhere other.
- A crown prince and a vice premier are deputies.
- A military rank says nothing about an office: other.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from diplocal.names.spelling import nearest_spelling, plain
from diplocal.names.tables import listed
from diplocal.parties import Rank, Tenure

TITLES_BY_RANK = {
    Rank.HEAD_OF_STATE: (
        *("President", "King", "Queen", "Emperor", "Empress", "Amir", "Emir", "Sultan", "Shah", "Pope"),
        *("Grand Duke", "Grand Duchess", "Regent", "Captain Regent", "Governor General"),
        *("Chief of State", "Head of State", "Chairman"),
        *("General Secretary", "First Secretary"),
    ),
    Rank.HEAD_OF_GOVERNMENT: (
        *("Prime Minister", "Premier", "Chancellor", "Federal Chancellor", "Taoiseach", "Minister President"),
        *("Head of Government", "Chief Executive", "State Counsellor", "Chairman of the Council of Ministers"),
        *("President of the Government", "President of the Council of Ministers"),
    ),
    Rank.FOREIGN_MINISTER: (
        *("Foreign Minister", "Minister of Foreign Affairs", "Minister for Foreign Affairs", "Foreign Secretary"),
        *("Minister of External Affairs", "External Affairs Minister"),
    ),
    Rank.DEFENCE_MINISTER: ("Defense Minister", "Defence Minister", "Minister of Defense", "Minister of Defence"),
    Rank.SECURITY_COUNCIL_SECRETARY: ("Security Council Secretary", "Secretary of the Security Council"),
    Rank.MINISTER: ("Minister", "Finance Minister", "Minister of Finance", "Interior Minister", "Minister of State"),
    Rank.DEPUTY: (
        *("Crown Prince", "Deputy Crown Prince", "Vice President", "Vice Premier", "Vice Chancellor", "Tanaiste"),
        *("Deputy Prime Minister", "Deputy Premier", "Deputy Foreign Minister", "Deputy Minister"),
    ),
    Rank.AMBASSADOR: ("Ambassador", "High Commissioner"),
    Rank.ENVOY: ("Envoy", "Special Envoy", "Special Representative"),
    Rank.OTHER: (
        *("Prince", "Princess", "First Lady", "Secretary General", "Speaker", "Junta Member"),
        *("General", "Lieutenant General", "Major General", "Brigadier General", "Colonel", "Marshal"),
    ),
}
"""Titles as one would write them; a hyphen may stand for a space."""

RANK_IN_STATE = {
    ("AT", "canciller"): Rank.HEAD_OF_GOVERNMENT,  # elsewhere a foreign minister
    ("DE", "canciller"): Rank.HEAD_OF_GOVERNMENT,
    ("AU", "premier"): Rank.OTHER,  # of a state of the federation, as in Canada
    ("BD", "foreign secretary"): Rank.OTHER,  # who serves under a foreign minister, as in India and Pakistan
    ("CA", "premier"): Rank.OTHER,
    ("DE", "minister president"): Rank.OTHER,  # of a state of the federation
    ("DE", "ministerprasident"): Rank.OTHER,
    ("DE", "ministerprasidentin"): Rank.OTHER,
    ("IN", "foreign secretary"): Rank.OTHER,
    ("PK", "foreign secretary"): Rank.OTHER,
    ("ES", "president"): Rank.HEAD_OF_GOVERNMENT,  # President of the Government: Spain's head of state is the king
    ("GD", "chairman"): Rank.HEAD_OF_GOVERNMENT,  # of the Interim Advisory Council, under a governor-general
    ("KH", "prince"): Rank.HEAD_OF_STATE,
    ("KR", "chairman"): Rank.HEAD_OF_GOVERNMENT,  # of the Supreme Council for National Reconstruction
    ("LI", "prince"): Rank.HEAD_OF_STATE,
    ("MC", "prince"): Rank.HEAD_OF_STATE,
    ("SUHH", "chairman"): Rank.HEAD_OF_GOVERNMENT,  # of the Council of Ministers
}
"""Where a title means another rank than elsewhere: by state and plain title."""

RANKS = {plain(title): rank for rank, titles in TITLES_BY_RANK.items() for title in titles}

SHORT = {
    "PM": "Prime Minister",
    "DPM": "Deputy Prime Minister",
    "FM": "Foreign Minister",
    "VP": "Vice President",
    "Pres.": "President",
    "Min.": "Minister",
    "Sec.": "Secretary",
    "Dep.": "Deputy",
    "Amb.": "Ambassador",
    "Gen.": "General",
    "Lt.": "Lieutenant",
    "Maj.": "Major",
    "Brig.": "Brigadier",
    "Col.": "Colonel",
    "Adm.": "Admiral",
    "Sen.": "Senator",
    "Gov.": "Governor",
    "Rep.": "Representative",
    "Capt.": "Captain",
}
"""Words of titles that are cut short, as they are printed: without the stop or the capitals they are names."""

TENURES = {
    **dict.fromkeys(("acting", "и.о.", "بالنيابة", "بالإنابة", "بالوكالة"), Tenure.ACTING),
    **dict.fromkeys(("interim", "provisional", "caretaker", "transitional"), Tenure.INTERIM),
    **dict.fromkeys(("interino", "interina", "المؤقت", "المؤقتة"), Tenure.INTERIM),
    **dict.fromkeys(("elect", "designate", "electo", "electa", "terpilih", "избранный"), Tenure.ELECT),
    **dict.fromkeys(("المنتخب", "المنتخبة", "المكلف"), Tenure.ELECT),
}
"""Words around a title that say on what footing it is held. They go into the tenure, out of the title."""
HYPHENED = re.compile(r"(?<!\s)\s*+-\s*+(?:elect|designate)\b", re.IGNORECASE)
"""The same behind a title and a hyphen."""
MISSPELT_FROM = 9
"""Titles of so many letters or more are known in spite of a slip or two ('Presidetn'); shorter ones resemble names."""
SLIPS_ALLOWED = 2
LONG_TITLES = {
    count: [title for title in RANKS if len(title) >= MISSPELT_FROM and title.count(" ") + 1 == count]
    for count in sorted({title.count(" ") + 1 for title in RANKS}, reverse=True)
}
"""Titles that are known in spite of slips, by how many words they have; the longest first."""
LONGEST_MISSPELT = 40
"""Letters of the longest title that is known in spite of slips."""


def length_of_title(words: Sequence[str], place: int) -> int:
    """Return how many words from a place on are a title that is known; at the beginning, slips in a long one apart."""
    left = len(words) - place
    most = min(_longest(words[place : place + 1]), left)
    for count in range(most, 0, -1):
        said = words[place : place + count]
        if plain(said[-1]) and _is_title(said) and not (count < left and said[-1].endswith(",")):
            return count
    misspelt = () if place else LONG_TITLES
    return next((count for count in misspelt if count <= left and title_meant(words[:count])), 0)


def _longest(words: Sequence[str]) -> int:
    """Return of how many words a title is at most that begins like these; 0 where none does."""
    return _longest_from().get(_compared(words[:1]).partition(" ")[0], 0)


def _is_title(words: Sequence[str]) -> bool:
    return _compared(words) in rank_table() and not words[-1].endswith(("'s", "’s"))


def without_title(name: str) -> str:
    """Return a name without the title before it; as it stands, where that would leave less than two words.

    >>> without_title("President Xi Jinping"), without_title("Foreign Minister Wang Yi"), without_title("Dean Acheson")
    ('Xi Jinping', 'Wang Yi', 'Dean Acheson')
    """
    words = name.split()
    lengths = (length for length in range(min(len(words) - 2, _longest(words)), 0, -1) if _is_title(words[:length]))
    return " ".join(words[next(lengths, 0) :])


def title_meant(words: Sequence[str]) -> str | None:
    """Return the title that words are, as titles are compared; 'Foreign Ministry' is no slip of 'Foreign Minister'."""
    said = _compared(words)
    if _is_title(words):
        return said
    if words[-1].endswith(("'s", "’s")) or listed_as("body") & set(said.split()):
        return None
    long = LONG_TITLES.get(len(words), ()) if len(said) <= LONGEST_MISSPELT else ()
    return nearest_spelling(said, long, at_most=SLIPS_ALLOWED)


def _compared(words: Sequence[str]) -> str:
    return plain(HYPHENED.sub("", " ".join(SHORT.get(word, word) for word in words)))


@cache
def _longest_from() -> Mapping[str, int]:
    """Return, for each word that a title begins with, of how many words the longest of these is at most."""
    longest: dict[str, int] = {}
    for title in rank_table():
        first, *others = title.split()
        longest[first] = max(longest.get(first, 0), 1 + len(others))
    return longest


@cache
def listed_as(what: str) -> frozenset[str]:
    """Return the words of a list of ``data/words.txt``: of 'article', 'joint', 'body' ..."""
    return frozenset(listed("words")[what])


@cache
def rank_table() -> Mapping[str, Rank]:
    """Return the rank of each title that is known, by its words as they are compared."""
    return RANKS | {plain(title): Rank(rank) for rank, titles in listed("titles").items() for title in titles}
