"""Where a title ends and a name begins, and how high the office ranks: in the languages of those who print them.

A title that is known (``data/titles.txt``) gives its rank. What follows it with *of* is part of it, and keeps the rank
only where it says no more than the party itself: the President of Finland is Finland's head of state, the President of
the European Commission is none. A title that nobody knows is one where the grammar shows it: by a word such as
'...minister' in it, or by words in small letters before the name. Its rank is other, and what was taken for what is
said. What qualifies an office makes it another: 'emeritus', 'of Foreign Trade', and whose envoy somebody is.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

import msgspec

from diplocal.errors import Unresolved
from diplocal.names.belonging import own_words
from diplocal.names.courtesies import without_courtesies
from diplocal.names.parties import REMEMBERED, codes_named
from diplocal.names.people import in_order
from diplocal.names.spelling import LONGEST, nearest_spelling, plain
from diplocal.names.tables import listed
from diplocal.names.titles import LONG_TITLES, RANK_IN_STATE, RANKS, SHORT, SLIPS_ALLOWED
from diplocal.names.titles import TENURES as TENURES_BY_WORD
from diplocal.parties import Office, Organisation, Party, Rank, Tenure
from diplocal.state_names import MEANT, STATES, name_of

_STEM = re.compile(
    r"\bchair\b|premier|minister|ministr|president|prezydent|presiden|prasident|secretar|sekretar|ambassad|ambasad|botschafter|kanzler|"
    "chancel|chairm|chairp|chairw|commissioner|kommissar|representative|representante|director|direktor|governor|"
    "gouverneur|councillor|councilor|adviser|advisor|beauftragt|spokes|sprecher|inspector|inspektor|coordinator|"
    "rapporteur|envoy|министр|президент|секретар|посол|председател|директор|представител|советник"
)
"""What shows a word to be a title's, or part of one, whatever stands around it."""
_TENURES = (
    TENURES_BY_WORD
    | {"caretaker": Tenure.INTERIM, "transitional": Tenure.INTERIM}
    | {
        **dict.fromkeys(("electo", "electa", "terpilih", "избранный", "المنتخب", "المنتخبة", "المكلف"), Tenure.ELECT),
        **dict.fromkeys(("interino", "interina", "المؤقت", "المؤقتة"), Tenure.INTERIM),
        **dict.fromkeys(("и.о.", "بالنيابة", "بالإنابة", "بالوكالة"), Tenure.ACTING),
    }
)
_HYPHENED = re.compile(r"(?<!\s)\s*+-\s*+(?:elect|designate)\b", re.IGNORECASE)
_LEADS = {
    "前": None,
    "时任": Tenure.FULL,
    "原": None,
    "代理": Tenure.ACTING,
    "代": Tenure.ACTING,
    "候任": Tenure.ELECT,
    "临时": Tenure.INTERIM,
}
"""What stands before a title where no spaces are written: on what footing it is held, None where it is held no more."""
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
_LONGEST_TITLE = 12
"""Words of the longest title that is looked up; letters, where there are no words."""
_LONGEST_MISSPELT = 40
"""Letters of the longest title that is known in spite of slips."""
_NAME_WORDS = 2
"""Words of a name, where nothing else shows how many are the name's."""
_SMALL_WORD_FROM = 5
"""Letters of a small word behind a title that is no particle of a name."""


class Parted(msgspec.Struct, frozen=True):
    """A text, parted into an office and a name."""

    office: Office | None
    name: str
    """Empty where the text is a title alone."""
    guess: str | None = None
    """What was taken for what, where no table knows it; of a title the same words, whoever has it."""


def part(text: str, of: Party | None) -> Parted:
    """Return the office and the name in a text about somebody who represents a party.

    >>> part("President of the European Commission Elsa Maurin", None).office.rank.value
    'head of organisation'
    >>> part("naczelny radca prawny Jan Nowak", None).guess
    "took 'naczelny radca prawny' for a title, and what stands behind it for a name"
    """
    return _part(text, of)


def office(text: str, of: Party | None = None) -> Office:
    """Return the office that a title alone is, held for a party.

    >>> office("ministre des Affaires étrangères").rank.value
    'foreign minister'

    Raises Unresolved for a text that is no title, or more than one.
    """
    parted = part(text, of) if len(text) <= LONGEST else Parted(None, text)
    if parted.office is None or parted.name:
        raise Unresolved("office", text, "a title that is known, such as 'Foreign Minister'")
    return parted.office


