"""The titles that stand before a visitor's name, how high they rank, and on what footing they are held.

Rank is that of the title, not of the power behind it, with these choices:

- The leader of the ruling party in a one-party state (General Secretary, First Secretary) ranks as a head of state:
  that is how he was received. So do a regent and a governor-general, who act for one.
- A chairman of whatever council rules ranks as a head of state, but for those in `RANK_IN_STATE`.
- A prince is a head of state where the state is a principality (and Sihanouk, who was Cambodia's); elsewhere other.
- A crown prince and a vice premier are deputies.
- A military rank says nothing about an office: other.
"""

from diplocal.names.spelling import plain
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
    "acting": Tenure.ACTING,
    "interim": Tenure.INTERIM,
    "provisional": Tenure.INTERIM,
    "elect": Tenure.ELECT,
    "designate": Tenure.ELECT,
}
"""Words around a title that say on what footing it is held. They go into the tenure, out of the title."""

MISSPELT_FROM = 9
"""Titles of so many letters or more are known in spite of a slip or two ('Presidetn'); shorter ones resemble names."""
SLIPS_ALLOWED = 2
LONG_TITLES = {
    count: [title for title in RANKS if len(title) >= MISSPELT_FROM and title.count(" ") + 1 == count]
    for count in sorted({title.count(" ") + 1 for title in RANKS}, reverse=True)
}
"""Titles that are known in spite of slips, by how many words they have; the longest first."""
