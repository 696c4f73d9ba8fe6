"""Seals names in events: what the log keeps of a name is encrypted under a key of that person alone.

The tree is over what is kept. So a key can be destroyed, and the name with it, and every proof still holds. One name
sealed twice under one key gives the same octets (AES-SIV, RFC 5297): the same report is known again.
"""

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from typing import Any, NamedTuple, Protocol, Self

import attrs
import msgspec

from diplocal.errors import ExtraMissing, MalformedEvent
from diplocal.events.registry import Event
from diplocal.events.wire import Encoded, reader
from diplocal.names.people import in_any_order, known_as
from diplocal.names.spelling import LONGEST
from diplocal.names.withheld import withheld
from diplocal.parties import Person

BEGIN = "⟦".encode()
"""What every sealed text begins with."""
_SEALED = re.compile("⟦([0-9a-f]{16})\\.([A-Za-z0-9_-]+)⟧".encode())
_SEALED_WIKIDATA = re.compile(b'"wikidata":"%s"' % _SEALED.pattern)
_WORDS = re.compile(r"(?<![\w'’-])[\w'’-]++(?: [\w'’-]++)+")
_POSSESSIVE = re.compile("['’]s$")
_ID_OF_NOBODY = "0" * 16
SECRET_SIZE = 32
"""Octets of a key."""
MOST_WORDS = 5
"""Of a name that is looked for in a text."""
_MAY_BE_A_SLUG = re.compile(r"[a-z0-9-]+")
_TEXT = re.compile("⟦[0-9a-f]{16}\\.[A-Za-z0-9_-]+⟧")


class Opening(NamedTuple):
    """What a name is sealed with."""

    key_id: str
    secret: bytes
    identifying: bytes
    """The secret of the first key for this name, of whatever audience: ids of events are made with it. So an event has
    the same id for everybody, and tells nobody what it was made of."""


class Key(NamedTuple):
    """A key as it goes from one log to another."""

    id: str
    """16 hexadecimal digits."""
    person: str
    """The name that is sealed under it, as names are compared."""
    wikidata: str | None
    """The Wikidata id, where reports give one."""
    secret: bytes
    made_by: str
    """The identity of the log that made it."""

    def proven(self, kept: Iterable[bytes]) -> Self | None:
        """Return it with what it shows, None when octets that are said to be sealed under it are not its name.

        A Wikidata id that stands in none of them is not believed.
        """
        texts = {_text(_unsealed(one, self.id, self.secret)) for one in kept}
        if len(self.secret) != SECRET_SIZE or not all(texts):
            return None
        if not all(one == self.wikidata or person_of(one or "") == self.person for one in texts):
            return None
        return self._replace(wikidata=self.wikidata if self.wikidata in texts else None)


def _text(opened: bytes | None) -> str | None:
    """Return what was sealed, None for what is no text in JSON."""
    try:
        return None if opened is None else msgspec.json.decode(b'"%s"' % opened, type=str)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


class Keys(Protocol):
    """The keys of people, by name as names are compared and Wikidata id."""

    def key_of(self, person: str, wikidata: str | None, audience: str) -> Opening:
        """Return the key of a person that an audience may get, a new one where there is none."""

    def known(self, person: str, audience: str) -> Opening | None:
        """Return the key of somebody whom an audience may see named, None where it may not."""


SecretOf = Callable[[str], bytes | None]
"""Gives the secret of a key by its id; None when it was destroyed, or never was here."""


def new_secret() -> bytes:
    """Return a new key."""
    secret: bytes = _cipher().generate_key(8 * SECRET_SIZE)
    return secret


def person_of(name: str) -> str:
    """Return what one person's key is found by, however the name's words are ordered."""
    return in_any_order(known_as(name))


def sealed(event: Event, encoded: Encoded, people: Keys, audience: str) -> tuple[Encoded, Encoded]:
    """Return an event's wire form with the names and Wikidata ids of the people in it sealed, also inside its texts.

    The second form is that by which it is known again: the same for every audience. Of people whom the event does not
    name, texts keep the names that have a single word, and those that the audience saw nobody called by: what it may
    not see has no part in what it gets.
    """
    keys: dict[str, Opening] = {_in_json(name): key for name, key in _named_in_texts(encoded, people, audience)}
    for person in people_in(event):
        if not _TEXT.fullmatch(person.name):
            key = people.key_of(person_of(person.name), person.wikidata, audience)
            keys |= {_in_json(text): key for text in (person.name, person.wikidata) if text}
    if not keys:
        return encoded, encoded
    as_values = rf'(?<="name":")(?:{_any(keys)})(?=")|(?<="wikidata":")(?:{_any(keys)})(?=")'
    in_texts = _any(name for name in keys if not _MAY_BE_A_SLUG.fullmatch(name))
    pattern = rf"{as_values}|(?<![\w-])(?:{in_texts})(?![\w-])" if in_texts else as_values
    made = _replaced(encoded, pattern, keys)
    if not _reads_as(event, made):
        pattern, made = as_values, _replaced(encoded, as_values, keys)
    known = {text: one._replace(key_id=_ID_OF_NOBODY, secret=one.identifying) for text, one in keys.items()}
    return made, _replaced(encoded, pattern, known)