def title_before(text: str, of: Party | None) -> tuple[Office | None, str]:
    """Return the office that a text begins with, and the rest; where no table knows its title, None and the text.

    Titles of one person that follow each other are one office, of the highest rank among them.

    >>> office, rest = title_before("Premier and Foreign Minister Bech and President Auriol", None)
    >>> office.title, office.rank.value, rest
    ('Premier and Foreign Minister', 'head of government', 'Bech and President Auriol')
    """
    words = text.split()
    end, is_known = _title(words, of)
    if not end or not is_known:
        return None, text
    return _office(" ".join(words[:end]).strip(" ,"), of), " ".join(words[end:]).strip(" ,")


@lru_cache(maxsize=REMEMBERED)
def _part(text: str, of: Party | None) -> Parted:
    text = without_courtesies(text)
    words = text.split()
    behind = _title_behind(text, of)
    if behind:
        return behind
    if end := _somebody_elses(words, of):
        return Parted(*_guessed(" ".join(words[:end]).strip(" ,"), " ".join(words[end:])))
    end, is_known = _title(words, of)
    if later := _title_within(words, end):
        return Parted(*_guessed(" ".join(words[:later]).strip(" ,"), " ".join(words[later:])))
    if not end:
        return _run_together(text, of)
    name = without_courtesies(" ".join(words[end:])).strip(" ,")
    office = _office(" ".join(words[:end]).strip(" ,"), of)
    guess = None if is_known or not name else f"took {office.title!r} for a title, and what stands behind it for a name"
    if of and _is_of_another_state(office.title.split(), of):
        guess = f"took {office.title!r} for an office that is none of {of.code}'s"
    return _turned_round(Parted(office, name, guess), of)


def _guessed(title: str, name: str) -> tuple[Office, str, str]:
    return Office(title), name, f"took {title!r} for a title, and what stands behind it for a name"


def _title_within(words: Sequence[str], end: int) -> int:
    """Return where a title ends that goes on in what would be a name: by a word of titles in it, or an *of*; or 0.

    Nobody is called 'Assembly President Anna Berg', or 'Commander of Forces Anna Berg'; 'Anna of Finland' somebody is.
    """
    if any(word.endswith(",") or word.casefold() in _words("joint") for word in words[end:]):
        return 0
    goes_on = [_has_stem(word) or (end > 0 and plain(word) in _words("body")) for word in words[end:-1]]
    if any(goes_on[not end :]):
        return len(words) - 1 - goes_on[::-1].index(True)
    place = words.index("of") if not end and "of" in words[1 : -1 - _NAME_WORDS] else 0
    what = [word for word in words[place + 1 :] if word not in _words("article")]
    return 0 if not place or codes_named(" ".join(what)) else _before_name(words, place + 1)


def _somebody_elses(words: Sequence[str], of: Party | None) -> int:
    """Return how many words are the title of who serves somebody else, "President Brandt's envoy"; 0 for none."""
    start = next((at + 1 for at in range(len(words) - 1, -1, -1) if _is_somebodys(words, at)), 0)
    rest = words[start:]
    if not start or not rest:
        return 0
    small = next((at for at, word in enumerate(rest) if not word.islower()), len(rest))
    return start + (_title(rest, of)[0] or small or _before_name(rest, 0))


def _turned_round(parted: Parted, of: Party | None) -> Parted:
    """Return the name with the family name last; a title may stand before the given name, 'Berg, Minister Anna'."""
    ordered = in_order(parted.name)
    if ordered == parted.name:
        return parted
    guess = f"took {parted.name!r} for {ordered!r}, family name first"
    within = Parted(None, ordered) if parted.office else _part(ordered, of)
    return Parted(parted.office or within.office, within.name or ordered, guess)


def _is_somebodys(words: Sequence[str], at: int) -> bool:
    """Tell whether a word says whose somebody is, "Brandt's": not "People's", nor what a title is of, "of Lord's"."""
    if not _POSSESSIVE.fullmatch(words[at]) or plain(words[at]) in _words("group"):
        return False
    before = next((word for word in reversed(words[:at]) if word not in _words("article")), "")
    return before not in _words("of")


