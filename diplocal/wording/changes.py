"""What became of an engagement between two moments, in a language."""

from diplocal.engagements import Change, Engagement
from diplocal.wording.history import Difference, differences
from diplocal.wording.language import Language


def what_changed(one: Change) -> str:
    """Return whether an engagement is new, changed or gone: retracted, or one with another."""
    if one.before is None or not one.before.counts:
        return "new"
    return "changed" if one.after is not None and one.after.counts else "gone"


def shown(one: Change) -> Engagement | None:
    """Return an engagement as it is now, or of what is gone, as it was before."""
    return (one.before if what_changed(one) == "gone" else one.after) or one.after or one.before


def differences_of(one: Change, said: Language) -> list[Difference]:
    """Return the facts that are others than before, of an engagement that was there and is."""
    return list(differences(one.before, one.after, said)) if what_changed(one) == "changed" and one.after else []