def _named_in_texts(encoded: Encoded, people: Keys, audience: str) -> Iterator[tuple[str, Opening]]:
    """Find the names of people who have keys among neighbouring words."""
    for run in _WORDS.findall(encoded.data.decode()):
        words = run.split(" ")
        for size, start in product(range(2, MOST_WORDS + 1), range(len(words) - 1)):
            name = _POSSESSIVE.sub("", " ".join(words[start : start + size]))
            if len(name) <= LONGEST and (key := people.known(person_of(name), audience)):
                yield name, key


def _any(texts: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(texts, key=len, reverse=True)))


def _replaced(encoded: Encoded, pattern: str, keys: Mapping[str, Opening]) -> Encoded:
    """Seal what a pattern finds, but in what is sealed already."""
    parts = re.split(f"({_TEXT.pattern})", encoded.data.decode())
    parts[::2] = (re.sub(pattern, lambda found: _seal(found[0], *keys[found[0]][:2]), part) for part in parts[::2])
    return Encoded(encoded.type, encoded.version, "".join(parts).encode())


def _reads_as(event: Event, made: Encoded) -> bool:
    """Tell whether an event can be read with its names withheld: somebody may be called as a value that is no text."""
    try:
        return reader(made.type, made.version)(opened(made.data, nobody)).stream == event.stream
    except MalformedEvent:
        return False


def opened(data: bytes, secret_of: SecretOf) -> bytes:
    """Return the data of an event with names in the place of what is sealed, or what says that they are withheld."""
    if BEGIN not in data:
        return data
    data = _SEALED_WIKIDATA.sub(lambda found: b'"wikidata":%s' % (_quoted(_open(found, secret_of)) or b"null"), data)
    return _SEALED.sub(lambda found: _open(found, secret_of) or withheld(found[1].decode()).encode(), data)


def nobody(_key_id: str) -> None:
    """Return the secret of no key: for whoever has none."""


def keys_in(data: bytes) -> set[str]:
    """Return the ids of the keys that data is sealed under."""
    return {key_id.decode() for key_id, _ in _SEALED.findall(data)} if BEGIN in data else set()


def sealed_in(kept: Iterable[bytes]) -> dict[str, set[bytes]]:
    """Return what is sealed in data, as it is written there, by the ids of the keys."""
    found: dict[str, set[bytes]] = {}
    for data in kept:
        for key_id, octets in _SEALED.findall(data) if BEGIN in data else ():
            found.setdefault(key_id.decode(), set()).add(octets)
    return found


def _seal(text: str, key_id: str, secret: bytes) -> str:
    octets = _cipher()(secret).encrypt(text.encode(), [key_id.encode()])
    return f"⟦{key_id}.{base64.urlsafe_b64encode(octets).rstrip(b'=').decode()}⟧"


def _open(found: "re.Match[bytes]", secret_of: SecretOf) -> bytes | None:
    """Return the name, in JSON without its quotation marks; None when there is no key for it."""
    key_id = found[1].decode()
    secret = secret_of(key_id)
    if secret is None:
        return None
    return _unsealed(found[2], key_id, secret)


def _unsealed(octets: bytes, key_id: str, secret: bytes) -> bytes | None:
    """Return what is sealed in octets as they are written; None where this is not the key."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - an extra

    try:
        name: bytes = _cipher()(secret).decrypt(base64.urlsafe_b64decode(octets + b"=="), [key_id.encode()])
    except (InvalidTag, ValueError):  # somebody wrote it who had no key
        return None
    return name


def _quoted(name: bytes | None) -> bytes | None:
    return None if name is None else b'"%s"' % name


def _in_json(text: str) -> str:
    return msgspec.json.encode(text)[1:-1].decode()


def people_in(value: Any) -> Iterator[Person]:
    """Find the people in an event."""
    if isinstance(value, Person):
        yield value
    elif isinstance(value, Event) or attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            yield from people_in(getattr(value, field.name))
    elif isinstance(value, tuple):
        yield from _each(value)


def _each(values: Iterable[Any]) -> Iterator[Person]:
    for value in values:
        yield from people_in(value)


def _cipher() -> Any:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV  # noqa: PLC0415 - an extra
    except ImportError as missing:
        raise ExtraMissing("proofs", needed_for="names that are kept sealed") from missing
    return AESSIV
