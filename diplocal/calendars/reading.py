"""iCalendar text as its lines and components, read leniently: what is malformed becomes a finding, never an error.

Time and memory grow with the text and no faster, and neither is without a limit: ``MOST_OCTETS``, ``MOST_LINES`` and
``LONGEST_LINE``.
"""

import quopri
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from functools import cached_property

import attrs
import msgspec

from diplocal.calendars.encodings import UTF_8, Decoded, decoded
from diplocal.checks import UNSEEN
from diplocal.errors import DiplocalError

MOST_OCTETS = 32 * 1024 * 1024
"""Of a file: 32 MiB, some 100,000 entries."""
MOST_LINES = 1_000_000
"""Of a file, folded as they are."""
LONGEST_LINE = 1_000_000
"""Octets of a line, unfolded."""
LIMITS = "a limit of diplocal"
ENCODING = "RFC 5545, 3.1.4"
LINES = "RFC 5545, 3.1"
PARAMETERS = "RFC 5545, 3.2"
COMPONENTS = "RFC 5545, 3.6"


class Severity(Enum):
    """How much a finding weighs."""

    ERROR = "error"
    """Against what the standard says MUST be."""
    WARNING = "warning"
    """Against what it says SHOULD be, or known to break readers."""


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong in a calendar.

    >>> print(Finding(12, "DTEND", "RFC 5545, 3.8.2.2", "is not after DTSTART"))
    line 12: DTEND is not after DTSTART (RFC 5545, 3.8.2.2)
    """

    line: int
    """The first physical line of the property, from 1."""
    property: str
    """Its name, in upper case; 'BEGIN' and 'END' where a component is wrong."""
    section: str
    """What it is against: 'RFC 5545, 3.8.2.2'."""
    message: str
    severity: Severity = Severity.ERROR

    def reason(self) -> str:
        """Say what is wrong, wherever it stands."""
        return f"{self.property} {self.message} ({self.section})"

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason()}"


class Faulty(DiplocalError):
    """A part of a calendar that cannot be taken for what it is meant to be."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


class ContentLine(msgspec.Struct, frozen=True):
    """A property, unfolded."""

    number: int
    """The first of its physical lines, from 1."""
    name: str
    """In upper case."""
    parameters: Mapping[str, str]
    """By name in upper case; values without their quotes, and decoded (RFC 6868)."""
    value: str
    is_readable: bool = True
    """False where the line has no colon or its parameters are malformed: then its value says nothing."""
    is_decoded: bool = True
    """False where octets of the line are in no encoding that is known."""

    @property
    def is_quoted_printable(self) -> bool:
        """Whether it is encoded as in vCalendar, the format before iCalendar, which some programs go on writing."""
        return self.parameters.get("ENCODING", "").upper() == "QUOTED-PRINTABLE"

    @property
    def text(self) -> str:
        """Its value as a text (RFC 5545, 3.3.11): without escapes, and without white space around it."""
        if self.is_quoted_printable:
            octets = quopri.decodestring(self.value.encode())
            return unescaped(octets.decode(errors="replace")).strip()
        return unescaped(self.value).strip()

    def finding(self, section: str, message: str, severity: Severity = Severity.ERROR) -> Finding:
        """Find something wrong with this property."""
        return Finding(self.number, self.name, section, message, severity)


@attrs.define(eq=False)
class Component:
    """What stands between a BEGIN and its END."""

    begin: ContentLine
    properties: list[ContentLine] = attrs.field(factory=list)
    components: list["Component"] = attrs.field(factory=list)
    is_ended: bool = False
    """Whether its END came."""
    is_whole: bool = False
    """Whether its END came, and nothing inside it was left open."""

    @property
    def name(self) -> str:
        """Its name in upper case: 'VEVENT'."""
        return self.begin.value.strip().upper()

    def all(self, name: str) -> list[ContentLine]:
        """Return its properties of a name, those of inner components aside."""
        return [line for line in self.properties if line.name == name]

    def first(self, name: str) -> ContentLine | None:
        """Return its first property of a name."""
        return next((line for line in self.properties if line.name == name), None)

    def missing(self, name: str, section: str) -> Finding:
        """Find that it lacks a property."""
        return Finding(self.begin.number, name, section, f"is missing from this {self.name}")

    def walk(self) -> Iterator["Component"]:
        """Yield it and all components inside, in the order of the text."""
        waiting = [self]
        while waiting:
            component = waiting.pop()
            yield component
            waiting += reversed(component.components)


class Parsed(msgspec.Struct, frozen=True):
    """A calendar file, read."""

    components: list[Component]
    """Those at the top."""
    findings: list[Finding]
    """What is wrong with its octets, its lines, and the nesting of its components."""
    source: Decoded

    @property
    def refusal(self) -> str | None:
        """Return why nothing of it can be relied on, None if something can."""
        too_much = next((str(finding) for finding in self.findings if finding.section == LIMITS), None)
        calendars = [component for component in self.components if component.name == "VCALENDAR"]
        if too_much is not None:
            return too_much
        if not calendars:
            return "it is no iCalendar: it has no BEGIN:VCALENDAR (RFC 5545, 3.4)"
        if not all(calendar.is_ended for calendar in calendars):
            return "it ends before END:VCALENDAR, as if cut short: fetch it again"
        return None


