"""What an audience may not see leaves no trace in what it sees."""

from diplocal.replaying import replay
from diplocal.store import visible_to
from diplocal.testing.history import History
from diplocal.testing.law import Picks, law, same
from diplocal.testing.subjects import Subject


@law(
    "positions or versions in an answer, whose gaps tell how much is hidden",
    "a count of all records beside those that may be seen",
)
def secrecy(subject: Subject, history: History, picks: Picks) -> None:
    """Events for other eyes do not influence an audience's answer: it is the answer of a log that never had them."""
    audience = picks.one_of(("public", "internal"), "audience")
    visible = visible_to(audience)
    seen = history.where(lambda one: one.envelope.audience in visible)
    same(
        f"a log with nothing but what is for {audience} eyes",
        subject.answer(seen.records()),
        f"the whole log, as {audience} eyes see it",
        subject.draw(replay(subject.make(), history.records(), audience=audience)),
    )