def _title_behind(text: str, of: Party | None) -> Parted | None:
    """Return the parts of 'Wang Yi, Foreign Minister'."""
    name, _, behind = text.partition(",")
    after = behind.split()
    if not after or _title(name.split(), of)[0]:
        return None
    given, comma, last = behind.rpartition(",")
    if comma and _is_whole_title(last, of) and not _title([*given.split(), "Somebody"], of)[0]:
        return _turned_round(Parted(_office(last.strip(), of), f"{name},{given}"), of)
    if any(_is_somebodys(after, at) for at in range(len(after))):
        return _behind(behind.strip(), name.strip())
    end, is_known = _title([*after, "Somebody"], of)
    if is_known and end:
        return Parted(_office(" ".join(after), of), name.strip()) if end == len(after) else None
    if _words("of") & set(after) - _words("particle") or any(_STEM.search(plain(word)) for word in after):
        return _behind(behind.strip(), name.strip())
    return None


def _is_whole_title(text: str, of: Party | None) -> bool:
    words = text.split()
    return bool(words) and _title([*words, "Somebody"], of) == (len(words), True)


def _behind(title: str, name: str) -> Parted:
    return Parted(Office(title), name, f"took {title!r} for a title, and what stands before it for a name")


def _title(words: Sequence[str], of: Party | None) -> tuple[int, bool]:
    """Return how many words at the beginning are a title, 0 for none, and whether tables know what shows it."""
    place, end, is_known = 0, 0, True
    while place < len(words):
        small = words[place].casefold().strip(",")
        is_joint = place and words[place - 1].casefold().strip(",") in _words("joint")
        if (not end or is_joint) and (known := _known(words, place)):
            place = end = place + known
        elif not end and _is_before_titles(small, of):
            place += 1
        elif end == place > 0 and place < len(words) - (own := own_words(words[place:], of)) and own:
            place = end = place + own
        elif end and (_says_footing(small) or _goes_further(words[:end], words[place : place + 2])):
            place = end = place + 1
        elif end and small in _words("joint") and place + 1 < len(words) and _known(words, place + 1):
            place += 1
        elif _goes_on(words, place, end) and (what := _of_what(words, place)):
            place = end = what[0]
            is_known = is_known and what[1]
        elif shown := _shown(words, place, begun=bool(end)):
            place, end, is_known = shown, shown, False
        else:
            break
    return (end, is_known) if end else (0, False)


def _goes_on(words: Sequence[str], place: int, end: int) -> bool:
    """Tell whether a title goes on with *of*, or with *and* and one more thing that it is of."""
    is_list = words[place] in _words("joint") and bool(_words("of") & set(words[:end]))
    return bool(end) and (words[place] in _words("of") or is_list)


def _says_footing(small: str) -> bool:
    """Tell whether a word behind a title says on what footing it is held, or that it is held no more."""
    return small.lstrip("-") in _TENURES or _is_former_behind(small)


def _is_former_behind(word: str) -> bool:
    """Tell whether a word behind a title says that it is held no more."""
    return word.casefold().strip("(),.") in _words("former behind a title")


def _goes_further(title: Sequence[str], ahead: Sequence[str]) -> bool:
    """Tell whether a title with *of* goes on with another word of its kind: 'Minister of Defence', 'Industry ...'."""
    is_of = any(word in _words("of") for word in title) and title[-1][-1].isalnum()
    return is_of and len(ahead) > 1 and all(plain(one) in _words("portfolio") for one in (title[-1], ahead[0]))


def _is_before_titles(small: str, of: Party | None) -> bool:
    """Tell whether a word in small letters may stand before a title: 'acting', 'former', 'Finnish', 'US'."""
    if small.removesuffix("-") in {*_TENURES, *_words("former"), *_words("article"), *_NEUTRAL}:
        return True
    letters = plain(small.replace(".", "")).upper()
    return of is not None and (
        of.code in (letters, MEANT.get(letters)) or plain(small)[:3] == plain(name_of(of.code))[:3]
    )


def _known(words: Sequence[str], place: int) -> int:
    """Return how many words from a place on are a title that is known; at the beginning, slips in a long one apart."""
    left = len(words) - place
    most = min(_longest_from().get(_compared(words[place : place + 1]).partition(" ")[0], 0), left)
    for count in range(most, 0, -1):
        said = words[place : place + count]
        if plain(said[-1]) and _is_title(said) and not (count < left and said[-1].endswith(",")):
            return count
    misspelt = () if place else LONG_TITLES
    return next((count for count in misspelt if count <= left and _meant(words[:count])), 0)


def _is_title(words: Sequence[str]) -> bool:
    return _compared(words) in _table() and not words[-1].endswith(("'s", "’s"))