def shown(value: str) -> str:
    """Return a value as a message quotes it, shortened."""
    return repr(value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}...")


def unescaped(value: str) -> str:
    r"""Undo the escapes of a text (RFC 5545, 3.3.11); other backslashes stay.

    >>> unescaped(r"Oslo\, Bergen")
    'Oslo, Bergen'
    """
    return _ESCAPE.sub(lambda escape: "\n" if escape[1] in "nN" else escape[1], value)


def read(data: bytes, encoding: str | None = None) -> Parsed:
    """Read the components at the top of a file, and find what is wrong with lines and with the nesting of components.

    Raises LookupError for an encoding that Python does not know.
    """
    if len(data) > MOST_OCTETS or max(data.count(b"\n"), data.count(b"\r")) > MOST_LINES:
        most = f"{MOST_OCTETS // 1024**2} MiB, or of more than {MOST_LINES:,} lines"
        too_long = Finding(1, "BEGIN", LIMITS, f"opens a file of more than {most}")
        return Parsed([], [too_long], Decoded(b"", UTF_8))
    source = decoded(data, encoding)
    findings = list(_encoding_faults(source))
    lines: list[ContentLine] = []
    for folded in _folded(source.octets):
        line, malformed = _unfolded(folded)
        lines.append(line)
        findings += malformed
        findings += (
            line.finding(form.section, form.message, form.severity) for form in _FORMS if form.is_wrong(folded)
        )
    components, misplaced = _nest(line for line in lines if line.name)
    return Parsed(components, findings + misplaced, source)


def _encoding_faults(source: Decoded) -> Iterator[Finding]:
    if source.encoding != UTF_8:
        yield Finding(1, "BEGIN", ENCODING, f"opens a file in {source.encoding}: it should be in UTF-8")
    elif source.has_mark:
        yield Finding(1, "BEGIN", LINES, "comes after a byte order mark", Severity.WARNING)


@attrs.frozen
class _Folded:
    """A content line as it stands in the file."""

    number: int
    physical: list[bytes]
    """Its physical lines, each with the line break that ends it."""

    @cached_property
    def pieces(self) -> list[bytes]:
        """Its physical lines, without line breaks."""
        return [line.rstrip(b"\r\n") for line in self.physical]

    @cached_property
    def octets(self) -> bytes:
        """What it says, unfolded."""
        first, *rest = self.pieces
        return b"".join((first, *(piece[1:] for piece in rest)))

    @property
    def is_too_long(self) -> bool:
        """Return whether it is longer than what is read."""
        return sum(map(len, self.physical)) > LONGEST_LINE

    @cached_property
    def is_utf8(self) -> bool:
        """Return whether its octets are characters."""
        try:
            self.octets.decode()
        except UnicodeDecodeError:
            return False
        return True


_PHYSICAL = re.compile(rb"[^\r\n]*+(?:\r(?!\n|[ \t]|[A-Z][A-Z0-9-]*+[;:])[^\r\n]*+)*+(?:\r\n|\n|\r|\Z)")
"""A line to its end: CRLF, LF, or a CR before what looks like another line; any other CR is part of it."""
_PHYSICAL_OF_CR = re.compile(rb"[^\r]*+(?:\r|\Z)")
"""A line of a file that has no LF."""
_ESCAPE = re.compile(r"\\([\\;,nN])")
_CARETS = re.compile(r"\^(['n^])")
_OF_CARETS = {"'": '"', "n": "\n", "^": "^"}
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_WITHIN_A_CHARACTER = re.compile(rb"[ \t][\x80-\xbf]")
_LONGEST = 75
_LONGEST_SHOWN = 60


def _folded(data: bytes) -> Iterator[_Folded]:
    current: _Folded | None = None
    physical = _PHYSICAL if b"\n" in data else _PHYSICAL_OF_CR
    for number, match in enumerate(physical.finditer(data), 1):
        line = match[0]
        if not line:
            break
        if current and line[:1] in {b" ", b"\t"}:
            current.physical.append(line)
            continue
        if current:
            yield current
        current = _Folded(number, [line])
    if current:
        yield current


class _Form(msgspec.Struct, frozen=True):
    """Something that can be wrong with the octets of a line."""

    is_wrong: Callable[[_Folded], bool]
    message: str
    severity: Severity = Severity.ERROR
    section: str = LINES


