"""Commands that find and compare: list, find, diff, last-met."""

from collections.abc import Callable
from enum import Enum
from shlex import quote
from typing import Annotated

import attrs
import msgspec
import pendulum
import typer

from diplocal.cli import options, tables
from diplocal.cli.question import Answer, Question, alone, asks, no_position, tell_of_other_names
from diplocal.cli.run import position_or_moment
from diplocal.cli.terminal import warn
from diplocal.diary import Diary
from diplocal.diary.waiting import undated_since
from diplocal.engagements import Change, Kind
from diplocal.engagements.engagement import COUNTED
from diplocal.errors import InvalidValue, UnknownName, Unresolved
from diplocal.levels import Level
from diplocal.names import kinds
from diplocal.names.people import in_any_order, names_near
from diplocal.projections import lines
from diplocal.projections.filters import Filter
from diplocal.projections.last_met import Counterpart, LastMet
from diplocal.state_names import name_of
from diplocal.tabular import engagements
from diplocal.wording import Language
from diplocal.wording.changes import shown, told_of

LookedFrom = Annotated[
    pendulum.Date | None, options.day_option("--on", help="The day by which plans have lapsed; today (UTC).")
]


@asks
def list_(ask: Question, *, on: LookedFrom = None) -> Answer:
    """List engagements, soonest first: a vague date stands where its span begins, what has no date at the end."""
    del on  # it is said together with --lapsed
    return _listed(ask, Filter.of(**ask.criteria))


@asks
def find(
    ask: Question,
    text: Annotated[
        list[str], typer.Argument(metavar="WORDS...", help="Words of names, places, purposes or sources: all of them.")
    ],
    *,
    on: LookedFrom = None,
) -> Answer:
    """Find engagements by words, with or without accents, in any script; each may be the beginning of one."""
    del on  # as above
    words = " ".join((*text, ask.criteria.get("words", "")))
    _tell_of_kinds(" ".join(text))
    return _listed(ask, ask.diary.filter_of(**{**ask.criteria, "words": words}))


def _tell_of_kinds(text: str) -> None:
    """Say on standard error that words name a kind: as words they are in much else, 'state' in 'United States'."""
    try:
        sort = kinds.kind(text)
    except Unresolved:
        return
    options = f"--kind {sort.kind}" + (f" --level {quote(sort.level.value)}" if sort.level is not Level.UNKNOWN else "")
    warn(f"these words are looked for wherever they are written: diplocal list {options} has what is of that kind")


def _listed(ask: Question, chosen: Filter) -> Answer:
    said = ask.said
    wanted = attrs.evolve(chosen, kinds=chosen.kinds or _SHOWN_KINDS, statuses=chosen.statuses or COUNTED)
    found = ask.listed(wanted)
    entries = found.engagements
    since = undated_since(ask.diary, entries)
    return Answer(
        lambda: engagements.engagements(entries, said, since),
        lambda: lines.engagements(entries, said, since, found.total),
        engagements=entries,
        title=said("answer.engagements"),
    )


_SHOWN_KINDS = frozenset(Kind) - {Kind.ALIAS}
"""What is listed unless a filter asks for others."""


class Learnt(Enum):
    """By when something was known."""

    LOG = "log"
    """When it was recorded."""
    PUBLIC = "public"
    """When the public could know."""


@asks
def diff(
    ask: Question,
    *,
    start: Annotated[options.Known, options.FROM],
    end: options.To = None,
    by: Annotated[
        Learnt, typer.Option("--by", help="What the log learnt between the two, or what the public could learn.")
    ] = Learnt.LOG,
) -> Answer:
    """Show what became known or changed between two moments: each engagement with what is different."""
    said = ask.said
    if end is not None and type(start.at) is type(end.at) and end.at < start.at:  # type: ignore[operator] # of one type
        raise InvalidValue("to", str(end.at), f"a moment that is not before {start.at}")
    found = told_of(_CHANGES[by](ask, start, end))
    title = said("answer.changes", start=moment_said(start, said), end=moment_said(end, said))
    entries = [one for one in map(shown, found) if one is not None]
    return Answer(
        lambda: engagements.changes(found, said),
        lambda: lines.changes(found, said),
        engagements=entries,
        title=title,
    )


def _learnt_by_the_log(ask: Question, start: options.Known, end: options.Known | None) -> list[Change]:
    since = position_or_moment(start, ask.diary)
    return ask.as_of(known_at=end).changes_among(Filter.of(**ask.criteria), 0 if since is None else since)


def _learnt_by_the_public(ask: Question, start: options.Known, end: options.Known | None) -> list[Change]:
    if isinstance(start.at, int):
        raise no_position(start.at)
    return ask.as_of(reported_by=end).told_among(Filter.of(**ask.criteria), start.at)


_CHANGES: dict[Learnt, Callable[[Question, options.Known, options.Known | None], list[Change]]] = {
    Learnt.LOG: _learnt_by_the_log,
    Learnt.PUBLIC: _learnt_by_the_public,
}


def moment_said(known: options.Known | None, said: Language) -> str:
    """Say a moment of a log as a title has it: a day in words; nothing is now."""
    if known is None:
        return said("answer.now")
    if isinstance(known.at, int):
        return said("answer.record", number=known.at)
    if isinstance(known.at, pendulum.DateTime):
        return str(known.at)
    return said.day(known.at)


@asks
def last_met(
    ask: Question,
    first: Annotated[str, typer.Argument(metavar="WHO", help="A state, an organisation or a person.")],
    second: Annotated[str, typer.Argument(metavar="WHOM", help="The same.")],
    *,
    on: Annotated[
        pendulum.Date | None,
        options.day_option("--on", help="Only what may have been by it; today (UTC) unless given."),
    ] = None,
) -> Answer:
    """Show when two last met: each other, and at an occasion of three sides or more. Only what took place counts.

    When they never met in this log, it is said; a name that no report mentions is an error.
    """
    day, said = on or options.today(), ask.said
    sides = Counterpart.of(first), Counterpart.of(second)
    if sides[0].who == sides[1].who:
        raise InvalidValue("whom", second, f"somebody else than {first!r}")
    chosen = Filter.of(**ask.criteria)
    sides = _known(sides[0], ask.diary), _known(sides[1], ask.diary)
    names = [in_any_order(side.who.person or "") for side in sides]
    if (names[0] and names[0] == names[1]) or sides[0].who.also & sides[1].who.also:
        raise InvalidValue("whom", second, f"somebody else than {first!r}")
    for side in sides:
        if side.code is not None or chosen.who.person is None:
            chosen = chosen.within(Filter(who=side.who))
    chosen = chosen.within(Filter(until=day, undated=chosen.takes_undated))
    tell_of_other_names(ask.diary, chosen)
    found = LastMet.of(ask.diary.iterate(chosen), *sides)
    entries = [one for one in (found.alone, found.among_others) if one is not None]
    return Answer(
        lambda: engagements.last_met(found, *sides, day, said),
        lambda: tables.last_met(found, sides, day, said),
        alone,
        engagements=entries,
    )


def _known(side: Counterpart, diary: Diary) -> Counterpart:
    """Return a side under all names that somebody said to be theirs.

    Raises UnknownName for a person whom no report names: the text may be meant for a state, too.
    """
    if side.code is None and not diary.select(Filter(who=side.who)):
        people = {one.name for engagement in diary.find() for one in engagement.people}
        near = dict.fromkeys((*names_near(side.written, people), *map(name_of, side.near)))
        raise UnknownName("state, organisation or person", side.written, near=tuple(near))
    return msgspec.structs.replace(side, who=diary.knowing(Filter(who=side.who)).who)
