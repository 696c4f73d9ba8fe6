"""How high an office ranks: as its title does, unless what stands around that makes it another office.

What follows a title with *of* keeps the rank only where it says no more than the party itself: the President of Finland
is Finland's head of state, the President of the European Commission is none. What qualifies an office makes it another:
'emeritus', 'of Foreign Trade', and whose envoy somebody is.
"""

import re
from collections.abc import Sequence

from diplocal.names.belonging import own_words
from diplocal.names.parties import codes_named
from diplocal.names.spelling import plain
from diplocal.names.titles import RANK_IN_STATE, TENURES, length_of_title, listed_as, rank_table, title_meant
from diplocal.parties import Organisation, Party, Rank
from diplocal.state_names import MEANT, STATES, name_of

_POSSESSIVE = re.compile(r"\w[\w.-]*(?:['’][Ss]|[sSxXzZ]['’])")
"""A word that says whose somebody is: "Brandt's", "Ross'"."""
_NEUTRAL = frozenset({"federal", "union"})
"""Words before a title that leave its rank as it is."""
_HEADS = (Rank.HEAD_OF_STATE, Rank.HEAD_OF_GOVERNMENT)
_PORTFOLIOS = (Rank.FOREIGN_MINISTER, Rank.DEFENCE_MINISTER)
_OF_A_STATE = (*_HEADS, *_PORTFOLIOS, Rank.MINISTER, Rank.SECURITY_COUNCIL_SECRETARY)
_HEADS_OF_ORGANISATIONS = frozenset(
    {
        *("president", "secretary general", "director general", "managing director", "executive director"),
        *("chairperson", "chairman", "chairwoman", "chair", "генеральный секретарь", "secretaire general"),
        *("secretario general", "secretaria general", "sekretaris jenderal", "秘书长", "الامين العام", "presidente"),
        *("generalsekretar", "generalsekretarin", "председатель", "presidenta", "prasident", "prasidentin", "sekjen"),
    }
)
"""Titles, as they are compared, of who is at the head of an organisation: of nothing else in it."""


def is_somebodys(words: Sequence[str], at: int) -> bool:
    """Tell whether a word says whose somebody is, "Brandt's": not "People's", nor what a title is of, "of Lord's"."""
    if not _POSSESSIVE.fullmatch(words[at]) or plain(words[at]) in listed_as("group"):
        return False
    before = next((word for word in reversed(words[:at]) if word not in listed_as("article")), "")
    return before not in listed_as("of")


def is_former_behind(word: str) -> bool:
    """Tell whether a word behind a title says that it is held no more."""
    return word.casefold().strip("(),.") in listed_as("former behind a title")


def is_before_titles(small: str, of: Party | None) -> bool:
    """Tell whether a word in small letters may stand before a title: 'acting', 'former', 'Finnish', 'US'."""
    if small.removesuffix("-") in {*TENURES, *listed_as("former"), *listed_as("article"), *_NEUTRAL}:
        return True
    letters = plain(small.replace(".", "")).upper()
    return of is not None and (
        of.code in (letters, MEANT.get(letters)) or plain(small)[:3] == plain(name_of(of.code))[:3]
    )


def rank_of(words: Sequence[str], of: Party | None) -> Rank:
    """Return how high a title stands: as its table says, unless what stands around it makes it another office."""
    if words[0].casefold().partition("-")[0] in listed_as("former") or any(map(is_former_behind, words)):
        return Rank.OTHER
    if any(is_somebodys(words, at) for at in range(len(words))) or (of and is_of_another_state(words, of)):
        return Rank.OTHER
    while len(words) > 1 and not length_of_title(words, 0) and is_before_titles(words[0].casefold(), of):
        words = words[1:]
    words = [*words[: (end := length_of_title(words, 0))], *words[end + (own_words(words[end:], of) if end else 0) :]]
    joints = [place + 1 for place, word in enumerate(words[:-1]) if word.casefold().strip(",") in listed_as("joint")]
    whole = plain(" ".join(words)) if joints else None
    ranks = [_rank_of_one(words[start:], of, whole) for start in (0, *joints) if length_of_title(words, start)]
    return min(ranks, key=list(Rank).index, default=Rank.OTHER)


def _rank_of_one(words: Sequence[str], of: Party | None, whole: str | None) -> Rank:
    """Return the rank of one title; ``whole`` are all that somebody holds at once."""
    count = length_of_title(words, 0)
    title = title_meant(words[:count]) or ""
    rank = RANK_IN_STATE.get((of.code if of else "", whole or title)) or rank_table()[title]
    if rank in _PORTFOLIOS and count < len(words) and plain(words[count]) in listed_as("portfolio"):
        return Rank.MINISTER
    what = [word for word in words[count:] if word.casefold() not in listed_as("article") | listed_as("of")]
    said = {plain(word) for word in what}
    if title in _HEADS_OF_ORGANISATIONS and isinstance(of, Organisation) and _names(what, of):
        return Rank.HEAD_OF_ORGANISATION
    if rank is Rank.MINISTER and _is_foreign(what):
        return Rank.FOREIGN_MINISTER
    if rank is Rank.MINISTER and {"defence", "defense"} & said:
        return Rank.DEFENCE_MINISTER
    heads = rank in _HEADS or title.startswith(("vice pre", "crown "))
    return Rank.OTHER if heads and not _is_of(what, of) else rank


def _is_foreign(what: Sequence[str]) -> bool:
    """Tell whether a portfolio is foreign affairs: 'Foreign and European Affairs', but not 'Foreign Trade'."""
    for place, word in enumerate(what[:-1]):
        if plain(word) in {"foreign", "external"}:
            ahead = what[place + 1 :]
            is_list = word.endswith(",") or ahead[0].casefold() in listed_as("joint")
            noun = next((one for one in map(plain, ahead) if one in listed_as("portfolio")), "")
            return noun in {"affairs", "relations"} and (is_list or noun == plain(ahead[0]))
    return False


def is_of_another_state(title: Sequence[str], of: Party) -> bool:
    """Tell whether an office of a state itself is another state's: 'President of Japan', for China."""
    count = length_of_title(title, 0)
    if not count or isinstance(of, Organisation) or rank_table()[title_meant(title[:count]) or ""] not in _OF_A_STATE:
        return False
    if count == len(title) or title[count] not in listed_as("of"):
        return False
    what = [word for word in title[count:] if word not in listed_as("article") | listed_as("of")]
    codes = codes_named(" ".join(what))
    return bool(codes) and of.code not in codes and all(code in STATES for code in codes)


def _names(what: Sequence[str], of: Organisation) -> bool:
    """Tell whether an office is of an organisation itself, or of a body that acts for it."""
    return not what or what[0].casefold() in listed_as("joint") or of.code in codes_named(" ".join(what))


def _is_of(what: Sequence[str], of: Party | None) -> bool:
    """Tell whether an office is of the party itself: nothing more is said, or the party's name."""
    if isinstance(of, Organisation):
        return False
    if not what or what[0].casefold() in listed_as("joint"):
        return True
    said = [" ".join(what[start:]) for start in range(len(what) + 1)]
    own = next((start for start, words in enumerate(said) if of and of.code in codes_named(words)), len(what))
    return own == 0 or plain(" ".join(what[:own])) in listed_as("the state itself")
