"""Where a title ends and a name begins, in the languages of those who print them.

What follows a title that is known with *of* is part of it. A title that nobody knows is one where the grammar shows it:
by a word such as '...minister' in it, or by words in small letters before the name. Its rank is other, and what was
taken for what is said.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from diplocal.checks import expect
from diplocal.errors import Unresolved
from diplocal.names.belonging import own_words
from diplocal.names.courtesies import without_courtesies
from diplocal.names.parties import REMEMBERED, codes_named
from diplocal.names.people import in_order
from diplocal.names.ranks import is_before_titles, is_former_behind, is_of_another_state, is_somebodys, rank_of
from diplocal.names.spelling import LONGEST, plain
from diplocal.names.titles import HYPHENED, TENURES, length_of_title, listed_as, rank_table
from diplocal.parties import Office, Party, Rank, Tenure

_STEM = re.compile(
    r"\bchair\b|premier|minister|ministr|president|prezydent|presiden|prasident|secretar|sekretar|ambassad|ambasad|botschafter|kanzler|"
    "chancel|chairm|chairp|chairw|commissioner|kommissar|representative|representante|director|direktor|governor|"
    "gouverneur|councillor|councilor|adviser|advisor|beauftragt|spokes|sprecher|inspector|inspektor|coordinator|"
    "rapporteur|envoy|министр|президент|секретар|посол|председател|директор|представител|советник"
)
"""What shows a word to be a title's, or part of one, whatever stands around it."""
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
_LONGEST_TITLE = 12
"""Words of the longest title that is looked up; letters, where there are no words."""
_DASHES = frozenset("-–—")
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
    expect("text", text, "a text", str)
    return _part(text, of)


def office(text: str, of: Party | None = None) -> Office:
    """Return the office that a title alone is, held for a party.

    >>> office("ministre des Affaires étrangères").rank.value
    'foreign minister'

    Raises Unresolved for a text that is no title, or more than one.
    """
    expect("text", text, "a text", str)
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
    behind = _title_behind(text, of) or _title_at_the_end(words, of)
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
    if of and is_of_another_state(office.title.split(), of):
        guess = f"took {office.title!r} for an office that is none of {of.code}'s"
    return _turned_round(Parted(office, name, guess), of)


def _guessed(title: str, name: str) -> tuple[Office, str, str]:
    return Office(title), name, f"took {title!r} for a title, and what stands behind it for a name"


def _title_within(words: Sequence[str], end: int) -> int:
    """Return where a title ends that goes on in what would be a name: by a word of titles in it, or an *of*; or 0.

    Nobody is called 'Assembly President Anna Berg', or 'Commander of Forces Anna Berg'; 'Anna of Finland' somebody is.
    """
    if any(word.endswith(",") or word.casefold() in listed_as("joint") for word in words[end:]):
        return 0
    goes_on = [_has_stem(word) or (end > 0 and plain(word) in listed_as("body")) for word in words[end:-1]]
    if any(goes_on[not end :]):
        return len(words) - 1 - goes_on[::-1].index(True)
    place = words.index("of") if not end and "of" in words[1 : -1 - _NAME_WORDS] else 0
    what = [word for word in words[place + 1 :] if word not in listed_as("article")]
    return 0 if not place or codes_named(" ".join(what)) else _before_name(words, place + 1)


def _somebody_elses(words: Sequence[str], of: Party | None) -> int:
    """Return how many words are the title of who serves somebody else, "President Brandt's envoy"; 0 for none."""
    start = next((at + 1 for at in range(len(words) - 1, -1, -1) if is_somebodys(words, at)), 0)
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


def _title_behind(text: str, of: Party | None) -> Parted | None:
    """Return the parts of 'Wang Yi, Foreign Minister'."""
    name, _, behind = text.partition(",")
    after = behind.split()
    if not after or _title(name.split(), of)[0]:
        return None
    given, comma, last = behind.rpartition(",")
    if comma and _is_whole_title(last, of) and not _title([*given.split(), "Somebody"], of)[0]:
        return _turned_round(Parted(_office(last.strip(), of), f"{name},{given}"), of)
    if any(is_somebodys(after, at) for at in range(len(after))):
        return _behind(behind.strip(), name.strip())
    end, is_known = _title([*after, "Somebody"], of)
    if is_known and end:
        return Parted(_office(" ".join(after), of), name.strip()) if end == len(after) else None
    if listed_as("of") & set(after) - listed_as("particle") or any(_STEM.search(plain(word)) for word in after):
        return _behind(behind.strip(), name.strip())
    return None


def _title_at_the_end(words: Sequence[str], of: Party | None) -> Parted | None:
    """Return the parts of 'Wang Yi - Foreign Minister', and without a dash where nobody has such a name."""
    for place in () if _is_whole_title(" ".join(words), of) else range(_NAME_WORDS, len(words)):
        dashed = words[place] in _DASHES
        title = " ".join(words[place + dashed :])
        is_no_name = dashed or place < len(words) - 1 or _has_stem(title)
        if is_no_name and _is_whole_title(title, of) and not _title(words[:place], of)[0]:
            return Parted(_office(title, of), " ".join(words[:place]))
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
        is_joint = place and words[place - 1].casefold().strip(",") in listed_as("joint")
        if (not end or is_joint) and (known := length_of_title(words, place)):
            place = end = place + known
        elif not end and is_before_titles(small, of):
            place += 1
        elif end == place > 0 and place < len(words) - (own := own_words(words[place:], of)) and own:
            place = end = place + own
        elif end and (_says_footing(small) or _goes_further(words[:end], words[place : place + 2])):
            place = end = place + 1
        elif end and small in listed_as("joint") and place + 1 < len(words) and length_of_title(words, place + 1):
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
    is_list = words[place] in listed_as("joint") and bool(listed_as("of") & set(words[:end]))
    return bool(end) and (words[place] in listed_as("of") or is_list)


