"""A digest: what became known or changed in a stretch of a log, as text, as HTML, and as an e-mail (RFC 5322)."""

from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from email.policy import SMTP
from html import escape
from textwrap import indent
from uuid import UUID

import attrs
import pendulum

from diplocal import wording
from diplocal.checks import optional
from diplocal.engagements import Change, Engagement, Kind
from diplocal.errors import InvalidValue
from diplocal.sources import web_address
from diplocal.wording import Language
from diplocal.wording.changes import lines_of, shown


@attrs.frozen
class Digest:
    """What became known or changed."""

    title: str
    changes: Sequence[Change]
    said: Language
    """The language that it is written in."""
    site: str | None = attrs.field(default=None, validator=optional(web_address))
    """The address of a server of the same log, to link to; None for no links."""

    def text(self) -> str:
        """Return it as plain text, one change below the other."""
        told = [f"{entry.title}\n{indent(entry.body, '  ')}\n" for entry in self._entries()]
        return "\n".join([f"{self.title}\n", *(told or [f"{self.said('changes.none')}\n"])])

    def html(self) -> str:
        """Return it as an HTML document without anything from elsewhere; what a log says is escaped."""
        lines = "".join(map(_html, self._entries())) or f"<p>{escape(self.said('changes.none'))}</p>"
        title = escape(self.title)
        return (
            f'<!doctype html>\n<html lang="{self.said.tag}" dir="{self.said.direction}"><head><meta charset="utf-8">'
            f"<title>{title}</title></head>\n"
            f'<body style="font-family:sans-serif;max-width:40em;margin:1em auto;padding:0 1em;line-height:1.4">'
            f"<h1>{title}</h1>\n{lines}</body></html>\n"
        )

    def message(self, id: UUID, *, sender: str, recipients: Sequence[str], at: pendulum.DateTime) -> EmailMessage:  # noqa: A002 - as in RFC 5322
        """Return it as an e-mail, text and HTML. ``id`` makes its Message-ID: the same digest is the same message.

        Raises InvalidValue for what is no address of e-mail.
        """
        for field, mailbox in (("from", sender), *(("to", one) for one in recipients)):
            _expect_mailbox(field, mailbox)
        message = EmailMessage(policy=SMTP)
        message["Message-ID"] = f"<{id}@{sender.rpartition('@')[2].rstrip('>')}>"
        message["Date"] = at
        message["Subject"] = " ".join(self.title.split())
        message["From"] = sender
        if recipients:  # RFC 5322, 3.4: no list of addresses is empty
            message["To"] = ", ".join(recipients)
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no absence notices, please
        message.set_content(self.text())
        message.add_alternative(self.html(), subtype="html")
        return message

    def _entries(self) -> Iterator["_Entry"]:
        for change in self.changes:
            engagement = shown(change)
            if engagement is not None:
                yield _Entry(
                    wording.title(engagement, self.said),
                    tuple(_lines(change, engagement, self.said)),
                    f"{self.site.rstrip('/')}/entries/{engagement.slug}" if self.site else None,
                )


def _expect_mailbox(field: str, text: str) -> None:
    """Raise InvalidValue for what is not one mailbox (RFC 5322, 3.4)."""
    try:
        header = SMTP.header_factory(field, text)
        is_one = len(header.addresses) == 1 and header.addresses[0].domain and not header.defects
    except ValueError:  # a line break, behind which another header could stand
        is_one = False
    if not is_one:
        raise InvalidValue(f"mail-{field}", text, "an address of e-mail, such as 'Desk <desk@example.org>'")


@attrs.frozen
class _Entry:
    title: str
    lines: tuple[str, ...]
    address: str | None

    @property
    def body(self) -> str:
        return "\n".join((*self.lines, *([self.address] if self.address else [])))


def _lines(change: Change, engagement: Engagement, said: Language) -> Iterator[str]:
    status = wording.standing(engagement, said)
    if engagement.kind is not Kind.ALIAS:  # which has no date: whose names they are is in its title
        yield said("line", name=status, value=wording.date(engagement, said))
    yield from lines_of(change, said)
    sources = said.apart(wording.source(one, said) for one in engagement.sources)
    if sources:
        yield said("line", name=said("column.according"), value=sources)


def _html(entry: _Entry) -> str:
    title = escape(entry.title)
    linked = f'<a href="{escape(entry.address)}">{title}</a>' if entry.address else title
    return f"<h2>{linked}</h2>\n<p>{'<br>'.join(map(escape, entry.lines))}</p>\n"