_FORMS = (
    _Form(
        lambda folded: any(line.endswith(b"\n") and not line.endswith(b"\r\n") for line in folded.physical),
        "ends with a bare LF: it should be CRLF",
    ),
    _Form(
        lambda folded: any(line.endswith(b"\r") for line in folded.physical),
        "ends with a bare CR: it should be CRLF",
    ),
    _Form(
        lambda folded: not folded.physical[-1].endswith((b"\n", b"\r")),
        "is not ended by CRLF",
    ),
    _Form(
        lambda folded: any(b"\r" in line.removesuffix(b"\n")[:-1] for line in folded.physical),
        "has a bare CR",
    ),
    _Form(
        lambda folded: any(len(piece) > _LONGEST for piece in folded.pieces),
        "is longer than 75 octets: fold it",
        Severity.WARNING,
    ),
    _Form(
        lambda folded: any(_WITHIN_A_CHARACTER.match(piece) for piece in folded.pieces[1:]),
        "is folded in the middle of a character",
        Severity.WARNING,
    ),
    _Form(
        lambda folded: bool(_CONTROL.search(folded.octets)),
        "has a control character",
    ),
    _Form(
        lambda folded: not folded.is_utf8,
        "is not UTF-8",
        section=ENCODING,
    ),
)

_NONE: Mapping[str, str] = {}
_NAME = re.compile("[A-Za-z0-9-]*")
_GROUP = re.compile(r"\A[A-Za-z0-9-]+\.")
"""What vCard writes before the name of a property: 'item1.STATUS'."""
_PARAMETER = re.compile(r';([A-Za-z0-9-]++)=((?:"[^"]*+"|[^";:,]*+)(?:,(?:"[^"]*+"|[^";:,]*+))*+)')
_LINE = re.compile(f"(?P<name>[A-Za-z0-9-]++)(?P<parameters>(?:{_PARAMETER.pattern})*+):(?P<value>.*)", re.DOTALL)


def _unfolded(folded: _Folded) -> tuple[ContentLine, list[Finding]]:
    if folded.is_too_long:
        line, _ = _unreadable(folded.number, folded.pieces[0][:_LONGEST].decode(errors="replace"))
        return line, [line.finding(LINES, f"is longer than {LONGEST_LINE:,} octets, {LIMITS}, and is passed over")]
    said = folded.octets.decode(errors="replace")
    match = _LINE.fullmatch(said)
    if match is None:
        return _unreadable(folded.number, said)
    parameters = [(name.upper(), value) for name, value in _PARAMETER.findall(match["parameters"])]
    line = ContentLine(
        folded.number,
        match["name"].upper(),
        {name: _parameter(value) for name, value in reversed(parameters)} if parameters else _NONE,
        match["value"],
        is_decoded=folded.is_utf8,
    )
    if not parameters:
        return line, []
    repeated = [name for name, times in Counter(name for name, _ in parameters).items() if times > 1]
    return line, [line.finding(PARAMETERS, f"has its parameter {name} more than once") for name in repeated]


def _parameter(value: str) -> str:
    return _CARETS.sub(lambda caret: _OF_CARETS[caret[1]], value.strip('"'))


def _unreadable(number: int, said: str) -> tuple[ContentLine, list[Finding]]:
    name = _NAME.match(_GROUP.sub("", UNSEEN.sub("", said[:_LONGEST])))
    line = ContentLine(number, name[0].upper() if name else "", {}, "", is_readable=False)
    if not said:
        return line, [line.finding(LINES, "is an empty line")]
    if ":" not in said:
        return line, [line.finding(LINES, "has no colon before its value")]
    return line, [line.finding(LINES, "has a malformed name or malformed parameters")]


def _nest(lines: Iterable[ContentLine]) -> tuple[list[Component], list[Finding]]:
    """Put lines into their components; an END closes the innermost component of its name."""
    top: list[Component] = []
    opened: list[Component] = []
    names: Counter[str] = Counter()
    findings: list[Finding] = []
    for line in lines:
        if line.name == "BEGIN":
            component = Component(line)
            (opened[-1].components if opened else top).append(component)
            opened.append(component)
            names[component.name] += 1
        elif line.name == "END":
            findings += _close(line, opened, names)
        elif opened:
            opened[-1].properties.append(line)
        else:
            findings.append(line.finding("RFC 5545, 3.4", "is outside of any component"))
    return top, findings + [_not_ended(component) for component in opened]


def _close(end: ContentLine, opened: list[Component], names: "Counter[str]") -> Iterator[Finding]:
    name = end.value.strip().upper()
    if not names[name]:
        yield end.finding(COMPONENTS, f"closes {shown(name)}, which was not begun")
        return
    is_whole = True
    while opened:
        component = opened.pop()
        names[component.name] -= 1
        if component.name == name:
            component.is_ended, component.is_whole = True, is_whole
            return
        is_whole = False
        yield _not_ended(component)


def _not_ended(component: Component) -> Finding:
    return component.begin.finding(COMPONENTS, f"opens {shown(component.name)}, which is not ended")