def _says_footing(small: str) -> bool:
    """Tell whether a word behind a title says on what footing it is held, or that it is held no more."""
    return small.lstrip("-") in TENURES or is_former_behind(small)


def _goes_further(title: Sequence[str], ahead: Sequence[str]) -> bool:
    """Tell whether a title with *of* goes on with another word of its kind: 'Minister of Defence', 'Industry ...'."""
    is_of = any(word in listed_as("of") for word in title) and title[-1][-1].isalnum()
    return is_of and len(ahead) > 1 and all(plain(one) in listed_as("portfolio") for one in (title[-1], ahead[0]))


def _shown(words: Sequence[str], place: int, *, begun: bool) -> int:
    """Return where a title ends that the grammar shows: after its last word that is no name's; 0 for none."""
    if begun and not _is_small(words[place]):
        return 0
    last = 0
    for index in range(place, min(len(words) - 1, place + _LONGEST_TITLE)):
        if _is_small(words[index]) or (not begun and _has_stem(words[index])):
            last = max(last, index + 1, 0 if begun else index + length_of_title(words[:-1], index))
        if (begun and last <= index) or words[index].endswith(","):
            break
    is_title = begun or any(map(_has_stem, words[place:last]))
    is_title = is_title or (_is_small(words[place]) and len(words) - last >= _NAME_WORDS)
    return last if last and is_title and not _is_small(words[last]) else 0


def _has_stem(word: str) -> bool:
    return _STEM.search(plain(word)) is not None and plain(word) not in listed_as("body")


def _is_small(word: str) -> bool:
    """Tell whether a word in small letters is no particle of a name."""
    first = re.split(r"[-'’]", word, maxsplit=1)[0]
    return word[:1].islower() and first not in listed_as("particle") and len(word) >= _SMALL_WORD_FROM


def _of_what(words: Sequence[str], place: int) -> tuple[int, bool] | None:
    """Return where a phrase with *of* ends, and whether it is known what it names; None for a name, 'de Gaulle'."""
    start = place + 1
    if start == len(words):
        return None
    while start < len(words) - 1 and words[start].casefold() in listed_as("article") | listed_as("of"):
        start += 1
    for stop in range(min(len(words), start + _LONGEST_TITLE), start, -1):
        if codes_named(" ".join(words[start:stop])):
            return stop, True
    ends = listed_as("portfolio") | listed_as("body")
    for known in (
        [at for at in range(start, len(words)) if plain(words[at]) in ends],
        [at for at in range(start, len(words) - 1) if _is_small(words[at])],
    ):
        if known:
            return known[-1] + 1, True
    if words[place] not in listed_as("particle"):
        return _before_name(words, start), False
    is_place = len(words) - start == 1 + _NAME_WORDS and all(word[:1].isupper() for word in words[start:])
    return (start + 1, False) if is_place and start == place + 1 else None


def _before_name(words: Sequence[str], start: int) -> int:
    """Return where a name begins, which has as many words as names have and the particles among them."""
    place, left = len(words), _NAME_WORDS
    while place > start + 1 and left:
        place -= 1
        left -= words[place] not in listed_as("particle")
    return place


def _run_together(text: str, of: Party | None) -> Parted:
    """Return the parts of a text with no space between title and name, as Chinese is written; else a name alone."""
    if not text or not is_ideographic(text[0]) or len(text) > 2 * _LONGEST_TITLE:
        return _turned_round(Parted(None, text), of)
    country = next((k for k in range(len(text) - 1, 1, -1) if of and of.code in codes_named(text[:k])), 0)
    lead = next((lead for lead in _LEADS if text.startswith(lead, country)), "")
    start = end = country + len(lead)
    ranks = list[Rank]()
    while stop := next((k for k in range(len(text), end + 1, -1) if text[end:k] in rank_table()), 0):
        ranks.append(rank_table()[text[end:stop]])
        end = stop + text.startswith("兼", stop)
    if ranks and text[end:]:
        rank, name, tenure = min(ranks, key=list(Rank).index), text[end:].strip(), _LEADS.get(lead, Tenure.FULL)
        if tenure is None:
            return Parted(Office(text[:end]), name)
        return Parted(Office(text[:country] + text[start:end], rank, tenure), name)
    begin = next((k for k in range(1, len(text) - 1) if text[k:] in rank_table()), 0)
    return Parted(_office(text[begin:], of), text[:begin].strip()) if begin else _turned_round(Parted(None, text), of)


def is_ideographic(letter: str) -> bool:
    """Tell whether a letter is a Chinese character: what is written so has no spaces between words."""
    return "\u3400" <= letter <= "\u9fff"


def _office(title: str, of: Party | None) -> Office:
    """Return the office of a title; words that say on what footing it is held go into the tenure."""
    words = title.split()
    while len(words) > 1 and words[0].casefold() in listed_as("article"):
        words = words[1:]
    tenures = [TENURES[small] for word in words if (small := word.casefold().strip("-,")) in TENURES]
    kept = " ".join(word for word in words if word.casefold().strip("-,") not in TENURES)
    kept, elect = HYPHENED.subn("", kept)
    tenure = tenures[0] if tenures else Tenure.ELECT if elect else Tenure.FULL
    return Office(kept or title, rank_of((kept or title).split(), of), tenure)
