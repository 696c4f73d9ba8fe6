"""iCalendar text as its lines and components, read leniently: what is malformed becomes a finding, never an error."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from functools import cached_property

import attrs

LINES = "RFC 5545, 3.1"
PARAMETERS = "RFC 5545, 3.2"
COMPONENTS = "RFC 5545, 3.6"


class Severity(Enum):
    """How much a finding weighs."""

    ERROR = "error"
    """Against what the standard says MUST be."""
    WARNING = "warning"
    """Against what it says SHOULD be, or known to break readers."""


@attrs.frozen
class Finding:
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

    def __str__(self) -> str:
        return f"line {self.line}: {self.property} {self.message} ({self.section})"


@attrs.frozen
class ContentLine:
    """A property, unfolded."""

    number: int
    """The first of its physical lines, from 1."""
    name: str
    """In upper case."""
    parameters: Mapping[str, str]
    """By name in upper case; values without their quotes."""
    value: str
    is_readable: bool = True
    """False where the line has no colon or its parameters are malformed: then its value says nothing."""

    def finding(self, section: str, message: str, severity: Severity = Severity.ERROR) -> Finding:
        """Find something wrong with this property."""
        return Finding(self.number, self.name, section, message, severity)


@attrs.define(eq=False)
class Component:
    """What stands between a BEGIN and its END."""

    begin: ContentLine
    properties: list[ContentLine] = attrs.field(factory=list)
    components: list["Component"] = attrs.field(factory=list)

    @property
    def name(self) -> str:
        """Its name in upper case: 'VEVENT'."""
        return self.begin.value.strip().upper()

    def all(self, name: str) -> list[ContentLine]:
        """Give its properties of a name, those of inner components aside."""
        return [line for line in self.properties if line.name == name]

    def first(self, name: str) -> ContentLine | None:
        """Give its first property of a name."""
        return next((line for line in self.properties if line.name == name), None)

    def walk(self) -> Iterator["Component"]:
        """Give it and all components inside, in the order of the text."""
        waiting = [self]
        while waiting:
            component = waiting.pop()
            yield component
            waiting += reversed(component.components)


def shown(value: str) -> str:
    """Give a value as a message quotes it, shortened."""
    return repr(value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}...")


def read(data: bytes) -> tuple[list[Component], list[Finding]]:
    """Read the components at the top, and find what is wrong with lines and with the nesting of components."""
    findings: list[Finding] = []
    lines: list[ContentLine] = []
    if data.startswith(_BYTE_ORDER_MARK):
        findings.append(Finding(1, "BEGIN", LINES, "comes after a byte order mark", Severity.WARNING))
    for folded in _folded(data.removeprefix(_BYTE_ORDER_MARK)):
        line, malformed = _unfolded(folded)
        lines.append(line)
        findings += malformed
        findings += (
            line.finding(form.section, form.message, form.severity) for form in _FORMS if form.is_wrong(folded)
        )
    components, misplaced = _nest(line for line in lines if line.name)
    return components, findings + misplaced


@attrs.frozen
class _Folded:
    """A content line as it stands in the file."""

    number: int
    physical: list[bytes]
    """Its physical lines, each with the line break that ends it."""

    @cached_property
    def pieces(self) -> list[bytes]:
        """Its physical lines, without line breaks."""
        return [line.removesuffix(b"\n").removesuffix(b"\r") for line in self.physical]

    @cached_property
    def octets(self) -> bytes:
        """What it says, unfolded."""
        first, *rest = self.pieces
        return b"".join((first, *(piece[1:] for piece in rest)))


_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_PHYSICAL = re.compile(rb"[^\n]*\n|[^\n]+")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_WITHIN_A_CHARACTER = re.compile(rb"[ \t][\x80-\xbf]")
_LONGEST = 75
_LONGEST_SHOWN = 60


def _folded(data: bytes) -> Iterator[_Folded]:
    current: _Folded | None = None
    for number, match in enumerate(_PHYSICAL.finditer(data), 1):
        line = match[0]
        if current and line[:1] in {b" ", b"\t"}:
            current.physical.append(line)
            continue
        if current:
            yield current
        current = _Folded(number, [line])
    if current:
        yield current


def _is_utf8(octets: bytes) -> bool:
    try:
        octets.decode()
    except UnicodeDecodeError:
        return False
    return True


@attrs.frozen
class _Form:
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
        lambda folded: not folded.physical[-1].endswith(b"\n"),
        "is not ended by CRLF",
    ),
    _Form(
        lambda folded: any(b"\r" in piece for piece in folded.pieces),
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
        lambda folded: not _is_utf8(folded.octets),
        "is not UTF-8",
        section="RFC 5545, 3.1.4",
    ),
)

_NAME = re.compile("[A-Za-z0-9-]*")
_PARAMETER = re.compile(r';([A-Za-z0-9-]++)=((?:"[^"]*+"|[^";:,]*+)(?:,(?:"[^"]*+"|[^";:,]*+))*+)')
_LINE = re.compile(f"(?P<name>[A-Za-z0-9-]++)(?P<parameters>(?:{_PARAMETER.pattern})*+):(?P<value>.*)", re.DOTALL)


def _unfolded(folded: _Folded) -> tuple[ContentLine, list[Finding]]:
    said = folded.octets.decode(errors="replace")
    match = _LINE.fullmatch(said)
    if match is None:
        return _unreadable(folded.number, said)
    parameters = [(name.upper(), value) for name, value in _PARAMETER.findall(match["parameters"])]
    line = ContentLine(
        folded.number,
        match["name"].upper(),
        {name: value.strip('"') for name, value in reversed(parameters)},
        match["value"],
    )
    repeated = [name for name, times in Counter(name for name, _ in parameters).items() if times > 1]
    return line, [line.finding(PARAMETERS, f"has its parameter {name} more than once") for name in repeated]


def _unreadable(number: int, said: str) -> tuple[ContentLine, list[Finding]]:
    name = _NAME.match(said)
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
    while opened:
        component = opened.pop()
        names[component.name] -= 1
        if component.name == name:
            return
        yield _not_ended(component)


def _not_ended(component: Component) -> Finding:
    return component.begin.finding(COMPONENTS, f"opens {shown(component.name)}, which is not ended")