def _meant(words: Sequence[str]) -> str | None:
    """Return the title that words are, as titles are compared; 'Foreign Ministry' is no slip of 'Foreign Minister'."""
    said = _compared(words)
    if _is_title(words):
        return said
    if words[-1].endswith(("'s", "’s")) or _words("body") & set(said.split()):
        return None
    long = LONG_TITLES.get(len(words), ()) if len(said) <= _LONGEST_MISSPELT else ()
    return nearest_spelling(said, long, at_most=SLIPS_ALLOWED)


def _compared(words: Sequence[str]) -> str:
    return plain(_HYPHENED.sub("", " ".join(SHORT.get(word, word) for word in words)))


@cache
def _longest_from() -> Mapping[str, int]:
    """Return, for each word that a title begins with, of how many words the longest of these is at most."""
    longest: dict[str, int] = {}
    for title in _table():
        first, *others = title.split()
        longest[first] = max(longest.get(first, 0), 1 + len(others))
    return longest


def _shown(words: Sequence[str], place: int, *, begun: bool) -> int:
    """Return where a title ends that the grammar shows: after its last word that is no name's; 0 for none."""
    if begun and not _is_small(words[place]):
        return 0
    last = 0
    for index in range(place, min(len(words) - 1, place + _LONGEST_TITLE)):
        if _is_small(words[index]) or (not begun and _has_stem(words[index])):
            last = index + 1
        if (begun and last <= index) or words[index].endswith(","):
            break
    is_title = begun or any(map(_has_stem, words[place:last]))
    is_title = is_title or (_is_small(words[place]) and len(words) - last >= _NAME_WORDS)
    return last if last and is_title and not _is_small(words[last]) else 0


def _has_stem(word: str) -> bool:
    return _STEM.search(plain(word)) is not None and plain(word) not in _words("body")


def _is_small(word: str) -> bool:
    """Tell whether a word in small letters is no particle of a name."""
    first = re.split(r"[-'’]", word, maxsplit=1)[0]
    return word[:1].islower() and first not in _words("particle") and len(word) >= _SMALL_WORD_FROM


def _of_what(words: Sequence[str], place: int) -> tuple[int, bool] | None:
    """Return where a phrase with *of* ends, and whether it is known what it names; None for a name, 'de Gaulle'."""
    start = place + 1
    if start == len(words):
        return None
    while start < len(words) - 1 and words[start].casefold() in _words("article") | _words("of"):
        start += 1
    for stop in range(min(len(words), start + _LONGEST_TITLE), start, -1):
        if codes_named(" ".join(words[start:stop])):
            return stop, True
    ends = _words("portfolio") | _words("body")
    for known in (
        [at for at in range(start, len(words)) if plain(words[at]) in ends],
        [at for at in range(start, len(words) - 1) if _is_small(words[at])],
    ):
        if known:
            return known[-1] + 1, True
    if words[place] not in _words("particle"):
        return _before_name(words, start), False
    is_place = len(words) - start == 1 + _NAME_WORDS and all(word[:1].isupper() for word in words[start:])
    return (start + 1, False) if is_place and start == place + 1 else None


def _before_name(words: Sequence[str], start: int) -> int:
    """Return where a name begins, which has as many words as names have and the particles among them."""
    place, left = len(words), _NAME_WORDS
    while place > start + 1 and left:
        place -= 1
        left -= words[place] not in _words("particle")
    return place


def _run_together(text: str, of: Party | None) -> Parted:
    """Return the parts of a text with no space between title and name, as Chinese is written; else a name alone."""
    if not text or not _is_ideographic(text[0]) or len(text) > 2 * _LONGEST_TITLE:
        return _turned_round(Parted(None, text), of)
    country = next((k for k in range(len(text) - 1, 1, -1) if of and of.code in codes_named(text[:k])), 0)
    lead = next((lead for lead in _LEADS if text.startswith(lead, country)), "")
    start = end = country + len(lead)
    ranks = list[Rank]()
    while stop := next((k for k in range(len(text), end + 1, -1) if text[end:k] in _table()), 0):
        ranks.append(_table()[text[end:stop]])
        end = stop + text.startswith("兼", stop)
    if ranks and text[end:]:
        rank, name, tenure = min(ranks, key=list(Rank).index), text[end:].strip(), _LEADS.get(lead, Tenure.FULL)
        if tenure is None:
            return Parted(Office(text[:end]), name)
        return Parted(Office(text[:country] + text[start:end], rank, tenure), name)
    begin = next((k for k in range(1, len(text) - 1) if text[k:] in _table()), 0)
    return Parted(_office(text[begin:], of), text[:begin].strip()) if begin else _turned_round(Parted(None, text), of)


