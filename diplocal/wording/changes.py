"""What became of an engagement between two moments, in a language."""

from collections.abc import Iterable

from diplocal.engagements import Change, Engagement
from diplocal.wording.contract import Language
from diplocal.wording.describe import status
from diplocal.wording.history import Difference, differences


def what_changed(one: Change) -> str:
    """Return whether an engagement is new, changed or gone: retracted, or one with another."""
    was, there = (each is not None and each.counts for each in (one.before, one.after))
    return "gone" if not there else "changed" if was else "new"


def shown(one: Change) -> Engagement | None:
    """Return an engagement as it is now, or of what is gone, as it was before."""
    return (one.before if what_changed(one) == "gone" else one.after) or one.after or one.before


def differences_of(one: Change, said: Language) -> list[Difference]:
    """Return the facts that are others than before, of an engagement that was there and is."""
    return list(differences(one.before, one.after, said)) if what_changed(one) == "changed" and one.after else []


def lines_of(one: Change, said: Language) -> list[str]:
    """Return what is different, fact by fact: 'Status: planned → cancelled'; of what is new or gone, that it is."""
    facts = [
        said("change.line", name=each.name, was=each.was or "–", now=each.now or "–")
        for each in differences_of(one, said)
    ]
    what, why = said(f"change.{what_changed(one)}"), _why(one, said)
    return facts or [said("line", name=what, value=why) if why else what]


def _why(one: Change, said: Language) -> str:
    """Say why an engagement is gone: it was retracted, or is one with another; nothing of what is there."""
    if one.after is None or one.after.counts:
        return ""
    into = one.after.absorbed_into
    return said("line", name=said("field.duplicate_of"), value=into) if into else status(one.after.status, said)


def told_of(changes: Iterable[Change]) -> list[Change]:
    """Return those of which there is something to say, soonest first: it stood for itself before, or does now."""
    counted = (one for one in changes if any(each is not None and each.counts for each in (one.before, one.after)))
    return sorted(counted, key=_date_of)


def _date_of(one: Change) -> tuple[bool, int, str]:
    entry = one.after or one.before
    first = entry.when.earliest if entry and entry.when else None
    return first is None, first.toordinal() if first else 0, one.slug
