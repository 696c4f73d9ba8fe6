"""Everything that diplocal raises on purpose.

DiplocalError
├── InvalidValue          a value that cannot be, refused when it is made
│   └── Unresolved        a name, an office, a day ... that means nothing that is known
│       └── Ambiguous     one that means several things
├── UnknownEventType      a name or version that nobody registered
├── MalformedEvent        a wire form that does not decode
├── VersionClash          the stream moved between reading and appending
├── EventIdReused         one event id, two different events
├── LogTampered           a stored record is not what was appended
├── NotProven             a proof, or a checkpoint, that does not show what it should
├── NewerSchema           a file or event from a later version of diplocal
├── Unusable              what lies at a path cannot be used
│   ├── LogDamaged        a log whose file, tables or identity are broken
│   ├── LogReplaced       another log lies where the opened one was
│   ├── NotALog           a place without a log: nothing, or something else
│   ├── NotReadable       a log that cannot be read now
│   ├── NotWritable       a log that cannot be written now
│   │   ├── DiskFull      there is no room for it
│   │   └── LogLocked     somebody else holds it
│   └── DiaryNotKept      a place where the diary of a log cannot be kept now
├── NotOpen               a log or a diary that was closed, or was opened by another process
├── NotReachable          a server that is not there, or went away
├── NotReady              an answer for which the diary must be made first
├── ExtraMissing          what needs packages that are not installed
├── UnknownStore          an address that no store answers to
├── UnreadableInput       an import that cannot be read at all
├── OlderEdition          an import of a list of which the log knows a later edition
├── PublishingFailed      a calendar server that did not take what it was sent
├── NotDelivered          a mail server or a webhook that did not take a notice
├── UnknownEngagement     a name that no report mentions
└── UnknownName           a person or a series that no report mentions
"""

from collections.abc import Iterable
from typing import ClassVar, Self

LONGEST_SHOWN, LONGEST_OBJECT = 200, 1_000
"""Characters of a text, and of any other object as Python writes it, that a message repeats."""


class DiplocalError(Exception):
    """The root of every error that diplocal raises on purpose."""


class InvalidValue(DiplocalError, ValueError):
    """A value that cannot be: a date range that ends before it starts, a meeting of one party, a naive time."""

    def __init__(self, field: str, value: object, expected: str) -> None:
        super().__init__(f"{field} is {_shown(value)}: expected {expected}")
        self.field, self.value, self.expected = field, value, expected


def together(faults: list[InvalidValue]) -> InvalidValue:
    """Return several faults as one: the first, which says the others too."""
    first, *others = faults
    return InvalidValue(first.field, first.value, "; ".join((first.expected, *map(str, others)))) if others else first


def did_you_mean(near: Iterable[str], otherwise: str) -> str:
    """Return the question whether what comes near was meant; else what helps where nothing does."""
    said = " or ".join(near)
    return f"did you mean {said}?" if said else otherwise


def _shown(value: object) -> str:
    """Return a value as a message holds it: of a long text, the beginning and its length; else the beginning of it."""
    if isinstance(value, str | bytes) and len(value) > LONGEST_SHOWN:
        return f"{value[:LONGEST_SHOWN]!r}... ({len(value):,} {'characters' if isinstance(value, str) else 'octets'})"
    shown = repr(value)
    return shown if len(shown) <= LONGEST_OBJECT else f"{shown[:LONGEST_OBJECT]}..."


class Unresolved(InvalidValue):
    """A text that was written for a state, an organisation, a person, an office, a kind or a day, and means none."""

    def __init__(self, field: str, value: object, expected: str, *, near: tuple[str, ...] = ()) -> None:
        super().__init__(field, value, expected)
        self.near = near
        """Codes or words of what comes near, the nearest first."""

    @classmethod
    def among(cls, field: str, text: str, known: Iterable[str], *, near: Iterable[str], beside: str = "") -> Self:
        """Return the error for a text that is none of the known words, of which some may come near."""
        near = tuple(near)
        meant = f"{' or '.join(map(repr, near))}, if that is meant; " if near else ""
        return cls(field, text, f"{meant}one of {', '.join(known)}{beside}", near=near)