def _is_ideographic(letter: str) -> bool:
    return "\u3400" <= letter <= "\u9fff"


def _office(title: str, of: Party | None) -> Office:
    """Return the office of a title; words that say on what footing it is held go into the tenure."""
    words = title.split()
    while len(words) > 1 and words[0].casefold() in _words("article"):
        words = words[1:]
    tenures = [_TENURES[small] for word in words if (small := word.casefold().strip("-,")) in _TENURES]
    kept = " ".join(word for word in words if word.casefold().strip("-,") not in _TENURES)
    kept, elect = _HYPHENED.subn("", kept)
    tenure = tenures[0] if tenures else Tenure.ELECT if elect else Tenure.FULL
    return Office(kept or title, _rank((kept or title).split(), of), tenure)


def _rank(words: Sequence[str], of: Party | None) -> Rank:
    """Return how high a title stands: as its table says, unless what stands around it makes it another office."""
    if words[0].casefold().partition("-")[0] in _words("former") or any(map(_is_former_behind, words)):
        return Rank.OTHER
    if any(_is_somebodys(words, at) for at in range(len(words))) or (of and _is_of_another_state(words, of)):
        return Rank.OTHER
    while len(words) > 1 and not _known(words, 0) and _is_before_titles(words[0].casefold(), of):
        words = words[1:]
    words = [*words[: (end := _known(words, 0))], *words[end + (own_words(words[end:], of) if end else 0) :]]
    joints = [place + 1 for place, word in enumerate(words[:-1]) if word.casefold().strip(",") in _words("joint")]
    whole = plain(" ".join(words)) if joints else None
    ranks = [_rank_of(words[start:], of, whole) for start in (0, *joints) if _known(words, start)]
    return min(ranks, key=list(Rank).index, default=Rank.OTHER)


def _rank_of(words: Sequence[str], of: Party | None, whole: str | None) -> Rank:
    """Return the rank of one title; ``whole`` are all that somebody holds at once."""
    count = _known(words, 0)
    title = _meant(words[:count]) or ""
    rank = RANK_IN_STATE.get((of.code if of else "", whole or title)) or _table()[title]
    if rank in _PORTFOLIOS and count < len(words) and plain(words[count]) in _words("portfolio"):
        return Rank.MINISTER
    what = [word for word in words[count:] if word.casefold() not in _words("article") | _words("of")]
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
            is_list = word.endswith(",") or ahead[0].casefold() in _words("joint")
            noun = next((one for one in map(plain, ahead) if one in _words("portfolio")), "")
            return noun in {"affairs", "relations"} and (is_list or noun == plain(ahead[0]))
    return False


def _is_of_another_state(title: Sequence[str], of: Party) -> bool:
    """Tell whether an office of a state itself is another state's: 'President of Japan', for China."""
    count = _known(title, 0)
    if not count or isinstance(of, Organisation) or _table()[_meant(title[:count]) or ""] not in _OF_A_STATE:
        return False
    if count == len(title) or title[count] not in _words("of"):
        return False
    what = [word for word in title[count:] if word not in _words("article") | _words("of")]
    codes = codes_named(" ".join(what))
    return bool(codes) and of.code not in codes and all(code in STATES for code in codes)


def _names(what: Sequence[str], of: Organisation) -> bool:
    """Tell whether an office is of an organisation itself, or of a body that acts for it."""
    return not what or what[0].casefold() in _words("joint") or of.code in codes_named(" ".join(what))


def _is_of(what: Sequence[str], of: Party | None) -> bool:
    """Tell whether an office is of the party itself: nothing more is said, or the party's name."""
    if isinstance(of, Organisation):
        return False
    if not what or what[0].casefold() in _words("joint"):
        return True
    said = [" ".join(what[start:]) for start in range(len(what) + 1)]
    own = next((start for start, words in enumerate(said) if of and of.code in codes_named(words)), len(what))
    return own == 0 or plain(" ".join(what[:own])) in _words("the state itself")


@cache
def _words(what: str) -> frozenset[str]:
    return frozenset(listed("words")[what])


@cache
def _table() -> Mapping[str, Rank]:
    """Return the rank of each title that is known, by its words as they are compared."""
    return RANKS | {plain(title): Rank(rank) for rank, titles in listed("titles").items() for title in titles}