class Ambiguous(Unresolved):
    """A text that means several things: ``near`` holds each of them."""


class UnknownEventType(DiplocalError, LookupError):
    """No event class is registered under this name: import the module that defines it, or check the spelling."""

    def __init__(self, name: str, *, known: tuple[str, ...]) -> None:
        from difflib import get_close_matches  # noqa: PLC0415 - few names are wrong, and it is slow to load

        near = get_close_matches(name, known, n=1, cutoff=0.8)
        meant = f"did you mean {near[0]!r}?" if near else f"registered are {', '.join(known)}"
        super().__init__(f"no event type is registered as {name!r}; {meant} One of your own: import its module first")
        self.name, self.known = name, known


class MalformedEvent(DiplocalError, ValueError):
    """A wire form that does not decode to the event that it claims to be."""

    def __init__(self, type_name: str, reason: str) -> None:
        super().__init__(f"{type_name} does not decode: {reason}")
        self.type_name, self.reason = type_name, reason


class VersionClash(DiplocalError):
    """The stream moved between reading and appending: read it again and decide again."""

    def __init__(self, stream: str, *, expected: int, actual: int) -> None:
        super().__init__(f"{stream} is at version {actual}, not {expected}: read it again, then append")
        self.stream, self.expected, self.actual = stream, expected, actual


class EventIdReused(DiplocalError):
    """An event id that is already in the log came again with other contents.

    The message names no position: it would count what whoever appends may not see.
    """

    def __init__(self, event_id: str, *, stream: str, position: int) -> None:
        super().__init__(
            f"event id {event_id} is already in {stream} with other contents: "
            "give the new event an id of its own, or append a Corrected"
        )
        self.event_id, self.stream, self.position = event_id, stream, position


class LogTampered(DiplocalError):
    """A stored record is not what was appended: it was edited, removed, inserted or moved behind the library's back."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(f"the record at position {position} {reason}: restore the log from a copy that verifies")
        self.position, self.reason = position, reason


class NotProven(DiplocalError):
    """A proof or a checkpoint does not show what it was asked to show: the log was rewritten, or the proof is wrong."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"not proven: {reason}")
        self.reason = reason


class Unusable(DiplocalError):
    """What lies at a path cannot be used as what it should be."""

    says: ClassVar[str] = "{path}: {reason}"

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(self.says.format(path=path, reason=reason))
        self.path, self.reason = path, reason


class LogDamaged(Unusable):
    """What holds the log together is broken: pages of its file, a table, an index, its end or its identity."""

    says = "the log {path} is damaged: {reason}; restore it from a copy that verifies"


class LogReplaced(Unusable):
    """Another log, or none, lies where the one lay that was opened. Nothing is answered from either: open it again."""

    says = "the log {path} was replaced while it was open: {reason}; open it again"


class NewerSchema(DiplocalError):
    """A file or an event was written by a later version of diplocal than this one."""

    def __init__(self, what: str, *, found: int, known: int) -> None:
        super().__init__(
            f"{what} has version {found}, and this diplocal knows versions up to {known}: upgrade diplocal"
        )
        self.what, self.found, self.known = what, found, known


class NotALog(Unusable):
    """There is no diplocal log: nothing is there, or something else is. Nothing was written."""

    says = "{path} is not a diplocal log: {reason}"


class NotReadable(Unusable):
    """The log is there, and cannot be read now: it may not be, or the disk fails."""

    says = "{path} cannot be read: {reason}"


class NotWritable(Unusable):
    """The log cannot be written now: it is read-only, the disk is full, or somebody else has been writing too long."""

    says = "{path} cannot be written: {reason}; nothing was stored, so it is safe to try again"


class DiskFull(NotWritable):
    """There is no room left where the log lies."""


class LogLocked(NotWritable):
    """Another program holds the log for longer than anybody waits. Rarely, it cannot even be read meanwhile."""


class DiaryNotKept(Unusable):
    """The diary of a log cannot be kept where it belongs. Answers are right all the same: they are made in memory."""

    says = (
        "the diary cannot be kept in {path}: {reason}; until it can, each answer is made in memory, from the whole log"
    )


class NotOpen(DiplocalError, ValueError):
    """A log or a diary was asked that was closed, or that another process opened."""

    def __init__(self, what: str, *, opened_by: int | None = None) -> None:
        super().__init__(
            f"{what} was closed: open it again"
            if opened_by is None
            else f"{what} was opened by process {opened_by}: open it again in this process"
        )
        self.what, self.opened_by = what, opened_by


class NotReady(DiplocalError):
    """The diary is being made, here or by another program: ask again in a minute. Nothing is wrong."""

    def __init__(self) -> None:
        super().__init__("the diary is being made: ask again in a minute")


class NotReachable(DiplocalError):
    """The server that keeps the log is not there, or went away in the midst of a call."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(
            f"{address} cannot be reached: {reason}; try again when it is there: "
            "an event that was stored already is not added twice"
        )
        self.address, self.reason = address, reason


class ExtraMissing(DiplocalError, ImportError):
    """Something needs packages that an extra of diplocal brings."""

    def __init__(self, extra: str, *, needed_for: str) -> None:
        super().__init__(f'{needed_for} needs the extra {extra}: pip install "diplocal[{extra}]"')
        self.extra, self.needed_for = extra, needed_for


class UnknownStore(DiplocalError, ValueError):
    """An address that no store answers to."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"no event store answers to {address!r}: "
            "give a file path, sqlite:///path, postgresql://host/database or memory:"
        )
        self.address = address


class UnreadableInput(DiplocalError):
    """An input that cannot be read, at all or from some place on."""

    def __init__(self, path: str, reason: str, *, left: str = "nothing was imported") -> None:
        between = "" if reason.endswith("\n") else "; "
        super().__init__(f"{path} cannot be read: {reason}{between}{left}")
        self.path, self.reason = path, reason


class OlderEdition(DiplocalError):
    """A list of an earlier day than one that the log has taken in: it would turn back what was corrected since."""

    def __init__(self, path: str, *, day: object, known: object) -> None:
        super().__init__(
            f"{path} is of {day}, and the log has the same list as of {known}: editions of a list are imported in the "
            "order of their days; nothing was imported. To fill the gap, import them in order into a new log"
        )
        self.path, self.day, self.known = path, day, known


class PublishingFailed(DiplocalError):
    """A calendar server could not be reached, or did not take what it was sent; publishing again goes on from there."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"{address} was not published to: {reason}")
        self.address, self.reason = address, reason


class NotDelivered(DiplocalError):
    """A mail server or a webhook could not be reached, or did not take what it was sent: it is sent again next time."""

    def __init__(self, address: str, reason: str, *, may_pass: bool = True) -> None:
        super().__init__(f"{address} was not told: {reason}; what was not delivered is told the next time")
        self.address, self.reason = address, reason
        self.may_pass = may_pass
        """Whether the same may be taken later."""


class UnknownEngagement(DiplocalError, LookupError):
    """No report in the log is about an engagement of this name."""

    def __init__(self, slug: str, *, near: tuple[str, ...] = ()) -> None:
        meant = did_you_mean(near, "list --json lists names")
        super().__init__(f"no engagement is named {slug!r}: {meant}")
        self.slug, self.near = slug, near


class UnknownName(DiplocalError, LookupError):
    """No report in the log names this person or this series."""

    def __init__(self, what: str, name: str, *, near: tuple[str, ...] = ()) -> None:
        meant = did_you_mean(near, "names are compared without case and accents")
        super().__init__(f"no report names a {what} {name!r}: {meant}")
        self.what, self.name, self.near = what, name, near
